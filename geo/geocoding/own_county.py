"""The county a row names for itself, against the county its other places lie in.

Names of towns and ZIP codes are those of the mail, which crosses county lines. A county that is
named counts, unless a point as exact as a street says otherwise (docs/decisions).
"""

from collections.abc import Iterable
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.geocoding.gazetteer import ALSO_A_CITY, NOTE, Gazetteer
from geo.geocoding.street_finder import SCORE
from geo.geocoding.street_tier import GUESS
from geo.ingest.notes import note
from geo.ingest.places import COUNTY, FIPS, STATE
from geo.schema import GEOID, POINT_PRECISIONS, PRECISION, Note

OWN: Final = "own_county"
"""Geoid of the county a row names, "" where it names none that is known."""

OTHER_STATES: Final = "other_states_county"
"""Whether the county a row names is one that its state does not have, and another state has.

Without a state of the row that of the file is meant. A name no state has is misspelled or none."""

_AGAINST: Final = 0.85
"""Most that a street in another county than the row names scores."""

_EITHER: Final = "county_or_city"


def with_own_county(places: pd.DataFrame, gazetteer: Gazetteer) -> pd.DataFrame:
    """Places with the county each row names by code, else by name in its state.

    Parameters
    ----------
    places : DataFrame, shape (n, ...)
        `ingest.places.PLACE_COLUMNS` and `state_guess`.

    Returns
    -------
    DataFrame
        `places`, `own_county` and `other_states_county`; index as given.
    """
    if not ((places[COUNTY] != "") | (places[FIPS] != "")).any():
        return places.assign(**{OWN: "", OTHER_STATES: False, _EITHER: False})
    written = gazetteer.by_fips(places[FIPS])[GEOID]
    coded = by_own_code(places, gazetteer)[GEOID]
    named = gazetteer.by_county(places[COUNTY], places[GUESS])
    strange = (places[GUESS] != "") & (named[GEOID] == "")
    astray = (written != "") & (coded == "")
    astray |= strange & gazetteer.is_county_somewhere(places[COUNTY])
    either = (coded == "") & (named[NOTE] == ALSO_A_CITY)
    own = coded.where(coded != "", named[GEOID])
    return places.assign(**{OWN: own, OTHER_STATES: astray, _EITHER: either})


def by_own_code(places: pd.DataFrame, gazetteer: Gazetteer) -> pd.DataFrame:
    """Counties by the code a row gives, as `Gazetteer.by_fips`; none in another state than its."""
    codes = places[FIPS]
    inside = gazetteer.lie_in(gazetteer.by_fips(codes)[GEOID], places[STATE])
    return gazetteer.by_fips(codes.where(inside, ""))


def name_other_states(checked: Iterable[pd.DataFrame], size: int) -> NDArray[np.bool_]:
    """Whether rows name a county of another state than theirs, for any of their places."""
    found = np.zeros(size, dtype=bool)
    for places in checked:
        found |= places[OTHER_STATES].to_numpy(dtype=bool)
    return found


def told_of_other_states(
    named: NDArray[np.bool_], lost: NDArray[np.bool_], rows: NDArray[np.int64]
) -> list[Note]:
    """Say which rows name a county of another state, and how many of them have no place now."""
    if not named.any():
        return []
    nowhere = int((lost & named).sum())
    left = f"; {nowhere:,} could not be placed by anything else" if nowhere else ""
    words = (
        f"{{n}} with a county of another state than the row's: the county was not used{left}. "
        "Check which of the two is right."
    )
    return [note(words, named, rows)]


def contradicts(geoids: pd.Series, places: pd.DataFrame, gazetteer: Gazetteer) -> NDArray[np.bool_]:
    """Whether counties found are others than the rows name; `places` has the index of `geoids`.

    "Baltimore" may be the county or the city of that name: neither contradicts it.
    """
    own = places[OWN]
    against = (own != "") & (geoids != "") & (geoids != own)
    maybe = against & places[_EITHER]
    if maybe.any():
        against &= ~(maybe & gazetteer.share_name(geoids, own))
    found: NDArray[np.bool_] = against.to_numpy(dtype=bool)
    return found


class Contradictions:
    """Rows whose place is not in the county they name: those refused, and those used."""

    def __init__(self, index: pd.Index) -> None:
        self._refused = pd.Series(data=False, index=index)
        self._used = pd.Series(data=False, index=index)

    def settle(
        self, tried: pd.DataFrame, places: pd.DataFrame, gazetteer: Gazetteer
    ) -> pd.DataFrame:
        """Take away answers no more exact than a ZIP code that contradict the row's own county.

        More exact ones are kept, for a person to look at.
        """
        found = (tried[PRECISION] != "").to_numpy()
        against = found & contradicts(tried[GEOID], places.loc[tried.index], gazetteer)
        if not against.any():
            return tried
        point = tried[PRECISION].isin(POINT_PRECISIONS).to_numpy()
        self._used.loc[tried.index[against & point]] = True
        self._refused.loc[tried.index[against & ~point]] = True
        settled = tried.assign(**{PRECISION: tried[PRECISION].mask(against & ~point, "")})
        if SCORE in tried:  # coordinates that were given have none
            settled[SCORE] = tried[SCORE].mask(against & (tried[SCORE] > _AGAINST), _AGAINST)
        return settled

    def told(self, rows: NDArray[np.int64]) -> list[Note]:
        """Say how many rows there were of each, and which."""
        notes = []
        if self._used.any():
            words = (
                "{n} with a point in another county than the row names: the point was used. Check "
                "which of the two is right."
            )
            notes.append(note(words, self._used.to_numpy(), rows))
        if self._refused.any():
            words = (
                "{n} with a ZIP code, a city or the middle of one in another county than the row "
                "names: not used, the county named counts."
            )
            notes.append(note(words, self._refused.to_numpy(), rows))
        return notes
