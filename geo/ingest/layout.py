"""Where the table is in a sheet: title lines above it, the header, footers below it."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import chain
from typing import Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from geo.errors import ReadError
from geo.ingest.blocks import Block, Body
from geo.ingest.celltext import INVISIBLE
from geo.ingest.meanings import meaning_of
from geo.ingest.pieces import Lines, find_pieces
from geo.schema import SOURCE_ROW

REASON: Final = "reason"
RESERVED: Final = frozenset({SOURCE_ROW, REASON})
"""Columns of lines set aside: one of the file that is called so is numbered."""

TITLE: Final = "title above the header"
BLANK: Final = "blank line"
FOOTER: Final = "footer or note below the table"
TOTAL: Final = "total line"
RULED: Final = "line of dashes"
DIVIDER: Final = "line with nothing but a month or quarter, between the rows of others"
REPEATED: Final = "header repeated"
OVERFULL: Final = "more cells than the header has"
QUOTES: Final = "quotation marks that do not match"
PIECE: Final = "piece of a row with quotation marks that do not match"

_MOST_COLUMNS: Final = 16_384
_MOST_BEYOND: Final = 50
_FEWEST_DIVIDED: Final = 2
_TOTALS: Final = frozenset({"total", "totals", "grand total", "subtotal", "sub total", "sum"})
_DASHES: Final = r"^:?[-=_]{2,}:?$"
_PERIOD: Final = (
    r"^(?:(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|"
    r"sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?|"
    r"q[1-4]|[1-4](?:st|nd|rd|th) quarter)(?:[ ,'-]*(?:(?:19|20)?\d\d))?:?$"
)
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
    the numbers of rows with fewer cells than the header, which are kept. `renamed` gives columns
    whose names are `RESERVED` their name in the file.
    """

    text: pd.DataFrame
    rows: NDArray[np.int64]
    dropped: pd.DataFrame
    short: tuple[int, ...]
    renamed: Mapping[str, str]


def lay_out(blocks: Iterable[Block]) -> Layout:
    """Find header, rows and what is neither in the lines of a table.

    Parameters
    ----------
    blocks : iterable of Block
        All lines in order; the first block holds the first 200 of them, or all.

    Returns
    -------
    Layout
        Row numbers count lines as a spreadsheet does: the first line is 1.

    Raises
    ------
    ReadError
        When no line looks like a header, or it has more columns than a spreadsheet can.

    Examples
    --------
    >>> lines = [["Deaths 2020"], ["county", "deaths"], ["Bibb", "3"], [], ["Total", "3"]]
    >>> found = lay_out([Block.of_lines(lines)])
    >>> list(found.text["deaths"]), found.rows.tolist(), list(found.dropped["reason"])
    (['3'], [3], ['title above the header', 'blank line', 'total line'])
    """
    following = iter(blocks)
    first = next(following, Block([], 0))
    head = first.lines()
    at = _find_header(head)
    names = _column_names(head[at])
    body = Body(len(names))
    for block in chain([first.after(at + 1)], following):
        body.add(block)
    table = pa.table(body.columns(), names=names)
    rows = np.arange(len(table), dtype=np.int64) + at + 2
    reason = _reasons(table, body, names)
    kept = reason == ""
    last = len(names) - 1
    above = [
        [*line[:last], " ".join(line[last:]), *[""] * (last - len(line))] for line in head[:at]
    ]
    titles = pd.DataFrame(above, columns=names, dtype="str")
    titles.insert(0, SOURCE_ROW, np.arange(1, at + 1, dtype=np.int64))
    titles.insert(1, REASON, [BLANK if not any(line) else TITLE for line in head[:at]])
    out = np.flatnonzero(~kept)
    below = table.take(out).to_pandas()
    below.insert(0, SOURCE_ROW, rows[out])
    below.insert(1, REASON, reason[out])
    below = below.join(_beyond(body, out, len(names)))
    dropped = pd.concat([titles, below], ignore_index=True).fillna("") if at else below
    text = (table if kept.all() else table.filter(pa.array(kept))).to_pandas()
    short = rows[kept & (body.cells < len(names))]
    renamed = renamed_of(map(_plain, head[at]), names)
    return Layout(text, rows[kept], dropped, tuple(int(row) for row in short), renamed)


def _beyond(body: Body, out: NDArray[np.int64], width: int) -> pd.DataFrame:
    """Cells beyond the header of the lines dropped; the last column takes what is left of them."""
    extra = [body.extra.get(int(line), []) for line in out]
    most = min(max(map(len, extra), default=0), _MOST_BEYOND)
    labels = [f"cell {width + number + 1}" for number in range(most)]
    cells = [
        [*line[: most - 1], " ".join(line[most - 1 :]), *[""] * (most - 1 - len(line))]
        for line in extra
    ]
    if not most:
        return pd.DataFrame(index=range(len(out)))
    return pd.DataFrame([line[:most] for line in cells], columns=labels, dtype="str")


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
        if not _are_names(names):
            break
        return index + _is_group(names, head[index + 1 : index + 2])
    raise ReadError(
        "No row of column names was found: the first wide row holds values.",
        "Put a row with the names of the columns above the data.",
    )


