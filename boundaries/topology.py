"""Counties and states as one TopoJSON, so that a browser receives every border once."""

from collections.abc import Iterator
from typing import Any, Final

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

Ints = NDArray[np.int64]

_EQUAL_AREA: Final = 5070  # NAD83 / Conus Albers
_GRID: Final = 2e-4  # degrees: about 20 m, far below what the tolerance removes


def simplified(areas: gpd.GeoDataFrame, tolerance_m: float) -> gpd.GeoDataFrame:
    """Fewer vertices for display; neighbors still share their borders.

    Parameters
    ----------
    areas : GeoDataFrame
        A valid coverage in EPSG:4326.
    tolerance_m : float
        Square root of the area a removed corner may have, in metres of EPSG:5070.

    Returns
    -------
    GeoDataFrame
        Same index, order and columns, EPSG:4326.

    References
    ----------
    Visvalingam and Whyatt (1993), "Line generalisation by repeated elimination of points",
    doi:10.1179/000870493786962263.
    """
    flat = areas.to_crs(_EQUAL_AREA)
    return flat.set_geometry(
        gpd.GeoSeries(
            shapely.coverage_simplify(flat.geometry.to_numpy(), tolerance_m),
            index=flat.index,
            crs=_EQUAL_AREA,
        )
    ).to_crs(4326)


def topology(layers: dict[str, gpd.GeoDataFrame], properties: tuple[str, ...]) -> dict[str, Any]:
    """TopoJSON of layers that share borders, quantized to 0.0002 degree.

    Parameters
    ----------
    layers : dict of str to GeoDataFrame
        Object name -> polygons in EPSG:4326; the index becomes the features' id. Layers share arcs
        where their vertices are the same.
    properties : tuple of str
        Columns every feature keeps.

    Returns
    -------
    dict
        A topology ready for `json.dump`.

    References
    ----------
    The TopoJSON format specification 1.0, https://github.com/topojson/topojson-specification.

    Examples
    --------
    >>> squares = gpd.GeoDataFrame(
    ...     {"name": ["W", "E"]},
    ...     index=["w", "e"],
    ...     geometry=[shapely.box(0, 0, 1, 1), shapely.box(1, 0, 2, 1)],
    ... )
    >>> made = topology({"squares": squares}, ("name",))
    >>> len(made["arcs"]), [g["arcs"] for g in made["objects"]["squares"]["geometries"]]
    (3, [[[0, 1]], [[-1, 2]]])
    """
    grids = {name: _snapped(layer) for name, layer in layers.items()}
    junctions = _junctions([ring for polygons in grids.values() for ring in _rings(polygons)])
    arcs: dict[bytes, int] = {}
    objects: dict[str, dict[str, Any]] = {
        name: {
            "type": "GeometryCollection",
            "geometries": [
                {
                    "type": "MultiPolygon",
                    "arcs": [[_cut(r, junctions, arcs) for r in polygon] for polygon in polygons],
                    "id": str(index),
                    "properties": {
                        column: layers[name][column].loc[index] for column in properties
                    },
                }
                for index, polygons in zip(layers[name].index, grids[name], strict=True)
            ],
        }
        for name in layers
    }
    for collection in objects.values():
        for feature in collection["geometries"]:
            if len(feature["arcs"]) == 1:
                feature["type"], feature["arcs"] = "Polygon", feature["arcs"][0]
    west, south = _origin(layers)
    return {
        "type": "Topology",
        "transform": {"scale": [_GRID, _GRID], "translate": [west, south]},
        "objects": objects,
        "arcs": [_deltas(arc, west, south) for arc in arcs],
    }


def _origin(layers: dict[str, gpd.GeoDataFrame]) -> tuple[float, float]:
    bounds = np.array([layer.total_bounds for layer in layers.values()])
    return float(np.floor(bounds[:, 0].min())), float(np.floor(bounds[:, 1].min()))


def _snapped(layer: gpd.GeoDataFrame) -> list[list[list[Ints]]]:
    """Feature -> polygon -> ring -> whole grid coordinates (n, 2), first point repeated last.

    Rings that fall together to less than a triangle are left out, a feature's last one never.
    """
    features = []
    for geometry in layer.geometry:
        polygons = []
        parts = sorted(shapely.get_parts(geometry), key=lambda part: -float(part.area))
        for number, part in enumerate(parts):
            rings = []
            for place, ring in enumerate([part.exterior, *part.interiors]):
                grid = np.round(shapely.get_coordinates(ring) / _GRID).astype(np.int64)
                moved = np.any(grid[1:] != grid[:-1], axis=1)
                grid = grid[np.append(True, moved)]
                if len(grid) >= 4 or (number == 0 and place == 0):
                    rings.append(grid)
                elif place == 0:
                    break
            if rings:
                polygons.append(rings)
        features.append(polygons)
    return features


