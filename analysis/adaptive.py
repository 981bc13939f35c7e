"""Bandwidths that follow the events: narrow where they lie thick, wide where they are few."""

from typing import Final

import numpy as np
from numpy.typing import ArrayLike
from scipy import ndimage

from analysis.edges import Edge, LaidOut, corrected_density
from analysis.pixels import Floats, Grid, Kernel, checked, checked_area, checked_bandwidth
from geo.errors import StudyError

TRIM: Final = 5.0
"""Widest bandwidth over the global one."""


def abramson(  # noqa: PLR0913, PLR0917  (the points, the pilot, and where it lies)
    pilot: ArrayLike,
    points: ArrayLike,
    weights: ArrayLike | None,
    bandwidth_m: float,
    grid: Grid,
    trim: float = TRIM,
) -> tuple[Floats, Floats]:
    """Bandwidths by Abramson's square root law.

    Parameters
    ----------
    pilot : array_like, shape (rows, cols)
        A first density, NaN outside the study area; its unit does not matter.
    points : array_like, shape (n, 2)
        Easting and northing in metres.
    weights : array_like, shape (n,), or None
        Events each point stands for.
    bandwidth_m : float
        Metres: the global bandwidth, about the geometric mean of all.
    grid : Grid
        Of the pilot.
    trim : float
        No bandwidth is more than so many times the global one.

    Returns
    -------
    each : ndarray, shape (n,)
        Metres, for each point: ``h min(f**-0.5 / g, trim)`` with the pilot f in the point's cell,
        or the nearest one inside, and g the geometric mean of ``f**-0.5`` over the points.
    cells : ndarray, shape (rows, cols)
        Metres, for each cell, by the same rule.

    Raises
    ------
    StudyError
        No point, or a pilot without density at any point.

    References
    ----------
    Abramson, I. S. (1982). On bandwidth variation in kernel estimates: a square root law. Annals of
    Statistics 10, 1217. doi:10.1214/aos/1176345986.
    Silverman, B. W. (1986). Density Estimation for Statistics and Data Analysis, section 5.3.

    Examples
    --------
    A place four times as thick has half the bandwidth:

    >>> grid = Grid(west=0, north=1, cell_m=1, rows=1, cols=2)
    >>> each, _ = abramson([[4.0, 1.0]], [(0.5, 0.5), (1.5, 0.5)], None, 10.0, grid)
    >>> each.round(4).tolist(), float(each.prod().round(4))
    ([7.0711, 14.1421], 100.0)
    """
    place, amount = checked(points, weights)
    thick = np.asarray(pilot, dtype=np.float64)
    area = checked_area(np.isfinite(thick), grid)
    reach = float(checked_bandwidth(bandwidth_m, 0))
    if not area.all():
        nearest = ndimage.distance_transform_edt(
            ~area,
            sampling=(grid.height_m, grid.cell_m),
            return_distances=False,
            return_indices=True,
        )
        thick = thick[tuple(nearest)]
    at = thick[grid.cells_of(place)]
    told = (at > 0) & (amount > 0)
    if not told.any():
        raise StudyError(
            "Not computable: bandwidths that follow the events need events in the study area.",
            "Choose one bandwidth for all.",
        )
    usual = float(np.exp(np.average(np.log(at[told]), weights=amount[told])))
    floor = usual / trim**2  # where the law meets the trim, and where nothing happened
    each, cells = (reach * np.sqrt(usual / np.maximum(one, floor)) for one in (at, thick))
    return each, cells


def adaptive_density(  # noqa: PLR0913, PLR0917  (as `corrected_density`)
    points: ArrayLike,
    weights: ArrayLike | None,
    bandwidth_m: float,
    kernel: Kernel,
    grid: Grid,
    inside: ArrayLike,
    *,
    edge: Edge = "uniform",
    pilot_m: float | None = None,
    pilot: ArrayLike | None = None,
    trim: float = TRIM,
) -> LaidOut:
    """Kernel density with Abramson's bandwidths, edge corrected, and each point's own part of it.

    Parameters
    ----------
    points, weights, kernel, grid, inside, edge
        As for `analysis.edges.corrected_density`.
    bandwidth_m : float
        Metres: the global bandwidth.
    pilot_m : float, optional
        Metres: bandwidth of the pilot; without it the global one.
    pilot : array_like, shape (rows, cols), optional
        A first density of one's own, NaN outside the study area, instead of the fixed one that is
        made of the points. sparr's moves each point to the middle of its pixel first.
    trim : float
        No bandwidth is more than so many times the global one.

    Returns
    -------
    LaidOut
        `height` in events per square metre, NaN outside the study area; `own` as there.

    Raises
    ------
    StudyError
        As `corrected_density` and `abramson`.

    Examples
    --------
    >>> grid = Grid(west=0, north=40, cell_m=1, rows=40, cols=40)
    >>> crowd = [(10 + x / 5, 10 + y / 5) for x in range(5) for y in range(5)] + [(30, 30)]
    >>> inside = np.ones((40, 40), bool)
    >>> fixed = corrected_density(crowd, None, 4, "gaussian", grid, inside)
    >>> found = adaptive_density(crowd, None, 4, "gaussian", grid, inside)
    >>> bool(found.height.max() > fixed.height.max())
    True
    """
    wide = bandwidth_m if pilot_m is None else pilot_m
    if pilot is None:
        pilot = corrected_density(points, weights, wide, kernel, grid, inside).height
    each, cells = abramson(pilot, points, weights, bandwidth_m, grid, trim)
    return corrected_density(points, weights, each, kernel, grid, inside, edge=edge, cells_m=cells)
