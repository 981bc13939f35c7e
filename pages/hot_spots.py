"""Hot spots: where more was recorded than people, or chance, explain."""

from analysis.result import HotSpots
from boundaries import layers as base
from pages.frame import _parts, _session
from pages.results import _capture, _opinions

METHOD = """
**Getis-Ord Gi\\*** compares the number of events in an area and its neighbors with what would be
there if the same events had fallen anywhere in the study area. *z* says how far off that is, *p*
how often chance alone would do it, *q* is *p* corrected for looking at many areas at once (false
discovery rate). Classes: 99, 95, 90 % confidence are *q* ≤ 0.01, 0.05, 0.10.

The **population-adjusted** test, which leads by county, asks whether a neighborhood holds more
events than its share *q* of the people, and more than places differ anyway. Of *N* events it has
*E* = *N q*, with the variance *E* + phi (sum of the squared *E* of its areas), less what the given
total takes away; *p* comes from the negative binomial curve with these two. *phi* is estimated from
the differences between neighbors and printed below. *Times expected* is events over *E*.

**Scales**: each hot or cold area is tested again with half and double the neighbors or distance.
**Moran's I** says whether neighbors are alike anywhere, **general G** whether it is the high ones.

Ord & Getis 1995, doi:10.1111/j.1538-4632.1995.tb00912.x; Benjamini & Hochberg 1995,
doi:10.1111/j.2517-6161.1995.tb02031.x; Clayton & Kaldor 1987, doi:10.2307/2532003; Cliff & Ord,
*Spatial Processes*, 1981; Getis & Ord 1992, doi:10.1111/j.1538-4632.1992.tb00261.x.
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
    _opinions.panel(result)
    _capture.panel(result.study)
    _parts.take_away(result)
