"""The words of a column name, and whose place or day they speak of."""

import re
from functools import lru_cache
from typing import Final

_CODES = re.compile(r"\([^)]*\)|\[[^\]]*\]")
_ELEMENTS = re.compile(r"[(\[]\s*[A-Za-z]{0,3}\d[\d.]*\s*[)\]]")
_POSSESSIVE = re.compile(r"['\u2019]s\b|['\u2019](?=d\b)|(?<=s)['\u2019]")
_PLURAL = re.compile(r"(?<![A-Z])[A-Z]{2,}s(?![A-Za-z])")  # "ODs"
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|(?<=[A-Za-z])(?=\d)")
_GLUED = re.compile(
    r"^(incident|incid|inc|injury|inj|death|dth|residence|resid|res|home|event|evt|case|patient|pat|"
    r"pt|victim|vic|decedent|decd|scene|record|report|rpt|call|overdose|od|entry|seizure|seiz|"
    r"occurrence|occ|offense|hospital|hosp|dest|agency|dept|arrestee|suspect|susp|drug|county|cnty|"
    r"state|stco|co)"
    r"(date|dt|datetime|time|number|num|nbr|no|id|city|county|cnty|cty|state|st|zip|zipcode|zipcd|"
    r"address|addr|street|lat|latitude|lon|long|longitude|fips|typ|type|name|nm|code|cd)$"
)
_GLUED_STREET = re.compile(
    r"^(?:(house|hse|street|str|st|addr|apt)(name|nm|number|num|nbr|no|direction|dir|type|suffix)|"
    r"(low|high|from|to)(number|num|addr|address|house))$"
)
_GLUED_OF = re.compile(r"^(date|time|datetime)of(incident|injury|death|event|overdose|report)$")
_GLUES: Final = (_GLUED, _GLUED_STREET, _GLUED_OF)
_SHORT: Final = {"doi": ("date", "injury"), "cnty": ("county",), "incid": ("incident",)}

INCIDENT: Final = "incident"
INJURY: Final = "injury"
SCENE: Final = "scene"
DEATH: Final = "death"
REPORTED: Final = "reported"
RESIDENCE: Final = "residence"
ELSEWHERE: Final = "elsewhere"
"""A hospital, a laboratory, an agency: never where an overdose was."""
UNCLEAR: Final = "unclear"
"""The name says whose it is in a word we do not know: never taken without being asked for."""

_GROUPS: Final = (
    (ELSEWHERE, frozenset({
        "hospital", "hosp", "clinic", "destination", "dest", "facility", "administration", "court",
        "lab", "laboratory", "office", "funeral", "employer", "work", "mailing", "billing", "owner",
        "station", "agency", "department", "dept", "birthplace", "birth", "school", "certifier",
        "registrar", "informant", "provider", "pharmacy", "jail", "prison", "origin", "shipping",
        "shipper", "sender", "receiver", "receiving", "recipient", "supplier", "transport",
        "officer",
    })),
    (RESIDENCE, frozenset({
        "residence", "res", "resid", "resident", "residential", "home", "decedent", "decd",
        "victim", "vic", "patient", "pt", "pat", "client", "identification", "defendant",
        "offender", "arrestee", "suspect", "susp", "person", "subject", "caller", "complainant",
        "witness", "kin", "spouse", "mother", "father", "parent", "domicile", "dwelling", "lived",
    })),
    (INJURY, frozenset({"injury", "inj"})),
    (INCIDENT, frozenset({
        "incident", "inc", "event", "evt", "call", "occurrence", "occurred", "occ", "offense",
        "seizure", "seiz", "seized", "overdose", "od", "crime", "dispatch", "dispatched", "psap",
        "run",
    })),
    (SCENE, frozenset({"scene", "pickup", "onscene"})),
    (DEATH, frozenset({"death", "dth", "died", "dod", "pronounced", "deceased"})),
    (REPORTED, frozenset({
        "reported", "report", "rpt", "notification", "notified", "entry", "entered", "submitted",
        "received", "recd", "rcvd",
    })),
)  # fmt: skip
_SERVICES: Final = frozenset({
    "pd", "police", "sheriff", "fire", "ems", "coroner", "examiner", "crew",
})  # fmt: skip
"""Whose job it was: a place named after them alone is theirs, a day is that of the incident."""

