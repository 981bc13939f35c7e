"""What comes in is kept: the same file twice, restated files, undo, corrections, several sources.

Expected numbers are counted by hand from the few lines written here, or by the csv module from the
real files.
"""

import csv as csv_module
import stat
import time
from dataclasses import replace
from datetime import UTC, datetime

import pandas as pd
import pytest

from boundaries import intake, load
from boundaries.intake import Request, bring_in
from geo.errors import StoreError
from geo.ingest import open_table, propose
from geo.ingest.known_mapping import mapping_of
from geo.store import Correction, FolderStore, open_store, parts
from geo.store.belonging import belonging
from tests.store_files import CHICAGO, HARTFORD, answers, case, csv, numbers, put


@pytest.fixture
def store(tmp_path) -> FolderStore:
    return open_store(tmp_path / "store", load.locator())


def correction(record_id: str, field: str, value: str, source: str = "EMS") -> Correction:
    return Correction(source, record_id, field, value, "by phone", datetime.now(UTC))


def row(store: FolderStore, record_id: str, source: str = "EMS") -> pd.Series:
    table = store.records(source).table
    return table[table["record_id"] == record_id].iloc[0]


# --- files in


def test_records_come_back_as_they_were_placed(store):
    done = put(store, csv(case("1"), case("2", at=CHICAGO))).done
    assert (done.added, done.changed, done.same, done.absent) == (2, 0, 0, 0)
    table = store.records("EMS").table
    assert table["geoid"].tolist() == ["09003", "17031"]
    assert [s.name for s in store.sources()] == ["EMS"]
    assert store.sources()[0].incidents == 2


def test_the_same_file_twice_changes_nothing(store):
    content = csv(case("1"), case("2"))
    assert put(store, content).is_new
    before = answers(store)
    again = put(store, content, name="renamed.csv")
    assert not again.is_new
    assert "nothing was changed" in again.words
    assert answers(store) == before


def test_the_same_file_is_known_by_its_bytes_before_a_row_is_read(store, tmp_path, monkeypatch):
    path = tmp_path / "calls.csv"
    path.write_bytes(csv(case("1"), case("2")))
    request = Request(path, path.name, tmp_path / "store", source="EMS")
    assert bring_in(request).is_new
    asked = replace(request, source=None)
    other = propose(open_table(path.read_bytes(), path.name)).without("drug")
    with monkeypatch.context() as patched:
        patched.setattr(intake, "opened", lambda *_: pytest.fail("the file was read"))
        for again in (request, asked, replace(request, name="renamed.csv")):
            outcome = bring_in(again)
            assert (outcome.is_new, outcome.done.number) == (False, 1)
    assert bring_in(replace(request, mapping=other)).is_new  # other columns are another reading
    assert bring_in(replace(request, is_complete=True, mapping=other)).is_new
    assert bring_in(replace(request, source="Police")).is_new
    store.undo(4)
    assert bring_in(replace(request, source="Police")).is_new


def test_a_restated_file_upserts_and_says_what_changed(store):
    put(store, csv(case("1"), case("2"), case("3")))
    outcome = put(store, csv(case("1"), case("2", drug="fentanyl"), case("4")))
    done = outcome.done
    assert (done.added, done.changed, done.same, done.absent, done.withdrawn) == (1, 1, 1, 1, 0)
    assert numbers(store) == ["1", "2", "3", "4"]
    assert row(store, "2")["drugs"] == "|fentanyl|"
    said = store.changes(done.number)
    cells = {tuple(line) for line in said.to_numpy().tolist()}
    where_and_when = ("09003", "2020-03-01", "day")
    assert cells == {
        ("2", "drugs", "|heroin|", "|fentanyl|", *where_and_when, "|fentanyl|"),
        ("4", "record_id", "", "4", *where_and_when, "|heroin|"),
    }
    versions = store.history("EMS", "2")
    assert versions["import"].tolist() == [1, 2]
    assert versions["drugs"].tolist() == ["|heroin|", "|fentanyl|"]
    assert store.history("EMS", "1")["import"].tolist() == [1]  # said again, not changed


