"""How much risk differs from one place to the next by itself, clusters left aside.

Real places never run quite the same risk. A test that takes every difference for chance calls
hundreds of counties hot and hundreds cold; what it should ask is whether *neighbors* are high
together, more than places differ anyway.
"""

from typing import Final

import numpy as np
from numpy.typing import ArrayLike
from scipy import sparse

from analysis.getis_ord import Floats
from geo.errors import StudyError

ROUNDS: Final = 50
SETTLED: Final = 1e-6
FEWEST_PAIRS: Final = 3
"""With fewer pairs of neighbors nothing can be estimated."""


def heterogeneity(counts: ArrayLike, expected: ArrayLike, weights: sparse.csr_array) -> float:
    """Variance of the places' own relative risks, from the differences between neighbors.

    If a place's risk is r times the one around it, r with mean 1 and variance phi, the ratios of
    observed to expected events of two neighbors differ, squared and less their Poisson noise, by
    2 phi on average. What neighbors have in common, a cluster or a region of high risk, cancels.

    Parameters
    ----------
    counts : array_like, shape (n,)
        Whole numbers >= 0; NaN: left out.
    expected : array_like, shape (n,)
        Events expected of each place, above 0; else left out.
    weights : scipy.sparse, shape (n, n)
        Whoever has a weight is a neighbor.

    Returns
    -------
    float
        phi >= 0. Its root is how far a typical place lies off: 0.04 means 20%. NaN with fewer than
        three pairs of neighbors: they tell nothing.

    Raises
    ------
    StudyError
        Shapes differ.

    Notes
    -----
    Expected events are first scaled by the observed over expected of what is around a pair, so that
    a region of high risk does not count its larger differences more. This errs on the high side, by
    a tenth or two of phi. Pairs are weighed by the
    inverse square of their variance at the current phi, round after round. It is the moment
    estimator of a negative binomial's dispersion, made from differences as Geary's c is; in a
    disease map of Besag, York and Mollie it stands for the part without spatial structure.

    References
    ----------
    Besag, J., York, J. and Mollie, A. (1991). Bayesian image restoration, with two applications
    in spatial statistics. Annals of the Institute of Statistical Mathematics 43, 1-20.
    doi:10.1007/BF00116466

    Examples
    --------
    Places along a road, first all alike, then with risks of their own of variance 0.1:

    >>> from scipy import sparse
    >>> road = sparse.diags_array([1.0, 1.0], offsets=[-1, 1], shape=(900, 900), format="csr")
    >>> heterogeneity([10] * 900, [10] * 900, road)
    0.0
    >>> draw = np.random.default_rng(1)
    >>> counts = draw.poisson(50 * draw.gamma(10, 0.1, 900))
    >>> round(heterogeneity(counts, [50] * 900, road), 1)
    0.1
    """
    events = np.asarray(counts, dtype=np.float64)
    mean = np.asarray(expected, dtype=np.float64)
    if events.shape != mean.shape or weights.shape != (events.size, events.size):
        raise StudyError(
            "Counts, expected counts and weights do not fit each other.",
            "Give one expected count and one row of weights for each count.",
        )
    known = np.isfinite(events) & np.isfinite(mean) & (mean > 0)
    links = sparse.csr_array(weights)[known][:, known]
    links = sparse.csr_array(links != 0, dtype=np.float64)
    # Whoever is near to one of the two is around the pair, also where nearness goes one way only.
    links = sparse.csr_array(links + links.T != 0, dtype=np.float64)
    pairs = sparse.triu(links, 1).tocoo()
    if pairs.nnz < FEWEST_PAIRS:
        return float("nan")
    first, second = pairs.row, pairs.col
    events, mean = events[known], mean[known]
    links = sparse.csr_array(links - sparse.diags_array(links.diagonal()))
    # What is around a pair says how high risk runs there; the pair itself has no part in it.
    others = (
        (links @ what)[first] + (links @ what)[second] - what[first] - what[second] + 1
        for what in (events, mean)
    )
    level = np.divide(*others)
    one, other = mean[first] * level, mean[second] * level
    apart = (events[first] / one - events[second] / other) ** 2
    noise = events[first] / one**2 + events[second] / other**2
    return _settle(apart - noise, 1 / one + 1 / other)


def in_words(phi: float) -> str:
    """Say how far a typical place lies off; beyond 100% the number itself means little.

    Examples
    --------
    >>> in_words(0.04), in_words(43.7)
    ('about 20%', 'more than 100%')
    """
    return f"about {100 * np.sqrt(phi):.0f}%" if phi <= 1 else "more than 100%"


def _settle(apart: Floats, chance: Floats) -> float:
    """Weigh pairs by what is known of their variance until the estimate stays."""
    phi = 0.0
    for _ in range(ROUNDS):
        precision = (chance + 2 * phi) ** -2
        better = max(0.0, float(np.average(apart, weights=precision)) / 2)
        if abs(better - phi) < SETTLED:
            return better
        phi = better
    return phi
