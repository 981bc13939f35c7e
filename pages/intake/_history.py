"""The files of a source: what each did when it was taken in, and undoing it."""

import pandas as pd
import streamlit as st

from analysis.words import count_of
from boundaries import changed
from geo.schema import RECORD_ID
from geo.store import Import
from geo.store.mending import for_spreadsheet
from pages.frame import _kept, _words

_MOST = 1000  # rows shown at once


def file(one: Import) -> None:
    """Draw one import with what it did, and let it be undone."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(
            f"{'~~' if one.undone else ''}**{one.number}. {_words.plain(one.file_name)}**"
            f"{'~~' if one.undone else ''} · {one.imported_at:%b %-d, %Y %H:%M} UTC  \n"
            f"{count_of(one.rows_read, 'row', 'rows')}: {one.kept:,} kept, "
            f"{one.dropped:,} dropped. {one.what.capitalize()}: {one.added:,} new, "
            f"{one.changed:,} changed, "
            f"{one.same:,} the same, {one.absent:,} not in it"
            f"{f', {one.withdrawn:,} of them withdrawn' if one.withdrawn else ''}."
            f"{_waiting(one)}",
            width="stretch",
        )
        if (one.changed or one.withdrawn) and st.button(
            "What changed", key=f"changes {one.number}"
        ):
            _show_changes(one)
        words, act = (
            ("Count again", _kept.store().redo) if one.undone else ("Undo", _kept.store().undo)
        )
        if st.button(words, key=f"undo {one.number}", icon=":material/undo:"):
            act(one.number)
            _kept.say_changed()
            st.rerun()


def _waiting(one: Import) -> str:
    """Say which mended lines do not count as the file they came from is undone."""
    if one.undone or not one.waits_for:
        return ""
    undone = ", ".join(map(str, one.waits_for))
    return f" Lines mended from file {undone} do not count while that is undone."


def _spelled(changes: pd.DataFrame) -> pd.DataFrame:
    return changed.in_words(changes).assign(Number=changes[RECORD_ID])


@st.dialog("What this file changed", width="large")
def _show_changes(one: Import) -> None:
    changes = _kept.store().changes(one.number)
    gone = changes.loc[(changes["column"] == RECORD_ID) & (changes["after"] == ""), "before"]
    withdrawn = changed.in_words(changes.loc[gone.index[:_MOST]])
    changes = changes[changes["column"] != RECORD_ID]  # not the incidents that are new
    differ = "value differs" if len(changes) == 1 else "values differ"
    st.caption(f"{len(changes):,} {differ} from what was kept before.")
    st.dataframe(_spelled(changes.head(_MOST)), hide_index=True)
    if len(gone):
        st.caption(f"{count_of(len(gone), 'incident', 'incidents')} no longer in the source:")
        withdrawn = withdrawn[[changed.WHICH]].assign(Number=gone.head(_MOST))
        st.dataframe(withdrawn, hide_index=True)
    st.download_button(
        "Download all", lambda: for_spreadsheet(_spelled(changes)), f"changes-{one.number}.csv",
        "text/csv",
        on_click="ignore", icon=":material/download:",
    )  # fmt: skip
