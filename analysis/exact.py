"""The exact distribution of a neighborhood's sum when counts are shuffled over places."""

from collections.abc import Iterator
from typing import Final, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import sparse

from analysis.getis_ord import Floats, Problem, observe
from geo.errors import StudyError

Null = Literal["total", "conditional"]

_LARGEST_SUM: Final = 2**53  # beyond it a float holds no whole number exactly
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
        else as_given(counts, weights)
    )
    whole = np.rint(problem.kept)
    if (whole < 0).any() or np.abs(whole - problem.kept).max(initial=0) > 1e-9:
        raise StudyError(
            "Exact p-values need counts: whole numbers from 0 up.",
            "Use Pearson III p-values for rates and other values.",
        )
    if whole.sum() >= _LARGEST_SUM:
        raise StudyError(
            "The counts are too large to be added exactly: together 2**53 or more.",
            "Check the column of counts, or use Pearson III p-values.",
        )
    members = members_of(problem)
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


def two_sided(at_least: Floats, at_most: Floats) -> Floats:
    """Twice the smaller tail, at most 1."""
    p: Floats = np.minimum(1.0, 2.0 * np.minimum(at_least, at_most))
    return p


def as_given(counts: ArrayLike, weights: sparse.csr_array) -> Problem:
    """Observed places with the neighborhoods as they are, self weight or not."""
    try:
        return observe(counts, weights, focal=True)
    except StudyError:
        return observe(counts, weights, focal=False)


def whole_draws(counts: NDArray[np.int64], largest: int, max_work: int = MAX_WORK) -> Floats:
    """Table of the sums of 0, 1, ..., `largest` draws without replacement, one a row, not scaled.

    Raises
    ------
    StudyError
        It would take more than `max_work` multiplications.

    Examples
    --------
    Two of three places with 0, 1 and 1 events hold 1 in two of three draws, else 2:

    >>> row = whole_draws(np.array([0, 1, 1]), 2)[2]
    >>> (row / row.sum()).round(3).tolist()
    [0.0, 0.667, 0.333]
    """
    values, times = np.unique(counts, return_counts=True)
    _check_affordable(values, times, largest, "total", max_work)
    return _add_values(_start(largest), values, times, counts.size)


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


def members_of(problem: Problem) -> sparse.csr_array:
    """Neighborhoods as ones, whatever the weight common to a row; refused where a row mixes."""
    if problem.binary:
        return problem.weights
    members = sparse.csr_array(problem.weights, copy=True)
    members.eliminate_zeros()
    filled = np.flatnonzero(np.diff(members.indptr))
    starts = members.indptr[filled]
    if filled.size and not np.allclose(
        np.minimum.reduceat(members.data, starts),
        np.maximum.reduceat(members.data, starts),
        rtol=1e-9,
        atol=0,
    ):
        raise StudyError(
            "These p-values need neighborhoods: a row of the weights mixes different weights.",
            "Use Pearson III p-values for graded weights.",
        )
    members.data[:] = 1.0
    return members


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
