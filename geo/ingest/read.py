"""The door for files: which format it is, what could be wrong with it, and its cells as text."""

import hashlib
import re
import sqlite3
import tempfile
import zipfile
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Final, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo import settings
from geo.errors import ReadError
from geo.ingest import delimited, worker
from geo.ingest.layout import Layout, lay_out
from geo.schema import Note

Format = Literal["csv", "xlsx", "geojson", "gpkg"]

_MOST_UNPACKED: Final = 2 * 1024**3
_MOST_RATIO: Final = 200
_GPKG_IDS: Final = (b"GPKG", b"GP10", b"GP11")
_GEOJSON = re.compile(
    r'"type"\s*:\s*"(Feature(Collection)?|(Multi)?(Point|LineString|Polygon)|GeometryCollection)"'
)
_ACCEPTED: Final = "Save the table as CSV, Excel (.xlsx), GeoJSON or GeoPackage."


@dataclass(frozen=True, eq=False)
class RawTable:
    """A file as a table of text, before anyone decides what its columns mean.

    `text` holds str, "" where a cell is empty, index 0..n-1; `rows` the row numbers a person sees
    in the file (features count from 1). `dropped` holds what is no row: `source_row`, `reason`,
    then the cells.
    `lon_column` and `lat_column` name the columns made from a geometry, in degrees EPSG:4326.
    `digest` is the BLAKE2b of the file's bytes.
    """

    name: str
    text: pd.DataFrame
    rows: NDArray[np.int64]
    dropped: pd.DataFrame
    digest: str
    format: Format
    encoding: str = ""
    delimiter: str = ""
    sheet: str = ""
    sheets: tuple[str, ...] = ()
    lon_column: str | None = None
    lat_column: str | None = None
    notes: tuple[Note, ...] = ()

    @property
    def columns(self) -> tuple[str, ...]:
        """Column names in the order of the file."""
        return tuple(str(column) for column in self.text.columns)

    @property
    def rows_read(self) -> int:
        """All lines but the header."""
        return len(self.text) + len(self.dropped)


def open_table(data: bytes | Path, name: str, sheet: str | None = None) -> RawTable:
    r"""Open a CSV, TSV, Excel, GeoJSON or GeoPackage file, with every cell as text.

    The format is told by the first bytes, never by the name, and never guessed by GDAL.

    Parameters
    ----------
    data : bytes or Path
        The file.
    name : str
        What the person calls it; folders in it are ignored.
    sheet : str, optional
        Sheet of a workbook or layer of a GeoPackage; the first that holds something when not given.

    Raises
    ------
    ReadError
        When the file is empty, too large, no table, or unsafe to open.

    Examples
    --------
    >>> raw = open_table(b"date;lat;lon\n2020-01-02;41,5;-72,7\n", "calls.csv")
    >>> raw.delimiter, raw.columns, len(raw.text)
    (';', ('date', 'lat', 'lon'), 1)
    """
    size = data.stat().st_size if isinstance(data, Path) else len(data)
    if size > settings.MAX_UPLOAD_MB * 1024**2:
        raise ReadError(
            f"The file is larger than {settings.MAX_UPLOAD_MB} MB.",
            "Split it by year or remove columns that are not needed.",
        )
    content = data.read_bytes() if isinstance(data, Path) else data
    if not content.strip():
        raise ReadError("The file is empty.", "Export it again, with a row of column names on top.")
    bare = bare_name(name)
    digest = hashlib.blake2b(content, digest_size=32).hexdigest()
    if content.startswith((b"PK", b"\xd0\xcf\x11\xe0")):
        return _open_workbook(content, bare, digest, sheet)
    if content.startswith(b"SQLite format 3\0"):
        return _open_geopackage(content, bare, digest, sheet)
    return _open_text(content, bare, digest)


def bare_name(name: str) -> str:
    r"""Take the last part of a file name, without control characters.

    Examples
    --------
    >>> bare_name("../../etc/calls.csv"), bare_name("C:\\case\\calls.csv")
    ('calls.csv', 'calls.csv')
    """
    last = PureWindowsPath(PurePosixPath(name.replace("\0", "")).name).name
    return "".join(letter for letter in last if letter.isprintable())[:200] or "file"


def _open_text(content: bytes, name: str, digest: str) -> RawTable:
    decoded = delimited.decode(content)
    start = decoded.text[:2000].lstrip()
    if start.startswith("<"):
        raise ReadError("The file is XML or a web page, not a table.", _ACCEPTED)
    if start.startswith("{"):
        return _open_geojson(content, decoded.text, name, digest)
    delimiter = delimited.find_delimiter(decoded.text)
    layout = lay_out(delimited.lines_of(decoded.text, delimiter))
    notes: tuple[Note, ...] = ()
    if decoded.guessed:
        notes = (
            Note(
                f"The file does not say how it is encoded; it was read as {decoded.encoding}. "
                "Check names with accents.",
                "info",
            ),
        )
    raw = _raw(layout, name, digest, "csv")
    return replace(raw, encoding=decoded.encoding, delimiter=delimiter, notes=notes + raw.notes)


