"""Where the table is in a sheet: title lines above it, the header, footers below it."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, islice
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.errors import ReadError
from geo.schema import SOURCE_ROW

REASON: Final = "reason"
TITLE: Final = "title above the header"
BLANK: Final = "blank line"
FOOTER: Final = "footer or note below the table"
TOTAL: Final = "total line"
REPEATED: Final = "header repeated"
OVERFULL: Final = "more cells than the header has"

_LOOK_AHEAD: Final = 200
_CHUNK: Final = 50_000
_TOTALS: Final = frozenset({"total", "totals", "grand total", "subtotal", "sub total", "sum"})
_RULE = re.compile(r"^[-=_*]{2,}$")
_PROSE = re.compile(
    r"^(notes?|source|sources|footnotes?|caveats?|data|query|suggested|generated|exported|"
    r"report|prepared|as of|total rows?|\*|\d+\.)\b",
    re.IGNORECASE,
)
_YEAR = re.compile(r"^(19|20)\d\d$")
_VALUE = re.compile(r"^[-+(]?[\d.,:/\s%$()-]+([ap]m|z|[+-]\d\d)?$", re.IGNORECASE)


@dataclass(frozen=True, eq=False)
class Layout:
    """The table found: `text` has str columns, `rows` their numbers in the file.

    `dropped` holds the other lines: `source_row`, `reason`, then the columns of `text`. `short` are
    the numbers of rows with fewer cells than the header, which are kept.
    """

    text: pd.DataFrame
    rows: NDArray[np.int64]
    dropped: pd.DataFrame
    short: tuple[int, ...]


def lay_out(records: Iterable[list[str]]) -> Layout:
    """Find header, rows and what is neither in the lines of a table.

    Parameters
    ----------
    records : iterable of list of str
        The cells of each line, first line first; a blank line is an empty list.

    Returns
    -------
    Layout
        Row numbers count lines as a spreadsheet does: the first line is 1.

    Raises
    ------
    ReadError
        When no line looks like a header.

    Examples
    --------
    >>> found = lay_out([["Deaths 2020"], ["county", "deaths"], ["Bibb", "3"], [], ["Total", "3"]])
    >>> list(found.text["deaths"]), found.rows.tolist(), list(found.dropped["reason"])
    (['3'], [3], ['title above the header', 'blank line', 'total line'])
    """
    lines = iter(records)
    head = list(islice(lines, _LOOK_AHEAD))
    at = _find_header(head)
    names = _column_names(head[at])
    titles = [[*line, ""][: len(names)] for line in head[:at]]
    table, cells = _read_body(chain(head[at + 1 :], lines), names)
    rows = np.arange(len(table), dtype=np.int64) + at + 2
    reason = _reasons(table, cells, names)
    kept = reason == ""
    width = len(names)
    above = pd.DataFrame(
        [[*line, *[""] * (width - len(line))] for line in titles], columns=names, dtype="str"
    )
    above.insert(0, SOURCE_ROW, np.arange(1, at + 1, dtype=np.int64))
    above.insert(1, REASON, [BLANK if not any(line) else TITLE for line in titles])
    below = table[~kept]
    below.insert(0, SOURCE_ROW, rows[~kept])
    below.insert(1, REASON, reason[~kept])
    dropped = pd.concat([above, below], ignore_index=True) if at else below.reset_index(drop=True)
    text = table[kept].iloc[:, :width].reset_index(drop=True)
    short = rows[kept & (cells < width)]
    return Layout(text, rows[kept], dropped.fillna(""), tuple(int(row) for row in short))


def _find_header(head: list[list[str]]) -> int:
    """Index of the header: the first line as wide as the table whose cells are names."""
    filled = [sum(1 for cell in line if cell.strip()) for line in head]
    wide = [count for count in filled if count]
    if not wide:
        raise ReadError("The file is empty.", "Export it again, with a row of column names on top.")
    # Long notes may outnumber the rows of a short table, so the usual width is that of wide lines.
    usual = float(np.median([count for count in wide if count > max(wide) / 3]))
    for index, line in enumerate(head):
        if filled[index] < max(1.0, 0.6 * usual):
            continue
        names = [cell.strip() for cell in line if cell.strip()]
        values = sum(1 for name in names if _VALUE.match(name) and not _YEAR.match(name))
        if values * 2 < len(names):
            return index
        break
    raise ReadError(
        "No row of column names was found: the first wide row holds values.",
        "Put a row with the names of the columns above the data.",
    )


def _column_names(line: list[str]) -> list[str]:
    """Names for all columns: blank ones are numbered, repeated ones too."""
    while line and not line[-1].strip():
        line = line[:-1]
    names: list[str] = []
    for number, cell in enumerate(line, start=1):
        base = " ".join(cell.split()) or f"Column {number}"
        name, copy = base, 2
        while name in names or name in {SOURCE_ROW, REASON}:
            name, copy = f"{base} ({copy})", copy + 1
        names.append(name)
    return names


def _read_body(
    lines: Iterator[list[str]], names: list[str]
) -> tuple[pd.DataFrame, NDArray[np.int64]]:
    """All lines below the header as text, padded; the cells each line came with."""
    parts: list[pd.DataFrame] = []
    counts: list[NDArray[np.int64]] = []
    width = len(names)
    while chunk := list(islice(lines, _CHUNK)):
        cells = np.fromiter(map(len, chunk), dtype=np.int64, count=len(chunk))
        if (cells > width).any():
            chunk = [_trimmed(line, width) for line in chunk]
            cells = np.fromiter(map(len, chunk), dtype=np.int64, count=len(chunk))
        widest = max(width, int(cells.max()))
        if (cells != widest).any():
            chunk = [line + [""] * (widest - len(line)) for line in chunk]
        labels = names + [f"cell {number + 1}" for number in range(width, widest)]
        columns = zip(*chunk, strict=True)
        part = pd.DataFrame(
            {
                label: pd.Series(column, dtype="str").str.strip()
                for label, column in zip(labels, columns, strict=True)
            }
        )
        parts.append(part)
        counts.append(cells)
    if not parts:
        return pd.DataFrame({name: pd.Series([], dtype="str") for name in names}), np.zeros(
            0, dtype=np.int64
        )
    table = pd.concat(parts, ignore_index=True)
    return (table.fillna("") if len(parts) > 1 else table), np.concatenate(counts)


def _trimmed(line: list[str], width: int) -> list[str]:
    """Cut empty cells beyond the header."""
    while len(line) > width and not line[-1].strip():
        line = line[:-1]
    return line


def _reasons(
    table: pd.DataFrame, cells: NDArray[np.int64], names: list[str]
) -> NDArray[np.object_]:
    """Why each line is not a row of the table; "" when it is one."""
    reason = np.full(len(table), "", dtype=object)
    if table.empty:
        return reason
    width = len(names)
    filled = (table != "").sum(axis=1).to_numpy()
    first = table.iloc[:, 0].astype(object).to_numpy().copy()
    leading = first == ""
    if leading.any():
        first[leading] = table[leading].replace("", None).bfill(axis=1).iloc[:, 0].fillna("")
    plain = pd.Series(first, dtype="str").str.lower().str.rstrip(":")
    reason[cells > width] = OVERFULL
    reason[(filled == 0)] = BLANK
    if width > 1:
        reason[plain.isin(_TOTALS).to_numpy()] = TOTAL
        header = (table.iloc[:, :width] == names).sum(axis=1).to_numpy()
        reason[(header == width) | ((header > 2) & (header == filled))] = REPEATED
    reason[_first_footer(first, filled, cells, width, reason) :] = FOOTER
    return reason


def _first_footer(
    first: NDArray[np.object_],
    filled: NDArray[np.int64],
    cells: NDArray[np.int64],
    width: int,
    reason: NDArray[np.object_],
) -> int:
    """Index of the line at which the notes below the table begin; the length when none do."""
    full = np.flatnonzero(filled > max(1, width // 2))
    below = int(full[-1]) + 1 if len(full) else 0
    alone_below = np.flatnonzero((filled == 1) & (np.arange(len(first)) >= below) & (width > 1))
    rules = [int(index) for index in alone_below if _RULE.match(str(first[index]))]
    end = rules[0] if rules else len(first)
    found = end
    while found > 0:
        line = found - 1
        text = str(first[line])
        alone = filled[line] == 1 and width > 2
        prose = alone and (cells[line] < width or " " in text or ":" in text)
        prose = prose or (cells[line] < width and width > 2 and bool(_PROSE.match(text)))
        if not prose and reason[line] != BLANK:
            break
        found = line
    # Blank lines right below the last row are blank lines, not notes.
    while found < end and reason[found] == BLANK:
        found += 1
    return found
