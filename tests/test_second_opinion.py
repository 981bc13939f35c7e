"""PySAL's local statistics as we hand them on: by hand, and without the faults of their p."""

import numpy as np
import pytest
from scipy import sparse, stats

from analysis.second_opinion import local_join_counts, local_moran
from analysis.significance import exact_p
from analysis.weights import distance_band, grid_ring, with_self
from geo.errors import StudyError

CELLS = [(c, r) for r in range(9) for c in range(9)]
GRID = grid_ring(CELLS)
COUNTS = np.random.default_rng(1).poisson(0.8, 81)


def test_local_moran_by_loops():
    """I_i = (n - 1) z_i sum_j w_ij z_j / sum z**2, rows of w adding up to 1: Anselin (1995)."""
    found = local_moran(COUNTS, with_self(GRID))
    z = COUNTS - COUNTS.mean()
    for i in range(81):
        near = GRID[[i]].indices
        lag = z[near].mean()
        assert found["local_moran"][i] == pytest.approx(80 * z[i] * lag / (z**2).sum(), abs=1e-12)
        words = found["quadrant"][i]
        if abs(lag) > 1e-12:
            assert words == f"{'high' if z[i] > 0 else 'low'} among {'high' if lag > 0 else 'low'}"


def test_its_p_is_the_conditional_one_with_ties():
    found = local_moran(COUNTS, GRID)
    np.testing.assert_array_equal(found["p"], exact_p(COUNTS, GRID, "conditional"))
    drawn = local_moran(COUNTS + 0.5, GRID)["p"]
    assert np.abs(drawn - found["p"]).max() < 0.02


def test_islands_and_missing_places_get_nothing_and_harm_nobody():
    """The esda defect: islands get p = .001, and one NaN ruins every p."""
    places = [*CELLS, (99, 99), (4, 20), (5, 20)]
    weights = distance_band(places, 1.5)
    values = np.r_[COUNTS.astype(float), 50, np.nan, 3]
    for found, statistic in (
        (local_moran(values, weights), "local_moran"),
        (local_join_counts(np.minimum(values, 1), weights), "joins"),
    ):
        assert found[statistic][81:].isna().all()
        assert found["p"][81:].isna().all()
        assert found[statistic][:81].notna().all()
    assert (local_moran(values, weights)["quadrant"][81:] == "").all()


def test_constant_and_empty_layers_have_no_opinion():
    for values in ([2] * 81, [np.nan] * 81):
        found = local_moran(values, GRID)
        assert found[["local_moran", "p"]].isna().all(axis=None)
    assert local_join_counts([0] * 81, GRID)["p"].isna().all()
    assert local_moran([], sparse.csr_array((0, 0))).empty


def test_join_counts_and_their_p_are_hypergeometric():
    present = (COUNTS > 1).astype(int)
    found = local_join_counts(present, GRID)
    near = GRID @ present
    np.testing.assert_array_equal(found["joins"], present * near)
    size = np.diff(GRID.indptr)
    for i in range(81):
        if present[i] and near[i]:
            law = stats.hypergeom(80, present.sum() - 1, size[i])
            assert found["p"][i] == pytest.approx(law.sf(near[i] - 1), rel=1e-9)
        else:
            assert np.isnan(found["p"][i])


def test_join_counts_refuse_other_values():
    with pytest.raises(StudyError, match="0 or 1"):
        local_join_counts(COUNTS + 2, GRID)
