"""Names of drugs: in texts of police, laboratories and coroners, on the street, and misspelled."""

import re
from functools import lru_cache
from typing import Final

from rapidfuzz import process
from rapidfuzz.distance import OSA

# Patterns read lower-case text. Order matters: what one finds is taken out before the next looks,
# so "methamphetamine" is not read again as amphetamine, nor carfentanil as fentanyl. Names that
# mean different drugs in different places (dope, speed, crank, lean) are not read at all.
PATTERNS: Final = tuple(
    (code, re.compile(pattern))
    for code, pattern in (
        ("other", r"gas[\s-]station heroin|tianept\w*"),  # no heroin
        ("heroin cocaine", r"\bspeed[\s-]?balls?\b"),
        ("heroin meth", r"\bgoof[\s-]?balls?\b"),
        ("nitazene", r"nitaz[eo]\w*"),
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
                r"onoacetyl\w*)\b|\bblack[\s-]tar\b|\bsmack\b|t40\.?1\w*"
            ),
        ),
        ("methadone", r"methadon\w*|\beddp\b|t40\.?3\w*"),
        ("buprenorphine", r"bupre\w*|norbupre\w*|suboxon\w*|subutex|sublocade|zubsolv"),
        ("adulterant", r"xylazin\w*|m?edetomidin\w*|\btranq\b|\bxyl\b"),
        (
            "rx_opioid",
            (
                r"oxycod\w*|\boxyc\w*|\boxys?\b|\brox(?:ys?|ies)\b|roxicod\w*|\bpercs?\b|"
                r"oxymorph\w*|hydrocod\w*|hydromorph\w*|\bmorph\w*|"
                r"codeine\w*|tramad\w*|tapent\w*|meperid\w*|levorphanol|percocet\w*|vicodin\w*|"
                r"lortab\w*|"
                r"dilaudid|demerol|opana|norco|pharmaceutical[\s_]+opioids?|"
                r"(?:prescription|rx)[\s_]+(?:opioid|opiate|narcotic)s?|"
                r"t40\.?(?:2|42)\w*"
            ),
        ),
        (
            "other",
            (
                r"synthetic[\s_]+(?:marijuana|cannab\w*)|\bk2\b|\bspice\b|bath[\s_]+salts?|mdma|"
                r"ecstasy|\bmolly\b|methylenedioxy\w*|cathinone\w*|methylone|mephedrone|kratom|"
                r"mitragyn\w*"
            ),
        ),
        (  # blue M30 tablets are oxycodone or, more often, fentanyl: which one is not known
            "opioid_unspecified",
            (
                r"u[\s-]?4[79]\d00|synthetic[\s_]+(?:opioid|narcotic)s?|\bblues\b|\bm[\s-]?30s?\b|"
                r"t40\.?4\w*"
            ),
        ),
        (
            "meth",
            r"meth?amph\w*|methanphet\w*|crystal[\s_]+meth|\bmeth\b|\bice\b|t43\.?65\w*",
        ),
        (
            "amphetamine",
            r"amphet\w*|adderall|ritalin|methylphenidate|pharmaceutical[\s_]+stimulants?|t43\.?62\w*",
        ),
        ("crack", r"(?<!cocaine/)(?<!cocaine / )\bcrack\b(?:[\s_]+cocaine)?"),
        (
            "cocaine",
            (
                r"coc?aine?\w*(?:\s*/\s*crack)?|cocaethyl\w*|\bcoke\b|benzoylecgon\w*|"
                r"t40\.?5\w*|\bf14\.?\d*"
            ),
        ),
        (
            "benzo",
            (
                r"benzodi\w*|\bbenzos?\b|zolam\w*|xanax|\b[xz]ann?ies\b|valium|ativan|"
                r"klonopin|zepam\w*|chlordiazep\w*|t42\.?4\w*"
            ),
        ),
        ("cannabis", r"mari[jh]uana\w*|cannab\w*|hashish|\bhash\b|\bweed\b|\bthc\b|t40\.?7\w*"),
        ("alcohol", r"\bethanol\w*|\balcohol\w*|\betoh\b|t51\.?0\w*"),
        ("opioid_unspecified", r"opioid\w*|opiate\w*|opium|narcotic\w*|t40\.?[06]\w*|\bf11\.?\d*"),
        (
            "other",
            (
                r"\bpcp\b|phencyclid\w*|ketamin\w*|\blsd\b|\bghb\b|gabapent\w*|pregabal\w*|"
                r"barbitur\w*|barbital\w*|amytal|nembutal|seconal|\bdusters?\b|loperamid\w*|\bapap\b|"
                r"pharmaceutical[\s_]+other|inhalant\w*|difluoro\w*|"
                r"diphenhyd\w*|quetiap\w*|trazodon\w*|zolpidem|carisoprod\w*|cyclobenz\w*|"
                r"amitript\w*|fluoxet\w*|citalopr\w*|sertral\w*|acetaminoph\w*|\bother\b|"
                r"hallucinogen\w*|mushroom\w*|psilocyb\w*|steroid\w*|stimulant\w*|depressant\w*"
            ),
        ),
    )
)

