"""The lines behind incidents, as they came."""

from collections.abc import Sequence

import streamlit as st

from pages.frame import _corrections, _kept

_MOST = 500  # incidents whose lines are shown at once


def show(source: str, record_ids: Sequence[str], *, key: str) -> None:
    """Draw the lines behind incidents as they came; a picked one can be corrected."""
    lines = _kept.store().lines(source, record_ids[:_MOST])
    if len(record_ids) > _MOST:
        st.caption(f"The lines of the first {_MOST:,} of {len(record_ids):,} incidents.")
    picked = st.dataframe(
        lines, hide_index=True, key=f"lines {key}", on_select="rerun", selection_mode="single-row",
        column_config={
            "import": st.column_config.NumberColumn("File no."),
            "source_row": st.column_config.NumberColumn("Row"),
            "record_id": st.column_config.TextColumn("Incident"),
        },
    )  # fmt: skip
    rows = picked.selection.rows
    if rows:
        _corrections.form(source, str(lines["record_id"].iloc[rows[0]]), key=key)
    else:
        st.caption("Pick a line to correct its incident.")


def by_number(source: str) -> None:
    """Let a person name an incident; draw its lines and the form to correct it."""
    number = st.text_input(
        "Number of an incident to correct", key=f"number {source}", width=320
    ).strip()
    if not number:
        return
    ids = _kept.store().records(source).table["record_id"]
    # Behind an agency's number or before a day where these tell incidents of one number apart.
    found = ids[(" " + ids + " ").str.contains(f" {number} ", regex=False)]
    if found.empty:
        st.info("No incident of this source has that number.")
    else:
        show(source, found.tolist(), key=f"number {source} {number}")
