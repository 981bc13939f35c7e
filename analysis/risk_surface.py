"""Relative risk of one study: where events are more, or fewer, than the people of the counties."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from analysis import caveats, provenance, scale, smoothing, standing_out, weights, words
from analysis.counts import by_county, select
from analysis.county_risk import CountyRisk, county_risk
from analysis.findings import NEARLY_ALL, largest_share
from analysis.ground import Ground, county_shapes, ground_of
from analysis.neighbors import county_links
from analysis.pixels import Floats
from analysis.relative_risk import relative_risk
from analysis.result import COUNT, PEOPLE, Density, Parameter
from analysis.study import Study
from analysis.surface import PROJECTION, inside, peaks_with
from boundaries import load
from geo.errors import StudyError
from geo.layers import Band, Surface
from geo.schema import Records

FEWEST_COUNTIES: Final = 5
UNIT: Final = "times the average"

_NEIGHBORS: Final = 3  # nearest county middles that a kernel reaches at least


def risk(study: Study, records: Sequence[Records]) -> Density:
    """Compare a smooth map of events with one of people, both by county.

    Parameters
    ----------
    study : Study
        Its `versus` is "people". Kernel, border and half-life do not apply.
    records : sequence of Records
        One or more sources; any place that tells the county will do.

    Returns
    -------
    Density
        Of the ratio: 1 is the risk of the whole study area; NaN in counties whose count or people
        are not known.

    Raises
    ------
    StudyError
        Too few counties with people, or no event in them.
    """
    selection = select(study, records)
    ground = ground_of(selection.geoids)
    table, people_from, people_warnings = by_county(selection)
    known = (table["count"].notna() & (table["population"] > 0)).to_numpy()
    if known.sum() < FEWEST_COUNTIES:
        raise StudyError(
            f"Relative risk needs people in at least {FEWEST_COUNTIES} counties: they are known by "
            "county only.",
            "Choose whole states, or the density per area.",
        )
    held = load.counties().loc[table.index[known]]
    middles = ground.project(held["lon"], held["lat"])
    events, people = (table.loc[known, one].to_numpy(float) for one in ("count", "population"))
    links = county_links(tuple(table.index[known]))
    fewest = study.min_count or scale.fewest_events(events, weights.with_self(links))[0]
    reach, bandwidth = _bandwidth(study, middles)
    grid, pixel = smoothing.grid_of(study, ground.shape.bounds, reach / 2, area_m2=ground.area_m2)
    seen = replace(ground, shape=_seen(ground, known))
    told = inside(seen, grid)
    tested = county_risk(events, people, middles, links, reach, grid, told)
    found = relative_risk(
        middles, middles, reach, grid, inside(ground, grid), case_weights=events,
        control_weights=people, kind="population",
    )  # fmt: skip
    ratio = np.where(told, np.exp(found.log_risk), np.nan)
    out = standing_out.risky(tested, ratio, grid, seen, middles, events, people, fewest)
    peaks = peaks_with(fewest, ratio, grid, reach, middles, events, ground)
    what = words.events_of(selection.used)
    return Density(
        study=study,
        surface=Surface(
            ratio.astype(np.float32), grid.transform, ground.crs.to_wkt(), UNIT, reach,
            bands_of(tested),
        ),
        peaks=peaks,
        areas=out.areas,
        contours=out.contours,
        parameters=(
            *selection.parameters, _MEASURE, bandwidth, BORDER, pixel, out.parameter,
            *people_from, PROJECTION,
        ),
        finding=_finding(what, tested, out, float(people.sum())) + highest(peaks),
        warnings=(
            *caveats.record_warnings(study, selection), *_left_out(table, known),
            *people_warnings, *_in_one_county(events), _RESIDENTS,
        ),
        tally=selection.tally,
        provenance=provenance.provenance(study, records, selection.tally),
    )  # fmt: skip


_MEASURE: Final = Parameter(
    "Measure",
    "relative risk",
    "Density of events over density of people, each as a share of its total: 2 is twice the risk "
    "of the whole study area. Both are taken at the middles of counties, where people are known.",
)
BORDER: Final = Parameter(
    "Border", "uniform", "Both maps are divided by the part of the kernel inside the study area."
)
_RESIDENTS: Final = (
    "Risk is that of residents: where many events are those of visitors, it looks higher than it "
    "is."
)


def _bandwidth(study: Study, middles: Floats) -> tuple[float, Parameter]:
    """Give a bandwidth that tells counties from regions, never one narrower than they lie apart."""
    k = min(_NEIGHBORS, len(middles) - 1)
    apart = float(np.median(cKDTree(middles).query(middles, k=[k + 1])[0]))
    least = scale.friendly(apart)
    if study.bandwidth_m and study.bandwidth_m >= apart:
        return study.bandwidth_m, Parameter(
            "Bandwidth", scale.kilometers(study.bandwidth_m),
            "You chose it: the standard deviation of a Gaussian.",
        )  # fmt: skip
    reason = (
        f"The standard deviation of a Gaussian. Half of the counties have {k} others within "
        f"{scale.kilometers(apart)}"
    )
    reason += "; the narrower one you chose would show single points." if study.bandwidth_m else "."
    return least, Parameter("Bandwidth", scale.kilometers(least), reason)


def _seen(ground: Ground, known: NDArray[np.bool_]) -> shapely.Geometry:
    """Leave out the ground of counties of which nothing is known."""
    if known.all():
        return ground.shape
    return shapely.coverage_union_all(county_shapes(ground.geoids)[known])


def _in_one_county(events: Floats) -> list[str]:
    """Say when the events are those of one county: its file may cover no other."""
    share = largest_share(pd.Series(events))
    if share <= NEARLY_ALL:
        return []
    told = f"{words.percent(share)} of the events were recorded in one county"
    why = "the others may not be covered, and then no ratio means anything."
    return [f"{told}: {why} Choose the states the file covers."]


def _left_out(table: pd.DataFrame, known: NDArray[np.bool_]) -> list[str]:
    """Say which counties are blank on the map, and why."""
    out = []
    reasons = {
        "with suppressed or missing counts": table["count"].isna().to_numpy(),
        "without a known number of people": (table["count"].notna() & ~known).to_numpy(),
    }
    for why, missing in reasons.items():
        if number := int(missing.sum()):
            out.append(
                f"{words.count_of(number, 'county', 'counties')} "
                f"({words.percent(number / len(table))}) {why}: blank on the map, not taken as 0, "
                "and no part of any ratio."
            )
    return out


def _finding(what: str, tested: CountyRisk, out: standing_out.StandingOut, people: float) -> str:
    """Say on how much ground risk is high, and what that ground holds."""
    told = np.isfinite(tested.q)
    sure = (tested.q[told] <= standing_out.SURE) & (tested.ratio[told] > 1)
    if not sure.any():
        return (
            f"Nowhere is the risk of {what} higher than chance and the ordinary differences "
            "between counties explain (95%, many places looked at)"
        )
    areas = out.areas
    ground = words.percent(float(np.mean(sure)))
    first = (
        f"The risk of {what} is higher than chance and the ordinary differences between counties "
        f"explain on {ground} of the ground with known counts (95%, many places looked at)"
    )
    if areas.empty:
        return f"{first}, but nowhere with enough events to speak of"
    share, living = float(areas["share"].sum()), float(areas[PEOPLE].sum()) / people
    return (
        f"{first}, with {words.percent(share)} of them ({areas[COUNT].sum():,.0f}) and "
        f"{words.percent(living)} of people"
    )


def bands_of(tested: CountyRisk) -> tuple[Band, ...]:
    """Give the chances of a risk as bands of its file."""
    return (
        Band(
            "p", "p, one-sided: below 0.025 high, above 0.975 low", tested.high.astype(np.float32)
        ),
        Band("q", "q, two-sided, many places looked at", tested.q.astype(np.float32)),
    )


def highest(peaks: pd.DataFrame) -> str:
    """Say where a risk is highest, as the end of a finding."""
    if peaks.empty:
        return "."
    first = peaks.iloc[0]
    times = f"{first['density']:.2g}"
    said = "as the average" if times == "1" else f"{times} {UNIT}"
    return f"; where enough events lie near, it is highest, {said}, at {first['name']}."
