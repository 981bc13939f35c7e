"""What the words of a column name say: which field it is, and whose place or day."""

import re
from dataclasses import dataclass
from typing import Final

_CODES = re.compile(r"\([^)]*\)|\[[^\]]*\]")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|(?<=[A-Za-z])(?=\d)")
_GLUED = re.compile(
    r"^(incident|injury|death|residence|event|case|patient|victim|scene|record|report|call)"
    r"(date|time|datetime|number|num|id|city|county|state|zip|zipcode|address|street|lat|latitude|"
    r"lon|long|longitude)$"
)

INCIDENT: Final = "incident"
INJURY: Final = "injury"
SCENE: Final = "scene"
DEATH: Final = "death"
REPORTED: Final = "reported"
RESIDENCE: Final = "residence"
ELSEWHERE: Final = "elsewhere"
"""A hospital, a laboratory, an agency: never where an overdose was."""

_GROUPS: Final = (
    (ELSEWHERE, frozenset(
        "hospital destination facility administration court lab laboratory office funeral employer "
        "mailing owner station agency birthplace school".split()
    )),
    (RESIDENCE, frozenset(
        "residence res resident residential home decedent victim patient identification defendant "
        "offender person subject".split()
    )),
    (INJURY, frozenset(("injury", "inj"))),
    (INCIDENT, frozenset(
        "incident event call occurrence occurred offense seizure seized overdose crime".split()
    )),
    (SCENE, frozenset("scene pickup onscene".split())),
    (DEATH, frozenset("death deaths dth died dod pronounced deceased".split())),
    (REPORTED, frozenset("reported report notification notified".split())),
)  # fmt: skip

_NOT_A_DAY: Final = frozenset(
    "birth dob born edited edit updated update created modified entered entry import imported load "
    "loaded rcvd certified printed extract expiration analyzed analysed submitted changed".split()
)
_CLOCK_ONLY: Final = frozenset("response elapsed duration desc zone interval".split())
_RATES: Final = frozenset(
    "rate rates percent pct ratio error interval per adjusted crude lower upper cumulative".split()
)
_CASES: Final = frozenset("incident event case record call run pcr report seizure cad".split())
_NUMBERS: Final = frozenset("id number no num nbr uid guid".split())
_EVENTS: Final = frozenset("deaths overdoses incidents seizures cases events fatalities".split())
_POINTS: Final = frozenset(
    "geo geolocation geocoded georeference geocoordinates coordinates coords latlon latlng latlong "
    "point wkt shape geom geometry".split()
)
_AXIS_WORDS: Final = frozenset(
    "x y coord coordinate coordinates point poi location state plane sp nad map geo".split()
)


@dataclass(frozen=True)
class Meaning:
    """What a name suggests: `field`, whose it is (`group`, "" when not said), how sure (0..1)."""

    field: str
    group: str
    confidence: float


def split_words(name: str) -> tuple[str, ...]:
    """Lower-case words of a column name; element numbers in brackets are left out.

    Examples
    --------
    >>> split_words("Patient Race (E6.12)"), split_words("XCoordinate")
    (('patient', 'race'), ('x', 'coordinate'))
    >>> split_words("InjuryCityGeo"), split_words("CASENUMBER")
    (('injury', 'city', 'geo'), ('case', 'number'))
    """
    plain = _CAMEL.sub(" ", _CODES.sub(" ", name))
    found: list[str] = []
    for word in re.split(r"[^a-z0-9#%]+", plain.lower()):
        glued = _GLUED.match(word)
        found += glued.groups() if glued else ([word] if word else [])
    return tuple(found)


def group_of(words: tuple[str, ...]) -> str:
    """Whose place or day the words speak of; "" when they do not say.

    Examples
    --------
    >>> group_of(("incident", "city")), group_of(("victim", "county")), group_of(("city",))
    ('incident', 'residence', '')
    """
    said = set(words)
    return next((group for group, known in _GROUPS if said & known), "")


def meaning_of(name: str) -> Meaning | None:
    """Field a column name stands for, None when it is none we use.

    Examples
    --------
    >>> meaning_of("Incident Location Latitude")
    Meaning(field='lat', group='incident', confidence=0.95)
    >>> meaning_of("last_edited_date") is None
    True
    """
    words = split_words(name)
    said = frozenset(words)
    for rule in (_treatment, _point, _person, _time, _place, _amount, _identity, _content):
        found = rule(words, said)
        if found is not None:
            field, confidence = found
            return Meaning(field, group_of(words), confidence) if field else None
    return None


Found = tuple[str, float] | None
_NONE: Final = ("", 0.0)


def _treatment(words: tuple[str, ...], said: frozenset[str]) -> Found:
    doses = said & {"dose", "doses", "dosage"}
    if doses:
        side = said & {"unit", "desc", "type", "description", "route"}
        return _NONE if side else ("doses", 0.85 if said & {"count", "number"} else 0.7)
    if said & {"naloxone", "narcan"}:
        side = said & {"response", "date", "time", "by", "route", "id", "source"}
        return _NONE if side else ("naloxone", 0.95)
    if said & {"medication", "medications"} and said & {"administered", "given"}:
        return _NONE if said & {"response", "route", "by"} else ("naloxone", 0.6)
    return _NONE if "administration" in said and said & _NUMBERS else None


