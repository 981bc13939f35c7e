"""What stands between commas: the street, a unit, a city, and what is none of them."""

import re
from collections.abc import Collection

from geo.geocoding.address_front import without_lead
from geo.geocoding.address_remarks import is_remark
from geo.geocoding.address_units import is_number_and_unit, is_unit, unit_of
from geo.geocoding.names import place_key
from geo.geocoding.street_words import DIRECTIONS, NUMBERS, PLAIN_TYPES, TYPES

_NUMBER_ONLY = re.compile(r"\d{1,6}[A-Z]?")
_NUMBER_ALONE = re.compile(r"[1-9]\d{0,4}")
_NUMBER_TURNED = re.compile(r"(?:[NSEW]|NORTH|SOUTH|EAST|WEST) \d+ [A-Z]")
_SIGN = re.compile(r"[&@/]")


def pieces(line: str, cities: Collection[str]) -> tuple[str, str, str, str]:
    """Part at commas into the street's line, the unit, the city, and words that may be a city.

    Examples
    --------
    >>> pieces("APT 4, 143 TAYLOR, LN, HERTFORD", {"HERTFORD"})
    ('143 TAYLOR LN', '4', 'HERTFORD', 'HERTFORD')
    """
    parts = [part for part in (without_lead(p.strip(" -")) for p in line.split(",")) if part]
    if len(parts) < 2:
        return (parts[0] if parts else ""), "", "", ""
    at = next((k for k, part in enumerate(parts) if _looks_like_street(part)), -1)
    if at < 0:
        at = next((k for k, part in enumerate(parts) if has_street(part)), 0)
    street, rest = parts[at], parts[at + 1 :]
    unit = unit_of(parts[at - 1].split()) if at and is_unit(parts[at - 1]) else ""
    units = [part for part in rest if is_unit(part) and part not in DIRECTIONS]
    rest = [part for part in rest if part not in units]
    number, _, inner = street.partition(" ")
    if _is_number_behind(parts, at, cities):  # "MAIN ST, 123"
        street = f"{street} {parts[at - 1]}"
    elif rest and _NUMBER_ONLY.fullmatch(street):  # "123, MAIN ST"
        street, rest = f"{street} {rest[0]}", rest[1:]
    elif rest and is_number_and_unit(street) and place_key(rest[0]) not in cities:
        unit = unit or unit_of(inner.split())  # "123 APT 4, MAIN ST"
        street, rest = f"{number} {rest[0]}", rest[1:]
    if rest and _is_its_type(rest[0], street, cities):  # "MAIN, ST"
        street, rest = f"{street} {rest[0]}", rest[1:]
    while rest and rest[0] in DIRECTIONS:  # "MAIN ST, N"
        street, rest = f"{street} {rest[0]}", rest[1:]
    if units and not unit:
        unit = unit_of(units[0].split())
    places = [part for part in rest if _may_be_city(part)]
    named = [_city_of(part, cities) for part in places]
    said = next((key for key in reversed(named) if key), "")
    return street, unit, said, place_key(places[-1]) if places else ""


def street_in_words(line: str) -> str:
    """Join a street whose words all have a comma between them.

    Examples
    --------
    >>> street_in_words("144, E, MARKET, ST"), street_in_words("144, ELM ST, HERTFORD")
    ('144 E MARKET ST', '144, ELM ST, HERTFORD')
    """
    parts = [part.strip() for part in line.split(",")]
    if len(parts) < 3 or " " in "".join(parts) or not parts[0].isdigit():
        return line
    return " ".join(parts) if TYPES.get(parts[-1]) in PLAIN_TYPES else line


def _is_number_behind(parts: list[str], at: int, cities: Collection[str]) -> bool:
    """Whether a number alone is that of the street before it: no age, and not of one behind it."""
    if not at or not _NUMBER_ALONE.fullmatch(parts[at]):
        return False
    before, after = parts[at - 1].split(), parts[at + 1 :]
    if len(before) < 2 or not before[0].isalpha() or TYPES.get(before[-1]) not in PLAIN_TYPES:
        return False
    return not is_unit(parts[at - 1]) and all(
        is_unit(part) or (_city_of(part, cities) and TYPES.get(part.split()[-1]) not in PLAIN_TYPES)
        for part in after
    )


def _is_its_type(part: str, street: str, cities: Collection[str]) -> bool:
    """Whether words behind a comma are the type of the street before it, and no place."""
    kind, *turned = part.split()
    if kind not in TYPES or kind == "ALLEY" or not all(word in DIRECTIONS for word in turned):
        return False
    if TYPES[kind] == "EXT":
        return True
    known = part not in cities if cities else TYPES[kind] in PLAIN_TYPES
    name = street.split()
    return (
        known and len(name) > name[0][0].isdigit() and name[-1].isalpha()
        and not any(TYPES.get(word) in PLAIN_TYPES for word in name[1:])
    )  # fmt: skip


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


def has_street(part: str) -> bool:
    """Whether there is a street beside a box.

    Examples
    --------
    >>> has_street("12 ELM"), has_street("NAVY HILL RD"), has_street("HERTFORD")
    (True, True, False)
    """
    tokens = part.replace(",", " ").split()
    if len(tokens) < 2:
        return False
    return part[0].isdigit() or bool(_SIGN.search(part)) or any(t in TYPES for t in tokens[1:])
