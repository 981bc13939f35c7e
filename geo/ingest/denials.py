"""Drugs a text denies: "denied", "negative for", "ruled out", "no"."""

import re
from typing import Final

_CUE = re.compile(
    r"\b(?:no|not|nor|neg(?:ative)?|den(?:y|ies|ied|ying)|without|rule[sd]?|excluded?|absen(?:t|ce)|"
    r"non|hypoxic|see|history|hx)\b|not[\s_]?heroin"
)
_FILL: Final = (
    r"(?:(?:any|all|other|known|suspected|apparent|further|recent|current|past|prior|the|illicit|"
    r"use|using|of|taking|having|used|evidence|signs?|indication|presence|traces?)\s+)*"
)
_AFFIRMED = re.compile(
    r"\b(?:but|however|except|positive|pos|detected|present|admit\w*|report\w*|found|suspect\w*|"
    r"overdos\w*|used|took|tested)\b"
)
_CLAUSE: Final = r"[^;.\n()]*"
_BEFORE = re.compile(
    r"\b(?:den(?:y|ies|ied|ying)|(?:tested\s+)?neg(?:ative)?\s+for|no\s+(?:evidence|signs?)\s+of|"
    rf"rule[sd]?\s+out|absence\s+of|excludes?)\b(?P<rest>{_CLAUSE})"
)
_AFTER_WORDS: Final = (
    r"(?:neg(?:ative)?(?!\s+for)|not\s+(?:detected|found|present|suspected|involved)|"
    r"(?:denied|ruled\s+out|excluded|absent)(?=\s*(?:[,;.)\]\n]|$|and\b|but\b)))"
)

_AFTER = re.compile(_AFTER_WORDS)


def compile_denials(drug: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Patterns for what is denied behind and before its denial; `drug` is a pattern of names."""
    name = rf"(?:{drug}|[\w-]+)"
    after = re.compile(
        rf"{name}(?:\s*(?:/|&|\band\b|\bor\b)\s*(?:{drug}))*[\s:=-]+(?:use\s+|abuse\s+)?"
        rf"(?:(?:was|is|were|are)\s+)?{_AFTER_WORDS}\b"
    )
    before = re.compile(
        rf"\b(?:no|not|nor|without)\s+{_FILL}{name}"
        rf"(?:(?:\s*,\s*{name})*\s*,?\s+(?:or|nor)\s+{name}|\s*/\s*(?:{drug}))?"
        rf"|\bnon[\s-]+(?:{drug})|\b(?:hypoxic|see|(?:history|hx)\s+of)\s+\w+|\bnot[\s_]?heroin\b"
    )
    return after, before


def without_denials(text: str, patterns: tuple[re.Pattern[str], re.Pattern[str]]) -> str:
    """Text in lower case without what it denies.

    "Denies heroin, cocaine" denies both, up to the end of the clause or to a word that says the
    opposite; "no heroin, cocaine" denies the first, "no heroin or cocaine" both.

    Examples
    --------
    >>> patterns = compile_denials("heroin|cocaine|fentanyl")
    >>> without_denials("denies heroin, cocaine. fentanyl", patterns).split()
    ['.', 'fentanyl']
    >>> without_denials("heroin denied, fentanyl", patterns).split()
    [',', 'fentanyl']
    """
    if not _CUE.search(text):
        return text
    after, before = patterns
    left = after.sub(" ", text) if _AFTER.search(text) else text
    left = _BEFORE.sub(lambda found: " " + _affirmed(found["rest"]), left)
    return before.sub(" ", left)


def _affirmed(rest: str) -> str:
    """Give what of a denied list is not denied: from the first item on that says the opposite."""
    items = re.split(r"(,|\bbut\b|\bhowever\b)", rest)
    first = next((n for n, item in enumerate(items) if _AFFIRMED.search(item)), len(items))
    return "".join(items[first:])
