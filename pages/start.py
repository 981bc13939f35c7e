"""Start: what is loaded, how good it is, what to do next, and a first map."""

import streamlit as st

from analysis.result import HotSpots
from boundaries import layers as base
from pages.frame import _kept, _parts, _session, _words
from pages.intake import _source
from pages.results import _result


def render() -> None:
    """Draw the page."""
    result = _session.result_of(_session.chosen_study("hotspots"))
    assert isinstance(result, HotSpots)
    _result.finding(result)
    background = (base.county_layer(), base.state_layer(), base.label_layer())
    _result.hot_spot_map(result, key="start", background=background)
    _what_is_loaded()
    _what_next()


def _what_is_loaded() -> None:
    """Say for each source how many incidents it makes and how precisely they are placed."""
    st.subheader("What is loaded")
    for records in _kept.sources():
        with st.container(border=True):
            st.markdown(f"**{_words.plain(records.source)}**")
            _source.in_short(records)


def _what_next() -> None:
    st.subheader("What to do next")
    with st.container(horizontal=True):
        for name, page, icon in (
            ("Check the data", "quality", ":material/fact_check:"),
            ("Find hot spots", "hot_spots", ":material/whatshot:"),
            ("See density", "density", ":material/blur_on:"),
            ("Overlay corridors", "corridors", ":material/route:"),
            ("Take it away", "export", ":material/download:"),
        ):
            if st.button(name, icon=icon, key=f"next {page}"):
                _parts.go_to(page)
