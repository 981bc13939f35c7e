"""Lines with quotation marks, read one by one: cells that run over lines, and marks that are stray.

A quotation mark that is opened and never closed would swallow every line up to the next one, and
incidents with them. Here such a line goes alone, and those below it are read for themselves. How
long a cell is does not tell: a narrative may run over hundreds of lines. What tells is whether the
mark is closed where a cell ends, and whether the lines in between look like rows of the table.
"""

import csv
import re
from dataclasses import dataclass
from functools import cache
from typing import Final

from geo.errors import ReadError
from geo.ingest.swallowing import MANY_LINES, shapes, swallows

LONGEST: Final = 1_000_000
"""Most bytes in a line, cells in quotation marks apart, and most cells in it."""

MOST_BYTES: Final = 32 * 1024**2
"""Most bytes of a row whose cells are in quotation marks."""

_LINE: Final = re.compile(rb"[^\r\n]*(?:\r\n|\r|\n)?")
_LINK_BEGINS: Final = "=HYPERLINK("
_LINK: Final = re.compile(r"""(?<!["'])=HYPERLINK\("[^"\r\n]*"[,;] ?"[^"\r\n]*"\)""")
_ROWS: Final = 5
_ENDS: Final = (b"", b"\r", b"\n")


@dataclass(frozen=True)
class Lines:
    """Cells of some lines; a blank line is an empty list, `end` is where the next line begins.

    `broken` are places of lines whose quotation marks do not match, which are cut at each
    delimiter; `stray` those of lines that were cut but have such a mark inside a cell.
    """

    cells: list[list[str]]
    broken: list[int]
    stray: list[int]
    end: int


