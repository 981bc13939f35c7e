"""What was found, in one or two sentences."""

from typing import Final

import pandas as pd

from analysis import result as names
from analysis.words import count_of, is_hot, percent

NEARLY_ALL: Final = 0.8
"""Share of the events in one county above which a county map says little about the others."""


def hot_spot_finding(
    events: str, areas: pd.DataFrame, noun: tuple[str, str], *, by_people: bool = False
) -> str:
    """Say in one or two sentences how many areas are hot and what they hold.

    Parameters
    ----------
    events : str
        What is counted, from `events_of`.
    areas : DataFrame
        `HotSpots.areas`.
    noun : (str, str)
        An area and several: ("county", "counties").
    by_people : bool
        The population-adjusted test leads, and Gi* is told beside it; else the other way.
    """
    if by_people:
        return _finding_by_people(events, areas, noun)
    able = areas[names.CLASS].notna()
    if not able.any():
        return f"Hot spots cannot be computed here: {_why_none(areas)}."
    hot = is_hot(areas[names.CLASS])
    number, of = int(hot.sum()), int(able.sum())
    whole = count_of(of, *noun)
    means = _for_ground(noun, number)
    if of == 1:
        verb = f"is hot at 95%{means}; {_held(events, areas, hot)}" if number else "is not hot"
        first = f"The only {noun[0]} that can be tested {verb}."
    elif number:
        verb = "is" if number == 1 else "are"
        first = f"{number:,} of {whole} {verb} hot at 95%{means}; {_held(events, areas, hot)}."
    else:
        first = f"None of {whole} is hot at 95%{means}."
    parts = (first, _one_county(areas, hot, noun), _adjusted(areas, hot, noun))
    return " ".join(part for part in parts if part)


def _for_ground(noun: tuple[str, str], number: int) -> str:
    """Say of a grid what hot means there: people are not known, so ground is what counts."""
    if noun[0] == "county":
        return ""
    return f" for {'its' if number <= 1 else 'their'} ground (Gi*), people left aside"


def _finding_by_people(events: str, areas: pd.DataFrame, noun: tuple[str, str]) -> str:
    """Say what is hot for its people, and how many of these by counts alone."""
    able = int(areas[names.ADJUSTED_CLASS].notna().sum())
    hot, by_counts = is_hot(areas[names.ADJUSTED_CLASS]), is_hot(areas[names.CLASS])
    number, both = int(hot.sum()), int((hot & by_counts).sum())
    whole = count_of(able, *noun)
    if not number:
        first = f"None of {whole} is hot at 95% for its number of people."
    else:
        whom = (
            "its number of people, with its"
            if number == 1
            else "their number of people, with their"
        )
        first = (
            f"{number:,} of {whole} {'is' if number == 1 else 'are'} hot at 95% for {whom} "
            f"neighbors; {_held(events, areas, hot)}."
        )
    alone = int(by_counts.sum())
    if areas[names.CLASS].isna().all():
        second = f"By counts alone (Gi*) it cannot be computed: {_why_none(areas)}."
    elif not alone:
        second = "By counts alone (Gi*), none is."
    elif not number:
        second = f"By counts alone (Gi*), {alone:,} {'is' if alone == 1 else 'are'}."
    elif number == 1:
        it = "it is too" if both else "it is not"
        second = f"By counts alone (Gi*), {it}; {alone - both:,} others are."
        if alone - both == 1:
            second = f"By counts alone (Gi*), {it}; 1 other is."
        elif alone == both:
            second = f"By counts alone (Gi*), {it}."
    else:
        second = (
            f"By counts alone (Gi*), {alone:,} {'is' if alone == 1 else 'are'}, {both or 'none'} "
            "of them in both."
        )
    parts = (first, _one_county(areas, hot, noun), second)
    return " ".join(part for part in parts if part)


def _why_none(areas: pd.DataFrame) -> str:
    """Say why no area has a result of Gi*: the reason most of them have."""
    why = areas[names.WHY_NOT].value_counts()
    return str(why.index[0]) if len(why) else "there is no area"


def _one_county(areas: pd.DataFrame, hot: "pd.Series[bool]", noun: tuple[str, str]) -> str:
    """Say when a county map is the map of one county and its neighbors."""
    share = largest_share(areas[names.COUNT])
    if noun[0] != "county" or share <= NEARLY_ALL or int(areas[names.CLASS].notna().sum()) < 2:
        return ""
    most = areas[names.COUNT].idxmax()
    others = int(hot.sum()) - int(hot[most])
    through = ""
    if others:
        through = (
            ", so its neighbors are hot only through it" if others > 1
            else ", so its neighbor is hot only through it"
        )  # fmt: skip
    much = "Nearly all" if share >= 0.95 else "Most"
    return f"{much} ({percent(share)}) were recorded in {areas.loc[most, names.NAME]}{through}."


def largest_share(count: "pd.Series[float]") -> float:
    """Share of all events that the fullest area holds, 0..1; 0 when there are none."""
    total = count.sum()
    return float(count.max() / total) if total else 0.0


def _held(events: str, areas: pd.DataFrame, hot: "pd.Series[bool]") -> str:
    together = "together " if hot.sum() > 1 else "it holds "
    share = areas.loc[hot, names.COUNT].sum() / areas[names.COUNT].sum()
    text = f"{together}{percent(share)} of {events}"
    people = areas[names.POPULATION]
    if people.notna().any():
        text += (
            f", {percent(people[hot].sum() / people[areas[names.COUNT].notna()].sum())} of people"
        )
    return text


def _adjusted(areas: pd.DataFrame, hot: "pd.Series[bool]", noun: tuple[str, str]) -> str:
    if areas[names.ADJUSTED_CLASS].isna().all():
        return ""
    adjusted = is_hot(areas[names.ADJUSTED_CLASS])
    both, other = int((adjusted & hot).sum()), int((adjusted & ~hot).sum())
    if not hot.any():
        if not other:
            return "Adjusted for population, none is either."
        return f"Adjusted for population, {_together(count_of(other, *noun), other, 'is', 'are')}."
    if hot.sum() == 1:
        stay = _together("it", 1, "stays", "") if both else "it does not stay hot"
    elif both:
        stay = _together(f"{both:,} of them", both, "stays", "stay")
    else:
        stay = "none of them stays hot"
    more = ""
    if other and both:
        more = f"; {count_of(other, 'other becomes', 'others become')} hot"
    elif other:
        others = count_of(other, "other", "others")
        more = f"; {_together(others, other, 'becomes', 'become')}"
    return f"Adjusted for population, {stay}{more}."


def _together(who: str, number: int, one: str, several: str) -> str:
    """Say of whom the test speaks: neighborhoods, not areas by themselves."""
    if number == 1:
        return f"{who} {one} hot together with its neighbors"
    return f"{who} {several} hot together with their neighbors"
