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
_FISCAL: Final = frozenset({"fy", "ffy", "sfy", "fytd", "fiscal"})
FEDERAL: Final = 10
"""Month the federal fiscal year begins in, the calendar year before it is named after."""

STATE: Final = 7
"""Month the fiscal years of nearly all states begin in."""

STATES: Final = {"NY": 4, "TX": 9, "AL": 10, "MI": 10, "DC": 10, "GU": 10, "VI": 10, "MP": 10,
                 "AS": 10}  # fmt: skip
"""Months the fiscal years of the others begin in (National Conference of State Legislatures)."""

_SAYS_FISCAL = re.compile(r"\b(?:[fs]?fy|fytd|fiscal)(?=\b|\d|_)")
_SAYS_STATE = re.compile(r"\bsfy(?=\b|\d|_)|\bstate (?:fy|fiscal)(?=\b|\d)")
_SAYS_FEDERAL = re.compile(r"\bffy(?=\b|\d|_)|\bfederal (?:fy|fiscal)(?=\b|\d)")
_OWN_YEAR: Final = r"(?i)(?:19|20)\d\d|\b(?:[fs]?fy|fiscal year)\W{0,2}\d\d\b"
_SPLIT_YEAR = re.compile(r"(?<!\d)((?:19|20)?\d\d)\s*[-/\u2013]\s*((?:19|20)?\d\d)(?!\d)")
_FILLER: Final = frozenset({"of", "the", "year", "cy", "calendar", "to", "in"})
_YEAR_MONTH = re.compile(r"^(\d{4})[-/.\s]+(\d{1,2})$|^((?:19|20)\d\d)(0[1-9]|1[0-2])$")
_MONTH_YEAR = re.compile(r"^(\d{1,2})[-/.\s]+(\d{4})$")
_SHORT_YEAR = re.compile(r"^([a-z]{3,9})\.?\s*[-/'\u2019]\s*(\d{2})$")
_WORDS = re.compile(r"[a-z]+|\d+")
_LONGEST: Final = 40
_SPANS: Final = {3: "quarter", 6: "half", 12: "year"}


def read_period(text: str, fiscal_start: int | None = None) -> Period | None:
    """Period a text names, None when it is none.

    Parameters
    ----------
    text : str
    fiscal_start : int, optional
        Month in which fiscal years begin; October where none is given, but July in the text "SFY".
        "FFY" is federal always. A year over two ("FY 2020-21") is named after the second.

    Examples
    --------
    >>> read_period("May 2020"), read_period("5/2020"), read_period("2017 Q3")
    ((2020, 5, 'month'), (2020, 5, 'month'), (2017, 7, 'quarter'))
    >>> read_period("second half of 2020"), read_period("FY2026"), read_period("soon")
    ((2020, 7, 'half'), (2025, 10, 'year'), None)
    >>> read_period("FY 2020-21"), read_period("SFY21"), read_period("FY21", 7)
    ((2020, 10, 'year'), (2020, 7, 'year'), (2020, 7, 'year'))
    """
    low = text.strip().lower()
    if len(low) > _LONGEST:
        return None
    if says_fiscal(low):
        low = _SPLIT_YEAR.sub(_later_year, low)
    found = _YEAR_MONTH.match(low)
    if found:
        return _month_of(int(found[1] or found[3]), int(found[2] or found[4]))
    found = _MONTH_YEAR.match(low)
    if found:
        return _month_of(int(found[2]), int(found[1]))
    found = _SHORT_YEAR.match(low)
    if found and _MONTH_WORD.match(found[1]):
        return _month_of(_full_year(int(found[2])), MONTHS[found[1][:3]])
    return _read_words(re.sub(r"(?<=\d)(?:st|nd|rd|th)\b", "", low), fiscal_start)


def says_fiscal(text: str) -> bool:
    """Whether a text speaks of a fiscal year."""
    return bool(_SAYS_FISCAL.search(text.lower()))


def says_state(text: str) -> bool:
    """Whether a text speaks of a state's fiscal year ("SFY24 Q2").

    Examples
    --------
    >>> says_state("SFY24 Q2"), says_state("State fiscal year 2024"), says_state("FFY 2024")
    (True, True, False)
    """
    return bool(_SAYS_STATE.search(text.lower()))


def says_federal(text: str) -> bool:
    """Whether a text speaks of the federal fiscal year ("FFY24 Q2")."""
    return bool(_SAYS_FEDERAL.search(text.lower()))


def is_split_year(text: str) -> bool:
    """Whether a text is a year over two that follow each other ("2020-21", "2020/2021").

    Examples
    --------
    >>> is_split_year("2020-21"), is_split_year("2020-2021"), is_split_year("2020-2023")
    (True, True, False)
    """
    found = _SPLIT_YEAR.search(text)
    return bool(found and _later_year(found) != found[0])


def _later_year(found: re.Match[str]) -> str:
    """Give the second of two years that follow each other, else what was found."""
    first, second = int(found[1]), int(found[2])
    first = first if first > 99 else _full_year(first)
    return str(first + 1) if second in {first + 1, (first + 1) % 100} else found[0]


