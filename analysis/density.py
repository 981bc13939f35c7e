"""Kernel density: how thick events lie, per square metre, at every cell of a grid."""

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import fft, sparse

from geo.errors import StudyError

Floats = NDArray[np.float64]
Kernel = Literal["quartic", "gaussian"]

GAUSSIAN_REACH: Final = 6.0
"""Bandwidths after which a Gaussian is taken as 0: 1.5e-8 of its peak."""

EXACT_WORK: Final = 12_000_000
"""Rows of kernels that are stamped exactly; beyond, quartic densities go through the FFT."""

RESOLVED: Final = 5.0
"""Bandwidth in cells from which splines are right to 1e-5 of the peak; below, cells are refined."""

NARROW: Final = 1.5
"""Bandwidth in cells below which each Gaussian is stamped by itself."""

_CHUNK: Final = 1 << 17


@dataclass(frozen=True)
class Grid:
    """Square cells in a projected coordinate system; values sit at cell centers.

    Row 0 is in the north, column 0 in the west. `west` and `north` are the outer edges in metres.

    Examples
    --------
    >>> Grid(west=0, north=100, cell_m=10, rows=10, cols=5).transform
    (0, 10, 0.0, 100, 0.0, -10)
    """

    west: float
    north: float
    cell_m: float
    rows: int
    cols: int

    @property
    def transform(self) -> tuple[float, float, float, float, float, float]:
        """GDAL order: west, cell, 0, north, 0, -cell."""
        return (self.west, self.cell_m, 0.0, self.north, 0.0, -self.cell_m)

    def centers(self) -> tuple[Floats, Floats]:
        """Eastings of the columns, shape (cols,), and northings of the rows, shape (rows,)."""
        across = np.arange(self.cols, dtype=np.float64) + 0.5
        down = np.arange(self.rows, dtype=np.float64) + 0.5
        return self.west + across * self.cell_m, self.north - down * self.cell_m


def kernel_density(
    points: ArrayLike,
    weights: ArrayLike | None,
    bandwidth_m: float,
    kernel: Kernel,
    grid: Grid,
) -> Floats:
    """Kernel density at the cell centers of a grid.

    Parameters
    ----------
    points : array_like, shape (n, 2)
        Easting and northing in metres. Points outside the grid count as far as they reach in.
    weights : array_like, shape (n,), or None
        Events each point stands for; None: 1 each.
    bandwidth_m : float
        Metres. Quartic: radius h, beyond which a point has no effect. Gaussian: standard deviation.
    kernel : {"quartic", "gaussian"}
        ``3 / (pi h**2) (1 - d**2/h**2)**2`` or ``exp(-d**2 / (2 s**2)) / (2 pi s**2)``.
    grid : Grid
        Where to evaluate.

    Returns
    -------
    ndarray of float64, shape (rows, cols)
        Events per square metre, never below 0; no edge correction.

    Raises
    ------
    StudyError
        Shapes differ, a coordinate is missing, or the bandwidth is not above 0.

    Notes
    -----
    Gaussian: points are spread on the grid by cubic B-splines, transformed, multiplied by the
    Gaussian's own transform over the splines' (sinc**4 each way) and transformed back, on a grid
    padded so that nothing wraps around. Narrow kernels use a finer grid inside, very narrow ones
    are stamped. Quartic: stamped exactly, row by row, from the running sums of a polynomial;
    beyond `EXACT_WORK` kernel rows the sampled kernel is interpolated by cubic splines in the same
    transform.

    References
    ----------
    Silverman, B. W. (1986). Density Estimation for Statistics and Data Analysis, eq. 4.5 (quartic).
    Essmann, U. et al. (1995). A smooth particle mesh Ewald method. J. Chem. Phys. 103, 8577.
    doi:10.1063/1.470117 (B-splines).

    Examples
    --------
    One event, h = 1 km: 3/pi = 0.954930 events per km2 at the event, 0.537148 half way out.

    >>> grid = Grid(west=-50, north=550, cell_m=100, rows=6, cols=6)
    >>> (1e6 * kernel_density([(0, 0)], None, 1000, "quartic", grid)[-1]).round(6)[[0, 5]]
    array([0.95493 , 0.537148])
    """
    place, amount = _check(points, weights, bandwidth_m)
    column = (place[:, 0] - grid.west) / grid.cell_m - 0.5
    row = (grid.north - place[:, 1]) / grid.cell_m - 0.5
    reach_m = bandwidth_m * (GAUSSIAN_REACH if kernel == "gaussian" else 1.0)
    reach = reach_m / grid.cell_m
    near = (
        (column > -reach - 1) & (column < grid.cols + reach)
        & (row > -reach - 1) & (row < grid.rows + reach) & (amount != 0)
    )  # fmt: skip
    column, row, amount = column[near], row[near], amount[near]
    if not amount.size:
        return np.zeros((grid.rows, grid.cols))
    shape, h = (grid.rows, grid.cols), bandwidth_m / grid.cell_m
    if kernel == "gaussian":
        per_cell = _gaussian(row, column, amount, h, shape)
    elif amount.size * (2 * h + 1) <= EXACT_WORK:
        per_cell = _quartic_exact(row, column, amount, h, shape)
    else:
        per_cell = _quartic_by_fft(row, column, amount, h, shape)
    return np.maximum(per_cell, 0.0) / grid.cell_m**2


