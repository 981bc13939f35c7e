"""City, state and ZIP code that stand inside an address, for rows that have no columns of them."""

import numpy as np
import pandas as pd

from geo.geocoding.gazetteer import Gazetteer
from geo.geocoding.street_finder import ASKED, Finder
from geo.ingest.places import ADDRESS, CITY, COUNTY, FIPS, STATE, ZIP


def with_written_place(places: pd.DataFrame, gazetteer: Gazetteer) -> pd.DataFrame:
    """Fill in what an address says of its place where the row says nothing else of it.

    Parameters
    ----------
    places : DataFrame, shape (n, ...)
        `ingest.places.PLACE_COLUMNS`.
    gazetteer : Gazetteer

    Returns
    -------
    DataFrame
        `places`, or a copy with zip, city and, where it was empty, state of such rows.
    """
    blank = places[ADDRESS] != ""
    for name in (ZIP, CITY, COUNTY, FIPS):
        blank &= places[name] == ""
    rows = np.flatnonzero(blank.to_numpy())
    if not len(rows):
        return places
    at = places.index[rows]
    asked = places.loc[at].reindex(columns=list(ASKED)).fillna("").astype("str")
    read = Finder({}, gazetteer).read(asked)
    filled = places.copy()
    filled.loc[at, ZIP] = [one.zip for one in read.parsed]
    filled.loc[at, CITY] = [one.city for one in read.parsed]
    said = pd.Series(read.state.to_numpy(dtype=object), index=at)
    filled.loc[at, STATE] = filled.loc[at, STATE].where(filled.loc[at, STATE] != "", said)
    return filled
