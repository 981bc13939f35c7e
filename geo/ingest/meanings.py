"""What the words of a column name say: which field it is, and whose place or day."""

import re
from dataclasses import dataclass
from typing import Final

from geo.ingest import nemsis, weeks
from geo.ingest.columns import DATE_FIELDS, PLACE_FIELDS
from geo.ingest.street_pieces import ADDRESS_PART, part_of
from geo.ingest.words import UNCLEAR, group_of, owner_of, split_words

TOLD: Final = 0.4
"""How sure a narrative speaks of drugs: it is read where no other column does."""


@dataclass(frozen=True)
class _Rule:
    """What a name that fits stands for: `field`, "" for none of ours.

    It fits with a word of each set in `needs`, none of `unless` and, if `only` is not empty, no
    word outside it. `bare` is the confidence when the name does not say whose it is.
    """

    field: str
    confidence: float
    needs: tuple[frozenset[str], ...]
    unless: frozenset[str]
    only: frozenset[str]
    bare: float

    def fits(self, said: frozenset[str]) -> bool:
        return (
            all(said & need for need in self.needs)
            and not said & self.unless
            and (not self.only or said <= self.only)
        )


def _rule(
    field: str,
    confidence: float,
    *needs: str,
    unless: str = "",
    only: str = "",
    bare: float | None = None,
) -> _Rule:
    return _Rule(
        field,
        confidence,
        tuple(frozenset(words.split()) for words in needs),
        frozenset(unless.split()),
        frozenset(only.split()),
        confidence if bare is None else bare,
    )


_NUMBERS = "id number no num nbr uid guid #"
_DOSES = "dose doses dosage"
_DAYS = "date dt datetime timestamp dod"
_NOT_A_DAY = (
    "birth dob born edited edit updated update created modified import imported load recovered "
    "loaded rcvd certified printed extract expiration analyzed analysed changed arrest cleared"
)
_WEEK_ENDS = "end ending ended begin beginning start starting commencing"
_RATES = "rate rates percent pct % ratio error interval per adjusted crude lower upper cumulative"
_LAT, _LON = "lat latitude", "lon long lng longitude"
_POINTS = (
    "geo geolocation geocoded georeference geocoordinates coordinates coords latlon latlng latlong "
    "point wkt shape geom geometry gps"
)
_AXIS = "x y xcoord ycoord coord coordinate coordinates point location state plane sp map geo"
_MASSES = "kg kgs kilo kilos kilogram kilograms gram grams gm lb lbs pound pounds oz ounce ounces"
_EVENTS = "deaths overdoses incidents seizures cases events fatalities"

_CASES = "case incident report call event"
_CODED_CASES = (
    "rd dr cr fe ir go oca ccn cfs cad rms file control complaint cmplnt rpt reference ref docket"
)
_EXHIBITS = "exhibit evidence property voucher"
_LABS = "lab laboratory submission"
_REMARKS = "notes comments comment remarks"
_FATES = "death died dead deceased expired alive lived"

_ADDRESS_BEHIND: Final = re.compile(r"[(\[]\s*(?:street )?addr(?:ess)?\s*[)\]]$", re.IGNORECASE)
_NO_AGENCY: Final = (
    "address city county state zip lat latitude lon longitude type phone date time case incident "
    "report record location emergency call person employee notified"
)

