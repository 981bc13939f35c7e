"""The shell, as a person uses it: files in, files out, exit codes; once as a process of its own."""

import csv
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pyogrio
import pytest
import rasterio
from click.testing import CliRunner, Result

import cli
from boundaries import build as building
from boundaries import registry
from geo.errors import BoundaryError
from geo.schema import PRECISIONS
from geo.settings import ROOT
from maps import export


def atlas(*args: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(ROOT / "cli.py"), *map(str, args)],
        capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip


def called(*args: str | Path) -> Result:
    """The same in this process: it need not load anything, and what it calls can be changed."""
    return CliRunner().invoke(cli.main, [str(arg) for arg in args])


def refused(result: Result) -> str:
    """The one sentence a person reads, its hint included."""
    assert result.exit_code == 2, (result.output, result.exception)
    last = result.stderr.strip().splitlines()[-1]
    assert last.startswith("Error: ")
    assert "Traceback" not in result.stderr
    return last


@pytest.fixture
def columbus(tmp_path) -> Path:
    """Eighty overdoses made by hand around Columbus, Ohio."""
    at = np.random.default_rng(4).normal((39.97, -82.99), 0.05, (80, 2))
    rows = [f"2018-{i % 12 + 1:02}-01,{lat:.5f},{lon:.5f}" for i, (lat, lon) in enumerate(at)]
    path = tmp_path / "columbus.csv"
    path.write_text("\n".join(["date,latitude,longitude", *rows]) + "\n")
    return path


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
    again = called(
        "hotspots", shared_data / "incidents" / "ct_accidental_drug_deaths_2012_2018.csv",
        "--study", folder / "layers.gpkg", "--report", tmp_path / "again.json",
    )  # fmt: skip
    assert again.exit_code == 0, again.output
    assert json.loads((tmp_path / "again.json").read_text())["areas"] == report["areas"]


def test_density_from_the_shell(shared_data, tmp_path):
    done = called(
        "density", shared_data / "incidents" / "cook_county_me_opioid.csv",
        "--out", tmp_path / "density.tif", "--report", tmp_path / "report.json",
    )  # fmt: skip
    assert done.exit_code == 0, done.output
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
    done = called(
        "hotspots", shared_data / "incidents" / "cdc_wonder_county_opioid_deaths_2006_2012.txt",
        "--level", "county", "--report", tmp_path / "report.json",
    )  # fmt: skip
    assert done.exit_code == 0, done.output
    report = json.loads((tmp_path / "report.json").read_text())
    assert report["rows_read"] == 3_147 + 87  # SOURCES: counties and footer lines
    assert sum(report["dropped"].values()) == 87
    raw = shared_data / "incidents" / "cdc_wonder_county_opioid_deaths_2006_2012.txt"
    with raw.open(encoding="utf-8-sig", newline="") as file:
        said = {row["County Code"]: row["Deaths"] for row in csv.DictReader(file, delimiter="\t")}
    assert sum(deaths == "Suppressed" for deaths in said.values()) == 1_584  # SOURCES
    assert sum(deaths == "Missing" for deaths in said.values()) == 6  # SOURCES
    areas = {a["geoid"]: a for a in report["areas"]}
    missing = {code for code, area in areas.items() if area["count"] is None}
    # Old codes, all hidden, under the codes of 2016 (Census Bureau, "Substantial Changes to
    # Counties"): Oglala Lakota, Kusilvak, and Bedford County with what was Bedford city.
    renamed = {"46102": "46113", "02158": "02270", "51019": "51515"}
    assert {said[old] for old in renamed.values()} == {"Suppressed"}
    hidden = {code for code in areas if said.get(code) in {"Suppressed", "Missing"}}
    assert len(hidden) == 1_578 + 5  # 6 suppressed codes and 1 missing one left the map by 2016
    assert missing == hidden | set(renamed)
    assert {code: areas[code]["count"] for code in areas if code not in missing} == {
        code: int(said[code]) for code in areas if code not in missing
    }
    assert all(areas[code]["class"] is None for code in missing)


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
    done = called("hotspots", tmp_path / name)
    refused(done)
    assert "passwd" not in done.stderr


def test_a_process_ends_with_2_and_one_clear_message(tmp_path):
    (tmp_path / "empty.csv").write_bytes(b"")
    done = atlas("hotspots", tmp_path / "empty.csv")
    assert (done.returncode, done.stdout) == (2, "")
    assert "Traceback" not in done.stderr
    assert done.stderr.splitlines()[-1].startswith("Error: The file is empty.")


