"""Rows to places, offline: given coordinates, then ZIP code, city, county; then the next role's."""

from collections.abc import Callable
from dataclasses import replace
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.geocoding import given
from geo.geocoding.gazetteer import COUNTY_SHARE, Gazetteer
from geo.geocoding.gazetteer import KIND as ZIP_KIND
from geo.geocoding.street_tier import GUESS, from_street
from geo.ingest.clean import Intake
from geo.ingest.days import REPORTED_WHEN, REPORTED_ZONED, WHEN, ZONED
from geo.ingest.notes import note
from geo.ingest.places import CITY, COUNTY, EXTENT, FIPS, STATE, ZIP
from geo.locate import Locator
from geo.schema import (
    GEOID,
    LAT,
    LOCATION_ROLE,
    LON,
    METHOD,
    MINUTE,
    OCCURRED_ON,
    PRECISION,
    RADIUS_M,
    REPORTED_ON,
    SOURCE_ROW,
    TIME_PRECISION,
    Note,
    Records,
    complete,
)

UNPLACED: Final = "99"
_POINT_RADIUS_M: Final = 100.0
_CITY_RADIUS_M: Final = 5000.0
_ANSWER: Final = (LON, LAT, GEOID, PRECISION, RADIUS_M, METHOD)
_SURE_SHARE: Final = 0.95
_ENOUGH: Final = 20
_WHOLE: Final = 0.995

Tier = Callable[[pd.DataFrame, Gazetteer], pd.DataFrame]
"""Places (`PLACE_COLUMNS`, checked) to `_ANSWER`, same index; `precision` "" where not found."""


def place(intake: Intake, gazetteer: Gazetteer, locator: Locator) -> Records:
    """Give each row a point, a county and a local day.

    The place of the incident comes before that of the injury, the scene and the death; a residence
    is used only when a person chose it. Within each, the tiers are tried from exact to coarse.

    Parameters
    ----------
    intake : Intake
        From `ingest.read`.
    gazetteer : Gazetteer
        ZIP codes, cities and counties.
    locator : Locator
        County of a point.

    Returns
    -------
    Records
        All rows: those without a place have precision "99", no coordinates and geoid "".
    """
    rows = intake.table[SOURCE_ROW].to_numpy(dtype=np.int64)
    checked, notes = _check_places(intake, rows, gazetteer, locator)
    tiers = AREA_TIERS if intake.area_counts else TIERS
    table = intake.table.copy()
    answer = _empty(table.index)
    answer[LOCATION_ROLE] = ""
    shares = pd.Series(1.0, index=table.index)
    for role, places in checked.items():
        for tier in tiers:
            left = answer.index[answer[PRECISION] == ""]
            if not len(left):
                break
            found = tier(places.loc[left], gazetteer)
            found = found[found[PRECISION] != ""]
            answer.loc[found.index, list(_ANSWER)] = found[list(_ANSWER)]
            answer.loc[found.index, LOCATION_ROLE] = role
            if COUNTY_SHARE in found:
                shares.loc[found.index] = found[COUNTY_SHARE]
    lost = (answer[PRECISION] == "").to_numpy()
    answer.loc[lost, [PRECISION, METHOD]] = [UNPLACED, "no usable place"]
    notes += _tell_shares(answer, shares, rows)
    if lost.any():
        notes.append(note("{n} not placed: kept and counted, but on no map.", lost, rows))
    table[list(answer.columns)] = answer
    zones = gazetteer.timezone_of(table[GEOID])
    local = _local_times(table[WHEN], table[ZONED], zones)
    _tell_moved(table, local, zones, rows, notes)
    table[OCCURRED_ON] = local.dt.floor("D")
    to_the_minute = table[TIME_PRECISION] == "minute"
    minutes = (local.dt.hour * 60 + local.dt.minute).astype("float64")
    table[MINUTE] = table[MINUTE].where(~to_the_minute, minutes)
    reported = _local_times(table[REPORTED_WHEN], table[REPORTED_ZONED], zones)
    table[REPORTED_ON] = reported.dt.floor("D")
    return Records(
        complete(table),
        replace(intake.report, notes=intake.report.notes + tuple(notes)),
        intake.digest,
        intake.source,
        area_counts=intake.area_counts,
        extra=intake.extra,
        row_ids=intake.row_ids,
    )


