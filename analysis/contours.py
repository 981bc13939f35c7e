"""Outlines on a surface: what holds half of its volume, and what chance does not explain."""

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import pandas as pd
import shapely
from contourpy import FillType, contour_generator
from numpy.typing import ArrayLike, NDArray
from rasterio import features
from scipy import ndimage
from shapely import geometry

from analysis.pixels import Floats, Grid
from geo.errors import StudyError

# Columns of the tables.
SHARE: Final = "volume_share"
LEVEL: Final = "level"
AREA_KM2: Final = "area_km2"
GEOMETRY: Final = "geometry"


def volume_levels(values: ArrayLike, shares: Sequence[float]) -> Floats:
    """Heights above which a surface holds these shares of its volume.

    Parameters
    ----------
    values : array_like
        A surface, NaN outside the study area.
    shares : sequence of float
        Between 0 and 1.

    Returns
    -------
    ndarray, shape (k,)
        The cells at least so high, highest first, are the fewest that hold the share. It is a share
        of the volume, not of the events: those lie higher than their surface, so that more of them
        are inside.

    Raises
    ------
    StudyError
        The surface is 0 everywhere, or a share is not between 0 and 1.

    Examples
    --------
    >>> volume_levels([[5.0, 3.0], [1.0, 1.0]], [0.5, 0.75, 0.9]).tolist()
    [5.0, 3.0, 1.0]
    """
    asked = np.asarray(shares, dtype=np.float64)
    if not ((asked > 0) & (asked < 1)).all():
        raise StudyError("A share of the volume is not between 0 and 1.", "Give 0.5 for a half.")
    heights = np.asarray(values, dtype=np.float64)
    # Empty ground adds nothing, and of a narrow bandwidth it is nearly all.
    heights = -np.sort(-heights[np.isfinite(heights) & (heights != 0)])
    held = np.cumsum(heights)
    if not held.size or not held[-1] > 0:
        raise StudyError(
            "Not computable: the surface is 0 everywhere.", "Choose a wider area or longer period."
        )
    found: Floats = heights[np.searchsorted(held, asked * held[-1] * (1 - 1e-12))]
    return found


def outline(
    values: ArrayLike, level: float, grid: Grid, within: shapely.Geometry | None = None
) -> shapely.Geometry:
    """Ground on which a surface is at least so high.

    Parameters
    ----------
    values : array_like, shape (rows, cols)
        NaN outside the study area.
    level : float
        In the unit of the surface.
    grid : Grid
    within : shapely.Geometry, optional
        The study area in metres, to be cut to; without it the cells that are not NaN.

    Returns
    -------
    shapely.MultiPolygon
        In metres of the grid, lines drawn between the centers of the cells; may be empty.

    Examples
    --------
    A cone is cut half way up:

    >>> grid = Grid(west=-50, north=50, cell_m=1, rows=100, cols=100)
    >>> east, north = grid.centers()
    >>> cone = 1 - np.hypot(east, north[:, None]) / 40
    >>> ring = outline(cone, 0.5, grid)
    >>> bool(abs(ring.area / (np.pi * 20**2) - 1) < 0.01)
    True
    """
    return outlines(values, [level], grid, within)[0]


def outlines(
    values: ArrayLike,
    levels: Sequence[float],
    grid: Grid,
    within: shapely.Geometry | None = None,
) -> list[shapely.Geometry]:
    """Ground on which a surface is at least so high, for several heights: see `outline`."""
    heights = np.asarray(values, dtype=np.float64)
    known = np.isfinite(heights)
    if heights.shape != grid.shape:
        raise StudyError("The surface does not fit the grid.", "Draw it on the same grid.")
    if not known.any():
        return [shapely.MultiPolygon() for _ in levels]
    if not known.all():
        heights = _beyond(heights, known)
    # Half a cell of ground lies around the outermost centers.
    heights = np.pad(heights, 1, mode="edge")
    east, north = grid.centers()
    east = np.r_[grid.west, east, grid.west + grid.cols * grid.cell_m]
    north = np.r_[grid.north, north, grid.north - grid.rows * grid.height_m]
    drawn = contour_generator(east, north, heights, fill_type=FillType.ChunkCombinedOffsetOffset)
    if within is None and not known.all():
        within = _ground(known, grid)
    return [_cut(_filled(drawn, float(level)), within) for level in levels]


def _beyond(heights: Floats, known: NDArray[np.bool_]) -> Floats:
    """Give cells near the border the height of the nearest one inside, and others the lowest.

    Lines are cut at the border, which lies within a cell of the outermost centers but for spits of
    land narrower than a cell.
    """
    found = np.where(known, heights, heights[known].min())
    wide = np.pad(known, _BEYOND)
    rows, cols = np.nonzero(ndimage.binary_dilation(known, _NEXT, iterations=_BEYOND) & ~known)
    todo = np.ones(rows.size, bool)
    for down, across in _OFFSETS:
        hit = todo.copy()
        hit[todo] = wide[rows[todo] + down + _BEYOND, cols[todo] + across + _BEYOND]
        found[rows[hit], cols[hit]] = heights[rows[hit] + down, cols[hit] + across]
        todo &= ~hit
    return found


_BEYOND: Final = 4
_NEXT: Final = np.ones((3, 3), bool)
_STEPS: Final = range(-_BEYOND, _BEYOND + 1)
_OFFSETS: Final = sorted(
    ((down, across) for down in _STEPS for across in _STEPS), key=lambda way: np.hypot(*way)
)


