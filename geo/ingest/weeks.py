"""Weeks by number: those of MMWR, as health departments count them, and ISO weeks."""

import re
from datetime import date, timedelta
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.ingest.words import split_words

WORDS: Final = frozenset({
    "week", "mmwr", "cdc", "iso", "epi", "epidemiological", "epidemiologic", "calendar",
    "reporting", "number", "no", "num", "#", "of", "year", "the",
})  # fmt: skip
"""Words of a heading that says no more than that below it are numbers of weeks."""

_WORD: Final = r"(?:mmwr|cdc|iso|epi)?[\s_]*(?:week|wk|w)?[\s_.#]*"
_NUMBER: Final = r"(?P<week>0?[1-9]|[1-4]\d|5[0-3])"
_YEAR: Final = r"(?P<year>(?:19|20)\d\d)"
_WEEK = re.compile(rf"{_WORD}{_NUMBER}(?:\.0+)?")
_YEAR_WEEK = re.compile(rf"{_YEAR}(?:[-/,.\s_]+|(?=w)|(?=\d\d$)){_WORD}{_NUMBER}")
_WEEK_YEAR = re.compile(rf"{_WORD}{_NUMBER}[-/,.\s_]+(?:of\s+)?{_YEAR}")
_JANUARY: Final = 4  # the first week is the one that holds the fourth of January
_SUNDAY: Final = 6


def is_numbered(column: str) -> bool:
    """Whether a heading says that below it are numbers of weeks.

    Examples
    --------
    >>> is_numbered("MMWR Week"), is_numbered("Week Ending"), is_numbered("Day of Week")
    (True, False, False)
    """
    said = set(split_words(column))
    return "week" in said and said <= WORDS


def share_weeks(filled: pd.Series) -> float:
    """Share of cells that are numbers of weeks, with a year or without."""
    return float(filled.map(lambda text: _parts(text) is not None).mean())


def first_days(weeks: pd.Series, years: pd.Series | None, *, iso: bool) -> NDArray[np.datetime64]:
    """First days of weeks: Sundays of MMWR weeks, Mondays of ISO weeks.

    Parameters
    ----------
    weeks : Series of str, shape (n,)
        "5", "W05", "2024-W05", "202405", "5/2024", "Week 5, 2024".
    years : Series of str or None, shape (n,)
        For weeks that do not name their year.
    iso : bool
        Whether weeks begin on Mondays. Week 1 is in both the one that holds January 4.

    Returns
    -------
    array of datetime64[s], shape (n,)
        NaT where there is no week, no year, or the year has no week 53.

    References
    ----------
    CDC, MMWR Weeks (week 1 is the first with at least four days in the year, from Sunday);
    ISO 8601.

    Examples
    --------
    MMWR week 1 of 2020 began in 2019; 2020 had a week 53, 2021 had none:

    >>> weeks = pd.Series(["1", "53", "53", "2024-W05"])
    >>> years = pd.Series(["2020", "2020", "2021", ""])
    >>> first_days(weeks, years, iso=False).astype("datetime64[D]").astype(str).tolist()
    ['2019-12-29', '2020-12-27', 'NaT', '2024-01-28']
    """
    said = weeks.str.strip() + "\x1f" + ("" if years is None else years.str.strip())
    code, distinct = pd.factorize(said)
    days = np.array([_first_day(text, iso=iso) for text in distinct], dtype="datetime64[s]")
    answer: NDArray[np.datetime64] = days[code]
    return answer


def _parts(text: str) -> tuple[int, int] | None:
    """Week and year (0 where it is not said) of a cell."""
    low = text.strip().lower()
    for pattern in (_WEEK, _YEAR_WEEK, _WEEK_YEAR):
        found = pattern.fullmatch(low)
        if found:
            said = found.groupdict()
            return int(said["week"]), int(said.get("year") or 0)
    return None


def _first_day(text: str, *, iso: bool) -> str:
    week, _, written = text.partition("\x1f")
    parts = _parts(week)
    year = parts[1] if parts else 0
    own = re.fullmatch(r"((?:19|20)\d\d)(?:\.0+)?", written)
    year = year or (int(own[1]) if own else 0)
    if parts is None or not year:
        return "NaT"
    day = _start(year, iso=iso) + timedelta(weeks=parts[0] - 1)
    return day.isoformat() if day < _start(year + 1, iso=iso) else "NaT"


def _start(year: int, *, iso: bool) -> date:
    fourth = date(year, 1, _JANUARY)
    since = fourth.weekday() if iso else (fourth.weekday() - _SUNDAY) % 7
    return fourth - timedelta(days=since)
