"""A million points to their counties, beside a spatial join."""

import geopandas as gpd
import numpy as np
import pytest
import shapely

from boundaries import load

POINTS = 1_000_000


@pytest.fixture(scope="module")
def points():
    """Points around county middles, most near the crowded east."""
    rng = np.random.default_rng(0)
    counties = load.counties()
    middle = counties[["lon", "lat"]].to_numpy()[rng.integers(0, len(counties), POINTS)]
    return middle + rng.normal(0, 0.15, middle.shape)


@pytest.mark.benchmark(group="1M points to county")
def test_ours(benchmark, points):
    locator = load.locator()
    found = benchmark.pedantic(locator.locate, args=tuple(points.T), rounds=3, warmup_rounds=1)
    assert len(found) == POINTS


@pytest.mark.benchmark(group="1M points to county")
def test_geopandas_sjoin(benchmark, points):
    counties = load.counties()[["geometry"]]
    places = gpd.GeoDataFrame(geometry=shapely.points(points), crs=4326)

    def join():
        return gpd.sjoin(places, counties, predicate="intersects", how="left")

    joined = benchmark.pedantic(join, rounds=1)
    first = joined[~joined.index.duplicated()]["geoid"].fillna("").to_numpy(str)
    ours = load.locator().locate(*points.T)
    assert (ours == first).mean() > 0.999999  # a point on a border may be either side's
