"""The transform of a crowd of points, kept, so that another bandwidth costs one transform back.

Points are spread over the cells by B-splines and transformed; the sum is divided by the splines'
own transform, ``sinc(f)**order`` each way, and multiplied by the kernel's.
"""

from dataclasses import dataclass
from typing import Final, Literal, cast

import numpy as np
from numpy.typing import ArrayLike
from scipy import fft

from analysis.pixels import Floats, Grid, checked, in_reach
from analysis.splines import (
    FINEST_CELLS,
    ROWS,
    Singles,
    Waves,
    bell_wave,
    needed,
    padding,
    sampled_spline,
    spline_order,
    spread,
    waves_of,
)
from analysis.stamping import REACH
from geo.errors import StudyError

Smooth = Literal["gaussian", "quartic"]

FINEST_RADIUS: Final = 10.0
"""Narrowest radius in cells of a quartic: its edge is as sharp as the cells."""

LEVELS: Final = 1.1
"""Ratio of neighboring bandwidths between which those of single points are interpolated."""


@dataclass(frozen=True, eq=False)
class Spectrum:
    """What `spectrum` keeps: 4 bytes a number, only the frequencies that its bandwidths need.

    `finest_m` and `widest_m` bound the bandwidths that `density` takes.
    """

    grid: Grid
    kernel: Smooth
    finest_m: float
    widest_m: float
    order: int
    margin: tuple[int, int]
    size: tuple[int, int]
    waves: Waves

    def density(
        self, bandwidth_m: float, *, scale: float = 1.0, out: Floats | Singles | None = None
    ) -> Floats | Singles:
        """Kernel density with another bandwidth.

        Parameters
        ----------
        bandwidth_m : float
            Metres, between `finest_m` and `widest_m`.
        scale : float
            Multiplies the result; `PER_KM2` for events per square kilometer.
        out : ndarray, shape (rows, cols), optional
            Filled and returned; without it a new one of float32.

        Returns
        -------
        ndarray, shape (rows, cols)
            Events per square metre times scale, never below 0.

        Raises
        ------
        StudyError
            The bandwidth is outside what was prepared.
        """
        slack = 1e-9 * self.finest_m
        if not self.finest_m - slack <= bandwidth_m <= self.widest_m + slack:
            raise StudyError(
                "The bandwidth is outside the range that was prepared.",
                f"Choose {self.finest_m:,.0f} to {self.widest_m:,.0f} meters.",
            )
        down, across = self.frequencies()
        if self.kernel == "gaussian":
            sigma = (bandwidth_m / self.grid.height_m, bandwidth_m / self.grid.cell_m)
            by_row = bell_wave(down, sigma[0], self.order)
            by_column = bell_wave(across, sigma[1], self.order) * (scale / self.grid.cell_m2)
        else:
            by_row, by_column = (sampled_spline(one) ** -1 for one in (down, across))
            by_column = by_column * (scale / self.grid.cell_m2)
        waves = self.waves * by_column.astype(np.float32)
        waves *= by_row.astype(np.float32)[:, None]
        if self.kernel != "gaussian":
            waves *= _quartic_wave(self.grid, self.size, bandwidth_m)
        return self.back(waves, out)

    def frequencies(self) -> tuple[Floats, Floats]:
        """Cycles per cell of the rows and the columns of `waves`."""
        half = (self.waves.shape[0] + 1) // 2
        down = fft.fftfreq(self.size[0])
        if self.waves.shape[0] < self.size[0]:
            down = np.r_[down[:half], down[1 - half :]]
        across = fft.rfftfreq(self.size[1])[: self.waves.shape[1]]
        return cast("Floats", down), cast("Floats", across)

    def back(self, waves: Waves, out: Floats | Singles | None = None) -> Floats | Singles:
        """Transform waves back to the cells of the grid, cut at 0; some rows at a time."""
        half = (waves.shape[0] + 1) // 2
        if waves.shape[0] < self.size[0]:
            full = np.zeros((self.size[0], waves.shape[1]), np.complex64)
            full[:half], full[1 - half :] = waves[:half], waves[half:]
        else:
            full = waves
        full = fft.ifft(full, axis=0, overwrite_x=True, workers=2)
        cells = np.empty(self.grid.shape, np.float32) if out is None else out
        top, left = self.margin
        for start in range(0, self.grid.rows, ROWS):
            part = full[top + start : top + min(start + ROWS, self.grid.rows)]
            found = fft.irfft(part, self.size[1], axis=1, workers=2)
            found = found[:, left : left + self.grid.cols]
            np.maximum(found, 0, out=cells[start : start + ROWS])
        return cells


