"""One source as a card: what it holds, what happened to each row, its files, what can be mended."""

from typing import cast

import pandas as pd
import streamlit as st

from analysis.words import percent
from geo.schema import (
    HANDLINGS,
    POINT_PRECISIONS,
    PRECISION,
    PRECISIONS,
    Handling,
    Records,
)
from geo.store import Source
from geo.store.mending import for_spreadsheet
from pages.frame import _kept, _words
from pages.intake import _history, _mapping, _notes, _seized


def card(source: Source) -> None:
    """Draw a source of the store."""
    with st.container(border=True, key=f"source {source.name}"):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f"#### {_words.plain(source.name)}", width="stretch")
            looked_at = st.toggle(
                "On the maps", _kept.is_looked_at(source.name), key=f"look {source.name}",
                help="For you alone; the source stays in the store.",
            )  # fmt: skip
        if looked_at != _kept.is_looked_at(source.name):
            _kept.look_at(source.name, wanted=looked_at)
            st.rerun()
        if source.incidents:
            records = _kept.records_of(source)
            in_short(records, _victims(source, records), several=_several_files(source))
            with st.expander("What to know about these rows", icon=":material/info:"):
                _notes.draw(records.report.notes)
                if not records.report.notes:
                    st.markdown("Nothing was unclear.")
            with (
                st.expander("How it was read and placed", icon=":material/rule:"),
                st.container(key=f"read of {source.name}"),
            ):
                _how_read(records)
            _seized.draw(records, source.name)
        with st.expander(
            f"Files taken in ({len(source.imports)})",
            icon=":material/history:",
            key=f"h {source.name}",
        ):
            for one in reversed(source.imports):
                _history.file(one)
        with st.container(horizontal=True, vertical_alignment="bottom"):
            _take_away(source)
            _settings(source)


def _victims(source: Source, records: Records) -> str:
    """Say how many victims there are, where files number them; "" where none does."""
    if "victims" in records.extra:
        return f"{records.extra['victims']:,}"
    numbered = any(one.victims is not None and not one.undone for one in source.imports)
    return "not known" if numbered else ""


def _several_files(source: Source) -> bool:
    return sum(not one.undone for one in source.imports) > 1


def in_short(records: Records, victims: str = "", *, several: bool = False) -> None:
    """Say how many incidents there are and how precisely they are placed."""
    table, report = records.table, records.report
    exact = table[PRECISION].isin(POINT_PRECISIONS).mean() if len(table) else 0
    unplaced = int((table[PRECISION] == "99").sum())
    with st.container(horizontal=True):
        st.metric("Incidents", f"{records.incidents:,}")
        if victims:
            st.metric(
                "Victims", victims,
                help="As the file numbers them. Not known where files overlap or lines were left "
                "out: what to know about these rows says why.",
            )  # fmt: skip
        st.metric(
            "Rows of all files" if several else "Rows read", f"{report.rows_read:,}",
            help="A row that is in two files is two rows, and one incident: newer downloads hold "
            "most of the older ones again. Files before one that is complete are left out."
            if several else None,
        )  # fmt: skip
        st.metric("Rows dropped", f"{sum(report.dropped.values()):,}")
        st.metric(
            "Placed at street level", percent(exact),
            help="The rest is known by ZIP code, town or county and counted there.",
        )  # fmt: skip
        st.metric(PRECISIONS["99"], f"{unplaced:,}", help="In no area, in no map.")


def _how_read(records: Records) -> None:
    left, right = st.columns(2)
    codes = records.table[PRECISION].value_counts().sort_index()
    left.dataframe(
        pd.DataFrame({"How precisely": codes.index.map(PRECISIONS), "Records": codes.to_numpy()}),
        hide_index=True,
        column_config={"Records": st.column_config.NumberColumn(format="localized")},
    )
    if records.report.dropped:
        left.dataframe(
            pd.DataFrame(records.report.dropped.items(), columns=["Dropped because", "Rows"]),
            hide_index=True,
        )
    right.dataframe(
        pd.DataFrame(
            [(c.column, _mapping.WORDS[c.role]) for c in records.report.mapping],
            columns=["Column", "Used as"],
        ),
        hide_index=True,
    )


def _take_away(source: Source) -> None:
    name, called = source.name, _words.in_file_name(source.name)
    st.download_button(
        "Lines to mend", lambda: for_spreadsheet(_kept.store().quarantine(name)),
        f"to-mend-{called}-{len(source.imports)}.csv", "text/csv", icon=":material/build:",
        on_click="ignore", key=f"quarantine {name}",
        help="Dropped lines and those without a place or day, each with its reason. Mend them and "
        "load the file here again: they take the place of what they were, nothing counts twice.",
    )  # fmt: skip
    st.download_button(
        "Choice of columns", lambda: _kept.store().mapping(name).to_json(),
        f"columns-{called}-{len(source.imports)}.json", "application/json",
        icon=":material/view_column:", on_click="ignore", key=f"columns {name}",
        help="For colleagues with the same kind of file, and for the shell.",
    )  # fmt: skip


def _settings(source: Source) -> None:
    store, name = _kept.store(), source.name
    with st.popover("Settings", icon=":material/settings:"):
        level = st.selectbox(
            "Handling level", list(HANDLINGS), list(HANDLINGS).index(source.handling),
            format_func=HANDLINGS.__getitem__, key=f"handling of {name}",
        )  # fmt: skip
        once = st.toggle(
            "Count identical lines once", source.identical_once, key=f"once {name}",
            help="Lines without a number that are the same in every cell can be separate calls. "
            "Turn this on only when you know they are copies.",
        )  # fmt: skip
        if level != source.handling:
            store.set_handling(name, cast("Handling", level))
        if once != source.identical_once:
            store.count_identical_once(name, once=once)
        if level != source.handling or once != source.identical_once:
            _kept.say_changed()
            st.rerun()
        sure = st.checkbox("Yes, delete it with its history", key=f"sure {name}")
        if st.button(
            "Delete this source", icon=":material/delete:", disabled=not sure, key=f"remove {name}"
        ):
            store.remove(name)
            _kept.say_changed()
            st.rerun()