def test_a_complete_file_withdraws_what_it_does_not_hold(store):
    put(store, csv(case("1"), case("2"), case("3")))
    done = put(store, csv(case("2"), case("4")), is_complete=True).done
    assert (done.added, done.same, done.absent, done.withdrawn) == (1, 1, 2, 2)
    assert numbers(store) == ["2", "4"]
    store.undo(done.number)
    assert numbers(store) == ["1", "2", "3"]


def test_the_same_file_with_other_columns_takes_the_place_of_its_first_reading(store):
    content = csv(case("1"), case("2"))
    first = put(store, content).done
    put(store, csv(case("2", drug="cocaine")))  # a newer file must stay the newer one
    raw = open_table(content, "file.csv")
    mapping = propose(raw).without("drug")
    outcome = put(store, content, mapping=mapping)
    assert outcome.is_new
    assert outcome.done.number == 3
    assert any("read again" in note for note in outcome.notes)
    assert (row(store, "1")["drugs"], row(store, "2")["drugs"]) == ("", "|cocaine|")
    assert [i.undone for i in store.sources()[0].imports] == [True, False, False]
    with pytest.raises(StoreError, match="takes its place"):
        store.redo(first.number)
    store.undo(3)
    assert row(store, "1")["drugs"] == "|heroin|"


def test_undo_and_redo_bring_back_exactly_what_was(store):
    put(store, csv(case("1"), case("2")))
    before = store.records("EMS")
    number = put(store, csv(case("2", drug="fentanyl"), case("3"))).done.number
    after = store.records("EMS")
    store.undo(number)
    undone = store.records("EMS")
    pd.testing.assert_frame_equal(undone.table, before.table)
    assert undone.digest == before.digest
    assert store.sources()[0].incidents == 2
    store.redo(number)
    pd.testing.assert_frame_equal(store.records("EMS").table, after.table)
    assert store.records("EMS").digest == after.digest != before.digest


def test_a_source_whose_imports_are_all_undone_says_so(store):
    put(store, csv(case("1")))
    store.undo(1)
    assert store.sources()[0].incidents == 0
    with pytest.raises(StoreError, match="undone"):
        store.records("EMS")


def test_a_removed_source_leaves_no_file_and_its_number_is_not_given_again(store, tmp_path):
    put(store, csv(case("1")))
    put(store, csv(case("1")), source="Police")
    store.remove("EMS")
    assert [s.name for s in store.sources()] == ["Police"]
    assert len(list((tmp_path / "store" / "parts").iterdir())) == 3
    store.remove("Police")
    assert put(store, csv(case("1"))).done.number == 3


def test_identical_lines_are_each_counted_until_a_person_says_once(store):
    header = ("incident date", "latitude", "longitude")
    line = ("2020-03-01", *HARTFORD)
    other = ("2020-03-02", *HARTFORD)
    put(store, csv(line, line, line, other, header=header))
    assert store.records("EMS").incidents == 4
    store.count_identical_once("EMS", once=True)
    once = store.records("EMS")
    assert once.incidents == 2
    assert any("2 lines" in note.text for note in once.report.notes)
    assert store.sources()[0].incidents == 2
    store.count_identical_once("EMS", once=False)
    assert store.records("EMS").incidents == 4


def test_lines_of_one_numbered_incident_are_no_copies(store):
    put(store, csv(case("7"), case("7"), case("8")))
    store.count_identical_once("EMS", once=True)
    assert numbers(store) == ["7", "8"]


