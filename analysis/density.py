"""Kernel density: how thick events lie, per square metre, at every cell of a grid."""

from typing import Final, cast

import numpy as np
from numpy.typing import ArrayLike

from analysis import stamping
from analysis.pixels import (
    PER_KM2,
    PER_MI2,
    POWERS,
    Floats,
    Grid,
    Kernel,
    checked,
    checked_bandwidth,
)
from analysis.spectrum import FINEST_RADIUS, mixed, spectrum
from analysis.splines import FINEST_CELLS
from geo.errors import StudyError

__all__ = ["PER_KM2", "PER_MI2", "Floats", "Grid", "Kernel", "kernel_density"]

EXACT_PRODUCTS: Final = 4e8
"""Points times cells up to which Gaussians are summed one by one, without approximation."""

EXACT_ROWS: Final = 12e6
"""Rows of quartic kernels that are stamped exactly; beyond, they go through the transform."""

NARROW_CELLS: Final = 1e8
"""Cells that narrow Gaussians cover up to which each is stamped by itself."""


SEEN_CELLS: Final = 0.75
"""Narrowest radius in cells of kernels that end: half a diagonal, or events fall between centers.

Half as much is the narrowest Gaussian, whose samples then add up to 1 within an eighth
in each direction."""


def kernel_density(
    points: ArrayLike,
    weights: ArrayLike | None,
    bandwidth_m: ArrayLike,
    kernel: Kernel,
    grid: Grid,
) -> Floats:
    """Kernel density at the cell centers of a grid.

    Parameters
    ----------
    points : array_like, shape (n, 2)
        Easting and northing in metres. Points outside the grid count as far as they reach in.
    weights : array_like, shape (n,), or None
        Events each point stands for, 0 or more; None: 1 each.
    bandwidth_m : float or array_like, shape (n,)
        Metres, for all points or for each (see `analysis.adaptive`). Gaussian: standard deviation.
        The others: radius h, beyond which a point has no effect.
    kernel : {"quartic", "gaussian", "epanechnikov", "disc"}
        ``exp(-d**2 / (2 s**2)) / (2 pi s**2)``, or ``(p + 1) / (pi h**2) (1 - d**2 / h**2)**p``
        within h with p = 0 (disc), 1 (Epanechnikov), 2 (quartic).
    grid : Grid
        Where to evaluate.

    Returns
    -------
    ndarray of float64, shape (rows, cols)
        Events per square metre (times `PER_KM2` or `PER_MI2` per square kilometer or mile), never
        below 0; no edge correction (see `analysis.edges`). Zeros without points.

    Raises
    ------
    StudyError
        Shapes differ, a coordinate is missing, a weight is below 0, a bandwidth is not above 0 or
        so far below a cell that events between the centers of cells would be lost.

    Notes
    -----
    Disc, Epanechnikov and quartic are exact: stamped row by row as running sums of polynomials.
    Gaussians are exact up to `EXACT_PRODUCTS` points times cells; beyond, points are spread by
    B-splines and transformed (see `analysis.spectrum`), within 2e-6 of the highest value, single
    precision. Quartics of one radius that would take more than `EXACT_ROWS` rows go through the
    same transform from a radius of 10 cells: right to 1e-3 of the highest value there, to 1e-4 at
    20 cells. Very many Gaussians of many bandwidths are interpolated between levels, right to 5e-5
    of each one's peak.

    References
    ----------
    Silverman, B. W. (1986). Density Estimation for Statistics and Data Analysis, eq. 4.5 (quartic).

    Examples
    --------
    One event, h = 1 km: 3/pi = 0.954930 events per km2 at the event, 0.537148 half way out.

    >>> grid = Grid(west=-50, north=550, cell_m=100, rows=6, cols=6)
    >>> (PER_KM2 * kernel_density([(0, 0)], None, 1000, "quartic", grid)[-1]).round(6)[[0, 5]]
    array([0.95493 , 0.537148])
    """
    place, amount = checked(points, weights)
    reach = checked_bandwidth(bandwidth_m, len(place))
    _refuse_unseen(reach, kernel, grid)
    each = np.broadcast_to(reach, (len(place),))
    row, column = grid.place(place)
    far = each * (stamping.REACH if kernel == "gaussian" else 1.0)
    down, across = far / grid.height_m, far / grid.cell_m
    near = (
        (column > -across - 1) & (column < grid.cols + across)
        & (row > -down - 1) & (row < grid.rows + down) & (amount != 0)
    )  # fmt: skip
    if not near.all():
        place, amount, each = place[near], amount[near], each[near]
        row, column = row[near], column[near]
    if not amount.size:
        return np.zeros(grid.shape)
    if kernel == "gaussian":
        return _gaussian(place, amount, each, grid, one=reach.ndim == 0)
    finest = float(each.min()) / max(grid.cell_m, grid.height_m)
    rows = float(np.sum(2 * each / grid.height_m + 1))
    if kernel == "quartic" and reach.ndim == 0 and rows > EXACT_ROWS and finest >= FINEST_RADIUS:
        only = float(reach)
        kept = spectrum(place, amount, grid, finest_m=only, widest_m=only, kernel=kernel)
        return cast("Floats", kept.density(only, out=np.empty(grid.shape)))
    radius = (each / grid.height_m, each / grid.cell_m)
    total = stamping.polynomials((row, column), amount, radius, POWERS[kernel], grid.shape)
    return total / grid.cell_m2


