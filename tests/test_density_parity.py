"""Densities against images of spatstat.explore 3.0-6 and sparr 2.2-17, to 1e-9.

The images are 64 x 64, row 0 in the south, made by `fx.R` beside them: 214 points in a hexagonal
window, sigma 6. spatstat first moves each point to the middle of its pixel, so these tests do too,
and makes a kernel's samples add up to 1, where ours is the formula: one factor for each kernel.
"""

from pathlib import Path

import numpy as np
import pytest
import shapely

from analysis.adaptive import abramson, adaptive_density
from analysis.edges import corrected_density
from analysis.pixels import Grid
from analysis.relative_risk import relative_risk

FIXTURES = Path(__file__).parent / "data" / "density"
SIGMA = 6.0
RADII = {  # spatstat's sigma is the standard deviation of a kernel along one axis
    "gaussian": SIGMA,
    "quartic": SIGMA * np.sqrt(8),
    "epanechnikov": SIGMA * np.sqrt(6),
    "disc": SIGMA * 2,
}


def image(name):
    """Read an image, row 0 in the north, NaN outside the window."""
    return np.genfromtxt(FIXTURES / name, delimiter=",", missing_values="NA")[::-1]


def numbers(name):
    return np.loadtxt(FIXTURES / name, delimiter=",")


@pytest.fixture(scope="module")
def window():
    """The fixtures' grid, and which cells have their center in the polygon."""
    polygon = shapely.Polygon(numbers("poly.csv"))
    west, south, east, north = polygon.bounds
    grid = Grid(west, north, (east - west) / 64, 64, 64, (north - south) / 64)
    return grid, shapely.contains_xy(polygon, *np.meshgrid(*grid.centers()))


def moved(points, grid):
    """Each point in the middle of its pixel."""
    east, north = grid.centers()
    row, column = grid.cells_of(points)
    return np.column_stack([east[column], north[row]])


def samples(kernel, grid):
    """What spatstat divides by: the kernel's samples over twice the window, times a cell."""
    steps = np.r_[np.arange(64), np.arange(-64, 0)]
    squared = (steps[:, None] * grid.height_m) ** 2 + (steps * grid.cell_m) ** 2
    h = RADII[kernel]
    if kernel == "gaussian":
        return np.exp(-squared / (2 * h**2)).sum() / (2 * np.pi * h**2) * grid.cell_m2
    p = {"disc": 0, "epanechnikov": 1, "quartic": 2}[kernel]
    inner = np.where(squared <= h**2, np.abs(1 - squared / h**2) ** p, 0.0)
    return (p + 1) / (np.pi * h**2) * inner.sum() * grid.cell_m2


@pytest.mark.parametrize("edge", ["none", "uniform", "diggle"])
@pytest.mark.parametrize("kernel", sorted(RADII))
def test_spatstat_density(window, kernel, edge):
    grid, inside = window
    expected = image(f"d_{kernel}_{edge}.csv")
    points = moved(numbers("pts.csv"), grid)
    found = corrected_density(points, None, RADII[kernel], kernel, grid, inside, edge=edge).height
    if edge != "diggle":  # which adds up to the events, as spatstat's does
        found /= samples(kernel, grid)
    assert np.array_equal(np.isnan(found), np.isnan(expected))
    assert np.nanmax(np.abs(found - expected)) < 1e-9 * np.nanmax(expected)


@pytest.mark.parametrize("kernel", sorted(RADII))
def test_diggle_adds_up_to_the_events(window, kernel):
    """Wherever in a pixel they lie: 214 events, as the sum of spatstat's image is 214."""
    grid, inside = window
    points = numbers("pts.csv")
    found = corrected_density(
        points, None, RADII[kernel], kernel, grid, inside, edge="diggle"
    ).height
    assert np.nansum(found) * grid.cell_m2 == pytest.approx(len(points), rel=1e-9)


def pilot(grid, inside):
    return corrected_density(
        moved(numbers("pts.csv"), grid), None, SIGMA, "gaussian", grid, inside
    ).height


@pytest.mark.parametrize("name", ["abram.csv", "adapt_h.csv"])
def test_abramson_bandwidths(window, name):
    """`bw.abram` of spatstat and `bivariate.density` of sparr; printed to seven figures."""
    grid, inside = window
    each, _ = abramson(pilot(grid, inside), numbers("pts.csv"), None, SIGMA, grid)
    np.testing.assert_allclose(each, numbers(name), rtol=5e-7, atol=0)


def test_sparr_adaptive_density(window):
    """Sparr's surface adds up to 1; pilot and global bandwidth 6, uniform edge correction.

    Its pilot has each point in the middle of its pixel; with a pilot of the points as they lie, the
    surface is off by 2.5e-3 of the highest value.
    """
    grid, inside = window
    points = numbers("pts.csv")
    found = adaptive_density(
        points, None, SIGMA, "gaussian", grid, inside, pilot=pilot(grid, inside)
    ).height
    found /= np.nansum(found) * grid.cell_m2
    expected = image("adapt.csv")
    assert np.array_equal(np.isnan(found), np.isnan(expected))
    assert np.nanmax(np.abs(found - expected)) < 1e-9 * np.nanmax(expected)


def test_sparr_relative_risk(window):
    """`risk(h0 = 6, tolerate = TRUE)`: log relative risk and asymptotic p, absolute."""
    grid, inside = window
    cases, controls = (moved(numbers(name), grid) for name in ("pts.csv", "ctrl.csv"))
    found = relative_risk(cases, controls, SIGMA, grid, inside)
    for mine, name in ((found.log_risk, "rr.csv"), (found.p, "rr_p.csv")):
        expected = image(name)
        assert np.array_equal(np.isnan(mine), np.isnan(expected))
        assert np.nanmax(np.abs(mine - expected)) < 1e-9
    assert found.thin == 0
