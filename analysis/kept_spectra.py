"""Transforms kept from one run to the next: a moved bandwidth costs one transform back.

The same crowd on the same grid is transformed once, for a range of bandwidths; only a few are kept,
as each holds a few megabytes.
"""

from collections import OrderedDict
from hashlib import blake2b
from threading import Lock
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from analysis import density
from analysis.pixels import Floats, Grid, Kernel, checked, checked_bandwidth
from analysis.spectrum import FINEST_RADIUS, Smooth, Spectrum, spectrum
from analysis.splines import FINEST_CELLS

MOST: Final = 4
"""Transforms kept at a time."""

_RANGE: Final = 3.0  # times the bandwidth asked for: how far it may be moved up or down
_kept: "OrderedDict[tuple[bytes, Grid, Smooth], Spectrum]" = OrderedDict()
_lock = Lock()


def quick_density(
    points: ArrayLike,
    weights: ArrayLike | None,
    bandwidth_m: ArrayLike,
    kernel: Kernel,
    grid: Grid,
) -> Floats:
    """Kernel density as `analysis.density.kernel_density` gives it, from a kept transform.

    Only crowds that it would transform anyway are kept; all others are summed exactly, as there.

    Parameters
    ----------
    points, weights, bandwidth_m, kernel, grid
        As for `kernel_density`.

    Returns
    -------
    ndarray of float64, shape (rows, cols)
        Events per square metre.

    Raises
    ------
    StudyError
        As `kernel_density`.

    Examples
    --------
    >>> grid = Grid(west=-50, north=550, cell_m=100, rows=6, cols=6)
    >>> bool(quick_density([(0, 0)], None, 1000, "quartic", grid)[-1, 0] * 1e6 > 0.95)
    True
    """
    place, amount = checked(points, weights)
    reach = checked_bandwidth(bandwidth_m, len(place))
    if reach.ndim or not _is_crowd(len(place), float(reach), kernel, grid):
        return density.kernel_density(place, amount, reach, kernel, grid)
    smooth: Smooth = "gaussian" if kernel == "gaussian" else "quartic"
    one = _spectrum_of(place, amount, float(reach), smooth, grid)
    return one.density(float(reach), out=np.empty(grid.shape)).astype(np.float64, copy=False)


def _is_crowd(n: int, reach: float, kernel: Kernel, grid: Grid) -> bool:
    """Whether so many points go through the transform."""
    cells = reach / max(grid.cell_m, grid.height_m)
    if kernel == "gaussian":
        return n * grid.rows * grid.cols > density.EXACT_PRODUCTS and cells >= FINEST_CELLS
    rows = n * (2 * reach / grid.height_m + 1)
    return kernel == "quartic" and rows > density.EXACT_ROWS and cells >= FINEST_RADIUS


def _spectrum_of(
    place: Floats, amount: Floats, reach: float, kernel: Smooth, grid: Grid
) -> Spectrum:
    crowd = blake2b(np.ascontiguousarray(place).tobytes(), digest_size=16)
    crowd.update(np.ascontiguousarray(amount).tobytes())
    key = (crowd.digest(), grid, kernel)
    with _lock:
        found = _kept.get(key)
        if found is not None and found.finest_m <= reach <= found.widest_m:
            _kept.move_to_end(key)
            return found
    least = FINEST_CELLS if kernel == "gaussian" else FINEST_RADIUS
    finest = max(least * max(grid.cell_m, grid.height_m), reach / _RANGE)
    made = spectrum(
        place, amount, grid, finest_m=min(finest, reach), widest_m=reach * _RANGE, kernel=kernel
    )
    with _lock:
        _kept[key] = made
        _kept.move_to_end(key)
        while len(_kept) > MOST:
            _kept.popitem(last=False)
    return made
