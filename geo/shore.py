"""Points off a coarsely drawn shore: the county met first around them."""

from collections.abc import Callable
from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Locate = Callable[[ArrayLike, ArrayLike], NDArray[np.str_]]
"""Longitudes and latitudes to county codes, "" outside all counties."""

FARTHEST_M: Final = 5000.0
_STEPS_M: Final = (250.0, 500.0, 1000.0, 2000.0, 3500.0, FARTHEST_M)
_DIRECTIONS: Final = 16
_METERS_PER_DEGREE: Final = 111_320.0


def nearest_county(lon: Floats, lat: Floats, locate: Locate) -> tuple[NDArray[Any], Floats]:
    """County met first around points that lie in none, and how far off it is.

    Parameters
    ----------
    lon, lat : ndarray of float, shape (n,)
        Degrees; zero is no place.
    locate : callable

    Returns
    -------
    geoid : ndarray of str, shape (n,)
        "" where there is no county within 5 km.
    near_m : ndarray of float, shape (n,)
        Meters, 0 where there is none.
    """
    geoid, near = np.full(len(lon), "", dtype="<U5"), np.zeros(len(lon))
    turns = np.linspace(0, 2 * np.pi, _DIRECTIONS, endpoint=False)
    left = np.flatnonzero((np.abs(lat) < 75) & (lat != 0) & (lon != 0))
    for distance in _STEPS_M:
        if not len(left):
            break
        reach = distance / _METERS_PER_DEGREE
        y = lat[left][:, None] + reach * np.sin(turns)
        x = lon[left][:, None] + reach * np.cos(turns) / np.cos(np.radians(lat[left]))[:, None]
        around = locate(x.ravel(), y.ravel()).reshape(x.shape)
        hit = around != ""
        found = hit.any(axis=1)
        geoid[left[found]] = around[found, hit[found].argmax(axis=1)]
        near[left[found]] = distance
        left = left[~found]
    return geoid, near


def county_or_nearest(lon: ArrayLike, lat: ArrayLike, locate: Locate) -> NDArray[np.str_]:
    """County of points, over water the nearest within 5 km, else "".

    Examples
    --------
    >>> def locate(lon, lat):
    ...     return np.where(np.asarray(lon) < -76.0, "37143", "")
    >>> county_or_nearest([-76.5, -75.99, -75.0], [36.1, 36.1, 36.1], locate).tolist()
    ['37143', '37143', '']
    """
    x, y = np.asarray(lon, dtype=np.float64), np.asarray(lat, dtype=np.float64)
    found = locate(x, y).astype("<U5")
    lost = np.flatnonzero((found == "") & np.isfinite(x) & np.isfinite(y))
    found[lost] = nearest_county(x[lost], y[lost], locate)[0]
    return found
