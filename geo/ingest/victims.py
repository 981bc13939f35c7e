"""Events with several victims: which column says how many, and how many there were in all."""

from typing import Final

import pandas as pd

from geo.ingest.columns import Mapping
from geo.ingest.counts import count_numbers
from geo.ingest.evidence import share_counts
from geo.ingest.notes import note
from geo.ingest.read import RawTable
from geo.ingest.words import singular, split_words
from geo.schema import RECORD_ID, SOURCE_ROW, Note

_PEOPLE: Final = frozenset({
    "victim", "patient", "person", "people", "individual", "decedent", "overdose", "od", "fatality",
    "death",
})  # fmt: skip
_NUMBER: Final = frozenset({"#", "number", "num", "nbr", "no", "count", "cnt", "total", "many"})
_ENDS: Final = frozenset({"fatal", "nonfatal"})
_HARMLESS: Final = frozenset({
    "of", "the", "in", "at", "how", "non", "on", "scene", "incident", "event", "per", "involved",
    "affected", "suspected", "drug", "opioid",
})  # fmt: skip
_MAY_BE: Final = frozenset({"", "count", "outcome", "drug"})
_MOST: Final = 99
"""No overdose had more victims; larger numbers are something else."""


def victim_columns(raw: RawTable, roles: dict[str, str]) -> tuple[str, ...]:
    r"""Columns that say how many people an event struck; several where they count parts of them.

    Parameters
    ----------
    raw : RawTable
        Its rows are single events.
    roles : dict
        What its columns seem to be.

    Examples
    --------
    >>> from geo.ingest.read import open_table
    >>> raw = open_table(b"Case,Zip,# Overdoses\n1,43215,1\n2,43215,3\n", "a.csv")
    >>> victim_columns(raw, {})
    ('# Overdoses',)
    """
    found = [column for column in raw.columns if roles.get(column, "") in _MAY_BE]
    found = [column for column in found if _says_how_many(column) and _has_several(raw, column)]
    parts = [column for column in found if _ENDS & set(_words(column))]
    whole = [column for column in found if column not in parts]
    return tuple(whole[:1] or parts)


def count_victims(
    text: pd.DataFrame, mapping: Mapping, table: pd.DataFrame, notes: list[Note]
) -> dict[str, int]:
    """Count victims over all incidents, when the file numbers them or says how many there were.

    Lines of one incident repeat their number, so the largest counts; without one it is one victim.
    """
    column = mapping.column("victim_id")
    if column is not None:
        pairs = pd.DataFrame({"incident": table[RECORD_ID], "victim": text[column]})
        return {"victims": len(pairs.drop_duplicates())}
    columns = mapping.columns("victims")
    if not columns or mapping.area_counts:
        return {}
    numbers = pd.concat([count_numbers(text[one]) for one in columns], axis=1)
    struck = numbers.sum(axis=1).clip(lower=1)
    victims = int(struck.groupby(table[RECORD_ID]).max().sum())
    names = " and ".join(f'"{one}"' for one in columns)
    words = (
        f"{{n}} with more than one victim by {names}: each is one incident on maps and in counts. "
        f"The file has {victims:,} victims in all."
    )
    several = (struck > 1).to_numpy()
    if several.any():
        notes.append(note(words, several, table[SOURCE_ROW].to_numpy()))
    return {"victims": victims}


def _words(column: str) -> list[str]:
    return [singular(word) for word in split_words(column)]


def _says_how_many(column: str) -> bool:
    """Whether a heading is "Number of Victims", "Patients", "Fatal Count" or the like."""
    given, said = split_words(column), set(_words(column))
    if not said <= _PEOPLE | _NUMBER | _ENDS | _HARMLESS:
        return False
    plural = any(word != singular(word) and singular(word) in _PEOPLE for word in given)
    counted = said & {"count", "cnt", "total"} and said & (_PEOPLE | _ENDS)
    return plural or "people" in said or bool(counted)


def _has_several(raw: RawTable, column: str) -> bool:
    """Whether cells are small whole numbers and not all of them 0 or 1."""
    cells = raw.text[column]
    if share_counts(cells) < 0.9:
        return False
    most = count_numbers(cells).max()
    return bool(1 < most <= _MOST)
