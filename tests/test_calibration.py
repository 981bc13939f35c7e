"""Does a test cry wolf, and does it see one: maps drawn from a known truth.

The tables of docs/hotspots.md are made by these simulations and compared with them.
"""

from functools import cache
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import binom

from analysis.calibration import TESTS, World, simulate
from analysis.fdr import fdr
from analysis.pearson import pearson3_p
from analysis.suited import suited_p
from analysis.weights import contiguity, grid_ring, with_self
from boundaries import load

pytestmark = pytest.mark.slow

PAGE = Path(__file__).parents[1] / "docs" / "hotspots.md"
NULL_MAPS, CLUSTER_MAPS = 300, 100
FOUR_STATES = ("KY", "OH", "PA", "WV")
COLUMNS = {
    "exact p": "exact, counts",
    "normal p": "normal, counts",
    "crude rates, normal p": "normal, crude rates",
    "same risk for all": "population-adjusted, same risk for all",
    "adjusted": "population-adjusted",
}
"""Of the tables: heading and test."""


@cache
def grid():
    return with_self(grid_ring([(c, r) for r in range(30) for c in range(30)]))


@cache
def counties(states):
    shapes = load.counties()
    shapes = shapes[shapes["state"].isin(states)]
    people = load.population(2016).reindex(shapes.index).to_numpy(float)
    return people, with_self(contiguity(shapes.geometry.to_numpy()))


def cells(per_cell, **more):
    return World(np.ones(900), grid(), per_cell, **more)


def places(per_person, states=FOUR_STATES, **more):
    return World(*counties(states), per_person, **more)


NULLS = {
    "grid, 3 events a cell": lambda: cells(3.0),
    "grid, 78% zeros": lambda: cells(0.25),
    "grid, 80% zeros, clumped": lambda: cells(0.5, own=6.0),
    "counties, 6,000 events": lambda: places(2e-4),
    "counties, 300 events": lambda: places(1e-5),
    "counties, own risks": lambda: places(2e-4, own=0.2),
    "counties, own risks, lognormal": lambda: places(2e-4, own=0.2, law="lognormal"),
    "Ohio, two kinds of risk": lambda: places(2e-4, ("OH",), own=0.21, law="two"),
}
CLUSTERS = {
    "grid, 78% zeros, 4 times": lambda: cells(0.25, clusters=4, times=4.0),
    "counties, twice": lambda: places(2e-4, clusters=3, times=2.0),
    "counties, own risks, 3 times": lambda: places(2e-4, own=0.1, clusters=3, times=3.0),
}


@cache
def outcome(world, test):
    made = {**NULLS, **CLUSTERS}[world]()
    return simulate(made, TESTS[test], NULL_MAPS if world in NULLS else CLUSTER_MAPS, seed=1)


def tables():
    """Rows of the page's tables by the name of their world."""
    rows = [line.strip(" |").split(" | ") for line in PAGE.read_text().splitlines() if "|" in line]
    return {cell[0].strip(): [text.strip() for text in cell[1:]] for cell in rows}


def at_most_five_percent(share):
    """As the page prints it: 16 of 300 maps are 0.05, 17 are 0.06."""
    return round(share, 2) <= 0.05


NOT_CARRIED = "Ohio, two kinds of risk"
"""The page says that the test does not keep its promise here."""


@pytest.mark.parametrize("world", [world for world in NULLS if world != NOT_CARRIED])
def test_the_adjusted_test_cries_wolf_on_one_map_in_twenty(world):
    assert at_most_five_percent(outcome(world, "population-adjusted").maps_with_discovery)


def test_what_the_adjusted_test_does_not_carry():
    """One county in ten at 2.8 times the risk of the others: two of them side by side look hot."""
    found = outcome(NOT_CARRIED, "population-adjusted").maps_with_discovery
    assert 0.05 < found < 0.15


@pytest.mark.parametrize("world", [world for world in NULLS if world.startswith("grid")])
@pytest.mark.parametrize("test", ["exact, counts", "Pearson III, counts", "shared draws, counts"])
def test_counts_on_a_grid_cry_wolf_on_one_map_in_twenty(world, test):
    assert at_most_five_percent(outcome(world, test).maps_with_discovery)


def test_the_country_and_one_state_are_calibrated_too():
    """3,108 counties, where many tests meet; and 88, where little is known of own risks."""
    outside = {"AK", "HI", "PR", "VI", "GU", "AS", "MP"}
    country = tuple(sorted(set(load.counties()["state"]) - outside))
    found = [
        simulate(places(5e-5, states, own=own), TESTS["population-adjusted"], 120, seed=2)
        for states in (country, ("OH",)) for own in (0.0, 0.2)
    ]  # fmt: skip
    assert np.mean([one.maps_with_discovery for one in found]) <= 0.05


def test_small_places_are_not_flagged_for_being_small():
    """The defect of Gi* on crude rates: the quarter with the fewest people is called out."""
    adjusted = outcome("counties, 6,000 events", "population-adjusted")
    crude = outcome("counties, 6,000 events", "normal, crude rates")
    assert adjusted.flagged_small <= 0.06
    assert crude.flagged_small > 0.1


def rates_of_nothing(rng):
    """One risk, and people that differ from place to place without a pattern."""
    people = rng.lognormal(10, 1, 400)
    return rng.poisson(people * 2e-4) / people


def test_skewed_values_are_shuffled():
    """Values without any pattern; the Pearson III curve calls a map in four hot."""
    rng = np.random.default_rng(8)
    weights = with_self(grid_ring([(c, r) for r in range(20) for c in range(20)]))
    found = curve = 0
    for _ in range(30):
        for values in (rng.lognormal(0, 1, 400), rng.gamma(0.3, 1, 400), rates_of_nothing(rng)):
            suited = suited_p(values, weights)
            assert suited.how == "shuffled"
            found += bool((fdr(suited.p) <= 0.05).any())
            curve += bool((fdr(pearson3_p(values, weights)) <= 0.05).any())
    assert found <= binom.ppf(0.95, 90, 0.05)  # 90 maps cannot tell 5% from 8%
    assert curve / 90 > 0.15


def test_what_others_do_cries_wolf():
    assert outcome("grid, 78% zeros", "normal, counts").maps_with_discovery > 0.3
    assert outcome("counties, 6,000 events", "normal, crude rates").maps_with_discovery > 0.2
    same = "population-adjusted, same risk for all"
    assert outcome("counties, own risks", same).maps_with_discovery > 0.95


def test_planted_clusters_are_found_and_little_else():
    for world in ("counties, twice", "counties, own risks, 3 times"):
        adjusted = outcome(world, "population-adjusted")
        assert adjusted.found > 0.4
        assert adjusted.wrong <= 0.07
    assert outcome("counties, twice", "normal, crude rates").found < adjusted.found


@pytest.mark.parametrize("world", NULLS)
def test_page_tells_false_alarms(world):
    told = [float(text) for text in tables()[world]]
    made = [outcome(world, test).maps_with_discovery for test in COLUMNS.values()]
    np.testing.assert_allclose(told, made, atol=0.0051)


@pytest.mark.parametrize("world", CLUSTERS)
def test_page_tells_power(world):
    told = tables()[world]
    for text, test in zip(told, COLUMNS.values(), strict=True):
        found = outcome(world, test)
        np.testing.assert_allclose(
            [float(part) for part in text.split(" / ")], [found.found, found.wrong], atol=0.0051
        )