def _read_words(low: str, fiscal_start: int | None) -> Period | None:
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
    start = fiscal_start or (STATE if "sfy" in said else FEDERAL)
    start = FEDERAL if "ffy" in said else start
    return _assemble(years[0], months, numbers, said, start if fiscal else 1)


def _assemble(
    year: int, months: list[int], numbers: list[int], said: set[str], start: int
) -> Period | None:
    """Put a period together; `start` is the month its year begins in, 1 for the calendar's."""
    parts = (bool(said & _QUARTER), bool(said & _HALF))
    if any(parts):
        size, length = (3, "quarter") if parts[0] else (6, "half")
        if all(parts) or months or len(numbers) != 1 or not 1 <= numbers[0] <= 12 // size:
            return None
        return _within(year, start, size * (numbers[0] - 1), length)
    if len(months) == 2 and not numbers and start == 1:
        span = months[1] - months[0] + 1
        whole = span in _SPANS and (months[0] - 1) % span == 0
        return (year, months[0], _SPANS[span]) if whole else None
    if not months and not numbers:
        return _within(year, start, 0, "year")
    month = (months + numbers)[0] if len(months) + len(numbers) == 1 else 0
    return _month_of(year - 1 if 1 < start <= month else year, month)


def _within(year: int, start: int, after: int, length: str) -> Period:
    """Part of a year that begins `after` months after its first, in the calendar."""
    months = (year if start == 1 else year - 1) * 12 + start - 1 + after
    return months // 12, months % 12 + 1, length


def _month_of(year: int, month: int) -> Period | None:
    return (year, month, "month") if 1 <= month <= 12 else None


def _full_year(short: int) -> int:
    return short + (2000 if short < 70 else 1900)


def read_periods(
    values: pd.Series, fiscal_start: int | None = None
) -> tuple[Array, NDArray[np.object_]]:
    """First days of the periods in a column, and how long each is.

    Parameters
    ----------
    values : Series of str, shape (n,)
    fiscal_start : int, optional
        As for `read_period`.

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
    found = [read_period(str(value), fiscal_start) for value in distinct]
    texts = [f"{p[0]:04d}-{p[1]:02d}-01" if p else "NaT" for p in found]
    days = np.array(texts, dtype="datetime64[s]")
    lengths = np.array([p[2] if p else "" for p in found], dtype=object)
    return days[codes], lengths[codes]


def of_parts(year: pd.Series, part: pd.Series | None, letter: str, *, fiscal: bool) -> pd.Series:
    """Texts `read_periods` understands, made of a column of years and one of parts of them.

    Parameters
    ----------
    year : Series of str
        "2017", "FY2017", "FY '21", "2020-21", "2026 (FYTD)"; years elsewhere in the text are found
        too. One over two years is the second of them if fiscal, else none.
    part : Series of str or None
        Quarters, half-years or months by number or name; a part that names its own year is kept.
    letter : str
        "q" or "h" for the numbers of quarters and half-years, "" for those of months.
    fiscal : bool
        Whether the years are fiscal years.

    Examples
    --------
    >>> made = of_parts(pd.Series(["2026 (FYTD)", "FY21"]), pd.Series(["OCT"] * 2), "", fiscal=True)
    >>> read_periods(made)[0].astype("datetime64[D]").astype(str).tolist()
    ['2025-10-01', '2020-10-01']
    """
    front = year.map({value: _front(str(value), fiscal=fiscal) for value in year.unique()})
    front = front.astype("str")
    if part is None:
        shorter = year.map({value: _is_part(str(value)) for value in year.unique()})
        return front.where(~shorter.astype(bool), year)
    plain = part.str.strip().str.replace(r"\.0$", "", regex=True)
    own = plain.str.contains(_OWN_YEAR, regex=True)
    numbered = plain.str.fullmatch(r"\d+")
    lettered = plain.where(~numbered, letter + " " + plain)
    return (front + " " + lettered).where(front != "", "").where(~own, plain)


def _is_part(text: str) -> bool:
    """Whether a text names a month, quarter or half of a fiscal year ("FY21 Q1")."""
    period = read_period(text) if says_fiscal(text) else None
    return period is not None and period[2] != "year"


def _front(year: str, *, fiscal: bool) -> str:
    """Year in words that `read_period` understands, "" when there is none."""
    low = year.strip().lower()
    fiscal = fiscal or says_fiscal(low)
    own = next((word for word in ("sfy", "ffy") if low.startswith(word)), "fy") if fiscal else ""
    later = _SPLIT_YEAR.sub(_later_year, low)
    if later != low and not fiscal:
        return ""
    whole = re.findall(r"(?:19|20)\d\d", later)
    short = re.fullmatch(r"(?:[fs]?fy|fiscal year)?[\W_]*(\d\d)(?:\.0)?", later)
    if len(set(whole)) == 1:
        return f"{own} {whole[0]}"
    return f"{own} {_full_year(int(short[1]))}" if short and fiscal else ""
