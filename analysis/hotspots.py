"""Hot spots of one study: counts, neighbors, tests, and what they mean in words."""

from collections.abc import Sequence
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse

from analysis import areas as placing
from analysis import (
    caveats,
    findings,
    local_tests,
    neighbors,
    opinions,
    provenance,
    rates,
    robustness,
    scale,
    whole_map,
    words,
)
from analysis import result as names
from analysis.areas import Areas
from analysis.counts import select, street_share
from analysis.getis_ord import Floats
from analysis.local_tests import Held, Outcome
from analysis.result import HotSpots, Parameter
from analysis.study import Study
from analysis.suggest import suggest_level
from boundaries import load
from geo.errors import StudyError
from geo.schema import KINDS, Records

COLUMNS: Final = (
    names.NAME, names.COUNT, names.POPULATION, names.RATE, names.Z, names.P, names.Q, names.CLASS,
    names.NEIGHBORHOOD_COUNT, names.RISK, names.ADJUSTED_P, names.ADJUSTED_Q, names.ADJUSTED_CLASS,
    *names.AT_SCALES, names.WHY_NOT,
)  # fmt: skip


def hot_spots(study: Study, records: Sequence[Records]) -> HotSpots:
    """Run Gi* and the population-adjusted test on the records of a study.

    Parameters
    ----------
    study : Study
        Its method is "hotspots".
    records : sequence of Records
        One or more sources.

    Returns
    -------
    HotSpots

    Raises
    ------
    StudyError
        No record is left, or the choices cannot be computed on what is.
    """
    selection = select(study, records)
    areas = placing.areas_of(study, selection)
    weights, chosen = neighbors.neighbors_of(study, areas)
    held = _held(study, areas)
    suggested, counted = _fewest(study, held.count, weights)
    fewest = study.min_count or suggested
    table, tested = test(study, areas, weights, fewest)
    for_people = _leads(study, table)
    values = _values(study, held)
    line = whole_map.sentence(values, weights, held, for_people=for_people, seed=study.seed)

    def ask_others() -> pd.DataFrame:
        shown, many = opinions.looked_at(values, held, weights, for_people=for_people)
        return opinions.opinions(shown, many, weights, areas.table.index)

    return HotSpots(
        study=study,
        areas=table,
        parameters=(
            _level(study, records), _meant(study, table, areas), *areas.parameters, *chosen,
            *tested, counted,
        ),
        finding=findings.hot_spot_finding(
            words.events_of(selection.used), table, areas.noun, by_people=for_people
        ),
        warnings=(
            *caveats.record_warnings(study, selection),
            *caveats.hot_spot_warnings(
                study, table, areas.noun, street_share(selection.used), fewest
            ),
            *caveats.claim_warnings(
                table, areas.noun, line, by_people=for_people, fewest=suggested, least=fewest,
            ),
            *areas.warnings,
            *neighbors.warnings_of(study, areas, weights),
        ),
        tally=selection.tally,
        provenance=provenance.provenance(study, records, selection.tally),
        shapes=areas.shapes,
        whole_map=line,
        at_scales=robustness.sentence(table, _leading(study, table), areas.noun),
        opinions=ask_others,
    )  # fmt: skip


def _level(study: Study, records: Sequence[Records]) -> Parameter:
    """Say why these areas, where that follows from the data."""
    suggested, reason = suggest_level(records, study.kinds or KINDS)
    return Parameter("Areas", study.level, reason if study.level == suggested else "You chose it.")


def _meant(study: Study, table: pd.DataFrame, areas: Areas) -> Parameter:
    """Say which test decides what is hot, and why."""
    if _leads(study, table):
        return Parameter(
            "Hot means", "more than its people explain",
            "Where many people live much happens; this test tells risk from crowds.",
        )  # fmt: skip
    if areas.ground is not None:
        return Parameter(
            "Hot means", "more than its ground explains (Gi*)",
            f"How many people live in each {areas.noun[0]} is not known. Where many are, much "
            "happens, so that a hot one may only show that.",
        )  # fmt: skip
    reason = "You chose it: it finds where events are, which is also where people are."
    if study.hot_means == "people":
        reason = (
            "How many people live in these areas is not known, or amounts are no counts, so the "
            "test by people cannot be made."
        )
    return Parameter("Hot means", "more than chance explains (Gi*)", reason)


def _leads(study: Study, table: pd.DataFrame) -> bool:
    return study.hot_means == "people" and bool(table[names.ADJUSTED_CLASS].notna().any())


def _leading(study: Study, table: pd.DataFrame) -> str:
    return names.ADJUSTED_CLASS if _leads(study, table) else names.CLASS


def _held(study: Study, areas: Areas) -> Held:
    """Take counts and people out of a table, and the state of each county where that matters."""
    part = None
    if study.within_states and areas.cells is None:
        state = load.counties()["state"].reindex(areas.table.index)
        part = state.to_numpy(dtype=object) if len(set(state)) > 1 else None
    count, people = (areas.table[name].to_numpy(float) for name in ("count", "population"))
    return Held(count, people, part, areas.ground)


