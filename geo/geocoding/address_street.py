"""The street's line of an address: number, block, mile, crossing."""

import re
from typing import Final, NamedTuple

from geo.geocoding.address_between import Between, take_between, without_comma
from geo.geocoding.address_miles import is_mile, take_mile
from geo.geocoding.address_remarks import without_remark
from geo.geocoding.address_unit_phrase import ORDINAL
from geo.geocoding.address_units import is_forest_road
from geo.geocoding.street_names import NO_STREET, ROUTE, Street, split_name
from geo.geocoding.street_words import DIRECTIONS, NUMBERS, PLAIN_TYPES, TYPES, UNITS

HOUSE: Final = "house"
BLOCK: Final = "block"
CROSSING: Final = "intersection"
BETWEEN: Final = "between"
STREET: Final = "street"
MILEPOST: Final = "milepost"
NOTHING: Final = "nothing"

_MARKS = re.compile(r"[-#,&@/]")
_SPACES = re.compile(r"\s+")
_DIRECTION = r"(?:[NSEW]|NE|NW|SE|SW|NORTH|SOUTH|EAST|WEST|(?:NORTH|SOUTH)(?:EAST|WEST))"
_ANY_DIRECTION = "|".join(DIRECTIONS)
_AFTER_NAME = re.compile(
    r"^[^&@/]*?[A-Z)][^&@/]*?[ /]"
    rf"(\d{{2,6}}(?:-?[A-Z])? (?:{_DIRECTION} )?(?:\d+(?:ST|ND|RD|TH)|[A-Z]{{2}}[A-Z0-9]*).*)$"
)
_ROUTE_END = re.compile(
    r"\b(?:HWY|HIGHWAY|ROUTE|RTE|RT|RD|ROAD|I|US|SR|CR|SH|FM|NC|INTERSTATE|MM|MARKER|POST|KM|EXIT"
    r"|BLK|BLOCK|BOX|AVENUE|AVE|OF|AND|AT|NEAR|MILE|INTERSTATE) ?-?$"
)
_BLOCK = re.compile(
    r"^(?P<low>\d{1,6}) ?(?:- ?(?P<high>\d{1,6}) ?)?-? ?(?:BLK|BLOCK|BLCK|BLOCKS)\b(?: OF\b)? ?"
)
_BLOCKS: Final = frozenset({"BLK", "BLOCK", "BLCK"})
_BLOCK_FIRST = re.compile(r"^(?:BLK|BLOCK) (?P<low>\d{1,6})(?: OF)? ")
_BLOCK_LAST = re.compile(r"^(?P<rest>.+?) (?P<low>\d{1,6}) ?(?:BLK|BLOCK|BLCK)$")
_BLOCK_AROUND = re.compile(r"^(?P<low>\d{1,6}) (?P<rest>\S.*?) (?:BLK|BLOCK|BLCK)$")
_BLOCK_MASKED = re.compile(r"^(\d{1,4})(X{1,3}) (?:(?:BLK|BLOCK|BLCK|BLOCKS)(?: OF)? )?(?=\S)")
_UNIT_BLOCK = re.compile(r"^UNIT (?=(?:BLK|BLOCK|BLCK)\b)")
_MILE_WORDS = r"(?:MM|MILE ?MARKER|MILE ?POST|MP|MILE MRKR|MILE|KM)"
_MILE_LAST = re.compile(rf",(?: AT| NEAR)? (?={_MILE_WORDS} ?#?\d)")
_MILE_FIRST = re.compile(rf"^({_MILE_WORDS} ?#?\d[\d.]*),(?= )")
_BLOCK_MARK = re.compile(r", (?=\d{1,6} ?(?:BLK|BLOCK|BLCK)(?:,|$))")
_ROADSIDE_WORDS = re.compile(r"\b(?:LANES?|SHOULDER|MEDIAN|TRAFFIC|AT|NEAR|ON|OF|OFF|@)(?: |$)|@")
_EXIT = re.compile(r" ?\b(?:AT |@ ?|NEAR )?EXIT ?#? ?\d+[A-Z]?(?:-[A-Z])?\b.*$")
_MEETS = r"(?:INTERSECTION|CORNER|INTER|JUNCTION|INT|COR)"
_TYPE = "|".join(sorted(word for word, kind in TYPES.items() if kind in PLAIN_TYPES))
_CORNER = re.compile(
    rf"^(?:(?:[^&@/]+ )?(?:THE )?{_MEETS} OF|(?:AT )?(?:THE )?(?:{_DIRECTION} )?{_MEETS}"
    rf"(?: (?:STORE|SHOP|DELI|MARKET)(?: AT)?)?) (?!(?:{_TYPE})(?: |$))(?=\S)"
)
_CORNER_BEHIND = re.compile(
    rf"(?<=[A-Z]{{2}}),? (?:(?:AT|ON) )?(?:THE )?(?:{_DIRECTION} )?{_MEETS} (?:OF|WITH) "
    r"(?![^,]* (?:AND|AT) )(?=[^,&@/]+(?:,|$))"
)
_WORDS = re.compile(r" (?:AND|AT|NEAR|INTERSECTS?|CROSSING|X) ")
_SIGNS = re.compile(r" ?[&@] ?| ?/+ ?")
_OTHER_NUMBERS: Final = frozenset({
    "AGE", "AGED", "BADGE", "BF", "BM", "BP", "CASE", "CODE", "ENGINE", "FEMALE", "GATE", "GCS",
    "HF", "HM", "HR", "HYDRANT", "MALE", "MEDIC", "PARCEL", "POLE", "SECTION", "SIGNAL", "TEMP",
    "TRACT", "WF", "WM",
})  # fmt: skip
"""Words before numbers that are of no house."""
_NO_STREETS = re.compile(
    r"^(?:ON |OFF )?(?:RAMP|EXIT|ALLEY|DEAD END|END|OVERPASS|UNDERPASS|BRIDGE|SERVICE RD|THE RIVER"
    r"|(?:THE )?(?:FIRE|POLICE|GAS|BUS|TRAIN|METRO) STATION|PARKING LOT|BUS STOP"
    r"|ENTRANCE|MEDIAN|TRACKS)$"
)
_NO_PLACES: Final = (
    frozenset(TYPES) | DIRECTIONS.keys() | UNITS | {"AND", "AT", "NEAR", "OF", "HWY"}
)
_NEAR_RIVER = re.compile(r" NEAR RIVER$")
_RIVER: Final = Street("", "RIVER", "", "")
_TURNED = re.compile(rf"^({_DIRECTION}) (\d{{1,6}}) (?=[A-Z]{{2}})")
_FARM = re.compile(r"^(?:[NSEW]\d{1,3})?[NSEW](\d{2,6}) (?=\S)")
_GLUED_DIRECTION = re.compile(r"^(\d{1,6})([NSEW]|NE|NW|SE|SW) (?=\S+(?: |$))")
_GLUED = re.compile(r"^(\d{1,6})(?!(?:ST|ND|RD|TH)\b)([A-Z]{2,})\b")
_SECOND = re.compile(r"^(\d{1,6})( ?[-/&] ?|-)(\d{1,6})(?: |$)")
_FIRST = re.compile(  # "12 A MAIN ST", but "12 A ST NE"
    r"^#?(\d{1,6})(?:-?[A-Z])?(?: |$)(?:\d/\d )?"
    rf"(?:-? ?[A-DF-MO-RT-VX-Z] (?=\S{{2,}} \S)(?!(?:{_TYPE}) (?:{_ANY_DIRECTION})(?: |$)))?"
)
_ROAD_AND_NAME = re.compile(  # secondary roads, whose numbers have four digits
    r"^(?:SR|S R|NCSR|CR|(?:STATE|COUNTY|SECONDARY) (?:RD|ROAD)) ?#?\d{4} "
    rf"(?=(?:[A-Z]{{2,}} )+(?:{_TYPE})(?: {_DIRECTION})?$)"
)
_PLACE_AND_HOUSE = re.compile(  # "3 SISTERS BAR 125 MARKET ST"
    r"^\d{1,6} (?P<place>[A-Z]{2,}(?: [A-Z]{2,}){1,3}) "
    rf"(?=\d{{2,6}} (?:[A-Z]+ ){{1,4}}?(?:{_TYPE})$)"
)
_TWO_STREETS = re.compile(rf"^((?:[A-Z]+ ){{1,3}}(?:{_TYPE})) ((?:[A-Z]+ ){{1,3}}(?:{_TYPE}))$")
_SPANISH = re.compile(r"^(?:CALLE|AVENIDA|AVE|AV) [A-Z]{2}")  # as in Puerto Rico: "CALLE LUNA 210"
_NUMBER_LAST = re.compile(r"^((?:\d+(?:ST|ND|RD|TH) )?\D+) (\d{1,6})(?: ?- ?(\d{1,6}))?$")


