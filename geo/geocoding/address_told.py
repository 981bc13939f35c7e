"""Words beside a street that may name a place: in brackets, behind a comma or behind its type."""

import re
from typing import Final

from geo.geocoding.address_aside import ASIDE
from geo.geocoding.address_pieces import street_in_words
from geo.geocoding.address_units import is_unit
from geo.geocoding.names import STATES
from geo.geocoding.street_words import (
    AFTER_TYPES,
    BARE_UNITS,
    DIRECTIONS,
    PLAIN_TYPES,
    REMARKS,
    TYPES,
    UNITS,
)

BRACKET: Final = "("
COMMA: Final = ","

_MARKED = re.compile(r"[,;(\[{]| - ")
_PARTS = re.compile(r"[,;]| - ")
_ZIP = re.compile(r" ?\b(?:\d{5}(?:-\d{4})?)$")
_MARKS = re.compile(r"[.'\"`]")
_WORDS = re.compile(r"[A-Z]+(?: [A-Z]+){0,3}")
_NO_NAMES: Final = DIRECTIONS.keys() | {"AND", "AT", "&", "@", "NEAR", "OF"}
_SHORTEST: Final = 4
_NO_PLACES: Final = DIRECTIONS.keys() | TYPES.keys() | AFTER_TYPES | BARE_UNITS | UNITS | REMARKS


def places_told(text: str, streets: tuple[str, ...] = ()) -> tuple[str, ...]:
    """List what may name a place: behind a comma with ",", in brackets with "(" before it.

    Parameters
    ----------
    text : str
    streets : tuple of str
        `Street.base` of the streets found in it: words that end one belong to it.

    Examples
    --------
    >>> places_told("12 Elm St Pasquotank County (VA)"), places_told("A St & Elm St, Edenton 27932")
    (('(VA', 'PASQUOTANK COUNTY'), (',EDENTON',))
    >>> places_told("12 Virginia Ave"), places_told("12 Old St Marys", ("OLDSTMARYS",))
    ((), ())
    """
    line = " ".join(text.upper().replace("\n", ", ").split()).rstrip(" ,.;-")
    line = street_in_words(line) if line.count(",") > 1 else line
    if not _MARKED.search(line) and TYPES.get(line.rpartition(" ")[2]) in PLAIN_TYPES:
        return ()
    found = []
    if "(" in line or "[" in line or "{" in line:
        found = [BRACKET + inside.strip(" .") for inside in ASIDE.findall(line)]
        line = ASIDE.sub(" ", line)
    line = _MARKS.sub("", line)
    for number, part in enumerate(_PARTS.split(line)):
        tokens = _ZIP.sub("", part.strip()).split()
        if len(tokens) > 1 and tokens[-1] in STATES and tokens[-1] != "CO":  # or a county
            tokens.pop()
        behind = _behind_type(tokens)
        if behind is not None:
            found.append(" ".join(behind))
        elif number:
            found.append(COMMA + " ".join(tokens))
    return tuple(one for one in found if _may_be_place(one, streets))


def _behind_type(tokens: list[str]) -> list[str] | None:
    """Words behind the last type of a street that has a name; None where there is no street."""
    for at in range(len(tokens) - 1, 0, -1):
        if TYPES.get(tokens[at]) not in PLAIN_TYPES:
            continue
        if any(not word[0].isdigit() and word not in _NO_NAMES for word in tokens[:at]):
            after = at + 1
            while after < len(tokens) and len(tokens[after]) <= 2 and tokens[after] in DIRECTIONS:
                after += 1  # "N", but not "NORTH CAROLINA"
            if is_unit(" ".join(tokens[after : after + 2])):  # "APT 4"
                after += 2
            return tokens[after:]
    return None


def _may_be_place(told: str, streets: tuple[str, ...]) -> bool:
    words = told.lstrip(BRACKET + COMMA)
    if len(words) < _SHORTEST:
        return told[:1] == BRACKET and words in STATES
    if words in _NO_PLACES or not _WORDS.fullmatch(words) or is_unit(words):
        return False
    key = words.replace(" ", "")
    return not any(street.endswith(key) for street in streets if street)
