"""The county a row names for itself, against the county its other places lie in.

Names of towns and ZIP codes are those of the mail, which crosses county lines. A county that is
named counts, unless a point as exact as a street says otherwise, or it is far from a ZIP code and a
city that agree (docs/decisions).
"""

from collections.abc import Iterable
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.geocoding.gazetteer import ALSO_A_CITY, COUNTY_SHARE, NOTE, Gazetteer
from geo.geocoding.names import different
from geo.geocoding.row_distance import FARTHEST_M, beyond_circles_m
from geo.geocoding.street_table import SCORE
from geo.geocoding.street_tier import FAR, GUESS, OWN
from geo.ingest.notes import note
from geo.ingest.places import CITY, COUNTY, FIPS, STATE, ZIP
from geo.schema import GEOID, LAT, LON, POINT_PRECISIONS, PRECISION, RADIUS_M, Note

OTHER_STATES: Final = "other_states_county"
"""Whether the county a row names is one that its state does not have, and another state has.

Without a state of the row that of the file is meant. A name no state has is misspelled or none."""

_AGAINST: Final = 0.85
"""Most that a street in another county than the row names scores."""

_EITHER: Final = "county_or_city"
_APART: Final = "code_is_not_name"
_OUTVOTED: Final = "zip_and_city_against"
_OWN_PLACE: Final = (COUNTY, FIPS, STATE, GUESS, ZIP, CITY)
_OF_ZIP: Final = frozenset({"09", "10"})

CODE_IS_NOT_NAME: Final = "its county name and its county code are two counties"
IN_OTHER_COUNTY: Final = "it lies in another county than the row names"
OUTVOTED: Final = "its ZIP code and city lie in another county than the one it names"
REFUSED: Final = "its ZIP code or city lies in another county than the one it names"
"""Reasons to look at a row: its county twice, its point, its ZIP code and city, or one of them.

In the last case the county was used."""


def with_own_county(places: pd.DataFrame, gazetteer: Gazetteer) -> pd.DataFrame:
    """Places with the county each row names by code, else by name in its state.

    Of a code and a name that are not the same county, the one that the ZIP code or city lies in
    counts, else the code. A county more than 50 km from a ZIP code and a city that agree is not
    looked in for streets.

    Parameters
    ----------
    places : DataFrame, shape (n, ...)
        `ingest.places.PLACE_COLUMNS` and `state_guess`.

    Returns
    -------
    DataFrame
        `places`, `own_county`, `other_states_county` and what `Contradictions` needs; index as
        given.
    """
    if not ((places[COUNTY] != "") | (places[FIPS] != "")).any():
        no = dict.fromkeys((OTHER_STATES, _EITHER, _APART, _OUTVOTED, FAR), False)
        return places.assign(**{OWN: ""}, **no)
    code, first = different(places, _OWN_PLACE)
    found = _named_counties(places.iloc[first].reset_index(drop=True), gazetteer)
    return pd.concat([places, found.iloc[code].set_axis(places.index)], axis=1)


def _named_counties(places: pd.DataFrame, gazetteer: Gazetteer) -> pd.DataFrame:
    """Say of different places what `with_own_county` adds."""
    written = gazetteer.by_fips(places[FIPS])[GEOID]
    coded = by_own_code(places, gazetteer)[GEOID]
    by_name = gazetteer.by_county(places[COUNTY], places[GUESS])
    named = by_name[GEOID]
    astray = (written != "") & (coded == "")
    strange = (places[GUESS] != "") & (named == "")
    astray |= strange & gazetteer.is_county_somewhere(places[COUNTY])
    either = by_name[NOTE] == ALSO_A_CITY
    apart = (coded != "") & (named != "") & (coded != named)
    apart &= ~(either & gazetteer.share_name(coded, named))
    zips, town = gazetteer.by_zip(places[ZIP]), gazetteer.by_place(places[CITY], places[GUESS])
    of_zip = zips[GEOID].where(gazetteer.lie_in(zips[GEOID], places[STATE]), "")
    nearer = (of_zip == named) | ((of_zip != coded) & (town[GEOID] == named))
    own = coded.where((coded != "") & ~(apart & nearer), named)
    found = pd.DataFrame({OWN: own, OTHER_STATES: astray, _EITHER: (coded == "") & either})
    outvoted = contradicts(of_zip, found, gazetteer) & contradicts(town[GEOID], found, gazetteer)
    outvoted &= _beyond_m(zips, town) <= FARTHEST_M
    far = outvoted & (_beyond_m(zips, gazetteer.by_fips(own)) > FARTHEST_M)
    return found.assign(**{_APART: apart, _OUTVOTED: outvoted, FAR: far})


