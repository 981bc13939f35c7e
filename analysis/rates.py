"""Events against the people they happened among."""

import numpy as np
from numpy.typing import ArrayLike
from scipy import sparse, special

from analysis.getis_ord import Floats
from analysis.significance import two_sided
from geo.errors import StudyError


def rate_per_100k(counts: ArrayLike, population: ArrayLike) -> Floats:
    """Events per 100,000 people (or person-years, when the population is given in those).

    NaN where the count or the population is missing or nobody lives there.

    Examples
    --------
    >>> rate_per_100k([12, 3, 1], [48_000, 0, float("nan")])
    array([25., nan, nan])
    """
    events, people = np.broadcast_arrays(
        np.asarray(counts, dtype=np.float64), np.asarray(population, dtype=np.float64)
    )
    rate = np.full(events.shape, np.nan)
    lived_in = people > 0
    rate[lived_in] = 1e5 * events[lived_in] / people[lived_in]
    return rate


def risk_adjusted_p(counts: ArrayLike, population: ArrayLike, weights: sparse.csr_array) -> Floats:
    """Two-sided p-values of neighborhood counts when everybody runs the same risk.

    Given the total, a neighborhood with the share q of all people holds Binomial(total, q) events.
    The mid-p tail counts half of what is exactly as observed. Unlike Gi* on crude rates it does
    not call small places hot for being small.

    Parameters
    ----------
    counts : array_like, shape (n,)
        Whole numbers >= 0; NaN: missing.
    population : array_like, shape (n,)
        People or person-years, same unit everywhere; NaN or 0: the place takes part in nothing.
    weights : scipy.sparse, shape (n, n)
        Row = focal; whoever has a weight belongs to the neighborhood, so include the self weight.

    Returns
    -------
    ndarray of float64, shape (n,)
        ``min(1, 2 min(upper, lower))``. NaN where the place is missing, its neighborhood holds
        everybody, or there are no events at all.

    Raises
    ------
    StudyError
        Shapes differ, or counts are negative or not whole.

    References
    ----------
    Lancaster, H. O. (1961). Significance tests in discrete distributions. Journal of the American
    Statistical Association 56, 223-234. doi:10.1080/01621459.1961.10482105

    Examples
    --------
    Both events among the first half of the people (tail 1/4, half of it counted, two sides):

    >>> from scipy import sparse
    >>> risk_adjusted_p([2, 0], [50, 50], sparse.eye_array(2).tocsr())
    array([0.25, 0.25])
    """
    held, total, share = _neighborhoods(counts, population, weights)
    p = np.full(held.size, np.nan)
    able = np.isfinite(share) & (share > 0) & (share < 1 - 1e-12) & (total > 0)
    k, q = held[able], share[able]
    # P(X >= k) of the binomial is the incomplete beta function I_q(k, total - k + 1).
    at_least = _binomial_at_least(k, total, q)
    more = _binomial_at_least(k + 1, total, q)
    at_most = _binomial_at_least(total - k, total, 1 - q)
    fewer = _binomial_at_least(total - k + 1, total, 1 - q)
    p[able] = two_sided((at_least + more) / 2, (at_most + fewer) / 2)
    return p


def relative_risk(counts: ArrayLike, population: ArrayLike, weights: sparse.csr_array) -> Floats:
    """Events of each neighborhood over those expected if everybody ran the same risk.

    Parameters and NaN as in `risk_adjusted_p`; above 1 is the hot side.

    Examples
    --------
    >>> from scipy import sparse
    >>> relative_risk([3, 1], [50, 50], sparse.eye_array(2).tocsr())
    array([1.5, 0.5])
    """
    held, total, share = _neighborhoods(counts, population, weights)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio: Floats = held / (total * share)
    return np.where(np.isfinite(share) & (share > 0) & (total > 0), ratio, np.nan)


def _neighborhoods(
    counts: ArrayLike, population: ArrayLike, weights: sparse.csr_array
) -> tuple[Floats, float, Floats]:
    """Events held by each neighborhood, all events, and each neighborhood's share of people."""
    events = np.asarray(counts, dtype=np.float64)
    people = np.asarray(population, dtype=np.float64)
    if events.shape != people.shape or weights.shape != (events.size, events.size):
        raise StudyError(
            "Counts, population and weights do not fit each other.",
            "Give one population and one row of weights for each count.",
        )
    known = np.isfinite(events) & np.isfinite(people) & (people > 0)
    if (events[known] < 0).any() or (events[known] != np.rint(events[known])).any():
        raise StudyError(
            "The test by population needs counts: whole numbers from 0 up.",
            "Leave the population out for amounts such as grams.",
        )
    events, people = np.where(known, events, 0.0), np.where(known, people, 0.0)
    member = sparse.csr_array(weights != 0, dtype=np.float64)
    share = np.full(events.size, np.nan)
    if known.any():
        share[known] = (member @ people)[known] / people.sum()
    return member @ events, float(events.sum()), share


def _binomial_at_least(k: Floats, total: float, q: Floats) -> Floats:
    inside = (k > 0) & (k <= total)
    tail = special.betainc(np.where(inside, k, 1), np.where(inside, total - k + 1, 1), q)
    return np.where(inside, tail, np.where(k <= 0, 1.0, 0.0))
