"""One written address of any kind to its parts: number, street, crossing, unit, city, ZIP code."""

import re
from collections.abc import Collection
from functools import lru_cache
from html import unescape
from typing import Final, NamedTuple

from geo.geocoding.address_aside import without_asides
from geo.geocoding.address_between import spelled_between, without_brackets
from geo.geocoding.address_distance import take_distance
from geo.geocoding.address_ends import take_city, take_city_before, take_state_beside_unit, take_zip
from geo.geocoding.address_front import without_front, without_when_or_who
from geo.geocoding.address_miles import take_mile
from geo.geocoding.address_number import plain_number
from geo.geocoding.address_pieces import has_street, pieces, street_in_words
from geo.geocoding.address_remarks import city_in, without_remark
from geo.geocoding.address_street import (
    BETWEEN,
    BLOCK,
    CROSSING,
    HOUSE,
    MILEPOST,
    NOTHING,
    STREET,
    read_line,
    without_marks_within,
)
from geo.geocoding.address_told import BRACKET, COMMA, places_told
from geo.geocoding.address_units import as_forest_road, is_unit, take_bare, take_front, take_off
from geo.geocoding.names import place_key, words
from geo.geocoding.street_names import NO_STREET, Street
from geo.geocoding.street_words import BARE_UNITS, NO_PLACE, NO_PLACE_PHRASES, UNITS

PO_BOX: Final = "po_box"
RURAL_BOX: Final = "rural_box"
OTHER_STATE: Final = "state"
OTHER_PLACE: Final = "place"
TWO: Final = "two"
OWN: Final = "own"
IN_COUNTY: Final = "county"
KINDS: Final = (HOUSE, BLOCK, CROSSING, BETWEEN, STREET, MILEPOST, PO_BOX, RURAL_BOX, NOTHING)

_SILENT = re.compile("['`\"\u00b4\u2018\u2019\u201c\u201d]")
_LETTERS = re.compile(r"(?<![A-Z])([A-Z])\. ?([A-Z])\.(?![A-Z]\.)")
_PLUS = re.compile(r" ?\+ ?(?=[A-Z])")
_POINT = re.compile(r"\.(?!\d)|(?<!\d)\.")
_KEPT = re.compile(r"[^A-Z0-9&@/#,;\-. ]+")
_MARKS = re.compile(r"[\s,;]*[,;][\s,;]*")
_HASH = re.compile(r"\s*#\s*")
_BOUND = re.compile(r"\b(NORTH|SOUTH|EAST|WEST|[NSEW]) ?BOUND\b")
_SPACES = re.compile(r"\s+")
_TAG = re.compile(r"</?[A-Z][^<>]*>")
_FRACTIONS: Final = str.maketrans({"\u00bc": " 1/4 ", "\u00bd": " 1/2 ", "\u00be": " 3/4 "})
_REMARK = re.compile(
    r" - (?=[A-Z]{3}|\d{1,3} ?(?:PTS?|PATIENTS?|Y/?O|MALES?|FEMALES?|ODS?|PEOPLE|VICTIMS?)\b)"
    r"|(?<=[A-Z]{2})-(?=[A-Z]+ (?:INN|HOTEL|MOTEL)\b)"
)
_DASH_UNIT = re.compile(
    rf" - (?=#|(?:{'|'.join(sorted(UNITS | BARE_UNITS))})\b|\d+(?:ST|ND|RD|TH) FL|NO \d)"
)
_IN_UNIT = re.compile(rf",? IN (?:THE )?(?=(?:{'|'.join(sorted(BARE_UNITS))})(?:,|$))")
_UNIT_WORD: Final = "|".join(sorted(UNITS))
_SLASH_UNIT = re.compile(rf" ?/ ?(?=(?:{_UNIT_WORD}) ?#?(?:\d+-?[A-Z]?|[A-Z])(?:,|$| ))")
_UNIT_SLASH = re.compile(rf"^((?:{_UNIT_WORD}) ?#?\w+) ?/ ?(?=\d)")
_PO_BOX = re.compile(
    r"(?:\bP ?O ?(?:BOX|DRAWER|BX)|\bPOST OFFICE BOX|\bPOBOX)\b(?: ?#?[\w-]+)?|^BOX #?\d+$"
)
_RURAL_BOX = re.compile(
    r"\b(?:RR|RFD|RURAL ROUTE|HC|HIGHWAY CONTRACT|STAR ROUTE) ?#?\d*,? ?BOX\b(?: ?#?[\w-]+)?"
)
MOST_LETTERS: Final = 400
"""More are a report pasted into the cell: what is behind them is not read."""


