"""Fatal or not: from yes and no, from words, from what became of the patient."""

import re
from typing import Final

import pandas as pd

from geo.ingest.columns import Mapping

YES: Final = frozenset({"y", "yes", "1", "1.0", "true", "t"})
NO: Final = frozenset({"n", "no", "0", "0.0", "false", "f"})

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
_ONLY_NOT_FATAL = re.compile(r"non[- ]?fatal|not fatal|surviv|alive|revived|not (?:dead|deceased)")


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
    plain = YES | NO | {"u", "unk", "unknown"}
    told = [
        share
        for value, share in shares.items()
        if str(value).strip().lower() in plain or outcome_of(str(value)) != "unknown"
    ]
    return float(sum(told))


def read_outcome(text: pd.DataFrame, mapping: Mapping) -> pd.Series:
    """Outcome of each row; of a file of deaths, "fatal" throughout; index of `text`."""
    column = mapping.column("outcome")
    if column is None:
        outcome = "fatal" if mapping.all_fatal else "unknown"
        return pd.Series(outcome, index=text.index, dtype="str")
    name = column.lower()
    yes_is_fatal = not ("surviv" in name or re.search(r"(?<!or )non[- _]?fatal", name))
    known = {}
    for value in text[column].unique():
        plain = str(value).strip().lower()
        if plain in YES or plain in NO:
            known[value] = "fatal" if (plain in YES) == yes_is_fatal else "nonfatal"
        else:
            known[value] = outcome_of(plain)
    return text[column].map(known).astype("str")
