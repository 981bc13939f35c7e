"""Start: what is loaded, how good it is, what to do next, and a first map."""

import streamlit as st

from analysis.result import HotSpots
from boundaries import layers as base
from geo.schema import POINT_PRECISIONS, PRECISION, PRECISIONS
from pages import _parts, _session


def render() -> None:
    """Draw the page."""
    result = _session.result_of(_session.chosen_study("hotspots"))
    assert isinstance(result, HotSpots)
    _parts.finding(result)
    background = (base.county_layer(), base.state_layer(), base.label_layer())
    _parts.hot_spot_map(result, key="start", background=background)
    _what_is_loaded()
    _what_next()


def _what_is_loaded() -> None:
    """Say for each file how many incidents it makes and how precisely they are placed."""
    st.subheader("What is loaded")
    for records in _session.sources():
        table, report = records.table, records.report
        exact = table[PRECISION].isin(POINT_PRECISIONS).mean() if len(table) else 0
        unplaced = int((table[PRECISION] == "99").sum())
        with st.container(border=True):
            st.markdown(f"**{_parts.plain(records.source)}**")
            with st.container(horizontal=True):
                st.metric("Incidents", f"{records.incidents:,}")
                st.metric("Rows read", f"{report.rows_read:,}")
                st.metric("Rows dropped", f"{sum(report.dropped.values()):,}")
                st.metric(
                    "Placed at street level", f"{exact:.0%}",
                    help="The rest is known by ZIP code, town or county and counted there.",
                )  # fmt: skip
                st.metric(PRECISIONS["99"], f"{unplaced:,}", help="In no area, in no map.")


def _what_next() -> None:
    st.subheader("What to do next")
    with st.container(horizontal=True):
        for name, page, icon in (
            ("Check the data", "data", ":material/table_view:"),
            ("Find hot spots", "hot_spots", ":material/whatshot:"),
            ("See density", "density", ":material/blur_on:"),
            ("Overlay corridors", "corridors", ":material/route:"),
            ("Take it away", "export", ":material/download:"),
        ):
            if st.button(name, icon=icon, key=f"next {page}"):
                _parts.go_to(page)
