"""Density: how many incidents there are per area, or beside the people there."""

from analysis.result import Density
from boundaries import layers as base
from pages.frame import _parts, _session, _table
from pages.results import _capture

METHOD = """
Each incident is spread over its surroundings by a **kernel** as wide as the **bandwidth**; the map
is the sum, in events per area. What a kernel would lay beyond the border of the study area is given
back inside. **Hot areas** are the least ground that holds half of the map's volume; **contours**
(off in the panel of layers at first) hold 25, 50 and 75 %.

A quartic kernel: 3 / (pi h^2) (1 - d^2 / h^2)^2 within the bandwidth h. Lengths and areas are those
of a local equal-area projection. A high place holds many incidents, which may only mean many
people: see *Relative risk*, and the hot spots.

Silverman 1986, *Density Estimation for Statistics and Data Analysis*, eq. 4.5; border: Jones 1993,
*Statistics and Computing* 3, 135, and Diggle 1985, *Applied Statistics* 34, 138; bandwidths that
follow the events: Abramson 1982, *Annals of Statistics* 10, 1217.
"""

RISK = """
The density of incidents is divided by that of people, both with the same **bandwidth** and each as
a share of its total: 1 is the risk of the whole study area, 2 is twice that. People are known by
county, so both are taken at the middles of counties.

The **p-value** of a place is the chance of so high a ratio if incidents followed people: log(f / g)
over sqrt(R / (n h^2 g)), with R the integral of the squared kernel. **Contours** (off in the panel
of layers at first) are drawn at p of 0.025 and 0.005 on both sides. Places are judged one by one.

Kelsall and Diggle 1995, *Bernoulli* 1, 3; Hazelton and Davies 2009, *Biometrical Journal* 51, 98.
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
    key = f"density {result.study.versus}"
    _parts.map_and_table(layers, *_table.of_hot_areas(result), key=key)
    _parts.how_made(result.parameters, RISK if result.of_risk else METHOD)
    _parts.how_sure(result)
    _capture.panel(result.study)
    _parts.take_away(result)
