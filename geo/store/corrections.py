"""A person's word against the file's: checked, kept, and laid over what the files say."""

import sqlite3
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final

import numpy as np
import pandas as pd

from geo import seized
from geo.errors import StoreError
from geo.locate import Locator
from geo.schema import (
    DRUG_CLASSES,
    DRUGS,
    GEOID,
    LAT,
    LON,
    MASS_G,
    METHOD,
    OCCURRED_ON,
    OUTCOME,
    OUTCOMES,
    PRECISION,
    QUANTITY,
    RADIUS_M,
    RECORD_ID,
    SEIZED,
    TIME_PRECISION,
    UNIT,
    WRITTEN,
)
from geo.store.compare import as_text
from geo.store.fold import MEANT
from geo.store.keys import positions
from geo.store.part_changes import corrected, read_given, with_parts
from geo.store.protocol import Correction

BY_HAND: Final = "08"
_COUNTY: Final = "12"
_RADIUS_M: Final = 100.0
_GONE: Final = "gone"
_OF_PARTS: Final = (SEIZED, DRUGS, WRITTEN, QUANTITY, UNIT)


def check(correction: Correction, locator: Locator | None) -> None:
    """Refuse a correction that says nothing that can be counted.

    Raises
    ------
    StoreError
        The value is no day, outcome, drug, quantity, place or county.
    """
    value, name = correction.value, correction.field
    if name == "occurred_on" and not _is_day(value):
        raise StoreError("The day is not a day since 1990.", "Write it as 2020-12-31.")
    if name == "outcome" and value not in OUTCOMES:
        raise StoreError("The outcome is not known.", f"Choose one of {', '.join(OUTCOMES)}.")
    if name in {"drugs", "seized"}:
        _check_drugs(name, value)
    if name == "place":
        lon, lat = _point(value)
        if locator is not None and not str(locator.locate([lon], [lat])[0]):
            raise StoreError(
                "The place lies outside all counties of the United States.",
                "Give longitude first, with its minus sign, then latitude.",
            )
    if name == "geoid":
        known = locator is None or value in set(locator.geoids.tolist())
        if not (len(value) == 5 and value.isdigit() and known):
            raise StoreError("The county code is not known.", "Give its five digits.")
    if name == "excluded" and value:
        raise StoreError("An exclusion has no value.", "Leave the value empty.")


def _check_drugs(name: str, value: str) -> None:
    if name == "drugs" and not _are_drugs(value):
        raise StoreError("A drug is not known.", "Choose from the drug classes offered.")
    if name == "seized":
        try:
            read_given(value)
        except (ValueError, TypeError, AttributeError) as error:
            raise StoreError(
                "What was seized is not said as drugs with quantities and units.",
                "Choose drug and unit from those offered, and a quantity from 0 on.",
            ) from error


def of_source(connection: sqlite3.Connection, source: str) -> list[sqlite3.Row]:
    """List the corrections of a source as they are kept, oldest first."""
    return connection.execute(
        "SELECT * FROM corrections WHERE source = ? ORDER BY corrected_at, field", (source,)
    ).fetchall()


def said_by_file(table: pd.DataFrame, record_id: str, name: str) -> str:
    """Spell what the files say in the cells that a correction is about."""
    row = table[table[RECORD_ID] == record_id]
    if row.empty:
        return _GONE
    columns = {
        "place": (LON, LAT, GEOID), "geoid": (GEOID,), "excluded": MEANT,
        "seized": (DRUGS, QUANTITY, UNIT, SEIZED),
    }.get(name, (name,))  # fmt: skip
    cells = [str(as_text(row[column]).iloc[0]) for column in columns]
    if name == "excluded" and not cells[-1]:  # `SEIZED`, the last, was not there from the first
        cells.pop()
    return "\x1f".join(cells)


def keep(connection: sqlite3.Connection, correction: Correction, table: pd.DataFrame) -> None:
    """Write a correction down, with what the files say at this moment; `table` has its record."""
    connection.execute(
        "INSERT OR REPLACE INTO corrections "
        "(source, record_id, field, value, why, corrected_at, was) VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            correction.source, correction.record_id, correction.field, correction.value,
            correction.why, correction.corrected_at.isoformat(),
            said_by_file(table, correction.record_id, correction.field),
        ),
    )  # fmt: skip


def drop(connection: sqlite3.Connection, source: str, record_id: str, field: str) -> bool:
    """Forget a correction; tell whether there was one."""
    found = connection.execute(
        "DELETE FROM corrections WHERE source = ? AND record_id = ? AND field = ?",
        (source, record_id, field),
    )
    return found.rowcount > 0


