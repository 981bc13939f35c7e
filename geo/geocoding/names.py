"""Names of states, counties and cities, brought to one spelling so that they can be looked up."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Ints = NDArray[np.int64]

STATES: Final[Mapping[str, tuple[str, str]]] = {
    "AL": ("01", "Alabama"), "AK": ("02", "Alaska"), "AZ": ("04", "Arizona"),
    "AR": ("05", "Arkansas"), "CA": ("06", "California"), "CO": ("08", "Colorado"),
    "CT": ("09", "Connecticut"), "DE": ("10", "Delaware"), "DC": ("11", "District of Columbia"),
    "FL": ("12", "Florida"), "GA": ("13", "Georgia"), "HI": ("15", "Hawaii"),
    "ID": ("16", "Idaho"), "IL": ("17", "Illinois"), "IN": ("18", "Indiana"),
    "IA": ("19", "Iowa"), "KS": ("20", "Kansas"), "KY": ("21", "Kentucky"),
    "LA": ("22", "Louisiana"), "ME": ("23", "Maine"), "MD": ("24", "Maryland"),
    "MA": ("25", "Massachusetts"), "MI": ("26", "Michigan"), "MN": ("27", "Minnesota"),
    "MS": ("28", "Mississippi"), "MO": ("29", "Missouri"), "MT": ("30", "Montana"),
    "NE": ("31", "Nebraska"), "NV": ("32", "Nevada"), "NH": ("33", "New Hampshire"),
    "NJ": ("34", "New Jersey"), "NM": ("35", "New Mexico"), "NY": ("36", "New York"),
    "NC": ("37", "North Carolina"), "ND": ("38", "North Dakota"), "OH": ("39", "Ohio"),
    "OK": ("40", "Oklahoma"), "OR": ("41", "Oregon"), "PA": ("42", "Pennsylvania"),
    "RI": ("44", "Rhode Island"), "SC": ("45", "South Carolina"), "SD": ("46", "South Dakota"),
    "TN": ("47", "Tennessee"), "TX": ("48", "Texas"), "UT": ("49", "Utah"),
    "VT": ("50", "Vermont"), "VA": ("51", "Virginia"), "WA": ("53", "Washington"),
    "WV": ("54", "West Virginia"), "WI": ("55", "Wisconsin"), "WY": ("56", "Wyoming"),
    "AS": ("60", "American Samoa"), "GU": ("66", "Guam"),
    "MP": ("69", "Northern Mariana Islands"), "PR": ("72", "Puerto Rico"),
    "VI": ("78", "U.S. Virgin Islands"),
}  # fmt: skip
"""USPS code -> (FIPS code, name) of the states, DC and the island areas."""

_OTHER_STATE_NAMES = {
    "ALA": "AL", "ARIZ": "AZ", "ARK": "AR", "CALIF": "CA", "COLO": "CO", "CONN": "CT", "DEL": "DE",
    "WASHINGTONDC": "DC", "DISTOFCOLUMBIA": "DC", "FLA": "FL", "ILL": "IL", "IND": "IN",
    "KANS": "KS", "MASS": "MA", "MICH": "MI", "MINN": "MN", "MISS": "MS", "MONT": "MT",
    "NEBR": "NE", "NEV": "NV", "OKLA": "OK", "ORE": "OR", "PENN": "PA", "PENNA": "PA",
    "TENN": "TN", "TEX": "TX", "WASH": "WA", "WVA": "WV", "WIS": "WI", "WISC": "WI", "WYO": "WY",
    "VIRGINISLANDS": "VI", "UNITEDSTATESVIRGINISLANDS": "VI",
    "COMMONWEALTHOFTHENORTHERNMARIANAISLANDS": "MP",
}  # fmt: skip

_COUNTY_KINDS = (
    "CITY AND BOROUGH", "CENSUS AREA", "MUNICIPALITY", "MUNICIPIO", "COUNTY", "PARISH", "BOROUGH",
    "DISTRICT", "ISLAND", "CNTY", "CTY", "CO",
)  # fmt: skip
_TURNED = (  # "County of Kent" is Kent County
    (re.compile(r"^CITY (?:AND|&) COUNTY OF (.+)$"), r"\1 COUNTY"),
    (re.compile(r"^COUNTY OF (.+)$"), r"\1 COUNTY"),
    (re.compile(r"^PARISH OF (.+)$"), r"\1 PARISH"),
    (re.compile(r"^CITY OF (.+)$"), r"\1 CITY"),
    (re.compile(r"^(.+) \(?INDEPENDENT CITY\)?$"), r"\1 CITY"),
)
_SHORT_KIND = re.compile(r" (?:CNTY|CTY|CO)$")
_TRAILING_KIND = re.compile(rf" (?:{'|'.join(_COUNTY_KINDS)})$")
_SILENT = re.compile("['`.\u00b4\u2018\u2019]")  # apostrophes of all kinds, points
_NOT_WORD = re.compile(r"[^A-Z0-9&() ]+")
_SPACES = re.compile(r"\s+")
_WORDS = {
    "SAINT": "ST", "SAINTE": "STE", "FORT": "FT", "MOUNT": "MT", "NORTH": "N", "SOUTH": "S",
    "EAST": "E", "WEST": "W", "HEIGHTS": "HTS", "JUNCTION": "JCT", "SPRINGS": "SPGS",
}  # fmt: skip
_CIVIL = re.compile(
    r"^(?:CITY|TOWN|TOWNSHIP|VILLAGE|BOROUGH|BORO) OF "
    r"| (?:TOWNSHIP|TWP|TOWN|VILLAGE|BOROUGH|BORO|CDP)$"
)


def words(text: str) -> str:
    """Capital letters without accents or punctuation, words parted by one blank.

    Apostrophes and points vanish, other marks part words.

    Examples
    --------
    >>> words(" Prince George's "), words("Doña Ana"), words("Miami-Dade"), words("St. Louis")
    ('PRINCE GEORGES', 'DONA ANA', 'MIAMI DADE', 'ST LOUIS')
    """
    plain = unicodedata.normalize("NFKD", text)
    plain = "".join(c for c in plain if not unicodedata.combining(c)).upper()
    return _SPACES.sub(" ", _NOT_WORD.sub(" ", _SILENT.sub("", plain))).strip()


def county_key(name: str) -> str:
    """Give the key of a county's name, with its kind ("county", "city", "parish") when it has one.

    Examples
    --------
    >>> county_key("LA PORTE CO."), county_key("LaPorte County")
    ('LAPORTECOUNTY', 'LAPORTECOUNTY')
    >>> county_key("Saint Louis"), county_key("City of St. Louis")
    ('STLOUIS', 'STLOUISCITY')
    """
    plain = words(name)
    for pattern, turned in _TURNED:
        plain = pattern.sub(turned, plain)
    plain = _SHORT_KIND.sub(" COUNTY", plain)
    return _joined(plain)


def county_base_key(name: str) -> str:
    """Give the key of a county's name without its kind; "city" stays: it tells two areas apart.

    Examples
    --------
    >>> county_base_key("Orleans Parish"), county_base_key("Aleutians East Borough")
    ('ORLEANS', 'ALEUTIANSEAST')
    >>> county_base_key("James City County"), county_base_key("Baltimore city")
    ('JAMESCITY', 'BALTIMORECITY')
    """
    plain = words(name)
    for pattern, turned in _TURNED:
        plain = pattern.sub(turned, plain)
    return _joined(_TRAILING_KIND.sub("", plain))


def place_key(name: str) -> str:
    """Give the key of a city's or town's name.

    Examples
    --------
    >>> place_key("Saint Paul"), place_key("St. Paul"), place_key("East Hartford Town")
    ('STPAUL', 'STPAUL', 'EHARTFORD')
    """
    plain = words(name)
    shorter = _CIVIL.sub("", plain)
    return "".join(_WORDS.get(word, word) for word in (shorter or plain).split())


def _joined(plain: str) -> str:
    """Without blanks: "De Kalb" is "DeKalb"; "Saint" is "St"."""
    return "".join(
        _WORDS[w] if w in {"SAINT", "SAINTE"} else w for w in plain.replace("&", "AND").split()
    )


_STATE_KEYS: Final[Mapping[str, str]] = (
    {_joined(words(name)): usps for usps, (_, name) in STATES.items()}
    | {usps: usps for usps in STATES}
    | {fips: usps for usps, (fips, _) in STATES.items()}
    | {fips.lstrip("0"): usps for usps, (fips, _) in STATES.items()}
    | _OTHER_STATE_NAMES
)


def state_code(text: str) -> str:
    """USPS code of a state given by name, USPS code or FIPS number; "" when there is none such.

    Examples
    --------
    >>> state_code("Connecticut"), state_code("ct"), state_code("9.0"), state_code("W. Va.")
    ('CT', 'CT', 'CT', 'WV')
    >>> state_code("Ontario")
    ''
    """
    key = _joined(words(re.sub(r"\.0$", "", text.strip())))
    return _STATE_KEYS.get(key, "")


def state_codes(texts: pd.Series) -> pd.Series:
    """`state_code` of every row, same index; missing rows give ""."""
    return mapped(texts, state_code)


def mapped(texts: pd.Series, function: Callable[[str], str]) -> pd.Series:
    """Apply `function` to every row as text, once for each different value; missing gives ""."""
    codes, values = pd.factorize(texts)
    answers = [function(str(value)) for value in values]
    answers.append("")  # code -1: missing
    return pd.Series([answers[c] for c in codes], index=texts.index, dtype="str")


def different(rows: pd.DataFrame, columns: Iterable[str]) -> tuple[Ints, Ints]:
    """Give rows that are alike in some columns one number, and each number its first row.

    Examples
    --------
    >>> rows = pd.DataFrame({"zip": ["1", "2", "1"], "city": ["a", "a", "a"]})
    >>> code, first = different(rows, ["zip", "city"])
    >>> code.tolist(), first.tolist()
    ([0, 1, 0], [0, 1])
    """
    code, many = np.zeros(len(rows), dtype=np.int64), 0
    for name in columns:
        own, distinct = pd.factorize(rows[name])
        code, seen = pd.factorize(code * len(distinct) + own)
        many = len(seen)
    first = np.empty(many, dtype=np.int64)
    first[code[::-1]] = np.arange(len(rows))[::-1]  # of several writings the last one stays
    return code, first
