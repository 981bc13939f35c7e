"""How much of a kernel around single places lies inside the study area, from samples at cells."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from analysis.pixels import POWERS, TOUCHING, Floats, Grid, Kernel
from analysis.stamping import REACH

_PER_CELL: Final = 20
"""Samples for each cell of the grid up to which adding them up is quicker than a transform."""

_CHUNK: Final = 1 << 21


def mass_at(
    area: NDArray[np.bool_],
    at: tuple[Floats, Floats],
    reach: float,
    kernel: Kernel,
    grid: Grid,
) -> Floats | None:
    """Share of a kernel inside the study area, at points between cells.

    Most points of a narrow kernel lie so far inside that nothing is lost; only for the others are
    samples added up, where a transform would compute the mass at every cell.

    Parameters
    ----------
    area : ndarray of bool, shape (rows, cols)
        Cells whose center is in the study area.
    at : tuple of ndarray, shapes (n,)
        Row and column of each point in cells, 0 at the center of the first.
    reach, kernel, grid
        As for `analysis.edges.edge_mass`.

    Returns
    -------
    ndarray, shape (n,), or None
        As `edge_mass` interpolated between the four cells around each point; None where a transform
        is quicker.

    Examples
    --------
    >>> grid = Grid(west=0, north=9, cell_m=1, rows=9, cols=9)
    >>> land = np.broadcast_to(np.arange(9) < 5, (9, 9))
    >>> points = (np.array([4.0, 4.0]), np.array([2.0, 4.5]))
    >>> mass_at(land, points, 2.0, "disc", grid).round(6).tolist()
    [1.0, 0.5]
    """
    fit = [np.clip(one, 0, many - 1) for one, many in zip(at, area.shape, strict=True)]
    low = [np.floor(one).astype(np.int64) for one in fit]
    part = [one - floor for one, floor in zip(fit, low, strict=True)]
    corners, shares = [], []
    for down in (0, 1):
        for across in (0, 1):
            row = np.minimum(low[0] + down, area.shape[0] - 1)
            corners.append(row * area.shape[1] + np.minimum(low[1] + across, area.shape[1] - 1))
            shares.append(np.abs(1 - down - part[0]) * np.abs(1 - across - part[1]))
    cells, which = np.unique(np.concatenate(corners), return_inverse=True)
    found = _at_cells(area, cells, reach, kernel, grid)
    if found is None:
        return None
    each: Floats = (found[which].reshape(4, -1) * np.array(shares)).sum(axis=0)
    return each


def _at_cells(
    area: NDArray[np.bool_], cells: NDArray[np.int64], reach: float, kernel: Kernel, grid: Grid
) -> Floats | None:
    """Mass around cells, by their position in the grid."""
    tall, wide = (steps(reach, kernel, cell) for cell in (grid.height_m, grid.cell_m))
    rows, cols = area.shape
    each = (2 * tall + 1) * (2 * wide + 1)
    if each > _PER_CELL * area.size:
        return None
    row, column = cells // cols, cells % cols
    held = np.zeros((rows + 1, cols + 1), np.int32)
    np.cumsum(np.cumsum(area, axis=0, dtype=np.int32), axis=1, out=held[1:, 1:])
    top, left = np.maximum(row - tall, 0), np.maximum(column - wide, 0)
    low, right = np.minimum(row + tall + 1, rows), np.minimum(column + wide + 1, cols)
    count = held[low, right] - held[top, right] - held[low, left] + held[top, left]
    short = np.flatnonzero(count < each)
    if short.size * each > _PER_CELL * area.size:
        return None
    mass = np.ones(cells.size)
    samples = around(reach, kernel, grid)
    padded = np.pad(area, ((tall, tall), (wide, wide)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, samples.shape)
    many = max(1, _CHUNK // each)
    for start in range(0, short.size, many):
        one = short[start : start + many]
        mass[one] = np.tensordot(windows[row[one], column[one]].astype(np.float64), samples, 2)
    mass[short] /= samples.sum()
    return np.minimum(mass, 1.0)


def around(reach: float, kernel: Kernel, grid: Grid) -> Floats:
    """Sample a kernel at all cells in reach of the middle one, where it is 1."""
    far = reach * (REACH + 2 if kernel == "gaussian" else 1.0)
    down, across = (
        np.arange(-most, most + 1, dtype=np.float64) * cell
        for most, cell in (
            (int(np.ceil(far / cell)), cell) for cell in (grid.height_m, grid.cell_m)
        )
    )
    return shape_of(down[:, None], across, reach, kernel)


def steps(reach: float, kernel: Kernel, cell_m: float) -> int:
    """Count the cells from the middle of a kernel to where it is nothing."""
    return int(np.ceil(reach * (REACH + 2 if kernel == "gaussian" else 1.0) / cell_m))


def shape_of(down: Floats, across: Floats, reach: float | Floats, kernel: Kernel) -> Floats:
    """Kernel with 1 in the middle, at offsets in metres."""
    squared = (down / reach) ** 2 + (across / reach) ** 2
    if kernel == "gaussian":
        bell: Floats = np.exp(-np.minimum(squared / 2, 700.0))
        return bell
    left = 1.0 - squared
    return np.where(left >= -2 * TOUCHING, np.maximum(left, 0.0) ** POWERS[kernel], 0.0)
