"""Cross-validated bandwidths against sums over all pairs and scikit-learn."""

import numpy as np
import pytest
from sklearn.neighbors import KernelDensity

from analysis import cross_validation as module
from analysis.bandwidth import RULES, choose_bandwidth, same_spread, scott_bandwidth
from analysis.cross_validation import best_bandwidth, scores
from analysis.near_pairs import near_squares
from geo.errors import StudyError


def towns(n, seed=1):
    """Clustered places; the towns' own spread is 1 to 4 km."""
    rng = np.random.default_rng(seed)
    middle = rng.uniform(0, 80_000, (8, 2))
    which = rng.integers(0, 8, n)
    return middle[which] + rng.normal(0, 1, (n, 2)) * rng.uniform(1_000, 4_000, 8)[which][:, None]


def test_squares_pair_by_pair():
    """int f2 - 2 sum w f_-i / W, written out over three weighted places."""
    places, weights = [(0, 0), (1_000, 0), (0, 2_000)], [1.0, 2.0, 5.0]
    total, s = 8.0, 900.0

    def bell(i, j, width):
        squared = sum((a - b) ** 2 for a, b in zip(places[i], places[j], strict=True))
        return np.exp(-squared / (2 * width**2)) / (2 * np.pi * width**2)

    whole = (
        sum(
            weights[i] * weights[j] * bell(i, j, s * np.sqrt(2)) for i in range(3) for j in range(3)
        )
        / total**2
    )
    left = (
        sum(
            weights[i]
            * sum(weights[j] * bell(i, j, s) for j in range(3) if j != i)
            / (total - weights[i])
            for i in range(3)
        )
        / total
    )
    assert scores(places, weights, [s], "least_squares")[0] == pytest.approx(whole - 2 * left)


def test_likelihood_of_scikit_learn():
    """KernelDensity fitted without each place in turn."""
    places = towns(40)
    for s in (2_000.0, 5_000.0):
        logs = [
            KernelDensity(bandwidth=s).fit(np.delete(places, at, axis=0)).score(places[[at]])
            for at in range(40)
        ]
        assert scores(places, None, [s], "likelihood")[0] == pytest.approx(-np.mean(logs))


@pytest.mark.parametrize(
    ("score", "finest_m", "within"), [("least_squares", 700, 2e-7), ("likelihood", 3_000, 2e-6)]
)
def test_the_waves_say_what_the_pairs_say(score, finest_m, within, monkeypatch):
    places = towns(700)
    weights = np.random.default_rng(2).integers(1, 5, 700)
    sigmas = np.geomspace(finest_m, 12_000, 7)
    by_pairs = scores(places, weights, sigmas, score)
    monkeypatch.setattr(module, "PAIRS", 0)
    by_waves = scores(places, weights, sigmas, score)
    np.testing.assert_allclose(by_waves, by_pairs, rtol=0, atol=within * np.ptp(by_pairs))


@pytest.mark.parametrize("score", ["least_squares", "likelihood"])
def test_the_best_is_the_lowest(score):
    """A fine search over the scores finds the same; it sees the towns, Scott does not."""
    places = towns(500)
    scott = scott_bandwidth(places)
    best = best_bandwidth(places, None, score, scott)
    sigmas = np.geomspace(best / 1.2, best * 1.2, 41)
    lowest = sigmas[np.argmin(scores(places, None, sigmas, score))]
    assert best == pytest.approx(lowest, rel=0.03)
    assert best < scott / 3


@pytest.mark.parametrize("score", ["least_squares", "likelihood"])
def test_events_at_one_place_do_not_foretell_each_other(score):
    """Each place three times says what it says once."""
    places = towns(120)
    once = scores(places, None, [1_500.0, 4_000.0], score)
    thrice = scores(np.repeat(places, 3, axis=0), None, [1_500.0, 4_000.0], score)
    np.testing.assert_allclose(thrice, once)
    np.testing.assert_allclose(scores(places, np.full(120, 3.0), [1_500.0, 4_000.0], score), once)


