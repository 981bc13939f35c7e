"""Lines given out to be mended come back and take the place of what they were: nothing doubles."""

import io

import pandas as pd
import pytest

from boundaries import load
from geo.errors import StoreError
from geo.ingest import open_table
from geo.store import FolderStore, open_store
from geo.store.mending import as_data, guarded
from tests.store_files import HARTFORD, answers, case, csv, numbers, put, to_csv


@pytest.fixture
def store(tmp_path) -> FolderStore:
    return open_store(tmp_path / "store", load.locator())


@pytest.fixture
def broken(store) -> FolderStore:
    """Five lines: two good, one without a place, one without a day, one with a cell too many."""
    lost = ("3", "2020-03-01", "", "", "heroin", "fatal")
    never = ("4", "", *HARTFORD, "heroin", "fatal")
    wide = ("5", "2020-03-01", *HARTFORD, "heroin", "cocaine", "fatal")
    put(store, csv(case("1"), case("2"), lost, never, wide))
    return store


def given_out(store: FolderStore, source: str = "EMS") -> pd.DataFrame:
    """The quarantine as a spreadsheet opens it."""
    text = to_csv(guarded(store.quarantine(source)))
    return pd.read_csv(io.BytesIO(text), dtype=str, keep_default_na=False)


def mended(table: pd.DataFrame) -> pd.DataFrame:
    """What a careful person does with it."""
    table = table.copy()
    for at, line in table.iterrows():
        if line["case number"] == "3":
            table.loc[at, ["latitude", "longitude"]] = HARTFORD
        if line["case number"] == "4":
            table.loc[at, "incident date"] = "2020-03-04"
        if line["case number"] == "5":
            table.loc[at, ["drug", "outcome", "cell 7"]] = ["heroin and cocaine", "fatal", ""]
    return table


def test_what_is_given_out(broken):
    table = broken.quarantine("EMS")
    assert list(table.columns[:3]) == ["quarantine_of", "source_row", "reason"]
    said = dict(zip(table["source_row"], table["reason"], strict=True))
    assert said == {
        4: "no usable place", 5: "no usable date", 6: "more cells than the header has",
    }  # fmt: skip
    assert set(table["case number"]) == {"3", "4", "5"}


def test_a_mended_file_takes_the_place_of_its_lines(broken):
    assert broken.records("EMS").incidents == 4
    outcome = put(broken, to_csv(mended(given_out(broken))), name="fixed.csv")
    assert (outcome.done.added, outcome.done.changed, outcome.done.absent) == (1, 2, 0)
    assert numbers(broken) == ["1", "2", "3", "4", "5"]
    records = broken.records("EMS")
    assert records.incidents == 5
    assert set(records.table["geoid"]) == {"09003"}
    assert records.table["occurred_on"].notna().all()
    assert (records.report.rows_read, records.report.kept) == (5, 5)
    assert broken.quarantine("EMS").empty


def test_mended_twice_or_again_never_doubles(broken):
    first = given_out(broken)
    put(broken, to_csv(mended(first)), name="fixed.csv")
    before = answers(broken)
    assert not put(broken, to_csv(mended(first)), name="fixed.csv").is_new
    assert answers(broken) == before
    # The first file once more, mended otherwise: also the number of the line that was dropped.
    other = mended(first)
    other.loc[other["case number"] == "5", "case number"] = "50"
    other["outcome"] = "nonfatal"
    put(broken, to_csv(other), name="fixed again.csv")
    assert numbers(broken) == ["1", "2", "3", "4", "5"]  # the record keeps its number
    assert set(broken.records("EMS").table["outcome"]) == {"nonfatal"}


def test_lines_that_stay_broken_are_given_out_again_once(broken):
    half = given_out(broken)
    half.loc[half["case number"] == "3", ["latitude", "longitude"]] = HARTFORD
    put(broken, to_csv(half), name="half.csv")
    left = broken.quarantine("EMS")
    assert sorted(left["case number"]) == ["4", "5"]
    put(broken, to_csv(mended(given_out(broken))), name="rest.csv")
    assert numbers(broken) == ["1", "2", "3", "4", "5"]
    assert broken.quarantine("EMS").empty


