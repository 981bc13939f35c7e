"""Data: take files in, see what happened to each row, mend, undo."""

import streamlit as st

from pages.frame import _kept, _parts
from pages.intake import _source, _upload


def render() -> None:
    """Draw the page."""
    with _parts.guard():  # a file that cannot be read leaves what is kept in view
        _upload.draw()
    kept = _kept.kept()
    if not kept:
        for records in _kept.demo_records():
            with st.container(border=True):
                st.markdown(f"#### {records.source}")
                _source.in_short(records)
    for source in kept:
        _source.card(source)
