"""Where a map looks: the region of the results."""

from collections.abc import Sequence
from typing import Final

import geopandas as gpd
import numpy as np
import shapely
from affine import Affine
from numpy.typing import NDArray
from rasterio.transform import array_bounds

from geo.layers import Layer, Surface
from maps.legend import RESULTS

Box = tuple[float, float, float, float]
"""West, south, east, north in degrees; or left, bottom, right, top in metres."""

CONTIGUOUS: Final[Box] = (-125.0, 24.4, -66.8, 49.5)
"""The contiguous states."""

_ACROSS_DEG: Final = 50.0  # wider results are of the whole country
_STEPS: Final = 20  # points along an edge that stay on it when it bends in another projection


def surface_box(surface: Surface) -> Box:
    """Bounds of a surface in degrees.

    Examples
    --------
    >>> flat = Surface(np.zeros((2, 2), np.float32), (0, 1, 0, 2, 0, -1), "EPSG:4326", "", 1.0)
    >>> surface_box(flat)
    (0.0, 0.0, 2.0, 2.0)
    """
    rows, cols = surface.values.shape
    left, bottom, right, top = array_bounds(rows, cols, Affine.from_gdal(*surface.transform))
    edge = gpd.GeoSeries([shapely.box(left, bottom, right, top)], crs=surface.crs)
    west, south, east, north = edge.segmentize((right - left) / _STEPS).to_crs(4326).total_bounds
    return float(west), float(south), float(east), float(north)


def _boxes(layer: Layer) -> NDArray[np.float64]:
    """Bounds of each shape, without what crosses the date line and what has no place."""
    if layer.surface is not None:
        return np.array([surface_box(layer.surface)])
    if layer.shapes is None:
        return np.empty((0, 4))
    boxes: NDArray[np.float64] = shapely.bounds(layer.shapes.geometry.to_numpy()).reshape(-1, 4)
    known = np.isfinite(boxes).all(axis=1)
    return boxes[known & (boxes[:, 2] - boxes[:, 0] < 180)]


def _at_home(boxes: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Whether the middle of each box lies in the contiguous states' own box."""
    west, south, east, north = CONTIGUOUS
    lon, lat = (boxes[:, 0] + boxes[:, 2]) / 2, (boxes[:, 1] + boxes[:, 3]) / 2
    inside: NDArray[np.bool_] = (west <= lon) & (lon <= east) & (south <= lat) & (lat <= north)
    return inside


def extent(layers: Sequence[Layer]) -> Box:
    """Bounds of the results; the contiguous states when they span them.

    Results that lie mostly in the contiguous states are looked at without those overseas (Alaska,
    Hawaii, Puerto Rico), which would leave the map to the oceans.

    Parameters
    ----------
    layers : sequence of Layer
        Those that are for orientation only are not counted.

    Returns
    -------
    tuple of float
        West, south, east, north, in degrees.

    Examples
    --------
    >>> extent([])
    (-125.0, 24.4, -66.8, 49.5)
    """
    found = [_boxes(layer) for layer in layers if layer.style in RESULTS]
    boxes = np.vstack([np.empty((0, 4)), *found])
    if not len(boxes):
        return CONTIGUOUS
    at_home = _at_home(boxes)
    if at_home.mean() > 0.5:
        boxes = boxes[at_home]
    west, south = (float(edge) for edge in boxes[:, :2].min(axis=0))
    east, north = (float(edge) for edge in boxes[:, 2:].max(axis=0))
    return CONTIGUOUS if east - west > _ACROSS_DEG else (west, south, east, north)
