"""Relative risk beside other records: where cases are more, or fewer, than controls explain.

Both lie where the same people are and where the same agencies report, so that crowds and reporting
cancel out: fatal overdoses beside all others show where an overdose ends in death more often.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis import caveats, provenance, scale, smoothing, standing_out, words
from analysis.bandwidth import effective_n, scott_bandwidth
from analysis.counts import Selection, select
from analysis.county_risk import CountyRisk
from analysis.density import kernel_density
from analysis.exact import two_sided
from analysis.fdr import fdr
from analysis.ground import ground_of
from analysis.pixels import Floats
from analysis.relative_risk import relative_risk
from analysis.result import COUNT, Density, Parameter
from analysis.risk_surface import BORDER, UNIT, bands_of, highest
from analysis.study import Study
from analysis.surface import PROJECTION, inside, peaks_with
from boundaries import load
from geo import schema
from geo.errors import StudyError
from geo.layers import Surface
from geo.schema import Records

FEWEST: Final = 20
"""Cases, and controls, below which a ratio of densities says nothing."""


IN_REACH: Final = 3.0
"""Cases and controls within the ground of a kernel, 4 pi h**2, below which a place stays blank."""


def cases_of(study: Study, records: Sequence[Records]) -> list[Records]:
    """Leave out the files whose records are controls, and none but controls."""
    if study.versus != "controls":
        return list(records)
    return [one for one in records if one.source not in study.control_sources]


@dataclass(frozen=True, eq=False)
class Chosen:
    """Cases as a selection, and the rows that are their controls."""

    cases: Selection
    controls: pd.DataFrame


def cases_and_controls(study: Study, records: Sequence[Records]) -> Chosen:
    """Choose both: no record is on both sides.

    Cases are what the study's kinds, outcomes and drugs say. Controls are the other records of the
    same counties and days, narrowed by the study's `control_...`; with `control_sources` they are
    those of these files, and the cases those of the others. Where an outcome or a drug tells the
    cases, controls are of the same kind unless the study says otherwise.

    Raises
    ------
    StudyError
        No case or no control is left, or a file is not among the records.
    """
    sources = set(study.control_sources)
    if sources - {one.source for one in records}:
        raise StudyError(
            "A file of the controls is not among the records.",
            "Choose from the files that are looked at.",
        )
    others = [one for one in records if one.source in sources] if sources else list(records)
    own = cases_of(study, records)
    if not own:
        raise StudyError(
            "All files are controls, so that no case is left.", "Leave one file for the cases."
        )
    cases = select(study, own)
    states = load.counties()["state"].loc[list(cases.geoids)].unique()
    told_apart = study.outcomes or study.drugs or study.control_outcomes or study.control_drugs
    kinds = study.control_kinds or (study.kinds if told_apart or sources else ())
    beside = replace(
        study, kinds=kinds, outcomes=study.control_outcomes,
        drugs=study.control_drugs, states=tuple(sorted(states)), hidtas=(),
    )  # fmt: skip
    rows = select(beside, others).used
    rows = rows[rows[schema.GEOID].isin(cases.geoids)]
    if not sources:
        rows = rows[~rows.index.isin(cases.used.index)]
    if rows.empty:
        raise StudyError(
            "Every record is a case: none is left to compare with.",
            "Choose which records are the cases by kind, outcome or drug class, or look at a file "
            "with others.",
        )
    return Chosen(cases, rows)


def beside_controls(study: Study, records: Sequence[Records]) -> Density:
    """Compare a smooth map of cases with one of controls.

    Parameters
    ----------
    study : Study
        Its `versus` is "controls". Kernel, border and half-life do not apply.
    records : sequence of Records
        One or more sources; only places at street level take part.

    Returns
    -------
    Density
        Of the ratio: 1 is the ratio of the whole study area.

    Raises
    ------
    StudyError
        Too few cases or controls, or as `cases_and_controls`.
    """
    chosen = cases_and_controls(study, records)
    selection, used = chosen.cases, chosen.cases.used
    ground = ground_of(selection.geoids)
    cases, controls = (
        ground.project(rows[schema.LON], rows[schema.LAT]) for rows in (used, chosen.controls)
    )
    events, others = (rows[schema.COUNT].to_numpy(float) for rows in (used, chosen.controls))
    for what, number in (("cases", events.sum()), ("controls", others.sum())):
        if number < FEWEST:
            raise StudyError(
                f"There are {number:,.0f} {what}: too few for a map of relative risk.",
                f"Choose more widely: at least {FEWEST} of each.",
            )
    reach, bandwidth = _bandwidth(study, np.vstack([cases, controls]), events, others)
    grid, pixel = smoothing.grid_of(study, ground.shape.bounds, reach, area_m2=ground.area_m2)
    area = inside(ground, grid)
    found = relative_risk(
        cases, controls, reach, grid, area, case_weights=events, control_weights=others
    )
    around = kernel_density(
        np.vstack([cases, controls]), np.r_[events, others], reach, "gaussian", grid
    )
    told = area & (around * 4 * np.pi * reach**2 >= IN_REACH) & np.isfinite(found.log_risk)
    ratio, p = (np.where(told, one, np.nan) for one in (np.exp(found.log_risk), found.p))
    tested = CountyRisk(ratio, p, _many(p), 0.0)
    fewest = study.min_count or scale.FEWEST_NEEDED
    out = standing_out.risky(
        tested, ratio, grid, ground, cases, events, others, fewest, people_at=controls
    )
    peaks = peaks_with(fewest, ratio, grid, reach, cases, events, ground)
    what, beside = words.events_of(used), _beside(used, chosen.controls)
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
            *selection.parameters, _measure(events, others, beside), bandwidth,
            BORDER, pixel, out.parameter, PROJECTION,
        ),
        finding=_finding(what, beside, tested, out) + highest(peaks),
        warnings=(*caveats.record_warnings(study, selection), *_thin(area, told), _NO_CAUSE),
        tally=selection.tally | {"controls": len(chosen.controls)},
        provenance=provenance.provenance(study, records, selection.tally),
    )  # fmt: skip


_NO_CAUSE: Final = (
    "A high ratio says that cases are many beside the others there, not why; where the two are "
    "recorded by different people it may only say that."
)


def oversmoothing(points: Floats, weights: Floats, cases: float, controls: float) -> float:
    """Gaussian bandwidth that is wide enough for any crowd with this spread.

    Parameters
    ----------
    points, weights : ndarray, shapes (n, 2) and (n,)
        Cases and controls together, in metres, and the records each stands for.
    cases, controls : float
        How many there are of each; their geometric mean counts.

    Returns
    -------
    float
        Metres: the standard deviation.

    References
    ----------
    Terrell, G. R. (1990). The maximal smoothing principle in density estimation. Journal of the
    American Statistical Association 85, 470. doi:10.1080/01621459.1990.10476223.

    Examples
    --------
    >>> square = np.array([(0.0, 0.0), (0.0, 2000.0), (2000.0, 0.0), (2000.0, 2000.0)])
    >>> round(oversmoothing(square, np.ones(4), 4, 4) / scott_bandwidth(square), 4)
    1.0846
    """
    alike = scott_bandwidth(points, weights) * effective_n(weights) ** (1 / 6)
    return float((1e4 / 6144) ** (1 / 6) * alike * (cases * controls) ** (-1 / 12))


def _bandwidth(
    study: Study, points: Floats, events: Floats, others: Floats
) -> tuple[float, Parameter]:
    if study.bandwidth_m:
        return study.bandwidth_m, Parameter(
            "Bandwidth", scale.kilometers(study.bandwidth_m),
            "You chose it: the standard deviation of a Gaussian, for both.",
        )  # fmt: skip
    found = oversmoothing(points, np.r_[events, others], effective_n(events), effective_n(others))
    reach = max(float(f"{found:.2g}"), scale.FINEST_CELL_M)
    return reach, Parameter(
        "Bandwidth",
        scale.kilometers(reach),
        "The standard deviation of a Gaussian, for both. The spread of all records times 1.08 n to "
        "the power -1/6, with n between the numbers of both: wide enough for any crowd of this "
        "spread (Terrell 1990), because a ratio of two narrow maps is mostly chance.",
    )


def _many(p: Floats) -> Floats:
    """Correct the two-sided p for looking at all places told."""
    told = np.isfinite(p)
    q = np.full(p.shape, np.nan)
    q[told] = fdr(two_sided(p[told], 1 - p[told]))
    return q


def _beside(cases: pd.DataFrame, controls: pd.DataFrame) -> str:
    """Name the controls so that they are told from the cases."""
    name = words.events_of(controls)
    shared = set(cases[schema.KIND]) & set(controls[schema.KIND])
    plain = words.events_of(controls.assign(**{schema.OUTCOME: ""}))
    alike = name in (plain, words.events_of(cases))
    return f"other {name}" if shared and alike else name


def _measure(events: Floats, others: Floats, beside: str) -> Parameter:
    return Parameter(
        "Measure",
        "relative risk beside other records",
        f"Density of {events.sum():,.0f} cases over that of {others.sum():,.0f} {beside}, each as "
        "a share of its total and with one bandwidth: 2 is twice the ratio of the whole study "
        "area. No record is on both sides.",
    )


def _thin(area: NDArray[np.bool_], told: NDArray[np.bool_]) -> list[str]:
    share = 1 - float(told.sum()) / float(area.sum())
    if not share:
        return []
    return [
        f"{words.percent(share)} of the ground has hardly any record in reach: blank on the map."
    ]


def _finding(what: str, beside: str, tested: CountyRisk, out: standing_out.StandingOut) -> str:
    told = np.isfinite(tested.q)
    sure = (tested.q[told] <= standing_out.SURE) & (tested.ratio[told] > 1)
    if not sure.any():
        return (
            f"Nowhere are {what} more, beside {beside}, than chance explains (95%, many places "
            "looked at)"
        )
    ground = words.percent(float(np.mean(sure)))
    first = (
        f"{what[0].upper()}{what[1:]} are more, beside {beside}, than chance explains on {ground} "
        "of the ground (95%, many places looked at)"
    )
    if out.areas.empty:
        return f"{first}, but nowhere with enough events to speak of"
    share = float(out.areas["share"].sum())
    return f"{first}, with {words.percent(share)} of them ({out.areas[COUNT].sum():,.0f})"
