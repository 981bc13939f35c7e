"""The door for files: which format it is, what could be wrong with it, and its cells as text."""

import hashlib
import re
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Final

from geo import settings
from geo.errors import ReadError
from geo.ingest import archives, delimited, findings, worker
from geo.ingest.blocks import Block
from geo.ingest.contents import Contents
from geo.ingest.encoding import Decoded, decode
from geo.ingest.features import open_features, open_shapefile
from geo.ingest.layout import Layout, lay_out
from geo.ingest.raw_table import Format, RawTable

__all__ = ["Format", "RawTable", "bare_name", "open_table"]

_GEOJSON = re.compile(
    r'"type"\s*:\s*"(Feature(Collection)?|(Multi)?(Point|LineString|Polygon)|GeometryCollection)"'
)
_JSON_LIST = re.compile(r"\[\s*[{\[]")
_KML = re.compile(r"<(?:\w+:)?kml[\s>]")
_ENTITY = re.compile(r"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_ACCEPTED: Final = "Save the table as CSV, Excel (.xlsx), GeoJSON or GeoPackage."
_HEAD: Final = 200
_SLICE: Final = 100_000


@dataclass(frozen=True)
class _File:
    """What came, and what a person said about it."""

    name: str
    digest: str
    sheet: str | None
    crs: int | None
    tell: worker.Tell | None

    def say(self, share: float) -> None:
        if self.tell is not None:
            self.tell("Opening the file", share)


def open_table(
    data: bytes | Path,
    name: str,
    sheet: str | None = None,
    crs: int | None = None,
    tell: worker.Tell | None = None,
) -> RawTable:
    r"""Open a file with a table, with every cell as text.

    CSV, TSV and other text with separators, Excel, GeoJSON, GeoPackage, KML, Parquet, a zipped
    Shapefile, and each of them in a zip or gzip file. The format is told by the first bytes, never
    by the name, and never guessed by GDAL.

    Parameters
    ----------
    data : bytes or Path
        The file.
    name : str
        What the person calls it; folders in it are ignored.
    sheet : str, optional
        Sheet of a workbook, layer of a GeoPackage or KML file, file in a zip; the first that holds
        something when not given.
    crs : int, optional
        EPSG code of the places, used only when the file does not say it.
    tell : callable, optional
        Told what is done and how far all of it is, 0..1. What it raises ends the reading.

    Raises
    ------
    ReadError
        When the file is empty, too large, no table, or unsafe to open.
    CrsError
        When shapes come without a coordinate system and `crs` is not given; its `sample` helps to
        choose one.

    Examples
    --------
    >>> raw = open_table(b"date;lat;lon\n2020-01-02;41,5;-72,7\n", "calls.csv")
    >>> raw.delimiter, raw.columns, len(raw.text)
    (';', ('date', 'lat', 'lon'), 1)
    """
    size = data.stat().st_size if isinstance(data, Path) else len(data)
    _check_size(size)
    content = data.read_bytes() if isinstance(data, Path) else data
    digest = hashlib.blake2b(content, digest_size=32).hexdigest()
    file = _File(bare_name(name), digest, sheet, crs, tell)
    file.say(0.0)
    found = _open(content, file, is_packed=False)
    file.say(1.0)
    return found


def _check_size(size: int) -> None:
    if size > settings.MAX_UPLOAD_MB * 1024**2:
        raise ReadError(
            f"The file is larger than {settings.MAX_UPLOAD_MB} MB.",
            "Split it by year or remove columns that are not needed.",
        )


def bare_name(name: str) -> str:
    r"""Take the last part of a file name, without control characters.

    Examples
    --------
    >>> bare_name("../../etc/calls.csv"), bare_name("C:\\case\\calls.csv")
    ('calls.csv', 'calls.csv')
    """
    last = PureWindowsPath(PurePosixPath(name.replace("\0", "")).name).name
    return "".join(letter for letter in last if letter.isprintable())[:200] or "file"


def _open(content: bytes, file: _File, *, is_packed: bool) -> RawTable:
    """Open by the first bytes; a file from an archive may be a workbook, but no archive again."""
    if not content[:4096].strip() and not content.strip():
        raise ReadError("The file is empty.", "Export it again, with a row of column names on top.")
    if content.startswith(b"PK"):
        return _open_zip(content, file, is_packed=is_packed)
    if content.startswith(b"\x1f\x8b"):
        if is_packed:
            raise _packed_twice()
        return _open(archives.unpack_gzip(content), file, is_packed=True)
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        return _open_workbook(content, file)
    if content.startswith(b"PAR1"):
        return _open_features(content, "Parquet", "parquet", file)
    if content.startswith(b"SQLite format 3\0"):
        return _open_features(content, "GPKG", "gpkg", file)
    return _open_text(content, file)


def _open_zip(content: bytes, file: _File, *, is_packed: bool) -> RawTable:
    archive = archives.look_through(content)
    if archive.kind == "workbook":
        return _open_workbook(content, file)
    if is_packed:
        raise _packed_twice()
    names = tuple(archive.tables)
    several = len(names) > 1
    if several and file.sheet is not None and file.sheet not in names:
        raise ReadError("The archive has no such file.", "Choose one of its files.")
    name = (file.sheet or names[0]) if several else names[0]
    parts = archive.unpack(name)
    inner = replace(file, sheet=None) if several else file
    if "shp" in parts:
        raw = open_shapefile(
            parts, name=file.name, digest=file.digest, crs=file.crs, tell=file.tell
        )
        raw = replace(raw, sheet="", sheets=())
    else:
        raw = _open(parts[""], inner, is_packed=True)
    if not several:
        return raw
    notes = (findings.one_of("archive", "files", names, name), *raw.notes)
    return replace(raw, sheet=name, sheets=names, notes=notes)


def _packed_twice() -> ReadError:
    return ReadError(
        "The archive holds another archive.", "Unpack it, then choose the file with the table."
    )


def _open_features(content: bytes, driver: worker.Driver, suffix: str, file: _File) -> RawTable:
    return open_features(
        {suffix: content},
        driver,
        name=file.name,
        digest=file.digest,
        sheet=file.sheet,
        crs=file.crs,
        tell=file.tell,
    )


def _open_text(content: bytes, file: _File) -> RawTable:
    decoded = decode(content)
    head = decoded.head
    start = head.lstrip()
    if start.startswith("<"):
        if not _KML.search(head[:4000]):
            raise ReadError("The file is XML or a web page, not a table.", _ACCEPTED)
        if _ENTITY.search(head) or b"<!ENTITY" in decoded.utf8:
            raise ReadError(
                "The KML file defines entities, which can hide other files, and was not opened.",
                "Export it again from the program that made it.",
            )
        return _open_features(content, "KML", "kml", file)
    if start.startswith("{"):
        if not _GEOJSON.search(head) and not _GEOJSON.search(decoded.utf8.decode()):
            raise ReadError("The file is JSON but not GeoJSON.", _ACCEPTED)
        return _open_features(content, "GeoJSON", "geojson", file)
    if _JSON_LIST.match(start):
        raise ReadError("The file is JSON but not GeoJSON.", _ACCEPTED)
    return _open_delimited(decoded, file)


def _open_delimited(decoded: Decoded, file: _File) -> RawTable:
    cut = delimited.find_cut(decoded.head)

    def told() -> Iterator[Block]:
        for block, share in delimited.read_blocks(decoded.utf8, cut):
            file.say(0.1 + 0.8 * share)
            yield block

    raw = _raw(lay_out(told()), file, "csv")
    notes = findings.of_encoding(decoded)
    return replace(raw, encoding=decoded.encoding, delimiter=cut.delimiter, notes=notes + raw.notes)


def _open_workbook(content: bytes, file: _File) -> RawTable:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "upload.xlsx"
        path.write_bytes(content)
        contents = worker.read_guarded(path, "workbook", file.sheet, tell=file.tell)
    raw = _raw(lay_out(_blocks(contents)), file, "xlsx")
    notes = raw.notes + findings.of_workbook(contents, raw.rows)
    return replace(raw, sheet=contents.sheet, sheets=contents.sheets, notes=notes)


def _blocks(contents: Contents) -> Iterator[Block]:
    size = len(contents.columns[0])
    for start in chain([0], range(_HEAD, size, _SLICE)):
        length = (_SLICE if start else _HEAD) if start < size else 0
        parts = [column.slice(start, length).combine_chunks() for column in contents.columns]
        yield Block(parts, len(parts[0]))


def _raw(layout: Layout, file: _File, kind: Format) -> RawTable:
    return RawTable(
        file.name, layout.text, layout.rows, layout.dropped, file.digest, kind,
        notes=findings.of_layout(layout), renamed=layout.renamed,
    )  # fmt: skip
