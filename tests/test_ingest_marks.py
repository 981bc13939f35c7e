"""Codes and marks: what a column as a whole says they mean, and never a yes from an unknown code.

Expected figures are counts of the rows written here, by hand.
"""

import pandas as pd
import pytest

from geo.ingest import Intake, open_table, propose, read
from geo.ingest.marks import read_marks
from geo.schema import Note


def intake_of(text: str) -> Intake:
    raw = open_table(text.encode(), "a.csv")
    return read(raw, propose(raw))


def column_of(name: str, *cells: tuple[str, int], beside: str = "") -> Intake:
    """Read a file of calls with one column more, each cell so many times."""
    lines = [cell for cell, times in cells for _ in range(times)]
    rows = "".join(f"{n},2024-01-01,06103{beside},{cell}\n" for n, cell in enumerate(lines, 1))
    more = ",more" if beside else ""
    return intake_of(f"id,date,zip{more},{name}\n{rows}")


def with_drug(intake: Intake, code: str) -> int:
    return int(intake.table["drugs"].str.contains(f"|{code}|", regex=False).sum())


def told(intake: Intake, words: str) -> list[Note]:
    return [note for note in intake.report.notes if words in note.text]


def test_nine_is_unknown_beside_zero_and_one() -> None:
    intake = column_of("Fentanyl", ("0", 50), ("1", 40), ("9", 10))
    assert with_drug(intake, "fentanyl") == 40
    assert [(n.severity, n.count) for n in told(intake, "unknown, pending")] == [("warning", 10)]


def test_what_the_laboratory_could_not_say_is_no_yes() -> None:
    cells = [("Y", 10), ("QNS", 10), ("PENDING", 5), ("not tested", 5), ("inconclusive", 5),
             ("N", 65)]  # fmt: skip
    intake = column_of("Cocaine", *cells)
    assert with_drug(intake, "cocaine") == 10
    assert [n.count for n in told(intake, "pending or not tested")] == [25]


@pytest.mark.parametrize(("yes", "no"), [(90, 10), (50, 50), (10, 90)])
def test_one_and_two_are_yes_and_no_and_that_is_said(yes: int, no: int) -> None:
    intake = column_of("Heroin", ("1", yes), ("2", no))
    assert with_drug(intake, "heroin") == yes
    assert [n.severity for n in told(intake, "1 was read as yes and 2 as no")] == ["warning"]


def test_two_beside_zero_and_one_is_unknown() -> None:
    intake = column_of("Heroin", ("0", 50), ("1", 40), ("2", 5))
    assert with_drug(intake, "heroin") == 40
    assert [n.rows for n in told(intake, "neither yes nor no")] == [(92, 93, 94, 95, 96)]


def test_free_text_among_marks_does_not_cost_the_column() -> None:
    """Two in five cells are words; before, such a column was dropped without a word."""
    cells = [("Y", 3), ("Y (trace)", 2), ("no", 3), ("POPS", 1), ("1.2 ng/mL", 1)]
    intake = column_of("Fentanyl", *cells)
    assert with_drug(intake, "fentanyl") == 6
    assert [n.rows for n in told(intake, "neither yes nor no")] == [(10,)]


def test_a_column_of_numbers_is_no_column_of_marks() -> None:
    cells = [(str(n), 1) for n in range(20)]
    assert with_drug(column_of("Heroin", *cells), "heroin") == 0


@pytest.mark.parametrize(
    ("cells", "meaning"),
    [
        (["P", "N"], "yes no"), (["D", "ND"], "yes no"), (["P", "Y", "N"], "- yes no"),
        (["1 - Yes", "2 - No", "9 - Unknown"], "yes no unknown"), (["+", "-"], "yes blank"),
        (["0", "1", "-9", "99"], "no yes unknown unknown"), (["1", "2", "3"], "yes no odd"),
        (["1", "2", "N"], "yes odd no"), (["2"], "odd"), (["0 ng/ml", "3 ng/ml"], "no yes"),
        (["see report", "not done", "no result"], "unknown unknown unknown"),
        (["heroin positive", "heroin neg"], "yes no"), (["POPS"], "-"),
    ],
)  # fmt: skip
def test_what_marks_mean_together(cells: list[str], meaning: str) -> None:
    found = read_marks(pd.Series(cells)).of(pd.Series(cells))
    assert [word or "-" for word in found] == meaning.split()


def test_codes_for_naloxone_are_not_doses() -> None:
    """33 rows each of 0, 1 and 9: 33 were given naloxone, not 66."""
    intake = column_of("Naloxone", ("0", 33), ("1", 33), ("9", 33))
    assert intake.table["naloxone"].value_counts().to_dict() == {"no": 33, "yes": 33, "unknown": 33}
    assert [(n.severity, n.count) for n in told(intake, "may be a code")] == [("warning", 33)]
    coded = column_of("Naloxone", ("1", 6), ("2", 4)).table["naloxone"]
    assert coded.value_counts().to_dict() == {"yes": 6, "unknown": 4}
    doses = column_of("Naloxone", ("0", 5), ("1", 4), ("2", 3), ("4", 1)).table
    assert (doses["naloxone"] == "yes").sum() == 8
    assert doses["naloxone_doses"].sum() == 2 * 3 + 4


def test_a_code_among_doses_is_no_number_of_doses() -> None:
    intake = column_of("dose count", ("1", 3), ("2", 2), ("99", 1), ("9", 1))
    assert intake.table["naloxone_doses"].sum() == 7
    assert [n.rows for n in told(intake, "a code for unknown")] == [(7, 8)]


def test_sex_in_numbers_is_read_side_by_side_only() -> None:
    """ISO 5218: 1 male, 2 female, 0 not known, 9 not applicable."""
    both = column_of("Sex", ("1", 3), ("2", 2), ("9", 1))
    assert both.table["sex"].tolist() == ["M"] * 3 + ["F"] * 2 + [""]
    assert [n.severity for n in told(both, "ISO 5218")] == ["warning"]
    assert [n.rows for n in told(both, "says no sex here")] == [(7,)]
    other = column_of("Sex", ("0", 3), ("1", 2))
    assert set(other.table["sex"]) == {""}
    assert [n.count for n in told(other, "says no sex here")] == [5]


def test_numbers_for_the_outcome_are_read_only_where_the_name_asks() -> None:
    fatal = column_of("Fatal", ("1", 3), ("2", 6), ("9", 1))
    assert fatal.table["outcome"].value_counts().to_dict() == {
        "nonfatal": 6, "fatal": 3, "unknown": 1,
    }  # fmt: skip
    assert told(fatal, "1 was read as yes and 2 as no")
    assert [n.count for n in told(fatal, "neither fatal nor nonfatal")] == [1]
    survived = column_of("Survived", ("1", 3), ("0", 6))
    assert (survived.table["outcome"] == "nonfatal").sum() == 3
    vague = column_of("Outcome", ("1", 3), ("2", 6))
    assert set(vague.table["outcome"]) == {"unknown"}
    assert [n.count for n in told(vague, "neither fatal nor nonfatal")] == [9]
