"""What stands at the end of an address: ZIP code, state, city."""

import re
from collections.abc import Collection
from functools import lru_cache
from typing import Final

from geo.geocoding.address_remarks import is_remark
from geo.geocoding.address_unit_phrase import ORDINAL
from geo.geocoding.address_units import is_number_and_unit, is_unit, take_front, take_off
from geo.geocoding.names import STATES, place_key, state_code
from geo.geocoding.street_words import BARE_UNITS, DIRECTIONS, PLAIN_TYPES, TYPES, UNITS

_ZIP = re.compile(r"(?:^|[\s,])(\d{5})(?:-\d{0,4}| \d{4})?$")
_STATE_ZIP = re.compile(rf"[\s,](?:{'|'.join(STATES)})(?=(\d{{5}})(?:-\d{{4}})?$)")
_COUNTRY = re.compile(r"[\s,]+(?:USA|UNITED STATES(?: OF AMERICA)?|U S A)$")
_NO_ZIP: Final = frozenset({"00000", "99999"})
_ALSO_WORDS: Final = (
    frozenset(STATES) & (TYPES.keys() | UNITS | DIRECTIONS.keys())
) | {"IN", "OR", "CO", "ME", "HI", "OK", "DE", "PA", "ID", "FL"}  # fmt: skip
_PHYSICIANS: Final = frozenset({"MD", "PA"})
_OFFICES: Final = frozenset({"OFC", "OFFICE", "SUITE", "STE"})
_LOOSE_TYPES: Final = frozenset({"HWY", "HIGHWAY", "LOOP", "PATH", "ROW"})
MOST_WORDS: Final = 4
"""A city's name has no more."""

city_key = lru_cache(100_000)(place_key)


def take_zip(line: str) -> tuple[str, str]:
    """Take the ZIP code off the end; one that stands alone is no ZIP code but a house number.

    Examples
    --------
    >>> take_zip("MAIN ST, HERTFORD NC 27944-1234"), take_zip("MAIN ST 00000")
    (('MAIN ST, HERTFORD NC', '27944'), ('MAIN ST', ''))
    """
    if line[-1:] in {"A", "S"}:
        line = _COUNTRY.sub("", line)
    found = _ZIP.search(line) if line[-1:].isdigit() or line[-1:] == "-" else None
    if found is None and line[-1:].isdigit() and (joined := _STATE_ZIP.search(line)):
        return line[: joined.end()], joined[1]  # "NC27944"
    if found is None or found.start() == 0:
        return line, ""
    return line[: found.start()].rstrip(" ,"), "" if found[1] in _NO_ZIP else found[1]


def take_state(line: str, cities: Collection[str], *, has_zip: bool) -> tuple[str, str]:
    """Take the state off the end, by code or name, unless it is rather a word of the street.

    Examples
    --------
    >>> take_state("MAIN ST, HARTFORD CT", (), has_zip=False)
    ('MAIN ST, HARTFORD', 'CT')
    >>> take_state("12 MAIN CT", (), has_zip=False)
    ('12 MAIN CT', '')
    >>> take_state("APT 3, 12 MAIN CT", (), has_zip=False)
    ('APT 3, 12 MAIN CT', '')
    """
    head, comma, tail = line.rpartition(",")
    tail = tail.strip()
    if comma and tail and not tail[0].isdigit():
        code = state_code(tail)
        if code == tail in TYPES and not has_zip and _needs_type(head, cities):
            return f"{head} {tail}", ""
        if code and (tail == code or has_zip or len(tail) > 3):
            return head.rstrip(" ,"), code
    parts = line.split()
    for many in (1, 2, 3):
        if len(parts) <= many + 1:
            break
        before, name = parts[-many - 1], " ".join(parts[-many:])
        if "," in name or not (code := _state_named(name, many, has_zip=has_zip)):
            continue
        rest = " ".join(parts[:-many]).rstrip(" ,")
        if name not in _ALSO_WORDS or has_zip or _city_before(rest, before, cities):
            return rest, code
    return line, ""


def take_state_beside_unit(line: str, cities: Collection[str], *, has_zip: bool) -> tuple[str, str]:
    """Take the state off the end, also where a unit stands behind it.

    Examples
    --------
    >>> take_state_beside_unit("MAIN ST, HARTFORD NC APT 4", (), has_zip=False)
    ('MAIN ST, HARTFORD, APT 4', 'NC')
    """
    line, state = take_state(line, cities, has_zip=has_zip)
    if state:
        return line, state
    words = line.split()
    kept = take_off(words)[0]
    if len(kept) == len(words):
        return line, ""
    unit = " ".join(words[len(kept) :])
    if len(kept) < 3 or not is_unit(unit):
        return line, ""
    before, state = take_state(" ".join(kept).rstrip(" ,"), cities, has_zip=has_zip)
    if state in _PHYSICIANS and unit in _OFFICES and not has_zip:
        return line, ""
    return (f"{before}, {unit}", state) if state else (line, "")


def _state_named(name: str, many: int, *, has_zip: bool) -> str:
    if many == 1 and name in STATES:
        return name
    if not has_zip or len(name) < 4 or (many == 1 and name in TYPES):
        return ""
    return state_code(name) if name.replace(" ", "").isalpha() else ""


def _needs_type(head: str, cities: Collection[str]) -> bool:
    """Whether "115 LITTLE" stands before a comma and a code that is a type as well."""
    tokens = take_front(head.rpartition(",")[2].split())[0]
    typed = any(TYPES.get(word) in PLAIN_TYPES for word in tokens[1:])
    if len(tokens) < 2 or not tokens[0].isdigit() or typed or not tokens[-1].isalpha():
        return False
    return not any(
        place_key(" ".join(tokens[-many:])) in cities for many in range(1, len(tokens) - 1)
    )


