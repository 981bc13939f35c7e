"""Texts that say themselves that their address may not be the scene, or their number no house's."""

import re
from collections.abc import Sequence
from typing import Final

from geo.geocoding.street_words import PLAIN_TYPES, TYPES

NOT_SCENE: Final = "not_scene"
UNSURE_NUMBER: Final = "unsure_number"

_TYPE: Final = "|".join(sorted(word for word, kind in TYPES.items() if kind in PLAIN_TYPES))
_NOT_SCENE = re.compile(
    r"\b(?:(?:FALSE|FAKE|WRONG|BAD|INCORRECT|MAIL|MAILING|BILLING|PREVIOUS|PREV\.?|PRIOR|FORMER|OLD"
    r"|LAST KNOWN|PERMANENT|LEGAL) ADD(?:RESS|R)\b|(?:MAIL|BILL)(?:ED|ING)? TO\b"
    r"|BILLING(?=[ :-]{1,3}\d)|FORMERLY (?:OF|AT)\b"
    r"|(?:LIVES|LIVED|RESIDES|RESIDED|RESIDING) (?:AT|ON)(?= \d))"
    r"(?![\s:;,.(-]*P\.? ?O\b)"  # a box for mail says nothing of the street beside it
)
_HINTS: Final = ("ADD", " TO", "BILLING", "FORMERLY", "LIVE", "RESID")
_SHORTEST: Final = len("1 ELM ST OLD ADDR")
_UNSURE = re.compile(
    r"^\s*(?:P\.? ?O\.? ?BOX|APT\.?|APARTMENT|UNIT) ?#?"
    r"(?=\d{3,5} (?!(?:COUNTY|CO|CNTY|STATE|TOWNSHIP|BLK|BLOCK) )"
    rf"(?:(?:[A-Z][A-Z.']*|\d+(?:ST|ND|RD|TH)) ){{1,4}}?(?:{_TYPE})\b)"
)
_UNSURE_BEGINS: Final = ("P", "A", "U")


def told_otherwise(texts: Sequence[str]) -> dict[int, str]:
    """Say which texts tell a mailing, former or false address, or a number that may be a box's.

    Returns
    -------
    dict of int to str
        `NOT_SCENE` or `UNSURE_NUMBER` by position.

    Examples
    --------
    >>> told_otherwise(["1 Elm St", "Mail to: 1 Elm St", "1 Elm St, mailing address PO Box 2"])
    {1: 'not_scene'}
    >>> told_otherwise(["Apt 210 Elm St", "Apt 2 Elm St", "PO Box 210", "Apt 210, 5 Elm St"])
    {0: 'unsure_number'}
    """
    found: dict[int, str] = {}
    for at, written in enumerate(texts):
        if len(written) < _SHORTEST and written[:1].isdigit():
            continue  # most rows of most files
        text = written.upper()
        if any(hint in text for hint in _HINTS) and _NOT_SCENE.search(text):
            found[at] = NOT_SCENE
        elif text.lstrip()[:1] in _UNSURE_BEGINS and _UNSURE.match(text):
            found[at] = UNSURE_NUMBER
    return found


def without_box_or_unit(line: str) -> str:
    """Leave away the word for a box or unit before a number that may be a house's as well.

    Examples
    --------
    >>> without_box_or_unit("PO BOX 210 DOBBS ST"), without_box_or_unit("APT 4 SEE VIEW LN")
    ('210 DOBBS ST', 'APT 4 SEE VIEW LN')
    """
    return _UNSURE.sub("", line)
