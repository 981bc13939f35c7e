"""Whether a cell that runs over lines is a text, or rows of the table between two stray marks."""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Final

import numpy as np
from numpy.typing import NDArray

MANY_LINES: Final = 200
"""Lines from which a cell is looked at more closely."""

_SOME_LINES: Final = 10
_MOST_LOOKED_AT: Final = 20_000
_MOST_CELLS: Final = 100
_ALIKE: Final = 0.7
_SHORT: Final = 1 << 16
_TWO: Final = 2  # columns, from which lines can be compared with rows
_LINE: Final = re.compile(rb"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+\Z")
_DIGITS: Final = re.compile(rb"\d+")
_LETTERS: Final = re.compile(rb"[A-Za-z\x80-\xff]")
_NEWLINE, _RETURN = b"\n\r"


def swallows(row: bytes, delimiter: str, width: int, rows: Sequence[list[bytes]] = ()) -> bool:
    r"""Whether a row with line breaks in its cells is several rows between two stray marks.

    So it is when nearly all of its lines have all the cells of a row (and, where they are few, look
    like its first); when one of them has nearly all the cells of a row, with numbers or days where
    the first line has them or, inside the cell, where another row has them; and when it is long and
    its lines look alike and have many cells. A table of one column has no rows to compare: a long
    cell in it is not believed.

    Parameters
    ----------
    row : bytes
        All of it, or its first 32 MB.
    delimiter : str
        One letter.
    width : int
        Cells a row usually has.
    rows : sequence of list of bytes
        Some rows of the table, by `shapes`.

    Examples
    --------
    >>> swallows(b'1,"OAK ST,Hartford\n2,ELM ST",Hartford\n', ",", 3)
    True
    >>> swallows(b'1,"found cold,\nblue, no pulse",Hartford\n', ",", 3)
    False
    """
    if len(row) < _SHORT and _is_short_text(row, delimiter, width):
        return False
    lines = cells_by_line(np.frombuffer(row, np.uint8), ord(delimiter))
    count = len(lines)
    if width < _TWO or not _is_suspect(lines, width):
        return width < _TWO and count > MANY_LINES
    first, *others = _by_line(row, delimiter)
    compared = np.array([_compare(first, other) for other in others])
    alike, numbered = compared[:, 0] >= _ALIKE, compared[:, 1] > 0
    is_long = count >= _SOME_LINES
    if _mostly(lines == width):
        return (is_long or width > _TWO) and (_mostly(alike) or (is_long and width > _TWO))
    may_begin = nearly_full(lines[1 : len(alike) + 1], width)
    if (alike & numbered & may_begin).any() or any(
        share >= _ALIKE and numbers
        for at in np.flatnonzero(may_begin[: count - 2])  # the last is the rest of the row
        for share, numbers in (_compare(row, others[at]) for row in rows)
    ):
        return True
    return count > MANY_LINES and _mostly(alike) and _mostly(_many(lines, width))


def _is_short_text(row: bytes, delimiter: str, width: int) -> bool:
    """Tell quickly, for the many short ones, what `_is_suspect` would say."""
    mark = delimiter.encode()
    cells = [line.count(mark) + 1 for line in row.splitlines()]
    if len(cells) > MANY_LINES or sum(count == width for count in cells) * 5 >= len(cells) * 4:
        return False
    return not any(_least(width) <= count <= width for count in cells[1:])


def _is_suspect(lines: NDArray[np.int64], width: int) -> bool:
    """Whether a row may be several, by the number of cells in each of its lines alone."""
    return len(lines) > 1 and (
        _mostly(lines == width)
        or bool(nearly_full(lines[1:], width).any())
        or (len(lines) > MANY_LINES and _mostly(_many(lines, width)))
    )


def cells_by_line(text: NDArray[np.uint8], delimiter: int) -> NDArray[np.int64]:
    """Cells in each line of a text when it is cut at each delimiter and each line break."""
    following = np.append(text[1:], _NEWLINE)
    breaks = np.flatnonzero((text == _NEWLINE) | ((text == _RETURN) & (following != _NEWLINE)))
    if not len(breaks) or breaks[-1] < len(text) - 1:
        breaks = np.append(breaks, len(text))
    before = np.searchsorted(np.flatnonzero(text == delimiter), breaks)
    return np.diff(before, prepend=0) + 1


def nearly_full(lines: NDArray[np.int64], width: int) -> NDArray[np.bool_]:
    """Which lines, by their number of cells, may be the beginning of a row."""
    return (lines >= _least(width)) & (lines <= width)


def _least(width: int) -> int:
    return max(4, -(-4 * width // 5))


def mostly(some: NDArray[np.int64], of: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Whether some are four in five of all."""
    return some * 5 >= of * 4


def _mostly(these: NDArray[np.bool_]) -> bool:
    return bool(these.sum() * 5 >= len(these) * 4)


def _many(lines: NDArray[np.int64], width: int) -> NDArray[np.bool_]:
    return (lines >= max(2, width // 2)) & (lines <= width)


def shapes(cells: Iterable[bytes]) -> list[bytes]:
    """Write cells with 9 for numbers; of words only that they are.

    Examples
    --------
    >>> shapes([b"E-1204", b"3/14/2020", b"OAK ST", b""])
    [b'a9', b'9/9/9', b'a', b'']
    """
    found = []
    for cell in cells:
        shape = _DIGITS.sub(b"9", cell.strip(b' \t\r\n"'))
        if _LETTERS.search(shape):
            shape = b"a9" if b"9" in shape else b"a"
        found.append(shape)
    return found


def _by_line(row: bytes, delimiter: str) -> Iterator[list[bytes]]:
    """Shapes of the cells of each line, cut at each delimiter; of the first of very many lines."""
    mark = delimiter.encode()
    for line in islice(_LINE.finditer(row), _MOST_LOOKED_AT):
        yield shapes(line[0].split(mark)[:_MOST_CELLS])


def _compare(one: list[bytes], other: list[bytes]) -> tuple[float, float]:
    """Share of cells alike, of those that hold something in both; how many are numbers or days.

    Nothing is alike where the first cells are not, or no number stands where one is.
    """
    pairs = [(a, b) for a, b in zip(one, other, strict=False) if a and b]
    numbers = [a == b for a, b in pairs if b"9" in a and a != b"a9"]
    if not pairs or one[0] != other[0] or (numbers and not any(numbers)):
        return 0.0, 0.0
    return sum(a == b for a, b in pairs) / len(pairs), float(sum(numbers))
