"""The street tier of the cascade: used as soon as an index is installed, silent without one."""

from functools import lru_cache
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd

from geo import settings
from geo.geocoding import batch
from geo.geocoding.answer_cache import AnswerCache
from geo.geocoding.gazetteer import Gazetteer
from geo.geocoding.street_finder import ASKED, Finder, open_finder
from geo.geocoding.street_index import META, installed
from geo.ingest.places import ADDRESS, COUNTY, FIPS, STATE
from geo.schema import GEOID, LAT, LON, METHOD, PRECISION, RADIUS_M

GUESS: Final = "state_guess"  # the row's state, else that of the file
_ANSWER: Final = (LON, LAT, GEOID, PRECISION, RADIUS_M, METHOD)


def folder() -> Path:
    """Folder of the street indexes of this user."""
    return settings.user_data() / "streets"


def from_street(places: pd.DataFrame, gazetteer: Gazetteer) -> pd.DataFrame:
    """Addresses found in the installed street indexes.

    Parameters
    ----------
    places : DataFrame, shape (n, ...)
        `ingest.places.PLACE_COLUMNS` and `state_guess`.
    gazetteer : Gazetteer

    Returns
    -------
    DataFrame, shape (n, 6)
        lon, lat, geoid, precision ("" where not found), radius_m, method; index of `places`.
    """
    answer = _nothing(places.index)
    finder = installed_finder(gazetteer)
    given = places[ADDRESS] != ""
    if finder is None or not given.any():
        return answer
    asked = places.loc[given].copy()
    asked[STATE] = asked[GUESS]
    named = gazetteer.by_county(asked[COUNTY], asked[GUESS])[GEOID]
    asked[FIPS] = asked[FIPS].where(asked[FIPS] != "", named)
    found = batch.run(asked[list(ASKED)].astype("str"), finder, AnswerCache(folder()))
    found = found[(found[PRECISION] != "") & (found[GEOID] != "")]
    answer.loc[found.index, list(_ANSWER)] = found[list(_ANSWER)]
    return answer


def installed_finder(gazetteer: Gazetteer) -> Finder | None:
    """Give the finder of all installed indexes, None when there is none.

    It is opened once, and again when an index was replaced.
    """
    here = folder()
    states = installed(here)
    if not states:
        return None
    stamp = tuple((state, (here / state / META).stat().st_mtime_ns) for state in states)
    return _opened(here, stamp, gazetteer)


@lru_cache(maxsize=1)
def _opened(here: Path, _stamp: tuple[tuple[str, int], ...], gazetteer: Gazetteer) -> Finder:
    return open_finder(here, gazetteer)


def _nothing(index: pd.Index) -> pd.DataFrame:
    answer = pd.DataFrame(index=index)
    for column in _ANSWER:
        number = column in {LON, LAT, RADIUS_M}
        answer[column] = np.nan if number else pd.Series("", index=index, dtype="str")
    return answer
