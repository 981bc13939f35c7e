"""The choices of a study as widgets: each has the name of a field and is kept in the address.

They are drawn by `app.py`, before the page itself: through a change of page Streamlit keeps in the
address only what the page did not draw. So a link brings the same result back.
"""

import streamlit as st

from boundaries import hidta
from geo.ingest.dates import EARLIEST
from geo.schema import HANDLINGS
from pages.frame import _session
from pages.frame._choice import one_of, several
from pages.frame._density_choices import for_density
from pages.frame._words import words_of

ON_A_GRID = "More than its ground explains (Gi*)"


def filters() -> None:
    """Draw the one set of filters, the same on every page and in the address."""
    _session.keep_choices()
    with st.sidebar:
        st.subheader("Where")
        several("states", "States", "All with data")
        st.multiselect(
            "HIDTAs", list(hidta.names()), key="hidtas", placeholder="Any", bind="query-params",
            help="High Intensity Drug Trafficking Areas: only their counties are studied.",
        )  # fmt: skip
        st.subheader("When")
        st.date_input("From", None, min_value=EARLIEST, key="start", bind="query-params")
        st.date_input("To", None, min_value=EARLIEST, key="end", bind="query-params")
        st.subheader("What")
        kinds = words_of("kinds")
        st.pills(
            "Kind", list(kinds), selection_mode="multi", default=["overdose"], key="kinds",
            format_func=kinds.__getitem__, bind="query-params",
        )  # fmt: skip
        several("outcomes", "Outcome")
        several("drugs", "Drug class")
        st.session_state.setdefault("handling", _session.strictest_handling())
        st.selectbox(
            "Handling level", list(HANDLINGS), key="handling", format_func=HANDLINGS.__getitem__,
            help="Printed on every map and file. Follows the most restricted file loaded.",
            persist_state="session",
        )  # fmt: skip


def for_page(page: str) -> None:
    """Draw the choices that the result on a page depends on."""
    if page == "Export":
        words = {"hotspots": "Hot spots", "density": "Density"}
        st.segmented_control(
            "Result", list(words), default="hotspots", key="export", required=True,
            format_func=words.__getitem__, bind="query-params",
        )  # fmt: skip
    if page in ("Start", "Hot spots") or _exported(page) == "hotspots":
        for_hot_spots()
    elif page == "Density" or _exported(page) == "density":
        for_density()


def _exported(page: str) -> str | None:
    return st.session_state["export"] if page == "Export" else None


def for_hot_spots() -> None:
    """Draw a few choices in view, the rest one click away."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        one_of(
            "level", "Areas",
            "Hexagons and squares need places at street level; counties take any place.",
        )  # fmt: skip
        if st.session_state["level"] == "county":
            one_of(
                "hot_means", "Hot means",
                "Where people are known the first tells risk from crowds. A place that is hot in "
                "both is the surest.",
            )  # fmt: skip
        else:
            _means_on_a_grid()
        st.select_slider(
            "Fewest events near a hot spot", (None, *range(1, 51)), key="min_count", width=230,
            format_func=lambda fewest: "From the data" if fewest is None else str(fewest),
            bind="query-params",
            help="An area with fewer events in it and its neighbors is never called hot. From the "
            "data: two more than chance puts into one neighborhood in twenty, 5 to 20.",
        )  # fmt: skip
        with st.popover("More choices", icon=":material/tune:"):
            _more_choices()


def _reach() -> None:
    """Draw how far neighbors reach; empty lets the data say it."""
    neighbors = st.session_state["neighbors"]
    far, many = st.columns(2)
    far.number_input(
        "Distance, meters", 100.0, 500_000.0, None, step=1000.0, key="band_m",
        placeholder="From the data", bind="query-params", disabled=neighbors in ("queen", "knn"),
        help="Areas whose middles lie so near are neighbors. Empty: where clustering stands out "
        "most (Moran's I), else the least distance that gives nearly all areas a neighbor.",
    )  # fmt: skip
    many.number_input(
        "How many nearest", 1, 100, None, step=1, key="k", placeholder="8",
        bind="query-params", disabled=neighbors != "knn",
        help="For *The nearest few*. Empty: 8, as many as touch a cell of a square grid.",
    )  # fmt: skip


def _means_on_a_grid() -> None:
    """Say what hot means where there is no choice; what was chosen by county is kept."""
    st.segmented_control(
        "Hot means", [ON_A_GRID], default=ON_A_GRID, disabled=True, key="hot means on a grid",
        help="People are known by county only. A hexagon or square is held against the ground in "
        "it, so that a hot one may only show where many people are.",
    )  # fmt: skip


def _more_choices() -> None:
    st.toggle(
        "Hold each county against its own state", key="within_states", bind="query-params",
        disabled=st.session_state["level"] != "county",
        help="Hot then means for its state; without it a whole state of high risk may be hot.",
    )  # fmt: skip
    one_of(
        "measure", "Measure of Gi*",
        "Rates need a population, which is known by county. Rates of places with few people swing "
        "by chance, so that Gi* of rates calls places hot on far more than 5% of maps without any "
        "hot spot: use it to compare with other programs. *More than its people explain* keeps to "
        "5%.",
        disabled=st.session_state["level"] != "county",
    )  # fmt: skip
    st.number_input(
        "Width of a cell, meters", 100.0, 100_000.0, None, step=250.0, key="cell_m",
        placeholder="From the data", bind="query-params",
        help="Hexagon or square; small cells show streets, large ones need fewer events.",
    )  # fmt: skip
    one_of("neighbors", "Neighbors", "Whose events are counted with an area's own.")
    _reach()
    one_of(
        "correction", "Correction for many tests",
        "Testing 1,000 areas at 5% finds 50 by chance alone.",
    )  # fmt: skip
