"""Gi and Gi* against spdep, esda, hand arithmetic, and the faults of others."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from analysis.getis_ord import gi, gi_star
from analysis.weights import distance_band, grid_ring, with_self
from geo.errors import StudyError

FIXTURES = Path(__file__).parent / "data" / "hotspots"


def links(name: str) -> sparse.csr_array:
    pairs = pd.read_csv(FIXTURES / f"sids_{name}.csv")  # 1-based, from spdep
    ones = np.ones(len(pairs))
    return sparse.csr_array((ones, (pairs["i"] - 1, pairs["j"] - 1)), shape=(100, 100))


def row_standardized(weights: sparse.csr_array) -> sparse.csr_array:
    return sparse.csr_array(sparse.diags_array(1 / weights.sum(axis=1)) @ weights)


@pytest.mark.parametrize("variable", ["SID74", "SIDR74", "SIDR79", "diff"])
@pytest.mark.parametrize("style", ["B", "W"])
@pytest.mark.parametrize("network", ["queen", "knn4"])
def test_sids_equals_spdep(network, style, variable):
    expected = pd.read_csv(FIXTURES / "sids_spdep.csv")  # spdep 1.2-7 localG
    values = pd.read_csv(FIXTURES / "sids_y.csv")[variable]
    others, all_ = links(network), with_self(links(network))
    if style == "W":
        others, all_ = row_standardized(others), row_standardized(all_)
    np.testing.assert_allclose(
        gi(values, others), expected[f"{network}_{style}_g_{variable}"], rtol=0, atol=1e-12
    )
    np.testing.assert_allclose(
        gi_star(values, all_), expected[f"{network}_{style}_star_{variable}"], rtol=0, atol=1e-12
    )


def test_sids_sums_of_the_design_page():
    """Queen Gi* of SIDR74: figures spdep 1.2-7 printed."""
    z = gi_star(pd.read_csv(FIXTURES / "sids_y.csv")["SIDR74"], with_self(links("queen")))
    assert z.sum() == pytest.approx(1.2580766984, abs=1e-9)
    assert (z**2).sum() == pytest.approx(189.3348024153, abs=1e-9)
    assert z.argmax() == 4
    assert z.max() == pytest.approx(4.251772568817, abs=1e-11)


@pytest.mark.parametrize(
    ("band", "without", "with_own"),
    [
        (30, 1.2219791625855, 1.45077980738707),
        (60, 1.7480975429707, 1.9005588828673),
        (90, 1.98613542716118, 2.09693874646776),
        (120, 1.89337382440306, 1.9819068519546),
        (150, 1.23745425267759, 1.30669844417813),
    ],
)
def test_getis_ord_1996_grid(band, without, with_own):
    """The grid of Getis & Ord (1996), cell (210, 210): spdep's reference page prints the Gi."""
    grid = pd.read_csv(FIXTURES / "getisord.csv")
    weights = distance_band(grid[["x", "y"]], band)
    at = grid.index[(grid["x"] == 210) & (grid["y"] == 210)][0]
    assert gi(grid["val"], weights)[at] == pytest.approx(without, abs=1e-12)
    assert gi_star(grid["val"], with_self(weights))[at] == pytest.approx(with_own, abs=1e-12)


SIX_POINTS = [(10, 10), (20, 10), (40, 10), (15, 20), (30, 20), (30, 30)]
SIX_VALUES = [2, 3, 3.2, 5, 8, 7]


@pytest.mark.parametrize("style", ["B", "W"])
def test_six_points(style):
    """PySAL's classic six points; figures of the design page, equal in spdep."""
    others = distance_band(SIX_POINTS, 15)
    all_ = with_self(others)
    if style == "W":
        others, all_ = row_standardized(others), row_standardized(all_)
    np.testing.assert_allclose(
        gi(SIX_VALUES, others),
        [-1.01367290, -0.04361589, 1.31558703, -0.31412676, 1.15373986, 1.77833941],
        atol=5e-9,
    )
    np.testing.assert_allclose(
        gi_star(SIX_VALUES, all_),
        [-1.39727626, -0.28917762, 0.65064964, -0.28917762, 1.23452088, 2.02424331],
        atol=5e-9,
    )


def test_three_by_three_by_hand():
    """One event in the middle of nine; rook neighbors and self.

    Mean 1/9, variance 1/9 - 1/81 = 8/81. Middle: W = 5, sum 1: (1 - 5/9) / sqrt(8/81 (9*5-25)/8)
    = (4/9) / (sqrt(20)/9) = 4 / sqrt(20). Corner: W = 3, sum 0: (-1/3) / sqrt(8/81 (27-9)/8)
    = (-3/9) / (sqrt(18)/9) = -3 / sqrt(18).
    """
    places = [(col, row) for row in range(3) for col in range(3)]
    z = gi_star([0, 0, 0, 0, 1, 0, 0, 0, 0], with_self(distance_band(places, 1)))
    assert z[4] == pytest.approx(4 / np.sqrt(20), abs=1e-14)
    assert z[0] == pytest.approx(-3 / np.sqrt(18), abs=1e-14)


