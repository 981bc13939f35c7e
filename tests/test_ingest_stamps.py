"""Columns called a time that hold dates. Expected days stand in the cells themselves."""

import pandas as pd
import pytest

from geo.ingest import open_table, propose, read
from geo.ingest.clock import read_clock
from geo.ingest.dates import parse


def days_of(heading: str, *cells: str) -> list[str]:
    lines = "".join(f'{n},43215,"{cell}"\n' for n, cell in enumerate(cells))
    raw = open_table(f'Case Number,Zip,"{heading}"\n{lines}'.encode(), "calls.csv")
    return read(raw).table["when"].astype(str).fillna("").tolist()


@pytest.mark.parametrize(
    "heading",
    [
        "Time", "Call Time", "dispatch_time", "dispatch_time_utc", "Incident Time", "time_of_call",
        "Time of Overdose", "Alarm Time", "Arrived on Scene Time", "Times : Arrived on Scene Time",
    ],
)  # fmt: skip
def test_a_time_that_holds_the_date_is_the_date(heading: str) -> None:
    said = ["2024-03-10 06:30:00", "2024-03-11 07:45:00"]
    assert days_of(heading, *said) == said


@pytest.mark.parametrize("heading", ["Hospital Arrival Time", "Patient Departure Time"])
def test_of_a_hospital_or_patient_it_is_not_the_incident_s(heading: str) -> None:
    assert set(days_of(heading, "2024-03-10 06:30:00")) == {""}


@pytest.mark.parametrize("cell", ["12/30/1899 14:22:00", "14:22", "1422", "45000", "2015"])
def test_a_time_of_day_stays_one(cell: str) -> None:
    raw = open_table(f"Case Number,Zip,Call Time\n1,43215,{cell}\n".encode(), "calls.csv")
    assert propose(raw).column("incident.time") == "Call Time"


def test_beside_a_date_of_its_own_it_is_the_time_of_day() -> None:
    lines = b"Case Number,Zip,Date,Arrived on Scene Time\n1,43215,3/9/2024,2024-03-10 00:05\n"
    raw = open_table(lines, "calls.csv")
    assert propose(raw).column("scene.time") == "Arrived on Scene Time"
    assert read(raw).table["when"].astype(str).tolist() == ["2024-03-09 00:05:00"]


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("2023-01-05 10:00 PM EST", "2023-01-05T22:00:00"),
        ("7/5/2023 22:00 EST", "2023-07-05T22:00:00"),  # the clock there said EDT
        ("2023-01-05-22.00.00.000000", "2023-01-05T22:00:00"),
        ("20230105220000", "2023-01-05T22:00:00"),
        ("202301052200", "2023-01-05T22:00:00"),
        ("2023-01-05 24:00", "2023-01-05T23:59:59"),  # ISO 8601: the end of that day
    ],
)
def test_stamps_of_dispatch_and_databases(cell: str, expected: str) -> None:
    found = parse(pd.Series([cell]))
    assert found.when.astype(str).tolist() == [expected]
    assert found.precision.tolist() == ["minute"]
    assert not found.zoned.any()


@pytest.mark.parametrize(
    ("cell", "hours"),
    [
        ("1530 hrs", 15.5), ("15:30h", 15.5), ("7p", 19), ("7 a.m.", 7), ("noon", 12),
        ("12 Noon", 12), ("12a", 0), ("10:00 PM EST", 22), ("2400 hours", 24), ("24:00", 24),
    ],
)  # fmt: skip
def test_times_of_day_as_they_are_spoken(cell: str, hours: float) -> None:
    seconds, unreadable = read_clock(pd.Series([cell]))
    assert seconds[0] == min(hours * 3600, 24 * 3600 - 1)
    assert not unreadable.any()


@pytest.mark.parametrize("cell", ["2401", "25:00", "13p", "24:00 PM", "h", "EST"])
def test_times_there_are_not(cell: str) -> None:
    seconds, unreadable = read_clock(pd.Series([cell]))
    assert pd.isna(seconds[0])
    assert unreadable.all()


def test_the_end_of_a_day_stays_on_it() -> None:
    raw = open_table(b"Case Number,Zip,Date,Time\n1,43215,12/31/2023,2400\n", "calls.csv")
    assert read(raw).table["when"].astype(str).tolist() == ["2023-12-31 23:59:59"]