def test_help_and_refusals_wait_for_nothing_heavy(tmp_path):
    """Each of these takes a third of a second and more to load."""
    heavy = {"scipy", "matplotlib", "folium", "rasterio", "geo.ingest", "geo.store"}
    asked = f"""
import sys
from click.testing import CliRunner
import cli
for args in ("--help", "hotspots --help", "density --help", "geocode index --help", "import none",
             "store --help", "boundaries --help", "hotspots none.csv", "density --k 3", "nonsense"):
    done = CliRunner().invoke(cli.main, args.split())
    assert done.exit_code == (0 if "help" in args else 2), (args, done.output)
print(sorted(set({heavy!r}) & set(sys.modules)))
"""
    done = subprocess.run(
        [sys.executable, "-c", asked], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout == "[]\n"


def test_help_names_every_ending_a_file_may_have():
    said = " ".join(called("hotspots", "--help").output.split())
    assert f"by its ending: {', '.join(export.FORMATS.values())}." in said


def test_no_cell_of_a_bad_file_is_repeated(tmp_path):
    cells = ["12 Secret Lane", "Zyzzyville", "not-a-day", "Quux", "987654321"]
    lines = ["where,date,state,count", ",".join([*cells[:1], cells[2], cells[3], cells[4]])] * 3
    for name, text in (
        ("values.csv", "\n".join(lines)),
        ("points.csv", f"date,latitude,longitude\n{cells[2]},{cells[4]},{cells[3]}\n" * 2),
        ("places.csv", f"date,city,state\n{cells[2]},{cells[1]},{cells[3]}\n" * 3),
    ):
        (tmp_path / name).write_text(text)
        done = called("hotspots", tmp_path / name)
        refused(done)
        assert not [cell for cell in cells if cell.casefold() in done.output.casefold()], name


def test_unknown_file_and_unknown_ending(tmp_path):
    assert called("hotspots", tmp_path / "none.csv").exit_code == 2
    (tmp_path / "a.csv").write_text("date,latitude,longitude\n2024-01-01,41.8,-87.6\n")
    assert called("hotspots", tmp_path / "a.csv", "--out", tmp_path / "a.exe").exit_code == 2


def test_boundaries_are_as_the_manifest_says():
    done = called("boundaries", "verify")
    assert done.exit_code == 0, done.output
    assert "counties.parquet" in called("boundaries", "list").stdout


# --- what is written never destroys what is read


def test_an_output_never_overwrites_an_input(columbus, tmp_path):
    before = columbus.read_bytes()
    link = tmp_path / "link.png"
    link.symlink_to(columbus)
    hard = tmp_path / "hard.png"
    hard.hardlink_to(columbus)
    study = tmp_path / "study.json"
    study.write_text('{"states": ["OH"]}')
    for flags in (
        ("--report", columbus), ("--report", tmp_path / "." / "columbus.csv"), ("--out", link),
        ("--out", hard), ("--study", study, "--report", study),
    ):  # fmt: skip
        refused(called("hotspots", columbus, *flags))
    assert columbus.read_bytes() == before
    assert study.read_text() == '{"states": ["OH"]}'


def test_two_outputs_have_two_paths(columbus, tmp_path):
    twice = tmp_path / "a.geojson"
    assert "same path" in refused(called("hotspots", columbus, "--out", twice, "--out", twice))
    assert "same path" in refused(called("hotspots", columbus, "--out", twice, "--report", twice))
    assert not twice.exists()


@pytest.mark.parametrize(("method", "name"), [
    ("hotspots", "a.tif"), ("hotspots", "a.exe"), ("hotspots", "a.csv"), ("density", "a.shp"),
    ("hotspots", "folder.gpkg"), ("density", "none/a.tif"),
])  # fmt: skip
def test_an_output_that_cannot_be_written_is_refused_before_anything_is_read(
    columbus, tmp_path, method, name
):
    (tmp_path / "folder.gpkg").mkdir()
    done = called(method, columbus, "--out", tmp_path / name)
    refused(done)
    assert "Reading" not in done.stderr


def test_a_failed_write_leaves_the_old_file_whole(columbus, tmp_path, monkeypatch):
    old = tmp_path / "map.geojson"
    old.write_text("old")

    def full(path, content):
        raise OSError(28, "No space left on device", str(path))

    monkeypatch.setattr(Path, "write_bytes", full)
    done = called("hotspots", columbus, "--level", "county", "--out", old)
    assert "No space left on device" in refused(done)
    assert old.read_text() == "old"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["columbus.csv", "map.geojson"]


# --- studies, states and handling levels


@pytest.mark.parametrize("text", [
    "5", "[]", "not json", '{"states": 5}', '{"min_count": "5"}', '{"cell_m": "wide"}',
    '{"states": ["ZZ"]}', '{"hidtas": ["Nowhere"]}', '{"color": "red"}', '{"start": "soon"}',
])  # fmt: skip
def test_a_bad_study_file_is_refused_before_the_records_are_read(columbus, tmp_path, text):
    (tmp_path / "study.json").write_text(text)
    done = called("hotspots", columbus, "--study", tmp_path / "study.json")
    refused(done)
    assert "Reading" not in done.stderr


def test_states_by_name_and_unknown_places(columbus, tmp_path):
    for state in ("oh", "Ohio", "OH"):
        report = tmp_path / f"{state}.json"
        done = called("hotspots", columbus, "--state", state, "--level", "county",
                      "--report", report)  # fmt: skip
        assert done.exit_code == 0, done.stderr
        assert json.loads(report.read_text())["study"]["states"] == ["OH"]
    for flag, value in (("--state", "Ontario"), ("--hidta", "Nowhere")):
        done = called("hotspots", columbus, flag, value)
        assert value not in refused(done)
        assert "Reading" not in done.stderr
    assert called("hotspots", columbus, "--min-count", "0").exit_code == 2


def test_a_study_file_never_lowers_the_handling_level(columbus, tmp_path):
    report = tmp_path / "report.json"
    levels = {}
    for level in ("public", "cui", "les"):  # the records are CUI
        (tmp_path / "study.json").write_text(json.dumps({"handling": level}))
        done = called("hotspots", columbus, "--study", tmp_path / "study.json", "--report", report)
        assert done.exit_code == 0, done.stderr
        levels[level] = json.loads(report.read_text())["study"]["handling"]
    assert levels == {"public": "cui", "cui": "cui", "les": "les"}


def test_other_data_than_the_study_was_made_from_is_said(columbus, tmp_path):
    report, note = tmp_path / "report.json", "these are not the data of that study"
    assert called("hotspots", columbus, "--report", report).exit_code == 0
    same = called("hotspots", columbus, "--study", report)
    assert same.exit_code == 0
    assert note not in same.stderr
    lines = columbus.read_text().splitlines()
    other = tmp_path / "other.csv"
    other.write_text("\n".join(lines[:-5]) + "\n")
    done = called("hotspots", other, "--study", report)
    assert done.exit_code == 0, done.stderr
    assert note in done.stderr


def test_errors_of_every_command_end_with_2(monkeypatch):
    def broken(*_):
        raise BoundaryError("The packages are not installed.", "Install them.")

    monkeypatch.setattr(building, "build", broken)
    monkeypatch.setattr(registry, "verify", broken)
    for command in ("build", "verify"):
        assert refused(called("boundaries", command)).endswith("Install them.")


@pytest.mark.parametrize(
    ("asked", "idle"),
    [
        ("density --versus people --half-life-days 30 --kernel disc", "--kernel, --half-life-days"),
        ("density --control-outcome fatal", "--control-outcome"),
        ("density --versus streets --pixel-m 20", "--pixel-m"),
        ("hotspots --level county --cell-m 3000", "--cell-m"),
    ],
)
def test_flags_that_would_not_count_are_refused(tmp_path, asked, idle):
    file = tmp_path / "calls.csv"
    file.write_text("date,latitude,longitude\n2024-01-01,39.9,-83\n")
    done = CliRunner().invoke(cli.main, [*asked.split(), str(file)])
    assert done.exit_code == 2
    assert f"No part is played by {idle} with" in done.output


def test_a_width_of_cells_counts_where_the_data_choose_cells(shared_data):
    """Cook County's coordinates ask for hexagons, whatever a study starts with."""
    file = shared_data / "incidents" / "cook_county_me_opioid.csv"
    done = CliRunner().invoke(cli.main, ["hotspots", str(file), "--cell-m", "2000", "--no-judge"])
    assert done.exit_code == 0, done.output
    assert "hexagons" in done.output
