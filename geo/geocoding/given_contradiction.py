"""Coordinates that came with a row against its state, ZIP code, city and county."""

from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.geocoding.gazetteer import Gazetteer
from geo.geocoding.row_distance import FARTHEST_M, beyond_named_m
from geo.geocoding.street_tier import GUESS, OWN
from geo.ingest.notes import note
from geo.ingest.places import CITY, FIPS, STATE, ZIP
from geo.schema import GEOID, LAT, LON, Note

OTHER_STATE: Final = "its coordinates lie in another state than the row names"
FAR_OFF: Final = "its coordinates lie more than 50 km from its ZIP code, city and county"
"""Reasons to look at a row whose coordinates were used."""


def against_row(places: pd.DataFrame, used: NDArray[np.bool_], gazetteer: Gazetteer) -> pd.Series:
    """Say why to look at coordinates that were given: they are not where their row says.

    Parameters
    ----------
    places : DataFrame, shape (n, ...)
        From `given.check` and `own_county.with_own_county`.
    used : ndarray of bool, shape (n,)
        Which have coordinates that are used.
    gazetteer : Gazetteer

    Returns
    -------
    Series of str
        `OTHER_STATE`, `FAR_OFF` or ""; index of `places`.
    """
    why = pd.Series("", index=places.index, dtype="str")
    if not used.any():
        return why
    some = places[used]
    there = some[GEOID].map(gazetteer.counties["state"]).fillna("")
    named = some[[ZIP, CITY]].assign(**{STATE: some[GUESS], FIPS: some[OWN]})
    lon, lat = some[[LON, LAT]].to_numpy(dtype=float).T
    far = np.nan_to_num(beyond_named_m(named, lon, lat, gazetteer)) > FARTHEST_M
    other = ((some[STATE] != "") & (some[STATE] != there)).to_numpy()
    why.loc[some.index] = np.select([other, far], [OTHER_STATE, FAR_OFF], "")
    return why


def told_of_points(why: pd.Series, rows: NDArray[np.int64]) -> list[Note]:
    """Say which coordinates are not where their rows say."""
    said = {
        OTHER_STATE: "{n} with coordinates in another state than the row names: the coordinates "
        "were used. Check which of the two is right.",
        FAR_OFF: "{n} with coordinates more than 50 km from the ZIP code, city and county that "
        "the row names: the coordinates were used. Check which of them is right.",
    }
    found = {words: (why == one).to_numpy() for one, words in said.items()}
    return [note(words, mask, rows) for words, mask in found.items() if mask.any()]