class LineReader:
    r"""Reads the lines of a text one by one, each line once, whatever its quotation marks.

    Parameters
    ----------
    data : bytes
        UTF-8.
    delimiter : str
        One letter.
    width : int or None
        Cells a line usually has, if known.
    is_whole : bool
        Whether the text ends where `data` does: what is not closed there never is. Otherwise lines
        are read up to a cell that is not closed, when a line of several cells came before it.

    Examples
    --------
    >>> text = b'1,"OAK ST,Hartford\n2,Elm,Hartford\n3,"12\nElm",Hartford\n'
    >>> found = LineReader(text, ",", 3).read(0, 9)
    >>> found.cells
    [['1', '"OAK ST', 'Hartford'], ['2', 'Elm', 'Hartford'], ['3', '12\nElm', 'Hartford']]
    >>> found.broken, found.stray
    ([0], [])
    """

    def __init__(
        self, data: bytes, delimiter: str, width: int | None, *, is_whole: bool = True
    ) -> None:
        self._data = data
        self._delimiter = delimiter
        self._width = width
        self._is_whole = is_whole
        self._patterns = _patterns(delimiter)
        # A cell that was open at the start of each line up to here led to nothing: no other line
        # need be followed through them again, so that each line is looked at twice at most.
        self._hopeless = -1
        self._rows: list[list[bytes]] = []  # some rows of the table in short

    def read(self, start: int, most: int, most_bytes: int | None = None) -> Lines:
        """Read some lines.

        Parameters
        ----------
        start : int
            Where the first line begins.
        most : int
            How many lines at most; a line with line breaks inside quotes counts once.
        most_bytes : int, optional
            About how many bytes at most.

        Raises
        ------
        ReadError
            When a line is longer than a million bytes, or a row than 32 MB.
        """
        csv.field_size_limit(MOST_BYTES)
        found = Lines([], [], [], start)
        position = start
        until = len(self._data) if most_bytes is None else start + most_bytes
        while position < min(until, len(self._data)) and len(found.cells) < most:
            after = self._line_end(position)
            cells, end, is_stray = self._plain(position, after), after, False
            if cells is None:
                cells, end, is_stray = self._over_lines(position, after)
                if cells is None and not self._is_whole and self._is_cut(found.cells):
                    break
            elif len(self._rows) < _ROWS and len(cells) == self._width and found.cells:
                self._rows.append(shapes(cell.encode() for cell in cells))
            if cells is None:
                cells = self._loosely(position, after)
                is_stray = cells is not None
            if cells is None:
                cells = self._with_links(position, after)
            if cells is None:
                cells = self._text(position, after).rstrip("\r\n").split(self._delimiter)
                found.broken.append(len(found.cells))
            elif is_stray:
                found.stray.append(len(found.cells))
            found.cells.append(cells)
            position = end
        return Lines(found.cells, found.broken, found.stray, position)

    def _plain(self, start: int, after: int) -> list[str] | None:
        """Cells of a line without quotation marks or well quoted; None of any other."""
        if self._data.find(b'"', start, after) < 0:
            bare = self._text(start, after).rstrip("\r\n")
            return bare.split(self._delimiter) if bare else []
        return (
            self._cells(start, after) if self._patterns.one_line.match(self._data, start) else None
        )

    def _is_cut(self, before: list[list[str]]) -> bool:
        """Whether what is not closed may be closed behind the end of `data`."""
        return self._hopeless >= len(self._data) and any(len(cells) > 1 for cells in before)

    def _line_end(self, start: int) -> int:
        found = _LINE.match(self._data, start)
        return found.end() if found else len(self._data)

    def _text(self, start: int, end: int) -> str:
        if end - start > LONGEST:
            raise _too_long()
        return self._data[start:end].decode("utf-8", errors="replace")

    def _cells(self, start: int, end: int) -> list[str]:
        """Cells of a row that is well quoted."""
        if end - start > LONGEST:
            self._check(start, end)
        text = self._data[start:end].decode("utf-8", errors="replace")
        return next(csv.reader([text], delimiter=self._delimiter, strict=True))

    def _check(self, start: int, end: int) -> None:
        """Refuse a long row of too many cells before they are made."""
        if end - start > MOST_BYTES:
            raise ReadError(
                "The file has a row with more than 32 MB in quotation marks.",
                "Check its quotation marks, or leave out the column with the long texts.",
            )
        for count, _ in enumerate(self._patterns.pieces.finditer(self._data, start, end)):
            if count > LONGEST:
                raise _too_long()

    def _over_lines(self, start: int, after: int) -> tuple[list[str] | None, int, bool]:
        """Cells of a row that is odd or runs over several lines, and its end; None when broken.

        With it whether a bare cell holds a quotation mark.
        """
        end, is_stray = self._end(start, after)
        if end is None:
            return None, after, False
        if end > after and self._swallows(start, end):
            self._hopeless = end
            return None, after, False
        try:
            cells = self._cells(start, end)
        except csv.Error:  # the reader has its own view of a mark inside a bare cell
            return None, after, False
        is_long = end > after and self._data.count(b"\n", start, end) > MANY_LINES
        if is_long and self._width is not None and len(cells) != self._width:
            self._hopeless = end
            return None, after, False
        return cells, end, is_stray

    def _swallows(self, start: int, end: int) -> bool:
        """Whether a cell of a row is rows of the table; not told while its width is not known."""
        row = self._data[start : min(end, start + MOST_BYTES)]
        return self._width is not None and swallows(row, self._delimiter, self._width, self._rows)

    def _end(self, start: int, after: int) -> tuple[int | None, bool]:
        """End of the row that begins here, by its quotation marks; None when they do not match."""
        data, patterns = self._data, self._patterns
        at, cells, is_stray = start, 0, False
        while True:
            if data[at : at + 1] == b'"':
                found = patterns.quoted_here.match(data, at)
                if found is None and at < after <= self._hopeless:
                    return None, False
                found = found or patterns.quoted.match(data, at)
                if found is None:
                    self._hopeless = len(data)
                    return None, False
                at = found.end()
            elif (bare := patterns.bare.match(data, at)) is not None:
                is_stray = is_stray or b'"' in bare[0]
                at = bare.end()
            behind = data[at : at + 1]
            cells += 1
            if behind in _ENDS:
                return self._line_end(at), is_stray
            if behind != patterns.delimiter or cells > LONGEST:
                self._hopeless = max(self._hopeless, at)
                return None, False
            at += 1

    def _loosely(self, start: int, after: int) -> list[str] | None:
        """Cells of a line such as `"said "no" again",3`: wrong, but all of them are there."""
        reader = csv.reader(iter([self._text(start, after), "next"]), delimiter=self._delimiter)
        try:
            cells = next(reader)
        except csv.Error:
            return None
        whole = reader.line_num == 1 and (self._width is None or len(cells) == self._width)
        return cells if whole else None

    def _with_links(self, start: int, after: int) -> list[str] | None:
        """Cells of a line with `=HYPERLINK("address","words")`, whose comma parts no cells."""
        text = self._text(start, after)
        if self._width is None or _LINK_BEGINS not in text:
            return None
        closed = _LINK.sub(lambda link: '"' + link[0].replace('"', '""') + '"', text)
        try:
            cells = next(csv.reader([closed], delimiter=self._delimiter, strict=True))
        except csv.Error:
            return None
        return cells if len(cells) == self._width else None


@dataclass(frozen=True)
class _Patterns:
    delimiter: bytes
    one_line: re.Pattern[bytes]  # a line of cells that are bare or closed, and nothing else
    quoted_here: re.Pattern[bytes]  # a cell in quotation marks that ends on its line
    quoted: re.Pattern[bytes]  # or on any later one
    bare: re.Pattern[bytes]
    pieces: re.Pattern[bytes]  # the cells of a long row, and what parts them


@cache
def _patterns(delimiter: str) -> _Patterns:
    mark = re.escape(delimiter.encode())
    here = rb'"[^"\r\n]*+(?:""[^"\r\n]*+)*+"'
    anywhere = rb'"[^"]*+(?:""[^"]*+)*+"'
    cell = rb"(?:" + here + rb'|[^"\r\n' + mark + rb"]*+)"
    return _Patterns(
        delimiter.encode(),
        re.compile(cell + rb"(?:" + mark + cell + rb")*+(?=[\r\n]|\Z)"),
        re.compile(here),
        re.compile(anywhere),
        re.compile(rb"[^\r\n" + mark + rb"]*+"),
        re.compile(anywhere + rb"|" + mark),
    )


def _too_long() -> ReadError:
    return ReadError(
        "The file has a line of more than a million letters.",
        "Check that it is a table, and save it again as CSV or Excel (.xlsx).",
    )
