"""The shell, as a person uses it: a process, files in, files out, exit codes."""

import csv
import json
import subprocess
import sys
from pathlib import Path

import pyogrio
import pytest
import rasterio

from geo.schema import PRECISIONS
from geo.settings import ROOT


def atlas(*args: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(ROOT / "cli.py"), *map(str, args)],
        capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip


@pytest.fixture(scope="session")
def connecticut(shared_data, tmp_path_factory) -> tuple[dict, Path]:
    """The Connecticut deaths, by county, with a report and layers."""
    folder = tmp_path_factory.mktemp("ct")
    done = atlas(
        "hotspots", shared_data / "incidents" / "ct_accidental_drug_deaths_2012_2018.csv",
        "--level", "county", "--state", "CT",
        "--out", folder / "layers.gpkg", "--out", folder / "map.html",
        "--report", folder / "report.json",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stdout == ""  # progress goes to the error stream
    return json.loads((folder / "report.json").read_text()), folder


def test_report_accounts_for_every_row(connecticut, shared_data):
    report, _ = connecticut
    raw = shared_data / "incidents" / "ct_accidental_drug_deaths_2012_2018.csv"
    with raw.open(encoding="utf-8-sig", newline="") as file:
        rows = sum(1 for _ in csv.DictReader(file))  # counted by the csv module: 5,105
    assert report["rows_read"] == rows
    assert report["kept"] + sum(report["dropped"].values()) == rows
    assert sum(report["precision"].values()) == report["kept"]
    assert set(report["precision"]) <= set(PRECISIONS)
    assert sum(report["classes"].values()) == 8  # Connecticut has eight legacy counties
    for parameter in report["parameters"]:
        assert parameter["name"], parameter
        assert parameter["reason"], parameter


def test_a_state_centroid_never_makes_middlesex_hot(connecticut, shared_data):
    """The middle of the state lies in Middlesex County; no death may be counted there for that."""
    report, _ = connecticut
    raw = shared_data / "incidents" / "ct_accidental_drug_deaths_2012_2018.csv"
    towns = {
        "CHESTER",
        "CLINTON",
        "CROMWELL",
        "DEEP RIVER",
        "DURHAM",
        "EAST HADDAM",
        "EAST HAMPTON",
        "ESSEX",
        "HADDAM",
        "KILLINGWORTH",
        "MIDDLEFIELD",
        "MIDDLETOWN",
        "OLD SAYBROOK",
        "PORTLAND",
        "WESTBROOK",
    }  # fmt: skip  (the fifteen towns of Middlesex County: CT State Register and Manual)
    with raw.open(encoding="utf-8-sig", newline="") as file:
        named = sum(
            any(row[c].strip().upper() in towns for c in ("InjuryCity", "DeathCity"))
            or any(row[c].strip().upper() == "MIDDLESEX" for c in ("InjuryCounty", "DeathCounty"))
            for row in csv.DictReader(file)
        )
    middlesex = next(a for a in report["areas"] if a["geoid"] == "09007")
    assert 0 < middlesex["count"] <= named
    assert middlesex["class"] < 1


def test_layers_open_in_gdal_and_carry_the_study(connecticut, shared_data, tmp_path):
    report, folder = connecticut
    names = [name for name, _ in pyogrio.list_layers(folder / "layers.gpkg")]
    areas = pyogrio.read_dataframe(folder / "layers.gpkg", layer=names[0])
    assert areas["count"].sum() == sum(a["count"] for a in report["areas"])
    again = atlas(
        "hotspots", shared_data / "incidents" / "ct_accidental_drug_deaths_2012_2018.csv",
        "--study", folder / "layers.gpkg", "--report", tmp_path / "again.json",
    )  # fmt: skip
    assert again.returncode == 0, again.stderr
    assert json.loads((tmp_path / "again.json").read_text())["areas"] == report["areas"]


def test_density_from_the_shell(shared_data, tmp_path):
    done = atlas(
        "density", shared_data / "incidents" / "cook_county_me_opioid.csv",
        "--out", tmp_path / "density.tif", "--report", tmp_path / "report.json",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    report = json.loads((tmp_path / "report.json").read_text())
    assert report["rows_read"] == 12_321  # SOURCES: 12,321 rows
    with rasterio.open(tmp_path / "density.tif") as raster:
        values = raster.read(1, masked=True)
        area = abs(raster.transform.a * raster.transform.e) / 1e6
        assert values.min() >= 0
        # A density adds up to the incidents it was given, less what lies beyond the edge.
        points = sum(n for code, n in report["precision"].items() if code in {"00", "01"})
        assert 0.9 * points < float(values.sum()) * area <= 1.001 * points


def test_suppressed_deaths_are_missing_not_zero(shared_data, tmp_path):
    done = atlas(
        "hotspots", shared_data / "incidents" / "cdc_wonder_county_opioid_deaths_2006_2012.txt",
        "--level", "county", "--report", tmp_path / "report.json",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    report = json.loads((tmp_path / "report.json").read_text())
    assert report["rows_read"] == 3_147 + 87  # SOURCES: counties and footer lines
    assert sum(report["dropped"].values()) == 87
    missing = [a for a in report["areas"] if a["count"] is None]
    assert len(missing) >= 1_500  # 1,584 of the file are suppressed; some codes are not on our map
    assert all(a["class"] is None or a["z"] is not None for a in report["areas"])


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("empty.csv", b""),
        ("header.csv", b"date,latitude,longitude\n"),
        ("nothing.csv", b"a,b\n1,2\n3,4\n"),
        ("binary.csv", bytes(range(256)) * 40),
        ("trap.geojson", b'<OGRVRTDataSource><OGRVRTLayer name="passwd"/></OGRVRTDataSource>'),
        ("not.xlsx", b"PK\x03\x04 no workbook"),
    ],
)
def test_bad_input_ends_with_2_and_one_clear_message(tmp_path, name, content):
    (tmp_path / name).write_bytes(content)
    done = atlas("hotspots", tmp_path / name)
    assert done.returncode == 2, (done.stdout, done.stderr)
    assert "Traceback" not in done.stderr
    last = done.stderr.strip().splitlines()[-1]
    assert last.startswith("Error: ")


def test_unknown_file_and_unknown_ending(tmp_path):
    assert atlas("hotspots", tmp_path / "none.csv").returncode == 2
    (tmp_path / "a.csv").write_text("date,latitude,longitude\n2024-01-01,41.8,-87.6\n")
    assert atlas("hotspots", tmp_path / "a.csv", "--out", tmp_path / "a.exe").returncode == 2


def test_boundaries_are_as_the_manifest_says():
    done = atlas("boundaries", "verify")
    assert done.returncode == 0, done.stderr
    assert "counties.parquet" in atlas("boundaries", "list").stdout
