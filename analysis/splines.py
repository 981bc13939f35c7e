"""Points spread over cells by B-splines, and their transform: what densities of crowds rest on."""

from typing import Final, cast

import numpy as np
from numpy.typing import NDArray
from scipy import fft

from analysis.pixels import Floats

Singles = NDArray[np.float32]
Waves = NDArray[np.complex64]

FINEST_CELLS: Final = 2.0
"""Narrowest Gaussian in cells that splines carry to 2e-6 of its peak."""

ROWS: Final = 256
"""Rows of cells that are transformed together: few, so that they stay in the processor's cache."""

_ORDERS: Final = ((8.0, 4), (3.0, 6), (FINEST_CELLS, 8))
_FADED: Final = 1.03  # times 1 / sigma: where a Gaussian's transform is below 1e-9
_CHUNK: Final = 1 << 13


def spline_order(sigma: float) -> int:
    """Order of the splines that carry Gaussians of so many cells to 2e-6 of their peak.

    Examples
    --------
    >>> [spline_order(cells) for cells in (2.0, 4.0, 9.0)]
    [8, 6, 4]
    """
    return next((order for least, order in _ORDERS if sigma >= least), _ORDERS[-1][1])


def padding(at: Floats, cells: int, reach: float, order: int) -> tuple[int, int]:
    """Cells before the grid, and in all, so that nothing wraps around onto the grid."""
    low = max(0.0, -float(at.min(initial=0.0))) + order
    high = max(0.0, float(at.max(initial=0.0)) - (cells - 1)) + order
    margin = int(np.ceil(low))
    return margin, int(
        fft.next_fast_len(
            max(
                margin + cells + int(np.ceil(high)),
                cells + int(np.ceil(max(low, high) + reach)) + 1,
            ),
            real=True,
        )
    )


def spread(
    row: Floats, column: Floats, amount: Floats, order: int, size: tuple[int, int]
) -> Singles:
    """Spread each point over ``order x order`` cells by B-splines; they add up to its weight.

    `row` and `column` are 0 or more, with room for the splines on all sides.

    Points are taken in the order of their rows, so that each part of them meets few rows, and
    added up there in double precision: a million events at one place must not be rounded away.
    """
    cells = np.zeros(size, np.float32)
    by_row = np.argsort(row.astype(np.int16 if size[0] < 1 << 15 else np.int32), kind="stable")
    shift, steps = order // 2 - 1, np.arange(order)
    for start in range(0, row.size, _CHUNK):
        part = by_row[start : start + _CHUNK]
        below, beyond = row[part], column[part]
        top, left = below.astype(np.int64), beyond.astype(np.int64)
        below -= top
        beyond -= left
        down = bspline(below, order)
        down *= amount[part]
        across = bspline(beyond, order)
        north, south = int(top[0]) - shift, int(top[-1]) - shift + order
        top -= shift + north
        top *= size[1]
        top += left - shift
        keys = top + (steps[:, None] * size[1] + steps)[:, :, None]
        added = np.bincount(
            keys.ravel(),
            (down[:, None] * across).ravel(),
            minlength=(south - north) * size[1],
        )
        cells[north:south] += added.reshape(-1, size[1])
    return cells


def bspline(offset: Floats, order: int) -> Floats:
    """B-spline weights of the `order` cells, 4 or more, around each point, shape (order, n).

    `offset` is how far a point lies past the cell before it, 0..1; that cell is number
    ``order / 2 - 1``.

    Examples
    --------
    Cubic splines at a cell center weigh 1, 4, 1 sixths:

    >>> (6 * bspline(np.array([0.0]), 4)).round(12).ravel().tolist()
    [1.0, 4.0, 1.0, 0.0]
    """
    weights = np.empty((order, offset.size))
    rest = 1 - offset
    weights[3] = offset * offset * offset / 6
    weights[0] = rest * rest * rest / 6
    weights[1] = 3 * weights[3] - offset * offset + 2 / 3
    weights[2] = 1 - weights[0] - weights[1] - weights[3]
    for wider in range(5, order + 1):
        weights[wider - 1] = offset * weights[wider - 2] / (wider - 1)
        for at in range(wider - 2, 0, -1):
            weights[at] = (
                (offset + wider - 1 - at) * weights[at - 1] + (at + 1 - offset) * weights[at]
            ) / (wider - 1)
        weights[0] *= rest / (wider - 1)
    return weights


def bell_wave(frequency: Floats, sigma: float | Floats, order: int) -> Floats:
    """Transform of a bell of mass 1, over that of the splines its points were spread by."""
    bell: Floats = np.exp(-2 * (np.pi * frequency * sigma) ** 2)
    return bell / np.sinc(frequency) ** order


def sampled_spline(frequency: Floats) -> Floats:
    """Transform of the cubic B-spline's samples, 1/6 4/6 1/6."""
    samples: Floats = (2.0 + np.cos(2 * np.pi * frequency)) / 3.0
    return samples


def needed(finest: float, size: tuple[int, int], cell: tuple[float, float]) -> tuple[int, int]:
    """Rows and columns of waves that Gaussians of `finest` and wider need; `cell` in its unit."""
    rows = 2 * int(np.ceil(_FADED / finest * cell[0] * size[0])) + 1
    cols = int(np.ceil(_FADED / finest * cell[1] * size[1])) + 1
    return min(size[0], rows), min(size[1] // 2 + 1, cols)


def waves_of(cells: Singles, kept: tuple[int, int]) -> Waves:
    """Transform of the cells, low frequencies only: the first columns, the first and last rows."""
    across = np.empty((len(cells), kept[1]), np.complex64)
    for start in range(0, len(cells), ROWS):
        part = slice(start, start + ROWS)
        across[part] = fft.rfft(cells[part], axis=1, workers=2)[:, : kept[1]]
    found = fft.fft(across, axis=0, overwrite_x=True, workers=2)
    if kept[0] < len(found):
        half = (kept[0] + 1) // 2
        found = np.concatenate([found[:half], found[1 - half :]])
    return cast("Waves", found)
