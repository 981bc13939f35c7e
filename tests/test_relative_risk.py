"""Relative risk: by hand, against a plain sum, and held to its error rate."""

import numpy as np
import pytest

from analysis.pixels import Grid
from analysis.relative_risk import permuted_p, relative_risk
from geo.errors import StudyError

GRID = Grid(west=0, north=6_400, cell_m=100, rows=64, cols=64)
LAND = np.ones(GRID.shape, bool)


def crowd(rng, n):
    """People in two towns and between."""
    towns = np.where(rng.random((n, 1)) < 0.6, [[2_000, 2_500]], [[4_500, 4_000]])
    return np.clip(towns + rng.normal(0, 1_100, (n, 2)), 1, 6_399)


def test_by_the_definition():
    """Gaussian sums over their integrals inside, divided by the mass inside; then the logarithm."""
    rng = np.random.default_rng(1)
    cases, people = crowd(rng, 80), crowd(rng, 300)
    east, north = GRID.centers()

    def smooth(points, weights):
        total, mass = np.zeros(GRID.shape), np.zeros(GRID.shape)
        for (x, y), weight in zip(points, weights, strict=True):
            down, across = np.exp(-((north - y) ** 2) / 5e5), np.exp(-((east - x) ** 2) / 5e5)
            total += weight * np.outer(down, across)
        for row, y in enumerate(north):
            down = np.exp(-((north - y) ** 2) / 5e5).sum()
            mass[row] = [down * np.exp(-((east - x) ** 2) / 5e5).sum() for x in east]
        return total / mass / (total / mass).sum()

    weights = rng.integers(1, 50, 300)
    expected = np.log(smooth(cases, np.ones(80)) / smooth(people, weights))
    found = relative_risk(cases, people, 500, GRID, LAND, control_weights=weights)
    np.testing.assert_allclose(found.log_risk, expected, atol=1e-9)
    assert found.thin == 0


def test_cases_among_all_people_leave_nothing():
    """The same points as cases and as people: log 1 = 0 and p = 1/2 everywhere."""
    points = crowd(np.random.default_rng(2), 200)
    found = relative_risk(points, points, 600, GRID, LAND)
    assert np.abs(found.log_risk).max() == 0
    assert (found.p == 0.5).all()


def test_cases_turned_into_controls_turn_the_sign():
    rng = np.random.default_rng(3)
    some, others = crowd(rng, 90), crowd(rng, 140)
    one = relative_risk(some, others, 700, GRID, LAND)
    other = relative_risk(others, some, 700, GRID, LAND)
    np.testing.assert_allclose(one.log_risk, -other.log_risk, atol=1e-12)


def test_a_known_population_leaves_the_cases_unsure():
    """With m = n the variance halves when controls are all people: z grows by sqrt(2)."""
    from scipy.stats import norm  # noqa: PLC0415  (only here)

    rng = np.random.default_rng(4)
    some, others = crowd(rng, 100), crowd(rng, 100)
    sample = relative_risk(some, others, 900, GRID, LAND)
    known = relative_risk(some, others, 900, GRID, LAND, kind="population")
    middle = slice(20, 40)
    np.testing.assert_allclose(
        norm.isf(known.p[middle, middle]),
        norm.isf(sample.p[middle, middle]) * np.sqrt(2),
        rtol=1e-6,
    )


def test_where_nobody_lives_there_is_no_risk():
    """Two points 60 bandwidths from the east side: not computable there, and counted."""
    people = np.array([[500.0, 3_000.0], [700, 3_300]])
    found = relative_risk(people[:1], people, 100, GRID, LAND)
    assert np.isnan(found.log_risk[:, -1]).all()
    assert np.isnan(found.p[:, -1]).all()
    assert found.thin == np.isnan(found.log_risk).sum() > 3_000


@pytest.mark.parametrize("kind", ["sample", "population"])
def test_permuted_p_of_a_planted_excess(kind):
    rng = np.random.default_rng(5)
    people = crowd(rng, 1_500)
    cases = np.vstack([crowd(rng, 200), rng.normal([4_500, 4_000], 250, (80, 2))])
    found = permuted_p(cases, people, 400, GRID, LAND, kind=kind, draws=199, seed=1)
    row, column = GRID.cells_of(np.array([[4_500.0, 4_000.0]]))
    assert found.p[row[0], column[0]] == pytest.approx(1 / 200)
    again = permuted_p(cases, people, 400, GRID, LAND, kind=kind, draws=199, seed=1)
    np.testing.assert_array_equal(found.p, again.p)
    # Its surface is that of the points, moved to the middles of their cells.
    moved = [(np.floor(points / 100) + 0.5) * 100 for points in (cases, people)]
    smooth = relative_risk(*moved, 400, GRID, LAND, kind=kind)
    crowded = smooth.log_risk > -1
    np.testing.assert_allclose(found.log_risk[crowded], smooth.log_risk[crowded], atol=1e-6)


@pytest.mark.parametrize("method", ["asymptotic", "permuted"])
def test_five_percent_of_a_flat_risk(method):
    """Cases drawn like controls: p below 0.05 on about 5% of the ground, over 40 maps.

    Each map is one draw of a few independent places, so that the mean over maps has a standard
    error of about 0.01.
    """
    shares = []
    for seed in range(40):
        rng = np.random.default_rng(seed)
        cases, people = crowd(rng, 250), crowd(rng, 500)
        if method == "asymptotic":
            found = relative_risk(cases, people, 700, GRID, LAND)
        else:
            found = permuted_p(cases, people, 700, GRID, LAND, draws=99, seed=seed)
        crowded = np.hypot(*np.meshgrid(*GRID.centers()) - np.array([3_250, 3_250])[:, None, None])
        shares.append((found.p[crowded < 2_000] <= 0.05).mean())
    assert 0.02 < np.mean(shares) < 0.08


def test_what_cannot_be_computed():
    some = [(100.0, 100.0)]
    for cases, people, what in (([], some, "no cases"), (some, [(-9e5, 0)], "no controls")):
        with pytest.raises(StudyError, match=what):
            relative_risk(cases, people, 500, GRID, LAND)
        with pytest.raises(StudyError, match=what):
            permuted_p(cases, people, 500, GRID, LAND)
    with pytest.raises(StudyError, match="shuffled"):
        permuted_p(some, some, 500, GRID, LAND, control_weights=[3])
    with pytest.raises(StudyError, match="bandwidth"):
        relative_risk(some, some, 0, GRID, LAND)
    with pytest.raises(StudyError, match="Not computable"):
        relative_risk([(np.nan, 1)], some, 500, GRID, LAND)
