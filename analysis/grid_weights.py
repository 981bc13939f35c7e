"""Neighbors on grids of squares and hexagons, by arithmetic instead of geometry."""

from collections.abc import Callable
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import sparse

from analysis.links import index_type, tidy
from geo.errors import StudyError

Lattice = Literal["square", "hexagon"]
Ints = NDArray[np.int64]


def grid_ring(cells: ArrayLike, radius: int = 1, lattice: Lattice = "square") -> sparse.csr_array:
    """Cells of a grid within so many steps, without any geometry.

    Parameters
    ----------
    cells : array_like of int, shape (n, 2)
        Column and row of squares (a step goes to any of 8 neighbors), or axial coordinates q and r
        of hexagons (a step goes to any of 6). Each cell at most once; holes are fine.
    radius : int
        Steps, 1 or more.
    lattice : {"square", "hexagon"}
        Which grid.

    Returns
    -------
    csr_array of float64, shape (n, n)

    Raises
    ------
    StudyError
        The radius is below 1 or a cell appears twice.

    Examples
    --------
    >>> block = [(q, r) for q in range(3) for r in range(3)]
    >>> grid_ring(block, 1, "square").sum(axis=1)[4]
    np.float64(8.0)
    >>> grid_ring(block, 1, "hexagon").sum(axis=1)[4]
    np.float64(6.0)
    """
    if radius < 1:
        raise StudyError("The radius of a ring of cells is below 1.", "Give 1 or more steps.")
    place = np.asarray(cells, dtype=np.int64).reshape(-1, 2)
    n = len(place)
    if n == 0:
        return sparse.csr_array((0, 0), dtype=np.float64)
    columns, rows = (place[:, axis] - place[:, axis].min() + radius for axis in (0, 1))
    width, height = (int(line.max()) + radius + 1 for line in (columns, rows))
    keys = rows * width + columns
    steps = _steps(radius, lattice, width)
    find = (
        _table(keys, width * height) if width * height <= _ROOMY * n + 1_000_000 else _search(keys)
    )
    indptr = np.zeros(n + 1, dtype=index_type(n * steps.size))
    near = []
    for start in range(0, n, _CHUNK):
        around = find(keys[start : start + _CHUNK, None] + steps)
        found = around >= 0
        indptr[start + 1 : start + 1 + len(around)] = np.count_nonzero(found, axis=1)
        near.append(around[found])
    np.cumsum(indptr, out=indptr)
    indices = np.concatenate(near)
    matrix = sparse.csr_array((np.ones(indices.size), indices, indptr), shape=(n, n))
    if (keys[1:] > keys[:-1]).all():
        matrix.has_canonical_format = True
        return matrix
    return tidy(matrix)


_ROOMY = 20
"""A table of the box around the cells may have so many places for each cell."""

_CHUNK = 20_000
"""Cells at a time: what is looked up stays in the processor's cache."""


def _steps(radius: int, lattice: Lattice, width: int) -> Ints:
    """Differences of keys to the cells around, rising."""
    reach = np.arange(-radius, radius + 1)
    up, across = (steps.ravel() for steps in np.meshgrid(reach, reach, indexing="ij"))
    far = np.maximum(np.abs(across), np.abs(up))
    if lattice == "hexagon":
        far = np.maximum(far, np.abs(across + up))
    around = (far > 0) & (far <= radius)
    return (up * width + across)[around]


def _table(keys: Ints, places: int) -> Callable[[Ints], NDArray[np.integer]]:
    """Positions by key, -1 where there is no cell, from a table of all places in the box."""
    position = np.full(places, -1, dtype=index_type(places))
    position[keys] = np.arange(keys.size)
    if np.count_nonzero(position >= 0) < keys.size:
        raise _twice()
    return lambda wanted: position[wanted]


def _search(keys: Ints) -> Callable[[Ints], NDArray[np.integer]]:
    """Find the same by searching the sorted keys: for cells scattered over a wide box."""
    order = np.argsort(keys, kind="stable").astype(index_type(keys.size))
    ranked = keys[order]
    if (ranked[1:] == ranked[:-1]).any():
        raise _twice()

    def find(wanted: Ints) -> NDArray[np.integer]:
        at = np.minimum(np.searchsorted(ranked, wanted), keys.size - 1)
        return np.where(ranked[at] == wanted, order[at], -1)

    return find


def _twice() -> StudyError:
    return StudyError("A cell of the grid appears twice.", "Give each cell once.")
