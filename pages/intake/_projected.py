"""Projected coordinates: the person says the state, and picks the system that fits it."""

from dataclasses import dataclass

import streamlit as st

from boundaries import load
from geo.ingest.projected import crs_choices
from geo.store.preview import Preview
from pages.frame._words import words_of

_MOST = 5


@dataclass(frozen=True)
class System:
    """The coordinate system chosen, and whether the two columns are exchanged."""

    epsg: int | None = None
    swapped: bool = False


def ask(seen: Preview) -> System:
    """Ask for the system when a file has no coordinates but projected ones."""
    if seen.projected is None:
        return System()
    st.markdown(
        ":orange[:material/warning:] **The coordinates are in feet or meters, and the file does "
        "not say in which system.** Say where the places are to use them."
    )
    with st.container(horizontal=True):
        states = words_of("states")
        state = st.selectbox(
            "Most places are in", list(states), None, format_func=states.__getitem__, width=240,
            placeholder="Choose a state", key=f"projected {seen.name}",
        )  # fmt: skip
        if state is None:
            return System()
        west, south, east, north = load.states().loc[[state]].total_bounds
        found = crs_choices(*seen.projected, (west, south, east, north))[:_MOST]
        if not found:
            st.markdown("No system puts them there. Choose another state, or go on without them.")
            return System()
        words = {
            one: f"{one.name}, {one.unit}: {one.share:.0%} in the state"
            + (", columns exchanged" if one.swapped else "")
            for one in found
        }
        chosen = st.selectbox(
            "System", found, format_func=words.__getitem__, key=f"system {seen.name} {state}"
        )
    return System(chosen.epsg, chosen.swapped)
