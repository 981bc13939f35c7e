"""Relative risk beside other records: planted, even, and what is a case and what a control."""

import json
import zipfile
from dataclasses import replace
from io import BytesIO

import numpy as np
import pandas as pd
import pytest
import rasterio
import shapely
from click.testing import CliRunner

from analysis.coarse import coarse_share
from analysis.control_risk import cases_and_controls, oversmoothing
from analysis.density import Grid
from analysis.ground import ground_of
from analysis.relative_risk import relative_risk
from analysis.run import run
from analysis.study import Study
from analysis.surface import inside
from boundaries import load
from cli import main
from geo import schema
from geo.errors import StudyError
from maps import export
from tests.records_made import by_county, records

FRANKLIN = "39049"
FATAL = Study(method="density", versus="controls", outcomes=("fatal",))
PLANTED = (-82.95, 40.0)


def columbus(planted: float, seed: int = 1, number: int = 1000):
    """Incidents around Columbus; 3 of 10 fatal, within 3 km of a place more by so much."""
    rng = np.random.default_rng(seed)
    lon, lat = rng.normal(-83, 0.09, number), rng.normal(39.97, 0.07, number)
    east, north = (lon - PLANTED[0]) * 85.2, (lat - PLANTED[1]) * 111.0  # km at 40 degrees north
    fatal = rng.uniform(size=number) < 0.3
    fatal |= (np.hypot(east, north) < 3) & (rng.uniform(size=number) < planted)
    geoid = load.locator().locate(lon, lat)
    rows = [
        {
            schema.LON: x, schema.LAT: y, schema.GEOID: g, schema.PRECISION: "00",
            schema.OUTCOME: "fatal" if died else "nonfatal",
        }
        for x, y, g, died in zip(lon, lat, geoid, fatal, strict=True)
        if g == FRANKLIN
    ]  # fmt: skip
    return records(rows)


def test_a_planted_share_of_deaths_is_found_where_it_was_planted():
    found = run(FATAL, [columbus(0.6)])
    areas = found.areas.to_crs(found.surface.crs)
    planted = found.areas.iloc[:1].geometry.copy()
    planted.iloc[0] = shapely.Point(PLANTED)
    here = planted.to_crs(found.surface.crs).iloc[0]
    assert areas.geometry.iloc[0].distance(here) < 1_000
    assert found.areas["peak"].iloc[0] > 1.5
    assert found.finding.startswith("Fatal overdoses are more, beside nonfatal overdoses,")


def test_crowds_alone_are_no_risk():
    """Deaths as a fixed share of a crowd: nothing stands out, however thick the crowd."""
    said = [run(FATAL, [columbus(0.0, seed)]).finding for seed in range(2, 8)]
    assert sum(not one.startswith("Nowhere") for one in said) <= 1


def test_every_record_is_on_one_side():
    given = columbus(0.0)
    chosen = cases_and_controls(FATAL, [given])
    fatal = int((given.table[schema.OUTCOME] == "fatal").sum())
    assert len(chosen.cases.used) == fatal
    assert len(chosen.controls) == len(given.table) - fatal
    found = run(FATAL, [given])
    assert found.tally["controls"] == len(chosen.controls)


def test_the_surface_is_that_of_the_two_crowds():
    """The ratio read off the function that holds sparr's fixtures (tests/test_density_parity)."""
    given = columbus(0.6)
    found = run(replace(FATAL, bandwidth_m=3000), [given])
    ground = ground_of((FRANKLIN,))
    west, cell, _, north, _, _ = found.surface.transform
    heights = found.surface.values  # noqa: PD011  (no pandas object)
    rows, cols = heights.shape
    grid = Grid(west, north, cell, rows, cols)
    crowds = [
        ground.project(part[schema.LON], part[schema.LAT])
        for _, part in given.table.groupby(schema.OUTCOME)
    ]
    plain = relative_risk(*crowds, 3000, grid, inside(ground, grid))
    told = np.isfinite(heights)
    assert told.mean() > 0.3
    np.testing.assert_allclose(heights[told], np.exp(plain.log_risk)[told], rtol=1e-5)
    chances = found.surface.beside[0].values  # noqa: PD011  (no pandas object)
    np.testing.assert_allclose(chances[told], plain.p[told], rtol=1e-5, atol=1e-7)
    # Blank where fewer than three records lie within the ground of the kernel, 4 pi h2.
    both = np.vstack(crowds)
    east, up = grid.centers()
    row, column = np.argwhere(told)[0]
    squared = ((both - (east[column], up[row])) ** 2).sum(axis=1)
    assert 2 * np.exp(-squared / (2 * 3000**2)).sum() >= 3