class Parts(NamedTuple):
    """What a street's line says; see `address.Address`."""

    kind: str = NOTHING
    number: int = -1
    high: int = -1
    street: Street = NO_STREET
    cross: Street = NO_STREET
    mile: float = -1.0
    other_cross: Street = NO_STREET
    mile_span: float = 0.0
    mile_away: float = 0.0
    dash: tuple[int, int] = (-1, -1)  # numbers behind and before it


def without_marks_within(line: str) -> str:
    """Leave away the comma between a road and its mile, its block or the streets at its ends.

    Examples
    --------
    >>> without_marks_within("HWY 17, MILE MARKER 230.5, HERTFORD")
    'HWY 17 MILE MARKER 230.5, HERTFORD'
    >>> without_marks_within("ELM ST, CORNER OF OAK ST, HERTFORD")
    'ELM ST & OAK ST, HERTFORD'
    """
    if " OF " in line or " WITH " in line:
        line = _CORNER_BEHIND.sub(" & ", line)
    line = _BLOCK_MARK.sub(" ", without_comma(line))
    return _MILE_LAST.sub(" ", _MILE_FIRST.sub(r"\1 ", line))


def read_line(line: str) -> Parts:
    """Part a line without unit, city, state and ZIP code.

    Examples
    --------
    >>> read_line("1200 BLK OF N MAIN ST")[:3]
    ('block', 1200, 1299)
    >>> read_line("CORNER OF NORTH AND LECLAIRE").cross.base
    'LECLAIRE'
    """
    if not line:
        return Parts()
    between = take_between(line)
    if between and not is_mile(between[1]):
        return _between(between)
    if not line[0].isdigit():
        line = _after_name(line)
    line = _UNIT_BLOCK.sub("0 ", line)  # numbers below 100
    for reader in (_block, _milepost):
        found = reader(line)
        if found is not None:
            return found
    line = _EXIT.sub("", line).strip() or line
    place = _PLACE_AND_HOUSE.match(line)
    if place and _NO_PLACES.isdisjoint(place["place"].split()):
        line = line[place.end() :]
    number, rest = take_number(line)
    if number <= 0:
        return _street(rest)
    return _house(number, rest)._replace(dash=_at_dash(line))


