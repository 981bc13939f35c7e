"""How surprising a neighborhood's sum is, and how many surprises to believe."""

from collections.abc import Iterator
from typing import Final, Literal

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy import sparse, special

from analysis.getis_ord import Floats, Problem, gi_star_of, observe
from geo.errors import StudyError

Null = Literal["total", "conditional"]

CLASS_LIMITS: Final = (0.10, 0.05, 0.01)
"""Largest q-value of classes 1, 2 and 3: 90, 95 and 99 % confidence."""

MAX_WORK: Final = 400_000_000
"""Multiplications a table of exact tails may cost: about half a second."""


def exact_p(
    counts: ArrayLike,
    weights: sparse.csr_array,
    null: Null = "total",
    *,
    max_work: int = MAX_WORK,
) -> Floats:
    """Two-sided exact p-values of neighborhood sums when counts are shuffled over places.

    A neighborhood of k places holds a sum of k draws without replacement from all counts. Its
    distribution is built count by count, once for every k, so ties and zeros are treated exactly.

    Parameters
    ----------
    counts : array_like, shape (n,)
        Whole numbers >= 0; NaN: missing, takes part in nothing, gets NaN.
    weights : scipy.sparse, shape (n, n)
        Row = focal. In each row all weights that are not zero must be equal: a neighborhood.
    null : {"total", "conditional"}
        "total" shuffles all counts; the neighborhood is as given, self included for Gi*.
        "conditional" leaves the place's own count where it is and shuffles the others; a self
        weight is ignored, so Gi and Gi* have the same p.
    max_work : int
        Refuse when the tables would take more multiplications than this.

    Returns
    -------
    ndarray of float64, shape (n,)
        ``min(1, 2 min(P(S >= s), P(S <= s)))``; never 0. NaN where `gi_star` would be NaN.

    Raises
    ------
    StudyError
        Counts are negative or not whole, a row mixes weights, or the tables are too large
        (use `pearson3_p`).

    Examples
    --------
    One event in four places; a neighborhood of two holds it in half of all shuffles:

    >>> from scipy import sparse
    >>> pairs = sparse.csr_array([[1, 1, 0, 0], [1, 1, 0, 0], [0, 0, 1, 1], [0, 0, 1, 1]])
    >>> exact_p([1, 0, 0, 0], pairs)
    array([1., 1., 1., 1.])
    >>> exact_tails([1, 0, 0, 0], pairs)[0]
    array([0.5, 0.5, 1. , 1. ])
    """
    at_least, at_most = exact_tails(counts, weights, null, max_work=max_work)
    return two_sided(at_least, at_most)


def exact_tails(
    counts: ArrayLike,
    weights: sparse.csr_array,
    null: Null = "total",
    *,
    max_work: int = MAX_WORK,
) -> tuple[Floats, Floats]:
    """P(S >= s) and P(S <= s) of each neighborhood sum s; see `exact_p`."""
    if null not in ("total", "conditional"):
        raise StudyError("The null is not known.", "Choose 'total' or 'conditional'.")
    problem = (
        observe(counts, weights, focal=False)
        if null == "conditional"
        else _as_given(counts, weights)
    )
    whole = np.rint(problem.kept)
    if (whole < 0).any() or np.abs(whole - problem.kept).max(initial=0) > 1e-9:
        raise StudyError(
            "Exact p-values need counts: whole numbers from 0 up.",
            "Use Pearson III p-values for rates and other values.",
        )
    members = sparse.csr_array(problem.weights, copy=True)
    members.eliminate_zeros()
    _check_equal_in_rows(members)
    members.data[:] = 1.0
    sizes = np.diff(members.indptr).astype(np.int64)
    sums = np.rint(members @ whole).astype(np.int64)
    own = whole.astype(np.int64)
    n = own.size
    pool = n - (null == "conditional")
    able = problem.linked & (sizes < pool) & (sizes > 0)
    at_least, at_most = np.full((2, n), np.nan)
    if able.any() and own.min() < own.max():
        largest = int(sizes[able].max())
        values, times = np.unique(own, return_counts=True)
        _check_affordable(values, times, largest, null, max_work)
        if null == "total":
            table = _add_values(_start(largest), values, times, n)
            at_least[able], at_most[able] = _tails(table, sizes[able], sums[able])
        else:
            for left_out, table in _leave_one_out(_start(largest), values, times, n):
                here = able & (own == left_out)
                at_least[here], at_most[here] = _tails(table, sizes[here], sums[here])
    return problem.spread(at_least), problem.spread(at_most)


