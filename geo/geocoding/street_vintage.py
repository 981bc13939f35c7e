"""The date of an agency's own street file: told by a person, by its edits, or by the file."""

import re
import zipfile
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.errors import GeocodeError
from geo.ingest import dates
from geo.ingest.words import split_words

_EDITED: Final = re.compile(
    "(?:last|date|day)?(?:updated?|upd|edit|edited|modified|mod|changed?|revised|revision|rev)"
    "(?:date|dt|day|on|at)?"
)
"""A column of edits: LASTUPDATE, EDIT_DATE, last_edited_date, DateUpdate (NENA), Date_Changed."""

_BEGAN: Final = 1981  # archives that do not know say 1980


def vintage(path: Path, table: pd.DataFrame, as_of: str = "", *, is_copy: bool = False) -> str:
    """Say of which date the streets of a file are, and what tells it.

    The first that is known: the date a person gives, the newest edit of a row, the date of what an
    archive holds, the date the file was last changed, today.

    Parameters
    ----------
    path : Path
    table : DataFrame
        What was read of it.
    as_of : str
        Given by a person, as 2024-05-03; "" where none is.
    is_copy : bool
        The file was just laid down, and its own date says nothing.

    Returns
    -------
    str
        "as of 2024-05-03", "last edited 2024-05-03", "file of 2024-05-03" or "loaded 2024-05-03".

    Raises
    ------
    GeocodeError
        The date given is none, or lies in the future.

    Examples
    --------
    >>> table = pd.DataFrame({"LASTUPDATE": ["5/3/2024", "4/30/2024", ""]})
    >>> vintage(Path("roads.csv"), table)
    'last edited 2024-05-03'
    >>> vintage(Path("roads.csv"), table, "2024-06-01")
    'as of 2024-06-01'
    """
    if as_of:
        return f"as of {_given(as_of)}"
    if edited := _newest_edit(table):
        return f"last edited {edited}"
    if zipfile.is_zipfile(path) and (packed := _newest_inside(path)):
        return f"file of {packed}"
    if is_copy:
        return f"loaded {date.today()}"
    return f"file of {date.fromtimestamp(path.stat().st_mtime)}"


def _given(as_of: str) -> date:
    try:
        day = date.fromisoformat(as_of)
    except ValueError:
        day = None
    if day is None or day > date.today():
        raise GeocodeError(
            "The date of the data is none, or lies in the future.", "Write it as 2024-05-03."
        )
    return day


def _newest_edit(table: pd.DataFrame) -> str:
    """Day of the newest edit, "" where no column tells; dates to come are slips."""
    newest = ""
    for column in table.columns:
        if not _EDITED.fullmatch("".join(split_words(str(column)))):
            continue
        given = table[column]
        if pd.api.types.is_datetime64_any_dtype(given):
            given = given.dt.strftime("%Y-%m-%d")
        found = dates.parse(given.astype("str").where(given.notna(), ""))
        exact = np.isin(found.precision, ["day", "minute"])
        when = found.when[exact & ~_is_to_come(found.when)]
        if len(when):
            newest = max(newest, str(when.max().astype("datetime64[D]")))
    return newest


def _is_to_come(when: NDArray[Any]) -> NDArray[np.bool_]:
    to_come: NDArray[np.bool_] = when.astype("datetime64[D]") > np.datetime64(date.today())
    return to_come


def _newest_inside(path: Path) -> str:
    newest = ""
    with zipfile.ZipFile(path) as archive:
        for year, month, day, *_ in (one.date_time for one in archive.infolist()):
            with suppress(ValueError):  # archives may tell a month 0
                told = date(year, month, day)
                if told.year >= _BEGAN and told <= date.today():
                    newest = max(newest, str(told))
    return newest
