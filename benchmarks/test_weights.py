"""Spatial weights made from polygons, grids and points, beside libpysal."""

from importlib.metadata import version

import geopandas as gpd
import libpysal
import numpy as np
import shapely
from libpysal.graph import Graph

from analysis.weights import contiguity, distance_band, grid_ring, k_nearest, with_self
from boundaries import load

PYSAL = f"libpysal {version('libpysal')}"


def same(ours, theirs) -> bool:
    """Equal links; libpysal's matrices keep zeros on the diagonal of isolates."""
    return (ours != theirs).nnz == 0


def test_county_polygons(beside):
    shapes = load.counties().geometry.reset_index(drop=True)
    ours, theirs = beside(
        "weights: 3,233 county polygons, queen",
        lambda: contiguity(shapes.to_numpy()),
        peer=f"{PYSAL} Graph",
        theirs=lambda: Graph.build_contiguity(shapes, rook=False),
        times=10,
        note="Graph's default needs shared vertices; ours and its strict form test the geometry.",
    )
    assert same(ours, theirs.sparse)
    ours, theirs = beside(
        "weights: 3,233 county polygons, queen, tested geometry",
        lambda: contiguity(shapes.to_numpy()),
        peer=f"{PYSAL} Graph strict",
        theirs=lambda: Graph.build_contiguity(shapes, rook=False, strict=True),
    )
    assert same(ours, theirs.sparse)


def test_a_million_cells(beside):
    side = 1000
    rows, columns = np.divmod(np.arange(side * side), side)
    cells = np.column_stack([columns, rows])
    ours, theirs = beside(
        "weights: 1M grid cells, queen",
        lambda: grid_ring(cells),
        peer=f"{PYSAL} lat2W",
        theirs=lambda: libpysal.weights.lat2W(side, side, rook=False),
        times=40,
    )
    assert same(ours, theirs.sparse)
    ours, theirs = beside(
        "weights: 1M grid cells, full rectangle",
        lambda: grid_ring(cells),
        peer=f"{PYSAL} lat2SW",
        theirs=lambda: libpysal.weights.lat2SW(side, side, criterion="queen").tocsr(),
        note="lat2SW knows full rectangles only, ours any set of cells.",
    )
    assert same(ours, theirs)


def test_a_million_hexagon_cells_with_themselves(beside):
    side = 1000
    rows, columns = np.divmod(np.arange(side * side), side)
    cells = np.column_stack([columns - rows // 2, rows])
    ours, _ = beside(
        "weights: 1M hexagons with themselves", lambda: with_self(grid_ring(cells, 1, "hexagon"))
    )
    assert np.diff(ours.indptr).max() == 7


def test_distance_band(beside):
    place = np.random.default_rng(0).random((200_000, 2)) * 100_000
    points = gpd.GeoSeries(shapely.points(place))
    ours, theirs = beside(
        "weights: distance band of 200k points, 31 neighbors",
        lambda: distance_band(place, 707.0),
        peer=f"{PYSAL} Graph",
        theirs=lambda: Graph.build_distance_band(points, 707.0, binary=True),
        times=20,
    )
    # Ours takes in what lies a millionth beyond the band: cells of a grid just as far apart.
    assert (ours != theirs.sparse).nnz < 1e-6 * ours.nnz


def test_k_nearest(beside):
    place = np.random.default_rng(0).random((200_000, 2)) * 100_000
    points = gpd.GeoSeries(shapely.points(place))
    ours, theirs = beside(
        "weights: 8 nearest of 200k points",
        lambda: k_nearest(place, 8),
        peer=f"{PYSAL} Graph",
        theirs=lambda: Graph.build_knn(points, 8),
    )
    assert same(ours, theirs.sparse)
