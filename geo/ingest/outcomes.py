"""Fatal or not: from yes and no, from words, from what became of the patient."""

import re

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.ingest import marks, nemsis
from geo.ingest.columns import Mapping
from geo.ingest.notes import note
from geo.schema import Note

_ASKED = re.compile(
    r"surviv|fatal|death|dead|died|decease|lethal|alive|\blived\b|expired|mortality", re.IGNORECASE
)
"""Names of columns whose yes and no mean something: "Survived", not "Outcome"."""

_NUMBER = re.compile(r"-?\d+(?:\.0+)?")
_FATAL = re.compile(
    r"(?<!non)(?<!non[- ])(?<!not )fatal|\bdied\b|\bdead\b|deceased|\bdeath\b|\bexpired\b|"
    r"\bdoa\b|\bdos\b|pronounced|obvious(?:ly)? d|\bmorgue\b|medical examiner|\bcoroner\b|"
    r"\bfuneral\b|time of death|\bunsuccessful\b",
    re.IGNORECASE,
)
_NOT_FATAL = re.compile(
    r"non[- ]?fatal|not fatal|surviv|alive|\brevived\b|not (?:dead|deceased)|no death|"
    r"(?:released|discharged|transport\w*|admitted|refus\w*|left against|hospital|home|treated|"
    r"responsive|conscious|\bjail\b|\barrested\b|^arrest$|stable|improved|recovered)",
    re.IGNORECASE,
)
_ONLY_NOT_FATAL = re.compile(
    r"non[- ]?fatal|not fatal|surviv|alive|revived|not (?:dead|deceased)|^lived$"
)


def outcome_of(text: str) -> str:
    """Outcome in words: "fatal", "nonfatal" or "unknown".

    Examples
    --------
    >>> outcome_of("Patient Dead at Scene - no transport"), outcome_of("DOA"), outcome_of("?")
    ('fatal', 'fatal', 'unknown')
    >>> outcome_of("Patient Treated, Transported by EMS"), outcome_of("Non-Fatal")
    ('nonfatal', 'nonfatal')
    """
    low = text.strip().lower()
    if _ONLY_NOT_FATAL.search(low):
        return "nonfatal"
    if _FATAL.search(low):
        return "fatal"
    return "nonfatal" if _NOT_FATAL.search(low) else "unknown"


def share_told(filled: pd.Series) -> float:
    """Share of the cells that tell an outcome, 0..1."""
    shares = filled.value_counts(normalize=True)
    plain = marks.YES | marks.NO | {"0", "1", "0.0", "1.0", "u", "unk", "unknown", "nf"}
    told = [
        share
        for value, share in shares.items()
        if str(value).strip().lower() in plain or outcome_of(str(value)) != "unknown"
    ]
    return float(sum(told))


def share_said(filled: pd.Series, *, marked: bool) -> float:
    """Share of the cells that say an outcome or that it is unknown, 0..1; numbers say neither.

    `marked` says that yes and no are answers too. 0 where all is unknown.

    Examples
    --------
    >>> share_said(pd.Series(["Alive", "Deceased"]), marked=False)
    1.0
    >>> share_said(pd.Series(["Open", "Closed"]), marked=False)
    0.0
    """
    shares = filled.str.strip().str.lower().value_counts(normalize=True)
    words = marks.YES | marks.NO if marked else frozenset()
    told = [share for v, share in shares.items() if v in words or outcome_of(str(v)) != "unknown"]
    unknown = shares[shares.index.isin(["u", "unk", "unknown"])].sum()
    return float(sum(told) + unknown) if told else 0.0


def read_outcome(
    text: pd.DataFrame, mapping: Mapping, rows: NDArray[np.int64], notes: list[Note]
) -> pd.Series:
    """Outcome of each row; of a file of deaths, "fatal" throughout; index of `text`.

    Yes and no, and numbers for them, are read where the name of the column asks for it
    ("Survived", "Fatal"). Numbers in other columns ("Outcome") mean what only a codebook says:
    unknown, and noted.
    """
    column = mapping.column("outcome")
    if column is None:
        outcome = "fatal" if mapping.all_fatal else "unknown"
        return pd.Series(outcome, index=text.index, dtype="str")
    name = column.lower()
    letters = _letters(name, text[column])
    survival = "surviv" in name or re.search(r"(?<!or )non[- _]?fatal|alive|lived", name)
    yes_is_fatal = name.count("fatal") > 1 or not survival
    asked = bool(_ASKED.search(name))
    found = marks.read_marks(text[column])
    known, odd = {}, {}
    for value in text[column].unique():
        plain = marks.plain(value)
        if plain in letters:
            known[value], odd[value] = letters[plain], False
            continue
        is_number = bool(_NUMBER.fullmatch(plain))
        meaning = found.meaning[plain] if asked or not is_number else "odd"
        odd[value] = meaning == "odd" or (is_number and meaning == "unknown")
        if plain in marks.YES | marks.NO or (is_number and meaning in {"yes", "no"}):
            known[value] = "fatal" if (meaning == "yes") == yes_is_fatal else "nonfatal"
        else:
            known[value] = outcome_of(plain)
    if found.assumed and asked:
        words = f'In "{column}" {found.assumed}, as no other no stands there: check the codebook.'
        notes.append(Note(words, "warning"))
    unknown = text[column].map(odd).to_numpy(dtype=bool)
    if unknown.any():
        words = (
            f'{{n}} with a number in "{column}" that says neither fatal nor nonfatal: unknown. '
            "Write the words instead."
        )
        notes.append(note(words, unknown, rows))
    return text[column].map(known).astype("str")


def _letters(name: str, cells: pd.Series) -> dict[str, str]:
    """Outcomes of letters that stand for the answers themselves: F and NF, 20 for expired."""
    if nemsis.is_outcome(name):
        return {nemsis.EXPIRED: "fatal", f"{nemsis.EXPIRED}.0": "fatal"}
    said = {marks.plain(value) for value in cells.unique()}
    both = name.count("fatal") > 1 and not said & marks.YES  # "Fatal/Nonfatal", but no "T" and "F"
    return {"f": "fatal", "nf": "nonfatal", "n": "nonfatal"} if both or "nf" in said else {}
