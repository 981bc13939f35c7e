"""What stands before an address, and is no part of it."""

import re

from geo.geocoding.street_words import PLAIN_TYPES, TYPES

_LEADS = re.compile(
    r"^(?:(?:IN |ON |AT |NEAR |BY |ACROSS FROM |BEHIND |REAR OF |REAR (?!\d)"
    r"|ALLEY (?:AT|BEHIND|OF) "
    r"|IN FRONT OF |FRONT OF |OUTSIDE (?:OF )?"
    r"|(?:PRIVATE |THE |A )?(?:HOUSE|HOME|RESIDENCE|DWELLING|APARTMENT|APT|TRAILER|BUILDING|STORE"
    r"|GARAGE|HOTEL|MOTEL|CAR|VEHICLE|YARD|PARKING LOT|LOCATION|ADDRESS) (?:AT|OF|NEAR|BEHIND) "
    r"(?=\d)|(?:HOUSE |STREET )?(?:NO|NUM|NUMBER|NBR) ?"
    r"(?=#?\d+[A-Z]? (?!(?:ST|STREET|AVE|AVENUE|RD|ROAD|MILE)\b)))+)(?=\S)"
)
_NUMBER_WORD = re.compile(r"^(?:HOUSE |STREET )?(?:NO|NUM|NUMBER|NBR) ?#?(?=\d+[A-Z]?, )")
_SHOP = re.compile(r"^(?:7|SEVEN)[- ]?ELEVEN(?: #?\d{1,6}(?=,? \d))?,? (?=\d{1,6}[A-Z]? \S)")
_TYPE = "|".join(sorted(word for word, kind in TYPES.items() if kind in PLAIN_TYPES))
_DASHED = re.compile(
    r"^(\d{2,6})-(?!(?:MILES?|ACRES?|FOOT|HOUR|POINT|YEAR|ROD)\b)"
    rf"(?=[A-Z]{{3,}} (?:[A-Z ]+ )?(?:{_TYPE})(?:[ ,]|$))"
)


def without_lead(line: str) -> str:
    """Leave away what says where around the house: "IN FRONT OF", "HOUSE AT", "NO.".

    Examples
    --------
    >>> without_lead("HOUSE AT 150 LEE DR"), without_lead("NO 376 SEE VIEW LN")
    ('150 LEE DR', '376 SEE VIEW LN')
    >>> without_lead("NO 5 ST")
    'NO 5 ST'
    """
    return _LEADS.sub("", line)


def without_front(line: str) -> str:
    """Leave away "NO." before a number, a dash behind it, and a shop whose name is a number.

    Examples
    --------
    >>> without_front("NO 216, MILL RD"), without_front("7-ELEVEN #2345, 101 S CHURCH ST")
    ('216, MILL RD', '101 S CHURCH ST')
    >>> without_front("150-DOBBS ST"), without_front("28-MILE RD")
    ('150 DOBBS ST', '28-MILE RD')
    """
    line = _SHOP.sub("", _NUMBER_WORD.sub("", line))
    return _DASHED.sub(r"\1 ", line) if "-" in line else line