def _rings(features: list[list[list[Ints]]]) -> Iterator[Ints]:
    for polygons in features:
        for polygon in polygons:
            yield from polygon


def _junctions(rings: list[Ints]) -> frozenset[int]:
    """Points where arcs start and end: where the pair of neighbors differs between rings."""
    points, before, after = [], [], []
    for ring in rings:
        key = _keys(ring[:-1])
        points.append(key)
        before.append(np.roll(key, 1))
        after.append(np.roll(key, -1))
    at, one, two = (np.concatenate(part) for part in (points, before, after))
    pairs = np.column_stack([at, np.minimum(one, two), np.maximum(one, two)])
    different = np.unique(pairs, axis=0)[:, 0]
    values, counts = np.unique(different, return_counts=True)
    return frozenset(values[counts > 1].tolist())


def _keys(grid: Ints) -> Ints:
    """One number for each grid point."""
    return (grid[:, 0] + 2**31) * 2**32 + grid[:, 1] + 2**31


def _cut(ring: Ints, junctions: frozenset[int], arcs: dict[bytes, int]) -> list[int]:
    """Arc numbers of a ring, new arcs added; ~n is arc n backwards."""
    keys = _keys(ring[:-1])
    stops = [i for i, key in enumerate(keys.tolist()) if key in junctions]
    first = stops[0] if stops else int(np.argmin(keys))  # a free ring starts the same way always
    turned = np.vstack([ring[first:-1], ring[: first + 1]])
    cuts = [stop - first for stop in stops] or [0]
    numbers = []
    for start, end in zip(cuts, [*cuts[1:], len(turned) - 1], strict=True):
        arc = turned[start : end + 1]
        forward, backward = arc.tobytes(), arc[::-1].tobytes()
        if backward in arcs:
            numbers.append(~arcs[backward])
        else:
            numbers.append(arcs.setdefault(forward, len(arcs)))
    return numbers


def _deltas(arc: bytes, west: float, south: float) -> list[list[int]]:
    grid = np.frombuffer(arc, dtype=np.int64).reshape(-1, 2)
    offset = np.round(np.array([west, south]) / _GRID).astype(np.int64)
    steps = np.vstack([grid[:1] - offset, np.diff(grid, axis=0)])
    return [[int(x), int(y)] for x, y in steps]


def areas(made: dict[str, Any], name: str) -> gpd.GeoDataFrame:
    """Polygons of one object of a topology, neighbors sharing their vertices exactly.

    Parameters
    ----------
    made : dict
        A quantized TopoJSON of polygons.
    name : str
        The object's name.

    Returns
    -------
    GeoDataFrame
        Indexed by feature id, in the file's order, EPSG:4326, with the features' properties.
    """
    scale = np.array(made["transform"]["scale"])
    translate = np.array(made["transform"]["translate"])
    arcs = [np.cumsum(arc, axis=0) * scale + translate for arc in made["arcs"]]

    def ring(numbers: list[int]) -> NDArray[np.float64]:
        runs = [arcs[n] if n >= 0 else arcs[~n][::-1] for n in numbers]
        return np.vstack([runs[0][:1], *(run[1:] for run in runs)])

    shapes = []
    features = made["objects"][name]["geometries"]
    for feature in features:
        parts = feature["arcs"] if feature["type"] == "MultiPolygon" else [feature["arcs"]]
        polygons = [shapely.Polygon(ring(p[0]), [ring(hole) for hole in p[1:]]) for p in parts]
        shapes.append(polygons[0] if len(polygons) == 1 else shapely.MultiPolygon(polygons))
    # Rounding to the grid may let a ring touch itself (two counties near Denver do).
    shapes = [shape if shape.is_valid else shapely.make_valid(shape) for shape in shapes]
    table = [feature.get("properties", {}) for feature in features]
    ids = [feature["id"] for feature in features]
    return gpd.GeoDataFrame(table, index=ids, geometry=shapes, crs=4326)