def _refuse_unseen(reach: Floats, kernel: Kernel, grid: Grid) -> None:
    """Refuse kernels that fit between the centers of cells."""
    least = SEEN_CELLS / 2 if kernel == "gaussian" else SEEN_CELLS
    narrowest = float(reach.min(initial=np.inf))
    if narrowest < least * max(grid.cell_m, grid.height_m):
        raise StudyError(
            "Not computable: the bandwidth is smaller than a cell, so that events between the "
            "centers of cells would be lost.",
            f"Choose cells of at most {narrowest / least:,.0f} meters, or a wider bandwidth.",
        )


def _gaussian(place: Floats, amount: Floats, each: Floats, grid: Grid, *, one: bool) -> Floats:
    """Gaussians by the cheapest way that is right."""
    row, column = grid.place(place)
    sigma = (each / grid.height_m, each / grid.cell_m)
    if amount.size * grid.rows * grid.cols <= EXACT_PRODUCTS:
        total = stamping.gaussians(row, column, amount, sigma, grid.shape)
        return total / grid.cell_m2
    narrow = each < FINEST_CELLS * max(grid.cell_m, grid.height_m) * (1 + 1e-9)
    if narrow.any():
        total = _narrow(place[narrow], amount[narrow], each[narrow], grid, one=one)
        if not narrow.all():
            wide = ~narrow
            total += _gaussian(place[wide], amount[wide], each[wide], grid, one=one)
        return total
    if one or np.ptp(each) == 0:
        only = float(each[0])
        kept = spectrum(place, amount, grid, finest_m=only, widest_m=only)
        return cast("Floats", kept.density(only, out=np.empty(grid.shape)))
    return mixed(place, amount, each, grid)


def _narrow(place: Floats, amount: Floats, each: Floats, grid: Grid, *, one: bool) -> Floats:
    """Gaussians below two cells: stamped, or on cells a third as wide when they are very many."""
    row, column = grid.place(place)
    sigma = (each / grid.height_m, each / grid.cell_m)
    covered = float(np.sum((12 * sigma[0] + 2) * (12 * sigma[1] + 2)))
    if covered <= NARROW_CELLS or min(float(way.min()) for way in sigma) < FINEST_CELLS / 3:
        total = stamping.narrow_gaussians(row, column, amount, sigma, grid.shape)
        return total / grid.cell_m2
    # Three for one, so that the center of each cell stays the center of one of them.
    finer = Grid(
        grid.west, grid.north, grid.cell_m / 3, 3 * grid.rows, 3 * grid.cols, grid.height_m / 3
    )
    return _gaussian(place, amount, each, finer, one=one)[1::3, 1::3]
