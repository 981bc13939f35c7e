"""Addresses of rows and of what is kept, and what was found for each."""

from typing import Final

import pandas as pd

from boundaries import load
from boundaries.work import Tell
from geo.geocoding import cascade, street_tier
from geo.geocoding.street_finder import ASKED, Asked
from geo.geocoding.street_tier import ANSWER, DETAIL
from geo.ingest.columns import PLACE_ROLES, Mapping
from geo.ingest.places import ADDRESS, read_places
from geo.ingest.raw_table import RawTable
from geo.schema import POINT_PRECISIONS, PRECISION
from geo.store import Store

ROWS: Final = "rows"


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


def addresses(placed: cascade.Placed) -> pd.DataFrame:
    """List the different addresses of rows, with what was found for each.

    Rows with coordinates of their own are left out: nothing was looked up for them.

    Returns
    -------
    DataFrame
        `street_finder.ASKED`, `ANSWER`, `DETAIL` and rows (how many have this address), the most
        frequent first.
    """
    gazetteer = load.gazetteer()
    asked = pd.DataFrame("", index=placed.answer.index, columns=list(ASKED)).astype("str")
    for places in reversed(list(placed.checked.values())):
        given = places[ADDRESS] != ""
        if given.any():
            asked.loc[given] = street_tier.what_is_asked(places.loc[given], gazetteer)
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
    """Give the addresses of a table that were not found here, as they would be sent."""
    lost = table[~table[PRECISION].isin(POINT_PRECISIONS)]
    rows = lost[list(ASKED)].sort_values(list(ASKED), kind="stable").reset_index(drop=True)
    return street_tier.installed_finder(load.gazetteer()).read(rows)
