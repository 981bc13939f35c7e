"""Lists of links made into matrices of spatial weights: tidy, without a needless sort."""

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

Ints = NDArray[np.integer]
Floats = NDArray[np.float64]


def index_type(largest: int) -> type[np.int32] | type[np.int64]:
    """Half the memory where numbers fit: links are read as fast as memory brings them."""
    return np.int32 if largest < 2**31 else np.int64


def directed(focal: Ints, neighbor: Ints, n: int, weight: Floats | None = None) -> sparse.csr_array:
    """Links as they are given, each at most once, in any order; no self weight comes in."""
    other = focal != neighbor
    kind = index_type(max(n, focal.size))
    rows, columns = focal[other].astype(kind), neighbor[other].astype(kind)
    data = np.ones(rows.size) if weight is None else weight[other]
    matrix = sparse.csr_array((data, (rows, columns)), shape=(n, n))
    return tidy(matrix)


def symmetric(first: Ints, second: Ints, n: int, weight: Floats | None = None) -> sparse.csr_array:
    """Pairs, each given once in either order, linked both ways.

    Turning a matrix on its side sorts it: cheaper by half than sorting the rows.
    """
    kind = index_type(max(n, 2 * first.size))
    low, high = np.minimum(first, second).astype(kind), np.maximum(first, second).astype(kind)
    data = np.ones(low.size) if weight is None else weight
    below = sparse.csr_array((data, (low, high)), shape=(n, n)).T.tocsr()
    matrix: sparse.csr_array = below + below.T.tocsr()
    matrix.has_canonical_format = True
    return matrix


def tidy(matrix: sparse.csr_array) -> sparse.csr_array:
    """Rows sorted, each link once, no explicit zeros."""
    matrix.eliminate_zeros()
    matrix.sum_duplicates()
    return matrix


def seal(matrix: sparse.csr_array) -> sparse.csr_array:
    """Keep with tidy neighborhoods, each place in its own, that they are such, where they are.

    What was looked at once need not be read again by all that counts with it: reading a million
    rows takes as long as adding up what they hold. Nothing can be written into a sealed matrix, so
    the seal stays true; a copy and whatever is computed from it carry none.
    """
    if (matrix.data == 1).all() and (matrix.diagonal() != 0).all():
        arrays = (matrix.data, matrix.indices, matrix.indptr)
        for array in arrays:
            array.flags.writeable = False
        setattr(matrix, _SEAL, arrays)
    return matrix


def sealed(matrix: object) -> bool:
    """Whether a matrix is known to hold ones only, every self weight among them, and tidy rows."""
    arrays = getattr(matrix, _SEAL, ())
    if not arrays or not isinstance(matrix, sparse.csr_array):
        return False
    now = (matrix.data, matrix.indices, matrix.indptr)
    return all(a is b and not a.flags.writeable for a, b in zip(arrays, now, strict=True))


_SEAL = "_sealed_arrays"
