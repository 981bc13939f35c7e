"""Addresses of rows and of what is kept, and what was found for each."""

from dataclasses import replace
from typing import Final

import pandas as pd

from boundaries import load
from boundaries.work import Tell
from geo.errors import SchemaError
from geo.geocoding import cascade, street_tier
from geo.geocoding.street_finder import ASKED, Asked
from geo.geocoding.street_table import MATCHED, REASON, SCORE, SOURCE
from geo.geocoding.street_tier import ANSWER, DETAIL
from geo.ingest.columns import PLACE_FIELDS, PLACE_ROLES, Mapping, full_role
from geo.ingest.places import ADDRESS, CITY, read_places
from geo.ingest.raw_table import RawTable
from geo.ingest.street_pieces import ADDRESS_PART
from geo.schema import LAT, LON, METHOD, POINT_PRECISIONS, PRECISION, RADIUS_M, Note
from geo.store import Store

ROWS: Final = "rows"
WRITTEN: Final = (LON, LAT, PRECISION, RADIUS_M, SCORE, METHOD, SOURCE, MATCHED, REASON)
"""Columns of a place in a file."""

_SAID: Final = frozenset({"address", "zip", "city", "county", "county_fips"})
_PLACING: Final = _SAID | {ADDRESS_PART, LAT, "geo"}


def find(raw: RawTable, mapping: Mapping, tell: Tell | None = None) -> cascade.Placed:
    r"""Find the place of each row of a file, in its order; no row is folded or left out.

    Examples
    --------
    >>> from geo.ingest import open_table, propose
    >>> raw = open_table(b"zip,city,state\n60644,,\n,Hertford,NC\n,Nowhere,NC\n", "a.csv")
    >>> find(raw, propose(raw)).answer["precision"].tolist()
    ['09', '11', '99']
    """
    places = {
        role: found for role in PLACE_ROLES
        if (found := read_places(raw.text, mapping, role)) is not None
    }  # fmt: skip
    return cascade.find(places, raw.rows, load.gazetteer(), load.locator(), tell=tell)


def of_anybody(mapping: Mapping) -> Mapping:
    r"""Take places of whomever they are: when a person asks for the places of a list itself.

    What was recognized but set aside, as homes are, counts where no other column says it.

    Examples
    --------
    >>> from geo.ingest import open_table, propose
    >>> raw = open_table(b"Home Address,Home ZIP\n1 Main St,27944\n", "list.csv")
    >>> [choice.role for choice in of_anybody(propose(raw)).choices]
    ['incident.address', 'incident.zip']
    """
    taken = {c.role.rpartition(".")[2] for c in mapping.choices if "." in c.role}
    added = []
    for choice in mapping.others:
        field = choice.role.rpartition(".")[2]
        if "." in choice.role and field in PLACE_FIELDS and field not in taken:
            taken.add(field)
            added.append(replace(choice, role=full_role(field, "")))
    return replace(mapping, choices=(*mapping.choices, *added))


def placed_rows(
    raw: RawTable, mapping: Mapping, tell: Tell | None = None
) -> tuple[pd.DataFrame, tuple[Note, ...]]:
    """Give the rows of a file as they came, with their places after them, and what to know of them.

    Returns
    -------
    DataFrame of str and float, index 0..n-1
        The columns of the file, then lon, lat, precision, radius_m, score, method, source,
        matched_text, reason; where the file has such a column, ours is called "placed_lon"
        (`names_written`).
    tuple of Note

    Raises
    ------
    SchemaError
        No column says where a row is.
    """
    if not any(c.role.rpartition(".")[2] in _PLACING for c in mapping.choices):
        raise SchemaError(
            "No column says where a row is: an address, ZIP code, city, county or coordinates.",
            "Name them in the header, or say which column is what.",
        )
    placed = find(raw, mapping, tell)
    answer = placed.answer[list(WRITTEN)].round({LON: 6, LAT: 6})
    answer = answer.rename(columns=names_written(raw)).set_axis(raw.text.index)
    whole = pd.concat([raw.text.rename(columns=raw.renamed), answer], axis=1)
    return whole, placed.notes


