"""Density: how many incidents there are for each square kilometer."""

from analysis.result import Density
from boundaries import layers as base
from pages import _capture, _parts, _session, _table

METHOD = """
Each incident is spread over its surroundings by a **kernel** that ends at the **bandwidth**
(quartic) or fades with it (Gaussian); the map is the sum. Lengths and areas are measured in a
local equal-area projection. A high place holds many incidents, which may only mean many people:
compare with the hot spots. Silverman 1986, *Density Estimation for Statistics and Data Analysis*,
eq. 4.5.
"""


def render() -> None:
    """Draw the page."""
    result = _session.result_of(_session.chosen_study("density"))
    assert isinstance(result, Density)
    _parts.finding(result)
    layers = (
        *result.layers(), base.county_layer(), base.state_layer(),
        base.hidta_layer(visible=False), base.corridor_layer(visible=False), base.label_layer(),
        *_session.incident_points(result.study),
    )  # fmt: skip
    _parts.map_and_table(layers, *_table.of_peaks(result), key="density")
    _parts.how_made(result.parameters, METHOD)
    _parts.how_sure(result)
    _capture.panel(result.study)
    _parts.take_away(result)
