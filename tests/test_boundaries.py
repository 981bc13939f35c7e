"""The shipped boundaries against the packages and tables they were made from."""

import json
import subprocess

import numpy as np
import pandas as pd
import pytest
import shapely

from boundaries import corridors, hidta, layers, load, registry, topology
from geo.errors import BoundaryError
from geo.settings import ROOT

TOPOLOGY = registry.DATA / "counties.topo.json"
CLIENT = ROOT / "node_modules" / "topojson-client" / "dist" / "topojson-client.js"


def test_files_are_as_shipped_and_small():
    assert registry.verify() == []
    registry.require()
    assert {one.name for one in registry.entries()} == {
        path.name for path in registry.DATA.iterdir() if path.name != "manifest.json"
    }
    assert sum(path.stat().st_size for path in registry.DATA.iterdir()) < 25e6
    assert TOPOLOGY.stat().st_size < 1.65e6
    for one in registry.entries():
        assert all((one.title, one.source, one.vintage, one.licence, one.attribution)), one.name


def test_damage_is_found(monkeypatch, tmp_path):
    (tmp_path / "manifest.json").write_bytes((registry.DATA / "manifest.json").read_bytes())
    (tmp_path / "corridors.csv").write_text("changed")
    monkeypatch.setattr(registry, "DATA", tmp_path)
    problems = registry.verify()
    assert "corridors.csv is not the file that was shipped." in problems
    assert "counties.parquet is missing." in problems
    with pytest.raises(BoundaryError, match="Restore"):
        registry.require()
    with pytest.raises(BoundaryError):
        registry.read_bytes("corridors.csv")


def test_counties():
    # boundaries.md: 3,233 counties in cb_2016, all valid, a valid coverage; the legacy eight of CT.
    table = load.counties()
    assert len(table) == 3233
    assert table.index.is_monotonic_increasing
    assert table.is_valid.all()
    assert shapely.coverage_is_valid(table.geometry.to_numpy())
    assert table.crs == 4326
    connecticut = table.index[table["state"] == "CT"].tolist()
    assert connecticut == [f"09{n:03}" for n in range(1, 16, 2)]
    assert table.loc[["24510", "24005", "35013"], "name"].tolist() == [
        "Baltimore city", "Baltimore County", "Doña Ana County",
    ]  # fmt: skip
    # Census 2010: the land area of the United States is 9,147,593 km2 (3,531,905 sq mi).
    states = table[~table["state"].isin(["PR", "GU", "VI", "MP", "AS"])]
    assert states["land_km2"].sum() == pytest.approx(9_147_593, rel=1e-3)


def test_states():
    table = load.states()
    assert len(table) == 56
    assert shapely.coverage_is_valid(table.geometry.to_numpy())
    assert set(load.STRATEGY_STATES) <= set(table.index)
    assert len(load.STRATEGY_STATES) == 23


def test_population():
    # Census, vintage 2019: the United States had 328,239,523 people on 1 July 2019 and
    # 309,321,666 on 1 July 2010; Cook County had 5,150,233 in 2019.
    assert load.population_years() == tuple(range(2010, 2020))
    newest = load.population()
    assert newest.sum() == 328_239_523
    assert load.population(2010).sum() == 309_321_666
    assert newest["17031"] == 5_150_233
    assert newest.index.equals(load.counties().index)
    assert set(load.counties()["state"][newest.isna()]) == {"PR", "GU", "VI", "MP", "AS"}
    assert load.population(2024).attrs["year"] == 2019
    assert load.population(1999).attrs["year"] == 2010


def test_topology_is_what_the_browser_makes_of_it():
    # Another program: topojson-client, the library the browser uses.
    if not CLIENT.is_file():
        pytest.skip("topojson-client is not installed")
    script = (
        "const t=require(process.argv[1]),f=require('fs');"
        "const d=JSON.parse(f.readFileSync(process.argv[2]));"
        "console.log(JSON.stringify(t.feature(d,d.objects.counties).features"
        ".map(x=>[x.id,x.properties.name,x.geometry])))"
    )
    made = subprocess.run(
        ["node", "-e", script, str(CLIENT), str(TOPOLOGY)],
        capture_output=True, check=True, timeout=60,
    )  # fmt: skip
    theirs = json.loads(made.stdout)
    ours = load.display_counties()
    assert [one[0] for one in theirs] == ours.index.tolist()
    shapes = shapely.from_geojson([json.dumps(one[2]) for one in theirs])
    valid = shapely.is_valid(shapes)
    assert valid.sum() >= len(shapes) - 2
    np.testing.assert_allclose(
        shapely.area(shapes[valid]), shapely.area(ours.geometry.to_numpy()[valid]), rtol=1e-9
    )


def test_display_counties_stay_close_and_share_borders():
    full, small = load.counties(), load.display_counties()
    assert small.index.tolist() == full.index.tolist()
    assert small["name"].tolist() == full["name"].tolist()
    assert shapely.coverage_is_valid(small.geometry.to_numpy())
    one, two = full.to_crs(5070).area, small.to_crs(5070).area
    assert (two / one - 1).abs().median() < 0.0005
    made = json.loads(TOPOLOGY.read_text(encoding="utf-8"))
    counties = made["objects"]["counties"]["geometries"]
    used = {~n if n < 0 else n for c in counties for n in _numbers(c["arcs"])}
    assert used == set(range(len(made["arcs"])))  # states add no arc of their own
    assert set(topology.areas(made, "states").index) == set(load.states().index)


