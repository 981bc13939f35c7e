"""Columns called a time that hold whole dates: "Dispatch Time", "2024-03-10 06:30"."""

from typing import Final

import pandas as pd

from geo.ingest.belonging import Candidate
from geo.ingest.dates import parse
from geo.ingest.words import INCIDENT, SCENE

_SAMPLED: Final = 2000
_MOST: Final = 0.8


def dates_of_times(candidates: list[Candidate], text: pd.DataFrame) -> list[Candidate]:
    """Make a time of day the date where its cells are dates and no column names that date.

    Beside a date of its own such a column stays the time of day, which is read from within it.
    Incident and scene lend each other date and time, as they do for the time of day.

    Examples
    --------
    >>> cells = pd.DataFrame({"Call Time": ["2024-03-10 06:30"], "Day": ["3/10/2024"]})
    >>> dates_of_times([("incident.time", "Call Time", 0.8)], cells)
    [('incident.date', 'Call Time', 0.8)]
    >>> both = [("incident.time", "Call Time", 0.8), ("incident.date", "Day", 0.8)]
    >>> dates_of_times(both, cells) == both
    True
    """
    dated = {_event(role) for role, _, _ in candidates if role.endswith(".date")}
    return [
        (role.removesuffix("time") + "date", column, sure)
        if role.endswith(".time") and _event(role) not in dated and _holds_dates(text[column])
        else (role, column, sure)
        for role, column, sure in candidates
    ]


def _event(role: str) -> str:
    group = role.partition(".")[0]
    return INCIDENT if group == SCENE else group


def _holds_dates(column: pd.Series) -> bool:
    """Whether most cells are a possible day; 12/30/1899, which Access writes for none, is not."""
    filled = column[column != ""]
    filled = filled.iloc[:: max(1, len(filled) // _SAMPLED)]
    found = parse(filled)
    days = (found.precision == "minute") | ((found.precision == "day") & ~found.serial)
    return bool(len(filled)) and bool(days.mean() >= _MOST)
