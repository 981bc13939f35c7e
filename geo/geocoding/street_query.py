"""Parsed addresses as arrays, with what is known of where they may be."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.geocoding.address_whole import KINDS, Address
from geo.geocoding.street_names import Street, whole_name
from geo.geocoding.street_words import DIRECTION_NAMES

Array = NDArray[Any]
Floats = NDArray[np.float64]

ZIP_LON: Final = "zip_lon"
ZIP_LAT: Final = "zip_lat"
ZIP_RADIUS: Final = "zip_radius_m"
CITY_LON: Final = "city_lon"
CITY_LAT: Final = "city_lat"
CITY_RADIUS: Final = "city_radius_m"
ANCHORS: Final = (ZIP_LON, ZIP_LAT, ZIP_RADIUS, CITY_LON, CITY_LAT, CITY_RADIUS)
"""Where the row's ZIP code and city lie, NaN where unknown."""

_DIRECTION: Final = {"": 0} | {name: k + 1 for k, name in enumerate(DIRECTION_NAMES)}
_KIND: Final = {name: place for place, name in enumerate(KINDS)}


@dataclass(frozen=True, eq=False)
class Names:
    """Street names of n rows: `base` and `whole` as text, directions and types as numbers.

    `type` is the position in the types of the index asked, -1 for one that it does not know.
    """

    base: NDArray[np.object_]
    whole: NDArray[np.object_]
    pre: Array
    post: Array
    type: Array

    def take(self, rows: Array) -> "Names":
        """Give some of the rows."""
        return Names(*(getattr(self, one.name)[rows] for one in fields(self)))


@dataclass(frozen=True, eq=False)
class Queries:
    """Addresses of one state that are looked for.

    Attributes
    ----------
    kind : ndarray of int, shape (n,)
        Position in `address.KINDS`.
    number, high : ndarray of int, shape (n,)
        House number or lowest and highest of a block, -1 where there is none.
    behind_dash, before_dash : ndarray of int, shape (n,)
        Numbers that may be meant in place of `number`, -1 where none may.
    mile : ndarray of float, shape (n,)
    mile_span, mile_away : ndarray of float, shape (n,)
        Half of a stretch of miles, and how many miles from there, or from what else is named, the
        place may be.
    name, cross, other_cross : Names
        Street and crossing street, of a piece of street those at its two ends.
    zip, county : ndarray of int, shape (n,)
        0 where unknown.
    anchors : ndarray of float, shape (n, 6)
        `ANCHORS`.
    town : ndarray of int, shape (n,)
        Number of the city of a row, or of the one its ZIP code bears; -1 where none is known.
    town_zips : ndarray of int, shape (k,)
        Which ZIP codes bear a city's name: `town_zip` of each, rising.
    """

    kind: Array
    number: Array
    high: Array
    behind_dash: Array
    before_dash: Array
    mile: Floats
    mile_span: Floats
    mile_away: Floats
    name: Names
    cross: Names
    other_cross: Names
    zip: Array
    county: Array
    anchors: Floats
    town: Array
    town_zips: Array

    def __len__(self) -> int:
        return len(self.kind)

    def take(self, rows: Array) -> "Queries":
        """Give some of the rows."""
        return Queries(
            self.kind[rows], self.number[rows], self.high[rows], self.behind_dash[rows],
            self.before_dash[rows], self.mile[rows], self.mile_span[rows], self.mile_away[rows],
            self.name.take(rows), self.cross.take(rows), self.other_cross.take(rows),
            self.zip[rows], self.county[rows], self.anchors[rows], self.town[rows],
            self.town_zips,
        )  # fmt: skip


def town_zip(town: Array, zip5: Array) -> Array:
    """One number for a city and a ZIP code."""
    return town * 100_000 + zip5


def queries(
    parsed: Sequence[Address],
    anchors: pd.DataFrame,
    county: Array,
    types: Sequence[str],
    cities: Mapping[str, frozenset[int]],
) -> Queries:
    """Put parsed addresses into arrays.

    Parameters
    ----------
    parsed : sequence of Address, length n
        With ZIP codes filled in from their own column.
    anchors : DataFrame, shape (n, 6)
        `ANCHORS`.
    county : ndarray of int, shape (n,)
        County code as a number, 0 where the row names none.
    types : sequence of str
        Types of streets in the index.
    cities : mapping of str to frozenset of int
        ZIP codes that bear the name of each city.
    """
    code = {name: place for place, name in enumerate(types)}
    borne = {zip5: city for city, zips in cities.items() for zip5 in zips}
    zip5s = [int(one.zip or 0) for one in parsed]
    town = [
        one.city if one.city in cities else borne.get(zip5, "")
        for one, zip5 in zip(parsed, zip5s, strict=True)
    ]
    towns = {city: number for number, city in enumerate(dict.fromkeys(filter(None, town)))}
    pairs = [(number, zip5) for city, number in towns.items() for zip5 in cities[city]]
    keys = town_zip(*np.array(pairs, dtype=np.int64).reshape(-1, 2).T)
    return Queries(
        kind=np.array([_KIND[one.kind] for one in parsed], dtype=np.int8),
        number=np.array([one.number for one in parsed], dtype=np.int64),
        high=np.array([one.high for one in parsed], dtype=np.int64),
        behind_dash=np.array([one.behind_dash for one in parsed], dtype=np.int64),
        before_dash=np.array([one.before_dash for one in parsed], dtype=np.int64),
        mile=np.array([one.mile for one in parsed], dtype=np.float64),
        mile_span=np.array([one.mile_span for one in parsed], dtype=np.float64),
        mile_away=np.array([one.mile_away for one in parsed], dtype=np.float64),
        name=_names([one.street for one in parsed], code),
        cross=_names([one.cross for one in parsed], code),
        other_cross=_names([one.other_cross for one in parsed], code),
        zip=np.array(zip5s, dtype=np.int64),
        county=np.asarray(county, dtype=np.int64),
        anchors=anchors[list(ANCHORS)].to_numpy(dtype=np.float64),
        town=np.array([towns.get(city, -1) for city in town], dtype=np.int64),
        town_zips=np.sort(keys),
    )


def kind_is(asked: Queries, *kinds: str) -> NDArray[np.bool_]:
    """Which rows are of one of these kinds."""
    return np.isin(asked.kind, [_KIND[kind] for kind in kinds])


def _names(streets: Sequence[Street], code: dict[str, int]) -> Names:
    distinct = {one: number for number, one in enumerate(dict.fromkeys(streets))}
    names = Names(
        base=np.array([one.base for one in distinct], dtype=object),
        whole=np.array([whole_name(one) for one in distinct], dtype=object),
        pre=np.array([_DIRECTION[one.pre] for one in distinct], dtype=np.int8),
        post=np.array([_DIRECTION[one.post] for one in distinct], dtype=np.int8),
        type=np.array([code.get(one.type, -1) for one in distinct], dtype=np.int16),
    )
    return names.take(np.array([distinct[one] for one in streets], dtype=np.int64))
