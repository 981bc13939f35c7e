"""Places that words beside a street name, against the place of its row."""

import re
from typing import Any, Final, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.geocoding.address_told import BRACKET, COMMA
from geo.geocoding.address_whole import IN_COUNTY, OTHER_PLACE, OTHER_STATE
from geo.geocoding.gazetteer import NOTE, Gazetteer, zips_of_cities
from geo.geocoding.names import STATES, mapped, place_key
from geo.geocoding.street_doubt import APART_M
from geo.geocoding.street_locate import distance_m
from geo.ingest.places import CITY, FIPS, ZIP
from geo.schema import GEOID, LAT, LON, RADIUS_M

Array = NDArray[Any]

NEIGHBOR_M: Final = 150_000.0
"""As near a city of another state is meant; farther ones have the names of many persons."""

_LARGE: Final = 2
"""ZIP codes of a city that is meant also where no comma says that a city stands there."""

_COUNTY = re.compile(r"(?P<name>[A-Z ]+) (?P<kind>COUNTY|CNTY|CTY|CO|PARISH)")
_OUT = re.compile(r"OUT OF (?:THE )?(?P<what>STATE|COUNTY|TOWN|CITY|AREA)")
_SHORTEST_PIECE: Final = 3
_STATE_NAMES: Final = {name.upper(): code for code, (_, name) in STATES.items()}
_NO_STATES: Final = frozenset({"IN", "OR", "CO", "ME", "HI", "OK", "ID", "FL", "LA", "AL", "MS"})
"""Codes that are words, or carbon monoxide, in brackets."""


class Told(NamedTuple):
    """Words that may name a place (`address_told`), beside what the row says of its own."""

    home: str
    zip5: str
    city: str
    fips: str
    words: str


def names_county(gazetteer: Gazetteer, told: tuple[str, ...], home: str) -> bool:
    """Whether words name a county of a state: "PASQUOTANK CO" is not in Colorado."""
    named = [name for one in told if (name := _county(one.lstrip(BRACKET + COMMA)))]
    if not named:
        return False
    counties = pd.Series(named, dtype="str")
    found = gazetteer.by_county(counties, pd.Series(home, index=counties.index, dtype="str"))
    return bool((found[GEOID] != "").any())


def told_elsewhere(gazetteer: Gazetteer, asked: list[Told]) -> list[str]:
    """Say of words what of their row they contradict.

    A county counts that is not one of the row's, a state, "out of state", a shortened name of a
    city far from the row's, and a city that only another state has, 15 to 150 km away.

    Returns
    -------
    list of str
        "", `OTHER_STATE`, `OTHER_PLACE`, or `IN_COUNTY` with the code of a county: a street there
        is no contradiction.
    """
    table = pd.DataFrame(asked, columns=["home", ZIP, CITY, FIPS, "told"], dtype="str")
    words = table["told"].str.lstrip(BRACKET + COMMA)
    simple = [_without_row(*one) for one in zip(table["told"], words, table["home"], strict=True)]
    found = np.array(simple, dtype=object)
    own = _own(gazetteer, table)
    at_home = gazetteer.by_place(words, table["home"])
    known = at_home[LON].notna().to_numpy()
    found[known] = ""  # Washington in North Carolina
    counties = mapped(words, _county)
    said = gazetteer.by_county(counties, table["home"])[GEOID]
    of_city = [
        _counties_of_city(gazetteer, home, place_key(city)) if geoid else frozenset()
        for home, city, geoid in zip(table["home"], table[CITY], said, strict=True)
    ]
    for at, geoid in enumerate(said.tolist()):
        if geoid and not any(one[GEOID].iloc[at] == geoid for one in own):
            found[at] = "" if geoid in of_city[at] else f"{IN_COUNTY}{geoid}"
    strange = (said == "") & (counties != "") & ~words.str.endswith(" CO")
    found[(strange & gazetteer.is_county_somewhere(counties)).to_numpy()] = OTHER_PLACE
    rest = (found == "") & ~known & (counties == "").to_numpy()
    full = pd.Series(
        [
            _spelled_out(gazetteer, one, home) if more else ""
            for one, home, more in zip(words, table["home"], rest, strict=True)
        ],
        dtype="str",
    )
    found[apart(gazetteer.by_place(full, table["home"]), own) & (full != "").to_numpy()] = (
        OTHER_PLACE
    )
    sure = table["told"].str.startswith(COMMA)
    abroad = rest & (full == "").to_numpy()
    abroad &= lies_abroad(gazetteer, words, table["home"], own, any_size=sure.to_numpy())
    found[abroad] = OTHER_PLACE
    return [str(one) for one in found]


