"""Place columns as typed values: numbers, state codes, and what coordinates inside text say."""

import re
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.geocoding.names import STATES, state_codes
from geo.ingest.columns import Mapping
from geo.ingest.counts import numbers
from geo.ingest.degrees import degrees
from geo.ingest.notes import named, note
from geo.ingest.shared_places import sole_state
from geo.ingest.street_joined import completed
from geo.ingest.street_pieces import ADDRESS_PART
from geo.ingest.words import split_words
from geo.ingest.written_points import written_points
from geo.schema import LAT, LON, Note

ADDRESS: Final = "address"
ZIP: Final = "zip"
CITY: Final = "city"
COUNTY: Final = "county"
FIPS: Final = "county_fips"
STATE: Final = "state"  # USPS code
EXTENT: Final = "extent"  # what given coordinates stand for: "" a point, "city", "state", ...

_LINK = re.compile(
    r"""'?=HYPERLINK\(\s*(?:"[^"]*"\s*[,;]\s*"([^"]*)"|"([^"]*)")\s*\)\s*""", re.IGNORECASE
)
PLACE_COLUMNS: Final = (LON, LAT, EXTENT, ADDRESS, ZIP, CITY, COUNTY, FIPS, STATE)
"""Columns of a table of places: `lon`, `lat` as given (float), the rest str, "" when not given."""

NOTHING: Final = frozenset({
    "null", "none", "nan", "na", "n/a", "unknown", "unk", "missing", "-", "--", ".", "?", "x", "xx",
    "unspecified", "undetermined", "unknown location", "unknown city", "not available", "no data",
    "out of state", "other",
})  # fmt: skip
"""Words that say a place is not known, in lower case."""

_COORDINATES = re.compile(r"(?P<first>-?\d{1,3}\.\d+)[^\d.-]{1,24}?(?P<second>-?\d{1,3}\.\d+)")
_LON_FIRST = re.compile(r"^\s*\(?\s*POINT|coordinates\W", re.IGNORECASE)
_CITY_STATE = re.compile(
    r"^(?P<city>.*?)[,\s]+(?P<state>[A-Za-z]{2}|[A-Za-z. ]{4,20})\.?"
    r"(?:\s+(?P<zip>\d{5})(?:-\d{4})?)?$"
)
_AFTER_COMMA = re.compile(r"^(?P<name>.+?),\s*(?P<state>[A-Za-z]{2}|[A-Za-z. ]{4,20})\.?$")
_LAST_CAPITALS = re.compile(r"^(?P<name>.*[^,\s])\s+(?P<state>[A-Z]{2})$")
_LAST_ZIP = re.compile(r"^(?P<name>.*[^,\s])[,\s]+(?P<zip>\d{5})(?:-?\d{4})?$")
_COUNTY_CODE: Final = r"\d{3}|\d{4,5}(?:\.0)?"
_FIPS_TO_USPS: Final = {fips: usps for usps, (fips, _) in STATES.items()}
_USPS_TO_FIPS: Final = {usps: fips for usps, (fips, _) in STATES.items()}


def read_places(text: pd.DataFrame, mapping: Mapping, role: str) -> pd.DataFrame | None:
    """Places of one role ("injury") in all rows; None when the file gives none.

    Parameters
    ----------
    text : DataFrame of str, shape (n, columns)
        The file's cells.
    mapping : Mapping
        Which column is what.
    role : str
        One of `columns.PLACE_ROLES`.

    Returns
    -------
    DataFrame, shape (n, 9)
        `PLACE_COLUMNS`, index of `text`.
    """
    named = {
        field: mapping.column(f"{role}.{field}")
        for field in (LON, LAT, "geo", ADDRESS, ZIP, CITY, COUNTY, FIPS, STATE, "state_fips")
    }
    parts = mapping.columns(f"{role}.{ADDRESS_PART}")
    said = parts or any(named.values())
    if not named[STATE] and not named["state_fips"]:
        named |= _state_of_all(mapping)
    if not said:
        return None
    empty = pd.Series("", index=text.index, dtype="str")
    value = {
        field: empty if column is None else _known(text[column]) for field, column in named.items()
    }
    table = pd.DataFrame({field: value[field] for field in (ADDRESS, ZIP, CITY, COUNTY, FIPS)})
    if parts:
        table[ADDRESS] = completed(table[ADDRESS], text[list(parts)].apply(_known), parts)
    table[STATE] = state_codes(value[STATE]).astype("str")
    table = _split_place(table)
    table = _fill_state(table, value["state_fips"])
    table[FIPS] = _five_digits(table[FIPS], table[STATE])
    table[LON], table[LAT] = degrees(value[LON]), degrees(value[LAT])
    table[EXTENT] = _extent_said(named[LAT])
    geo = value["geo"]
    if named["geo"] is None:  # "41.7658, -72.6734", written where an address belongs
        geo = written_points(table[ADDRESS])
        table[ADDRESS] = table[ADDRESS].where(geo == "", "")
    else:
        points = written_points(geo)
        geo = points.where(points != "", geo)
    if (geo != "").any():
        table = _use_text_coordinates(table, geo)
    return table[list(PLACE_COLUMNS)]


