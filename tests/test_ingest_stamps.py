"""Columns called a time that hold dates. Expected days stand in the cells themselves."""

import pytest

from geo.ingest import open_table, propose, read


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
