"""Surfaces and crowds of points as small pictures laid over the map.

A web map is drawn in EPSG:3857, so a surface is warped there first: laid over as it is, Ohio would
be off by 77 km from EPSG:5070.
"""

import base64
import io
from typing import Any, Final

import geopandas as gpd
import numpy as np
from affine import Affine
from numpy.typing import NDArray
from PIL import Image
from pyproj import Transformer
from rasterio.transform import array_bounds
from rasterio.warp import Resampling, calculate_default_transform, reproject

from geo.layers import Surface
from maps.palette import Breaks

MERCATOR: Final = "EPSG:3857"
MAX_PIXELS: Final = 1024
"""Longest side of a picture."""


def _warp(surface: Surface) -> tuple[NDArray[np.float32], tuple[float, float, float, float]]:
    """Values in web Mercator and their bounds there (left, bottom, right, top)."""
    rows, cols = surface.values.shape
    transform = Affine.from_gdal(*surface.transform)
    bounds = array_bounds(rows, cols, transform)
    to, width, height = calculate_default_transform(surface.crs, MERCATOR, cols, rows, *bounds)
    shrink = max(1.0, max(width, height) / MAX_PIXELS)
    width, height = max(1, round(width / shrink)), max(1, round(height / shrink))
    left, bottom, right, top = array_bounds(*(_shape(to, width, height, shrink)))
    to = Affine((right - left) / width, 0, left, 0, (bottom - top) / height, top)
    warped = np.full((height, width), np.nan, dtype=np.float32)
    reproject(
        np.ascontiguousarray(surface.values, dtype=np.float32),
        warped,
        src_transform=transform,
        src_crs=surface.crs,
        src_nodata=np.nan,
        dst_transform=to,
        dst_crs=MERCATOR,
        dst_nodata=np.nan,
        resampling=Resampling.average if shrink > 1 else Resampling.bilinear,
    )
    return warped, (left, bottom, right, top)


def _shape(to: Affine, width: int, height: int, shrink: float) -> tuple[int, int, Affine]:
    return height, width, to @ Affine.scale(shrink)


def _picture(codes: NDArray[np.uint8], colors: list[str], alphas: list[int]) -> str:
    """Palette PNG as a data URI; color 0 is clear."""
    image = Image.fromarray(codes)
    flat = [0, 0, 0]
    for color in colors:
        flat += [int(color[at : at + 2], 16) for at in (1, 3, 5)]
    image.putpalette(flat)
    out = io.BytesIO()
    # Packing tighter takes ten times as long and spares some hundred bytes.
    image.save(out, format="PNG", transparency=bytes([0, *alphas]))
    return f"data:image/png;base64,{base64.b64encode(out.getvalue()).decode()}"


def _degrees(bounds: tuple[float, float, float, float]) -> list[list[float]]:
    back = Transformer.from_crs(MERCATOR, "EPSG:4326", always_xy=True)
    (west, east), (south, north) = back.transform(bounds[0::2], bounds[1::2])
    return [[round(south, 6), round(west, 6)], [round(north, 6), round(east, 6)]]


def surface_image(surface: Surface, breaks: Breaks, faint: float) -> dict[str, Any]:
    """Draw a surface in its class colors.

    Parameters
    ----------
    surface : Surface
    breaks : Breaks
        Class bounds and colors.
    faint : float
        Up to this value nothing is drawn.

    Returns
    -------
    dict
        `url` (PNG data URI), `bounds` ([[south, west], [north, east]], degrees), `unit`.
    """
    values, bounds = _warp(surface)
    classes = breaks.classes(values.ravel()).reshape(values.shape)
    clear = (classes < 0) | (values <= faint)
    codes = np.where(clear, 0, classes + 1).astype(np.uint8)
    alphas = [150, *([215] * (len(breaks.colors) - 1))]
    return {
        "url": _picture(codes, list(breaks.colors), alphas),
        "bounds": _degrees(bounds),
        "unit": surface.unit,
    }


DOTS: Final = 320
"""Cells across a picture of incidents: on a screen each is a dot that can be seen."""


def points_image(points: gpd.GeoSeries, color: str) -> dict[str, Any]:
    """Draw many points as one picture: the more incidents in a pixel, the stronger its color.

    Parameters
    ----------
    points : geopandas.GeoSeries of Point, EPSG:4326
    color : str
        Such as "#1f2937".

    Returns
    -------
    dict
        `url`, `bounds` as for `surface_image`.
    """
    to = Transformer.from_crs("EPSG:4326", MERCATOR, always_xy=True)
    easting, northing = to.transform(points.x.to_numpy(), points.y.to_numpy())
    left, right = float(np.min(easting)) - 500, float(np.max(easting)) + 500
    bottom, top = float(np.min(northing)) - 500, float(np.max(northing)) + 500
    cell = max(right - left, top - bottom) / DOTS
    cols, rows = max(1, int((right - left) / cell)), max(1, int((top - bottom) / cell))
    held, _, _ = np.histogram2d(
        northing, easting, bins=(rows, cols), range=((bottom, top), (left, right))
    )
    strength = np.minimum(np.ceil(np.log2(held + 1)), 6)[::-1]
    alphas = [110, 140, 170, 200, 230, 255]
    url = _picture(strength.astype(np.uint8), [color] * len(alphas), alphas)
    return {"url": url, "bounds": _degrees((left, bottom, right, top))}