ANY: Final = "|".join(pattern.pattern for _, pattern in PATTERNS)
"""Any name, as one pattern."""

_ANY = re.compile(ANY)
_SPELLED: Final = (
    "fentanyl", "carfentanil", "fluorofentanyl", "acetylfentanyl", "heroin", "cocaine", "codeine",
    "methamphetamine", "amphetamine", "xylazine", "medetomidine", "methadone", "buprenorphine",
    "suboxone", "oxycodone", "oxycontin", "oxymorphone", "hydrocodone", "hydromorphone", "morphine",
    "tramadol", "tapentadol", "percocet", "vicodin", "dilaudid", "alprazolam", "bromazolam",
    "clonazepam", "diazepam", "lorazepam", "etizolam", "benzodiazepine", "marijuana", "cannabis",
    "alcohol", "ethanol", "gabapentin", "ketamine", "phencyclidine", "ecstasy", "adderall",
    "mitragynine", "nitazene", "isotonitazene", "metonitazene", "protonitazene",
)  # fmt: skip
_NO_SLIP: Final = frozenset({"herein", "heroic", "heroes", "heroics", "ethane", "hydrocortone"})
"""Words that are one letter from a drug and mean something else."""

_LONG_WORD = re.compile(r"[a-z]{6,}")
_TWO_SLIPS: Final = 11
"""Letters a name must have for two slips in it to be read; a shorter one may have one slip."""


def classes_named(part: str) -> tuple[str, ...]:
    """Classes of the names in a text in lower case, misspelled ones among them.

    Examples
    --------
    >>> classes_named("furanyl fenatanyl"), classes_named("herein")
    (('fentanyl_analog',), ())
    """
    left = _LONG_WORD.sub(lambda word: spelled(word[0]), part)
    found: list[str] = []
    if _ANY.search(left):
        for codes, pattern in PATTERNS:
            left, hits = pattern.subn(" ", left)
            found += codes.split() if hits else ()
    return tuple(found)


@lru_cache(maxsize=50_000)
def spelled(word: str) -> str:
    """Name of the one drug a word misspells; the word itself when it is none or could be two.

    The first letter must be right, and one slip (a letter missing, added, wrong, or two exchanged)
    is allowed; two in names of eleven letters or more.

    Examples
    --------
    >>> spelled("fetanyl"), spelled("herion"), spelled("codaine"), spelled("herein")
    ('fentanyl', 'heroin', 'codaine', 'herein')
    """
    if word in _NO_SLIP or _ANY.search(word):
        return word
    near = process.extract(word, _names_from(word[0]), scorer=OSA.distance, score_cutoff=2, limit=5)
    close = {
        name: int(distance)
        for name, distance, _ in near
        if distance <= (2 if len(name) >= _TWO_SLIPS else 1)
    }
    nearest = sorted(name for name, distance in close.items() if distance == min(close.values()))
    one_class = len({classes_named(name) for name in nearest}) == 1
    return nearest[0] if one_class else word


@lru_cache(maxsize=26)
def _names_from(letter: str) -> tuple[str, ...]:
    return tuple(name for name in _SPELLED if name[0] == letter)