def _between(said: Between) -> Parts:
    """Read a piece of a street between two others; a number, block or mile before says more."""
    parts = read_line(said.along)
    if parts.kind != STREET:
        return parts
    ends = [_EXIT.sub("", piece) for piece in said[1:]]
    names = [_name(piece) for piece in ends if not _NO_STREETS.match(piece)]
    names = [one for one in names if one.base and (one.type or not one.base.isdigit())]
    if not names:
        return parts
    last = names[1] if len(names) > 1 else NO_STREET
    return Parts(BETWEEN, -1, -1, parts.street, names[0], other_cross=last)


def _house(number: int, line: str) -> Parts:
    pieces = [piece for piece in _SIGNS.split(line) if piece.strip(" -")]
    if len(pieces) == 1:
        words = _WORDS.split(line)
        last = words[0].split()[-1] if words[0].split() else ""
        # "TOWN AND COUNTRY RD" is one name, "71ST AND VINE" are two.
        if len(words) > 1 and (last in TYPES or ORDINAL.match(last)):
            pieces = words
    street = _name(pieces[0]) if pieces else NO_STREET
    cross = _name(pieces[1]) if len(pieces) > 1 else NO_STREET
    return Parts(HOUSE, number, -1, street, cross) if street.base else Parts()


def _street(line: str) -> Parts:
    """Crossing, or a street without a number."""
    line = _NEAR_RIVER.sub("", line)
    pieces = [piece.strip(" -") for piece in _SIGNS.split(_CORNER.sub("", line))]
    if len(pieces) == 1:
        pieces = _WORDS.split(pieces[0])
    names = [_name(piece) for piece in pieces if not _NO_STREETS.match(piece)]
    names = [name for name in names if name.base and not name.base.isdigit()]
    names = list(dict.fromkeys(names))
    if len(names) > 1:
        third = names[2] if len(names) > 2 else NO_STREET
        return Parts(CROSSING, -1, -1, names[0], names[1], other_cross=third)
    if not names or (names[0] == _RIVER and not names[1:]):
        return Parts()
    two = _TWO_STREETS.match(line)
    if two:
        return Parts(STREET, -1, -1, names[0], _name(two[2]), other_cross=_name(two[1]))
    last = _NUMBER_LAST.match(line)
    if last is None or is_forest_road(last[1].split()) or _is_route(f"{last[1]} {last[2]}"):
        return Parts(STREET, -1, -1, names[0])
    number = _joined_number(last[2], "-", last[3]) if last[3] else int(last[2])
    if number and (_name(last[1]).type or _SPANISH.match(last[1])):
        return Parts(HOUSE, number, -1, _name(last[1]))
    return Parts(STREET, -1, -1, names[0])


def _is_route(line: str) -> bool:
    return _name(line).base.startswith(ROUTE)


def _after_name(line: str) -> str:
    """Leave away a place's name before the house number: "MOTEL 6 2881 TOUHY AVE"."""
    found = _AFTER_NAME.match(line)
    if found is None or _TURNED.match(line) or _ROUTE_END.search(line[: found.start(1)].strip()):
        return line
    front = line[: found.start(1)].split()
    if front[-1] in _OTHER_NUMBERS:
        return line
    named = [word for word in found[1].split()[1:] if word not in DIRECTIONS]
    return found[1] if named and front[-1] not in DIRECTIONS and named[0] not in _BLOCKS else line