_PLAIN: Final = {
    "place": frozenset({
        "address", "addr", "street", "str", "city", "town", "municipality", "township", "village",
        "county", "cnty", "cty", "parish", "borough", "state", "st", "zip", "zipcode", "zcta",
        "postal", "post", "code", "cd", "fips", "geoid", "lat", "latitude", "lon", "long", "lng",
        "longitude", "coordinate", "coord", "coords", "xcoord", "ycoord", "x", "y", "easting",
        "northing", "geo", "geolocation", "geocoded", "georeference", "geocoordinates", "latlon",
        "latlng", "latlong", "point", "wkt", "shape", "geom", "geometry", "gps", "location", "loc",
        "place", "name", "nm", "abbr", "abbrev", "abbreviation", "desc", "description", "text",
        "txt", "number", "num", "no", "nbr", "#", "id", "full", "line", "block", "blk", "hundred",
        "intersection", "cross", "usps", "us", "usa", "digit", "map", "sp", "plane",
        "data", "of", "the", "in", "at", "on", "and", "or", "where", "wgs", "epsg", "degree",
        "decimal", "dd", "deg", "nad", "feet", "ft", "meter", "public", "approximate",
        "house", "hse", "building", "bldg", "road", "rd", "pre", "prefix", "predir", "dir",
        "direction", "directional", "suffix", "suff", "sfx", "type", "typ", "apt", "apartment",
        "suite", "ste", "fraction", "frac", "intersecting", "crossing",
        "approx", "nearest", "closest", "standardized", "std", "clean", "cleaned",
        "formatted", "matched", "census", "area", "region", "column", "col", "stco", "co", "five",
    }),
    "day": frozenset({
        "date", "dt", "datetime", "timestamp", "time", "day", "of", "the", "and", "at", "on", "in",
        "start", "begin", "beginning", "from", "first", "local", "utc", "gmt", "est", "edt", "cst",
        "cdt", "mst", "pst", "period", "year", "month", "quarter", "qtr", "week", "visit",
        "encounter", "admit", "admission", "admitted", "arrival", "arrived", "arrive", "service",
        "alarm", "response", "unit", "en", "route", "enroute", "ed", "er", "c", "onset", "full",
        "calendar", "formatted", "clean", "mm", "yyyy", "yy", "hh", "data", "value", "text",
        "by", "key", "stop", "hour", "case",
    }),
}  # fmt: skip
"""Words beside which the name of a place or day stays that of the incident, in the singular."""

_OF_A_WEEK: Final = frozenset({"end", "ending", "ended", "starting", "commencing"})
"""Words that say which day of its week a date is; without a week they may be of anything."""


@lru_cache(maxsize=20_000)  # every rule asks anew, and a file may have ten thousand columns
def split_words(name: str) -> tuple[str, ...]:
    """Lower-case words of a column name; element numbers in brackets are left out.

    Examples
    --------
    >>> split_words("Patient Race (E6.12)"), split_words("XCoordinate")
    (('patient', 'race'), ('x', 'coordinate'))
    >>> split_words("InjuryCityGeo"), split_words("CASENUMBER"), split_words("INCDATE")
    (('injury', 'city', 'geo'), ('case', 'number'), ('inc', 'date'))
    >>> split_words("Patient's City"), split_words("FatalODs"), split_words("Case#")
    (('patient', 'city'), ('fatal', 'ods'), ('case', '#'))
    """
    plain = _POSSESSIVE.sub("", _CODES.sub(" ", name))
    plain = _CAMEL.sub(" ", _PLURAL.sub(lambda found: f" {found[0].lower()}", plain))
    found: list[str] = []
    for word in re.findall(r"[a-z0-9%]+|#", plain.lower()):
        glued = _two_words(word)
        found += filter(None, glued.groups()) if glued else _SHORT.get(word, (word,))
    return tuple(found)


def _two_words(word: str) -> re.Match[str] | None:
    """Two words written as one, unless the word has a meaning of its own."""
    if word in _SHORT:
        return None
    return next(filter(None, (glued.match(word) for glued in _GLUES)), None)


def singular(word: str) -> str:
    """Give an English word without the ending of its plural, near enough to compare words.

    Examples
    --------
    >>> singular("deaths"), singular("fatalities"), singular("ods"), singular("address")
    ('death', 'fatality', 'od', 'address')
    """
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    ends = word.endswith("s") and not word.endswith(("ss", "us", "is"))
    return word[:-1] if ends and len(word) > 2 else word


def group_of(words: tuple[str, ...]) -> str:
    """Whose place or day the words speak of; "" when they do not say.

    Examples
    --------
    >>> group_of(("incident", "city")), group_of(("victims", "county")), group_of(("city",))
    ('incident', 'residence', '')
    """
    said = {*words, *map(singular, words)}
    return next((group for group, known in _GROUPS if said & known), "")


def owner_of(name: str, what: str) -> str:
    """Whose the place or day a column is named after is; "" when the name says no more than that.

    Parameters
    ----------
    name : str
        Of the column.
    what : {"place", "day"}
        Which of the two it is.

    Returns
    -------
    str
        A group; `UNCLEAR` where a word says something we do not know: "Grandmother City" names
        somebody's city, and most likely not that of the incident.

    Examples
    --------
    >>> owner_of("City", "place"), owner_of("City (patient)", "place")
    ('', 'residence')
    >>> owner_of("Grandmother City", "place"), owner_of("Date Completed", "day")
    ('unclear', 'unclear')
    """
    words = split_words(re.sub(r"[()\[\]]", " ", _ELEMENTS.sub(" ", name)))
    group = group_of(words)
    if group:
        return group
    if _SERVICES & set(words):
        return ELSEWHERE if what == "place" else ""
    known = _PLAIN[what] | (_OF_A_WEEK if "week" in words else set())
    strange = [w for w in words if not ({w, singular(w)} & known or w.isdigit())]
    return UNCLEAR if strange else ""
