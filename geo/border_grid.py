"""A grid of answers over polygons: which of them may hold a point, for a million points."""

from collections.abc import Callable
from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy import ndimage

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Ask = Callable[[Floats, Floats], Ints]

OUTSIDE: Final = -1

_WEST: Final = -180.0
_NORTH: Final = 90.0
_COARSE: Final = 0.25  # degrees: side of a cell of the first grid
_SPLIT: Final = 10  # cells of the second grid along that side, about 2.5 km each
_COLUMNS: Final = int(360 / _COARSE)
_ROWS: Final = int(180 / _COARSE)
_FINE_COLUMNS: Final = _COLUMNS * _SPLIT
_FINE_ROWS: Final = _ROWS * _SPLIT
_MARGIN: Final = 1e-9  # degrees: an edge is taken this much wider, against rounding


class BorderGrid:
    """Tells the polygon of points far from borders, and the candidates of the others.

    Parameters
    ----------
    polygons : ndarray of shapely Polygon or MultiPolygon, shape (n,)
        In lon/lat degrees (EPSG:4326), not overlapping each other.
    ask : callable
        Number of the polygon that holds each point, given lon and lat, -1 where none does: exact.

    Examples
    --------
    >>> halves = np.array([shapely.box(0, 0, 1, 2), shapely.box(1, 0, 2, 2)])
    >>> grid = BorderGrid(halves, lambda lon, lat: np.where((lon > 0) & (lon < 2), lon > 1, -1))
    >>> answer, point, candidate = grid.look_up(np.array([0.5, 1.0]), np.array([1.1, 1.1]))
    >>> answer.tolist(), point.tolist(), candidate.tolist()
    ([0, -2], [1, 1], [0, 1])
    """

    def __init__(self, polygons: NDArray[np.object_], ask: Ask) -> None:
        self._polygons, self._ask = polygons, ask
        self._grid_border(*self._candidates())

    def look_up(self, lon: Floats, lat: Floats) -> tuple[Ints, Ints, Ints]:
        """Answer for each point: a polygon, -1 outside, less where a border is near.

        Returns
        -------
        answer : ndarray of int, shape (n,)
            In the order of the points.
        point, candidate : ndarray of int, shape (pairs,)
            Points near a border, by their position, each with every polygon that may hold it.
        """
        column, row = _columns(lon), _rows(lat)
        found = self._coarse[row // _SPLIT, column // _SPLIT].astype(np.int64)
        split = np.flatnonzero(found < OUTSIDE)
        found[split] = self._fine[-2 - found[split], row[split] % _SPLIT, column[split] % _SPLIT]
        near = np.flatnonzero(found < OUTSIDE)
        cell = -2 - found[near]
        found[near] = OUTSIDE - 1
        counts = self._start[cell + 1] - self._start[cell]
        first = np.repeat(self._start[cell] - np.cumsum(counts) + counts, counts)
        return found, np.repeat(near, counts), self._owners[first + np.arange(len(first))]

    def _candidates(self) -> tuple[Ints, Ints]:
        """Border cells, sorted, each with every polygon that reaches into it.

        The boxes around edges take in cells the edges pass by. Such a cell may lie within a polygon
        that has no border there, so the polygon at each cell's middle is one to test as well.
        """
        cells, owners = _border_cells(self._polygons)
        border = _distinct(cells)
        middle = self._sample(*np.divmod(border, _FINE_COLUMNS), _COARSE / _SPLIT)
        held = middle != OUTSIDE
        many = len(self._polygons)
        pairs = np.concatenate([cells * many + owners, border[held] * many + middle[held]])
        return np.divmod(_distinct(pairs), many)

    def _grid_border(self, cells: Ints, owners: Ints) -> None:
        """Fill both grids: polygon number, -1 outside, -2 - k for "look further in k"."""
        border, first = np.unique(cells, return_index=True)
        self._start = np.append(first, len(cells))
        self._owners = owners
        row, column = np.divmod(border, _FINE_COLUMNS)
        block, inverse = np.unique(
            (row // _SPLIT) * _COLUMNS + column // _SPLIT, return_inverse=True
        )
        fine = np.zeros((len(block), _SPLIT, _SPLIT), dtype=np.int32)
        fine[inverse, row % _SPLIT, column % _SPLIT] = -2 - np.arange(len(border))
        coarse = np.zeros((_ROWS, _COLUMNS), dtype=np.int32)
        coarse.flat[block] = -2 - np.arange(len(block))
        # Cells no border touches, joined into patches: one test answers for a whole patch.
        within = np.zeros((3, 3, 3), dtype=bool)
        within[1] = ndimage.generate_binary_structure(2, 1)
        patch = ndimage.label(fine == 0, structure=within)[0]
        at, r, c = np.unravel_index(_one_each(patch), fine.shape)
        row = (block[at] // _COLUMNS) * _SPLIT + r
        column = (block[at] % _COLUMNS) * _SPLIT + c
        answers = np.append(0, self._sample(row, column, _COARSE / _SPLIT))
        self._fine = np.where(patch > 0, answers[patch], fine).astype(np.int32)
        patch = ndimage.label(coarse == 0)[0]
        row, column = np.divmod(_one_each(patch), _COLUMNS)
        answers = np.append(0, self._sample(row, column, _COARSE))
        self._coarse = np.where(patch > 0, answers[patch], coarse).astype(np.int32)

    def _sample(self, row: Ints, column: Ints, side: float) -> Ints:
        """Polygon number at the middle of cells of a grid."""
        east, south = column.astype(np.float64), row.astype(np.float64)
        return self._ask(_WEST + (east + 0.5) * side, _NORTH - (south + 0.5) * side)


def _columns(lon: Floats) -> Ints:
    return np.clip(
        np.floor((lon - _WEST) * (_SPLIT / _COARSE)).astype(np.int64), 0, _FINE_COLUMNS - 1
    )


def _rows(lat: Floats) -> Ints:
    return np.clip(
        np.floor((_NORTH - lat) * (_SPLIT / _COARSE)).astype(np.int64), 0, _FINE_ROWS - 1
    )


def _one_each(patch: Ints) -> Ints:
    """Flat position of one cell of patch 1, 2, ... in that order."""
    numbers, first = np.unique(patch, return_index=True)
    return first[numbers > 0]


def _distinct(numbers: Ints) -> Ints:
    """Each number once, in order; `np.unique` hashes them, which takes five times as long."""
    numbers = np.sort(numbers)
    return np.concatenate([numbers[:1], numbers[1:][numbers[1:] != numbers[:-1]]])


def _border_cells(polygons: NDArray[np.object_]) -> tuple[Ints, Ints]:
    """Fine cells that borders run through, each with the polygon whose border it is."""
    parts, part_of = shapely.get_parts(polygons, return_index=True)
    rings, ring_of = shapely.get_rings(parts, return_index=True)
    points, at = shapely.get_coordinates(rings, return_index=True)
    edge = np.flatnonzero(at[1:] == at[:-1])
    start, end = points[edge], points[edge + 1]
    owner = part_of[ring_of[at[edge]]]
    # Long edges are cut, so that the box around a piece stays close to it.
    pieces = np.maximum(1, np.ceil(np.abs(end - start).max(axis=1) * _SPLIT / _COARSE)).astype(int)
    which = np.repeat(np.arange(len(pieces)), pieces)
    step = np.arange(len(which)) - np.repeat(np.cumsum(pieces) - pieces, pieces)
    span = (end - start)[which] / pieces[which][:, None]
    a = start[which] + span * step[:, None]
    b = a + span
    low, high = np.minimum(a, b) - _MARGIN, np.maximum(a, b) + _MARGIN
    columns = _columns(low[:, 0]), _columns(high[:, 0])
    rows = _rows(high[:, 1]), _rows(low[:, 1])
    boxes = np.column_stack([*columns, *rows, owner[which]])
    # Most pieces are shorter than a cell and lie where the one before them lies.
    new = np.ones(len(boxes), dtype=bool)
    new[1:] = (boxes[1:] != boxes[:-1]).any(axis=1)
    west, east, north, south, owner = boxes[new].T
    width = east - west + 1
    counts = width * (south - north + 1)
    piece = np.repeat(np.arange(len(counts)), counts)
    k = np.arange(len(piece)) - np.repeat(np.cumsum(counts) - counts, counts)
    row = north[piece] + k // width[piece]
    column = west[piece] + k % width[piece]
    many = len(polygons)
    pairs = _distinct((row * _FINE_COLUMNS + column) * many + owner[piece])
    cells, owners = np.divmod(pairs, many)
    return cells, owners