def _block(line: str) -> Parts | None:
    masked = _BLOCK_MASKED.match(line)
    if masked:
        step = 10 ** len(masked[2])
        low = int(masked[1]) * step
        return _on_street(BLOCK, low, low + step - 1, line[masked.end() :])
    for pattern in (_BLOCK, _BLOCK_FIRST, _BLOCK_LAST, _BLOCK_AROUND):
        found = pattern.match(line)
        if found is None:
            continue
        said = found.groupdict()
        low, high = int(said["low"]), int(said.get("high") or -1)
        high = high if high > low else low - low % 100 + 99
        return _on_street(BLOCK, low, high, said.get("rest") or line[found.end() :])
    return None


def _on_street(kind: str, low: int, high: int, rest: str) -> Parts:
    street = _name(_SIGNS.split(rest.strip(" -"))[0])
    return Parts(kind, low, high, street) if street.base else Parts()


def _milepost(line: str) -> Parts | None:
    found = take_mile(line)
    for text in found.texts if found else ():
        street = _name(_ROADSIDE_WORDS.sub(" ", text).strip(" ,-"))
        if found and street.base.startswith(ROUTE):
            return Parts(
                MILEPOST, -1, -1, street, mile=found.at, mile_span=found.span, mile_away=found.away
            )
    return None


def take_number(line: str) -> tuple[int, str]:
    """House number at the front and what follows it; -1 when there is none.

    Of two numbers the first is taken; "45-12" is one number in Queens.

    Examples
    --------
    >>> take_number("123 1/2 N MAIN ST"), take_number("45-12 QUEENS BLVD"), take_number("5TH AVE")
    ((123, 'N MAIN ST'), (4512, 'QUEENS BLVD'), (-1, '5TH AVE'))
    """
    turned = _TURNED.match(line)
    if turned:
        line = f"{turned[2]} {turned[1]} {line[turned.end() :]}"
    farm = _FARM.match(line)
    if farm:
        return int(farm[1]), line[farm.end() :]
    if not line[0].isdigit() and line[0] != "#":
        first, _, rest = line.partition(" ")
        counts = first in NUMBERS and " " in rest and not _is_counted_name(line, rest)
        return (NUMBERS[first], rest) if counts else (-1, line)
    line = _GLUED.sub(r"\1 \2", _GLUED_DIRECTION.sub(r"\1 \2 ", line))
    two = _SECOND.match(line)
    if two and line[two.end() :].strip():
        return _joined_number(two[1], two[2].strip(), two[3]), line[two.end() :]
    found = _FIRST.match(line)
    if found is None:
        return -1, line
    rest = line[found.end() :].strip(" -")
    if not rest or rest[0] in "&@/" or rest.split(" ", 1)[0] in {"AND", "AT"}:
        return -1, line
    return int(found[1]), rest


def _is_counted_name(line: str, rest: str) -> bool:
    """Whether a number in words is of the name: "FOUR MILE RD", "FIVE BRIDGE RD 968".

    Examples
    --------
    >>> _is_counted_name("FOUR MILE RD", "MILE RD"), _is_counted_name("ONE MAIN ST", "MAIN ST")
    (True, False)
    """
    last = _NUMBER_LAST.match(rest)
    if rest.startswith("MILE ") or last is None or line.startswith("ONE "):
        return rest.startswith("MILE ")
    return bool(_name(last[1]).type) and not _is_route(rest)


def _at_dash(line: str) -> tuple[int, int]:
    """Second and first of two numbers that `take_number` made one; else -1.

    Examples
    --------
    >>> _at_dash("2-86 WHITEHAT RD"), _at_dash("123-125 MAIN ST")
    ((86, 2), (-1, -1))
    """
    two = _SECOND.match(line)
    joined = two and _joined_number(two[1], two[2].strip(), two[3]) != int(two[1])
    return (int(two[3]), int(two[1])) if two and joined else (-1, -1)


def _joined_number(first: str, mark: str, second: str) -> int:
    low, high = int(first), int(second)
    near = 0 < high - low <= 100 and (len(first) == len(second) or high - low <= 30)
    if mark != "-" or near or len(first) > 3 or len(first) + len(second) > 6:
        return low
    return int(first + second)


def _name(text: str) -> Street:
    text = _ROAD_AND_NAME.sub("", text)
    words = _SPACES.sub(" ", _MARKS.sub(" ", text)).strip(" .").split()
    return split_name(" ".join(without_remark(words, 0)[0]))
