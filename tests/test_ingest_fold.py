"""What identifies a record, what its lines say together, and what a saved choice carries over."""

import json
from dataclasses import replace

import pytest

from geo.errors import SchemaError
from geo.ingest import Intake, Mapping, open_table, propose, read
from geo.ingest.columns import header_key


def intake_of(text: str) -> Intake:
    raw = open_table(text.encode(), "a.csv")
    return read(raw, propose(raw))


ODIN = (
    "incident id,incident date,victim id,administration id,dose count,drug,naloxone given,age,zip\n"
)


def test_doses_are_counted_once_for_each_administration() -> None:
    """One line per victim, drug and administration, as the Pennsylvania codebook describes."""
    intake = intake_of(
        ODIN + "7,2020-01-01,1,1,1,Heroin,Y,30,06103\n7,2020-01-01,1,2,2,Heroin,Y,30,06103\n"
        "7,2020-01-01,1,1,1,Cocaine,Y,30,06103\n7,2020-01-01,1,2,2,Cocaine,Y,30,06103\n"
        "8,2020-01-01,2,NULL,NULL,Heroin,N,41,06103\n9,2020-01-02,3,3,NULL,Heroin,Y,52,06103\n"
    )
    table = intake.table
    assert table["naloxone_doses"].fillna(-1).tolist() == [3, 0, -1]
    assert table["parts"].tolist() == [4, 1, 1]
    assert table["drugs"].tolist() == ["|cocaine|heroin|", "|heroin|", "|heroin|"]
    assert table["naloxone"].tolist() == ["yes", "no", "yes"]
    assert table["age"].tolist() == [30, 41, 52]
    assert intake.extra == {"victims": 3}
    assert intake.row_ids is not None
    assert intake.row_ids.tolist() == ["7"] * 4 + ["8", "9"]


def test_doses_without_numbers_of_administrations() -> None:
    text = "incident id,incident date,zip,drug,doses\n"
    drugs = intake_of(text + "7,2020-01-01,06103,Heroin,2\n7,2020-01-01,06103,Cocaine,2\n")
    assert drugs.table["naloxone_doses"].tolist() == [2]  # one line a drug repeats them
    given = intake_of(text + "7,2020-01-01,06103,Heroin,1\n7,2020-01-01,06103,Heroin,2\n")
    assert given.table["naloxone_doses"].tolist() == [3]  # one line an administration


def test_grams_are_never_added_up_over_drugs() -> None:
    intake = intake_of(
        "Case Number,Seizure Date,zip,Drug,Quantity,Unit\n"
        "1,2020-01-01,06103,Heroin,10,GM\n1,2020-01-01,06103,Cocaine,5,GM\n"
        "2,2020-01-02,06103,Heroin,10,GM\n2,2020-01-02,06103,Heroin,5,GM\n"
        "3,2020-01-03,06103,Heroin,1,KG\n3,2020-01-03,06103,Heroin,5,GM\n"
        "4,2020-01-04,06103,Heroin,7,DU\n"
    )
    table = intake.table
    assert table["mass_g"].fillna(-1).tolist() == [-1, 15, 1005, -1]
    assert table["quantity"].fillna(-1).tolist() == [-1, 15, -1, 7]
    assert table["unit"].tolist() == ["", "GM", "", "DU"]
    said = [n for n in intake.report.notes if "not added up" in n.text]
    assert [(n.count, n.rows) for n in said] == [(1, (2,))]


AREAS = "County,State,Year,Drug,Deaths,Population\n"


def test_a_restated_count_keeps_its_key_and_another_area_has_another() -> None:
    before = intake_of(AREAS + "Bibb,AL,2019,Heroin,4,22000\nBibb,AL,2019,Cocaine,9,22000\n").table
    after = intake_of(AREAS + "Bibb,AL,2019,Cocaine,9,22100\nBibb,AL,2019,Heroin,7,22100\n").table
    assert sorted(before["record_id"]) == sorted(after["record_id"])
    heroin = before.loc[before["drugs"] == "|heroin|", "record_id"].tolist()
    assert after.loc[after["count"] == 7, "record_id"].tolist() == heroin
    other = intake_of(AREAS + "Pike,AL,2019,Heroin,4,22000\n").table
    assert not set(other["record_id"]) & set(before["record_id"])
    twice = intake_of(AREAS + "Bibb,AL,2019,Heroin,4,22000\n" * 2).table
    assert twice["record_id"].is_unique


