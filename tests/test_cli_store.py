"""The store from the shell: import, look, undo, mend, back up; studies of what it holds."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner, Result

import cli
from geo.settings import ROOT
from tests.store_files import HARTFORD, case, csv


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


def test_undo_redo_changes_and_remove(ems, folder):
    done("import", ems, "--source", "EMS")
    other = folder / "b.csv"
    other.write_bytes(csv(case("1", "2020-01-02", ("41.701", "-72.685"), "cocaine"), case("99")))
    done("import", other, "--source", "EMS")
    changes = {tuple(line.split("\t")) for line in done("store", "changes", "2").splitlines()}
    assert changes == {("1", "drugs", "|heroin|", "|cocaine|"), ("99", "record_id", "", "99")}
    done("store", "undo", "2")
    assert done("store", "list").split("\t")[1] == "60"
    done("store", "redo", "2")
    assert done("store", "list").split("\t")[1] == "61"
    assert CliRunner().invoke(cli.main, ["store", "remove", "EMS"], input="n\n").exit_code == 1
    done("store", "remove", "EMS", "--yes")
    assert done("store", "list") == ""


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
