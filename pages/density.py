"""Density: how many incidents there are for each square kilometer."""

import streamlit as st

from analysis.result import Density
from boundaries import layers as base
from pages import _parts, _session, _table

METHOD = """
Each incident is spread over its surroundings by a **kernel** that ends at the **bandwidth**
(quartic) or fades with it (Gaussian); the map is the sum. Lengths and areas are measured in a
local equal-area projection. A high place holds many incidents, which may only mean many people:
compare with the hot spots. Silverman 1986, *Density Estimation for Statistics and Data Analysis*,
eq. 4.5.
"""


def render() -> None:
    """Draw the page."""
    st.title("Density")
    _parts.demo_banner()
    _choices()
    result = _session.result_of(_session.chosen_study("density"))
    assert isinstance(result, Density)
    _parts.finding(result)
    layers = (
        *result.layers(), base.county_layer(), base.state_layer(),
        base.hidta_layer(visible=False), base.label_layer(),
    )  # fmt: skip
    _parts.map_and_table(layers, *_table.of_peaks(result), key="density")
    _parts.how_made(result.parameters, METHOD)
    _parts.how_sure(result)
    _parts.take_away(result)


def _choices() -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        _parts.one_of(
            "kernel", "Kernel",
            "Quartic ends at the bandwidth, as in ArcGIS and QGIS; Gaussian fades out.",
        )  # fmt: skip
        st.number_input(
            "Bandwidth, metres", 100.0, 200_000.0, None, step=250.0, key="bandwidth_m", width=220,
            placeholder="From the data", bind="query-params",
            help="How far an incident reaches. Small shows streets, large shows regions.",
        )  # fmt: skip
