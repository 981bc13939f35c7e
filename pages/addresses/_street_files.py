"""Streets known on this machine: from which files, of which year; more of them, fewer of them."""

from collections.abc import Sequence
from contextlib import ExitStack

import pandas as pd
import streamlit as st

from analysis.words import count_of
from boundaries import intake, streets
from pages.addresses import _street_job, _street_own
from pages.frame import _kept, _table, _words

_FROM_CENSUS, _TIGER, _OWN = "From the Census Bureau", "TIGER/Line files", "Streets of your own"


def draw() -> None:
    """Draw what is known, and the ways to add to it."""
    installed = streets.what_is_installed()
    if _street_job.draw():
        return
    if installed:
        _known(installed)
    else:
        st.info(
            "No streets are known yet: rows without coordinates are placed by ZIP code, city or "
            "county. Add the streets of your counties once; they stay on this machine.",
            icon=":material/signpost:",
        )
    st.markdown("#### Add streets")
    way = st.segmented_control(
        "From", [_FROM_CENSUS, _TIGER, _OWN], default=_FROM_CENSUS, required=True,
        key="streets from", label_visibility="collapsed",
    )  # fmt: skip
    {_FROM_CENSUS: _fetch, _TIGER: _tiger, _OWN: _street_own.draw}[way]()


def _known(installed: Sequence[streets.Installed]) -> None:
    rows = [
        (one.state, part.words, part.vintage or "own file", part.name)
        for one in installed for part in one.parts
    ]  # fmt: skip
    table = pd.DataFrame(rows, columns=["State", "Streets of", "Vintage", "part"])
    total = sum(one.segments for one in installed)
    st.markdown(
        f"**{count_of(len(table), 'file', 'files')} of streets, "
        f"{count_of(total, 'piece', 'pieces')} of road.** "
        "Rows of other places are placed by ZIP code, city or county."
    )
    picked = st.dataframe(
        table, hide_index=True, on_select="rerun", selection_mode="single-row", key="streets known",
        column_order=["State", "Streets of", "Vintage"], height=_table.height(len(table), 360),
    ).selection.rows  # fmt: skip
    if picked:
        state, words, _, part = rows[picked[0]]
        if st.button(f"No longer look in {_words.plain(words)}", icon=":material/delete:"):
            streets.remove_part(state, part)
            st.rerun()


def _fetch() -> None:
    st.markdown(
        "Public road files of counties are fetched from www2.census.gov, about 1 to 30 MB each. "
        "Nothing of yours is sent; that server sees which counties are asked for."
    )
    with st.container(horizontal=True, vertical_alignment="bottom"):
        states = _words.words_of("states")
        state = st.selectbox(
            "State", list(states), None, format_func=states.__getitem__, width=240,
            placeholder="Choose a state", key="streets state",
        )  # fmt: skip
        names = _words.counties()
        here = streets.counties_of(state) if state else []
        chosen = st.multiselect(
            "Counties", here, format_func=names.__getitem__, disabled=not state, width=420,
            placeholder=f"All {len(here)} counties" if state else "", key="streets counties",
        )  # fmt: skip
        year = st.number_input(
            "Year of the files", *streets.YEARS, streets.NEWEST_WITH_COUNTIES_OF_CT, width=140,
            help="For Connecticut 2021 or older: later files are not those of its counties.",
        )  # fmt: skip
        if st.button("Fetch them", type="primary", icon=":material/download:", disabled=not state):
            _street_job.start(counties=tuple(chosen or here), year=int(year))


def _tiger() -> None:
    found = st.file_uploader(
        "EDGES or ADDRFEAT files as they come from the Census Bureau: tl_2021_09003_edges.zip",
        type=["zip"], accept_multiple_files=True, key=_street_job.key("tiger"),
    )  # fmt: skip
    if found and st.button("Read them", type="primary", icon=":material/check:"):
        copies = ExitStack()
        paths = [
            copies.enter_context(intake.uploaded(one, _kept.folder(), one.name)) for one in found
        ]
        _street_job.start(copies, files=tuple(paths))
