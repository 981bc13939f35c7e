"""Marks beside a number that lead to a note below the table: "10*", "12 (prov.)", "7 [b]"."""

import re
from typing import Final

import pandas as pd

_SIGNS: Final = "*†‡§¶^#¹²³⁰⁴⁵⁶⁷⁸⁹ᵃᵇᶜᵈᵉ"
_WORDS: Final = (
    r"prov(?:isional)?|prelim(?:inary)?|est(?:imated?)?|rev(?:ised)?|final|confirmed|incomplete|"
    r"partial|pending|unstable|unreliable|[a-z]"
)
_MARKED = re.compile(
    rf"^(?P<before>[{_SIGNS}]*)\s*(?P<number>\d[\d.,\s]*?)\s*"
    rf"(?P<after>[{_SIGNS}]*|\((?:{_WORDS})\.?\)|\[(?:[a-z]|\d{{1,2}})\]|(?<=\s)[pre])$",
    re.IGNORECASE,
)


def without_marks(text: pd.Series) -> pd.Series:
    """Numbers without the marks beside them; a mark alone and all other cells as they are.

    Of numbers in brackets only square ones are marks: "12 (3)" may be two numbers.

    Examples
    --------
    >>> without_marks(pd.Series(["1,023*", "† 7", "12 (prov.)", "7 [2]", "*", "<10*"])).tolist()
    ['1,023', '7', '12', '7', '*', '<10*']
    """
    known = {value: _number_of(str(value)) for value in text.unique()}
    return text.map(known).astype("str")


def _number_of(cell: str) -> str:
    found = _MARKED.match(cell.strip())
    return found["number"] if found and (found["before"] or found["after"]) else cell
