"""Analysis grids: hexagons and squares over a study area, and which cell holds each point.

A grid is a table of cells with whole coordinates `q` and `r`, laid from the origin of the CRS, so
that a cell keeps its id when the study area grows. A point's cell is found by arithmetic: each
point is in exactly one cell, also on a border.
"""

from typing import Final

import geopandas as gpd
import numpy as np
import pyproj
import shapely
from numpy.typing import ArrayLike, NDArray

from boundaries import lattice
from boundaries.lattice import (
    ROW_STEP,
    Floats,
    Ints,
    Shape,
    cell_of,
    key_of,
    outlines,
    search,
    unique,
)
from geo.errors import BoundaryError

Crs = pyproj.CRS | str | int | None

Q: Final = "q"  # int, hexagon: axial column; square: column, counted eastward
R: Final = "r"  # int, row, counted northward
LAND_SHARE: Final = "land_share"  # 0..1 of the cell that lies in the area
MAX_CELLS: Final = 400_000  # about 2 GB of shapes and tables

_PREFIX: Final = {"hexagon": "hex", "square": "sq"}
_MILLIMETRE: Final = 1e-3
_TILE_VERTICES: Final = 200


def hexagons(area: shapely.Geometry, width_m: float, crs: Crs = None) -> gpd.GeoDataFrame:
    """Regular hexagons, two corners up, that touch an area.

    Parameters
    ----------
    area : Polygon or MultiPolygon
        In a projected CRS, metres.
    width_m : float
        Width across flats, which is the distance between the middles of neighbors.
    crs : optional
        CRS of the area, set on the answer.

    Returns
    -------
    GeoDataFrame
        Indexed by cell ("hex-12--3" for q = 12, r = -3), in order of r, then q: q, r, land_share.
        Cells are whole, never clipped. `attrs` holds "shape" and "width_m", which `assign` needs.

    Raises
    ------
    BoundaryError
        The area is empty, or would take more than 400,000 cells.

    References
    ----------
    Axial coordinates: Patel (2013), "Hexagonal grids", redblobgames.com/grids/hexagons.

    Examples
    --------
    >>> hexagons(shapely.Point(0, 0).buffer(100), 1000).index.to_list()
    ['hex-0-0']
    """
    return _cover(area, width_m, "hexagon", crs)


def squares(area: shapely.Geometry, side_m: float, crs: Crs = None) -> gpd.GeoDataFrame:
    """Squares that touch an area; otherwise as `hexagons`, with ids such as "sq-12--3".

    The square with q = r = 0 has its middle on the origin.
    """
    return _cover(area, side_m, "square", crs)


def assign(points_xy: ArrayLike, grid: gpd.GeoDataFrame) -> Ints:
    """Row of the cell that holds each point, -1 where no cell of the grid does.

    Parameters
    ----------
    points_xy : array_like, shape (n, 2)
        Easting, northing in metres of the grid's CRS; NaN is in no cell.
    grid : GeoDataFrame
        From `hexagons` or `squares`, rows in any order.

    Returns
    -------
    ndarray of int64, shape (n,)
        Positions in `grid`.
    """
    points = np.asarray(points_xy, dtype=np.float64).reshape(-1, 2)
    answer = np.full(len(points), -1, dtype=np.int64)
    known = np.isfinite(points).all(axis=1)
    q, r = cell_of(points[known], grid.attrs["width_m"], grid.attrs["shape"])
    answer[known] = _position(q, r, grid)
    return answer


def without_slivers(grid: gpd.GeoDataFrame, least: float) -> gpd.GeoDataFrame:
    """Leave out cells of which less than a share lies in the area, unless that leaves none.

    Points in them are then in no cell: see `assign`.

    Examples
    --------
    >>> area = shapely.box(-500, -500, 501, 500)
    >>> len(squares(area, 1000)), len(without_slivers(squares(area, 1000), 0.01))
    (9, 1)
    """
    kept = grid[grid[LAND_SHARE] >= least]
    if kept.empty:
        return grid[grid[LAND_SHARE] == grid[LAND_SHARE].max()]
    kept.attrs = grid.attrs
    return kept


