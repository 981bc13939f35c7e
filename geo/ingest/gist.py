"""What of a text can matter for its drugs: a million narratives say the same few things.

Names of drugs are looked for with some two hundred patterns. A text is first cut down to the words
that may be part of a name or of a denial; what is left repeats, and is read once.
"""

import re
from functools import lru_cache
from typing import Final

from geo.ingest.drug_names import ANY, spelled

_ANY = re.compile(ANY)
_TOKEN = re.compile(r"[a-z0-9]+(?:\.[a-z0-9]+)*")
_PARTS: Final = frozenset({
    "gas", "station", "speed", "goof", "ball", "balls", "black", "tar", "crystal", "bath", "salt",
    "salts", "other", "rx", "u", "m", "4", "6", "30", "30s", "mam", "anpp", "fent",
})  # fmt: skip
"""Words that are a part of a name and no name alone."""

_ENDINGS: Final = ("yl", "methoxy", "fluoro", "synthetic", "pharmaceutical", "prescription")
"""How words end that change the name behind them: "acetyl fentanyl", "synthetic marijuana"."""

_DENIALS: Final = frozenset({
    "no", "not", "nor", "neg", "negative", "deny", "denies", "denied", "denying", "without", "rule",
    "rules", "ruled", "out", "exclude", "excludes", "excluded", "absent", "absence", "non",
    "hypoxic", "see", "history", "hx", "of", "for", "any", "all", "known", "suspected", "apparent",
    "further", "recent", "current", "past", "prior", "the", "illicit", "use", "using", "taking",
    "having", "used", "abuse", "evidence", "sign", "signs", "indication", "presence", "trace",
    "traces", "was", "is", "were", "are", "detected", "found", "present", "involved", "and", "or",
    "but", "however", "except", "positive", "pos", "took", "tested", "with",
})  # fmt: skip
_AFFIRMS: Final = ("admit", "report", "suspect", "overdos")
_ANYTHING: Final = "zz"
"""Stands for a word that is neither."""

_RUN = re.compile(rf"{_ANYTHING}(?:[\s\-]+{_ANYTHING})+")
_BREAKS: Final = ",;.()\n"
_BREAK = re.compile(r"([,;.()\n])")
_LINKS: Final = frozenset({
    _ANYTHING, "and", "or", "of", "the", "is", "was", "were", "are", "with", "for", "all", "any",
    "see", "use", "out", "having", "current", "past", "prior", "recent", "known",
})  # fmt: skip
"""Words that say nothing where no other word stands between two commas or stops."""

_CODES: Final = frozenset({"t40", "t42", "t43", "t51", "f11", "f14", "ana"})
"""How codes of diagnoses begin, and "analog"."""


def gist(low: str) -> str:
    """Words of a text in lower case that may name or deny a drug; "" when none may name one.

    Examples
    --------
    >>> gist("subject 17 was found in a car, denies heroin, took fetanyl 3 h ago")
    'zz was found zz, denies heroin, took fetanyl zz'
    >>> gist("blunt trauma of the head")
    ''
    """
    if not any(_may_name(word) for word in _TOKEN.findall(low)):
        return ""
    short = _RUN.sub(_ANYTHING, _TOKEN.sub(lambda word: _kept(word[0]), low))
    kept: list[str] = []
    for item in _BREAK.split(short):
        plain = item.strip()
        if plain in _BREAKS:
            if plain and kept and kept[-1] != plain:
                kept.append(plain)
        elif not set(plain.replace("-", " ").split()) <= _LINKS:
            kept.append(item)
    return "".join(kept).strip(" ,;.\n")


@lru_cache(maxsize=200_000)
def _may_name(word: str) -> bool:
    """Whether a word is a name, a part of one, or misspells one."""
    if word.isdigit():
        return word in _PARTS or word.startswith(("47", "49"))
    part = word in _PARTS or word.endswith(_ENDINGS) or word[:3] in _CODES
    return part or bool(_ANY.search(word)) or spelled(word) != word


@lru_cache(maxsize=200_000)
def _kept(word: str) -> str:
    keep = word in _DENIALS or _may_name(word) or word.startswith(_AFFIRMS)
    return word if keep else _ANYTHING


def forget() -> None:
    """Keep no words of protected records in memory."""
    _may_name.cache_clear()
    _kept.cache_clear()
    spelled.cache_clear()
