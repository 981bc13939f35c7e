"""Rows with addresses to places: parsed, and sent to the index of their state."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.geocoding import street_answer
from geo.geocoding.address import parse
from geo.geocoding.address_whole import (
    IN_COUNTY,
    OTHER_PLACE,
    OWN,
    TWO,
    Address,
    settled,
)
from geo.geocoding.gazetteer import Gazetteer, zips_of_cities
from geo.geocoding.names import place_key
from geo.geocoding.street_answer import REASONS, Answers
from geo.geocoding.street_contradiction import contradictions
from geo.geocoding.street_coverage import coverage
from geo.geocoding.street_index import StreetIndex, installed, open_index
from geo.geocoding.street_match import match
from geo.geocoding.street_query import ANCHORS, Queries, queries
from geo.geocoding.street_table import REASON, as_table, unanswered
from geo.geocoding.told_otherwise import NOT_SCENE, UNSURE_NUMBER, told_otherwise
from geo.ingest.places import ADDRESS, CITY, FIPS, STATE, ZIP
from geo.schema import LAT, LON, RADIUS_M

ASKED: Final = (ADDRESS, ZIP, CITY, STATE, FIPS)
"""Columns of what is looked for, all str, "" when not given."""

_DOUBTS: Final = (
    (OTHER_PLACE, street_answer.OTHER_PLACE), (TWO, street_answer.TWO_PLACES),
    (NOT_SCENE, street_answer.NOT_SCENE), (UNSURE_NUMBER, street_answer.UNSURE_NUMBER),
    (OWN, street_answer.OWN_PLACES),
)  # fmt: skip
_FIVE_DIGITS = re.compile(r"[0-9]{5}")

Tell = Callable[[str, float], None]
Array = NDArray[Any]


@dataclass(frozen=True, eq=False)
class Asked:
    """Different addresses, parsed, with the state each is looked for in."""

    rows: pd.DataFrame  # ASKED, index 0..n-1
    parsed: list[Address]
    state: pd.Series
    abroad: Array  # whether its ZIP code lies in another state, and was not used

    def __len__(self) -> int:
        return len(self.parsed)


class _Said(NamedTuple):
    """What the columns of a row say of its place, and which cities a text there may name."""

    state: str
    cities: frozenset[str]
    city: str
    zip5: str
    zip_state: str


@dataclass(frozen=True, eq=False)
class Finder:
    """Finds streets in the indexes of a folder.

    Parameters
    ----------
    indexes : mapping of str to StreetIndex
        By state (USPS code).
    gazetteer : Gazetteer
        Tells where ZIP codes and cities lie, and which state a ZIP code is in.
    """

    indexes: Mapping[str, StreetIndex]
    gazetteer: Gazetteer
    _cities: dict[tuple[str, str], frozenset[str]] = field(default_factory=dict)

    @property
    def vintage(self) -> str:
        """Digest of all indexes."""
        return "-".join(f"{s}{self.indexes[s].vintage}" for s in sorted(self.indexes))

    def read(self, rows: pd.DataFrame) -> Asked:
        """Parse rows (`ASKED`; other columns are left alone).

        The state is that of the row, else that written in the address, else that of the ZIP code. A
        ZIP code of another state than the row's is not used. What of a text contradicts its row is
        marked (`Address.against`).
        """
        rows = rows[list(ASKED)].reset_index(drop=True)
        columns = list(zip(*(rows[name].tolist() for name in (ZIP, CITY, STATE)), strict=True))
        said = {one: self._said(*one) for one in dict.fromkeys(columns)}
        parsed, states, zips, abroad = [], [], [], []
        for text, own in zip(rows[ADDRESS].tolist(), columns, strict=True):
            where = said[own]
            one = parse(text, where.cities, where.city, where.zip5)
            zip5, lies = where.zip5, where.zip_state
            if not own[0]:
                zip5, lies = one.zip, self.gazetteer.state_of(one.zip)
            state = where.state or one.state or lies
            parsed.append(one)
            states.append(state)
            abroad.append(bool(lies) and lies != state)
            zips.append("" if abroad[-1] else zip5)
        against = told_otherwise(rows[ADDRESS].tolist())
        against |= contradictions(self.gazetteer, rows, parsed, states)
        parsed = [
            one if one.zip == zip5 and not one.told else settled(one, zip5)
            for one, zip5 in zip(parsed, zips, strict=True)
        ]
        for row, what in against.items():
            parsed[row] = parsed[row]._replace(against=what)
        return Asked(rows, parsed, pd.Series(states, dtype="str"), np.array(abroad, dtype=bool))

    def _said(self, zip_code: str, city: str, state: str) -> "_Said":
        lies = self.gazetteer.state_of(zip_code)
        zip5 = zip_code[:5] if _FIVE_DIGITS.match(zip_code) else ""
        cities = self._cities_of(state or lies, zip_code[:3] if lies else "")
        return _Said(state or lies, cities, place_key(city), zip5, self.gazetteer.state_of(zip5))

    def find(self, asked: Asked, tell: Tell | None = None) -> pd.DataFrame:
        """Look for addresses.

        Parameters
        ----------
        asked : Asked
            From `read`.
        tell : callable, optional
            Hears what is being done and how far all of it is; may raise to stop.

        Returns
        -------
        DataFrame
            `FOUND`, in the order of the rows.
        """
        parts, done = [], 0
        for state, rows in _groups(asked.state):
            if tell:
                tell(f"Streets of {state or 'no state'}", done / max(1, len(asked)))
            if state in self.indexes:
                index = self.indexes[state]
                found = self.answers(asked, rows, index)
                part = as_table(index, found, [asked.parsed[row] for row in rows])
            else:
                part = unanswered(len(rows), without_state=not state)
            parts.append(part.set_axis(rows))
            done += len(rows)
        if not parts:
            return unanswered(0, without_state=False)
        return with_zips_abroad(pd.concat(parts).sort_index(), asked)

    def answers(self, asked: Asked, rows: Array, index: StreetIndex) -> Answers:
        """Answers of the index for some rows, all of its state."""
        parsed = [asked.parsed[row] for row in rows]
        codes = asked.rows[FIPS].iloc[rows]
        covered = coverage(index, self.gazetteer, parsed, codes.tolist())
        answers = street_answer.nothing(len(rows))
        some = covered.askable
        if len(some):
            parsed = [parsed[row] for row in some]
            county = pd.to_numeric(codes.iloc[some], errors="coerce").fillna(0)
            anchors = self.anchors(parsed, index.state)
            whole = county.to_numpy(dtype=np.int64)
            found = match(index, self.queries(parsed, anchors, whole, index))
            covered.keep_within(index, found, some)
            against = np.array([one.against for one in parsed], dtype=object)
            for what, reason in _DOUBTS:
                found.reason[(against == what) & (found.method > 0)] = reason
            _doubt_other_counties(found, against)
            answers.put(some, found)
        return covered.refuse(answers)

    def queries(
        self, parsed: list[Address], anchors: pd.DataFrame, county: Array, index: StreetIndex
    ) -> Queries:
        """Put addresses of the state of an index into arrays."""
        cities = zips_of_cities(self.gazetteer, index.state)
        return queries(parsed, anchors, county, index.meta["types"], cities)

    def anchors(self, parsed: list[Address], state: str) -> pd.DataFrame:
        """Tell where ZIP code and city of each row lie (`street_query.ANCHORS`)."""
        zip_code, zips = pd.factorize(np.array([one.zip for one in parsed], dtype=object))
        city_code, cities = pd.factorize(np.array([one.city for one in parsed], dtype=object))
        names = pd.Series(cities, dtype="str")
        at_zip = self.gazetteer.by_zip(pd.Series(zips, dtype="str"))
        at_city = self.gazetteer.by_place(names, pd.Series(state, index=names.index, dtype="str"))
        both = [
            table[[LON, LAT, RADIUS_M]].to_numpy(dtype=float)[code]
            for table, code in ((at_zip, zip_code), (at_city, city_code))
        ]
        return pd.DataFrame(np.hstack(both), columns=list(ANCHORS))

    def _cities_of(self, state: str, area: str) -> frozenset[str]:
        """Keys of the cities of a state, or of the ZIP codes that begin with three digits."""
        if (state, area) not in self._cities:
            if area:
                zips = self.gazetteer.zips
                names = zips["city"][zips["zip"].str.startswith(area)].unique()
                found = frozenset(place_key(name) for name in names)
            else:
                places = self.gazetteer.places
                found = frozenset(places["key"][(places["state"] == state) & (state != "")])
            self._cities[state, area] = found
        return self._cities[state, area]


def _doubt_other_counties(found: Answers, against: Array) -> None:
    """Mark streets in another county than the text names."""
    for what in {one for one in against.tolist() if one.startswith(IN_COUNTY)}:
        apart = (against == what) & (found.county != int(what.removeprefix(IN_COUNTY)))
        found.reason[apart & (found.method > 0)] = street_answer.OTHER_COUNTY


def open_finder(folder: Path, gazetteer: Gazetteer) -> Finder:
    """Open all street indexes of a folder.

    Raises
    ------
    GeocodeError
        One is damaged or made by another version of this program.
    """
    return Finder({state: open_index(folder / state) for state in installed(folder)}, gazetteer)


def with_zips_abroad(table: pd.DataFrame, asked: Asked) -> pd.DataFrame:
    """Say of rows that name no place else that their ZIP code lies in another state.

    An address is looked for, and its answer kept, without such a ZIP code.

    Parameters
    ----------
    table : DataFrame, shape (n, ...)
        `FOUND`, index 0..n-1.
    asked : Asked
    """
    if asked.abroad.any():
        vague = table[REASON].isin(
            [REASONS[street_answer.NO_PLACE], REASONS[street_answer.COUNTY_IN_PART]]
        )
        table.loc[vague & asked.abroad, REASON] = REASONS[street_answer.ZIP_ABROAD]
    return table


def _groups(state: pd.Series) -> list[tuple[str, Array]]:
    codes, names = pd.factorize(state, sort=True)
    return [(str(name), np.flatnonzero(codes == k)) for k, name in enumerate(names)]
