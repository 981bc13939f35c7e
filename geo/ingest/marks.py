"""Yes, no and unknown in the marks of a column, told by all of its values together."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

YES: Final = frozenset({"y", "yes", "true", "t"})
NO: Final = frozenset({"n", "no", "false", "f"})
"""The plain words and letters; numbers mean what the column as a whole says."""

BLANK: Final = frozenset({"", "null", "nan", "-", "--", "."})

MARKED: Final = frozenset({"x", "checked", "selected", "+", "\u2713", "\u2714"})
"""Marks of a box on a form, which is empty otherwise."""

_YES: Final = YES | MARKED | {
    "pos", "positive", "present", "detected", "confirmed", "suspected", "presumptive", "presumed",
    "trace",
}  # fmt: skip
_NO: Final = NO | {
    "neg", "negative", "none", "nd", "n/d", "not detected", "none detected", "nondetect",
    "non-detect", "not found", "absent", "unchecked", "not selected", "denied", "ruled out",
    "not present",
}  # fmt: skip
_UNKNOWN: Final = frozenset({
    "u", "unk", "unknown", "pending", "?", "na", "n/a", "nt", "n/t", "qns", "tbd", "missing",
    "refused", "declined", "inconclusive", "indeterminate", "equivocal", "maybe", "possible",
    "undetermined", "unsure", "awaiting", "unavailable", "insufficient", "#n/a",
})  # fmt: skip
_SAYS_UNKNOWN = re.compile(
    r"^(?:unk(?:nown)?|pending|awaiting|inconclusive|indeterminate|insufficient|quantity not|"
    r"(?:not|never|un)[\s-]*(?:yet\s+)?(?:tested|done|performed|reported|recorded|known|sure|"
    r"applicable|available|documented|asked|ordered|screened|analy[sz]ed|sufficient|determined)|"
    r"no (?:result|specimen|sample|test|data|information|info|answer)s?|to be|see (?!.*\bpos))\b"
)
_SAYS_YES = re.compile(r"^(?:y|yes|pos|positive|detected|present|true)\b|\b(?:trace|positive)\b")
_SAYS_NO = re.compile(
    r"^(?:n|no|not|neg|negative|none|nd)\b|^[\w-]+\s+(?:neg(?:ative)?|not detected|denied|absent)$"
)
_MEASURED = re.compile(r"^(?P<number>\d+(?:\.\d+)?)\s*(?:ng|ug|mcg|mg|\u00b5g|\u03bcg)\b")
_CODE_AND_WORD = re.compile(r"^-?\d+\s*[-=:.)]*\s*(?=[a-z])")
_WHOLE = re.compile(r"^(-?\d{1,4})(?:\.0+)?$")
_ALWAYS_MISSING: Final = frozenset({77, 88, 97, 98, 99, 777, 888, 997, 998, 999, 7777, 8888, 9999})
_LAST_DIGITS: Final = frozenset({7, 8, 9})
"""Codes of surveys for "refused", "not applicable" and "unknown", where no 4, 5 or 6 is counted."""


@dataclass(frozen=True)
class Marks:
    """What each different value of a column means, in lower case without blanks around it.

    `meaning` is "yes", "no", "unknown" (a word or code that says so), "odd" (a number that is
    neither yes nor no here), "blank", or "" for other text. `assumed` says in words what the column
    alone does not prove, "" when nothing was assumed.
    """

    meaning: Mapping[str, str]
    assumed: str = ""

    def of(self, column: pd.Series) -> pd.Series:
        """Meaning of each cell; same index as given."""
        known = {v: self.meaning.get(plain(v), "") for v in column.unique()}
        return column.map(known).astype("str")


def plain(value: object) -> str:
    """Lower case without blanks around it: the form `Marks.meaning` is looked up by."""
    return str(value).strip().lower()


def read_marks(column: pd.Series, *, tally: bool = False) -> Marks:
    """Read what the marks of a yes/no column mean.

    0 and 1 are no and yes. 1 and 2 without any no are yes and no, as surveys code them. 9, 99 and
    other codes for missing answers are unknown, and so is any other number.

    Parameters
    ----------
    column : Series of str
    tally : bool
        Numbers may say how often (doses of naloxone) instead of yes and no: then 2 alone is not
        taken for a no.

    Examples
    --------
    >>> dict(read_marks(pd.Series(["0", "1", "9", "QNS", "Y (trace)"])).meaning)
    {'0': 'no', '1': 'yes', '9': 'unknown', 'qns': 'unknown', 'y (trace)': 'yes'}
    >>> found = read_marks(pd.Series(["1", "2", "9"]))
    >>> dict(found.meaning), found.assumed
    ({'1': 'yes', '2': 'no', '9': 'unknown'}, '1 was read as yes and 2 as no')
    """
    values = {plain(value) for value in column.unique()}
    said = {value: _of_word(value) for value in values}
    numbers = {value: int(found[1]) for value in values if (found := _WHOLE.match(value))}
    has_no = "no" in said.values()
    codes, assumed = _of_numbers(frozenset(numbers.values()), tally=tally, has_no=has_no)
    said |= {value: codes[number] for value, number in numbers.items()}
    said |= _of_letters(values, said)
    return Marks({value: said[value] for value in sorted(said)}, assumed)


def share_of_marks(column: pd.Series) -> tuple[float, float]:
    """Shares of the filled cells that are marks, and that are numbers which are none, 0..1 each."""
    meaning = read_marks(column).of(column)
    filled = meaning[meaning != "blank"]
    if not len(filled) or not filled.isin(["yes", "no"]).any():
        return 0.0, 0.0
    return float(filled.isin(["yes", "no", "unknown"]).mean()), float((filled == "odd").mean())


def _of_word(value: str) -> str:
    for words, meaning in ((BLANK, "blank"), (_UNKNOWN, "unknown"), (_YES, "yes"), (_NO, "no")):
        if value in words:
            return meaning
    coded = _CODE_AND_WORD.sub("", value)
    if coded != value and (coded in _YES | _NO | _UNKNOWN or _SAYS_UNKNOWN.search(coded)):
        return _of_word(coded)
    measured = _MEASURED.match(value)
    if measured:
        return "yes" if float(measured["number"]) > 0 else "no"
    if _SAYS_UNKNOWN.search(value):
        return "unknown"
    if _SAYS_NO.search(value):
        return "no"
    return "yes" if _SAYS_YES.search(value) else ""


def _of_letters(values: set[str], said: dict[str, str]) -> dict[str, str]:
    """P beside N, and D beside ND, are results of a laboratory: positive, detected."""
    yes = "y" in values or "yes" in values
    pairs = (("p", {"n", "neg", "negative"}), ("d", {"nd", "n/d"}))
    return {one: "yes" for one, others in pairs if one in said and others & values and not yes}


def _of_numbers(found: frozenset[int], *, tally: bool, has_no: bool) -> tuple[dict[int, str], str]:
    missing = {n for n in found if n < 0 or n in _ALWAYS_MISSING}
    if not found & {4, 5, 6}:
        missing |= found & _LAST_DIGITS
    left = found - missing
    codes = dict.fromkeys(missing, "unknown") | dict.fromkeys(left, "odd") | {0: "no", 1: "yes"}
    if tally and (0 in left or has_no or left - {1, 2, 3}):
        return codes | {n: "yes" for n in left if n > 0}, ""
    if not tally and not has_no and {1, 2} <= left <= {1, 2, 3}:
        return codes | {2: "no"}, "1 was read as yes and 2 as no"
    return codes, ""


def missing_codes(values: pd.Series) -> NDArray[np.bool_]:
    """Rows of a column of small numbers that hold a code for "unknown" (9, 99) and no number.

    Examples
    --------
    >>> missing_codes(pd.Series(["1", "2", "9"])).tolist()
    [False, False, True]
    >>> missing_codes(pd.Series(["1", "5", "9"])).tolist()
    [False, False, False]
    """
    meaning = read_marks(values, tally=True).of(values)
    number = values.str.strip().str.match(_WHOLE.pattern)
    missing: NDArray[np.bool_] = ((meaning == "unknown") & number).to_numpy(dtype=bool)
    return missing
