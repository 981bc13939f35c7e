"""Cook County's deaths, held back and looked up again; docs/capture.md prints these numbers."""

import csv
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from analysis.map_check import check_map
from analysis.study import Study
from boundaries.intake import opened, placed
from geo.ingest import propose
from geo.settings import ROOT


@pytest.fixture(scope="module")
def file(shared_data):
    return shared_data / "incidents" / "cook_county_me_opioid.csv"


@pytest.fixture(scope="module")
def cook(file):
    raw = opened(file, file.name, None)
    return placed(raw, propose(raw))


@pytest.mark.slow
def test_the_documentation_tells_what_comes_out(cook):
    check = check_map(Study(level="hexagon"), [cook])
    page = (ROOT / "docs" / "capture.md").read_text().replace("\n> ", " ")
    assert check.sentence() in " ".join(page.split())


@pytest.mark.slow
def test_the_quarter_held_back_by_csv_alone(cook, file):
    """April to June 2023 in Chicago's days, with coordinates; deaths where no incident is dated."""
    days = []
    with file.open(encoding="utf-8-sig", newline="") as lines:
        for row in csv.DictReader(lines):
            said = row["INCIDENT_DATE"] or row["DEATH_DATE"]
            if said and row["longitude"]:
                at = datetime.strptime(f"{said[:19]}+0000", "%Y/%m/%d %H:%M:%S%z")
                days.append(at.astimezone(ZoneInfo("America/Chicago")))
    quarter = sum((day.year, (day.month - 1) // 3) == (2023, 1) for day in days)
    check = check_map(Study(level="hexagon"), [cook], periods=1)
    assert check.later + check.outside == quarter