def neighbors(grid: gpd.GeoDataFrame, rings: int = 1) -> tuple[Ints, Ints]:
    """Pairs of cells at most some rings apart, by their coordinates.

    Parameters
    ----------
    grid : GeoDataFrame
        From `hexagons` or `squares`.
    rings : int
        1: the 6 (hexagon) or 8 (square) cells around; each further ring adds the next.

    Returns
    -------
    focal, neighbor : ndarray of int64
        Positions in `grid`, sorted by focal, then neighbor; a cell is not its own neighbor.
    """
    reach = np.arange(-rings, rings + 1)
    dq, dr = (steps.ravel() for steps in np.meshgrid(reach, reach))
    if grid.attrs["shape"] == "hexagon":
        near = np.abs(dq + dr) <= rings
        dq, dr = dq[near], dr[near]
    moved = (dq != 0) | (dr != 0)
    q, r = grid[Q].to_numpy(), grid[R].to_numpy()
    around = _position(
        (q[:, None] + dq[moved]).ravel(), (r[:, None] + dr[moved]).ravel(), grid
    ).reshape(len(grid), -1)
    around = np.sort(around, axis=1)
    focal, place = np.nonzero(around >= 0)
    return focal, around[focal, place]


def middles(grid: gpd.GeoDataFrame) -> Floats:
    """Easting, northing of the middles of the cells of a grid, shape (n, 2)."""
    q, r = grid[Q].to_numpy(), grid[R].to_numpy()
    return lattice.middles(q, r, grid.attrs["width_m"], grid.attrs["shape"])


def _cover(area: shapely.Geometry, width_m: float, shape: Shape, crs: Crs) -> gpd.GeoDataFrame:
    if area.is_empty or not width_m > 0:
        raise BoundaryError("There is no area to lay a grid over.", "Choose at least one area.")
    q, r = _candidates(area, width_m, shape)
    middle = lattice.middles(q, r, width_m, shape)
    shapely.prepare(area)
    share = shapely.contains_xy(area, middle[:, 0], middle[:, 1]).astype(np.float64)
    # Where the border passes the middle says nothing: measure those cells.
    edge_q, edge_r = _near_border(area, width_m, shape)
    order = np.lexsort((q, r))
    q, r, share = q[order], r[order], share[order]
    at = search(key_of(edge_q, edge_r), key_of(q, r))
    touched, share[at] = _measure(area, outlines(edge_q, edge_r, width_m, shape))
    keep = share > 0
    keep[at] = touched
    q, r, share = q[keep], r[keep], share[keep]
    prefix = _PREFIX[shape]
    grid = gpd.GeoDataFrame(
        {Q: q, R: r, LAND_SHARE: share},
        index=[f"{prefix}-{one}-{two}" for one, two in zip(q.tolist(), r.tolist(), strict=True)],
        geometry=outlines(q, r, width_m, shape),
        crs=crs,
    )
    grid.index.name = "cell"
    grid.attrs = {"shape": shape, "width_m": float(width_m)}
    return grid


def _candidates(area: shapely.Geometry, width_m: float, shape: Shape) -> tuple[Ints, Ints]:
    """Every cell near the boxes around the parts of an area: what lies between them costs nothing.

    Raises
    ------
    BoundaryError
        There are too many.
    """
    boxes = shapely.bounds(shapely.get_parts(area))
    if _how_many(boxes, area.area, width_m, shape) > MAX_CELLS:
        raise BoundaryError(
            f"Cells {_in_words(width_m)} wide would make a grid of more than 400,000 cells.",
            f"Choose cells at least {_in_words(_least_width(boxes, area.area, width_m, shape))} "
            "wide, or a smaller study area.",
        )
    first_row, rows, many = _extent(boxes, width_m, shape)
    shift = 0.5 if shape == "hexagon" else 0.0
    found = []
    for south, number, wide, west in zip(first_row, rows, many, boxes[:, 0], strict=True):
        r = south + np.arange(number)
        first = np.floor(west / width_m - shift * r) - 2
        q = (first[:, None] + np.arange(wide)).astype(np.int64).ravel()
        found.append((q, np.repeat(r.astype(np.int64), wide)))
    q, r = (np.concatenate(each) for each in zip(*found, strict=True))
    return (q, r) if len(found) == 1 else unique(q, r)


