"""Naloxone by marks and by who gave it. Expected: what the cells say of the patient, no more."""

import pytest

from geo.ingest import open_table, propose, read
from tests.rows_made import beside_a_case as table

Y, N, U = "yes", "no", "unknown"


@pytest.mark.parametrize(
    ("heading", "cells", "expected"),
    [
        ("Narcan Used", ["x", "", "X"], [Y, U, Y]),
        ("Narcan Used", ["\u2713", "", ""], [Y, U, U]),
        ("Naloxone Given By", ["EMS", "Bystander", "None", "Unknown", ""], [Y, Y, N, U, U]),
        ("Narcan by PD", ["Yes", "No", ""], [Y, U, U]),
        ("Narcan by PD", ["No", "No", ""], [U, U, U]),
        ("Narcan by PD", ["2", "0", "1"], [Y, U, Y]),
        ("Naloxone Administered By", ["Fire", "No", "x"], [Y, U, Y]),
    ],
)
def test_naloxone(heading: str, cells: list[str], expected: list[str]) -> None:
    intake = read(open_table(table(heading, *cells), "calls.csv"))
    assert intake.table["naloxone"].tolist() == expected
    noes = sum(cell in {"No", "0"} for cell in cells)
    told = [note.count for note in intake.report.notes if "one giver" in note.text]
    assert told == ([noes] if noes else [])


def test_whether_it_was_given_counts_before_by_whom() -> None:
    data = b"Case Number,Date,Zip,Narcan by PD,Narcan Given\n1,2023-01-01,43215,No,Yes\n"
    mapping = propose(open_table(data, "calls.csv"))
    assert mapping.columns("naloxone") == ("Narcan Given",)