def test_equals_esda_with_binary_weights_and_self():
    esda = pytest.importorskip("esda")
    graph = pytest.importorskip("libpysal.graph")
    rng = np.random.default_rng(3)
    places, values = rng.random((60, 2)) * 10, rng.gamma(1.0, 2.0, 60)
    weights = with_self(distance_band(places, 3))
    theirs = esda.G_Local(
        values, graph.Graph.from_sparse(weights).to_W(), transform="B", star=True, permutations=0
    )
    np.testing.assert_allclose(gi_star(values, weights), theirs.Zs, atol=1e-12)


@st.composite
def problems(draw):
    """Values on a random graph with self weights."""
    n = draw(st.integers(4, 14))
    values = draw(st.lists(st.integers(-50, 50), min_size=n, max_size=n))
    linked = draw(st.lists(st.booleans(), min_size=n * n, max_size=n * n))
    matrix = np.array(linked, dtype=float).reshape(n, n)
    np.fill_diagonal(matrix, 1)
    return np.array(values, dtype=float), sparse.csr_array(matrix)


@settings(max_examples=60)
@given(problems(), st.floats(0.01, 1000), st.floats(-1e4, 1e4))
def test_units_do_not_matter(problem, scale, shift):
    values, weights = problem
    for score in (gi, gi_star):
        z = score(values, weights)
        np.testing.assert_allclose(score(shift + scale * values, weights), z, atol=1e-6)
        np.testing.assert_allclose(score(shift - scale * values, weights), -z, atol=1e-6)


@settings(max_examples=60)
@given(problems(), st.integers(0, 2**32 - 1))
def test_row_scaling_and_relabeling(problem, seed):
    values, weights = problem
    rng = np.random.default_rng(seed)
    scaled = sparse.csr_array(sparse.diags_array(rng.uniform(0.1, 9, values.size)) @ weights)
    order = rng.permutation(values.size)
    for score in (gi, gi_star):
        z = score(values, weights)
        np.testing.assert_allclose(score(values, scaled), z, atol=1e-9)
        np.testing.assert_allclose(
            score(values[order], weights[order][:, order]), z[order], atol=1e-9
        )


def test_a_huge_offset_changes_nothing():
    rng = np.random.default_rng(1)
    values, weights = rng.random(200), with_self(distance_band(rng.random((200, 2)), 0.2))
    for score in (gi, gi_star):
        difference = score(values + 1e9, weights) - score(values, weights)
        assert np.nanmax(np.abs(difference)) < 1e-6


def test_one_missing_value_does_not_poison_the_rest():
    """The esda defect: one NaN makes every p NaN. Ours equals leaving the place out."""
    rng = np.random.default_rng(2)
    places, values = rng.random((40, 2)), rng.random(40)
    weights = with_self(distance_band(places, 0.4))
    values[7] = np.nan
    rest = np.arange(40) != 7
    for score in (gi, gi_star):
        z = score(values, weights)
        assert np.isnan(z[7])
        np.testing.assert_array_equal(z[rest], score(values[rest], weights[rest][:, rest]))


def test_isolates_get_no_score():
    """The esda defect: islands get z_sim = inf and p = .001; pygeoda: p = 0."""
    weights = distance_band([(0, 0), (1, 0), (2, 0), (99, 99)], 1)
    assert np.isnan(gi([1, 2, 3, 50], weights)[3])
    z = gi_star([1, 2, 3, 50], with_self(weights))
    assert np.isnan(z[3])
    assert np.isfinite(z[:3]).all()


def test_a_place_whose_neighbors_are_all_missing_is_an_isolate():
    weights = with_self(distance_band([(0, 0), (1, 0), (5, 0), (6, 0), (7, 0)], 1))
    z = gi_star([1, np.nan, 3, 4, 9], weights)
    assert np.isnan(z[:2]).all()
    assert np.isfinite(z[2:]).all()


def test_neighbor_of_everything_has_no_score_not_a_rounding_error():
    """Row 0 holds every place: its sum never varies. The first property test found this."""
    matrix = np.eye(7)
    matrix[0] = 1 / 7
    matrix[1, 2] = matrix[2, 1] = 1
    z = gi_star([0.1, 0.2, 0.3, 0.5, 0.8, 1.3, 2.1], sparse.csr_array(matrix))
    assert np.isnan(z[0])
    assert np.isfinite(z[1:3]).all()


@pytest.mark.parametrize("values", [[0.1] * 5, [0, 0, 0, 0, 0], [np.nan] * 5, [1, np.nan, 1, 1, 1]])
def test_constant_and_empty_layers(values):
    weights = with_self(distance_band([(i, 0) for i in range(5)], 1))
    assert np.isnan(gi_star(values, weights)).all()
    assert np.isnan(gi(values, weights)).all()


