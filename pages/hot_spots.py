"""Hot spots: where more was recorded than people, or chance, explain."""

from analysis.result import HotSpots
from boundaries import layers as base
from pages.frame import _session
from pages.results import _capture, _methods, _opinions, _result, _sure


def render() -> None:
    """Draw the page."""
    result = _session.result_of(_session.chosen_study("hotspots"))
    assert isinstance(result, HotSpots)
    _result.finding(result)
    background = (
        base.county_layer(), base.state_layer(), base.hidta_layer(visible=False),
        base.corridor_layer(visible=False), base.label_layer(),
        *_session.incident_points(result.study),
    )  # fmt: skip
    _result.hot_spot_map(result, key="hot spots", background=background)
    _result.how_made(result.parameters, _methods.HOT_SPOTS)
    _sure.panel(result)
    _opinions.panel(result)
    _capture.panel(result.study)
    _result.take_away(result)
