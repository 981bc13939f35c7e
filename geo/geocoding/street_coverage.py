"""Which rows an index can answer: those of places whose streets it holds."""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.geocoding.address_whole import MILEPOST, OTHER_STATE, Address
from geo.geocoding.gazetteer import Gazetteer, zips_of_cities
from geo.geocoding.street_answer import (
    COUNTY_IN_PART,
    NO_METHOD,
    NO_PLACE,
    PLACE_NOT_INDEXED,
    Answers,
)
from geo.geocoding.street_answer import OTHER_STATE as OTHER_STATE_REASON
from geo.geocoding.street_extent import squares
from geo.geocoding.street_index import StreetIndex
from geo.schema import GEOID, LAT, LON

Array = NDArray[Any]

_Named = tuple[str, str, str, bool]
"""ZIP code, city and county of a row, and whether it is a mile beside a road."""

ANYWHERE: Final = 0  # all streets of the index may be meant
WITHIN: Final = 1  # only those of the ZIP codes named
ELSEWHERE: Final = 2  # the row names a place whose streets are not known
NOWHERE: Final = 3  # it names none, and not all of the state is indexed
VAGUE: Final = 4  # it names a county only, of which some streets are known
ABROAD: Final = 5  # its text names another state

_REASONS: Final = (
    (ELSEWHERE, PLACE_NOT_INDEXED), (NOWHERE, NO_PLACE), (VAGUE, COUNTY_IN_PART),
    (ABROAD, OTHER_STATE_REASON),
)  # fmt: skip
_MOSTLY: Final = 0.5
"""Share of a county's land that an agency's own files must reach to count as all of it."""

_NO_ZIP: Final = 0  # of streets whose ZIP code is not known


@dataclass(frozen=True, eq=False)
class Coverage:
    """What may be meant by each row of a state.

    `standing` is one of those above; `place` the number of the place that each row names, and
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
        for standing, reason in _REASONS:
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

    An agency's own files count as all of a county when they reach half of its land. Else they count
    for the ZIP codes their streets bear, and streets without a ZIP code for the places they are at;
    a row that names nothing but such a county is not looked for. A mile beside a road is looked for
    in any county that has some.

    Parameters
    ----------
    index : StreetIndex
    gazetteer : Gazetteer
    parsed : list of Address, length n
    fips : list of str, length n
        County codes of the rows, "" where unknown.
    """
    counties, in_part = _known_counties(index, gazetteer)
    here = gazetteer.counties.index[gazetteer.counties["state"] == index.state]
    named = [
        (one.zip, one.city, code, one.kind == MILEPOST)
        for one, code in zip(parsed, fips, strict=True)
    ]
    number_of = {one: number for number, one in enumerate(dict.fromkeys(named))}
    asked = list(number_of)
    place = np.array([number_of[one] for one in named], dtype=np.int64)
    standing = np.full(len(asked), ANYWHERE, dtype=np.int64)
    zips: dict[int, frozenset[int]] = {}
    if not {int(code) for code in here} <= counties:
        areas = _areas(index, gazetteer, asked, with_squares=bool(in_part))
        for number, ((zip5, city, code, mile), area) in enumerate(zip(asked, areas, strict=True)):
            county = int(code) if code.isdigit() else 0
            known = {county} if county else area.counties
            if known & (index.touched if mile else counties):
                continue
            if area.zips and (not county or county in in_part):
                standing[number], zips[number] = WITHIN, area.zips
            elif zip5 or city:
                standing[number] = ELSEWHERE
            elif county:
                standing[number] = VAGUE if county in in_part else ELSEWHERE
            else:
                standing[number] = NOWHERE
    row = standing[place]
    row[[one.against == OTHER_STATE for one in parsed]] = ABROAD
    return Coverage(row, place, zips)


@dataclass(frozen=True)
class _Area:
    """Where a row may be: counties of its ZIP code and city, and ZIP codes of streets there."""

    counties: frozenset[int]
    zips: frozenset[int]


def _known_counties(index: StreetIndex, gazetteer: Gazetteer) -> tuple[frozenset[int], set[int]]:
    """Counties all of whose streets are known, and those that own files hold in part."""
    land = gazetteer.counties["land_km2"]
    reached = index.reached_km2
    filled = {
        code
        for code, km2 in reached.items()
        if km2 >= _MOSTLY * land.get(f"{code:05d}", float("inf"))
    }
    counties = index.counties | filled
    return counties, reached.keys() - counties


def _areas(
    index: StreetIndex, gazetteer: Gazetteer, asked: list[_Named], *, with_squares: bool
) -> list[_Area]:
    held = {int(code) for code in index.zip_boxes[0] if code}
    at_zip = gazetteer.by_zip(pd.Series([one[0] for one in asked], dtype="str"))
    names = pd.Series([one[1] for one in asked], dtype="str")
    at_city = gazetteer.by_place(names, pd.Series(index.state, index=names.index))
    bare = np.zeros(len(asked), dtype=bool)
    if with_squares:
        for table in (at_zip, at_city):
            square = squares(table[LON].to_numpy(dtype=float), table[LAT].to_numpy(dtype=float))
            bare |= [one in index.squares_without_zip for one in square.tolist()]
    cities = zips_of_cities(gazetteer, index.state)
    answer = []
    for (zip5, city, _, mile), zip_county, city_county, without in zip(
        asked, at_zip[GEOID].tolist(), at_city[GEOID].tolist(), bare.tolist(), strict=True
    ):
        own = {int(zip5)} & held if zip5 else set()
        town = cities.get(city, frozenset()) & held
        counties = {int(zip_county)} if zip_county and (own or mile) else set()
        counties |= {int(city_county)} if city_county and (town or mile) else set()
        bearing = frozenset(own or town)
        answer.append(_Area(frozenset(counties), bearing | {_NO_ZIP} if without else bearing))
    return answer
