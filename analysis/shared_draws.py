"""Permutation p-values from one table of draws that all places share."""

from collections.abc import Iterator
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import sparse

from analysis.exact import Null, as_given, members_of, two_sided
from analysis.getis_ord import Floats, observe
from geo.errors import StudyError

DRAWS: Final = 99_999
MAX_NUMBERS: Final = 100_000_000
"""Random numbers a table of draws may take: 400 MB, a second or two."""

_TIE: Final = 1e-9
"""Sums this near, in units of the farthest value, are equal but for rounding."""

Ints = NDArray[np.int64]


def shared_draw_p(
    values: ArrayLike,
    weights: sparse.csr_array,
    null: Null = "total",
    *,
    draws: int = DRAWS,
    seed: int = 0,
) -> Floats:
    """Two-sided permutation p-values of neighborhood sums, for values of any kind.

    Places with equally many neighbors face the same null distribution, so it is drawn once for
    all of them instead of once for each: a hundred times the draws in less time.

    Parameters
    ----------
    values : array_like, shape (n,)
        Counts, rates, amounts; NaN: missing, takes part in nothing, gets NaN.
    weights : scipy.sparse, shape (n, n)
        Row = focal. In each row all weights that are not zero must be equal: a neighborhood.
    null : {"total", "conditional"}
        "total" shuffles all values. "conditional" leaves the place's own where it is and shuffles
        the others: draws that hold the place are left out for it, which makes it exact.
    draws : int
        Shuffles; the smallest p is 2 / (draws + 1).
    seed : int
        The same seed gives the same p-values.

    Returns
    -------
    ndarray of float64, shape (n,)
        ``min(1, 2 min(P>=, P<=))``, each tail ``(c + 1) / (R + 1)`` with ties in both, so never 0.
        NaN where `gi_star` is NaN.

    Raises
    ------
    StudyError
        A row mixes weights, or the table would be too large (use `pearson3_p`).

    References
    ----------
    Phipson, B. and Smyth, G. K. (2010). Permutation p-values should never be zero. Statistical
    Applications in Genetics and Molecular Biology 9, 39. doi:10.2202/1544-6115.1585

    Examples
    --------
    One event in four places; a pair of them holds it in half of all shuffles:

    >>> from scipy import sparse
    >>> pairs = sparse.csr_array([[1, 1, 0, 0], [1, 1, 0, 0], [0, 0, 1, 1], [0, 0, 1, 1]])
    >>> shared_draw_p([0.5, 0, 0, 0], pairs, draws=9_999).round(1)
    array([1., 1., 1., 1.])
    """
    if null not in ("total", "conditional"):
        raise StudyError("The null is not known.", "Choose 'total' or 'conditional'.")
    problem = (
        observe(values, weights, focal=False)
        if null == "conditional"
        else as_given(values, weights)
    )
    n = problem.kept.size
    members = members_of(problem)
    sizes = np.diff(members.indptr)
    able = problem.linked & (sizes < n - (null == "conditional")) & (sizes > 0)
    far = np.abs(problem.centered).max(initial=0)
    at_least, at_most = np.full((2, n), np.nan)
    if able.any() and problem.kept.min() < problem.kept.max():
        d = problem.centered / far
        held = members @ d
        largest = int(sizes[able].max())
        table = _table(n, largest, draws, np.random.default_rng(seed))
        for size, sums in _sums(d, table, np.flatnonzero(np.bincount(sizes[able]))):
            here = np.flatnonzero(able & (sizes == size))
            ranks = _ranks(held[here], sums)
            if null == "conditional":
                ranks -= _own_draws(held, table[:size], sums)[:, here]
            above, below, number = ranks
            at_least[here] = (above + 1) / (number + 1)
            at_most[here] = (below + 1) / (number + 1)
    return problem.spread(two_sided(at_least, at_most))


def _table(n: int, largest: int, draws: int, rng: np.random.Generator) -> Ints:
    """Draws without replacement, one a column: row j is the j-th place drawn.

    A shuffle of all places cut into pieces gives many draws, and nothing needs drawing twice.
    """
    pieces = n // largest
    shuffles = -(-draws // pieces)
    if shuffles * n > MAX_NUMBERS:
        raise StudyError(
            "The neighborhoods are too large for a table of draws.",
            "Use Pearson III p-values, or fewer draws.",
        )
    kind = np.int32 if n < 2**31 else np.int64
    table = np.empty((largest, shuffles * pieces), dtype=kind)
    places = np.arange(n, dtype=kind)
    for at in range(shuffles):
        drawn = rng.permutation(places)[: pieces * largest]
        table[:, at * pieces : (at + 1) * pieces] = drawn.reshape(largest, pieces)
    return table[:, :draws]


def _sums(d: Floats, table: Ints, sizes: Ints) -> Iterator[tuple[int, Floats]]:
    """For each size of neighborhood, the sum of each draw's first so many places."""
    running, done = np.zeros(table.shape[1]), 0
    for size in sizes.tolist():
        for row in table[done:size]:
            running += d[row]
        done = size
        yield size, running


def _ranks(held: Floats, sums: Floats) -> Floats:
    """How many sums are at least, and at most, what each place holds, and of how many.

    Sums of counts repeat: what is searched are the few different ones.
    """
    ranked = np.sort(sums)
    fresh = np.flatnonzero(np.diff(np.floor(ranked / _TIE))) + 1
    first = np.concatenate([[0], fresh, [ranked.size]])  # of each group of equal sums; one behind
    least, most = ranked[first[:-1]], ranked[first[1:] - 1]
    behind = np.searchsorted(least, held + _TIE, side="right")
    below = first[behind]
    lowest = held - _TIE
    while (tied := (behind > 0) & (most[behind - 1] >= lowest)).any():  # three times at most
        behind -= tied
    return np.array([ranked.size - first[behind], below, np.full(held.size, ranked.size)], float)


def _own_draws(held: Floats, drawn: Ints, sums: Floats) -> Floats:
    """Find the same among the draws that hold the place itself."""
    n = held.size
    own = np.zeros((3, n))
    for place in drawn:
        own[0] += np.bincount(place, sums >= held[place] - _TIE, minlength=n)
        own[1] += np.bincount(place, sums <= held[place] + _TIE, minlength=n)
        own[2] += np.bincount(place, minlength=n)
    return own
