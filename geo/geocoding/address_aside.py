"""What stands in brackets: dropped, unless it is the address itself."""

import re
from typing import Final

from geo.geocoding.address_unit_phrase import ORDINAL
from geo.geocoding.street_words import PLAIN_TYPES, TYPES

ASIDE: Final = re.compile(r"[(\[{]([^)\]}]*)[)\]}]*")
_CORNER = re.compile(r"[(\[{]\s*(AT|@|&|CORNER OF|NEAR) ?([A-Z0-9][^)\]}]*[A-Z.])\s*[)\]}]")
_NUMBER_BEHIND = re.compile(  # of three digits on: no age, no count
    r"^((?:\d+(?:ST|ND|RD|TH)|[A-Z][A-Z.'-]*)(?: [A-Z.'-]+)+) ?"
    r"[(\[]\s*(\d{3,4})\s*[)\]](?=[\s.]*(?:[,;]|$))"
)
_NUMBER_BEFORE = re.compile(
    r"^[(\[]\s*(\d{3,6})\s*[)\]] ?(?=[A-Z]{2}|[NSEW] |\d+(?:ST|ND|RD|TH)\b)"
)
_NUMBERED = re.compile(r"\d{1,6}[A-Z]? ")
_ZIP = re.compile(r"\b\d{5}(?:-\d{4})?[\s.,;]*$")
_SIGN = re.compile(r"[&@/]")


def without_asides(line: str) -> str:
    """Leave away what stands in brackets, and of a whole address the brackets only.

    Parameters
    ----------
    line : str
        In capital letters.

    Examples
    --------
    >>> without_asides("12 ELM ST (REAR)"), without_asides("(12 ELM ST)")
    ('12 ELM ST  ', ', 12 ELM ST, ')
    >>> without_asides("HOLIDAY INN (12 ELM ST), HERTFORD NC 27944")
    'HOLIDAY INN , 12 ELM ST, , HERTFORD NC 27944'
    >>> [without_asides(text) for text in ("ELM ST (120)", "(120) ELM ST", "ELM ST (AT OAK ST)")]
    ['120 ELM ST', '120 ELM ST', 'ELM ST  & OAK ST ']
    """
    line = _NUMBER_BEFORE.sub(r"\1 ", line)
    line = _NUMBER_BEHIND.sub(r"\2 \1", _CORNER.sub(_other_street, line))
    found = ASIDE.search(line)
    outside = ASIDE.sub(" ", line)
    if found is None or not _is_whole(found[1].strip(), outside):
        return outside
    return f"{line[: found.start()]}, {found[1].strip()}, {ASIDE.sub(' ', line[found.end() :])}"


def _other_street(said: re.Match[str]) -> str:
    """Two streets that cross; "(at home)" stays as it is."""
    first, last = said[2].split()[0], said[2].split()[-1].strip(".")
    named = first.strip(".").isalpha() or ORDINAL.match(first)
    sure = said[1] in {"@", "&", "CORNER OF"} or last in TYPES
    return f" & {said[2]} " if named and sure else said[0]


def _is_whole(inside: str, outside: str) -> bool:
    """Whether brackets hold an address and nothing beside them is one."""
    words = inside.replace(",", " ").replace(".", " ").split()
    typed = any(TYPES.get(word) in PLAIN_TYPES for word in words[1:])
    if not any(map(str.isalnum, outside)):
        return typed or bool(_SIGN.search(inside) or _NUMBERED.match(inside))
    beside = _ZIP.sub("", outside.replace(",", " "))
    streets = any(TYPES.get(word.strip(".,")) in PLAIN_TYPES for word in beside.split())
    numbers = any(map(str.isdigit, beside))
    return bool(_NUMBERED.match(inside)) and typed and not streets and not numbers
