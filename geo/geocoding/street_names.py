"""A street's name in parts that compare: direction, name, type, direction."""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Final, NamedTuple

from geo.geocoding.names import STATES
from geo.geocoding.street_words import (
    DIRECTION_NAMES,
    DIRECTIONS,
    INNER_WORDS,
    LATER_WORDS,
    ORDINALS,
    TENS,
    TYPE_NAMES,
    TYPES,
)

ROUTE: Final = "#"
"""First letter of the base of a numbered road: "#95"."""

_STATE_WORDS = "|".join(
    sorted([*STATES, *(name.upper() for _, name in STATES.values())], key=len, reverse=True)
)
_WAY = r"(?:HIGHWAY|HWY|HIWAY|ROUTE|RTE|RT|ROAD|RD)"
_KINDS: Final = (
    ("I", r"(?:I|IH|INTERSTATE)(?: ?(?:HIGHWAY|HWY|ROUTE|RTE))?"),
    ("US", rf"(?:U S|US|UNITED STATES)(?: {_WAY})?"),
    ("CO", r"(?:COUNTY|CNTY|CTY|CO) (?:HIGHWAY|HWY|ROUTE|RTE|RT|ROAD|RD|TRUNK HIGHWAY)"),
    ("CO", r"(?:C R|CR|CTH|CORD|COHWY)"),
    ("FM", r"(?:FARM TO MARKET(?: (?:ROAD|RD))?|F M|FM(?: (?:ROAD|RD))?|RM|RANCH TO MARKET)"),
    ("ST", rf"(?:STATE|ST) {_WAY}|STATE"),
    ("ST", r"(?:STATE SECONDARY|STATE TRUNK|SECONDARY STATE) (?:ROAD|RD|HIGHWAY|HWY|ROUTE)"),
    ("ST", r"(?:SR|S R|SH|STH|PR|CARR|CARRETERA)"),
    ("ST", rf"(?:{_STATE_WORDS})(?: (?:STATE )?{_WAY})?"),
    ("TWP", r"(?:TOWNSHIP|TWP|TOWN) (?:HIGHWAY|HWY|ROAD|RD)|(?:T R|TR)"),
    ("", r"(?:HIGHWAY|HWY|HIWAY|ROUTE|RTE|RT)"),
)
_ROUTES: Final = tuple(
    (
        kind,
        re.compile(rf"^(?:{words}) ?(?P<number>\d{{1,4}}) ?(?P<letter>[A-Z])?(?: (?P<rest>.+))?$"),
    )
    for kind, words in _KINDS
)
_LETTER_ROUTE: Final = re.compile(
    r"^(?:COUNTY|CNTY|CTY|CO) (?:HIGHWAY|HWY|ROAD|RD|TRUNK HIGHWAY) (?P<letter>[A-Z]{1,2})$"
)
_BRANCHES: Final = {
    "BUS": "BUS", "BUSINESS": "BUS", "BUSN": "BUS", "BYP": "BYP", "BYPASS": "BYP", "ALT": "ALT",
    "ALTERNATE": "ALT", "TRUCK": "TRUCK", "SPUR": "SPUR", "LOOP": "LOOP", "OLD": "OLD",
}  # fmt: skip
_ROAD_WORDS: Final = frozenset({"HWY", "HIGHWAY", "RD", "ROAD", "RTE", "ROUTE", "TOLL"})
_MLK: Final = re.compile(
    r"^(?:DOCTOR|REVEREND|REVERENDDOCTOR)?(?:MARTINL(?:UTHER)?|ML)KING(?:JUNIOR)?$|^MLK(?:JUNIOR)?$"
    r"|^(?:DOCTOR)?MARTINLUTHERKING(?:JUNIOR)?$"
)
_WHOLE: Final = {word: TYPE_NAMES[kind] for word, kind in TYPES.items()} | {
    **ORDINALS,
    **INNER_WORDS,
}
_PLACED: Final = LATER_WORDS.keys() | DIRECTION_NAMES.keys() | TENS.keys()
_ORDINAL = re.compile(r"^(\d+)(?:R?ST|ND|RD|TH)$")


class Street(NamedTuple):
    """A street's name, in parts; "" where there is none.

    `pre` and `post` are short directions, `type` a postal abbreviation ("ST") or, for a numbered
    road, its kind ("I", "US", "ST", "CO", "FM", "TWP", "" when not said). `base` is the name proper
    in whole words without blanks ("CASTLEMOUNTAIN", "22ND"); of a numbered road "#" and its number.
    """

    pre: str = ""
    base: str = ""
    type: str = ""
    post: str = ""


NO_STREET: Final = Street()


@lru_cache(maxsize=200_000)
def split_name(name: str) -> Street:
    """Part a street's name.

    Parameters
    ----------
    name : str
        In capital letters, words parted by one blank, without marks (`geo.geocoding.names.words`).

    Examples
    --------
    >>> split_name("N CASTLE MTN RANCH RD")
    Street(pre='N', base='CASTLEMOUNTAINRANCH', type='RD', post='')
    >>> split_name("US HIGHWAY 17 BYP")
    Street(pre='', base='#17BYP', type='US', post='')
    >>> split_name("OLD US HIGHWAY 17 RD").base
    '#17OLD'
    >>> split_name("TWENTY SECOND AVENUE NORTH EAST")
    Street(pre='', base='22ND', type='AVE', post='NE')
    >>> split_name("NORTH ST").base, split_name("AVENUE OF THE PINES").base
    ('NORTH', 'AVENUEOFTHEPINES')
    """
    words = name.split()
    if not words:
        return NO_STREET
    route = _route(words)
    if route is not None:
        return route
    post, words = _trailing(words)
    pre, words = _leading(words)
    kind = ""
    if len(words) > 1 and words[-1] in TYPES and not (words[0] in TYPES and words[1] == "OF"):
        kind = TYPES[words[-1]]
        words = words[:-1]
    return Street(pre, base_of(words), kind, post)


