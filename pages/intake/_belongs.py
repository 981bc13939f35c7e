"""Which source a file on its way in belongs to, and how it is marked."""

from pathlib import Path
from typing import Any

import streamlit as st

from geo.schema import HANDLINGS
from geo.store.preview import Preview
from pages.frame import _kept, _words

_NEW = "a new source"


def to_source(seen: Preview) -> dict[str, Any]:
    """Let the person say which source the file belongs to, and how it is marked."""
    names = [source.name for source in _kept.kept()]
    at = names.index(seen.source) + 1 if seen.source in names and seen.is_sure else 0
    chosen = st.selectbox(
        "It belongs to", [_NEW, *names], at, width=260, key=f"belongs {seen.name}",
        help="A newer download of a source you have brings it up to date: what is new is added, "
        "what changed is replaced, and the old values are kept as history.",
    )  # fmt: skip
    if chosen != _NEW:
        complete = st.checkbox(
            "It is complete", key=f"complete {seen.name}",
            help="Incidents of this source that are not in the file no longer count.",
        )  # fmt: skip
        return {"source": chosen, "is_complete": complete}
    if seen.source in names and not seen.is_sure:
        st.info(
            f"Its columns are those of {_words.plain(str(seen.source))}. If it is a newer download "
            "of the same, choose that source: otherwise events would count twice.",
            icon=":material/help:",
        )
    name = st.text_input("Name of the source", Path(seen.name).stem, max_chars=80, width=260)
    levels = list(HANDLINGS)
    handling = st.selectbox(
        "Handling level", levels, levels.index("cui"), format_func=HANDLINGS.__getitem__, width=220,
        key=f"handling {seen.name}",
    )  # fmt: skip
    return {"source": name.strip(), "handling": handling}
