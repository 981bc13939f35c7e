"""Hot spots of one study: counts, neighbors, tests, and what they mean in words."""

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse

from analysis import areas as placing
from analysis import provenance, rates, significance, words
from analysis import result as names
from analysis.areas import Areas
from analysis.counts import select, street_share
from analysis.getis_ord import Floats, gi_star
from analysis.result import HotSpots, Parameter
from analysis.study import Study
from analysis.suggest import suggest_level
from geo.errors import StudyError
from geo.schema import KINDS, Records

COLUMNS: Final = (
    names.NAME, names.COUNT, names.POPULATION, names.RATE, names.Z, names.P, names.Q, names.CLASS,
    names.NEIGHBORHOOD_COUNT, names.ADJUSTED_P, names.ADJUSTED_Q, names.ADJUSTED_CLASS,
    names.WHY_NOT,
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
    weights, chosen = placing.neighbors_of(study, areas)
    table, tested = test(study, areas, weights)
    return HotSpots(
        study=study,
        areas=table,
        parameters=(_level(study, records), *areas.parameters, *chosen, *tested),
        finding=words.hot_spot_finding(words.events_of(selection.used), table, areas.noun),
        warnings=(
            *words.record_warnings(study, selection),
            *words.hot_spot_warnings(study, table, areas.noun, street_share(selection.used)),
            *areas.warnings,
        ),
        tally=selection.tally,
        provenance=provenance.provenance(study, records, selection.tally),
        shapes=areas.shapes,
    )


def _level(study: Study, records: Sequence[Records]) -> Parameter:
    """Say why these areas, where that follows from the data."""
    suggested, reason = suggest_level(records, study.kinds or KINDS)
    return Parameter("Areas", study.level, reason if study.level == suggested else "You chose it.")


def test(
    study: Study, areas: Areas, weights: sparse.csr_array
) -> tuple[pd.DataFrame, tuple[Parameter, ...]]:
    """Test each neighborhood; the table of `HotSpots.areas`, hottest first."""
    count = areas.table["count"].to_numpy(float)
    people = areas.table["population"].to_numpy(float)
    rate = rates.rate_per_100k(count, people)
    if study.measure == "rate" and not np.isfinite(rate).any():
        raise StudyError(
            "No population is known for these areas.", "Study counts, or rates by county."
        )
    values = rate if study.measure == "rate" else count
    z = gi_star(values, weights)
    p, how = _p_values(values, weights)
    nearby = _nearby(values, count, weights)
    table = pd.DataFrame(
        {
            names.NAME: areas.table["name"],
            names.COUNT: count,
            names.POPULATION: people,
            names.RATE: rate,
            names.Z: z,
            names.P: p,
            names.Q: _corrected(study, p),
            names.NEIGHBORHOOD_COUNT: nearby,
        },
        index=areas.table.index,
    )
    table[names.CLASS] = _classes(study, z, table[names.Q].to_numpy(), nearby)
    adjusted, by_people = _adjusted(study, count, people, weights, nearby)
    for name, column in adjusted.items():
        table[name] = column
    table[names.WHY_NOT] = _why_not(values, count, z, weights)
    ranked = table[list(COLUMNS)].sort_values(
        [names.CLASS, names.Z], ascending=False, na_position="last", kind="stable"
    )
    return ranked, (how, *_rules(study), *by_people)


def _p_values(values: Floats, weights: sparse.csr_array) -> tuple[Floats, Parameter]:
    """Exact p-values where they can be afforded, else from the Pearson III curve."""
    known = values[np.isfinite(values)]
    reason = "Rates are no counts, so the curve with the exact mean, variance and skewness is used."
    if (known == np.rint(known)).all() and (known >= 0).all():
        try:
            p = significance.exact_p(values, weights)
        except StudyError as too_large:
            reason = f"{too_large.message} The curve has the exact mean, variance and skewness."
        else:
            reason = (
                "Counts are whole numbers: every way to shuffle them over the areas is counted."
            )
            return p, Parameter("p-values", "exact, two-sided", reason)
    p = significance.pearson3_p(values, weights)
    return p, Parameter("p-values", "Pearson III, two-sided", reason)


def _nearby(values: Floats, count: Floats, weights: sparse.csr_array) -> Floats:
    """Events in each area and its neighbors; NaN for a missing area."""
    member = sparse.csr_array(weights != 0, dtype=np.float64)
    events: Floats = member @ np.where(np.isfinite(count), count, 0.0)
    return np.where(np.isfinite(values), events, np.nan)


def _corrected(study: Study, p: Floats) -> Floats:
    return p.copy() if study.correction == "none" else significance.fdr(p, study.correction)


def _classes(study: Study, direction: Floats, q: Floats, nearby: Floats) -> pd.arrays.IntegerArray:
    """Classes of confidence; a neighborhood with too few events is never hot."""
    found = significance.classes(direction, q)
    too_few = np.asarray((found > 0).fillna(value=False), dtype=bool) & (nearby < study.min_count)
    found[too_few] = 0
    return found


def _adjusted(
    study: Study, count: Floats, people: Floats, weights: sparse.csr_array, nearby: Floats
) -> tuple[dict[str, Any], tuple[Parameter, ...]]:
    """Give the population-adjusted p, q and class; missing where no population is known."""
    told: tuple[Parameter, ...] = ()
    known = count[np.isfinite(count)]
    if not (people > 0).any() or (known != np.rint(known)).any():
        nothing = np.full(count.size, np.nan)
        p = q = risk = nothing
    else:
        phi = rates.own_differences(count, people, weights)
        p = rates.risk_adjusted_p(count, people, weights, phi=phi)
        p[_alone(count, weights)] = np.nan
        q = _corrected(study, p)
        risk = rates.relative_risk(count, people, weights)
        told = (_by_people(phi),) if np.isfinite(p).any() else ()
    columns = {
        names.ADJUSTED_P: p,
        names.ADJUSTED_Q: q,
        names.ADJUSTED_CLASS: _classes(study, risk - 1, q, nearby),
    }
    return columns, told


def _alone(values: Floats, weights: sparse.csr_array) -> NDArray[np.bool_]:
    """Areas without a neighbor whose value is known."""
    member = sparse.csr_array(weights != 0, dtype=np.float64)
    alone: NDArray[np.bool_] = member @ np.isfinite(values).astype(float) <= 1
    return alone


def _why_not(
    values: Floats, count: Floats, z: Floats, weights: sparse.csr_array
) -> NDArray[np.object_]:
    """Say why an area has no z-score; "" where it has one."""
    known = np.isfinite(values)
    why = np.full(values.size, "", dtype=object)
    missing = np.isnan(z)
    why[missing] = "its neighbors are all areas there are"
    why[missing & _alone(values, weights)] = "it has no neighbor with a known count"
    if known.any() and np.ptp(values[known]) == 0:
        why[missing] = "all areas hold the same"
    why[~known] = "its population is not known"
    why[np.isnan(count)] = "its count is suppressed or missing"
    return why


def _by_people(phi: float) -> Parameter:
    """Say what the population-adjusted test takes for ordinary."""
    curve = "negative binomial" if phi else "binomial"
    reason = "Asks whether a neighborhood holds more events than its share of people"
    if phi:
        reason += (
            f", and more than places differ anyway: by about {100 * np.sqrt(phi):.0f} % from what "
            "is around them, as the differences between neighbors show"
        )
    return Parameter("Population-adjusted test", f"{curve}, mid-p, two-sided", f"{reason}.")


def _rules(study: Study) -> tuple[Parameter, ...]:
    correction = {
        "bh": ("Benjamini-Hochberg", "Keeps false discoveries among the hot and cold spots rare."),
        "by": ("Benjamini-Yekutieli", "Holds under any dependence, at a price in power."),
        "none": ("none", "You chose it: expect false hot spots among so many tests."),
    }[study.correction]
    return (
        Parameter("Correction for many tests", *correction),
        Parameter(
            "Fewest events",
            str(study.min_count),
            "A neighborhood with fewer is never called hot: a few more would change the map.",
        ),
    )