def test_controls_by_drug_kind_and_file():
    heroin = columbus(0.0, 3)
    table = heroin.table.assign(**{schema.DRUGS: "|heroin|"})
    table.loc[::2, schema.DRUGS] = "|cocaine|"
    mixed = replace(heroin, table=table)
    study = Study(
        method="density", versus="controls", drugs=("heroin",), control_drugs=("cocaine",)
    )
    chosen = cases_and_controls(study, [mixed])
    assert set(chosen.cases.used[schema.DRUGS]) == {"|heroin|"}
    assert set(chosen.controls[schema.DRUGS]) == {"|cocaine|"}
    calls = replace(columbus(0.0, 4), source="calls.csv")
    by_file = Study(method="density", versus="controls", control_sources=("calls.csv",))
    chosen = cases_and_controls(by_file, [heroin, calls])
    assert len(chosen.controls) == len(calls.table)
    assert len(chosen.cases.used) == len(heroin.table)
    seizures = columbus(0.0, 5)
    seizures = replace(seizures, table=seizures.table.assign(**{schema.KIND: "seizure"}))
    chosen = cases_and_controls(Study(method="density", versus="controls"), [heroin, seizures])
    assert set(chosen.controls[schema.KIND]) == {"seizure"}


def test_without_controls_it_says_what_to_do():
    with pytest.raises(StudyError, match="none is left to compare with") as refused:
        run(replace(FATAL, outcomes=()), [columbus(0.0)])
    assert "outcome or drug class" in refused.value.hint
    with pytest.raises(StudyError, match="is not among the records"):
        run(replace(FATAL, control_sources=("none.csv",)), [columbus(0.0)])
    few = columbus(0.0, number=30)
    with pytest.raises(StudyError, match="too few for a map of relative risk"):
        run(FATAL, [few])


def test_the_bandwidth_by_hand():
    """Terrell (1990): sigma (R(K) (d+8)**((d+6)/2) pi**(d/2) / (16 G((d+8)/2) (d+2) n))**(1/6)."""
    rng = np.random.default_rng(0)
    points = rng.normal(0, 1000, (400, 2))
    sigma = np.sqrt(points[:, 0].std(ddof=1) * points[:, 1].std(ddof=1))
    constant = (1 / (4 * np.pi)) * 10**4 * np.pi / (16 * 24 * 4)
    expected = sigma * (constant / np.sqrt(100 * 300)) ** (1 / 6)
    assert oversmoothing(points, np.ones(400), 100, 300) == pytest.approx(expected)


def test_p_and_q_are_bands_of_the_file():
    found = run(FATAL, [columbus(0.6)])
    content = export.write(
        found.layers(), "tif.zip", study_json=found.provenance, handling="cui",
    )  # fmt: skip
    with zipfile.ZipFile(BytesIO(content)) as packed:
        about = json.loads(packed.read("about.json"))
        with rasterio.open(BytesIO(packed.read("density.tif"))) as raster:
            ratio, p, q = raster.read()
            assert raster.descriptions[1].startswith("p, one-sided")
            assert raster.descriptions[2].startswith("q, two-sided")
            assert raster.tags()["BAND_2"] == raster.descriptions[1]
    assert set(about["files"]) >= {"density.tif", "density.qml", "density_classes.tif"}
    assert about["files"]["density.tif"]["bands"]["2"].startswith("p, one-sided")
    told = ratio > 0
    assert ((p[told] >= 0) & (p[told] <= 1)).all()
    assert (q[told] >= 2 * np.minimum(p, 1 - p)[told] - 1e-6).all()  # no q is below its p


def test_risk_by_county_carries_p_too():
    counties = load.counties()
    ohio = counties.index[counties["state"] == "OH"]
    given = records(by_county(dict.fromkeys(ohio, 12)))
    found = run(Study(method="density", versus="people", states=("OH",)), [given])
    assert [one.name for one in found.surface.beside] == ["p", "q"]


def test_coarse_records_are_counted_as_such():
    fine, coarse = columbus(0.0, number=100), records(by_county({FRANKLIN: 100}))
    share = coarse_share(FATAL, [coarse])
    assert share == 1.0
    number = int((fine.table[schema.OUTCOME] == "fatal").sum())
    assert coarse_share(FATAL, [fine, coarse]) == pytest.approx(100 / (100 + number))
    with pytest.raises(StudyError):
        run(Study(method="density"), [coarse])


def test_from_the_shell(tmp_path):
    given = columbus(0.6).table
    file = tmp_path / "calls.csv"
    pd.DataFrame(
        {
            "case number": range(len(given)), "incident date": "2022-03-04",
            "latitude": given[schema.LAT], "longitude": given[schema.LON],
            "outcome": given[schema.OUTCOME], "drug": "Heroin",
        }
    ).to_csv(file, index=False)  # fmt: skip
    out, report = tmp_path / "risk.tif", tmp_path / "report.json"
    flags = ["--versus", "controls", "--outcome", "fatal", "--control-outcome", "nonfatal"]
    said = CliRunner().invoke(
        main,
        ["density", str(file), *flags, "--no-judge", "--out", str(out), "--report", str(report)],
    )
    assert said.exit_code == 0, said.output
    assert "beside nonfatal overdoses" in said.output
    with rasterio.open(out) as raster:
        assert raster.count == 3
    same = run(replace(FATAL, control_outcomes=("nonfatal",)), [columbus(0.6)])
    found = json.loads(report.read_text())
    assert found["hot_areas"][0]["count"] == same.areas["count"].iloc[0]
    assert found["hot_areas"][0]["controls"] == same.areas["controls"].iloc[0]
