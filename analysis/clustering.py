"""Do like values lie together anywhere on the map: Moran's I and the general G.

Both are sums over pairs of neighbors, ``sum w_ij a_i a_j`` with i != j: of deviations from the mean
for I, of the values themselves for G. Shuffling the values over the places gives their mean and
variance exactly, for any weights, from one formula.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike
from scipy import sparse, special

from analysis.exact import two_sided
from analysis.getis_ord import Floats, observe
from geo.errors import StudyError

PERMUTATIONS: Final = 999
FEWEST: Final = 4
_AT_ONCE: Final = 4_000_000
"""Shuffled values held at a time."""


@dataclass(frozen=True)
class Clustering:
    """One number about the whole map.

    `statistic` and what is `expected` when values are shuffled; `z` with the exact mean and
    variance under shuffling; two-sided p from the normal curve (`p`) and from shuffles
    (`p_shuffled`, NaN when none were asked for); how many `places` took part. All NaN when
    nothing can be computed, and `why_not` says why.
    """

    statistic: float
    expected: float
    z: float
    p: float
    p_shuffled: float
    places: int
    why_not: str = ""


def moran_i(
    values: ArrayLike,
    weights: sparse.csr_array,
    *,
    permutations: int = PERMUTATIONS,
    seed: int = 0,
) -> Clustering:
    """Moran's I: about 1 when neighbors are alike, about 0 by chance, below when they alternate.

    Parameters
    ----------
    values : array_like, shape (n,)
        NaN: missing; left out with its weights.
    weights : scipy.sparse, shape (n, n)
        Any; a self weight is ignored. Row-standardize them for the usual scale of I.
    permutations : int
        Shuffles for `p_shuffled`; 0: none.
    seed : int
        Of the shuffles.

    Returns
    -------
    Clustering

    Raises
    ------
    StudyError
        Shapes differ.

    References
    ----------
    Cliff, A. D. and Ord, J. K. (1981). Spatial Processes: Models and Applications. Pion.

    Examples
    --------
    Two halves of a road, one high, one low:

    >>> road = sparse.diags_array([1.0, 1.0], offsets=[-1, 1], shape=(12, 12), format="csr")
    >>> found = moran_i([9] * 6 + [1] * 6, road)
    >>> round(found.statistic, 3), round(found.expected, 3), found.p < 0.01
    (0.818, -0.091, True)
    """
    problem = observe(values, weights, focal=False)
    d = problem.centered
    return _pair_sum(d, float(np.sum(d**2)), problem.weights, permutations, seed)


def general_g(
    values: ArrayLike,
    weights: sparse.csr_array,
    *,
    permutations: int = PERMUTATIONS,
    seed: int = 0,
) -> Clustering:
    """General G: above its expectation when high values lie together, below when low ones do.

    Parameters and result as in `moran_i`; values must not be negative, as the total is shared out.

    Raises
    ------
    StudyError
        Shapes differ, or a value is negative.

    References
    ----------
    Getis, A. and Ord, J. K. (1992). The analysis of spatial association by use of distance
    statistics. Geographical Analysis 24, 189-206. doi:10.1111/j.1538-4632.1992.tb00261.x

    Examples
    --------
    >>> road = sparse.diags_array([1.0, 1.0], offsets=[-1, 1], shape=(12, 12), format="csr")
    >>> found = general_g([9] * 3 + [1] * 9, road)
    >>> found.statistic > found.expected, round(found.z, 2)
    (True, 2.38)
    """
    problem = observe(values, weights, focal=False)
    x = problem.kept
    if x.size and x.min() < 0:
        raise StudyError("The general G needs values from 0 up.", "Use Moran's I instead.")
    products = float(x.sum() ** 2 - np.sum(x**2))  # of all pairs, both ways
    return _pair_sum(x, products, problem.weights, permutations, seed, shares=True)


def _pair_sum(  # noqa: PLR0913  (one statistic in five numbers, and how to shuffle)
    a: Floats,
    scale: float,
    weights: sparse.csr_array,
    permutations: int,
    seed: int,
    *,
    shares: bool = False,
) -> Clustering:
    n, links = a.size, float(weights.sum())
    why = _why_not(a, weights)
    if why:
        nothing = float("nan")
        return Clustering(nothing, nothing, nothing, nothing, nothing, n, why)
    unit = 1 / scale if shares else n / (links * scale)
    mean, variance = _moments(a, weights)
    found = float(a @ (weights @ a))
    z = (found - mean) / np.sqrt(variance) if variance > 0 else float("nan")
    return Clustering(
        statistic=found * unit,
        expected=mean * unit,
        z=float(z),
        p=float(2 * special.ndtr(-abs(z))),
        p_shuffled=_shuffled(a, weights, found, permutations, seed),
        places=n,
    )


def _why_not(a: Floats, weights: sparse.csr_array) -> str:
    if a.size < FEWEST:
        return f"fewer than {FEWEST} places have a value"
    if a.min() == a.max():
        return "all places hold the same"
    return "" if weights.nnz else "no place has a neighbor"


def _moments(a: Floats, weights: sparse.csr_array) -> tuple[float, float]:
    """Mean and variance of ``sum w_ij a_i a_j`` over all ways to shuffle a.

    Two pairs of places have both, one or no place in common; each kind has its own expected
    product, from the power sums of a, and its own sum of weights (S1, S2 of Cliff and Ord).
    """
    n = a.size
    links = float(weights.sum())
    s1 = float((weights + weights.T).power(2).sum()) / 2
    s2 = float(np.sum((weights.sum(axis=0) + weights.sum(axis=1)) ** 2))
    p1, p2, p3, p4 = (float(np.sum(a**power)) for power in (1, 2, 3, 4))
    pair = (p1**2 - p2) / (n * (n - 1))
    both = (p2**2 - p4) / (n * (n - 1))
    one = (p1**2 * p2 - p2**2 - 2 * p1 * p3 + 2 * p4) / (n * (n - 1) * (n - 2))
    four = p1**4 - 6 * p1**2 * p2 + 8 * p1 * p3 + 3 * p2**2 - 6 * p4
    none = four / (n * (n - 1) * (n - 2) * (n - 3))
    square = s1 * both + (s2 - 2 * s1) * one + (links**2 - s2 + s1) * none
    return links * pair, square - (links * pair) ** 2


def _shuffled(
    a: Floats, weights: sparse.csr_array, found: float, permutations: int, seed: int
) -> float:
    """Two-sided p among shuffles and the map itself, ties in both tails."""
    if permutations < 1:
        return float("nan")
    rng = np.random.default_rng(seed)
    above = below = 0
    tie = 1e-9 * float(np.abs(weights).sum() * np.max(np.abs(a)) ** 2)
    for start in range(0, permutations, step := max(1, _AT_ONCE // a.size)):
        copies = np.repeat(a[:, None], min(step, permutations - start), axis=1)
        maps = rng.permuted(copies, axis=0)
        sums = np.einsum("ij,ij->j", maps, weights @ maps)
        above += int(np.count_nonzero(sums >= found - tie))
        below += int(np.count_nonzero(sums <= found + tie))
    tails = (np.array([count + 1.0]) / (permutations + 1) for count in (above, below))
    return float(two_sided(*tails)[0])
