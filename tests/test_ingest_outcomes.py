"""Headings and letters of outcomes. Expected: what the words say; 20 is "expired" in NEMSIS."""

import pytest

from geo.ingest import open_table, propose, read
from tests.rows_made import beside_a_case as table

F, N, U = "fatal", "nonfatal", "unknown"


@pytest.mark.parametrize(
    ("heading", "cells", "expected"),
    [
        ("Patient Status", ["Alive", "Deceased", "Unknown"], [N, F, U]),
        ("Overdose Severity", ["Fatal", "Nonfatal", "Non-fatal"], [F, N, N]),
        ("Death", ["Yes", "No", ""], [F, N, U]),
        ("Lived/Died", ["Lived", "Died", "Lived"], [N, F, N]),
        ("Alive", ["Y", "N", "Y"], [N, F, N]),
        ("Fatal/Nonfatal", ["F", "NF", "NF"], [F, N, N]),
        ("Fatal/Nonfatal", ["F", "N", "U"], [F, N, U]),
        ("Fatal/Nonfatal", ["Y", "N", "N"], [F, N, N]),
        ("Fatal", ["F", "T", "F"], [N, F, N]),  # false and true
        ("eOutcome.01 - Emergency Department Disposition", ["20", "01", ""], [F, U, U]),
    ],
)
def test_outcomes(heading: str, cells: list[str], expected: list[str]) -> None:
    intake = read(open_table(table(heading, *cells), "calls.csv"))
    assert intake.table["outcome"].tolist() == expected


@pytest.mark.parametrize(
    ("heading", "cells"),
    [
        ("Status", ["Open", "Closed"]),
        ("Status", ["Y", "N"]),
        ("Severity", ["Mild", "Severe"]),
        ("Death", ["3", "1"]),
    ],
)
def test_cells_that_say_no_outcome_make_none(heading: str, cells: list[str]) -> None:
    assert propose(open_table(table(heading, *cells), "calls.csv")).column("outcome") is None


def test_codes_of_discharge_that_are_no_death_are_noted() -> None:
    data = table("eOutcome.01 - Emergency Department Disposition", "20", "01")
    notes = read(open_table(data, "calls.csv")).report.notes
    assert [note.count for note in notes if "neither fatal nor nonfatal" in note.text] == [1]
