"""Exact and Pearson III p-values, FDR and classes, against enumeration and other programs."""

from itertools import combinations
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse, stats

from analysis.getis_ord import gi_star
from analysis.shared_draws import _ranks
from analysis.significance import (
    classes,
    exact_p,
    exact_tails,
    fdr,
    pearson3_p,
    shared_draw_p,
)
from analysis.weights import distance_band, grid_ring, with_self
from geo.errors import StudyError

FIXTURES = Path(__file__).parent / "data" / "hotspots"


def sids() -> tuple[np.ndarray, sparse.csr_array]:
    pairs = pd.read_csv(FIXTURES / "sids_queen.csv")
    weights = sparse.csr_array(
        (np.ones(len(pairs)), (pairs["i"] - 1, pairs["j"] - 1)), shape=(100, 100)
    )
    return pd.read_csv(FIXTURES / "sids_y.csv")["SID74"].to_numpy(), with_self(weights)


def test_exact_tails_equal_the_fixture():
    """Tails of SID74 with queen neighbors, computed by another program (design page)."""
    counts, weights = sids()
    expected = pd.read_csv(FIXTURES / "fixture_sid74_exact_p.csv")
    for null, short in (("total", "total"), ("conditional", "cond")):
        at_least, at_most = exact_tails(counts, weights, null)
        np.testing.assert_allclose(at_least, expected[f"{short}_ge"], rtol=0, atol=1e-12)
        np.testing.assert_allclose(at_most, expected[f"{short}_le"], rtol=0, atol=1e-12)


def brute(counts, weights, null):
    """Every subset of places, one by one."""
    n, member = len(counts), weights.toarray() != 0
    at_least, at_most = np.empty(n), np.empty(n)
    for i in range(n):
        near = member[i].copy()
        pool = list(range(n))
        if null == "conditional":
            near[i] = False
            pool.remove(i)
        held = counts[near].sum()
        sums = np.array([counts[list(c)].sum() for c in combinations(pool, int(near.sum()))])
        at_least[i], at_most[i] = (sums >= held).mean(), (sums <= held).mean()
    return np.minimum(1, 2 * np.minimum(at_least, at_most))


@pytest.mark.parametrize("null", ["total", "conditional"])
def test_three_by_three_equals_enumeration(null):
    rng = np.random.default_rng(4)
    weights = with_self(grid_ring([(c, r) for r in range(3) for c in range(3)]))
    for _ in range(6):
        counts = rng.poisson(1.5, 9) * rng.integers(1, 4, 9)
        expected = brute(counts, weights, null)
        found = exact_p(counts, weights, null)
        able = np.isfinite(found)
        assert able.sum() == 8  # the middle cell's neighbors are all there are
        np.testing.assert_allclose(found[able], expected[able], atol=1e-13)


@settings(max_examples=40)
@given(
    st.integers(1, 6),
    st.lists(st.integers(0, 9), min_size=7, max_size=9),
    st.sampled_from(["total", "conditional"]),
)
def test_random_neighborhoods_equal_enumeration(size, counts, null):
    n = len(counts)
    matrix = np.eye(n)
    for i in range(n):
        matrix[i, [(i + step) % n for step in range(1, size)]] = 1
    weights = sparse.csr_array(matrix)
    found = exact_p(counts, weights, null)
    expected = brute(np.array(counts), weights, null)
    able = np.isfinite(found)
    np.testing.assert_allclose(found[able], expected[able], atol=1e-12)


def test_zeros_and_ones_are_hypergeometric():
    rng = np.random.default_rng(8)
    events = (rng.random(500) < 0.07).astype(int)
    weights = with_self(distance_band(rng.random((500, 2)), 0.12))
    at_least, at_most = exact_tails(events, weights)
    size = np.diff(weights.indptr)
    held = weights @ events
    able = np.isfinite(at_least)
    assert able.sum() > 480
    law = stats.hypergeom(500, events.sum(), size[able])
    np.testing.assert_allclose(at_least[able], law.sf(held[able] - 1), rtol=1e-9, atol=1e-14)
    np.testing.assert_allclose(at_most[able], law.cdf(held[able]), rtol=1e-9, atol=1e-14)