def test_numbers_that_start_anew_each_year_are_other_incidents(store):
    put(store, csv(case("1", "2019-02-01"), case("2", "2019-03-01")))
    outcome = put(store, csv(case("1", "2020-04-01"), case("2", "2020-05-01")))
    assert outcome.done.added == 2
    assert any("2 case numbers" in note for note in outcome.notes)
    assert store.records("EMS").incidents == 4
    # The second year restated: found again under the numbers it was given.
    done = put(store, csv(case("1", "2020-04-01"), case("2", "2020-05-01", drug="cocaine"))).done
    assert (done.added, done.same, done.changed) == (0, 1, 1)
    # A day corrected by a week is the same incident.
    done = put(store, csv(case("1", "2019-02-08"))).done
    assert (done.added, done.changed) == (0, 1)


def test_several_sources_stay_apart(store):
    put(store, csv(case("1")), source="EMS")
    put(store, csv(case("1", drug="cocaine")), source="Coroner")
    assert row(store, "1", "EMS")["drugs"] == "|heroin|"
    assert row(store, "1", "Coroner")["drugs"] == "|cocaine|"
    assert [s.name for s in store.sources()] == ["Coroner", "EMS"]


def test_the_report_adds_up_over_files(store):
    put(store, csv(case("1"), case("2")) + b"Total,,,,,\n")
    put(store, csv(case("3"), ("4", "", "", "", "", "")))
    report = store.records("EMS").report
    assert (report.rows_read, report.kept) == (5, 4)
    assert sum(report.dropped.values()) == len(report.quarantine) == 1


# --- what is remembered


def test_a_mapping_is_remembered_for_its_header_in_any_spelling(store):
    content = csv(case("1"))
    raw = open_table(content, "a.csv")
    mapping = propose(raw).without("drug")
    put(store, content, mapping=mapping)
    other = tuple(name.upper() for name in reversed(raw.columns))
    found = store.remembered(other)
    assert found is not None
    assert found.column("record_id") == "CASE NUMBER"
    assert not found.columns("drug")
    assert not any(choice.samples for choice in found.choices)  # cells belong to their file
    assert store.remembered((*other, "more")) is None


def test_a_column_that_was_empty_is_used_once_it_is_filled(store):
    """Weekly files: no ZIP code in the first one, and none chosen away by a person."""
    head = "Case Number,Incident Date,City,State,ZIP,Note\n"
    first = f"{head}1,2024-01-02,Hertford,NC,,\n".encode()
    later = f"{head}2,2024-01-09,Hertford,NC,27944,\n".encode()
    put(store, first)
    mapping = mapping_of(
        open_table(later, "b.csv"), store.remembered(tuple(head.strip().split(",")))
    )
    assert mapping.column("incident.zip") == "ZIP"
    assert mapping.empty == ("Note",)
    assert '"ZIP"' in mapping.reasons[-1]
    put(store, later, mapping=mapping.without("ZIP"))  # a person who does not want it
    again = f"{head}3,2024-01-16,Hertford,NC,27944,\n".encode()
    known = store.remembered(tuple(head.strip().split(",")))
    assert mapping_of(open_table(again, "c.csv"), known).column("incident.zip") is None


def test_a_file_is_taken_for_the_source_of_its_header(store):
    put(store, csv(case("1")), name="ems_2020_01.csv")
    assert store.source_like(open_table(csv(case("2")), "ems_2020_02.csv")) == "EMS"
    put(store, csv(case("9")), source="Other service", name="other.csv")
    assert store.source_like(open_table(csv(case("2")), "new.csv")) is None  # both as likely
    assert store.source_like(open_table(csv(case("2")), "other.csv")) == "Other service"


VICTIMS = ("incident_id", "victim_id", "incident_date", "zip")


def victims(*lines: tuple[str, ...]) -> bytes:
    return csv(*lines, header=VICTIMS)


