"""The day of each row: the best role that has one, its time of day, and when it was reported."""

from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.ingest import clock, dates, periods, weeks
from geo.ingest.columns import DATE_ROLES, Mapping
from geo.ingest.fiscal import fiscal_starts, note_fiscal, note_split_years, year_column
from geo.ingest.notes import note
from geo.ingest.words import INCIDENT, REPORTED, SCENE, group_of, split_words
from geo.schema import DATE_ROLE, MINUTE, TIME_PRECISION, Note
from geo.words import count_of

WHEN: Final = "when"  # datetime64[s], UTC where `ZONED`, else local
ZONED: Final = "zoned"  # bool, whether `WHEN` is an instant in UTC
REPORTED_WHEN: Final = "reported_when"  # as `WHEN`, of the report
REPORTED_ZONED: Final = "reported_zoned"

_PERIODS: Final = ("month", "quarter", "half", "year")
_MONTHS_LONG: Final = {"year": 12, "half": 6, "quarter": 3, "month": 1}
_ENOUGH_DATES: Final = 12
_FEW: Final = 0.1


@dataclass(eq=False)
class _Days:
    """Days found so far, one a row."""

    when: periods.Array
    zoned: NDArray[np.bool_]
    role: NDArray[np.object_]
    precision: NDArray[np.object_]
    minute: NDArray[np.float64]

    def take(self, use: NDArray[np.bool_], found: "_Days") -> None:
        """Take the days of `found` on the rows where `use` holds."""
        for mine, theirs in zip(vars(self).values(), vars(found).values(), strict=True):
            mine[use] = theirs[use]


def read_days(
    text: pd.DataFrame, mapping: Mapping, rows: NDArray[np.int64], notes: list[Note]
) -> pd.DataFrame:
    """Day of each row and how exactly it is known.

    Each row has the day of the first role (incident, injury, scene, death, reported) that gives
    one; then that of columns for year, half-year, quarter, month and day.

    Returns
    -------
    DataFrame, shape (n, 7)
        `when`, `zoned`, `date_role`, `time_precision`, `minute_of_day` (only of a column of hours;
        other times of day are in `when`), `reported_when`, `reported_zoned`; index of `text`.
    """
    size = len(text)
    days = _nothing(size)
    reported = _nothing(size)
    first_role = ""
    for role in DATE_ROLES:
        column = mapping.column(f"{role}.date")
        if column is None:
            continue
        found = _of_role(text, mapping, role, column, rows, notes)
        if role == REPORTED:
            reported = found
        use = np.isnat(days.when) & ~np.isnat(found.when)
        days.take(use, found)
        if first_role and use.any():
            words = f"{{n}} without a usable {first_role} date: the {role} date was taken."
            notes.append(note(words, use, rows))
        first_role = first_role or role
    _use_parts(text, mapping, days, rows, notes)
    _see_starts(days, notes, area_counts=mapping.area_counts)
    _name_roles(text, mapping, days)
    _note_lengths(days, rows, notes)
    if np.isnat(days.when).any():
        words = "{n} without a usable date: kept, but in no period."
        notes.append(note(words, np.isnat(days.when), rows))
    said_reported = days.role == REPORTED
    reported.take(said_reported & np.isnat(reported.when), days)
    columns = {
        WHEN: days.when, ZONED: days.zoned, DATE_ROLE: days.role,
        TIME_PRECISION: days.precision, MINUTE: days.minute,
        REPORTED_WHEN: reported.when, REPORTED_ZONED: reported.zoned,
    }  # fmt: skip
    table = pd.DataFrame(columns, index=text.index)
    return table.astype({DATE_ROLE: "str", TIME_PRECISION: "str"})


def _nothing(size: int) -> _Days:
    return _Days(
        np.full(size, np.datetime64("NaT", "s")),
        np.zeros(size, dtype=bool),
        np.full(size, "", dtype=object),
        np.full(size, "", dtype=object),
        np.full(size, np.nan),
    )


