"""The mile beside a road in an address: one, a stretch of several, or so far from one."""

import re
from typing import Final, NamedTuple

from geo.geocoding.address_distance import DISTANCE, MILES_IN_KM, SOME_WAY, in_miles

_MARK = r"(?:MM|MILE ?MARKER|MILE ?POST|MP|MILE MRKR|MILE)"
_NUMBER = r"(\d{1,4}(?:\.\d+)?)\b"
_TO = r"(?: ?(?:-|/|&|\bTO\b|\bTHRU\b|\bTHROUGH\b|\bAND\b) ?"
_MILE = re.compile(
    r"(?:\b(?:BETWEEN|BTWN|BTW|BET|FROM) )?"
    rf"(?:\b{_MARK}\b ?#? ?|\bMM){_NUMBER}{_TO}(?:{_MARK} ?#? ?)?{_NUMBER})?"
)
_MILE_AT_END = re.compile(rf"^{_MARK} ?#? ?\d")
_KILOMETER = re.compile(r"\bKM ?(\d{1,4}(?:[.\-]\d+)?)\b()")
_LONGEST_STRETCH: Final = 50.0
_NOT_SAID_HOW_FAR = re.compile(
    r"\b(?:PAST|BEYOND|BEFORE|(?:[NSEW]|NORTH|SOUTH|EAST|WEST) OF)(?: THE)?$"
)


class Mile(NamedTuple):
    """A mile: `span` is half of a stretch around it, `away` how far from it the place is put.

    `texts` are what stands before and behind it.
    """

    at: float
    span: float
    away: float
    texts: tuple[str, str]


def take_mile(line: str) -> Mile | None:
    """Take the mile, and what is said of how far from it, out of a line; None without one.

    Examples
    --------
    >>> take_mile("US 17 MM 230")
    Mile(at=230.0, span=0.0, away=0.0, texts=('US 17 ', ''))
    >>> take_mile("US 17 MM 230-232")[:3], take_mile("US 17 2 MI N OF MM 230")[:3]
    ((231.0, 1.0, 0.0), (230.0, 0.0, 2.0))
    >>> take_mile("US 17 MILE 230 528 FT S")[:3], take_mile("US 17 N OF MM 230")[:3]
    ((230.0, 0.0, 0.1), (230.0, 0.0, 1.0))
    """
    for pattern, factor in ((_MILE, 1.0), (_KILOMETER, MILES_IN_KM)):
        found = pattern.search(line)
        if found is None:
            continue
        at = float(found[1].replace("-", ".")) * factor
        last = float(found[2]) if found[2] else at
        end = found.end() if found[2] else found.end(1)
        if abs(last - at) > _LONGEST_STRETCH:
            last, end = at, found.end(1)
        before, behind = line[: found.start()], line[end:]
        far = DISTANCE.search(before) or DISTANCE.search(behind)
        away = in_miles(far) if far else 0.0
        if not far and _NOT_SAID_HOW_FAR.search(before.strip()):
            away = SOME_WAY
        texts = DISTANCE.sub("", before), DISTANCE.sub("", behind)
        return Mile((at + last) / 2, abs(last - at) / 2, away, texts)
    return None


def is_mile(text: str) -> bool:
    """Whether a text begins with a mile."""
    return bool(_MILE_AT_END.match(text))
