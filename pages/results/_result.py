"""A result as every page shows it: finding, map with its table, closing panels."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from analysis.result import HotSpots, Parameter
from analysis.run import Result
from geo.layers import Layer
from maps import export, folium_map
from pages.frame import _files, _map, _parts, _table
from pages.frame._table import ColumnConfigs
from pages.frame._words import plain

TABLE_ROWS = 100  # of a ranked table, sent with each change


def finding(result: Result) -> None:
    """Say what was found, in words with numbers, and what weakens it."""
    st.markdown(f"#### {plain(result.finding)}")
    if isinstance(result, HotSpots) and result.whole_map:
        st.markdown(plain(result.whole_map))
    warn(result.warnings)


def warn(warnings: Sequence[str]) -> None:
    """Say what weakens a result, one line each."""
    lines = [f":orange[:material/warning:] {plain(warning)}" for warning in warnings]
    st.markdown("  \n".join(lines))


def how_made(parameters: Sequence[Parameter], method: str) -> None:
    """Draw the closed panel with every choice and its reason."""
    with st.expander("How was this made?", icon=":material/function:"):
        st.markdown(method)
        lines = [f"**{plain(p.name)}**: {plain(p.value)}. {plain(p.reason)}" for p in parameters]
        st.markdown("  \n".join(lines))


def hot_spot_map(result: HotSpots, *, key: str, background: Sequence[Layer]) -> None:
    """Draw a hot spot result: the map of the test that leads, and the ranked areas."""
    table, config = _table.of_areas(result)
    map_and_table((*result.layers(), *background), table, config, key=f"{key} {result.study.level}")


def map_and_table(
    layers: Sequence[Layer], table: pd.DataFrame, config: ColumnConfigs, *, key: str
) -> None:
    """Draw the map with its ranked table beside it, linked both ways.

    `table` is indexed by area id, best first, ready to read. A picked row is outlined on the map; a
    click on the map picks the row. What is picked is an area, wherever it comes to stand.
    """
    picked_key, table_key = f"{key} picked", f"{key} table"
    rows = _rows_of(table_key)
    if rows != st.session_state.get(f"{table_key} rows", []):  # the visitor picked or let go
        st.session_state[picked_key] = str(table.index[rows[0]]) if rows else None
    picked = st.session_state.get(picked_key)
    with st.container(key="linked"):  # style.css stacks the two where there is little room
        wide, narrow = st.columns([13, 11], gap="small")
    with wide:
        clicked = _map.show(folium_map.document(layers, selected=picked), key=f"{key} map")
    area = clicked.area.partition(".")[0] if clicked else ""  # "stretch-2.14" is a part of one
    if area in table.index:
        picked = st.session_state[picked_key] = area
    wanted = [table.index.get_loc(picked)] if picked in table.index else []
    if wanted != rows:
        st.session_state[table_key] = {"selection": {"rows": wanted, "columns": []}}
    st.session_state[f"{table_key} rows"] = wanted
    shown = max(TABLE_ROWS, *(row + 1 for row in wanted), 0)
    with narrow:
        st.dataframe(
            table.head(shown), hide_index=True, key=table_key, on_select="rerun",
            selection_mode="single-row", column_config=config,
            height=_table.height(len(table), 520),
        )  # fmt: skip
        if len(table) > shown:
            st.caption(f"The first {shown:,} of {len(table):,} areas. Export has them all.")


def _rows_of(table_key: str) -> list[int]:
    """Return the positions of the rows picked in a table."""
    state = st.session_state.get(table_key) or {}
    return list(state.get("selection", {}).get("rows", []))


def take_away(result: Result) -> None:
    """Draw the closed panel with the files most often wanted."""
    with st.expander("Take away", icon=":material/download:"), st.container(horizontal=True):
        for ending, label in (("html", "Map in one file"), ("png", "Figure"), ("gpkg", "For GIS")):
            name = export.file_name(result.study.method, ending)
            st.download_button(
                label,
                _files.exporter(result, ending),
                name,
                key=f"take {name}",
                on_click="ignore",
            )
        if st.button("All formats", icon=":material/arrow_forward:"):
            _parts.go_to("export")
