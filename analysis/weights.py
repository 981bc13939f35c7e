"""Spatial weights: who is a neighbor of whom.

All are `scipy.sparse.csr_array`, shape (n, n), row = focal, column = neighbor, in the order of what
was given; indices sorted, no explicit zeros, no self weight (add it with `with_self`). A place
without neighbors is an empty row: an isolate.
"""

import numpy as np
import shapely
from numpy.typing import ArrayLike
from scipy import sparse

from analysis import links
from analysis.distance_weights import distance_band, inverse_distance, k_nearest, kernel
from analysis.grid_weights import Lattice, grid_ring

__all__ = [
    "Lattice",
    "contiguity",
    "distance_band",
    "grid_ring",
    "inverse_distance",
    "k_nearest",
    "kernel",
    "row_standardized",
    "with_self",
]


def contiguity(geometries: ArrayLike, *, rook: bool = False) -> sparse.csr_array:
    """Queen neighbors: polygons that share at least a point; rook: more than points.

    Parameters
    ----------
    geometries : array_like of shapely polygons, shape (n,)
        Any coordinate system; missing or empty shapes become isolates.
    rook : bool
        True: a corner is not enough, they must share a piece of border (or overlap).

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
    >>> contiguity(squares, rook=True).nnz
    0
    """
    shapes = np.asarray(geometries, dtype=object)
    first, second = shapely.STRtree(shapes).query(shapes)
    once = first < second
    first, second = first[once], second[once]
    fresh = shapes[~shapely.is_prepared(shapes)]
    shapely.prepare(shapes)  # a shape meets several others: its edges are sorted but once
    touching = shapely.intersects(shapes[first], shapes[second])
    first, second = first[touching], second[touching]
    shapely.destroy_prepared(fresh)
    if rook:
        one, other = shapes[first], shapes[second]
        beside = shapely.relate_pattern(one, other, "****1****")
        beside |= shapely.relate_pattern(one, other, "T********")
        first, second = first[beside], second[beside]
    return links.symmetric(first, second, shapes.size)


def with_self(weights: sparse.csr_array) -> sparse.csr_array:
    """Count each place as its own neighbor, with weight 1, as Gi* does.

    Where all weights are 1 the arrays of the result cannot be written to: copy it to change it.

    Examples
    --------
    >>> with_self(distance_band([(0, 0), (3, 4)], 5)).toarray().astype(int).tolist()
    [[1, 1], [1, 1]]
    """
    matrix = sparse.csr_array(weights, dtype=np.float64)
    own = matrix.diagonal()
    if own.any():
        matrix = sparse.csr_array(matrix - sparse.diags_array(own))
    n = matrix.shape[0]
    kind = matrix.indices.dtype
    one = (np.ones(n), np.arange(n, dtype=kind), np.arange(n + 1, dtype=kind))
    return links.seal(links.tidy(sparse.csr_array(matrix + sparse.csr_array(one, shape=(n, n)))))


def row_standardized(weights: sparse.csr_array) -> sparse.csr_array:
    """Scale each row to add up to 1; an isolate stays empty. Gi* does not change by it.

    Examples
    --------
    >>> row_standardized(distance_band([(0, 0), (1, 0), (2, 0)], 1)).toarray()[1].tolist()
    [0.5, 0.0, 0.5]
    """
    matrix = sparse.csr_array(weights, dtype=np.float64)
    total = matrix.sum(axis=1)
    share = np.divide(1.0, total, out=np.zeros_like(total), where=total != 0)
    return links.tidy(sparse.csr_array(sparse.diags_array(share) @ matrix))
