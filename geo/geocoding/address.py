"""The door to the parts of an address: most are read quickly, all others the whole way."""

import re
from collections.abc import Collection
from functools import lru_cache
from string import ascii_uppercase
from typing import Final

from geo.geocoding.address_between import BETWEEN_WORDS
from geo.geocoding.address_ends import MOST_WORDS, city_key
from geo.geocoding.address_whole import (
    HOUSE,
    MOST_LETTERS,
    Address,
    parse_whole,
    with_zip,
    within_reason,
)
from geo.geocoding.names import STATES
from geo.geocoding.street_names import NO_STREET, ROUTE, Street, split_name
from geo.geocoding.street_words import (
    AFTER_TYPES,
    BARE_UNITS,
    DIRECTIONS,
    ENDING_TYPES,
    NO_PLACE,
    NUMBERS,
    PLAIN_TYPES,
    REMARKS,
    REMARKS_AFTER_TYPE,
    SURE_UNITS,
    TYPES,
    UNITS,
)

_PLAIN = re.compile(
    r"\s*([1-9]\d{0,5})\s+((?:[A-Z]+|\d+(?:ST|ND|RD|TH))"
    r"(?:\s+(?:[A-Z]+|\d+(?:ST|ND|RD|TH)|\d{1,4}))*)\s*",
    re.ASCII,
)
_PLAIN_ROUTE = re.compile(
    r"(?:(?:[NSEW] )?(?:US|STATE|COUNTY) )?(?:HWY|HIGHWAY|RTE|ROUTE|RD|ROAD) \d{1,4}(?: [NSEW])?"
)
_NOT_PLAIN: Final = frozenset(
    UNITS | BARE_UNITS | NO_PLACE | NUMBERS.keys() | REMARKS
    | {"AND", "AT", "NEAR", "BLK", "BLOCK", "BLCK", "BLOCKS", "BOX", "PO", "MM", "MP", "MILE",
       "MILEPOST", "MARKER", "KM", "EXIT", *BETWEEN_WORDS, "INTERSECTS", "OF", "PAST",
       "BEYOND", "BEFORE",
       "INTERSECT", "CROSSING", "XX", "XXX", "RR", "RFD", "HC", "BOUND", "TH", "ST", "ND", "RD",
       "WING", "LEVEL", "HOUSE"}
) - DIRECTIONS.keys()  # fmt: skip
_PLAIN_WORDS: Final = frozenset(word for word, kind in TYPES.items() if kind in PLAIN_TYPES)
_ENDING_WORDS: Final = frozenset(word for word, kind in TYPES.items() if kind in ENDING_TYPES)
_STREET_OR_UNIT: Final = BARE_UNITS - SURE_UNITS  # "N FRONT ST", "BACK CREEK DR"
_NOT_INNER: Final = (_NOT_PLAIN | REMARKS_AFTER_TYPE | _PLAIN_WORDS) - _STREET_OR_UNIT
_LONE_LETTERS: Final = frozenset(ascii_uppercase) - DIRECTIONS.keys()
_NOT_FIRST: Final = _NOT_PLAIN - _STREET_OR_UNIT
_NOT_BEFORE_TYPE: Final = _NOT_PLAIN | REMARKS_AFTER_TYPE | {"HWY", "HIGHWAY", "LOOP"}
_NOT_LAST: Final = _NOT_PLAIN | REMARKS_AFTER_TYPE | DIRECTIONS.keys() | AFTER_TYPES | _PLAIN_WORDS
_NOT_UNTYPED: Final = _NOT_LAST | _ENDING_WORDS
_NUMBERED = re.compile(  # a dash soon after the number means something else than one later
    r"\s*([1-9]\d{0,5})\s+((?!(?:ST|ND|RD|TH|ELEVEN)\b)[A-Z][^-]*)", re.IGNORECASE | re.ASCII
)
_UNIT_LAST = re.compile(  # no letter alone: "APT N" may be a direction; five digits a ZIP code
    r"([A-Z0-9 ]*[A-Z]),? (?:APT|APARTMENT|UNIT) #?(\d{1,4}[A-Z]?)"
)
_SOME_NUMBER: Final = 1234


def parse(text: str, cities: Collection[str] = (), city: str = "", zip5: str = "") -> Address:
    """Part one written address.

    Parameters
    ----------
    text : str
        As a person wrote it, in one line or several; with or without city, state and ZIP code. Of
        a text longer than any address only the front is read.
    cities : collection of str
        Keys (`names.place_key`) of cities that may stand at the end without a comma.
    city : str
        Key of the city of this row, when a column of its own says it.
    zip5 : str
        ZIP code of this row, taken where the text names none.

    Returns
    -------
    Address
        Never raises: what cannot be understood has kind "nothing".

    Examples
    --------
    >>> parse("123 1/2 N. Main St., Apt 4B, Hertford NC 27944-1234")[:4]
    ('house', 123, -1, Street(pre='N', base='MAIN', type='ST', post=''))
    >>> parse("100 BLK OF MARKET ST")[:3], parse("O'Donnell St & S Conkling St").cross.base
    (('block', 100, 199), 'CONKLING')
    >>> parse("I-95 MM 54").mile, parse("P.O. Box 12, Hertford, NC").kind
    (54.0, 'po_box')
    """
    if len(text) > MOST_LETTERS:
        text = within_reason(text)
    found = plain_house(text, cities, city, zip5)
    if found is None:
        found = _known_house(text, cities, city) or parse_whole(text, cities, city)
        if zip5 and not found.zip:
            return with_zip(found, zip5)
    return found


