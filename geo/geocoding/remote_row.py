"""What of an address leaves this machine: a house and the words of its street, or nothing."""

import re
from typing import Final

from geo.geocoding.address_street import HOUSE
from geo.geocoding.address_whole import Address
from geo.geocoding.census_batch import Row
from geo.geocoding.street_words import REMARKS, REMARKS_AFTER_TYPE

_MOST_WORDS: Final = 4
_NO_NAMES: Final = REMARKS | REMARKS_AFTER_TYPE | {"RESIDENCE"}
_LONGEST_NAME: Final = 28


def as_sent(address: Address, text: str, city: str, state: str) -> Row | None:
    """Say what leaves of an address: a house, no unit, no remark; None for what is no house."""
    if address.kind != HOUSE or not address.street.type or address.against or address.mile_away:
        return None  # where the text names another place, the row's would be answered
    name = _as_written(text, address.street.base)
    if not name or any(word in _NO_NAMES for word in name.split()):
        return None
    pre, _, kind, post = address.street
    number = _number_as_written(text) if address.behind_dash >= 0 else str(address.number)
    street = " ".join(part for part in (number, pre, name, kind, post) if part)
    return street, city, state, address.zip


def _number_as_written(text: str) -> str:
    """Give two numbers with the dash between them, as the other end knows them in Queens.

    Examples
    --------
    >>> _number_as_written("45 - 12 Queens Blvd")
    '45-12'
    """
    two = re.search(r"(\d+) ?- ?(\d+)", text)
    return f"{two[1]}-{two[2]}" if two else ""


def _as_written(text: str, base: str) -> str:
    """Find the words of a text that make the name of a street; "" unless they plainly do.

    Examples
    --------
    >>> _as_written("1150 Sandy Cross Rd", "SANDYCROSS"), _as_written("8 Frump", "FRUMPJOHNDOE")
    ('SANDY CROSS', '')
    """
    words = re.findall(r"[A-Z0-9]+", text.upper())
    for first in range(len(words)):
        for last in range(first + 1, min(first + _MOST_WORDS, len(words)) + 1):
            if "".join(words[first:last]) == base:
                name = words[first:last]
                digits = sum(word.isdigit() for word in name)
                return " ".join(name) if digits <= 1 and len(base) <= _LONGEST_NAME else ""
    return ""