def test_moving_and_measuring_in_feet():
    """Bandwidths move with the unit, not with the place."""
    places = towns(300)
    for rule in RULES:
        here, sentence = choose_bandwidth(rule, places, None, "gaussian")
        there, _ = choose_bandwidth(rule, places / 0.3048 + 1e6, None, "gaussian")
        assert there * 0.3048 == pytest.approx(here, rel=1e-6)
        assert sentence.endswith(".")
        quartic, _ = choose_bandwidth(rule, places, None, "quartic")
        assert quartic == pytest.approx(here * np.sqrt(8))


def test_spread_of_the_kernels():
    """Variance per axis h2 / (2 (p + 2)): 1/4 of a disc, 1/6 Epanechnikov, 1/8 quartic."""
    axis = (np.arange(2_000) + 0.5) / 1_000 - 1
    squared = axis[:, None] ** 2 + axis**2
    for kernel, power in (("disc", 0), ("epanechnikov", 1), ("quartic", 2)):
        height = np.where(squared < 1, np.abs(1 - squared) ** power, 0)
        variance = (height * axis**2).sum() / height.sum()
        assert same_spread(kernel) == pytest.approx(variance**-0.5, rel=1e-3)


def test_no_lowest_score():
    """Two places only: the likelihood rises until the kernel is as wide as their distance."""
    with pytest.raises(StudyError, match="same place"):
        scores([(0, 0)] * 5, None, [100.0], "likelihood")
    lattice = [(1_000.0 * x, 1_000.0 * y) for x in range(2) for y in range(2)]
    with pytest.raises(StudyError, match="another rule"):
        best_bandwidth(lattice, None, "likelihood", 50.0)
    for wrong in ([0.0], [np.nan], []):
        with pytest.raises(StudyError, match="above 0"):
            scores(lattice, None, wrong, "likelihood")


# --- least squares far below Scott's rule


def test_squares_of_near_places_are_those_of_all_pairs():
    """Written out over all pairs of places with different weights."""
    places = towns(60, seed=4)
    weights = np.random.default_rng(4).integers(1, 5, 60).astype(float)
    share = weights / weights.sum()
    squared = ((places[:, None] - places) ** 2).sum(axis=2)
    for s in (150.0, 400.0):
        both, one = (np.exp(-squared / (c * s**2)) / (c * np.pi * s**2) for c in (4, 2))
        np.fill_diagonal(one, 0.0)
        expected = share @ both @ share - 2 * np.sum(share * (one @ share) / (1 - share))
        assert near_squares(places, share, [s])[0] == pytest.approx(expected)


def test_least_squares_find_crowds_far_narrower_than_the_cloud():
    """A tight crowd in a wide state: the best lies below a 24th of Scott's rule."""
    rng = np.random.default_rng(8)
    places = np.vstack([rng.normal(0, 200, (900, 2)), rng.uniform(-200_000, 200_000, (600, 2))])
    scott = scott_bandwidth(places)
    best = best_bandwidth(places, None, "least_squares", scott)
    assert best < scott / 24
    share = np.full(len(places), 1 / len(places))
    lower, at, higher = near_squares(places, share, [0.8 * best, best, 1.25 * best])
    assert at < min(lower, higher)


def test_places_that_nearly_coincide_give_no_best_square_and_a_way_out():
    """Pairs of places a few meters apart foretell each other best with a bandwidth of 0."""
    rng = np.random.default_rng(9)
    homes = rng.uniform(0, 100_000, (400, 2))
    twins = np.vstack([homes, homes + rng.normal(0, 1.0, homes.shape)])
    with pytest.raises(StudyError, match="nearly the same or at rounded places") as refused:
        best_bandwidth(twins, None, "least_squares", scott_bandwidth(twins))
    assert "by likelihood" in refused.value.hint
