"""The population-adjusted test against the binomial law and under constant risk."""

import csv
from pathlib import Path

import numpy as np
import pytest
from scipy import sparse, stats

from analysis.getis_ord import gi_star
from analysis.rates import (
    empirical_bayes,
    own_differences,
    rate_per_100k,
    relative_risk,
    risk_adjusted_p,
)
from analysis.significance import fdr, pearson3_p
from analysis.weights import contiguity, grid_ring, with_self
from boundaries import load
from geo.errors import StudyError


def by_themselves(events, people):
    """Places that only touch a hamlet of hardly anybody: each has a neighbor, and is by itself."""
    n = len(events)
    weights = sparse.lil_array(sparse.eye_array(n + 1))
    weights[:, n] = weights[n, :] = 1
    return np.append(events, 0), np.append(people, 1e-9), weights.tocsr()


GRID = with_self(grid_ring([(c, r) for r in range(12) for c in range(12)]))


def test_equals_the_binomial_law():
    rng = np.random.default_rng(0)
    people = rng.lognormal(9, 1, 144).round()
    events = rng.poisson(people * 3e-4)
    total = events.sum()
    share = GRID @ people / people.sum()
    law = stats.binom(total, share)
    held = GRID @ events
    upper = law.sf(held) + law.pmf(held) / 2  # mid-p: half of what is exactly as observed
    lower = law.cdf(held) - law.pmf(held) / 2
    expected = np.minimum(1, 2 * np.minimum(upper, lower))
    found = risk_adjusted_p(events, people, GRID, phi=0)
    np.testing.assert_allclose(found, expected, rtol=1e-8)
    np.testing.assert_allclose(relative_risk(events, people, GRID), held / (total * share))


def test_missing_counts_and_people_take_part_in_nothing():
    people = np.full(144, 1000.0)
    events = np.full(144, 2.0)
    events[5], people[17], people[29] = np.nan, np.nan, 0
    known = np.ones(144, dtype=bool)
    known[[5, 17, 29]] = False
    p = risk_adjusted_p(events, people, GRID)
    assert np.isnan(p[~known]).all()
    np.testing.assert_array_equal(
        p[known], risk_adjusted_p(events[known], people[known], GRID[known][:, known])
    )


def test_no_events_or_everybody_has_no_p():
    assert np.isnan(risk_adjusted_p([0] * 144, [10] * 144, GRID)).all()
    assert np.isnan(risk_adjusted_p([3, 1], [10, 10], sparse.csr_array(np.ones((2, 2))))).all()


def test_a_place_alone_has_no_p():
    """As Gi* has no z for an isolate; nor has a place whose only neighbors are not known."""
    row = with_self(grid_ring([(column, 0) for column in range(6)])).tolil()
    row[0, 1] = row[1, 0] = 0  # the first place is an island
    row = sparse.csr_array(row)
    row.eliminate_zeros()
    people = np.full(6, 1000.0)
    people[4] = np.nan  # so the last one is alone too
    p = risk_adjusted_p([9, 2, 1, 2, 3, 8], people, row, phi=0)
    np.testing.assert_array_equal(np.isnan(p), [True, False, False, False, True, True])
    alone = sparse.eye_array(6).tocsr()
    assert np.isnan(risk_adjusted_p([9, 2, 1, 2, 3, 8], np.full(6, 1000.0), alone, phi=0)).all()
    assert np.isnan(gi_star([9, 2, 1, 2, 3, 8], alone)).all()
    # Nobody's own weight is needed to see that it has neighbors.
    bare = grid_ring([(column, 0) for column in range(6)])
    assert np.isfinite(risk_adjusted_p([9, 2, 1, 2, 3, 8], [1000] * 6, bare, phi=0)).all()


def test_amounts_are_refused():
    with pytest.raises(StudyError, match="whole numbers"):
        risk_adjusted_p([0.5] * 144, [10] * 144, GRID)
    with pytest.raises(StudyError, match="do not fit"):
        risk_adjusted_p([1, 2], [10], GRID)


def test_constant_risk_is_found_constant():
    """Unequal populations, one risk: crude rates make the smallest places hot, this test does not.

    Design page: Gi* on crude rates flags 19.6% of the smallest quarter, this one 4.6%.
    """
    flagged_crude, flagged, maps = [], [], 0
    for seed in range(40):
        rng = np.random.default_rng(seed)
        people = rng.lognormal(9.5, 1.4, 144).round() + 50
        events = rng.poisson(people * 2e-4)
        around = GRID @ people
        smallest = around <= np.quantile(around, 0.25)
        p = risk_adjusted_p(events, people, GRID)
        flagged.append((p[smallest] < 0.05).mean())
        maps += bool((fdr(p) <= 0.05).any())
        z = gi_star(rate_per_100k(events, people), GRID)
        flagged_crude.append((np.abs(z[smallest]) > 1.96).mean())
    assert np.mean(flagged) <= 0.06
    assert np.mean(flagged_crude) > 1.5 * np.mean(flagged)
    assert maps <= 6  # of 40; nominal 2


