"""Days from text: mixed formats, UTC offsets, Excel serial numbers, periods, impossible years."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from geo.ingest.epochs import fill_epochs
from geo.ingest.periods import MONTHS, Array, read_periods
from geo.ingest.serials import fill_serials

EARLIEST: Final = date(1990, 1, 1)
"""Drug files start later; an earlier day is a birth date or a slip of the pen."""

LOCAL: Final = r"(?:\s*\(?(?:[ECMP][SD]?|AK[SD]?|H[SD]?)T\)?)?"
"""Abbreviations of US zones say the local clock, the one meant anyway: many write EST in summer."""

_TIME = (
    r"(?:[T\s,]+(?:at\s+)?(?P<hour>\d{1,2}(?=:)|\d{2}(?=\d{2}\b)):?(?P<minute>\d{2})"
    r"(?::(?P<second>\d{2})(?:\.\d+)?)?"
    r"\s*(?P<half>[AaPp]\.?[Mm]\.?)?" + LOCAL + r")?"
    r"\s*(?P<zone>Z|UTC|GMT|[+-]\d{2}(?::?\d{2})?)?$"
)
_PACKED: Final = (
    r"(?P<hour>\d{2})(?P<minute>\d{2})(?P<second>\d{2})?"
    r"(?P<half>(?!.))?(?P<zone>Z)?$"
)
"""A time of day without anything between, right behind its date."""

_DOTTED: Final = (
    r"-(?P<hour>\d{2})\.(?P<minute>\d{2})\.(?P<second>\d{2})(?:\.\d+)?"
    r"(?P<half>(?!.))?(?P<zone>Z)?$"
)
"""As databases of IBM write it: 2023-01-05-22.00.00.000000."""

_MONTH = r"(?P<month>[A-Za-z]{3})[A-Za-z]*\.?"
_WEEKDAY = r"^(?i:(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?[.,]?\s+)?"
_PATTERNS: Final = (
    r"^(?P<year>\d{4})[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})" + _TIME,
    r"^(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})" + _TIME,
    r"^(?P<year>(?:19|20)\d{2})(?P<month>\d{2})(?P<day>\d{2})" + _PACKED,
    r"^(?P<year>\d{4})-(?P<month>\d{2})-(?P<day>\d{2})" + _DOTTED,
    _WEEKDAY + r"(?P<day>\d{1,2})[-\s/]" + _MONTH + r"[-\s/,]+(?P<year>\d{4}|\d{2})" + _TIME,
    _WEEKDAY + _MONTH + r"[-\s]+(?P<day>\d{1,2})(?:st|nd|rd|th)?,?\s+(?P<year>\d{4})" + _TIME,
)
_SLASHED: Final = r"^(?P<first>\d{1,2})[-/.](?P<other>\d{1,2})[-/.](?P<year>\d{4}|\d{2})" + _TIME
_SAME_CLOCK: Final = 10
_DAY_FIRST: Final = 0.1
_MANY: Final = 5000
_ANY_DAY: Final = "2000-01-01"
_DAY_AND_TIME: Final = r"^(?P<day>.*?\S)(?P<time>(?:[Tt\s,]+(?:at\s+)?\d{1,2}:\d{2}.*)?)$"


@dataclass(frozen=True, eq=False)
class Dates:
    """Days read from a column, one per row, in the order given.

    `when` is datetime64[s]: UTC where `zoned`, else local time as written; NaT where there is none.
    `unreadable` marks text that is no date, `impossible` a date before 1990 or after tomorrow.
    `day_first` says that the column writes the day before the month, `mixed` that it does both or
    that few of its cells show the order taken; `ambiguous` marks those that read both ways,
    `serial` the numbers of days that spreadsheets keep, `epoch` milliseconds since 1970.
    `precision` is "minute" or "day", or the length of a period that stands at its first day; "".
    """

    when: Array
    zoned: NDArray[np.bool_]
    unreadable: NDArray[np.bool_]
    impossible: NDArray[np.bool_]
    precision: NDArray[np.object_]
    ambiguous: NDArray[np.bool_]
    serial: NDArray[np.bool_]
    epoch: NDArray[np.bool_]
    day_first: bool = False
    mixed: bool = False


def parse(text: pd.Series, today: date | None = None) -> Dates:
    """Read a column of dates whatever their formats.

    Month before day, as written in the US, unless the column shows otherwise: when the first number
    is above 12 in a tenth of its cells, and the second in hardly any, the column is day first. Of
    the days of a month three in five are above 12: where fewer than a tenth show it, the order is
    mixed, and only those that cannot be read otherwise are day first.

    Parameters
    ----------
    text : Series of str, shape (n,)
        "" where there is no date.
    today : date, optional
        Later than the day after it counts as impossible.

    Returns
    -------
    Dates

    Examples
    --------
    >>> days = ["06/28/2014 12:00:00 AM", "2014/12/01 06:00:00+00", "9999-01-01", "soon"]
    >>> found = parse(pd.Series(days))
    >>> found.when.astype(str).tolist()[:2], found.zoned.tolist()[:2]
    (['2014-06-28T00:00:00', '2014-12-01T06:00:00'], [False, True])
    >>> found.impossible.tolist(), found.unreadable.tolist()
    ([False, False, True, False], [False, False, False, True])
    >>> parse(pd.Series(["2017 Q3", "5/1/2020 1:42 PM", "2020-05-01"])).precision.tolist()
    ['quarter', 'minute', 'day']
    """
    codes, distinct = pd.factorize(text.fillna(""))
    values = pd.Series(distinct, dtype="str").str.strip()
    found = _read_split(values) if len(values) > _MANY else _read_values(values)
    when, zoned, read, timed = found.when, found.zoned, found.read, found.timed
    precision = np.where(np.isnat(when), "", np.where(_tells_time(when, timed), "minute", "day"))
    precision = precision.astype(object)
    _fill_periods(values, when, read, precision)
    last = (today or date.today()) + timedelta(days=2)
    with np.errstate(invalid="ignore"):
        impossible = (when < np.datetime64(EARLIEST)) | (when >= np.datetime64(last))
    when[impossible] = np.datetime64("NaT")
    precision[impossible] = ""
    return Dates(
        when[codes], zoned[codes], ~read[codes], impossible[codes], precision[codes],
        found.ambiguous[codes], found.serial[codes], found.epoch[codes], found.day_first,
        found.mixed,
    )  # fmt: skip


@dataclass(eq=False)
class _Values:
    """What was read of different values, one each; `timed` where there was a time of day."""

    when: Array
    zoned: NDArray[np.bool_]
    read: NDArray[np.bool_]
    timed: NDArray[np.bool_]
    ambiguous: NDArray[np.bool_]
    serial: NDArray[np.bool_]
    epoch: NDArray[np.bool_]
    day_first: bool = False
    mixed: bool = False


def _read_values(values: pd.Series) -> _Values:
    when = np.full(len(values), np.datetime64("NaT", "s"))
    zoned = np.zeros(len(values), dtype=bool)
    read = (values == "").to_numpy(dtype=bool).copy()
    timed = np.zeros(len(values), dtype=bool)
    for pattern in _PATTERNS:
        parts = _match(values, read, pattern)
        if len(parts):
            month = _month(parts["month"])
            _fill(parts, parts["year"], month, parts["day"], when, zoned, read)
            timed[parts.index[parts["hour"].notna()]] = True
    slashed = _match(values, read, _SLASHED)
    first, other = whole_numbers(slashed.get("first")), whole_numbers(slashed.get("other"))
    ambiguous = np.zeros(len(values), dtype=bool)
    day_only, month_only = (first > 12) & (other <= 12), (other > 12) & (first <= 12)
    day_first = bool(day_only.any() and day_only.mean() >= _DAY_FIRST)
    day_first &= bool(month_only.sum() <= _DAY_FIRST * day_only.sum())
    mixed = bool(day_only.any() and (month_only.any() or not day_first))
    if len(slashed):
        swap = day_only | (day_first & ~month_only)
        month = np.where(swap, other, first)
        day = np.where(swap, first, other)
        _fill(slashed, slashed["year"], month, day, when, zoned, read)
        timed[slashed.index[slashed["hour"].notna()]] = True
        both = (first <= 12) & (other <= 12) & (first != other)
        ambiguous[slashed.index[both]] = True
    serial = fill_serials(values, when, read, timed)
    epoch = fill_epochs(values, when, zoned, read, timed)
    return _Values(when, zoned, read, timed, ambiguous, serial, epoch, day_first, mixed)


def _read_split(values: pd.Series) -> _Values:
    """Read days and times of day apart, each different one once: a million stamps have few."""
    parts = pc.extract_regex(pa.array(values, type=pa.string()), _DAY_AND_TIME).to_pandas()
    matched = parts.notna().to_numpy() | (values == "").to_numpy(dtype=bool)
    nothing = {"day": "", "time": ""}
    parts = parts.map(lambda part: part or nothing)
    texts = [part["day"] for part in parts], [part["time"] for part in parts]
    (day_at, day_texts), (time_at, time_texts) = (pd.factorize(np.array(t, object)) for t in texts)
    days = _read_values(pd.Series(day_texts, dtype="str"))
    times = _read_values(pd.Series([_ANY_DAY + text for text in time_texts], dtype="str"))
    when = days.when[day_at] + (times.when - np.datetime64(_ANY_DAY))[time_at]
    read = days.read[day_at] & times.read[time_at] & matched  # text of several lines is no date
    when[~read] = np.datetime64("NaT")
    return _Values(
        when,
        days.zoned[day_at] | times.zoned[time_at],
        read,
        days.timed[day_at] | times.timed[time_at],
        days.ambiguous[day_at],
        days.serial[day_at],
        days.epoch[day_at],
        days.day_first,
        days.mixed,
    )


def share_read(text: pd.Series) -> float:
    """Share of the filled cells that read as dates, 0..1; 0 when none is filled."""
    filled = text[text != ""]
    return float(1 - parse(filled).unreadable.mean()) if len(filled) else 0.0


def day_of_parts(year: pd.Series, month: pd.Series, day: pd.Series) -> Array:
    """Days of three columns; NaT where they make none.

    Examples
    --------
    >>> parts = [pd.Series([text]) for text in ("2019", "Feb", "3")]
    >>> day_of_parts(*parts).astype("datetime64[D]").astype(str).tolist()
    ['2019-02-03']
    """
    days = _days(whole_numbers(year), whole_numbers(_month(month)), whole_numbers(day))
    return days.astype("datetime64[s]")


def _tells_time(when: Array, timed: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Tell which values carry a time of day that says something.

    A column whose times are all midnight, or one or two hours as midnight is in UTC, has days only.
    """
    if not timed.any():
        return timed
    within = when[timed] - when[timed].astype("datetime64[D]").astype("datetime64[s]")
    clocks = np.unique(within[~np.isnat(within)].astype(np.int64))
    only_midnight = not clocks.any()
    few = len(clocks) <= 2 and timed.sum() >= _SAME_CLOCK and not (clocks % 3600).any()
    return np.zeros_like(timed) if only_midnight or few else timed


