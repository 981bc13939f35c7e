"""The store from the shell: import, look, undo, mend, back up; studies of what it holds."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from click.testing import CliRunner, Result

import cli
from analysis import linkage
from boundaries import load
from geo import settings
from geo.settings import ROOT
from geo.store import open_store
from tests.store_files import CHICAGO, HARTFORD, case, csv


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch) -> Path:
    monkeypatch.setenv("HRS_ATLAS_DATA", str(tmp_path / "data"))
    return tmp_path


def atlas(*args: str | Path) -> Result:
    return CliRunner().invoke(cli.main, [str(arg) for arg in args])


def done(*args: str | Path) -> str:
    result = atlas(*args)
    assert result.exit_code == 0, (result.output, result.exception)
    return result.stdout


def refused(*args: str | Path) -> str:
    result = atlas(*args)
    assert result.exit_code == 2, (result.output, result.exception)
    return result.stderr.strip().splitlines()[-1]


@pytest.fixture
def ems(folder) -> Path:
    """Sixty calls, one of them without a place."""
    path = folder / "ems calls.csv"
    lost = ("60", "2020-02-01", "", "", "heroin", "fatal")
    calls = [
        case(str(n), f"2020-01-{n % 28 + 1:02}", (f"{41.7 + n / 1000:.3f}", "-72.685"))
        for n in range(59)
    ]
    path.write_bytes(csv(*calls, lost))
    return path


def test_import_list_show_and_the_same_again(ems):
    said = done("import", ems)
    assert "60 new" in said
    assert done("store", "list").split("\t")[:3] == ["ems calls", "60", "1"]
    assert "nothing was changed" in done("import", ems)
    done("import", ems, "--source", "EMS", "--handling", "les")
    assert done("store", "list").splitlines()[0] == "EMS\t60\t1\tles"
    line = done("store", "show", "EMS").split("\t")
    assert line[0] == "2"
    assert "read 60" in line
    assert line[-1].strip() == "counts"


def test_progress_goes_to_the_error_stream(ems):
    result = atlas("import", ems)
    assert result.stdout.count("\n") == 1
    for stage in ("Opening", "Reading", "Placing", "Comparing", "Writing"):
        assert stage in result.stderr


def test_a_dry_run_keeps_nothing(ems):
    said = done("import", ems, "--dry-run")
    assert "record_id\tcase number" in said
    assert done("store", "list") == ""


def test_columns_that_hold_data_and_are_not_used_are_named(folder):
    path = folder / "calls.csv"
    path.write_text(
        "case number,date,zip,patient city,shift,fax\n1,2020-01-02,06103,Kent,B,\n", "utf-8"
    )
    look = atlas("import", path, "--dry-run").stderr
    assert (
        'Not used: "patient city" (City or town: most likely where somebody lives), "shift".'
        in look
    )
    assert 'Not used: "patient city", "shift".' in atlas("import", path).stderr


def test_files_of_two_agencies_with_one_form_and_the_same_numbers_stay_apart(folder):
    days = [f"2020-01-{number:02}" for number in range(1, 6)]
    hartford, chicago, copy = (folder / name for name in ("a_ems.csv", "b_pd.csv", "copy.csv"))
    hartford.write_bytes(csv(*(case(day[-1], day) for day in days)))
    chicago.write_bytes(csv(*(case(day[-1], day, CHICAGO) for day in days)))
    copy.write_bytes(hartford.read_bytes())
    done("import", hartford)
    second = atlas("import", chicago)
    assert "Import 2 of b_pd: incidents 5 new, 0 changed" in second.stdout
    assert 'Its columns are those of "a_ems"' in second.stderr
    assert "Source\ta_ems" in done("import", copy, "--dry-run")  # the same file under any name
    assert "nothing was changed" in done("import", copy)
    forced = atlas("import", chicago, "--source", "a_ems")
    assert "Warning: 5 of 5 incidents whose case numbers were here already" in forced.stderr
    assert "undo this import" in forced.stderr


def test_a_few_incidents_in_another_county_are_no_warning(folder):
    days = [f"2020-01-{number:02}" for number in range(1, 6)]
    file = folder / "ems.csv"
    file.write_bytes(csv(*(case(day[-1], day) for day in days)))
    done("import", file)
    file.write_bytes(
        csv(*(case(d[-1], d, CHICAGO if d < "2020-01-03" else HARTFORD) for d in days))
    )
    restated = atlas("import", file)
    assert "0 new, 2 changed, 3 as before" in restated.stdout
    assert "Warning" not in restated.stderr


def test_an_import_tells_rows_folds_and_what_was_assumed(folder):
    file = folder / "calls.csv"
    rows = ["1,3/4/2020,60644", "1,3/4/2020,60644", "2,13/4/2020,60644", "3,3/14/2020,60644"]
    file.write_text("\n".join(["case number,incident date,zip", *rows, ""]))
    said = atlas("import", file)
    assert "incidents 3 new" in said.stdout
    assert "Rows: 4 read, 4 kept, 0 dropped." in said.stdout
    assert "4 rows make 3 incidents" in said.stderr
    assert "month first was assumed" in said.stderr


def test_victims_are_printed_where_the_file_numbers_them(folder):
    file = folder / "odin.csv"
    file.write_text(
        "incident_id,victim_id,incident_date,zip\n"
        "1,10,2020-03-04,60644\n1,11,2020-03-04,60644\n2,12,2020-03-05,60644\n"
    )
    assert "2 new, 0 changed, 0 as before, 3 victims in the file" in done("import", file)
    assert "victims 3" in done("store", "show", "odin")


def test_counts_of_areas_are_not_called_incidents(folder):
    file = folder / "deaths.csv"
    file.write_text(
        "County,State,Year,Deaths,Population\nBibb,AL,2020,12,20000\nLee,AL,2020,30,99\n"
    )
    said = done("import", file)
    assert "counts of areas 2 new, 0 changed, 0 as before, 42 events in the file." in said


def test_a_wrong_sheet_is_named_with_the_others(folder):
    book = openpyxl.Workbook()
    book.active.title = "Notes"
    for line in (["About", "By"], ["a list", "us"]):
        book.active.append(line)
    sheet = book.create_sheet("2024")
    for line in (["date", "zip"], ["2024-05-01", "60644"]):
        sheet.append(line)
    book.save(folder / "calls.xlsx")
    said = refused("import", folder / "calls.xlsx")
    assert '"Notes" was read' in said
    assert "--sheet" in said
    assert '"Notes", "2024"' in said
    assert "1 new" in done("import", folder / "calls.xlsx", "--sheet", "2024")


def test_undo_redo_changes_and_remove(ems, folder):
    done("import", ems, "--source", "EMS")
    other = folder / "b.csv"
    other.write_bytes(csv(case("1", "2020-01-02", ("41.701", "-72.685"), "cocaine"), case("99")))
    done("import", other, "--source", "EMS")
    changes = {tuple(line.split("\t")) for line in done("store", "changes", "2").splitlines()}
    assert changes == {
        ("1", "drugs", "Heroin", "Cocaine", "Hartford County, CT, 2020-01-02, Cocaine"),
        ("99", "record_id", "", "99", "Hartford County, CT, 2020-03-01, Heroin"),
    }
    assert done("store", "undo", "2") == "Import 2 no longer counts.\n"
    assert done("store", "list").split("\t")[1] == "60"
    done("store", "redo", "2")
    assert done("store", "list").split("\t")[1] == "61"
    assert CliRunner().invoke(cli.main, ["store", "remove", "EMS"], input="n\n").exit_code == 1
    done("store", "remove", "EMS", "--yes")
    assert done("store", "list") == ""


def test_what_was_seized_is_told_in_words(folder):
    lines = "Case Number,Seizure Date,County,State,Drug,Quantity,Unit\n"
    lines += "1,2024-01-02,Cook,IL,Heroin,12.5,GM\n1,2024-01-02,Cook,IL,Meth,2,LB\n"
    path = folder / "police.csv"
    path.write_text(lines)
    done("import", path, "--source", "Police")
    path.write_text(lines.replace("12.5", "13"))
    done("import", path, "--source", "Police")
    told = [line.split("\t") for line in done("store", "changes", "2").splitlines()]
    assert told == [
        ["1", "seized", "Heroin: 12.5 g; Methamphetamine: 2 lb",
         "Heroin: 13 g; Methamphetamine: 2 lb",
         "Cook County, IL, 2024-01-02, Heroin and Methamphetamine"]
    ]  # fmt: skip


def test_quarantine_is_written_mended_and_imported(ems, folder):
    done("import", ems, "--source", "EMS")
    out = folder / "mend.csv"
    done("store", "quarantine", "EMS", "--out", out)
    assert out.stat().st_mode & 0o077 == 0
    table = pd.read_csv(out, dtype=str, keep_default_na=False, encoding="utf-8-sig")
    assert table["case number"].tolist() == ["60"]
    table[["latitude", "longitude"]] = HARTFORD
    table.to_csv(out, index=False)
    assert "0 new, 1 changed" in done("import", out)
    assert done("store", "list").split("\t")[:2] == ["EMS", "60"]
    assert "1 line of import 2 was mended from it" in done("store", "undo", "1")
    last = done("store", "show", "EMS").splitlines()[-1]
    assert last.endswith("counts but for lines of import 1, undone")
    done("store", "redo", "1")
    assert "there already" in refused("store", "quarantine", "EMS", "--out", out)
    done("store", "quarantine", "EMS", "--out", folder / "left.csv")
    assert len(pd.read_csv(folder / "left.csv")) == 0


def test_a_mapping_is_written_and_used(ems, folder):
    done("import", ems, "--source", "EMS")
    out = folder / "columns.json"
    done("store", "mapping", "EMS", "--out", out)
    said = json.loads(out.read_text())
    assert not any(choice["samples"] for choice in said["choices"])
    said["choices"] = [c for c in said["choices"] if c["role"] != "drug"]
    out.write_text(json.dumps(said))
    result = atlas("import", ems, "--source", "EMS", "--mapping", out)
    assert "read again" in result.stderr
    (folder / "bad.json").write_text("{}")
    assert "saved choice" in refused("import", ems, "--mapping", folder / "bad.json")


def test_backup_check_and_restore(ems, folder):
    done("import", ems, "--source", "EMS")
    backup = folder / "all.zip"
    done("store", "backup", backup)
    assert "there already" in refused("store", "backup", backup)
    done("store", "remove", "EMS", "--yes")
    done("store", "restore", backup)
    assert done("store", "list").split("\t")[:2] == ["EMS", "60"]
    assert "whole" in done("store", "check")
    next((folder / "data" / "store" / "parts").iterdir()).unlink()
    assert "Restore a backup" in refused("store", "check")


def test_studies_without_files_use_the_store(ems, folder):
    assert "holds nothing" in refused("hotspots")
    done("import", ems, "--source", "EMS")
    done("import", ems, "--source", "Police")
    report = folder / "report.json"
    done("hotspots", "--level", "county", "--report", report)
    assert json.loads(report.read_text())["rows_read"] == 120
    done("hotspots", "--source", "EMS", "--level", "county", "--report", report)
    found = json.loads(report.read_text())
    assert found["rows_read"] == 60
    assert sum(area["count"] or 0 for area in found["areas"]) == 59  # one has no place
    assert "no such source" in refused("hotspots", "--source", "none")
    assert "Name one or the other" in refused("hotspots", ems, "--source", "EMS")


def test_studies_count_events_once_where_the_page_quality_says_so(ems, folder):
    """Every call is in both sources; the 59 with a place can be linked."""
    other = folder / "coroner.csv"
    other.write_bytes(ems.read_bytes())
    done("import", ems, "--source", "EMS")
    done("import", other, "--source", "coroner")
    study = ("hotspots", "--level", "county", "--no-judge")
    store = open_store(settings.store_folder(), load.locator())

    def counted(*flags: str) -> int:
        report = folder / "report.json"
        done(*study, *flags, "--report", report)
        return json.loads(report.read_text())["records"]

    assert counted() == 120
    store.set_setting(linkage.SETTING, linkage.CountOnce(("coroner", "gone"), 0.5).to_text())
    assert "count once, as chosen on the page Quality: 59 records" in atlas(*study).stderr
    assert counted() == 61
    assert counted("--each-record") == 120
    assert counted("--source", "EMS") == 60


def test_what_cannot_be_is_said_in_one_sentence(ems, folder):
    (folder / "empty.csv").write_bytes(b"")
    for args in (
        ("import", folder / "empty.csv"), ("store", "undo", "7"), ("store", "show", "none"),
        ("store", "quarantine", "none", "--out", folder / "x.csv"),
        ("store", "backup", folder / "none" / "x.zip"), ("store", "restore", ems),
        ("import", ems, "--source", " "),
    ):  # fmt: skip
        assert refused(*args).startswith("Error: "), args


@pytest.mark.skipif(os.name == "nt", reason="Ctrl-C is sent as a signal")
def test_ctrl_c_cancels(folder):
    path = folder / "many.csv"
    path.write_bytes(csv(*(case(str(n)) for n in range(60_000))))
    process = subprocess.Popen(
        [sys.executable, str(ROOT / "cli.py"), "import", str(path), "--source", "EMS"],
        stderr=subprocess.PIPE, text=True,
        # Tests run in the background inherit that SIGINT is ignored.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509  (no threads here)
    )  # fmt: skip
    for line in process.stderr:
        if "Reading" in line:
            break
    time.sleep(0.1)
    process.send_signal(signal.SIGINT)
    process.communicate()
    assert process.returncode not in {0, 2}
    assert done("store", "list") == ""
    incoming = folder / "data" / "store" / "incoming"
    assert not [one for one in incoming.glob("*") if one.is_dir()]


def test_what_was_seized_is_listed_and_added_up_by_drug(folder):
    file = folder / "seizures.csv"
    file.write_text(
        "Case Number,Seizure Date,County,State,Drug,Quantity,Unit\n"
        "7,2024-01-02,Cook,IL,Heroin,12.5,GM\n7,2024-01-02,Cook,IL,=Cocaine,2,LB\n"
    )
    done("import", file, "--source", "State police")
    out = folder / "seized.csv"
    said = done("store", "seized", "State police", "--out", out)
    assert said.splitlines() == [
        "Cocaine\tseizures 1\tmass_g 907.18474\tnot_known 0",  # 2 x 453.59237
        "Heroin\tseizures 1\tmass_g 12.5\tnot_known 0",
    ]
    table = pd.read_csv(out)
    assert table["quantity"].tolist() == [2, 12.5]
    assert table["drug_as_written"].tolist() == ["'=Cocaine", "Heroin"]  # runs in no spreadsheet
    assert out.stat().st_mode & 0o077 == 0