def plain_house(text: str, cities: Collection[str], city: str, zip5: str) -> Address | None:
    """Read a house number and a street of plain words, quickly; None for all else.

    Most rows of most files are such. The answer is that of the whole way; a test holds them equal.
    """
    found = _PLAIN.fullmatch(text.upper())
    if found is None:
        return None
    plain = _plain_street(found[2])
    if plain is None or (city and found[2].replace(" ", "").endswith(city)):
        return None
    street, may_be_cities = plain
    if may_be_cities and (city in may_be_cities or not may_be_cities.isdisjoint(cities)):
        return None
    return Address(HOUSE, int(found[1]), -1, street, NO_STREET, "", city, "", zip5)


_Plain = tuple[Street, frozenset[str]]
"""A street, and keys of the cities that its last words may be: where one is known, it is none."""

_NO_CITY: Final[frozenset[str]] = frozenset()


@lru_cache(200_000)
def _plain_street(name: str) -> _Plain | None:
    """Part a name that ends in a plain type, or that has no type with more words behind it."""
    tokens = name.split()
    if len(tokens) > 1 and (tokens[-1].isdigit() or tokens[-2].isdigit()):
        route = _PLAIN_ROUTE.fullmatch(" ".join(tokens))
        return (split_name(route[0]), _NO_CITY) if route else None
    named = tokens[1:] if len(tokens) > 1 and tokens[0] in DIRECTIONS else tokens
    untyped = named[-1] not in _NOT_LAST and _NOT_UNTYPED.isdisjoint(named[:-1])
    if untyped and min(map(len, named)) > 2 and name.replace(" ", "").isalpha():
        street = split_name(" ".join(tokens))
        return None if street.base.startswith(ROUTE) else (street, _last_words(tokens))
    end = len(tokens) - (tokens[-1] in DIRECTIONS)
    inner = tokens[: end - 1]
    if not inner or tokens[end - 1] not in _PLAIN_WORDS or not _is_plain_name(inner):
        return None
    # "12 OAK PARK CT" may be in Connecticut when there is an Oak Park, "12 OAK RD COVE" in Cove.
    cities = _last_words(inner) | {city_key(inner[0])} if tokens[-1] in STATES else _NO_CITY
    if inner[-1] in _PLAIN_WORDS:
        cities |= {city_key(tokens[-1])}
    return split_name(" ".join(tokens)), cities


def _is_plain_name(inner: list[str]) -> bool:
    """Whether the words before a type can only be a name: "OAK", "EDENTON ROAD", "BACK CREEK"."""
    typed = len(inner) > 1 and inner[-1] in _PLAIN_WORDS
    if inner[0] in _NOT_FIRST or (typed and inner[-1] in _NOT_BEFORE_TYPE):
        return False
    if not _NOT_INNER.isdisjoint(inner[1 : len(inner) - typed]):
        return False
    if not _STREET_OR_UNIT.isdisjoint(inner) and sum(w in _STREET_OR_UNIT for w in inner) > 1:
        return False
    lone = len(inner) > 1 and not _LONE_LETTERS.isdisjoint(inner)
    return not lone and not any(map(str.isdigit, inner))


def _last_words(tokens: list[str]) -> frozenset[str]:
    """Keys of the cities that the last words of a name may be, when a name is left before them."""
    most = min(MOST_WORDS, len(tokens) - 1)
    return frozenset(city_key(" ".join(tokens[-many:])) for many in range(1, most + 1))


def _known_house(text: str, cities: Collection[str], city: str) -> Address | None:
    """Read a house on a street that was read before; None for all else.

    Files name the same streets again and again, and what follows a house number does not depend on
    the number.
    """
    found = _NUMBERED.fullmatch(text) if text.isascii() else None
    if found is None:
        return None
    rest = found[2].upper()
    unit = _UNIT_LAST.fullmatch(rest)
    if unit and not _NOT_PLAIN.isdisjoint(unit[1].split()):
        return None
    house = _behind_number(unit[1] if unit else rest, frozenset(cities), city)
    if house is None or (unit and (house.unit or not house.street.type)):
        return None
    said = unit[2] if unit else house.unit
    return house._replace(number=int(found[1]), unit=said)


@lru_cache(50_000)
def _behind_number(rest: str, cities: frozenset[str], city: str) -> Address | None:
    house = parse_whole(f"{_SOME_NUMBER} {rest}", cities, city)
    return house if house.kind == HOUSE and house.number == _SOME_NUMBER else None


def forget() -> None:
    """Forget the streets that were read: what stood behind them must not stay in memory."""
    for kept in (_plain_street, _behind_number, split_name, city_key):
        kept.cache_clear()
