"""Borders of the study area, bandwidths that follow the events, and time."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import ndimage

from analysis import border_mass
from analysis import edges as module
from analysis.adaptive import abramson, adaptive_density
from analysis.border_mass import mass_at
from analysis.decay import decay_weights
from analysis.edges import corrected_density, edge_mass
from analysis.pixels import Grid
from geo.errors import StudyError

KERNELS = ["quartic", "gaussian", "epanechnikov", "disc"]
GRID = Grid(west=0, north=6_000, cell_m=100, rows=60, cols=80)
EAST, NORTH = GRID.centers()
LAKE = np.hypot(EAST - 4_000, NORTH[:, None] - 3_000) > 1_200
"""Land around a round lake."""


def weighed(cell, bandwidth_m, kernel, grid, inside):
    """Mass inside around one cell, cell by cell; the grid goes on 60 cells beyond each side."""
    (row, column), beyond = cell, 60
    down = (np.arange(-beyond, grid.rows + beyond) - row) * grid.height_m
    across = (np.arange(-beyond, grid.cols + beyond) - column) * grid.cell_m
    squared = (down[:, None] ** 2 + across**2) / bandwidth_m**2
    if kernel == "gaussian":
        heights = np.exp(-squared / 2)
    else:
        power = {"disc": 0, "epanechnikov": 1, "quartic": 2}[kernel]
        heights = np.where(squared <= 1, np.abs(1 - squared) ** power, 0)
    return heights[beyond:-beyond, beyond:-beyond][inside].sum() / heights.sum()


@pytest.mark.parametrize("kernel", KERNELS)
@pytest.mark.parametrize("bandwidth_m", [40, 170, 730])
def test_mass_inside_cell_by_cell(kernel, bandwidth_m):
    found = edge_mass(LAKE, bandwidth_m, kernel, GRID)
    for row, column in ((0, 0), (30, 40), (30, 52), (17, 33), (59, 79), (5, 40)):
        expected = weighed((row, column), bandwidth_m, kernel, GRID, LAKE)
        assert found[row, column] == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize("kernel", KERNELS)
def test_mass_where_each_cell_has_a_bandwidth(kernel, monkeypatch):
    each = np.exp(np.linspace(np.log(200), np.log(900), GRID.rows * GRID.cols)).reshape(GRID.shape)
    corners = ((3, 3), (30, 52), (17, 33), (58, 70))
    expected = [weighed(corner, each[corner], kernel, GRID, LAKE) for corner in corners]
    # A disc's mass jumps with its radius, so that nothing can be interpolated closely.
    within = {"gaussian": 1e-12, "quartic": 1e-3, "epanechnikov": 2e-3, "disc": 5e-2}[kernel]
    found = edge_mass(LAKE, each, kernel, GRID)
    for at, value in zip(corners, expected, strict=True):
        assert found[at] == pytest.approx(value, abs=within)
    if kernel == "gaussian":
        monkeypatch.setattr(module, "_EXACT_PAIRS", 0)
        between = edge_mass(LAKE, each, kernel, GRID)
        np.testing.assert_allclose(between, found, rtol=0, atol=1e-4)


def test_the_inside_is_whole():
    for kernel in KERNELS:
        found = edge_mass(np.ones(GRID.shape, bool), 390, kernel, GRID)
        if kernel != "gaussian":
            np.testing.assert_allclose(found[5:-5, 5:-5], 1, rtol=1e-12)
        assert found[0, 0] == pytest.approx(found[-1, -1])
        assert 0.25 < found[0, 0] < 0.4  # a corner of a quarter, and the cell's own half width


def test_even_events_are_even_to_the_border():
    """One event in each cell of the land: 100 per km2 everywhere, shore and border too."""
    row, column = np.nonzero(LAKE)
    points = np.column_stack([EAST[column], NORTH[row]])
    for kernel in KERNELS:
        even = 1e6 * corrected_density(points, None, 800, kernel, GRID, LAKE).height
        plain = 1e6 * corrected_density(points, None, 800, kernel, GRID, LAKE, edge="none").height
        # Samples of a disc 8 cells wide add up to 0.98 (197 of 201.06 cells), the others to 1.
        np.testing.assert_allclose(even[LAKE], 100, rtol=0.021 if kernel == "disc" else 2e-3)
        assert np.isnan(even[~LAKE]).all()
        assert plain[0, 0] < 40


@settings(max_examples=25)
@given(
    st.lists(st.tuples(st.integers(0, 79), st.integers(0, 59)), min_size=1, max_size=8),
    st.sampled_from(["quartic", "gaussian", "epanechnikov"]),
    st.sampled_from([900.0, 2_300.0]),
)
def test_diggle_keeps_every_event(places, kernel, bandwidth_m):
    """It integrates over the study area to the events given, corner or not."""
    points = np.array([(EAST[column], NORTH[row]) for column, row in places])
    land = np.ones(GRID.shape, bool)
    found = corrected_density(points, None, bandwidth_m, kernel, GRID, land, edge="diggle").height
    assert found.sum() * 100**2 == pytest.approx(len(points), rel=2e-3)


def test_points_outside_are_left_out():
    """A point within a cell of the shore stays, one in the lake or off the map goes."""
    points = np.array([[4_000, 3_000], [-5_000, 100], [50, 50]])
    found = corrected_density(points, None, 900, "quartic", GRID, LAKE, edge="diggle").height
    assert np.nansum(found) * 100**2 == pytest.approx(1, rel=2e-3)
    nothing = corrected_density(points[:2], None, 900, "quartic", GRID, LAKE).height
    assert not nothing[LAKE].any()
    assert np.isnan(nothing[~LAKE]).all()


def test_a_point_outside_that_reaches_nothing_inside():
    """Diagonally across from the only cell inside, with a kernel of 80 m on cells of 100 m."""
    only = np.zeros(GRID.shape, bool)
    only[30, 30] = True
    across = [[3_150.0, 2_850.0], [3_050, 2_950]]
    found = corrected_density(across, None, 80, "quartic", GRID, only, edge="diggle").height
    assert found[30, 30] == pytest.approx(3 / (np.pi * 80**2))


def test_narrow_and_far_too_wide():
    """A quartic of one cell loses nothing at a border; above the map "uniform" becomes flat."""
    points = np.array([[50.0, 5_950.0], [4_050, 950]])
    narrow = corrected_density(points, None, 100, "quartic", GRID, LAKE).height
    assert narrow[0, 0] == pytest.approx(3 / (np.pi * 100**2))
    wide = corrected_density(points, None, 1e6, "gaussian", GRID, LAKE).height
    np.testing.assert_allclose(wide[LAKE], 2 / (LAKE.sum() * 100**2), rtol=1e-3)


def test_an_area_that_cannot_be():
    for inside in (np.zeros(GRID.shape, bool), np.ones((3, 3), bool)):
        with pytest.raises(StudyError):
            edge_mass(inside, 100, "quartic", GRID)
    with pytest.raises(StudyError, match="bandwidths"):
        edge_mass(LAKE, np.full((3, 3), 100.0), "quartic", GRID)
    with pytest.raises(StudyError, match="those of the cells"):
        corrected_density([(1, 1)], None, [100.0], "quartic", GRID, LAKE)


def test_bandwidths_by_hand():
    """Densities 4, 1 and 1/4: geometric mean 1, so h / 2, h and 2 h; trimmed at 1.5 h."""
    grid = Grid(west=0, north=1, cell_m=1, rows=1, cols=4)
    points = [(0.5, 0.5), (1.5, 0.5), (2.5, 0.5)]
    each, cells = abramson([[4.0, 1.0, 0.25, np.nan]], points, None, 100, grid)
    np.testing.assert_allclose(each, [50, 100, 200])
    np.testing.assert_allclose(cells, [[50, 100, 200, 200]])  # outside: the nearest inside
    trimmed, _ = abramson([[4.0, 1.0, 0.25, np.nan]], points, None, 100, grid, trim=1.5)
    np.testing.assert_allclose(trimmed, [50, 100, 150])
    empty, _ = abramson([[4.0, 1.0, 0.0, 1.0]], [*points, (3.5, 0.5)], None, 100, grid)
    np.testing.assert_allclose(empty[2], 500)  # where nothing happened: the trim
    twice, _ = abramson([[4.0, 1.0, 0.25, 1.0]], points[:2], [1, 3], 100, grid)
    np.testing.assert_allclose(twice, 100 * np.sqrt(4**0.25 / np.array([4, 1])))


@pytest.mark.parametrize("kernel", KERNELS)
def test_adaptive_is_sharper_where_events_crowd(kernel):
    rng = np.random.default_rng(1)
    crowd = np.vstack([rng.normal(1_500, 150, (150, 2)), rng.uniform(0, 6_000, (50, 2))])
    land = np.ones(GRID.shape, bool)
    fixed = corrected_density(crowd, None, 800, kernel, GRID, land).height
    sharper = adaptive_density(crowd, None, 800, kernel, GRID, land).height
    assert np.nanmax(sharper) > 1.3 * np.nanmax(fixed)
    kept = adaptive_density(crowd, None, 800, kernel, GRID, land, edge="diggle").height
    assert kept.sum() * 100**2 == pytest.approx(200, rel=0.01)


def test_no_events_no_law():
    land = np.ones(GRID.shape, bool)
    with pytest.raises(StudyError, match="Not computable"):
        adaptive_density(np.empty((0, 2)), None, 800, "gaussian", GRID, land)


def test_half_lives():
    """After 0, 1 and 3 half-lives 1, 1/2, 1/8 of 8 events."""
    assert decay_weights([0, 90, 270], 90, [8, 8, 8]).tolist() == [8, 4, 1]
    for age, half_life in (([np.nan], 30), ([1], 0), ([1], np.inf)):
        with pytest.raises(StudyError):
            decay_weights(age, half_life)
    with pytest.raises(StudyError, match="fit"):
        decay_weights([1, 2], 30, [1])


# --- around points only


@pytest.mark.parametrize("kernel", KERNELS)
@pytest.mark.parametrize("reach", [0.8, 2.0, 3.7])
def test_mass_around_points_is_that_of_the_cells_around_them(kernel, reach, monkeypatch):
    """The transform computes it at every cell; the windows at those around points."""
    monkeypatch.setattr(border_mass, "_PER_CELL", 1e9)  # however many samples that takes
    rng = np.random.default_rng(7)
    grid = Grid(west=0, north=80, cell_m=1, rows=80, cols=120)
    row, column = np.indices(grid.shape)
    land = (np.hypot(row - 40, column - 50) < 35) & (np.hypot(row - 45, column - 60) > 4)
    at = (rng.uniform(-1, 80, 60), rng.uniform(-1, 120, 60))
    cells = edge_mass(land, reach, kernel, grid)
    wanted = ndimage.map_coordinates(cells, np.array(at), order=1, mode="nearest")
    found = mass_at(land, at, reach, kernel, grid)
    np.testing.assert_allclose(found, wanted, atol=1e-12)
    assert found.min() < 0.1
    assert found.max() > 0.99999


def test_wide_kernels_go_through_the_transform():
    grid = Grid(west=0, north=80, cell_m=1, rows=80, cols=120)
    land = np.ones(grid.shape, bool)
    at = (np.zeros(5000), np.linspace(0, 119, 5000))
    assert mass_at(land, at, 60.0, "quartic", grid) is None