def _fill_periods(
    values: pd.Series, when: Array, read: NDArray[np.bool_], precision: NDArray[np.object_]
) -> None:
    """Months, quarters, half-years and years stand at their first day."""
    if read.all():
        return
    days, lengths = read_periods(values[~read])
    good = ~np.isnat(days)
    at = np.flatnonzero(~read)[good]
    when[at], precision[at], read[at] = days[good], lengths[good], True


def _match(values: pd.Series, read: NDArray[np.bool_], pattern: str) -> pd.DataFrame:
    """Named parts of the values not read yet that match, indexed by position."""
    parts = values[~read].str.extract(pattern)
    return parts[parts["year"].notna()]


def _fill(  # noqa: PLR0913, PLR0917  (arrays filled in place)
    parts: pd.DataFrame,
    year: pd.Series,
    month: "pd.Series | NDArray[np.int64]",
    day: "pd.Series | NDArray[np.int64]",
    when: Array,
    zoned: NDArray[np.bool_],
    read: NDArray[np.bool_],
) -> None:
    """Put the dates made of these parts where they belong; parts that make no date stay unread."""
    years = whole_numbers(year)
    century = np.where(years <= date.today().year % 100 + 1, 2000, 1900)
    short = (year.str.len() <= 2).to_numpy()
    years = np.where(short, years + century, years)
    days = _days(years, whole_numbers(month), whole_numbers(day))
    hour, minute = whole_numbers(parts["hour"]).clip(0), whole_numbers(parts["minute"]).clip(0)
    second = whole_numbers(parts["second"]).clip(0)
    half = parts["half"].fillna("").str.lower().str[:1].to_numpy()
    hour = np.where((half == "p") & (hour < 12), hour + 12, hour)
    hour = np.where((half == "a") & (hour == 12), 0, hour)
    zone = parts["zone"].fillna("").to_numpy(dtype=object)
    offset = np.array([_offset_minutes(text) for text in zone], dtype=np.int64)
    seconds = hour * 3600 + (minute - offset) * 60 + second
    end = (hour == 24) & (minute == 0) & (second == 0)
    seconds[end] -= 1  # the end of its day, which it keeps
    hour[end] = 23
    good = ~np.isnat(days) & (hour < 24) & (minute < 60) & (second < 61)
    at = parts.index.to_numpy()[good]
    when[at] = days[good].astype("datetime64[s]") + seconds[good].astype("timedelta64[s]")
    # A zone without a time of day says nothing about the day.
    zoned[at] = ((zone != "") & parts["hour"].notna().to_numpy())[good]
    read[at] = True


