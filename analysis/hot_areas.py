"""Hot areas of a surface in order: where they are, with events, people, ground."""

from collections.abc import Sequence
from typing import Final

import numpy as np
import pandas as pd
import shapely
from numpy.typing import ArrayLike

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
    place, amount = checked(points, weights)
    parts = shapely.get_parts(outline(values, level, grid, within))
    count = _held(parts, place, amount)
    population = np.full(len(parts), np.nan)
    if people_at is not None:
        population = _held(parts, *checked(people_at, people))
    heights = np.asarray(values, dtype=np.float64)
    row, column = np.nonzero(heights >= level)
    east, north = grid.centers()
    part, cell = shapely.STRtree(shapely.points(east[column], north[row])).query(
        parts, predicate="intersects"
    )
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


def _held(parts: Sequence[shapely.Geometry], place: Floats, amount: Floats) -> Floats:
    """Sum the weights of the points in each part; a point counts once."""
    part, point = shapely.STRtree(shapely.points(place)).query(parts, predicate="intersects")
    order = np.lexsort((part, point))
    point, part = point[order], part[order]
    first = np.r_[True, np.diff(point) > 0] if point.size else np.zeros(0, bool)
    held: Floats = np.bincount(
        part[first], weights=amount[point[first]], minlength=len(parts)
    ).astype(np.float64)
    return held
