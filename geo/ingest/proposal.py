"""Propose which column is what, from names and checked against values."""

import re
from collections.abc import Callable, Iterable
from typing import Final

import pandas as pd

from geo.geocoding.names import state_codes
from geo.ingest import dates, drugs, words
from geo.ingest.columns import MANY, PLACE_FIELDS, Mapping, full_role
from geo.ingest.counts import numbers
from geo.ingest.read import RawTable
from geo.ingest.words import DEATH, INCIDENT, INJURY, REPORTED, RESIDENCE, SCENE
from geo.schema import ColumnChoice, Kind

_MEDICAL_EXAMINER = re.compile(
    r"manner|cause.?of.?death|primary.?cause|\bcod\b|autopsy", re.IGNORECASE
)
_SUPPRESSED = re.compile(
    r"^(suppressed|unreliable|missing|not available|unavailable|confidential|redacted|hidden|"
    r"n/?a|null|none|nan|\*+|-+|\.+|[<≤]\s*\d+|\d+\s*(?:-|to)\s*\d+|fewer than.*|less than.*)$",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"^-?\d{1,3}(,\d{3})+(\.\d+)?$|^-?\d*[.,]?\d+$")
_SAMPLED: Final = 2000
_SURE: Final = 0.5
_SAID_FIPS: Final = 0.9


def propose(raw: RawTable) -> Mapping:
    r"""Propose which column is what, from names and checked against values.

    Parameters
    ----------
    raw : RawTable
        May have no rows: then names alone decide.

    Returns
    -------
    Mapping
        Of each role the surest column. Residence, hospital and agency are never chosen.

    Examples
    --------
    >>> from geo.ingest.read import open_table
    >>> mapping = propose(open_table(b"Incident Date,Lat,Long\n1/2/2020,41.8,-87.6\n", "x.csv"))
    >>> [(choice.role, choice.column) for choice in mapping.choices]
    [('incident.date', 'Incident Date'), ('incident.lat', 'Lat'), ('incident.lon', 'Long')]
    """
    candidates = list(_candidates(raw))
    candidates = _settle_bare_places(candidates)
    candidates += _drug_columns(raw, {column for _, column, _ in candidates})
    ranked = sorted(enumerate(candidates), key=lambda item: (-item[1][2], item[0]))
    taken: dict[str, str] = {}
    choices: list[tuple[int, ColumnChoice]] = []
    others: list[tuple[int, ColumnChoice]] = []
    for _, (role, column, confidence) in ranked:
        at = raw.columns.index(column)
        choice = ColumnChoice(role, column, round(confidence, 2), _samples(raw.text[column]))
        unused = role.startswith((RESIDENCE, words.ELSEWHERE)) or confidence < 0.3
        unused = unused or (role in taken and role not in MANY)
        if unused:
            others.append((at, choice))
        else:
            taken[role] = column
            choices.append((at, choice))
    return _with_kind(raw, _in_order(choices), _in_order(others))


def _in_order(found: list[tuple[int, ColumnChoice]]) -> tuple[ColumnChoice, ...]:
    return tuple(choice for _, choice in sorted(found, key=lambda item: item[0]))


Candidate = tuple[str, str, float]


def _candidates(raw: RawTable) -> Iterable[Candidate]:
    """Role, column, confidence of each column whose name and values agree."""
    for column in raw.columns:
        if column in {raw.lon_column, raw.lat_column}:
            yield full_role("lon" if column == raw.lon_column else "lat", ""), column, 1.0
            continue
        meaning = words.meaning_of(column)
        if meaning is None:
            continue
        field, confidence = _checked(meaning.field, meaning.confidence, raw.text[column])
        if not field:
            continue
        role = full_role(field, meaning.group)
        if meaning.group == REPORTED and field in PLACE_FIELDS:
            role = f"{words.ELSEWHERE}.{field}"
        yield role, column, confidence


