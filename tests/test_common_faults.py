"""Faults of hot spot maps on the web that ours must not have: design page, "apps in the wild"."""

import numpy as np
import pandas as pd
import pytest

from analysis import result as names
from analysis.getis_ord import gi_star
from analysis.run import run
from analysis.study import Study
from analysis.weights import distance_band, grid_ring, with_self
from boundaries import load
from geo import schema
from tests.records_made import records


def evenly(number, seed, county="39049"):
    """Events anywhere in a county, each place as likely as any."""
    shape = load.counties().geometry[county]
    west, south, east, north = shape.bounds
    rng = np.random.default_rng(seed)
    lon = rng.uniform(west, east, 3 * number)
    lat = np.degrees(np.arcsin(rng.uniform(*np.sin(np.radians([south, north])), 3 * number)))
    here = load.locator().locate(lon, lat) == county
    lon, lat = lon[here][:number], lat[here][:number]
    rows = [
        {schema.LON: x, schema.LAT: y, schema.GEOID: county, schema.PRECISION: "00"}
        for x, y in zip(lon, lat, strict=True)
    ]
    return records(rows), lon, lat


def test_only_populated_cells_kept():
    """Without its empty cells a map knows no quiet ground; ours has every cell of the county."""
    made, _, _ = evenly(150, 1)
    areas = run(Study(level="square", cell_m=2000), [made]).areas
    assert (areas[names.COUNT] == 0).mean() > 0.4
    squares_km2 = 4.0
    assert len(areas) >= 1408 / squares_km2  # Census Bureau: Franklin County, with water
    assert areas[names.COUNT].sum() == 150
    assert areas[names.Z].notna().all()


def test_dropping_empty_cells_changes_what_is_hot():
    """Town and empty land: kept, the zeros make the town hot; dropped, it is like all there is."""
    rng = np.random.default_rng(2)
    cells = np.array([(c, r) for r in range(20) for c in range(20)])
    town = (np.abs(cells - 9.5) < 4).all(axis=1)
    counts = np.where(town, rng.poisson(4.0, 400), 0)
    z = gi_star(counts, with_self(grid_ring(cells)))
    populated = counts > 0
    alone = gi_star(counts[populated], with_self(distance_band(cells[populated], 1.5)))
    assert np.median(z[populated]) > 3
    assert np.median(alone) < 1


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_bins_of_a_hundredth_degree_above_a_quantile(seed):
    """They always call one bin in ten hot, also where events fall anywhere; ours call none."""
    made, lon, lat = evenly(600, seed)
    bins = pd.Series(1, index=pd.MultiIndex.from_arrays([np.floor(lon * 100), np.floor(lat * 100)]))
    held = bins.groupby(level=[0, 1]).sum()
    assert (held >= held.quantile(0.9)).sum() >= 10
    areas = run(Study(level="hexagon"), [made]).areas
    assert (areas[names.CLASS] == 0).all()


def test_cells_are_equally_large_north_and_south():
    """A hundredth of a degree of longitude is 1.02 km at Key West and 0.73 km at the 49th."""
    for county in ("12087", "53073"):
        made, _, _ = evenly(200, 4, county)
        result = run(Study(level="hexagon", cell_m=5000), [made])
        shapes = result.shapes().to_crs(5070).area / 1e6
        # By hand: a hexagon 5 km across flats has 5**2 * sqrt(3) / 2 = 21.65 km2.
        np.testing.assert_allclose(shapes, 21.65, rtol=0.01)
