"""Streets: where addresses are looked up, what was not found, and how right the answers are."""

import streamlit as st

from boundaries import streets
from pages.addresses import _street_accuracy, _street_files, _street_review

_PARTS = {
    "Review": _street_review.draw,
    "Streets known": _street_files.draw,
    "Accuracy": _street_accuracy.draw,
}


def render() -> None:
    """Draw the page."""
    st.caption(
        "Addresses are looked up on this machine. None leaves it unless you agree to that one job."
    )
    known = bool(streets.what_is_installed())
    part = st.segmented_control(
        "Part", list(_PARTS), default="Review" if known else "Streets known", required=True,
        key="streets part", label_visibility="collapsed",
    )  # fmt: skip
    _PARTS[part]()