def _open_geojson(content: bytes, text: str, name: str, digest: str) -> RawTable:
    if not _GEOJSON.search(text):
        raise ReadError("The file is JSON but not GeoJSON.", _ACCEPTED)
    return _open_features(content, name, digest, "GeoJSON", None)


def _open_geopackage(content: bytes, name: str, digest: str, sheet: str | None) -> RawTable:
    if content[68:72] not in _GPKG_IDS:
        raise ReadError("The file is a database but not a GeoPackage.", _ACCEPTED)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "upload.gpkg"
        path.write_bytes(content)
        _check_database(path)
    return _open_features(content, name, digest, "GPKG", sheet)


def _check_database(path: Path) -> None:
    """Refuse virtual tables: one kind of them reads other files of this machine."""
    try:
        with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro&immutable=1", uri=True)) as base:
            made = [str(sql).lower() for (sql,) in base.execute("SELECT sql FROM sqlite_master")]
    except sqlite3.DatabaseError as error:
        raise ReadError("The GeoPackage is damaged.", "Export it again.") from error
    for sql in made:
        if "virtual" in sql and not re.match(
            r"create\s+virtual\s+table\s+\S+\s+using\s+rtree\s*\(", sql
        ):
            raise ReadError(
                "The GeoPackage contains tables that point to other files.",
                "Export it again from QGIS or ArcGIS.",
            )


def _open_features(
    content: bytes, name: str, digest: str, driver: Literal["GeoJSON", "GPKG"], sheet: str | None
) -> RawTable:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"upload.{driver.lower()}"
        path.write_bytes(content)
        contents = worker.read_guarded(path, driver, sheet)
    names = contents.lines[0]
    text = pd.DataFrame(contents.lines[1:], columns=names, dtype="str")
    empty = pd.DataFrame(columns=["source_row", "reason", *names])
    notes: tuple[Note, ...] = ()
    if contents.shapes:
        notes = (
            Note(
                f"{contents.shapes:,} features are lines or areas: each stands at a point inside.",
                "warning",
                contents.shapes,
            ),
        )
    located = worker.GEOMETRY_LON in names
    return RawTable(
        name,
        text,
        np.arange(1, len(text) + 1, dtype=np.int64),
        empty,
        digest,
        "geojson" if driver == "GeoJSON" else "gpkg",
        sheet=contents.sheet,
        sheets=contents.sheets,
        lon_column=worker.GEOMETRY_LON if located else None,
        lat_column=worker.GEOMETRY_LAT if located else None,
        notes=notes,
    )


def _open_workbook(content: bytes, name: str, digest: str, sheet: str | None) -> RawTable:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "upload.xlsx"
        path.write_bytes(content)
        if content.startswith(b"PK"):
            _check_zip(path)
        contents = worker.read_guarded(path, "workbook", sheet)
    layout = lay_out(contents.lines)
    raw = _raw(layout, name, digest, "xlsx")
    notes = raw.notes
    if len(contents.sheets) > 1:
        notes += (
            Note(f"The workbook has {len(contents.sheets)} sheets; one of them was read.", "info"),
        )
    return replace(raw, sheet=contents.sheet, sheets=contents.sheets, notes=notes)


def _check_zip(path: Path) -> None:
    """Refuse a small file that unpacks to a huge one, and archives that are no workbook."""
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
    except zipfile.BadZipFile as error:
        raise ReadError(
            "The workbook is damaged.", "Open it in Excel and save it again."
        ) from error
    total = sum(member.file_size for member in members)
    packed = max(1, sum(member.compress_size for member in members))
    if total > _MOST_UNPACKED or (total > 50 * 1024**2 and total / packed > _MOST_RATIO):
        raise ReadError(
            "The workbook unpacks to far more than it should and was not opened.",
            "Save the table as CSV.",
        )
    if not any(member.filename.startswith(("xl/", "content.xml")) for member in members):
        raise ReadError("The file is an archive, not a workbook.", "Unpack it, then choose a file.")


def _raw(layout: Layout, name: str, digest: str, kind: Format) -> RawTable:
    notes: tuple[Note, ...] = ()
    if layout.short:
        several = len(layout.short) > 1
        notes = (
            Note(
                f"{len(layout.short):,} {'rows have' if several else 'row has'} fewer cells than "
                "the header; "
                "the missing cells were taken as empty.",
                "warning",
                len(layout.short),
                layout.short[:1000],
            ),
        )
    return RawTable(name, layout.text, layout.rows, layout.dropped, digest, kind, notes=notes)
