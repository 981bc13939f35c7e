"""Pieces of a row that was torn where its quotation marks do not match: they are no rows.

A mark that is missing makes of a row with line breaks in its cells several lines. The first is cut
short, and the others begin in the middle of a cell. Each would count as an incident.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from geo.ingest.blocks import Body

_SAMPLE: Final = 2_000
_FAR: Final = 10_000  # lines from a mark that does not match; those farther away are left alone
_BESIDE: Final = 5
_LETTERS: Final = 60
_RARE: Final = 0.01
_ENOUGH: Final = 3
_ENOUGH_CELLS: Final = 4
_TELLING: Final = 2
_LAST: Final = 2
_MOSTLY: Final = 0.75
_PARTLY: Final = 0.6
_HALF: Final = 0.5


@dataclass(frozen=True, eq=False)
class Lines:
    """Lines below the header.

    `plain` are those not set aside so far, `overfull` those with more cells than the header has;
    `filled` counts the cells that hold something.
    """

    table: pa.Table
    body: Body
    plain: NDArray[np.bool_]
    overfull: NDArray[np.bool_]
    filled: NDArray[np.int64]


def find_pieces(lines: Lines) -> NDArray[np.bool_]:
    """Find lines that are a piece of a row.

    A line whose quotation marks do not match, or with such a mark inside a cell, is looked at with
    those around it. A line that looks like no row of the table, in number and shape of its cells,
    belongs to the row above it. It is a piece where that row, or what is left of it, has such a
    mark, or when hardly a cell is right; so is the beginning of that row when it is cut short.

    Returns
    -------
    ndarray of bool, shape (lines,)
    """
    size, width = len(lines.table), lines.table.num_columns
    broken, stray = _mask(lines.body.broken, size), _mask(lines.body.stray, size)
    if width < 2 or not (broken | stray).any():
        return np.zeros(size, dtype=bool)
    told = lines.plain | lines.overfull
    marked = broken | (stray & told)
    beside = _near(marked, _BESIDE)
    whole = lines.plain & (lines.body.cells == width) & ~stray
    sound = whole & ~beside if (whole & ~beside).any() else whole
    if not sound.any():
        return np.zeros(size, dtype=bool)
    usual = _Usual.of(lines, np.flatnonzero(sound))
    doubtful = broken | (told & ((lines.body.cells != width) | stray))
    at = np.flatnonzero((doubtful & _near(marked, _FAR)) | (told & beside))
    unlike, hardly = np.zeros(size, dtype=bool), np.zeros(size, dtype=bool)
    unlike[at], hardly[at] = usual.unlike(lines, at, broken[at], stray[at])
    _end_pieces(unlike, stray, told | broken)
    begins = (told | broken) & ~unlike
    row = np.cumsum(begins)
    evident = np.zeros(int(row[-1]) + 1, dtype=bool)
    evident[row[unlike & (broken | stray | hardly)]] = True
    torn = evident[row] & begins & lines.plain
    at = np.flatnonzero(torn)
    torn[at] = (lines.body.cells[at] < width) | ~usual.ends(lines, at)
    evident[row[broken]] = True
    return (unlike & lines.plain & evident[row]) | torn


def _mask(places: list[int], size: int) -> NDArray[np.bool_]:
    found = np.zeros(size, dtype=bool)
    found[places] = True
    return found


def _near(these: NDArray[np.bool_], most: int) -> NDArray[np.bool_]:
    """Whether a line is at most so many lines away from one of these."""
    before = np.concatenate([[0], np.cumsum(these)])
    places = np.arange(len(these))
    near: NDArray[np.bool_] = (
        before[np.minimum(places + most + 1, len(these))] > before[np.maximum(places - most, 0)]
    )
    return near


def _end_pieces(
    unlike: NDArray[np.bool_], stray: NDArray[np.bool_], lines: NDArray[np.bool_]
) -> None:
    """Let a line with a stray mark right below pieces be the last: the mark closes their cell."""
    at = np.flatnonzero(lines)
    follows = np.zeros(len(at), dtype=bool)
    follows[1:] = unlike[at[:-1]]
    unlike[at[follows & stray[at]]] = True


@dataclass(frozen=True, eq=False)
class _Usual:
    """What the cells of each column look like: their shapes where they have few, else the kind.

    `tells` says in which columns there are numbers or days and no words: words may stand anywhere.
    """

    shapes: tuple[frozenset[str], ...]
    kinds: tuple[frozenset[str], ...]
    tells: tuple[bool, ...]
    filled: float

    @classmethod
    def of(cls, lines: Lines, rows: NDArray[np.intp]) -> "_Usual":
        """Look at some of the rows."""
        some = rows[np.linspace(0, len(rows) - 1, min(_SAMPLE, len(rows))).astype(np.intp)]
        shapes, kinds = [], []
        for column in lines.table.columns:
            cells = _shapes(column, some)
            common = _common(cells)
            covered = sum(cell in common for cell in cells) >= 0.9 * len(cells)
            has_few = covered and len(common) <= max(1, len(cells) // 4)
            shapes.append(common if has_few else frozenset())
            kinds.append(_common([_kind(cell) for cell in cells]))
        tells = tuple("a" not in kind and bool(kind & {"9", "a9"}) for kind in kinds)
        return cls(tuple(shapes), tuple(kinds), tells, float(np.median(lines.filled[some])))

    def unlike(
        self,
        lines: Lines,
        at: NDArray[np.intp],
        broken: NDArray[np.bool_],
        stray: NDArray[np.bool_],
    ) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """Whether lines look like no row of the table, and whether hardly a cell is right.

        Of those cut at each delimiter the first cell tells.
        """
        cells, width = lines.body.cells[at], len(self.shapes)
        # The last cell of a line cut short may be half a cell.
        seen = np.where(cells < width, np.maximum(cells - 1, 1), width)
        right, telling, told = np.zeros((3, len(at)))
        first = np.zeros(len(at), dtype=bool)
        for number, column in enumerate(lines.table.columns):
            here = np.flatnonzero(number < seen)
            if not len(here):
                break
            shapes = _shapes(column, at[here])
            fits = self._fit(number, shapes)
            right[here] += fits
            if self.tells[number]:
                filled = np.array([shape != "" for shape in shapes], dtype=bool)
                telling[here] += filled
                told[here] += filled & fits
            if number == 0:
                first = fits
        share = right / seen
        share_told = np.where(telling > 0, told / np.maximum(telling, 1), 1.0)
        lone = (lines.filled[at] <= 1) & (self.filled >= _ENOUGH)
        enough = (seen >= min(_ENOUGH_CELLS, -(-width // 2))) | (told >= _TELLING)
        short = first & (share >= _MOSTLY) & (share_told >= _MOSTLY) & enough & ~lone
        full = (share >= _PARTLY) & (share_told >= _HALF) & (first | ~stray)
        rows = np.where(broken, first & ~lone, np.where(cells >= width, full, short))
        return ~rows, ~rows & ~broken & ((~first & (share < _HALF)) | lone) & (cells < width)

    def ends(self, lines: Lines, at: NDArray[np.intp]) -> NDArray[np.bool_]:
        """Whether the last cells of rows look as they should.

        A cell cut behind its comma, as "Hartford, CT", is two, and may well fill the row up.
        """
        width = len(self.shapes)
        fits = np.ones(len(at), dtype=bool)
        for number in range(max(0, width - _LAST), width):
            fits &= self._fit(number, _shapes(lines.table.column(number), at))
        return fits

    def _fit(self, number: int, cells: list[str]) -> NDArray[np.bool_]:
        shapes, kinds = self.shapes[number], self.kinds[number]
        if shapes:
            return np.array([cell in shapes for cell in cells], dtype=bool)
        return np.array([_kind(cell) in kinds for cell in cells], dtype=bool)


def _shapes(column: pa.ChunkedArray, at: NDArray[np.intp]) -> list[str]:
    """Write cells with 9 for numbers and a for words."""
    cells = pc.utf8_slice_codeunits(column.take(pa.array(at)), 0, _LETTERS)
    cells = pc.replace_substring_regex(cells, r"\d+", "9")
    # To get ready for all letters of the world takes longer than a thousand cells.
    letters = "[A-Za-z]+" if pc.all(pc.string_is_ascii(cells)).as_py() else r"\p{L}+"
    found: list[str] = pc.replace_substring_regex(cells, letters, "a").to_pylist()
    return found


def _kind(shape: str) -> str:
    return "".join(sign for sign in "a9" if sign in shape) or shape[:1]


def _common(words: list[str]) -> frozenset[str]:
    counts: dict[str, int] = {}
    for word in words:
        counts[word] = counts.get(word, 0) + 1
    return frozenset(word for word, count in counts.items() if count >= _RARE * len(words))
