"""From text to typed rows: days, drugs, outcomes, counts; what was not clear is noted."""

import hashlib
import re
from collections.abc import Mapping as MappingOf
from dataclasses import dataclass, field
from datetime import date
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.errors import CrsError, ReadError, SchemaError
from geo.ingest import dates, drugs
from geo.ingest.columns import DATE_ROLES, PLACE_ROLES, Mapping
from geo.ingest.counts import read_counts
from geo.ingest.fold import WHEN, ZONED, count_victims, fold, identify
from geo.ingest.layout import REASON
from geo.ingest.notes import note
from geo.ingest.places import read_places
from geo.ingest.proposal import propose
from geo.ingest.read import RawTable
from geo.schema import (
    COUNT,
    DATE_ROLE,
    DRUGS,
    KIND,
    OUTCOME,
    POPULATION,
    RECORD_ID,
    SOURCE_ROW,
    ImportReport,
    Note,
)

_YEARS = re.compile(r"\byears?(?:/month)?:\s*((?:\d{4}[;,\s]*){2,})", re.IGNORECASE)
_YES: Final = frozenset({"y", "yes", "1", "1.0", "true", "t"})
_NO: Final = frozenset({"n", "no", "0", "0.0", "false", "f"})
_FATAL = re.compile(
    r"(?<!non)(?<!non[- ])(?<!not )fatal|\bdied\b|\bdead\b|deceased|\bdeath\b", re.IGNORECASE
)
_NOT_FATAL = re.compile(r"non[- ]?fatal|not fatal|surviv|alive|revived", re.IGNORECASE)


@dataclass(frozen=True, eq=False)
class Intake:
    """Typed rows that have no place yet, with what the file says about places.

    `table` has `record_id`, `source_row`, `kind`, `count`, `population`, `outcome`, `drugs`,
    `date_role`, `when` (UTC where `zoned`) and index 0..n-1. `places` holds a table of
    `places.PLACE_COLUMNS` with the same index for each location role, best first. `row_ids` is the
    `record_id` of each row of the file, before rows of one incident were folded into one.
    """

    table: pd.DataFrame
    places: MappingOf[str, pd.DataFrame]
    report: ImportReport
    digest: str
    source: str
    area_counts: bool = False
    extra: MappingOf[str, int] = field(default_factory=dict)
    row_ids: pd.Series | None = None


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
    text = raw.text
    notes = list(raw.notes) + [Note(reason) for reason in chosen.reasons]
    notes += _note_columns(raw, chosen)
    table = pd.DataFrame({SOURCE_ROW: raw.rows}, index=text.index)
    table[KIND] = _read_kind(text, chosen)
    table[COUNT], table[POPULATION] = read_counts(text, chosen, raw.rows, notes)
    table[OUTCOME] = _read_outcome(text, chosen)
    table[DRUGS] = _read_drugs(text, chosen)
    table[WHEN], table[ZONED], table[DATE_ROLE] = _read_dates(text, chosen, raw.rows, notes)
    places = {
        role: found
        for role in PLACE_ROLES
        if (found := read_places(text, chosen, role)) is not None
    }
    table[RECORD_ID], first = identify(text, chosen, table, notes)
    extra = count_victims(text, chosen, table)
    row_ids = table[RECORD_ID].reset_index(drop=True)
    folded = fold(table, first)
    places = {role: found[first].reset_index(drop=True) for role, found in places.items()}
    if len(folded) < len(table):
        notes.append(
            Note(
                f"{len(table):,} rows make {len(folded):,} "
                f"incident{'s' if len(folded) != 1 else ''}: rows with the same number "
                "and day are one incident."
            )
        )
    report = ImportReport(
        rows_read=raw.rows_read,
        kept=len(text),
        dropped={str(k): int(v) for k, v in raw.dropped[REASON].value_counts().items()},
        quarantine=raw.dropped,
        mapping=chosen.choices,
        notes=tuple(notes),
    )
    digest = hashlib.blake2b(
        f"{raw.digest} {raw.sheet} {chosen.to_json()}".encode(), digest_size=16
    ).hexdigest()
    return Intake(folded, places, report, digest, raw.name, chosen.area_counts, extra, row_ids)


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
    where = fields & {"lon", "geo", "zip", "city", "county", "county_fips", "address"}
    if not where and "easting" in fields:
        raise CrsError(
            "The coordinates are projected and the file does not say in which system.",
            "Export longitude and latitude (EPSG:4326), or add a ZIP, city or county column.",
        )
    if not where and not fields & {"date", "year", "fiscal_year"}:
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


