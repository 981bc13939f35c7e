"""Results in plain sentences: what was found, and what weakens it."""

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from analysis import result as names
from analysis.counts import Selection
from geo import schema

if TYPE_CHECKING:
    from analysis.study import Study

HOT: Final = 2
"""Lowest class that is called hot in words: 95 % confidence."""

RECENT_DAYS: Final = 28


def count_of(number: float, singular: str, plural: str) -> str:
    """Write a number with its noun.

    Examples
    --------
    >>> count_of(1, "county", "counties"), count_of(1200, "county", "counties")
    ('1 county', '1,200 counties')
    """
    return f"{number:,.0f} {singular if number == 1 else plural}"


def events_of(used: pd.DataFrame) -> str:
    """Name what the counted records are.

    Examples
    --------
    >>> events_of(pd.DataFrame({"kind": ["overdose"] * 2, "outcome": ["fatal"] * 2}))
    'fatal overdoses'
    >>> events_of(pd.DataFrame({"kind": ["overdose", "seizure"], "outcome": ["fatal", "unknown"]}))
    'overdoses and seizures'
    """
    kinds, outcomes = set(used[schema.KIND]), set(used[schema.OUTCOME])
    if kinds == {"overdose"} and outcomes in ({"fatal"}, {"nonfatal"}):
        return f"{outcomes.pop()} overdoses"
    return " and ".join(f"{kind}s" for kind in schema.KINDS if kind in kinds) or "events"


def hot_spot_finding(events: str, areas: pd.DataFrame, noun: tuple[str, str]) -> str:
    """Say in one or two sentences how many areas are hot and what they hold.

    Parameters
    ----------
    events : str
        What is counted, from `events_of`.
    areas : DataFrame
        `HotSpots.areas`.
    noun : (str, str)
        An area and several: ("county", "counties").
    """
    able = areas[names.CLASS].notna()
    if not able.any():
        why = areas[names.WHY_NOT].value_counts()
        reason = why.index[0] if len(why) else "there is no area"
        return f"Hot spots cannot be computed here: {reason}."
    hot = (areas[names.CLASS] >= HOT).fillna(value=False).astype(bool)
    number, of = int(hot.sum()), int(able.sum())
    whole = count_of(of, *noun)
    if of == 1:
        verb = f"is hot at 95 %; {_held(events, areas, hot)}" if number else "is not hot"
        first = f"The only {noun[0]} that can be tested {verb}."
    elif number:
        verb = "is" if number == 1 else "are"
        first = f"{number:,} of {whole} {verb} hot at 95 %; {_held(events, areas, hot)}."
    else:
        first = f"None of {whole} is hot at 95 %."
    return f"{first} {_adjusted(areas, hot, noun)}".strip()


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
    adjusted = (areas[names.ADJUSTED_CLASS] >= HOT).fillna(value=False).astype(bool)
    both, other = int((adjusted & hot).sum()), int((adjusted & ~hot).sum())
    if hot.any():
        stay = {0: "None of them stays", 1: "1 of them stays"}.get(both, f"{both:,} of them stay")
        if hot.sum() == 1:
            stay = "It stays" if both else "It does not stay"
        text = f"{stay} hot after adjusting for population"
        more = f"; {count_of(other, 'other becomes', 'others become')} hot then" if other else ""
        return f"{text}{more}."
    if other:
        verb = "is" if other == 1 else "are"
        return f"Adjusted for population, {count_of(other, *noun)} {verb} hot."
    return "Adjusted for population, none is either."


def percent(share: float) -> str:
    """Write a share; small ones keep a decimal, what is not nothing never reads 0.

    Examples
    --------
    >>> percent(0.4133), percent(0.031), percent(0.0001), percent(1.0)
    ('41 %', '3.1 %', '< 0.1 %', '100 %')
    """
    if np.isnan(share):
        return "an unknown share"
    if 0 < share < 0.001:
        return "< 0.1 %"
    digits = 1 if 0 < share < 0.0995 else 0
    return f"{share:.{digits}%}".replace("%", " %")