def base_of(words: Sequence[str]) -> str:
    """Join the words of a name, each in its whole form.

    Examples
    --------
    >>> base_of(["ST", "MARYS"]), base_of(["FORTY", "SECOND"]), base_of(["M", "L", "KING"])
    ('SAINTMARYS', '42ND', 'MARTINLUTHERKING')
    """
    if _PLACED.isdisjoint(words):
        whole = [_WHOLE.get(word) or _plain_ordinal(word) for word in words]
    else:
        whole = _by_place(words)
    joined = "".join(whole)
    king = "KING" in words and (_MLK.match(joined) or _MLK.match("".join(words)))
    return "MARTINLUTHERKING" if king else joined


def _by_place(words: Sequence[str]) -> list[str]:
    """Whole forms of words, of which some depend on the words beside them."""
    whole: list[str] = []
    last = len(words) - 1
    for place, word in enumerate(words):
        if whole and whole[-1] in TENS and len(ORDINALS.get(word, "")) == 3:
            whole[-1] = TENS[whole[-1]] + ORDINALS[word]
        elif place and word in LATER_WORDS and (place == last or word != "ST"):
            whole.append(LATER_WORDS[word])
        elif 0 < place < last and word in DIRECTION_NAMES:
            whole.append(DIRECTION_NAMES[word])
        else:
            whole.append(_WHOLE.get(word) or _plain_ordinal(word))
    return whole


def whole_name(street: Street) -> str:
    """Name and type in whole words without blanks: what misspelled names are compared with.

    Examples
    --------
    >>> whole_name(Street("N", "MONTA", "AVE", ""))
    'MONTAAVENUE'
    """
    if street.base.startswith(ROUTE):
        return street.base
    return street.base + TYPE_NAMES.get(street.type, "")


def _route(words: list[str]) -> Street | None:
    """Numbered road, if it is one."""
    letters = "".join(words).isalpha()
    if letters or not any(word[-1].isdigit() or word[0].isdigit() for word in words):
        lettered = _LETTER_ROUTE.match(" ".join(words))
        return Street("", ROUTE + lettered["letter"], "CO", "") if lettered else None
    # "NORTH CAROLINA 37" begins with no direction: the whole is tried first.
    found = _numbered(" ".join(words))
    if found is None and len(words) > 2 and words[0] in DIRECTIONS:
        found = _numbered(" ".join(words[1:]))
        found = found and found._replace(pre=DIRECTIONS[words[0]])
    return found


def _numbered(text: str) -> Street | None:
    if text.startswith("OLD "):  # "OLD US 17", "OLD HWY 17 RD": one road, and not US 17
        old = _numbered(text[4:])
        return old and old._replace(base=old.base.removesuffix("OLD") + "OLD")
    for kind, pattern in _ROUTES:
        found = pattern.match(text)
        if found is None:
            continue
        letter, branch, post = found["letter"] or "", "", ""
        for word in (found["rest"] or "").split():
            if word in _BRANCHES:
                branch = _BRANCHES[word]
            elif word in DIRECTIONS:
                post = DIRECTIONS[word]
            elif word not in _ROAD_WORDS:
                return None
        if letter in {"N", "S", "E", "W"} and not post:
            post, letter = letter, ""
        return Street("", ROUTE + str(int(found["number"])) + letter + branch, kind, post)
    return None


def _leading(words: list[str]) -> tuple[str, list[str]]:
    """Take the direction from the front, unless it is the name itself."""
    if len(words) < 2 or words[0] not in DIRECTIONS:
        return "", words
    first, second = DIRECTIONS[words[0]], words[1]
    rest = words[1:]
    if (
        len(words) > 2
        and second in DIRECTIONS
        and first in {"N", "S"}
        and DIRECTIONS[second] in {"E", "W"}
        and not all(word in TYPES for word in words[2:])
    ):
        return first + DIRECTIONS[second], words[2:]
    if len(rest) == 1 and (rest[0] in TYPES or rest[0] in DIRECTIONS):
        return "", words
    return first, rest


def _trailing(words: list[str]) -> tuple[str, list[str]]:
    """Take the direction from the end, unless it is the name itself."""
    if len(words) < 2 or words[-1] not in DIRECTIONS:
        return "", words
    last = DIRECTIONS[words[-1]]
    if len(words) == 2 and words[0] in TYPES and len(words[-1]) == 1:
        return "", words  # "AVENUE E"
    if (
        len(words) > 2
        and last in {"E", "W"}
        and words[-2] in DIRECTIONS
        and DIRECTIONS[words[-2]] in {"N", "S"}
    ):
        return DIRECTIONS[words[-2]] + last, words[:-2]
    return last, words[:-1]


def _plain_ordinal(word: str) -> str:
    """Write an ordinal without leading zeros and with its own ending: "01ST", "2TH", "1RST"."""
    found = None if word.isalpha() else _ORDINAL.match(word)
    if found is None:
        return word
    number = int(found[1])
    tail = (
        "TH" if number % 100 in {11, 12, 13} else {1: "ST", 2: "ND", 3: "RD"}.get(number % 10, "TH")
    )
    return f"{number}{tail}"
