"""Rows with addresses to places: parsed, sent to the index of their state, answered in columns."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.geocoding import street_answer
from geo.geocoding.address import BLOCK, Address, parse
from geo.geocoding.gazetteer import Gazetteer
from geo.geocoding.names import mapped, place_key
from geo.geocoding.street_answer import METHODS, PRECISION, REASONS, Answers
from geo.geocoding.street_index import StreetIndex, installed, open_index
from geo.geocoding.street_match import match
from geo.geocoding.street_query import ANCHORS, queries
from geo.geocoding.street_score import USABLE, score
from geo.ingest.places import ADDRESS, CITY, FIPS, STATE, ZIP
from geo.schema import GEOID, LAT, LON, METHOD, RADIUS_M
from geo.schema import PRECISION as PRECISION_COLUMN

SCORE: Final = "score"
SOURCE: Final = "source"
MATCHED: Final = "matched_text"
REASON: Final = "reason"
PLACES: Final = "candidates"
ASKED: Final = (ADDRESS, ZIP, CITY, STATE, FIPS)
"""Columns of what is looked for, all str, "" when not given."""

FOUND: Final = (
    LON, LAT, GEOID, PRECISION_COLUMN, RADIUS_M, SCORE, METHOD, SOURCE, MATCHED, REASON, PLACES,
)  # fmt: skip
"""Columns of an answer; `precision` "" and `reason` set where there is no usable place."""

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
        ZIP code of another state than the row's is not used.
        """
        rows = rows[list(ASKED)].reset_index(drop=True)
        key = mapped(rows[CITY], place_key).tolist()
        zip_state = self._state_of_zip(rows[ZIP])
        guess = rows[STATE].where(rows[STATE] != "", zip_state).tolist()
        area = rows[ZIP].str.slice(0, 3).where(zip_state != "", "").tolist()
        parsed = [
            parse(text, self._cities_of(state, front), city)
            for text, state, front, city in zip(
                rows[ADDRESS].tolist(), guess, area, key, strict=True
            )
        ]
        written = pd.Series([one.state for one in parsed], dtype="str")
        state = pd.Series(guess, dtype="str")
        state = state.where(state != "", written)
        zips = rows[ZIP].where(rows[ZIP] != "", pd.Series([one.zip for one in parsed], dtype="str"))
        zips = zips.str.slice(0, 5).where(zips.str.match(r"^\d{5}"), "")
        zip_state = self._state_of_zip(zips)
        state = state.where(state != "", zip_state)
        foreign = (zip_state != "") & (state != "") & (zip_state != state)
        zips = zips.where(~foreign, "").tolist()
        parsed = [one._replace(zip=zip5) for one, zip5 in zip(parsed, zips, strict=True)]
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
        table = _table(len(asked))
        done = 0
        for state, rows in _groups(asked.state):
            if tell:
                tell(f"Streets of {state or 'no state'}", done / max(1, len(asked)))
            if state in self.indexes:
                part = self._in_state(asked, rows, self.indexes[state])
                table.iloc[rows] = part.to_numpy(dtype=object)
            else:
                reason = street_answer.NOT_INDEXED if state else street_answer.NO_STATE
                table.iloc[rows, table.columns.get_loc(REASON)] = REASONS[reason]
            done += len(rows)
        return _typed(table)

    def answers(self, asked: Asked, rows: Array, index: StreetIndex) -> Answers:
        """Answers of the index for some rows, all of its state."""
        parsed = [asked.parsed[row] for row in rows]
        county = pd.to_numeric(asked.rows[FIPS].iloc[rows], errors="coerce").fillna(0)
        anchors = self._anchors(parsed, index.state)
        whole = county.to_numpy(dtype=np.int64)
        return match(index, queries(parsed, anchors, whole, index.meta["types"]))

    def _in_state(self, asked: Asked, rows: Array, index: StreetIndex) -> pd.DataFrame:
        found = self.answers(asked, rows, index)
        return as_table(index, found, [asked.parsed[row] for row in rows])

    def _anchors(self, parsed: list[Address], state: str) -> pd.DataFrame:
        """Where ZIP code and city of each row lie."""
        zips = self.gazetteer.by_zip(pd.Series([one.zip for one in parsed], dtype="str"))
        keys = pd.Series([one.city for one in parsed], dtype="str")
        cities = self.gazetteer.by_place(keys, pd.Series(state, index=keys.index, dtype="str"))
        both = [table[[LON, LAT, RADIUS_M]].to_numpy(dtype=float) for table in (zips, cities)]
        return pd.DataFrame(np.hstack(both), columns=list(ANCHORS))

    def _state_of_zip(self, zips: pd.Series) -> pd.Series:
        geoid = self.gazetteer.by_zip(zips)[GEOID]
        return geoid.map(self.gazetteer.counties["state"]).fillna("").astype("str")

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
    reason = np.where(poor, street_answer.POOR, found.reason)
    method = np.where(poor, street_answer.NO_METHOD, found.method)
    usable = method > 0
    table = pd.DataFrame(
        {
            LON: np.where(usable, found.lon, np.nan),
            LAT: np.where(usable, found.lat, np.nan),
            GEOID: [
                f"{c:05d}" if c and u else "" for c, u in zip(found.county, usable, strict=True)
            ],
            PRECISION_COLUMN: np.array(PRECISION, dtype=object)[method],
            RADIUS_M: np.where(usable, np.round(found.radius_m), np.nan),
            SCORE: np.where(usable | poor, sure, 0.0),
            METHOD: np.array(METHODS, dtype=object)[method],
            SOURCE: [
                index.meta["sources"][s] if u else ""
                for s, u in zip(found.source, usable, strict=True)
            ],
            MATCHED: matched_texts(index, found, parsed),
            REASON: np.array(REASONS, dtype=object)[reason],
            PLACES: found.places,
        }
    )
    return table[list(FOUND)]


