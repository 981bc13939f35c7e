"""Answers of a street index as columns of a table, in words people read."""

from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.geocoding import street_answer
from geo.geocoding.address_whole import Address
from geo.geocoding.street_answer import METHODS, PRECISION, REASONS, Answers
from geo.geocoding.street_index import StreetIndex
from geo.geocoding.street_score import USABLE, score
from geo.schema import GEOID, LAT, LON, METHOD, RADIUS_M
from geo.schema import PRECISION as PRECISION_COLUMN

SCORE: Final = "score"
SOURCE: Final = "source"
MATCHED: Final = "matched_text"
REASON: Final = "reason"
PLACES: Final = "candidates"
LETTERS: Final = "letters"
"""How many letters of the names differ from those asked for (`street_answer.Answers`)."""

FOUND: Final = (
    LON, LAT, GEOID, PRECISION_COLUMN, RADIUS_M, SCORE, METHOD, SOURCE, MATCHED, REASON, PLACES,
    LETTERS,
)  # fmt: skip
"""Columns of an answer; `precision` "" and `reason` set where there is no usable place."""

_WORDS: Final = (GEOID, PRECISION_COLUMN, METHOD, SOURCE, MATCHED, REASON)

Array = NDArray[Any]


def as_table(index: StreetIndex, found: Answers, parsed: list[Address]) -> pd.DataFrame:
    """Answers as `FOUND`, one row each."""
    sure = score(found)
    poor = (found.method > 0) & (sure < USABLE)
    told = np.isin(found.reason, (*street_answer.DOUBTFUL, street_answer.NO_NUMBER))
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
        MATCHED: matched_texts(index, found, _with_numbers(index, found, parsed)),
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


def _of(names: tuple[str, ...], at: Array) -> Array:
    return np.array(names, dtype=object)[at]


def _with_numbers(index: StreetIndex, found: Answers, parsed: list[Address]) -> list[Address]:
    """Give those of two numbers with a dash the first one where a street's have none."""
    two = [row for row, one in enumerate(parsed) if one.before_dash >= 0]
    first = [row for row in two if found.reason[row] != street_answer.TIE]
    first = [row for row in first if not index.dashed[found.street[row]]]
    parsed = parsed.copy() if first else parsed
    for row in first:
        parsed[row] = parsed[row]._replace(number=parsed[row].before_dash)
    return parsed


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
    known: dict[int, str] = {}  # each street is written once
    texts = []
    for one, number, name, zip5, crossing, crossing_name, end, end_name, middle in zip(
        *columns, strict=True
    ):
        if number < 0:
            text = ""
        elif crossing < 0 and one.mile < 0:
            if number not in known:
                known[number] = in_words(shown[name], state, zip5)
            text = street_answer.numbered(known[number], one, middle=middle)
        elif end >= 0:
            between = f"{shown[name]} between {shown[crossing_name]} and {shown[end_name]}"
            text = in_words(between, state, zip5)
        elif crossing >= 0:
            text = in_words(f"{shown[name]} & {shown[crossing_name]}", state, zip5)
        else:
            text = in_words(f"{shown[name]}, mile {one.mile:g}", state, zip5)
        texts.append(text)
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
