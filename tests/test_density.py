"""Kernel density against exact sums, spatstat's images and the printed figures."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis import density as engine
from analysis.bandwidth import arcgis_bandwidth, effective_n, scott_bandwidth
from analysis.density import PER_KM2, PER_MI2, Grid, kernel_density
from analysis.edges import corrected_density
from analysis.spectrum import spectrum
from geo.errors import StudyError

FIXTURES = Path(__file__).parent / "data" / "density"
KERNELS = ["quartic", "gaussian", "epanechnikov", "disc"]
ROUNDING = {"quartic": 1e-11, "gaussian": 4e-8, "epanechnikov": 1e-11, "disc": 1e-11}
GRID = Grid(west=-3_000, north=20_000, cell_m=200, rows=100, cols=80)


def exact(points, weights, bandwidth_m, kernel, grid):
    """Sum the kernels one by one: the definition."""
    east, north = grid.centers()
    total = np.zeros((grid.rows, grid.cols))
    each = np.broadcast_to(bandwidth_m, (len(points),))
    for (x, y), amount, h in zip(points, weights, each, strict=True):
        squared = (north[:, None] - y) ** 2 + (east - x) ** 2
        if kernel == "gaussian":
            total += amount * np.exp(-squared / (2 * h**2)) / (2 * np.pi * h**2)
        elif kernel == "disc":
            total += amount / (np.pi * h**2) * (squared <= h**2)
        else:
            inner = np.clip(1 - squared / h**2, 0, None)
            power = {"epanechnikov": 1, "quartic": 2}[kernel]
            total += amount * (power + 1) / (np.pi * h**2) * inner**power
    return total


@pytest.mark.parametrize("number", [1, 150])
@pytest.mark.parametrize("bandwidth_m", [155, 260, 420, 900, 1_500, 4_000])
@pytest.mark.parametrize("kernel", KERNELS)
def test_equals_the_sum_of_kernels(kernel, bandwidth_m, number):
    """Points inside, on the edge and beyond it; Gaussians are cut 6 bandwidths away."""
    rng = np.random.default_rng(number)
    points = rng.random((number, 2)) * [18_000, 22_000] - [4_000, 1_000]
    points[0] = 4_037, 9_981
    weights = rng.random(number) + 0.5
    expected = exact(points, weights, bandwidth_m, kernel, GRID)
    found = kernel_density(points, weights, bandwidth_m, kernel, GRID)
    assert found.shape == (100, 80)
    assert (found >= 0).all()
    np.testing.assert_allclose(found, expected, rtol=0, atol=ROUNDING[kernel] * expected.max())


@pytest.mark.parametrize("bandwidth_m", [76, 260, 420, 700, 1_500, 4_000])
def test_gaussians_of_a_crowd(bandwidth_m, monkeypatch):
    """Stamped, on finer cells, through splines of order 8, 6 and 4: 3e-6 of the highest value."""
    rng = np.random.default_rng(7)
    points = rng.random((500, 2)) * [18_000, 22_000] - [4_000, 1_000]
    expected = exact(points, np.ones(500), bandwidth_m, "gaussian", GRID)
    monkeypatch.setattr(engine, "EXACT_PRODUCTS", 0)
    for narrow in (0, engine.NARROW_CELLS):
        monkeypatch.setattr(engine, "NARROW_CELLS", narrow)
        found = kernel_density(points, None, bandwidth_m, "gaussian", GRID)
        np.testing.assert_allclose(found, expected, rtol=0, atol=3e-6 * expected.max())


@pytest.mark.parametrize("kernel", KERNELS)
def test_a_bandwidth_for_each_point(kernel, monkeypatch):
    rng = np.random.default_rng(8)
    points = rng.random((80, 2)) * [18_000, 22_000] - [4_000, 1_000]
    each = np.exp(rng.uniform(np.log(250), np.log(5_000), 80))
    weights = rng.random(80)
    expected = exact(points, weights, each, kernel, GRID)
    found = kernel_density(points, weights, each, kernel, GRID)
    np.testing.assert_allclose(found, expected, rtol=0, atol=ROUNDING[kernel] * expected.max())
    if kernel == "gaussian":  # and between levels, right to 5e-5 of each one's peak
        monkeypatch.setattr(engine, "EXACT_PRODUCTS", 0)
        found = kernel_density(points, weights, each, kernel, GRID)
        np.testing.assert_allclose(found, expected, rtol=0, atol=5e-5 * expected.max())


def test_far_columns_keep_their_digits():
    """A narrow quartic at the end of a wide grid: blocks of columns keep the powers small."""
    grid = Grid(west=0, north=1_000, cell_m=100, rows=10, cols=4_000)
    points = np.column_stack([np.linspace(10, 399_990, 700), np.full(700, 430.0)])
    expected = exact(points, np.ones(700), 170, "quartic", grid)
    found = kernel_density(points, None, 170, "quartic", grid)
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-12 * expected.max())


def test_quartic_by_hand():
    """3 / pi = 0.954930 events per km2 at the event, (3/4)**2 of it = 0.537148 at half the radius.

    Per square mile 3 / pi * 2.58998811 = 2.47325646.
    """
    grid = Grid(west=-550, north=550, cell_m=100, rows=11, cols=11)
    found = 1e6 * kernel_density([(0, 0)], None, 1000, "quartic", grid)
    assert found[5, 5] == pytest.approx(0.954930, abs=5e-7)
    assert found[5, 10] == pytest.approx(0.537148, abs=5e-7)
    assert PER_MI2 / PER_KM2 * found[5, 5] == pytest.approx(2.47325646, abs=5e-9)


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
    for more in (1, 0):
        monkeypatch.setattr(engine, "EXACT_PRODUCTS", more * engine.EXACT_PRODUCTS)
        monkeypatch.setattr(engine, "EXACT_ROWS", more * engine.EXACT_ROWS)
        reach = 500 if kernel == "gaussian" else 3_000
        found = kernel_density([(-2_990, 19_990)], None, reach, kernel, GRID)
        assert found[0, 0] > 0
        assert found[:, -1].max() < 1e-6 * found.max()
        assert found[-1].max() < 1e-6 * found.max()


def test_quartic_by_fft_for_many_points(monkeypatch):
    """50,000 points go through the FFT with h = 25 cells: within 1e-4 of the exact stamping."""
    rng = np.random.default_rng(2)
    points = np.clip(rng.normal(6_400, 2_000, (50_000, 2)), 0, 12_800)
    grid = Grid(west=0, north=12_800, cell_m=100, rows=128, cols=128)
    stamped = kernel_density(points, None, 2_500, "quartic", grid)
    monkeypatch.setattr(engine, "EXACT_ROWS", 0)
    through = kernel_density(points, None, 2_500, "quartic", grid)
    np.testing.assert_allclose(through, stamped, rtol=0, atol=1e-4 * stamped.max())


@settings(max_examples=25)
@given(
    st.lists(st.tuples(st.integers(-4, 44), st.integers(-4, 44)), min_size=1, max_size=12),
    st.sampled_from(["quartic", "gaussian", "epanechnikov"]),
    st.sampled_from([75.0, 100.0, 250.0, 700.0]),
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
    assert not kernel_density(np.empty((0, 2)), None, 300, "quartic", GRID).any()
    assert not kernel_density([(1e9, 1e9)], None, 300, "gaussian", GRID).any()


@pytest.mark.parametrize(
    ("points", "weights", "bandwidth"),
    [
        ([(0, np.nan)], None, 300),
        ([(0, 0)], [np.nan], 300),
        ([(0, 0)], [1, 2], 300),
        ([(0, 0)], None, 0),
        ([(0, 0)], None, np.nan),
        ([(0, 0)], [-1], 300),
        ([(0, 0), (1, 1)], None, [300, 300, 300]),
        ([(0, 0), (1, 1)], None, [300, 0]),
    ],
)
def test_misfits_are_refused(points, weights, bandwidth):
    with pytest.raises(StudyError):
        kernel_density(points, weights, bandwidth, "quartic", GRID)


@settings(max_examples=30)
@given(
    st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), min_size=1, max_size=10),
    st.sampled_from(KERNELS),
    st.sampled_from([80.0, 130.0, 410.0]),
    st.integers(-5, 5),
    st.integers(0, 9),
)
def test_translation_and_additivity(places, kernel, bandwidth_m, cells, cut):
    """Moving map and points together changes nothing; two crowds add up."""
    points = np.array(places) * 50.0 + 7.0
    grid = Grid(west=0, north=2_000, cell_m=100, rows=20, cols=20)
    whole = kernel_density(points, None, bandwidth_m, kernel, grid)
    shifted = Grid(west=cells * 100, north=2_000 - cells * 300, cell_m=100, rows=20, cols=20)
    moved = kernel_density(
        points + np.array([cells * 100, -cells * 300]), None, bandwidth_m, kernel, shifted
    )
    peak = 3 / (np.pi * bandwidth_m**2)
    np.testing.assert_allclose(moved, whole, rtol=0, atol=1e-9 * peak)
    parts = [
        kernel_density(one, None, bandwidth_m, kernel, grid) for one in (points[:cut], points[cut:])
    ]
    np.testing.assert_allclose(sum(parts), whole, rtol=0, atol=1e-7 * peak)


def test_a_million_events_at_one_place_are_all_there():
    """Added in single precision they would lose percents; by the formula, peak = n / (2 pi s2)."""
    grid = Grid(west=0, north=30_000, cell_m=100, rows=300, cols=300)
    points = np.tile([[15_050.0, 14_950.0]], (1_000_000, 1))
    found = kernel_density(points, None, 900, "gaussian", grid)
    assert found.max() == pytest.approx(1e6 / (2 * np.pi * 900**2), rel=2e-6)
    assert found.sum() * 100**2 == pytest.approx(1e6, rel=2e-6)


@pytest.mark.parametrize("kernel", KERNELS)
def test_a_bandwidth_wider_than_the_map(kernel):
    """Far from the rim a wide kernel is flat: (p + 1) / (pi h2), or 1 / (2 pi s2)."""
    grid = Grid(west=0, north=1_000, cell_m=100, rows=10, cols=10)
    found = kernel_density([(450, 450)], None, 1e6, kernel, grid)
    peak = {"gaussian": 0.5, "disc": 1, "epanechnikov": 2, "quartic": 3}[kernel] / np.pi / 1e12
    np.testing.assert_allclose(found, peak, rtol=1e-5)


@pytest.mark.parametrize("kernel", KERNELS)
def test_a_bandwidth_smaller_than_a_cell(kernel):
    """An event between four centers would leave an empty map: refused, with the cells that do."""
    grid = Grid(west=0, north=1_000, cell_m=100, rows=10, cols=10)
    with pytest.raises(StudyError, match="cells of at most") as refused:
        kernel_density([(500, 500)], None, 30, kernel, grid)
    assert refused.value.hint.split("most ")[1].split()[0] == (
        "80" if kernel == "gaussian" else "40"
    )
    if kernel != "gaussian":
        assert kernel_density([(500, 500)], None, 75, kernel, grid).any()


def test_units():
    """A square mile is 1,609.344 m squared: 2.589988 km2."""
    assert PER_KM2 == 1_000_000
    assert pytest.approx(2.589988110336, rel=1e-15) == PER_MI2 / PER_KM2


def test_one_spectrum_many_bandwidths():
    rng = np.random.default_rng(9)
    points = rng.normal(8_000, 3_000, (4_000, 2))
    kept = spectrum(points, None, GRID, finest_m=400, widest_m=6_000)
    for bandwidth_m in (400, 777, 2_500, 6_000):
        expected = kernel_density(points, None, bandwidth_m, "gaussian", GRID)
        found = kept.density(bandwidth_m)
        np.testing.assert_allclose(found, expected, rtol=0, atol=3e-6 * expected.max())
    for outside in (399, 6_001):
        with pytest.raises(StudyError, match="prepared"):
            kept.density(outside)
    with pytest.raises(StudyError, match="smaller cells"):
        spectrum(points, None, GRID, finest_m=300, widest_m=6_000)


def test_one_spectrum_of_quartics():
    """Sampled at 20 and 30 cells: within 2e-4 of the exact sum."""
    rng = np.random.default_rng(10)
    points = rng.normal(8_000, 3_000, (4_000, 2))
    kept = spectrum(points, None, GRID, finest_m=4_000, widest_m=6_000, kernel="quartic")
    for bandwidth_m in (4_000, 6_000):
        expected = kernel_density(points, None, bandwidth_m, "quartic", GRID)
        found = kept.density(bandwidth_m)
        np.testing.assert_allclose(found, expected, rtol=0, atol=2e-4 * expected.max())


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


@pytest.mark.parametrize(
    ("cell_m", "west"),
    [(100.0, 0.0), (30.0, 1234.5), (7.3, -4_015_000.0), (0.1, 1234.5), (7.3, 1234.5)],
)
def test_a_disc_counts_every_center_on_its_rim(cell_m, west):
    """5**2 = 3**2 + 4**2: 12 centers lie on the rim, 69 within (Gauss's circle problem: 81)."""
    grid = Grid(west=west, north=west + 31 * cell_m, cell_m=cell_m, rows=31, cols=31)
    east, north = grid.centers()
    found = kernel_density([(east[15], north[15])], None, 5 * cell_m, "disc", grid)
    down, across = np.indices((31, 31)) - 15
    assert ((found > 0) == (down**2 + across**2 <= 25)).all()
    assert (found > 0).sum() == 81


@pytest.mark.parametrize(
    ("kernel", "bandwidth_m", "why"),
    [
        ("cosine", 1000.0, "no kernel"),
        ("quartic", 1e300, "so wide"),
        ("gaussian", 1e300, "so wide"),
    ],
)
def test_what_no_density_can_be_made_of_is_refused(kernel, bandwidth_m, why):
    grid = Grid(west=0, north=1000, cell_m=100, rows=10, cols=10)
    inside = np.ones(grid.shape, bool)
    for make in (kernel_density, lambda *given: corrected_density(*given, inside)):
        with pytest.raises(StudyError, match=why):
            make([(500.0, 500.0)], None, bandwidth_m, kernel, grid)
