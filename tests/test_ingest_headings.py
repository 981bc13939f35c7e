"""Headings nobody listed: counts of areas are seen by their values, homes never taken silently."""

import csv
import io
import json
from pathlib import Path
from typing import Any, Final

from geo.errors import SchemaError
from geo.ingest import open_table, propose, read
from geo.ingest.columns import PLACE_FIELDS

DATA = Path(__file__).parent / "data"
COUNTS = json.loads((DATA / "headings_counts.json").read_text())
PLACES = json.loads((DATA / "headings_places.json").read_text())

COUNTIES: Final = (
    ("Summit", "39153", 540428, 230), ("Stark", "39151", 374853, 70),
    ("Lucas", "39095", 431279, 214), ("Vinton", "39163", 12800, 4),
    ("Monroe", "39111", 13385, 0), ("Ross", "39141", 77093, 70),
)  # fmt: skip
"""Name, code, population of 2020 and a made number of events for six counties of Ohio."""


def table_of(*lines: list[str]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows(lines)
    return text.getvalue().encode()


def by_year(heading: str) -> bytes:
    rows = [
        [name, "OH", str(year), str(n + year % 3), str(people)]
        for year in (2020, 2021)
        for name, _, people, n in COUNTIES
    ]
    return table_of(["County", "State", "Year", heading, "Population"], *rows)


def without_population(heading: str) -> bytes:
    rows = [
        [name, "OH", str(year), str(n + year % 3)]
        for year in (2020, 2021)
        for name, _, _, n in COUNTIES
    ]
    return table_of(["County", "State", "Year", heading], *rows)


def by_code(heading: str) -> bytes:
    rows = [
        [code, f"{name} County", "<10" if 0 < n < 10 else str(n), str(people)]
        for name, code, people, n in COUNTIES
    ]
    return table_of(["GEOID", "NAME", heading, "POP_2021"], *rows)


FRAMES = (by_year, without_population, by_code)


def verdict(heading: str, frame: Any) -> str:
    """right, asked or wrong."""
    raw = open_table(frame(heading), "table.csv")
    mapping = propose(raw)
    used = mapping.columns("count") + mapping.columns("period_count")
    if mapping.area_counts and used == (heading,):
        return "right"
    if mapping.area_counts and not used:
        try:
            read(raw, mapping)
        except SchemaError:
            return "asked"
    return "wrong"


def owner(heading: str) -> str:
    """used, aside (a person may take it) or unread."""
    cell = {"zip": "44308", "county": "Summit", "city": "Akron"}
    kind = next((k for k in cell if k in heading.lower()), "address")
    value = cell.get(kind, "12 Main St")
    rows = [[f"E{n}", f"2021-05-{n:02}", value, "Heroin"] for n in range(1, 13)]
    mapping = propose(
        open_table(table_of(["Incident Number", "Date", heading, "Drug"], *rows), "a.csv")
    )

    def fields(choices: Any) -> set[str]:
        return {c.column for c in choices if c.role.rpartition(".")[2] in PLACE_FIELDS}

    if heading in fields(mapping.choices):
        return "used"
    return "aside" if heading in fields(mapping.others) else "unread"
