"""Hot spots: where more was recorded than chance explains."""

import streamlit as st

from analysis.result import HotSpots
from boundaries import layers as base
from pages import _parts, _session

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
    st.title("Hot spots")
    _parts.demo_banner()
    _choices()
    result = _session.result_of(_session.chosen_study("hotspots"))
    assert isinstance(result, HotSpots)
    _parts.finding(result)
    background = (
        base.county_layer(), base.state_layer(), base.hidta_layer(visible=False),
        base.corridor_layer(visible=False), base.label_layer(),
    )  # fmt: skip
    _parts.hot_spot_map(result, key="hot spots", background=background)
    _parts.how_made(result.parameters, METHOD)
    _parts.how_sure(result)
    _parts.take_away(result)


def _choices() -> None:
    """Draw a few choices in view, the rest one click away."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        _parts.one_of(
            "level", "Areas",
            "Hexagons and squares need places at street level; counties take any place.",
        )  # fmt: skip
        _parts.hot_means()
        st.slider(
            "Fewest events near a hot spot", 1, 50, 5, key="min_count", width=230,
            bind="query-params",
            help="An area with fewer events in it and its neighbors is never called hot.",
        )  # fmt: skip
        with st.popover("More choices", icon=":material/tune:"):
            _more_choices()


def _more_choices() -> None:
    _parts.one_of(
        "measure", "Measure", "Rates need a population, which is known by county.",
        disabled=st.session_state["level"] != "county",
    )  # fmt: skip
    st.number_input(
        "Width of a cell, metres", 100.0, 100_000.0, None, step=250.0, key="cell_m",
        placeholder="From the data", bind="query-params",
        help="Hexagon or square; small cells show streets, large ones need fewer events.",
    )  # fmt: skip
    _parts.one_of("neighbors", "Neighbors", "Whose events are counted with an area's own.")
    _parts.one_of(
        "correction", "Correction for many tests",
        "Testing 1,000 areas at 5 % finds 50 by chance alone.",
    )  # fmt: skip