def record_warnings(selection: Selection) -> list[str]:
    """Say what in the records weakens any map of them."""
    tally, used = selection.tally, selection.used
    out = []
    relevant = tally["used"] + sum(
        tally[why] for why in ("not_placed", "too_coarse", "area_counts", "suppressed")
    )
    if tally["too_coarse"]:
        out.append(
            f"{count_of(tally['too_coarse'], 'record', 'records')} "
            f"({percent(tally['too_coarse'] / relevant)}) placed only by ZIP code, town or county "
            "left out: they would pile up on one point."
        )
    if tally["area_counts"]:
        out.append(
            f"{count_of(tally['area_counts'], 'row', 'rows')} with counts of whole counties left "
            "out: they have no points."
        )
    if tally["not_placed"]:
        out.append(
            f"{count_of(tally['not_placed'], 'record', 'records')} "
            f"({percent(tally['not_placed'] / relevant)}) without a place left out."
        )
    coarse = ~used[schema.PRECISION].isin(schema.POINT_PRECISIONS | {"12"})
    if coarse.mean() > 0.05:
        out.append(
            f"{percent(coarse.mean())} of the records are placed by ZIP code or town only; some "
            "may lie in the county next door."
        )
    if tally["no_date"]:
        out.append(f"{count_of(tally['no_date'], 'record', 'records')} without a date left out.")
    if late := _late(used):
        out.append(late)
    return out


def _late(used: pd.DataFrame) -> str:
    """Say when the last four weeks look thin: reports that are still to come, perhaps."""
    days = used.loc[used[schema.OCCURRED_ON].notna(), [schema.OCCURRED_ON, schema.COUNT]]
    if days.empty:
        return ""
    before = (days[schema.OCCURRED_ON].max() - days[schema.OCCURRED_ON]).dt.days // RECENT_DAYS
    if before.max() < 6:
        return ""
    weeks = days.groupby(before)[schema.COUNT].sum().reindex(range(7), fill_value=0.0)
    usual, recent = float(weeks[1:].mean()), float(weeks[0])
    if usual < 10 or recent > 0.6 * usual:
        return ""
    return (
        f"The last {RECENT_DAYS} days hold {recent:,.0f}, the half year before {usual:,.0f} in as "
        "many days: late records may still arrive."
    )


def hot_spot_warnings(study: "Study", areas: pd.DataFrame, noun: tuple[str, str]) -> list[str]:
    """Say what in the counts weakens a hot spot map."""
    out = []
    count = areas[names.COUNT]
    total, known = count.sum(), count.dropna()
    if missing := int(count.isna().sum()):
        out.append(
            f"{count_of(missing, *noun)} ({percent(missing / len(count))}) with suppressed or "
            "missing counts: left out of the test, not taken as 0."
        )
    if total < 100:
        out.append(f"Only {count_of(total, 'event', 'events')} in all: small counts, unsure map.")
    zeros = float((known == 0).mean()) if len(known) else 0.0
    if zeros > 0.5:
        out.append(f"{percent(zeros)} of the {noun[1]} hold no event.")
    if study.level == "county" and total and known.max() > 0.9 * total:
        out.append(
            f"One county holds {percent(known.max() / total)} of all events: hexagons would show "
            "where in it."
        )
    if areas[names.POPULATION].isna().all():
        out.append(
            f"How many people live in each {noun[0]} is not known: a hot spot may only show where "
            "many people are."
        )
    if study.measure == "rate":
        out.append("Rates of places with few people swing by chance; see the adjusted test.")
    small = (areas[names.CLASS] == 0) & (areas[names.Q] <= 0.1) & (areas[names.Z] > 0)
    if held := int(small.fillna(value=False).sum()):
        out.append(
            f"{count_of(held, *noun)} would be hot but for too few events nearby "
            f"(fewer than {study.min_count})."
        )
    return out