def _filled(drawn: Any, level: float) -> shapely.Geometry:  # noqa: ANN401  (contourpy has no types)
    """Take the ground above a level from a generator of contours."""
    corners, lines, outer = (chunk[0] for chunk in drawn.filled(level, np.inf))
    if corners is None:
        return shapely.MultiPolygon()
    parts = shapely.from_ragged_array(
        shapely.GeometryType.POLYGON, corners, (lines.astype(np.int64), outer.astype(np.int64))
    )
    found = shapely.multipolygons(parts)
    return found if found.is_valid else shapely.make_valid(found)


def _cut(found: shapely.Geometry, within: shapely.Geometry | None) -> shapely.MultiPolygon:
    """Keep what lies in the study area and has an area; what lies well inside is not touched."""
    if within is None:
        return _polygons(found)
    shapely.prepare(within)
    parts = shapely.get_parts(found)
    whole = shapely.contains_properly(within, parts)
    cut = shapely.intersection(shapely.multipolygons(_areal(parts[~whole])), within)
    return _polygons(shapely.geometrycollections([*parts[whole], *shapely.get_parts(cut)]))


def volume_contours(
    values: ArrayLike,
    grid: Grid,
    shares: Sequence[float] = (0.25, 0.5, 0.75),
    within: shapely.Geometry | None = None,
) -> pd.DataFrame:
    """Percent-volume contours as polygons.

    Parameters
    ----------
    values, grid, within
        As for `outline`.
    shares : sequence of float
        Between 0 and 1.

    Returns
    -------
    DataFrame
        One row a share: `volume_share`, `level`, `area_km2` and `geometry` in metres.

    Raises
    ------
    StudyError
        As `volume_levels`.

    Examples
    --------
    >>> grid = Grid(west=0, north=4000, cell_m=1000, rows=4, cols=4)
    >>> volume_contours(np.eye(4)[::-1] + 1, grid, [0.9]).columns.tolist()
    ['volume_share', 'level', 'area_km2', 'geometry']
    """
    levels = volume_levels(values, shares)
    shapes = outlines(values, levels.tolist(), grid, within)
    return pd.DataFrame(
        {
            SHARE: list(shares),
            LEVEL: levels,
            AREA_KM2: [shape.area / 1e6 for shape in shapes],
            GEOMETRY: pd.Series(shapes, dtype=object),
        }
    )


def tolerance_contours(
    p: ArrayLike,
    grid: Grid,
    alphas: Sequence[float] = (0.05, 0.01),
    within: shapely.Geometry | None = None,
) -> pd.DataFrame:
    """Ground where a relative risk is higher, or lower, than chance explains, place by place.

    Parameters
    ----------
    p : array_like, shape (rows, cols)
        One-sided p-values of a high risk, as in `RelativeRisk.p`; NaN where not computable.
    grid, within
        As for `outline`.
    alphas : sequence of float
        Chances between 0 and 0.5 at which lines are drawn; a share alpha of ground without any
        excess is expected inside.

    Returns
    -------
    DataFrame
        One row a side and alpha: `side` ("high" or "low"), `alpha`, `area_km2`, `geometry` (may be
        empty) in metres.

    Raises
    ------
    StudyError
        An alpha is not between 0 and 0.5.

    Examples
    --------
    >>> grid = Grid(west=0, north=1000, cell_m=1000, rows=1, cols=4)
    >>> found = tolerance_contours([[0.01, 0.01, 0.5, 0.5]], grid, [0.05])
    >>> found[["side", "alpha"]].to_numpy().tolist(), bool(found["area_km2"].iloc[0] > 1.5)
    ([['high', 0.05], ['low', 0.05]], True)
    """
    if not all(0 < alpha < 0.5 for alpha in alphas):
        raise StudyError("A chance is not between 0 and 0.5.", "Give 0.05 for 5%.")
    chance = np.asarray(p, dtype=np.float64)
    sides = [
        (side, alpha, shape)
        for side, values in (("high", 1 - chance), ("low", chance))
        for alpha, shape in zip(
            alphas, outlines(values, [1 - alpha for alpha in alphas], grid, within), strict=True
        )
    ]
    return pd.DataFrame(
        {
            "side": [side for side, _, _ in sides],
            "alpha": [alpha for _, alpha, _ in sides],
            AREA_KM2: [shape.area / 1e6 for _, _, shape in sides],
            GEOMETRY: pd.Series([shape for _, _, shape in sides], dtype=object),
        }
    )


def _ground(known: NDArray[np.bool_], grid: Grid) -> shapely.Geometry:
    """Cells as one shape."""
    west, cell, _, north, _, down = grid.transform
    drawn = features.shapes(
        known.astype(np.uint8), mask=known, transform=(cell, 0.0, west, 0.0, down, north)
    )
    return shapely.union_all([geometry.shape(outer) for outer, _ in drawn])


def _polygons(shape: shapely.Geometry) -> shapely.MultiPolygon:
    """Keep what has an area."""
    return shapely.multipolygons(_areal(shapely.get_parts(shape)))


def _areal(parts: NDArray[np.object_]) -> NDArray[np.object_]:
    """Polygons with an area, out of shapes of any kind."""
    found = shapely.get_parts(parts[shapely.get_dimensions(parts) == 2])
    kept: NDArray[np.object_] = found[shapely.area(found) > 0]
    return kept
