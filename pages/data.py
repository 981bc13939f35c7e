"""Data: load a file, confirm which column is what, see what happened to each row."""

import pandas as pd
import streamlit as st

from geo.ingest import Mapping, RawTable
from geo.schema import PRECISION, PRECISIONS, Records
from pages import _parts, _session

_NO_COLUMN = "(no column)"


def render() -> None:
    """Draw the page."""
    st.title("Data")
    _parts.demo_banner()
    _load()
    for number, records in enumerate(_session.sources()):
        _report(records, number)
    if not _session.on_demo() and st.button("Remove all files", icon=":material/delete:"):
        _session.remove_all()
        st.rerun()


def _load() -> None:
    """Take a file, show what is understood of it, and wait for the person's word."""
    file = st.file_uploader(
        "Overdoses, seizures or county counts: CSV, Excel, GeoJSON or GeoPackage",
        type=["csv", "tsv", "txt", "xlsx", "geojson", "json", "gpkg"],
        help="The file stays on this machine, in memory, until you close the page.",
        key=f"upload {st.session_state.setdefault('uploads', 0)}",
    )
    if file is None:
        return
    with _parts.guard():
        sheet = st.session_state.get("sheet")
        raw, mapping = _session.opened(file.getvalue(), file.name, sheet)
        if len(raw.sheets) > 1:
            st.selectbox("Sheet", raw.sheets, key="sheet")
        mapping = _confirm(raw, mapping)
        if st.button("Use these columns", type="primary", icon=":material/check:"):
            with st.status("Reading and placing every row …") as status:
                _session.add(_session.placed(raw, mapping))
                status.update(label="Every row read and placed.", state="complete")
            st.session_state["uploads"] += 1  # a fresh uploader: the file is loaded now
            _parts.go_to("hot_spots")


def _confirm(raw: RawTable, mapping: Mapping) -> Mapping:
    """Show each role with its column, how sure that is and samples; take changes."""
    st.markdown(
        f"**{len(raw.text):,} rows.** Please check which column is what, "
        "and change what is not right."
    )
    shown = pd.DataFrame(
        [
            (role.label, role.name, choice.column if choice else _NO_COLUMN,
             choice.confidence if choice else None, " · ".join(choice.samples) if choice else "")
            for role, choice in mapping.by_role()
        ],
        columns=["What", "role", "Column", "Sure", "Samples"],
    )  # fmt: skip
    edited = st.data_editor(
        shown, hide_index=True, key="mapping", disabled=["What", "Sure", "Samples"],
        column_order=["What", "Column", "Sure", "Samples"],
        column_config={
            "Column": st.column_config.SelectboxColumn(
                options=[_NO_COLUMN, *raw.text.columns], required=True
            ),
            "Sure": st.column_config.ProgressColumn(format="percent", min_value=0, max_value=1),
            "Samples": st.column_config.TextColumn(width="large"),
        },
    )  # fmt: skip
    for before, after in zip(shown.itertuples(), edited.itertuples(), strict=True):
        if before.Column != after.Column:
            column = None if after.Column == _NO_COLUMN else after.Column
            mapping = mapping.with_choice(before.role, column)
    return mapping


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
            mark = ":orange[:material/warning:]" if note.severity == "warning" else ":material/info:"
            st.markdown(f"{mark} {_parts.plain(note.text)}")
        left, right = st.columns(2)
        codes = records.table[PRECISION].value_counts().sort_index()
        left.dataframe(
            pd.DataFrame({"How precisely": codes.index.map(PRECISIONS), "Rows": codes.to_numpy()}),
            hide_index=True,
        )
        right.dataframe(
            pd.DataFrame([(c.role, c.column) for c in report.mapping], columns=["What", "Column"]),
            hide_index=True,
        )
        if report.dropped:
            st.dataframe(
                pd.DataFrame(report.dropped.items(), columns=["Dropped because", "Rows"]),
                hide_index=True,
            )
            st.download_button(
                "Download the dropped rows", lambda: report.quarantine.to_csv(index=False),
                f"dropped-{number + 1}.csv", "text/csv", icon=":material/download:",
                on_click="ignore", key=f"quarantine {number}",
            )  # fmt: skip