_RULES: Final = (  # the first that fits decides
    _rule("", 0, "computed", "region"),
    _rule("agency", 0.6, "agency ori department", _NUMBERS + " code", unless=_NO_AGENCY),
    _rule("agency", 0.9, "agency department", unless=_NO_AGENCY),
    _rule("agency", 0.8, "ori", unless=_NO_AGENCY),
    _rule("agency", 0.5, "hospital facility", "name reporting", unless="destination " + _NO_AGENCY),
    _rule("", 0, _DOSES, "unit units desc type description route"),
    _rule("doses", 0.85, _DOSES),
    _rule("", 0, "naloxone narcan", "response date time route id source"),
    _rule("naloxone", 0.5, "naloxone narcan", "by"),
    _rule("naloxone", 0.95, "naloxone narcan"),
    _rule("naloxone", 0.6, "medication medications", "administered given", unless="response by"),
    _rule("", 0, "medication medications"),
    _rule("administration_id", 0.9, "administration", _NUMBERS),
    _rule("geo", 0.9, _LAT, _LON),
    _rule("lat", 0.95, _LAT),
    _rule("lon", 0.95, _LON),
    _rule("easting", 0.9, "easting"),
    _rule("northing", 0.9, "northing"),
    _rule("x", 0.6, "x xcoord", only=_AXIS),
    _rule("y", 0.6, "y ycoord", only=_AXIS),
    _rule("geo", 0.7, _POINTS, unless="status score precision method quality type code"),
    _rule("age_unit", 0.9, "age", "unit units"),
    _rule("age_end", 0.8, "age", "end max upper maximum"),
    _rule("age", 0.95, "age", only="age patient identification years"),
    _rule("age", 0.7, "age"),
    _rule("sex", 0.95, "sex gender"),
    _rule("race", 0.95, "race"),
    _rule("", 0, _NOT_A_DAY),
    _rule("date_type", 0.9, _DAYS, "type role kind"),
    _rule("date", 0.6, "week", _WEEK_ENDS + " of", only=_WEEK_ENDS + " week of the date"),
    _rule("week", 0.8, "week", only=" ".join(weeks.WORDS)),
    _rule("", 0, _DAYS, "week weekday"),
    _rule("year", 0.9, _DAYS, "year yr"),
    _rule("month", 0.9, _DAYS, "month"),
    _rule("day", 0.9, _DAYS, "day"),
    _rule("date", 0.95, _DAYS, bare=0.85),
    _rule("", 0, "occurred occurrence", "to end until thru"),
    _rule("date", 0.85, "occurred occurrence", "from start begin on at", only=(
        "occurred occurrence from start begin on at offense incident")),
    _rule("", 0, "time times", "response elapsed duration desc zone interval"),
    _rule("time", 0.8, "time times"),
    _rule("time", 0.6, "hour", only="hour incident injury death event call scene occurred"),
    _rule("half", 0.8, "half semester", unless="life way"),
    _rule("quarter", 0.8, "quarter qtr"),
    _rule("state_fiscal_year", 0.8, "sfy"),
    _rule("state_fiscal_year", 0.8, "state", "fy"),
    _rule("state_fiscal_year", 0.8, "state", "fiscal", "year"),
    _rule("fiscal_year", 0.8, "fy ffy fytd"),
    _rule("fiscal_year", 0.8, "fiscal", "year"),
    _rule("year", 0.8, "year yr"),
    _rule("month", 0.8, "month", unless="grouping group per months"),
    _rule("day", 0.4, "day", only="day"),
    _rule("date", 0.5, "period", only="period time reporting report"),
    _rule("state_fips", 0.95, "fips geoid", "state", unless="county"),
    _rule("county_fips", 0.95, "fips geoid"),
    _rule("zip", 0.95, "zip zipcode zcta postal"),
    _rule("", 0, "index boundary boundaries district districts council"),
    _rule("county_fips", 0.6, "county", "code id number"),
    _rule("county", 0.9, "county"),
    _rule("county", 0.9, "parish", only="parish name"),
    _rule("city", 0.95, "city town municipality township village"),
    _rule("city", 0.5, "cty"),
    _rule("state", 0.9, "state"),
    _rule("state", 0.9, "st", only="st"),
    _rule(
        "address", 0.9, "address addr street intersection block",
        unless="2 other type email suffix prefix direction number",
    ),
    _rule("address", 0.7, "location", unless="other type description ifother if", bare=0.4),
    _rule("", 0, "population pop", _RATES),
    _rule("population", 0.95, "population pop"),
    _rule("", 0, "unit units", _NUMBERS + " responding"),
    _rule("unit", 0.85, "unit units measurement measure uom", unless="notified ems"),
    _rule("quantity", 0.8, _MASSES, only=(
        _MASSES + " seized seizure seizures removed net total drug drugs weight of in amount qty")),
    _rule("", 0, "weight", "patient person body victim birth kilograms"),
    _rule("quantity", 0.6, "gross", "weight wt"),  # with its wrapping
    _rule("quantity", 0.9, "quantity qty weight wt"),
    _rule(
        "quantity", 0.6, "amount",
        unless="dollar dollars value usd fee paid cash given administered tax",
    ),
    _rule("", 0, _RATES),
    _rule("", 0, "count counts", "drug arrest arrests victim"),
    _rule("count", 0.9, "count counts"),
    _rule(
        "count", 0.8, _EVENTS,
        only=_EVENTS + " total number of all n drug opioid overdose fatal sum",
    ),
    _rule("record_id", 0.6, _LABS, _NUMBERS, _CASES, only=f"{_LABS} {_CASES} {_NUMBERS}"),
    _rule("lab_id", 0.55, _LABS, _NUMBERS, only=f"{_LABS} {_CASES} {_NUMBERS}"),
    _rule("exhibit_id", 0.5, _EXHIBITS, _NUMBERS, only=f"{_EXHIBITS} {_LABS} {_CASES} {_NUMBERS}"),
    _rule("record_id", 0.85, _NUMBERS, _CASES, "agency department dept", only=(
        f"{_NUMBERS} {_CASES} agency department dept submitting reporting")),
    _rule("", 0, _NUMBERS, "drug agency officer unit ori tax phone ucr"),
    _rule("record_id", 0.9, _NUMBERS, "pcr care", only=_NUMBERS + " pcr patient care report"),
    _rule("victim_id", 0.9, _NUMBERS, "victim patient person subject"),
    _rule("record_id", 0.95, _NUMBERS,
        "incident inc event evt case record call run pcr report seizure overdose visit encounter "
        "sense"),
    _rule("record_id", 0.9, _NUMBERS, only=_NUMBERS),
    _rule("case_code", 0.8, _CODED_CASES, only=f"{_CODED_CASES} {_NUMBERS} police"),
    _rule("record_id", 0.6, _NUMBERS, "odmap study"),
    _rule(
        "record_id", 0.7, "case",
        unless="dispo disposition manager status type load date closed worker count notes",
    ),
    _rule("record_id", 0.3, "objectid fid", only="objectid fid ogc"),
    _rule("row_id", 0.45, "id uid guid"),
    _rule("outcome", 0.9, "survive survived survival fatal fatality nonfatal lethal"),
    _rule("outcome", 0.7, "outcome"),
    _rule("outcome", 0.7, "vital", "status"),
    _rule(
        "outcome", 0.6, "disposition dispo",
        unless="case destination record transport crew unit date court arrest property",
    ),
    _rule("outcome", 0.6, "type", only="overdose od type of"),
    _rule("outcome_coded", 0.55, "discharge", "coded"),
    _rule("outcome_asked", 0.6, _FATES, only=_FATES + " patient pt victim person or y n yes no"),
    _rule("outcome_said", 0.6, "status severity", only="status severity patient pt overdose od"),
    _rule("kind", 0.5, "kind type", only="kind record event incident type of"),
    _rule("", 0, "drug drugs substance substances", "id related class abuse use history"),
    _rule("drug", 0.9, "drug drugs substance substances narcotic"),
    _rule("drug", 0.75, "od tox toxicology"),
    _rule("narrative", TOLD, "narrative narratives synopsis", unless=_NUMBERS + " date time by"),
    _rule("narrative", TOLD, _REMARKS, only=_REMARKS + " incident event call case officer ems"),
    _rule("drug", 0.7, "cause causes cod primarycause secondarycause"),
    _rule("drug", 0.6, "impression impressions diagnosis diagnoses ccdd", unless="date history"),
)  # fmt: skip