def _values(study: Study, held: Held) -> Floats:
    """Take what Gi* is made of."""
    if study.measure == "count":
        return held.count
    rate = rates.rate_per_100k(held.count, held.people)
    if not np.isfinite(rate).any():
        raise StudyError(
            "No population is known for these areas.", "Study counts, or rates by county."
        )
    return rate


def test(
    study: Study, areas: Areas, weights: sparse.csr_array, fewest: int
) -> tuple[pd.DataFrame, tuple[Parameter, ...]]:
    """Test each neighborhood; the table of `HotSpots.areas`, hottest first.

    A neighborhood with less than the fewest events is never hot.
    """
    held = _held(study, areas)
    values = _values(study, held)
    gi, how = local_tests.by_counts(study, values, weights, areas.ground)
    people, by_people = local_tests.by_people(study, held, weights)
    nearby = _nearby(values, held.count, weights)
    table = pd.DataFrame(
        {
            names.NAME: areas.table["name"],
            names.COUNT: held.count,
            names.POPULATION: held.people,
            names.RATE: rates.rate_per_100k(held.count, held.people),
            names.Z: gi.direction,
            names.P: gi.p,
            names.Q: gi.q,
            names.CLASS: _classes(gi, nearby, fewest),
            names.NEIGHBORHOOD_COUNT: nearby,
            names.RISK: people.direction + 1,
            names.ADJUSTED_P: people.p,
            names.ADJUSTED_Q: people.q,
            names.ADJUSTED_CLASS: _classes(people, nearby, fewest),
            names.WHY_NOT: _why_not(values, held.count, gi.direction, weights),
        },
        index=areas.table.index,
    )
    for_people = _leads(study, table)

    def again(at_scale: sparse.csr_array) -> pd.arrays.IntegerArray:
        if for_people:
            found = local_tests.by_people(study, held, at_scale)[0]
        else:
            found = local_tests.by_counts(study, values, at_scale, areas.ground)[0]
        return _classes(found, _nearby(values, held.count, at_scale), fewest)

    shown = table[_leading(study, table)].array
    scales = neighbors.scales_of(areas, weights)
    table = table.join(robustness.at_scales(shown, scales, again).set_axis(table.index))
    told = (*how, _correction(study), robustness.parameter(scales), *by_people)
    return _ranked(table, for_people=for_people), told


def _ranked(table: pd.DataFrame, *, for_people: bool) -> pd.DataFrame:
    """Sort by the test that leads, hottest first; what is not computable comes last."""
    order, up = [names.CLASS, names.Z], [False, False]
    if for_people:
        order, up = [names.ADJUSTED_CLASS, names.RISK], [False, False]
    return table[list(COLUMNS)].sort_values(order, ascending=up, na_position="last", kind="stable")


def _nearby(values: Floats, count: Floats, weights: sparse.csr_array) -> Floats:
    """Events in each area and its neighbors; NaN for a missing area."""
    member = sparse.csr_array(weights != 0, dtype=np.float64)
    events: Floats = member @ np.where(np.isfinite(count), count, 0.0)
    return np.where(np.isfinite(values), events, np.nan)


def _classes(tested: Outcome, nearby: Floats, fewest: int) -> pd.arrays.IntegerArray:
    """Classes of confidence; a neighborhood with too few events is never hot."""
    found = tested.classes()
    found[(found > 0) & (nearby < fewest)] = 0
    missing = np.isnan(found)
    return pd.arrays.IntegerArray(np.where(missing, 0, found).astype(np.int8), missing)


def _why_not(
    values: Floats, count: Floats, z: Floats, weights: sparse.csr_array
) -> NDArray[np.object_]:
    """Say why an area has no z-score; "" where it has one."""
    known = np.isfinite(values)
    why = np.full(values.size, "", dtype=object)
    missing = np.isnan(z)
    why[missing] = "its neighbors are all areas there are"
    why[missing & local_tests.alone(count, weights)] = "it has no neighbor with a known count"
    if known.any() and np.ptp(values[known]) == 0:
        why[missing] = "all areas hold the same"
    why[~known] = "its population is not known"
    why[np.isnan(count)] = "its count is suppressed or missing"
    return why


def _correction(study: Study) -> Parameter:
    correction = {
        "bh": ("Benjamini-Hochberg", "Keeps false discoveries among the hot and cold spots rare."),
        "by": ("Benjamini-Yekutieli", "Holds under any dependence, at a price in power."),
        "none": ("none", "You chose it: expect false hot spots among so many tests."),
    }[study.correction]
    return Parameter("Correction for many tests", *correction)


def _fewest(study: Study, count: Floats, weights: sparse.csr_array) -> tuple[int, Parameter]:
    """Return the fewest events the data suggest, and say what the study takes."""
    suggested, why = scale.fewest_events(count, weights)
    never = "A neighborhood with fewer is never called hot."
    if study.min_count is None:
        return suggested, Parameter("Fewest events", str(suggested), f"{why.reason} {never}")
    taken = f"The study asks for it. {never}"
    if suggested != study.min_count:
        taken += f" The data suggest {suggested}. {why.reason}"
    return suggested, Parameter("Fewest events", str(study.min_count), taken)