def shown(rows: Sequence[sqlite3.Row], table: pd.DataFrame) -> tuple[Correction, ...]:
    """Corrections as a person sees them, newest first; `table` holds what the files say."""
    return tuple(
        Correction(
            row["source"], row["record_id"], row["field"], row["value"], row["why"],
            datetime.fromisoformat(row["corrected_at"]),
            outdated=said_by_file(table, row["record_id"], row["field"]) != row["was"],
        )
        for row in reversed(rows)
    )  # fmt: skip


def lay(table: pd.DataFrame, rows: Sequence[sqlite3.Row], locator: Locator | None) -> pd.DataFrame:
    """Lay corrections over records; those of records that are not there do nothing.

    Parameters
    ----------
    table : DataFrame
        Records; index 0..n-1.
    rows : sequence of Row
        Corrections, oldest first.
    locator : Locator or None
        County of a point; without one a corrected place keeps the county it had.
    """
    if not rows:
        return table
    at = positions(pd.Series([row["record_id"] for row in rows], dtype="str"), table[RECORD_ID])
    written: dict[str, dict[int, object]] = {}  # by column and position: a later word stands
    excluded: set[int] = set()
    for row, position in zip(rows, at.tolist(), strict=True):
        if position < 0:
            continue
        if row["field"] == "excluded":
            excluded.add(position)
            continue
        values = dict(_values(row["field"], row["value"], locator))
        if row["field"] in {"drugs", "seized"}:
            now = {name: table[name].iloc[position] for name in _OF_PARTS}
            now |= {name: cells[position] for name, cells in written.items() if position in cells}
            values = _of_seizure(row["field"], row["value"], now)
        for name, value in values.items():
            written.setdefault(name, {})[position] = value
    table = table.copy()
    for name, cells in written.items():
        values = pd.Series(list(cells.values()), dtype=table[name].dtype)
        table.iloc[list(cells), table.columns.get_loc(name)] = values.to_numpy()
    return table.drop(index=table.index[sorted(excluded)]).reset_index(drop=True)


def _of_seizure(name: str, value: str, now: Mapping[str, Any]) -> dict[str, object]:
    """Spell what a correction of drugs or of what was seized writes, in a record as it is `now`."""
    if name == "drugs":
        parts = str(now[SEIZED])
        return {DRUGS: value, SEIZED: corrected(parts, value) if parts else ""}
    old = seized.of_record(*(now[name] for name in _OF_PARTS))
    new = read_given(value)
    quantity, unit, mass = seized.whole(new)
    several = len(new) > 1
    return {
        DRUGS: with_parts(str(now[DRUGS]), old, new), QUANTITY: quantity, UNIT: unit,
        MASS_G: mass, SEIZED: seized.spell(new) if several else "",
        WRITTEN: "" if several else new[0].written,
    }  # fmt: skip


def _values(name: str, value: str, locator: Locator | None) -> Mapping[str, object]:
    """Spell what a correction writes in which columns."""
    if name == "occurred_on":
        return {OCCURRED_ON: pd.Timestamp(value), TIME_PRECISION: "day"}
    if name == "place":
        lon, lat = _point(value)
        found: dict[str, object] = {
            LON: lon, LAT: lat, PRECISION: BY_HAND, RADIUS_M: _RADIUS_M, METHOD: "placed by hand",
        }  # fmt: skip
        if locator is not None:
            found[GEOID] = str(locator.locate([lon], [lat])[0])
        return found
    if name == "geoid":
        return {
            GEOID: value, LON: np.nan, LAT: np.nan, PRECISION: _COUNTY, RADIUS_M: np.nan,
            METHOD: "county given by hand",
        }  # fmt: skip
    return {OUTCOME if name == "outcome" else DRUGS: value}


def _is_day(value: str) -> bool:
    try:
        day = date.fromisoformat(value)
    except ValueError:
        return False
    return len(value) == 10 and date(1990, 1, 1) <= day <= date.today()


def _are_drugs(value: str) -> bool:
    names = value.strip("|").split("|") if value else []
    spelled = f"|{'|'.join(sorted(set(names)))}|" if names else ""
    return value == spelled and set(names) <= set(DRUG_CLASSES)


def _point(value: str) -> tuple[float, float]:
    try:
        lon, lat = (float(number) for number in value.split())
    except ValueError:
        lon = lat = np.nan
    if not (-180 <= lon <= 180 and -90 <= lat <= 90):
        raise StoreError(
            "The place is not a longitude and a latitude.",
            "Give longitude first, with its minus sign, then latitude: -72.68 41.76.",
        )
    return lon, lat