def pearson3_p(values: ArrayLike, weights: sparse.csr_array) -> Floats:
    """Two-sided p-values of Gi* from its mean, variance and skewness under shuffling.

    The Gi* z-score has mean 0, variance 1 and, when values are shuffled over places, the exact
    skewness below; a Pearson type III (shifted gamma) curve with these three is read off on both
    sides. With no skewness it is the normal curve. Where z lies beyond the end of the curve the
    normal tail is used, which is heavier.

    Parameters
    ----------
    values : array_like, shape (n,)
        NaN: missing.
    weights : scipy.sparse, shape (n, n)
        Any weights, self weight included.

    Returns
    -------
    ndarray of float64, shape (n,)
        NaN where `gi_star` is NaN.

    References
    ----------
    With ``wb = W / n`` and row sums ``S1``, ``S3`` of squared and cubed weights, the third moment
    of the sum is ``n / ((n - 1)(n - 2)) (S3 - 3 wb S1 + 3 wb**2 W - n wb**3) sum(d**3)``: the
    third moment of a linear permutation statistic (Hoeffding 1951, doi:10.1214/aoms/1177729548).

    Examples
    --------
    >>> from scipy import sparse
    >>> row = sparse.diags_array([1.0, 1.0, 1.0], offsets=[-1, 0, 1], shape=(40, 40), format="csr")
    >>> counts = [0] * 30 + [4, 5, 4] + [0, 1] * 3 + [0]
    >>> print(f"{pearson3_p(counts, row)[31]:.4f}, exactly {exact_p(counts, row)[31]:.4f}")
    0.0009, exactly 0.0002
    """
    problem = observe(values, weights, focal=True)
    z = gi_star_of(problem)
    n = problem.kept.size
    if n < 3 or not np.isfinite(z).any():
        return np.full(z.size, np.nan)
    d = problem.centered / np.abs(problem.centered).max()
    total, squares, cubes = (problem.row_sums(power) for power in (1, 2, 3))
    wb = total / n
    third = (cubes - 3 * wb * squares + 3 * wb**2 * total - n * wb**3) * np.sum(d**3)
    third *= n / ((n - 1) * (n - 2))
    variance = np.mean(d**2) * (n * squares - total**2) / (n - 1)
    with np.errstate(divide="ignore", invalid="ignore"):
        skewness = problem.spread(third / variance**1.5)
    return two_sided(_pearson3_above(z, skewness), _pearson3_above(-z, -skewness))


def two_sided(at_least: Floats, at_most: Floats) -> Floats:
    """Twice the smaller tail, at most 1."""
    p: Floats = np.minimum(1.0, 2.0 * np.minimum(at_least, at_most))
    return p


def fdr(p: ArrayLike, method: Literal["bh", "by"] = "bh") -> Floats:
    """q-values: the smallest false discovery rate at which each p-value is still believed.

    Parameters
    ----------
    p : array_like, shape (n,)
        NaN: not tested; stays NaN and does not count as a test.
    method : {"bh", "by"}
        Benjamini-Hochberg step-up, or Benjamini-Yekutieli, valid under any dependence.

    Returns
    -------
    ndarray of float64, shape (n,)
        In the order of `p`, never smaller than it.

    Raises
    ------
    StudyError
        A p-value lies outside 0..1 or the method is not known.

    References
    ----------
    Benjamini, Y. and Hochberg, Y. (1995). JRSS B 57, 289-300.
    doi:10.1111/j.2517-6161.1995.tb02031.x
    Benjamini, Y. and Yekutieli, D. (2001). Annals of Statistics 29, 1165-1188.
    doi:10.1214/aos/1013699998

    Examples
    --------
    >>> fdr([0.01, float("nan"), 0.02, 0.5])
    array([0.03,  nan, 0.03, 0.5 ])
    """
    if method not in ("bh", "by"):
        raise StudyError("The correction is not known.", "Choose 'bh' or 'by'.")
    given = np.asarray(p, dtype=np.float64)
    tested = np.isfinite(given)
    tests = given[tested]
    if ((tests < 0) | (tests > 1)).any() or np.isinf(given).any():
        raise StudyError("A p-value lies outside 0 to 1.", "Give p-values.")
    m = tests.size
    order = np.argsort(tests, kind="stable")
    penalty = np.sum(1.0 / np.arange(1, m + 1)) if method == "by" else 1.0
    steps = tests[order] * (m * penalty / np.arange(1, m + 1))
    q = np.full(given.shape, np.nan)
    believed = np.empty(m)
    believed[order] = np.minimum(1.0, np.minimum.accumulate(steps[::-1])[::-1])
    q[tested] = believed
    return q


def classes(z: ArrayLike, q: ArrayLike) -> pd.arrays.IntegerArray:
    """Confidence classes: +-1, 2, 3 for hot or cold at 90, 95, 99 %, 0 for neither.

    Parameters
    ----------
    z : array_like, shape (n,)
        Above 0: hot side; below: cold side.
    q : array_like, shape (n,)
        q-values (or p-values where no correction is wanted).

    Returns
    -------
    pandas IntegerArray (Int8), shape (n,)
        NA where z or q is missing.

    Examples
    --------
    >>> classes([4.0, 2.5, -3.0, 1.0, float("nan")], [0.001, 0.06, 0.04, 0.5, 0.5]).tolist()
    [3, 1, -2, 0, <NA>]
    """
    score, chance = np.asarray(z, dtype=np.float64), np.asarray(q, dtype=np.float64)
    missing = np.isnan(score) | np.isnan(chance)
    level = np.sum([chance <= limit for limit in CLASS_LIMITS], axis=0)
    signed = np.where(missing, 0, np.sign(score) * level).astype(np.int8)
    return pd.arrays.IntegerArray(signed, missing)