def _read_outcome(text: pd.DataFrame, mapping: Mapping) -> pd.Series:
    column = mapping.column("outcome")
    if column is None:
        outcome = "fatal" if mapping.all_fatal else "unknown"
        return pd.Series(outcome, index=text.index, dtype="str")
    name = column.lower()
    yes_is_fatal = not ("surviv" in name or re.search(r"non[- _]?fatal", name))
    known = {}
    for value in text[column].unique():
        plain = str(value).strip().lower()
        if plain in _YES or plain in _NO:
            known[value] = "fatal" if (plain in _YES) == yes_is_fatal else "nonfatal"
        elif _NOT_FATAL.search(plain):
            known[value] = "nonfatal"
        else:
            known[value] = "fatal" if _FATAL.search(plain) else "unknown"
    return text[column].map(known).astype("str")


def _read_drugs(text: pd.DataFrame, mapping: Mapping) -> pd.Series:
    found = [drugs.read_text(text[column]) for column in mapping.columns("drug")]
    found += [
        drugs.read_flags(text[column], drugs.classes_in(column))
        for column in mapping.columns("drug_flag")
    ]
    return drugs.union(found) if found else pd.Series("", index=text.index, dtype="str")


def _read_dates(
    text: pd.DataFrame, mapping: Mapping, rows: NDArray[np.int64], notes: list[Note]
) -> tuple[NDArray[np.datetime64], NDArray[np.bool_], NDArray[np.object_]]:
    """Day of each row by the best role that has one; roles; notes on what was passed over."""
    size = len(text)
    when: NDArray[np.datetime64] = np.full(size, np.datetime64("NaT", "s"))
    zoned = np.zeros(size, dtype=bool)
    role_of = np.full(size, "", dtype=object)
    first_role = ""
    for role in DATE_ROLES:
        column = mapping.column(f"{role}.date")
        if column is None:
            continue
        found = dates.parse(text[column])
        _note_dates(found, column, rows, notes)
        use = np.isnat(when) & ~np.isnat(found.when)
        when[use], zoned[use], role_of[use] = found.when[use], found.zoned[use], role
        if first_role and use.any():
            words = f"{{n}} without a usable {first_role} date: the {role} date was taken."
            notes.append(note(words, use, rows, warn=False))
        first_role = first_role or role
    when, role_of = _use_quarters(text, mapping, when, role_of, rows, notes)
    kind = mapping.column("date_type")
    if kind is not None:
        said = text[kind].str.lower()
        for role, word in (("death", "death"), ("reported", "report"), ("injury", "injur")):
            role_of[said.str.contains(word).to_numpy() & (role_of == DATE_ROLES[0])] = role
    if np.isnat(when).any():
        notes.append(
            note("{n} without a usable date: kept, but in no period.", np.isnat(when), rows)
        )
    return when, zoned, role_of


def _note_dates(
    found: dates.Dates, column: str, rows: NDArray[np.int64], notes: list[Note]
) -> None:
    if found.impossible.any():
        words = f'{{n}} with "{column}" before 1990 or in the future: taken as missing.'
        notes.append(note(words, found.impossible, rows))
    if found.unreadable.any():
        notes.append(note(f'{{n}} with no readable date in "{column}".', found.unreadable, rows))
    if found.day_first:
        notes.append(Note(f'"{column}" was read day first: 28/06/2014 is June 28.', "warning"))
    if found.mixed:
        notes.append(
            Note(f'"{column}" mixes month first and day first; month first was assumed.', "warning")
        )


def _use_quarters(  # noqa: PLR0913, PLR0917  (the state of the dates so far)
    text: pd.DataFrame,
    mapping: Mapping,
    when: NDArray[np.datetime64],
    role_of: NDArray[np.object_],
    rows: NDArray[np.int64],
    notes: list[Note],
) -> tuple[NDArray[np.datetime64], NDArray[np.object_]]:
    """First day of the quarter or month where no day is given."""
    fiscal = mapping.column("fiscal_year")
    year = mapping.column("year") or fiscal
    part = mapping.column("quarter") or mapping.column("month")
    if year is None or part is None:
        return when, role_of
    first = dates.first_days(text[year], text[part], fiscal=mapping.column("year") is None)
    latest = np.datetime64(date.today(), "D")
    with np.errstate(invalid="ignore"):
        use = np.isnat(when) & (first >= np.datetime64(dates.EARLIEST)) & (first <= latest)
    if use.any():
        when[use] = first[use]
        role_of[use] = DATE_ROLES[0]
        words = f'{{n}} with only a year and "{part}": its first day stands for all of it.'
        notes.append(note(words, use, rows, warn=False))
    return when, role_of
