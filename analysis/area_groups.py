"""Areas in groups far apart: nobody is made a neighbor across the gap between two groups.

The nearest eight of a county in a state of five would reach into the next state of the study,
however far away it is.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse import csgraph
from scipy.spatial import cKDTree
from scipy.spatial.distance import cdist

from analysis import links, weights
from analysis.far_apart import groups as groups_of_points
from analysis.pixels import Floats

APART: Final = 2.0
"""Times the widths of two areas together between their centers: more is a gap. Between areas that
touch it is about half of it, with two or three areas of their size between them about this."""

Ints = NDArray[np.int64]


def of_areas(points: Floats, width_m: Floats, touching: sparse.csr_array) -> Ints:
    """Tell groups of areas: those that touch, or are near for their size, belong together.

    Parameters
    ----------
    points : ndarray of float64, shape (n, 2)
        Centers in metres.
    width_m : ndarray of float64, shape (n,)
        Root of each area's ground.
    touching : scipy.sparse, shape (n, n)

    Returns
    -------
    ndarray of int64, shape (n,)
        Number of each area's group.

    Examples
    --------
    Three areas of 10 km: the second is 40 km from the first, the third 60 km from the second.

    >>> points = np.array([[0.0, 0.0], [40_000.0, 0.0], [100_000.0, 0.0]])
    >>> of_areas(points, np.full(3, 10_000.0), sparse.csr_array((3, 3))).tolist()
    [0, 0, 1]
    """
    number, label = csgraph.connected_components(touching, directed=False)
    if number > 1:
        most = np.bincount(label).argmax()
        others = np.flatnonzero(label != most)  # near whom, tells all there is
        near = cdist(points[others], points) <= APART * (width_m[others, None] + width_m)
        row, column = np.nonzero(near)
        found = sparse.coo_array((np.ones(row.size), (others[row], column)), shape=touching.shape)
        label = csgraph.connected_components(touching + found, directed=False)[1]
    return np.asarray(label, dtype=np.int64)


def of_cells(points: Floats, cell_m: float) -> Ints:
    """Tell groups of a grid's cells by their centers, shape (n, 2), in metres."""
    return groups_of_points(points, 2 * APART * cell_m)


def nearest_within(points: Floats, group: Ints, k: int) -> sparse.csr_array:
    """Join each area to the k nearest of its group, or to all of it where they are fewer.

    Examples
    --------
    >>> points = np.array([[0.0, 0], [1, 0], [2, 0], [900, 0], [901, 0]])
    >>> nearest_within(points, np.array([0, 0, 0, 1, 1]), 2).toarray().astype(int).tolist()[2:]
    [[1, 1, 0, 0, 0], [0, 0, 0, 0, 1], [0, 0, 0, 1, 0]]
    """
    rows, columns = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
    for here in _members(group):
        if here.size > 1:
            found = weights.k_nearest(points[here], min(k, here.size - 1)).tocoo()
            rows.append(here[found.row])
            columns.append(here[found.col])
    row, column = np.concatenate(rows), np.concatenate(columns)
    return links.directed(row, column, group.size)


def least_band(points: Floats, group: Ints) -> float:
    """Give the least distance at which every area has a neighbor, if its group holds another.

    Examples
    --------
    >>> least_band(np.array([[0.0, 0], [1, 0], [3, 0], [900, 0]]), np.array([0, 0, 0, 1]))
    2.0
    >>> least_band(np.array([[0.0, 0], [900, 0]]), np.array([0, 1]))
    900.0
    """
    several = [here for here in _members(group) if here.size > 1] or [np.arange(group.size)]
    return max(float(cKDTree(points[here]).query(points[here], k=2)[0][:, 1].max())
               for here in several)  # fmt: skip


def across(points: Floats, group: Ints, near: sparse.csr_array) -> tuple[NDArray[np.bool_], float]:
    """Tell which areas have a neighbor in another group, and the farthest of these, in metres."""
    pairs = near.tocoo()
    row, column = pairs.coords
    far = group[row] != group[column]
    affected = np.zeros(group.size, dtype=bool)
    affected[row[far]] = True
    apart = np.hypot(*(points[row[far]] - points[column[far]]).T)
    return affected, float(apart.max(initial=0.0))


def _members(group: Ints) -> list[Ints]:
    """Positions of the members of each group."""
    order = np.argsort(group, kind="stable")
    return np.split(order, np.cumsum(np.bincount(group))[:-1])