def test_row_standardized_neighborhoods_are_neighborhoods():
    counts, weights = sids()
    standardized = sparse.csr_array(sparse.diags_array(1 / weights.sum(axis=1)) @ weights)
    np.testing.assert_array_equal(exact_p(counts, standardized), exact_p(counts, weights))


def test_gi_and_gi_star_have_the_same_conditional_p():
    counts, weights = sids()
    without = sparse.csr_array(weights - sparse.eye_array(100))
    without.eliminate_zeros()
    np.testing.assert_array_equal(
        exact_p(counts, weights, "conditional"), exact_p(counts, without, "conditional")
    )


def test_large_neighborhoods_stay_within_floating_point():
    """300 of 600 places: 1/300! would underflow."""
    counts = np.repeat([0, 1], 300)
    matrix = sparse.lil_array((600, 600))
    matrix.setdiag(1)
    matrix[0, ::2] = 1
    at_least, at_most = exact_tails(counts, sparse.csr_array(matrix))
    assert at_least[0] == pytest.approx(stats.hypergeom.sf(149, 600, 300, 300), rel=1e-9)
    assert at_most[0] == pytest.approx(stats.hypergeom.cdf(150, 600, 300, 300), rel=1e-9)


def test_ties_count_in_both_tails():
    """The esda defect: ties are dropped in the lower tail, so flat data look cold."""
    weights = with_self(distance_band([(i, 0) for i in range(10)], 1))
    at_least, at_most = exact_tails([0] * 9 + [1], weights)
    assert at_most[0] == pytest.approx(1 - 2 / 10)  # a pair misses the one event in 8 of 10
    assert at_least[0] == pytest.approx(1)
    assert exact_p([0] * 9 + [1], weights)[0] == 1


def test_missing_isolates_and_constants_have_no_p():
    """Defects of esda (p = .001 for islands, NaN everywhere) and pygeoda (p = 0 for isolates)."""
    places = [(0, 0), (1, 0), (2, 0), (3, 0), (4, 0), (50, 50)]
    weights = with_self(distance_band(places, 1))
    counts = np.array([5, np.nan, 2, 0, 1, 9])
    for p in (exact_p(counts, weights), exact_p(counts, weights, "conditional"),
              shared_draw_p(counts, weights), shared_draw_p(counts, weights, "conditional"),
              pearson3_p(counts, weights)):  # fmt: skip
        np.testing.assert_array_equal(np.isnan(p), [True, True, False, False, False, True])
        assert (p[2:5] > 0).all()
    assert np.isnan(exact_p([3] * 6, weights)).all()
    assert np.isnan(pearson3_p([3] * 6, weights)).all()
    assert np.isnan(shared_draw_p([3] * 6, weights)).all()
    rest = [2, 3, 4]
    isolated = exact_p(counts[[0, 2, 3, 4, 5]], weights[[0, 2, 3, 4, 5]][:, [0, 2, 3, 4, 5]])
    np.testing.assert_array_equal(exact_p(counts, weights)[rest], isolated[1:4])


def test_exact_refuses_what_it_cannot_do():
    weights = with_self(distance_band([(i, 0) for i in range(6)], 1))
    with pytest.raises(StudyError, match="whole numbers"):
        exact_p([0.5, 1, 2, 3, 4, 5], weights)
    with pytest.raises(StudyError, match="whole numbers"):
        exact_p([-1, 1, 2, 3, 4, 5], weights)
    with pytest.raises(StudyError, match="mixes different weights"):
        exact_p([0, 1, 2, 3, 4, 5], sparse.csr_array(weights + sparse.eye_array(6)))
    with pytest.raises(StudyError, match="too large to be added exactly"):
        exact_p([0, 1, 2, 3, 4, 2.0**53], weights)
    with pytest.raises(StudyError, match="too large"):
        exact_p([0, 10**9, 2, 3, 4, 5], weights)
    with pytest.raises(StudyError, match="null"):
        exact_p([0, 1, 2, 3, 4, 5], weights, "other")


