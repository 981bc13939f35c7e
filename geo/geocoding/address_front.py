"""What stands before an address, and is no part of it."""

import re

from geo.geocoding.street_words import BARE_UNITS, PLAIN_TYPES, TYPES, UNITS
from geo.geocoding.told_otherwise import without_box_or_unit

_LEADS = re.compile(
    r"^(?:(?:R/O |I/F/O |IFO |IN |ON |AT |@ ?|NEAR |BY |ACROSS FROM |BEHIND |REAR OF "
    r"|REAR (?!\d|(?:APT|UNIT|HOUSE|BLDG|BUILDING|APARTMENT|TRAILER|GARAGE)\b)"
    r"|ALLEY (?:AT|BEHIND|OF) "
    r"|IN FRONT OF |FRONT OF |OUTSIDE (?:OF )?"
    r"|(?:PRIVATE |THE |A )?(?:HOUSE|HOME|RESIDENCE|DWELLING|APARTMENT|APT|TRAILER|BUILDING|STORE"
    r"|GARAGE|HOTEL|MOTEL|CAR|VEHICLE|YARD|PARKING LOT|LOCATION|ADDRESS) (?:AT|OF|NEAR|BEHIND) "
    r"(?=\d)|(?:HOUSE |STREET )?(?:NO|NUM|NUMBER|NBR) ?"
    r"(?=#?\d+[A-Z]? (?!(?:ST|STREET|AVE|AVENUE|RD|ROAD|MILE)\b|\d+[A-Z]? [A-Z])))+)(?=\S)"
)
_CARE_OF = re.compile(
    r"\b(?:C/O|CARE OF|ATTN:?)(?: [A-Z.'&-]+)*(?= ?[,;]|$| #?\d) ?[,;]?(?: (?=\d))?"
)
_WHEN_OR_WHO = re.compile(
    r"^(?:(?:DOB|TEL|PHONE|PH|CELL|DATE|TIME)?[:.#]? ?(?:\d{1,2}([/.-])\d{1,2}\1\d{2}(?:\d{2})?"
    r"|\d{4}-\d{2}-\d{2}|\(?\d{3}\)?[ .-]?\d{3}[ .-]\d{4}|\d{1,2}:\d{2}(?::\d{2})?(?: ?[AP]M)?)"
    r"[,;:-]? )+(?=\S)"
)
_PLACED = re.compile(
    r"^(?:[A-Z]+ ){0,3}(?:OVERDOSE|OVERDOSED|ODS?|FOUND|FALL|DOWN|UNRESPONSIVE|UNCONSCIOUS|PARKED"
    r"|CRASH|MVA|WRECK|ACCIDENT|STANDING|SITTING|STOPPED|STORE|STATION|SHOP|DELI|PHARMACY"
    r"|RESTAURANT|CAR|VEHICLE|TRUCK|LOT|STOP) AT (?=\d+ (?!MILE)[A-Z0-9]|.*(?: AND |[&@/]))"
)
_NUMBER_WORD = re.compile(
    r"^(?:HOUSE |STREET )?(?:NO|NUM|NUMBER|NBR) ?#?(?=\d+[A-Z]?, (?!\d+[A-Z]? [A-Z]))"
)
_SHOP = re.compile(r"^(?:7|SEVEN)[- ]?ELEVEN(?: #?\d{1,6}(?=,? \d))?,? (?=\d{1,6}[A-Z]? \S)")
_TYPE = "|".join(sorted(word for word, kind in TYPES.items() if kind in PLAIN_TYPES))
_DASHED = re.compile(
    r"^(\d{2,6})-(?!(?:MILES?|ACRES?|FOOT|HOUR|POINT|YEAR|ROD)\b)"
    rf"(?=[A-Z]{{3,}} (?:[A-Z ]+ )?(?:{_TYPE})(?:[ ,]|$))"
)