def _check(
    points: ArrayLike, weights: ArrayLike | None, bandwidth_m: float
) -> tuple[Floats, Floats]:
    place = np.asarray(points, dtype=np.float64).reshape(-1, 2)
    amount = np.ones(len(place)) if weights is None else np.asarray(weights, dtype=np.float64)
    if amount.shape != (len(place),):
        raise StudyError("Points and weights do not fit.", "Give one weight for each point.")
    if not (np.isfinite(place).all() and np.isfinite(amount).all()):
        raise StudyError("A point or a weight is missing.", "Leave out what has no place.")
    if not 0 < bandwidth_m < np.inf:
        raise StudyError("The bandwidth is not above 0.", "Give a distance in meters.")
    return place, amount


def _gaussian(
    row: Floats, column: Floats, amount: Floats, sigma: float, shape: tuple[int, int]
) -> Floats:
    """Sum of Gaussians with `sigma` in cells, mass per cell."""
    if sigma < NARROW:
        along = [_bells(at, sigma, n) for at, n in ((row, shape[0]), (column, shape[1]))]
        weighted = sparse.diags_array(amount) @ along[1]
        stamped: Floats = (along[0].T @ weighted).toarray()
        return stamped
    if sigma < RESOLVED:
        # An odd number of small cells, so that every center stays the center of one of them.
        finer = 2 * int(np.ceil((RESOLVED / sigma - 1) / 2)) + 1
        half = finer // 2
        fine = _gaussian(
            row * finer + half,
            column * finer + half,
            amount,
            sigma * finer,
            (shape[0] * finer, shape[1] * finer),
        )
        return fine[half::finer, half::finer] * finer**2
    margin = int(np.ceil(GAUSSIAN_REACH * sigma)) + 4
    spectrum, size = _spectrum(row, column, amount, margin, shape)
    for axis, frequencies in enumerate((fft.fftfreq(size[0]), fft.rfftfreq(size[1]))):
        gauss = np.exp(-2 * (np.pi * frequencies * sigma) ** 2) / np.sinc(frequencies) ** 4
        spectrum *= gauss[:, None] if axis == 0 else gauss
    return _back(spectrum, size, margin, shape)


def _bells(at: Floats, sigma: float, n: int) -> sparse.csr_array:
    """One row a point: its Gaussian along one axis, sampled at the n cells."""
    reach = int(np.ceil(GAUSSIAN_REACH * sigma)) + 1
    cells = np.rint(at).astype(np.int64)[:, None] + np.arange(-reach, reach + 1)
    height = np.exp(-(((cells - at[:, None]) / sigma) ** 2) / 2) / (np.sqrt(2 * np.pi) * sigma)
    inside = (cells >= 0) & (cells < n)
    point = np.broadcast_to(np.arange(at.size)[:, None], cells.shape)
    return sparse.csr_array((height[inside], (point[inside], cells[inside])), shape=(at.size, n))