def _point(words: tuple[str, ...], said: frozenset[str]) -> Found:
    lat, lon = said & {"lat", "latitude"}, said & {"lon", "long", "lng", "longitude"}
    if lat and lon:
        return "geo", 0.9
    if lat or lon:
        return ("lat" if lat else "lon"), 0.95
    if said & {"easting", "northing"}:
        return ("easting" if "easting" in said else "northing"), 0.9
    if said & {"xcoord", "xcoordinate"} or ("x" in said and said <= _AXIS_WORDS):
        return "x", 0.6
    if said & {"ycoord", "ycoordinate"} or ("y" in said and said <= _AXIS_WORDS):
        return "y", 0.6
    if said & _POINTS and not said & {"status", "score", "precision", "method", "quality", "type"}:
        return "geo", 0.7
    return None


def _person(words: tuple[str, ...], said: frozenset[str]) -> Found:
    if "age" in said:
        return "age", 0.95 if said <= {"age", "patient", "identification", "years"} else 0.7
    if said & {"sex", "gender"}:
        return "sex", 0.95
    if "race" in said:
        return "race", 0.95
    return None


def _time(words: tuple[str, ...], said: frozenset[str]) -> Found:
    day = said & {"date", "dt", "datetime", "timestamp", "dod"}
    if day and said & _NOT_A_DAY:
        return _NONE
    if day and said & {"type", "role", "kind"}:
        return "date_type", 0.9
    if day and not said & {"day", "month", "year"}:
        return "date", 0.95 if group_of(words) else 0.85
    if day or said & _NOT_A_DAY:
        return _NONE
    if said & {"time", "times"}:
        return _NONE if said & _CLOCK_ONLY else ("time", 0.8)
    if said & {"quarter", "qtr"}:
        return "quarter", 0.8
    if "fy" in said or ("fiscal" in said and "year" in said):
        return "fiscal_year", 0.8
    if said & {"year", "yr"}:
        return "year", 0.8
    return ("month", 0.8) if "month" in said else None


def _place(words: tuple[str, ...], said: frozenset[str]) -> Found:
    if "fips" in said or "geoid" in said:
        state = "state" in said and "county" not in said
        return ("state_fips" if state else "county_fips"), 0.95
    if said & {"zip", "zipcode", "zcta", "postal"}:
        return "zip", 0.95
    if said & {"index", "boundary", "boundaries", "district", "districts", "council"}:
        return _NONE
    if "county" in said or words in {("parish",), ("county", "parish")}:
        if said & {"code", "id", "number"}:
            return "county_fips", 0.6
        return "county", 0.9
    if said & {"cty", "city", "town", "municipality", "township", "village"}:
        return "city", 0.5 if "cty" in said else 0.95
    if "state" in said or words == ("st",):
        return "state", 0.9
    if said & {"address", "addr", "street", "intersection", "block"}:
        side = said & {"2", "other", "type", "email", "suffix", "prefix", "direction", "number"}
        return _NONE if side else ("address", 0.9)
    if "location" in said and not said & {"other", "type", "description", "ifother", "if"}:
        return "address", 0.7 if group_of(words) else 0.4
    return None


def _amount(words: tuple[str, ...], said: frozenset[str]) -> Found:
    if said & {"population", "pop"}:
        return _NONE if said & _RATES else ("population", 0.95)
    if said & {"unit", "units", "measurement", "uom"}:
        return _NONE if said & (_NUMBERS | {"responding"}) else ("unit", 0.85)
    if said & {"quantity", "qty", "weight"}:
        return "quantity", 0.9
    if said & _RATES or "%" in said:
        return _NONE
    if said & {"count", "counts"}:
        return _NONE if said & {"drug", "arrest", "arrests", "victim"} else ("count", 0.9)
    if said & _EVENTS and len(said - _EVENTS) <= 2:
        return "count", 0.8
    return None


def _identity(words: tuple[str, ...], said: frozenset[str]) -> Found:
    numbered = bool(said & _NUMBERS) or "#" in said
    if numbered and said & {"drug", "agency", "officer", "unit", "ori", "tax", "phone"}:
        return _NONE
    if numbered and said & {"victim", "patient", "person", "subject"}:
        return "victim_id", 0.9
    if numbered and said & _CASES:
        return "record_id", 0.95
    if words in {("id",), ("uid",), ("guid",), ("record", "key")}:
        return "record_id", 0.9
    if words[-1:] == ("case",) and len(words) <= 2:
        return "record_id", 0.7
    return ("record_id", 0.3) if words in {("objectid",), ("fid",), ("ogc", "fid")} else None


def _content(words: tuple[str, ...], said: frozenset[str]) -> Found:
    if said & {"survive", "survived", "survival", "fatal", "fatality", "nonfatal", "lethal"}:
        return "outcome", 0.9
    if said & {"outcome"} or words == ("vital", "status"):
        return "outcome", 0.7
    if words in {("kind",), ("record", "type"), ("event", "type"), ("incident", "type")}:
        return "kind", 0.5
    if said & {"drug", "drugs", "substance", "substances", "narcotic"}:
        side = said & {"id", "related", "class", "abuse", "use", "history"}
        return _NONE if side else ("drug", 0.9)
    if said & {"od", "tox", "toxicology"}:
        return "drug", 0.75
    if said & {"cause", "causes", "cod", "primarycause", "secondarycause"}:
        return "drug", 0.7
    return None
