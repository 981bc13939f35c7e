"""Cells that the border cuts: against whole cells, enumeration, and maps of even ground."""

from itertools import combinations

import numpy as np
import pytest
import shapely
from scipy import sparse, stats

from analysis.cut_cells import (
    WHOLE,
    cut_gi_star,
    cut_p,
    cut_pearson3_p,
    evened,
    expected_in,
    whole_cells,
)
from analysis.exact import exact_p
from analysis.getis_ord import gi_star
from analysis.pearson import pearson3_p
from analysis.weights import distance_band, grid_ring, with_self
from boundaries import grids
from geo.errors import StudyError

BLOCK = with_self(grid_ring([(c, r) for r in range(12) for c in range(12)]))


def island(width=1000.0):
    """Hexagons over a crooked island: shares of ground, and neighbors within two rings."""
    shore = shapely.Polygon([(0, 0), (9700, 400), (8200, 6900), (5000, 5600), (2100, 9300)])
    cells = grids.without_slivers(grids.hexagons(shore, width), 0.01)
    middle = grids.middles(cells)
    return cells["land_share"].to_numpy(), with_self(distance_band(middle, 2 * width * 1.001))


@pytest.mark.parametrize("per_cell", [0.2, 3.0])
def test_whole_cells_are_those_of_gi_star(per_cell):
    counts, whole = np.random.default_rng(1).poisson(per_cell, 144), np.ones(144)
    np.testing.assert_allclose(
        cut_gi_star(counts, whole, BLOCK), gi_star(counts, BLOCK), atol=1e-12
    )
    np.testing.assert_array_equal(cut_p(counts, whole, BLOCK), exact_p(counts, BLOCK))
    np.testing.assert_allclose(
        cut_pearson3_p(counts, whole, BLOCK), pearson3_p(counts, BLOCK), rtol=1e-9
    )


def test_halves_that_make_whole_cells_are_drawn_as_whole_cells():
    """Four halves are two whole cells; a neighborhood of two halves is one of six such cells."""
    share = np.array([0.5, 0.5, 0.5, 0.5, 1, 1, 1, 1])
    counts = np.array([1, 0, 2, 1, 4, 0, 3, 1])
    near = np.eye(8)
    near[0, 1] = near[4, [0, 1]] = near[6, [4, 5]] = 1
    for i in (1, 2, 3, 5, 7):
        near[i, 6] = 1
    p = cut_p(counts, share, sparse.csr_array(near))
    pool = sorted(whole_cells(counts.astype(float), share))
    assert sum(pool) == counts.sum()
    assert len(pool) == 6
    for place, draws in ((0, 1), (4, 2), (6, 3)):
        sums = np.array([sum(one) for one in combinations(pool, draws)])
        held = counts[near[place] > 0].sum()
        assert p[place] == pytest.approx(
            min(1, 2 * min(np.mean(sums >= held), np.mean(sums <= held)))
        )


def test_parts_are_put_together_by_their_ground_alone():
    share, _ = island()
    made = whole_cells(share, share)  # what they hold is their ground itself
    assert made.sum() == pytest.approx(share.sum())
    assert made.max() <= 1.5
    assert made.min() >= 0.5
    assert np.median(made) > 0.99
    cells = np.arange(1.0, share.size + 1)
    assert whole_cells(cells, share).sum() == cells.sum()


@pytest.mark.parametrize("own", [0.0, 1.5])
def test_even_ground_gives_every_cell_z_of_mean_0_and_variance_1(own):
    """Events fall evenly on the island, alone or in clumps: no cell, cut or whole, is out of line.

    Where whole cells are assumed, the same maps make cells inside high and the shore low.
    """
    share, weights = island()
    rng = np.random.default_rng(2)
    drawn, taken_whole = [], []
    for _ in range(600):
        thick = rng.gamma(share / own, own) if own else share
        counts = rng.poisson(4 * thick)
        drawn.append(cut_gi_star(counts, share, weights))
        taken_whole.append(gi_star(counts, weights))
    error = 1 / np.sqrt(600)
    mean, spread = np.mean(drawn, axis=0), np.std(drawn, axis=0)
    assert np.abs(mean).max() < 4.5 * error
    assert spread.min() > 0.85
    assert spread.max() < 1.15
    low, high = np.quantile(np.mean(taken_whole, axis=0), [0.02, 0.98])
    assert high - low > 1


def test_one_piece_of_a_cell_has_the_law_of_thinned_events():
    """Poisson counts cut to 0.35 of a cell are Poisson with 0.35 of the mean (scipy.stats)."""
    rng = np.random.default_rng(3)
    share = np.r_[np.ones(4000), 0.35]
    counts = np.r_[rng.poisson(2.0, 4000), 0]
    near = sparse.lil_array((4001, 4001))
    near.setdiag(1)
    near[4000, 0] = 1
    near[:4000, 4000] = 0
    for seen in range(9):
        counts[0], counts[4000] = seen, 0
        p = cut_p(counts, share, sparse.csr_array(near))[4000]
        law = stats.poisson(1.35 * 2.0)
        assert p == pytest.approx(min(1, 2 * min(law.sf(seen - 1), law.cdf(seen))), rel=0.12)


def test_missing_cells_take_part_in_nothing():
    share, weights = island()
    counts = np.random.default_rng(4).poisson(3 * share).astype(float)
    counts[7] = np.nan
    rest = np.arange(share.size) != 7
    for test in (cut_gi_star, cut_p, cut_pearson3_p):
        found = test(counts, share, weights)
        assert np.isnan(found[7])
        np.testing.assert_array_equal(
            found[rest], test(counts[rest], share[rest], weights[rest][:, rest])
        )


def test_nothing_to_tell():
    share, weights = island()
    for test in (cut_gi_star, cut_p, cut_pearson3_p):
        assert np.isnan(test(np.zeros(share.size), share, weights)).all()


def test_cells_are_evened_so_that_all_swing_alike():
    share, _ = island()
    rng = np.random.default_rng(5)
    drawn = np.array([evened(rng.poisson(5 * share), share) for _ in range(800)])
    assert np.abs(drawn.mean(axis=0)).max() < 0.4
    cut = share < WHOLE
    np.testing.assert_allclose(drawn.std(axis=0), np.sqrt(5), rtol=0.15)
    assert cut.any()
    np.testing.assert_allclose(expected_in(5 * share, share), 5 * share)


@pytest.mark.parametrize("share", [[1, 0.5], [1, 0, 1], [1, 1.5, 1], [1, -0.5, 1], [1, np.nan, 1]])
def test_shares_that_cannot_be_are_refused(share):
    road = sparse.csr_array([[1, 1, 0], [1, 1, 1], [0, 1, 1]])
    with pytest.raises(StudyError, match="shares"):
        cut_p([1, 2, 0], share, road)


def test_exact_refuses_amounts_and_large_tables():
    share, weights = island()
    with pytest.raises(StudyError, match="whole numbers"):
        cut_p(share, share, weights)
    counts = np.zeros(share.size)
    counts[0] = 1e9
    with pytest.raises(StudyError, match="too large"):
        cut_p(counts, share, weights)
