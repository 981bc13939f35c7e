"""The choices of a density as widgets: two in view, the rest one click away."""

from collections.abc import Mapping

import streamlit as st

from analysis.scale import next_friendly
from pages.frame import _session
from pages.frame._choice import one_of, several


def for_density() -> None:
    """Draw the choices of a density run."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        one_of(
            "versus", "Map of",
            "Events per area are many where people are many. Along streets they are spread over "
            "surveyed streets only. Relative risk compares them with the people of the counties, "
            "or with other records of the same places.",
            on_change=_bandwidth_from_the_data,
        )  # fmt: skip
        _bandwidth()
        with st.popover("More choices", icon=":material/tune:"):
            _more_choices(st.session_state["versus"])
    if st.session_state["versus"] == "controls":
        _compared()


def _bandwidth() -> None:
    """Draw the bandwidth, to be typed or stepped from what is shown; Study says what it may be."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", width="content"):
        st.number_input(
            "Bandwidth, meters", None, None, None, step=250.0, key="bandwidth_m", width=160,
            placeholder="From the data", bind="query-params", format="%.0f",
            help="How far an incident reaches. Small shows streets, large shows regions. Empty: "
            "chosen from the data.",
        )  # fmt: skip
        for label, wider in (("Narrower", False), ("Wider", True)):
            st.button(label, key=f"bandwidth {label}", on_click=_step, args=(wider,))


def shown(bandwidth_m: float) -> None:
    """Remember the bandwidth of the map on the page: the next step starts from it."""
    st.session_state[_SHOWN] = bandwidth_m


def _step(wider: bool) -> None:  # noqa: FBT001  (what a button hands over)
    """Take the next length that is easily said; what is no length gives way to the map's own."""
    typed = st.session_state["bandwidth_m"]
    start = typed if typed and typed > 0 else st.session_state.get(_SHOWN)
    if start:
        st.session_state["bandwidth_m"] = next_friendly(start, wider=wider)


def _bandwidth_from_the_data() -> None:
    """Let go of a typed bandwidth: what suits streets is much too small for counties."""
    st.session_state["bandwidth_m"] = None
    st.session_state.pop(_SHOWN, None)


_SHOWN = "bandwidth shown"


_HELD_FAST: Mapping[str, str] = {
    "streets": "Along streets an event reaches as far as the bandwidth, by the street.",
    "people": "Relative risk has one kernel and border, and counts by county.",
    "controls": "Beside other records there is one kernel and border, the same for both.",
}
"""Why the choices below are fixed, by what the map is of."""


def _compared() -> None:
    """Draw whom the chosen records are compared with; none chosen means all the others."""
    sources = _session.source_names()
    st.caption(
        "Cases are the records chosen under *What*, on the left. They are compared with the others "
        "of the same places and days, which you may narrow here."
    )
    for column, (field, label) in zip(
        st.columns(3 + (len(sources) > 1)),
        (
            ("control_kinds", "Compared with: kind"), ("control_outcomes", "Outcome"),
            ("control_drugs", "Drug class"), ("control_sources", "File"),
        ),
        strict=False,
    ):  # fmt: skip
        with column:
            if field == "control_sources":
                # Names of files are never in the address.
                st.multiselect(label, sources, key=field, placeholder="The same", help=_FILES)
            else:
                several(field, label, "All others")


_FILES = "The records of this file are what the others are compared with."


def _more_choices(versus: str) -> None:
    per_area = versus == "ground"
    if not per_area:
        st.caption(_HELD_FAST[versus])
    one_of(
        "bandwidth_rule", "Bandwidth from the data",
        "What other programs use is quick and smooth. Cross-validation leaves out each place in "
        "turn and asks how well the rest foretells it: more detail, and some seconds.",
        disabled=not per_area,
    )  # fmt: skip
    one_of(
        "kernel", "Kernel",
        "How the effect of an incident falls off. Quartic ends at the bandwidth, as in ArcGIS and "
        "QGIS; Gaussian fades out. It matters less than the bandwidth.",
        disabled=versus not in ("ground", "streets"),
    )  # fmt: skip
    one_of(
        "edge", "At the border",
        "Beyond the study area nothing is known, so that an uncorrected map is too low along it.",
        disabled=not per_area,
    )  # fmt: skip
    st.toggle(
        "Bandwidths that follow the events", key="adaptive", bind="query-params",
        help="Detail where events crowd, calm where they are few. It takes longer: about a second "
        "for 10,000 incidents.",
        disabled=not per_area,
    )  # fmt: skip
    st.number_input(
        "Half-life, days", 1.0, 36_525.0, None, step=30.0, key="half_life_days",
        placeholder="All days count the same", bind="query-params",
        disabled=versus not in ("ground", "streets"),
        help="An incident so many days before the newest one counts a half.",
    )  # fmt: skip
    one_of(
        "unit", "Per square, or along streets per", "The unit of the density.",
        disabled=versus not in ("ground", "streets"),
    )  # fmt: skip
