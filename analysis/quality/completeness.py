"""How much of each field is known: by source, and where it differs much by year or agency."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from analysis.quality.finding import (
    Bools,
    Finding,
    Severity,
    ids_of,
    listed,
    noun_of,
)
from analysis.words import count_of, percent
from geo import schema, seized
from geo.schema import Records

KNOWN_WELL: Final = 0.9
"""Share known below which a field is a finding."""

KNOWN_BADLY: Final = 0.5
"""Share known below which what is said of the field rests on a minority."""

DIFFERS: Final = 0.25
"""Difference of the share known between two years or agencies that is told."""

_ENOUGH: Final = 100  # rows a year or agency needs to be compared
_STANDARD_ERRORS: Final = 5.0  # sure even with hundreds of agencies compared
_FIELDS_TOLD_ELSEWHERE: Final = frozenset({"date", "place", "reported"})


@dataclass(frozen=True)
class Field:
    """A field of a record: what it is called, what fills it, and what its lack does."""

    name: str
    title: str
    roles: tuple[str, ...]  # last parts of the roles of columns that feed it
    known: Callable[[pd.DataFrame], "pd.Series[bool]"]
    effect: str
    kinds: tuple[str, ...] = schema.KINDS
    in_incidents: bool = True
    in_counts: bool = False


FIELDS: Final = (
    Field(
        "date", "Date", ("date", "year", "fiscal_year"),
        lambda t: t[schema.OCCURRED_ON].notna(),
        "Records without a date are in no period.", in_counts=True,
    ),
    Field(
        "time", "Time of day", ("time", "hour"), lambda t: t[schema.MINUTE].notna(),
        "What is said of hours rests on the others.",
    ),
    Field(
        "place", "Place",
        (
            "lon", "geo", "zip", "city", "county", "county_fips", "address", "address_part",
            "easting",
        ),
        lambda t: t[schema.GEOID] != "",
        "Records without a place are on no map.", in_counts=True,
    ),
    Field(
        "outcome", "Outcome", ("outcome",), lambda t: t[schema.OUTCOME] != "unknown",
        "Maps of fatal or of nonfatal overdoses leave these records out.", ("overdose",),
    ),
    Field(
        "drugs", "Drugs", ("drug", "drug_flag", "drug_quantity"), lambda t: t[schema.DRUGS] != "",
        "Maps of one drug leave these records out and count too few.", in_counts=True,
    ),
    Field(
        "age", "Age", ("age", "age_start", "age_end", "age_band"), lambda t: t[schema.AGE].notna(),
        "Links to other sources are less sure without it.", ("overdose",),
    ),
    Field(
        "sex", "Sex", ("sex",), lambda t: t[schema.SEX] != "",
        "Links to other sources are less sure without it.", ("overdose",),
    ),
    Field(
        "naloxone", "Naloxone", ("naloxone", "naloxone_doses", "doses"),
        lambda t: t[schema.NALOXONE] != "unknown",
        "Shares of incidents with naloxone rest on the others.", ("overdose",),
    ),
    Field(
        "agency", "Reporting agency", ("agency",), lambda t: t[schema.AGENCY] != "",
        "Whether their reporters fell silent cannot be told.",
    ),
    Field(
        "reported", "Date of report", ("reported.date",), lambda t: t[schema.REPORTED_ON].notna(),
        "How late reports come in is known for the others only.",
    ),
    Field(
        "quantity", "Quantity", ("quantity", "drug_quantity"), seized.quantities_known,
        "Sums of quantities are too low.", ("seizure",), in_counts=True,
    ),
    Field(
        "population", "Population", ("population",), lambda t: t[schema.POPULATION].notna(),
        "These areas have no rate.", in_incidents=False, in_counts=True,
    ),
)  # fmt: skip
"""Fields looked at, in the order they are shown."""


def fields_of(records: Records) -> pd.DataFrame:
    """Share known of every field the source could have.

    Parameters
    ----------
    records : Records

    Returns
    -------
    DataFrame
        One row a field that fits the kind of the records: source, field, title, rows (that could
        have it), known (rows), share (0..1; NaN when no column of the file gives it), in_file.
    """
    rows = []
    for one in _fitting(records):
        about = _about(one, records.table)
        known = one.known(records.table[about])
        in_file = bool(known.any()) or _is_mapped(one, records)
        rows.append(
            {
                "source": records.source,
                "field": one.name,
                "title": one.title,
                "rows": int(about.sum()),
                "known": int(known.sum()),
                "share": float(known.mean()) if in_file and len(known) else np.nan,
                "in_file": in_file,
            }
        )
    columns = ["source", "field", "title", "rows", "known", "share", "in_file"]
    return pd.DataFrame(rows, columns=columns)


def differences_of(records: Records) -> pd.DataFrame:
    """Share known of partly known fields by year and by agency.

    Returns
    -------
    DataFrame
        source, field, by ("year" or "agency"), group, rows, share; groups of 100 rows and more of
        those fields only whose highest and lowest share differ by 25 points and beyond chance.
    """
    columns = ["source", "field", "by", "group", "rows", "share"]
    found = []
    table = records.table
    for one in _fitting(records):
        if one.name in _FIELDS_TOLD_ELSEWHERE:
            continue
        about = _about(one, table)
        known = one.known(table[about])
        if not 0 < known.mean() < 1:
            continue
        groups = {
            "year": table.loc[about, schema.OCCURRED_ON].dt.year,
            "agency": table.loc[about, schema.AGENCY].where(lambda names: names != ""),
        }
        for by, group in groups.items():
            shares = known.groupby(group).agg(["size", "mean"])
            shares = shares[shares["size"] >= _ENOUGH]
            if len(shares) > 1 and _differ(shares):
                shares = shares.rename_axis("group").reset_index()
                shares["group"] = [_plain(value) for value in shares["group"]]
                shares = shares.rename(columns={"size": "rows", "mean": "share"})
                found.append(shares.assign(source=records.source, field=one.name, by=by)[columns])
    return pd.concat(found, ignore_index=True) if found else pd.DataFrame(columns=columns)


def findings_of(records: Records, fields: pd.DataFrame, differences: pd.DataFrame) -> list[Finding]:
    """Tell fields known for less than nine in ten, and those that differ by year or agency."""
    noun = noun_of(records)
    out: list[Finding] = []
    told = fields[fields["in_file"] & ~fields["field"].isin(_FIELDS_TOLD_ELSEWHERE)]
    for row in told[told["share"] < KNOWN_WELL].itertuples():
        one = _by_name(row.field)
        about = _about(one, records.table).to_numpy()
        missing: Bools = about.copy()
        missing[about] = ~one.known(records.table[about]).to_numpy(dtype=bool)
        severity: Severity = "serious" if row.share < KNOWN_BADLY else "note"
        if row.field in {"time", "age", "sex", "agency"}:
            severity = "note"
        out.append(
            Finding(
                key=f"incomplete_{row.field}",
                title=f"{one.title}: known for {percent(row.share)} of "
                f"{count_of(row.rows, *noun)}.",
                effect=one.effect,
                advice="Ask the source whether the field can be filled, and name the share known "
                "beside every number that rests on it.",
                severity=severity,
                source=records.source,
                share=1 - float(row.share),
                record_ids=ids_of(records.table, missing),
            )
        )
    for (field, by), groups in differences.groupby(["field", "by"], sort=False):
        out.append(_difference(records.source, str(field), str(by), groups))
    if len(told) and (told["share"] >= KNOWN_WELL).all():
        lowest = float(told["share"].min())
        out.append(
            Finding(
                key="complete",
                title=f"{listed([str(title) for title in told['title']], 20)}: known for "
                f"{'all' if lowest == 1 else f'at least {int(lowest * 100)}% of the'} {noun[1]}.",
                effect="Maps by these leave out little; days and places are told by themselves.",
                advice="Nothing to do.",
                severity="good",
                source=records.source,
            )
        )
    return out


def _difference(source: str, field: str, by: str, groups: pd.DataFrame) -> Finding:
    one = _by_name(field)
    low = groups.loc[groups["share"].idxmin()]
    high = groups.loc[groups["share"].idxmax()]
    ends = [low, high]
    if by == "year":
        ends.sort(key=lambda end: str(end["group"]))
    words = " and ".join(
        f"{percent(end['share'])} {'in' if by == 'year' else 'from'} {end['group']}" for end in ends
    )
    return Finding(
        key=f"differs_{field}_{by}",
        title=f"{one.title} is known unevenly by {by}: {words}.",
        effect=f"A difference between {'years' if by == 'year' else 'agencies'} may be one of "
        "recording, not of events.",
        advice=f"Compare {'years' if by == 'year' else 'agencies'} by {one.title.lower()} only "
        "where it is known equally well.",
        severity="note",
        source=source,
        share=float(high["share"] - low["share"]),
        agencies=tuple(groups["group"]) if by == "agency" else (),
    )


def _differ(shares: pd.DataFrame) -> bool:
    low, high = shares.loc[shares["mean"].idxmin()], shares.loc[shares["mean"].idxmax()]
    gap = high["mean"] - low["mean"]
    # Half a row is added on either side: a share of exactly 0 or 1 still has an error.
    spread = sum(
        (share := (end["mean"] * end["size"] + 0.5) / (end["size"] + 1)) * (1 - share) / end["size"]
        for end in (low, high)
    )
    return bool(gap >= DIFFERS and gap > _STANDARD_ERRORS * np.sqrt(spread))


def _plain(value: object) -> str:
    return f"{value:.0f}" if isinstance(value, float) else str(value)


def _fitting(records: Records) -> list[Field]:
    """Fields that fit the kind of the rows and are about at least one of them."""
    fits = [one for one in FIELDS if (one.in_counts if records.area_counts else one.in_incidents)]
    return [one for one in fits if records.table[schema.KIND].isin(one.kinds).any()]


def _about(one: Field, table: pd.DataFrame) -> "pd.Series[bool]":
    return table[schema.KIND].isin(one.kinds)


def _is_mapped(one: Field, records: Records) -> bool:
    ends = tuple(f".{role}" for role in one.roles)
    given = [choice.role for choice in records.report.mapping]
    return any(role in one.roles or role.endswith(ends) for role in given)


def _by_name(name: str) -> Field:
    return next(one for one in FIELDS if one.name == name)
