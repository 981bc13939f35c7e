"""Fiscal years: whose they are, from which month they count, and what is said about it."""

from collections.abc import Callable
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.geocoding.names import state_codes
from geo.ingest import periods
from geo.ingest.columns import PLACE_ROLES, Mapping
from geo.ingest.notes import note
from geo.ingest.wide import PERIOD
from geo.ingest.words import split_words
from geo.schema import Note

YEARS: Final = ("year", "state_fiscal_year", "fiscal_year")
"""Roles of a column of years, the plainest first."""


def year_column(mapping: Mapping) -> tuple[str, str | None]:
    """Role and name of the column that gives the year, None where there is none.

    Examples
    --------
    >>> year_column(Mapping(("FY",), ()).with_choice("state_fiscal_year", "FY"))
    ('state_fiscal_year', 'FY')
    """
    found = ((role, mapping.column(role)) for role in YEARS)
    return next((one for one in found if one[1] is not None), ("fiscal_year", None))


def fiscal_starts(text: pd.DataFrame, mapping: Mapping, column: str | None) -> NDArray[np.int64]:
    """Month in which the fiscal year in a column begins by the state of each row, else 0.

    It is that of the state where a person, the name of the column or most cells say so, and in each
    row whose own cell does ("SFY24 Q2"). 0 leaves it to the text: federal, or none at all.
    """
    by_text = np.zeros(len(text), dtype=np.int64)
    if column is None:
        return by_text
    cells = text[column].str.strip()
    said = _each(cells, periods.says_state)
    filled = (cells != "").to_numpy(dtype=bool)
    of_state = mapping.column("state_fiscal_year") == column
    of_state |= bool({"state", "sfy"} & set(split_words(column)))
    of_state |= bool(said.sum() > 0.5 * filled.sum())
    use = filled if of_state else said
    if use.any():
        by_text[use] = _of_states(text, mapping)[use]
    return by_text


def _of_states(text: pd.DataFrame, mapping: Mapping) -> NDArray[np.int64]:
    """Month in which the fiscal years of the state of each row begin."""
    states = (mapping.column(f"{role}.state") for role in PLACE_ROLES)
    column = next((name for name in states if name is not None), None)
    if column is None:
        return np.full(len(text), periods.STATE)
    own = state_codes(text[column]).map(periods.STATES).fillna(periods.STATE)
    months: NDArray[np.int64] = own.to_numpy(dtype=np.int64)
    return months


def note_split_years(
    cells: pd.Series, column: str, rows: NDArray[np.int64], notes: list[Note]
) -> None:
    """Say which years over two were not read, as nothing tells that they are fiscal years."""
    unread = _each(cells, periods.is_split_year) & ~_each(cells, periods.says_fiscal)
    if unread.any():
        words = (
            f'{{n}} with a year over two (2020-21) in "{column}": which months that is was not '
            'said, so it is no date. If it is a fiscal year, choose "Fiscal year" for the column.'
        )
        notes.append(note(words, unread, rows))


def note_fiscal(  # noqa: PLR0913  (the cells, how they were read, where to say it)
    cells: pd.Series,
    column: str,
    starts: NDArray[np.int64],
    rows: NDArray[np.int64],
    notes: list[Note],
    *,
    all_fiscal: bool = False,
) -> None:
    """Say from which month fiscal years were counted, where the text alone does not tell.

    `starts` is of `fiscal_starts`; `all_fiscal` says that all cells are fiscal years.
    """
    fiscal = (_each(cells, periods.says_fiscal) | all_fiscal) & (cells != "").to_numpy(dtype=bool)
    fiscal &= ~_each(cells, periods.says_federal)
    of_state = fiscal & (starts > 0)
    if of_state.any():
        words = (
            f'{{n}} with a state fiscal year in "{column}": from July 1 of the year before was '
            "assumed, in New York from April, in Texas from September, in Alabama, Michigan and DC "
            "from October."
        )
        if all_fiscal:
            words += ' If these are calendar years, choose "Year" for the column.'
        notes.append(note(words, of_state, rows))
    federal = fiscal & (starts == 0)
    if federal.any() and not {"federal", "ffy"} & set(split_words(column)):
        words = (
            f'{{n}} with a fiscal year in "{column}": the federal one, from October 1 of the year '
            "before, was assumed. A state's own mostly begins in July"
        )
        chosen = ': if it is that, choose "State fiscal year" for the column.'
        words += "." if column == PERIOD else chosen
        notes.append(note(words, federal, rows))


def _each(cells: pd.Series, says: Callable[[str], bool]) -> NDArray[np.bool_]:
    """Whether each cell says something; each different text is asked once."""
    codes, distinct = pd.factorize(cells)
    said = [says(str(value)) for value in distinct]
    found: NDArray[np.bool_] = np.array(said, dtype=bool)[codes]
    return found
