"""Neighbors by distance: bands, the nearest few, and weights that fade.

Points are easting and northing in metres of a projected coordinate system, never degrees. A point
with a missing coordinate becomes an isolate.
"""

from collections.abc import Callable
from typing import Final, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import sparse
from scipy.spatial import cKDTree

from analysis import links
from geo.errors import StudyError

Floats = NDArray[np.float64]
Fading = Literal["triangular", "epanechnikov", "quartic", "gaussian"]

_EDGE: Final = 1 + 1e-6
"""A millionth more, so that cells exactly a band apart on a grid are in."""

_FADING: Final[dict[str, Callable[[Floats], Floats]]] = {
    "triangular": lambda u: 1 - u,
    "epanechnikov": lambda u: 1 - u**2,
    "quartic": lambda u: (1 - u**2) ** 2,
    "gaussian": lambda u: np.exp(-4.5 * u**2),
}


def k_nearest(points: ArrayLike, k: int) -> sparse.csr_array:
    """Each point's k nearest other points; not symmetric.

    Parameters
    ----------
    points : array_like, shape (n, 2)
        Easting and northing in metres of a projected coordinate system, never degrees.
    k : int
        1 or more, below n. Coincident points are neighbors at distance 0.

    Returns
    -------
    csr_array of float64, shape (n, n)

    Raises
    ------
    StudyError
        k does not fit the number of points.

    Examples
    --------
    >>> k_nearest([(0, 0), (1, 0), (5, 0)], 1).toarray().astype(int).tolist()
    [[0, 1, 0], [1, 0, 0], [0, 1, 0]]
    """
    place, known = _places(points)
    focal, neighbor, _ = _nearest(place, k)
    return links.directed(known[focal], known[neighbor], _number(points))


def distance_band(points: ArrayLike, band_m: float) -> sparse.csr_array:
    """All other points within a distance, the end included.

    Parameters
    ----------
    points : array_like, shape (n, 2)
        Easting and northing in metres of a projected coordinate system, never degrees.
    band_m : float
        Metres. A millionth is added, so that cells exactly this far apart on a grid are in.

    Returns
    -------
    csr_array of float64, shape (n, n)
        1 for neighbors, symmetric. Coincident points are neighbors.

    Raises
    ------
    StudyError
        The band is not above 0.

    Examples
    --------
    >>> distance_band([(0, 0), (3, 4), (9, 9)], 5).toarray().astype(int).tolist()
    [[0, 1, 0], [1, 0, 0], [0, 0, 0]]
    """
    place, known = _places(points)
    first, second = _pairs(place, band_m)
    return links.symmetric(known[first], known[second], _number(points))


def inverse_distance(
    points: ArrayLike, band_m: float, power: float = 1.0, least_m: float | None = None
) -> sparse.csr_array:
    """Weights that fall with distance, ``1 / d**power``, within a band.

    Parameters
    ----------
    points : array_like, shape (n, 2)
        Easting and northing in metres.
    band_m : float
        Metres; farther points have no weight.
    power : float
        1, or 2 for a steeper fall.
    least_m : float, optional
        Shorter distances count as this one, so that coincident points do not weigh infinitely much.
        A hundredth of the band when not given.

    Returns
    -------
    csr_array of float64, shape (n, n)
        Symmetric. In units of the weight at `least_m`, which is 1, as the self weight of
        `with_self` is: a place counts no less than what is next to it.

    Raises
    ------
    StudyError
        A distance or the power is not above 0.

    Examples
    --------
    >>> inverse_distance([(0, 0), (30, 40), (9e3, 0)], 100).toarray().round(3)[0].tolist()
    [0.0, 0.02, 0.0]
    """
    least = band_m / 100 if least_m is None else least_m
    if not (least > 0 and power > 0):
        raise StudyError(
            "The least distance or the power of the weights is not above 0.",
            "Give numbers above 0.",
        )
    place, known = _places(points)
    first, second = _pairs(place, band_m)
    apart = np.maximum(_apart(place, first, second), least)
    return links.symmetric(known[first], known[second], _number(points), (least / apart) ** power)


