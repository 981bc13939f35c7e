"""Points for ZIP codes, cities and counties, looked up in tables that travel with the app."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.geocoding.names import (
    STATES,
    county_base_key,
    county_key,
    mapped,
    place_key,
    state_code,
    state_codes,
)
from geo.schema import GEOID, LAT, LON, RADIUS_M

COUNTY_SHARE: Final = "county_share"  # how much of the ZIP code or city is in that county, 0..1
KIND: Final = "kind"  # "standard" | "po_box" | "unique" ZIP code
NOTE: Final = "note"  # what was decided for the user, "" mostly

ALSO_A_CITY: Final = "A county and a city share this name; taken as the county."
RENUMBERED: Final = "This county code was replaced; the newer one is used."

RECODED: Final[Mapping[str, str]] = {"46113": "46102", "02270": "02158", "51515": "51019"}
"""County codes replaced one for one: Shannon SD, Wade Hampton AK, Bedford city VA."""

_FORMER_NAMES: Final = {
    ("SD", "SHANNON"): "46102", ("AK", "WADEHAMPTON"): "02158", ("VA", "BEDFORDCITY"): "51019",
    ("FL", "DADE"): "12086", ("MD", "PRINCEGEORGE"): "24033", ("DC", "WASHINGTON"): "11001",
    ("DC", "WASHINGTONDC"): "11001", ("DC", "DC"): "11001", ("NV", "CARSON"): "32510",
    ("AK", "PRINCEOFWALESOUTERKETCHIKAN"): "02198",
}  # fmt: skip
_NUMBER = re.compile(r"^\s*(\d+)(?:\.0+)?\s*$")
_ZIP = re.compile(r"^\s*(\d{3,5})(?:\.0+|-\d{0,4}| \d{4})?\s*$")
_ZIP_PLUS_4 = re.compile(r"^\s*(\d{5})\d{4}\s*$")


@dataclass(frozen=True, eq=False)
class Gazetteer:
    """Look-up tables of the places of the United States.

    Every answer is a table with the caller's index and order; where nothing is found, `lon`, `lat`,
    `radius_m` and `county_share` are NaN and `geoid` is "".

    Parameters
    ----------
    zips : DataFrame
        Columns zip, lon, lat, geoid, radius_m, county_share, kind.
    places : DataFrame
        Columns key (`place_key` of the name), state, lon, lat, geoid, radius_m, county_share.
    counties : DataFrame
        Indexed by geoid: name, kind, state, lon, lat, land_km2, timezone.
    zip_source, county_source : str
        What people read as the source of ZIP codes and cities, and of counties.
    """

    zips: pd.DataFrame
    places: pd.DataFrame
    counties: pd.DataFrame
    zip_source: str = ""
    county_source: str = ""

    def by_zip(self, zips: pd.Series) -> pd.DataFrame:
        """Points of ZIP codes, given as text or number, ZIP+4 or with a lost leading zero.

        Returns
        -------
        DataFrame
            lon, lat, geoid, radius_m, county_share, kind.
        """
        return self._zip_table.rows(mapped(zips, zip5))

    def state_of_zip(self, zips: pd.Series) -> pd.Series:
        """USPS codes of the states that ZIP codes lie in, "" where unknown."""
        return mapped(zips, self.state_of)

    def state_of(self, zip_code: str) -> str:
        """USPS code of the state that a ZIP code lies in, "" where unknown."""
        return self._zip_states.get(zip5(zip_code), "")

    def by_place(self, city: pd.Series, state: pd.Series) -> pd.DataFrame:
        """Points of cities and towns; without a state nothing is found.

        Returns
        -------
        DataFrame
            lon, lat, geoid, radius_m, county_share.
        """
        return self._place_table.rows(_joined(state_codes(state), mapped(city, place_key)))

    def by_county(self, name: pd.Series, state: pd.Series) -> pd.DataFrame:
        """Points inside counties, by name in any style.

        "Middlesex", "MIDDLESEX COUNTY", "Baltimore City", "Saint Louis", "De Kalb Co." and "Orleans
        County" (a parish) are all understood. A name that a county and a city share means the
        county, and `note` says so.

        Returns
        -------
        DataFrame
            lon, lat, geoid, radius_m (of a circle as large as the county), county_share (1), note.
        """
        codes = state_codes(state)
        exact = _joined(codes, mapped(name, county_key)).map(self._county_keys)
        base = _joined(codes, mapped(name, county_base_key)).map(self._county_bases)
        found = exact.fillna(base).fillna("")
        answer = self._county_table.rows(found)
        plain = mapped(name, county_key) == mapped(name, county_base_key)
        shared = _joined(codes, mapped(name, county_key)).isin(self._shared_names)
        answer[NOTE] = np.where(plain & shared, ALSO_A_CITY, "")
        return answer

    def by_fips(self, codes: pd.Series) -> pd.DataFrame:
        """Points inside counties, by five-digit code as text or number.

        Replaced codes (`RECODED`) give the newer county, and `note` says so.

        Returns
        -------
        DataFrame
            lon, lat, geoid, radius_m, county_share (1), note.
        """
        given = mapped(codes, fips5)
        answer = self._county_table.rows(given.replace(dict(RECODED)))
        answer[NOTE] = np.where(given.isin(list(RECODED)), RENUMBERED, "")
        return answer

    def timezone_of(self, geoids: pd.Series) -> pd.Series:
        """IANA time zone of counties ("America/Chicago"), "" where the county is unknown."""
        return geoids.map(self.counties["timezone"]).fillna("").astype("str")

    def name_of(self, geoids: pd.Series) -> pd.Series:
        """Give county names with their state ("Cook County, IL"), "" where unknown."""
        names = self.counties["name"] + ", " + self.counties["state"]
        return geoids.map(names).fillna("").astype("str")

    def lie_in(self, geoids: pd.Series, state: pd.Series) -> pd.Series:
        """Whether counties are known and lie in the states given; where none is given, in any."""
        there = geoids.map(self.counties["state"]).fillna("")
        return (geoids != "") & ((state == "") | (state == there))

    def is_county_somewhere(self, name: pd.Series) -> pd.Series:
        """Whether some state has a county of that name."""
        return mapped(name, county_key).isin(self._all_keys)

    def share_name(self, some: pd.Series, others: pd.Series) -> pd.Series:
        """Whether counties lie in one state and are called alike but for "County" and "city"."""
        names = _joined(self.counties["state"], self._bare_names)
        return (some.map(names) == others.map(names)).astype(bool)

    @cached_property
    def city_keys(self) -> "StateKeys":
        """Keys (`names.place_key`) of the cities and towns of each state."""
        return StateKeys.of(self.places["state"], self.places["key"])

    @cached_property
    def county_keys(self) -> "StateKeys":
        """Keys (`names.county_base_key`) of the counties of each state."""
        return StateKeys.of(self.counties["state"], mapped(self.counties["name"], county_base_key))

    @cached_property
    def _zip_table(self) -> "_Table":
        columns = [LON, LAT, GEOID, RADIUS_M, COUNTY_SHARE, KIND]
        return _Table.of(self.zips["zip"], self.zips[columns])

    @cached_property
    def _zip_states(self) -> dict[str, str]:
        state = self.zips["geoid"].map(self.counties["state"]).fillna("")
        return dict(zip(self.zips["zip"].tolist(), state.tolist(), strict=True))

    @cached_property
    def _place_table(self) -> "_Table":
        columns = [LON, LAT, GEOID, RADIUS_M, COUNTY_SHARE]
        keys = _joined(self.places["state"], self.places["key"])
        return _Table.of(keys, self.places[columns])

    @cached_property
    def _county_table(self) -> "_Table":
        table = self.counties[[LON, LAT]].copy()
        table[GEOID] = self.counties.index
        table[RADIUS_M] = (np.sqrt(self.counties["land_km2"] / np.pi) * 1000).round(-1)
        table[COUNTY_SHARE] = 1.0
        return _Table.of(self.counties.index, table)

    @cached_property
    def _county_keys(self) -> dict[str, str]:
        """Geoid by "ST|full name key"."""
        keys = _joined(self.counties["state"], mapped(self.counties["name"], county_key))
        return dict(zip(keys, self.counties.index, strict=True))

    @cached_property
    def _county_bases(self) -> dict[str, str]:
        """Geoid by "ST|name key without kind"; a county comes before a city of the same name."""
        table = self.counties.assign(
            base=_joined(self.counties["state"], self._bare_names),
            city=self.counties["kind"] == "city",
        )
        table = table.sort_values("city", kind="stable")
        table = table[~table["base"].duplicated()]
        former = {f"{state}|{key}": geoid for (state, key), geoid in _FORMER_NAMES.items()}
        return former | dict(zip(table["base"], table.index, strict=True))

    @cached_property
    def _all_keys(self) -> frozenset[str]:
        """Keys of the names of all counties, with their kind and without; a state is none."""
        keys = {key.partition("|")[2] for key in (*self._county_keys, *self._county_bases)}
        return frozenset(keys - {""})

    @cached_property
    def _bare_names(self) -> pd.Series:
        """Keys of county names without any kind, not even "city"."""
        kinds = self.counties["kind"]
        bare = [
            name.removesuffix(kind) for name, kind in zip(self.counties["name"], kinds, strict=True)
        ]
        return mapped(pd.Series(bare, index=self.counties.index), county_key)

    @cached_property
    def _shared_names(self) -> frozenset[str]:
        keys = _joined(self.counties["state"], self._bare_names)
        return frozenset(keys[keys.duplicated()])


@dataclass(frozen=True, eq=False)
class StateKeys:
    """Keys of names: all of them, and those of a state that begin with a letter."""

    anywhere: frozenset[str]
    by_state_and_letter: Mapping[tuple[str, str], tuple[str, ...]]

    @classmethod
    def of(cls, state: pd.Series, key: pd.Series) -> "StateKeys":
        """Group keys by their state."""
        groups = key.groupby([state, key.str.slice(0, 1)])
        return cls(frozenset(key), {(str(s), str(c)): tuple(part) for (s, c), part in groups})


@dataclass(frozen=True, eq=False)
class _Table:
    """Columns by key. Each ends with what stands for a key that is not there: NaN or ""."""

    position: Mapping[str, int]
    columns: Mapping[str, NDArray[Any]]

    @classmethod
    def of(cls, keys: pd.Series | pd.Index, table: pd.DataFrame) -> "_Table":
        """Build from a table whose rows have these keys, each once."""
        columns = {
            name: np.append(column.to_numpy(), np.nan)
            if pd.api.types.is_numeric_dtype(column)
            else np.append(column.to_numpy(dtype=object), "")
            for name, column in table.items()
        }
        return cls({key: row for row, key in enumerate(keys.tolist())}, columns)

    def rows(self, keys: pd.Series) -> pd.DataFrame:
        """Rows for `keys`, with the index of `keys`."""
        at = np.array([self.position.get(key, -1) for key in keys.tolist()], dtype=np.int64)
        found = {
            name: column[at] if column.dtype != object else pd.array(column[at], dtype="str")
            for name, column in self.columns.items()
        }
        return pd.DataFrame(found, index=keys.index)


@lru_cache(maxsize=64)
def zips_of_cities(gazetteer: Gazetteer, state: str) -> Mapping[str, frozenset[int]]:
    """ZIP codes that bear the name of each city of a state, by its `place_key`."""
    table = gazetteer.zips
    table = table[table["state"] == state]
    keys = mapped(table["city"], place_key)
    codes = table["zip"].astype("int64")
    return {str(key): frozenset(part) for key, part in codes.groupby(keys)}


def zip5(text: str) -> str:
    """Five digits of a ZIP code, "" when it is none.

    Examples
    --------
    >>> zip5("06103-1234"), zip5("6103.0"), zip5("061031234"), zip5("UNKNOWN")
    ('06103', '06103', '06103', '')
    """
    if whole := _ZIP_PLUS_4.match(text):
        return whole[1]
    found = _ZIP.match(text)
    return found[1].zfill(5) if found else ""


def fips5(text: str) -> str:
    """Five-digit county code, "" when it is none.

    Examples
    --------
    >>> fips5("9007"), fips5("09007.0"), fips5("007")
    ('09007', '09007', '')
    """
    found = _NUMBER.match(text)
    return found[1].zfill(5) if found and len(found[1]) in {4, 5} else ""


def _joined(state: pd.Series, key: pd.Series) -> pd.Series:
    return state.astype("str") + "|" + key.astype("str")


__all__ = [
    "ALSO_A_CITY", "COUNTY_SHARE", "KIND", "NOTE", "RECODED", "RENUMBERED", "STATES", "Gazetteer",
    "StateKeys", "fips5", "state_code", "state_codes", "zip5", "zips_of_cities",
]  # fmt: skip