def _days(year: NDArray[np.int64], month: NDArray[np.int64], day: NDArray[np.int64]) -> Array:
    """Calendar days; NaT where there is no such day."""
    good = (year > 0) & (year < 10000) & (month >= 1) & (month <= 12) & (day >= 1) & (day <= 31)
    months = np.where(good, (year - 1970) * 12 + month - 1, 0).astype("datetime64[M]")
    days: Array = months.astype("datetime64[D]") + (np.where(good, day, 1) - 1).astype(
        "timedelta64[D]"
    )
    good &= days.astype("datetime64[M]") == months
    days[~good] = np.datetime64("NaT")
    return days


def _month(text: pd.Series) -> pd.Series:
    """Months by number or by the first three letters of their names."""
    names = text.str.strip().str.lower().str[:3].map(MONTHS)
    return pd.to_numeric(text, errors="coerce").astype("float64").fillna(names.astype("float64"))


def whole_numbers(values: "pd.Series | NDArray[np.int64] | None") -> NDArray[np.int64]:
    """Give whole numbers; -1 where there is none."""
    if values is None:
        return np.zeros(0, dtype=np.int64)
    numbers = pd.to_numeric(pd.Series(values), errors="coerce").fillna(-1)
    whole: NDArray[np.int64] = np.asarray(numbers.to_numpy(), dtype=np.int64)
    return whole


def _offset_minutes(zone: str) -> int:
    if zone[:1] not in {"+", "-"}:
        return 0
    digits = zone[1:].replace(":", "").ljust(4, "0")
    minutes = int(digits[:2]) * 60 + int(digits[2:])
    return -minutes if zone[0] == "-" else minutes
