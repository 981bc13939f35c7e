"""A stretch of lines as columns of text, with the lines that have another number of cells."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Self

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from geo.ingest.celltext import cleaned


@dataclass(frozen=True, eq=False)
class Block:
    """Lines of a table: `columns` hold those of one width, `odd` the others by their place.

    `size` counts all lines, `broken` are places of lines whose quotation marks do not match,
    `stray` those of lines with such a mark inside a cell.
    """

    columns: Sequence[pa.Array]
    size: int
    odd: dict[int, list[str]] = field(default_factory=dict)
    broken: Sequence[int] = ()
    stray: Sequence[int] = ()

    @classmethod
    def of_lines(
        cls, lines: Sequence[list[str]], broken: Iterable[int] = (), stray: Iterable[int] = ()
    ) -> Self:
        """Give lines of any width, one by one.

        Examples
        --------
        >>> block = Block.of_lines([["a", "b"], [], ["c", "d"], ["e", "f", "g"]])
        >>> [column.to_pylist() for column in block.columns], block.odd
        ([['a', 'c'], ['b', 'd']], {1: [], 3: ['e', 'f', 'g']})
        """
        widths = np.fromiter(map(len, lines), dtype=np.int64, count=len(lines))
        usual = int(np.bincount(widths)[1:].argmax()) + 1 if widths.any() else -1
        odd = {place: line for place, line in enumerate(lines) if len(line) != usual}
        even = zip(*(line for line in lines if len(line) == usual), strict=True)
        columns = [pa.array(column, type=pa.string()) for column in even]
        return cls(columns, len(lines), odd, tuple(broken), tuple(stray))

    def lines(self) -> list[list[str]]:
        """All lines in their order."""
        even = zip(*(column.to_pylist() for column in self.columns), strict=True)
        return [self.odd[i] if i in self.odd else list(next(even)) for i in range(self.size)]

    def after(self, count: int) -> "Block":
        """Give the lines from number `count` on."""
        broken, stray = (
            [place - count for place in places if place >= count]
            for places in (self.broken, self.stray)
        )
        return Block.of_lines(self.lines()[count:], broken, stray)

    def columns_of(self, width: int) -> list[pa.Array]:
        """Columns of all lines, cut or filled with "" to a width."""
        blank = pa.repeat(pa.scalar("", pa.string()), self.size - len(self.odd))
        given = [*self.columns[:width], *[blank] * (width - len(self.columns))]
        if not self.odd:
            return given
        places = np.full(self.size, -1, dtype=np.int64)
        at = sorted(self.odd)
        places[at] = np.arange(len(at)) + self.size - len(at)
        places[places < 0] = np.arange(self.size - len(at))
        order = pa.array(places)
        lines = [self.odd[place] for place in at]
        whole = []
        for number, column in enumerate(given):
            cells = [line[number] if number < len(line) else "" for line in lines]
            whole.append(pa.concat_arrays([column, pa.array(cells, pa.string())]).take(order))
        return whole


class Body:
    """Lines below a header, gathered block by block, with spaces around cells taken off.

    `cells` says how many cells each line came with, not counting empty ones beyond the header;
    `extra` holds those beyond it; `broken` are lines whose quotation marks do not match, `stray`
    those with such a mark inside a cell.
    """

    def __init__(self, width: int) -> None:
        self.width = width
        self.extra: dict[int, list[str]] = {}
        self.broken: list[int] = []
        self.stray: list[int] = []
        self._parts: list[list[pa.Array]] = [[] for _ in range(width)]
        self._cells: list[NDArray[np.int64]] = []
        self._size = 0

    def add(self, block: Block) -> None:
        """Add the lines of a block below those there are."""
        cells = np.full(block.size, min(len(block.columns), self.width), dtype=np.int64)
        for place, line in block.odd.items():
            cells[place] = min(len(line), self.width)
            self._keep_extra(cells, place, line[self.width :])
        even = np.delete(np.arange(block.size), sorted(block.odd))
        beyond = block.columns[self.width :]
        filled = [pc.not_equal(column, "").to_numpy(zero_copy_only=False) for column in beyond]
        for at in np.flatnonzero(np.logical_or.reduce(filled)) if filled else ():
            line = [column[int(at)].as_py() for column in beyond]
            self._keep_extra(cells, int(even[at]), line)
        for part, column in zip(self._parts, block.columns_of(self.width), strict=True):
            part.append(cleaned(column))
        self.broken += [place + self._size for place in block.broken]
        self.stray += [place + self._size for place in block.stray]
        self._cells.append(cells)
        self._size += block.size

    def _keep_extra(self, cells: NDArray[np.int64], place: int, line: list[str]) -> None:
        line = [cell.strip() for cell in line]
        while line and not line[-1]:
            line.pop()
        if line:
            cells[place] = self.width + len(line)
            self.extra[self._size + place] = line

    @property
    def cells(self) -> NDArray[np.int64]:
        """Cells each line came with, shape (lines,)."""
        return np.concatenate(self._cells) if self._cells else np.zeros(0, dtype=np.int64)

    def columns(self) -> list[pa.Array]:
        """Columns of all lines; the blocks are given up."""
        parts, self._parts = self._parts, []
        whole = []
        while parts:
            column = pa.chunked_array(parts.pop(0), pa.string()).cast(pa.large_string())
            whole.append(column.combine_chunks())
        return whole
