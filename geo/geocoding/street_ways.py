"""Other ways to part the words of a street's name: what was joined, or said in other words."""

import re
from collections.abc import Iterator
from functools import cache
from string import ascii_uppercase
from typing import Final, NamedTuple

from geo.geocoding.street_names import ROUTE, base_of
from geo.geocoding.street_words import DIRECTION_NAMES, DIRECTIONS, ORDINALS, SIDES, TYPES

_ORDINAL_MISSPELLED: Final = 1.8  # for a person to look at
_BRANCH = re.compile(r"^(#\d+)(?:BUS|BYP|ALT|TRUCK|SPUR|LOOP|[A-Z])$")
_SAME_WORDS: Final = (
    (re.compile(r"MOBILEHOMEPARK|MHP"), ("MOBILEHOMEPARK", "MHP")),
    (
        re.compile(r"^(?:NFS|USFS|FS|FORESTSERVICE)ROAD(?=\d)"),
        ("NFSROAD", "USFSROAD", "FSROAD", "FORESTSERVICEROAD"),
    ),
)
_COUNTED = re.compile(r"^(\d{1,2})(?=[A-Z]{3})")
_COUNTS: Final = {
    "ONE": "1", "TWO": "2", "THREE": "3", "FOUR": "4", "FIVE": "5", "SIX": "6", "SEVEN": "7",
    "EIGHT": "8", "NINE": "9", "TEN": "10", "ELEVEN": "11", "TWELVE": "12",
}  # fmt: skip
_COUNT_WORDS: Final = {digits: word for word, digits in _COUNTS.items()}
_COUNTED_IN_WORDS = re.compile(rf"^({'|'.join(_COUNTS)})(?=[A-Z]{{3}})")
_LONGEST_FIRST: Final = sorted(DIRECTION_NAMES.values(), key=len, reverse=True)
_DIRECTED = re.compile(rf"({'|'.join(_LONGEST_FIRST)})(?=.{{3}})")
_SIDE_NAMES: Final = "|".join(sorted(SIDES, key=len, reverse=True))
_SIDE = re.compile(rf"^(?:APT|APARTMENT|UNIT)({_SIDE_NAMES})(?=.{{3}})")
_TYPED_END = re.compile(rf"(.{{3,}}?)({'|'.join(word for word in TYPES if len(word) > 1)})")


class Way(NamedTuple):
    """Another name the same words may mean, and what it costs.

    `type` and `pre` are the type and the direction asked for then, None for what was written.
    """

    base: str
    cost: float
    type: str | None = None
    pre: str | None = None


def other_ways(base: str, whole: str, pre: str) -> Iterator[Way]:
    """Other names the same words may mean.

    Parameters
    ----------
    base, whole : str
        `Street.base`, `whole_name`.
    pre : str
        Direction before the name.

    Examples
    --------
    >>> list(other_ways("MONTAAVE", "MONTAAVE", ""))
    [Way(base='MONTA', cost=0.3, type='AVE', pre=None)]
    >>> [way.base for way in other_ways("5", "5STREET", "W")]
    ['5TH', '#5', 'WEST5']
    >>> [way.base for way in other_ways("4MILEDESERT", "4MILEDESERTROAD", "")]
    ['4MILEDESERTROAD', 'FOURMILEDESERT']
    >>> [way.base for way in other_ways("APTREARELM", "APTREARELMSTREET", "")][1:]
    ['ELM', 'REARELM']
    >>> list(other_ways("WGRUBB", "WGRUBBSTREET", ""))[1]
    Way(base='GRUBB', cost=0.5, type=None, pre='W')
    """
    if base.startswith(ROUTE):
        shorter = _BRANCH.match(base)
        if shorter:
            yield Way(shorter[1], 0.8)
        return
    if base.isdigit():
        yield Way(base_of([f"{base}TH"]), 0.3)
        yield Way(f"{ROUTE}{int(base)}", 0.5)
    elif whole == base:
        yield from _typed_end(base)
    else:
        yield Way(whole, 0.4, type="")
        if whole == base + "EXTENSION":  # "PINE ST EXT" goes on from Pine St
            yield from (way._replace(cost=0.3 + way.cost) for way in _typed_end(base))
    yield from _without_side(base)
    yield from _other_words(base)
    counted = _COUNTED.match(base) or _COUNTED_IN_WORDS.match(base)
    if counted:
        count = _COUNT_WORDS.get(counted[1]) or _COUNTS.get(counted[1])
        if count:
            yield Way(count + base[counted.end() :], 0.2)
    if pre:
        yield Way(DIRECTION_NAMES[pre] + base, 0.4, pre="")
    else:
        yield from _directed(base)


def _typed_end(base: str) -> Iterator[Way]:
    found = _TYPED_END.fullmatch(base)
    if found:
        name, end = found.groups()
        yield Way(name, 0.3, TYPES[end])
        yield from (way._replace(type=TYPES[end]) for way in _directed(name))


def _directed(base: str) -> Iterator[Way]:
    """Take a direction from the front, whole or as one letter: "WGRUBB"."""
    found = _DIRECTED.match(base)
    if found:
        yield Way(base[found.end() :], 0.6, pre=DIRECTIONS[found[0]])
    elif len(base) > 4 and base[0] in "NSEW":
        yield Way(base[1:], 0.5, pre=base[0])


def _without_side(base: str) -> Iterator[Way]:
    """Take "APT UPPER" away, or only "APT" before a street such as Upper Elm St."""
    side = _SIDE.match(base)
    for at in (side.end(), side.start(1)) if side else ():
        yield Way(base[at:], 0.4)
        yield from _directed(base[at:])


def _other_words(base: str) -> Iterator[Way]:
    """Names with another word for the same thing, and ordinals with a wrong letter.

    Examples
    --------
    >>> [way.base for name in ("OAKMHP", "FRIST") for way in _other_words(name)]
    ['OAKMOBILEHOMEPARK', '1ST']
    """
    for words, others in _SAME_WORDS:
        found = words.search(base)
        if found:
            yield from (Way(words.sub(word, base), 0.2) for word in others if word != found[0])
    if base in _misspelled_ordinals():
        yield Way(_misspelled_ordinals()[base], _ORDINAL_MISSPELLED)


@cache
def _misspelled_ordinals() -> dict[str, str]:
    """Ordinals by all ways to write them with one letter wrong, missing, too many or swapped."""
    found: dict[str, str] = {}
    for word, ordinal in ORDINALS.items():
        for at in range(len(word) + 1):
            head, tail = word[:at], word[at:]
            near = [head + tail[1:], head + tail[1:2] + tail[:1] + tail[2:]]
            near += [
                head + letter + rest for letter in ascii_uppercase for rest in (tail, tail[1:])
            ]
            found |= dict.fromkeys(near, ordinal)
    return {name: ordinal for name, ordinal in found.items() if name not in ORDINALS}