def test_victims_are_added_up_only_where_that_is_right(store):
    may = [("1", "10", "2020-05-04", "06103"), ("1", "11", "2020-05-04", "06103")]
    june = [("2", "12", "2020-06-04", "06103"), ("3", "13", "2020-06-05", "06103")]
    put(store, victims(*may), name="may.csv")
    put(store, victims(*june), name="june.csv")
    assert store.records("EMS").extra == {"victims": 4}
    put(store, victims(*may, *june), name="all.csv")  # has the last word on each incident
    assert store.records("EMS").extra == {"victims": 4}
    put(store, victims(june[0], ("2", "19", "2020-06-04", "06103")), name="part.csv")
    found = store.records("EMS")
    assert found.extra == {}
    assert any("How many victims there are is not known" in n.text for n in found.report.notes)
    store.undo(4)
    assert store.records("EMS").extra == {"victims": 4}
    store.correct(correction("3", "excluded", ""))
    assert store.records("EMS").extra == {}


def test_a_changed_line_without_a_number_is_said_to_count_twice(store):
    header = ("incident date", "zip", "drug")
    lines = [(f"2020-05-0{day}", "06103", "heroin") for day in range(1, 6)]
    first = put(store, csv(*lines, header=header))
    done = put(store, csv(("2020-05-01", "06103", "fentanyl"), *lines[1:], header=header))
    assert (done.done.added, done.done.same, done.done.absent) == (1, 4, 1)
    assert [note for note in done.notes if "no case numbers" in note]
    assert not [note for note in first.notes if "no case numbers" in note]


def test_a_file_is_sure_of_its_source_by_name_or_content_not_by_columns(store):
    content = csv(case("1"))
    put(store, content, name="ems.csv")
    files = (("ems.csv", csv(case("2"))), ("b.csv", content), ("pd.csv", csv(case("3"))))
    found = {name: belonging(open_table(data, name), store) for name, data in files}
    assert {name: one.known for name, one in found.items()} == {
        "ems.csv": "EMS", "b.csv": "EMS", "pd.csv": None,
    }  # fmt: skip
    assert found["pd.csv"].source == "EMS"


def test_settings_and_handling_are_kept(store, tmp_path):
    put(store, csv(case("1")))
    store.set_setting("links", "EMS first")
    store.set_handling("EMS", "les")
    again = open_store(tmp_path / "store")
    assert again.setting("links") == "EMS first"
    assert again.records("EMS").handling == "les"
    store.set_setting("links", None)
    assert again.setting("links") is None


def test_the_audit_tells_what_was_done_and_no_cell(store):
    put(store, csv(case("SECRET-1")))
    store.correct(correction("SECRET-1", "outcome", "fatal"))
    store.undo(1)
    said = store.audit()
    assert [line["what"] for line in said] == ["undo", "correct", "import"]
    assert "SECRET" not in repr(said)


# --- corrections


def test_corrections_are_laid_over_the_file(store):
    put(store, csv(case("1"), case("2"), case("3")))
    store.correct(correction("1", "place", "-87.6298 41.8781"))
    store.correct(correction("1", "occurred_on", "2020-02-29"))
    store.correct(correction("2", "drugs", "|cocaine|fentanyl|"))
    store.correct(correction("2", "outcome", "fatal"))
    store.correct(correction("3", "excluded", ""))
    first, second = row(store, "1"), row(store, "2")
    assert (first["geoid"], first["precision"], first["method"]) == (
        "17031", "08", "placed by hand",
    )  # fmt: skip
    assert str(first["occurred_on"].date()) == "2020-02-29"
    assert (second["drugs"], second["outcome"]) == ("|cocaine|fentanyl|", "fatal")
    assert numbers(store) == ["1", "2"]
    assert store.sources()[0].incidents == 2


def test_corrections_survive_a_new_import_and_say_when_they_are_outdated(store):
    put(store, csv(case("1"), case("2")))
    store.correct(correction("1", "drugs", "|cocaine|"))
    store.correct(correction("2", "outcome", "fatal"))
    put(store, csv(case("1", drug="fentanyl"), case("2")))
    assert row(store, "1")["drugs"] == "|cocaine|"
    assert row(store, "2")["outcome"] == "fatal"
    assert {c.record_id: c.outdated for c in store.corrections("EMS")} == {"1": True, "2": False}
    store.drop_correction("EMS", "1", "drugs")
    assert row(store, "1")["drugs"] == "|fentanyl|"


