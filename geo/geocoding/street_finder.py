"""Rows with addresses to places: parsed, sent to the index of their state, answered in columns."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.geocoding import street_answer
from geo.geocoding.address import parse
from geo.geocoding.address_whole import OTHER_PLACE, Address, with_zip
from geo.geocoding.gazetteer import Gazetteer, zips_of_cities
from geo.geocoding.names import mapped, place_key
from geo.geocoding.street_answer import METHODS, PRECISION, REASONS, Answers
from geo.geocoding.street_contradiction import contradictions
from geo.geocoding.street_coverage import coverage
from geo.geocoding.street_index import StreetIndex, installed, open_index
from geo.geocoding.street_match import match
from geo.geocoding.street_query import ANCHORS, Queries, queries
from geo.geocoding.street_score import USABLE, score
from geo.ingest.places import ADDRESS, CITY, FIPS, STATE, ZIP
from geo.schema import GEOID, LAT, LON, METHOD, RADIUS_M
from geo.schema import PRECISION as PRECISION_COLUMN

SCORE: Final = "score"
SOURCE: Final = "source"
MATCHED: Final = "matched_text"
REASON: Final = "reason"
PLACES: Final = "candidates"
LETTERS: Final = "letters"
"""How many letters of the names differ from those asked for (`street_answer.Answers`)."""

ASKED: Final = (ADDRESS, ZIP, CITY, STATE, FIPS)
"""Columns of what is looked for, all str, "" when not given."""

FOUND: Final = (
    LON, LAT, GEOID, PRECISION_COLUMN, RADIUS_M, SCORE, METHOD, SOURCE, MATCHED, REASON, PLACES,
    LETTERS,
)  # fmt: skip
"""Columns of an answer; `precision` "" and `reason` set where there is no usable place."""

_WORDS: Final = (GEOID, PRECISION_COLUMN, METHOD, SOURCE, MATCHED, REASON)

_FIVE_DIGITS = re.compile(r"[0-9]{5}")

Tell = Callable[[str, float], None]
Array = NDArray[Any]


@dataclass(frozen=True, eq=False)
class Asked:
    """Different addresses, parsed, with the state each is looked for in."""

    rows: pd.DataFrame  # ASKED, index 0..n-1
    parsed: list[Address]
    state: pd.Series

    def __len__(self) -> int:
        return len(self.parsed)


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
        key = mapped(rows[CITY], place_key).tolist()
        own_zip = _zip5(rows[ZIP])
        zip_state = self.gazetteer.state_of_zip(rows[ZIP])
        guess = rows[STATE].where(rows[STATE] != "", zip_state).tolist()
        area = rows[ZIP].str.slice(0, 3).where(zip_state != "", "").tolist()
        parsed = [
            parse(text, self._cities_of(state, front), city, zip5)
            for text, state, front, city, zip5 in zip(
                rows[ADDRESS].tolist(), guess, area, key, own_zip.tolist(), strict=True
            )
        ]
        written = pd.Series([one.state for one in parsed], dtype="str")
        state = pd.Series(guess, dtype="str")
        state = state.where(state != "", written)
        said = pd.Series([one.zip for one in parsed], dtype="str")
        zips = own_zip.where(rows[ZIP] != "", said)
        zip_state = self.gazetteer.state_of_zip(zips)
        state = state.where(state != "", zip_state)
        foreign = (zip_state != "") & (state != "") & (zip_state != state)
        zips = zips.where(~foreign, "").tolist()
        against = contradictions(self.gazetteer, rows, parsed, state.tolist())
        parsed = [
            one if one.zip == zip5 else with_zip(one, zip5)
            for one, zip5 in zip(parsed, zips, strict=True)
        ]
        for row, what in against.items():
            parsed[row] = parsed[row]._replace(against=what)
        return Asked(rows, parsed, state)

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
        return pd.concat(parts).sort_index() if parts else unanswered(0, without_state=False)

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
            doubtful = np.array([one.against == OTHER_PLACE for one in parsed])
            found.reason[doubtful & (found.method > 0)] = street_answer.OTHER_PLACE
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


def open_finder(folder: Path, gazetteer: Gazetteer) -> Finder:
    """Open all street indexes of a folder.

    Raises
    ------
    GeocodeError
        One is damaged or made by another version of this program.
    """
    return Finder({state: open_index(folder / state) for state in installed(folder)}, gazetteer)


def as_table(index: StreetIndex, found: Answers, parsed: list[Address]) -> pd.DataFrame:
    """Answers as `FOUND`, one row each."""
    sure = score(found)
    poor = (found.method > 0) & (sure < USABLE)
    told = np.isin(found.reason, street_answer.DOUBTFUL)
    method = np.where(poor, street_answer.NO_METHOD, found.method)
    usable = method > 0
    code, distinct = pd.factorize(np.where(usable, found.county, 0))
    counties = np.array([f"{one:05d}" if one else "" for one in distinct], dtype=object)
    sources = np.array(["", *index.meta["sources"]], dtype=object)
    columns = {
        LON: np.where(usable, found.lon, np.nan),
        LAT: np.where(usable, found.lat, np.nan),
        GEOID: counties[code],
        PRECISION_COLUMN: _of(PRECISION, method),
        RADIUS_M: np.where(usable, np.round(found.radius_m), np.nan),
        SCORE: sure,
        METHOD: _of(METHODS, method),
        SOURCE: sources[np.where(usable, found.source + 1, 0)],
        MATCHED: matched_texts(index, found, parsed),
        REASON: _of(REASONS, np.where(poor & ~told, street_answer.POOR, found.reason)),
        PLACES: found.places,
        LETTERS: np.where(usable, found.letters, 0),
    }
    return pd.DataFrame(
        {
            name: pd.array(columns[name], dtype="str") if name in _WORDS else columns[name]
            for name in FOUND
        }
    )


def _zip5(zips: pd.Series) -> pd.Series:
    """First five digits, "" where there are none."""
    return mapped(zips, lambda text: text[:5] if _FIVE_DIGITS.match(text) else "")


def _of(names: tuple[str, ...], at: Array) -> Array:
    return np.array(names, dtype=object)[at]


def matched_texts(index: StreetIndex, found: Answers, parsed: list[Address]) -> list[str]:
    """Write what was found as the source does; "" where nothing was."""
    shown, state = index.shown, index.state
    street, other, third = (np.maximum(one, 0) for one in (found.street, found.other, found.third))
    columns = (
        parsed, found.street.tolist(), index.street_shown[street].tolist(),
        index.street_zip[street].tolist(), found.other.tolist(),
        index.street_shown[other].tolist(), found.third.tolist(),
        index.street_shown[third].tolist(),
        ((found.reason == street_answer.NO_NUMBER) | (found.method == street_answer.STREET_MIDDLE))
        .tolist(),
    )  # fmt: skip
    texts = []
    for one, number, name, zip5, crossing, crossing_name, end, end_name, middle in zip(
        *columns, strict=True
    ):
        if number < 0:
            texts.append("")
            continue
        text = shown[name]
        if end >= 0:
            text = f"{text} between {shown[crossing_name]} and {shown[end_name]}"
        elif crossing >= 0:
            text = f"{text} & {shown[crossing_name]}"
        elif one.mile >= 0:
            text = f"{text}, mile {one.mile:g}"
        else:
            text = street_answer.numbered(text, one, middle=middle)
        texts.append(in_words(text, state, zip5))
    return texts


def in_words(street: str, state: str, zip5: int) -> str:
    """Write a street with its state and, where it is known, its ZIP code.

    Examples
    --------
    >>> in_words("1 Main St", "NC", 27944), in_words("1 Main St", "NC", 0)
    ('1 Main St, NC 27944', '1 Main St, NC')
    """
    return f"{street}, {state} {zip5:05d}" if zip5 else f"{street}, {state}"


def unanswered(count: int, *, without_state: bool) -> pd.DataFrame:
    """Give rows of a state without an index, or of no known state, their reason."""
    reason = street_answer.NO_STATE if without_state else street_answer.NOT_INDEXED
    table = pd.DataFrame(index=range(count))
    for name in FOUND:
        table[name] = np.nan if name in {LON, LAT, RADIUS_M} else ""
    table[SCORE], table[PLACES], table[LETTERS], table[REASON] = 0.0, 0, 0, REASONS[reason]
    return table.astype(dict.fromkeys(_WORDS, "str"))


def _groups(state: pd.Series) -> list[tuple[str, Array]]:
    codes, names = pd.factorize(state, sort=True)
    return [(str(name), np.flatnonzero(codes == k)) for k, name in enumerate(names)]
