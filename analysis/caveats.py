"""What weakens a result, one sentence each."""

from collections.abc import Mapping
from typing import Final

import pandas as pd

from analysis import result as names
from analysis.counts import AREA_KEY, STREET_SHARE, Selection
from analysis.findings import NEARLY_ALL, largest_share
from analysis.kept_steps import kept
from analysis.pixels import PER_MI2
from analysis.study import Study
from analysis.words import count_of, is_hot, percent
from geo import schema

RECENT_DAYS: Final = 28

COUNTY_PRECISION: Final = "12"
"""NAACCR code of a place known by its county."""

FEW_EVENTS: Final = 100
"""Fewer events than this and a warning says so."""

_WIDE_KM2: Final = 5_000.0
"""About two counties: half of them are smaller than 1,600 km2."""

FEW_AREAS: Final = 20
"""Fewer areas than this and a warning says so."""


@kept(6, "states", "hidtas", "outcomes")
def record_warnings(study: Study, selection: Selection) -> tuple[str, ...]:
    """Say what in the records weakens any map of them."""
    tally, used = selection.tally, selection.used
    out = _kind_warnings(study, used)
    if tally["outside_study"] and not (study.states or study.hidtas):
        share = tally["outside_study"] / (tally["records"] - _filtered(tally))
        out.append(
            f"{count_of(tally['outside_study'], 'record', 'records')} ({percent(share)}) outside "
            "the study area chosen from the data left out: choose states to count them."
        )
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
    if coarse := _coarse(used):
        out.append(coarse)
    if tally["no_date"]:
        out.append(f"{count_of(tally['no_date'], 'record', 'records')} without a date left out.")
    if tally["longer_than_period"]:
        out.append(
            f"{count_of(tally['longer_than_period'], 'record', 'records')} left out whose month, "
            "quarter or year lies only partly within the period."
        )
    if late := _late(used):
        out.append(late)
    return tuple(out)


def _kind_warnings(study: Study, used: pd.DataFrame) -> list[str]:
    """Say what is added up that is not alike."""
    out = []
    kinds = set(used[schema.KIND].unique())
    if len(kinds) > 1:
        out.append("Overdoses and seizures are counted together, though they are unlike things.")
    if study.outcomes and "seizure" in kinds:
        out.append("The choice of outcomes holds for overdoses only: seizures have none.")
    if both := _counted_both_ways(used):
        out.append(
            f"{count_of(both, 'county has', 'counties have')} both counts of the whole county and "
            "single records, and these are added up: where they tell of the same events, each "
            "counts twice. Look at one source at a time."
        )
    return out


def _counted_both_ways(used: pd.DataFrame) -> int:
    """Counties with a count of all their events beside records of single ones of that kind."""
    where = [schema.GEOID, schema.KIND]
    is_whole = used[AREA_KEY].astype(bool)
    whole = used.loc[is_whole, where].drop_duplicates()
    single = used.loc[~is_whole, where].drop_duplicates()
    return int(whole.merge(single)[schema.GEOID].nunique())


def _filtered(tally: Mapping[str, int]) -> int:
    """Count the records the study's own filters leave out."""
    return sum(
        tally[why]
        for why in (
            "other_kind",
            "other_outcome",
            "other_drug",
            "no_date",
            "outside_period",
            "longer_than_period",
        )
    )


def _coarse(used: pd.DataFrame) -> str:
    """Say how many places are so coarse that they may lie in another county."""
    coarse = ~used[schema.PRECISION].isin(schema.POINT_PRECISIONS)
    by_county = used[schema.PRECISION] == COUNTY_PRECISION
    if (coarse & ~by_county).mean() <= 0.05:  # a county that is given is not guessed
        return ""
    how = "ZIP code, town or county" if by_county.any() else "ZIP code or town"
    return (
        f"{percent(coarse.mean())} of the records are placed by {how} only; those by ZIP code or "
        "town may lie in the county next door."
    )


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


def few_events(total: float) -> str:
    """Say that there are few events in all; "" where there are enough.

    Examples
    --------
    >>> few_events(3.0), few_events(100.0)
    ('Only 3 events in all: small counts, unsure map.', '')
    """
    if total >= FEW_EVENTS:
        return ""
    return f"Only {count_of(total, 'event', 'events')} in all: small counts, unsure map."


def too_wide(areas_km2: pd.Series, *, miles: bool) -> tuple[str, ...]:
    """Say that the largest hot area is too wide to act on; empty where it is not.

    Examples
    --------
    >>> too_wide(pd.Series([812.0, 60_415.0]), miles=False)[0]
    'A hot area of 60,415 km2 is too wide to act on: choose fewer states, or a shorter bandwidth.'
    >>> too_wide(pd.Series([812.0]), miles=False)
    ()
    """
    widest = float(areas_km2.max()) if len(areas_km2) else 0.0
    if widest <= _WIDE_KM2:
        return ()
    size = f"{widest * 1e6 / PER_MI2:,.0f} mi2" if miles else f"{widest:,.0f} km2"
    advice = "choose fewer states, or a shorter bandwidth."
    return (f"A hot area of {size} is too wide to act on: {advice}",)


