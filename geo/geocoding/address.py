"""One written address to its parts: number, street, crossing, unit, city, state, ZIP code."""

import re
from collections.abc import Collection
from functools import lru_cache
from typing import Final, NamedTuple

from geo.geocoding.address_ends import take_city, take_state_beside_unit, take_zip
from geo.geocoding.address_remarks import city_in, is_remark, without_remark
from geo.geocoding.address_street import (
    BLOCK,
    CROSSING,
    HOUSE,
    MILEPOST,
    NOTHING,
    STREET,
    read_line,
    without_front,
    without_lead,
    without_marks_within,
)
from geo.geocoding.address_units import (
    is_number_and_unit,
    is_unit,
    take_bare,
    take_front,
    take_off,
    unit_of,
)
from geo.geocoding.names import STATES, place_key, words
from geo.geocoding.street_names import NO_STREET, Street, split_name
from geo.geocoding.street_words import (
    BARE_UNITS,
    DIRECTIONS,
    NO_PLACE,
    NO_PLACE_PHRASES,
    NUMBERS,
    PLAIN_TYPES,
    REMARKS,
    REMARKS_AFTER_TYPE,
    TYPES,
    UNITS,
)

PO_BOX: Final = "po_box"
RURAL_BOX: Final = "rural_box"
KINDS: Final = (HOUSE, BLOCK, CROSSING, STREET, MILEPOST, PO_BOX, RURAL_BOX, NOTHING)

_ASIDE = re.compile(r"[(\[{][^)\]}]*[)\]}]*")
_SILENT = re.compile("['`\"\u00b4\u2018\u2019\u201c\u201d]")
_LETTERS = re.compile(r"(?<![A-Z])([A-Z])\. ?([A-Z])\.(?![A-Z]\.)")
_POINT = re.compile(r"\.(?!\d)|(?<!\d)\.")
_KEPT = re.compile(r"[^A-Z0-9&@/#,;\-. ]+")
_MARKS = re.compile(r"[\s,;]*[,;][\s,;]*")
_HASH = re.compile(r"\s*#\s*")
_BOUND = re.compile(r"\b(NORTH|SOUTH|EAST|WEST|[NSEW]) ?BOUND\b")
_SPACES = re.compile(r"\s+")
_FRACTIONS: Final = str.maketrans({"\u00bc": " 1/4 ", "\u00bd": " 1/2 ", "\u00be": " 3/4 "})
_REMARK = re.compile(r" - (?=[A-Z]{3})|(?<=[A-Z]{2})-(?=[A-Z]+ (?:INN|HOTEL|MOTEL)\b)")
_DASH_UNIT = re.compile(
    rf" - (?=#|(?:{'|'.join(sorted(UNITS | BARE_UNITS))})\b|\d+(?:ST|ND|RD|TH) FL)"
)
_PO_BOX = re.compile(
    r"(?:\bP ?O ?(?:BOX|DRAWER|BX)|\bPOST OFFICE BOX|\bPOBOX)\b(?: ?#?[\w-]+)?|^BOX #?\d+$"
)
_RURAL_BOX = re.compile(
    r"\b(?:RR|RFD|RURAL ROUTE|HC|HIGHWAY CONTRACT|STAR ROUTE) ?#?\d*,? ?BOX\b(?: ?#?[\w-]+)?"
)
_PLAIN = re.compile(
    r"\s*([1-9]\d{0,5})\s+((?:[A-Z]+|\d+(?:ST|ND|RD|TH))"
    r"(?:\s+(?:[A-Z]+|\d+(?:ST|ND|RD|TH)|\d{1,4}))+)\s*",
    re.ASCII,
)
_PLAIN_ROUTE = re.compile(
    r"(?:(?:[NSEW] )?(?:US|STATE|COUNTY) )?(?:HWY|HIGHWAY|RTE|ROUTE|RD|ROAD) \d{1,4}(?: [NSEW])?"
)
_NOT_PLAIN: Final = frozenset(
    UNITS | BARE_UNITS | NO_PLACE | NUMBERS.keys() | REMARKS
    | {"AND", "AT", "NEAR", "BLK", "BLOCK", "BLCK", "BLOCKS", "BOX", "PO", "MM", "MP", "MILE",
       "MILEPOST", "MARKER", "KM", "EXIT", "BETWEEN", "BTWN", "BTW", "BET", "INTERSECTS", "OF",
       "INTERSECT", "CROSSING", "XX", "XXX", "RR", "RFD", "HC", "BOUND", "TH", "ST", "ND", "RD"}
) - DIRECTIONS.keys()  # fmt: skip
_NOT_INNER: Final = (
    _NOT_PLAIN | REMARKS_AFTER_TYPE | {word for word, kind in TYPES.items() if kind in PLAIN_TYPES}
)
_NUMBERED = re.compile(  # a dash soon after the number means something else than one later
    r"\s*([1-9]\d{0,5})\s+((?!(?:ST|ND|RD|TH|ELEVEN)\b)[A-Z][^-]*)", re.IGNORECASE | re.ASCII
)
_UNIT_LAST = re.compile(  # no letter alone: "APT N" may be a direction
    r"([A-Z0-9 ]*[A-Z]),? (?:APT|APARTMENT|UNIT) #?(\d{1,5}[A-Z]?)"
)
_SOME_NUMBER: Final = 1234
_NUMBER_ONLY = re.compile(r"\d{1,6}[A-Z]?")
_NUMBER_TURNED = re.compile(r"(?:[NSEW]|NORTH|SOUTH|EAST|WEST) \d+ [A-Z]")
_SIGN = re.compile(r"[&@/]")