def kernel(
    points: ArrayLike,
    bandwidth_m: float | None = None,
    *,
    k: int | None = None,
    shape: Fading = "quartic",
) -> sparse.csr_array:
    """Weights that fade from 1 at the place itself to nothing at the bandwidth.

    Parameters
    ----------
    points : array_like, shape (n, 2)
        Easting and northing in metres.
    bandwidth_m : float, optional
        Metres, the same for all.
    k : int, optional
        Instead: the bandwidth of each place is the distance to its k-th nearest other point, so
        that it is short where points are dense. Then the weights are not symmetric.
    shape : {"triangular", "epanechnikov", "quartic", "gaussian"}
        With u the distance in bandwidths: ``1 - u``, ``1 - u**2``, ``(1 - u**2)**2``, or a bell
        with a standard deviation of a third of the bandwidth, cut off there with 1% left.

    Returns
    -------
    csr_array of float64, shape (n, n)
        0 to 1; the self weight that `with_self` adds, 1, is the value at distance 0.

    Raises
    ------
    StudyError
        Not exactly one of bandwidth and k is given, or it is out of range; unknown shape.

    Examples
    --------
    >>> kernel([(0, 0), (50, 0), (100, 0)], 100).toarray()[0].tolist()
    [0.0, 0.5625, 0.0]
    """
    if shape not in _FADING:
        raise StudyError("The shape of the kernel is not known.", f"Choose from {[*_FADING]}.")
    if (bandwidth_m is None) == (k is None):
        raise StudyError(
            "A kernel needs one width.", "Give either a bandwidth or a number of neighbors."
        )
    place, known = _places(points)
    fade, n = _FADING[shape], _number(points)
    if bandwidth_m is not None:
        first, second = _pairs(place, bandwidth_m)
        far = np.minimum(_apart(place, first, second) / bandwidth_m, 1.0)
        return links.tidy(links.symmetric(known[first], known[second], n, fade(far)))
    focal, neighbor, apart = _nearest(place, int(k or 0))
    width = apart.reshape(-1, int(k or 1)).max(axis=1)[focal]
    with np.errstate(invalid="ignore"):
        far = np.where(width > 0, apart / width, 0.0)  # all coincident: nothing has faded
    return links.directed(known[focal], known[neighbor], n, fade(far))


def _number(points: ArrayLike) -> int:
    return len(np.asarray(points, dtype=np.float64).reshape(-1, 2))


def _places(points: ArrayLike) -> tuple[Floats, NDArray[np.intp]]:
    """Points whose place is known, and their positions."""
    place = np.asarray(points, dtype=np.float64).reshape(-1, 2)
    known = np.flatnonzero(np.isfinite(place).all(axis=1))
    return place[known], known


def _pairs(place: Floats, band_m: float) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Pairs of points within a band, each once."""
    if not band_m > 0:
        raise StudyError("The distance band is not above 0.", "Give a distance in meters.")
    pairs = cKDTree(place).query_pairs(band_m * _EDGE, output_type="ndarray")
    return pairs[:, 0], pairs[:, 1]


def _apart(place: Floats, first: NDArray[np.intp], second: NDArray[np.intp]) -> Floats:
    apart: Floats = np.hypot(*(place[first] - place[second]).T)
    return apart


def _nearest(place: Floats, k: int) -> tuple[NDArray[np.intp], NDArray[np.intp], Floats]:
    """Give focal, neighbor and distance of the k nearest others: k in a row for each place."""
    n = len(place)
    if not 1 <= k < n:
        raise StudyError(
            f"{n} places cannot have {k} nearest neighbors each.",
            "Choose fewer neighbors, or a study area with more places.",
        )
    tree = cKDTree(place)
    # In the order of the tree: neighboring questions find their answers in the processor's cache.
    order = tree.indices
    apart, near = tree.query(place[order], k=k + 1)
    itself = near == order[:, None]
    # Among more than k coincident points the place itself may be missing: the farthest goes then.
    itself[~itself.any(axis=1), -1] = True
    back = np.argsort(order)
    others = near[~itself].reshape(n, k)[back]
    distance = apart[~itself].reshape(n, k)[back]
    return np.repeat(np.arange(n), k), others.ravel(), distance.ravel()
