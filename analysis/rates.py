"""Events against the people they happened among: rates, and the doors to tests by population."""

import numpy as np
from numpy.typing import ArrayLike
from scipy import sparse

from analysis.adjusted import own_differences, relative_risk, risk_adjusted_p
from analysis.getis_ord import Floats
from geo.errors import StudyError

__all__ = [
    "empirical_bayes",
    "own_differences",
    "rate_per_100k",
    "relative_risk",
    "risk_adjusted_p",
]


def rate_per_100k(counts: ArrayLike, population: ArrayLike) -> Floats:
    """Events per 100,000 people (or person-years, when the population is given in those).

    NaN where the count or the population is missing or nobody lives there.

    Raises
    ------
    StudyError
        A count or a population is below 0.

    Examples
    --------
    >>> rate_per_100k([12, 3, 1], [48_000, 0, float("nan")])
    array([25., nan, nan])
    """
    events, people = np.broadcast_arrays(
        np.asarray(counts, dtype=np.float64), np.asarray(population, dtype=np.float64)
    )
    _refuse_negative(events, people)
    rate = np.full(events.shape, np.nan)
    lived_in = people > 0
    rate[lived_in] = 1e5 * events[lived_in] / people[lived_in]
    return rate


def empirical_bayes(
    counts: ArrayLike, population: ArrayLike, weights: sparse.csr_array | None = None
) -> Floats:
    """Rates per 100,000 pulled toward the mean where few people make them swing.

    A place's rate and the mean rate m are averaged: the place's own share is A / (A + m / people),
    with A the variance of rates beyond chance. Where nothing is beyond chance all rates are m.

    Parameters
    ----------
    counts, population : array_like, shape (n,)
        NaN or nobody: missing.
    weights : scipy.sparse, shape (n, n), optional
        Take mean and variance from each place's neighborhood (include the self weight) instead of
        from all places.

    Returns
    -------
    ndarray of float64, shape (n,)
        NaN where missing.

    Raises
    ------
    StudyError
        Shapes differ, or a count or a population is below 0.

    References
    ----------
    Marshall, R. J. (1991). Mapping disease and mortality rates using empirical Bayes estimators.
    Applied Statistics 40, 283-294. doi:10.2307/2347593

    Examples
    --------
    One death in a village of 100 says little beside a city's:

    >>> empirical_bayes([1, 500, 300], [100, 1_000_000, 1_000_000]).round()
    array([43., 50., 30.])
    """
    events, people = np.asarray(counts, dtype=np.float64), np.asarray(population, dtype=np.float64)
    n = events.size
    if events.shape != people.shape or (weights is not None and weights.shape != (n, n)):
        raise StudyError(
            "Counts, population and weights do not fit each other.",
            "Give one population and one row of weights for each count.",
        )
    _refuse_negative(events, people)
    known = np.isfinite(events) & np.isfinite(people) & (people > 0)
    events, people = np.where(known, events, 0.0), np.where(known, people, 0.0)
    around = sparse.csr_array(np.ones((1, n))) if weights is None else weights != 0
    member = sparse.csr_array(around, dtype=np.float64)
    smooth = np.full(n, np.nan)
    if not known.any():
        return smooth
    rate = np.divide(events, people, out=np.zeros(n), where=known)
    residents = member @ people
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = member @ events / residents
        # Squares about the mean of a neighborhood, less what chance alone makes of it.
        squares = member @ (people * rate**2) / residents - mean**2
        beyond = np.maximum(squares - mean * (member @ known.astype(np.float64)) / residents, 0)
        mean, beyond = np.broadcast_to(mean, n)[known], np.broadcast_to(beyond, n)[known]
        own = beyond / (beyond + mean / people[known])
    smooth[known] = 1e5 * np.where(mean > 0, mean + own * (rate[known] - mean), 0.0)
    return smooth


def _refuse_negative(events: Floats, people: Floats) -> None:
    """Refuse what cannot be: fewer than no events, or fewer than nobody."""
    if (events < 0).any():
        raise StudyError("A count is below 0.", "Give counts from 0 up; leave missing ones empty.")
    if (people < 0).any():
        raise StudyError("A population is below 0.", "Give people or person-years, 0 or more.")
