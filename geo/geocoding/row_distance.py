"""How far points lie from the places that their rows name: ZIP code, city, county."""

from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.geocoding.gazetteer import Gazetteer
from geo.geocoding.names import different
from geo.geocoding.street_finder import Asked
from geo.geocoding.street_locate import distance_m
from geo.ingest.places import CITY, FIPS, STATE, ZIP
from geo.schema import LAT, LON, RADIUS_M

Array = NDArray[Any]
Bools = NDArray[np.bool_]

FARTHEST_M: Final = 50_000.0
"""A point farther than this from all of them is hardly where the row is."""

_NAMED: Final = (ZIP, CITY, STATE, FIPS)


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
    said = pd.Series([one.city for one in parsed], dtype="str")
    some[CITY] = some[CITY].where(some[CITY] != "", said).astype("str")
    some[ZIP] = pd.Series([one.zip for one in parsed], dtype="str")
    some[STATE] = asked.state.iloc[rows].reset_index(drop=True)
    return beyond_named_m(some, lon, lat, gazetteer)


def beyond_named_m(
    named: pd.DataFrame, lon: Array, lat: Array, gazetteer: Gazetteer
) -> NDArray[np.float64]:
    """Meters as `beyond_m`, of rows with columns zip, city, state and county_fips."""
    code, first = different(named, _NAMED)
    once = named.iloc[first].reset_index(drop=True)
    nearest = np.full(len(named), np.nan)
    for place in (
        gazetteer.by_zip(once[ZIP]),
        gazetteer.by_place(once[CITY], once[STATE]),
        gazetteer.by_fips(once[FIPS]),
    ):
        circles = place[[LON, LAT, RADIUS_M]].to_numpy(dtype=float)[code]
        nearest = np.fmin(nearest, beyond_circles_m(lon, lat, circles))
    return nearest


def beyond_circles_m(lon: Array, lat: Array, circles: Array) -> NDArray[np.float64]:
    """Meters from points to circles (longitude, latitude, radius), row by row.

    Examples
    --------
    >>> one = np.array([0.0])
    >>> beyond_circles_m(one, one, np.array([[0.0, 0.01, 1000.0]])).round().tolist()
    [113.0]
    """
    to_lon, to_lat, radius = circles.T
    beyond: NDArray[np.float64] = distance_m(lon, lat, to_lon, to_lat) - radius
    return beyond


def lies_far(asked: Asked, rows: Array, lon: Array, lat: Array, gazetteer: Gazetteer) -> Bools:
    """Tell which points lie far from every place that their row names; none where it names none."""
    far: Bools = np.nan_to_num(beyond_m(asked, rows, lon, lat, gazetteer)) > FARTHEST_M
    return far
