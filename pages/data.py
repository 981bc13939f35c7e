"""Data: load a file, confirm which column is what, see what happened to each row."""

import pandas as pd
import streamlit as st

from geo.schema import PRECISION, PRECISIONS, Records
from pages import _mapping, _parts, _session


def render() -> None:
    """Draw the page."""
    _load()
    for number, records in enumerate(_session.sources()):
        _report(records, number)
    if not _session.on_demo() and st.button("Remove all files", icon=":material/delete:"):
        _session.remove_all()
        st.rerun()


def _load() -> None:
    """Take a file, show what is understood of it, and wait for the person's word."""
    uploads = st.session_state.setdefault("uploads", 0)  # a new number is an empty uploader
    file = st.file_uploader(
        "Overdoses, seizures or county counts: CSV, Excel, GeoJSON or GeoPackage",
        type=["csv", "tsv", "txt", "xlsx", "geojson", "json", "gpkg"], key=f"upload {uploads}",
    )  # fmt: skip
    st.caption("The file stays in this machine's memory until you close or reload the page.")
    if file is None:
        return
    raw, mapping = _session.opened(file.getvalue(), file.name, st.session_state.get("sheet"))
    if len(raw.sheets) > 1:
        st.selectbox("Sheet", raw.sheets, key="sheet")
    mapping, twice = _mapping.confirm(raw, mapping)
    if twice:
        st.error(f"Two columns are given as: {', '.join(twice)}. Choose one of them.")
    if st.button(
        "Use these columns", type="primary", icon=":material/check:", disabled=bool(twice)
    ):
        with st.status("Reading and placing every row …"):
            _session.add(_session.placed(raw, mapping))
        st.session_state["uploads"] += 1
        _parts.go_to("hot_spots")


def _report(records: Records, number: int) -> None:
    """Say what happened to each row: kept, dropped and why, and how it was placed."""
    report = records.report
    with st.container(border=True):
        st.markdown(f"#### {_parts.plain(records.source)}")
        st.markdown(
            f"{report.rows_read:,} rows read: {report.kept:,} kept, "
            f"{sum(report.dropped.values()):,} dropped. They make {records.incidents:,} incidents."
        )
        for note in report.notes:
            mark = ":orange[:material/warning:]" if note.severity == "warning" else "·"
            st.markdown(f"{mark} {_parts.plain(note.text)}")
        left, right = st.columns(2)
        codes = records.table[PRECISION].value_counts().sort_index()
        left.dataframe(
            pd.DataFrame({"How precisely": codes.index.map(PRECISIONS), "Rows": codes.to_numpy()}),
            hide_index=True,
            column_config={"Rows": st.column_config.NumberColumn(format="localized")},
        )
        right.dataframe(
            pd.DataFrame(
                [(c.column, _mapping.WORDS[c.role]) for c in report.mapping],
                columns=["Column", "Used as"],
            ),
            hide_index=True,
        )
        if report.dropped:
            left.dataframe(
                pd.DataFrame(report.dropped.items(), columns=["Dropped because", "Rows"]),
                hide_index=True,
            )
            left.download_button(
                "Download the dropped rows", lambda: report.quarantine.to_csv(index=False),
                f"dropped-{number + 1}.csv", "text/csv", icon=":material/download:",
                on_click="ignore", key=f"quarantine {number}",
            )  # fmt: skip
