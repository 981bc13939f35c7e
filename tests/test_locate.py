"""Point to county against geopandas' spatial join and by hand."""

import time

import geopandas as gpd
import numpy as np
import pytest
import shapely
import shapely.affinity
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from boundaries import load
from geo.locate import Locator

SQUARES = {"c": shapely.box(0, 0, 2, 2), "a": shapely.box(2, 0, 4, 2), "b": shapely.box(0, 2, 4, 4)}
HOLED = shapely.box(10, 10, 14, 14) - shapely.box(11, 11, 13, 13)


def joined(lon, lat, polygons):
    """Lowest id whose polygon a point intersects, by geopandas."""
    points = gpd.GeoDataFrame(geometry=gpd.points_from_xy(lon, lat), crs=4326)
    pairs = gpd.sjoin(points, polygons[["geometry"]].rename_axis("id").reset_index())
    lowest = pairs.groupby(level=0)["id"].min()
    return lowest.reindex(points.index).fillna("").to_numpy(str)


@pytest.fixture(scope="module")
def some_points():
    """50,000 points: anywhere, near towns, on borders, on corners of borders."""
    rng = np.random.default_rng(7)
    shapes = load.counties()
    anywhere = np.column_stack([rng.uniform(-180, 180, 15_000), rng.uniform(-16, 73, 15_000)])
    near = rng.choice(shapes[["lon", "lat"]].to_numpy(), 20_000) + rng.normal(0, 0.3, (20_000, 2))
    corners = rng.choice(shapely.get_coordinates(shapes.geometry.to_numpy()), 5_000)
    chosen = shapes.geometry.boundary.sample(10_000, random_state=7, replace=True)
    along = shapely.line_interpolate_point(
        chosen.to_numpy(), rng.uniform(0, 1, 10_000), normalized=True
    )
    return np.vstack([anywhere, near, corners, shapely.get_coordinates(along)]).T


@pytest.fixture(scope="module", params=["polygons", "grid"])
def locator(request):
    """The finder of counties, asked for few points and for many."""
    if request.param == "polygons":
        return load.locator()
    counties = load.counties()
    return Locator(counties.index, counties.geometry, grid_from=0)


def test_same_as_a_spatial_join_also_on_borders(some_points, locator):
    lon, lat = some_points
    found = locator.locate(lon, lat)
    assert (found == joined(lon, lat, load.counties())).all()
    assert (found != "").sum() > 20_000


def test_a_shared_corner_has_one_county(locator):
    # The middle of Four Corners: the vertex that AZ, CO, NM and UT counties share; the lowest
    # code is Apache County, Arizona.
    four = load.counties().loc[["04001", "08083", "35045", "49037"]]
    shared = shapely.get_coordinates(shapely.intersection_all(four.geometry.boundary.to_numpy()))
    assert len(shared)
    assert locator.locate(shared[:, 0], shared[:, 1])[0] == "04001"


@settings(max_examples=25)
@given(arrays.arrays(np.int64, (30, 2), elements=st.integers(-2, 12)))
def test_half_unit_lattice_on_squares(lattice):
    lon, lat = (lattice / 2).T
    polygons = gpd.GeoDataFrame(geometry=list(SQUARES.values()), index=list(SQUARES), crs=4326)
    for start in (0, 1000):
        locator = Locator(list(SQUARES), list(SQUARES.values()), grid_from=start)
        assert (locator.locate(lon, lat) == joined(lon, lat, polygons)).all()


BEND = [(0.002 + step / 1000, step / 1000) for step in range(399)]  # many short edges, aslant
SLANTING = {  # a thin county between two: its upper border is one long edge
    "k": shapely.Polygon([(0, 0), (0.4, 0.4), (0, 0.4)]),
    "l": shapely.Polygon([(0, 0), *BEND, (0.4, 0.4)]),
    "m": shapely.Polygon([*BEND, (0.4, 0)]),
}


@settings(max_examples=25)
@given(
    arrays.arrays(np.int64, (60, 2), elements=st.integers(-4, 84)),
    arrays.arrays(np.int64, 2, elements=st.integers(0, 24)),
)
def test_lattice_on_slanting_borders(lattice, shift):
    # An edge may pass a cell's corner by: the cell then lies in a county that has no border there.
    east, north = shift / 1000
    moved = [shapely.affinity.translate(p, east, north) for p in SLANTING.values()]
    polygons = gpd.GeoDataFrame(geometry=moved, index=list(SLANTING), crs=4326)
    lon, lat = (lattice / 200).T
    locator = Locator(list(SLANTING), moved, grid_from=0)
    assert (locator.locate(lon, lat) == joined(lon, lat, polygons)).all()


def test_points_once_lost_near_the_corner_of_three_counties(locator):
    # Ritchie County WV and Aransas County TX, by a spatial join; the first locator found neither.
    found = locator.locate([-81.2974482, -96.87440171], [39.17204524, 28.09033428])
    assert found.tolist() == ["54085", "48007"]


def test_same_as_a_spatial_join_near_corners(locator):
    rng = np.random.default_rng(11)
    corners = shapely.get_coordinates(load.counties().geometry.to_numpy())
    lon, lat = (rng.choice(corners, 60_000) + rng.uniform(-0.03, 0.03, (60_000, 2))).T
    assert (locator.locate(lon, lat) == joined(lon, lat, load.counties())).all()


def test_hole_of_a_county_is_outside():
    for start in (0, 1000):
        found = Locator(["ring"], [HOLED], grid_from=start).locate([10.5, 12, 11], [10.5, 12, 12])
        assert found.tolist() == ["ring", "", "ring"]


def test_missing_and_foreign_points_are_outside(locator):
    found = locator.locate([np.nan, 0.0, -72.7, 500.0, np.inf], [41.0, 0.0, np.nan, 41.0, 1.0])
    assert found.tolist() == [""] * 5
    assert locator.locate([], []).tolist() == []


def test_order_of_points_does_not_matter(some_points, locator):
    lon, lat = (values[:5000] for values in some_points)
    order = np.random.default_rng(1).permutation(len(lon))
    assert (locator.locate(lon[order], lat[order]) == locator.locate(lon, lat)[order]).all()


def test_known_places(locator):
    # Coordinates and counties of the buildings as published: Hartford (CT) City Hall, Baltimore
    # City Hall, the White House, Honolulu Hale.
    lon, lat = [-72.6734, -76.6107, -77.0365, -157.8582], [41.7637, 39.2908, 38.8977, 21.3049]
    assert locator.locate(lon, lat).tolist() == ["09003", "24510", "11001", "15003"]


@pytest.mark.slow
def test_a_million_points_in_about_a_second():
    rng = np.random.default_rng(3)
    centers = load.counties()[["lon", "lat"]].to_numpy()
    lon, lat = (rng.choice(centers, 1_000_000) + rng.normal(0, 0.15, (1_000_000, 2))).T
    locator = load.locator()
    locator.locate(lon, lat)  # so many points make the grid
    started = time.perf_counter()
    locator.locate(lon, lat)
    assert time.perf_counter() - started < 3  # 0.3 s alone; the machine may be busy
