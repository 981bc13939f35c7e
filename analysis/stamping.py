"""Sums of kernels without approximation: each point is entered by itself.

Rows and columns are counted in cells, 0 at the center of the first; a bandwidth is a pair, in rows
and in columns, for each point.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from analysis.pixels import TOUCHING, Floats

REACH: Final = 6.0
"""Bandwidths after which a stamped Gaussian is taken as 0: 1.5e-8 of its peak."""

_CHUNK: Final = 1 << 14  # so that what is worked on stays in the processor's cache
_BAND_CELLS: Final = 1 << 20
_FLAT: Final = 300.0  # exp(-300) is nothing, and numbers below 1e-308 slow processors down


def gaussians(
    row: Floats,
    column: Floats,
    amount: Floats,
    sigma: tuple[Floats, Floats],
    shape: tuple[int, int],
) -> Floats:
    """Sum of Gaussians to the last digit: per cell, shape (rows, cols); n rows cols products.

    A Gaussian is a bell down times a bell across, so that the sum is one product of matrices.
    """
    total = np.zeros(shape)
    chunk = max(1, int(4e6 / sum(shape)))
    for start in range(0, row.size, chunk):
        part = slice(start, start + chunk)
        down = _bells(np.arange(shape[0])[:, None] - row[part], sigma[0][part])
        across = _bells(np.arange(shape[1])[:, None] - column[part], sigma[1][part])
        total += (down * amount[part]) @ across.T
    return total


def _bells(offset: Floats, sigma: Floats) -> Floats:
    power = (offset / sigma) ** 2 / 2
    return np.where(
        power < _FLAT, np.exp(-np.minimum(power, _FLAT)) / (np.sqrt(2 * np.pi) * sigma), 0.0
    )


def narrow_gaussians(
    row: Floats,
    column: Floats,
    amount: Floats,
    sigma: tuple[Floats, Floats],
    shape: tuple[int, int],
) -> Floats:
    """Sum of Gaussians a few cells wide, cut at `REACH`: n times the cells each one covers."""
    total = np.zeros(shape)
    widest = REACH * max(float(one.max(initial=1.0)) for one in sigma)
    chunk = max(1, int(4e6 / (2 * widest + 3)))
    for start in range(0, row.size, chunk):
        part = slice(start, start + chunk)
        down = _sampled(row[part], sigma[0][part], shape[0])
        across = sparse.diags_array(amount[part]) @ _sampled(column[part], sigma[1][part], shape[1])
        total += (down.T @ across).toarray()
    return total


def _sampled(at: Floats, sigma: Floats, n: int) -> sparse.csr_array:
    """One row a point: its bell along one axis, sampled at the n cells."""
    reach = int(np.ceil(REACH * float(sigma.max()))) + 1
    cells = np.rint(at).astype(np.int64)[:, None] + np.arange(-reach, reach + 1)
    height = _bells(cells - at[:, None], sigma[:, None])
    seen = (cells >= 0) & (cells < n) & (np.abs(cells - at[:, None]) <= REACH * sigma[:, None] + 1)
    point = np.broadcast_to(np.arange(at.size)[:, None], cells.shape)
    return sparse.csr_array((height[seen], (point[seen], cells[seen])), shape=(at.size, n))


def polynomials(
    place: tuple[Floats, Floats],
    amount: Floats,
    radius: tuple[Floats, Floats],
    power: int,
    shape: tuple[int, int],
) -> Floats:
    """Sum of disc (power 0), Epanechnikov (1) or quartic (2) kernels, to the last digit.

    Along one grid row a kernel is a polynomial between two columns. Its coefficients are entered at
    the first column and taken back after the last; running sums do the rest. Columns are cut into
    blocks, each with an origin of its own, or the powers of far columns would eat up the digits.
    """
    total = np.zeros(shape)
    row, column = place
    block = int(np.ceil(max(8.0, 8.0 * float(np.min(radius[1], initial=np.inf)))))
    block = min(block, shape[1])
    band = max(1, _BAND_CELLS // (shape[1] + shape[1] // block + 1))
    mass = amount * (power + 1) / (np.pi * radius[0] * radius[1])
    for top in range(0, shape[0], band):
        rows = min(band, shape[0] - top)
        tall = radius[0] * (1 + TOUCHING)
        near = (row + tall >= top) & (row - tall <= top + rows - 1)
        if near.any():
            total[top : top + rows] = _band(
                (row[near] - top, column[near]),
                mass[near],
                (radius[0][near], radius[1][near]),
                power,
                (rows, shape[1], block),
            )
    return total


def _band(
    place: tuple[Floats, Floats],
    mass: Floats,
    radius: tuple[Floats, Floats],
    power: int,
    shape: tuple[int, int, int],
) -> Floats:
    """Sum over some rows; `shape` is rows, columns, columns of a block."""
    row, column = place
    rows, cols, block = shape
    blocks = -(-cols // block)
    out = np.zeros((2 * power + 1, rows * blocks * (block + 1)))
    tall = radius[0] * (1 + TOUCHING)
    first = np.maximum(np.ceil(row - tall), 0).astype(np.int64)
    last = np.minimum(np.floor(row + tall), rows - 1).astype(np.int64)
    times = np.maximum(last - first + 1, 0)
    ends = np.cumsum(times)
    start = 0
    while start < row.size:
        before = int(ends[start] - times[start])
        stop = max(start + 1, int(np.searchsorted(ends, before + _CHUNK)))
        part = slice(start, stop)
        point, step = _repeated(times[part])
        point += start
        at_row = first[point] + step
        left = 1.0 - ((at_row - row[point]) / radius[0][point]) ** 2  # what the row leaves of 1
        wide = radius[1][point] * np.sqrt(np.maximum(left + 2 * TOUCHING, 0.0))
        begin = np.maximum(np.ceil(column[point] - wide), 0).astype(np.int64)
        end = np.minimum(np.floor(column[point] + wide), cols - 1).astype(np.int64)
        hit = begin <= end
        begin_block = begin // block
        run, step = _repeated(np.where(hit, end // block - begin_block + 1, 0))
        at_block = begin_block[run] + step
        point, at_row, left = point[run], at_row[run], left[run]
        begin = np.maximum(begin[run] - at_block * block, 0)
        end = np.minimum(end[run] - at_block * block, block - 1)
        middle = column[point] - (at_block + 0.5) * block
        base = (at_row * blocks + at_block) * (block + 1)
        keys = np.concatenate([base + begin, base + end + 1])
        scaled, step_up = mass[point], (block / 2 / radius[1])[point]
        for order, coefficient in enumerate(_coefficients(left, middle / radius[1][point], power)):
            if order:
                scaled = scaled * step_up
            entered = scaled * coefficient
            np.add.at(out[order], keys, np.concatenate([entered, -entered]))
        start = stop
    t = (np.arange(block) - block / 2) / (block / 2)
    sums = np.cumsum(out.reshape(2 * power + 1, rows, blocks, block + 1), axis=3)[..., :block]
    value: Floats = sums[2 * power]
    for order in range(2 * power - 1, -1, -1):
        value = value * t + sums[order]
    seen: Floats = value.reshape(rows, blocks * block)[:, :cols]
    return np.maximum(seen, 0.0)


def _coefficients(left: Floats, middle: Floats, power: int) -> tuple[Floats, ...]:
    """``(left - (t - middle)**2)**power`` in powers of t, lowest first."""
    one = np.ones_like(left)
    if power == 0:
        return (one,)
    inner = left - middle**2
    if power == 1:
        return (inner, 2 * middle, -one)
    return (inner**2, 4 * middle * inner, 4 * middle**2 - 2 * inner, -4 * middle, one)


def _repeated(times: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Give each index so many times, and which time it is."""
    index = np.repeat(np.arange(times.size), times)
    step = np.arange(index.size) - np.repeat(np.cumsum(times) - times, times)
    return index, step
