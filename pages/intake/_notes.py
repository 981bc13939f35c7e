"""What a person should know of a file, line by line."""

from collections.abc import Iterable

import streamlit as st

from geo.schema import Note
from pages.frame import _words


def draw(found: Iterable[Note]) -> None:
    """Draw one line each, warnings first."""
    for note in sorted(found, key=lambda one: one.severity != "warning"):
        mark = ":orange[:material/warning:]" if note.severity == "warning" else "·"
        st.markdown(f"{mark} {_words.plain(note.text)}")
