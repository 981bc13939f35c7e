"""What speaks against a candidate: directions, types, place; 0 is a perfect fit.

The units are those of one plain flaw: a missing direction costs 0.8, a ZIP code that differs while
the city fits 1.2, a wrong letter about 1.5. Costs only rank candidates and feed `score`.
"""

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from geo.geocoding.street_index import DEGREE, StreetIndex
from geo.geocoding.street_locate import box_distance_m
from geo.geocoding.street_query import Queries, town_zip
from geo.geocoding.street_words import DIRECTION_NAMES

Array = NDArray[Any]
Floats = NDArray[np.float64]

REJECTED: Final = 8.0
"""A candidate that costs so much is none."""

_MISSING: Final = 0.8
_NOTHING_SAID: Final = 0.3  # "CHURCH" may be N Church St as well as Church Ln
_PARTLY: Final = 1.2  # "N" for "NE"
_OTHER: Final = 3.0
_TURNED: Final = 0.3  # "N MAIN ST" for "MAIN ST N"
_TYPE_NOT_SAID: Final = 0.4
_TYPE_NOT_KNOWN: Final = 0.6
_TYPE_OTHER: Final = 1.8
_NO_ZIP: Final = 0.2
_STREET_WITHOUT_ZIP: Final = 0.3
_ZIP_OTHER: Final = 1.2
_TOWN_OTHER: Final = 0.5  # a city is told, and the street's ZIP code bears another one's name
_COUNTY_OTHER: Final = 1.0
_NOWHERE: Final = 1.0  # neither ZIP code nor city nor county
_LEAST_RADIUS_M: Final = 4_000.0
_REACH: Final = ((1.0, 0.0), (2.0, 0.5), (4.0, 1.5), (8.0, 3.0))


def _direction_table() -> Floats:
    names = ["", *DIRECTION_NAMES]
    table = np.full((len(names), len(names)), _OTHER)
    for a, one in enumerate(names):
        for b, other in enumerate(names):
            if one == other:
                table[a, b] = 0.0
            elif not one or not other:
                table[a, b] = _MISSING
            elif one in other or other in one:
                table[a, b] = _PARTLY
    return table


_DIRECTION_COST: Final = _direction_table()


def of_name(index: StreetIndex, pre: Array, post: Array, kind: Array, street: Array) -> Floats:
    """Cost of directions and type asked for (`street_query.Names`), each beside one street."""
    own_pre, own_post = index.street_pre[street], index.street_post[street]
    straight = _DIRECTION_COST[pre, own_pre] + _DIRECTION_COST[post, own_post]
    bare = (kind == 0) & (pre == 0) & (post == 0)
    straight = np.where(bare, np.minimum(straight, _NOTHING_SAID), straight)
    turned = np.where((pre == own_post) & (post == own_pre), _TURNED, np.inf)
    own = index.street_type[street].astype(np.int16)
    cost = np.where(kind == 0, _TYPE_NOT_SAID, np.where(own == 0, _TYPE_NOT_KNOWN, _TYPE_OTHER))
    cost = np.where(kind == own, 0.0, cost)
    total: Floats = np.minimum(straight, turned) + cost
    return total


def of_place(index: StreetIndex, asked: Queries, row: Array, street: Array) -> Floats:
    """Cost of where a street lies, against ZIP code, city and county of the row."""
    zip5, own = asked.zip[row], index.street_zip[street]
    box = index.street_box[street] / DEGREE
    anchors = asked.anchors[row]
    reach = np.full(len(row), np.inf)
    for at in (0, 3):
        radius = np.maximum(anchors[:, at + 2], _LEAST_RADIUS_M)
        away = box_distance_m(anchors[:, at], anchors[:, at + 1], box) / radius
        reach = np.fmin(reach, away)
    known = np.isfinite(anchors[:, 0]) | np.isfinite(anchors[:, 3])
    far = np.full(len(row), REJECTED)
    for most, step in reversed(_REACH):
        far = np.where(reach <= most, step, far)
    county, own_county = asked.county[row], index.street_county[street]
    other_county = (county > 0) & (county != own_county)
    somewhere = np.where(known, far, np.where(county > 0, 0.0, _NOWHERE))
    base = np.where(zip5 == 0, _NO_ZIP, np.where(own == 0, _STREET_WITHOUT_ZIP, _ZIP_OTHER))
    base += _TOWN_OTHER * (np.isfinite(anchors[:, 3]) & in_other_town(index, asked, row, street))
    apart = base + somewhere + np.where(other_county, _COUNTY_OTHER, 0.0)
    cost: Floats = np.where((zip5 > 0) & (zip5 == own), 0.0, apart)
    return cost


def in_other_town(
    index: StreetIndex, asked: Queries, row: Array, street: Array
) -> NDArray[np.bool_]:
    """Whether a street's ZIP code is not the row's and bears no name of the row's town."""
    own = index.street_zip[street].astype(np.int64)
    town = asked.town[row]
    other: NDArray[np.bool_] = (town >= 0) & (own > 0) & (own != asked.zip[row])
    if other.any():
        some = np.flatnonzero(other)
        other[some] = ~np.isin(town_zip(town[some], own[some]), asked.town_zips)
    return other
