"""What a kernel loses beyond the border of the study area, and how to give it back.

Nothing is known beyond a border or a shore, so that a plain density is too low along it. Two ways
are usual: divide each place by the part of its kernel that lies inside ("uniform"), or let each
event lay all of its weight inside ("diggle").
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import fft, ndimage

from analysis.border_mass import around, mass_at, shape_of, steps
from analysis.density import kernel_density
from analysis.pixels import (
    POWERS,
    Floats,
    Grid,
    Kernel,
    check_kernel,
    checked,
    checked_area,
    checked_bandwidth,
)
from analysis.stamping import REACH
from geo.errors import StudyError

Edge = Literal["none", "uniform", "diggle"]

_EXACT_PAIRS: Final = 5e9
"""Pairs of cells up to which Gaussians of many widths are summed one by one."""

_SMOOTH: Final = 2.0
"""Bandwidth in cells from which a kernel's samples add up to about 1."""

_STEP: Final = 1.15
"""Ratio of the bandwidths between which masses are interpolated."""


def edge_mass(inside: ArrayLike, bandwidth_m: ArrayLike, kernel: Kernel, grid: Grid) -> Floats:
    """Share of a kernel around each cell that lies inside the study area.

    Parameters
    ----------
    inside : array_like of bool, shape (rows, cols)
        Cells whose center is in the study area.
    bandwidth_m : float or array_like, shape (rows, cols)
        Metres, the same everywhere or one a cell.
    kernel : {"quartic", "gaussian", "epanechnikov", "disc"}
    grid : Grid

    Returns
    -------
    ndarray, shape (rows, cols)
        0..1, outside the study area as well: 1 a bandwidth inside the border, about 1/2 on it.

    Raises
    ------
    StudyError
        The area does not fit the grid, or a bandwidth is not above 0.

    Notes
    -----
    The kernel is sampled at the cells and made to add up to 1, so that the inside is 1 exactly.
    Bandwidths of their own are exact for Gaussians on up to 265 x 265 cells; beyond, and for the
    other kernels, masses are interpolated between bandwidths 15% apart: right to 1e-4, for a disc
    of few cells, whose mass jumps, to a few hundredths.

    Examples
    --------
    A straight border halves a kernel; cells next to it lie half a cell off:

    >>> grid = Grid(west=0, north=21, cell_m=1, rows=21, cols=41)
    >>> inside = np.broadcast_to(np.arange(41) < 20, (21, 41))
    >>> edge_mass(inside, 4.0, "quartic", grid)[10, [5, 19, 20]].round(2)
    array([1.  , 0.63, 0.37])
    """
    check_kernel(kernel)
    area = checked_area(inside, grid)
    reach = np.asarray(bandwidth_m, dtype=np.float64)
    if reach.ndim == 0:
        return _mass(area, float(checked_bandwidth(reach, 0)), kernel, grid)
    if reach.shape != grid.shape:
        raise StudyError("Cells and bandwidths do not fit.", "Give one for all, or one a cell.")
    checked_bandwidth(reach.ravel(), reach.size)
    if kernel == "gaussian" and reach.size**2 <= _EXACT_PAIRS:
        return _gaussian_each(area, reach, grid)
    at = np.log(reach / reach.min()) / np.log(_STEP)
    first = np.floor(at).astype(np.int64)
    u = at - first
    shares = (
        -u * (u - 1) * (u - 2) / 6,
        (u + 1) * (u - 1) * (u - 2) / 2,
        -(u + 1) * u * (u - 2) / 2,
        (u + 1) * u * (u - 1) / 6,
    )
    total = np.zeros(grid.shape)
    for level in range(-1, int(first.max()) + 3):
        mass = _mass(area, float(reach.min()) * _STEP**level, kernel, grid)
        for at_share, share in enumerate(shares):
            total += np.where(first == level + 1 - at_share, share * mass, 0.0)
    return np.clip(total, 0.0, 1.0)


@dataclass(frozen=True, eq=False)
class LaidOut:
    """A corrected density, and what each point itself adds to it.

    `height` (rows, cols) is the density. `own` (n,) is a point's own part of the height at
    the center of the cell it lies in: 0 for points that are left out.
    """

    height: Floats
    own: Floats