def _beyond_m(points: pd.DataFrame, circles: pd.DataFrame) -> NDArray[np.float64]:
    """Meters from points to circles, row by row; NaN where one of them is not known."""
    lon, lat = points[[LON, LAT]].to_numpy(dtype=float).T
    return beyond_circles_m(lon, lat, circles[[LON, LAT, RADIUS_M]].to_numpy(dtype=float))


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
        self._why = pd.Series("", index=index, dtype="str")
        self._far = pd.Series(data=False, index=index)

    def settle(
        self, tried: pd.DataFrame, places: pd.DataFrame, gazetteer: Gazetteer
    ) -> pd.DataFrame:
        """Take away answers no more exact than a ZIP code that contradict the row's own county.

        More exact ones are kept, for a person to look at. So are ZIP codes that the city agrees
        with: they count in the county named, unless that is far.
        """
        found = (tried[PRECISION] != "").to_numpy()
        places = places.loc[tried.index]
        against = found & contradicts(tried[GEOID], places, gazetteer)
        if not against.any():
            return tried
        point = tried[PRECISION].isin(POINT_PRECISIONS).to_numpy()
        by_zip = tried[PRECISION].isin(_OF_ZIP).to_numpy() & places[_OUTVOTED].to_numpy(dtype=bool)
        far = places[FAR].to_numpy(dtype=bool)
        why = np.select([point, by_zip], [IN_OTHER_COUNTY, OUTVOTED], REFUSED)
        self._why.loc[tried.index[against]] = why[against]
        self._far.loc[tried.index[against & by_zip]] = far[against & by_zip]
        out, crossing = against & ~point & ~by_zip, against & by_zip & ~far
        settled = tried.assign(**{
            PRECISION: tried[PRECISION].mask(out, ""),
            GEOID: tried[GEOID].mask(crossing, places[OWN]),
        })  # fmt: skip
        if COUNTY_SHARE in tried:
            settled[COUNTY_SHARE] = tried[COUNTY_SHARE].mask(crossing, 1.0)
        if SCORE in tried:  # coordinates that were given have none
            settled[SCORE] = tried[SCORE].mask(against & (tried[SCORE] > _AGAINST), _AGAINST)
        return settled

    @property
    def reasons(self) -> pd.Series:
        """Why a person should look at each row, "" where nothing contradicts its county."""
        return self._why

    def told(self, rows: NDArray[np.int64]) -> list[Note]:
        """Say how many rows there were of each, and which."""
        outvoted = self._why == OUTVOTED
        said = {
            "{n} with a point in another county than the row names: the point was used. Check "
            "which of the two is right.": self._why == IN_OTHER_COUNTY,
            "{n} with a ZIP code, a city or the middle of one in another county than the row "
            "names: not used, the county named counts.": self._why == REFUSED,
            "{n} with a ZIP code and a city near the county that the row names, but in another: "
            "placed by the ZIP code, counted in the county named.": outvoted & ~self._far,
            "{n} with a county more than 50 km from their ZIP code and city, which agree: the "
            "county was not used. Check which of the two is right.": outvoted & self._far,
        }
        return [note(words, one.to_numpy(), rows) for words, one in said.items() if one.any()]


def names_two(checked: Iterable[pd.DataFrame], size: int) -> NDArray[np.bool_]:
    """Whether rows have a county code and a county name that are not the same county."""
    apart = np.zeros(size, dtype=bool)
    for places in checked:
        apart |= places[_APART].to_numpy(dtype=bool)
    return apart


def told_of_two(apart: NDArray[np.bool_], rows: NDArray[np.int64]) -> list[Note]:
    """Say which rows name two counties, and which of the two counts."""
    words = (
        "{n} with a county name and a county code that are two counties: the one that the ZIP code "
        "or city lies in counts, else the code."
    )
    return [note(words, apart, rows)] if apart.any() else []
