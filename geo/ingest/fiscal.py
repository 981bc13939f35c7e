"""Fiscal years: whose they are, from which month they count, and what is said about it."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.geocoding.names import state_codes
from geo.ingest import periods
from geo.ingest.columns import PLACE_ROLES, Mapping
from geo.ingest.notes import note
from geo.ingest.words import split_words
from geo.schema import Note


def fiscal_starts(
    text: pd.DataFrame, mapping: Mapping, year: str | None
) -> tuple[NDArray[np.int64], bool]:
    """Month in which the fiscal year of each row begins, 0 where its text decides, and whose it is.

    It is that of its state (True) where the name of the column or most cells say so ("SFY").
    """
    by_text = np.zeros(len(text), dtype=np.int64)
    if year is None:
        return by_text, False
    cells = text[year].str.strip().str.lower()
    of_state = bool({"state", "sfy"} & set(split_words(year))) or bool(
        cells.str.startswith("sfy").sum() > 0.5 * (cells != "").sum()
    )
    if not of_state:
        return by_text, False
    states = (mapping.column(f"{role}.state") for role in PLACE_ROLES)
    column = next((name for name in states if name is not None), None)
    if column is None:
        return np.full(len(text), periods.STATE), True
    own = state_codes(text[column]).map(periods.STATES).fillna(periods.STATE)
    return own.to_numpy(dtype=np.int64), True


def note_years(  # noqa: PLR0913  (the cells, how they were read, where to say it)
    cells: pd.Series,
    column: str,
    rows: NDArray[np.int64],
    notes: list[Note],
    *,
    fiscal: bool,
    of_state: bool,
) -> None:
    """Say from which month fiscal years were counted, and which years over two were not read."""
    if of_state:
        words = (
            f'State fiscal years were assumed in "{column}": from July 1 of the year before, in '
            "New York from April, in Texas from September, in Alabama, Michigan and DC from "
            "October."
        )
        notes.append(Note(words, "warning"))
    else:
        note_fiscal(cells, column, rows, notes, all_fiscal=fiscal)
    split = cells.map({value: periods.is_split_year(str(value)) for value in cells.unique()})
    told = cells.map({value: periods.says_fiscal(str(value)) for value in cells.unique()})
    unread = (split.astype(bool) & ~told.astype(bool)).to_numpy(dtype=bool) & (not fiscal)
    if unread.any():
        words = (
            f'{{n}} with a year over two (2020-21) in "{column}": which months that is was not '
            'said, so it is no date. If it is a fiscal year, choose "Fiscal year" for the column.'
        )
        notes.append(note(words, unread, rows))


def note_fiscal(
    cells: pd.Series,
    column: str,
    rows: NDArray[np.int64],
    notes: list[Note],
    *,
    all_fiscal: bool = False,
) -> None:
    """Say that fiscal years were taken for federal ones where nothing says whose they are."""
    said = cells.map({value: periods.says_fiscal(str(value)) for value in cells.unique()})
    fiscal = (said.astype(bool) | all_fiscal).to_numpy(dtype=bool) & (cells != "").to_numpy()
    if not fiscal.any() or {"federal", "ffy"} & set(split_words(column)):
        return
    words = (
        f'{{n}} with a fiscal year in "{column}": the federal one, from October 1 of the year '
        "before, was assumed (July 1 where it says SFY). A state's own mostly begins in July."
    )
    notes.append(note(words, fiscal, rows))