def test_equals_the_negative_binomial_law():
    """One place among very many: mean m, variance m + phi m**2, as scipy.stats.nbinom has it."""
    n, phi = 4000, 0.25
    people, events = np.full(n, 100.0), np.full(n, 3.0)
    events[:40] = np.arange(40)
    p = risk_adjusted_p(*by_themselves(events, people), phi=phi)[:n]
    mean = events.mean()
    law = stats.nbinom(1 / phi, 1 / (1 + phi * mean))
    k = np.arange(40)
    upper, lower = law.sf(k) + law.pmf(k) / 2, law.cdf(k) - law.pmf(k) / 2
    expected = np.minimum(1, 2 * np.minimum(upper, lower))
    np.testing.assert_allclose(p[:40], expected, rtol=0.02)  # the total is given: a hair narrower


def test_variance_is_that_of_drawn_risks():
    """Mean and variance of a neighborhood's count, against 40,000 simulated maps."""
    rng = np.random.default_rng(8)
    people, phi, total = rng.lognormal(8, 1, 25), 0.3, 400
    risk = rng.gamma(1 / phi, phi, (40_000, 25)) * people
    drawn = rng.multinomial(total, risk / risk.sum(axis=1, keepdims=True))
    near = np.zeros((25, 25))
    near[0, [0, 3, 5, 7]] = 1
    np.fill_diagonal(near, 1)
    held = drawn[:, near[0] > 0].sum(axis=1)
    for level in (0.02, 0.2, 0.8, 0.98):
        seen = int(np.quantile(held, level))
        events = np.zeros(25)
        events[0], events[1] = seen, total - seen
        p = risk_adjusted_p(events, people, sparse.csr_array(near), phi=phi)[0]
        upper = (held > seen).mean() + (held == seen).mean() / 2
        assert p == pytest.approx(2 * min(upper, 1 - upper), abs=0.06)


def test_strata_compare_places_with_their_own_state():
    """Two states, one with ten times the risk: against the nation all is hot or cold."""
    state = np.repeat(["A", "B"], 72)
    people = np.full(144, 1000.0)
    events = np.random.default_rng(3).poisson(np.where(state == "A", 10, 1))
    nation = risk_adjusted_p(events, people, GRID, phi=0)
    within = risk_adjusted_p(events, people, GRID, phi=0, strata=state)
    assert (fdr(nation) <= 0.05).mean() > 0.8
    assert (fdr(within) <= 0.05).sum() == 0
    # Rows 0 to 4 of the grid see state A only: alone with their state they are the same.
    alone = risk_adjusted_p(events[:72], people[:72], GRID[:72][:, :72], phi=0)
    np.testing.assert_allclose(within[:60], alone[:60], rtol=1e-9)


def test_own_differences_are_found_and_clusters_are_not_taken_for_them():
    """Risks drawn with variance 0.2 and 0; then half of the map at three times the risk."""
    grid = with_self(grid_ring([(c, r) for r in range(30) for c in range(30)]))
    rng = np.random.default_rng(5)
    people = rng.lognormal(9, 1, 900)
    half = np.where(np.arange(900) < 450, 3.0, 1.0)
    for phi in (0.0, 0.2):
        own = rng.gamma(1 / phi, phi, 900) if phi else np.ones(900)
        for regional in (np.ones(900), half):
            events = rng.poisson(people * 1e-3 * own * regional)
            # A little too much is cautious; half of a map at three times the risk alone has 0.25.
            assert phi * 0.8 <= own_differences(events, people, grid) <= phi * 1.4 + 0.02


def test_binomial_would_call_everything_hot_or_cold_where_places_differ():
    """The trouble with real counties: with variance 0.2 nearly every map has false discoveries."""
    rng = np.random.default_rng(6)
    people = rng.lognormal(9.5, 1.2, 144)
    false = {"same risk for all": 0, "own risks": 0}
    for _ in range(40):
        events = rng.poisson(people * 1e-3 * rng.gamma(5, 0.2, 144))
        same = risk_adjusted_p(events, people, GRID, phi=0)
        false["same risk for all"] += bool((fdr(same) <= 0.05).any())
        false["own risks"] += bool((fdr(risk_adjusted_p(events, people, GRID)) <= 0.05).any())
    assert false["same risk for all"] > 35
    assert false["own risks"] <= 6  # of 40; nominal 2


