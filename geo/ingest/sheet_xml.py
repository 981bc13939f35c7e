"""What the XML of a sheet says before the library behind reads it. Runs in the worker's process.

That library makes room for every cell between the first and the last, and copies a shared text into
each cell that uses it: a tiny file could ask for all the memory there is. It also gives nothing for
a formula that has no value, and does not say so.
"""

import html
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Final

import numpy as np
from numpy.typing import NDArray

from geo.errors import ReadError
from geo.ingest.contents import MOST_TEXT, Allowance

_MOST_CELLS: Final = 50_000_000
_PIECE: Final = 1 << 20
_OVERLAP: Final = 300
_SMALL: Final = 50 * 1024**2  # a sheet of so much XML holds its cells; only small ones pretend
_MOST_ABOUT: Final = 10 * 1024**2
_REFERENCE: Final = re.compile(rb"<c [^>]*?\br=[\"']([A-Z]{1,4})(\d{1,10})[\"']")
_FORMULA: Final = re.compile(
    rb'<c (?![^>]*\bt="str")[^>]*>\s*<f\b(?:[^>]*/>|[^>]*>[^<]*</f>)\s*(?:<v\s*/>|<v></v>)?\s*</c>'
)
_FAULT: Final = re.compile(rb'<c [^>]*?\bt="e"')
_SHARED: Final = re.compile(rb"<c [^>]*?\bt=[\"']s[\"'][^>]*>\s*<v>\s*(\d{1,10})\s*</v>")
_TEXT_END: Final = re.compile(rb"</(?:\w+:)?si>|<(?:\w+:)?si\s*/>")


def look_ahead(path: Path, name: str) -> tuple[int, int]:
    """Formulas without values, and errors such as #N/A, in a sheet of an .xlsx file.

    Parameters
    ----------
    path : Path
        The workbook; of another format than .xlsx nothing is known.
    name : str
        The sheet.

    Raises
    ------
    ReadError
        When it is damaged, its cells lie far apart, or it repeats too much text.
    """
    if not zipfile.is_zipfile(path):
        return 0, 0
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
            if "content.xml" in names:
                _check_repeats(archive)
            part = _part_of(archive, names, name)
            return _scan(archive, part, names) if part in names else (0, 0)
    except (zipfile.BadZipFile, OSError, EOFError) as error:
        raise ReadError(
            "The workbook is damaged.", "Open it in Excel and save it again."
        ) from error


def check_span(rows: int, columns: int) -> None:
    """Refuse a sheet whose cells lie far apart.

    Raises
    ------
    ReadError
        When there is room for more than 50 million between them.
    """
    if rows * columns > _MOST_CELLS:
        raise ReadError(
            "The sheet spans more than 50 million cells.",
            "Delete the empty rows below the table and the empty columns beside it.",
        )


def _scan(archive: zipfile.ZipFile, part: str, names: set[str]) -> tuple[int, int]:
    formulas = faults = lowest = rightmost = uses = 0
    small = archive.getinfo(part).file_size <= _SMALL
    for piece in _pieces(archive, part, b"</c>"):
        if b"<f" in piece:
            formulas += sum(1 for _ in _FORMULA.finditer(piece))
        if b'"e"' in piece:
            faults += sum(1 for _ in _FAULT.finditer(piece))
        uses += piece.count(b't="s"') + piece.count(b"t='s'")
        for letters, digits in _REFERENCE.findall(piece) if small else ():
            column = 0
            for letter in letters:
                column = column * 26 + letter - 64
            lowest, rightmost = max(lowest, int(digits)), max(rightmost, column)
        check_span(lowest, rightmost)
    if "xl/sharedStrings.xml" in names:
        _check_shared(archive, part, uses)
    return formulas, faults


def _check_shared(archive: zipfile.ZipFile, part: str, uses: int) -> None:
    """Refuse a sheet whose shared texts, each as often as it is used, are too much."""
    lengths = _lengths(archive)
    if not len(lengths) or int(lengths.max()) * uses <= MOST_TEXT:
        return
    allowance = Allowance()
    for piece in _pieces(archive, part, b"</c>"):
        used = np.array([int(number) for number in _SHARED.findall(piece)], dtype=np.int64)
        allowance.take_bytes(int(lengths[used[used < len(lengths)]].sum()))


def _lengths(archive: zipfile.ZipFile) -> NDArray[np.int64]:
    """Bytes each shared text takes in the file."""
    ends = []
    position = 0
    for piece in _pieces(archive, "xl/sharedStrings.xml", b"</si>"):
        ends += [position + found.end() for found in _TEXT_END.finditer(piece)]
        position += len(piece)
    starts = np.array([0, *ends[:-1]], dtype=np.int64)
    return np.array(ends, dtype=np.int64) - starts if ends else starts


def _check_repeats(archive: zipfile.ZipFile) -> None:
    """Refuse an OpenDocument sheet in which a cell with something in it is repeated too often."""
    filled = re.compile(
        rb'columns-repeated="(\d+)"[^>]*value-type|value-type[^>]*columns-repeated="(\d+)"'
    )
    rows = re.compile(rb'rows-repeated="(\d+)"')
    most_columns = most_rows = 1
    for piece in _pieces(archive, "content.xml", b">"):
        counts = [int(one or other) for one, other in filled.findall(piece)]
        most_columns = max(most_columns, *counts) if counts else most_columns
        # The last rows of a sheet are always repeated to its end; they are empty.
        tall = [int(count) for count in rows.findall(piece)]
        most_rows = max(most_rows, *tall) if tall else most_rows
    if most_columns > 1:
        check_span(most_rows, most_columns)


def _pieces(archive: zipfile.ZipFile, part: str, end: bytes) -> Iterator[bytes]:
    """Pieces of a member, each cut behind an `end` so that nothing is cut in two."""
    rest = b""
    with archive.open(part) as file:
        while piece := file.read(_PIECE):
            whole = rest + piece
            cut = whole.rfind(end) + len(end)
            if cut < len(end):
                cut = max(0, len(whole) - _OVERLAP)
            yield whole[:cut]
            rest = whole[cut:]
    yield rest


def _part_of(archive: zipfile.ZipFile, names: set[str], sheet: str) -> str:
    """Which member of the archive holds a sheet; "" when that is not said."""
    if not {"xl/workbook.xml", "xl/_rels/workbook.xml.rels"} <= names:
        return ""
    links = {
        about.get("Id", ""): about.get("Target", "")
        for about in _tags(archive, "xl/_rels/workbook.xml.rels", "Relationship")
    }
    for about in _tags(archive, "xl/workbook.xml", "sheet"):
        if html.unescape(about.get("name", "")) == sheet:
            key = next((value for field, value in about.items() if field.endswith(":id")), "")
            target = links.get(key, "")
            full = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
            return str(PurePosixPath(full))
    return ""


def _tags(archive: zipfile.ZipFile, part: str, tag: str) -> list[dict[str, str]]:
    """Attributes of each such tag in a small XML member."""
    with archive.open(part) as file:
        text = file.read(_MOST_ABOUT).decode("utf-8", errors="replace")
    found = re.findall(rf"<(?:\w+:)?{tag}\s[^>]*>", text)
    return [dict(re.findall(r'([\w:]+)="([^"]*)"', one)) for one in found]
