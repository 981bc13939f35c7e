"""Parts of buildings in an address: found, and taken off the street."""

import re
from typing import Final

from geo.geocoding.address_unit_phrase import (
    FLOOR_NAMES,
    FLOORS,
    GLUED,
    MIXED,
    ORDINAL,
    alone_words,
    is_id,
    loose_words,
    sure_words,
)
from geo.geocoding.street_words import (
    BARE_UNITS,
    DIRECTIONS,
    LOOSE_UNITS,
    PLAIN_TYPES,
    SURE_UNITS,
    TYPES,
    UNITS,
)

_NUMBERED = re.compile(r"^(?:(?:APTS?|UNIT|STE|RM|LOT)-?)?\d+-?[A-Z]?$")
_UNIT_WORDS: Final = UNITS | LOOSE_UNITS | {"NO", "NUMBER", "NBR"}
_PLAIN_NUMBER = re.compile(r"^(?:\d+[A-Z]?|[A-Z]\d*)$")
_HOUSE = re.compile(r"^\d{1,6}-?[A-Z]?$")
_ALONE: Final = frozenset({
    "APT", "APARTMENT", "UNIT", "SUITE", "ROOM", "BLDG", "BUILDING", "FLOOR", "TRAILER", "RM",
})  # fmt: skip
_NO_NAMES: Final = frozenset({"AND", "AT", "NEAR", "OF", "ON", "IN", "TO", "X"})
_ROUTE_WORDS: Final = frozenset({"HWY", "HIGHWAY", "RTE", "ROUTE", "RT", "US", "SR", "CR", "I"})
_FOREST_ROAD = re.compile(
    r"\b(?:(?:U ?S |NATIONAL )?FOREST SERVICE|U ?S ?FS|FS|NF|NATIONAL FOREST(?: SYSTEM)?) "
    r"(?:RD|ROAD) #?(?=\d)"
)
_NUMBERED_KINDS: Final = frozenset({
    "COUNTY", "CO", "CNTY", "STATE", "ST", "TOWNSHIP", "TWP", "MARKET", "FOREST", "SERVICE",
    "SECONDARY", "FM", "RANCH", "NFS", "USFS",
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
    street = TYPES.get(tokens[-1]) in PLAIN_TYPES
    if tokens[0] in UNITS and len(tokens) <= 4 and any(map(is_id, tokens[1:])) and not street:
        return True
    at = 0
    while at < len(tokens) and (many := alone_words(tokens, at)):
        at += many
    return at == len(tokens)


def is_number_and_unit(part: str) -> bool:
    """Whether a house number and a unit stand alone, before the street.

    Examples
    --------
    >>> [is_number_and_unit(part) for part in ("376 APT 4B", "3000 I-35", "12 REAR", "12 FRONT")]
    [True, False, True, False]
    """
    number, _, unit = part.partition(" ")
    alone = unit in SURE_UNITS or unit.startswith("#") or _NUMBERED.match(unit)
    return number.isdigit() and (bool(alone) or " " in unit) and is_unit(unit)


def unit_of(tokens: list[str]) -> str:
    """Take the number or letter from the words of a unit.

    Examples
    --------
    >>> unit_of(["APT", "#4B"]), unit_of(["2ND", "FLOOR"]), unit_of(["REAR"])
    ('4B', '2ND', 'REAR')
    """
    for token in tokens:
        glued = GLUED.match(token)
        plain = (glued[1] if glued else token).strip("#")
        if plain and plain not in _UNIT_WORDS:
            return plain
    return next((token for token in tokens if token in BARE_UNITS), "")


def take_front(tokens: list[str]) -> tuple[list[str], str]:
    """Take a unit before the house number, or between it and the street.

    Examples
    --------
    >>> take_front("APT 4 123 MAIN ST".split()), take_front("#5 123 MAIN".split())
    ((['123', 'MAIN', 'ST'], '4'), (['123', 'MAIN'], '5'))
    >>> take_front("376 APT 4B SEE VIEW LN".split()), take_front("376 LOT RD".split())
    ((['376', 'SEE', 'VIEW', 'LN'], '4B'), (['376', 'LOT', 'RD'], ''))
    >>> take_front("LOT 5 DOGWOOD LN".split()), take_front("LOT 5 RD".split())
    ((['DOGWOOD', 'LN'], '5'), (['LOT', '5', 'RD'], ''))
    """
    found = ""
    for at in (0, 1):
        if at and not (tokens and _HOUSE.match(tokens[0])):
            break
        many = _units_at(tokens, at)
        if many:
            found = found or unit_of(tokens[at : at + many])
            tokens = tokens[:at] + tokens[at + many :]
    return tokens, found


def _units_at(tokens: list[str], at: int) -> int:
    """How many words at a place (0, or 1 behind a number) are units with a street behind them."""
    ends: list[tuple[int, bool]] = []
    end, sure = at, True
    while end < len(tokens):
        certain, loose = sure_words(tokens, end), loose_words(tokens, end)
        bare = int(not at and tokens[end] in BARE_UNITS)
        counts = sorted({certain, loose, bare} - {0})  # "OFC 12 ELM ST" is no "OFC 12"
        if not counts:
            break
        ends += [(end + many, sure and many == certain) for many in counts]
        end, sure = ends[-1]
    fits = _fits_between if at else _fits_front
    return next((end - at for end, sure in reversed(ends) if fits(tokens, end, sure=sure)), 0)


def _fits_front(tokens: list[str], end: int, *, sure: bool) -> bool:
    """Whether a number and a street follow units, or a street with its type."""
    rest = tokens[end:]
    if len(rest) > 2 and rest[0] in DIRECTIONS and tokens[end - 1] in FLOORS:
        rest = rest[_HOUSE.match(rest[1]) is not None :]  # "2ND FL W 376 SEE VIEW LN"
    if len(rest) > 1 and _HOUSE.match(rest[0]):
        return not _is_type_alone(rest[1:])
    return sure and tokens[0] in UNITS and _is_typed(rest)


def _fits_between(tokens: list[str], end: int, *, sure: bool) -> bool:
    """Whether a street follows units behind a number; one with its type where they may be none."""
    rest = tokens[end:]
    return bool(rest) and not _is_type_alone(rest) and (sure or _is_typed(rest))


def _is_type_alone(tokens: list[str]) -> bool:
    """Whether no more than a type is left: "REAR ST", but not "CRESCENT DR" or "SOUTH ST"."""
    names = [word for word in tokens if word not in DIRECTIONS or len(word) > 3]
    return not names or (len(names) == 1 and names[0] in TYPES)


def _is_typed(tokens: list[str]) -> bool:
    """Whether words begin with a name and have a type: "SEE VIEW LN"."""
    named = bool(tokens) and tokens[0][0].isalnum() and tokens[0] not in _NO_NAMES
    typed = any(TYPES.get(word) in PLAIN_TYPES for word in tokens[1:])
    return named and (typed or tokens[-1] in TYPES) and not _is_type_alone(tokens)


def is_forest_road(tokens: list[str]) -> bool:
    """Whether words are those before a forest road's number: "NFS RD", as TIGER/Line names it.

    Examples
    --------
    >>> is_forest_road(["NFS", "RD"]), is_forest_road(["MILL", "RD"])
    (True, False)
    """
    return len(tokens) == 2 and tokens[0] in {"NFS", "USFS"} and tokens[1] in {"RD", "ROAD"}


def as_forest_road(line: str) -> str:
    """Write a forest road as TIGER/Line does.

    Examples
    --------
    >>> as_forest_road("FOREST SERVICE RD 211"), as_forest_road("FOREST RD")
    ('NFS RD 211', 'FOREST RD')
    """
    return _FOREST_ROAD.sub("NFS RD ", line)


def begins_unit(tokens: list[str]) -> bool:
    """Whether words begin with a unit, or are one number or letter that may be one.

    Examples
    --------
    >>> [begins_unit(text.split()) for text in ("APT 4", "#5 OD", "4B", "4B OD", "2ND FL", "REAR")]
    [True, True, True, False, True, True]
    """
    first = tokens[0]
    if len(tokens) == 1:
        return bool(_PLAIN_NUMBER.match(first) or MIXED.match(first)) or begins_unit([first, ""])
    if first[0] == "#" or GLUED.match(first) or first in BARE_UNITS:
        return True
    return first in UNITS or (bool(ORDINAL.match(first)) and tokens[1] in FLOORS)


def take_off(tokens: list[str]) -> tuple[list[str], str]:
    """Take units off the end, with all that follows the first.

    Examples
    --------
    >>> take_off("123 MAIN ST APT 4 REAR".split()), take_off("123 PIER ST".split())
    ((['123', 'MAIN', 'ST'], '4'), (['123', 'PIER', 'ST'], ''))
    """
    least = 2 if tokens and tokens[0][:1].isdigit() else 1
    found = ""
    cut = 1
    while cut:
        places = (_cut(tokens, place, least) for place in range(least, len(tokens)))
        cut = next((place for place in places if place), 0)
        if cut:
            found = found or unit_of(tokens[cut:])
            tokens = tokens[:cut]
    return tokens, found


def take_bare(tokens: list[str]) -> tuple[list[str], str]:
    """Take a unit without a word for it off the end.

    Examples
    --------
    >>> take_bare("123 MAIN ST 4B".split()), take_bare("123 COUNTY RD 4".split())
    ((['123', 'MAIN', 'ST'], '4B'), (['123', 'COUNTY', 'RD', '4'], ''))
    """
    if len(tokens) > 2 and tokens[0][:1].isdigit() and _is_bare_number(tokens, 2):
        return tokens[:-1], tokens[-1]
    return tokens, ""


def _cut(tokens: list[str], place: int, least: int) -> int:
    """Where to cut when a unit begins at a place, 0 when none does."""
    word, before = tokens[place], tokens[place - 1]
    after = tokens[place + 1] if place + 1 < len(tokens) else ""
    said = (word == "NO" or word in LOOSE_UNITS) and after[:1].isdigit() and place > least
    if word[0] == "#" or GLUED.match(word) or (said and _ends_street(tokens[:place])):
        return place
    floor = word in FLOORS and (ORDINAL.match(before) or before in FLOOR_NAMES)
    if place > least and (floor or (word == "WING" and before in DIRECTIONS and not after)):
        return place - 1
    if word in UNITS:
        if after and (is_id(after) or after == "NO"):
            return place
        return place if not after and word in _ALONE else 0
    if word in BARE_UNITS:
        ends = not after or after in UNITS | BARE_UNITS
        late = place > least or word in SURE_UNITS
        street = before == "THE" or (word == "FRONT" and _crosses(before, tokens[0]))
        return place if ends and late and not street else 0
    return 0


def _ends_street(tokens: list[str]) -> bool:
    """Whether a street with a type of its own ends here: "MAIN ST", but not "COUNTY RD"."""
    turned = len(tokens) > 2 and tokens[-1] in DIRECTIONS
    *names, kind = tokens[:-1] if turned else tokens
    if not names or kind not in TYPES or (kind in _ROUTE_WORDS and not turned):
        return False
    return names[-1] not in _NUMBERED_KINDS or kind not in {"RD", "ROAD", *_ROUTE_WORDS}


def _crosses(before: str, first: str) -> bool:
    """Whether a word makes what follows the other street of a crossing: "MARKET & FRONT"."""
    return before in {"&", "@", "/", "AND"} or (before in {"AT", "X"} and not first[:1].isdigit())


def _is_bare_number(tokens: list[str], least: int) -> bool:
    """Whether the last word is a unit without a word for it: "MAIN ST 4B"."""
    last, before = tokens[-1], tokens[-2]
    if before in _ROUTE_WORDS or ORDINAL.match(last):
        return False
    further = tokens[-3] if len(tokens) > 2 else ""
    road = before in {"RD", "ROAD"}
    if MIXED.match(last):
        turned = before in DIRECTIONS and not _ends_street(tokens[:-1])
        return not turned and not (road and further in _NUMBERED_KINDS)
    if len(tokens) <= least + 1 or TYPES.get(before) not in PLAIN_TYPES:
        return False
    if road or before in {"AVE", "AVENUE"}:
        return last.isdigit() and further not in _NUMBERED_KINDS and not further.isdigit()
    return bool(_PLAIN_NUMBER.match(last)) and last not in DIRECTIONS and last not in TYPES
