"""Parts of buildings in an address: found, and taken off the street."""

import re
from typing import Final

from geo.geocoding.street_words import (
    BARE_UNITS,
    DIRECTIONS,
    NUMBERS,
    PLAIN_TYPES,
    TYPES,
    UNITS,
)

_ID = re.compile(r"^(?:#?[A-Z]?-?\d+[A-Z]?(?:-?[A-Z0-9]+)?|#?[A-Z]|#\S+|[A-Z]{2})$")
_GLUED = re.compile(r"^(?:APT|UNIT|STE|RM|ROOM|BLDG|FL|LOT|NO)(#?\d+[A-Z]?)$")
_MIXED = re.compile(r"^(?:\d+-?[A-Z]|[A-Z]-?\d+)$")
_PLAIN_NUMBER = re.compile(r"^(?:\d+[A-Z]?|[A-Z]\d*)$")
ORDINAL: Final = re.compile(r"^\d+(?:ST|ND|RD|TH)$")
_FLOORS: Final = frozenset({"FL", "FLOOR", "FLR"})
_ALONE: Final = frozenset({
    "APT", "APARTMENT", "UNIT", "SUITE", "ROOM", "BLDG", "BUILDING", "FLOOR", "TRAILER", "RM",
})  # fmt: skip
_ROUTE_WORDS: Final = frozenset({"HWY", "HIGHWAY", "RTE", "ROUTE", "RT", "US", "SR", "CR", "I"})
_NUMBERED_KINDS: Final = frozenset({
    "COUNTY", "CO", "CNTY", "STATE", "ST", "TOWNSHIP", "TWP", "MARKET", "FOREST", "SERVICE",
    "SECONDARY", "FM", "RANCH",
})  # fmt: skip


def is_unit(part: str) -> bool:
    """Whether all that stands between two commas is part of a building.

    Examples
    --------
    >>> [is_unit(part) for part in ("APT 4", "2ND FLOOR", "#5", "REAR", "HERTFORD", "LOT RD")]
    [True, True, True, True, False, False]
    """
    tokens = part.split()
    if not tokens or part.startswith("#"):
        return len(tokens) <= 3
    first = tokens[0]
    if first in UNITS:
        return len(tokens) <= 4 and (len(tokens) == 1 or any(map(_is_id, tokens[1:])))
    if len(tokens) == 1:
        return first in BARE_UNITS or bool(_GLUED.match(first) or _MIXED.match(first))
    if len(tokens) > 2 or tokens[1] not in UNITS | BARE_UNITS:
        return False
    return bool(ORDINAL.match(first)) or first in BARE_UNITS or first in NUMBERS


def unit_of(tokens: list[str]) -> str:
    """Take the number or letter from the words of a unit.

    Examples
    --------
    >>> unit_of(["APT", "#4B"]), unit_of(["2ND", "FLOOR"]), unit_of(["REAR"])
    ('4B', '2ND', 'REAR')
    """
    for token in tokens:
        glued = _GLUED.match(token)
        plain = (glued[1] if glued else token).strip("#")
        if plain and plain not in UNITS:
            return plain
    return ""


def take_front(tokens: list[str]) -> tuple[list[str], str]:
    """Take a unit that stands before the number: "APT 4 123 MAIN ST", "#5 123 MAIN ST"."""
    if len(tokens) > 4 and tokens[0] in UNITS and _is_id(tokens[1]) and tokens[2].isdigit():
        return tokens[2:], unit_of(tokens[1:2])
    short = len(tokens) > 3 and tokens[1].isdigit()
    if short and (tokens[0] in BARE_UNITS or (tokens[0][0] == "#" and len(tokens[0]) > 1)):
        return tokens[1:], unit_of(tokens[:1])
    return tokens, ""


def take_off(tokens: list[str]) -> tuple[list[str], str]:
    """Take units off the end, with all that follows the first.

    Examples
    --------
    >>> take_off("123 MAIN ST APT 4 REAR".split()), take_off("123 PIER ST".split())
    ((['123', 'MAIN', 'ST'], '4'), (['123', 'PIER', 'ST'], ''))
    """
    least = 2 if tokens and tokens[0][:1].isdigit() else 1
    for place in range(least, len(tokens)):
        cut = _cut(tokens, place, least)
        if cut:
            return tokens[:cut], unit_of(tokens[cut:])
    if len(tokens) > least and tokens[0][:1].isdigit() and _is_bare_number(tokens, least):
        return tokens[:-1], tokens[-1]
    return tokens, ""


def _cut(tokens: list[str], place: int, least: int) -> int:
    """Where to cut when a unit begins at a place, 0 when none does."""
    word, before = tokens[place], tokens[place - 1]
    after = tokens[place + 1] if place + 1 < len(tokens) else ""
    if word[0] == "#" or _GLUED.match(word):
        return place
    if word in _FLOORS and ORDINAL.match(before) and place - 1 >= least:
        return place - 1
    if word in UNITS:
        if after and (_is_id(after) or after == "NO"):
            return place
        return place if not after and word in _ALONE else 0
    if word in BARE_UNITS:
        ends = not after or after in UNITS | BARE_UNITS
        return place if ends and place > least and before != "THE" else 0
    return 0


def _is_bare_number(tokens: list[str], least: int) -> bool:
    """Whether the last word is a unit without a word for it: "MAIN ST 4B"."""
    last, before = tokens[-1], tokens[-2]
    if before in _ROUTE_WORDS or ORDINAL.match(last):
        return False
    further = tokens[-3] if len(tokens) > 2 else ""
    road = before in {"RD", "ROAD"}
    if _MIXED.match(last):
        return before not in DIRECTIONS and not (road and further in _NUMBERED_KINDS)
    if len(tokens) <= least + 1 or TYPES.get(before) not in PLAIN_TYPES:
        return False
    if road or before in {"AVE", "AVENUE"}:
        return last.isdigit() and further not in _NUMBERED_KINDS and not further.isdigit()
    return bool(_PLAIN_NUMBER.match(last)) and last not in DIRECTIONS and last not in TYPES


def _is_id(token: str) -> bool:
    return bool(_ID.match(token)) and (token not in TYPES or not token.isalpha())