def corrected_density(  # noqa: PLR0913, PLR0917  (`kernel_density`, and the study area)
    points: ArrayLike,
    weights: ArrayLike | None,
    bandwidth_m: ArrayLike,
    kernel: Kernel,
    grid: Grid,
    inside: ArrayLike,
    *,
    edge: Edge = "uniform",
    cells_m: ArrayLike | None = None,
    smooth: Callable[[Floats, Floats, Floats, Kernel, Grid], Floats] = kernel_density,
) -> LaidOut:
    """Kernel density with the loss at the border of the study area made good.

    Parameters
    ----------
    points, weights, bandwidth_m, kernel, grid
        As for `analysis.density.kernel_density`. Points more than a cell outside the study area are
        left out: what happened there was not observed.
    inside : array_like of bool, shape (rows, cols)
        Cells whose center is in the study area.
    edge : {"uniform", "diggle", "none"}
        "uniform": divide by the kernel's mass inside around each cell; right on average where
        events lie evenly. "diggle": divide each event's weight by the mass around it, so that the
        surface adds up to the events: exactly, when bandwidths are two cells or more.
    cells_m : array_like, shape (rows, cols), optional
        Bandwidth at each cell in metres, when points have bandwidths of their own.
    smooth : callable, optional
        Computes the plain density; another one may keep what it has computed.

    Returns
    -------
    LaidOut
        `height` in events per square metre, NaN outside the study area.

    Raises
    ------
    StudyError
        As `kernel_density`; or points have bandwidths of their own and cells have none.

    References
    ----------
    Diggle, P. (1985). A kernel method for smoothing point process data. Applied Statistics 34, 138
    ("uniform", eq. 3). doi:10.2307/2347366.
    Jones, M. C. (1993). Simple boundary correction for kernel density estimation. Statistics and
    Computing 3, 135 ("diggle", so called by spatstat). doi:10.1007/BF00147776.

    Examples
    --------
    >>> grid = Grid(west=0, north=20, cell_m=1, rows=20, cols=20)
    >>> inside = np.ones((20, 20), bool)
    >>> corner = [(0.5, 0.5)]
    >>> kept = corrected_density(corner, None, 4, "quartic", grid, inside, edge="diggle")
    >>> round(float(kept.height.sum()), 2)
    1.0

    A point alone is all there is in its cell:

    >>> alone = corrected_density([(7.2, 9.9)], None, 4, "disc", grid, inside)
    >>> bool(np.isclose(alone.height[10, 7], alone.own[0]))
    True
    """
    place, amount = checked(points, weights)
    area = checked_area(inside, grid)
    reach = checked_bandwidth(bandwidth_m, len(place))
    seen = near(place, area, grid)
    place, amount = place[seen], amount[seen]
    if reach.ndim:
        reach = reach[seen]
    if edge != "none":
        if reach.ndim and cells_m is None:
            raise StudyError(
                "Bandwidths of single points need those of the cells.", "Give both, or neither."
            )
        if edge == "uniform":
            mass = edge_mass(area, reach if cells_m is None else cells_m, kernel, grid)
        elif len(place):
            there = _around_points(place, area, reach if cells_m is None else cells_m, kernel, grid)
            # A narrow kernel just outside may reach no cell inside: it has nothing to give.
            gives = there > 1e-9
            events = float(amount[gives].sum())
            amount = np.where(gives, amount / np.maximum(there, 1e-9), 0.0)
    found = smooth(place, amount, reach, kernel, grid)
    own = np.zeros(len(seen))
    own[seen] = amount * _at_home(place, reach, kernel, grid)
    if edge == "diggle" and len(place) and reach.min() >= _SMOOTH * max(grid.cell_m, grid.height_m):
        # Samples of a kernel add up to about 1, a disc's to a percent: made exact.
        held = float(found[area].sum()) * grid.cell_m2
        exact = events / held if held > 0 else 1.0
        found *= exact
        own *= exact
    if edge == "uniform":
        found = np.divide(found, mass, out=found, where=area)
        there = mass[grid.cells_of(place)]
        own[seen] = np.divide(own[seen], there, out=np.zeros(len(place)), where=there > 0)
    return LaidOut(np.where(area, found, np.nan), own)