def _of_role(  # noqa: PLR0913, PLR0917  (what to read, and where to say what was found)
    text: pd.DataFrame,
    mapping: Mapping,
    role: str,
    column: str,
    rows: NDArray[np.int64],
    notes: list[Note],
) -> _Days:
    """Read the days of one role, with the time of day of its own column."""
    found = dates.parse(text[column])
    _note_dates(found, column, rows, notes)
    if "week" in split_words(column):
        words = f'"{column}" gives weeks: each row stands on the day given and is of seven days.'
        notes.append(Note(words, "warning"))
    if np.isin(found.precision, _PERIODS).any():
        starts = fiscal_starts(text, mapping, column)
        _begin_by_state(found, text[column], starts)
        note_fiscal(text[column], column, starts, rows, notes)
    days = _nothing(len(text))
    days.when, days.zoned, days.precision = found.when, found.zoned, found.precision
    days.role[~np.isnat(days.when)] = role
    times = _time_column(mapping, role)
    if times is None:
        return days
    seconds, unreadable = clock.read_clock(text[times])
    if unreadable.any():
        notes.append(note(f'{{n}} with no readable time in "{times}".', unreadable, rows))
    join = (days.precision == "day") & ~np.isnan(seconds)
    if {"hour"} & set(split_words(times)):  # an hour is not a minute: the day stays the precision
        hours = pd.to_numeric(text[times], errors="coerce").to_numpy(dtype=float)
        with np.errstate(invalid="ignore"):
            whole = (hours >= 0) & (hours < 24) & (days.precision == "day")
        days.minute[whole] = hours[whole] * 60
        return days
    midnight = days.when.astype("datetime64[D]").astype("datetime64[s]")
    days.when[join] = midnight[join] + seconds[join].astype("timedelta64[s]")
    days.precision[join] = "minute"
    days.zoned[join] = False
    return days


def _time_column(mapping: Mapping, role: str) -> str | None:
    """Column with the time of day of a role; incident and scene lend each other theirs."""
    own = mapping.column(f"{role}.time")
    if own is None and role in {INCIDENT, SCENE}:
        return mapping.column(f"{SCENE if role == INCIDENT else INCIDENT}.time")
    return own


def _note_dates(
    found: dates.Dates, column: str, rows: NDArray[np.int64], notes: list[Note]
) -> None:
    if found.impossible.any():
        words = f'{{n}} with "{column}" before 1990 or in the future: taken as missing.'
        notes.append(note(words, found.impossible, rows))
    if found.unreadable.any():
        notes.append(note(f'{{n}} with no readable date in "{column}".', found.unreadable, rows))
    if found.serial.any():
        alone = bool(found.serial[~np.isnat(found.when)].all())  # nothing shows that they fit
        words = (
            f'{{n}} with the number of a day in "{column}", as spreadsheets keep dates: read so.'
        )
        if alone:
            words += (
                " They were counted from 1900. If the days lie four years too early, the file "
                "counts from 1904: write them as dates."
            )
        notes.append(note(words, found.serial, rows, warn=alone))
    if found.epoch.any():
        words = (
            f'{{n}} with milliseconds since 1970 in "{column}", as map servers keep dates: '
            "read so, in UTC."
        )
        notes.append(note(words, found.epoch, rows, warn=False))
    if found.day_first:
        both = int(found.ambiguous.sum())
        words = (
            f'"{column}" was read day first: 28/06/2014 is June 28. '
            f"{count_of(both, 'row reads', 'rows read')} the other way as well."
        )
        notes.append(note(words, found.ambiguous, rows))
    elif found.mixed:
        words = (
            f'"{column}" mixes month first and day first; month first was assumed in {{n}} that '
            "can be read both ways (01/02/2014)."
        )
        notes.append(note(words, found.ambiguous, rows))


def _use_parts(
    text: pd.DataFrame,
    mapping: Mapping,
    days: _Days,
    rows: NDArray[np.int64],
    notes: list[Note],
) -> None:
    """Fill in days from columns of years, half-years, quarters, months and days."""
    role, year = year_column(mapping)
    fiscal = role != "year"
    month, day = mapping.column("month"), mapping.column("day")
    found = _nothing(len(text))
    if year is not None and month is not None and day is not None and not fiscal:
        found.when = dates.day_of_parts(text[year], text[month], text[day])
        found.precision[~np.isnat(found.when)] = "day"
    _use_weeks(text, mapping, None if fiscal else year, found, rows, notes)
    parts = [(month, ""), (mapping.column("quarter"), "q"), (mapping.column("half"), "h")]
    parts = [(part, letter) for part, letter in parts if part is not None]
    if year is not None:
        parts.append((None, ""))
    left = np.isnat(days.when)
    of_year = fiscal_starts(text, mapping, year)
    for part, letter in parts:
        of_part = fiscal_starts(text, mapping, part)
        starts = np.where(of_year > 0, of_year, of_part)
        years = pd.Series("", index=text.index) if year is None else text[year]
        said = periods.of_parts(years, None if part is None else text[part], letter, fiscal=fiscal)
        said = said.where(np.isnat(found.when), "")
        for start in np.unique(starts):
            first, length = periods.read_periods(
                said.where(starts == start, ""), int(start) or None
            )
            use = np.isnat(found.when) & ~np.isnat(first)
            found.when[use], found.precision[use] = first[use], length[use]
        if part is not None:
            note_fiscal(text[part].where(left, ""), part, of_part, rows, notes)
    if year is not None:
        note_fiscal(text[year].where(left, ""), year, of_year, rows, notes, all_fiscal=fiscal)
        if not fiscal:
            note_split_years(text[year].where(left, ""), year, rows, notes)
    with np.errstate(invalid="ignore"):
        possible = (found.when >= np.datetime64(dates.EARLIEST)) & (
            found.when <= np.datetime64(date.today(), "s")
        )
    group = group_of(split_words(year or ""))
    found.role[:] = group if group in DATE_ROLES else INCIDENT
    use = np.isnat(days.when)
    # "Qtr Start Date" beside "Qtr": the date is where the period starts, not a day.
    dated = (days.precision == "day") & ~np.isnat(found.when) & (found.precision != "day")
    other = dated & (days.when != found.when)
    if dated.any() and other.sum() <= _FEW * dated.sum():
        days.precision[dated] = found.precision[dated]
        if other.any():
            words = "{n} with a date that is not the start of the period given: the date was taken."
            notes.append(note(words, other, rows))
    days.take(use & possible, found)


