"""Drug classes from the many ways files name drugs."""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.ingest.denials import compile_denials, without_denials
from geo.ingest.drug_names import ANY, classes_named
from geo.ingest.gist import forget, gist
from geo.ingest.marks import plain, read_marks, share_of_marks

NIBRS: Final = {
    "A": "crack", "B": "cocaine", "C": "cannabis", "D": "heroin", "E": "cannabis",
    "F": "rx_opioid", "G": "opioid_unspecified", "H": "opioid_unspecified", "I": "other",
    "J": "other", "K": "other", "L": "meth", "M": "other", "N": "other", "O": "other",
    "P": "other",
}  # fmt: skip
"""NIBRS suspected drug types; U (unknown) and X (over three types) carry no class."""

_BREAK = re.compile(r"[,;()\n]+|\band\b|\bwith\b")
_ITEM = re.compile(r"[,;()\n/+&|]+|\band\b|\bwith\b")
_LETTERS = re.compile(r"[a-z]{2,}")
_DENIALS: Final = compile_denials(ANY)
_SAYS_NOTHING: Final = frozenset({
    "unknown", "unk", "none", "null", "nan", "na", "no", "not", "undetermined", "unspecified",
    "pending", "tbd", "missing", "applicable", "available", "recorded", "reported", "tested",
    "specified", "see", "report", "narrative", "drug", "drugs", "substance", "substances", "pill",
    "pills", "tablet", "tablets", "powder", "white", "brown", "tan", "gray", "blue", "residue",
    "liquid", "bag", "bags", "suspected", "possible", "probable", "overdose", "od", "toxicity",
    "intoxication", "acute", "mixed", "multiple", "combined", "combination", "polysubstance",
    "poly", "illicit", "illegal", "street", "prescription", "medication", "medications", "other",
    "others", "etc", "ie", "eg", "use", "abuse", "poisoning", "ingestion", "of", "by", "due", "to",
    "the", "in", "or", "an", "via",
})  # fmt: skip
"""Words beside the name of a drug, or instead of it, that name none."""

_FLAG_LEAST: Final = 0.3
_FLAG_ODD: Final = 0.2


def classes_in(words: str) -> tuple[str, ...]:
    """Drug classes a text names and does not deny, sorted.

    Examples
    --------
    >>> classes_in("COMBINED DRUG (HEROIN AND 4-ANPP) TOXICITY")
    ('fentanyl_analog', 'heroin')
    >>> classes_in("Methamphetamine"), classes_in("Morphine_NotHeroin")
    (('meth',), ('rx_opioid',))
    >>> classes_in("fetanyl; heroin denied"), classes_in("Speedball")
    (('fentanyl',), ('cocaine', 'heroin'))
    """
    return _classes_in_gist(gist(_lower(words)))


def _lower(words: str) -> str:
    return words.replace("_", " ").lower()


@lru_cache(maxsize=50_000)
def _classes_in_gist(short: str) -> tuple[str, ...]:
    """Classes named and not denied: texts differ in much, and little of it speaks of drugs."""
    if not short:
        return ()
    left = without_denials(short, _DENIALS)
    return tuple(sorted({code for part in _BREAK.split(left) for code in classes_named(part)}))


@lru_cache(maxsize=50_000)
def _names_any(short: str) -> bool:
    return bool(short and classes_named(short))


def read_cell(words: str, *, listed: bool) -> tuple[tuple[str, ...], bool]:
    """Drug classes a text names, and whether it speaks of something that is no drug known here.

    Parameters
    ----------
    words : str
    listed : bool
        Each item of the text should be a drug; else one drug in all of it is enough.

    Examples
    --------
    >>> read_cell("heroin, dope", listed=True), read_cell("heroin, dope", listed=False)
    ((('heroin',), True), (('heroin',), False))
    >>> read_cell("Unknown white powder", listed=True)
    ((), False)
    """
    low = _lower(words)
    classes = _classes_in_gist(gist(low))
    if classes and not listed:
        return classes, False
    unread = any(
        not set(said) <= _SAYS_NOTHING and "unknown" not in said and not _names_any(gist(item))
        for item in (_ITEM.split(low) if listed else [low])
        if (said := _LETTERS.findall(item))
    )
    return classes, unread


@dataclass(frozen=True, eq=False)
class Read:
    """Drug classes of each cell of a column, "|cocaine|fentanyl|" or "", and what was not clear.

    `unread` marks cells with something that was not understood, `pending` those that say that the
    answer is not known; `assumed` says in words how codes were read, "" when nothing was assumed.
    """

    classes: pd.Series
    unread: NDArray[np.bool_]
    pending: NDArray[np.bool_]
    assumed: str = ""