def _state_of_all(mapping: Mapping) -> dict[str, str | None]:
    """Column of a state that is given once, for several places: it counts for all of them."""
    given = {
        field: [c.column for c in mapping.choices if c.role.rpartition(".")[2] == field]
        for field in (STATE, "state_fips")
    }
    return {field: sole_state(columns) or None for field, columns in given.items()}


def tell_unread_coordinates(
    text: pd.DataFrame,
    mapping: Mapping,
    role: str,
    places: pd.DataFrame,
    rows: NDArray[np.int64],
) -> list[Note]:
    """Say which rows have text for a latitude or longitude that gives no degrees."""
    odd = {}
    for field in (LAT, LON):
        column = mapping.column(f"{role}.{field}")
        missing = places[field].isna().to_numpy(dtype=bool).copy()
        if column is not None and missing.any():
            said = (_known(text.loc[missing, column]) != "").to_numpy()
            if said.any():
                odd[column] = missing
                odd[column][missing] = said
    if not odd:
        return []
    words = (
        f"{{n}} with text in {named(odd)} that gives no degrees: not used. Write 41.7658, 41.7658N "
        "or 41\u00b0 45' 57\" N."
    )
    return [note(words, np.logical_or.reduce(list(odd.values())), rows)]


def words_of_links(column: pd.Series) -> pd.Series:
    """Give of links, as a spreadsheet writes them into a CSV, the words, else their address.

    Examples
    --------
    >>> words_of_links(pd.Series(['=HYPERLINK("https://a.b","1 Elm St")', "2 Elm St"])).tolist()
    ['1 Elm St', '2 Elm St']
    """
    if not column.str.startswith(("=HYPERLINK(", "'=HYPERLINK(")).any():
        return column
    return column.str.replace(_LINK, lambda said: said[1] or said[2] or "", regex=True)


def _known(column: pd.Series) -> pd.Series:
    column = words_of_links(column)
    return column.where(~column.str.lower().isin(NOTHING), "")


def _extent_said(column: str | None) -> str:
    """Tell from "county lat" that the point is the middle of a county."""
    said = set(split_words(column or ""))
    return next((word for word in (COUNTY, CITY, ZIP, STATE) if word in said), "")


def _split_place(table: pd.DataFrame) -> pd.DataFrame:
    """Part "Autauga County, AL" into county and state, "Hertford NC 27944" into all it is.

    A city keeps a state that is not the row's: it contradicts the row. A county code among
    names of counties is one.
    """
    whole = _by_value(table[CITY], _LAST_ZIP, ("name", "zip"))
    with_zip = whole["zip"] != ""
    table[CITY] = table[CITY].where(~with_zip, whole["name"])
    table[ZIP] = table[ZIP].where((table[ZIP] != "") | ~with_zip, whole["zip"])
    for field, pattern in ((CITY, _AFTER_COMMA), (COUNTY, _AFTER_COMMA), (CITY, _LAST_CAPITALS)):
        parts = _by_value(table[field], pattern, ("name", "state"))
        code = state_codes(parts["state"])
        both = code != ""
        if field == CITY:
            both &= (table[STATE] == "") | (table[STATE] == code)
        table[field] = table[field].where(~both, parts["name"])
        table[STATE] = table[STATE].where((table[STATE] != "") | ~both, code)
    coded = table[COUNTY].str.fullmatch(_COUNTY_CODE).astype(bool)
    table[FIPS] = table[FIPS].where((table[FIPS] != "") | ~coded, table[COUNTY])
    table[COUNTY] = table[COUNTY].mask(coded, "")
    return table


