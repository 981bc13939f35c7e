"""A street file of an agency's own: what it holds, and which column is what."""

from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

import streamlit as st

from boundaries import intake, streets
from geo.geocoding import street_own, street_roles
from geo.geocoding.street_roles import Kind
from pages.addresses import _street_job
from pages.frame import _kept, _words


def draw() -> None:
    """Draw the form for such a file."""
    kind = st.segmented_control(
        "It holds", list(street_roles.KINDS), default="lines", required=True,
        format_func=street_roles.KINDS.__getitem__, key="own kind",
    )  # fmt: skip
    file = st.file_uploader(
        "Centerlines or points: zipped Shapefile, GeoPackage, GeoJSON; points also as CSV or Excel",
        type=["zip", "gpkg", "geojson", "json", "csv", "xlsx"], key=_street_job.key("own"),
    )  # fmt: skip
    if file is None:
        return
    with ExitStack() as copies:
        path = copies.enter_context(intake.uploaded(file, _kept.folder(), file.name))
        columns = street_own.columns_of(path)
        chosen = _columns(columns, kind, file.name)
        with st.container(horizontal=True, vertical_alignment="bottom"):
            states = _words.words_of("states")
            state = st.selectbox(
                "State it lies in", list(states), None, format_func=states.__getitem__, width=240,
                placeholder="Choose a state", key="own state",
            )  # fmt: skip
            name = st.text_input("Name", Path(file.name).stem, max_chars=80)
            day = st.date_input(
                "Data as of", None, max_value="today", format="YYYY-MM-DD", width=190,
                key=f"own as of {file.name}", help="If you leave it empty: the newest edit that a "
                "column of the file tells, the date inside the archive, or today.",
            )  # fmt: skip
            needed = all(chosen.get(role) for role in street_roles.NEEDED[kind])
            ready = st.button(
                "Read it", type="primary", icon=":material/check:",
                disabled=not (state and name.strip() and needed),
            )  # fmt: skip
        if ready:
            own = street_own.OwnFile(
                path, kind, chosen, name.strip(), as_of=str(day or ""), is_copy=True
            )
            short = streets.own_name(name)
            _street_job.start(copies.pop_all(), own=own, state=state, name=short)


def _columns(columns: Sequence[str], kind: Kind, name: str) -> dict[str, tuple[str, ...]]:
    """Let the person say which column is what, from what their names say."""
    proposed = street_own.propose(columns, kind)
    chosen: dict[str, tuple[str, ...]] = {}
    boxes = st.columns(2)
    for turn, (role, words) in enumerate(street_roles.ROLES[kind].items()):
        key = f"own {name} {kind} {role}"
        with boxes[turn % 2]:
            if role == "street":
                found = st.multiselect(words, columns, list(proposed.get(role, ())), key=key)
                chosen[role] = tuple(found)
                continue
            at = columns.index(proposed[role][0]) if role in proposed else None
            one = st.selectbox(words, columns, at, placeholder="None", key=key)
            chosen[role] = (one,) if one else ()
    return chosen
