"""The demo is reproducible; the clusters planted in it are found by the tests meant for them."""

import json

import pandas as pd
import pytest
import shapely

from analysis.run import run
from analysis.study import Study
from boundaries import demo, load, registry
from geo.geocoding.cascade import place
from geo.ingest import open_table, propose, read
from geo.schema import KIND

PLANTED = json.loads(registry.read_bytes(demo.MANIFEST))


@pytest.fixture(scope="module")
def records():
    opened = [open_table(data, name) for name, data in demo.files()]
    return tuple(place(read(raw, propose(raw)), load.gazetteer(), load.locator()) for raw in opened)


def test_the_files_are_what_the_generator_draws(tmp_path):
    demo.write(tmp_path)
    for name, data in demo.files():
        assert (tmp_path / name).read_bytes() == data


def test_overdoses_and_seizures_over_22_states(records):
    overdoses, seizures = records
    assert overdoses.incidents == demo.OVERDOSES
    assert seizures.incidents == demo.SEIZURES
    assert set(overdoses.table[KIND]) == {"overdose"}
    assert set(seizures.table[KIND]) == {"seizure"}
    states = load.counties()["state"].reindex(overdoses.table["geoid"]).dropna().unique()
    assert set(states) == set(load.STRATEGY_STATES) - {"DC"}


@pytest.mark.parametrize("cluster", [p for p in PLANTED if p["geoids"]], ids=lambda p: p["name"])
def test_planted_counties_are_found(records, cluster):
    areas = run(Study(), records).areas
    column = "class" if cluster["found_by"] == "counts" else "adjusted_class"
    found = areas.loc[cluster["geoids"], column]
    assert (found >= 2).mean() >= 0.75, found.to_dict()  # at 95% or surer


@pytest.mark.parametrize("cluster", [p for p in PLANTED if p["events"]], ids=lambda p: p["name"])
def test_planted_spots_are_found(records, cluster):
    county = load.locator().locate([cluster["lon"]], [cluster["lat"]])[0]
    state = str(load.counties().loc[county, "state"])
    result = run(Study(level="hexagon", states=(state,)), records)
    cells = result.shapes()
    spot = pd.Series(cells.contains(_point(cluster)), index=cells.index)
    assert result.areas.loc[spot[spot].index, "class"].tolist() == [3]


def _point(cluster):
    return shapely.Point(cluster["lon"], cluster["lat"])


def test_every_rule_gives_a_bandwidth_in_ohio(records):
    for rule in ("arcgis", "scott", "least_squares", "likelihood"):
        found = run(Study(method="density", states=("OH",), bandwidth_rule=rule), records)
        assert found.surface.bandwidth_m > 0
