"""Months, quarters, half-years and years, plain or fiscal, as the first day they begin with."""

import re
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Array = NDArray[np.datetime64]
Period = tuple[int, int, str]
"""Year and month a period begins in, and how long it is ("month", "quarter", "half", "year")."""

MONTHS: Final = {
    name: number
    for number, name in enumerate(
        ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), 1
    )
}
_MONTH_WORD = re.compile(
    r"^(jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|"
    r"sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)$"
)
_ORDINALS: Final = {"first": "1", "second": "2", "third": "3", "fourth": "4", "last": "4"}
_QUARTER: Final = frozenset({"q", "qtr", "quarter"})
_HALF: Final = frozenset({"h", "half", "semester"})
_FISCAL: Final = frozenset({"fy", "ffy", "fytd", "fiscal"})
_FILLER: Final = frozenset({"of", "the", "year", "cy", "calendar", "to", "in"})
_YEAR_MONTH = re.compile(r"^(\d{4})[-/.\s]+(\d{1,2})$|^((?:19|20)\d\d)(0[1-9]|1[0-2])$")
_MONTH_YEAR = re.compile(r"^(\d{1,2})[-/.\s]+(\d{4})$")
_SHORT_YEAR = re.compile(r"^([a-z]{3,9})\.?\s*[-/'\u2019]\s*(\d{2})$")
_WORDS = re.compile(r"[a-z]+|\d+")
_LONGEST: Final = 40
_SPANS: Final = {3: "quarter", 6: "half", 12: "year"}


def read_period(text: str) -> Period | None:
    """Period a text names, None when it is none.

    Fiscal years are the federal ones, which begin in October of the year before.

    Examples
    --------
    >>> read_period("May 2020"), read_period("5/2020"), read_period("2017 Q3")
    ((2020, 5, 'month'), (2020, 5, 'month'), (2017, 7, 'quarter'))
    >>> read_period("second half of 2020"), read_period("FY2026"), read_period("soon")
    ((2020, 7, 'half'), (2025, 10, 'year'), None)
    """
    low = text.strip().lower()
    if len(low) > _LONGEST:
        return None
    found = _YEAR_MONTH.match(low)
    if found:
        return _month_of(int(found[1] or found[3]), int(found[2] or found[4]))
    found = _MONTH_YEAR.match(low)
    if found:
        return _month_of(int(found[2]), int(found[1]))
    found = _SHORT_YEAR.match(low)
    if found and _MONTH_WORD.match(found[1]):
        return _month_of(_full_year(int(found[2])), MONTHS[found[1][:3]])
    return _read_words(re.sub(r"(?<=\d)(?:st|nd|rd|th)\b", "", low))


def _read_words(low: str) -> Period | None:
    """Periods written with words, once their words are sorted into years, months and parts."""
    years: list[int] = []
    months: list[int] = []
    numbers: list[int] = []
    said: set[str] = set()
    for word in _WORDS.findall(low):
        plain = _ORDINALS.get(word, word)
        if plain.isdigit():
            (years if len(plain) == 4 else numbers).append(int(plain))
        elif _MONTH_WORD.match(plain):
            months.append(MONTHS[plain[:3]])
        elif plain in _QUARTER | _HALF | _FISCAL:
            said.add(plain)
        elif plain not in _FILLER:
            return None
    fiscal = bool(said & _FISCAL)
    if fiscal and not years and numbers and 0 <= numbers[0] <= 99:
        years.append(_full_year(numbers.pop(0)))
    if len(years) != 1 or not 1900 <= years[0] <= 2100:
        return None
    return _assemble(years[0], months, numbers, said, fiscal=fiscal)


def _assemble(
    year: int, months: list[int], numbers: list[int], said: set[str], *, fiscal: bool
) -> Period | None:
    parts = (bool(said & _QUARTER), bool(said & _HALF))
    if any(parts):
        size, length = (3, "quarter") if parts[0] else (6, "half")
        if all(parts) or months or len(numbers) != 1 or not 1 <= numbers[0] <= 12 // size:
            return None
        month = size * (numbers[0] - 1) + 1
        return _fiscal_start(year, month, length) if fiscal else (year, month, length)
    if len(months) == 2 and not numbers and not fiscal:
        span = months[1] - months[0] + 1
        whole = span in _SPANS and (months[0] - 1) % span == 0
        return (year, months[0], _SPANS[span]) if whole else None
    if not months and not numbers:
        return (year - 1, 10, "year") if fiscal else (year, 1, "year")
    month = (months + numbers)[0] if len(months) + len(numbers) == 1 else 0
    return _month_of(year - 1 if fiscal and month >= 10 else year, month)


def _fiscal_start(year: int, month: int, length: str) -> Period:
    """Move the start of a part of a fiscal year to the calendar: its first month is October."""
    return (year - 1, month + 9, length) if month <= 3 else (year, month - 3, length)


def _month_of(year: int, month: int) -> Period | None:
    return (year, month, "month") if 1 <= month <= 12 else None


def _full_year(short: int) -> int:
    return short + (2000 if short < 70 else 1900)


def read_periods(values: pd.Series) -> tuple[Array, NDArray[np.object_]]:
    """First days of the periods in a column, and how long each is.

    Parameters
    ----------
    values : Series of str, shape (n,)

    Returns
    -------
    array of datetime64[s], shape (n,)
        NaT where there is no period.
    array of str, shape (n,)
        "month", "quarter", "half", "year"; "" where there is none.

    Examples
    --------
    >>> days, lengths = read_periods(pd.Series(["2020-05", "H2 2020", "x"]))
    >>> days.astype("datetime64[D]").astype(str).tolist(), lengths.tolist()
    (['2020-05-01', '2020-07-01', 'NaT'], ['month', 'half', ''])
    """
    codes, distinct = pd.factorize(values)
    found = [read_period(str(value)) for value in distinct]
    texts = [f"{p[0]:04d}-{p[1]:02d}-01" if p else "NaT" for p in found]
    days = np.array(texts, dtype="datetime64[s]")
    lengths = np.array([p[2] if p else "" for p in found], dtype=object)
    return days[codes], lengths[codes]


def of_parts(year: pd.Series, part: pd.Series | None, letter: str, *, fiscal: bool) -> pd.Series:
    """Texts `read_periods` understands, made of a column of years and one of parts of them.

    Parameters
    ----------
    year : Series of str
        "2017", "FY2017", "2026 (FYTD)"; years elsewhere in the text are found too.
    part : Series of str or None
        Quarters, half-years or months by number or name; a part that names its own year is kept.
    letter : str
        "q" or "h" for the numbers of quarters and half-years, "" for those of months.
    fiscal : bool
        Whether the years are federal fiscal years.

    Examples
    --------
    >>> made = of_parts(pd.Series(["2026 (FYTD)"]), pd.Series(["OCT"]), "", fiscal=True)
    >>> read_periods(made)[0].astype("datetime64[D]").astype(str).tolist()
    ['2025-10-01']
    """
    years = year.str.extract(r"((?:19|20)\d\d)")[0].fillna("")
    front = ("fy " if fiscal else "") + years
    if part is None:
        return front.where(years != "", "")
    plain = part.str.strip().str.replace(r"\.0$", "", regex=True)
    own = plain.str.contains(r"(?:19|20)\d\d", regex=True)
    numbered = plain.str.fullmatch(r"\d+")
    lettered = plain.where(~numbered, letter + " " + plain)
    return (front + " " + lettered).where(years != "", "").where(~own, plain)