def _extent(boxes: Floats, width_m: float, shape: Shape) -> tuple[Floats, Ints, Ints]:
    """First row, number of rows, and cells in a row, of each box, with some to spare."""
    step = width_m * ROW_STEP[shape]
    west, south, east, north = boxes.T
    first = np.floor(south / step) - 2
    rows = np.ceil(north / step) + 3 - first
    return first, rows.astype(np.int64), np.ceil((east - west) / width_m).astype(np.int64) + 6


def _how_many(boxes: Floats, area_m2: float, width_m: float, shape: Shape) -> float:
    """Cells there would be: by the ground, but no less than half of those in the boxes."""
    _, rows, many = _extent(boxes, width_m, shape)
    return max(float((rows * many).sum()) / 2.0, area_m2 / (width_m**2 * float(ROW_STEP[shape])))


def _least_width(boxes: Floats, area_m2: float, width_m: float, shape: Shape) -> float:
    """Narrowest cells, to two figures, of which there are not too many."""
    while (many := _how_many(boxes, area_m2, width_m, shape)) > MAX_CELLS:
        width_m *= max(1.001, float(np.sqrt(many / MAX_CELLS)))
        figure = 10.0 ** (np.floor(np.log10(width_m)) - 1)
        width_m = float(np.ceil(width_m / figure) * figure)
    return width_m


def _in_words(width_m: float) -> str:
    return f"{width_m / 1000:g} km" if width_m >= 1000 else f"{width_m:g} m"


def _near_border(area: shapely.Geometry, width_m: float, shape: Shape) -> tuple[Ints, Ints]:
    """Every cell the area's border may run through: those of points along it and those around."""
    line = shapely.segmentize(shapely.boundary(area), width_m / 4)
    q, r = cell_of(shapely.get_coordinates(line), width_m, shape)
    q, r = unique(q, r)
    dq, dr = (steps.ravel() for steps in np.meshgrid([-1, 0, 1], [-1, 0, 1]))
    return unique((q[:, None] + dq).ravel(), (r[:, None] + dr).ravel())


def _measure(
    area: shapely.Geometry, cells: NDArray[np.object_]
) -> tuple[NDArray[np.bool_], Floats]:
    """Whether each cell touches the area, and the share of it that lies inside."""
    tiles = np.array(_tiles(area), dtype=object)
    tree = shapely.STRtree(tiles)
    # A millimetre of play: a point on the border must find its cell whatever the rounding.
    cell, tile = tree.query(cells, predicate="dwithin", distance=_MILLIMETRE)
    inside = np.zeros(len(cells))
    np.add.at(inside, cell, shapely.area(shapely.intersection(cells[cell], tiles[tile])))
    touched = np.zeros(len(cells), dtype=bool)
    touched[cell] = True
    return touched, np.clip(inside / shapely.area(cells), 0, 1)


def _tiles(area: shapely.Geometry) -> list[shapely.Geometry]:
    """Cut an area in halves until each piece has few vertices: cells meet small pieces only."""
    if shapely.get_num_coordinates(area) <= _TILE_VERTICES:
        return [area]
    west, south, east, north = area.bounds
    if east - west > north - south:
        middle = (west + east) / 2
        halves = shapely.box([west, middle], south, [middle, east], north)
    else:
        middle = (south + north) / 2
        halves = shapely.box(west, [south, middle], east, [middle, north])
    parts = [part for part in shapely.intersection(area, halves) if part.area > 0]
    return [tile for part in parts for tile in _tiles(part)]


def _position(q: Ints, r: Ints, grid: gpd.GeoDataFrame) -> Ints:
    held = key_of(grid[Q].to_numpy(), grid[R].to_numpy())
    order = np.argsort(held, kind="stable")
    at = search(key_of(q, r), held[order])
    return np.where(at >= 0, order[at], -1)
