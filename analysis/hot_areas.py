"""Hot areas of a surface in order: where they are, with events, people, ground."""

from collections.abc import Sequence
from typing import Final

import numpy as np
import pandas as pd
import shapely
from numpy.typing import ArrayLike, NDArray

from analysis.contours import AREA_KM2, GEOMETRY, outline
from analysis.pixels import Floats, Grid, checked

# Columns of `hot_areas`.
COUNT: Final = "count"
POPULATION: Final = "population"
RATE: Final = "rate_per_100k"
PEAK: Final = "peak"


def hot_areas(  # noqa: PLR0913  (a surface, events, people)
    values: ArrayLike,
    level: float,
    grid: Grid,
    points: ArrayLike,
    weights: ArrayLike | None = None,
    *,
    people_at: ArrayLike | None = None,
    people: ArrayLike | None = None,
    within: shapely.Geometry | None = None,
) -> pd.DataFrame:
    """Areas where a surface is at least so high, those with most events first.

    Parameters
    ----------
    values, level, grid, within
        As for `outline`.
    points : array_like, shape (n, 2)
        Events: easting and northing in metres.
    weights : array_like, shape (n,), or None
        Events each point stands for.
    people_at, people : array_like, shapes (m, 2) and (m,), optional
        Places with so many people, such as the middles of census tracts.

    Returns
    -------
    DataFrame
        Indexed by rank from 1: `count`, `population` and `rate_per_100k` (NaN when not given, the
        rate also without people), `area_km2`, `peak` (highest value of a cell inside, NaN when none
        has its center there), `geometry` in metres. Events on a common border count in the first.

    Examples
    --------
    >>> grid = Grid(west=0, north=3000, cell_m=1000, rows=3, cols=5)
    >>> values = [[0, 0, 0, 0, 0], [0, 4, 0, 2, 0], [0, 0, 0, 0, 0]]
    >>> events = [(1500, 1500), (1600, 1500), (3500, 1500)]
    >>> found = hot_areas(values, 1.0, grid, events, people_at=[(1500, 1500)], people=[40])
    >>> found[["count", "population", "peak"]].to_numpy().tolist()
    [[2.0, 40.0, 4.0], [1.0, 0.0, 2.0]]
    """
    ground = outline(values, level, grid, within)
    return ranked(ground, values, level, grid, points, weights, people_at=people_at, people=people)


def ranked(  # noqa: PLR0913, PLR0917  (as `hot_areas`, and their ground)
    ground: shapely.Geometry,
    values: ArrayLike,
    level: float,
    grid: Grid,
    points: ArrayLike,
    weights: ArrayLike | None = None,
    *,
    people_at: ArrayLike | None = None,
    people: ArrayLike | None = None,
) -> pd.DataFrame:
    """Hot areas whose ground, from `analysis.contours.outline`, is at hand.

    Parameters
    ----------
    ground : shapely.MultiPolygon
        Where `values` are at least `level`, in metres.
    values, level, grid, points, weights, people_at, people
        As for `hot_areas`.

    Returns
    -------
    DataFrame
        As `hot_areas`.
    """
    place, amount = checked(points, weights)
    parts = shapely.get_parts(ground)
    count = _held(parts, place, amount)
    population = np.full(len(parts), np.nan)
    if people_at is not None:
        population = _held(parts, *checked(people_at, people))
    heights = np.asarray(values, dtype=np.float64)
    row, column = np.nonzero(heights >= level)
    east, north = grid.centers()
    part, cell = inside(parts, np.column_stack([east[column], north[row]]))
    peak = np.full(len(parts), -np.inf)
    np.maximum.at(peak, part, heights[row, column][cell])
    table = pd.DataFrame(
        {
            COUNT: count,
            POPULATION: population,
            RATE: 1e5 * count / np.where(population > 0, population, np.nan),
            AREA_KM2: shapely.area(parts) / 1e6,
            PEAK: np.where(np.isfinite(peak), peak, np.nan),
            GEOMETRY: pd.Series(list(parts), dtype=object),
        }
    )
    table = table.sort_values([COUNT, PEAK], ascending=False, kind="stable", ignore_index=True)
    table.index = pd.RangeIndex(1, len(table) + 1, name="rank")
    return table


def inside(
    parts: Sequence[shapely.Geometry], place: Floats
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Pair each shape with the points in it or on its border.

    Parameters
    ----------
    parts : sequence of shapely.Geometry, length k
    place : ndarray, shape (n, 2)

    Returns
    -------
    part, point : ndarray of int64
        Positions of the shapes, rising, and of the points.

    Examples
    --------
    >>> places = np.array([(0.5, 0.5), (1.0, 0.2), (3.0, 0.0)])
    >>> [at.tolist() for at in inside([shapely.box(0, 0, 1, 1), shapely.box(1, 0, 2, 1)], places)]
    [[0, 0, 1], [0, 1, 1]]
    """
    order = np.argsort(place[:, 0], kind="stable")
    east, north = place[order, 0], place[order, 1]
    shapely.prepare(parts)
    found = [np.empty(0, dtype=np.int64)]
    for part, (west, south, far_east, far_north) in zip(parts, shapely.bounds(parts), strict=True):
        among = slice(
            np.searchsorted(east, west, side="left"), np.searchsorted(east, far_east, side="right")
        )
        near = np.flatnonzero((north[among] >= south) & (north[among] <= far_north)) + among.start
        found.append(order[near[shapely.intersects_xy(part, east[near], north[near])]])
    which = np.repeat(np.arange(len(parts)), [len(one) for one in found[1:]])
    return which, np.concatenate(found)


def _held(parts: Sequence[shapely.Geometry], place: Floats, amount: Floats) -> Floats:
    """Sum the weights of the points in each part; a point counts once."""
    part, point = inside(parts, place)
    order = np.lexsort((part, point))
    point, part = point[order], part[order]
    first = np.r_[True, np.diff(point) > 0] if point.size else np.zeros(0, bool)
    held: Floats = np.bincount(
        part[first], weights=amount[point[first]], minlength=len(parts)
    ).astype(np.float64)
    return held
