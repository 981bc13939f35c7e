"""Days from text: mixed formats, UTC offsets, Excel serial numbers, impossible years."""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

EARLIEST: Final = date(1990, 1, 1)
"""Drug files start later; an earlier day is a birth date or a slip of the pen."""

_TIME = (
    r"(?:[T\s,]+(?:at\s+)?(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:\.\d+)?)?"
    r"\s*(?P<half>[AaPp]\.?[Mm]\.?)?)?"
    r"\s*(?P<zone>Z|UTC|GMT|[+-]\d{2}(?::?\d{2})?)?$"
)
_MONTH = r"(?P<month>[A-Za-z]{3})[A-Za-z]*\.?"
_WEEKDAY = r"^(?i:(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?[.,]?\s+)?"
_PATTERNS: Final = (
    r"^(?P<year>\d{4})[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})" + _TIME,
    r"^(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})" + _TIME,
    _WEEKDAY + r"(?P<day>\d{1,2})[-\s/]" + _MONTH + r"[-\s/,]+(?P<year>\d{4}|\d{2})" + _TIME,
    _WEEKDAY + _MONTH + r"[-\s]+(?P<day>\d{1,2})(?:st|nd|rd|th)?,?\s+(?P<year>\d{4})" + _TIME,
)
_SLASHED: Final = r"^(?P<first>\d{1,2})[-/.](?P<other>\d{1,2})[-/.](?P<year>\d{4}|\d{2})" + _TIME
_SERIAL = re.compile(r"^\d{5}(\.\d+)?$")
_EXCEL_ZERO: Final = np.datetime64("1899-12-30", "s")
_MONTHS: Final = {
    name: number
    for number, name in enumerate(
        ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), 1
    )
}

Array = NDArray[np.datetime64]


@dataclass(frozen=True, eq=False)
class Dates:
    """Days read from a column, one per row, in the order given.

    `when` is datetime64[s]: UTC where `zoned`, else local time as written; NaT where there is none.
    `unreadable` marks text that is no date, `impossible` a date before 1990 or after tomorrow.
    `day_first` says that the column writes the day before the month, `mixed` that it does both.
    """

    when: Array
    zoned: NDArray[np.bool_]
    unreadable: NDArray[np.bool_]
    impossible: NDArray[np.bool_]
    day_first: bool = False
    mixed: bool = False


def parse(text: pd.Series, today: date | None = None) -> Dates:
    """Read a column of dates whatever their formats.

    Month before day, as written in the US, unless the column shows otherwise: when a first number
    is above 12 and no second one is, the whole column is day first.

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
    """
    codes, distinct = pd.factorize(text.fillna(""))
    values = pd.Series(distinct, dtype="str").str.strip()
    when = np.full(len(values), np.datetime64("NaT", "s"))
    zoned = np.zeros(len(values), dtype=bool)
    read = (values == "").to_numpy(dtype=bool).copy()
    for pattern in _PATTERNS:
        parts = _match(values, read, pattern)
        if len(parts):
            month = _month(parts["month"])
            _fill(parts, parts["year"], month, parts["day"], when, zoned, read)
    slashed = _match(values, read, _SLASHED)
    first, other = _number(slashed.get("first")), _number(slashed.get("other"))
    day_first = bool((first > 12).any() and not (other > 12).any())
    mixed = bool((first > 12).any() and (other > 12).any())
    if len(slashed):
        swap = (first > 12) | day_first
        month = np.where(swap, other, first)
        day = np.where(swap, first, other)
        _fill(slashed, slashed["year"], month, day, when, zoned, read)
    _fill_serials(values, when, read)
    last = (today or date.today()) + timedelta(days=2)
    with np.errstate(invalid="ignore"):
        impossible = (when < np.datetime64(EARLIEST)) | (when >= np.datetime64(last))
    when[impossible] = np.datetime64("NaT")
    return Dates(when[codes], zoned[codes], ~read[codes], impossible[codes], day_first, mixed)


def share_read(text: pd.Series) -> float:
    """Share of the filled cells that read as dates, 0..1; 0 when none is filled."""
    filled = text[text != ""]
    return float(1 - parse(filled).unreadable.mean()) if len(filled) else 0.0


def first_days(year: pd.Series, part: pd.Series, *, fiscal: bool = False) -> Array:
    """First day of the quarter ("Q3", "3") or month ("MAR", "March", "3") of a year.

    Parameters
    ----------
    year : Series of str
        "2017", "FY2017", "2026 (FYTD)".
    part : Series of str
        Quarter when it starts with Q, else month.
    fiscal : bool
        Years are federal fiscal years, which begin in October of the year before.

    Examples
    --------
    >>> first_days(pd.Series(["2017", "2017"]), pd.Series(["Q3", "Oct"])).astype(str).tolist()
    ['2017-07-01', '2017-10-01']
    """
    years = _number(year.str.extract(r"(\d{4})")[0])
    text = part.str.strip().str.lower()
    quarter = _number(text.str.extract(r"^q(?:tr|uarter)?\s*([1-4])$")[0])
    month = _number(_month(text))
    first = np.where(quarter > 0, 3 * quarter - 2, month)
    if fiscal:
        first = np.where(quarter > 0, (first + 8) % 12 + 1, first)
        years = np.where(first >= 10, years - 1, years)
    return _days(years, first, np.ones(len(first), dtype=np.int64))


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
    years = _number(year)
    century = np.where(years <= date.today().year % 100 + 1, 2000, 1900)
    short = (year.str.len() <= 2).to_numpy()
    years = np.where(short, years + century, years)
    days = _days(years, _number(month), _number(day))
    hour, minute = _number(parts["hour"]).clip(0), _number(parts["minute"]).clip(0)
    second = _number(parts["second"]).clip(0)
    half = parts["half"].fillna("").str.lower().str[:1].to_numpy()
    hour = np.where((half == "p") & (hour < 12), hour + 12, hour)
    hour = np.where((half == "a") & (hour == 12), 0, hour)
    zone = parts["zone"].fillna("").to_numpy(dtype=object)
    offset = np.array([_offset_minutes(text) for text in zone], dtype=np.int64)
    seconds = hour * 3600 + (minute - offset) * 60 + second
    good = ~np.isnat(days) & (hour < 24) & (minute < 60) & (second < 61)
    at = parts.index.to_numpy()[good]
    when[at] = days[good].astype("datetime64[s]") + seconds[good].astype("timedelta64[s]")
    # A zone without a time of day says nothing about the day.
    zoned[at] = ((zone != "") & parts["hour"].notna().to_numpy())[good]
    read[at] = True


def _fill_serials(values: pd.Series, when: Array, read: NDArray[np.bool_]) -> None:
    """Days since 1899-12-30, only in a column made of nothing else and within 1990..2064."""
    left = values[~read]
    serial = left.str.match(_SERIAL)
    number = pd.to_numeric(left.where(serial), errors="coerce")
    fits = (number >= 32874) & (number < 60000)
    if not len(left) or fits.mean() < 0.9 or len(left) < 0.5 * (values != "").sum():
        return
    at = left.index.to_numpy()[fits]
    days = number[fits].to_numpy(dtype=float)
    when[at] = _EXCEL_ZERO + np.round(days * 86400).astype("timedelta64[s]")
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
    names = text.str.strip().str.lower().str[:3].map(_MONTHS)
    return pd.to_numeric(text, errors="coerce").astype("float64").fillna(names.astype("float64"))


def _number(values: "pd.Series | NDArray[np.int64] | None") -> NDArray[np.int64]:
    """Whole numbers; -1 where there is none."""
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
