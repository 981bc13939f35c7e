"""How far points lie from the places that their rows name: ZIP code, city, county."""

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
"""A point farther than this from all of them is hardly where the row is."""


def beyond_m(
    asked: Asked, rows: Array, lon: Array, lat: Array, gazetteer: Gazetteer
) -> NDArray[np.float64]:
    """Meters from points to the nearest of the circles of their row's ZIP code, city and county.

    Parameters
    ----------
    asked : Asked
    rows : ndarray of int, shape (n,)
        Positions in `asked`.
    lon, lat : ndarray of float, shape (n,)
        NaN for none.
    gazetteer : Gazetteer

    Returns
    -------
    ndarray of float
        Below 0 within a circle; NaN where the row names no place that is known.
    """
    some = asked.rows.iloc[rows].reset_index(drop=True)
    parsed = [asked.parsed[row] for row in rows.tolist()]
    state = asked.state.iloc[rows].reset_index(drop=True)
    said = pd.Series([one.city for one in parsed], dtype="str")
    city = some[CITY].where(some[CITY] != "", said).astype("str")
    nearest = np.full(len(rows), np.nan)
    for place in (
        gazetteer.by_zip(pd.Series([one.zip for one in parsed], dtype="str")),
        gazetteer.by_place(city, state),
        gazetteer.by_fips(some[FIPS]),
    ):
        at = place[[LON, LAT]].to_numpy(dtype=float).T
        beyond = distance_m(lon, lat, *at) - place[RADIUS_M].to_numpy(dtype=float)
        nearest = np.fmin(nearest, beyond)
    return nearest


def lies_far(asked: Asked, rows: Array, lon: Array, lat: Array, gazetteer: Gazetteer) -> Bools:
    """Tell which points lie far from every place that their row names; none where it names none."""
    far: Bools = np.nan_to_num(beyond_m(asked, rows, lon, lat, gazetteer)) > FARTHEST_M
    return far
