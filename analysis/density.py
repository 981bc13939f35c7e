"""Kernel density: how thick events lie, per square metre, at every cell of a grid."""

from typing import Final, cast

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analysis import stamping
from analysis.pixels import (
    PER_KM2,
    PER_MI2,
    POWERS,
    Floats,
    Grid,
    Kernel,
    check_kernel,
    checked,
    checked_bandwidth,
    in_reach,
)
from analysis.spectrum import FINEST_RADIUS, Smooth, mixed, transformed
from analysis.splines import FINEST_CELLS
from geo.errors import StudyError

__all__ = ["PER_KM2", "PER_MI2", "Floats", "Grid", "Kernel", "kernel_density"]

Places = tuple[Floats, Floats]
"""Row and column of each point, as `Grid.place` tells them."""

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
        Shapes differ, a coordinate is missing, a weight is below 0, no kernel has this name, a
        bandwidth is not above 0, wider than `analysis.pixels.WIDEST_M`, or so far below a cell that
        events between the centers of cells would be lost.

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
    check_kernel(kernel)
    place, amount = checked(points, weights)
    reach = checked_bandwidth(bandwidth_m, len(place))
    _refuse_unseen(reach, kernel, grid)
    row, column = grid.place(place)
    near = in_reach(
        row, column, amount, reach * (stamping.REACH if kernel == "gaussian" else 1.0), grid
    )
    each = np.broadcast_to(reach, (len(place),))
    if not near.all():
        row, column, amount, each = row[near], column[near], amount[near], each[near]
    if not amount.size:
        return np.zeros(grid.shape)
    if kernel == "gaussian":
        return _gaussian((row, column), amount, each, grid, one=reach.ndim == 0)
    finest = float(each.min()) / max(grid.cell_m, grid.height_m)
    rows = float(np.sum(2 * each / grid.height_m + 1))
    if kernel == "quartic" and reach.ndim == 0 and rows > EXACT_ROWS and finest >= FINEST_RADIUS:
        return _transformed((row, column), amount, float(reach), grid, kernel)
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


def _transformed(at: Places, amount: Floats, only: float, grid: Grid, kernel: Smooth) -> Floats:
    """Kernels of one bandwidth by transform."""
    kept = transformed(at, amount, grid, kernel, (only, only))
    return cast("Floats", kept.density(only, out=np.empty(grid.shape)))


def _gaussian(at: Places, amount: Floats, each: Floats, grid: Grid, *, one: bool) -> Floats:
    """Gaussians by the cheapest way that is right."""
    if amount.size * grid.rows * grid.cols <= EXACT_PRODUCTS:
        sigma = (each / grid.height_m, each / grid.cell_m)
        return stamping.gaussians(*at, amount, sigma, grid.shape) / grid.cell_m2
    least = FINEST_CELLS * max(grid.cell_m, grid.height_m) * (1 + 1e-9)
    if each.min() < least:
        narrow = each < least
        total = _narrow(_of(at, narrow), amount[narrow], each[narrow], grid, one=one)
        if not narrow.all():
            total += _gaussian(_of(at, ~narrow), amount[~narrow], each[~narrow], grid, one=one)
        return total
    if one or np.ptp(each) == 0:
        return _transformed(at, amount, float(each[0]), grid, "gaussian")
    return mixed(at, amount, each, grid)


def _of(at: Places, which: NDArray[np.bool_]) -> Places:
    return at[0][which], at[1][which]


def _narrow(at: Places, amount: Floats, each: Floats, grid: Grid, *, one: bool) -> Floats:
    """Gaussians below two cells: stamped, or on cells a third as wide when they are very many."""
    sigma = (each / grid.height_m, each / grid.cell_m)
    covered = float(np.sum((12 * sigma[0] + 2) * (12 * sigma[1] + 2)))
    if covered <= NARROW_CELLS or min(float(way.min()) for way in sigma) < FINEST_CELLS / 3:
        return stamping.narrow_gaussians(*at, amount, sigma, grid.shape) / grid.cell_m2
    # Three for one, so that the center of each cell stays the center of one of them.
    finer = Grid(
        grid.west, grid.north, grid.cell_m / 3, 3 * grid.rows, 3 * grid.cols, grid.height_m / 3
    )
    return _gaussian((3 * at[0] + 1, 3 * at[1] + 1), amount, each, finer, one=one)[1::3, 1::3]
