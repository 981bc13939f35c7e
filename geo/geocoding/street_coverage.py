"""Which rows an index can answer: those of places whose streets it holds."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.geocoding.address_whole import Address
from geo.geocoding.gazetteer import Gazetteer
from geo.geocoding.names import mapped, place_key
from geo.geocoding.street_answer import (
    NO_METHOD,
    NO_PLACE,
    PLACE_NOT_INDEXED,
    Answers,
)
from geo.geocoding.street_index import StreetIndex
from geo.schema import GEOID

Array = NDArray[Any]

ANYWHERE: Final = 0  # all streets of the index may be meant
WITHIN: Final = 1  # only those of the ZIP codes named
ELSEWHERE: Final = 2  # the row names a place whose streets are not known
NOWHERE: Final = 3  # it names none, and not all of the state is indexed


@dataclass(frozen=True, eq=False)
class Coverage:
    """What may be meant by each row of a state.

    `standing` is one of the four above; `place` the number of the place that each row names, and
    `zips` the ZIP codes that count for each place that stands `WITHIN`.
    """

    standing: Array
    place: Array
    zips: dict[int, frozenset[int]]

    @property
    def askable(self) -> Array:
        """Rows that can be looked for."""
        return np.flatnonzero(self.standing <= WITHIN)

    def refuse(self, answers: Answers) -> Answers:
        """Give the rows that cannot be looked for their reason, whatever was answered."""
        for standing, reason in ((ELSEWHERE, PLACE_NOT_INDEXED), (NOWHERE, NO_PLACE)):
            rows = np.flatnonzero(self.standing == standing)
            answers.reason[rows], answers.method[rows] = reason, NO_METHOD
        return answers

    def keep_within(self, index: StreetIndex, answers: Answers, rows: Array) -> None:
        """Take back answers outside the ZIP codes that count for their row."""
        found = np.flatnonzero((answers.street >= 0) & (self.standing[rows] == WITHIN))
        own = index.street_zip[answers.street[found]].tolist()
        places = self.place[rows[found]].tolist()
        out = [zip5 not in self.zips[one] for zip5, one in zip(own, places, strict=True)]
        lost = found[np.array(out, dtype=bool)]
        answers.reason[lost], answers.method[lost] = PLACE_NOT_INDEXED, NO_METHOD


def coverage(
    index: StreetIndex, gazetteer: Gazetteer, parsed: list[Address], fips: list[str]
) -> Coverage:
    """Say for each row of a state what of an index it may mean.

    A row of a county, ZIP code or city that is indexed may mean any street. A ZIP code or city at
    the border of an indexed county may mean its own streets there only. A row of another place is
    not looked for: its street may have a namesake here. Nor is one that names no place, unless all
    counties of the state are indexed.

    Parameters
    ----------
    index : StreetIndex
    gazetteer : Gazetteer
    parsed : list of Address, length n
    fips : list of str, length n
        County codes of the rows, "" where unknown.
    """
    counties = {int(code) for code in np.unique(index.street_county)}
    here = gazetteer.counties.index[gazetteer.counties["state"] == index.state]
    whole = 0 in counties or {int(code) for code in here} <= counties
    named = [(one.zip, one.city, code) for one, code in zip(parsed, fips, strict=True)]
    place, distinct = pd.factorize(pd.Series(named, dtype="object"))
    if whole:
        return Coverage(np.zeros(len(named), dtype=np.int64), place, {})
    held = {int(code) for code in index.zip_boxes[0] if code}
    zip_county = _counties_of_zips(gazetteer, [zip5 for zip5, _, _ in distinct])
    cities = _zips_of_cities(gazetteer, index.state)
    city_county = _counties_of_cities(gazetteer, index.state, [city for _, city, _ in distinct])
    standing = np.empty(len(distinct), dtype=np.int64)
    zips: dict[int, frozenset[int]] = {}
    for number, (zip5, city, code) in enumerate(distinct):
        own = {int(zip5)} & held if zip5 else set()
        town = cities.get(city, frozenset()) & held
        known = {zip_county[number]} if own else set()
        known |= {city_county[number]} if town else set()
        if code.isdigit():
            standing[number] = ANYWHERE if int(code) in counties else ELSEWHERE
        elif known & counties:
            standing[number] = ANYWHERE
        elif own or town:
            standing[number], zips[number] = WITHIN, frozenset(own or town)
        else:
            standing[number] = ELSEWHERE if zip5 or city else NOWHERE
    return Coverage(standing[place], place, zips)


def _counties_of_zips(gazetteer: Gazetteer, zips: list[str]) -> list[int]:
    return _numbers(gazetteer.by_zip(pd.Series(zips, dtype="str"))[GEOID])


def _counties_of_cities(gazetteer: Gazetteer, state: str, cities: list[str]) -> list[int]:
    names = pd.Series(cities, dtype="str")
    return _numbers(gazetteer.by_place(names, pd.Series(state, index=names.index))[GEOID])


def _numbers(geoids: pd.Series) -> list[int]:
    return [int(code) if code else 0 for code in geoids.tolist()]


@lru_cache(maxsize=64)
def _zips_of_cities(gazetteer: Gazetteer, state: str) -> dict[str, frozenset[int]]:
    """ZIP codes that bear the name of each city of a state, by its key."""
    table = gazetteer.zips
    table = table[table["state"] == state]
    keys = mapped(table["city"], place_key)
    codes = table["zip"].astype("int64")
    return {str(key): frozenset(part) for key, part in codes.groupby(keys)}
