"""The tiers of the cascade: ways to make a point and a county of what a row says of its place."""

from collections.abc import Callable
from functools import partial
from typing import Final

import numpy as np
import pandas as pd

from geo.geocoding import given
from geo.geocoding.gazetteer import KIND as ZIP_KIND
from geo.geocoding.gazetteer import Gazetteer
from geo.geocoding.own_county import by_own_code
from geo.geocoding.street_finder import Tell
from geo.geocoding.street_table import REASON, SCORE, SOURCE
from geo.geocoding.street_tier import GUESS, from_street, nothing
from geo.ingest.places import CITY, COUNTY, EXTENT, STATE, ZIP
from geo.schema import GEOID, LAT, LON, METHOD, PRECISION, RADIUS_M

_POINT_RADIUS_M: Final = 100.0
_CITY_RADIUS_M: Final = 5000.0

OTHER_STATE: Final = "other_state"
"""Whether a ZIP code lies in another state than the row says."""

SCORES: Final = {"09": 0.9, "10": 0.58, "11": 0.98, "12": 0.85}
"""Share of known points within the radius, by precision: hospitals and Cook County (docs)."""

Tier = Callable[[pd.DataFrame, Gazetteer], pd.DataFrame]
"""Places (`PLACE_COLUMNS`, checked) to `ANSWER` and `DETAIL`; `precision` "" where not found."""


def from_coordinates(places: pd.DataFrame, gazetteer: Gazetteer) -> pd.DataFrame:
    """Coordinates that came with the file, with the precision of what they stand for."""
    known = places[LON].notna() & (places[GEOID] != "")
    extent = places[EXTENT].to_numpy()
    answer = nothing(places.index)
    answer[[LON, LAT]] = places[[LON, LAT]]
    answer[GEOID] = places[GEOID]
    code = pd.Series(extent, index=places.index).map({COUNTY: "12", CITY: "11", ZIP: "09"})
    answer[PRECISION] = code.fillna("01").where(known, "").astype("str")
    radius = np.where(extent == "", _POINT_RADIUS_M + places[given.NEAR_M], _CITY_RADIUS_M)
    of_county = extent == COUNTY
    if of_county.any():
        radius = np.where(of_county, gazetteer.by_fips(places[GEOID])[RADIUS_M], radius)
    answer[RADIUS_M] = radius
    words = {COUNTY: "middle of the county, given", CITY: "middle of the city, given",
             ZIP: "middle of the ZIP code, given"}  # fmt: skip
    answer[METHOD] = (
        pd.Series(extent, index=places.index).map(words).fillna("coordinates given").astype("str")
    )
    answer[SOURCE] = "the file"
    answer[REASON] = places[given.WHY]
    return answer


def from_points(places: pd.DataFrame, gazetteer: Gazetteer) -> pd.DataFrame:
    """Coordinates that are a point of their own, not the middle of a city or county."""
    answer = from_coordinates(places, gazetteer)
    return answer[(places[EXTENT] == "").to_numpy()]


def from_zip(places: pd.DataFrame, gazetteer: Gazetteer) -> pd.DataFrame:
    """ZIP code, unless it lies in another state than the row says."""
    found = gazetteer.by_zip(places[ZIP])
    usable = gazetteer.lie_in(found[GEOID], places[STATE])
    code = np.where(found[ZIP_KIND] == "po_box", "10", "09")
    precision = pd.Series(code, index=places.index, dtype="str").where(usable, "")
    elsewhere = (found[GEOID] != "") & ~usable
    answer = _described(found, precision, "ZIP code", gazetteer.zip_source)
    return answer.assign(**{OTHER_STATE: elsewhere})


def from_city(places: pd.DataFrame, gazetteer: Gazetteer) -> pd.DataFrame:
    """City or town in the row's state, else in that of the file."""
    found = gazetteer.by_place(places[CITY], places[GUESS])
    return _described(found, _where_found(found, "11"), "city", gazetteer.zip_source)


def from_county(places: pd.DataFrame, gazetteer: Gazetteer) -> pd.DataFrame:
    """County by code, else by name in the row's state or that of the file."""
    by_code = by_own_code(places, gazetteer).assign(**{METHOD: "county code"})
    by_name = gazetteer.by_county(places[COUNTY], places[GUESS]).assign(**{METHOD: "county name"})
    found = by_code.where(by_code[GEOID] != "", by_name)
    return _described(found, _where_found(found, "12"), found[METHOD], gazetteer.county_source)


def tiers(*, area_counts: bool, tell: Tell | None = None) -> dict[str, Tier]:
    """Give the tiers in the order they are tried, by what is looked up in each.

    For incidents from exact to coarse, a street before the middle of its city; for counts of areas
    the area itself first. `tell` hears how far the streets are.
    """
    if area_counts:
        return {
            "counties": from_county, "ZIP codes": from_zip, "cities": from_city,
            "coordinates": from_coordinates,
        }  # fmt: skip
    return {
        "coordinates": from_points, "streets": partial(from_street, tell=tell),
        "middles given": from_coordinates, "ZIP codes": from_zip, "cities": from_city,
        "counties": from_county,
    }  # fmt: skip


def _where_found(found: pd.DataFrame, code: str) -> pd.Series:
    return pd.Series(code, index=found.index, dtype="str").where(found[GEOID] != "", "")


def _described(
    found: pd.DataFrame, precision: pd.Series, method: str | pd.Series, source: str
) -> pd.DataFrame:
    """Complete what the gazetteer found with how it was found."""
    score = precision.map(SCORES).astype("float64")
    said = {PRECISION: precision, METHOD: method, SCORE: score, SOURCE: source}
    return found.assign(**said)