def read_text(text: pd.Series) -> pd.Series:
    """Classes in each cell, as "|cocaine|fentanyl|", "" when none; same index as given.

    A column of single letters is read as NIBRS suspected drug types.

    Examples
    --------
    >>> list(read_text(pd.Series(["Fentanyl, cocaine", "", "SUBOXONE"])))
    ['|cocaine|fentanyl|', '', '|buprenorphine|']
    """
    return read_listed(text, listed=False).classes


def read_listed(text: pd.Series, *, listed: bool) -> Read:
    """Classes in each cell of a column of text, and which cells were not understood.

    `listed` says that the column holds nothing but drugs, as a cause of death does not.
    """
    distinct = [str(value) for value in text.unique()]
    letters = [value for value in distinct if value]
    coded = bool(letters) and all(re.fullmatch("[A-PUX]", value) for value in letters)
    if coded:
        known = {value: join((NIBRS[value],) if value in NIBRS else ()) for value in distinct}
        odd = dict.fromkeys(distinct, False)
    else:
        both = {value: read_cell(value, listed=listed) for value in distinct}
        known = {value: join(classes) for value, (classes, _) in both.items()}
        odd = {value: unread for value, (_, unread) in both.items()}
    _forget()
    unread = text.map(odd).to_numpy(dtype=bool)
    return Read(text.map(known).astype("str"), unread, np.zeros(len(text), dtype=bool))


def _forget() -> None:
    """Keep no words of protected records in memory."""
    _classes_in_gist.cache_clear()
    _names_any.cache_clear()
    forget()


def read_flags(text: pd.Series, drug: tuple[str, ...]) -> Read:
    """Classes of the drug a yes/no column is named after where its flag is set.

    What a mark means is told by all values of the column (`marks.read_marks`). A drug named behind
    a mark ("Y, heroin") or instead of one is added; text that only denies ("PCP NEG") is not.
    Numbers and words that say neither yes nor no never set a flag: they are `unread`.

    Examples
    --------
    >>> list(read_flags(pd.Series(["Y", "0.0", "Y-A", "no", "QNS"]), ("fentanyl",)).classes)
    ['|fentanyl|', '', '|fentanyl|', '', '']
    """
    marks = read_marks(text)
    known, odd, pending = {}, {}, {}
    for value in text.unique():
        meaning = marks.meaning[plain(value)]
        more = classes_in(str(value)) if meaning in {"", "yes"} else ()
        known[value] = join(drug + more) if more or meaning == "yes" else ""
        odd[value] = meaning == "odd" or (meaning == "" and not more)
        pending[value] = meaning == "unknown"
    _forget()
    return Read(
        text.map(known).astype("str"),
        text.map(odd).to_numpy(dtype=bool),
        text.map(pending).to_numpy(dtype=bool),
        marks.assumed,
    )


def is_flag(text: pd.Series) -> bool:
    """Whether a column named after a drug holds yes/no marks; free text among them is allowed."""
    marks, odd = share_of_marks(text)
    return marks >= _FLAG_LEAST and odd <= _FLAG_ODD


def join(classes: tuple[str, ...]) -> str:
    """Sorted classes between bars; "" for none.

    Examples
    --------
    >>> join(("heroin", "alcohol", "heroin"))
    '|alcohol|heroin|'
    """
    return f"|{'|'.join(sorted(set(classes)))}|" if classes else ""


def union(columns: list[pd.Series]) -> pd.Series:
    """Classes of several columns together; an unnamed opioid adds nothing beside a named one.

    Examples
    --------
    >>> named, any_opioid = pd.Series(["|heroin|", ""]), pd.Series(["|opioid_unspecified|"] * 2)
    >>> list(union([named, any_opioid]))
    ['|heroin|', '|opioid_unspecified|']
    """
    text = columns[0].copy()
    for column in columns[1:]:
        text = text + column
    known = {}
    for value in text.unique():
        classes = {code for code in str(value).split("|") if code}
        if classes & OPIOIDS:
            classes.discard("opioid_unspecified")
        known[value] = join(tuple(classes))
    return text.map(known).astype("str")


OPIOIDS: Final = frozenset(
    {"fentanyl", "fentanyl_analog", "nitazene", "heroin", "rx_opioid", "methadone", "buprenorphine"}
)
"""Classes of opioids with a name."""
