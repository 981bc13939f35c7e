"""Relative risk of one study: where events are more, or fewer, than the people of the counties."""

from collections.abc import Sequence
from typing import Final

import numpy as np
import pandas as pd
from scipy.spatial import cKDTree

from analysis import caveats, provenance, scale, smoothing, standing_out, words
from analysis.counts import by_county, select
from analysis.ground import ground_of
from analysis.pixels import Floats
from analysis.relative_risk import RelativeRisk, relative_risk
from analysis.result import COUNT, PEOPLE, Density, Parameter
from analysis.study import Study
from analysis.surface import PROJECTION, inside, named, peaks_of, within
from boundaries import load
from geo.errors import StudyError
from geo.layers import Surface
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
        Of the ratio: 1 is the risk of the whole study area.

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
    reach, bandwidth = _bandwidth(study, middles)
    grid, pixel = smoothing.grid_of(study, ground.shape.bounds, reach / 2)
    found = relative_risk(
        np.repeat(middles, np.rint(events).astype(np.int64), axis=0), middles, reach, grid,
        inside(ground, grid), control_weights=people, kind="population",
    )  # fmt: skip
    ratio = np.exp(found.log_risk)
    spots = peaks_of(ratio, grid, reach)
    near = within(spots, reach, middles, events)
    enough = np.flatnonzero(near >= study.min_count)[:15]
    out = standing_out.risky(found, grid, ground, middles, events, people, study.min_count)
    peaks = named(spots[enough], near[enough], ground)
    what = words.events_of(selection.used)
    return Density(
        study=study,
        surface=Surface(
            ratio.astype(np.float32), grid.transform, ground.crs.to_wkt(), UNIT, reach
        ),
        peaks=peaks,
        areas=out.areas,
        contours=out.contours,
        parameters=(
            *selection.parameters, _MEASURE, bandwidth, _BORDER, pixel, out.parameter,
            *people_from, PROJECTION,
        ),
        finding=_finding(what, found, out, float(people.sum())) + _highest(peaks),
        warnings=(*caveats.record_warnings(study, selection), *people_warnings, _RESIDENTS),
        tally=selection.tally,
        provenance=provenance.provenance(study, records, selection.tally),
    )  # fmt: skip


_MEASURE: Final = Parameter(
    "Measure",
    "relative risk",
    "Density of events over density of people, each as a share of its total: 2 is twice the risk "
    "of the whole study area. Both are taken at the middles of counties, where people are known.",
)
_BORDER: Final = Parameter(
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


def _finding(what: str, found: RelativeRisk, out: standing_out.StandingOut, people: float) -> str:
    """Say on how much ground risk is high, and what that ground holds."""
    areas = out.areas
    if areas.empty:
        return f"Nowhere is the risk of {what} higher than chance explains, place by place"
    told = np.isfinite(found.p)
    ground = float(np.mean(found.p[told] < standing_out.HIGH_P))
    share, living = float(areas["share"].sum()), float(areas[PEOPLE].sum()) / people
    return (
        f"The risk of {what} is higher than chance explains on {words.percent(ground)} of the "
        f"study area, with {words.percent(share)} of them ({areas[COUNT].sum():,.0f}) and "
        f"{words.percent(living)} of people"
    )


def _highest(peaks: pd.DataFrame) -> str:
    if peaks.empty:
        return "."
    first = peaks.iloc[0]
    return f"; it is highest, {first['density']:.2g} {UNIT}, at {first['name']}."
