"""Outlines of volume and hot areas, on cones and blocks whose areas are known by hand."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.contours import (
    outline,
    tolerance_contours,
    volume_contours,
    volume_levels,
)
from analysis.density import kernel_density
from analysis.hot_areas import hot_areas
from analysis.pixels import Grid
from geo.errors import StudyError

GRID = Grid(west=-5_000, north=5_000, cell_m=50, rows=200, cols=200)
EAST, NORTH = GRID.centers()
FAR = np.hypot(EAST, NORTH[:, None])


def test_half_the_volume_of_a_gaussian():
    """Of a Gaussian the share q lies within s sqrt(-2 log(1 - q)) of the middle.

    Levels are heights of cells, of which a quarter of the volume holds 460.
    """
    sigma, shares = 800.0, [0.25, 0.5, 0.9]
    found = volume_contours(np.exp(-(FAR**2) / 2 / sigma**2), GRID, shares)
    radius = sigma * np.sqrt(-2 * np.log(1 - np.array(shares)))
    np.testing.assert_allclose(found["area_km2"], np.pi * radius**2 / 1e6, rtol=0.02)
    np.testing.assert_allclose(found["level"], 1 - np.array(shares), rtol=0.02)


@settings(max_examples=50)
@given(
    st.lists(st.integers(0, 9), min_size=1, max_size=30).filter(any),
    st.sampled_from([0.1, 0.5, 0.75, 0.95]),
)
def test_fewest_cells_that_hold_the_share(heights, share):
    level = volume_levels([*heights, np.nan], [share])[0]
    assert sum(h for h in heights if h >= level) >= share * sum(heights) - 1e-9
    assert sum(h for h in heights if h > level) < share * sum(heights)


def test_more_events_than_volume():
    """The share of the volume is not that of the events: on 20 maps of 60 they lie higher."""
    shares = []
    for seed in range(20):
        points = np.random.default_rng(seed).normal(0, 1_500, (60, 2))
        surface = kernel_density(points, None, 900, "quartic", GRID)
        half = volume_contours(surface, GRID, [0.5])["geometry"].iloc[0]
        shares.append(shapely.contains_xy(half, points).mean())
    assert np.mean(shares) > 0.6


def test_a_hole_stays_a_hole():
    """A ring from 1 to 2 km: pi (4 - 1) km2, nothing in its middle."""
    ring = outline(1_000 - np.abs(FAR - 1_500), 500, GRID)
    assert ring.area == pytest.approx(np.pi * 3e6, rel=2e-3)
    assert not shapely.contains_xy(ring, 0, 0)
    assert ring.is_valid


def test_the_study_area_is_the_limit():
    """A plateau fills its study area: the cells without it, the polygon with it."""
    inside = (EAST > 0)[None, :] & (NORTH > 0)[:, None]
    flat = np.where(inside, 3.0, np.nan)
    assert outline(flat, 1, GRID).area == pytest.approx(25e6)
    land = shapely.Polygon([(0, 0), (5_000, 0), (0, 5_000)])
    assert outline(flat, 1, GRID, land).area == pytest.approx(12.5e6)
    assert outline(flat, 4, GRID).is_empty
    assert outline(np.full(GRID.shape, np.nan), 1, GRID).is_empty


def test_hot_areas_in_order():
    """Two cones of 1 km2 and more; the one with more events is first."""
    small = np.hypot(EAST - 3_000, NORTH[:, None] - 3_000)
    surface = np.maximum(np.maximum(0, 1 - FAR / 2_000), 2 * np.maximum(0, 1 - small / 1_000))
    points = [(0, 0), (100, 0), (200, 0), (3_000, 3_000), (-4_900, -4_900)]
    found = hot_areas(
        surface, 0.5, GRID, points, [1, 1, 1, 2, 9],
        people_at=[(0, 0), (3_000, 3_000), (-4_900, 0)], people=[1_500, 500, 7],
    )  # fmt: skip
    assert found.index.tolist() == [1, 2]
    assert found["count"].tolist() == [3, 2]
    assert found["population"].tolist() == [1_500, 500]
    assert found["rate_per_100k"].tolist() == [200, 400]
    np.testing.assert_allclose(found["area_km2"], [np.pi, np.pi * 0.75**2], rtol=0.01)
    assert found["peak"].iloc[1] > found["peak"].iloc[0]
    without = hot_areas(surface, 0.5, GRID, points)
    assert without["population"].isna().all()
    assert without["rate_per_100k"].isna().all()


def test_tolerance_of_a_slope():
    """p rises from 0 to 1 across 10 km: 5% of 100 km2 on either side, 1% within it."""
    p = np.broadcast_to((EAST + 5_000) / 10_000, GRID.shape)
    found = tolerance_contours(p, GRID, [0.05, 0.01])
    assert found["side"].tolist() == ["high", "high", "low", "low"]
    # Lines are right to half a cell: 25 m of 10 km.
    np.testing.assert_allclose(found["area_km2"], [5, 1, 5, 1], atol=0.26)
    assert found["geometry"].iloc[0].bounds[0] == -5_000
    assert found["geometry"].iloc[2].bounds[2] == 5_000
    nowhere = tolerance_contours(np.full(GRID.shape, 0.5), GRID)
    assert (nowhere["area_km2"] == 0).all()
    with pytest.raises(StudyError, match="chance is not between 0"):
        tolerance_contours(p, GRID, [0.95])


def test_no_hot_area():
    found = hot_areas(np.zeros(GRID.shape), 1.0, GRID, [(0, 0)])
    assert found.empty
    assert "count" in found


def test_no_volume():
    with pytest.raises(StudyError, match="0 everywhere"):
        volume_levels(np.zeros((3, 3)), [0.5])
    with pytest.raises(StudyError, match="between 0 and 1"):
        volume_levels(np.ones((3, 3)), [1.5])
    with pytest.raises(StudyError, match="fit"):
        outline(np.ones((3, 3)), 0.5, GRID)