def _are_names(cells: list[str]) -> bool:
    """Whether most cells are no numbers and no days; years may be names."""
    values = sum(1 for cell in cells if _VALUE.match(cell) and not _YEAR.match(cell))
    return values * 2 < len(cells)


def _is_group(names: list[str], following: list[list[str]]) -> bool:
    """Whether names only group the columns: some repeat, and those below name what we know."""
    if len(set(names)) == len(names) or not following:
        return False
    below = [cell.strip() for cell in following[0] if cell.strip()]
    known = sum(meaning_of(cell) is not None for cell in below)
    return len(below) >= len(names) and len(set(below)) == len(below) and known * 2 >= len(below)


def _column_names(line: list[str]) -> list[str]:
    """Names for all columns: blank ones are numbered, repeated ones too."""
    while line and not line[-1].strip():
        line = line[:-1]
    if len(line) > _MOST_COLUMNS:
        raise ReadError(
            f"The table has {len(line):,} columns, more than a spreadsheet can hold.",
            "Check the separator between columns, or remove columns that are not needed.",
        )
    names: list[str] = []
    used = set(RESERVED)
    for number, cell in enumerate(line, start=1):
        base = _plain(cell) or f"Column {number}"
        name, copy = base, 2
        while name in used:
            name, copy = f"{base} ({copy})", copy + 1
        names.append(name)
        used.add(name)
    return names


def renamed_of(written: Iterable[str], names: Iterable[str]) -> dict[str, str]:
    """Columns whose names are `RESERVED`: their name here, and in the file.

    Examples
    --------
    >>> renamed_of(["case", "reason"], ["case", "reason (2)"])
    {'reason (2)': 'reason'}
    """
    pairs = zip(written, names, strict=False)  # blank names at the end are left out of `names`
    first = {said: name for said, name in reversed(list(pairs)) if said in RESERVED}
    return {name: said for said, name in first.items()}


def _plain(cell: str) -> str:
    return " ".join(re.sub(INVISIBLE, "", cell).split())


def _reasons(table: pa.Table, body: Body, names: list[str]) -> NDArray[np.object_]:
    """Why each line is not a row of the table; "" when it is one."""
    reason = np.full(len(table), "", dtype=object)
    if not len(table):
        return reason
    width = len(names)
    filled = np.zeros(len(table), dtype=np.int64)
    named = np.zeros(len(table), dtype=np.int64)
    first = pa.chunked_array([pa.repeat("", len(table))])
    for column, name in zip(table.columns, names, strict=True):
        filled += pc.not_equal(column, "").to_numpy()
        named += pc.equal(column, name).to_numpy()
        first = pc.if_else(pc.equal(first, ""), column, first)
    filled[list(body.extra)] += 1
    plain = pc.utf8_rtrim(pc.utf8_lower(first), ":")
    reason[list(body.extra)] = OVERFULL
    reason[filled == 0] = BLANK
    if width > 1:
        reason[pc.is_in(plain, pa.array(_TOTALS)).to_numpy()] = TOTAL
        reason[(named == width) | ((named > 2) & (named == filled))] = REPEATED
        reason[_ruled(table, first)] = RULED
    if width > _FEWEST_DIVIDED:
        alone = pc.match_substring_regex(pc.utf8_lower(first), _PERIOD).to_numpy() & (filled == 1)
        reason[alone] = DIVIDER
    reason[_first_footer(first, filled, body.cells, width, reason) :] = FOOTER
    reason[body.broken] = QUOTES
    reason[find_pieces(Lines(table, body, reason == "", reason == OVERFULL, filled))] = PIECE
    return reason


def _ruled(table: pa.Table, first: pa.ChunkedArray) -> NDArray[np.int64]:
    """Lines that only draw a rule, as databases do below the names of the columns."""
    at = np.flatnonzero(pc.match_substring_regex(first, _DASHES).to_numpy())
    if not len(at):
        return at
    drawn = np.ones(len(at), dtype=bool)
    for column in table.take(at).columns:
        dashes = pc.match_substring_regex(column, _DASHES).to_numpy()
        drawn &= dashes | pc.equal(column, "").to_numpy()
    return at[drawn]


def _first_footer(
    first: pa.ChunkedArray,
    filled: NDArray[np.int64],
    cells: NDArray[np.int64],
    width: int,
    reason: NDArray[np.object_],
) -> int:
    """Index of the line at which the notes below the table begin; the length when none do."""
    full = np.flatnonzero(filled > max(1, width // 2))
    below = int(full[-1]) + 1 if len(full) else 0
    alone_below = np.flatnonzero((filled == 1) & (np.arange(len(first)) >= below) & (width > 1))
    rules = [int(index) for index in alone_below if _RULE.match(first[int(index)].as_py())]
    end = rules[0] if rules else len(first)
    found = end
    while found > 0:
        line = found - 1
        text = first[line].as_py()
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