def matched_texts(index: StreetIndex, found: Answers, parsed: list[Address]) -> list[str]:
    """Write what was found as the source does; "" where nothing was."""
    shown, state = index.shown, index.state
    street, other = np.maximum(found.street, 0), np.maximum(found.other, 0)
    columns = (
        parsed, found.street.tolist(), index.street_shown[street].tolist(),
        index.street_zip[street].tolist(), found.other.tolist(),
        index.street_shown[other].tolist(), found.reason.tolist(),
    )  # fmt: skip
    texts = []
    for one, number, name, zip5, crossing, crossing_name, reason in zip(*columns, strict=True):
        if number < 0:
            texts.append("")
            continue
        text = shown[name]
        if crossing >= 0:
            text = f"{text} & {shown[crossing_name]}"
        elif one.kind == BLOCK:
            text = f"{one.number} block of {text}"
        elif one.mile >= 0:
            text = f"{text}, mile {one.mile:g}"
        elif one.number >= 0 and reason != street_answer.NO_NUMBER:
            text = f"{one.number} {text}"
        texts.append(f"{text}, {state} {zip5:05d}" if zip5 else f"{text}, {state}")
    return texts


def _table(count: int) -> pd.DataFrame:
    table = pd.DataFrame(index=range(count), columns=list(FOUND), dtype=object)
    table[[LON, LAT, RADIUS_M]] = np.nan
    table[[SCORE, PLACES]] = 0.0
    words = [name for name in FOUND if name not in {LON, LAT, RADIUS_M, SCORE, PLACES}]
    table[words] = ""
    return table.astype(object)


def _typed(table: pd.DataFrame) -> pd.DataFrame:
    for name in FOUND:
        real = name in {LON, LAT, RADIUS_M, SCORE}
        table[name] = table[name].astype(
            "float64" if real else "int64" if name == PLACES else "str"
        )
    return table


def _groups(state: pd.Series) -> list[tuple[str, Array]]:
    codes, names = pd.factorize(state, sort=True)
    return [(str(name), np.flatnonzero(codes == k)) for k, name in enumerate(names)]