def test_a_later_correction_takes_the_place_of_the_first(store):
    put(store, csv(case("1")))
    store.correct(correction("1", "outcome", "fatal"))
    store.correct(correction("1", "outcome", "unknown"))
    assert row(store, "1")["outcome"] == "unknown"
    assert len(store.corrections("EMS")) == 1


@pytest.mark.parametrize(("field", "value"), [
    ("occurred_on", "2/3/2020"), ("occurred_on", "2999-01-01"), ("outcome", "dead"),
    ("drugs", "heroin"), ("drugs", "|zzz|"), ("drugs", "|heroin|cocaine|"), ("place", "here"),
    ("place", "41.8781 -87.6298"), ("place", "nan nan"), ("geoid", "99999"), ("geoid", "9003"),
    ("excluded", "yes"), ("seized", "heroin"), ("seized", "[]"),
    ("seized", '[["|zzz|","",1,"GM"]]'), ("seized", '[["|meth|","",-1,"GM"]]'),
    ("seized", '[["|meth|","",1,"cups"]]'),
])  # fmt: skip
def test_a_correction_that_cannot_count_is_refused(store, field, value):
    put(store, csv(case("1")))
    with pytest.raises(StoreError) as refused:
        store.correct(correction("1", field, value))
    assert value not in str(refused.value)
    assert store.corrections("EMS") == ()


def test_unknown_sources_imports_and_records_are_refused(store):
    put(store, csv(case("1")))
    for call in (
        lambda: store.records("none"), lambda: store.undo(9), lambda: store.changes(9),
        lambda: store.remove("none"), lambda: store.history("EMS", "none"),
        lambda: store.correct(correction("none", "excluded", "")),
        lambda: store.drop_correction("EMS", "1", "drugs"),
        lambda: store.set_handling("none", "cui"),
    ):  # fmt: skip
        with pytest.raises(StoreError):
            call()


# --- the folder


def test_only_the_owner_can_read_the_folder(store, tmp_path):
    put(store, csv(case("1")))
    paths = [tmp_path / "store", *(tmp_path / "store").rglob("*")]
    for path in paths:
        mode = stat.S_IMODE(path.stat().st_mode)
        assert mode == (0o700 if path.is_dir() else 0o600), path.name
    assert not any("EMS" in path.name or "file" in path.name for path in paths)


# --- the real files


def test_real_files_come_back_whole(store, shared_data):
    for path in sorted((shared_data / "incidents").iterdir()):
        outcome = put(store, path.read_bytes(), source=path.stem, name=path.name)
        records = store.records(path.stem)
        assert records.report.rows_read == outcome.done.rows_read
        assert records.report.kept + sum(records.report.dropped.values()) == outcome.done.rows_read
        assert len(records.table) == outcome.done.added
    odin = store.records("pa_overdose_information_network_2018")
    with (shared_data / "incidents" / "pa_overdose_information_network_2018.csv").open(
        encoding="utf-8-sig"
    ) as file:
        rows = list(csv_module.DictReader(file))
    assert odin.report.rows_read == len(rows)
    assert odin.incidents == len({(line["Incident ID"], line["Incident Date"]) for line in rows})
    one = odin.table.iloc[0]
    shown = store.lines("pa_overdose_information_network_2018", [one["record_id"]])
    assert len(shown) == one["parts"]


def test_ten_thousand_columns_are_written_in_seconds(tmp_path):
    """Column by column they took 40 s: each one copied all before it."""
    cells = pd.DataFrame({f"Field {n}": ["a", "b"] for n in range(10_000)}, dtype="str")
    front = pd.DataFrame({"source_row": [2, 3], "record_id": ["1", "2"]})
    start = time.process_time()
    parts.write_lines(tmp_path / "lines.parquet", parts.Lines(front, cells))
    assert time.process_time() - start < 15
    again = parts.read_lines(tmp_path / "lines.parquet")
    pd.testing.assert_frame_equal(again.cells, cells)
