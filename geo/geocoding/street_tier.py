"""The street tier of the cascade: used as soon as an index is installed, silent without one."""

import hashlib
from functools import lru_cache
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd

from geo import settings
from geo.geocoding import batch
from geo.geocoding.answer_cache import AnswerCache
from geo.geocoding.gazetteer import Gazetteer
from geo.geocoding.street_answer import NO_ADDRESS, NO_COUNTY, NOT_INDEXED, REASONS
from geo.geocoding.street_finder import ASKED, Finder, Tell, open_finder
from geo.geocoding.street_index import META, installed, open_index
from geo.geocoding.street_table import LETTERS, MATCHED, REASON, SCORE, SOURCE
from geo.ingest.places import ADDRESS, FIPS, STATE
from geo.schema import GEOID, LAT, LON, METHOD, PRECISION, RADIUS_M

GUESS: Final = "state_guess"  # the row's state, else that of the file
OWN: Final = "own_county"
"""Geoid of the county a row names, "" where it names none that is known."""

FAR: Final = "county_far_off"
"""Whether that county is far from the row's ZIP code and city, which agree."""

ANSWER: Final = (LON, LAT, GEOID, PRECISION, RADIUS_M, METHOD)
DETAIL: Final = (SCORE, SOURCE, MATCHED, REASON, LETTERS)
"""What is known of an answer beside `ANSWER`: how sure, whose data, which text, why no better, and
how many letters of it are not those asked for."""

_NUMBERS: Final = frozenset({LON, LAT, RADIUS_M, SCORE, LETTERS})


def folder() -> Path:
    """Folder of the street indexes of this user."""
    return settings.user_data() / "streets"


def from_street(
    places: pd.DataFrame, gazetteer: Gazetteer, tell: Tell | None = None
) -> pd.DataFrame:
    """Addresses found in the installed street indexes, or sent before and answered then.

    Parameters
    ----------
    places : DataFrame, shape (n, ...)
        `ingest.places.PLACE_COLUMNS` and `state_guess`.
    gazetteer : Gazetteer
    tell : callable, optional
        Hears how far it is; may raise to stop. What was found is kept.

    Returns
    -------
    DataFrame, shape (n, 11)
        `ANSWER` (precision "" where not found) and `DETAIL`; index of `places`.
    """
    answer = nothing(places.index)
    given = places[ADDRESS] != ""
    if not given.any() or not state_of_knowledge():
        answer.loc[given, REASON] = REASONS[NOT_INDEXED]
        answer.loc[given.any() & ~given, REASON] = REASONS[NO_ADDRESS]
        return answer
    asked = what_is_asked(places.loc[given])
    found = batch.run(asked, installed_finder(gazetteer), kept_answers(), tell)
    astray = (found[GEOID] == "") & (found[PRECISION] != "")
    found.loc[astray, REASON] = REASONS[NO_COUNTY]
    found.loc[astray, PRECISION] = ""
    placed = found.index[found[PRECISION] != ""]
    answer.loc[placed, [*ANSWER, *DETAIL]] = found.loc[placed, [*ANSWER, *DETAIL]]
    answer.loc[found.index, REASON] = found[REASON]
    answer.loc[~given, REASON] = REASONS[NO_ADDRESS]
    return answer


def what_is_asked(places: pd.DataFrame) -> pd.DataFrame:
    """Columns `street_finder.ASKED` of places: of the county the code of the one they name."""
    asked = places.assign(**{STATE: places[GUESS], FIPS: places[OWN].mask(places[FAR], "")})
    return asked[list(ASKED)].astype("str")


def state_of_knowledge() -> str:
    """Name what addresses are looked up in: "" where there is nothing, else new with each change.

    Indexes, decisions of persons and answers of the Census Bureau change it.
    """
    here = folder()
    if not here.is_dir():
        return ""
    stamps = [f"{state} {open_index(here / state).vintage}" for state in installed(here)]
    times = kept_answers().changes()
    if not stamps and not times:
        return ""
    text = "\x1f".join([*stamps, str(times)])
    return hashlib.blake2b(text.encode(), digest_size=8).hexdigest()


def kept_answers() -> AnswerCache:
    """Answers and decisions of this user."""
    return AnswerCache(folder())


def installed_finder(gazetteer: Gazetteer) -> Finder:
    """Give the finder of all installed indexes.

    It is opened once, and again when an index was replaced.
    """
    here = folder()
    stamp = tuple((state, (here / state / META).stat().st_mtime_ns) for state in installed(here))
    return _opened(here, stamp, gazetteer)


@lru_cache(maxsize=1)
def _opened(here: Path, _stamp: tuple[tuple[str, int], ...], gazetteer: Gazetteer) -> Finder:
    return open_finder(here, gazetteer)


def nothing(index: pd.Index) -> pd.DataFrame:
    """Answers that found nothing, for rows of an index."""
    answer = pd.DataFrame(index=index)
    for column in (*ANSWER, *DETAIL):
        number = column in _NUMBERS
        answer[column] = np.nan if number else pd.Series("", index=index, dtype="str")
    return answer
