"""The areas of a study: what each holds, where it is, and who its neighbors are."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse
from scipy.spatial import cKDTree

from analysis import cut_cells, scale, weights
from analysis.counts import Selection, by_county
from analysis.density import Floats
from analysis.ground import ground_of
from analysis.kept_steps import kept
from analysis.result import Parameter
from analysis.study import Study
from boundaries import grids, load
from geo import crs, schema

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


@kept(6, "neighbors", "band_m", "k", "seed")
def neighbors_of(study: Study, areas: Areas) -> tuple[sparse.csr_array, tuple[Parameter, ...]]:
    """Who counts as a neighbor; each area counts as its own.

    Raises
    ------
    StudyError
        The study asks for more neighbors than there are areas.
    """
    kind = study.neighbors
    if kind == "auto":
        kind = "band" if areas.cells is not None or study.band_m else "queen"
    links, value, reason = _LINKS[kind](study, areas)
    if study.neighbors != "auto":
        reason = f"You chose it. {reason}".rstrip()
    return weights.with_self(links), (Parameter("Neighbors", f"{value}, and itself", reason),)


@dataclass(frozen=True, eq=False)
class Scales:
    """Weights at half and at double the reach, each area with itself, and both in words.

    None where the reach cannot change: it would be the chosen one again, and prove nothing.
    """

    half: sparse.csr_array | None
    double: sparse.csr_array | None
    in_words: tuple[str, str]


@kept(6)
def scales_of(areas: Areas, near: sparse.csr_array) -> Scales:
    """Weights at half and at double the reach.

    On a grid the reach is the distance to the farthest neighbor, by county how many an area usually
    has.
    """
    if len(areas.table) < 2:
        return Scales(None, None, ("", ""))
    if areas.cell_m is None:
        usual = float(np.median(np.diff(near.indptr) - 1))
        ids = tuple(areas.table.index)
        number = [int(np.clip(round(usual * by), 1, max(len(ids) - 1, 1))) for by in (0.5, 2.0)]
        fewer, more = (_nearest_counties(ids, k) for k in number)
        told = tuple(f"the nearest {k}" if k > 1 else "the nearest one" for k in number)
        return _other_scales(near, fewer, more, told)
    middle = areas.points()
    links = near.tocoo()
    apart = np.hypot(*(middle[links.row] - middle[links.col]).T)
    reach = float(apart.max(initial=areas.cell_m))
    bands = (max(reach / 2, areas.cell_m), reach * 2)
    fewer, more = (weights.distance_band(middle, band * (1 + 1e-9)) for band in bands)
    told = tuple(f"those within {scale.kilometers(band)}" for band in bands)
    return _other_scales(near, weights.with_self(fewer), weights.with_self(more), told)


def _other_scales(
    near: sparse.csr_array, fewer: sparse.csr_array, more: sparse.csr_array, told: tuple[str, ...]
) -> Scales:
    """Leave out what is the chosen neighborhood again."""

    def other(found: sparse.csr_array) -> sparse.csr_array | None:
        return None if found.nnz == near.nnz and (found != near).nnz == 0 else found

    return Scales(other(fewer), other(more), (told[0], told[1]))


@lru_cache(maxsize=32)
def _nearest_counties(geoids: tuple[str, ...], k: int) -> sparse.csr_array:
    """Join each of these counties to the nearest k and to itself."""
    middle = load.counties().loc[list(geoids), ["lon", "lat"]]
    west, south = middle.min()
    east, north = middle.max()
    local = crs.local_crs((west, south, east, north))
    place = np.column_stack(crs.to_local(middle["lon"], middle["lat"], local))
    return weights.with_self(weights.k_nearest(place, k))


def _queen(study: Study, areas: Areas) -> tuple[sparse.csr_array, str, str]:
    del study
    if areas.cells is None:
        links = county_links(tuple(areas.table.index))
    else:
        links = weights.grid_ring(areas.cells, 1, areas.lattice)
    return (
        links,
        f"{areas.noun[1].capitalize()} that touch",
        "Counties differ too much in size for one distance.",
    )


def _nearest(study: Study, areas: Areas) -> tuple[sparse.csr_array, str, str]:
    links = weights.k_nearest(areas.points(), study.k)
    return links, f"The {study.k} nearest {areas.noun[1]}", ""


def _band(study: Study, areas: Areas) -> tuple[sparse.csr_array, str, str]:
    points = areas.points()
    if study.band_m:
        band, reason = study.band_m, "You chose it."
    elif areas.cell_m is None:
        band = scale.friendly(float(cKDTree(points).query(points, k=2)[0][:, 1].max()))
        reason = "The least distance at which every county has a neighbor."
    else:
        count = areas.table["count"].to_numpy(float)
        even = count if areas.ground is None else cut_cells.evened(count, areas.ground)
        band, reason = scale.distance_band(even, points, areas.cell_m, seed=study.seed)
    value = f"{areas.noun[1].capitalize()} within {scale.kilometers(band)}"
    return weights.distance_band(points, band), value, reason


_LINKS: Final = {"queen": _queen, "knn": _nearest, "band": _band}


@lru_cache(maxsize=64)
def county_links(geoids: tuple[str, ...]) -> sparse.csr_array:
    """Queen neighbors among these counties."""
    position = load.counties().index.get_indexer(list(geoids))
    links: sparse.csr_array = _all_county_links()[position][:, position]
    links.sort_indices()
    return links


@cache
def _all_county_links() -> sparse.csr_array:
    return weights.contiguity(load.counties().geometry.to_numpy())


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