class Address(NamedTuple):
    """Parts of an address; "" or -1 where there is none.

    `kind` is one of `KINDS`. `number` is the house number, of a block its lowest (`high` its
    highest); `mile` that of a marker beside a road. `city` is as `names.place_key` writes it.
    """

    kind: str = NOTHING
    number: int = -1
    high: int = -1
    street: Street = NO_STREET
    cross: Street = NO_STREET
    unit: str = ""
    city: str = ""
    state: str = ""
    zip: str = ""
    mile: float = -1.0


def parse(text: str, cities: Collection[str] = (), city: str = "") -> Address:
    """Part one written address.

    Parameters
    ----------
    text : str
        As a person wrote it, in one line or several; with or without city, state and ZIP code.
    cities : collection of str
        Keys (`names.place_key`) of cities that may stand at the end without a comma.
    city : str
        Key of the city of this row, when a column of its own says it.

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
    found = plain_house(text, city) or _known_house(text, cities, city)
    return found or parse_whole(text, cities, city)


def parse_whole(text: str, cities: Collection[str] = (), city: str = "") -> Address:
    """Part any address, the long way; see `parse`."""
    line, zip5 = take_zip(_DASH_UNIT.sub(", ", without_front(clean(text))))
    line, state = take_state_beside_unit(line, cities, has_zip=bool(zip5))
    if not zip5:
        line, zip5 = take_zip(line)
    line = line.strip(" ,-")
    if not any(c.isalnum() for c in line) or _says_nothing(line):
        return Address(city=city, state=state, zip=zip5)
    box = PO_BOX if _PO_BOX.search(line) else RURAL_BOX if _RURAL_BOX.search(line) else ""
    if box:
        line = _SPACES.sub(" ", _RURAL_BOX.sub("", _PO_BOX.sub("", line))).strip(" ,-")
        if not _has_street(line):
            said = place_key(line.rpartition(",")[2])
            return Address(kind=box, city=city or said, state=state, zip=zip5)
    line = without_marks_within(_without_dash(line, cities))
    street, unit, said = _pieces(line, cities)
    tokens, front = take_front(street.split())
    tokens, more_city = take_city(tokens, cities, city)
    tokens, back = take_off(tokens)
    if back and not more_city:
        tokens, more_city = take_city(tokens, cities, city)
    if tokens and tokens[0][0].isdigit():
        tokens, rest = without_remark(tokens, 1)
        more, rest = city_in(rest, {city} if city else cities)
        more_city = more_city or more
        if not back:
            back = take_bare([*tokens, *rest])[1] if len(rest) == 1 else ""
    if not back:
        tokens, back = take_bare(tokens)
        if back and not more_city:
            tokens, more_city = take_city(tokens, cities, city)
    parts = read_line(" ".join(tokens))
    return Address(
        parts.kind, parts.number, parts.high, parts.street, parts.cross,
        unit or front or back, city or said or more_city, state, zip5, parts.mile,
    )  # fmt: skip


def plain_house(text: str, city: str) -> Address | None:
    """Read a house number and a street that ends in a plain type, quickly; None for all else.

    Most rows of most files are such. The answer is that of the whole way; a test holds them equal.
    """
    found = _PLAIN.fullmatch(text.upper())
    if found is None:
        return None
    street = _plain_street(found[2])
    if street is None or found[1] == "0" or (city and found[2].replace(" ", "").endswith(city)):
        return None
    return Address(HOUSE, int(found[1]), street=street, city=city)


@lru_cache(200_000)
def _plain_street(name: str) -> Street | None:
    """Part a name whose only plain type stands at its end, before a direction at most."""
    tokens = name.split()
    if tokens[-1].isdigit() or tokens[-2].isdigit():
        return split_name(" ".join(tokens)) if _PLAIN_ROUTE.fullmatch(" ".join(tokens)) else None
    end = len(tokens) - (tokens[-1] in DIRECTIONS)
    if (
        end < 2
        or tokens[-1] in STATES
        or TYPES.get(tokens[end - 1]) not in PLAIN_TYPES
        or tokens[0] in _NOT_PLAIN
    ):
        return None
    inner = tokens[: end - 1]
    if not _NOT_INNER.isdisjoint(inner[1:]):
        return None
    for word in inner:
        if word.isdigit() or (len(word) == 1 and word not in DIRECTIONS and len(tokens) > 2):
            return None
    return split_name(" ".join(tokens))


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
    for kept in (_plain_street, _behind_number, split_name):
        kept.cache_clear()


def clean(text: str) -> str:
    """Write capital letters, single blanks and only marks that mean something.

    Examples
    --------
    >>> clean("12  N.E. o'Brien st.; apt # 4 (rear)")
    '12 NE OBRIEN ST, APT #4'
    """
    plain = _SPACES.sub(" ", _SILENT.sub("", text.strip()).replace("\n", ", "))
    plain = plain.upper() if plain.isascii() else _plain_letters(plain)
    if "(" in plain or "[" in plain or "{" in plain:
        plain = _ASIDE.sub(" ", plain)
    if "." in plain:
        plain = _LETTERS.sub(r"\1\2 ", plain)
        plain = _POINT.sub(" ", plain)
    plain = _MARKS.sub(", ", _KEPT.sub(" ", plain))
    if "#" in plain:
        plain = _HASH.sub(" #", plain)
    if "BOUND" in plain:
        plain = _BOUND.sub(r"\1BOUND", plain)
    return _SPACES.sub(" ", plain).strip(" ,.-")


def _plain_letters(text: str) -> str:
    """Capital letters without accents; marks stay."""
    text = text.translate(_FRACTIONS)  # before letters lose their accents: it is no "12"
    return "".join(c if c.isascii() else words(c) or " " for c in text).upper()


def _says_nothing(line: str) -> bool:
    first = line.replace(",", " ").split()[0]
    return first in NO_PLACE or line == "N/A" or line.startswith(NO_PLACE_PHRASES)


def _without_dash(line: str, cities: Collection[str]) -> str:
    """Leave away what follows a dash, unless it is a city."""
    found = _REMARK.search(line)
    if found is None or found.start() < 5:
        return line
    head, tail = line[: found.start()], line[found.end() :]
    unit = (
        tail.split()[-2:] if len(tail.split()) > 2 and is_unit(" ".join(tail.split()[-2:])) else []
    )
    if place_key(tail.partition(",")[0]) in cities:
        return f"{head}, {tail}"
    return ", ".join([head + (" " + " ".join(unit) if unit else ""), *tail.split(", ")[1:]])


def _pieces(line: str, cities: Collection[str]) -> tuple[str, str, str]:
    """Part at commas into the street's line, the unit and the city."""
    parts = [part for part in (without_lead(p.strip(" -")) for p in line.split(",")) if part]
    if len(parts) < 2:
        return (parts[0] if parts else ""), "", ""
    at = next((k for k, part in enumerate(parts) if _looks_like_street(part)), -1)
    if at < 0:
        at = next((k for k, part in enumerate(parts) if _has_street(part)), 0)
    street, rest = parts[at], parts[at + 1 :]
    unit = unit_of(parts[at - 1].split()) if at and is_unit(parts[at - 1]) else ""
    units = [part for part in rest if is_unit(part) and part not in DIRECTIONS]
    rest = [part for part in rest if part not in units]
    number, _, inner = street.partition(" ")
    if rest and _NUMBER_ONLY.fullmatch(street):  # "123, MAIN ST"
        street, rest = f"{street} {rest[0]}", rest[1:]
    elif rest and is_number_and_unit(street) and place_key(rest[0]) not in cities:
        unit = unit or unit_of(inner.split())  # "123 APT 4, MAIN ST"
        street, rest = f"{number} {rest[0]}", rest[1:]
    while rest and rest[0] in DIRECTIONS:  # "MAIN ST, N"
        street, rest = f"{street} {rest[0]}", rest[1:]
    if units and not unit:
        unit = unit_of(units[0].split())
    named = [_city_of(part, cities) for part in rest if _may_be_city(part)]
    return street, unit, next((key for key in reversed(named) if key), "")


def _city_of(part: str, cities: Collection[str]) -> str:
    """City between commas; where cities are known, other words may be anybody's name."""
    if not cities:
        return place_key(part)
    tokens = part.split()
    keys = (place_key(" ".join(tokens[at:])) for at in range(len(tokens)))
    return next((key for key in keys if key in cities), "")


def _may_be_city(part: str) -> bool:
    return part[0].isalpha() and not part.endswith(" COUNTY") and not is_remark(part.split())


def _looks_like_street(part: str) -> bool:
    if is_unit(part):
        return False
    if part[0].isdigit() or _NUMBER_TURNED.match(part) or _SIGN.search(part):
        return True
    first = part.split()
    return first[0] in NUMBERS and len(first) > 2


def _has_street(part: str) -> bool:
    """Whether there is a street beside a box."""
    tokens = part.replace(",", " ").split()
    if len(tokens) < 2:
        return False
    return part[0].isdigit() or bool(_SIGN.search(part)) or any(t in TYPES for t in tokens[1:])


__all__ = [
    "BLOCK", "CROSSING", "HOUSE", "KINDS", "MILEPOST", "NOTHING", "PO_BOX", "RURAL_BOX", "STREET",
    "Address", "clean", "parse",
]  # fmt: skip
