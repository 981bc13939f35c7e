"""Corridors: trafficking routes over the results, and what was recorded along them."""

import streamlit as st

from analysis import exposure
from analysis.result import HotSpots
from boundaries import corridors
from boundaries import layers as base
from pages import _parts, _session, _table


def render() -> None:
    """Draw the page."""
    st.title("Corridors")
    _parts.demo_banner()
    st.multiselect(
        "Corridors", corridors.names(), key="corridors", placeholder="All in the study area",
        bind="query-params",
    )  # fmt: skip
    result = _session.result_of(_session.county_study())
    assert isinstance(result, HotSpots)
    table = exposure.along_corridors(result, st.session_state["corridors"])
    st.markdown(f"#### {_parts.plain(exposure.finding(table))}")
    st.markdown(
        ":orange[:material/warning:] The routes are schematic, within about 15 km of the road: "
        "good for an overlay and for counties crossed, not for distances. A corridor beside a hot spot "
        "is context, not a cause."
    )
    layers = (
        base.corridor_layer(tuple(table.index)), *result.layers(), base.county_layer(),
        base.state_layer(), base.hidta_layer(), base.label_layer(),
    )  # fmt: skip
    _parts.map_and_table(layers, *_table.of_corridors(table), key="corridors")
    _parts.how_made(result.parameters, exposure.METHOD)
    _parts.how_sure(result)
    _parts.take_away(result)
