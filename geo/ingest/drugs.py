"""Drug classes from the many ways files name drugs."""

import re
from functools import lru_cache
from typing import Final

import pandas as pd

# Patterns read lower-case text. Order matters: what one finds is taken out before the next looks,
# so "methamphetamine" is not read again as amphetamine, nor carfentanil as fentanyl.
_PATTERNS: Final = tuple(
    (code, re.compile(pattern))
    for code, pattern in (
        ("nitazene", r"nitazene\w*"),
        (
            "fentanyl_analog",
            (
                r"fentanyl?[\s_-]*analog\w*(?:\s*/\s*other synthetic opioids?)?|carfent\w*|"
                r"sufent\w*|alfentan\w*|remifent\w*|"
                r"(?:(?:acetyl|acryl|butyryl|fluoro|furanyl|methyl|methoxy|propionyl|valeryl|"
                r"cyclopropyl|crotonyl|fluorobutyryl|isobutyryl|despropionyl))[\s-]*fent\w*|"
                r"fluoro\w*fent\w*|4[\s-]*anpp"
            ),
        ),
        (
            "fentanyl",
            (
                r"\bfent(?:anyl?|\b)\w*|\bnorfentanyl\w*|\bfentynal\b|\bactiq\b|\bduragesic\b|"
                r"t40\.?41\w*"
            ),
        ),
        (
            "heroin",
            (
                r"heroin\w*(?:\s*/\s*morph\w*\s*/\s*codeine)?|diacetyl\s?morphine|\b6[\s-]*m(?:am|"
                r"onoacetyl\w*)\b|t40\.?1\w*"
            ),
        ),
        ("methadone", r"methadon\w*|\beddp\b|t40\.?3\w*"),
        ("buprenorphine", r"bupre\w*|norbupre\w*|suboxon\w*|subutex|sublocade"),
        ("adulterant", r"xylazin\w*|m?edetomidin\w*|\btranq\b"),
        (
            "rx_opioid",
            (
                r"oxycod\w*|\boxyc\w*|oxymorph\w*|hydrocod\w*|hydromorph\w*|\bmorph\w*|"
                r"codeine\w*|tramad\w*|tapent\w*|meperid\w*|levorphanol|percocet\w*|vicodin\w*|"
                r"dilaudid|demerol|opana|norco|pharmaceutical[\s_]+opioids?|"
                r"(?:prescription|rx)[\s_]+(?:opioid|opiate|narcotic)s?|"
                r"t40\.?(?:2|42)\w*"
            ),
        ),
        (
            "other",
            (
                r"synthetic[\s_]+(?:marijuana|cannab\w*)|\bk2\b|\bspice\b|bath[\s_]+salts?|mdma|"
                r"ecstasy|methylenedioxy\w*|cathinone\w*|kratom|mitragyn\w*"
            ),
        ),
        ("opioid_unspecified", r"u[\s-]?4[79]\d00|synthetic[\s_]+(?:opioid|narcotic)s?|t40\.?4\w*"),
        ("meth", r"meth?amph\w*|methanphet\w*|crystal[\s_]+meth|\bmeth\b|\bice\b|t43\.?65\w*"),
        (
            "amphetamine",
            r"amphet\w*|adderall|ritalin|methylphenidate|pharmaceutical[\s_]+stimulants?|t43\.?62\w*",
        ),
        ("crack", r"(?<!cocaine/)(?<!cocaine / )\bcrack\b(?:[\s_]+cocaine)?"),
        (
            "cocaine",
            r"coc?aine?\w*(?:\s*/\s*crack)?|cocaethyl\w*|benzoylecgon\w*|t40\.?5\w*|\bf14\.?\d*",
        ),
        (
            "benzo",
            (
                r"benzodi\w*|\bbenzos?\b|prazolam\w*|xanax|valium|ativan|klonopin|zepam\w*|"
                r"chlordiazep\w*|midazolam|etizolam|t42\.?4\w*"
            ),
        ),
        ("cannabis", r"mari[jh]uana\w*|cannab\w*|hashish|\bthc\b|t40\.?7\w*"),
        ("alcohol", r"\bethanol\w*|\balcohol\w*|\betoh\b|t51\.?0\w*"),
        ("opioid_unspecified", r"opioid\w*|opiate\w*|opium|narcotic\w*|t40\.?[06]\w*|\bf11\.?\d*"),
        (
            "other",
            (
                r"\bpcp\b|phencyclid\w*|ketamin\w*|\blsd\b|\bghb\b|gabapent\w*|pregabal\w*|"
                r"barbitur\w*|barbital\w*|pharmaceutical[\s_]+other|inhalant\w*|difluoro\w*|"
                r"diphenhyd\w*|quetiap\w*|trazodon\w*|zolpidem|carisoprod\w*|cyclobenz\w*|"
                r"amitript\w*|fluoxet\w*|citalopr\w*|sertral\w*|acetaminoph\w*|\bother\b|"
                r"hallucinogen\w*|mushroom\w*|psilocyb\w*|steroid\w*|stimulant\w*|depressant\w*"
            ),
        ),
    )
)

