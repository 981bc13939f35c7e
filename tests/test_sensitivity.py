"""Hot spots at half and double the scale."""

import numpy as np
import pytest

from analysis.getis_ord import gi_star
from analysis.sensitivity import bands, hot_at_scales, numbers, survival
from analysis.significance import classes, exact_p, fdr
from analysis.weights import distance_band, with_self
from geo.errors import StudyError

CELLS = np.array([(c, r) for r in range(30) for c in range(30)]) * 1000.0


def test_a_wide_cluster_is_robust_and_a_single_spike_is_not():
    counts = np.random.default_rng(0).poisson(1, 900)
    middle = np.hypot(*(CELLS - [8000, 8000]).T) <= 3500
    counts[middle] += 8
    spike = 24 * 30 + 24
    counts[spike] = 14
    found = survival(hot_at_scales(counts, bands(CELLS, 2000)))
    assert found["in_words"][8 * 30 + 8] == "robust at 3 of 3 scales"
    assert found["survives"][spike] < 3
    quiet = np.hypot(*(CELLS - [8000, 25000]).T) < 3000
    assert (found["survives"][quiet] == 0).all()
    assert (found["in_words"][quiet] == "").all()


def test_the_middle_column_is_the_map_itself():
    counts = np.random.default_rng(1).negative_binomial(0.3, 0.2, 900)
    chosen = with_self(distance_band(CELLS, 2000))
    expected = classes(gi_star(counts, chosen), fdr(exact_p(counts, chosen)))
    found = hot_at_scales(counts, bands(CELLS, 2000))[:, 1]
    np.testing.assert_array_equal(found, expected)


def test_cold_stays_cold_and_changing_sides_does_not_survive():
    found = survival([[-3, -2, -2], [-3, 3, 3], [1, 2, 2], [np.nan, 3, np.nan]])
    assert found["survives"].tolist() == [3, 2, 2, 1]
    assert found["computed"].tolist() == [3, 3, 3, 1]
    assert found["in_words"].tolist() == [
        "robust at 3 of 3 scales", "hot at 2 of 3 scales", "hot at 2 of 3 scales",
        "hot at 1 of 1 scales",
    ]  # fmt: skip


def test_fewer_and_more_neighbors_where_there_is_no_distance():
    fewer, chosen, more = numbers(CELLS, distance_band(CELLS, 1500))
    assert np.median(np.diff(chosen.indptr)) == 9  # queen and itself
    np.testing.assert_array_equal(np.diff(fewer.indptr), 5)
    np.testing.assert_array_equal(np.diff(more.indptr), 17)
    few = numbers(CELLS[:3], distance_band(CELLS[:3], 1000))
    assert np.diff(few[2].indptr).max() <= 3


def test_rates_are_tested_too():
    rate = np.random.default_rng(2).gamma(1, 1, 900)
    found = hot_at_scales(rate, bands(CELLS, 2000))
    assert found.shape == (900, 3)
    assert np.isfinite(found).all()


def test_scales_must_fit():
    with pytest.raises(StudyError, match="scales"):
        survival([1, 2, 3])
