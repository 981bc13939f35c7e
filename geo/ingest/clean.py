"""From text to typed rows: days, drugs, outcomes, counts; what was not clear is noted."""

import hashlib
import re
from collections.abc import Mapping as MappingOf
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import pandas as pd

from geo.errors import CrsError, ReadError, SchemaError
from geo.ingest.amounts import read_amounts, with_named, written
from geo.ingest.aside import notes_of
from geo.ingest.columns import PLACE_ROLES, Mapping
from geo.ingest.counts import read_counts
from geo.ingest.days import read_days
from geo.ingest.drug_columns import read_drugs
from geo.ingest.fiscal import YEARS
from geo.ingest.fold import fold
from geo.ingest.fold_seized import fold_seized, parts_by_line
from geo.ingest.identity import identify
from geo.ingest.layout import REASON
from geo.ingest.naloxone import read_naloxone
from geo.ingest.notes import note
from geo.ingest.outcomes import read_outcome
from geo.ingest.people import read_people
from geo.ingest.places import read_places, tell_unread_coordinates
from geo.ingest.proposal import propose
from geo.ingest.prose import CHOOSE_TABLE, ONLY_NOTES, only_notes
from geo.ingest.read import RawTable
from geo.ingest.titles import year_of_titles
from geo.ingest.totals import without_totals
from geo.ingest.victims import count_victims
from geo.ingest.wide import unpivot
from geo.schema import (
    AGENCY,
    COUNT,
    DRUGS,
    KIND,
    OUTCOME,
    PARTS,
    POPULATION,
    RECORD_ID,
    SOURCE_ROW,
    WRITTEN,
    ImportReport,
    Note,
)
from geo.words import count_of

_YEARS = re.compile(r"\byears?(?:/month)?:\s*((?:\d{4}[;,\s]*){2,})", re.IGNORECASE)
_NOBODY: Final = frozenset({"null", "nan", "none", "n/a", "unknown", "unk"})


@dataclass(frozen=True, eq=False)
class Intake:
    """Typed rows that have no place yet, with what the file says about places.

    `table` has the columns of `geo.schema` that speak of no place, `when` (UTC where `zoned`) and
    `reported_when` for the days, and index 0..n-1. `places` holds a table of
    `places.PLACE_COLUMNS` with the same index for each location role, best first. `row_ids` is the
    `record_id` of each row of the file, before rows of one incident were folded into one; None
    where a row holds the counts of several periods. `row_parts` is what each of them says was
    seized, as in `Records`.
    """

    table: pd.DataFrame
    places: MappingOf[str, pd.DataFrame]
    report: ImportReport
    digest: str
    source: str
    area_counts: bool = False
    extra: MappingOf[str, int] = field(default_factory=dict)
    row_ids: pd.Series | None = None
    row_parts: pd.Series | None = None