def test_a_restated_cell_of_a_wide_table_keeps_its_key() -> None:
    before = intake_of("County,State,2018,2019\nBibb,AL,3,4\n").table
    after = intake_of("County,State,2018,2019,2020\nBibb,AL,3,6,1\n").table
    assert set(before["record_id"]) < set(after["record_id"])
    assert after["record_id"].tolist()[:2] == before["record_id"].tolist()


def test_a_call_without_number_is_known_by_all_its_cells() -> None:
    text = "date,zip,notes\n2020-01-01,06103,a\n2020-01-01,06103,a\n2020-01-01,06103,b\n"
    first, again = intake_of(text).table, intake_of(text + "2020-01-02,06103,c\n").table
    assert first["record_id"].is_unique
    assert again["record_id"].tolist()[:3] == first["record_id"].tolist()


def test_header_keys_ignore_case_spaces_and_order() -> None:
    assert header_key(["Zip Code", "Date"]) == header_key([" date", "ZIP  CODE "])
    assert header_key(["Zip Code", "Date"]) != header_key(["Zip Code", "Date", "Age"])
    assert header_key(["ab", "c"]) != header_key(["a", "bc"])
    assert propose(open_table(b"Zip,Date\n06103,2020-01-01\n", "a.csv")).header_key == header_key(
        ["date", "zip"]
    )


def test_a_saved_mapping_serves_a_file_with_other_spelling_and_order() -> None:
    saved = propose(open_table(b"Call Date,Home Zip\n2020-01-01,06103\n", "a.csv"))
    saved = saved.with_choice("residence.zip", "Home Zip")
    raw = open_table(b"HOME ZIP,call date\n06103,2020-01-01\n", "b.csv")
    found = saved.for_header(raw.columns)
    assert found.column("residence.zip") == "HOME ZIP"
    assert found.column("incident.date") == "call date"
    assert read(raw, found).table["date_role"].tolist() == ["incident"]
    with pytest.raises(SchemaError, match="other columns"):
        saved.for_header(("Date", "Home Zip"))


def test_mappings_of_other_versions() -> None:
    mapping = propose(open_table(b"date,zip\n2020-01-01,06103\n", "a.csv"))
    found = json.loads(mapping.to_json())
    old = {name: found[name] for name in ("header", "choices")}
    for choice in old["choices"]:
        del choice["samples"]
    older = Mapping.from_json(json.dumps(old))
    assert older.meaning == mapping.meaning
    with pytest.raises(SchemaError, match="newer version"):
        Mapping.from_json(json.dumps(found | {"purity": "x"}))
    newer = json.loads(json.dumps(found))
    newer["choices"][0]["role"] = "purity"
    with pytest.raises(SchemaError, match="newer version"):
        Mapping.from_json(json.dumps(newer))
    for broken in ({"kind": "theft"}, {"area_counts": 1}, {"header": "date"}, {"reasons": [3]}):
        with pytest.raises(SchemaError, match="not a saved"):
            Mapping.from_json(json.dumps(found | broken))


def test_the_digest_follows_what_is_read_not_how_sure_it_was() -> None:
    raw = open_table(b"date,zip\n2020-01-01,06103\n", "a.csv")
    mapping = propose(raw)
    surer = replace(
        mapping, choices=tuple(replace(c, confidence=1.0, samples=()) for c in mapping.choices)
    )
    assert read(raw, surer).digest == read(raw, mapping).digest
    assert read(raw, replace(mapping, all_fatal=True)).digest != read(raw, mapping).digest


@pytest.mark.parametrize("words", ["Agency", "Reporting Agency", "ORI", "Department"])
def test_the_agency_is_kept_as_written_and_is_never_a_place(words: str) -> None:
    intake = intake_of(f"date,zip,{words}\n2020-01-01,06103,Hartford PD\n2020-01-02,06105,NULL\n")
    assert intake.table["agency"].tolist() == ["Hartford PD", ""]
    assert set(intake.places) == {"incident"}


def test_quantities_of_drugs_nobody_named_are_not_added_up():
    """0.2 oz and 20 oz under one number, in a column that is not taken for a drug's."""
    raw = open_table(
        b"case number,date,Substance ID,quantity,unit,county,state\n"
        b"1,2024-01-02,Fentanyl,0.2,OZ,Cook,IL\n1,2024-01-02,Meth,20,OZ,Cook,IL\n"
        b"2,2024-01-02,Meth,3,OZ,Cook,IL\n",
        "seizures.csv",
    )
    intake = read(raw, replace(propose(raw), kind="seizure"))
    assert intake.table["mass_g"].isna().tolist() == [True, False]
    assert any("not named" in note.text and note.count == 1 for note in intake.report.notes)


