"""Lengths from the data: friendly, explained, and near what esda finds."""

import numpy as np
import pytest
from scipy import stats

from analysis import scale
from analysis.weights import distance_band, with_self
from geo.errors import StudyError


def test_moran_equals_esda_at_each_distance():
    esda = pytest.importorskip("esda")
    graph = pytest.importorskip("libpysal.graph")
    rng = np.random.default_rng(0)
    places = rng.random((300, 2)) * 20
    values = rng.poisson(3, 300) + (places[:, 0] > 10)
    for band in scale.incremental_autocorrelation(values, places, 1.0, seed=1):
        weights = distance_band(places, band.band_m)
        theirs = esda.Moran(
            values, graph.Graph.from_sparse(weights), transformation="B", permutations=0
        )
        assert band.z == pytest.approx(theirs.z_rand, abs=1e-10)
        assert band.neighbors == pytest.approx(weights.sum() / 300)


def test_band_is_the_size_of_the_clusters():
    """Clusters with a radius of 3 cells: the first peak lies near it, not at 1 nor at 8."""
    col, row = np.meshgrid(np.arange(40), np.arange(40))
    places = np.column_stack([col.ravel(), row.ravel()]) * 1000.0
    near = np.min([np.hypot(*(places - c).T) for c in [(9e3, 9e3), (30e3, 28e3)]], axis=0)
    values = np.random.default_rng(2).poisson(np.where(near <= 3000, 12, 1))
    band, reason = scale.distance_band(values, places, 1000.0, seed=1)
    assert 2000 <= band <= 5000
    assert "peaks" in reason


def test_no_clustering_falls_back_to_two_rings():
    col, row = np.meshgrid(np.arange(12), np.arange(12))
    places = np.column_stack([col.ravel(), row.ravel()]) * 500.0
    for values in (np.zeros(144), np.full(144, np.nan)):
        band, reason = scale.distance_band(values, places, 500.0, seed=1)
        assert band == 1000
        assert "no more than chance" in reason


def test_sampling_is_repeatable_and_near_the_whole():
    rng = np.random.default_rng(3)
    places = rng.random((9000, 2)) * 100
    values = rng.poisson(2 + 3 * (places[:, 0] > 50))
    first = scale.incremental_autocorrelation(values, places, 1.5, seed=7)
    assert first == scale.incremental_autocorrelation(values, places, 1.5, seed=7)
    expected = 9000 * np.pi * 1.5**2 / 100**2  # less at the edges
    assert first[0].neighbors == pytest.approx(expected, rel=0.1)


@pytest.mark.parametrize("level", ["hexagon", "square"])
def test_cells_follow_the_events_not_the_empty_land(level):
    rng = np.random.default_rng(4)
    town = rng.normal(0, 2_000, (800, 2))
    width, parameter = scale.cell_size(town, 1e9, level)
    wide, _ = scale.cell_size(town, 2e10, level)
    assert (
        width == wide == pytest.approx(2 * 316, rel=0.6)
    )  # 10 of 800 at the town's middle: r = 316
    assert "half of the events have 10 others within" in parameter.reason


def test_cells_are_no_finer_than_places_are_known():
    rng = np.random.default_rng(5)
    width, parameter = scale.cell_size(rng.normal(0, 500, (900, 2)), 1e9, "square", 600)
    assert width >= 1200
    assert "finer than places are known" in parameter.reason


@pytest.mark.parametrize("number", [0, 1, 2, 5])
def test_cells_of_hardly_any_events(number):
    width, _ = scale.cell_size(np.arange(2.0 * number).reshape(-1, 2), 1e9, "hexagon")
    assert 200 <= width <= 5_000


def test_friendly_lengths_are_never_shorter():
    for length in np.geomspace(10, 5e5, 200):
        assert length * (1 - 1e-9) <= scale.friendly(length) <= 1.6 * length


def test_steps_of_a_bandwidth_go_up_and_come_back():
    """1, 1.5, 2, 2.5, 3, 4, 5, 7.5 times a power of 10, as docs/density.md says."""
    length, seen = 99.0, []
    while length < 1_000:
        length = scale.next_friendly(length, wider=True)
        seen.append(length)
    assert seen == [100, 150, 200, 250, 300, 400, 500, 750, 1_000]
    for wanted in reversed(seen[:-1]):
        length = scale.next_friendly(length, wider=False)
        assert length == wanted


def test_pixels():
    assert scale.pixel_size(2_000, 90_000, 50_000)[0] == 200
    assert scale.pixel_size(2_000, 900_000, 500_000)[0] == 1_500  # 900 km / 600 pixels
    with pytest.raises(StudyError, match="bandwidth"):
        scale.pixel_size(500, 900_000, 500_000)
    with pytest.raises(StudyError, match="pixels"):
        scale.check_pixels(10, 900_000, 500_000)


@pytest.mark.parametrize(
    ("bandwidth_m", "pixel_m"),
    [(300, 150), (400, 200), (500, 250), (700, 400), (1_000, 500), (1_500, 750), (2_000, 750)],
)
def test_pixels_follow_a_narrow_bandwidth_without_a_jump(bandwidth_m, pixel_m):
    """Half of the bandwidth, rounded up, between a 3,000th and a 600th of 400 km, as for Ohio."""
    found, parameter = scale.pixel_size(bandwidth_m, 360_000, 400_000, (600, 3_000))
    assert found == pixel_m
    assert parameter.reason


def test_fewest_events_follow_the_usual_neighborhood():
    """P(Poisson(3.2) >= 7) = 0.045 and P(>= 6) = 0.105, so 7 and two more (scipy.stats below)."""
    cells = np.array([(c, r) for r in range(20) for c in range(20)])
    weights = with_self(distance_band(cells, 1))
    for per_cell in (0.02, 0.2, 0.5, 1.0, 1.5, 30.0):
        counts = np.random.default_rng(1).poisson(per_cell, 400)
        usual = np.mean([counts[weights[[i]].indices].sum() for i in range(400)])
        rare = next(k for k in range(10_000) if stats.poisson.sf(k - 1, usual) <= 0.05)
        number, parameter = scale.fewest_events(counts, weights)
        assert number == min(20, max(5, rare + 2))
        assert f"{usual:.1f} events" in parameter.reason
    assert scale.fewest_events([np.nan] * 400, weights)[0] == 5
