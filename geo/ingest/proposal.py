"""Propose which column is what, from names and checked against values."""

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Final

import pandas as pd

from geo.ingest import drugs, meanings, nemsis, words
from geo.ingest.aside import ONE_EVENT, UNREAD_BOXES, if_no_place, reasons_aside, sum_aside
from geo.ingest.belonging import settle
from geo.ingest.columns import PLACE_FIELDS, Mapping, full_role, may_share, numbered
from geo.ingest.commas import comma_of
from geo.ingest.countable import counts_deaths
from geo.ingest.counted import Candidate, Counted, find_counts
from geo.ingest.evidence import confirm, names_counties
from geo.ingest.named_drugs import SEIZED_WORDS, NamedDrugs, find_named, flag_classes
from geo.ingest.notes import named
from geo.ingest.read import RawTable
from geo.ingest.shared_codes import HOW_SURE, shared_code
from geo.ingest.shared_places import told_of_shared
from geo.ingest.stamps import dates_of_times
from geo.ingest.street_parts import settle_parts
from geo.ingest.victims import victim_columns
from geo.ingest.words import REPORTED, RESIDENCE, UNCLEAR
from geo.schema import ColumnChoice, Kind
from geo.words import count_of

_MEDICAL_EXAMINER = re.compile(
    r"manner|cause.?of.?death|primary.?cause|\bcod\b|autopsy", re.IGNORECASE
)


_SEEN: Final = 20_000  # rows that tell what commas do; all of them when they are read
_AREA_NAMES: Final = frozenset({
    "jurisdiction", "area", "geography", "geo", "name", "place", "location", "locality", "label",
    "county", "geographic", "region",
})  # fmt: skip
"""Words of headings whose cells alone tell whether they are counties."""

_CITY_NAMES: Final = frozenset({"city", "town"})
"""Words of headings that name more than a city: "City State Zip"."""


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
    all_named = list(_candidates(raw))
    of_drugs = find_named(raw, [column for role, column, _ in all_named if role == "quantity"])
    named_so = settle_parts([one for one in all_named if one[1] not in of_drugs.columns], raw.text)
    candidates = dates_of_times(named_so, raw.text)
    candidates = [*_with_numbered(raw, candidates), *_with_roles(of_drugs)]
    candidates += _drug_columns(raw, {column for _, column, _ in candidates})
    found = find_counts(raw, candidates)
    if not found.of_areas:
        candidates = _with_victims(raw, candidates)
    candidates = settle(_free(candidates, found), raw.columns, of_areas=found.of_areas)
    candidates = _narratives_last(candidates)
    if not found.of_areas and (code := shared_code(raw, candidates)):
        candidates.append(("record_id", code, HOW_SURE))
    ranked = sorted(enumerate(candidates), key=lambda item: (-item[1][2], item[0]))
    taken: dict[str, tuple[str, ...]] = {}
    choices: list[tuple[int, ColumnChoice]] = []
    others: list[tuple[int, ColumnChoice]] = []
    for _, (role, column, confidence) in ranked:
        at = raw.columns.index(column)
        choice = ColumnChoice(role, column, round(confidence, 2), _samples(raw.text[column]))
        unused = role.startswith((RESIDENCE, words.ELSEWHERE, UNCLEAR)) or confidence < 0.3
        shared = may_share(role, (*taken.get(role, ()), column))
        unused = unused or (role in taken and not shared)
        unused = unused or (role == "count" and not found.of_areas)
        if unused:
            others.append((at, choice))
        else:
            taken[role] = (*taken.get(role, ()), column)
            choices.append((at, choice))
    mapping = _with_kind(raw, _in_order(choices), _in_order(others), found, of_drugs)
    head = raw.text.head(_SEEN)
    return replace(mapping, comma=comma_of(head, mapping, raw.delimiter, raw.rows[:_SEEN], []))


def _with_roles(of_drugs: NamedDrugs) -> list[Candidate]:
    """Roles of the columns called by a drug; a sum is known, and not used."""
    found = [("drug_quantity", column, 0.9) for column in of_drugs.quantities]
    found += [("drug_unit", column, 0.9) for column in of_drugs.units]
    return found + [("drug_quantity", column, 0.0) for column in of_drugs.sums]


def _in_order(found: list[tuple[int, ColumnChoice]]) -> tuple[ColumnChoice, ...]:
    return tuple(choice for _, choice in sorted(found, key=lambda item: item[0]))


def _candidates(raw: RawTable) -> Iterable[Candidate]:
    """Role, column, confidence of each column whose name and values agree."""
    for column in raw.columns:
        if column in {raw.lon_column, raw.lat_column}:
            yield full_role("lon" if column == raw.lon_column else "lat", ""), column, 1.0
            continue
        meaning = meanings.meaning_of(column)
        field, confidence, group = "", 0.0, ""
        if meaning is not None:
            field, confidence = confirm(meaning.field, meaning.confidence, raw.text[column])
            group = meaning.group
            if not field and _CITY_NAMES & set(words.split_words(column)):
                field, confidence = confirm("city", meaning.confidence, raw.text[column])
        if not field and set(words.split_words(column)) <= _AREA_NAMES:
            group, known = "", names_counties(raw.text[column])
            field, confidence = ("county", 0.7) if known else ("", 0.0)
        if not field:
            continue
        role = full_role(field, group)
        if group == REPORTED and field in PLACE_FIELDS:
            role = f"{words.ELSEWHERE}.{field}"
        yield role, column, confidence


