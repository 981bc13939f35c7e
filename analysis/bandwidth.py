"""How far one event reaches on a density map: bandwidths from the data."""

from collections.abc import Mapping
from typing import Final, Literal

import numpy as np
from numpy.typing import ArrayLike

from analysis import cross_validation
from analysis.pixels import POWERS, Floats, Kernel, checked
from geo.errors import StudyError

Rule = Literal["arcgis", "scott", "least_squares", "likelihood"]

RULES: Final[Mapping[Rule, str]] = {
    "arcgis": (
        "The rule ArcGIS documents: 0.9 times the spread of the points, times n to the power -1/5; "
        "a common choice that smooths much when events lie in several cities."
    ),
    "scott": (
        "Scott's rule: the spread of the points times n to the power -1/6, best for one round "
        "cloud; it smooths too much when events lie in several cities."
    ),
    "least_squares": (
        "Least-squares cross-validation: the bandwidth whose surface comes nearest to the unknown "
        "density, judged by leaving out each place in turn; it shows much detail and follows the "
        "thickest crowd, so that single events far from it stand alone."
    ),
    "likelihood": (
        "Likelihood cross-validation: the bandwidth that best foretells each place from the "
        "others; a few places far from all others make it wide."
    ),
}
"""Rules by name, each with a sentence that explains it."""


def same_spread(kernel: Kernel) -> float:
    """Bandwidth of a kernel over that of a Gaussian with the same standard deviation per axis.

    Examples
    --------
    A quartic's is its radius over the square root of 8:

    >>> round(same_spread("quartic") ** 2, 9), same_spread("gaussian")
    (8.0, 1.0)
    """
    if kernel == "gaussian":
        return 1.0
    return float(np.sqrt(2 * (POWERS[kernel] + 2)))


def choose_bandwidth(
    rule: Rule, points: ArrayLike, weights: ArrayLike | None, kernel: Kernel
) -> tuple[float, str]:
    """Bandwidth of a kernel by a rule, and the sentence that explains it.

    Parameters
    ----------
    rule : {"arcgis", "scott", "least_squares", "likelihood"}
    points : array_like, shape (n, 2)
        Easting and northing in metres.
    weights : array_like, shape (n,), or None
        Events each point stands for.
    kernel : {"quartic", "gaussian", "epanechnikov", "disc"}
        The rules are for a Gaussian's standard deviation, that of ArcGIS for a quartic's radius; to
        others the bandwidth of the same spread is given.

    Returns
    -------
    float
        Metres.
    str
        One sentence from `RULES`.

    Raises
    ------
    StudyError
        Nothing can be computed: no point, one place only, or a score without a lowest value.

    Examples
    --------
    >>> square = [(0, 0), (0, 2000), (2000, 0), (2000, 2000)]
    >>> choose_bandwidth("scott", square, None, "quartic")[0] / scott_bandwidth(square) / 8**0.5
    1.0
    """
    if rule == "arcgis":
        radius = arcgis_bandwidth(points, weights)
        return radius * same_spread(kernel) / same_spread("quartic"), RULES[rule]
    sigma = scott_bandwidth(points, weights)
    if rule != "scott":
        sigma = cross_validation.best_bandwidth(points, weights, rule, sigma)
    return sigma * same_spread(kernel), RULES[rule]


def effective_n(weights: ArrayLike) -> float:
    """Kish's effective number of points: as many equal ones say as much as these.

    References
    ----------
    Kish, L. (1965). Survey Sampling, ch. 11.

    Examples
    --------
    >>> effective_n([1, 1, 1, 1]), effective_n([1000, 1, 1, 1]) < 1.01
    (4.0, True)
    """
    w = np.asarray(weights, dtype=np.float64)
    return float(w.sum() ** 2 / np.sum(w**2))


def arcgis_bandwidth(
    points: ArrayLike,
    weights: ArrayLike | None = None,
    size: Literal["kish", "sum"] = "kish",
) -> float:
    """Search radius by the rule that ArcGIS documents for its Kernel Density tool.

    ``0.9 min(SD, sqrt(1 / ln 2) Dm) n**-0.2`` with the standard distance SD and the median distance
    Dm from the mean center.

    Parameters
    ----------
    points : array_like, shape (n, 2)
        Easting and northing in metres.
    weights : array_like, shape (n,), or None
        Events each point stands for.
    size : {"kish", "sum"}
        What n is: Kish's effective number of points, or the sum of the weights, which lets the
        radius collapse when weights are grams or doses.

    Returns
    -------
    float
        Metres: the radius of a quartic kernel.

    Raises
    ------
    StudyError
        All points coincide, so there is nothing to measure.

    Notes
    -----
    When more than half of the points coincide Dm is 0 and SD alone is used.

    Examples
    --------
    >>> round(arcgis_bandwidth([(0, 0), (0, 2000), (2000, 0), (2000, 2000)]), 1)
    964.6
    """
    place, w = _given(points, weights)
    center = np.average(place, axis=0, weights=w)
    distance = np.hypot(*(place - center).T)
    standard = float(np.sqrt(np.average(distance**2, weights=w)))
    median = np.sqrt(1 / np.log(2)) * _weighted_median(distance, w)
    n = float(w.sum()) if size == "sum" else effective_n(w)
    narrow = median if 0 < median < standard else standard
    return float(0.9 * narrow * n**-0.2)


def scott_bandwidth(points: ArrayLike, weights: ArrayLike | None = None) -> float:
    """Gaussian bandwidth by Scott's rule: the mean spread of the two axes times n**(-1/6).

    Parameters
    ----------
    points : array_like, shape (n, 2)
        Easting and northing in metres.
    weights : array_like, shape (n,), or None
        Events each point stands for; n is Kish's effective number.

    Returns
    -------
    float
        Metres: the standard deviation of a Gaussian kernel.

    Raises
    ------
    StudyError
        All points coincide.

    References
    ----------
    Scott, D. W. (1992). Multivariate Density Estimation, p. 152. The axes' standard deviations are
    joined by their geometric mean; when one is 0 by the other alone.

    Examples
    --------
    >>> round(scott_bandwidth([(0, 0), (0, 2000), (2000, 0), (2000, 2000)]), 1)
    916.5
    """
    place, w = _given(points, weights)
    n = effective_n(w)
    center = np.average(place, axis=0, weights=w)
    variance = np.average((place - center) ** 2, axis=0, weights=w) * n / max(n - 1, 1)
    spread = np.sqrt(variance[np.ptp(place, axis=0) > 0])
    return float(np.exp(np.log(spread).mean()) * n ** (-1 / 6))


def _given(points: ArrayLike, weights: ArrayLike | None) -> tuple[Floats, Floats]:
    place, w = checked(points, weights)
    place, w = place[w > 0], w[w > 0]
    if not len(place) or not w.sum() > 0:
        raise StudyError("There is no point to measure a bandwidth on.", "Choose less narrowly.")
    if not np.ptp(place, axis=0).any():
        raise StudyError(
            "All points lie at the same place, so no bandwidth follows from them.",
            "Give a bandwidth in meters.",
        )
    return place, w


def _weighted_median(values: Floats, weights: Floats) -> float:
    """Middle of the values, each counted by its weight; the plain median for equal weights."""
    order = np.argsort(values, kind="stable")
    reached = np.cumsum(weights[order]) / weights.sum()
    at = int(np.searchsorted(reached, 0.5 - 1e-12))
    if abs(reached[at] - 0.5) < 1e-12 and at + 1 < values.size:
        return float(values[order[at : at + 2]].mean())
    return float(values[order[at]])
