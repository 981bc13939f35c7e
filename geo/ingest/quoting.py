"""Lines with quotation marks that do not match: found, set apart, and the next line read again.

A quotation mark that is opened and never closed would swallow every line up to the next one, and
incidents with them. Here such a line goes alone, and those below it are read for themselves.
"""

import csv
import re
from collections.abc import Iterator
from typing import Final

from geo.errors import ReadError

LONGEST: Final = 1_000_000
"""Most letters in a cell, and bytes in a line."""

MOST_LINES: Final = 200
"""Most lines a quoted cell may run over."""

_LINE: Final = re.compile(rb"[^\r\n]*(?:\r\n|\r|\n)?")
_DIGITS: Final = re.compile(r"\d+")
_LETTERS: Final = re.compile(r"[^\W\d_]+")


def read_lines(
    data: bytes, start: int, most: int, delimiter: str, width: int | None
) -> tuple[list[list[str]], list[int], int]:
    r"""Cells of some lines, one by one.

    Parameters
    ----------
    data : bytes
        UTF-8.
    start : int
        Where the first line begins.
    most : int
        How many lines to read at most; a line with line breaks inside quotes counts once.
    delimiter : str
        One letter.
    width : int or None
        Cells a line usually has, if known.

    Returns
    -------
    lines : list of list of str
        A blank line is an empty list.
    broken : list of int
        Which of the lines have quotation marks that do not match; they are cut at each delimiter.
    end : int
        Where the next line begins.

    Raises
    ------
    ReadError
        When a line is longer than a million bytes.

    Examples
    --------
    >>> read_lines(b'1,"OAK ST,Hartford\n2,Elm,Hartford\n', 0, 9, ",", 3)
    ([['1', '"OAK ST', 'Hartford'], ['2', 'Elm', 'Hartford']], [0], 34)
    """
    csv.field_size_limit(LONGEST)
    lines: list[list[str]] = []
    broken: list[int] = []
    position = start
    while position < len(data) and len(lines) < most:
        line, after = _line(data, position)
        if '"' not in line:
            bare = line.rstrip("\r\n")
            lines.append(bare.split(delimiter) if bare else [])
            position = after
            continue
        found = _quoted(data, position, delimiter, width)
        if found is None:
            broken.append(len(lines))
            found = line.rstrip("\r\n").split(delimiter), after
        lines.append(found[0])
        position = found[1]
    return lines, broken, position


def _line(data: bytes, start: int) -> tuple[str, int]:
    found = _LINE.match(data, start)
    end = found.end() if found else len(data)
    if end - start > LONGEST:
        raise ReadError(
            "The file has a line of more than a million letters.",
            "Check that it is a table, and save it again as CSV or Excel (.xlsx).",
        )
    return data[start:end].decode("utf-8", errors="replace"), end


def _quoted(
    data: bytes, start: int, delimiter: str, width: int | None
) -> tuple[list[str], int] | None:
    """Cells of a line with quotes, and where the next begins; None when they do not match."""
    taken: list[str] = []
    position = start

    def follow() -> Iterator[str]:
        nonlocal position
        length = 0
        while position < len(data) and len(taken) < MOST_LINES and length < LONGEST:
            line, position = _line(data, position)
            taken.append(line)
            length += len(line)
            yield line

    try:
        cells = next(csv.reader(follow(), delimiter=delimiter, strict=True))
    except csv.Error:
        return _loosely(data, start, delimiter, width)
    return None if _swallows(taken, delimiter, width) else (cells, position)


def _loosely(
    data: bytes, start: int, delimiter: str, width: int | None
) -> tuple[list[str], int] | None:
    """Cells of a line such as `"said "no" again",3`: wrong, but all of them are there."""
    line, after = _line(data, start)
    reader = csv.reader(iter([line, "next"]), delimiter=delimiter)
    try:
        cells = next(reader)
    except csv.Error:
        return None
    whole = reader.line_num == 1 and (width is None or len(cells) == width)
    return (cells, after) if whole else None


def _swallows(taken: list[str], delimiter: str, width: int | None) -> bool:
    """Whether a line with line breaks inside is several lines between two stray quotes.

    Then nearly each of them has all the cells of a line, and a first cell of the same shape.
    """
    if len(taken) < 2 or width is None or width < 3:
        return False
    full = sum(line.count(delimiter) + 1 == width for line in taken)
    if full * 5 < len(taken) * 4:
        return False
    shapes = [_shape(line.split(delimiter, 1)[0]) for line in taken]
    return shapes.count(shapes[0]) * 5 >= len(taken) * 4


def _shape(cell: str) -> str:
    return _LETTERS.sub("a", _DIGITS.sub("9", cell.strip()))
