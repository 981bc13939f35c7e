"""Where a street's name ends: what people write behind it is no part of the name, and is dropped.

A name of a patient, a telephone number or a case number behind a street must neither spoil the
search nor stand in anything that is shown, kept or sent as that street.
"""

import re
from collections.abc import Collection, Iterator
from typing import Final

from geo.geocoding.address_between import BETWEEN_WORDS
from geo.geocoding.address_units import begins_unit, is_forest_road
from geo.geocoding.names import place_key
from geo.geocoding.street_names import ROUTE, split_name
from geo.geocoding.street_words import (
    AFTER_TYPES,
    DIRECTIONS,
    ENDING_TYPES,
    PLAIN_TYPES,
    REMARKS,
    REMARKS_AFTER_TYPE,
    TYPES,
)

_NO_NAME = re.compile(
    r"^\(?\d{3}\)?-\d{3,4}|\d{6}|^\d+/\d+/\d+|^\d+-\d+-\d+|\d{4}-\d|^\d+Y(?:O|OA|R|RS)?$"
)
_JOINERS: Final = frozenset({
    "AND", "AT", "NEAR", "X", "CROSSING", "INTERSECTS", "INTERSECT", *BETWEEN_WORDS,
    "BLK", "BLOCK", "MM", "MILE", "MP", "MILEPOST", "MILEMARKER", "KM", "EXIT",
})  # fmt: skip
_RESTARTS: Final = frozenset({
    "AND", "AT", "NEAR", "X", "BLK", "BLOCK", "OF", *BETWEEN_WORDS,
})  # fmt: skip
_MORE_NAME: Final = frozenset(
    {"OF", "TO", "DE", "DEL", "DU", "DES", "LA", "LE", "LOS", "LAS", "EL"}
)
_BEFORE_SAINT: Final = frozenset({
    "OLD", "NEW", "MT", "MOUNT", "FT", "FORT", "PORT", "LAKE", "BAY", "POINT", "CHURCH",
    "UPPER", "LOWER", "GREAT", "LITTLE",
})  # fmt: skip
_BEFORE_NAME: Final = frozenset({"LE", "LA", "DE", "THE", "CALLE", "AVENIDA", "RUE"})
_ALSO_STREETS: Final = frozenset({"NEW", "LAKE", "BAY", "POINT", "CHURCH"})
_SAINTS: Final = frozenset({"CLAIR", "CROIX", "HELENS", "JOHNS", "LUCIE", "MARYS", "PAULS"})
_COUNTY: Final = frozenset({"COUNTY", "CNTY", "CTY", "CO"})
_NUMBERED: Final = frozenset({"HWY", "HIGHWAY", "LOOP"})
_MOST_OF_ROUTE: Final = 7
_MOST_OF_CITY: Final = 4


def without_remark(tokens: list[str], first: int) -> tuple[list[str], list[str]]:
    """Part a street from what is written behind it.

    Parameters
    ----------
    tokens : list of str
        Words of the street's line.
    first : int
        Where the street's name begins: 1 behind a house number.

    Returns
    -------
    kept, rest : list of str
        The rest is empty when all words may belong to the name.

    Examples
    --------
    >>> without_remark("77 ZIGGY ST OD PT".split(), 1)
    (['77', 'ZIGGY', 'ST'], ['OD', 'PT'])
    >>> [without_remark(text.split(), 0)[1] for text in ("N CHURCH ST EXT", "OLD EDENTON ROAD ST")]
    [[], []]
    >>> without_remark("MILL RD N WHITE MALE".split(), 0)
    (['MILL', 'RD', 'N'], ['WHITE', 'MALE'])
    """
    end = _end(tokens, first)
    return tokens[:end], tokens[end:]


def is_remark(words: list[str]) -> bool:
    """Whether any of some words is never part of a street's or a city's name.

    Examples
    --------
    >>> is_remark(["OD", "PT"]), is_remark(["SPRING", "LAKE"])
    (True, False)
    """
    return any(word in REMARKS or _NO_NAME.search(word) for word in words) or (
        bool(words) and words[0] in REMARKS_AFTER_TYPE
    )


def city_in(rest: list[str], known: Collection[str]) -> tuple[str, list[str]]:
    """Take a known city from the front of what stands behind a street: key, words after it.

    Examples
    --------
    >>> city_in("HERTFORD PT UNRESPONSIVE".split(), {"HERTFORD"})
    ('HERTFORD', ['PT', 'UNRESPONSIVE'])
    """
    for many in range(min(_MOST_OF_CITY, len(rest)), 0, -1):
        key = place_key(" ".join(rest[:many]))
        if key in known:
            return key, rest[many:]
    return "", rest


