"""Coordinates that came with the file: swapped, zero, foreign, projected, or no place at all."""

from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.geocoding.gazetteer import Gazetteer
from geo.ingest.notes import note
from geo.ingest.places import ADDRESS, CITY, COUNTY, EXTENT, STATE, ZIP
from geo.locate import Locator
from geo.schema import GEOID, LAT, LON, Note
from geo.shore import nearest_county

NEAR_M: Final = "near_m"
"""How far outside every county a point lies that was given to the nearest one; 0 inside."""

WHY: Final = "coordinates_why"
"""Why a person should look at given coordinates, "" where nothing was done to them."""

EXCHANGED: Final = "longitude and latitude were exchanged: turned round"
SIGNED: Final = "its longitude had no minus sign: added"
ASHORE: Final = "its coordinates lie outside all counties: counted in the one within 5 km"
NOT_USED: Final = "its coordinates are no place in the United States and were not used"

_METERS_PER_DEGREE: Final = 111_320.0
_ENOUGH: Final = 20
_PILE: Final = 30
_CITIES_IN_A_PILE: Final = 5
_CENTER_M: Final = 25_000.0
_PROJECTED: Final = 400.0  # no degree is this large, and hardly any foot or meter this small

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


def check(
    places: pd.DataFrame,
    rows: NDArray[np.int64],
    gazetteer: Gazetteer,
    locator: Locator,
) -> tuple[pd.DataFrame, list[Note]]:
    """Repair given coordinates where there is one way to, and take away those that are no place.

    Swapped pairs are turned round. A longitude without its minus sign gets it when the whole file
    lacks it. A point outside all counties goes to the nearest within 5 km (`near_m` says how far),
    as shorelines are drawn coarsely; farther out it is no place. The middle of a state is never a
    place; the middle of a county, city or ZIP code is marked as such in `extent`.

    Parameters
    ----------
    places : DataFrame, shape (n, ...)
        `ingest.places.PLACE_COLUMNS`.
    rows : ndarray of int, shape (n,)
        Row numbers for the notes.
    gazetteer, locator
        Of the counties of the United States.

    Returns
    -------
    DataFrame
        `places` with `lon`, `lat` (NaN when no place) and `extent` changed, and with `geoid`,
        `near_m` and `coordinates_why`; index as given.
    list of Note
    """
    table = places.copy()
    lon, lat = table[LON].to_numpy(dtype=float).copy(), table[LAT].to_numpy(dtype=float).copy()
    extent = table[EXTENT].to_numpy(dtype=object).copy()
    notes: list[Note] = []
    given = np.isfinite(lon) & np.isfinite(lat)
    half = (np.isfinite(lon) ^ np.isfinite(lat)) & (extent == "")
    _tell(notes, "{n} with only one of longitude and latitude: not used.", half, rows)
    of_state = given & (extent == STATE)
    words = "{n} on the middle of a state, which is no place: another place was looked for."
    _tell(notes, words, of_state, rows)
    lon[of_state] = lat[of_state] = np.nan
    geoid = locator.locate(lon, lat).astype("<U5")
    lost = given & ~of_state & (geoid == "")
    geoid, lost = _turn_round(lon, lat, geoid, lost, locator, rows, notes)
    geoid, lost = _give_sign(lon, lat, geoid, lost, given & ~of_state, locator, rows, notes)
    near = _reach_shore(lon, lat, geoid, lost, locator)
    words = (
        "{n} outside all counties, in water or just over the border: counted in the county "
        "within 5 km."
    )
    _tell(notes, words, near > 0, rows)
    lost &= near == 0
    _tell_lost(lon, lat, lost, rows, notes)
    turned = given & ~of_state & (lon != table[LON].to_numpy(dtype=float))
    exchanged = turned & (lat != table[LAT].to_numpy(dtype=float))
    lon[lost] = lat[lost] = np.nan
    table[LON], table[LAT], table[GEOID], table[NEAR_M] = lon, lat, geoid, near
    done = {NOT_USED: lost, EXCHANGED: exchanged, SIGNED: turned, ASHORE: near > 0}
    table[WHY] = np.select(list(done.values()), list(done), "")
    table[EXTENT] = _find_extents(table, extent, rows, notes)
    middle = _piled_on_nothing(table, gazetteer)
    words = (
        "{n} on one point that stands for no place (rows of many cities, or the middle of a "
        "state): another place was looked for."
    )
    _tell(notes, words, middle, rows)
    if middle.any():
        table.loc[middle, [LON, LAT]] = np.nan
        table.loc[middle, GEOID] = ""
    _tell_pile(table, rows, notes)
    return table, notes


