"""Propose which column is what, from names and checked against values."""

import re
from collections.abc import Iterable
from typing import Final

import pandas as pd

from geo.ingest import drugs, nemsis, words
from geo.ingest.columns import MANY, PLACE_FIELDS, Mapping, full_role
from geo.ingest.evidence import confirm
from geo.ingest.read import RawTable
from geo.ingest.wide import period_columns
from geo.ingest.words import DEATH, INCIDENT, INJURY, REPORTED, RESIDENCE, SCENE
from geo.schema import ColumnChoice, Kind

_MEDICAL_EXAMINER = re.compile(
    r"manner|cause.?of.?death|primary.?cause|\bcod\b|autopsy", re.IGNORECASE
)
_SURE: Final = 0.5
_VISITS: Final = frozenset({"discharge", "triage", "ccdd", "biosense", "sense", "essence"})
"""Words of emergency department files."""


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
    candidates = _settle_bare_places(candidates, raw.columns)
    candidates = _with_period_columns(raw, candidates)
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
        field, confidence = confirm(meaning.field, meaning.confidence, raw.text[column])
        if not field:
            continue
        role = full_role(field, meaning.group)
        if meaning.group == REPORTED and field in PLACE_FIELDS:
            role = f"{words.ELSEWHERE}.{field}"
        yield role, column, confidence


def _with_period_columns(raw: RawTable, candidates: list[Candidate]) -> list[Candidate]:
    """Add counts in one column a year or month, where the file names areas and no other count."""
    roles = {role for role, _, _ in candidates}
    areas = {role.rpartition(".")[2] for role in roles} & {
        "county", "county_fips", "state", "state_fips", "zip", "city",
    }  # fmt: skip
    columns = period_columns(raw.columns)
    if columns and len(raw.text):
        cells = pd.concat([raw.text[column] for column in columns], ignore_index=True)
        columns = columns if confirm("count", 0.8, cells)[1] >= 0.8 else ()
    if not areas or len(columns) < 2 or roles & {"count", "record_id", "incident.address"}:
        return candidates
    left = [candidate for candidate in candidates if candidate[1] not in columns]
    return left + [("period_count", column, 0.8) for column in columns]


def _settle_bare_places(candidates: list[Candidate], header: tuple[str, ...]) -> list[Candidate]:
    """Say whose a bare "City" is in a file that also says "Injury City": most likely the home.

    A bare column belongs to the incident unless the file names the place of injury, scene or death
    apart, or lists visits to hospitals, which know where patients live and nothing else.
    Coordinates stay: homes are not given as coordinates.
    """
    apart = {
        role.split(".")[0]
        for role, column, _ in candidates
        if "." in role
        and role.split(".")[1] in {"address", "city", "zip", "county", "geo"}
        and words.group_of(words.split_words(column)) in {INJURY, SCENE, DEATH}
    }
    said = {word for column in header for word in words.split_words(column)}
    if not apart and not said & _VISITS:
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
        classes = flag_classes(column)
        if column in used or not classes:
            continue
        if classes == ("other",) and "other" in column.lower():
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


def flag_classes(column: str) -> tuple[str, ...]:
    """Drug classes a yes/no column is named after.

    Examples
    --------
    >>> flag_classes("Morphine_NotHeroin"), flag_classes("tox___fentanyl")
    (('rx_opioid',), ('fentanyl',))
    """
    if nemsis.is_checkbox(column):
        return nemsis.checkbox_drugs(column)
    return drugs.classes_in(column.replace("_", " "))


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
    counted = bool({"count", "period_count"} & roles) and (
        bool(areas) or not fields & {"address", "lat"}
    )
    case = next((c for c in choices if c.role == "record_id" and c.confidence > _SURE), None)
    area_counts = counted and "address" not in fields and case is None
    count = next((c.column for c in choices if c.role == "count"), "")
    periods = [c.column for c in choices if c.role == "period_count"]
    if area_counts and periods:
        reasons.append(
            f'Columns "{periods[0]}" to "{periods[-1]}" are counts of areas, one for each period.'
        )
        count = " ".join((*periods, raw.name))
    elif area_counts:
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
    boxes = [c for c in raw.columns if nemsis.is_checkbox(c) and not nemsis.checkbox_drugs(c)]
    coded = [c for c in boxes if {"cod", "drug", "drugs", "tox", "od"} & set(words.split_words(c))]
    if coded:
        reasons.append(
            f'{len(coded)} checkbox columns such as "{coded[0]}" hold drugs by the numbers of a '
            "codebook: they are not read. Export them with labels."
        )
    homes = any(c.role.startswith(f"{RESIDENCE}.") for c in others)
    if homes and not fields & {*PLACE_FIELDS}:
        reasons.append("The only places are homes: none is used until you choose one.")
    return Mapping(raw.columns, choices, kind, area_counts, all_fatal, others, tuple(reasons))


def _samples(column: pd.Series) -> tuple[str, ...]:
    """Three different values for a person to recognize the column by."""
    return tuple(str(value)[:60] for value in column[column != ""].iloc[:500].unique()[:3])