def test_lines_without_a_day_are_of_the_incident_that_has_one() -> None:
    """One line a drug, the day in the first of them only, as sheets with merged cells come in."""
    header = "Incident ID,Incident Date,Zip,Drug\n"
    merged = intake_of(
        header + "1,2023-01-01,43215,Heroin\n1,,,Fentanyl\n1,,,Cocaine\n"
        "2,2023-01-02,43215,Heroin\n2,,,Xylazine\n3,,43215,Heroin\n3,2023-01-03,,Meth\n4,,43215,\n"
    )
    table = merged.table
    assert table["parts"].tolist() == [3, 2, 2, 1]
    assert table["record_id"].tolist() == ["1", "2", "3", "4"]
    assert table["when"].dt.strftime("%Y-%m-%d").fillna("").tolist() == [
        "2023-01-01", "2023-01-02", "2023-01-03", ""
    ]  # fmt: skip
    assert table["time_precision"].tolist() == ["day", "day", "day", ""]
    said = [n for n in merged.report.notes if "without a day share the number" in n.text]
    assert [n.rows for n in said] == [(3, 4, 6, 7)]


def test_a_line_without_a_day_joins_no_day_that_cannot_be_told() -> None:
    """Numbers begin again: only the line right below one of that number surely belongs to it."""
    header = "Incident ID,Incident Date,Zip,Drug\n"
    again = intake_of(
        header + "1,2023-01-01,43215,Heroin\n1,,,Cocaine\n2,2023-01-01,43215,Heroin\n"
        "1,2023-02-01,43215,Heroin\n3,2023-02-01,43215,Heroin\n1,,,Meth\n"
    )
    assert again.table["parts"].tolist() == [2, 1, 1, 1, 1]
    elsewhere = intake_of(header + "1,2023-01-01,43215,Heroin\n1,,44113,Cocaine\n")
    assert len(elsewhere.table) == 2


@pytest.mark.parametrize(
    "heading",
    ["# Overdoses", "Number of Victims", "Victim Count", "Victims", "# of Patients", "Total ODs",
     "Number of Overdoses", "Number of Persons", "Total Victims", "How many people"],
)  # fmt: skip
def test_an_event_with_several_victims_is_one_incident_and_its_victims_are_told(
    heading: str,
) -> None:
    """1 + 1 + 2 + 3 + 1 + 1: a blank is one victim, and two lines of one event repeat it."""
    lines = ["101,1", "102,1", "103,2", "104,3", "104,3", "105,1", "106,"]
    cells = [f"{line},2024-03-0{n + 1 if n < 3 else 4},60644" for n, line in enumerate(lines)]
    raw = open_table("\n".join([f"Case Number,{heading},Date,Zip", *cells]).encode(), "a.csv")
    mapping = propose(raw)
    assert mapping.columns("victims") == (heading,)
    intake = read(raw, mapping)
    assert len(intake.table) == 6
    assert intake.extra == {"victims": 9}
    said = [n for n in intake.report.notes if "more than one victim" in n.text]
    assert [(n.severity, n.rows) for n in said] == [("warning", (4, 5, 6))]


def test_fatal_and_nonfatal_victims_are_added_where_no_column_has_the_total() -> None:
    parts = intake_of(
        "Case Number,Date,Zip,Fatal Count,Nonfatal Count\n1,2024-03-01,60644,1,2\n"
        "2,2024-03-02,60644,2,0\n"
    )
    assert parts.extra == {"victims": 5}
    total = intake_of(
        "Case Number,Date,Zip,Total Victims,Fatal Count\n1,2024-03-01,60644,3,1\n"
        "2,2024-03-02,60644,2,2\n"
    )
    assert total.extra == {"victims": 5}


def test_numbers_of_victims_are_no_numbers_how_many() -> None:
    raw = open_table(
        b"Case Number,Date,Zip,Victim Number,Patient Age\n1,2024-03-01,60644,1,41\n"
        b"1,2024-03-01,60644,2,35\n", "a.csv",
    )  # fmt: skip
    assert not propose(raw).columns("victims")
    assert propose(raw).column("victim_id") == "Victim Number"