def _numbers(arcs):
    return [n for part in arcs for n in (_numbers(part) if isinstance(part, list) else [part])]


def test_hidtas_agree_with_the_summary():
    # hidta_summary.csv was compiled by hand beside the log: counties, of them A and B.
    summary = pd.read_csv(registry.DATA / "hidta_summary.csv").set_index("hidta")
    summary = summary[summary["counties_now"] > 0]
    counts = pd.crosstab(hidta.members()["hidta"], hidta.members()["confidence"])
    assert set(counts.index) == set(summary.index) == set(hidta.names())
    assert counts["A"].to_dict() == summary["of_which_A"].to_dict()
    assert counts["B"].to_dict() == summary["of_which_B"].to_dict()
    # boundaries.md: 720 county-equivalents in 32 HIDTAs, 292 of them in the ten of the strategy.
    assert len(hidta.members()) == 720
    assert hidta.members()["hidta"].isin(hidta.strategy_hidtas()).sum() == 292
    assert len(hidta.names()) == 32
    assert len(hidta.strategy_hidtas()) == 10


def test_hidtas_change_with_the_year():
    # Mason County WV: "last year, Mason County ... was removed" (2016-01, cited in the log).
    assert "54053" in hidta.counties_of("Appalachia", 2014)
    assert "54053" not in hidta.counties_of("Appalachia", 2015)
    # Indiana: Allen 2019, Vigo 2022, St. Joseph 2025 (judgement in the summary).
    assert [len(hidta.counties_of("Indiana", year)) for year in (2018, 2019, 2022, 2025)] == [
        4, 5, 6, 7,
    ]  # fmt: skip
    # Removed in an unknown year: never a member.
    assert "48199" not in hidta.counties_of("Houston", 2000)
    assert hidta.members(hidta.newest_year()).equals(hidta.members())


def test_official_list_wins():
    listed = hidta.with_official("Indiana", ["18097", "18089", "18097"])
    indiana = listed[listed["hidta"] == "Indiana"]
    assert indiana["geoid"].tolist() == ["18089", "18097"]
    assert set(indiana["citation"]) == {hidta.OFFICIAL}
    assert len(listed) == 720 - 7 + 2
    assert hidta.polygons(listed=listed).loc["Indiana", "counties"] == 2
    with pytest.raises(BoundaryError, match="1 of the 2"):
        hidta.with_official("Indiana", ["18097", "09110"])
    with pytest.raises(BoundaryError):
        hidta.counties_of("Atlantis")


def test_hidta_shapes():
    shapes = hidta.polygons()
    assert shapes.index.tolist() == list(hidta.names())
    assert shapes.is_valid.all()
    ohio = load.counties().loc[list(hidta.counties_of("Ohio"))].to_crs(5070)
    one = shapes.loc[["Ohio"]].to_crs(5070)
    assert one.area.iloc[0] == pytest.approx(ohio.area.sum(), rel=1e-9)
    assert shapes.loc["Liberty Mid-Atlantic", "confidence"] == "A"
    assert shapes.loc["Rocky Mountain", "share_b"] == 1


def test_corridors():
    assert len(corridors.names()) == 29
    assert corridors.lines()["towns"].sum() == 430
    # I-83 runs from Baltimore through York to Harrisburg (Dauphin County).
    assert {"24510", "24005", "42133", "42043"} <= set(corridors.counties_on("I-83"))
    with pytest.raises(BoundaryError):
        corridors.counties_on("I-1")
    listed = pd.read_csv(registry.DATA / "corridors.csv", dtype={"county_fips": "str"})
    for name, towns in listed.groupby("corridor"):
        assert set(towns["county_fips"]) <= set(corridors.counties_on(name))


def test_layers_are_ready():
    made = layers.background()
    assert len({layer.key for layer in made}) == len(made)
    for layer in made:
        assert layer.shapes is not None
        assert layer.shapes.crs == 4326
        assert layer.shapes.index.is_unique
        assert layer.attribution
        assert {field.column for field in layer.fields} <= set(layer.shapes.columns)
    keys = {layer.key: layer for layer in made}
    assert keys["counties"].topology == "counties"
    assert keys["corridors"].caveat == "Schematic, within about 15 km of the road"
    assert set(keys["hidtas"].shapes["confidence"]) == {"A", "B"}
    assert len(layers.corridor_layer(("I-95", "I-81")).shapes) == 2


def test_places_are_where_they_say():
    table = load.places()
    assert table["population"].is_monotonic_decreasing
    assert table["name"].iloc[0] == "New York City"
    home = load.locator().locate(table["lon"], table["lat"])
    state = load.counties()["state"].reindex(home)
    assert (state.to_numpy() == table["state"].to_numpy()).mean() > 0.995
