"""Spatial weights: who is a neighbor of whom.

All are `scipy.sparse.csr_array`, shape (n, n), row = focal, column = neighbor, in the order of what
was given; indices sorted, no explicit zeros, no self weight (add it with `with_self`). A place
without neighbors is an empty row: an isolate.
"""

from typing import Literal

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray
from scipy import sparse
from scipy.spatial import cKDTree

from geo.errors import StudyError

Lattice = Literal["square", "hexagon"]


def contiguity(geometries: ArrayLike) -> sparse.csr_array:
    """Queen neighbors: polygons that share at least a point.

    Parameters
    ----------
    geometries : array_like of shapely polygons, shape (n,)
        Any coordinate system; missing or empty shapes become isolates.

    Returns
    -------
    csr_array of float64, shape (n, n)
        1 for neighbors, symmetric.

    Examples
    --------
    Corners count:

    >>> squares = [shapely.box(0, 0, 1, 1), shapely.box(1, 1, 2, 2), shapely.box(5, 5, 6, 6)]
    >>> contiguity(squares).toarray().astype(int).tolist()
    [[0, 1, 0], [1, 0, 0], [0, 0, 0]]
    """
    shapes = np.asarray(geometries, dtype=object)
    focal, neighbor = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    return _from_links(focal, neighbor, shapes.size)


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
    place = place - place.min(axis=0) + radius
    width = int(place[:, 0].max()) + radius + 1
    keys = place[:, 1] * width + place[:, 0]
    order = np.argsort(keys, kind="stable")
    ranked = keys[order]
    if (ranked[1:] == ranked[:-1]).any():
        raise StudyError("A cell of the grid appears twice.", "Give each cell once.")
    focal, neighbor = [], []
    for across in range(-radius, radius + 1):
        for up in range(-radius, radius + 1):
            steps = max(abs(across), abs(up), abs(across + up) if lattice == "hexagon" else 0)
            if 0 < steps <= radius:
                wanted = keys + up * width + across
                at = np.minimum(np.searchsorted(ranked, wanted), n - 1)
                found = np.flatnonzero(ranked[at] == wanted)
                focal.append(found)
                neighbor.append(order[at[found]])
    return _from_links(np.concatenate(focal), np.concatenate(neighbor), n)


def k_nearest(points: ArrayLike, k: int) -> sparse.csr_array:
    """Each point's k nearest other points; not symmetric.

    Parameters
    ----------
    points : array_like, shape (n, 2)
        Easting and northing in metres of a projected coordinate system, never degrees.
    k : int
        1 or more, below n. Coincident points are neighbors at distance 0.

    Returns
    -------
    csr_array of float64, shape (n, n)

    Raises
    ------
    StudyError
        k does not fit the number of points.

    Examples
    --------
    >>> k_nearest([(0, 0), (1, 0), (5, 0)], 1).toarray().astype(int).tolist()
    [[0, 1, 0], [1, 0, 0], [0, 1, 0]]
    """
    place = np.asarray(points, dtype=np.float64).reshape(-1, 2)
    n = len(place)
    if not 1 <= k < n:
        raise StudyError(
            f"{n} places cannot have {k} nearest neighbors each.",
            "Choose fewer neighbors, or a study area with more places.",
        )
    _, near = cKDTree(place).query(place, k=k + 1)
    itself = near == np.arange(n)[:, None]
    # Among more than k coincident points the place itself may be missing: the farthest goes then.
    itself[~itself.any(axis=1), -1] = True
    return _from_links(np.repeat(np.arange(n), k), near[~itself], n)


def distance_band(points: ArrayLike, band_m: float) -> sparse.csr_array:
    """All other points within a distance, the end included.

    Parameters
    ----------
    points : array_like, shape (n, 2)
        Easting and northing in metres of a projected coordinate system, never degrees.
    band_m : float
        Metres. A millionth is added, so that cells exactly this far apart on a grid are in.

    Returns
    -------
    csr_array of float64, shape (n, n)
        1 for neighbors, symmetric. Coincident points are neighbors.

    Raises
    ------
    StudyError
        The band is not above 0.

    Examples
    --------
    >>> distance_band([(0, 0), (3, 4), (9, 9)], 5).toarray().astype(int).tolist()
    [[0, 1, 0], [1, 0, 0], [0, 0, 0]]
    """
    if not band_m > 0:
        raise StudyError("The distance band is not above 0.", "Give a distance in meters.")
    place = np.asarray(points, dtype=np.float64).reshape(-1, 2)
    pairs = cKDTree(place).query_pairs(band_m * (1 + 1e-6), output_type="ndarray")
    focal = np.concatenate([pairs[:, 0], pairs[:, 1]])
    neighbor = np.concatenate([pairs[:, 1], pairs[:, 0]])
    return _from_links(focal, neighbor, len(place))


def with_self(weights: sparse.csr_array) -> sparse.csr_array:
    """Count each place as its own neighbor, with weight 1, as Gi* does.

    Examples
    --------
    >>> with_self(distance_band([(0, 0), (3, 4)], 5)).toarray().astype(int).tolist()
    [[1, 1], [1, 1]]
    """
    matrix = sparse.csr_array(weights, dtype=np.float64)
    off = sparse.csr_array(matrix - sparse.diags_array(matrix.diagonal()))
    return _tidy(sparse.csr_array(off + sparse.eye_array(matrix.shape[0])))


def _from_links(focal: NDArray[np.intp], neighbor: NDArray[np.intp], n: int) -> sparse.csr_array:
    other = focal != neighbor
    ones = np.ones(int(other.sum()))
    return _tidy(sparse.csr_array((ones, (focal[other], neighbor[other])), shape=(n, n)))


def _tidy(matrix: sparse.csr_array) -> sparse.csr_array:
    matrix.eliminate_zeros()
    matrix.sort_indices()
    return matrix
