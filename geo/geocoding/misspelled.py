"""Cities and counties that are not known: read with one letter changed, where that leaves one."""

from collections.abc import Iterable
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from rapidfuzz import process
from rapidfuzz.distance import OSA

from geo.geocoding.gazetteer import Gazetteer, StateKeys
from geo.geocoding.names import county_base_key, different, place_key
from geo.geocoding.street_tier import GUESS
from geo.ingest.notes import note
from geo.ingest.places import CITY, COUNTY, FIPS, ZIP
from geo.schema import GEOID, Note

WHY: Final = "names_why"
"""What a person should know of the names of a row's places, "" where they are known."""

CHANGED: Final = "its city or county was read with one letter changed"
UNKNOWN: Final = "its city or county is not known in its state: check the spelling"

SCORE: Final = 0.85
"""Most that a place scores which is known by such a name."""

_SHORTEST: Final = 6
_NAMED: Final = (CITY, COUNTY, GUESS, ZIP, FIPS)


def with_names_read(
    places: pd.DataFrame, gazetteer: Gazetteer, *, guess: bool = True
) -> pd.DataFrame:
    """Places with the names of cities and counties that are one letter off as they are known.

    Only where nothing else of the row says where it is, the name has six letters and more, its
    first letter is right, no state has a place called so, and one of the row's state is near.

    Parameters
    ----------
    places : DataFrame, shape (n, ...)
        `ingest.places.PLACE_COLUMNS` and `state_guess`.
    guess : bool
        Whether names may be read so at all: a count that is published for an area is of no other.

    Returns
    -------
    DataFrame
        `places` and `names_why`; index as given.
    """
    named = ((places[CITY] != "") | (places[COUNTY] != "")) & (places[GUESS] != "")
    if not named.any():
        return places.assign(**{WHY: ""})
    code, first = different(places, _NAMED)
    once = places.iloc[first][list(_NAMED)].reset_index(drop=True)
    known = gazetteer.by_zip(once[ZIP])[GEOID] != ""
    known |= gazetteer.by_place(once[CITY], once[GUESS])[GEOID] != ""
    known |= gazetteer.by_county(once[COUNTY], once[GUESS])[GEOID] != ""
    known |= gazetteer.by_fips(once[FIPS])[GEOID] != ""
    lost = ~known & named.iloc[first].to_numpy()
    once[WHY] = np.where(lost, UNKNOWN, "")
    for row in np.flatnonzero(lost & guess):
        state = once.loc[row, GUESS]
        city = _one_near(place_key(once.loc[row, CITY]), gazetteer.city_keys, state)
        county = _one_near(county_base_key(once.loc[row, COUNTY]), gazetteer.county_keys, state)
        for field, name in ((CITY, city), (COUNTY, county)):
            if name:
                once.loc[row, [field, WHY]] = [name, CHANGED]
    if not lost.any():
        return places.assign(**{WHY: ""})
    read = once[[CITY, COUNTY, WHY]].iloc[code].set_axis(places.index)
    return places.assign(**{name: read[name] for name in read})


def _one_near(key: str, names: StateKeys, state: str) -> str:
    """Give the only name of a state that is one letter from a key, "" where there is none such."""
    if len(key) < _SHORTEST or key in names.anywhere:
        return ""
    some = names.by_state_and_letter.get((state, key[0]), ())
    near = process.extract(key, some, scorer=OSA.distance, score_cutoff=1, limit=2)
    return str(near[0][0]) if len(near) == 1 else ""


def of_rows(checked: Iterable[pd.DataFrame], size: int) -> NDArray[np.object_]:
    """Say of rows what is to know of the names of their places, of several the first."""
    found = np.full(size, "", dtype=object)
    for places in checked:
        found = np.where(found == "", places[WHY].to_numpy(dtype=object), found)
    return found


def told(why: NDArray[np.object_], rows: NDArray[np.int64]) -> list[Note]:
    """Say which rows have such names."""
    said = {
        CHANGED: "{n} with a city or county that is not known, read with one letter changed as the "
        "only one of the state that is near. Check it.",
        UNKNOWN: "{n} with a city or county that is not known in the state: check the spelling.",
    }
    return [note(words, why == one, rows) for one, words in said.items() if (why == one).any()]