def _tell(notes: list[Note], words: str, mask: Bools, rows: NDArray[np.int64]) -> None:
    if mask.any():
        notes.append(note(words, mask, rows))


def _turn_round(  # noqa: PLR0913, PLR0917  (arrays changed in place, aligned row by row)
    lon: Floats,
    lat: Floats,
    geoid: NDArray[np.str_],
    lost: Bools,
    locator: Locator,
    rows: NDArray[np.int64],
    notes: list[Note],
) -> tuple[NDArray[np.str_], Bools]:
    """Exchange longitude and latitude where only the exchanged pair is in the country."""
    swapped = np.where(lost, locator.locate(np.where(lost, lat, np.nan), lon), "")
    turn = swapped != ""
    _tell(notes, "{n} with longitude and latitude exchanged: turned round.", turn, rows)
    lon[turn], lat[turn] = lat[turn].copy(), lon[turn].copy()
    return np.where(turn, swapped, geoid), lost & ~turn


def _give_sign(  # noqa: PLR0913, PLR0917  (arrays changed in place, aligned row by row)
    lon: Floats,
    lat: Floats,
    geoid: NDArray[np.str_],
    lost: Bools,
    given: Bools,
    locator: Locator,
    rows: NDArray[np.int64],
    notes: list[Note],
) -> tuple[NDArray[np.str_], Bools]:
    """Give longitudes their minus sign where the file has hardly one with it."""
    west = np.where(lost & (lon > 0), locator.locate(-lon, lat), "")
    turn = west != ""
    if turn.sum() < 0.9 * given.sum():
        return geoid, lost
    _tell(notes, "{n} with a longitude without its minus sign: added.", turn, rows)
    lon[turn] = -lon[turn]
    return np.where(turn, west, geoid), lost & ~turn


def _reach_shore(
    lon: Floats, lat: Floats, geoid: NDArray[np.str_], lost: Bools, locator: Locator
) -> Floats:
    """Distance in meters to the first county met around lost points, and fill `geoid` with it."""
    near = np.zeros(len(lon))
    left = np.flatnonzero(lost)
    found, near[left] = nearest_county(lon[left], lat[left], locator.locate)
    geoid[left] = np.where(found == "", geoid[left], found)
    return near


def _tell_lost(
    lon: Floats, lat: Floats, lost: Bools, rows: NDArray[np.int64], notes: list[Note]
) -> None:
    zero = lost & ((lon == 0) | (lat == 0))
    with np.errstate(invalid="ignore"):
        far = lost & ~zero & ((np.abs(lon) > _PROJECTED) | (np.abs(lat) > _PROJECTED))
    _tell(notes, "{n} with zero for a coordinate: not used.", zero, rows)
    words = "{n} with coordinates in feet or meters instead of degrees: not used."
    _tell(notes, words, far, rows)
    words = "{n} with coordinates outside all counties of the United States: not used."
    _tell(notes, words, lost & ~zero & ~far, rows)


