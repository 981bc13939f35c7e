"""Sheets of a workbook as text. Runs in the worker's process."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from itertools import islice
from pathlib import Path
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import python_calamine

from geo.errors import ReadError
from geo.ingest.contents import Allowance, Contents
from geo.ingest.sheet_xml import check_span, look_ahead

_ROWS: Final = 20_000
_MOST_NAMES: Final = 20
_LONGEST_NAME: Final = 60


def read_workbook(path: Path, wanted: str | None) -> Contents:
    """Read a sheet: the one wanted, else the first that shows and holds a table.

    A sheet of one column is taken only when no other has more: it is a title or a list of notes.

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
            raise ReadError(
                "The workbook has no such sheet.", f"Choose one of its sheets: {in_quotes(names)}."
            )
        order = [wanted] if wanted else [*shown, *(n for n in names if n not in shown)]
        narrow: Contents | None = None
        for name in order:
            if narrow and name not in shown:
                break
            formulas, faults = look_ahead(path, name)
            columns, filled = _columns(book.get_sheet_by_name(name))
            if not columns:
                continue
            found = Contents(
                columns, sheets=names, sheet=name, formulas=formulas, faults=faults, filled=filled
            )
            if wanted or sum(map(_holds_something, columns)) > 1:
                return found
            narrow = narrow or found
        if narrow:
            return narrow
    except python_calamine.CalamineError as error:
        raise ReadError(
            "The workbook cannot be opened: it is damaged or locked with a password.",
            "Open it in Excel and save it again without a password, or as CSV.",
        ) from error
    if wanted:
        raise ReadError("The sheet chosen is empty.", "Choose another of its sheets.")
    raise ReadError("The workbook is empty.", "Choose a file with a table.")


def in_quotes(names: Sequence[str]) -> str:
    """List the names of sheets, of very many the first.

    Examples
    --------
    >>> in_quotes(["Notes", "2024"])
    '"Notes", "2024"'
    """
    more = f" and {len(names) - _MOST_NAMES} more" if len(names) > _MOST_NAMES else ""
    return ", ".join(f'"{name[:_LONGEST_NAME]}"' for name in names[:_MOST_NAMES]) + more


def _columns(
    sheet: python_calamine.CalamineSheet,
) -> tuple[tuple[pa.ChunkedArray, ...], tuple[int, ...]]:
    """Columns of a sheet from its first row and column on; none when no cell holds anything.

    With them the rows, from 1, that took a merged cell from above.
    """
    if sheet.end is None or sheet.start is None:
        return (), ()
    check_span(sheet.end[0] + 1, sheet.end[1] + 1)
    allowance = Allowance()
    parts: list[list[pa.Array]] = [[] for _ in range(sheet.width)]
    rows: Iterator[list[object]] = iter(sheet.iter_rows())
    while chunk := list(islice(rows, _ROWS)):
        for part, column in zip(parts, zip(*chunk, strict=True), strict=True):
            part.append(pa.array(map(_cell, column), pa.string()))
            allowance.take(part[-1])
    if not any(_holds_something(part) for part in parts):
        return (), ()
    blank = pa.chunked_array([pa.repeat("", sum(map(len, parts[0])))])
    columns = [blank] * sheet.start[1] + [pa.chunked_array(part, pa.string()) for part in parts]
    filled = _fill_down(columns, sheet.merged_cell_ranges or (), allowance)
    return tuple(columns), filled


def _fill_down(
    columns: list[pa.ChunkedArray],
    merged: Iterable[tuple[tuple[int, int], tuple[int, int]]],
    allowance: Allowance,
) -> tuple[int, ...]:
    """Give each row of a cell merged over several what stands in the first of them.

    Only down, a cell merged over columns is a title; and only where the row holds something else.
    """
    below: dict[int, list[tuple[int, int]]] = {}
    for (top, left), (bottom, _) in merged:
        if bottom > top and left < len(columns):
            below.setdefault(left, []).append((top, bottom))
    if not below:
        return ()
    # A row without anything of its own is no row.
    holds = np.logical_or.reduce([pc.not_equal(column, "").to_numpy() for column in columns])
    filled: set[int] = set()
    for left, spans in below.items():
        cells = columns[left].to_pylist()
        for top, bottom in spans:
            if top >= len(cells) or not cells[top]:
                continue
            last = min(bottom, len(cells) - 1)
            empty = [row for row in range(top + 1, last + 1) if holds[row] and not cells[row]]
            allowance.take_bytes(len(empty) * len(cells[top].encode()))
            for row in empty:
                cells[row] = cells[top]
            filled.update(row + 1 for row in empty)
        columns[left] = pa.chunked_array([cells], pa.string())
    return tuple(sorted(filled))


def _holds_something(part: Iterable[pa.Array] | pa.ChunkedArray) -> bool:
    chunks = part.chunks if isinstance(part, pa.ChunkedArray) else part
    return any(pc.any(pc.not_equal(chunk, "")).as_py() for chunk in chunks)


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