def test_lines_that_come_back_unchanged_stay_as_they_were(broken):
    before = broken.records("EMS")
    outcome = put(broken, to_csv(given_out(broken)), name="not mended.csv")
    assert outcome.done.changed == outcome.done.added == 0
    assert any("1 line came back as it was" in note for note in outcome.notes)
    after = broken.records("EMS")
    key = "record_id"
    pd.testing.assert_frame_equal(
        after.table.drop(columns="source_row").sort_values(key, ignore_index=True),
        before.table.drop(columns="source_row").sort_values(key, ignore_index=True),
    )
    assert after.report.rows_read == before.report.rows_read
    assert sum(after.report.dropped.values()) == 1


def test_titles_and_totals_given_out_do_not_become_incidents(store):
    content = csv(case("1"), case("2"), ("", "", "", "", "", ""), ("Total", "", "", "", "", "2"))
    put(store, b"Calls of March\n\n" + content)
    table = given_out(store)
    assert len(table) == 4  # title, two blank lines, total
    with pytest.raises(StoreError, match="No line"):
        put(store, to_csv(table), name="back.csv")
    table.loc[len(table)] = ["", "", "", *case("3")]
    put(store, to_csv(table), name="back.csv")
    assert numbers(store) == ["1", "2", "3"]
    assert store.records("EMS").report.rows_read == 7


def test_lines_without_a_number_keep_what_they_were_called(store):
    header = ("incident date", "latitude", "longitude", "drug")
    lost = ("2020-03-01", "", "", "heroin")
    wide = ("2020-03-02", *HARTFORD, "heroin", "more")
    put(store, csv(("2020-03-03", *HARTFORD, "meth"), lost, lost, wide, header=header))
    ids = set(store.records("EMS").table["record_id"])
    table = given_out(store)
    table[["latitude", "longitude"]] = HARTFORD
    table["cell 5"] = ""
    put(store, to_csv(table), name="fixed.csv")
    records = store.records("EMS")
    assert records.incidents == 4
    assert ids < set(records.table["record_id"])
    assert (records.table["geoid"] == "09003").all()
    again = table.assign(drug="cocaine")
    put(store, to_csv(again), name="again.csv")
    assert set(store.records("EMS").table["record_id"]) == set(records.table["record_id"])


def test_a_mend_outlasts_later_files_that_still_hold_the_line_as_it_was(broken):
    put(broken, to_csv(mended(given_out(broken))), name="fixed.csv")
    lost = ("3", "2020-03-01", "", "", "heroin", "fatal")
    never = ("4", "", *HARTFORD, "fentanyl", "fatal")  # restated by the source, still without day
    put(broken, csv(case("1"), case("2"), lost, never, case("6")), name="next.csv")
    table = broken.records("EMS").table.set_index("record_id")
    assert table.loc["3", "geoid"] == "09003"
    assert table.loc["4", "drugs"] == "|fentanyl|"
    assert sorted(table.index) == ["1", "2", "3", "4", "5", "6"]
    assert broken.quarantine("EMS")["case number"].tolist() == ["4"]


def test_undone_a_mend_gives_back_what_was(broken):
    before = broken.records("EMS").table
    table = mended(given_out(broken))
    number = put(broken, to_csv(table), name="fixed.csv").done.number
    broken.undo(number)
    pd.testing.assert_frame_equal(broken.records("EMS").table, before)
    assert len(broken.quarantine("EMS")) == 3
    broken.redo(number)
    said = broken.undo(1)  # what was mended counts no more either
    assert broken.records("EMS").incidents == 0
    words = "3 lines of import 2 were mended from it and no longer count either"
    assert said == (f"{words}, until import 1 counts again.",)
    assert [one.waits_for for one in broken.sources()[0].imports] == [(), (1,)]
    broken.redo(1)
    assert broken.records("EMS").incidents == 5
    assert [one.waits_for for one in broken.sources()[0].imports] == [(), ()]


