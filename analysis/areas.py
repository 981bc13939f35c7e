"""The areas of a study: what each holds, and where it is."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from analysis import cut_cells, scale, weights
from analysis.counts import Selection, by_county
from analysis.density import Floats
from analysis.ground import ground_of
from analysis.kept_steps import kept
from analysis.result import Parameter
from analysis.study import Study
from boundaries import grids, load
from geo import schema

SLIVER: Final = 0.01
"""Share of a cell's ground below which the border leaves no cell, but a sliver."""


@dataclass(frozen=True, eq=False)
class Areas:
    """Areas with counts.

    `table` is indexed by area id: name, count (NaN: missing), population (NaN: unknown). `shapes`
    gives their polygons in EPSG:4326 when called, `points` their centers in metres of a local
    projection, shape (n, 2). `noun` is (singular, plural). Of a grid only: the width of its cells,
    their whole coordinates, shape (n, 2), its lattice, and the share of each cell's ground that
    lies in the study area, shape (n,).
    """

    table: pd.DataFrame
    shapes: Callable[[], gpd.GeoDataFrame]
    points: Callable[[], Floats]
    parameters: tuple[Parameter, ...]
    noun: tuple[str, str]
    warnings: tuple[str, ...] = ()
    cell_m: float | None = None
    cells: NDArray[np.int64] | None = None
    lattice: weights.Lattice = "square"
    ground: Floats | None = None


@kept(6, "level", "cell_m")
def areas_of(study: Study, selection: Selection) -> Areas:
    """Count the selected records by county, hexagon or square."""
    if study.level == "county":
        return _counties(selection)
    return _cells(study, selection)


def _counties(selection: Selection) -> Areas:
    table, parameters, warnings = by_county(selection)
    ids = list(table.index)
    name = table["name"]
    if len(set(table["state"])) > 1:  # a name alone may be that of several counties
        name = name + ", " + table["state"]

    @cache
    def shapes() -> gpd.GeoDataFrame:
        return load.counties().loc[ids, ["geometry"]]

    def points() -> Floats:
        middle = load.counties().loc[ids]
        return ground_of(selection.geoids).project(middle["lon"], middle["lat"])

    return Areas(
        table=table.drop(columns="state").assign(name=name),
        shapes=shapes,
        points=points,
        parameters=(*selection.parameters, *parameters),
        noun=("county", "counties"),
        warnings=warnings,
    )


def _cells(study: Study, selection: Selection) -> Areas:
    ground = ground_of(selection.geoids)
    used = selection.used
    place = ground.project(used[schema.LON], used[schema.LAT])
    events = used[schema.COUNT].to_numpy(float)
    width, parameter = scale.cell_size(
        place, ground.area_m2, study.level, used[schema.RADIUS_M].median()
    )
    if study.cell_m:
        width = study.cell_m
        parameter = Parameter("Cell size", scale.kilometers(width), "You chose it.")
    lattice: weights.Lattice = "hexagon" if study.level == "hexagon" else "square"
    lay = grids.hexagons if lattice == "hexagon" else grids.squares
    grid = lay(ground.shape, width, ground.crs)
    # What a sliver holds joins the next cell: by itself it says nothing.
    grid = grids.without_slivers(grid, SLIVER)
    middle = grids.middles(grid)
    at = grids.assign(place, grid)
    # Borders are straight in degrees and a little bent in metres: who falls off joins the nearest.
    off = at < 0
    at[off] = cKDTree(middle).query(place[off])[1]
    table = pd.DataFrame(
        {
            "name": ground.near(middle),
            "count": np.bincount(at, events, minlength=len(grid)),
            "population": np.nan,
        },
        index=grid.index,
    )
    share = grid[grids.LAND_SHARE].to_numpy(float)

    @cache
    def shapes() -> gpd.GeoDataFrame:
        return grid[["geometry"]].to_crs(4326)

    return Areas(
        table=table,
        shapes=shapes,
        points=lambda: middle,
        parameters=(*selection.parameters, parameter, _at_the_border(share, study.level)),
        noun=(study.level, f"{study.level}s"),
        cell_m=width,
        cells=grid[[grids.Q, grids.R]].to_numpy(),
        lattice=lattice,
        ground=share,
    )


def _at_the_border(share: Floats, level: str) -> Parameter:
    """Say that cut cells are not taken for whole ones."""
    cut = int((share < cut_cells.WHOLE).sum())
    return Parameter(
        "Cells at the border",
        f"{cut:,} of {share.size:,} count by their ground",
        f"The border cuts these {level}s: each neighborhood is held against as many whole cells as "
        "it has ground in the study area.",
    )
