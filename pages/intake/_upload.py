"""A file on its way in: looked at, confirmed, then taken in by a process of its own."""

from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import streamlit as st

from analysis.words import count_of
from boundaries import intake
from boundaries.job import Job, warm
from geo.errors import CrsError, InputError
from geo.ingest import Mapping
from geo.ingest.prose import CHOOSE_TABLE, ONLY_NOTES
from geo.store import Outcome
from geo.store.preview import Preview, look
from pages.frame import _copies, _kept, _parts, _words
from pages.intake import _belongs, _mapping, _notes, _projected

_WAY, _UPLOADS = "file on its way", "uploads"
_OF_ONE_FILE = ("sheet", "crs asked")
_FORMATS = {
    "csv": "text", "xlsx": "an Excel workbook", "geojson": "GeoJSON", "gpkg": "a GeoPackage",
    "kml": "KML", "shapefile": "a Shapefile", "parquet": "Parquet",
}  # fmt: skip
_DELIMITERS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}
_ENCODINGS = {"utf-8-sig": "UTF-8", "cp1252": "Windows-1252"}
_TYPES = [
    "csv", "tsv", "txt", "xlsx", "xls", "geojson", "json", "gpkg", "zip", "kml", "parquet", "gz",
]  # fmt: skip


@dataclass(frozen=True)
class _Way:
    """Where a file stands: its copy on disk, what was seen of it, the job that takes it in."""

    path: Path
    name: str
    copy: ExitStack = field(repr=False)  # closing it removes the copy
    crs: int | None = None
    seen: Preview | None = None
    sheets: tuple[str, ...] = ()
    is_first: bool = True  # of its source
    job: Job[Outcome] | None = None


def draw() -> None:
    """Draw the step the file is at."""
    way: _Way | None = st.session_state.get(_WAY)
    if way is not None and way.job is not None:
        _watch()
        return
    uploads = st.session_state.setdefault(_UPLOADS, 0)  # a new number is an empty uploader
    file = st.file_uploader(
        "Overdoses, seizures or county counts: CSV, Excel, GeoJSON, GeoPackage, zipped Shapefile, "
        "KML or Parquet", type=_TYPES, key=f"upload {uploads}",
    )  # fmt: skip
    st.caption("The file stays on this machine: no row, no address leaves it.")
    if file is None:
        _forget()
        return
    is_other = st.session_state.get("file id") != file.file_id
    if way is None or way.name != file.name or is_other or not way.path.exists():
        _forget()
        copy = ExitStack()
        _copies.wait(copy)
        path = copy.enter_context(intake.uploaded(file, _kept.folder()))
        warm()  # while the person looks at the columns
        st.session_state["file id"] = file.file_id
        way = st.session_state[_WAY] = _Way(path, file.name, copy)
    _confirm(way)


def _forget() -> None:
    """Remove the copy of a file that is not wanted any more, and what was said of it."""
    way: _Way | None = st.session_state.pop(_WAY, None)
    for said in _OF_ONE_FILE:
        st.session_state.pop(said, None)
    if way is not None:
        way.copy.close()


def _confirm(way: _Way) -> None:
    """Show what is understood of the file, and wait for the person's word."""
    crs = way.crs or st.session_state.get("crs asked")
    _choose_sheet(way)  # also where the one chosen cannot be read
    sheet: str | None = st.session_state.get("sheet")
    seen = way.seen
    if seen is None:
        with st.spinner("Looking at the file …"):
            try:
                seen = look(way.path, way.name, _kept.store(), sheet=sheet, crs=crs)
            except CrsError:
                st.number_input(
                    "EPSG code of its coordinate system", 1024, 32767, None, key="crs asked",
                    help="It stands in the notes that came with the file; 4326 is longitude and "
                    "latitude, 2234 Connecticut's state plane in feet.",
                )  # fmt: skip
                raise
        is_new = not way.sheets
        way = st.session_state[_WAY] = replace(way, seen=seen, crs=crs, sheets=seen.sheets)
        if is_new:
            _choose_sheet(way)
    if seen.only_notes:
        st.error(f"{ONLY_NOTES} {CHOOSE_TABLE}")
        return
    _tell_how_read(seen)
    mapping, twice = _mapping.confirm(seen)
    system = _projected.ask(seen)
    if not mapping.choices:
        other = " Or choose another sheet." if len(seen.sheets) > 1 else ""
        st.warning(
            f"No column was recognized. Say above what the columns are: a day, a place.{other}"
        )
    if twice:
        st.error(f"Two columns are given as: {', '.join(twice)}. Choose one of them.")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        asked = _belongs.to_source(seen)
        if st.button(
            "Use these columns", type="primary", icon=":material/check:",
            disabled=bool(twice) or not asked["source"] or not mapping.choices,
        ):  # fmt: skip
            _start(way, mapping, asked | {"crs": system.epsg or crs, "swapped": system.swapped})


def _choose_sheet(way: _Way) -> None:
    """Let the person choose among several sheets, once they are known."""
    if len(way.sheets) > 1:
        at = way.sheets.index(way.seen.sheet) if way.seen else 0
        st.selectbox("Sheet or layer", way.sheets, at, key="sheet", on_change=_look_again)


def _tell_how_read(seen: Preview) -> None:
    """Say what was detected, and what is no row of the table."""
    how = [_FORMATS[seen.format]]
    if seen.delimiter:
        how.append(f"cells separated by {_DELIMITERS.get(seen.delimiter, seen.delimiter)}")
    if seen.encoding:
        how.append(f"encoded as {_ENCODINGS.get(seen.encoding, seen.encoding.upper())}")
    how += [f"{count_of(n, 'line', 'lines')} set aside: {why}" for why, n in seen.dropped.items()]
    st.markdown(f"Read as {_words.plain('; '.join(how))}.")
    _notes.draw(seen.notes)


def _look_again() -> None:
    way = st.session_state.get(_WAY)
    if way is not None:
        st.session_state[_WAY] = replace(way, seen=None)


def _start(way: _Way, mapping: Mapping, asked: dict[str, Any]) -> None:
    assert way.seen is not None
    _copies.taken()
    request = intake.Request(
        way.path, way.name, _kept.folder(), mapping=mapping,
        sheet=way.seen.sheet or None, **asked,
    )  # fmt: skip
    st.session_state[_WAY] = replace(
        way, job=Job(request), is_first=asked["source"] not in {one.name for one in _kept.kept()}
    )
    st.rerun()


@st.fragment(run_every=0.3)
def _watch() -> None:
    """Show how far the job is; let it be cancelled."""
    way: _Way | None = st.session_state.get(_WAY)
    if way is None or way.job is None:
        return
    words, share = way.job.progress()
    st.progress(share, f"{words} …")
    if st.button("Cancel", icon=":material/cancel:"):
        way.job.cancel()
    if way.job.running():
        return
    is_first = way.is_first
    st.session_state[_UPLOADS] += 1
    _forget()
    try:
        _kept.say_done(way.job.outcome())
    except InputError as error:
        _kept.say_done(error)
        st.rerun()
    _kept.say_changed()
    if is_first:  # of its source: on to the map; otherwise the person wants to know what changed
        _parts.go_to("hot_spots")
    st.rerun()