def _use_weeks(  # noqa: PLR0913, PLR0917  (what to read, and where to say what was found)
    text: pd.DataFrame,
    mapping: Mapping,
    year: str | None,
    found: _Days,
    rows: NDArray[np.int64],
    notes: list[Note],
) -> None:
    """Fill in the first day of weeks that are known by number."""
    column = mapping.column("week")
    if column is None:
        return
    iso = "iso" in split_words(column)
    first = weeks.first_days(text[column], None if year is None else text[year], iso=iso)
    use = np.isnat(found.when) & ~np.isnat(first)
    found.when[use], found.precision[use] = first[use], "day"
    if use.any():
        how = (
            "ISO weeks, from Monday" if iso
            else "taken for MMWR weeks, which CDC counts from Sunday; not for ISO weeks, from "
            "Monday"
        )  # fmt: skip
        notes.append(
            Note(
                f'"{column}" gives numbers of weeks ({how}): each row stands on the first day of '
                "its week.", "warning",
            )
        )  # fmt: skip
    lost = (text[column].str.strip() != "").to_numpy(dtype=bool) & np.isnat(first)
    if lost.any():
        words = f'{{n}} with no readable week in "{column}", or without its year.'
        notes.append(note(words, lost, rows))


def _begin_by_state(found: dates.Dates, cells: pd.Series, starts: NDArray[np.int64]) -> None:
    """Move periods of fiscal years to where those of the row's state begin."""
    for start in np.unique(starts[starts > 0]):
        these = starts == start
        first, _ = periods.read_periods(cells.where(these, ""), int(start))
        use = ~np.isnat(first) & np.isin(found.precision, _PERIODS)
        found.when[use] = first[use]


def _see_starts(days: _Days, notes: list[Note], *, area_counts: bool) -> None:
    """See from a file whose days are all the first of a month that they stand for longer periods.

    Single records need a dozen such days in two months or more; counts of areas two.
    """
    plain = (days.precision == "day") & ~days.zoned
    months = np.unique(days.when[plain].astype("datetime64[M]"))
    enough = plain.sum() >= _ENOUGH_DATES or area_counts
    if len(months) < 2 or not enough or (days.precision == "minute").any():
        return
    if (days.when[plain] != days.when[plain].astype("datetime64[M]")).any():
        return
    within = months.astype(np.int64) % 12
    length = next(name for name, size in _MONTHS_LONG.items() if not (within % size).any())
    days.precision[plain] = length
    said = "half-year" if length == "half" else length
    notes.append(
        Note(f"All dates are the first day of a {said}: each was taken to stand for all of it.")
    )


def _name_roles(text: pd.DataFrame, mapping: Mapping, days: _Days) -> None:
    """Say what a date is where a column of its own does ("DateofDeath")."""
    kind = mapping.column("date_type")
    if kind is None:
        return
    said = text[kind].str.lower()
    for role, word in (("death", "death"), ("reported", "report"), ("injury", "injur")):
        days.role[said.str.contains(word).to_numpy() & (days.role == INCIDENT)] = role


def _note_lengths(days: _Days, rows: NDArray[np.int64], notes: list[Note]) -> None:
    for length in _PERIODS:
        long = days.precision == length
        if long.any():
            name = "half-year" if length == "half" else length
            words = f"{{n}} known to the {name} only: its first day stands for all of it."
            notes.append(note(words, long, rows, warn=False))
