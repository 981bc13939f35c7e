"""How exactly and by which role records are placed: what enters grids, and what only areas."""

from collections.abc import Mapping
from typing import Final

import pandas as pd

from analysis.quality.finding import Finding, ids_of, noun_of
from analysis.words import count_of, percent
from geo import schema
from geo.schema import Records

UNPLACED: Final = frozenset({"98", "99"})
"""NAACCR codes of records without a place."""

MANY_LOST: Final = 0.05
"""Share without a place from which a map misses much."""

STREET_WELL: Final = 0.9
STREET_BADLY: Final = 0.5
"""Shares at street level: above the first grids speak for all, below the second for a minority."""

_ELSEWHERE: Final[Mapping[str, str]] = {
    "death": "where the person died",
    "residence": "where the person lived",
}
"""Roles of a place that need not be where it happened, in words."""

_MANY_ELSEWHERE: Final = 0.1


def placement_of(records: Records) -> pd.DataFrame:
    """Count records by precision and by the role of their place.

    Returns
    -------
    DataFrame
        source, precision (NAACCR code), title, role, rows, share (0..1 of the source), use
        ("grids and areas", "areas only" or "nothing").
    """
    table = records.table
    columns = [schema.PRECISION, schema.LOCATION_ROLE]
    held = table.groupby(columns, sort=True).size().rename("rows").reset_index()
    street = held[schema.PRECISION].isin(schema.POINT_PRECISIONS) & (not records.area_counts)
    lost = held[schema.PRECISION].isin(UNPLACED)
    use = pd.Series("areas only", index=held.index, dtype="str")
    use = use.mask(street, "grids and areas").mask(lost, "nothing")
    return pd.DataFrame(
        {
            "source": records.source,
            "precision": held[schema.PRECISION],
            "title": held[schema.PRECISION].map(dict(schema.PRECISIONS)),
            "role": held[schema.LOCATION_ROLE],
            "rows": held["rows"],
            "share": held["rows"] / max(len(table), 1),
            "use": use,
        }
    )


def findings_of(records: Records) -> list[Finding]:
    """Tell what has no place, what is placed too coarsely for a grid, and by which role."""
    table = records.table
    if table.empty:
        return []
    noun = noun_of(records)
    whole = count_of(len(table), *noun)
    code = table[schema.PRECISION]
    lost = code.isin(UNPLACED) | (table[schema.GEOID] == "")
    out: list[Finding] = []
    elsewhere = lost & (table[schema.METHOD] == schema.COUNTY_ELSEWHERE)
    if elsewhere.any():
        names = "names" if elsewhere.sum() == 1 else "name"
        out.append(
            Finding(
                key="county_of_another_state",
                title=f"{elsewhere.sum():,} of {whole} ({percent(elsewhere.mean())}) "
                f"{names} a county of another state.",
                effect="Nothing tells which of the two is right, so they are on no map: the county "
                "meant looks colder than it is.",
                advice="Look at the lines: mend the state or the county, and import them again.",
                severity="serious" if elsewhere.mean() > MANY_LOST else "note",
                source=records.source,
                share=float(elsewhere.mean()),
                record_ids=ids_of(table, elsewhere),
            )
        )
    if lost.any():
        out.append(
            Finding(
                key="unplaced",
                title=f"{lost.sum():,} of {whole} ({percent(lost.mean())}) "
                f"{'has' if lost.sum() == 1 else 'have'} no place.",
                effect=f"{'It is' if lost.sum() == 1 else 'They are'} on no map, and rates are too "
                "low by what is missing; where it is one agency's, its area looks cold.",
                advice="Download the lines to mend, add an address, ZIP code, city or county, and "
                "import them again.",
                severity="serious" if lost.mean() > MANY_LOST else "note",
                source=records.source,
                share=float(lost.mean()),
                record_ids=ids_of(table, lost),
            )
        )
    if not records.area_counts:
        out += _street(records, lost)
    out += _roles(records, lost)
    return out


def _street(records: Records, lost: "pd.Series[bool]") -> list[Finding]:
    table = records.table
    placed = int((~lost).sum())
    if not placed:
        return []
    coarse = ~lost & ~table[schema.PRECISION].isin(schema.POINT_PRECISIONS)
    share = 1 - coarse.sum() / placed
    if not coarse.any():
        words = f"All {count_of(placed, 'placed record', 'placed records')}"
        return [_street_finding(records, f"{words} are at street level.", coarse)]
    by = table.loc[coarse, schema.PRECISION].map(dict(schema.PRECISIONS)).value_counts()
    kinds = ", ".join(f"{number:,} by {_in_a_sentence(str(name))}" for name, number in by.items())
    title = f"{percent(share)} of {count_of(placed, 'placed record', 'placed records')} are at "
    return [_street_finding(records, f"{title}street level; the rest: {kinds}.", coarse)]


def _street_finding(records: Records, title: str, coarse: "pd.Series[bool]") -> Finding:
    share = float(coarse.mean())
    if share > 1 - STREET_BADLY:
        effect = "Only maps of counties speak for this source: hexagons, squares and density "
        effect += "would show a minority, or nothing."
    elif share:
        effect = "Hexagons, squares and density leave the coarse ones out: they would pile up on "
        effect += "the middle of a ZIP code, city or county. Maps of counties count them."
    else:
        effect = "Hexagons, squares and density can use all of them."
    return Finding(
        key="street_level",
        title=title,
        effect=effect,
        advice="Bring addresses or coordinates for these records, or study the source by county."
        if share
        else "Nothing to do.",
        severity="serious" if share > 1 - STREET_BADLY
        else "note" if share > 1 - STREET_WELL else "good",
        source=records.source,
        share=share,
        record_ids=ids_of(records.table, coarse),
    )  # fmt: skip


def _roles(records: Records, lost: "pd.Series[bool]") -> list[Finding]:
    out = []
    placed = int((~lost).sum())
    for role, words in _ELSEWHERE.items():
        rows = ~lost & (records.table[schema.LOCATION_ROLE] == role)
        if not rows.any():
            continue
        share = float(rows.sum() / placed)
        out.append(
            Finding(
                key=f"role_{role}",
                title=f"{rows.sum():,} of {placed:,} placed records ({percent(share)}) are placed "
                f"{words}, not where it happened.",
                effect="Places with a hospital look hotter than they are."
                if role == "death"
                else "The map shows homes: overdoses away from home are counted elsewhere.",
                advice="Say so on every map, or choose another column for the place.",
                severity="serious" if share > _MANY_ELSEWHERE else "note",
                source=records.source,
                share=share,
                record_ids=ids_of(records.table, rows),
            )
        )
    return out


def _in_a_sentence(name: str) -> str:
    """Write "City or town" small, "ZIP code" as it is."""
    return name if name[:2].isupper() else name[0].lower() + name[1:]
