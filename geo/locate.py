"""Point to county: which polygon holds each of a million points."""

import threading
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray

if TYPE_CHECKING:
    from geo.border_grid import BorderGrid

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

_OUTSIDE: Final = -1
_GRID_PAYS: Final = 500_000  # points asked for, from which on the grid costs less than it saves


class Locator:
    """Finds the polygon that holds each point; many points by a grid of answers.

    Where no border runs through a grid cell, the cell is the answer. Where one does, the point is
    tested exactly against the polygons whose borders run there; before there is a grid, against
    those whose boxes hold it. The answers are those of a spatial join with the predicate
    "intersects": a point on a shared border belongs to the polygon whose id sorts first, so each
    point is in one polygon at most.

    Parameters
    ----------
    geoids : array_like of str, shape (n,)
        Polygon ids, each once.
    geometries : array_like of shapely Polygon or MultiPolygon, shape (n,)
        In lon/lat degrees (EPSG:4326), not overlapping each other.
    grid_from : int
        The grid, which takes a second for all counties, is made once so many points were asked for.

    Examples
    --------
    >>> halves = [shapely.box(0, 0, 1, 2), shapely.box(1, 0, 2, 2)]
    >>> Locator(["b", "a"], halves).locate([0.5, 1.0, 1.5, 9.0], [1.0, 1.0, 1.0, 1.0])
    array(['b', 'a', 'a', ''], dtype='<U1')
    """

    def __init__(
        self, geoids: ArrayLike, geometries: ArrayLike, *, grid_from: int = _GRID_PAYS
    ) -> None:
        ids = np.asarray(geoids, dtype=np.str_)
        order = np.argsort(ids, kind="stable")
        self._geoids = np.append(ids[order], "")  # the last answers for -1, outside
        self._polygons = np.asarray(geometries, dtype=object)[order].copy()
        self._tree = shapely.STRtree(self._polygons)
        self._grid: BorderGrid | None = None
        self._left = grid_from
        # Preparing a geometry changes it: two threads must not do so at once.
        self._lock = threading.RLock()

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
        found = np.full(len(x), _OUTSIDE, dtype=np.int64)
        found[known] = self._find(x[known], y[known])
        return found

    def _find(self, lon: Floats, lat: Floats) -> Ints:
        """Position of the polygon that holds each point of the globe."""
        with self._lock:
            self._left -= len(lon)
            if self._left > 0:
                return self._ask(lon, lat)
            if self._grid is None:
                from geo.border_grid import BorderGrid  # noqa: PLC0415  (few need it)

                self._grid = BorderGrid(self._polygons, self._ask)
        found, point, candidate = self._grid.look_up(lon, lat)
        near = found < _OUTSIDE
        found[near] = self._among(point, candidate, lon, lat)[near]
        return found

    def _ask(self, lon: Floats, lat: Floats) -> Ints:
        """Ask the polygons themselves."""
        point, candidate = self._tree.query(shapely.points(lon, lat))
        return self._among(point, candidate, lon, lat)

    def _among(self, point: Ints, candidate: Ints, lon: Floats, lat: Floats) -> Ints:
        """Exact answer for points, each with the polygons that may hold it."""
        answer = np.full(len(lon), len(self._polygons), dtype=np.int64)
        with self._lock:
            for polygon, rows in _groups(candidate):
                shapely.prepare(self._polygons[polygon])
                points = point[rows]
                inside = shapely.intersects_xy(self._polygons[polygon], lon[points], lat[points])
                hit = points[inside]
                answer[hit] = np.minimum(answer[hit], polygon)
        answer[answer == len(self._polygons)] = _OUTSIDE
        return answer


def _groups(numbers: Ints) -> Iterator[tuple[int, Ints]]:
    """Each different number with the positions that hold it."""
    order = np.argsort(numbers, kind="stable")
    values, first = np.unique(numbers[order], return_index=True)
    for value, start, end in zip(values, first, np.append(first[1:], len(order)), strict=False):
        yield int(value), order[start:end]
