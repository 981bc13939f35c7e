"""Addresses whose text names another place than the columns of their row."""

from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.geocoding.address_whole import OTHER_PLACE, OTHER_STATE, TWO, Address
from geo.geocoding.gazetteer import Gazetteer
from geo.geocoding.street_doubt import APART_M
from geo.geocoding.street_locate import distance_m
from geo.geocoding.two_addresses import names_two_houses
from geo.ingest.places import ADDRESS, CITY, ZIP
from geo.schema import LAT, LON, RADIUS_M

Array = NDArray[Any]

_SHORTEST_TWO: Final = len("1 ELM ST, 2 OAK ST")


def contradictions(
    gazetteer: Gazetteer, rows: pd.DataFrame, parsed: list[Address], state: list[str]
) -> dict[int, str]:
    """Say which texts name another state, city or ZIP code than their row.

    A city counts that the state's gazetteer knows and that is more than 15 km from the ZIP code and
    the city of the row; a ZIP code that is known and not the row's, or, where the row has none,
    that is as far from its city. A row that names no place of its own is never contradicted. One
    whose own city and ZIP code are as far apart, beyond what both reach, contradicts itself, and so
    does one with a ZIP code of another state and a city that its own does not have. A text may
    name two houses: somebody's home and the scene.

    Parameters
    ----------
    gazetteer : Gazetteer
    rows : DataFrame of str, shape (n, ...)
        Columns address, zip and city.
    parsed : list of Address, length n
        As the texts say it.
    state : list of str, length n
        In which each is looked for.

    Returns
    -------
    dict of int to str
        `OTHER_STATE`, `OTHER_PLACE` or `TWO` by position.
    """
    zips, cities = rows[ZIP].str.slice(0, 5).tolist(), rows[CITY].tolist()
    found: dict[int, str] = {}
    some: dict[tuple[str, ...], list[int]] = {}
    themselves = _themselves(gazetteer, set(zip(state, zips, cities, strict=True)))
    told = zip(parsed, state, zips, cities, rows[ADDRESS].tolist(), strict=True)
    for at, (one, home, zip5, city, text) in enumerate(told):
        if one.state and home and one.state != home:
            found[at] = OTHER_STATE
        elif themselves and (home, zip5, city) in themselves:
            found[at] = OTHER_PLACE
        elif len(text) >= _SHORTEST_TWO and names_two_houses(text):
            found[at] = TWO
        elif (one.said_city or (one.zip and one.zip != zip5)) and (zip5 or city):
            some.setdefault((home, one.said_city, one.zip, city, zip5), []).append(at)
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


def _themselves(
    gazetteer: Gazetteer, named: set[tuple[str, str, str]]
) -> set[tuple[str, str, str]]:
    """Which rows name a ZIP code that lies far from the city they name: state, ZIP code, city."""
    both = [one for one in named if one[1] and one[2]]
    if not both:
        return set()
    table = pd.DataFrame(both, columns=["home", ZIP, CITY])
    at_zip = gazetteer.by_zip(table[ZIP])
    at_city = gazetteer.by_place(table[CITY], table["home"])
    ways = distance_m(
        *at_zip[[LON, LAT]].to_numpy(dtype=float).T, *at_city[[LON, LAT]].to_numpy(dtype=float).T
    )
    beyond = ways - at_zip[RADIUS_M].to_numpy() - at_city[RADIUS_M].to_numpy() > APART_M
    lies = gazetteer.state_of_zip(table[ZIP])
    abroad = (table["home"] != "") & (lies != "") & (lies != table["home"]) & at_city[LON].isna()
    told = (beyond | abroad.to_numpy()).tolist()
    return {one for one, far in zip(both, told, strict=True) if far}


def _apart(said: pd.DataFrame, *own: pd.DataFrame) -> Array:
    """Whether places are known and far from all that their row names."""
    here = said[[LON, LAT]].to_numpy(dtype=float).T
    ways = [distance_m(*here, *one[[LON, LAT]].to_numpy(dtype=float).T) for one in own]
    return np.fmin(*ways) > APART_M
