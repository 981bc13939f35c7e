"""Hot spots: where more was recorded than chance explains."""

from analysis.result import HotSpots
from boundaries import layers as base
from pages import _capture, _parts, _session

METHOD = """
**Getis-Ord Gi\\*** compares the number of events in an area and its neighbors with what would be
there if the same events had fallen anywhere in the study area. *z* says how far off that is, *p*
how often chance alone would do it, *q* is *p* corrected for looking at many areas at once (false
discovery rate). Classes: 99, 95, 90 % confidence are *q* ≤ 0.01, 0.05, 0.10.
The **population-adjusted** test asks whether a neighborhood holds more events than its share of
people. Ord & Getis 1995, doi:10.1111/j.1538-4632.1995.tb00912.x; Benjamini & Hochberg 1995,
doi:10.1111/j.2517-6161.1995.tb02031.x.
"""


def render() -> None:
    """Draw the page."""
    result = _session.result_of(_session.chosen_study("hotspots"))
    assert isinstance(result, HotSpots)
    _parts.finding(result)
    background = (
        base.county_layer(), base.state_layer(), base.hidta_layer(visible=False),
        base.corridor_layer(visible=False), base.label_layer(),
        *_session.incident_points(result.study),
    )  # fmt: skip
    _parts.hot_spot_map(result, key="hot spots", background=background)
    _parts.how_made(result.parameters, METHOD)
    _parts.how_sure(result)
    _capture.panel(result.study)
    _parts.take_away(result)
