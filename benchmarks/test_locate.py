"""A million points to their counties, beside a spatial join."""

from importlib.metadata import version

import geopandas as gpd
import numpy as np
import shapely

from boundaries import load

POINTS = 1_000_000


def test_points_to_counties(beside):
    rng = np.random.default_rng(0)
    counties = load.counties()
    # Around county middles, most near the crowded east.
    middle = counties[["lon", "lat"]].to_numpy()[rng.integers(0, len(counties), POINTS)]
    points = middle + rng.normal(0, 0.15, middle.shape)
    locator = load.locator()
    shapes = counties[["geometry"]]
    places = gpd.GeoDataFrame(geometry=shapely.points(points), crs=4326)
    ours, joined = beside(
        "1M points to county",
        lambda: locator.locate(*points.T),
        peer=f"geopandas {version('geopandas')} sjoin",
        theirs=lambda: gpd.sjoin(places, shapes, predicate="intersects", how="left"),
        times=15,
        note="Both start with their index built and their points made.",
    )
    first = joined[~joined.index.duplicated()]["geoid"].fillna("").to_numpy(str)
    assert (ours == first).mean() > 0.999999  # a point on a border may be either side's
