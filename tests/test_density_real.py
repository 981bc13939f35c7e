"""Densities of a medical examiner's real file: messy places, many at one address."""

import csv

import numpy as np
import pytest

from analysis.bandwidth import choose_bandwidth
from analysis.contours import volume_contours
from analysis.density import PER_KM2, Grid, kernel_density
from analysis.hot_areas import hot_areas
from analysis.relative_risk import permuted_p
from geo import crs


@pytest.fixture(scope="module")
def deaths(shared_data):
    """Every death of Cook County with a place, in metres, read by csv alone."""
    path = shared_data / "incidents" / "cook_county_me_opioid.csv"
    with path.open(encoding="utf-8-sig", newline="") as lines:
        rows = list(csv.DictReader(lines))
    lon, lat = (
        np.array([float(row[name]) for row in rows if row["longitude"] and row["latitude"]])
        for name in ("longitude", "latitude")
    )
    return np.column_stack(crs.to_local(lon, lat, crs.local_crs((-88.3, 41.4, -87.5, 42.2))))


def around(points, cell_m, margin_m):
    west, south = points.min(axis=0) - margin_m
    wide, tall = np.ptp(points, axis=0) + 2 * margin_m
    rows, cols = int(np.ceil(tall / cell_m)), int(np.ceil(wide / cell_m))
    return Grid(west, south + rows * cell_m, cell_m, rows, cols)


@pytest.mark.parametrize("kernel", ["quartic", "gaussian", "epanechnikov"])
def test_every_death_is_on_the_map(deaths, kernel):
    grid = around(deaths, 250, 13_000)
    found = kernel_density(deaths, None, 2_000, kernel, grid)
    assert found.sum() * grid.cell_m2 == pytest.approx(len(deaths), rel=1e-4)


def test_addresses_with_many_deaths_do_not_make_the_bandwidth_0(deaths):
    """Dozens share one address; both scores have a lowest value, narrower than Scott's."""
    _, times = np.unique(deaths, axis=0, return_counts=True)
    assert times.max() > 20
    scott, _ = choose_bandwidth("scott", deaths, None, "gaussian")
    for rule in ("least_squares", "likelihood"):
        found, _ = choose_bandwidth(rule, deaths, None, "gaussian")
        assert 100 < found < scott


def test_half_the_volume_holds_more_than_half_of_the_deaths(deaths):
    grid = around(deaths, 250, 7_000)
    surface = PER_KM2 * kernel_density(deaths, None, 2_000, "quartic", grid)
    half = volume_contours(surface, grid, [0.5]).iloc[0]
    areas = hot_areas(surface, half["level"], grid, deaths)
    assert 0.5 * len(deaths) < areas["count"].sum() < 0.7 * len(deaths)
    assert areas["area_km2"].sum() == pytest.approx(half["area_km2"])
    assert areas["count"].is_monotonic_decreasing


def test_a_random_half_has_no_excess_over_the_other(deaths):
    """Each address goes to one half as a whole: few places are high or low at 1% each."""
    places, which = np.unique(deaths, axis=0, return_inverse=True)
    first = np.random.default_rng(2).random(len(places)) < 0.5
    grid = around(places, 500, 1_000)
    inside = kernel_density(places, None, 3_000, "disc", grid) * np.pi * 3_000**2 > 20
    found = permuted_p(places[first], places[~first], 2_500, grid, inside, draws=199)
    assert (found.p[inside] <= 0.01).mean() < 0.05
    assert (found.p[inside] > 0.99).mean() < 0.05
    assert which.size == len(deaths)