def _by_word() -> dict[str, list[int]]:
    """Places of the rules that need a word first: of a hundred rules few speak of a name."""
    found: dict[str, list[int]] = {}
    for place, rule in enumerate(_RULES):
        for word in rule.needs[0]:
            found.setdefault(word, []).append(place)
    return found


_BY_WORD: Final = _by_word()


@dataclass(frozen=True)
class Meaning:
    """What a name suggests: `field`, how sure (0..1), and whose a place or day is.

    `group` is "" when the name does not say, `words.UNCLEAR` when it says it in unknown words.
    """

    field: str
    group: str
    confidence: float


_PIECE: Final = _rule(ADDRESS_PART, 0.8)


def meaning_of(name: str) -> Meaning | None:
    """Field a column name stands for, None when it is none we use.

    Examples
    --------
    >>> meaning_of("Incident Location Latitude")
    Meaning(field='lat', group='incident', confidence=0.95)
    >>> meaning_of("last_edited_date") is None
    True
    """
    if nemsis.is_checkbox(name):
        return None  # a choice of a field, not the field
    spelled = nemsis.spelled_out(name)
    words = split_words(spelled)
    said = frozenset(words)
    places = sorted({place for word in said for place in _BY_WORD.get(word, ())})
    found = next((_RULES[place] for place in places if _RULES[place].fits(said)), None)
    piece = part_of(spelled) is not None  # all its words are known: "from number" is no one else's
    # "RD Number" is that of a records division, "Road Number" that of a road
    piece = piece and (found is None or found.field != "case_code")
    if piece:
        found = _PIECE
    if found is None and words and _ADDRESS_BEHIND.search(spelled):  # "Place of Injury (Address)"
        found = _rule("address", 0.8, "address", bare=0.4)
    if found is None or not found.field:
        return None
    what = "place" if found.field in PLACE_FIELDS else "day" if found.field in DATE_FIELDS else ""
    group = owner_of(spelled, what) if what and not piece else group_of(words)
    confidence = found.confidence if group else found.bare
    return Meaning(found.field, group, min(confidence, 0.3) if group == UNCLEAR else confidence)