def spectrum(  # noqa: PLR0913  (the points, and the range of bandwidths to prepare for)
    points: ArrayLike,
    weights: ArrayLike | None,
    grid: Grid,
    *,
    finest_m: float,
    widest_m: float,
    kernel: Smooth = "gaussian",
) -> Spectrum:
    """Transform points once, for densities with many bandwidths.

    Parameters
    ----------
    points : array_like, shape (n, 2)
        Easting and northing in metres. Points outside the grid count as far as they reach in.
    weights : array_like, shape (n,), or None
        Events each point stands for; None: 1 each.
    grid : Grid
        Where densities will be wanted.
    finest_m, widest_m : float
        Bandwidths to prepare for, in metres: at least 2 cells for a Gaussian, 10 for a quartic.
    kernel : {"gaussian", "quartic"}
        A Gaussian is right to 2e-6 of the highest value. A quartic is sampled at the cells: at a
        radius of 10 cells a crowd is right to 1e-3, at 20 to 1e-4 (one point to 2e-3 and 6e-4).
        Epanechnikov and disc have edges that cells cannot carry: see `kernel_density`.

    Returns
    -------
    Spectrum

    Raises
    ------
    StudyError
        Something is missing, or the bandwidths are narrower than the cells can carry.

    References
    ----------
    Essmann, U. et al. (1995). A smooth particle mesh Ewald method. J. Chem. Phys. 103, 8577, eq.
    4.1 (B-splines). doi:10.1063/1.470117.
    Silverman, B. W. (1982). Kernel density estimation using the fast Fourier transform. Applied
    Statistics 31, 93. doi:10.2307/2347084.

    Examples
    --------
    >>> grid = Grid(west=0, north=5000, cell_m=50, rows=100, cols=100)
    >>> kept = spectrum([(2525, 2475)], None, grid, finest_m=200, widest_m=800)
    >>> [round(float(kept.density(s, scale=1e6).max()), 4) for s in (200, 400)]
    [3.9789, 0.9947]
    >>> [round(1 / (2 * np.pi * s**2), 4) for s in (0.2, 0.4)]
    [3.9789, 0.9947]
    """
    place, amount = checked(points, weights)
    finest = finest_m / max(grid.cell_m, grid.height_m)
    least = FINEST_CELLS if kernel == "gaussian" else FINEST_RADIUS
    if not (np.isfinite(widest_m) and least * (1 - 1e-9) <= finest and finest_m <= widest_m):
        raise StudyError(
            "The bandwidths are narrower than the cells can carry.",
            f"Choose at least {least * max(grid.cell_m, grid.height_m):,.0f} meters, or smaller "
            "cells.",
        )
    row, column = grid.place(place)
    reach_m = widest_m * (REACH if kernel == "gaussian" else 1.0)
    near = in_reach(row, column, amount, reach_m, grid)
    if not near.all():
        row, column, amount = row[near], column[near], amount[near]
    return transformed((row, column), amount, grid, kernel, (finest_m, widest_m))


