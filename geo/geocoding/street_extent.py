"""How much land streets reach: squares of a grid that they touch."""

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
Floats = NDArray[np.float64]

SIDE: Final = 0.02
"""Of a square, in degrees: 2 km."""

NOWHERE: Final = -1
_ACROSS: Final = round(360 / SIDE)
_KM: Final = 111.32  # one degree of latitude


def squares(lon: Floats, lat: Floats) -> Array:
    """Give the number of the square each point lies in; `NOWHERE` without coordinates.

    Examples
    --------
    >>> squares(np.array([-76.466, -76.461, np.nan]), np.array([36.19, 36.181, 36.0])).tolist()
    [113567176, 113567176, -1]
    """
    known = np.isfinite(lon) & np.isfinite(lat)
    east = np.floor((np.where(known, lon, 0.0) + 180) / SIDE).astype(np.int64)
    north = np.floor((np.where(known, lat, 0.0) + 90) / SIDE).astype(np.int64)
    return np.where(known, north * _ACROSS + east, NOWHERE)


def land_km2(touched: Array) -> float:
    """Square kilometers of some squares, each counted once.

    Examples
    --------
    >>> round(land_km2(np.array([113567176, 113567176])), 1)
    4.0
    """
    north = np.unique(touched) // _ACROSS
    lat = np.radians((north + 0.5) * SIDE - 90)
    return float(np.sum(np.cos(lat)) * (SIDE * _KM) ** 2)