def test_deaths_by_county_of_seven_years(shared_data):
    """The figures of docs/hotspots.md, from the file read with csv alone."""
    path = shared_data / "incidents" / "cdc_wonder_county_opioid_deaths_2006_2012.txt"
    with path.open(encoding="utf-8-sig", newline="") as text:
        rows = [row for row in csv.reader(text, delimiter="\t") if len(row) > 4]
    deaths = {row[2]: (int(row[3]), int(row[4])) for row in rows if row[3].isdigit() and row[2]}
    shapes = load.counties()
    shapes = shapes[shapes.index.isin(deaths)]
    events, people = np.array([deaths[geoid] for geoid in shapes.index], dtype=float).T
    weights = with_self(contiguity(shapes.geometry.to_numpy()))
    alone = np.diff(weights.indptr) == 1
    page = " ".join((Path(__file__).parents[1] / "docs" / "hotspots.md").read_text().split())
    told = []
    for phi, strata in ((0.0, None), (None, None), (None, shapes["state"].to_numpy(str))):
        p = risk_adjusted_p(events, people, weights, phi=phi, strata=strata)
        p[alone] = np.nan
        ratio = relative_risk(events, people, weights, strata=strata)
        found = fdr(p) <= 0.05
        told.append((int((found & (ratio > 1)).sum()), int((found & (ratio < 1)).sum())))
    (hot, cold), (hotter, colder), (hot_in_state, cold_in_state) = told
    assert f"{hot} counties hot and {cold} cold, of {(~alone).sum():,} that can" in page
    assert f"{hotter} counties are hot and {colder} cold" in page
    assert f"{hot_in_state} hot, {cold_in_state} cold" in page
    assert f"phi is {own_differences(events, people, weights):.2f}" in page


def test_a_tiny_p_is_not_rounded_to_nothing():
    people = np.full(144, 1000.0)
    events = np.full(144, 300.0)
    events[:3] = 0
    p = risk_adjusted_p(*by_themselves(events, people), phi=0)
    expected = stats.binom.cdf(0, events.sum(), 1 / 144)  # half of the mass at 0, two sides
    assert p[0] == pytest.approx(expected, rel=1e-6)
    assert 0 < p[0] < 1e-120


def test_empirical_bayes_equals_the_formula_by_loops():
    """Marshall (1991), global and local, written out place by place; and a known limit."""
    rng = np.random.default_rng(7)
    people = rng.lognormal(8, 1, 144).round()
    events = rng.poisson(people * 2e-3 * rng.gamma(4, 0.25, 144)).astype(float)
    rate = events / people
    for weights in (None, GRID):
        found = empirical_bayes(events, people, weights)
        for i in range(144):
            near = np.arange(144) if weights is None else weights[[i]].indices
            m = events[near].sum() / people[near].sum()
            spread = np.average((rate[near] - m) ** 2, weights=people[near])
            beyond = max(0, spread - m / people[near].mean())
            expected = m + beyond / (beyond + m / people[i]) * (rate[i] - m)
            assert found[i] == pytest.approx(1e5 * expected, rel=1e-9)
    flat = empirical_bayes([2, 1, 3], [200, 100, 300])
    np.testing.assert_allclose(flat, 1000)


def test_empirical_bayes_of_missing_and_empty_places():
    smooth = empirical_bayes([np.nan, 3, 5, 2], [100, 0, 1000, 400])
    np.testing.assert_array_equal(np.isnan(smooth), [True, True, False, False])
    assert np.isnan(empirical_bayes([np.nan], [5])).all()
    np.testing.assert_array_equal(empirical_bayes([0, 0], [5, 5]), [0, 0])
    with pytest.raises(StudyError, match="do not fit"):
        empirical_bayes([1, 2], [3])


def test_misuse_of_the_adjusted_test_is_refused():
    with pytest.raises(StudyError, match="below 0"):
        risk_adjusted_p([1] * 144, [10] * 144, GRID, phi=-0.1)
    with pytest.raises(StudyError, match="do not fit"):
        risk_adjusted_p([1] * 144, [10] * 144, GRID, strata=["A"])


def test_rates_by_hand():
    np.testing.assert_array_equal(
        rate_per_100k([12, 0, 4, np.nan], [48_000, 10, 0, 5]), [25, 0, np.nan, np.nan]
    )


def test_pearson_takes_rates():
    rng = np.random.default_rng(1)
    rate = rate_per_100k(rng.poisson(4, 144), rng.integers(1000, 9000, 144))
    p = pearson3_p(rate, GRID)
    assert ((p > 0) & (p <= 1)).all()


@pytest.mark.parametrize(("events", "people", "what"), [
    ([-1, 5], [10, 10], "count is below 0"), ([1, 5], [10, -10], "population is below 0"),
])  # fmt: skip
def test_fewer_than_nothing_is_refused(events, people, what):
    """Negative rates came out, and NaN without a word."""
    both = sparse.csr_array(np.ones((2, 2)))
    for function in (rate_per_100k, empirical_bayes):
        with pytest.raises(StudyError, match=what):
            function(events, people)
    for test in (risk_adjusted_p, relative_risk, own_differences):
        with pytest.raises(StudyError, match=r"below 0|whole numbers from 0 up"):
            test(events, people, both)
