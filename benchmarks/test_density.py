"""Density of crowds, beside KDEpy's transform; and another bandwidth from the kept spectrum."""

from importlib.metadata import version

import numpy as np
import pytest

from analysis.density import Grid, kernel_density
from analysis.spectrum import spectrum

EXTENT_M = 400_000.0
SIGMA_M = 1_770.0


def towns(n):
    """Points around 40 towns, within the map."""
    rng = np.random.default_rng(0)
    middle = rng.uniform(40_000, 360_000, (40, 2))[rng.integers(0, 40, n)]
    return np.clip(middle + rng.normal(0, 12_000, (n, 2)), 1, EXTENT_M - 1)


def square(side):
    return Grid(west=0, north=EXTENT_M, cell_m=EXTENT_M / side, rows=side, cols=side)


def by_kdepy(points, side):
    """KDEpy with lengths in bandwidths.

    In metres it cuts the Gaussian off far too early and loses 40 % of the events.
    """
    from KDEpy import FFTKDE  # noqa: PLC0415  (a peer; may not be installed)

    centers = (np.arange(side) + 0.5) * EXTENT_M / side / SIGMA_M
    at = np.column_stack([np.repeat(centers, side), np.tile(centers, side)])
    near = np.clip(points / SIGMA_M, centers[0] + 1e-9, centers[-1] - 1e-9)
    found = FFTKDE(kernel="gaussian", bw=1.0).fit(near).evaluate(at)
    return found.reshape(side, side).T[::-1] * len(points) / SIGMA_M**2


def worst(found, points, grid):
    """Largest error over the largest value, at the highest cells and at random ones."""
    east, north = grid.centers()
    random = np.random.default_rng(1).integers(0, grid.rows, (200, 2))
    high = np.column_stack(np.unravel_index(np.argsort(found, axis=None)[-100:], found.shape))
    errors = []
    for row, column in np.vstack([random, high]):
        squared = (points[:, 0] - east[column]) ** 2 + (points[:, 1] - north[row]) ** 2
        exact = np.exp(-squared / (2 * SIGMA_M**2)).sum() / (2 * np.pi * SIGMA_M**2)
        errors.append(abs(found[row, column] - exact))
    return max(errors) / found.max()


@pytest.mark.parametrize(
    ("n", "side", "goal", "most_mb"),
    [(10_000, 512, None, None), (100_000, 2048, 15, 80), (1_000_000, 2048, 5, None)],
)
def test_density(beside, n, side, goal, most_mb):
    pytest.importorskip("KDEpy")
    points, grid = towns(n), square(side)
    ours, theirs = beside(
        f"density, {n:,} points on {side} x {side}",
        lambda: kernel_density(points, None, SIGMA_M, "gaussian", grid),
        peer=f"KDEpy {version('KDEpy')} FFTKDE",
        theirs=lambda: by_kdepy(points, side),
        times=goal,
        within_mb=most_mb,
        note="Gaussian, s = 1.77 km on 400 km. KDEpy is given lengths in bandwidths, or it would "
        "lose 40 % of the events.",
    )
    assert worst(ours, points, grid) < 1e-5
    assert np.abs(ours - theirs).max() < 2e-2 * ours.max()  # KDEpy's own error


def test_another_bandwidth(beside):
    points, grid = towns(100_000), square(1024)
    kept = spectrum(points, None, grid, finest_m=SIGMA_M, widest_m=8 * SIGMA_M)
    ours, _ = beside(
        "density, another bandwidth on 1024 x 1024",
        lambda: kept.density(2 * SIGMA_M),
        within_s=0.020,
        note="From the kept spectrum, prepared for bandwidths of 1.77 to 14.2 km.",
    )
    expected = kernel_density(points, None, 2 * SIGMA_M, "gaussian", grid)
    assert np.abs(ours - expected).max() < 1e-5 * expected.max()
