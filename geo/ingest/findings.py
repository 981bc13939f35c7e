"""What a person should know of how a file was opened."""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from geo.ingest.contents import Contents
from geo.ingest.encoding import Decoded
from geo.ingest.layout import PIECE, QUOTES, REASON, Layout
from geo.ingest.notes import note
from geo.ingest.sheets import in_quotes
from geo.schema import SOURCE_ROW, Note
from geo.words import count_of

_TORN: Final = {
    QUOTES: (
        "{n} with quotation marks that do not match, which cannot be cut into cells: close or "
        'remove the " there.'
    ),
    PIECE: (
        "{n} that look like no row of this table, but like pieces of one whose quotation marks do "
        "not match: set aside, to be mended."
    ),
}


def of_encoding(decoded: Decoded) -> tuple[Note, ...]:
    """Say that letters were guessed or left out."""
    notes: tuple[Note, ...] = ()
    if decoded.nulls:
        lines = ", ".join(f"{line:,}" for line in decoded.null_lines)
        words = (
            f"{count_of(decoded.nulls, 'byte of zero was', 'bytes of zero were')} left out, as no "
            f"letter is one, first in line {lines} of the file. Something may be missing there: "
            "compare these lines with where the file came from."
        )
        notes += (Note(words, "warning"),)
    if decoded.mixed:
        words = (
            f"{count_of(decoded.mixed, 'letter is', 'letters are')} not encoded like the rest of "
            "the file, and read as Windows-1252. Check names with accents."
        )
        notes += (Note(words, "warning"),)
    elif decoded.guessed:
        words = (
            f"The file does not say how it is encoded; it was read as {decoded.encoding}. "
            "Check names with accents."
        )
        notes += (Note(words, "info"),)
    return notes


def of_layout(layout: Layout) -> tuple[Note, ...]:
    """Say which lines are torn or short."""
    dropped = layout.dropped[SOURCE_ROW].to_numpy(dtype=np.int64)
    notes: tuple[Note, ...] = ()
    for reason, words in _TORN.items():
        torn = (layout.dropped[REASON] == reason).to_numpy()
        if torn.any():
            notes += (note(words, torn, dropped),)
    if layout.short:
        short = np.array(layout.short, dtype=np.int64)
        words = "{n} with fewer cells than the header; the missing cells were taken as empty."
        notes += (note(words, np.ones(len(short), dtype=bool), short),)
    return notes


def of_workbook(contents: Contents, rows: NDArray[np.int64]) -> tuple[Note, ...]:
    """Say which sheet was read, and what its cells do not say by themselves."""
    notes: tuple[Note, ...] = ()
    if len(contents.sheets) > 1:
        notes += (one_of("workbook", "sheets", contents.sheets, contents.sheet),)
    filled = np.isin(rows, contents.filled)
    if filled.any():
        words = (
            "{n} took a value from the row above, where a cell is merged over several rows: check "
            "that it holds for each of them."
        )
        notes += (note(words, filled, rows),)
    if contents.formulas:
        words = (
            f"{_cells(contents.formulas)} a formula without its value, and came in empty. "
            "Open the workbook in Excel and save it, then choose it again."
        )
        notes += (Note(words, "warning", contents.formulas),)
    if contents.faults:
        words = f"{_cells(contents.faults)} an error such as #N/A, and came in empty."
        notes += (Note(words, "warning", contents.faults),)
    return notes


def one_of(what: str, parts: str, names: Sequence[str], read: str) -> Note:
    """Say which of several tables was read."""
    words = f"The {what} has {len(names)} {parts}: {in_quotes(names)}."
    return Note(f"{words} Only {in_quotes([read])} was read.", "warning")


def _cells(count: int) -> str:
    return count_of(count, "cell holds", "cells hold")