def test_no_places_at_all():
    assert gi_star([], sparse.csr_array((0, 0))).shape == (0,)


def test_self_weight_squares_by_default_are_those_of_the_weights():
    """The esda defect: `transform="R"` takes W for S1 and shrinks z by sqrt((n/k-1)/(n-1))."""
    rng = np.random.default_rng(5)
    values = rng.random(80)
    weights = with_self(distance_band(rng.random((80, 2)), 0.25))
    standardized = row_standardized(weights)
    np.testing.assert_allclose(gi_star(values, standardized), gi_star(values, weights), atol=1e-12)


def test_sign_follows_the_values_when_the_total_is_negative():
    """The esda defect: the sign flips when values add up to less than 0."""
    weights = with_self(distance_band([(i, 0) for i in range(8)], 1))
    falling = np.array([9, 8, 7, 6, 5, 4, 3, 2], dtype=float)
    assert gi_star(falling - 100, weights)[0] > 0
    assert gi_star(falling, weights)[0] > 0


def test_gi_ignores_a_self_weight_and_gi_star_demands_one():
    weights = distance_band([(i, 0) for i in range(6)], 1)
    values = [3, 1, 4, 1, 5, 9]
    np.testing.assert_array_equal(gi(values, with_self(weights)), gi(values, weights))
    with pytest.raises(StudyError, match="self weight"):
        gi_star(values, weights)


def test_misfits_are_refused():
    with pytest.raises(StudyError, match="do not fit"):
        gi([1, 2, 3], sparse.csr_array((2, 2)))
    with pytest.raises(StudyError, match="infinite"):
        gi([1, 2], sparse.csr_array([[0, np.inf], [1, 0]]))


def test_what_is_given_stays_as_it_was():
    weights = with_self(distance_band([(i, 0) for i in range(6)], 1))
    before = weights.toarray()
    values = np.array([1.0, np.nan, 2, 3, 4, 5])
    gi_star(values, weights)
    gi(values, weights)
    np.testing.assert_array_equal(weights.toarray(), before)
    np.testing.assert_array_equal(values, [1.0, np.nan, 2, 3, 4, 5])


def test_one_place_and_two():
    """Nothing to compare with: one place, and two that are all there is."""
    for n in (1, 2):
        weights = sparse.csr_array(np.ones((n, n)))
        for score in (gi, gi_star):
            assert np.isnan(score(np.arange(float(n)), weights)).all()


def test_two_states_apart_are_one_map():
    """No link between them, one mean for both: by the formula, place by place."""
    places = [(x, 0.0) for x in range(5)] + [(x, 900.0) for x in range(5)]
    values = np.array([8, 9, 7, 8, 9, 1, 0, 2, 1, 0], dtype=float)
    weights = with_self(distance_band(places, 1))
    z = gi_star(values, weights)
    d = values - values.mean()
    for i in range(10):
        w = weights.toarray()[i]
        spread = np.mean(d**2) * (10 * (w**2).sum() - w.sum() ** 2) / 9
        assert z[i] == pytest.approx(w @ d / np.sqrt(spread), abs=1e-12)
    assert (z[:5] > 0).all()
    assert (z[5:] < 0).all()


def test_coincident_places_have_the_same_score():
    places = [(0, 0)] * 4 + [(10, 0), (11, 0), (12, 0)]
    z = gi_star([5, 1, 2, 8, 0, 1, 3], with_self(distance_band(places, 1)))
    np.testing.assert_allclose(z[:4], z[0], atol=1e-12)


def test_huge_and_tiny_values_stay_in_range():
    values, weights = (
        np.array([3, 1, 4, 1, 5, 9.0]),
        with_self(distance_band([(i, 0) for i in range(6)], 1)),
    )
    for unit in (1e200, 1e-200):
        np.testing.assert_allclose(gi_star(values * unit, weights), gi_star(values, weights))


def test_a_million_cells_equal_sums_of_slices():
    """Sums of 3 x 3 windows from a padded picture, then the formula."""
    side = 1000
    n = side * side
    rows, columns = np.divmod(np.arange(n), side)
    values = np.random.default_rng(0).poisson(0.3, n).astype(float)
    d = np.pad((values - values.mean()).reshape(side, side), 1)
    ones = np.pad(np.ones((side, side)), 1)
    window = [(slice(a, a + side), slice(b, b + side)) for a in range(3) for b in range(3)]
    held, size = (sum(what[at] for at in window).ravel() for what in (d, ones))
    expected = held / np.sqrt(values.var() * (n * size - size**2) / (n - 1))
    z = gi_star(values, with_self(grid_ring(np.column_stack([columns, rows]))))
    np.testing.assert_allclose(z, expected, atol=1e-9)