def _city_before(rest: str, before: str, cities: Collection[str]) -> bool:
    """Whether a city stands before a code that may be a word as well."""
    first, comma, last = rest.rpartition(",")
    if comma and _is_house(last.split(), first):
        rest, comma = last, ""
    tokens = take_front(rest.replace(",", " ").split())[0]
    for many in range(1, min(MOST_WORDS, len(tokens) - 1) + 1):
        if place_key(" ".join(tokens[-many:])) in cities and whole_street(tokens[:-many]):
            return True
    after_comma = bool(comma) and before not in TYPES and before.isalpha()
    return after_comma and before not in UNITS | BARE_UNITS and before not in DIRECTIONS


def _is_house(last: list[str], first: str) -> bool:
    """Whether the street stands behind the last comma: "APT 4, 12 MAIN", "12, MAIN"."""
    if last and last[0][0].isdigit():
        return True
    parts = [part.strip() for part in first.split(",")]
    return all(is_unit(part) or part.isdigit() or is_number_and_unit(part) for part in parts)


def take_city(tokens: list[str], cities: Collection[str], city: str) -> tuple[list[str], str]:
    """Take a city without a comma off the end.

    Parameters
    ----------
    tokens : list of str
        Words of the line.
    cities : collection of str
        Keys of cities known there.
    city : str
        Key of the row's city, when a column of its own says it.

    Examples
    --------
    >>> take_city("123 BROADWAY HERTFORD".split(), {"HERTFORD"}, "")
    (['123', 'BROADWAY'], 'HERTFORD')
    >>> take_city("123 OLD MILL RD SPRING LAKE".split(), (), "")
    (['123', 'OLD', 'MILL', 'RD'], 'SPRINGLAKE')
    """
    known = {city} if city else cities
    if known:
        for many in range(min(MOST_WORDS, len(tokens) - 1), 0, -1):
            if tokens[-many].isalpha():
                key = city_key(" ".join(tokens[-many:]))
                if key in known and whole_street(tokens[:-many]):
                    if not city and many == 1 and _is_own_type(tokens):
                        break  # "12 OAK LANE" is none in Lane
                    return tokens[:-many], key
    if known or not tokens or not tokens[0][:1].isdigit() or "AND" in tokens or "&" in tokens:
        return tokens, ""  # other words are no city there: they may be anybody's name
    return _after_type(tokens)


def take_city_before(
    tokens: list[str], cities: Collection[str], city: str
) -> tuple[list[str], tuple[str, str]]:
    """Take a known city and its state off the front, before a house number.

    Examples
    --------
    >>> take_city_before("HERTFORD NC 150 ELM ST".split(), {"HERTFORD"}, "")
    (['150', 'ELM', 'ST'], ('HERTFORD', 'NC'))
    >>> take_city_before("HERTFORD NC 37".split(), {"HERTFORD"}, "")[1]
    ('', '')
    """
    known = {city} if city else cities
    at = next((k for k, word in enumerate(tokens[: MOST_WORDS + 2]) if word.isdigit()), 0)
    if at > 1 and tokens[at - 1] in STATES and city_key(" ".join(tokens[: at - 1])) in known:
        rest = tokens[at + 1 :]
        if rest and (rest[0].isalpha() or ORDINAL.match(rest[0])) and whole_street(rest):
            return tokens[at:], (city_key(" ".join(tokens[: at - 1])), tokens[at - 1])
    return tokens, ("", "")


def _is_own_type(tokens: list[str]) -> bool:
    """Whether the last word is the type of the street, and no town behind a street with its own."""
    plain = [word for word in tokens[2:] if TYPES.get(word) in PLAIN_TYPES]
    return plain == tokens[-1:]


def _after_type(tokens: list[str]) -> tuple[list[str], str]:
    """Take what follows a plain type, when it can be a city."""
    if TYPES.get(tokens[-1]) in PLAIN_TYPES or tokens[-1] in DIRECTIONS:
        return tokens, ""
    for place in range(len(tokens) - 2, 1, -1):
        word = tokens[place]
        if TYPES.get(word) not in PLAIN_TYPES or word in _LOOSE_TYPES:
            continue
        if word == "ST" and all(part in DIRECTIONS for part in tokens[1:place]):
            return tokens, ""  # "949 N ST LOUIS": a saint
        end = place + 1 + (tokens[place + 1] in DIRECTIONS)
        rest = tokens[end:]
        if not all(part.isalpha() and part not in UNITS | BARE_UNITS for part in rest):
            return tokens, ""
        if len("".join(rest)) <= 2 or is_remark(rest) or (len(rest) == 1 and rest[0] in TYPES):
            return tokens, ""
        return tokens[:end], place_key(" ".join(rest))
    return tokens, ""


def whole_street(tokens: list[str]) -> bool:
    """Whether words can be a street: a house number and a name, or a name and a type.

    Examples
    --------
    >>> [whole_street(text.split()) for text in ("123 BROADWAY", "MAIN ST", "123 N", "HERTFORD")]
    [True, True, False, False]
    """
    names = [token for token in tokens if not token[0].isdigit() or ORDINAL.match(token)]
    proper = [token for token in names if token not in DIRECTIONS]
    if not proper or (len(tokens) == len(proper) and all(token in TYPES for token in proper)):
        return False
    return len(tokens) > len(names) or any(token in TYPES for token in proper)
