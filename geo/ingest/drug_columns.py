"""Drug classes of each row from all columns that speak of drugs, and what was not understood."""

import re
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.ingest import drugs
from geo.ingest.columns import Mapping
from geo.ingest.named_drugs import flag_classes
from geo.ingest.notes import named, note
from geo.ingest.words import split_words
from geo.schema import Note

_TOLD: Final = frozenset({
    "narrative", "narratives", "synopsis", "notes", "comments", "comment", "remarks",
})  # fmt: skip
"""Words of columns that tell what happened."""

_FREE: Final = frozenset({
    "cause", "causes", "cod", "primarycause", "secondarycause", "impression", "impressions",
    "diagnosis", "diagnoses", "ccdd", "complaint", "description",
}) | _TOLD  # fmt: skip
"""Words of columns that speak of more than drugs."""

_DENIED: Final = frozenset({"denied", "denies", "negative", "excluded", "undetected", "absent"})
_DENIED_WORDS = re.compile(r"\b(?:ruled out|not (?:detected|found|present|used))\b")
_MANY_WORDS: Final = 6
_SAMPLED: Final = 500

_Reads = dict[str, drugs.Read]


def read_drugs(
    text: pd.DataFrame, mapping: Mapping, rows: NDArray[np.int64], notes: list[Note]
) -> pd.Series:
    """Drug classes of each row, "|cocaine|fentanyl|", "" when none; index of `text`.

    What no class was made of is noted with its rows: text that names no known drug, marks that are
    neither yes nor no, answers still to come, and how codes were read.
    """
    columns = [*mapping.columns("drug"), *mapping.columns("drug_flag")]
    denied = [column for column in columns if denies(column)]
    if denied:
        notes.append(
            Note(f"{named(denied)} says what was denied or not found: not read.", "warning")
        )
    lists: _Reads = {}
    free: _Reads = {}
    for column in mapping.columns("drug"):
        if column not in denied:
            listed = not is_free(column, text[column])
            (lists if listed else free)[column] = drugs.read_listed(text[column], listed=listed)
    flags = {
        column: drugs.read_flags(text[column], flag_classes(column))
        for column in mapping.columns("drug_flag")
        if column not in denied
    }
    told = [column for column in lists | free if _TOLD & set(split_words(column))]
    if told:
        words = (
            f"Drugs were read from {named(told)}, which is free text: please check some. Naloxone "
            "and whether it was fatal are not read from it."
        )
        notes.append(Note(words, "warning"))
    found = [read.classes for read in (lists | free | flags).values()]
    classes = drugs.union(found) if found else pd.Series("", index=text.index, dtype="str")
    _tell_texts(lists, free, classes, rows, notes)
    _tell_marks(flags, rows, notes)
    return classes


def denies(column: str) -> bool:
    """Whether a column is named for drugs that were not there.

    Examples
    --------
    >>> denies("Substances Denied"), denies("Drugs Ruled Out"), denies("Substances")
    (True, True, False)
    """
    said = split_words(column)
    return bool(_DENIED & set(said) or _DENIED_WORDS.search(" ".join(said)))


def is_free(column: str, values: pd.Series) -> bool:
    """Whether a column speaks of more than drugs, by its name or by the length of its texts."""
    filled = values[values != ""].iloc[:_SAMPLED]
    long = len(filled) and filled.str.count(r"\S+").mean() > _MANY_WORDS
    return bool(_FREE & set(split_words(column)) or long)


def _any(masks: list[NDArray[np.bool_]]) -> NDArray[np.bool_]:
    both: NDArray[np.bool_] = np.logical_or.reduce(masks)
    return both


def _tell_texts(
    lists: _Reads, free: _Reads, classes: pd.Series, rows: NDArray[np.int64], notes: list[Note]
) -> None:
    odd = {column: read for column, read in lists.items() if read.unread.any()}
    if odd:
        words = (
            f"{{n}} with something in {named(odd)} that is no drug known here (a rare or street "
            "name, a misspelling): what was not understood is in no drug class."
        )
        notes.append(note(words, _any([read.unread for read in odd.values()]), rows))
    odd = {column: read for column, read in free.items() if read.unread.any()}
    if odd:
        silent = _any([read.unread for read in odd.values()]) & (classes == "").to_numpy()
        if silent.any():
            words = f"{{n}} with text in {named(odd)} and no drug found in it or beside it."
            notes.append(note(words, silent, rows))


def _tell_marks(flags: _Reads, rows: NDArray[np.int64], notes: list[Note]) -> None:
    assumed: dict[str, list[str]] = {}
    for column, read in flags.items():
        if read.assumed:
            assumed.setdefault(read.assumed, []).append(column)
    for how, columns in assumed.items():
        words = f"In {named(columns)} {how}, as no other no stands there: check the codebook."
        notes.append(Note(words, "warning"))
    odd = {column: read for column, read in flags.items() if read.unread.any()}
    if odd:
        words = f"{{n}} with a mark in {named(odd)} that is neither yes nor no: not taken as a yes."
        notes.append(note(words, _any([read.unread for read in odd.values()]), rows))
    pending = {column: read for column, read in flags.items() if read.pending.any()}
    if pending:
        words = (
            f"{{n}} with {named(pending)} unknown, pending or not tested: not taken as a yes, "
            "which does not say that the drug was absent."
        )
        notes.append(note(words, _any([read.pending for read in pending.values()]), rows))
