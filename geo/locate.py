"""Point to county: which polygon holds each of a million points."""

import threading
from collections.abc import Iterator
from typing import Final

import numpy as np
import scipy.ndimage
import shapely
from numpy.typing import ArrayLike, NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

_WEST: Final = -180.0
_NORTH: Final = 90.0
_COARSE: Final = 0.25  # degrees: side of a cell of the first grid
_SPLIT: Final = 10  # cells of the second grid along that side, about 2.5 km each
_COLUMNS: Final = int(360 / _COARSE)
_ROWS: Final = int(180 / _COARSE)
_FINE_COLUMNS: Final = _COLUMNS * _SPLIT
_FINE_ROWS: Final = _ROWS * _SPLIT
_MARGIN: Final = 1e-9  # degrees: an edge is taken this much wider, against rounding
_OUTSIDE: Final = -1


class Locator:
    """Finds the polygon that holds each point, by a grid of answers.

    Where no border runs through a grid cell, the cell is the answer. Where one does, the point is
    tested exactly against the polygons whose borders run there. The answers are those of a spatial
    join with the predicate "intersects": a point on a shared border belongs to the polygon whose
    id sorts first, so each point is in one polygon at most.

    Parameters
    ----------
    geoids : array_like of str, shape (n,)
        Polygon ids, each once.
    geometries : array_like of shapely Polygon or MultiPolygon, shape (n,)
        In lon/lat degrees (EPSG:4326), not overlapping each other.

    Examples
    --------
    >>> halves = [shapely.box(0, 0, 1, 2), shapely.box(1, 0, 2, 2)]
    >>> Locator(["b", "a"], halves).locate([0.5, 1.0, 1.5, 9.0], [1.0, 1.0, 1.0, 1.0])
    array(['b', 'a', 'a', ''], dtype='<U1')
    """

    def __init__(self, geoids: ArrayLike, geometries: ArrayLike) -> None:
        ids = np.asarray(geoids, dtype=np.str_)
        order = np.argsort(ids, kind="stable")
        self._geoids = np.append(ids[order], "")  # the last answers for -1, outside
        self._polygons = np.asarray(geometries, dtype=object)[order].copy()
        # Preparing a geometry changes it: two threads must not do so at once.
        self._lock = threading.Lock()
        self._grid_border(*self._candidates())

    @property
    def geoids(self) -> NDArray[np.str_]:
        """Polygon ids, sorted; `index` points into them."""
        return self._geoids[:-1]

    def locate(self, lon: ArrayLike, lat: ArrayLike) -> NDArray[np.str_]:
        """Polygon id of each point, "" where no polygon holds it or a coordinate is missing.

        Parameters
        ----------
        lon, lat : array_like of float, shape (n,)
            Degrees, EPSG:4326.

        Returns
        -------
        ndarray of str, shape (n,)
            In the order of the points.
        """
        return self._geoids[self.index(lon, lat)]

    def index(self, lon: ArrayLike, lat: ArrayLike) -> Ints:
        """Position in `geoids` of the polygon that holds each point, -1 where none does."""
        x = np.asarray(lon, dtype=np.float64)
        y = np.asarray(lat, dtype=np.float64)
        known = (x >= -180) & (x < 180) & (y > -90) & (y <= 90)
        column, row = _columns(np.where(known, x, 0.0)), _rows(np.where(known, y, 0.0))
        found = self._coarse[row // _SPLIT, column // _SPLIT].astype(np.int64)
        found[~known] = _OUTSIDE
        split = np.flatnonzero(found < _OUTSIDE)
        found[split] = self._fine[-2 - found[split], row[split] % _SPLIT, column[split] % _SPLIT]
        near_border = np.flatnonzero(found < _OUTSIDE)
        found[near_border] = self._test(-2 - found[near_border], x[near_border], y[near_border])
        return found

    def _test(self, cell: Ints, lon: Floats, lat: Floats) -> Ints:
        """Exact answer for points in border cells; `cell` is the number of the border cell."""
        counts = self._start[cell + 1] - self._start[cell]
        point = np.repeat(np.arange(len(cell)), counts)
        first = np.repeat(self._start[cell] - np.cumsum(counts) + counts, counts)
        candidate = self._owners[first + np.arange(len(point))]
        answer = np.full(len(cell), len(self._polygons), dtype=np.int64)
        with self._lock:
            for polygon, rows in _groups(candidate):
                shapely.prepare(self._polygons[polygon])
                points = point[rows]
                inside = shapely.intersects_xy(self._polygons[polygon], lon[points], lat[points])
                hit = points[inside]
                answer[hit] = np.minimum(answer[hit], polygon)
        answer[answer == len(self._polygons)] = _OUTSIDE
        return answer

    def _candidates(self) -> tuple[Ints, Ints]:
        """Border cells, sorted, each with every polygon that reaches into it.

        The boxes around edges take in cells the edges pass by. Such a cell may lie within a polygon
        that has no border there, so the polygon at each cell's middle is one to test as well.
        """
        cells, owners = _border_cells(self._polygons)
        border = _distinct(cells)
        middle = self._sample(*np.divmod(border, _FINE_COLUMNS), _COARSE / _SPLIT)
        held = middle != _OUTSIDE
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
        within[1] = scipy.ndimage.generate_binary_structure(2, 1)
        patch = scipy.ndimage.label(fine == 0, structure=within)[0]
        at, r, c = np.unravel_index(_one_each(patch), fine.shape)
        row = (block[at] // _COLUMNS) * _SPLIT + r
        column = (block[at] % _COLUMNS) * _SPLIT + c
        answers = np.append(0, self._sample(row, column, _COARSE / _SPLIT))
        self._fine = np.where(patch > 0, answers[patch], fine).astype(np.int32)
        patch = scipy.ndimage.label(coarse == 0)[0]
        row, column = np.divmod(_one_each(patch), _COLUMNS)
        answers = np.append(0, self._sample(row, column, _COARSE))
        self._coarse = np.where(patch > 0, answers[patch], coarse).astype(np.int32)

    def _sample(self, row: Ints, column: Ints, side: float) -> Ints:
        """Polygon number at the middle of cells of a grid."""
        lon = _WEST + (column + 0.5) * side
        lat = _NORTH - (row + 0.5) * side
        tree = shapely.STRtree(self._polygons)
        point, polygon = tree.query(shapely.points(lon, lat))
        answer = np.full(len(row), _OUTSIDE, dtype=np.int64)
        for number, rows in _groups(polygon):
            shapely.prepare(self._polygons[number])
            points = point[rows]
            inside = shapely.contains_xy(self._polygons[number], lon[points], lat[points])
            answer[points[inside]] = number
        return answer


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


def _groups(numbers: Ints) -> Iterator[tuple[int, Ints]]:
    """Each different number with the positions that hold it."""
    order = np.argsort(numbers, kind="stable")
    values, first = np.unique(numbers[order], return_index=True)
    for value, start, end in zip(values, first, np.append(first[1:], len(order)), strict=False):
        yield int(value), order[start:end]


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