def _around_points(
    place: Floats, area: NDArray[np.bool_], reach: ArrayLike, kernel: Kernel, grid: Grid
) -> Floats:
    """Share of the kernel around each point that lies inside: one bandwidth, or one a cell."""
    at = grid.place(place)
    if np.ndim(reach) == 0:
        found = mass_at(area, at, float(np.asarray(reach)), kernel, grid)
        if found is not None:
            return found
    mass = edge_mass(area, reach, kernel, grid)
    there: Floats = ndimage.map_coordinates(mass, np.array(at), order=1, mode="nearest")
    return there


def _at_home(place: Floats, reach: Floats, kernel: Kernel, grid: Grid) -> Floats:
    """Kernel of each point at the center of its cell."""
    row, column = grid.cells_of(place)
    east, north = grid.centers()
    shape = shape_of(place[:, 1] - north[row], place[:, 0] - east[column], reach, kernel)
    whole = 2 * np.pi if kernel == "gaussian" else np.pi / (POWERS[kernel] + 1)
    return shape / (whole * reach**2)


def near(points: Floats, area: NDArray[np.bool_], grid: Grid) -> NDArray[np.bool_]:
    """Whether each point lies within a cell of the study area, shape (n,)."""
    row, column = grid.place(points)
    around = ndimage.binary_dilation(area, np.ones((3, 3), bool))
    at = grid.cells_of(points)
    on_grid = (row > -1.5) & (row < grid.rows + 0.5) & (column > -1.5) & (column < grid.cols + 0.5)
    return np.asarray(around[at] & on_grid)


def _mass(area: NDArray[np.bool_], reach: float, kernel: Kernel, grid: Grid) -> Floats:
    """Mean of the cells inside, each counted by the kernel around every cell."""
    cells = (grid.height_m, grid.cell_m)
    far = reach * (REACH + 2 if kernel == "gaussian" else 1.0)
    size = tuple(
        fft.next_fast_len(n + min(int(np.ceil(far / cell)), n - 1) + 1, real=True)
        for n, cell in zip(grid.shape, cells, strict=True)
    )
    steps = (np.minimum(np.arange(n), n - np.arange(n)) for n in size)
    down, across = (step * cell for step, cell in zip(steps, cells, strict=True))
    samples = shape_of(down[:, None], across, reach, kernel) / _all_samples(reach, kernel, grid)
    waves = fft.rfft2(samples, workers=2) * fft.rfft2(area.astype(np.float64), size, workers=2)
    mass: Floats = fft.irfft2(waves, size, workers=2)[: grid.rows, : grid.cols]
    return np.clip(mass, 0.0, 1.0)


def _all_samples(reach: float, kernel: Kernel, grid: Grid) -> float:
    """Sum of the kernel's samples on cells without end; its integral where there are very many."""
    if max(steps(reach, kernel, cell) for cell in (grid.height_m, grid.cell_m)) > 1000:
        area = 2 * np.pi if kernel == "gaussian" else np.pi / (POWERS[kernel] + 1)
        return float(area * reach**2 / grid.cell_m2)
    return float(around(reach, kernel, grid).sum())


def _gaussian_each(area: NDArray[np.bool_], reach: Floats, grid: Grid) -> Floats:
    """Gaussian masses with a bandwidth for each cell, row by row, without approximation."""
    east, north = grid.centers()
    shares = area.astype(np.float64)
    total = np.empty(grid.shape)
    for row in range(grid.rows):
        sigma = reach[row][:, None]
        down = np.exp(-np.minimum(((north - north[row]) / sigma) ** 2 / 2, 300.0))
        across = np.exp(-np.minimum(((east - east[:, None]) / sigma) ** 2 / 2, 300.0))
        total[row] = np.sum((down @ shares) * across, axis=1)
        norms = np.array([_bell_samples(one, grid) for one in reach[row]])
        total[row] /= norms
    return np.clip(total, 0.0, 1.0)


def _bell_samples(sigma: float, grid: Grid) -> float:
    """Sum of a Gaussian's samples: its integral, but for bandwidths of a cell or so."""
    total = 1.0
    for cell in (grid.height_m, grid.cell_m):
        ratio = sigma / cell
        if ratio > 2.0:  # then the samples add up to the integral to 1e-34
            total *= np.sqrt(2 * np.pi) * ratio
        else:
            steps = np.arange(-int(8 * ratio) - 1, int(8 * ratio) + 2)
            total *= float(np.exp(-((steps / ratio) ** 2) / 2).sum())
    return total
