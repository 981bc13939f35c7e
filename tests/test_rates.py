"""The population-adjusted test against the binomial law and under constant risk."""

import numpy as np
import pytest
from scipy import sparse, stats

from analysis.getis_ord import gi_star
from analysis.rates import rate_per_100k, relative_risk, risk_adjusted_p
from analysis.significance import fdr, pearson3_p
from analysis.weights import grid_ring, with_self
from geo.errors import StudyError

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
    np.testing.assert_allclose(risk_adjusted_p(events, people, GRID), expected, rtol=1e-8)
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


def test_amounts_are_refused():
    with pytest.raises(StudyError, match="whole numbers"):
        risk_adjusted_p([0.5] * 144, [10] * 144, GRID)
    with pytest.raises(StudyError, match="do not fit"):
        risk_adjusted_p([1, 2], [10], GRID)


def test_constant_risk_is_found_constant():
    """Unequal populations, one risk: crude rates make the smallest places hot, this test does not.

    Design page: Gi* on crude rates flags 19.6 % of the smallest quarter, this one 4.6 %.
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


def test_rates_by_hand():
    np.testing.assert_array_equal(
        rate_per_100k([12, 0, 4, np.nan], [48_000, 10, 0, 5]), [25, 0, np.nan, np.nan]
    )


def test_pearson_takes_rates():
    rng = np.random.default_rng(1)
    rate = rate_per_100k(rng.poisson(4, 144), rng.integers(1000, 9000, 144))
    p = pearson3_p(rate, GRID)
    assert ((p > 0) & (p <= 1)).all()