def density_warnings(study: Study, selection: Selection, total: float) -> tuple[str, ...]:
    """Say what weakens a density of so many events in all."""
    few = few_events(total)
    return ((few,) if few else ()) + record_warnings(study, selection)


def hot_spot_warnings(
    study: Study, areas: pd.DataFrame, noun: tuple[str, str], street: float, fewest: int
) -> list[str]:
    """Say what in the counts weakens a hot spot map.

    Parameters
    ----------
    study : Study
    areas : DataFrame
        `HotSpots.areas`.
    noun : (str, str)
        An area and several.
    street : float
        Share of the records, 0..1, with a place at street level: enough of them carry hexagons.
    fewest : int
        Events in a neighborhood below which it is never called hot.
    """
    out = []
    count = areas[names.COUNT]
    total, known = count.sum(), count.dropna()
    if missing := int(count.isna().sum()):
        out.append(
            f"{count_of(missing, *noun)} ({percent(missing / len(count))}) with suppressed or "
            "missing counts: left out of the test, not taken as 0."
        )
    if few := few_events(total):
        out.append(few)
    zeros = float((known == 0).mean()) if len(known) else 0.0
    if zeros > 0.5:
        out.append(f"{percent(zeros)} of the {noun[1]} hold no event.")
    if study.level == "county" and (share := largest_share(count)) > NEARLY_ALL:
        advice = "this map cannot show where in it"
        if street >= STREET_SHARE:
            advice = "hexagons would show where in it"
        out.append(f"One county holds {percent(share)} of all events: {advice}.")
    out += _not_tested(areas, noun)
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
            f"(fewer than {fewest})."
        )
    return out


def claim_warnings(  # noqa: PLR0913  (what is shown, and what the data suggest)
    areas: pd.DataFrame,
    noun: tuple[str, str],
    whole_map: str,
    *,
    by_people: bool,
    fewest: int,
    least: int,
) -> list[str]:
    """Say where the data cannot carry the claim that a place is hot.

    Parameters
    ----------
    areas : DataFrame
        `HotSpots.areas`.
    noun : (str, str)
        An area and several.
    whole_map : str
        What Moran's I says, in words.
    by_people : bool
        Which test leads.
    fewest, least : int
        Events near a hot spot that the data suggest, and that the study asks for.
    """  # fmt: skip
    classes = areas[names.ADJUSTED_CLASS if by_people else names.CLASS]
    hot, able = is_hot(classes), int(classes.notna().sum())
    out = []
    if 1 < able < FEW_AREAS:
        out.append(
            f"Only {count_of(able, *noun)} can be tested: with so few, chance and clusters are "
            "hard to tell apart."
        )
    number = int(hot.sum())
    if not (by_people or number) and (blind := _cannot_tell(areas, noun, least)):
        out.append(blind)
    weak = int((hot & areas[names.ROBUST].str.match("hot at 1 of [23]")).sum())
    if weak:
        out.append(
            f"{weak:,} of {number:,} hot {noun[0 if number == 1 else 1]} "
            f"{'is' if weak == 1 else 'are'} not hot at half or at double the reach: weak evidence."
        )
    thin = int((hot & (areas[names.NEIGHBORHOOD_COUNT] < fewest)).sum())
    if thin and fewest > least:
        out.append(
            f"{thin:,} of {number:,} hot {noun[0 if number == 1 else 1]} "
            f"{'has' if thin == 1 else 'have'} fewer than {fewest} events with neighbors, the "
            "fewest the data suggest."
        )
    if number and "no more alike" in whole_map:
        out.append("The map as a whole shows no clustering: take single hot spots with care.")
    return out


def _cannot_tell(areas: pd.DataFrame, noun: tuple[str, str], least: int) -> str:
    """Say when all events lie in a few areas with none beside them: no test could call one hot.

    Shuffled over n areas, the fullest one lies in a given neighborhood of s with probability s / n;
    s neighborhoods hold it, so that q, about 2 n / s times s / n, is above 1.
    """
    count = areas[names.COUNT].fillna(0.0)
    full = count > 0
    few = 0 < int(full.sum()) < FEW_AREAS
    beside = (areas[names.NEIGHBORHOOD_COUNT] > count)[full].any()
    if not few or beside or count.max() < least:
        return ""
    number = int(full.sum())
    return (
        f"All {count_of(count.sum(), 'event', 'events')} lie in {number:,} of {len(areas):,} "
        f"{noun[1]}, with none beside {'it' if number == 1 else 'them'}. This map cannot tell "
        f"whether {'it is' if number == 1 else 'they are'} hot: shuffling the {noun[1]} can give "
        "nothing rarer. That nothing is called hot does not mean that nothing is there: look at "
        "the records themselves."
    )


def _not_tested(areas: pd.DataFrame, noun: tuple[str, str]) -> list[str]:
    """Say why areas with a known count have no result."""
    if areas[names.CLASS].isna().all():
        return []  # the finding says why
    known = areas[areas[names.COUNT].notna() & (areas[names.WHY_NOT] != "")]
    out = []
    for why, number in known[names.WHY_NOT].value_counts().items():
        reason = str(why)
        if number > 1:
            reason = reason.replace("it has", "they have").replace("its", "their")
        out.append(f"{count_of(number, *noun)} not tested: {reason}.")
    return out
