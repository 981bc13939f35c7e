"""Addresses whose text names another place than the columns of their row."""

from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.geocoding.address_whole import OTHER_PLACE, OTHER_STATE, OWN, TWO, Address
from geo.geocoding.gazetteer import Gazetteer, zip5, zips_of_cities
from geo.geocoding.names import place_key, state_codes
from geo.geocoding.street_doubt import APART_M
from geo.geocoding.street_locate import distance_m
from geo.geocoding.street_told import Told, lies_abroad, names_county, told_elsewhere
from geo.geocoding.two_addresses import names_two_houses
from geo.ingest.places import ADDRESS, CITY, FIPS, ZIP
from geo.schema import LAT, LON, RADIUS_M

Array = NDArray[Any]

_ALSO_COUNTY: Final = "CO"
_MOST_ZIPS: Final = 4
"""ZIP codes of a town; the names of larger cities are written far beyond them."""

_SHORTEST_TWO: Final = len("1 ELM ST, 2 OAK ST")


def contradictions(
    gazetteer: Gazetteer, rows: pd.DataFrame, parsed: list[Address], state: list[str]
) -> dict[int, str]:
    """Say which texts name another state, city or ZIP code than their row.

    A city counts that the state's gazetteer knows and that is more than 15 km from the ZIP code and
    the city of the row; a ZIP code that is known and not the row's, or, where the row has none,
    that is as far from its city. So does a county, and what else words beside the street name
    (`street_told`). A row that names no place of its own is never contradicted.

    A row contradicts itself whose city and ZIP code are as far apart, and neither reaches the
    other; so does one with a ZIP code of another state and a city that its own does not have, and
    one with a city that is in another state only, or is said to be there. A text may name two
    houses: somebody's home and the scene.

    Parameters
    ----------
    gazetteer : Gazetteer
    rows : DataFrame of str, shape (n, ...)
        Columns address, zip, city and county_fips.
    parsed : list of Address, length n
        As the texts say it.
    state : list of str, length n
        In which each is looked for.

    Returns
    -------
    dict of int to str
        What `Address.against` tells, by position.
    """
    zips, cities = rows[ZIP].str.slice(0, 5).tolist(), rows[CITY].tolist()
    fips = rows[FIPS].tolist()
    found: dict[int, str] = {}
    some: dict[tuple[str, ...], list[int]] = {}
    themselves = _themselves(gazetteer, set(zip(state, zips, cities, fips, strict=True)))
    told = [at for at, one in enumerate(parsed) if one.told]
    beside = _beside(
        gazetteer,
        [(at, state[at], zips[at], cities[at], fips[at], parsed[at].told) for at in told],
    )
    rows_own = zip(parsed, state, zips, cities, fips, rows[ADDRESS].tolist(), strict=True)
    for at, (one, home, code, city, county, text) in enumerate(rows_own):
        if one.state and home and one.state != home and not _is_county(gazetteer, one, home):
            found[at] = OTHER_STATE
        elif themselves and (home, code, city, county) in themselves:
            found[at] = OWN
        elif beside and at in beside:
            found[at] = beside[at]
        elif len(text) >= _SHORTEST_TWO and names_two_houses(text):
            found[at] = TWO
        elif (one.said_city or (one.zip and one.zip != code)) and (code or city):
            some.setdefault((home, one.said_city, one.zip, city, code), []).append(at)
    if not some:
        return found
    table = pd.DataFrame(list(some), columns=["home", "said_city", "said_zip", CITY, ZIP])
    own = (gazetteer.by_zip(table[ZIP]), gazetteer.by_place(table[CITY], table["home"]))
    away = _apart(gazetteer.by_place(table["said_city"], table["home"]), *own)
    said = gazetteer.by_zip(table["said_zip"])
    differs = (said[LON].notna() & (table["said_zip"] != table[ZIP])).to_numpy()
    other = differs & ((table[ZIP] != "").to_numpy() | _apart(said, *own))
    for against, rows_of in zip((away | other).tolist(), some.values(), strict=True):
        if against:
            found |= dict.fromkeys(rows_of, OTHER_PLACE)
    return found