class Address(NamedTuple):
    """Parts of an address; "" or -1 where there is none.

    `kind` is one of `KINDS`. `number` is the house number, of a block its lowest (`high` its
    highest); `mile` that of a marker beside a road, of a stretch its middle (`mile_span` is half of
    it), and `mile_away` how far from there, or from what else is named, the text puts the place.
    `cross` is the street at a crossing, or with `other_cross` those at the ends of a piece of
    street, or of three that meet. `city` is as `names.place_key` writes it.

    Of a street that may be two with nothing between ("MAIN ST OAK ST") these are `other_cross` and
    `cross`.

    `before_dash` and `behind_dash` are the two numbers that `number` joins: "45-12" is 4512 in
    Queens, and elsewhere 45 or 12.

    `said_city` is what the text has where a city stands, when that is not the row's: any words, as
    a key; `told` are all words that may name a place (`address_told.places_told`). `against` is
    what of the row the text contradicts: "", `OTHER_STATE`, `OTHER_PLACE`, `IN_COUNTY` with the
    code of a county, `OWN` where the row contradicts itself, or why the text itself is to be
    doubted (`TWO`, `told_otherwise`); only `Finder.read`, which knows the row, sets it.
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
    said_city: str = ""
    against: str = ""
    other_cross: Street = NO_STREET
    mile_span: float = 0.0
    mile_away: float = 0.0
    behind_dash: int = -1
    before_dash: int = -1
    told: tuple[str, ...] = ()


_ZIP_AT: Final = Address._fields.index("zip")


def with_zip(one: Address, zip5: str) -> Address:
    """Give an address another ZIP code: `_replace` in half its time, for every row of a file.

    Examples
    --------
    >>> with_zip(Address(city="HERTFORD"), "27944") == Address(city="HERTFORD", zip="27944")
    True
    """
    return Address._make((*one[:_ZIP_AT], zip5, *one[_ZIP_AT + 1 :]))


def settled(one: Address, zip5: str) -> Address:
    """Give an address its ZIP code, and forget words that may be anybody's name.

    Examples
    --------
    >>> settled(Address(unit="4", told=("JOHN DOE",)), "27944") == Address(unit="4", zip="27944")
    True
    """
    return Address._make((*one[:_ZIP_AT], zip5, *one[_ZIP_AT + 1 : -1], ()))


def parse_whole(text: str, cities: Collection[str] = (), city: str = "") -> Address:
    """Part any address, the long way; see `parse`."""
    line, zip5 = take_zip(_parted_units(without_front(clean(within_reason(text)))))
    line = street_in_words(line) if line.count(",") > 1 else line
    line, state = take_state_beside_unit(line, cities, has_zip=bool(zip5))
    if not zip5:
        line, zip5 = take_zip(line)
    line = line.strip(" ,-")
    if not any(c.isalnum() for c in line) or _says_nothing(line):
        return Address(city=city, state=state, zip=zip5)
    box = PO_BOX if _PO_BOX.search(line) else RURAL_BOX if _RURAL_BOX.search(line) else ""
    if box:
        line = _SPACES.sub(" ", _RURAL_BOX.sub("", _PO_BOX.sub("", line))).strip(" ,-")
        if not has_street(line):
            said = place_key(line.rpartition(",")[2])
            return Address(kind=box, city=city or said, state=state, zip=zip5)
    away, left = take_distance(line)
    away, line = (0.0, line) if away and take_mile(line) else (away, left)
    line = without_marks_within(_without_dash(line, cities))
    street, unit, said, beside = pieces(line, cities)
    tokens, before = take_city_before(street.split(), cities, city)
    tokens, front = take_front(tokens)
    tokens, more_city = take_city(tokens, cities, city)
    state, more_city = state or before[1], more_city or before[0]
    tokens, back = take_off(tokens)
    if back and not more_city:
        tokens, more_city = take_city(tokens, cities, city)
    if tokens and tokens[0][0].isdigit():
        tokens, rest = without_remark(tokens, 1)
        more, rest = city_in(rest, {city} if city else cities)
        more_city = more_city or more
        beside = beside or _beside_street(rest, cities, has_place=bool(state or zip5))
        if not back:
            back = take_bare([*tokens, *rest])[1] if len(rest) == 1 else ""
    if not back:
        tokens, back = take_bare(tokens)
        if back and not more_city:
            tokens, more_city = take_city(tokens, cities, city)
    parts = read_line(" ".join(tokens))
    told = places_told(text, (parts.street.base, parts.cross.base, parts.other_cross.base))
    told, known = _known_city(told, cities, city) if told else (told, "")
    beside = beside or known
    return Address(
        parts.kind, parts.number, parts.high, parts.street, parts.cross,
        unit or front or back, city or said or more_city, state, zip5, parts.mile,
        _other_city(city, (said, more_city, beside)), "", parts.other_cross,
        parts.mile_span, parts.mile_away or away, *parts.dash, told,
    )  # fmt: skip


def within_reason(text: str) -> str:
    """Cut what is longer than any address, behind a whole word; one endless word is nothing.

    Examples
    --------
    >>> within_reason("12 ELM ST"), within_reason("12 ELM ST" + " AND SO ON" * 99)[:19]
    ('12 ELM ST', '12 ELM ST AND SO ON')
    >>> within_reason("A" * 100_000)
    ''
    """
    if len(text) <= MOST_LETTERS:
        return text
    text = text.strip()
    if len(text) <= MOST_LETTERS:
        return text
    start = text[:MOST_LETTERS].rsplit(maxsplit=1)
    return start[0] if len(start) > 1 else ""


def clean(text: str) -> str:
    """Write capital letters, single blanks and only marks that mean something.

    Examples
    --------
    >>> clean("12  N.E. o'Brien st.; apt # 4 (rear)")
    '12 NE OBRIEN ST, APT #4'
    """
    plain = _SPACES.sub(" ", _SILENT.sub("", text.strip()).replace("\n", ", "))
    plain = plain.upper() if plain.isascii() else _plain_letters(plain)
    if "<" in plain or ("&" in plain and ";" in plain):  # copied from a web page
        plain = unescape(_TAG.sub(", ", plain.replace("&NBSP;", " ").replace("&AMP;", "&")))
    plain = plain_number(without_when_or_who(plain)).replace("\\", "/")
    if "+" in plain:
        plain = _PLUS.sub(" & ", plain)
    if "B/" in plain:
        plain = spelled_between(plain)
    if "(" in plain or "[" in plain or "{" in plain:
        plain = without_asides(without_brackets(plain))
    if "." in plain:
        plain = _LETTERS.sub(r"\1\2 ", plain)
        plain = _POINT.sub(" ", plain)
    plain = _MARKS.sub(", ", _KEPT.sub(" ", plain))
    if "#" in plain:
        plain = _HASH.sub(" #", plain)
    if "BOUND" in plain:
        plain = _BOUND.sub(r"\1BOUND", plain)
    if "FS" in plain or "FOREST" in plain or "NF " in plain:
        plain = as_forest_road(plain)
    return _SPACES.sub(" ", plain).strip(" ,.-")


def _plain_letters(text: str) -> str:
    """Capital letters without accents; marks stay."""
    text = text.translate(_FRACTIONS)  # before letters lose their accents: it is no "12"
    return "".join(c if c.isascii() else _plain_letter(c) for c in text).upper()


@lru_cache(1_000)
def _plain_letter(letter: str) -> str:
    return words(letter) or " "


def _parted_units(line: str) -> str:
    """Write a comma for a dash or a stroke that parts a unit from its house."""
    line = _DASH_UNIT.sub(", ", line)
    if " IN " in line:  # no Indiana
        line = _IN_UNIT.sub(", ", line)
    return _UNIT_SLASH.sub(r"\1, ", _SLASH_UNIT.sub(", ", line)) if "/" in line else line


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


def _other_city(city: str, said: tuple[str, ...]) -> str:
    """First of what the text says of the city, "" where it names the row's own."""
    return "" if city and city in said else next((key for key in said if key), "")


def _known_city(
    told: tuple[str, ...], cities: Collection[str], city: str
) -> tuple[tuple[str, ...], str]:
    """Part words that may name a place into those that are not known, and a city that is."""
    keys = {place_key(one.lstrip(BRACKET + COMMA)): one for one in told}
    unknown = tuple(one for key, one in keys.items() if key != city and key not in cities)
    return unknown, next((key for key in keys if key in cities), "")


def _beside_street(rest: list[str], cities: Collection[str], *, has_place: bool) -> str:
    """Give what may be a city behind the street, without a comma.

    Where a state or a ZIP code follows, all words before it are taken for one.
    """
    if rest and has_place and all(word.isalpha() for word in rest):
        return place_key(" ".join(rest))
    return city_in(rest, cities)[0]


__all__ = [
    "BETWEEN", "BLOCK", "CROSSING", "HOUSE", "KINDS", "MILEPOST", "NOTHING", "PO_BOX", "RURAL_BOX",
    "STREET", "Address", "clean", "parse_whole", "with_zip", "within_reason",
]  # fmt: skip
