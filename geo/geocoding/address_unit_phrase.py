"""Words that stand for a part of a building: how many of them belong together."""

import re
from typing import Final

from geo.geocoding.street_words import (
    BARE_UNITS,
    DIRECTIONS,
    LOOSE_UNITS,
    NUMBERS,
    ORDINALS,
    SIDES,
    SURE_SIDES,
    SURE_UNITS,
    TYPES,
    UNITS,
)

_ID = re.compile(r"^(?:#?[A-Z]?-?\d+[A-Z]?(?:-?[A-Z0-9]+)?|#?[A-Z]|#\S+|[A-Z]{2})$")
GLUED: Final = re.compile(r"^(?:APTS?|UNIT|STE|RM|ROOM|BLDG|FL|LOT|TRLR|SPC|NO)-?(#?\d+-?[A-Z]?)$")
MIXED: Final = re.compile(r"^(?:\d+-?[A-Z]|[A-Z]-?\d+)$")
ORDINAL: Final = re.compile(r"^\d+(?:ST|ND|RD|TH)$")
FLOORS: Final = frozenset({"FL", "FLOOR", "FLR"})
_NUMBER_WORDS: Final = frozenset({"NO", "NUM", "NUMBER", "NBR"})
FLOOR_NAMES: Final = frozenset({
    "MAIN", "GROUND", "TOP", "UPPER", "LOWER", "MIDDLE", "BOTTOM", "GARDEN", *NUMBERS, *ORDINALS,
})  # fmt: skip
_OF_A_SIDE: Final = frozenset({
    "APT", "APARTMENT", "UNIT", "HOUSE", "LEVEL", "BLDG", "BUILDING", "DUPLEX", "ROOM",
    "TRAILER", "GARAGE",
})  # fmt: skip
_LETTERED: Final = frozenset({
    "APT", "APARTMENT", "APMT", "APRT", "UNIT", "STE", "SUITE", "RM", "ROOM", "BLDG", "BUILDING",
})  # fmt: skip
_ROADS: Final = frozenset("IMKH")  # "I-95", "M-20"
_COMPASS: Final = frozenset({"N", "S", "E", "W", "NORTH", "SOUTH", "EAST", "WEST"})


def is_id(token: str) -> bool:
    """Whether a word may be the number or the letter of a unit.

    Examples
    --------
    >>> [is_id(word) for word in ("4B", "#4", "N", "ST", "REAR")]
    [True, True, True, False, False]
    """
    return bool(_ID.match(token)) and (token not in TYPES or not token.isalpha())


def sure_words(tokens: list[str], at: int) -> int:
    """Count the words from a place on that are one unit whatever stands behind; 0 for none.

    Examples
    --------
    >>> [sure_words(text.split(), 0) for text in ("APT 4 REAR", "UNIT NO 4", "2ND FLOOR", "APT4B")]
    [2, 3, 2, 1]
    >>> [sure_words(text.split(), 0) for text in ("APT LEFT", "APT 1ST FLOOR", "TOWER 2")]
    [0, 3, 0]
    """
    word, after, third = (*tokens[at : at + 3], "", "", "")[:3]
    if word in UNITS:
        return _named_unit(word, after, third)
    if ORDINAL.match(word) and after in FLOORS:
        return 2
    if word[:1] == "#":
        return int(len(word) > 1)
    if word in SURE_UNITS:
        return 2 if after in _OF_A_SIDE and not is_id(third) else 1
    return int(bool(GLUED.match(word)))


def _named_unit(word: str, after: str, third: str) -> int:
    if after in UNITS:
        return int(is_id(third))  # "TRAILER LOT 5"
    if (after in _NUMBER_WORDS and is_id(third)) or (ORDINAL.match(after) and third in FLOORS):
        return 3
    if after in DIRECTIONS:  # "APT N", but not "STOP N GO DR"
        return 2 if len(after) == 1 and word in _LETTERED else 0
    return 2 if after in SURE_SIDES or (after and is_id(after)) else 0


def loose_words(tokens: list[str], at: int) -> int:
    """Count the words from a place on that may be one unit, where a whole street is behind them.

    Examples
    --------
    >>> [loose_words(text.split(), 0) for text in ("TOWER 2", "MAIN FLOOR", "WEST WING", "C-4")]
    [2, 2, 2, 1]
    >>> [loose_words(text.split(), 0) for text in ("NO 4", "UPPER UNIT", "TOWER HILL", "UPPER")]
    [2, 2, 0, 0]
    """
    word, after = (*tokens[at : at + 2], "", "")[:2]
    numbered = any(map(str.isdigit, after)) and is_id(after)
    lettered = len(after) == 1 and after.isalpha() and after not in DIRECTIONS
    if (
        (word in LOOSE_UNITS and (numbered or lettered))
        or (word in _NUMBER_WORDS and numbered)
        or (word in FLOOR_NAMES and after in FLOORS)
        or (word in SIDES and after in _OF_A_SIDE)
        or (word in UNITS and after in SIDES and not at)  # "376 LOT LEFT FORK RD"
        or (word in _COMPASS and after == "WING")
        or (word == "IN" and after == "REAR")
    ):
        return 2
    if at > 1 and tokens[at - 2] in UNITS and tokens[at - 1].isdigit() and len(word) == 1:
        return int(word.isalpha() and word not in DIRECTIONS)  # "APT 4 B"
    return int(bool(MIXED.match(word)) and word[0] not in _ROADS)


def alone_words(tokens: list[str], at: int) -> int:
    """Count the words from a place on that are one unit where nothing but units stands beside.

    Examples
    --------
    >>> [alone_words(text.split(), 0) for text in ("UPPER", "STUDIO B", "STUDIO", "HERTFORD")]
    [1, 2, 1, 0]
    """
    word = tokens[at]
    if word in UNITS and tokens[at + 1 : at + 2] and tokens[at + 1] in SIDES:
        return 2
    if at and word in DIRECTIONS and tokens[at - 1] in FLOORS:
        return 1  # "2ND FL W"
    alone = word in BARE_UNITS | SIDES or word in {"STUDIO", *UNITS}
    return max(sure_words(tokens, at), loose_words(tokens, at)) or int(alone)
