"""Moran's I and general G against esda, full enumeration, and what they must mean."""

from itertools import permutations

import numpy as np
import pytest
from scipy import sparse

from analysis.clustering import general_g, moran_i
from analysis.weights import distance_band, inverse_distance, k_nearest, row_standardized, with_self
from geo.errors import StudyError

RNG = np.random.default_rng(0)
PLACES = RNG.random((80, 2)) * 10
VALUES = RNG.poisson(3, 80) + 4.0 * (PLACES[:, 0] > 6)
WEIGHTS = {
    "band": distance_band(PLACES, 1.5),
    "nearest, not symmetric": k_nearest(PLACES, 4),
    "rows of one": row_standardized(k_nearest(PLACES, 4)),
    "distance": inverse_distance(PLACES, 3),
}


@pytest.mark.parametrize("kind", WEIGHTS)
def test_moran_equals_esda(kind):
    esda = pytest.importorskip("esda")
    graph = pytest.importorskip("libpysal.graph")
    weights = WEIGHTS[kind]
    theirs = esda.Moran(
        VALUES, graph.Graph.from_sparse(weights), transformation="O", permutations=0
    )
    ours = moran_i(VALUES, weights, permutations=0)
    assert ours.statistic == pytest.approx(theirs.I, abs=1e-12)
    assert ours.expected == pytest.approx(theirs.EI, abs=1e-12)
    assert ours.z == pytest.approx(theirs.z_rand, abs=1e-10)
    assert ours.p == pytest.approx(theirs.p_rand, rel=1e-6, abs=0)
    assert np.isnan(ours.p_shuffled)


@pytest.mark.parametrize("kind", ["band", "nearest, not symmetric"])
def test_general_g_equals_esda(kind):
    esda = pytest.importorskip("esda")
    graph = pytest.importorskip("libpysal.graph")
    weights = WEIGHTS[kind]
    theirs = esda.G(VALUES, graph.Graph.from_sparse(weights), permutations=0)
    ours = general_g(VALUES, weights, permutations=0)
    assert ours.statistic == pytest.approx(theirs.G, abs=1e-12)
    assert ours.expected == pytest.approx(theirs.EG, abs=1e-12)
    assert ours.z == pytest.approx(theirs.z_norm, abs=1e-8)


@pytest.mark.parametrize("test", [moran_i, general_g])
def test_moments_and_p_equal_all_720_orders(test):
    """Six places, weights of any size, not symmetric."""
    rng = np.random.default_rng(2)
    values = np.array([0.0, 0, 1, 2, 5, 9])
    weights = sparse.csr_array(np.where(rng.random((6, 6)) < 0.6, rng.random((6, 6)), 0))
    dense = weights.toarray()
    np.fill_diagonal(dense, 0)
    a = values - values.mean() if test is moran_i else values
    orders = np.array(list(permutations(a)))
    sums = np.einsum("pi,ij,pj->p", orders, dense, orders)
    seen = a @ dense @ a
    found = test(values, weights, permutations=20_000, seed=1)
    assert found.z == pytest.approx((seen - sums.mean()) / sums.std(), abs=1e-9)
    tails = ((sums >= seen - 1e-9).mean(), (sums <= seen + 1e-9).mean())
    assert found.p_shuffled == pytest.approx(min(1, 2 * min(tails)), abs=0.02)


def test_halves_lie_together_and_a_checkerboard_does_not():
    cells = np.array([(c, r) for r in range(10) for c in range(10)])
    rook = distance_band(cells, 1)
    halves = moran_i(cells[:, 0] < 5, rook)
    board = moran_i(cells.sum(axis=1) % 2, rook)
    # By hand: 180 rook pairs; of the halves 10 differ, so I = (170 - 10) / 180.
    assert halves.statistic == pytest.approx(160 / 180)
    assert board.statistic == pytest.approx(-1)
    assert halves.p_shuffled == board.p_shuffled == pytest.approx(2 / 1000)


def test_missing_values_and_self_weights_change_nothing():
    weights = WEIGHTS["band"]
    holed = VALUES.copy()
    holed[[3, 40]] = np.nan
    rest = np.isfinite(holed)
    for test in (moran_i, general_g):
        whole = test(holed, with_self(weights), permutations=99)
        part = test(holed[rest], weights[rest][:, rest], permutations=99)
        assert whole == part
        assert whole.places == 78


def test_what_cannot_be_computed_says_why():
    weights = WEIGHTS["band"]
    for values, links, why in (
        ([3.0] * 80, weights, "the same"),
        ([np.nan] * 80, weights, "fewer than"),
        (VALUES, sparse.csr_array((80, 80)), "no place has a neighbor"),
    ):
        for test in (moran_i, general_g):
            found = test(values, links)
            assert why in found.why_not
            assert np.isnan([found.statistic, found.z, found.p, found.p_shuffled]).all()
    with pytest.raises(StudyError, match="from 0 up"):
        general_g(-VALUES, weights)


def test_random_maps_are_called_clustered_in_one_of_twenty():
    weights = WEIGHTS["band"]
    rng = np.random.default_rng(5)
    found = [moran_i(rng.poisson(0.4, 80), weights, permutations=199, seed=s) for s in range(200)]
    assert np.mean([one.p_shuffled <= 0.05 for one in found]) <= 0.09  # 0.05 and three errors
    assert np.mean([one.p <= 0.05 for one in found]) <= 0.10