@pytest.mark.parametrize("null", ["total", "conditional"])
def test_shared_draws_agree_with_the_exact_tails(null):
    """Within five standard errors of 99,999 draws, for every county of North Carolina."""
    counts, weights = sids()
    exact = exact_p(counts, weights, null)
    drawn = shared_draw_p(counts, weights, null, seed=3)
    error = 2 * np.sqrt(exact * (1 - exact / 2) / 2 / 80_000) + 2 / 80_000
    assert (np.abs(drawn - exact) < 5 * error).all()


@pytest.mark.parametrize("null", ["total", "conditional"])
def test_shared_draws_of_real_values_equal_enumeration(null):
    rng = np.random.default_rng(4)
    weights = with_self(grid_ring([(c, r) for r in range(3) for c in range(3)]))
    values = rng.lognormal(0, 1, 9)
    found = shared_draw_p(values, weights, null, seed=1)
    able = np.isfinite(found)
    assert able.sum() == 8
    np.testing.assert_allclose(found[able], brute(values, weights, null)[able], atol=0.01)


def test_shared_draws_do_not_depend_on_units_or_order_and_repeat():
    rng = np.random.default_rng(6)
    values = rng.gamma(0.5, 2, 200)
    weights = with_self(distance_band(rng.random((200, 2)), 0.15))
    p = shared_draw_p(values, weights, draws=9_999, seed=5)
    np.testing.assert_array_equal(p, shared_draw_p(values, weights, draws=9_999, seed=5))
    for moved in (values * 1e6, values + 1e6):
        np.testing.assert_allclose(shared_draw_p(moved, weights, draws=9_999, seed=5), p, atol=1e-3)
    order = rng.permutation(200)
    again = shared_draw_p(values[order], weights[order][:, order], draws=9_999, seed=5)
    np.testing.assert_allclose(again, p[order], atol=0.04)  # other draws


@settings(max_examples=50)
@given(
    st.lists(st.sampled_from([0, 1, 2.5, 7, 7 + 3e-10, -1e6]), min_size=1, max_size=40),
    st.lists(st.sampled_from([0, 1, 2.5, 7 - 3e-10, 7, 9]), min_size=1, max_size=40),
)
def test_sums_are_ranked_as_counted_one_by_one(held, sums):
    above, below, number = _ranks(np.array(held), np.array(sums))
    for at, one in enumerate(held):
        assert above[at] == sum(other >= one - 1e-9 for other in sums)
        assert below[at] == sum(other <= one + 1e-9 for other in sums)
    assert (number == len(sums)).all()


def test_shared_draws_without_replacement():
    """The spdep 1.2-7 defect: with replacement four draws are all events in (4/6)**4 = 20%.

    Without it one of the 15 ways to pick four of six places holds all four events: two-sided 2/15.
    """
    matrix = np.eye(6)
    matrix[0, :4] = 1
    p = shared_draw_p([1, 1, 1, 1, 0, 0], sparse.csr_array(matrix), draws=9_999)
    assert p[0] == pytest.approx(2 / 15, abs=0.01)


def test_shared_draws_refuse_graded_weights_and_tables_too_large():
    weights = with_self(distance_band([(i, 0) for i in range(6)], 1))
    with pytest.raises(StudyError, match="mixes different weights"):
        shared_draw_p([0, 1, 2, 3, 4, 5], sparse.csr_array(weights + sparse.eye_array(6)))
    with pytest.raises(StudyError, match="too large"):
        shared_draw_p([0, 1, 2, 3, 4, 5], weights, draws=10**10)
    with pytest.raises(StudyError, match="null"):
        shared_draw_p([0, 1, 2, 3, 4, 5], weights, "other")


