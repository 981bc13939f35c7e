"""Texts that name two addresses: a home and a scene, a wrong one and a right one."""

import re
from typing import Final

from geo.geocoding.street_words import PLAIN_TYPES, TYPES

_TYPES: Final = "|".join(
    sorted((word for word, kind in TYPES.items() if kind in PLAIN_TYPES), key=len, reverse=True)
)
_MANY = re.compile(r"\d\D+\d")  # most texts have one number
_HOUSE = re.compile(
    rf"(?<![\d#/-])(\d{{1,6}})\s+((?:(?:[A-Z][A-Z.']*|\d+(?:ST|ND|RD|TH))\s+){{1,4}}?)(?:{_TYPES})\b"
)
_NO_NAMES: Final = re.compile(
    r"\b(?:BLK|BLOCK|BETWEEN|FLOOR|FL|FT|FEET|MI|MILES?|HWY|ROUTE|RD|CO)\b"
)


def names_two_houses(text: str) -> bool:
    """Whether a text names two houses, each with its number and street.

    Examples
    --------
    >>> names_two_houses("Home 210 Dobbs St; scene 110 N Church St")
    True
    >>> names_two_houses("210 Dobbs St Apt 4"), names_two_houses("100 5th St & 7th Ave")
    (False, False)
    """
    if not _MANY.search(text):
        return False
    found = {
        (number, " ".join(name.split()))
        for number, name in _HOUSE.findall(text.upper())
        if not _NO_NAMES.search(name)
    }
    return len(found) > 1
