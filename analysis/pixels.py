"""Cells that values are computed on, the kernels, and what is refused before any sum begins."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from geo.errors import StudyError

Floats = NDArray[np.float64]
Kernel = Literal["quartic", "gaussian", "epanechnikov", "disc"]

POWERS: Final[Mapping[str, int]] = {"disc": 0, "epanechnikov": 1, "quartic": 2}
"""p of the kernels that end: ``(p + 1) / (pi h**2) (1 - d**2 / h**2)**p`` within h."""

WIDEST_M: Final = 1e8
"""Bandwidths above this, more than twice around the Earth, would leave nothing anywhere."""

TOUCHING: Final = 1e-10
"""Part of a radius by which a cell center may lie beyond it and still be on it: rounding."""

PER_KM2: Final = 1e6
"""Times a density per m2: per square kilometer."""

PER_MI2: Final = 1609.344**2
"""Times a density per m2: per square mile (the international mile of 1,609.344 m)."""


@dataclass(frozen=True)
class Grid:
    """Cells in a projected coordinate system; values sit at cell centers.

    Row 0 is in the north, column 0 in the west. `west` and `north` are the outer edges in metres.
    Cells are squares unless `tall_m` gives them another height.

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
    tall_m: float | None = None

    @property
    def height_m(self) -> float:
        """Height of a cell."""
        return self.cell_m if self.tall_m is None else self.tall_m

    @property
    def cell_m2(self) -> float:
        """Area of a cell."""
        return self.cell_m * self.height_m

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        return self.rows, self.cols

    @property
    def transform(self) -> tuple[float, float, float, float, float, float]:
        """GDAL order: west, cell, 0, north, 0, -cell."""
        return (self.west, self.cell_m, 0.0, self.north, 0.0, -self.height_m)

    def centers(self) -> tuple[Floats, Floats]:
        """Eastings of the columns, shape (cols,), and northings of the rows, shape (rows,)."""
        across = np.arange(self.cols, dtype=np.float64) + 0.5
        down = np.arange(self.rows, dtype=np.float64) + 0.5
        return self.west + across * self.cell_m, self.north - down * self.height_m

    def place(self, points: Floats) -> tuple[Floats, Floats]:
        """Row and column of each point; 0 is the center of the first cell."""
        row = (self.north - points[:, 1]) / self.height_m - 0.5
        column = (points[:, 0] - self.west) / self.cell_m - 0.5
        return row, column

    def cells_of(self, points: Floats) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Row and column of the cell each point lies in, or of the nearest on the edge."""
        row, column = self.place(points)
        return (
            np.clip(np.floor(row + 0.5), 0, self.rows - 1).astype(np.int64),
            np.clip(np.floor(column + 0.5), 0, self.cols - 1).astype(np.int64),
        )


def checked(points: ArrayLike, weights: ArrayLike | None) -> tuple[Floats, Floats]:
    """Points as (n, 2) and weights as (n,), or a reason why nothing can be computed on them.

    Raises
    ------
    StudyError
        The shapes differ, something is missing or infinite, or a weight is below 0.

    Examples
    --------
    >>> checked([(0, 1)], None)
    (array([[0., 1.]]), array([1.]))
    """
    place = np.asarray(points, dtype=np.float64).reshape(-1, 2)
    amount = np.ones(len(place)) if weights is None else np.asarray(weights, dtype=np.float64)
    if amount.shape != (len(place),):
        raise StudyError("Points and weights do not fit.", "Give one weight for each point.")
    if not (np.isfinite(place).all() and np.isfinite(amount).all()):
        lost = ~(np.isfinite(place).all(axis=1) & np.isfinite(amount))
        raise StudyError(
            f"Not computable: {int(lost.sum()):,} of {len(place):,} points have no place or no "
            "weight.",
            "Leave out what has no place.",
        )
    if (amount < 0).any():
        raise StudyError(
            f"Not computable: {int((amount < 0).sum()):,} weights are below 0.",
            "Give numbers of events, 0 or more.",
        )
    return place, amount


def in_reach(
    row: Floats, column: Floats, amount: Floats, reach_m: ArrayLike, grid: Grid
) -> NDArray[np.bool_]:
    """Which points have a weight and reach into the grid.

    Parameters
    ----------
    row, column, amount : ndarray, shape (n,)
        As `Grid.place` tells them; the weights.
    reach_m : float or array_like, shape (n,)
        Metres beyond which a point has no effect.
    grid : Grid

    Examples
    --------
    >>> grid = Grid(west=0, north=100, cell_m=10, rows=10, cols=10)
    >>> in_reach(np.array([5.0, 5, 5]), np.array([-3.0, -30, 5]), np.array([1.0, 1, 0]), 50, grid)
    array([ True, False, False])
    """
    down = np.asarray(reach_m) / grid.height_m
    across = np.asarray(reach_m) / grid.cell_m
    found: NDArray[np.bool_] = amount != 0
    for at, far, cells in ((row, down, grid.rows), (column, across, grid.cols)):
        found &= (at > -far - 1) & (at < cells + far)
    return found


def checked_bandwidth(bandwidth_m: ArrayLike, n: int) -> Floats:
    """Bandwidths as an array: one for all, shape (), or one a point, shape (n,).

    Raises
    ------
    StudyError
        One is not above 0 or wider than `WIDEST_M`, or their number differs.
    """
    reach = np.asarray(bandwidth_m, dtype=np.float64)
    if reach.shape not in {(), (n,)}:
        raise StudyError("Points and bandwidths do not fit.", "Give one for all, or one a point.")
    if not (np.isfinite(reach) & (reach > 0)).all():
        raise StudyError("The bandwidth is not above 0.", "Give a distance in meters.")
    if (reach > WIDEST_M).any():
        raise StudyError(
            "The bandwidth is so wide that nothing is left of an event anywhere.",
            "Give a distance in meters, below 100,000 km.",
        )
    return reach


def check_kernel(kernel: str) -> None:
    """Refuse a kernel that nobody knows.

    Raises
    ------
    StudyError
    """
    known = ("gaussian", *POWERS)
    if kernel not in known:
        raise StudyError("There is no kernel of this name.", f"Choose one of {', '.join(known)}.")


def checked_area(inside: ArrayLike, grid: Grid) -> NDArray[np.bool_]:
    """Which cells belong to the study area.

    Raises
    ------
    StudyError
        The shape is not that of the grid, or no cell belongs.
    """
    area = np.asarray(inside, dtype=bool)
    if area.shape != grid.shape:
        raise StudyError("The study area does not fit the grid.", "Draw it on the same grid.")
    if not area.any():
        raise StudyError(
            "Not computable: no cell of the grid has its center in the study area.",
            "Choose smaller cells.",
        )
    return area
