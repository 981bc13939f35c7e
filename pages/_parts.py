"""The parts every page is made of: filters, banner, finding, linked table, closing panels."""

import logging
import re
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import pandas as pd
import streamlit as st

from analysis.result import Density, HotSpots, Parameter
from boundaries import hidta
from geo.errors import InputError
from geo.layers import Layer
from geo.schema import HANDLINGS
from maps import export, folium_map
from pages import _map, _session, _table
from pages._table import ColumnConfigs
from pages._words import words_of

TABLE_ROWS = 100  # of a ranked table, sent with each change

_MARKUP = re.compile(r"([\\`*_{}\[\]()#+\-.!|<>$~:&])")
_LOG = logging.getLogger(__name__)


def plain(text: str) -> str:
    r"""Make any text safe to stand in Markdown: it is shown as it is, never as markup.

    Examples
    --------
    >>> print(plain("**a** <b>"))
    \*\*a\*\* \<b\>
    """
    return _MARKUP.sub(r"\\\1", text)


@contextmanager
def guard() -> Iterator[None]:
    """Show what a person can fix; log anything else under a number, without data."""
    try:
        yield
    except InputError as error:
        st.error(plain(error.message), icon=":material/error:")
        st.info(plain(error.hint), icon=":material/lightbulb:")
    except Exception as error:  # noqa: BLE001  (a bug of ours: the visitor gets a number)
        number = uuid.uuid4().hex[:8]
        where = error.__traceback__
        while where and where.tb_next:
            where = where.tb_next
        spot = f"{where.tb_frame.f_code.co_filename}:{where.tb_lineno}" if where else "?"
        _LOG.error("Failure %s: %s at %s", number, type(error).__name__, spot)
        st.error(
            f"Something went wrong on our side (number {number}). Nothing was lost.",
            icon=":material/bug_report:",
        )


def filters() -> None:
    """Draw the one set of filters, the same on every page and in the address."""
    _session.follow_data()
    with st.sidebar:
        st.subheader("Where")
        several("states", "States", "All with data")
        st.multiselect(
            "HIDTAs", list(hidta.names()), key="hidtas", placeholder="Any", bind="query-params",
            help="High Intensity Drug Trafficking Areas: only their counties are studied.",
        )  # fmt: skip
        st.subheader("When")
        first, last = st.columns(2)
        for column, label, key in ((first, "From", "start"), (last, "To", "end")):
            column.date_input(label, None, key=key, bind="query-params")
        st.subheader("What")
        kinds = words_of("kinds")
        st.pills(
            "Kind", list(kinds), selection_mode="multi", default=["overdose"], key="kinds",
            format_func=kinds.__getitem__, bind="query-params",
        )  # fmt: skip
        several("outcomes", "Outcome")
        several("drugs", "Drug class")
        st.session_state.setdefault("handling", _session.strictest_handling())
        st.selectbox(
            "Handling level", list(HANDLINGS), key="handling", format_func=HANDLINGS.__getitem__,
            help="Printed on every map and file. Follows the most restricted file loaded.",
            persist_state="session",
        )  # fmt: skip


def several(field: str, label: str, placeholder: str = "Any") -> None:
    """Draw a choice of any number of a study field's values; none chosen means all."""
    words = words_of(field)
    st.multiselect(
        label, list(words), key=field, format_func=words.__getitem__,
        placeholder=placeholder, bind="query-params",
    )  # fmt: skip


def one_of(field: str, label: str, explained: str, *, disabled: bool = False) -> None:
    """Draw a choice of one of a study field's values, the first by default."""
    words = words_of(field)
    st.segmented_control(
        label, list(words), default=next(iter(words)), key=field, help=explained, required=True,
        format_func=words.__getitem__, bind="query-params", disabled=disabled,
    )  # fmt: skip


def demo_banner(*, offer_load: bool = True) -> None:
    """Say that the data are synthetic, and offer the way to real ones."""
    if _session.on_demo():
        with st.container(horizontal=True, vertical_alignment="center", border=True):
            st.markdown(
                ":material/science: **Synthetic demo data.** Invented incidents over 22 states, "
                "with clusters planted to be found.",
                width=620,
            )
            if offer_load and st.button(
                "Load your file", type="primary", icon=":material/upload_file:"
            ):
                go_to("data")


def finding(result: HotSpots | Density) -> None:
    """Say what was found, in words with numbers, and what weakens it."""
    st.markdown(f"#### {plain(result.finding)}")
    warn(result.warnings)