def _fill_state(table: pd.DataFrame, state_fips: pd.Series) -> pd.DataFrame:
    """State from its FIPS code, or from the first two digits of a whole county code."""
    if not ((state_fips != "") | (table[FIPS] != "")).any():
        return table
    code = state_fips.str.replace(r"\.0$", "", regex=True).str.zfill(2).map(_FIPS_TO_USPS)
    whole = table[FIPS].str.extract(r"^(\d{4,5})(?:\.0)?$")[0].str.zfill(5).str[:2]
    found = code.fillna(whole.map(_FIPS_TO_USPS)).fillna("")
    table[STATE] = table[STATE].where(table[STATE] != "", found)
    return table


def _five_digits(codes: pd.Series, state: pd.Series) -> pd.Series:
    """County codes of five digits; three digits are completed with those of the state."""
    if not (codes != "").any():
        return codes
    plain = codes.str.extract(r"^(\d{1,5})(?:\.0)?$")[0].fillna("")
    short = (plain != "") & (plain.str.len() <= 3)
    front = state.map(_USPS_TO_FIPS).fillna("")
    joined = (front + plain.str.zfill(3)).where(front != "", "")
    return plain.str.zfill(5).where(plain.str.len() >= 4, "").where(~short, joined).astype("str")


def _use_text_coordinates(table: pd.DataFrame, geo: pd.Series) -> pd.DataFrame:
    r"""Coordinates and label of text such as "HARTFORD, CT\n(41.77, -72.67)" where none are given.

    A label without digits says that the coordinates are the middle of a city; one that is only a
    state, that they are the middle of the state.
    """
    parts = _by_value(geo, _COORDINATES, ("first", "second"))
    first, second = numbers(parts["first"]), numbers(parts["second"])
    lon_first = geo.str.contains(_LON_FIRST, regex=True).to_numpy()
    lat = np.where(lon_first, second, first)
    lon = np.where(lon_first, first, second)
    missing = table[LON].isna() | table[LAT].isna()
    label = geo.map({value: _label(value) for value in geo.unique()}).astype("str")
    line = label.str.split("\n").str[-1].fillna("").str.strip()
    place = _by_value(line, _CITY_STATE, ("city", "state", "zip"))
    code = state_codes(place["state"]).astype("str")
    only_state = (state_codes(line) != "").to_numpy()
    address = label.str.contains(r"\d.*[A-Za-z].*\n|^\d+\s+\w.*,", regex=True).to_numpy()
    city = place["city"].where((code != "") & ~only_state, "")
    zip_only = city.str.match(r"^\d{5}$").to_numpy()
    place["zip"] = place["zip"].where(~zip_only, city)
    city = city.where(~zip_only, "")
    extent = np.where(
        only_state, STATE, np.where((city != "") & ~address, CITY, table[EXTENT].to_numpy())
    )
    use = (missing & np.isfinite(lon) & np.isfinite(lat)).to_numpy()
    table[LON] = table[LON].where(~use, lon)
    table[LAT] = table[LAT].where(~use, lat)
    table[EXTENT] = table[EXTENT].where(~use, extent)
    unplaced = address & ~np.isfinite(lat)  # the portal found no coordinates for the address
    first_line = label.str.split("\n").str[0].fillna("").str.strip()
    table[ADDRESS] = table[ADDRESS].where((table[ADDRESS] != "") | ~unplaced, first_line)
    plain_city = city.where(~address | unplaced, "")
    table[CITY] = table[CITY].where(table[CITY] != "", plain_city)
    table[ZIP] = table[ZIP].where(table[ZIP] != "", place["zip"])
    table[STATE] = table[STATE].where(table[STATE] != "", code.where(~only_state, ""))
    return table


def _label(value: str) -> str:
    """Take what stands before the coordinates."""
    found = _COORDINATES.search(value)
    label = value[: found.start()] if found else value
    return "" if _LON_FIRST.match(label) else re.sub(r"[\s({\[]+$", "", label)


def _by_value(column: pd.Series, pattern: re.Pattern[str], groups: tuple[str, ...]) -> pd.DataFrame:
    """Named groups of each different value looked up once; "" where the pattern is not found."""
    codes, distinct = pd.factorize(column)
    found = [pattern.search(str(value)) for value in distinct]
    table = pd.DataFrame(
        {
            group: pd.Series([(m[group] or "") if m else "" for m in found], dtype="str")
            for group in groups
        }
    )
    return table.iloc[codes].set_axis(column.index)