def _checked(field: str, confidence: float, column: pd.Series) -> tuple[str, float]:
    """Field and confidence after a look at the values; "" when they say it is not so."""
    filled = column[~column.str.lower().isin({"", "null", "nan", "none", "unknown"})]
    if len(column) == 0:
        return {"x": "lon", "y": "lat"}.get(field, field), min(
            confidence, 0.5 if field in {"x", "y"} else 1.0
        )
    if len(filled) == 0:
        return "", 0.0
    if len(filled) > _SAMPLED:
        filled = filled.iloc[:: len(filled) // _SAMPLED]
    if field in {"x", "y", "lat", "lon"}:
        return _checked_axis(field, confidence, filled)
    check = _CHECKS.get(field)
    if field == "county_fips" and confidence < _SAID_FIPS:
        check = _WHOLE_FIPS  # "County Code" may be a state's own numbering
    if check is None:
        return field, confidence
    share = check(filled)
    need = 0.5 if field != "drug" else 0.02
    if share < need:
        return "", 0.0
    return field, confidence * (1.0 if share >= 0.9 or field == "drug" else 0.7)


def _checked_axis(field: str, confidence: float, filled: pd.Series) -> tuple[str, float]:
    """Degrees or projected units, told by the size of the numbers."""
    value = numbers(filled).abs()
    if value.notna().mean() < 0.5:
        return "", 0.0
    easterly = field in {"x", "lon"}
    if (value.dropna() > 400).mean() > 0.5:
        return ("easting" if easterly else "northing"), confidence
    low, high = (60, 180) if easterly else (15, 72)
    fits = ((value >= low) & (value <= high)).mean()
    return ("lon" if easterly else "lat"), confidence * (1.0 if fits >= 0.8 else 0.6)


def _matches(pattern: str) -> Callable[[pd.Series], float]:
    found = re.compile(pattern)
    return lambda filled: float(filled.map(lambda value: bool(found.search(value))).mean())


def _is_state(filled: pd.Series) -> float:
    return float((state_codes(filled) != "").mean())


def _is_count(filled: pd.Series) -> float:
    number = filled.str.replace(" ", "").str.match(_NUMBER)
    hidden = filled.str.match(_SUPPRESSED)
    return float((number | hidden).mean()) if bool(number.any()) else 0.0


def _names_drugs(filled: pd.Series) -> float:
    return float((drugs.read_text(filled.iloc[:: max(1, len(filled) // 300)]) != "").mean())


_CHECKS: Final[dict[str, Callable[[pd.Series], float]]] = {
    "date": dates.share_read,
    "geo": _matches(r"-?\d{1,3}\.\d+\D{1,20}-?\d{1,3}\.\d+"),
    "zip": _matches(r"^\d{3,5}(\.0)?(-?\d{4})?$"),
    "county_fips": _matches(r"^\d{1,3}(\.0)?$|^\d{4,5}(\.0)?$"),
    "state_fips": _matches(r"^\d{1,2}(\.0)?$"),
    "state": _is_state,
    "county": _matches(r"[A-Za-z]{3}"),
    "city": _matches(r"[A-Za-z]{3}"),
    "address": _matches(r"\d.*[A-Za-z]|[&/@]| and |^[A-Za-z .']+ (st|ave|rd|dr|blvd|ln|hwy)\b"),
    "count": _is_count,
    "population": _is_count,
    "quantity": _is_count,
    "doses": _matches(r"\d"),
    "age": _matches(r"\d"),
    "year": _matches(r"(19|20)\d\d"),
    "fiscal_year": _matches(r"\d\d"),
    "quarter": _matches(r"^[Qq]?\w* ?[1-4]$"),
    "month": _matches(r"^\d{1,2}$|^[A-Za-z]{3}"),
    "kind": _matches(r"(?i)overdos|seizure|\bod\b"),
    "drug": _names_drugs,
}


_WHOLE_FIPS: Final = _matches(r"^\d{4,5}(\.0)?$")


def _settle_bare_places(candidates: list[Candidate]) -> list[Candidate]:
    """Say whose a bare "City" is in a file that also says "Injury City": most likely the home.

    A bare column belongs to the incident unless the file names the place of injury, scene or death
    apart. Coordinates stay: homes are not given as coordinates.
    """
    apart = {
        role.split(".")[0]
        for role, column, _ in candidates
        if "." in role
        and role.split(".")[1] in {"address", "city", "zip", "county", "geo"}
        and words.group_of(words.split_words(column)) in {INJURY, SCENE, DEATH}
    }
    if not apart:
        return candidates
    settled = []
    for role, column, confidence in candidates:
        group, _, field = role.rpartition(".")
        bare = group == INCIDENT and not words.group_of(words.split_words(column))
        if bare and field in {"address", "city", "zip", "county", "state"}:
            settled.append((f"{RESIDENCE}.{field}", column, confidence * 0.5))
        else:
            settled.append((role, column, confidence))
    return settled


def _drug_columns(raw: RawTable, used: set[str]) -> list[Candidate]:
    """Yes/no columns named after drugs, and the free text "Other" beside them."""
    found: list[Candidate] = []
    for column in raw.columns:
        if column in used or not drugs.classes_in(column.replace("_", " ")):
            continue
        if drugs.classes_in(column) == ("other",) and "other" in column.lower():
            continue
        values = raw.text[column]
        filled = values[values != ""]
        if len(values) == 0 or drugs.is_flag(filled):
            found.append(("drug_flag", column, 0.9))
    if len(found) >= 3:
        for column in raw.columns:
            name = " ".join(words.split_words(column))
            filled = raw.text[column][raw.text[column] != ""]
            if column not in used and name in {"other", "other opioid", "other drug"}:
                text = len(filled) and not drugs.is_flag(filled)
                found.append(("drug" if text else "drug_flag", column, 0.7))
    return found


def _with_kind(
    raw: RawTable, choices: tuple[ColumnChoice, ...], others: tuple[ColumnChoice, ...]
) -> Mapping:
    """Say what a row is: an overdose, a seizure, or a count of an area."""
    roles = {choice.role for choice in choices}
    said = {word for name in (*raw.columns, raw.name) for word in words.split_words(name)}
    reasons = []
    kind: Kind = "overdose"
    if said & {"seizure", "seizures", "seized"} or {"quantity", "drug"} <= roles:
        kind = "seizure"
        reasons.append("Rows are seizures: the file has quantities or speaks of seizures.")
    fields = {role.split(".")[-1] for role in roles}
    areas = fields & {"county", "county_fips", "zip", "city", "state", "geo", "lat"}
    counted = "count" in roles and (bool(areas) or not fields & {"address", "lat"})
    case = next((c for c in choices if c.role == "record_id" and c.confidence > _SURE), None)
    area_counts = counted and "address" not in fields and case is None
    count = next((c.column for c in choices if c.role == "count"), "")
    if area_counts:
        reasons.append(f'Rows are counts of areas: "{count}" says how many events each stands for.')
    elif count:
        choices = tuple(choice for choice in choices if choice.role != "count")
    names = " | ".join(" ".join(words.split_words(column)) for column in raw.columns)
    deaths = area_counts and bool({"deaths", "fatalities"} & set(words.split_words(count)))
    examiner = bool(_MEDICAL_EXAMINER.search(names)) or any(c.role == "death.date" for c in choices)
    all_fatal = kind == "overdose" and (deaths or (examiner and "outcome" not in roles))
    if all_fatal:
        reasons.append(
            "All rows are fatal: the file counts deaths or comes from a medical examiner."
        )
    return Mapping(raw.columns, choices, kind, area_counts, all_fatal, others, tuple(reasons))


def _samples(column: pd.Series) -> tuple[str, ...]:
    """Three different values for a person to recognize the column by."""
    return tuple(str(value)[:60] for value in column[column != ""].iloc[:500].unique()[:3])