def warn(warnings: Sequence[str]) -> None:
    """Say what weakens a result, one line each."""
    lines = [f":orange[:material/warning:] {plain(warning)}" for warning in warnings]
    st.markdown("  \n".join(lines))


def how_made(parameters: Sequence[Parameter], method: str) -> None:
    """Draw the closed panel with every choice and its reason."""
    with st.expander("How was this made?", icon=":material/function:"):
        st.markdown(method)
        st.dataframe(
            pd.DataFrame(
                [(p.name, p.value, p.reason) for p in parameters],
                columns=["Choice", "Value", "Why"],
            ),
            hide_index=True,
            column_config={"Why": st.column_config.TextColumn(width="large")},
        )


def hot_means() -> None:
    """Draw the choice between Gi* and the population-adjusted test; not a choice of the study."""
    words = {"gi": "More than chance explains (Gi*)", "people": "More than its people explain"}
    st.segmented_control(
        "Hot means", list(words), default="gi", key="shown", required=True,
        format_func=words.__getitem__, bind="query-params",
        help="Gi* finds where events are many. The other finds where they are many for the number "
        "of people, by county. A place that is hot in both is the surest.",
    )  # fmt: skip


def hot_spot_map(result: HotSpots, *, key: str, background: Sequence[Layer]) -> None:
    """Draw a hot spot result: Gi* or the population-adjusted test, as the visitor prefers."""
    for_people = result.adjusted and st.session_state["shown"] == "people"
    layers = (result.adjusted_layer(),) if for_people else result.layers()
    table, config = _table.of_areas(result, for_people=for_people)
    map_and_table((*layers, *background), table, config, key=f"{key} {result.study.level}")


def map_and_table(
    layers: Sequence[Layer], table: pd.DataFrame, config: ColumnConfigs, *, key: str
) -> None:
    """Draw the map with its ranked table beside it, linked both ways.

    `table` is indexed by area id, best first, ready to read. A picked row is outlined on the map; a
    click on the map picks the row.
    """
    table_key = f"{key} table"
    with st.container(key="linked"):  # style.css stacks the two where there is little room
        wide, narrow = st.columns([13, 8], gap="medium")
    with wide:
        document = folium_map.document(layers, selected=_picked(table, table_key))
        clicked = _map.show(document, key=f"{key} map")
    rows = TABLE_ROWS
    if clicked and clicked.area in table.index:
        position = table.index.get_loc(clicked.area)
        st.session_state[table_key] = {"selection": {"rows": [position], "columns": []}}
        rows = max(rows, position + 1)
    elif picked := _picked_position(table_key):
        rows = max(rows, picked + 1)
    with narrow:
        st.dataframe(
            table.head(rows), hide_index=True, key=table_key, on_select="rerun",
            selection_mode="single-row", column_config=config, height=520,
        )  # fmt: skip
        if len(table) > rows:
            st.caption(f"The first {rows:,} of {len(table):,} areas. Export has them all.")


def _picked_position(table_key: str) -> int | None:
    """Return the position of the row picked in the table, if any."""
    state = st.session_state.get(table_key) or {}
    rows = state.get("selection", {}).get("rows", [])
    return rows[0] if rows else None


def _picked(table: pd.DataFrame, table_key: str) -> str | None:
    position = _picked_position(table_key)
    return None if position is None or position >= len(table) else str(table.index[position])


def go_to(page: str) -> None:
    """Open another page by its name in the address."""
    st.switch_page(st.session_state["pages"][page])


def how_sure(result: HotSpots | Density) -> None:
    """Draw the closed panel that says what was counted, and what was not and why."""
    with st.expander("How sure is it?", icon=":material/rule:"):
        st.markdown(
            "What was counted, and what was left out. The places of incidents may be off by their "
            "radius; records may still arrive late; agencies that do not report look like zeros."
        )
        st.dataframe(
            pd.DataFrame(
                [(what.replace("_", " ").capitalize(), n) for what, n in result.tally.items()],
                columns=["Records", "How many"],
            ),
            hide_index=True,
        )


def take_away(result: HotSpots | Density) -> None:
    """Draw the closed panel with the files most often wanted."""
    with st.expander("Take away", icon=":material/download:"), st.container(horizontal=True):
        for ending, label in (("html", "Map in one file"), ("png", "Figure"), ("gpkg", "For GIS")):
            name = export.file_name(result.study.method, ending)
            st.download_button(
                label,
                _session.exporter(result, ending),
                name,
                key=f"take {name}",
                on_click="ignore",
            )
        if st.button("All formats", icon=":material/arrow_forward:"):
            go_to("export")
