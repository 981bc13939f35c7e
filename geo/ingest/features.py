"""Vector files and Parquet as a table: one row a feature, longitude and latitude behind."""

import re
import sqlite3
import tempfile
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd
import pyarrow as pa

from geo.errors import ReadError
from geo.ingest import worker
from geo.ingest.contents import Contents
from geo.ingest.layout import REASON, RESERVED, renamed_of
from geo.ingest.raw_table import Format, RawTable
from geo.schema import SOURCE_ROW, Note
from geo.words import count_of

_GPKG_IDS: Final = (b"GPKG", b"GP10", b"GP11")
_RTREE: Final = re.compile(r"create\s+virtual\s+table\s+\S+\s+using\s+rtree\s*\(")
_FORMATS: Final[Mapping[worker.Driver, Format]] = {
    "GeoJSON": "geojson",
    "GPKG": "gpkg",
    "KML": "kml",
    "ESRI Shapefile": "shapefile",
    "Parquet": "parquet",
}


def open_features(  # noqa: PLR0913  (what a file is and what a person said about it)
    files: Mapping[str, bytes],
    driver: worker.Driver,
    *,
    name: str,
    digest: str,
    sheet: str | None,
    crs: int | None,
    tell: worker.Tell | None,
) -> RawTable:
    """Open a vector or Parquet file in another process.

    Parameters
    ----------
    files : mapping of str to bytes
        Its files by suffix; they get names of our own.
    driver : str
        What it is.
    name, digest : str
        Of the file as it came.
    sheet, crs, tell
        As in `read.open_table`.

    Raises
    ------
    ReadError
        When it cannot be read.
    CrsError
        When it does not say its coordinate system and `crs` is not given.
    """
    with tempfile.TemporaryDirectory() as folder:
        for suffix, content in files.items():
            (Path(folder) / f"upload.{suffix}").write_bytes(content)
        path = Path(folder) / f"upload.{next(iter(files))}"
        if driver == "GPKG":
            _check_database(path, files["gpkg"])
        contents = worker.read_guarded(path, driver, sheet, crs, tell)
    return _table(contents, name, digest, _FORMATS[driver], crs)


def open_shapefile(
    parts: Mapping[str, bytes],
    *,
    name: str,
    digest: str,
    crs: int | None,
    tell: worker.Tell | None,
) -> RawTable:
    """Open the parts of a Shapefile; `parts` has at least "shp".

    Raises
    ------
    ReadError
        When the .dbf is missing: without it there are shapes, but nothing about them.
    """
    if "dbf" not in parts:
        raise ReadError(
            "The Shapefile has no .dbf, the file that holds its table.",
            "Pack the .shp, .shx, .dbf and .prj into one zip file.",
        )
    ordered = {"shp": parts["shp"], **parts}
    return open_features(
        ordered, "ESRI Shapefile", name=name, digest=digest, sheet=None, crs=crs, tell=tell
    )


def _check_database(path: Path, content: bytes) -> None:
    """Refuse virtual tables: one kind of them reads other files of this machine."""
    if content[68:72] not in _GPKG_IDS:
        raise ReadError(
            "The file is a database but not a GeoPackage.",
            "Save the table as CSV, Excel (.xlsx), GeoJSON or GeoPackage.",
        )
    try:
        with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro&immutable=1", uri=True)) as base:
            made = [str(sql).lower() for (sql,) in base.execute("SELECT sql FROM sqlite_master")]
    except sqlite3.DatabaseError as error:
        raise ReadError("The GeoPackage is damaged.", "Export it again.") from error
    if any("virtual" in sql and not _RTREE.match(sql) for sql in made):
        raise ReadError(
            "The GeoPackage contains tables that point to other files.",
            "Export it again from QGIS or ArcGIS.",
        )


def _table(contents: Contents, name: str, digest: str, kind: Format, crs: int | None) -> RawTable:
    names = _unique(contents.names)
    columns = [column.cast(pa.large_string()) for column in contents.columns]
    text = pa.table(columns, names=names).to_pandas()
    notes: tuple[Note, ...] = ()
    if contents.shapes:
        shapes = count_of(
            contents.shapes, "feature is a line or area", "features are lines or areas"
        )
        words = f"{shapes}: each stands at a point inside."
        notes = (Note(words, "warning", contents.shapes),)
    asked = contents.located and names[-1].endswith(f"(EPSG:{crs})")
    return RawTable(
        name,
        text,
        np.arange(1, len(text) + 1, dtype=np.int64),
        pd.DataFrame(columns=[SOURCE_ROW, REASON, *names]),
        digest,
        kind,
        sheet=contents.sheet,
        sheets=contents.sheets,
        lon_column=names[-2] if contents.located else None,
        lat_column=names[-1] if contents.located else None,
        notes=notes,
        crs=crs if asked else None,
        renamed=renamed_of((" ".join(name.split()) for name in contents.names), names),
    )


def _unique(names: tuple[str, ...]) -> list[str]:
    found: list[str] = []
    for name in names:
        base = " ".join(name.split()) or f"Column {len(found) + 1}"
        free, copy = base, 2
        while free in found or free in RESERVED:
            free, copy = f"{base} ({copy})", copy + 1
        found.append(free)
    return found
