"""Density along streets end to end: on the streets of a real county, by independent counts."""

import io
import json
import zipfile
from dataclasses import replace
from datetime import date
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import pyproj
import pytest
import shapely
from click.testing import CliRunner

from analysis import network_walks
from analysis import report as reports
from analysis.map_check import check_map
from analysis.run import run
from analysis.street_result import DENSITY, LENGTH, PER_LENGTH, STRETCH
from analysis.study import Study
from boundaries import load, streets
from boundaries.roads import roads_of, vintages
from cli import main
from geo import schema
from geo.errors import BoundaryError, StudyError
from maps import export, specs
from tests.records_made import records

PERQUIMANS = "37143"
ALONG = Study(method="density", versus="streets", bandwidth_m=300, states=("NC",))


@pytest.fixture(scope="module")
def home(shared_data, tmp_path_factory) -> Path:
    """A user's folder with the streets of one county."""
    folder = tmp_path_factory.mktemp("home")
    tiger = shared_data / "geocoding" / "tiger_nc37143" / "tl_2020_37143_edges.shp"
    streets.add_files([tiger], folder / "streets")
    return folder


@pytest.fixture(autouse=True)
def at_home(home, monkeypatch) -> None:
    monkeypatch.setenv("HRS_ATLAS_DATA", str(home))


@pytest.fixture(scope="module")
def on_streets(home):
    """120 incidents in the middle of pieces of street, 60 of them on Market St; seeded."""
    there = roads_of([PERQUIMANS], home / "streets")
    rng = np.random.default_rng(5)
    market = np.flatnonzero(there.names == "Market St")
    at = np.r_[rng.choice(market, 60), rng.choice(len(there.lines), 60)]
    place = shapely.line_interpolate_point(there.lines[at], 0.5, normalized=True)
    return _records(shapely.get_coordinates(place))


def _records(lonlat, **same):
    geoid = load.locator().locate(lonlat[:, 0], lonlat[:, 1])
    rows = [
        {schema.LON: x, schema.LAT: y, schema.GEOID: g, schema.PRECISION: "03"} | same
        for (x, y), g in zip(lonlat, geoid, strict=True)
        if g == PERQUIMANS
    ]
    return records(rows)


def test_density_times_length_adds_up_to_the_events(on_streets):
    for kernel, unit in (("quartic", "km2"), ("epanechnikov", "mi2")):
        found = run(replace(ALONG, kernel=kernel, unit=unit), [on_streets])
        mass = float((found.pieces[DENSITY] * found.pieces[LENGTH]).sum())
        assert mass == pytest.approx(len(on_streets.table), rel=1e-4)
        assert found.pieces[schema.COUNT].sum() == len(on_streets.table) == found.tally["used"]


def test_half_of_evenly_strewn_events_happen_on_half_of_the_streets(home):
    """By symmetry: no event lies where the others made a street bright."""
    lines = roads_of([PERQUIMANS], home / "streets").lines
    length = shapely.length(lines)
    rng = np.random.default_rng(0)
    on = rng.choice(len(lines), 3000, p=length / length.sum())
    place = shapely.line_interpolate_point(lines[on], rng.uniform(0, 1, 3000), normalized=True)
    finding = run(ALONG, [_records(shapely.get_coordinates(place))]).finding
    assert 45 <= float(finding.split(" happened on ")[1].split("%")[0]) <= 55