def _end(tokens: list[str], first: int) -> int:
    """Where the name ends: at its type when what follows is no part of a name."""
    count = len(tokens)
    strong = next(
        (k for k in range(first + 1, count) if tokens[k] in REMARKS or _NO_NAME.search(tokens[k])),
        count,
    )
    for end in _ends(tokens, first):
        rest = tokens[end:]
        if not rest or _stays(rest, remark=strong < count):
            break
        if strong < count or rest[0] in REMARKS_AFTER_TYPE or rest[0][0] == "-":
            return end
        if begins_unit(rest) and not _goes_on(rest):
            return end  # a unit with its number is off by now: this is "UPSTAIRS BEDROOM"
        if _goes_on(rest):
            continue
        if not all(_may_follow(word) for word in rest):
            return end
    return strong


def _stays(rest: list[str], *, remark: bool) -> bool:
    """Whether words behind a type are for others to read: a crossing, a block, a unit."""
    if rest[0][0] == "-":
        return not remark and not _is_remark_behind_dash(rest[1:])
    return rest[0] in _JOINERS or rest[0][0] in "&@/" or (len(rest) == 1 and begins_unit(rest))


def _is_remark_behind_dash(rest: list[str]) -> bool:
    """Whether words behind a dash name no street, block, mile or unit."""
    if len(rest) == 1 and (begins_unit(rest) or rest[0] in DIRECTIONS):
        return False
    return bool(rest) and not any(
        TYPES.get(word) in PLAIN_TYPES or word in _JOINERS for word in rest
    )


def _goes_on(rest: list[str]) -> bool:
    """Whether a type is a word within the name: "OLD EDENTON ROAD ST", "PARK PLACE DR"."""
    if TYPES.get(rest[0]) in PLAIN_TYPES and TYPES[rest[0]] != "HWY":
        return True
    last = next((word for word in reversed(rest) if word not in DIRECTIONS), "")
    return TYPES.get(last) in PLAIN_TYPES


def _may_follow(word: str) -> bool:
    return word in TYPES or word in DIRECTIONS or word in AFTER_TYPES or len(word) == 1


def _ends(tokens: list[str], first: int) -> Iterator[int]:
    """Places behind a type, or behind a numbered road, where the name may end."""
    route = _route_end(tokens, first)
    if route:
        yield route
        return
    named = False
    for place in range(first, len(tokens)):
        word, before = tokens[place], tokens[place - 1]
        if word in _RESTARTS or word[0] in "&@/":
            named = False
            continue
        ends = named or (place > first and before in DIRECTIONS)
        if (
            word == "ST"
            and not named
            and (len(before) < 3 or _is_saint(before, tokens[place + 1 :]))
        ):
            ends = False  # "949 N ST LOUIS", but "300 SOUTH ST JOHN DOE"
        named = named or (word not in DIRECTIONS and (word.isalnum() or "-" in word))
        if not ends or TYPES.get(word) not in ENDING_TYPES:
            continue
        end = place + 1
        after = tokens[end] if end < len(tokens) else ""
        if (word == "LA" and after) or (word in {"ST", "DR"} and before in _BEFORE_NAME):
            continue  # "VIA LA PAZ", "CALLE DR VEVE"
        if word == "ST" and before in _BEFORE_SAINT and _is_saint(before, tokens[end:]):
            continue  # "OLD ST MARYS"
        if after in _MORE_NAME or (word in _NUMBERED and after[:1].isdigit()):
            continue  # "WAY OF LIFE", "HISTORIC HIGHWAY 441"
        while end < len(tokens) and tokens[end] in DIRECTIONS:
            end += 1
        yield end


def _is_saint(before: str, behind: list[str]) -> bool:
    """Whether one word that can be a saint's follows: "OLD ST MARYS", but not "CHURCH ST JOHN DOE".

    Where the word before is a street's own name as well, the saint is no person's first name.
    """
    names, typed = [], False
    for word in behind:
        typed = TYPES.get(word) in PLAIN_TYPES
        if typed or word in _RESTARTS or word[0] in "&@/-":
            break
        if word not in DIRECTIONS:
            names.append(word)
    if len(names) != 1 or not names[0].isalpha() or _may_follow(names[0]) or is_remark(names):
        return False
    return typed or before not in _ALSO_STREETS or names[0] in _SAINTS


def _route_end(tokens: list[str], first: int) -> int:
    """Behind a numbered road, 0 when the line names none."""
    most = min(len(tokens), first + _MOST_OF_ROUTE)
    if is_forest_road(tokens[first : first + 2]) and tokens[first + 2 : most]:
        return first + 2 + tokens[first + 2][0].isdigit()
    numbered = any(word[-1].isdigit() or word[:1].isdigit() for word in tokens[first:most])
    if not numbered and (first >= len(tokens) or tokens[first] not in _COUNTY):
        return 0
    for end in range(most, first, -1):
        name = " ".join(tokens[first:end]).replace("-", " ")
        if split_name(name).base.startswith(ROUTE):
            return end
    return 0
