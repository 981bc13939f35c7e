"""Rows with one number: when they are one incident, and when they are not."""

import pytest

from geo.ingest import Intake, open_table, propose, read
from geo.schema import Note

HEADER = "case number,incident date,zip,drug\n"
OTHERS = "".join(f"24-{n:04d},2024-01-01,{15201 + n},Heroin\n" for n in range(51))
ZIPS = [15201, 15206, 15213, 15217, 15222, 15232]


def intake_of(text: str) -> Intake:
    raw = open_table(text.encode(), "a.csv")
    return read(raw, propose(raw))


def told(intake: Intake, words: str) -> list[Note]:
    return [note for note in intake.report.notes if words in note.text]


@pytest.mark.parametrize(
    "word",
    ["PENDING", "TBD", "00-0000", "0000", "9999999", "24-PENDING", "n/a", "Not assigned", "XXXX",
     "see narrative", "?", "waiting room"],
)  # fmt: skip
def test_placeholders_never_make_one_incident(word: str) -> None:
    """Six events in six ZIP codes on one day, and 51 others: 57 incidents, and it is said."""
    rows = "".join(f"{word},2024-01-02,{zip_code},Heroin\n" for zip_code in ZIPS)
    intake = intake_of(HEADER + OTHERS + rows)
    assert len(intake.table) == 57
    assert intake.table["record_id"].is_unique
    assert [(n.severity, n.count) for n in told(intake, "a placeholder")] == [("warning", 6)]


def test_placeholders_of_one_place_and_day_are_apart_too() -> None:
    intake = intake_of(HEADER + OTHERS + "PENDING,2024-01-02,15201,Heroin\n" * 2)
    assert len(intake.table) == 53


def test_a_number_on_other_places_of_one_day_is_another_incident() -> None:
    """Two agencies number from 1: lines of one place fold, those of another stay apart."""
    intake = intake_of(
        HEADER + OTHERS + "7,2024-01-02,15201,Heroin\n7,2024-01-02,15201,Cocaine\n"
        "7,2024-01-02,60644,Meth\n7,2024-01-02,,Alcohol\n"
    )
    seven = intake.table.iloc[51:]
    assert seven["drugs"].tolist() == ["|alcohol|cocaine|heroin|", "|meth|"]
    assert seven["parts"].tolist() == [3, 1]
    said = told(intake, "of another place or hour")
    assert [(n.severity, n.rows) for n in said] == [("warning", (53, 54, 55, 56))]
    assert [n.rows for n in told(intake, "rows make 53 incidents")] == [(54, 56)]


def test_the_id_of_rows_kept_apart_does_not_follow_their_order() -> None:
    rows = ["7,2024-01-02,15201,Heroin\n", "7,2024-01-02,60644,Meth\n"]
    one, two = (intake_of(HEADER + "".join(order)).table for order in (rows, rows[::-1]))
    assert dict(zip(one["drugs"], one["record_id"], strict=True)) == dict(
        zip(two["drugs"], two["record_id"], strict=True)
    )


@pytest.mark.parametrize(
    ("columns", "same", "other"),
    [
        ("address,city,state", "12 Oak St,Akron,OH", "14 Oak St,Akron,OH"),
        ("address,city,state", "12 Oak St,Akron,OH", "12 Elm St,Akron,OH"),
        ("city,state", "Akron,OH", "Canton,OH"),
        ("county,state", "Summit County,OH", "Stark,OH"),
        ("lat,lon", "41.0814,-81.5190", "40.7989,-81.3784"),
    ],
)
def test_places_of_every_kind_tell_rows_apart(columns: str, same: str, other: str) -> None:
    text = f"case number,incident date,{columns}\n1,2024-01-01,{same}\n"
    assert len(intake_of(text + f"1,2024-01-01,{same}\n").table) == 1
    assert len(intake_of(text + f"1,2024-01-01,{other}\n").table) == 2


def test_one_place_in_two_spellings_is_one_place() -> None:
    text = "case number,incident date,address,city,state,lat,lon\n"
    rows = (
        "1,2024-01-01,12 Oak St,Akron,OH,41.0814,-81.5190\n"
        "1,2024-01-01,12 N OAK STREET,AKRON,Ohio,41.0815,-81.5191\n"
    )
    assert len(intake_of(text + rows).table) == 1


def test_homes_and_blank_places_tell_nothing_apart() -> None:
    text = "case number,incident date,zip,victim zip\n"
    rows = "1,2024-01-01,44301,44302\n1,2024-01-01,44301,44720\n1,2024-01-01,,44720\n"
    assert len(intake_of(text + rows).table) == 1


def test_hours_apart_are_two_incidents_and_minutes_apart_one() -> None:
    text = "case number,incident date,zip\n5,2024-01-02 03:00,15201\n"
    rest = "6,2024-01-03 01:07,15201\n"
    assert len(intake_of(text + "5,2024-01-02 03:25,15201\n" + rest).table) == 2
    assert len(intake_of(text + "5,2024-01-02 21:00,15201\n" + rest).table) == 3


NIBRS = "ORI,Incident Number,Incident Date,County,State,Suspected Drug Type,Quantity,Measurement\n"


def test_numbers_of_two_agencies_are_two_seizures_by_their_ori() -> None:
    """In NIBRS the key of an incident is ORI and incident number (technical specification)."""
    lines = [
        "OH0250100,23-000001,2023-01-01,Franklin,OH,D,10,GM\n",
        "OH0250200,23-000001,2023-01-01,Franklin,OH,D,5,GM\n",
        "OH0250200,23-000001,2023-01-01,Franklin,OH,D,2,GM\n",
        "OH0250300,23-000001,2023-02-01,Franklin,OH,D,1,GM\n",
    ]
    intake = intake_of(NIBRS + "".join(lines))
    assert intake.table["mass_g"].tolist() == [10, 7, 1]
    alone = [intake_of(NIBRS + line).table["record_id"][0] for line in lines]
    assert intake.table["record_id"].tolist() == [alone[0], alone[1], alone[3]]
    assert len(set(alone)) == 3


def test_one_number_of_agencies_in_words_is_one_incident_and_is_said() -> None:
    rows = "".join(f"{who},1,2023-01-01,Franklin,OH\n" for who in ("PD", "FD", "", "EMS"))
    intake = intake_of("Agency,Incident Number,Date,County,State\n" + rows)
    assert len(intake.table) == 1
    assert [n.count for n in told(intake, "another agency")] == [4]
