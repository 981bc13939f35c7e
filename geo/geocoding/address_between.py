"""A piece of a street told by the two streets at its ends: "MAIN ST BETWEEN 1ST AND 2ND AVE"."""

import re
from typing import Final, NamedTuple

from geo.geocoding.address_unit_phrase import ORDINAL
from geo.geocoding.street_words import TYPES

BETWEEN_WORDS: Final = frozenset({"BETWEEN", "BETWN", "BETW", "BTWN", "BTW", "BET"})
"""How people write it."""

_WORD: Final = rf"(?:{'|'.join(sorted(BETWEEN_WORDS, reverse=True))})"
_BETWEEN = re.compile(rf"(?:^| ){_WORD} ")
_FROM = re.compile(r" FROM (?P<ends>\S.*? TO \S.*)$")
_COMMA = re.compile(rf", (?={_WORD} |FROM [^,]* TO )")
_ASIDE = re.compile(
    rf"[(\[]\s*((?:{_WORD}\.?|B/[WT]|FROM(?=[^)\]]* TO ))\s[^)\]]*)[)\]]", re.IGNORECASE
)
_FROM_TO = re.compile(r"[(\[]\s*([^()\[\]]*[^()\[\]\s])\s(?:-|TO)\s([^()\[\]]*[^()\[\]\s])\s*[)\]]")
_SLASHED = re.compile(r"\bB/[WT]\b(?=\.?[ (])")
_SIGNS = re.compile(r" ?[&/] ?")
_AND = re.compile(r" AND ")
_BEHIND = re.compile(r" (?:ON|ALONG) ")


class Between(NamedTuple):
    """What stands before "between", and the two names behind it, "" where there are none."""

    along: str
    first: str
    last: str


def take_between(line: str) -> Between | None:
    """Part a line that says between which two streets a place is; None for all others.

    Examples
    --------
    >>> take_between("MAIN ST BTWN 1ST AVE AND 2ND AVE")
    Between(along='MAIN ST', first='1ST AVE', last='2ND AVE')
    >>> take_between("BETWEEN ELM & OAK ST ON MAIN ST")
    Between(along='MAIN ST', first='ELM', last='OAK ST')
    >>> take_between("MAIN ST BETWEEN MILL RD AND TOWN AND COUNTRY RD")[1:]
    ('MILL RD', 'TOWN AND COUNTRY RD')
    >>> take_between("MAIN ST FROM ELM ST TO OAK ST")
    Between(along='MAIN ST', first='ELM ST', last='OAK ST')
    >>> take_between("MAIN ST")
    """
    found = _BETWEEN.search(line)
    if found is None:
        return _from_to(line)
    along, ends = line[: found.start()].strip(" ,-"), line[found.end() :]
    if not along:
        behind = _BEHIND.search(ends)
        if behind is None:
            return None
        along, ends = ends[behind.end() :], ends[: behind.start()]
    signs = [piece.strip(" -") for piece in _SIGNS.split(ends)]
    if len(signs) == 2:
        return Between(along, *signs)
    parts = [(ends[: at.start()].strip(), ends[at.end() :].strip()) for at in _AND.finditer(ends)]
    if len(signs) > 2 or not parts:
        return Between(along, "", "")
    whole = (pair for pair in parts if pair[0] and _ends_name(pair[0].split()[-1]))
    return Between(along, *next(whole, parts[0]))


def _from_to(line: str) -> Between | None:
    found = _FROM.search(line) if " FROM " in line else None
    if found is None:
        return None
    first, _, last = found["ends"].partition(" TO ")
    return Between(line[: found.start()].strip(" ,-"), first.strip(" ,-"), last.strip(" ,-"))


def spelled_between(line: str) -> str:
    """Write "b/w" and "b/t" so that the slash is no sign of a crossing.

    Examples
    --------
    >>> spelled_between("MAIN ST B/W ELM AND OAK")
    'MAIN ST BETWEEN ELM AND OAK'
    """
    return _SLASHED.sub("BETWEEN", line)


def without_comma(line: str) -> str:
    """Leave away the comma before "between".

    Examples
    --------
    >>> without_comma("MAIN ST, BETWEEN ELM AND OAK, HERTFORD")
    'MAIN ST BETWEEN ELM AND OAK, HERTFORD'
    """
    return _COMMA.sub(" ", line)


def without_brackets(line: str) -> str:
    """Leave away the brackets around "between ...": what stands in others is dropped.

    Examples
    --------
    >>> without_brackets("Main St (btwn Elm & Oak)"), without_brackets("Main St (rear)")
    ('Main St  btwn Elm & Oak ', 'Main St (rear)')
    >>> without_brackets("MAIN ST (ELM ST - 2ND AVE)"), without_brackets("MAIN ST (REAR - UNIT 2)")
    ('MAIN ST  BETWEEN ELM ST AND 2ND AVE ', 'MAIN ST (REAR - UNIT 2)')
    """
    return _FROM_TO.sub(_spelled_out, _ASIDE.sub(r" \1 ", line))


def _spelled_out(said: re.Match[str]) -> str:
    """Two streets with a dash between them; other words stay as they are."""
    names = (said[1].split()[-1].strip("."), said[2].split()[-1].strip("."))
    return f" BETWEEN {said[1]} AND {said[2]} " if all(map(_ends_name, names)) else said[0]


def _ends_name(word: str) -> bool:
    return word in TYPES or bool(ORDINAL.match(word))