def apart(place: pd.DataFrame, own: tuple[pd.DataFrame, ...]) -> Array:
    """Whether places are known and far from all that their row names."""
    return _nearest_m(place, own) > APART_M


def lies_abroad(
    gazetteer: Gazetteer,
    names: pd.Series,
    home: pd.Series,
    own: tuple[pd.DataFrame, ...],
    *,
    any_size: Array,
) -> Array:
    """Whether cities that a state does not have lie in another one, near enough to be meant."""
    keys = mapped(names, place_key).where(
        (home != "") & gazetteer.by_place(names, home)[LON].isna(), ""
    )
    if not keys.any():
        return np.zeros(len(names), dtype=bool)
    places = gazetteer.places
    others = places[places["key"].isin(keys[keys != ""].unique())]
    if not len(others):
        return np.zeros(len(names), dtype=bool)
    both = pd.DataFrame({"key": keys.to_numpy(), "at": range(len(names))}).merge(others, on="key")
    rows = both["at"].to_numpy()
    far = _nearest_m(both, tuple(one.iloc[rows] for one in own))
    many = [
        len(zips_of_cities(gazetteer, state).get(key, ())) >= _LARGE
        for state, key in zip(both["state"], both["key"], strict=True)
    ]
    near = np.isfinite(far) & (far <= NEIGHBOR_M) & (np.array(many, dtype=bool) | any_size[rows])
    meant = np.isin(np.arange(len(names)), rows[near & (far > APART_M)])
    beside = np.isin(np.arange(len(names)), rows[far <= APART_M])
    found: Array = meant & ~beside
    return found


def _without_row(told: str, words: str, home: str) -> str:
    """Say what words mean wherever their row is."""
    out = _OUT.fullmatch(words)
    if out:
        return OTHER_STATE if out["what"] == "STATE" else OTHER_PLACE
    code = _STATE_NAMES.get(words, "")
    if told.startswith(BRACKET) and words in STATES and words not in _NO_STATES:
        code = words
    return OTHER_STATE if code and home and code != home else ""


def _own(gazetteer: Gazetteer, table: pd.DataFrame) -> tuple[pd.DataFrame, ...]:
    return (
        gazetteer.by_zip(table[ZIP]), gazetteer.by_place(table[CITY], table["home"]),
        gazetteer.by_fips(table[FIPS]),
    )  # fmt: skip


def _nearest_m(place: pd.DataFrame, own: tuple[pd.DataFrame, ...]) -> Array:
    """Meters to the nearest of what a row names; of a county to its circle. NaN where none is."""
    lon, lat = place[[LON, LAT]].to_numpy(dtype=float).T
    ways = []
    for one in own:
        reach = one[RADIUS_M].to_numpy() if NOTE in one else 0.0
        ways.append(distance_m(lon, lat, *one[[LON, LAT]].to_numpy(dtype=float).T) - reach)
    nearest: Array = np.fmin.reduce(ways)
    return nearest


def _county(words: str) -> str:
    found = _COUNTY.fullmatch(words)
    if found is None:
        return ""
    return f"{found['name']} {'PARISH' if found['kind'] == 'PARISH' else 'COUNTY'}"


def _counties_of_city(gazetteer: Gazetteer, home: str, city: str) -> frozenset[str]:
    """Counties of the ZIP codes that bear a city's name."""
    zips = pd.Series([f"{one:05d}" for one in zips_of_cities(gazetteer, home).get(city, ())])
    return frozenset(gazetteer.by_zip(zips)[GEOID]) - {""}


def _spelled_out(gazetteer: Gazetteer, words: str, home: str) -> str:
    """Give the one city of a state whose first word is shortened: "ELIZ CITY"; "" for none."""
    first, _, rest = words.partition(" ")
    if not rest or len(first) < _SHORTEST_PIECE:
        return ""
    keys = gazetteer.city_keys.by_state_and_letter.get((home, first[0]), ())
    behind = place_key(rest)
    found = [key for key in keys if key.startswith(first) and key.endswith(behind)]
    longer = [key for key in found if len(key) > len(first) + len(behind)]
    return longer[0] if len(found) == len(longer) == 1 else ""