def names_written(raw: RawTable) -> dict[str, str]:
    r"""Give our columns names that no column of the file has.

    Examples
    --------
    >>> from geo.ingest import open_table
    >>> raw = open_table(b"ZIP,reason,Score,placed_score\n27944,,,\n", "calls.csv")
    >>> ours = names_written(raw)
    >>> ours["lon"], ours["reason"], ours["score"]
    ('lon', 'placed_reason', 'placed_placed_score')
    """
    taken = {raw.renamed.get(name, name).casefold() for name in raw.columns}
    ours = {}
    for name in WRITTEN:
        free = name
        while free in taken:
            free = f"placed_{free}"
        ours[name] = free
    return ours


def known_points(
    raw: RawTable, mapping: Mapping, tell: Tell | None = None
) -> tuple[pd.DataFrame, pd.Series, pd.Series]:
    """Place rows by their address alone, and give where the file says that they are.

    Returns
    -------
    DataFrame
        `ANSWER` and `DETAIL`, found without the coordinates.
    Series, Series of float
        Longitude and latitude given; NaN where there are none in the United States.

    Raises
    ------
    SchemaError
        The file has no coordinates, or no address, ZIP code, city or county beside them.
    """
    coordinates = {f"{role}.{name}" for role in PLACE_ROLES for name in (LON, LAT, "geo")}
    given = replace(mapping, choices=tuple(c for c in mapping.choices if c.role in coordinates))
    others = tuple(c for c in mapping.choices if c.role not in coordinates)
    rest = replace(mapping, choices=others)
    if not given.choices or not any(c.role.rpartition(".")[2] in _SAID for c in others):
        raise SchemaError(
            "Known points need coordinates, and beside them an address, ZIP code, city or county.",
            "Choose a file that has both.",
        )
    truth = find(raw, given).answer
    known = truth[PRECISION] == "01"
    return find(raw, rest, tell).answer, truth[LON].where(known), truth[LAT].where(known)


def addresses(placed: cascade.Placed) -> pd.DataFrame:
    """List the different addresses of rows, with what was found for each.

    Rows with coordinates of their own are left out: nothing was looked up for them.

    Returns
    -------
    DataFrame
        `street_finder.ASKED`, `ANSWER`, `DETAIL` and rows (how many have this address), the most
        frequent first.
    """
    asked = pd.DataFrame("", index=placed.answer.index, columns=list(ASKED)).astype("str")
    for places in reversed(list(placed.checked.values())):
        given = places[ADDRESS] != ""
        if given.any():
            asked.loc[given] = street_tier.what_is_asked(places.loc[given])
    table = pd.concat([asked, placed.answer[[*ANSWER, *DETAIL]]], axis=1)
    table = table[(asked[ADDRESS] != "") & (table[PRECISION] != "01")]
    counted = table.groupby(list(ASKED), sort=False).size().rename(ROWS)
    once = table.drop_duplicates(list(ASKED)).join(counted, on=list(ASKED))
    return once.sort_values(ROWS, ascending=False, kind="stable").reset_index(drop=True)


def of_source(store: Store, source: str, tell: Tell | None = None) -> pd.DataFrame:
    """List the different addresses of a source as it counts now; see `addresses`."""
    parts = []
    numbers = store.with_addresses(source)
    for number in numbers:
        raw, mapping = store.lines_read(number, as_they_count=True)
        if len(raw.text):
            parts.append(addresses(find(raw, mapping, tell)))
    if not parts:
        return pd.DataFrame(columns=[*ASKED, *ANSWER, *DETAIL, ROWS])
    table = pd.concat(parts, ignore_index=True)
    together = table.groupby(list(ASKED), sort=False)[ROWS].sum()
    once = table.drop_duplicates(list(ASKED)).drop(columns=ROWS).join(together, on=list(ASKED))
    return once.sort_values(ROWS, ascending=False, kind="stable").reset_index(drop=True)


def to_send(table: pd.DataFrame) -> Asked:
    """Give the addresses of a table that were not found here, as they would be sent.

    Of the city only what the gazetteer knows in that state: the column may hold anybody's name.
    """
    lost = table[~table[PRECISION].isin(POINT_PRECISIONS)]
    rows = lost[list(ASKED)].sort_values(list(ASKED), kind="stable").reset_index(drop=True)
    gazetteer = load.gazetteer()
    asked = street_tier.installed_finder(gazetteer).read(rows)
    said = asked.rows[CITY].where(asked.rows[CITY] != "", [one.city for one in asked.parsed])
    known = gazetteer.by_place(said, asked.state)[LAT].notna().to_numpy()
    return replace(asked, rows=asked.rows.assign(**{CITY: said.where(known, "").astype("str")}))
