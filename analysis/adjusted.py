"""The test by population: does a neighborhood hold more events than its share of people."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import sparse, special

from analysis.exact import two_sided
from analysis.getis_ord import Bools, Floats
from analysis.heterogeneity import heterogeneity
from geo.errors import StudyError


def risk_adjusted_p(
    counts: ArrayLike,
    population: ArrayLike,
    weights: sparse.csr_array,
    *,
    phi: float | None = None,
    strata: ArrayLike | None = None,
) -> Floats:
    """Two-sided p-values of neighborhood counts when no neighbors are high or low together.

    Given the total, a neighborhood is expected to hold its share q of the people's events. With
    `phi` = 0 everybody runs the same risk and the count is Binomial(total, q). Else each place has
    a risk of its own, drawn around the common one with variance phi, and the count has the mean
    and variance that follow, read off the negative binomial (or, between, Poisson and binomial)
    curve with these two. The mid-p tail counts half of what is exactly as observed. Unlike Gi* on
    crude rates it does not call small places hot for being small.

    Parameters
    ----------
    counts : array_like, shape (n,)
        Whole numbers >= 0; NaN: missing.
    population : array_like, shape (n,)
        People or person-years, same unit everywhere; NaN or 0: the place takes part in nothing.
    weights : scipy.sparse, shape (n, n)
        Row = focal; whoever has a weight belongs to the neighborhood, so include the self weight.
    phi : float, optional
        Variance of the places' own relative risks; estimated by `own_differences` when not given.
        Where it cannot be, every p is NaN: give 0 to take all differences for chance.
    strata : array_like, shape (n,), optional
        A label for each place, such as its state: shares are then those within the stratum, and a
        hot neighborhood is hot for its state.

    Returns
    -------
    ndarray of float64, shape (n,)
        ``min(1, 2 min(upper, lower))``. NaN where the place is missing, none of its neighbors is
        known, its neighborhood holds everybody, or there are no events at all.

    Raises
    ------
    StudyError
        Shapes differ, counts are negative or not whole, or a population or phi is negative.

    References
    ----------
    Lancaster, H. O. (1961). Significance tests in discrete distributions. Journal of the American
    Statistical Association 56, 223-234. doi:10.1080/01621459.1961.10482105

    Clayton, D. and Kaldor, J. (1987). Empirical Bayes estimates of age-standardized relative risks
    for use in disease mapping. Biometrics 43, 671-681. doi:10.2307/2532003 (risks that differ by a
    gamma law, counts negative binomial).

    Examples
    --------
    Both events among the first half of the people (tail 1/4, half of it counted, two sides):

    >>> from scipy import sparse
    >>> pairs = sparse.csr_array([[1, 1, 0, 0], [1, 1, 0, 0], [0, 0, 1, 1], [0, 0, 1, 1]])
    >>> risk_adjusted_p([1, 1, 0, 0], [25] * 4, pairs, phi=0)
    array([0.25, 0.25, 0.25, 0.25])

    A place alone is no neighborhood, as for Gi*:

    >>> risk_adjusted_p([9, 1, 0, 0], [25] * 4, sparse.eye_array(4).tocsr(), phi=0)
    array([nan, nan, nan, nan])
    """
    if phi is not None and not phi >= 0:
        raise StudyError("The variance of risks is below 0.", "Give 0 or more, or leave it out.")
    held = _neighborhoods(counts, population, weights, strata)
    if phi is None:  # NaN where it cannot be told
        phi = heterogeneity(held.events, held.expected, weights)
    mean = held.row_sums(held.total * held.share)
    chance = held.total * held.share * (1 - held.share)
    # The share of all risk a neighborhood has, when each place's risk varies by phi.
    inside, outside = held.square, np.maximum(held.all_square - held.square, 0)
    varied = (1 - held.share) ** 2 * inside + held.share**2 * outside
    spread = held.row_sums(chance + phi * held.total * np.maximum(held.total - 1, 0) * varied)
    p = np.full(mean.size, np.nan)
    able = held.known & ~held.alone & (mean > 0) & (spread > 1e-12 * mean)
    k, m, v = held.near[able], mean[able], spread[able]
    at_least = (_at_least(k, m, v) + _at_least(k + 1, m, v)) / 2
    at_most = (_at_most(k, m, v) + _at_most(k - 1, m, v)) / 2
    p[able] = two_sided(at_least, at_most)
    return p


def own_differences(
    counts: ArrayLike,
    population: ArrayLike,
    weights: sparse.csr_array,
    *,
    strata: ArrayLike | None = None,
) -> float:
    """Estimate phi, the variance of places' own relative risks, as `risk_adjusted_p` does.

    Examples
    --------
    >>> from scipy import sparse
    >>> road = sparse.diags_array([1.0, 1.0], offsets=[-1, 1], shape=(60, 60), format="csr")
    >>> own_differences([3] * 60, [1000] * 60, road)
    0.0
    """
    held = _neighborhoods(counts, population, weights, strata)
    return heterogeneity(held.events, held.expected, weights)


def relative_risk(
    counts: ArrayLike,
    population: ArrayLike,
    weights: sparse.csr_array,
    *,
    strata: ArrayLike | None = None,
) -> Floats:
    """Events of each neighborhood over those expected if everybody ran the same risk.

    Parameters as in `risk_adjusted_p`; above 1 is the hot side. NaN where the place is missing or
    nothing is expected; a place alone has its own ratio, though no p.

    Examples
    --------
    >>> from scipy import sparse
    >>> relative_risk([3, 1], [50, 50], sparse.eye_array(2).tocsr())
    array([1.5, 0.5])
    """
    held = _neighborhoods(counts, population, weights, strata)
    mean = held.row_sums(held.total * held.share)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio: Floats = held.near / mean
    return np.where(held.known & (mean > 0), ratio, np.nan)


@dataclass(frozen=True, eq=False)
class _Neighborhoods:
    """What neighborhoods hold; one entry for each stratum a neighborhood reaches into.

    Of places: `known`, `alone` (no other known place is near), `events`, `expected`, `near` (events
    of the neighborhood). Of entries:
    `total` events of the stratum, `share` of its people that live in the neighborhood, `square`
    and `all_square` (places' squared shares, added over the neighborhood and the stratum).
    """

    known: Bools
    alone: Bools
    events: Floats
    expected: Floats
    near: Floats
    entries: sparse.csr_array
    total: Floats
    share: Floats
    square: Floats
    all_square: Floats

    def row_sums(self, values: Floats) -> Floats:
        """Add entries up by neighborhood."""
        rows = np.repeat(np.arange(self.known.size), np.diff(self.entries.indptr))
        sums: Floats = np.bincount(rows, values, minlength=self.known.size).astype(np.float64)
        return sums


def _neighborhoods(
    counts: ArrayLike, population: ArrayLike, weights: sparse.csr_array, strata: ArrayLike | None
) -> _Neighborhoods:
    events = np.asarray(counts, dtype=np.float64)
    people = np.asarray(population, dtype=np.float64)
    label = np.zeros(events.size) if strata is None else np.asarray(strata)
    if not (events.shape == people.shape == label.shape) or weights.shape != 2 * events.shape:
        raise StudyError(
            "Counts, population and weights do not fit each other.",
            "Give one population and one row of weights for each count.",
        )
    if (people < 0).any():
        raise StudyError("A population is below 0.", "Give people or person-years, 0 or more.")
    known = np.isfinite(events) & np.isfinite(people) & (people > 0)
    if (events[known] < 0).any() or (events[known] != np.rint(events[known])).any():
        raise StudyError(
            "The test by population needs counts: whole numbers from 0 up.",
            "Leave the population out for amounts such as grams.",
        )
    events, people = np.where(known, events, 0.0), np.where(known, people, 0.0)
    kinds, stratum = np.unique(label, return_inverse=True)
    residents = np.bincount(stratum, people, minlength=kinds.size)
    happened: Floats = np.bincount(stratum, events, minlength=kinds.size).astype(np.float64)
    share = np.divide(people, residents[stratum], out=np.zeros_like(people), where=known)
    member = sparse.csr_array(weights != 0, dtype=np.float64)
    places = np.arange(events.size)

    def reach(values: Floats) -> sparse.csr_array:
        by_stratum = sparse.csr_array((values, (places, stratum)), shape=(events.size, kinds.size))
        reached: sparse.csr_array = member @ by_stratum
        reached.sort_indices()
        return reached

    near = member @ known.astype(np.float64)
    others = near - np.where(known & (member.diagonal() > 0), 1.0, 0.0)
    entries, squares = reach(share), reach(share**2)
    return _Neighborhoods(
        known=known,
        alone=others == 0,
        events=np.where(known, events, np.nan),
        expected=happened[stratum] * share,
        near=member @ events,
        entries=entries,
        total=happened[entries.indices],
        share=np.minimum(entries.data, 1.0),
        square=squares.data,
        all_square=np.bincount(stratum, share**2, minlength=kinds.size)[entries.indices],
    )


# Curves with a given mean and variance: negative binomial when the variance is the larger one,
# Poisson when they are equal, binomial (with a whole number of trials or not) when it is smaller.


def _at_least(k: Floats, mean: Floats, variance: Floats) -> Floats:
    """P(X >= k) on the curve with this mean and variance."""
    wide, narrow, size, chance = _curve(mean, variance)
    some = np.maximum(k, 1)
    tail = special.gammainc(some, mean)
    tail[wide] = special.betainc(some[wide], size[wide], 1 - chance[wide])
    left = size[narrow] - k[narrow] + 1
    inside = special.betainc(some[narrow], np.maximum(left, 1e-9), chance[narrow])
    tail[narrow] = np.where(left > 1e-9, inside, 0.0)
    return np.where(k <= 0, 1.0, tail)


def _at_most(k: Floats, mean: Floats, variance: Floats) -> Floats:
    """P(X <= k), computed by itself so that it is exact when small."""
    wide, narrow, size, chance = _curve(mean, variance)
    some = np.maximum(k, 0)
    tail = special.gammaincc(some + 1, mean)
    tail[wide] = special.betainc(size[wide], some[wide] + 1, chance[wide])
    left = size[narrow] - some[narrow]
    inside = special.betainc(np.maximum(left, 1e-9), some[narrow] + 1, 1 - chance[narrow])
    tail[narrow] = np.where(left > 1e-9, inside, 1.0)
    return np.where(k < 0, 0.0, tail)


def _curve(mean: Floats, variance: Floats) -> tuple[Bools, Bools, Floats, Floats]:
    """Which curve, its number of trials (or failures), and the chance of each."""
    excess = variance - mean
    wide, narrow = excess > 1e-9 * mean, excess < -1e-9 * mean
    size = mean**2 / np.where(wide | narrow, np.abs(excess), 1.0)
    chance = np.where(wide, mean / variance, np.minimum(mean / np.maximum(size, 1e-300), 1.0))
    return wide, narrow, size, chance