def _as_given(counts: ArrayLike, weights: sparse.csr_array) -> Problem:
    """Observed places with the neighborhoods as they are, self weight or not."""
    try:
        return observe(counts, weights, focal=True)
    except StudyError:
        return observe(counts, weights, focal=False)


def _pearson3_above(z: Floats, skewness: Floats) -> Floats:
    """P(Z >= z) of a standardized Pearson III variable."""
    normal: Floats = special.ndtr(-z)
    skewed = np.abs(skewness) > 1e-6  # flatter than this it cannot be told from the normal curve
    steepness = np.where(skewed, np.abs(skewness), 1.0)
    shape = 4.0 / steepness**2
    toward_end = np.where(skewness > 0, z, -z)
    at = shape + 2.0 * toward_end / steepness
    inside = at > 0
    at = np.where(inside, at, 1.0)
    gamma = np.where(skewness > 0, special.gammaincc(shape, at), special.gammainc(shape, at))
    # Beyond its end the curve knows no mass: heavier normal tail there, and its complement.
    above: Floats = np.where(skewed & inside, gamma, normal)
    return above


# The table of exact tails: row j, column s holds the weight of all ways in which j draws sum to s,
# times j! / n**j, which keeps every row within floating point range. All terms are positive, so
# nothing cancels; each row is divided by its sum in the end.


def _start(largest: int) -> Floats:
    table = np.zeros((largest + 1, 1))
    table[0, 0] = 1.0
    return table


def _add_values(
    table: Floats, values: NDArray[np.int64], times: NDArray[np.int64], n: int
) -> Floats:
    """Offer these values, each so many times, to the draws."""
    largest = table.shape[0] - 1
    draws = np.arange(largest + 1)
    for value, repeats in zip(values.tolist(), times.tolist(), strict=True):
        most = min(largest, repeats)
        wider = np.zeros((largest + 1, table.shape[1] + most * value))
        factor = np.ones(largest + 1)
        for i in range(most + 1):
            shifted = slice(i * value, i * value + table.shape[1])
            wider[i:, shifted] += factor[i:, None] * table[: largest + 1 - i]
            factor = factor * np.maximum(draws - i, 0) / (i + 1) * ((repeats - i) / n)
        reachable = np.flatnonzero(wider.any(axis=0))
        table = wider[:, : int(reachable[-1]) + 1]
    return table


def _leave_one_out(
    table: Floats, values: NDArray[np.int64], times: NDArray[np.int64], n: int
) -> Iterator[tuple[int, Floats]]:
    """For each value, the table of all places but one that has it.

    Halves are shared: each is offered once to all values of the other half.
    """
    if values.size == 1:
        yield int(values[0]), _add_values(table, values, times - 1, n)
        return
    half = values.size // 2
    yield from _leave_one_out(
        _add_values(table, values[half:], times[half:], n), values[:half], times[:half], n
    )
    yield from _leave_one_out(
        _add_values(table, values[:half], times[:half], n), values[half:], times[half:], n
    )


def _tails(
    table: Floats, sizes: NDArray[np.int64], sums: NDArray[np.int64]
) -> tuple[Floats, Floats]:
    at_least, at_most = np.empty((2, sizes.size))
    for size in np.unique(sizes):
        here = sizes == size
        chance = table[size] / table[size].sum()
        at_most[here] = np.cumsum(chance)[sums[here]]
        at_least[here] = np.cumsum(chance[::-1])[::-1][sums[here]]
    return np.minimum(at_least, 1.0), np.minimum(at_most, 1.0)


def _check_equal_in_rows(members: sparse.csr_array) -> None:
    filled = np.flatnonzero(np.diff(members.indptr))
    starts = members.indptr[filled]
    if filled.size and not np.allclose(
        np.minimum.reduceat(members.data, starts),
        np.maximum.reduceat(members.data, starts),
        rtol=1e-9,
        atol=0,
    ):
        raise StudyError(
            "Exact p-values need neighborhoods: a row of the weights mixes different weights.",
            "Use Pearson III p-values for graded weights.",
        )


def _check_affordable(
    values: NDArray[np.int64], times: NDArray[np.int64], largest: int, null: Null, max_work: int
) -> None:
    """Refuse tables that would take too long or too much memory."""
    reach = np.cumsum(np.minimum(times, largest) * values.astype(np.float64))
    reach = np.minimum(reach, float(largest) * values) + 1
    work = float(np.sum((np.minimum(times, largest) + 1) * reach * (largest + 1)))
    if null == "conditional":
        work *= max(1.0, np.log2(values.size)) + 1
    if work > max_work:
        raise StudyError(
            "The counts or neighborhoods are too large for exact p-values.",
            "Use Pearson III p-values, which are close for large counts.",
        )
