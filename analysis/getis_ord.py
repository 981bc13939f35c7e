"""Getis-Ord Gi and Gi*: is the sum around a place larger or smaller than chance makes it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import sparse

from analysis.links import sealed
from geo.errors import StudyError

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Problem:
    """The part of the data that can be computed with, missing places left out.

    `kept` are the values of the `observed` places only, in their old order, and `centered` the
    same less their mean; `weights` is their square CSR matrix, `binary` when it holds ones only;
    `linked` says which have a neighbor.
    """

    observed: Bools
    kept: Floats
    centered: Floats
    weights: sparse.csr_array
    binary: bool
    linked: Bools

    def spread(self, computed: Floats) -> Floats:
        """One number for every place again, NaN where it was missing."""
        if computed.size == self.observed.size:
            return computed
        full = np.full(self.observed.size, np.nan)
        full[self.observed] = computed
        return full

    def row_sums(self, power: int = 1) -> Floats:
        """Sum of each row's weights, each raised to a power first."""
        if self.binary:
            return _sizes(self.weights).astype(np.float64)
        sums: Floats = self.weights**power @ np.ones(self.kept.size)
        return sums


def observe(values: ArrayLike, weights: sparse.csr_array, *, focal: bool) -> Problem:
    """Leave out missing places, with their rows and columns of the weights.

    Parameters
    ----------
    values : array_like, shape (n,)
        NaN or infinite: missing.
    weights : scipy.sparse, shape (n, n)
        Spatial weights, row = focal, column = neighbor.
    focal : bool
        True keeps the self weight and demands one wherever there are neighbors (Gi*);
        False drops it (Gi).

    Raises
    ------
    StudyError
        Shapes differ, a weight is missing or infinite, or a self weight is wanted and absent.
    """
    given = np.asarray(values, dtype=np.float64)
    known = sealed(weights)
    matrix = weights if known else _canonical(weights)
    if given.ndim != 1 or matrix.shape != (given.size, given.size):
        raise StudyError(
            f"{given.size} values do not fit weights of shape {matrix.shape}.",
            "Give one row and one column of weights for each value.",
        )
    binary = known or bool((matrix.data == 1).all())
    if not binary and not np.isfinite(matrix.data).all():
        raise StudyError("A spatial weight is missing or infinite.", "Give finite weights.")
    observed = np.isfinite(given)
    if not observed.all():
        matrix = matrix[observed][:, observed]
        given = given[observed]
    own = np.ones(given.size, dtype=bool) if known else matrix.diagonal() != 0
    others = _sizes(matrix) if binary else (matrix != 0).sum(axis=1)
    linked = others > 1 if own.all() else others > own
    if focal and not own.all() and (linked & ~own).any():
        raise StudyError(
            "Gi* counts each place as its own neighbor, but a self weight is missing.",
            "Add it with analysis.weights.with_self, or ask for Gi.",
        )
    if not focal and own.any():
        matrix = sparse.csr_array(matrix - sparse.diags_array(matrix.diagonal()))
        matrix.eliminate_zeros()
    centered = given - given.sum() / given.size if given.size else given
    if given.size:
        centered -= centered.sum() / given.size  # what rounding left, felt when the mean is huge
    return Problem(observed, given, centered, matrix, binary, linked)


def _canonical(weights: sparse.csr_array) -> sparse.csr_array:
    """Rows sorted and every link once; what is so already is not copied."""
    if not isinstance(weights, sparse.csr_array) or weights.dtype != np.float64:
        weights = sparse.csr_array(weights, dtype=np.float64)
    if not weights.has_canonical_format:
        weights = weights.copy()
        weights.sum_duplicates()
    return weights


def _sizes(matrix: sparse.csr_array) -> NDArray[np.integer]:
    """How many weights each row holds."""
    sizes: NDArray[np.integer] = matrix.indptr[1:] - matrix.indptr[:-1]
    return sizes