def _find_extents(
    table: pd.DataFrame, extent: NDArray[np.object_], rows: NDArray[np.int64], notes: list[Note]
) -> NDArray[np.object_]:
    """Mark points that are the same for all rows of a county, city or ZIP code: its middle."""
    open_rows = table[LON].notna().to_numpy() & (extent == "")
    if open_rows.sum() < _ENOUGH:
        return extent
    points = _point_numbers(table)
    for area in (COUNTY, CITY, ZIP):
        names = table[area].to_numpy(dtype=object)
        use = open_rows & (names != "")
        if use.sum() < max(_ENOUGH, 0.5 * open_rows.sum()):
            continue
        pairs = pd.DataFrame({"area": pd.Series(names[use]).str.lower(), "point": points[use]})
        areas = pairs["area"].nunique()
        distinct = len(pairs.drop_duplicates())
        if distinct <= 1.05 * areas and use.sum() >= 3 * areas:
            word = {COUNTY: "county", CITY: "city", ZIP: "ZIP code"}[area]
            words = f"{{n}} on one point for each {word}: its middle, not where it happened."
            _tell(notes, words, use, rows)
            return np.where(use, area, extent)
    return extent


def _point_numbers(table: pd.DataFrame) -> NDArray[np.int64]:
    """Give points numbers, the same to about 0.1 m alike; -1 where there is none."""
    lon, lat = table[LON].to_numpy(dtype=float), table[LAT].to_numpy(dtype=float)
    known = np.isfinite(lon) & np.isfinite(lat)
    x = np.round(np.where(known, lon, 0) * 1e6).astype(np.int64)
    y = np.round(np.where(known, lat, 0) * 1e6).astype(np.int64)
    return np.where(known, np.unique(x * 1_000_000_000 + y, return_inverse=True)[1], -1)


def _piles(table: pd.DataFrame, least: int) -> tuple[NDArray[np.int64], list[int]]:
    """Give points numbers, and find the one that holds far more rows than the next."""
    points = np.where(table[EXTENT].to_numpy() == "", _point_numbers(table), -1)
    sizes = pd.Series(points[points >= 0]).value_counts()
    if not len(sizes) or sizes.iloc[0] < least:
        return points, []
    following = sizes.iloc[1] if len(sizes) > 1 else 0
    return points, [int(sizes.index[0])] if sizes.iloc[0] >= 3 * following else []


def _piled_on_nothing(table: pd.DataFrame, gazetteer: Gazetteer) -> Bools:
    """Rows on one point that is no place: it serves many cities, or is the middle of a state."""
    points, piles = _piles(table, _ENOUGH)
    nothing = np.zeros(len(table), dtype=bool)
    for pile in piles:
        here = points == pile
        rows = table[here]
        cities = rows.loc[rows[CITY] != "", CITY].str.lower().nunique()
        vague = ((rows[ADDRESS] == "") & (rows[ZIP] == "") & (rows[CITY] == "")).mean() > 0.5
        others_named = (table.loc[~here, [ADDRESS, ZIP, CITY]] != "").any(axis=1).mean() > 0.5
        center = vague and _is_state_center(rows.iloc[0], gazetteer)
        if cities >= _CITIES_IN_A_PILE or center or (vague and others_named):
            nothing |= here
    return nothing


def _is_state_center(row: pd.Series, gazetteer: Gazetteer) -> bool:
    """Whether a point is near the middle of its state, taken from its counties by area."""
    state = gazetteer.counties["state"].get(row[GEOID], "")
    counties = gazetteer.counties[gazetteer.counties["state"] == state]
    if counties.empty:
        return False
    weight = counties["land_km2"] / counties["land_km2"].sum()
    lon, lat = float((counties[LON] * weight).sum()), float((counties[LAT] * weight).sum())
    east = (row[LON] - lon) * np.cos(np.radians(lat))
    return bool(np.hypot(east, row[LAT] - lat) * _METERS_PER_DEGREE < _CENTER_M)


def _tell_pile(table: pd.DataFrame, rows: NDArray[np.int64], notes: list[Note]) -> None:
    points, piles = _piles(table, _PILE)
    for pile in piles:
        words = (
            "{n} on one exact point, far more than on any other: check that it is where it "
            "happened and not a default."
        )
        _tell(notes, words, points == pile, rows)
