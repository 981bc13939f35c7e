"""Judge a map by what came after it: made without the last months, again without those before."""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from analysis import ranked_places as ranked
from analysis import words
from analysis.capture import TOP, Interval, capture, capture_curve, pooled, pooled_lead
from analysis.control_risk import cases_of
from analysis.holdout import PERIODS, Holdout, hold_out_again
from analysis.map_verdict import MAPS, PARTS, MapCheck, Period, Ranking
from analysis.ranked_pixels import ranked_pixels
from analysis.ranked_places import RankedPlaces
from analysis.ranked_streets import ranked_streets
from geo.errors import StudyError
from geo.schema import COUNT, Records

if TYPE_CHECKING:
    from analysis.study import Study

BASELINES: Final = (ranked.BEFORE, ranked.EARLIER, ranked.POPULATION, ranked.ALIKE)

THIN: Final = 0.6
"""Later events, as a part of those of as many months before, below which some may be missing."""


def check_map(
    study: "Study", records: Sequence[Records], share: float = TOP, periods: int = PERIODS
) -> MapCheck:
    """Make the map of a study without the last whole months, and judge it by them.

    Then without the months before these, and so on, so that one odd period decides nothing. Every
    choice the data make, such as the size of cells or the bandwidth, is made from the earlier
    records alone.

    Parameters
    ----------
    study : Study
        Hot spots or a density.
    records : sequence of Records
        One or more sources.
    share : float
        Share of the people (by county, where known), the ground, or the later cases and controls
        that is looked at.
    periods : int
        How many are held back in turn, at most; fewer where the records do not reach back.

    Returns
    -------
    MapCheck

    Raises
    ------
    StudyError
        Too few events or months, no dates, or no map of the earlier records.
    """
    cases = cases_of(study, records)
    judged = _ranked_again(hold_out_again(study, cases, periods), records)
    newest, places = judged[0]
    of_all = [places for _, places in judged]
    in_order = MAPS if study.hot_means == "people" else MAPS[1:] + MAPS[:1]
    rankings = {
        name: Ranking(
            name=name,
            title=_title(name, newest.months, places.measured),
            found=pooled(
                [(p.scores[name], p.later, p.size) for p in of_all], share, seed=study.seed
            ),
            curve=_curve(name, of_all),
            ahead=_ahead(name, of_all, share, study.seed) if name in MAPS else {},
        )
        for name in (*in_order, *BASELINES)
        if name in places.scores
    }
    return MapCheck(
        rankings=rankings,
        measured=places.measured,
        share=share,
        periods=tuple(_period(held, found, share) for held, found in judged),
        months=newest.months,
        outside=sum(found.outside for found in of_all),
        events=words.events_of(pd.concat([held.later for held, _ in judged])),
        warnings=_warnings(newest, of_all, periods),
    )


_RANKED_AS: Final[Mapping[str, Callable[[Holdout, Sequence[Records]], RankedPlaces]]] = {
    "streets": ranked_streets,
    "ground": ranked_pixels,
    "controls": ranked_pixels,
}


def _ranked_again(
    held: Sequence[Holdout], records: Sequence[Records]
) -> list[tuple[Holdout, RankedPlaces]]:
    """Rank the places of each map; older periods only as far as they rank by the same things."""
    out: list[tuple[Holdout, RankedPlaces]] = []
    for one in held:
        versus = one.study.versus if one.study.method == "density" else "people"
        try:
            found = _RANKED_AS.get(versus, ranked.ranked_places)(one, records)
        except StudyError:
            if not out:
                raise
            break
        alike = not out or (
            found.measured == out[0][1].measured and found.scores.keys() == out[0][1].scores.keys()
        )
        if not alike or (out and not found.later.sum() > 0):
            break
        out.append((one, found))
    return out


def _period(held: Holdout, places: RankedPlaces, share: float) -> Period:
    return Period(
        first=held.cut.date().isoformat(),
        last=(held.after - pd.Timedelta(days=1)).date().isoformat(),
        later=float(places.later.sum()),
        captured={
            name: capture(score, places.later, places.size, share, draws=1).captured
            for name, score in places.scores.items()
        },
    )


_TITLES: Final[Mapping[str, str]] = {
    ranked.ADJUSTED: "the map adjusted for people",
    ranked.GI: "the map (Gi*)",
    ranked.DENSITY: "the map (density)",
    ranked.RISK: "the map (relative risk)",
    ranked.BEFORE: "the {what} of the {months} months before",
    ranked.EARLIER: "the {what} of all earlier months",
    ranked.POPULATION: "population",
    ranked.ALIKE: "cases and controls everywhere alike",
}
_COUNTED: Final[Mapping[str, str]] = {"people": "rates", "records": "ratios"}


def _title(name: str, months: int, measured: ranked.Measured) -> str:
    return _TITLES[name].format(months=months, what=_COUNTED.get(measured, "counts"))


def _curve(name: str, periods: Sequence[RankedPlaces]) -> tuple[float, ...]:
    """Share of the events of all periods captured, at each of `PARTS`."""
    caught = np.zeros(len(PARTS))
    for places in periods:
        shares, captured = capture_curve(places.scores[name], places.later, places.size)
        caught += np.interp(PARTS, shares, captured) * places.later.sum()
    return tuple((caught / sum(places.later.sum() for places in periods)).tolist())


def _ahead(
    name: str, periods: Sequence[RankedPlaces], share: float, seed: int
) -> dict[str, tuple[float, Interval]]:
    return {
        other: pooled_lead(
            [(p.scores[name], p.scores[other], p.later, p.size) for p in periods], share, seed=seed
        )
        for other in BASELINES
        if other in periods[0].scores
    }


def _warnings(newest: Holdout, periods: Sequence[RankedPlaces], asked: int) -> tuple[str, ...]:
    out = []
    later, before = float(newest.later[COUNT].sum()), float(newest.before[COUNT].sum())
    if later < THIN * before:
        out.append(
            f"The {newest.months} months held back {'' if len(periods) == 1 else 'last '}hold "
            f"{later:,.0f} events, those before {before:,.0f}: some may not have been reported yet."
        )
    if len(periods) == 1 < asked:
        out.append(
            "Judged by one period only, as the records do not reach far enough back for more: "
            "another may tell otherwise."
        )
    measured = periods[0].measured
    if ranked.POPULATION not in periods[0].scores and measured != "records":
        out.append(
            "People are known by county, and this map lies in one: as population ranks no place of "
            "it above another, the map is not held against population."
        )
    elif measured not in ("people", "records"):
        out.append(
            "People are known by county and taken as spread evenly over it, so the ranking by "
            "population tells counties apart and nothing within them."
        )
    if outside := sum(places.outside for places in periods):
        out.append(
            f"{words.count_of(outside, 'later event', 'later events')} in places the map "
            "does not rank left out."
        )
    return tuple(out)
