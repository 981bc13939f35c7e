"""The run of a study: what to start with, what is refused, and the result."""

from collections.abc import Sequence

from analysis import (
    control_risk,
    hotspots,
    incidents,
    risk_surface,
    street_density,
    study_area,
    surface,
)
from analysis.result import Density, HotSpots
from analysis.street_result import StreetDensity
from analysis.study import Study
from analysis.suggest import suggest_kind, suggest_level
from geo.layers import Layer
from geo.schema import HANDLINGS, Records

Result = HotSpots | Density | StreetDensity
"""What a run gives back, by the study's method and what it is held against."""


def run(study: Study, records: Sequence[Records]) -> Result:
    """Run a study on the records of one or more sources.

    Raises
    ------
    StudyError
        The choices cannot be computed on these records.
    BoundaryError
        A place is not known, or the streets that are asked for.
    """
    if study.method == "density" and study.versus == "people":
        return risk_surface.risk(study, records)
    if study.method == "density" and study.versus == "controls":
        return control_risk.beside_controls(study, records)
    if study.method == "density" and study.versus == "streets":
        return street_density.street_density(study, records)
    if study.method == "density":
        return surface.density(study, records)
    return hotspots.hot_spots(study, records)


def check_places(study: Study) -> None:
    """Refuse states and HIDTAs nobody knows; a run does so too, but only then.

    Raises
    ------
    StudyError, BoundaryError
        A state or HIDTA is not known.
    """
    study_area.check_places(study)


def suggest(records: Sequence[Records]) -> Study:
    """Choose the study to start with from what the data can carry.

    The kind is overdoses where there are any; the level is by county unless most records are placed
    at street level in a few counties; the handling level is that of the most restricted source. A
    run says the reason for the level among its parameters.
    """
    kind = suggest_kind(records)
    level, _ = suggest_level(records, (kind,))
    order = list(HANDLINGS)
    handling = max((one.handling for one in records), key=order.index, default="cui")
    return Study.from_json({"level": level, "kinds": [kind], "handling": handling})


def incident_layer(study: Study, records: Sequence[Records]) -> Layer:
    """Give the incidents a study counts as points: see `analysis.incidents`."""
    return incidents.incident_layer(study, records)