def test_pearson_curve_equals_scipy():
    """Both tails of scipy.stats.pearson3, with the skewness from the same formula by loops."""
    rng = np.random.default_rng(9)
    n = 40
    values = rng.lognormal(0, 0.6, n)
    matrix = np.where(rng.random((n, n)) < 0.2, rng.random((n, n)), 0)
    np.fill_diagonal(matrix, 1)
    p = pearson3_p(values, sparse.csr_array(matrix))
    d = values - values.mean()
    z = gi_star(values, sparse.csr_array(matrix))
    for i in range(n):
        w = matrix[i]
        third = n / ((n - 1) * (n - 2)) * np.sum((w - w.mean()) ** 3) * np.sum(d**3)
        variance = np.sum((w - w.mean()) ** 2) * np.sum(d**2) / (n - 1)
        law = stats.pearson3(third / variance**1.5)
        low = law.cdf(z[i])
        if low > 0:  # beyond the end of the curve we take the heavier normal tail
            assert p[i] == pytest.approx(min(1, 2 * min(low, law.sf(z[i]))), rel=1e-7)
        else:
            assert p[i] == pytest.approx(2 * stats.norm.cdf(z[i]), rel=1e-9)


def test_pearson_without_skewness_is_normal():
    values = np.array([-2.0, -1, 0, 1, 2] * 6)
    weights = with_self(distance_band([(i, 0) for i in range(30)], 2))
    expected = 2 * stats.norm.sf(np.abs(gi_star(values, weights)))
    np.testing.assert_allclose(pearson3_p(values, weights), expected, rtol=1e-9)


def test_sparse_counts_are_not_called_hot_as_the_normal_curve_does():
    """With 78% zeros z > 3.29 happens far more often than the 0.05% the normal curve promises."""
    rng = np.random.default_rng(11)
    counts = rng.negative_binomial(0.1, 0.1 / (0.1 + 0.5), 3600)
    weights = with_self(grid_ring([(c, r) for r in range(60) for c in range(60)]))
    z, p = gi_star(counts, weights), exact_p(counts, weights)
    p3 = pearson3_p(counts, weights)
    normal = 2 * stats.norm.sf(np.abs(z))
    assert (counts == 0).mean() > 0.7
    assert (normal[z > 0] < 0.001).mean() > 0.008
    assert (p[z > 0] < 0.001).mean() < 0.003
    assert (p3[z > 0] < 0.001).mean() < 0.005


def test_thousand_random_counties_stay_cold_after_correction():
    """The defect of apps in the wild: 1,000 areas tested without correction."""
    weights = with_self(grid_ring([(c, r) for r in range(32) for c in range(32)]))
    found = 0
    for seed in range(20):
        counts = np.random.default_rng(seed).poisson(3, 1024)
        p = exact_p(counts, weights)
        assert (p < 0.05).mean() > 0.02  # uncorrected, dozens of areas on each map
        found += (fdr(p) <= 0.05).any()
    assert found <= 4  # of 20 maps; nominal 1


def test_fdr_equals_scipy():
    rng = np.random.default_rng(12)
    p = np.r_[rng.random(60), rng.random(20) ** 6]
    for method in ("bh", "by"):
        expected = stats.false_discovery_control(p, method=method)
        np.testing.assert_allclose(fdr(p, method), expected, rtol=1e-12)
    holed = np.insert(p, [3, 50], np.nan)
    np.testing.assert_allclose(fdr(holed)[np.isfinite(holed)], fdr(p))
    assert np.isnan(fdr(holed)).sum() == 2


def test_fdr_steps_up():
    """The pygeoda defect: it stops at the first failure."""
    p = [0.026, 0.027, 0.028]  # limits 0.0167, 0.0333, 0.05: the first fails, the third carries all
    assert (fdr(p) <= 0.05).all()


@pytest.mark.parametrize("bad", [[1.2], [-0.1], [np.inf]])
def test_fdr_refuses_what_is_no_p(bad):
    with pytest.raises(StudyError):
        fdr(bad)


def test_empty_fdr():
    assert fdr([]).size == 0
    assert np.isnan(fdr([np.nan])).all()


def test_classes_at_their_limits():
    z = [3.0, 3.0, 3.0, 3.0, -3.0, -3.0, 0.0, np.nan, 1.0]
    q = [0.01, 0.05, 0.10, 0.1000001, 0.001, 0.07, 0.001, 0.01, np.nan]
    found = classes(z, q)
    assert type(found) is np.ndarray
    np.testing.assert_array_equal(found, [3, 2, 1, 0, -3, -1, 0, np.nan, np.nan])
