"""How far from a street, a house or a crossing the text of an address puts the place."""

import re
from typing import Final

MILES_IN_KM: Final = 0.621371
SOME_WAY: Final = 1.0
"""Miles meant by "past" alone: as far as to the next marker of a highway."""

_NUMBER: Final = r"(?<![\d.])(?:(?P<part>\d)/(?P<of>[2-9])|(?P<many>\d+(?:\.\d+)?|\.\d+))"
_UNIT: Final = r"(?P<unit>MILES?|MI|FEET|FOOT|FT|YARDS?|YDS?|METERS?|KM)\b(?! ?MARKER)"
DISTANCE: Final = re.compile(rf"{_NUMBER} ?{_UNIT}")
"""A distance anywhere in a text in capital letters."""

_MILES_IN: Final = {"M": 1.0, "F": 1 / 5280, "Y": 1 / 1760, "ME": 1 / 1609.344, "K": MILES_IN_KM}
_DIRECTION: Final = r"(?:[NSEW]|[NS][EW]|(?:NORTH|SOUTH)(?:EAST|WEST)?|EAST|WEST)(?:BOUND)?"
_HINT = re.compile(r"\b(?:MILES?|MI|FEET|FOOT|FT|YARDS?|YDS?|METERS?|KM|PAST|BEYOND|BEFORE|OF)\b")
_ABOUT: Final = r"(?:(?:ABOUT|ABT|APPROX|APPROXIMATELY|AROUND|JUST) )*"
_WAY: Final = (
    rf"(?:(?:TO THE )?{_DIRECTION} (?:OF|FROM)|PAST|BEYOND|BEFORE|FROM|OFF"
    r"|(?:AWAY|DOWN|UP|SHORT) (?:FROM|OF))(?: THE)?"
)
_BEFORE = re.compile(
    rf"^{_ABOUT}(?:{DISTANCE.pattern} {_WAY}|PAST|BEYOND|BEFORE"
    rf"|{_DIRECTION} OF(?= \d| .*(?:[&@/]| AND )))"
    r"(?: (?:THE )?(?:INTERSECTION|CORNER) OF)? (?=\S+ \S)"
)
_WITHIN = re.compile(rf"(?<=[A-Z]{{2}}),? {_ABOUT}{DISTANCE.pattern} {_WAY} (?=[A-Z0-9])")
_FROM_TOWN = re.compile(
    rf"(?<=[A-Z]{{2}}),? {_ABOUT}{_NUMBER} ?(?P<unit>MILES?|MI|KM) {_WAY} [A-Z]+(?=,|$)"
)
_BEHIND = re.compile(
    rf"(?<=[A-Z]{{2}}),? {_ABOUT}{DISTANCE.pattern}(?: (?:TO THE )?{_DIRECTION}|"
    r" AWAY| PAST| BEYOND| DOWN| UP)?(?: (?:OF|FROM)(?: THE)?"
    r" (?:INTERSECTION|CORNER|CROSSING|THERE|HOUSE|ADDRESS))?(?=,|$)"
)


def take_distance(line: str) -> tuple[float, str]:
    """Take what is said of a distance out of a line: miles, 0 where nothing is; what is left.

    Examples
    --------
    >>> take_distance("2 MILES PAST 210 DOBBS ST"), take_distance("PAST 210 DOBBS ST")
    ((2.0, '210 DOBBS ST'), (1.0, '210 DOBBS ST'))
    >>> take_distance("ELM ST & OAK ST, 528 FT NORTH, HERTFORD")
    (0.1, 'ELM ST & OAK ST, HERTFORD')
    >>> take_distance("ELM ST 528 FT N OF OAK ST"), take_distance("12 MILE RD")
    ((0.1, 'ELM ST & OAK ST'), (0.0, '12 MILE RD'))
    >>> take_distance("ELM ST 2 MI N OF HERTFORD")
    (2.0, 'ELM ST')
    """
    if _HINT.search(line) is None:
        return 0.0, line
    for pattern, instead in (
        (_BEFORE, ""),
        (_BEHIND, ""),
        (_FROM_TOWN, ""),
        (_WITHIN, " & "),
    ):
        found = pattern.search(line)
        if found and not (instead and line[0].isdigit()):
            away = in_miles(found) if found["unit"] else SOME_WAY
            return away, line[: found.start()] + instead + line[found.end() :]
    return 0.0, line


def in_miles(said: re.Match[str]) -> float:
    """Miles of what `DISTANCE` found."""
    many = int(said["part"]) / int(said["of"]) if said["of"] else float(said["many"])
    unit = said["unit"]
    return many * _MILES_IN["ME" if unit.startswith("ME") else unit[0]]