def read(raw: RawTable, mapping: Mapping | None = None) -> Intake:
    r"""Read typed rows from a table of text.

    Parameters
    ----------
    raw : RawTable
        From `open_table`.
    mapping : Mapping, optional
        Which column is what; proposed when not given.

    Returns
    -------
    Intake
        Rows of one incident folded into one, identical rows without a number kept apart.

    Raises
    ------
    ReadError
        When there are no rows.
    SchemaError
        When no column gives a place or a day, or the mapping is that of another file.

    Examples
    --------
    >>> from geo.ingest.read import open_table
    >>> raw = open_table(b"case number,date,zip\n1,3/4/2019,06103\n2,9999-01-01,06105\n", "a.csv")
    >>> intake = read(raw)
    >>> intake.report.kept, intake.table["date_role"].tolist()
    (2, ['incident', ''])
    """
    chosen = propose(raw) if mapping is None else mapping
    _check(raw, chosen)
    raw = without_totals(raw, chosen)
    notes = list(raw.notes) + notes_of(chosen)
    notes += _note_columns(raw, chosen)
    text, rows, used = unpivot(raw.text, raw.rows, chosen, notes, year_of_titles(raw))
    table = pd.DataFrame({SOURCE_ROW: rows}, index=text.index)
    table[KIND] = _read_kind(text, used)
    table[COUNT], table[POPULATION] = read_counts(text, used, rows, notes)
    table[OUTCOME] = read_outcome(text, used, rows, notes)
    classes = read_drugs(text, used, rows, notes)
    amounts = read_amounts(text, used, classes, raw.delimiter, rows, notes)
    table[DRUGS] = with_named(classes, amounts, used)
    table[AGENCY] = _read_agency(text, used)
    for part in (
        read_days(text, used, rows, notes),
        read_people(text, used, rows, notes),
        read_naloxone(text, used, rows, notes),
    ):
        table[list(part.columns)] = part
    places = {
        role: found for role in PLACE_ROLES if (found := read_places(text, used, role)) is not None
    }
    for role, found in places.items():
        notes += tell_unread_coordinates(text, used, role, found, rows)
    table[RECORD_ID], first = identify(text, used, table, places, notes)
    extra = count_victims(text, used, table, notes)
    row_ids = table[RECORD_ID].reset_index(drop=True) if len(text) == len(raw.text) else None
    folded = fold(table, first, text, used)
    codes, _ = pd.factorize(table[RECORD_ID])
    victim = None if (column := used.column("victim_id")) is None else text[column]
    seized = fold_seized(amounts, codes, folded, victim, notes)
    folded[list(seized.columns)] = seized
    if amounts.empty and used.kind == "seizure":
        folded[WRITTEN] = written(text, used)[first].reset_index(drop=True)
        folded[WRITTEN] = folded[WRITTEN].where(folded[PARTS] == 1, "")
    places = {role: found[first].reset_index(drop=True) for role, found in places.items()}
    if len(folded) < len(table):
        words = (
            f"{len(table):,} rows make {count_of(len(folded), 'incident', 'incidents')}: rows with "
            "the same number and day are one incident."
        )
        notes.append(note(words, ~first, rows))
    report = ImportReport(
        rows_read=raw.rows_read,
        kept=len(raw.text),
        dropped={str(k): int(v) for k, v in raw.dropped[REASON].value_counts().items()},
        quarantine=raw.dropped,
        mapping=chosen.choices,
        notes=tuple(notes),
    )
    digest = hashlib.blake2b(
        f"{raw.digest} {raw.sheet} {chosen.meaning}".encode(), digest_size=16
    ).hexdigest()
    row_parts = None if row_ids is None else parts_by_line(amounts, codes)
    return Intake(
        folded, places, report, digest, raw.name, chosen.area_counts, extra, row_ids, row_parts
    )


def _check(raw: RawTable, mapping: Mapping) -> None:
    if not set(mapping.header) <= set(raw.columns):
        raise SchemaError(
            "The choice of columns was made for another file: some of its columns are not here.",
            "Choose the columns again.",
        )
    if len(raw.text) == 0:
        raise ReadError(
            "The table has column names but no rows.", "Choose a file, or a sheet, with data."
        )
    fields = {choice.role.split(".")[-1] for choice in mapping.choices}
    where = fields & {
        "lon", "geo", "zip", "city", "county", "county_fips", "address", "address_part",
    }  # fmt: skip
    if not where and "easting" in fields:
        raise CrsError(
            "The coordinates are projected and the file does not say in which system.",
            "Export longitude and latitude (EPSG:4326), or add a ZIP, city or county column.",
        )
    if where or fields & {"date", *YEARS, "period_count"}:
        return
    if only_notes(raw.text):
        raise ReadError(ONLY_NOTES, CHOOSE_TABLE)
    raise SchemaError(
        "No column was recognized as a place or a date.",
        "Choose the columns for date and place by hand, or check that this is the right file.",
    )


def _note_columns(raw: RawTable, mapping: Mapping) -> list[Note]:
    """Say what is known but cannot be used: projected coordinates, a period named in a footer."""
    notes = []
    projected = [
        choice.column
        for choice in mapping.choices
        if choice.role.endswith((".easting", ".northing"))
    ]
    if projected:
        names = " and ".join(f'"{column}"' for column in projected)
        notes.append(Note(f"{names} hold projected coordinates (feet or meters): not used."))
    for line in raw.dropped.iloc[:, 2] if len(raw.dropped) else ():
        said = _YEARS.search(str(line))
        if said and mapping.column("population"):
            years = re.findall(r"\d{4}", said[1])
            words = (
                f"The file covers {years[0]} to {years[-1]}: its population may be a sum of years."
            )
            notes.append(Note(words, "warning"))
    return notes


def _read_kind(text: pd.DataFrame, mapping: Mapping) -> pd.Series:
    column = mapping.column("kind")
    if column is None:
        return pd.Series(mapping.kind, index=text.index, dtype="str")
    said = text[column].str.lower()
    seizure = said.str.contains("seiz")
    overdose = said.str.contains("overdose") | said.str.contains(r"\bod\b", regex=True)
    return pd.Series(
        np.where(seizure, "seizure", np.where(overdose, "overdose", mapping.kind)),
        index=text.index,
        dtype="str",
    )


def _read_agency(text: pd.DataFrame, mapping: Mapping) -> pd.Series:
    column = mapping.column("agency")
    if column is None:
        return pd.Series("", index=text.index, dtype="str")
    return text[column].where(~text[column].str.lower().isin(_NOBODY), "")