def test_a_bandwidth_too_narrow_for_the_streets_is_said(home):
    """300 events on 690 km of street: within 20 m hardly one has another."""
    lines = roads_of([PERQUIMANS], home / "streets").lines
    middles = shapely.line_interpolate_point(lines, 0.5, normalized=True)
    some = shapely.get_coordinates(middles[:: max(1, len(lines) // 300)])
    found = run(replace(ALONG, bandwidth_m=20.0), [_records(some)])
    assert found.finding.startswith("With a bandwidth of 20 m the ")
    assert "to say on how little of the length of the streets half of them" in found.finding


def test_a_mile_holds_as_many_more_as_it_is_longer(on_streets):
    in_km, in_miles = (run(replace(ALONG, unit=u), [on_streets]) for u in ("km2", "mi2"))
    ratio = in_miles.pieces[DENSITY].to_numpy() / in_km.pieces[DENSITY].to_numpy()
    np.testing.assert_allclose(ratio, 1.609344)  # NIST Handbook 44, appendix C


def test_the_street_with_most_events_comes_first_and_its_figures_can_be_counted(on_streets):
    found = run(ALONG, [on_streets])
    first = found.stretches.iloc[0]
    assert first["name"] == "Market St"
    geod = pyproj.Geod(ellps="GRS80")
    metres = geod.geometry_length(first.geometry)
    assert first[LENGTH] == pytest.approx(metres / 1000, rel=2e-3)
    table = on_streets.table
    points = shapely.points(table[schema.LON], table[schema.LAT])
    on_it = int((shapely.distance(points, first.geometry) < 1e-5).sum())  # a meter
    assert first["count"] == on_it
    assert first[PER_LENGTH] == pytest.approx(on_it / (metres / 1000), rel=2e-3)
    assert first["share"] == pytest.approx(on_it / len(table))
    own = found.pieces[found.pieces[STRETCH] == "stretch-1"]
    assert own[LENGTH].sum() == pytest.approx(first[LENGTH])
    assert (own["name"] == "Market St").all()
    assert own.index.str.startswith("stretch-1.").all()
    assert "Market St" in found.finding


def test_streets_that_stand_out_are_the_least_length_with_half_of_the_density(on_streets):
    found = run(replace(ALONG, min_count=1), [on_streets])
    pieces = found.pieces.sort_values(DENSITY, ascending=False)
    mass = (pieces[DENSITY] * pieces[LENGTH]).cumsum() / len(on_streets.table)
    level = pieces[DENSITY].iloc[int(np.searchsorted(mass, 0.5))]
    lit = pieces[pieces[DENSITY] >= level * (1 + 1e-9)]
    # Stretches without an event of their own are not listed, all others are.
    assert found.stretches["count"].min() >= 1
    assert set(lit.loc[lit["count"] > 0, STRETCH]) == set(found.stretches.index)


def test_only_records_at_street_level_take_part(on_streets):
    coarse = replace(
        on_streets, table=on_streets.table.assign(**{schema.PRECISION: "09"}), digest="coarse"
    )
    found = run(ALONG, [on_streets, coarse])
    number = len(on_streets.table)
    assert found.tally["used"] == found.tally["too_coarse"] == number
    assert found.tally["records"] == sum(n for k, n in found.tally.items() if k != "records")
    assert any("placed only by ZIP code, town or county" in said for said in found.warnings)
    assert any("50%" in said for said in found.warnings)


def test_few_events_are_warned_of(on_streets):
    three = replace(on_streets, table=on_streets.table.head(3), digest="three")
    assert "Only 3 events in all: small counts, unsure map." in run(ALONG, [three]).warnings


def test_events_far_from_every_street_are_left_out_and_told(on_streets):
    there = shapely.union_all(roads_of([PERQUIMANS]).lines)
    county = load.counties().geometry[PERQUIMANS]
    west, south, east, north = county.bounds
    rng = np.random.default_rng(2)
    places = rng.uniform((west, south), (east, north), (500, 2))
    places = places[shapely.contains_xy(county, places)]
    woods = places[np.argmax(shapely.distance(shapely.points(places), there))]
    assert shapely.distance(shapely.Point(woods), there) > 0.003  # over 200 m
    found = run(ALONG, [on_streets, _records(woods[None])])
    assert found.tally["far_from_streets"] == 1
    assert any("from any named street" in said for said in found.warnings)


def test_counties_whose_streets_are_not_known_are_left_out_and_told(on_streets):
    elsewhere = records(
        [{schema.LON: -78.64, schema.LAT: 35.78, schema.GEOID: "37183", schema.PRECISION: "00"}]
    )
    found = run(ALONG, [on_streets, elsewhere])
    assert found.tally["street_not_known"] == 1
    assert any("whose streets are not indexed" in said for said in found.warnings)
    with pytest.raises(StudyError, match="No record lies in a county whose streets"):
        run(ALONG, [elsewhere])


def test_without_an_index_it_says_what_to_do(on_streets, tmp_path, monkeypatch):
    monkeypatch.setenv("HRS_ATLAS_DATA", str(tmp_path))
    assert vintages() == ()
    with pytest.raises(BoundaryError, match="Perquimans County, NC") as refused:
        run(replace(ALONG, states=()), [on_streets])
    assert "page Streets" in refused.value.hint
    assert "geocode index --county 37143" in refused.value.hint


def test_a_neighbor_with_a_few_streets_of_the_file_is_not_known():
    there = roads_of([PERQUIMANS, "37041"])  # 16 of its lines lie in Chowan County
    assert there.known == (PERQUIMANS,)
    assert there.missing == ("37041",)
    assert there.sources == ("TIGER/Line EDGES 2020",)


def test_too_many_streets_are_refused(monkeypatch):
    monkeypatch.setattr("boundaries.roads.MOST_LINES", 100)
    with pytest.raises(BoundaryError, match="too many for a map along streets"):
        roads_of([PERQUIMANS])


def test_ways_that_are_gathered_lay_the_same(on_streets, monkeypatch):
    """The exact walk against the one that joins ways which are nearly as long."""
    exact = run(ALONG, [on_streets]).pieces
    monkeypatch.setattr(network_walks, "GATHERED_ABOVE", 0)
    near = run(ALONG, [on_streets]).pieces
    both = [one.groupby(one.geometry.to_wkb())[DENSITY].sum() for one in (exact, near)]
    apart = (both[0] - both[1]).abs().max() / exact[DENSITY].max()
    assert apart < 1e-4


def test_a_map_along_streets_is_judged_by_what_came_later(on_streets):
    """Against a count by GeoPandas: later events on the densest fifth of the length."""
    table = on_streets.table.copy()
    days = pd.date_range("2023-01-01", "2023-12-31", periods=len(table)).strftime("%Y-%m-%d")
    table[schema.OCCURRED_ON] = pd.to_datetime(np.random.default_rng(1).permutation(days))
    made = replace(on_streets, table=table)
    check = check_map(ALONG, [made], periods=1)
    assert (check.measured, check.first, check.maps[0].name) == ("streets", "2023-10-01", "density")
    assert "its highest 20% of the length of the streets held" in check.sentence()

    earlier = run(replace(ALONG, end=date(2023, 9, 30)), [made])
    lines = earlier.pieces.to_crs(32119).sort_values(DENSITY, ascending=False)
    top = lines[lines[LENGTH].cumsum() <= 0.2 * earlier.total_length]
    later = table[table[schema.OCCURRED_ON] >= check.first]
    spots = gpd.GeoSeries.from_xy(later[schema.LON], later[schema.LAT], crs=4326).to_crs(32119)
    held = (spots.distance(top.union_all()) < 1).sum()
    assert check.later == len(later)
    assert check.maps[0].found.captured * check.later == pytest.approx(held, abs=2)
    assert check.maps[0].found.captured > 0.5  # half of the events are on one street, always


def test_the_study_says_which_streets(on_streets):
    found = run(ALONG, [on_streets])
    assert found.provenance["streets"] == list(vintages())
    assert Study.from_json(json.loads(json.dumps(ALONG.to_json()))) == ALONG
    plain = reports.report(found, [on_streets])
    json.dumps(plain, allow_nan=False)
    assert plain["streets"]["sum"] == pytest.approx(len(on_streets.table), rel=1e-4)
    assert plain["stretches"][0]["name"] == "Market St"


def test_the_public_is_warned_that_a_line_may_be_one_event(on_streets):
    assert not any("single event" in said for said in run(ALONG, [on_streets]).warnings)
    found = run(replace(ALONG, handling="public"), [on_streets])
    assert any("single event" in said for said in found.warnings)


# --- what is drawn and written


def _written(found, name):
    return export.write(
        found.layers(), name, study_json=found.provenance, handling="cui", finding=found.finding
    )


def test_lines_are_drawn_in_classes_without_what_is_faint(on_streets):
    found = run(ALONG, [on_streets])
    stretches, pieces = map(specs.spec, found.layers())
    bright = found.pieces[DENSITY] > 0.02 * found.pieces[DENSITY].max()
    assert len(pieces["ids"]) == int(bright.sum()) < len(found.pieces)
    assert len(pieces["palette"]) == 5
    assert stretches["ids"] == list(found.stretches.index)
    assert [one["mark"] for one in pieces["legend"]["entries"]] == ["line"] * 5


@pytest.mark.parametrize("name", ["gpkg", "geojson", "csv", "shp"])
def test_files_hold_the_lines(on_streets, tmp_path, name):
    found = run(ALONG, [on_streets])
    content = _written(found, name)
    path = tmp_path / f"lines.{export.suffix(name)}"
    path.write_bytes(content)
    if name == "gpkg":
        assert {"stretches", "street_density"} <= set(pyogrio.list_layers(path)[:, 0])
        lines = gpd.read_file(path, layer="street_density")
    elif name == "geojson":
        lines = gpd.read_file(path)
    elif name == "shp":
        lines = gpd.read_file(f"zip://{path}!street_den.shp")
    else:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            table = pd.read_csv(io.BytesIO(packed.read("street_density.csv")))
            ranked = pd.read_csv(io.BytesIO(packed.read("areas.csv")))
        assert ranked["name"][0] == "Market St"
        lines = gpd.GeoDataFrame(table, geometry=shapely.from_wkt(table["wkt"]), crs=4326)
    assert set(lines.geom_type) <= {"LineString", "MultiLineString"}
    mass = float((lines["density"] * lines["length"]).sum())
    assert mass == pytest.approx(len(on_streets.table), rel=1e-4)


@pytest.mark.parametrize("name", ["png", "html"])
def test_figures_draw_the_lines(on_streets, name):
    content = _written(run(ALONG, [on_streets]), name)
    assert len(content) > 20_000
    if name == "html":
        assert b"Market St" in content


# --- the shell's door


def test_from_the_shell(on_streets, tmp_path):
    """Files in, lines out: the same result as the study gives."""
    table = on_streets.table
    file = tmp_path / "calls.csv"
    pd.DataFrame(
        {
            "case number": range(len(table)), "incident date": "2022-03-04",
            "latitude": table[schema.LAT], "longitude": table[schema.LON], "drug": "Heroin",
        }
    ).to_csv(file, index=False)  # fmt: skip
    out, report = tmp_path / "lines.geojson", tmp_path / "report.json"
    flags = ["--versus", "streets", "--bandwidth-m", "300", "--state", "NC", "--no-judge"]
    said = CliRunner().invoke(
        main, ["density", str(file), *flags, "--out", str(out), "--report", str(report)]
    )
    assert said.exit_code == 0, said.output
    found = json.loads(report.read_text())
    same = run(ALONG, [on_streets])
    assert found["stretches"][0]["name"] == "Market St"
    assert found["stretches"][0]["count"] == same.stretches["count"].iloc[0]
    assert found["streets"]["max"] == pytest.approx(same.pieces[DENSITY].max(), rel=1e-6)
    lines = gpd.read_file(out)
    assert len(lines) == found["streets"]["pieces"]
    refused = CliRunner().invoke(main, ["density", str(file), *flags, "--out", "lines.tif"])
    assert refused.exit_code == 2
    assert "streets" in refused.output
