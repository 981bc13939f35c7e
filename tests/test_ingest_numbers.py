"""Numbers of cases under many names: rows that share one are one event, or a warning says so."""

import pytest

from geo.ingest import Intake, Mapping, open_table, propose, read
from geo.ingest.aside import up_to_date


def seizures(heading: str, *codes: str) -> str:
    """Build a table of heroin and meth, a row each, in two seizures of one county."""
    first, other = codes or ("L24-001", "L24-002")
    return (
        f"{heading},Seizure Date,County,State,Drug,Weight (g)\n"
        f"{first},2024-01-05,Cook,IL,Heroin,11.9\n{first},2024-01-05,Cook,IL,Meth,905\n"
        f"{other},2024-01-06,Cook,IL,Meth,5\n{other},2024-01-06,Cook,IL,Heroin,2\n"
    )


def understood(text: str) -> tuple[Mapping, Intake]:
    raw = open_table(text.encode(), "a.csv")
    mapping = propose(raw)
    return mapping, read(raw, mapping)


def warnings(intake: Intake, words: str) -> list[str]:
    told = [n.text for n in intake.report.notes if n.severity == "warning"]
    return [text for text in told if words in text]


@pytest.mark.parametrize(
    "heading",
    ["RD Number", "RD#", "Lab No", "Lab #", "Lab Number", "Exhibit No", "Evidence No", "DR #",
     "DR Number", "CFS #", "OCA", "RMS #", "CR Number", "FE Number", "Complaint #", "GO#", "Case#",
     "File Number", "Control No", "Submission No", "Rpt No", "CCN", "Agency Case Number"],
)  # fmt: skip
def test_rows_of_one_number_are_one_event(heading: str) -> None:
    mapping, intake = understood(seizures(heading))
    assert mapping.column("record_id") == heading
    assert intake.table["parts"].tolist() == [2, 2]
    assert warnings(intake, "look like one event") == []


@pytest.mark.parametrize("heading", ["Lab No", "Submission No", "RD Number"])
def test_short_numbers_with_letters_are_numbers(heading: str) -> None:
    mapping, intake = understood(seizures(heading, "L1", "L2"))
    assert mapping.column("record_id") == heading
    assert intake.table["parts"].tolist() == [2, 2]


def test_codes_and_marks_of_exhibits_are_no_numbers_of_cases() -> None:
    for heading, codes in (("UCR Number", ("35A0", "35B0")), ("Exhibit No", ("1", "2"))):
        lines = seizures(heading, *codes) + f"{codes[0]},2024-02-05,Lake,IL,Meth,3\n"
        mapping, intake = understood(lines)
        assert mapping.column("record_id") is None
        assert len(intake.table) == 5


@pytest.mark.parametrize("case", ["Case Number", "Agency Case Number", "RD Number", "OCA"])
@pytest.mark.parametrize("exhibit", ["Lab No", "Exhibit Number", "Lab Case No", "Evidence #"])
def test_the_number_of_a_case_goes_before_that_of_an_exhibit(case: str, exhibit: str) -> None:
    mapping, intake = understood(
        f"{exhibit},{case},Seizure Date,County,State,Drug,Weight (g)\n"
        "L24-001,JG-0001,2024-01-05,Cook,IL,Heroin,11.9\n"
        "L24-002,JG-0001,2024-01-05,Cook,IL,Meth,905\n"
    )
    assert mapping.column("record_id") == case
    assert intake.table["parts"].tolist() == [2]


def test_a_column_whose_codes_keep_to_one_day_and_place_is_taken_with_a_warning() -> None:
    mapping, intake = understood(seizures("Widget"))
    assert mapping.column("record_id") == "Widget"
    assert intake.table["parts"].tolist() == [2, 2]
    assert len(warnings(intake, 'share "Widget" look like one event')) == 1
    assert not [why for why in up_to_date(mapping.without("Widget")).reasons if "Widget" in why]


@pytest.mark.parametrize(
    "more",
    ["L24-001,2024-02-05,Cook,IL,Meth,3\n", "L24-001,2024-01-05,Lake,IL,Meth,3\n"],
    ids=["another day", "another place"],
)
def test_codes_that_come_back_elsewhere_number_something_else(more: str) -> None:
    mapping, intake = understood(seizures("Widget") + more)
    assert mapping.column("record_id") is None
    assert len(intake.table) == 5


def test_one_repeated_code_may_be_chance() -> None:
    lines = seizures("Widget").splitlines(keepends=True)[:4]
    assert understood("".join(lines))[0].column("record_id") is None
