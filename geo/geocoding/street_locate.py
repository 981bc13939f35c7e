"""Places on segments: interpolation along a line, offset to a side, middle of a street."""

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from geo.geocoding.street_index import DEGREE, StreetIndex

Array = NDArray[Any]
Floats = NDArray[np.float64]

OFFSET_M: Final = 10.0
_METERS: Final = 111_320.0  # one degree of latitude
_INSET_M: Final = 10.0  # no house stands in the middle of a crossing


def along(
    index: StreetIndex, segment: Array, fraction: Floats, side: Array
) -> tuple[Floats, Floats, Floats]:
    """Points on segments.

    Parameters
    ----------
    index : StreetIndex
    segment : ndarray of int, shape (n,)
    fraction : ndarray of float, shape (n,)
        How far along the line, 0 at its start, 1 at its end.
    side : ndarray of int, shape (n,)
        1 left, -1 right, where houses stand `OFFSET_M` from the line; 0 on it.

    Returns
    -------
    lon, lat : ndarray of float, shape (n,)
        Degrees.
    length_m : ndarray of float, shape (n,)
        Of the whole line, in metres.
    """
    first = index.segment_start[segment]
    count = index.segment_start[segment + 1] - first
    owner = np.repeat(np.arange(len(segment)), count)
    begin = np.cumsum(count) - count
    place = np.repeat(first - begin, count) + np.arange(len(owner))
    points = index.lonlat[place].astype(np.float64) / DEGREE
    squeeze = np.cos(np.radians(points[begin, 1]))
    east = points[:, 0] * squeeze[owner] * _METERS
    north = points[:, 1] * _METERS
    step = np.zeros(len(owner))
    same = owner[1:] == owner[:-1]
    step[1:][same] = np.hypot(np.diff(east)[same], np.diff(north)[same])
    total = np.cumsum(step)
    before = total[begin]
    reach = total - before[owner]
    length = reach[begin + count - 1]
    inset = np.minimum(_INSET_M, length / 4)
    goal = np.clip(fraction * length, inset, length - inset)
    # The last point of each line whose way is not beyond the goal, but one before the end.
    passed = np.add.reduceat((reach <= goal[owner]).astype(np.int64), begin)
    at = begin + np.clip(passed - 1, 0, np.maximum(count - 2, 0))
    after = np.where(count > 1, at + 1, at)
    piece = reach[after] - reach[at]
    share = np.divide(goal - reach[at], piece, out=np.zeros(len(segment)), where=piece > 0)
    lon = points[at, 0] + share * (points[after, 0] - points[at, 0])
    lat = points[at, 1] + share * (points[after, 1] - points[at, 1])
    aside = side * OFFSET_M * (piece > 0)
    run = np.where(piece > 0, piece, 1.0)
    lon = lon - aside * (north[after] - north[at]) / run / (_METERS * squeeze)
    lat = lat + aside * (east[after] - east[at]) / run / _METERS
    return lon, lat, length


def of_number(low: Array, high: Array, number: Array) -> Floats:
    """How far along a range a number is, 0 to 1.

    Examples
    --------
    >>> of_number(np.array([100, 198]), np.array([198, 100]), np.array([149, 149])).tolist()
    [0.5, 0.5]
    """
    span = (high - low).astype(np.float64)
    share = np.divide(number - low, span, out=np.full(len(span), 0.5), where=span != 0)
    within: Floats = np.clip(share, 0, 1)
    return within


def middle(index: StreetIndex, street: Array) -> tuple[Floats, Floats, Floats]:
    """Middle of streets: on the piece nearest to the mean of all pieces.

    Returns
    -------
    lon, lat : ndarray of float, shape (n,)
        Degrees.
    radius_m : ndarray of float, shape (n,)
        Half the diagonal of the box around the street, in metres.
    """
    first = index.street_first_segment[street]
    count = index.street_first_segment[street + 1] - first
    owner = np.repeat(np.arange(len(street)), count)
    begin = np.cumsum(count) - count
    segment = index.street_segments[np.repeat(first - begin, count) + np.arange(len(owner))]
    half = np.full(len(segment), 0.5)
    lon, lat, length = along(index, segment, half, np.zeros(len(segment), dtype=np.int8))
    weight = length + 1.0
    total = np.add.reduceat(weight, begin)
    east = np.add.reduceat(lon * weight, begin) / total
    north = np.add.reduceat(lat * weight, begin) / total
    away = distance_m(lon, lat, east[owner], north[owner])
    nearest = np.lexsort((away, owner))[begin]
    box = index.street_box[street] / DEGREE
    radius = distance_m(box[:, 0], box[:, 1], box[:, 2], box[:, 3]) / 2
    return lon[nearest], lat[nearest], radius


def distance_m(lon: Floats, lat: Floats, other_lon: Floats, other_lat: Floats) -> Floats:
    """Metres between points a few kilometres apart (off by less than 1 % within 100 km).

    Examples
    --------
    >>> one = np.array([0.0])
    >>> distance_m(one, one, one, one + 0.01).round().tolist()
    [1113.0]
    """
    squeeze = np.cos(np.radians((lat + other_lat) / 2))
    distance: Floats = np.hypot((lon - other_lon) * squeeze, lat - other_lat) * _METERS
    return distance


def box_distance_m(lon: Floats, lat: Floats, box: Floats) -> Floats:
    """Metres from points to boxes (west, south, east, north in degrees), 0 inside."""
    near_lon = np.clip(lon, box[:, 0], box[:, 2])
    near_lat = np.clip(lat, box[:, 1], box[:, 3])
    return distance_m(lon, lat, near_lon, near_lat)