def _free(candidates: list[Candidate], found: Counted) -> list[Candidate]:
    """Take from the columns of counts what their names suggested, and give them their role."""
    free = [
        (role, column, confidence)
        for role, column, confidence in candidates
        if column not in found.freed
    ]
    free += [("period_count", column, 0.8) for column in found.periods]
    return free + ([("count", found.column, 0.8)] if found.column else [])


def _narratives_last(candidates: list[Candidate]) -> list[Candidate]:
    """Leave narratives unread beside columns of drugs: they speak of much that was not taken."""
    of_drugs = {"drug", "drug_flag"}
    told = any(role in of_drugs and sure > meanings.TOLD for role, _, sure in candidates)
    return [
        (role, column, 0.0 if told and role in of_drugs and sure <= meanings.TOLD else sure)
        for role, column, sure in candidates
    ]


def _with_victims(raw: RawTable, candidates: list[Candidate]) -> list[Candidate]:
    """Give columns that say how many people an event struck that role instead of another."""
    columns = victim_columns(raw, {column: role for role, column, _ in candidates})
    kept = [candidate for candidate in candidates if candidate[1] not in columns]
    return kept + [("victims", column, 0.8) for column in columns]


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
    flagged = {column for _, column, _ in found}
    if len(found) >= 3:
        for column in raw.columns:
            name = " ".join(words.split_words(column))
            filled = raw.text[column][raw.text[column] != ""]
            if column not in used | flagged and name in {"other", "other opioid", "other drug"}:
                text = len(filled) and not drugs.is_flag(filled)
                found.append(("drug" if text else "drug_flag", column, 0.7))
    return found


def _with_numbered(raw: RawTable, candidates: list[Candidate]) -> list[Candidate]:
    """Give columns of a second, third drug their roles, though they hold little or nothing yet."""
    stems = {
        numbered(column)[0]: (role, sure)
        for role, column, sure in candidates
        if role in {"drug", "quantity", "unit"} and sure > meanings.TOLD
    }
    if "quantity" not in {role for role, _ in stems.values()}:
        return candidates
    known = {column for _, column, _ in candidates}
    more = [(stems.get(numbered(c)[0]), c) for c in raw.columns if c not in known]
    return candidates + [(found[0], column, found[1]) for found, column in more if found]


def _said(raw: RawTable) -> set[str]:
    """Words of the names of the columns and of the file."""
    return {word for name in (*raw.columns, raw.name) for word in words.split_words(name)}


def _with_kind(
    raw: RawTable,
    choices: tuple[ColumnChoice, ...],
    others: tuple[ColumnChoice, ...],
    found: Counted,
    of_drugs: NamedDrugs,
) -> Mapping:
    """Say what a row is: an overdose, a seizure, or a count of an area."""
    roles = {choice.role for choice in choices}
    reasons = []
    kind: Kind = "overdose"
    told = {choice.role for choice in choices if choice.confidence > meanings.TOLD}
    if SEIZED_WORDS & _said(raw) or {"quantity", "drug"} <= told:
        kind = "seizure"
        reasons.append("Rows are seizures: the file has quantities or speaks of seizures.")
    if of_drugs.quantities:
        kind = "seizure"
        held = named(of_drugs.quantities)
        reasons.append(f"Rows are seizures: {held} hold what was seized of one drug each.")
    reasons += [sum_aside(column) for column in of_drugs.sums]
    reasons += found.reasons
    reasons += [
        f'Rows that share "{one.column}" {ONE_EVENT}: they are of one day and place, so it is '
        "taken for the number of the event. Please check."
        for one in choices
        if one.role == "record_id" and one.confidence == HOW_SURE
    ]
    fields = {role.split(".")[-1] for role in roles}
    names = " | ".join(" ".join(words.split_words(column)) for column in raw.columns)
    columns = found.periods or ((found.column,) if found.column else ())
    deaths = bool(columns) and all(map(counts_deaths, columns))
    deaths = deaths or bool(found.periods and counts_deaths(raw.name))  # "2019", "2020"
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
            f'{count_of(len(coded), "checkbox column", "checkbox columns")} such as "{coded[0]}" '
            f"{UNREAD_BOXES}: not read. Export with labels."
        )
    reasons += reasons_aside(others)
    reasons += if_no_place(others, fields)
    mapping = Mapping(raw.columns, choices, kind, found.of_areas, all_fatal, others, tuple(reasons))
    return replace(mapping, reasons=(*told_of_shared(mapping), *mapping.reasons))


def _samples(column: pd.Series) -> tuple[str, ...]:
    """Three different values for a person to recognize the column by."""
    return tuple(str(value)[:60] for value in column[column != ""].iloc[:500].unique()[:3])
