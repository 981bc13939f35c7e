"""One address under review: where it may be, the streets around, and what a person decides."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from boundaries import layers as boundary_layers
from boundaries import load
from geo.errors import GeocodeError
from geo.geocoding import batch, row_distance, street_review, street_tier
from geo.geocoding.answer_cache import Fix, now
from geo.geocoding.street_candidates import ELSEWHERE, STREET, candidates
from geo.geocoding.street_finder import ASKED
from geo.geocoding.street_index import StreetIndex
from geo.geocoding.street_locate import distance_m
from geo.geocoding.street_table import MATCHED
from geo.layers import Field, Layer
from geo.schema import LAT, LON, METHOD, PRECISION, RADIUS_M

CANDIDATES: Final = "candidates"
"""Key of the layer they are on."""

_REACH_M: Final = 1_500.0
_AROUND_M: Final = 700.0  # beside the outermost candidates
_WIDEST_M: Final = 8_000.0
_WIDER: Final = 1.4  # degrees of longitude for one of latitude, about
_M_PER_DEGREE: Final = 111_320.0
_NO_STREETS: Final = gpd.GeoDataFrame({street_review.SHOWN: []}, geometry=[], crs=4326)

Box = tuple[float, float, float, float]
Spot = tuple[float, float]
"""Longitude and latitude."""


@dataclass(frozen=True, eq=False)
class Question:
    """What is shown of one address.

    `candidates` are those of `street_candidates.candidates`, the likeliest first. `view`
    is the box a map opens at, west, south, east, north; None when nothing at all is known.
    """

    candidates: pd.DataFrame
    streets: gpd.GeoDataFrame
    view: Box | None

    def shows(self, place: Spot | None) -> bool:
        """Whether a place lies in the view."""
        if self.view is None or place is None:
            return False
        west, south, east, north = self.view
        return west <= place[0] <= east and south <= place[1] <= north

    @property
    def outside(self) -> int:
        """How many of the candidates lie outside of the view."""
        at = self.candidates[[LON, LAT]].itertuples(index=False, name=None)
        return sum(not self.shows(place) for place in at)

    def place_of(self, candidate: str | None) -> Spot | None:
        """Tell where a candidate (`id_of`) lies; None where there is none."""
        ids = [id_of(row) for row in range(len(self.candidates))]
        if candidate not in ids:
            return None
        lon, lat = self.candidates[[LON, LAT]].iloc[ids.index(candidate)]
        return lon, lat

    @property
    def outside_words(self) -> str:
        """Say how many candidates the map does not show, "" where it shows all."""
        lie = "lies" if self.outside == 1 else "lie"
        many = len(self.candidates)
        return (
            f"{self.outside} of {many} places {lie} outside of this map: pick one in the list "
            "to see it."
            if self.outside
            else ""
        )


def ask(address: Mapping[str, str], lon: float, lat: float, radius_m: float) -> Question:
    """Look up where an address may be.

    The map opens at the likeliest candidate near the place where the address is counted, or else
    the likeliest of all, with those within 8 km of it: one that is far off would leave the others
    on one spot.

    Parameters
    ----------
    address : mapping
        `street_finder.ASKED` as text.
    lon, lat, radius_m : float
        Where it is counted now, such as the middle of its ZIP code; NaN when nowhere.
    """
    finder = street_tier.installed_finder(load.gazetteer())
    asked = finder.read(_one(address))
    found = candidates(finder, asked, 0)
    index = finder.indexes.get(asked.state.iloc[0])
    if len(found):
        away = _ways(found, lon, lat)
        near = away <= max(_WIDEST_M, radius_m)  # of NaN nothing is near
        lon, lat = found[[LON, LAT]].iloc[int(near.argmax())]
        return _around(found, index, (lon, lat))
    if pd.isna(lon) or pd.isna(lat):
        return Question(found, _NO_STREETS, None)
    reach = min(_WIDEST_M, max(_REACH_M, radius_m)) if pd.notna(radius_m) else _REACH_M
    return Question(found, _streets(index, lon, lat, reach), _box([lon], [lat], reach))


def turned_to(question: Question, address: Mapping[str, str], place: Spot | None) -> Question:
    """Give the question with the map at a place that lies outside of its view."""
    if place is None or question.shows(place):
        return question
    finder = street_tier.installed_finder(load.gazetteer())
    index = finder.indexes.get(finder.read(_one(address)).state.iloc[0])
    return _around(question.candidates, index, place)


def with_place(question: Question, address: Mapping[str, str], place: Spot | None) -> Question:
    """Give the question with a place by hand in view, and beside one that is `far_off` the rest."""
    if place is None or question.view is None or not far_off(address, *place):
        return turned_to(question, address, place)
    west, south, east, north = question.view
    view = _box([west, place[0], east], [south, place[1], north], _AROUND_M)
    return replace(question, view=view)


def _around(found: pd.DataFrame, index: StreetIndex | None, place: Spot) -> Question:
    """Look at a place and all candidates that are near it."""
    near = _ways(found, *place) <= _WIDEST_M
    view = _box(
        [place[0], *found.loc[near, LON]], [place[1], *found.loc[near, LAT]], _AROUND_M
    )  # fmt: skip
    west, south, east, north = view
    reach = max(_REACH_M, (north - south) / 2 * _M_PER_DEGREE)
    lines = _streets(index, (west + east) / 2, (south + north) / 2, reach)
    return Question(found, lines, view)


def _ways(found: pd.DataFrame, lon: float, lat: float) -> NDArray[np.float64]:
    """Meters from candidates to a place."""
    east, north = (found[name].to_numpy(dtype=float) for name in (LON, LAT))
    return distance_m(east, north, np.full(len(found), lon), np.full(len(found), lat))


def _box(lon: Sequence[float], lat: Sequence[float], around_m: float) -> Box:
    """Box of places with some meters around."""
    high = around_m / _M_PER_DEGREE
    wide = high * _WIDER
    return min(lon) - wide, min(lat) - high, max(lon) + wide, max(lat) + high


def _streets(index: StreetIndex | None, lon: float, lat: float, reach: float) -> gpd.GeoDataFrame:
    if index is None:
        return _NO_STREETS
    return street_review.lines_near(index, lon, lat, 1.5 * reach)


def layers(question: Question, spot: Spot | None = None) -> tuple[Layer, ...]:
    """Lay out streets, candidates and the place by hand for a map."""
    made = [
        boundary_layers.state_layer(), boundary_layers.county_layer(), boundary_layers.label_layer()
    ]  # fmt: skip
    if len(question.streets):
        made.append(
            Layer("streets", "Streets", "street", question.streets,
                  fields=(Field(street_review.SHOWN, "Street"),))
        )  # fmt: skip
    if len(question.candidates):
        points = gpd.points_from_xy(question.candidates[LON], question.candidates[LAT], crs=4326)
        shown = gpd.GeoDataFrame(
            question.candidates[[MATCHED, ELSEWHERE, METHOD, RADIUS_M]], geometry=points
        )
        shown.index = pd.Index([id_of(row) for row in range(len(shown))])
        # Of dots that lie on each other the likeliest is on top.
        fields = (Field(MATCHED, "Address"), Field(ELSEWHERE, "But"), Field(METHOD, "Found as"),
                  Field(RADIUS_M, "Off by at most, m", 0))  # fmt: skip
        made.append(Layer(CANDIDATES, "It may be here", "candidate", shown[::-1], fields=fields))
    if spot is not None:
        here = gpd.GeoDataFrame({"what": ["Placed here"]}, geometry=gpd.points_from_xy(*zip(spot)))
        here = here.set_crs(4326).set_axis(pd.Index(["spot"]))
        made.append(Layer("spot", "Placed here", "spot", here, fields=(Field("what", "Place"),)))
    return tuple(made)


def id_of(candidate: int) -> str:
    """Id on the map of a candidate by its place in the table."""
    return f"candidate {candidate}"


def refused(address: Mapping[str, str], lon: float, lat: float) -> str:
    """Say why an address cannot be at a place, and what to do; "" where it can."""
    try:
        _check_state(address, _county(lon, lat))
    except GeocodeError as error:
        return f"{error.message} {error.hint}"
    return ""


def far_off(address: Mapping[str, str], lon: float, lat: float) -> str:
    """Say how far a place is from all that the row names, "" where it is not more than 50 km."""
    gazetteer = load.gazetteer()
    asked = street_tier.installed_finder(gazetteer).read(_one(address))
    rows, at = np.zeros(1, dtype=np.int64), (np.array([lon]), np.array([lat]))
    beyond = float(row_distance.beyond_m(asked, rows, *at, gazetteer)[0])
    if not beyond > row_distance.FARTHEST_M:
        return ""
    return f"This is {beyond / 1000:,.0f} km from the ZIP code, city or county of the address."


def place(address: Mapping[str, str], lon: float, lat: float, *, sure: bool = False) -> None:
    """Decide where an address is: it holds for all equal ones, in later files too.

    Parameters
    ----------
    address : mapping
        `street_finder.ASKED` as text.
    lon, lat : float
    sure : bool
        A person was told that the place is `far_off`, and means it.

    Raises
    ------
    GeocodeError
        The place lies outside all counties of the United States, in another state than the row's,
        or far off.
    """
    geoid = _county(lon, lat)
    _check_state(address, geoid)
    if not sure and (words := far_off(address, lon, lat)):
        raise GeocodeError(words, "Check the numbers, or say that it is there all the same.")
    _decide(address, Fix(lon, lat, geoid, now()))


def accept(address: Mapping[str, str], candidate: pd.Series) -> None:
    """Decide that an address is one of its candidates, known as exactly as that is."""
    lon, lat = float(candidate[LON]), float(candidate[LAT])
    method = f"{candidate[METHOD]}, chosen by a person"
    fix = Fix(lon, lat, _county(lon, lat), now(), str(candidate[PRECISION]),
              float(candidate[RADIUS_M]), method, str(candidate[STREET]))  # fmt: skip
    _decide(address, fix)


def mark_unlocatable(address: Mapping[str, str]) -> None:
    """Decide that an address has no place: it is then counted by ZIP code, city or county."""
    _decide(address, Fix(None, None, "", now()))


def undo(address: Mapping[str, str]) -> None:
    """Take a decision back."""
    _decide(address, None)


def _county(lon: float, lat: float) -> str:
    geoid = str(load.locator().locate([lon], [lat])[0])
    if not geoid:
        raise GeocodeError(
            "The place lies outside all counties of the United States, or in the water.",
            "Click on land; typed coordinates have the longitude first, with its minus sign.",
        )
    return geoid


def _check_state(address: Mapping[str, str], geoid: str) -> None:
    """Refuse a place in another state than the row's."""
    gazetteer = load.gazetteer()
    state = street_tier.installed_finder(gazetteer).read(_one(address)).state.iloc[0]
    there = str(gazetteer.counties["state"].get(geoid, ""))
    if state and there != state:
        raise GeocodeError(
            f"The place lies in {there}, and the address in {state}.",
            "Check the numbers; typed coordinates have the longitude first, with its minus sign.",
        )


def _decide(address: Mapping[str, str], fix: Fix | None) -> None:
    cache = street_tier.kept_answers()
    asked = street_tier.installed_finder(load.gazetteer()).read(_one(address))
    in_use, *older = batch.decision_keys(asked, cache)[0]
    cache.fix(in_use, fix or "undo")
    for key in older:
        if key != in_use:
            cache.fix(key, "undo")


def _one(address: Mapping[str, str]) -> pd.DataFrame:
    return pd.DataFrame({name: [str(address[name])] for name in ASKED}).astype("str")
