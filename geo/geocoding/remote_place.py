"""Where the Census Bureau's matches lie beside the row's own ZIP code, city and county."""

from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.geocoding.gazetteer import Gazetteer
from geo.geocoding.street_finder import Asked
from geo.geocoding.street_locate import distance_m
from geo.ingest.places import CITY, FIPS
from geo.schema import LAT, LON, RADIUS_M

Array = NDArray[Any]
Bools = NDArray[np.bool_]

FARTHEST_M: Final = 50_000.0
"""Most that lies between a match and the circle of the row's ZIP code, city or county."""


def lies_far(asked: Asked, rows: Array, lon: Array, lat: Array, gazetteer: Gazetteer) -> Bools:
    """Tell which matches lie far from every place that their row names.

    Parameters
    ----------
    asked : Asked
    rows : ndarray of int, shape (n,)
        Positions in `asked`.
    lon, lat : ndarray of float, shape (n,)
        Of the matches, NaN for none.
    gazetteer : Gazetteer

    Returns
    -------
    ndarray of bool
        False where the row names no place that is known.
    """
    some = asked.rows.iloc[rows]
    parsed = [asked.parsed[row] for row in rows.tolist()]
    state = asked.state.iloc[rows].set_axis(some.index)
    city = some[CITY].where(some[CITY] != "", pd.Series([p.city for p in parsed], some.index))
    nearest = np.full(len(rows), np.inf)
    for place in (
        gazetteer.by_zip(pd.Series([one.zip for one in parsed], some.index, dtype="str")),
        gazetteer.by_place(city.astype("str"), state),
        gazetteer.by_fips(some[FIPS]),
    ):
        at = place[[LON, LAT]].to_numpy(dtype=float).T
        beyond = distance_m(lon, lat, *at) - place[RADIUS_M].to_numpy(dtype=float)
        nearest = np.fmin(nearest, beyond)
    far: Bools = np.isfinite(nearest) & (nearest > FARTHEST_M)
    return far