def test_an_incident_of_several_lines_comes_back_whole(store):
    lines = [("7", "2020-03-01", "", "", drug, "fatal") for drug in ("heroin", "cocaine")]
    put(store, csv(case("1"), *lines))
    table = given_out(store)
    assert len(table) == 2
    whole = table.copy()
    whole[["latitude", "longitude"]] = HARTFORD
    put(store, to_csv(whole), name="whole.csv")
    found = store.records("EMS").table.set_index("record_id").loc["7"]
    assert (found["drugs"], found["geoid"], found["parts"]) == ("|cocaine|heroin|", "09003", 2)
    store.undo(2)
    put(store, to_csv(whole.iloc[:1]), name="one line.csv")
    found = store.records("EMS").table.set_index("record_id").loc["7"]
    assert (found["drugs"], found["geoid"], found["parts"]) == ("|cocaine|heroin|", "09003", 2)
    assert sorted(store.lines("EMS", ["7"])["drug"]) == ["cocaine", "heroin"]


def test_a_new_line_among_mended_ones_is_a_new_incident(broken):
    table = mended(given_out(broken))
    new = dict.fromkeys(table.columns, "") | dict(
        zip(("case number", "incident date", "latitude", "longitude"), case("9"), strict=False)
    )
    table = pd.concat([table, pd.DataFrame([new])], ignore_index=True)
    put(broken, to_csv(table), name="fixed.csv")
    assert numbers(broken) == ["1", "2", "3", "4", "5", "9"]
    assert broken.records("EMS").report.rows_read == 6


def test_mended_lines_know_their_source(broken, tmp_path):
    table = mended(given_out(broken))
    raw = as_data(open_table(to_csv(table), "fixed.csv"))
    assert "quarantine_of" not in raw.columns
    assert broken.source_like(raw) == "EMS"
    with pytest.raises(StoreError, match="another source"):
        put(broken, to_csv(table), source="Police")
    table["quarantine_of"] = "x"
    with pytest.raises(StoreError, match="was changed in 3 rows"):
        as_data(open_table(to_csv(table), "fixed.csv"))
    other = open_store(tmp_path / "other", load.locator())
    put(other, csv(case("1"), case("2")))
    with pytest.raises(StoreError, match="another source or store"):
        put(other, to_csv(mended(given_out(broken))))


def test_columns_that_are_called_like_ours(store):
    header = ("case number", "incident date", "city", "reason", "source_row", "record_id")
    good = ("2", "2020-01-01", "Hartford, CT", "", "", "")
    put(store, csv(good, ("1", "2020-01-01", "", "why", "12", "x"), header=header))
    table = given_out(store)
    assert len(table) == 1
    table["city"] = "Hartford, CT"
    put(store, to_csv(table), name="fixed.csv")
    records = store.records("EMS")
    assert records.incidents == 2
    assert set(records.table["geoid"]) == {"09003"}
    assert store.lines("EMS", ["1"]).iloc[0].tolist()[3:] == [
        "1", "2020-01-01", "Hartford, CT", "why", "12", "x",
    ]  # fmt: skip


def test_cells_that_a_spreadsheet_would_run_come_back_as_they_were(store):
    header = ("case number", "incident date", "latitude", "longitude", "note")
    good = ("2", "2020-01-01", *HARTFORD, "")
    put(store, csv(good, ("1", "2020-01-01", "", "", "=HYPERLINK(A1)"), header=header))
    table = given_out(store)
    assert table.loc[0, "note"] == "'=HYPERLINK(A1)"
    table[["latitude", "longitude"]] = HARTFORD
    put(store, to_csv(table), name="fixed.csv")
    assert store.lines("EMS", ["1"])["note"].tolist() == ["=HYPERLINK(A1)"]


def test_counts_of_areas_are_mended_too(store):
    header = ("county", "state", "year", "deaths")
    put(store, csv(("Hartford", "CT", "2018", "7"), ("Hartfrd", "CT", "2018", "3"), header=header))
    table = given_out(store)
    assert table["reason"].tolist() == ["no usable place"]
    table["county"] = "Tolland"
    put(store, to_csv(table), name="fixed.csv")
    records = store.records("EMS")
    assert records.incidents == 10
    assert sorted(records.table["geoid"]) == ["09003", "09013"]