def _check_places(
    intake: Intake, rows: NDArray[np.int64], gazetteer: Gazetteer, locator: Locator
) -> tuple[dict[str, pd.DataFrame], list[Note]]:
    """Places with checked coordinates and, where a row names no state, that of the file."""
    checked: dict[str, pd.DataFrame] = {}
    notes: list[Note] = []
    for role, places in intake.places.items():
        checked[role], found = given.check(places, rows, gazetteer, locator)
        found += _tell_other_state(checked[role], rows, gazetteer)
        if len(intake.places) > 1:
            found = [replace(one, text=f"Place of {role}: {one.text}") for one in found]
        notes += found
    state, words = _state_of_file(checked, gazetteer)
    blank_rows = np.zeros(len(rows), dtype=bool)
    for places in checked.values():
        own = places[STATE]
        places[GUESS] = own.where(own != "", state)
        named = (places[CITY] != "") | (places[COUNTY] != "")
        blank_rows |= ((own == "") & named).to_numpy()
    if words and blank_rows.any():
        notes.append(note(f"{{n}} without a state: {words}", blank_rows, rows, warn=False))
    elif blank_rows.any():
        words = "{n} with a city or county but no state, and the file shows none: not used."
        notes.append(note(words, blank_rows, rows))
    return checked, notes


def _tell_other_state(
    places: pd.DataFrame, rows: NDArray[np.int64], gazetteer: Gazetteer
) -> list[Note]:
    there = places[GEOID].map(gazetteer.counties["state"]).fillna("").astype("str")
    other = ((places[STATE] != "") & (there != "") & (places[STATE] != there)).to_numpy()
    words = "{n} with coordinates in another state than the row names: the coordinates were used."
    return [note(words, other, rows)] if other.any() else []


def _state_of_file(checked: dict[str, pd.DataFrame], gazetteer: Gazetteer) -> tuple[str, str]:
    """Find the state nearly all points, or nearly all named states, are in; say how it is known."""
    if not checked:
        return "", ""
    points = pd.concat([p[GEOID] for p in checked.values()]).map(gazetteer.counties["state"])
    named = pd.concat([p[STATE] for p in checked.values()])
    for states, how in (
        (points.dropna(), "of the coordinates given lie"),
        (named[named != ""], "of the rows that name one are"),
    ):
        if len(states) >= _ENOUGH:
            share = states.value_counts(normalize=True)
            if share.iloc[0] >= _SURE_SHARE:
                code = str(share.index[0])
                return code, f"{code} was taken, where {share.iloc[0]:.0%} {how}."
    return "", ""


def _empty(index: pd.Index) -> pd.DataFrame:
    answer = pd.DataFrame(index=index)
    for column in _ANSWER:
        number = column in {LON, LAT, RADIUS_M}
        answer[column] = np.nan if number else pd.Series("", index=index, dtype="str")
    return answer


def from_coordinates(places: pd.DataFrame, gazetteer: Gazetteer) -> pd.DataFrame:
    """Coordinates that came with the file, with the precision of what they stand for."""
    known = places[LON].notna() & (places[GEOID] != "")
    extent = places[EXTENT].to_numpy()
    answer = _empty(places.index)
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
    return answer


def from_points(places: pd.DataFrame, gazetteer: Gazetteer) -> pd.DataFrame:
    """Coordinates that are a point of their own, not the middle of a city or county."""
    answer = from_coordinates(places, gazetteer)
    return answer[(places[EXTENT] == "").to_numpy()]


