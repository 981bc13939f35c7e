"""Sheets of a workbook as text. Runs in the worker's process."""

import html
import re
import zipfile
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from itertools import islice
from pathlib import Path, PurePosixPath
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc
import python_calamine

from geo.errors import ReadError
from geo.ingest.contents import Allowance, Contents

_MOST_CELLS: Final = 50_000_000
_ROWS: Final = 20_000
_PIECE: Final = 1 << 20
_OVERLAP: Final = 300
_SMALL_XML: Final = 50 * 1024**2
_REFERENCE: Final = re.compile(rb'<c [^>]*?\br="([A-Z]{1,4})(\d{1,10})"')
_FORMULA: Final = re.compile(
    rb'<c (?![^>]*\bt="str")[^>]*>\s*<f\b(?:[^>]*/>|[^>]*>[^<]*</f>)\s*(?:<v\s*/>|<v></v>)?\s*</c>'
)
_FAULT: Final = re.compile(rb'<c [^>]*?\bt="e"')


def read_workbook(path: Path, wanted: str | None) -> Contents:
    """Read a sheet: the one wanted, else the first that shows and holds something.

    Parameters
    ----------
    path : Path
        An .xlsx, .xlsm, .xls or .ods file.
    wanted : str or None
        Name of a sheet.

    Returns
    -------
    Contents
        Without names: titles may stand above the header. Empty rows above count, so that row
        numbers are those Excel shows.

    Raises
    ------
    ReadError
        When it is damaged, locked, empty, or spans too many cells.
    """
    try:
        book = python_calamine.CalamineWorkbook.from_path(str(path))
        shown = [
            sheet.name
            for sheet in book.sheets_metadata
            if sheet.visible == python_calamine.SheetVisibleEnum.Visible
        ]
        names = tuple(book.sheet_names)
        if wanted and wanted not in names:
            raise ReadError("The workbook has no such sheet.", "Choose one of its sheets.")
        order = [wanted] if wanted else [*shown, *(n for n in names if n not in shown)]
        for name in order:
            formulas, faults = _look_ahead(path, name)
            columns = _columns(book.get_sheet_by_name(name))
            if columns:
                return Contents(columns, sheets=names, sheet=name, formulas=formulas, faults=faults)
    except python_calamine.CalamineError as error:
        raise ReadError(
            "The workbook cannot be opened: it is damaged or locked with a password.",
            "Open it in Excel and save it again without a password, or as CSV.",
        ) from error
    raise ReadError("The workbook is empty.", "Choose a file with a table.")


def _columns(sheet: python_calamine.CalamineSheet) -> tuple[pa.ChunkedArray, ...]:
    """Columns of a sheet from its first row and column on; none when no cell holds anything."""
    if sheet.end is None or sheet.start is None:
        return ()
    if (sheet.end[0] + 1) * (sheet.end[1] + 1) > _MOST_CELLS:
        raise _too_wide()
    allowance = Allowance()
    parts: list[list[pa.Array]] = [[] for _ in range(sheet.width)]
    rows: Iterator[list[object]] = iter(sheet.iter_rows())
    while chunk := list(islice(rows, _ROWS)):
        for part, column in zip(parts, zip(*chunk, strict=True), strict=True):
            part.append(pa.array(map(_cell, column), pa.string()))
            allowance.take(part[-1])
    blank = pa.chunked_array([pa.repeat("", sum(map(len, parts[0])))]) if parts else None
    columns = [pa.chunked_array(part, pa.string()) for part in parts]
    if not any(_holds_something(part) for part in parts):
        return ()
    return (*[blank] * sheet.start[1], *columns)


def _holds_something(part: Iterable[pa.Array]) -> bool:
    return any(pc.any(pc.not_equal(chunk, "")).as_py() for chunk in part)


def _cell(value: object) -> str:
    """Write a cell as a person would type it."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "Y" if value else "N"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, datetime):
        return value.isoformat(" ", "seconds") if value.time() != time() else f"{value:%Y-%m-%d}"
    if isinstance(value, date | time | timedelta):
        return str(value)
    return str(value)


def _too_wide() -> ReadError:
    return ReadError(
        "The sheet spans more than 50 million cells.",
        "Delete the empty rows below the table and the empty columns beside it.",
    )


def _look_ahead(path: Path, name: str) -> tuple[int, int]:
    """Formulas without values and errors in a sheet; refuse it when its cells lie far apart.

    The library behind makes room for every cell between the first and the last: a cell in the last
    corner of an empty sheet would ask for all the memory there is.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            part = _part_of(archive, name)
            if part is None:
                return 0, 0
            small = archive.getinfo(part).file_size <= _SMALL_XML
            return _scan(_pieces(archive, part), count_cells=small)
    except (zipfile.BadZipFile, KeyError, OSError):
        return 0, 0


def _scan(pieces: Iterable[bytes], *, count_cells: bool) -> tuple[int, int]:
    formulas = faults = lowest = rightmost = 0
    for piece in pieces:
        if b"<f" in piece:
            formulas += sum(1 for _ in _FORMULA.finditer(piece))
        if b'"e"' in piece:
            faults += sum(1 for _ in _FAULT.finditer(piece))
        if count_cells:
            for letters, digits in _REFERENCE.findall(piece):
                column = 0
                for letter in letters:
                    column = column * 26 + letter - 64
                lowest, rightmost = max(lowest, int(digits)), max(rightmost, column)
            if lowest * rightmost > _MOST_CELLS:
                raise _too_wide()
    return formulas, faults


def _pieces(archive: zipfile.ZipFile, part: str) -> Iterator[bytes]:
    """Pieces of a sheet's XML, each cut behind a cell so that none is counted twice."""
    rest = b""
    with archive.open(part) as file:
        while piece := file.read(_PIECE):
            whole = rest + piece
            cut = whole.rfind(b"</c>") + 4
            if cut < 4:
                cut = max(0, len(whole) - _OVERLAP)
            yield whole[:cut]
            rest = whole[cut:]
    yield rest


def _part_of(archive: zipfile.ZipFile, name: str) -> str | None:
    """Which member of the archive holds a sheet."""
    if not {"xl/workbook.xml", "xl/_rels/workbook.xml.rels"} <= set(archive.namelist()):
        return None
    book = _text(archive, "xl/workbook.xml")
    links = _text(archive, "xl/_rels/workbook.xml.rels")
    for tag in re.findall(r"<(?:\w+:)?sheet\s[^>]*>", book):
        given = dict(re.findall(r'([\w:]+)="([^"]*)"', tag))
        if html.unescape(given.get("name", "")) != name:
            continue
        key = next((value for field, value in given.items() if field.endswith(":id")), None)
        for link in re.findall(r"<(?:\w+:)?Relationship\s[^>]*>", links):
            about = dict(re.findall(r'([\w:]+)="([^"]*)"', link))
            if about.get("Id") == key:
                target = about.get("Target", "")
                full = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
                return str(PurePosixPath(full))
    return None


def _text(archive: zipfile.ZipFile, part: str) -> str:
    with archive.open(part) as file:
        return file.read(10 * 1024**2).decode("utf-8", errors="replace")