_SLASHED = re.compile(  # of three digits on: "17/OAK ST" may be a highway's crossing
    rf"^(\d{{3,6}}) ?/ ?(?!(?:{'|'.join(sorted(UNITS | BARE_UNITS))})\b)(?=[A-Z]{{2}}|[NSEW] )"
)
_HOUSE = rf"\d{{1,6}} (?:(?:[A-Z]+|\d+(?:ST|ND|RD|TH)) ){{1,4}}?(?:{_TYPE})"
_FOUND_AT = re.compile(rf"^.* FOUND AT (?={_HOUSE}\b)")
_WHAT_AT = re.compile(
    rf"^(?P<what>[A-Z]+(?: [A-Z]+)*) ?(?:@| AT(?= )) ?(?!\d+ MILE )(?={_HOUSE}(?:[ ,]|$))"
)
_OF_SOMEBODY = re.compile(
    r"^(?:[A-Z]+ ){0,2}(?:FORMERLY (?:OF|AT)|(?:LIVES|LIVED|RESIDES|RESIDED|RESIDING) (?:AT|ON)) "
    r"(?=\d)"
)


def without_lead(line: str) -> str:
    """Leave away what says where around the house: "IN FRONT OF", "HOUSE AT", "NO.".

    Examples
    --------
    >>> without_lead("HOUSE AT 150 LEE DR"), without_lead("NO 376 SEE VIEW LN")
    ('150 LEE DR', '376 SEE VIEW LN')
    >>> without_lead("NO 5 ST")
    'NO 5 ST'
    >>> without_lead("OVERDOSE AT 101 BODY RD"), without_lead("GAS STATION AT ELM & OAK")
    ('101 BODY RD', 'ELM & OAK')
    >>> without_lead("LIVES AT 5 ELM ST FOUND AT 7 OAK ST"), without_lead("FORMERLY OF 5 ELM ST")
    ('7 OAK ST', '5 ELM ST')
    >>> without_lead("R/O 125 ELM ST"), without_lead("SUBJ ODD @ 210 ELM ST")
    ('125 ELM ST', '210 ELM ST')
    >>> without_lead("OAK ST @ 210 ELM ST")
    'OAK ST @ 210 ELM ST'
    """
    if " AT " in line:
        line = _PLACED.sub("", _FOUND_AT.sub("", line))
    if "@" in line or " AT " in line:
        said = _WHAT_AT.match(line)
        if said and not any(TYPES.get(word) in PLAIN_TYPES for word in said["what"].split()[1:]):
            line = line[said.end() :]
    return _LEADS.sub("", _OF_SOMEBODY.sub("", line))


def without_when_or_who(line: str) -> str:
    """Leave away days, hours and telephone numbers in front, and in whose care.

    Parameters
    ----------
    line : str
        In capital letters, with all marks.

    Examples
    --------
    >>> without_when_or_who("2024-05-01 14:05 150 ELM ST"), without_when_or_who("2/3 ELM ST")
    ('150 ELM ST', '2/3 ELM ST')
    >>> without_when_or_who("252-426-1234 150 ELM ST"), without_when_or_who("252-426-1234")
    ('150 ELM ST', '252-426-1234')
    >>> without_when_or_who("C/O JANE ROE 150 ELM ST"), without_when_or_who("1 ELM ST, C/O J ROE")
    ('150 ELM ST', '1 ELM ST,')
    """
    if "C/O" in line or "CARE OF" in line or "ATTN" in line:
        line = _CARE_OF.sub("", line).strip()
    found = _WHEN_OR_WHO.match(line)
    return line[found.end() :] if found else line


def without_front(line: str) -> str:
    """Leave away "NO." before a number, a dash behind it, and a shop whose name is a number.

    Examples
    --------
    >>> without_front("NO 216, MILL RD"), without_front("7-ELEVEN #2345, 101 S CHURCH ST")
    ('216, MILL RD', '101 S CHURCH ST')
    >>> [without_front(text) for text in ("150-DOBBS ST", "150/DOBBS ST", "28-MILE RD")]
    ['150 DOBBS ST', '150 DOBBS ST', '28-MILE RD']
    """
    line = without_box_or_unit(line)
    line = _SLASHED.sub(r"\1 ", line) if "/" in line else line
    line = _SHOP.sub("", _NUMBER_WORD.sub("", line))
    return _DASHED.sub(r"\1 ", line) if "-" in line else line