def _quartic_exact(
    row: Floats, column: Floats, amount: Floats, h: float, shape: tuple[int, int]
) -> Floats:
    """Sum of quartic kernels with radius `h` in cells, mass per cell, without approximation.

    Along one grid row a kernel is a polynomial of degree 4 between two columns. Its coefficients
    are entered at the first column and taken back after the last; running sums do the rest.
    """
    rows, cols = shape
    out = np.zeros((5, rows, cols + 1))
    first = np.maximum(np.ceil(row - h), 0).astype(np.int64)
    last = np.minimum(np.floor(row + h), rows - 1).astype(np.int64)
    height = np.maximum(last - first + 1, 0)
    chunk = max(1, int(2 * _CHUNK / (2 * h + 1)))
    for start in range(0, row.size, chunk):
        part = slice(start, start + chunk)
        times = height[part]
        point = np.repeat(np.arange(start, start + times.size), times)
        steps = np.arange(point.size) - np.repeat(np.cumsum(times) - times, times)
        at_row = first[point] + steps
        left = 1.0 - ((at_row - row[point]) / h) ** 2  # what the rows' distance leaves of 1
        wide = h * np.sqrt(np.maximum(left, 0.0))
        begin = np.maximum(np.ceil(column[point] - wide), 0).astype(np.int64)
        end = np.minimum(np.floor(column[point] + wide), cols - 1).astype(np.int64)
        hit = (begin <= end) & (left > 0)
        at_row, begin, end, left = at_row[hit], begin[hit], end[hit], left[hit]
        mass = amount[point[hit]] * 3.0 / (np.pi * h**2)
        middle = (column[point[hit]] - cols / 2) / h
        # (left - (t - middle)**2)**2 in powers of t, the column from the grid's middle over h
        inner = left - middle**2
        powers = (
            inner**2,
            4 * middle * inner,
            4 * middle**2 - 2 * inner,
            -4 * middle,
            np.ones_like(left),
        )
        keys = np.concatenate([at_row * (cols + 1) + begin, at_row * (cols + 1) + end + 1])
        for power, coefficient in enumerate(powers):
            entered = mass * coefficient
            out[power] += np.bincount(
                keys, np.concatenate([entered, -entered]), minlength=rows * (cols + 1)
            ).reshape(rows, cols + 1)
    t = (np.arange(cols) - cols / 2) / h
    sums = np.cumsum(out, axis=2)[:, :, :cols]
    value: Floats = sums[4]
    for power in (3, 2, 1, 0):
        value = value * t + sums[power]
    return value


def _quartic_by_fft(
    row: Floats, column: Floats, amount: Floats, h: float, shape: tuple[int, int]
) -> Floats:
    margin = int(np.ceil(h)) + 4
    spectrum, size = _spectrum(row, column, amount, margin, shape)
    distances = [np.minimum(np.arange(n), n - np.arange(n)) / h for n in size]
    profile = np.maximum(1.0 - distances[0][:, None] ** 2 - distances[1] ** 2, 0.0) ** 2
    spectrum *= fft.rfft2(profile * (3.0 / (np.pi * h**2)), workers=2).real
    for axis, frequencies in enumerate((fft.fftfreq(size[0]), fft.rfftfreq(size[1]))):
        spline = (2.0 + np.cos(2 * np.pi * frequencies)) / 3.0  # the cubic B-spline's samples
        spectrum /= spline[:, None] if axis == 0 else spline
    return _back(spectrum, size, margin, shape)


def _spectrum(
    row: Floats, column: Floats, amount: Floats, margin: int, shape: tuple[int, int]
) -> tuple[NDArray[np.complex128], tuple[int, int]]:
    """Transform of the points spread by cubic B-splines on a grid with `margin` cells around.

    Two points on opposite margins stay `margin` cells apart across the seam, so nothing wraps.
    """
    size = (
        fft.next_fast_len(shape[0] + 2 * margin, real=True),
        fft.next_fast_len(shape[1] + 2 * margin, real=True),
    )
    spread = np.zeros(size[0] * size[1])
    for start in range(0, row.size, _CHUNK):
        part = slice(start, start + _CHUNK)
        top, by_row = _spline(row[part] + margin)
        west, by_column = _spline(column[part] + margin)
        keys, values = [], []
        for i in range(4):
            weighted = by_row[i] * amount[part]
            for j in range(4):
                keys.append((top + i) * size[1] + west + j)
                values.append(weighted * by_column[j])
        spread += np.bincount(np.concatenate(keys), np.concatenate(values), minlength=spread.size)
    return fft.rfft2(spread.reshape(size), workers=2), size


def _spline(at: Floats) -> tuple[NDArray[np.int64], tuple[Floats, Floats, Floats, Floats]]:
    """First of four nodes and the cubic B-spline weights of all four."""
    node = np.floor(at).astype(np.int64)
    u = at - node
    v = 1.0 - u
    return node - 1, (
        v**3 / 6,
        (4 - 6 * u**2 + 3 * u**3) / 6,
        (4 - 6 * v**2 + 3 * v**3) / 6,
        u**3 / 6,
    )


def _back(
    spectrum: NDArray[np.complex128], size: tuple[int, int], margin: int, shape: tuple[int, int]
) -> Floats:
    full: Floats = fft.irfft2(spectrum, size, workers=2)
    return full[margin : margin + shape[0], margin : margin + shape[1]]
