"""Places that one address may mean, for a person to choose from."""

from dataclasses import replace
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.geocoding import street_answer, street_between, street_cross_offers, street_miles
from geo.geocoding.address_whole import BETWEEN, BLOCK, CROSSING, HOUSE, MILEPOST, Address
from geo.geocoding.address_whole import STREET as STREET_ALONE
from geo.geocoding.names import mapped, place_key
from geo.geocoding.street_answer import METHODS, PLACE_NOT_INDEXED, Answers
from geo.geocoding.street_answer import PRECISION as CODES
from geo.geocoding.street_finder import Asked, Finder
from geo.geocoding.street_fuzzy import short_names_near
from geo.geocoding.street_index import StreetIndex
from geo.geocoding.street_match import LONGEST_M, WORST, spots_of
from geo.geocoding.street_query import Queries
from geo.geocoding.street_table import MATCHED, matched_texts
from geo.ingest.places import FIPS
from geo.schema import LAT, LON, METHOD, PRECISION, RADIUS_M

COST: Final = "cost"
STREET: Final = "street"
ELSEWHERE: Final = "elsewhere"

_ON_STREETS: Final = frozenset({HOUSE, BLOCK, STREET_ALONE, BETWEEN})
_MOST: Final = 10
_SPOT: Final = 4  # decimals of a degree, about ten meters: two crossings may have one name


def candidates(finder: Finder, asked: Asked, row: int) -> pd.DataFrame:
    """Places that one address may mean, the likeliest first, at most ten.

    Of a crossing these are those of the names that fit best, else the nearest crossings of either
    street; of a mile the nearest markers of its road. Nothing that would be off by more than the
    middle of a street may be is among them.

    Parameters
    ----------
    finder : Finder
    asked : Asked
        From `Finder.read`.
    row : int
        Which of its rows.

    Returns
    -------
    DataFrame
        lon, lat, precision, radius_m, method, matched_text, street (the same without a number),
        elsewhere ("in another ZIP code (27944)" than the row's, "" where it is not), cost (what
        speaks against it).
    """
    columns = [LON, LAT, PRECISION, RADIUS_M, METHOD, MATCHED, STREET, ELSEWHERE, COST]
    index = finder.indexes.get(asked.state.iloc[row])
    if index is None:
        return pd.DataFrame(columns=columns)
    one = asked.parsed[row]
    found, read = _offers(finder, index, one)
    table = pd.DataFrame(
        {
            LON: found.lon, LAT: found.lat, RADIUS_M: np.round(found.radius_m),
            PRECISION: [CODES[k] for k in found.method],
            METHOD: [METHODS[k] for k in found.method],
            MATCHED: matched_texts(index, found, read),
            STREET: matched_texts(index, found, [said._replace(number=-1) for said in read]),
            ELSEWHERE: _elsewhere(finder, index, asked, row, found.street),
            COST: np.round(found.cost, 2),
        }
    )  # fmt: skip
    table = table[table[RADIUS_M] <= LONGEST_M].sort_values(COST, kind="stable")
    spot = table[[LON, LAT]].round(_SPOT)
    spot.loc[found.other[table.index] < 0] = 0.0
    again = table[[MATCHED, METHOD]].join(spot).duplicated()
    return table[~again].head(_MOST).reset_index(drop=True)[columns]


def _offers(finder: Finder, index: StreetIndex, one: Address) -> tuple[Answers, list[Address]]:
    """All that an address may mean, and what of it is said of each."""
    asked = _query(finder, index, one)
    parts = [_spots(finder, index, one)] if one.kind in _ON_STREETS else []
    miles = np.zeros(0)
    if one.kind == CROSSING:
        parts = [street_cross_offers.crossings(index, pair) for pair in _pairs(asked)]
    elif one.kind == BETWEEN:
        parts.insert(0, street_between.offers(index, asked))
    elif one.kind == MILEPOST:
        found, miles = street_miles.offers(index, asked)
        parts = [found]
    if not parts:
        return street_answer.nothing(0), []
    if one.behind_dash >= 0:
        numbers = dict.fromkeys((one.number, one.before_dash, one.behind_dash))
        each = [one._replace(number=k, behind_dash=-1, before_dash=-1) for k in numbers]
        parts = [_spots(finder, index, which) for which in each]
        read = [which for which, found in zip(each, parts, strict=True) for _ in found.lon]
        return street_answer.together(parts), read
    every = street_answer.together(parts)
    if len(miles):
        return every, [one._replace(mile=mile) for mile in miles.tolist()]
    return every, [one] * len(every.lon)


def _pairs(asked: Queries) -> list[Queries]:
    """Give a crossing as it is asked for, and of three streets each two."""
    if not asked.other_cross.base[0]:
        return [asked]
    third = [replace(asked, name=one, cross=asked.other_cross) for one in (asked.name, asked.cross)]
    return [asked, *third]


def _query(finder: Finder, index: StreetIndex, one: Address) -> Queries:
    county = np.zeros(1, dtype=np.int64)
    return finder.queries([one], finder.anchors([one], index.state), county, index)


def _spots(finder: Finder, index: StreetIndex, one: Address) -> Answers:
    """All spots an address may mean, with those on streets whose names of three letters are near.

    Nothing is taken for so short a name without a person: OAK is as near to OAT as to OAKS.
    """
    if one.kind == BETWEEN:
        one = one._replace(kind=STREET_ALONE)
    parts = [spots_of(index, _query(finder, index, one))]
    for base, cost in short_names_near(one.street.base, index.bases):
        street = one.street._replace(base=index.bases[base])
        found = spots_of(index, _query(finder, index, one._replace(street=street)))
        found = found.take(np.flatnonzero(index.street_base[found.street] == base))
        found.name[:] += cost
        parts.append(found)
    every = street_answer.together(parts)
    return every.take(np.flatnonzero(every.cost <= WORST))


def _elsewhere(
    finder: Finder, index: StreetIndex, asked: Asked, row: int, streets: NDArray[np.int64]
) -> list[str]:
    """Say of streets whether they lie in another place than the row names, "" where they do not."""
    one, code = asked.parsed[row], asked.rows[FIPS].iloc[row]
    reason = finder.answers(asked, np.array([row]), index).reason[0]
    refused = bool(reason == PLACE_NOT_INDEXED)
    zips = finder.gazetteer.zips
    town = set(zips["zip"][mapped(zips["city"], place_key) == one.city]) if refused else set()
    counties = finder.gazetteer.counties["name"]
    said = []
    for street in streets.tolist():
        zip5, county = f"{index.street_zip[street]:05d}", f"{index.street_county[street]:05d}"
        if one.zip and int(zip5) and zip5 != one.zip:
            said.append(f"in another ZIP code ({zip5})")
        elif code and int(county) and county != code:
            said.append(f"in another county ({counties.get(county, county)})")
        elif refused and not one.zip and not code and zip5 not in town:
            said.append(f"in another city or town (ZIP code {zip5})" if int(zip5) else "elsewhere")
        else:
            said.append("")
    return said