def gi_star(values: ArrayLike, weights: sparse.csr_array) -> Floats:
    """Gi* z-scores: each place counts as its own neighbor.

    With ``d = x - mean(x)``, ``s2 = mean(d**2)`` and the row sums ``W``, ``S1`` of the weights and
    of their squares, ``z = sum(w d) / sqrt(s2 (n S1 - W**2) / (n - 1))``.

    Parameters
    ----------
    values : array_like, shape (n,)
        One number a place, any unit. NaN: missing; it takes part in nothing and gets NaN.
    weights : scipy.sparse, shape (n, n)
        Row = focal, column = neighbor, the self weight included. Scaling a row changes nothing.

    Returns
    -------
    ndarray of float64, shape (n,)
        z-scores in the order of `values`. NaN where nothing can be computed: missing, without
        neighbors, neighbor of everything, all values equal.

    Raises
    ------
    StudyError
        Shapes differ, or a place with neighbors has no self weight.

    References
    ----------
    Ord, J. K. and Getis, A. (1995). Local spatial autocorrelation statistics: distributional
    issues and an application. Geographical Analysis 27, 286-306.
    doi:10.1111/j.1538-4632.1995.tb00912.x

    Examples
    --------
    Three places in a row, the first two hot:

    >>> from scipy import sparse
    >>> w = sparse.csr_array([[1, 1, 0], [1, 1, 1], [0, 1, 1]])
    >>> gi_star([5.0, 5.0, 2.0], w).round(4)
    array([ 1.4142,     nan, -0.7071])
    """
    return gi_star_of(observe(values, weights, focal=True))


def gi_star_of(problem: Problem) -> Floats:
    """`gi_star` of data already observed."""
    d, n = problem.centered, problem.centered.size
    if not _varies(problem.kept):
        return problem.spread(np.full(n, np.nan))
    largest = max(d.max(), -d.min())
    if not 1e-100 < largest < 1e100:
        d = d / largest  # squares would leave the range of numbers
    variance = float(np.square(d).mean())
    z: Floats = problem.weights @ d
    if problem.binary:  # a neighborhood's spread follows from its size: one root for each size
        sizes = _sizes(problem.weights)
        size = np.arange(sizes.max() + 1, dtype=np.float64)
        z *= _per_spread(size, size, variance, n).take(sizes)
    else:
        z *= _per_spread(problem.row_sums(), problem.row_sums(2), variance, n)
    if not problem.linked.all():
        z[~problem.linked] = np.nan
    return problem.spread(z)


def _per_spread(total: Floats, squares: Floats, variance: float, n: int) -> Floats:
    """One over the standard deviation of Gi*; NaN where there is none."""
    spread = n * squares - total**2
    able = spread > _ROUNDING * n * squares
    with np.errstate(divide="ignore", invalid="ignore"):
        per: Floats = np.where(able, 1 / np.sqrt(variance * spread / (n - 1)), np.nan)
    return per


def gi(values: ArrayLike, weights: sparse.csr_array) -> Floats:
    """Gi z-scores: the neighbors without the place itself.

    With the mean ``m_i`` and population variance ``s2_i`` of all other places,
    ``z_i = (sum_j w_ij x_j - W_i m_i) / sqrt(s2_i ((n - 1) S1_i - W_i**2) / (n - 2))``, j != i.

    Parameters
    ----------
    values : array_like, shape (n,)
        One number a place, any unit. NaN: missing; it takes part in nothing and gets NaN.
    weights : scipy.sparse, shape (n, n)
        Row = focal, column = neighbor; a self weight is ignored.

    Returns
    -------
    ndarray of float64, shape (n,)
        z-scores in the order of `values`; NaN as in `gi_star`.

    Raises
    ------
    StudyError
        Shapes differ.

    References
    ----------
    Ord and Getis (1995), as in `gi_star`.

    Examples
    --------
    >>> from scipy import sparse
    >>> w = sparse.csr_array([[0, 1, 0, 0], [1, 0, 1, 0], [0, 1, 0, 1], [0, 0, 1, 0]])
    >>> gi([9.0, 8.0, 1.0, 0.0], w).round(4)
    array([ 1.4049,  0.8276, -0.8276, -1.4049])
    """
    problem = observe(values, weights, focal=False)
    d, n = problem.centered, problem.centered.size
    if n < 3 or not _varies(problem.kept):
        return problem.spread(np.full(n, np.nan))
    d = d / max(d.max(), -d.min())
    mean = (d.sum() - d) / (n - 1)
    # The variance of the others, about their own mean: sum(d**2) less what the place takes with it.
    variance = (np.sum(d**2) - d**2) / (n - 1) - mean**2
    total, squares = problem.row_sums(), problem.row_sums(2)
    spread = (n - 1) * squares - total**2
    able = (
        problem.linked
        & (spread > _ROUNDING * (n - 1) * squares)
        & (variance > _ROUNDING * np.mean(d**2))
    )
    with np.errstate(divide="ignore", invalid="ignore"):
        z = (problem.weights @ d - total * mean) / np.sqrt(variance * spread / (n - 2))
    return problem.spread(np.where(able, z, np.nan))


_ROUNDING = 1e-12
"""A variance this small beside its parts is a rounding error, not a variance."""


def _varies(values: Floats) -> bool:
    return values.size > 1 and bool(values.min() < values.max())
