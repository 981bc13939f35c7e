"""Kernel density against exact sums, spatstat's images and the printed figures."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis import density as engine
from analysis.bandwidth import arcgis_bandwidth, effective_n, scott_bandwidth
from analysis.density import Grid, kernel_density
from geo.errors import StudyError

FIXTURES = Path(__file__).parent / "data" / "density"
GRID = Grid(west=-3_000, north=20_000, cell_m=200, rows=100, cols=80)


def exact(points, weights, bandwidth_m, kernel, grid):
    """Sum the kernels one by one: the definition."""
    east, north = grid.centers()
    total = np.zeros((grid.rows, grid.cols))
    for (x, y), amount in zip(points, weights, strict=True):
        squared = (north[:, None] - y) ** 2 + (east - x) ** 2
        if kernel == "gaussian":
            total += amount * np.exp(-squared / (2 * bandwidth_m**2)) / (2 * np.pi * bandwidth_m**2)
        else:
            inner = np.clip(1 - squared / bandwidth_m**2, 0, None)
            total += amount * 3 / (np.pi * bandwidth_m**2) * inner**2
    return total


@pytest.mark.parametrize("number", [1, 150])
@pytest.mark.parametrize("bandwidth_m", [90, 260, 420, 900, 1_500, 4_000])
@pytest.mark.parametrize("kernel", ["quartic", "gaussian"])
def test_equals_the_sum_of_kernels(kernel, bandwidth_m, number):
    """Points inside, on the edge and beyond it; within 1e-5 of the largest value."""
    rng = np.random.default_rng(number)
    points = rng.random((number, 2)) * [18_000, 22_000] - [4_000, 1_000]
    points[0] = 4_037, 9_981
    weights = rng.random(number) + 0.5
    expected = exact(points, weights, bandwidth_m, kernel, GRID)
    found = kernel_density(points, weights, bandwidth_m, kernel, GRID)
    assert found.shape == (100, 80)
    assert (found >= 0).all()
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-5 * expected.max())


@pytest.mark.parametrize(("kernel", "within"), [("quartic", 1e-9), ("gaussian", 1e-6)])
def test_equals_spatstat_where_both_see_the_same_points(kernel, within):
    """Images of spatstat.explore 3.0-6: sigma 6, no edge correction, 64 x 64, row 0 in the south.

    spatstat first moves each point to the middle of its pixel, and makes the kernel's samples add
    up to 1 over twice the window; so does this test. Its pixels are not square, so ours is asked
    row by row. The quartic is exact; the Gaussian is as near as its splines are.
    """
    image = np.genfromtxt(FIXTURES / f"d_{kernel}_none.csv", delimiter=",", missing_values="NA")
    points = np.loadtxt(FIXTURES / "pts.csv", delimiter=",")
    corners = np.loadtxt(FIXTURES / "poly.csv", delimiter=",")
    start = corners.min(axis=0)
    pixel = (corners.max(axis=0) - start) / 64
    moved = start + (np.minimum((points - start) // pixel, 63) + 0.5) * pixel
    # spatstat's sigma is the standard deviation along an axis: h / sqrt(8) of a quartic.
    bandwidth = 6.0 if kernel == "gaussian" else 6.0 * np.sqrt(8)
    rows = []
    for north in start[1] + (np.arange(64) + 0.5) * pixel[1]:
        line = Grid(start[0], north + pixel[0] / 2, cell_m=pixel[0], rows=1, cols=64)
        rows.append(kernel_density(moved, None, bandwidth, kernel, line)[0])
    steps = np.r_[np.arange(64), np.arange(-64, 0)]
    squared = (steps[:, None] * pixel[1]) ** 2 + (steps * pixel[0]) ** 2
    if kernel == "gaussian":
        samples = np.exp(-squared / (2 * bandwidth**2)) / (2 * np.pi * bandwidth**2)
    else:
        samples = 3 / (np.pi * bandwidth**2) * np.clip(1 - squared / bandwidth**2, 0, None) ** 2
    found = np.array(rows) / (samples.sum() * pixel.prod())
    seen = ~np.isnan(image)
    np.testing.assert_allclose(found[seen], image[seen], rtol=0, atol=within * image[seen].max())


def test_quartic_by_hand():
    """3 / pi = 0.954930 events per km2 at the event, (3/4)**2 of it = 0.537148 at half the radius.

    Per square mile 0.954930 * 2.589988 = 2.473254.
    """
    grid = Grid(west=-550, north=550, cell_m=100, rows=11, cols=11)
    found = 1e6 * kernel_density([(0, 0)], None, 1000, "quartic", grid)
    assert found[5, 5] == pytest.approx(0.954930, abs=5e-7)
    assert found[5, 10] == pytest.approx(0.537148, abs=5e-7)
    assert found[5, 5] * 2.589988110336 == pytest.approx(2.473254, abs=5e-6)


def test_row_0_is_in_the_north():
    grid = Grid(west=0, north=1_000, cell_m=100, rows=10, cols=10)
    found = kernel_density([(250, 850)], None, 150, "quartic", grid)
    assert np.unravel_index(found.argmax(), found.shape) == (1, 2)


@pytest.mark.parametrize("kernel", ["quartic", "gaussian"])
def test_mass_is_conserved(kernel):
    """A density integrates to the weight it was given."""
    rng = np.random.default_rng(1)
    points = rng.uniform([5_000, 5_000], [11_000, 15_000], (300, 2))
    weights = rng.random(300)
    grid = Grid(west=0, north=20_000, cell_m=100, rows=200, cols=160)
    reach = 800 if kernel == "gaussian" else 4_000
    found = kernel_density(points, weights, reach, kernel, grid)
    assert found.sum() * 100**2 == pytest.approx(weights.sum(), rel=1e-5)


@pytest.mark.parametrize("kernel", ["quartic", "gaussian"])
def test_nothing_wraps_around(kernel, monkeypatch):
    """A point on the west edge leaves the east edge empty, on every path."""
    for work in (engine.EXACT_WORK, 0):
        monkeypatch.setattr(engine, "EXACT_WORK", work)
        reach = 500 if kernel == "gaussian" else 3_000
        found = kernel_density([(-2_990, 19_990)], None, reach, kernel, GRID)
        assert found[0, 0] > 0
        assert found[:, -1].max() < 1e-9 * found.max()
        assert found[-1].max() < 1e-9 * found.max()


def test_quartic_by_fft_for_many_points(monkeypatch):
    """50,000 points go through the FFT with h = 25 cells: within 1e-4 of the exact stamping."""
    rng = np.random.default_rng(2)
    points = np.clip(rng.normal(6_400, 2_000, (50_000, 2)), 0, 12_800)
    grid = Grid(west=0, north=12_800, cell_m=100, rows=128, cols=128)
    stamped = kernel_density(points, None, 2_500, "quartic", grid)
    monkeypatch.setattr(engine, "EXACT_WORK", 0)
    through = kernel_density(points, None, 2_500, "quartic", grid)
    np.testing.assert_allclose(through, stamped, rtol=0, atol=1e-4 * stamped.max())


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.tuples(st.integers(-4, 44), st.integers(-4, 44)), min_size=1, max_size=12),
    st.sampled_from(["quartic", "gaussian"]),
    st.sampled_from([60.0, 100.0, 250.0, 700.0]),
)
def test_half_cell_lattice(places, kernel, bandwidth_m):
    """Points exactly on middles, borders and corners of cells, inside and outside."""
    grid = Grid(west=0, north=2_000, cell_m=100, rows=20, cols=20)
    points = np.array(places) * 50.0
    expected = exact(points, np.ones(len(points)), bandwidth_m, kernel, grid)
    found = kernel_density(points, None, bandwidth_m, kernel, grid)
    peak = 3 / (np.pi * bandwidth_m**2)
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-5 * peak)


def test_no_points_no_density():
    assert not kernel_density(np.empty((0, 2)), None, 100, "quartic", GRID).any()
    assert not kernel_density([(1e9, 1e9)], None, 100, "gaussian", GRID).any()


@pytest.mark.parametrize(
    ("points", "weights", "bandwidth"),
    [
        ([(0, np.nan)], None, 100),
        ([(0, 0)], [np.nan], 100),
        ([(0, 0)], [1, 2], 100),
        ([(0, 0)], None, 0),
        ([(0, 0)], None, np.nan),
    ],
)
def test_misfits_are_refused(points, weights, bandwidth):
    with pytest.raises(StudyError):
        kernel_density(points, weights, bandwidth, "quartic", GRID)


def test_arcgis_radius_of_the_design_page():
    """SD 31.446995, Dm 31.350221 after the factor: h = 9.676959 (formula, not a run of ArcGIS)."""
    points = np.loadtxt(FIXTURES / "pts.csv", delimiter=",")
    assert arcgis_bandwidth(points) == pytest.approx(9.676959, abs=5e-7)
    center = points - points.mean(axis=0)
    assert np.sqrt((center**2).sum(axis=1).mean()) == pytest.approx(31.446995, abs=5e-7)


def test_scott_is_the_spread_times_n_to_minus_a_sixth():
    points = np.loadtxt(FIXTURES / "pts.csv", delimiter=",")
    by_axis = points.std(axis=0, ddof=1) * len(points) ** (-1 / 6)
    assert scott_bandwidth(points) == pytest.approx(np.sqrt(by_axis.prod()))


def test_grams_do_not_collapse_the_radius():
    """n as the sum of weights shrinks with the unit; Kish's n does not."""
    rng = np.random.default_rng(3)
    points, grams = rng.random((50, 2)) * 1e4, rng.random(50)
    assert arcgis_bandwidth(points, 1000 * grams) == pytest.approx(arcgis_bandwidth(points, grams))
    by_sum = arcgis_bandwidth(points, 1000 * grams, size="sum")
    assert by_sum == pytest.approx(arcgis_bandwidth(points, grams, size="sum") * 1000**-0.2)
    assert effective_n(np.ones(7)) == 7


def test_equal_weights_change_no_bandwidth():
    points = np.random.default_rng(4).random((31, 2))
    for rule in (arcgis_bandwidth, scott_bandwidth):
        assert rule(points, np.full(31, 3.0)) == pytest.approx(rule(points))
        assert rule(np.repeat(points, 1, axis=0)) == pytest.approx(rule(points, np.ones(31)))


def test_most_points_in_one_place():
    points = np.array([(0.0, 0.0)] * 9 + [(3.0, 4.0)])
    assert arcgis_bandwidth(points) > 0
    for rule in (arcgis_bandwidth, scott_bandwidth):
        with pytest.raises(StudyError, match="same place"):
            rule(points[:9])
        with pytest.raises(StudyError, match="no point"):
            rule(np.empty((0, 2)))