def from_zip(places: pd.DataFrame, gazetteer: Gazetteer) -> pd.DataFrame:
    """ZIP code, unless it lies in another state than the row says."""
    found = gazetteer.by_zip(places[ZIP])
    usable = _in_said_state(found, places[STATE], gazetteer)
    answer = found.assign(**{METHOD: "ZIP code"})
    code = np.where(found[ZIP_KIND] == "po_box", "10", "09")
    answer[PRECISION] = pd.Series(code, index=places.index, dtype="str").where(usable, "")
    return answer


def from_city(places: pd.DataFrame, gazetteer: Gazetteer) -> pd.DataFrame:
    """City or town in the row's state, else in that of the file."""
    found = gazetteer.by_place(places[CITY], places[GUESS])
    answer = found.assign(**{METHOD: "city"})
    return _with_precision(answer, "11")


def from_county(places: pd.DataFrame, gazetteer: Gazetteer) -> pd.DataFrame:
    """County by code, else by name in the row's state or that of the file."""
    by_code = gazetteer.by_fips(places[FIPS]).assign(**{METHOD: "county code"})
    by_name = gazetteer.by_county(places[COUNTY], places[GUESS]).assign(**{METHOD: "county name"})
    answer = by_code.where(by_code[GEOID] != "", by_name)
    return _with_precision(answer, "12")


TIERS: Final[tuple[Tier, ...]] = (
    from_points, from_street, from_coordinates, from_zip, from_city, from_county,
)  # fmt: skip
"""For incidents: from exact to coarse; a street comes before the middle of its city."""

AREA_TIERS: Final[tuple[Tier, ...]] = (from_county, from_zip, from_city, from_coordinates)
"""For counts of areas: the area itself first."""


def _with_precision(answer: pd.DataFrame, code: str) -> pd.DataFrame:
    answer[PRECISION] = pd.Series(code, index=answer.index, dtype="str").where(
        answer[GEOID] != "", ""
    )
    return answer


def _in_said_state(found: pd.DataFrame, state: pd.Series, gazetteer: Gazetteer) -> pd.Series:
    there = found[GEOID].map(gazetteer.counties["state"]).fillna("")
    return (found[GEOID] != "") & ((state == "") | (state == there))


def _tell_shares(answer: pd.DataFrame, shares: pd.Series, rows: NDArray[np.int64]) -> list[Note]:
    split = (shares < _WHOLE).to_numpy() & (answer[PRECISION] != UNPLACED).to_numpy()
    if not split.any():
        return []
    mean = float(shares[split].mean())
    words = (
        "{n} placed by a ZIP code or city that touches several counties, and counted in the "
        f"one that holds most of it ({mean:.0%} on average)."
    )
    return [note(words, split, rows)]


def _local_times(when: pd.Series, zoned: pd.Series, zones: pd.Series) -> pd.Series:
    """Give times by the local clock; instants in UTC are moved to the county's, in `zones`."""
    instants = zoned.to_numpy() & when.notna().to_numpy()
    if not instants.any():
        return when
    local = when.copy()
    usual = _usual_zone(zones[instants])
    known = zones.where(zones != "", usual)
    for zone in known[instants].unique():
        here = instants & (known == zone).to_numpy()
        local[here] = when[here].dt.tz_localize("UTC").dt.tz_convert(zone).dt.tz_localize(None)
    return local


def _usual_zone(zones: pd.Series) -> str:
    known = zones[zones != ""]
    return str(known.mode().iloc[0]) if len(known) else "UTC"


def _tell_moved(
    table: pd.DataFrame,
    local: pd.Series,
    zones: pd.Series,
    rows: NDArray[np.int64],
    notes: list[Note],
) -> None:
    """Say how many rows are on another day by the local clock than in UTC."""
    zoned = table[ZONED].to_numpy() & table[WHEN].notna().to_numpy()
    moved = zoned & (local.dt.floor("D") != table[WHEN].dt.floor("D")).to_numpy()
    if moved.any():
        usual = _usual_zone(zones[zoned])
        words = "{n} on another day by the local clock than in UTC: the local day was taken"
        notes.append(note(f"{words} ({usual}).", moved, rows, warn=False))