def _is_county(gazetteer: Gazetteer, one: Address, home: str) -> bool:
    """Whether Colorado is short for "county"."""
    return one.state == _ALSO_COUNTY and names_county(gazetteer, one.told, home)


def _beside(
    gazetteer: Gazetteer, asked: list[tuple[int, str, str, str, str, tuple[str, ...]]]
) -> dict[int, str]:
    """Say what words beside the street contradict, of rows that name a place of their own."""
    rows_of: dict[Told, list[int]] = {}
    for at, home, code, city, county, told in asked:
        if home and (code or city or county):
            for words in told:
                rows_of.setdefault(Told(home, code, city, county, words), []).append(at)
    if not rows_of:
        return {}
    found = told_elsewhere(gazetteer, list(rows_of))
    return {
        at: what for what, rows in zip(found, rows_of.values(), strict=True) if what for at in rows
    }


def _themselves(
    gazetteer: Gazetteer, named: set[tuple[str, str, str, str]]
) -> set[tuple[str, str, str, str]]:
    """Which rows name places that do not go together: state, ZIP code, city, county code."""
    some = [one for one in named if one[2] and (one[1] or one[3] or "," in one[2])]
    if not some:
        return set()
    table = pd.DataFrame(some, columns=["home", ZIP, CITY, FIPS], dtype="str")
    home = table["home"]
    at_zip, at_city = gazetteer.by_zip(table[ZIP]), gazetteer.by_place(table[CITY], home)
    ways = distance_m(
        *at_zip[[LON, LAT]].to_numpy(dtype=float).T, *at_city[[LON, LAT]].to_numpy(dtype=float).T
    )
    reach = at_zip[RADIUS_M].to_numpy(), at_city[RADIUS_M].to_numpy()
    beyond = ways - sum(reach) > APART_M
    outside = (ways > APART_M) & (ways > np.fmax(*reach))
    for at in np.flatnonzero(outside & ~beyond).tolist():
        own_zips = zips_of_cities(gazetteer, some[at][0]).get(place_key(some[at][2]), frozenset())
        beyond[at] = 0 < len(own_zips) <= _MOST_ZIPS and int(zip5(some[at][1])) not in own_zips
    lies = gazetteer.state_of_zip(table[ZIP])
    abroad = (home != "") & (lies != "") & (lies != home) & at_city[LON].isna()
    told = beyond | abroad.to_numpy()
    unknown = np.flatnonzero(at_city[LON].isna() & (home != ""))
    told[unknown] |= _names_other_state(gazetteer, table.iloc[unknown].reset_index(drop=True))
    return {one for one, apart in zip(some, told.tolist(), strict=True) if apart}


def _names_other_state(gazetteer: Gazetteer, table: pd.DataFrame) -> Array:
    """Whether cities that their state does not have are in another one, or said to be there."""
    if not len(table):
        return np.zeros(0, dtype=bool)
    written = table[CITY].str.rpartition(",")
    said = state_codes(written[2].where(written[0] != "", ""))
    own = (gazetteer.by_zip(table[ZIP]), gazetteer.by_fips(table[FIPS]))
    alone = (table[ZIP] == "").to_numpy()
    elsewhere = lies_abroad(gazetteer, table[CITY], table["home"], own, any_size=alone)
    other: Array = elsewhere | ((said != "") & (said != table["home"])).to_numpy()
    return other


def _apart(said: pd.DataFrame, *own: pd.DataFrame) -> Array:
    """Whether places are known and far from all that their row names."""
    here = said[[LON, LAT]].to_numpy(dtype=float).T
    ways = [distance_m(*here, *one[[LON, LAT]].to_numpy(dtype=float).T) for one in own]
    return np.fmin(*ways) > APART_M