def transformed(
    at: tuple[Floats, Floats],
    amount: Floats,
    grid: Grid,
    kernel: Smooth,
    range_m: tuple[float, float],
) -> Spectrum:
    """`spectrum` of points in reach, checked before: their rows and columns, and weights."""
    finest_m, widest_m = range_m
    row, column = at
    finest = finest_m / max(grid.cell_m, grid.height_m)
    order = spline_order(finest) if kernel == "gaussian" else 4
    reach_m = widest_m * (REACH if kernel == "gaussian" else 1.0)
    down = padding(row, grid.rows, reach_m / grid.height_m, order)
    across = padding(column, grid.cols, reach_m / grid.cell_m, order)
    margin, size = (down[0], across[0]), (down[1], across[1])
    cells = spread(row + margin[0], column + margin[1], amount, order, size)
    kept = (size[0], size[1] // 2 + 1)
    if kernel == "gaussian":
        kept = needed(finest_m, size, (grid.height_m, grid.cell_m))
    return Spectrum(grid, kernel, finest_m, widest_m, order, margin, size, waves_of(cells, kept))


def mixed(at: tuple[Floats, Floats], amount: Floats, sigma_m: Floats, grid: Grid) -> Floats:
    """Gaussian density with a bandwidth for each point, all at least 2 cells.

    Each point is split among the four nearest of a geometric row of bandwidths, with the weights of
    cubic interpolation in their logarithm, right to 5e-5 of its own peak. The levels are added up
    as waves, so that one transform goes back.

    Parameters
    ----------
    at : tuple of ndarray, shape (n,)
        Rows and columns, as `Grid.place` tells them.
    amount, sigma_m : ndarray, shape (n,)
        Weights, and metres; checked before.
    grid : Grid

    Returns
    -------
    ndarray, shape (rows, cols)
        Per square metre.
    """
    finest = float(sigma_m.min())
    level_of = np.log(sigma_m / finest) / np.log(LEVELS)
    first = np.floor(level_of).astype(np.int64)
    u = level_of - first
    shares = (
        -u * (u - 1) * (u - 2) / 6,
        (u + 1) * (u - 1) * (u - 2) / 2,
        -(u + 1) * u * (u - 2) / 2,
        (u + 1) * u * (u - 1) / 6,
    )
    cell = (grid.height_m, grid.cell_m)
    order = spline_order(finest / LEVELS / max(cell))
    widest = REACH * finest * LEVELS ** float(first.max() + 2)
    row, column = at
    down = padding(row, grid.rows, widest / cell[0], order)
    across = padding(column, grid.cols, widest / cell[1], order)
    margin, size = (down[0], across[0]), (down[1], across[1])
    kept = needed(finest / LEVELS, size, cell)
    frame = Spectrum(grid, "gaussian", finest, widest, order, margin, size, np.zeros(kept, "c8"))
    frequencies = frame.frequencies()
    for level in range(-1, int(first.max()) + 3):
        which = np.flatnonzero((first >= level - 2) & (first <= level + 1))
        share = np.choose(level - first[which] + 1, [one[which] for one in shares])
        cells = spread(
            row[which] + margin[0], column[which] + margin[1], amount[which] * share, order, size
        )
        waves = waves_of(cells, kept)
        for axis, frequency in enumerate(frequencies):
            bell = bell_wave(frequency, finest * LEVELS**level / cell[axis], order)
            waves *= np.expand_dims(bell.astype(np.float32), 1 - axis)
        frame.waves[...] += waves
    density = frame.back(frame.waves, np.empty(grid.shape))
    density /= grid.cell_m2
    return cast("Floats", density)


def _quartic_wave(grid: Grid, size: tuple[int, int], radius_m: float) -> Singles:
    """Transform of a quartic sampled at the cells around the first."""
    steps = (
        np.minimum(np.arange(n), n - np.arange(n)) * (cell / radius_m)
        for n, cell in zip(size, (grid.height_m, grid.cell_m), strict=True)
    )
    down, across = (one.astype(np.float32) ** 2 for one in steps)
    profile = np.maximum(1 - down[:, None] - across, 0) ** 2
    profile *= np.float32(3 * grid.cell_m2 / (np.pi * radius_m**2))
    return cast("Singles", fft.rfft2(profile, workers=2, overwrite_x=True).real.copy())