NIBRS: Final = {
    "A": "crack", "B": "cocaine", "C": "cannabis", "D": "heroin", "E": "cannabis",
    "F": "rx_opioid", "G": "opioid_unspecified", "H": "opioid_unspecified", "I": "other",
    "J": "other", "K": "other", "L": "meth", "M": "other", "N": "other", "O": "other",
    "P": "other",
}  # fmt: skip
"""NIBRS suspected drug types; U (unknown) and X (over three types) carry no class."""

_ANY = re.compile("|".join(pattern.pattern for _, pattern in _PATTERNS))
_BREAK = re.compile(r"[,;()\n]+|\band\b|\bwith\b")

_NEGATED = re.compile(
    r"\b(?:no|not|without|neg(?:ative)? for|denies)\s+[\w-]+"
    r"|[\w-]+\s+(?:neg(?:ative)?|not detected)\b"
    r"|\b(?:hypoxic|see|history of)\s+\w+|\bnot[\s_]?heroin\b",
    re.IGNORECASE,
)
_FLAG_DENIED = re.compile(r"[\w-]+\s+neg(?:ative)?|(?:no|not|neg|negative)\b.*")
_FLAG_ON: Final = frozenset(
    {"y", "yes", "1", "1.0", "true", "t", "x", "pos", "positive", "present", "detected", "checked"}
)
_FLAG_OFF: Final = frozenset({
    "", "n", "no", "0", "0.0", "false", "f", "neg", "negative", "none", "null", "nan", "na", "n/a",
    "nd", "n/d", "not detected", "none detected", "not tested", "not found", "absent", "unchecked",
    "u", "unk", "unknown", "pending", "-", "--", ".", "?",
})  # fmt: skip


def classes_in(words: str) -> tuple[str, ...]:
    """Drug classes named in a text, sorted.

    Examples
    --------
    >>> classes_in("COMBINED DRUG (HEROIN AND 4-ANPP) TOXICITY")
    ('fentanyl_analog', 'heroin')
    >>> classes_in("Methamphetamine"), classes_in("Morphine_NotHeroin")
    (('meth',), ('rx_opioid',))
    """
    plain = words.replace("_", " ").lower()
    return tuple(sorted({code for part in _BREAK.split(plain) for code in _classes_in_part(part)}))


@lru_cache(maxsize=50_000)
def _classes_in_part(part: str) -> tuple[str, ...]:
    """Classes named in a part of a text: causes of death say the same few things in many orders."""
    if not _ANY.search(part):
        return ()
    left = _NEGATED.sub(" ", part)
    found = []
    for code, pattern in _PATTERNS:
        left, hits = pattern.subn(" ", left)
        if hits:
            found.append(code)
    return tuple(found)


def read_text(text: pd.Series) -> pd.Series:
    """Classes in each cell, as "|cocaine|fentanyl|", "" when none; same index as given.

    A column of single letters is read as NIBRS suspected drug types.

    Examples
    --------
    >>> list(read_text(pd.Series(["Fentanyl, cocaine", "", "SUBOXONE"])))
    ['|cocaine|fentanyl|', '', '|buprenorphine|']
    """
    distinct = [str(value) for value in text.unique()]
    letters = [value for value in distinct if value]
    coded = bool(letters) and all(re.fullmatch("[A-PUX]", value) for value in letters)
    if coded:
        known = {value: join((NIBRS[value],) if value in NIBRS else ()) for value in distinct}
    else:
        known = {value: join(classes_in(value)) for value in distinct}
    _classes_in_part.cache_clear()  # words of protected records are not kept in memory
    return text.map(known).astype("str")


def read_flags(text: pd.Series, drug: tuple[str, ...]) -> pd.Series:
    """Classes of the drug a column is named after where its flag is set; same index as given.

    Free text in a flag column ("Y (PTCH)", "YES") counts as set, and what it names is added; text
    that only denies ("PCP NEG") does not.

    Examples
    --------
    >>> list(read_flags(pd.Series(["Y", "0.0", "Y-A", "no"]), ("fentanyl",)))
    ['|fentanyl|', '', '|fentanyl|', '']
    """
    known = {}
    for value in text.unique():
        plain = str(value).strip().lower()
        if plain in _FLAG_OFF or _FLAG_DENIED.fullmatch(plain):
            known[value] = ""
        else:
            more = () if plain in _FLAG_ON else classes_in(plain)
            known[value] = join(drug + more)
    return text.map(known).astype("str")


def is_flag(text: pd.Series) -> bool:
    """Whether a column holds yes/no marks (a few words among them are allowed)."""
    plain = text.str.strip().str.lower()
    filled = plain[~plain.isin({"", "null", "nan"})]
    return bool(len(filled) and filled.isin(_FLAG_ON | _FLAG_OFF).mean() >= 0.8)


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
        if classes & _OPIOIDS:
            classes.discard("opioid_unspecified")
        known[value] = join(tuple(classes))
    return text.map(known).astype("str")


_OPIOIDS: Final = frozenset(
    {"fentanyl", "fentanyl_analog", "nitazene", "heroin", "rx_opioid", "methadone", "buprenorphine"}
)
