"""Density: how many incidents there are per area, or beside the people there."""

from analysis.result import Density
from boundaries import layers as base
from pages.frame import _parts, _session, _table
from pages.results import _capture, _methods


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
    key = f"density {result.study.versus}"
    _parts.map_and_table(layers, *_table.of_hot_areas(result), key=key)
    _parts.how_made(result.parameters, _methods.of_density(result.study))
    _parts.how_sure(result)
    _capture.panel(result.study)
    _parts.take_away(result)
