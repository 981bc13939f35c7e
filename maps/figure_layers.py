"""Layers drawn on a page in an Albers projection."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import geopandas as gpd
import numpy as np
import shapely
from affine import Affine
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection, PathCollection
from matplotlib.colors import to_rgba_array
from matplotlib.path import Path
from matplotlib.patheffects import withStroke
from pyproj import CRS
from rasterio.transform import array_bounds
from rasterio.warp import Resampling, calculate_default_transform, reproject

from geo.layers import Layer
from maps.extent import CONTIGUOUS, Box
from maps.legend import CONFIDENCE, LINES, faint, gi_classes, measure, value_breaks
from maps.palette import GI_COLORS, LINE_COLORS, MISSING

ALBERS: Final = CRS.from_epsg(5070)
"""The contiguous country's own Albers projection."""

_CONTIGUOUS_M: Final[Box] = (
    -2_360_000,
    266_000,
    2_260_000,
    3_176_000,
)  # without the corners of sea
_WIDE_DEG: Final = 25.0  # wider than this the country's own projection serves, narrower a local one
_THIN: Final = 1 / 4000  # of the width of the map: finer detail than this is not seen
_MARGIN: Final = 0.04
_LEAST_M: Final = 2_000.0  # narrowest map
_MAX_LABELS: Final = 40
_CLEAR: Final = "#00000000"


@dataclass(frozen=True)
class Frame:
    """Where a page looks: the region in degrees, its projection, and the page's edges in metres."""

    degrees: Box
    crs: CRS
    window: Box

    def near(self, shapes: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
        """Shapes around the page, projected and thinned to what the page can show."""
        west, south, east, north = self.degrees
        wide, tall = max(4.0, east - west), max(3.0, north - south)
        around = shapely.box(west - wide, south - tall, east + wide, north + tall)
        near = shapes[shapes.intersects(around)] if len(shapes) else shapes
        flat = near.geometry.to_crs(self.crs)
        thin = (self.window[2] - self.window[0]) * _THIN
        drawn: gpd.GeoDataFrame = near.set_geometry(flat.simplify(thin, preserve_topology=False))
        return drawn


def frame(axes: Axes, degrees: Box) -> Frame:
    """Set the limits of the axes to a region, a margin around it, and the shape of the page.

    Parameters
    ----------
    axes : Axes
    degrees : tuple of float
        West, south, east, north.

    Returns
    -------
    Frame
    """
    crs = projection(degrees)
    if degrees == CONTIGUOUS:
        left, bottom, right, top = _CONTIGUOUS_M
    else:
        edge = gpd.GeoSeries([shapely.box(*degrees)], crs=4326).segmentize(0.5).to_crs(crs)
        left, bottom, right, top = (float(side) for side in edge.total_bounds)
    page = axes.get_window_extent()
    wide = max(right - left, (top - bottom) * page.width / page.height, _LEAST_M)
    half_wide = wide * (0.5 + _MARGIN)
    half_tall = half_wide * page.height / page.width
    east, north = (left + right) / 2, (bottom + top) / 2
    window = (east - half_wide, north - half_tall, east + half_wide, north + half_tall)
    axes.set(
        aspect="equal", xlim=window[0::2], ylim=window[1::2], xticks=[], yticks=[],
        facecolor="#e6ebf0",
    )  # fmt: skip
    axes.spines[:].set(color="#9aa1ab", linewidth=0.6)
    return Frame(degrees, crs, window)


def projection(degrees: Box) -> CRS:
    """Albers of the country, or with its parallels in a smaller region so that north is up.

    Examples
    --------
    >>> projection((-125, 24, -66, 49)).to_epsg()
    5070
    """
    west, south, east, north = degrees
    if east - west > _WIDE_DEG:
        return ALBERS
    sixth = max((north - south) / 6, 0.01)
    return CRS.from_proj4(
        f"+proj=aea +lat_1={south + sixth} +lat_2={north - sixth} +lat_0={(south + north) / 2} "
        f"+lon_0={(west + east) / 2} +datum=NAD83 +units=m"
    )


def _path(shape: shapely.Geometry) -> Path | None:
    """Outline of a polygon or multipolygon, holes included; None when nothing is left of it."""
    parts = shapely.get_parts(shape)
    polygons = parts[shapely.get_type_id(parts) == shapely.GeometryType.POLYGON]
    rings = shapely.get_rings(polygons)
    if not len(rings):
        return None
    corners, ring = shapely.get_coordinates(rings, return_index=True)
    codes = np.full(len(corners), Path.LINETO, dtype=Path.code_type)
    starts = np.flatnonzero(np.diff(ring, prepend=-1))
    codes[starts] = Path.MOVETO
    codes[np.append(starts[1:], len(corners)) - 1] = Path.CLOSEPOLY
    return Path(corners, codes)


def areas(
    axes: Axes, shapes: gpd.GeoSeries, faces: Sequence[str], width: float, *, hatch: str = ""
) -> None:
    """Fill polygons, each in its color; one color serves for all."""
    paths = [None if shape is None else _path(shape) for shape in shapes.to_numpy()]
    colors = np.resize(to_rgba_array(faces), (len(paths), 4))
    kept = [at for at, path in enumerate(paths) if path is not None]
    axes.add_collection(
        PathCollection(
            [path for path in paths if path is not None], facecolors=colors[kept],
            edgecolors=f"{LINE_COLORS['hidta']}88" if hatch else "#9aa1ab",
            linewidths=width, hatch=hatch or None,
        ),
        autolim=False,
    )  # fmt: skip


def lines(
    axes: Axes,
    shapes: gpd.GeoSeries,
    color: str | Sequence[str],
    width: float,
    style: str = "solid",
) -> None:
    """Draw lines, each in its color or all in one, or the outlines of polygons given as such."""
    parts, owner = shapely.get_parts(shapes.to_numpy(), return_index=True)
    chains = [shapely.get_coordinates(part) for part in parts]
    colors = color if isinstance(color, str) else [color[at] for at in owner]
    axes.add_collection(
        LineCollection(chains, colors=colors, linewidths=width, linestyles=style), autolim=False
    )


def draw(axes: Axes, layer: Layer, page: Frame) -> None:
    """Draw one layer in its style.

    Parameters
    ----------
    axes : Axes
    layer : Layer
    page : Frame
        From `frame`, of the same axes.
    """
    if layer.surface is not None:
        _surface(axes, layer, page.crs)
    if layer.shapes is None or not len(layer.shapes):
        return
    shapes = layer.shapes
    if layer.style in {"gi_class", "rate", "density"}:
        shapes = shapes.assign(fill=_fills(layer))
    near = page.near(shapes[~(shapes.geometry.isna() | shapes.geometry.is_empty)])
    color = LINE_COLORS.get(layer.style, MISSING)
    if layer.style in LINES:
        _along_streets(axes, layer, near)
    elif "fill" in near:
        areas(axes, near.geometry, near["fill"].tolist() or [MISSING], _edge_width(len(near)))
    elif layer.style == "incident":
        axes.scatter(near.geometry.x, near.geometry.y, s=5, color=color, alpha=0.6, linewidths=0)
    elif layer.style == "label":
        texts = near[layer.fields[0].column].astype("string").fillna("")
        _labels(axes, near.geometry, texts.tolist(), page.window)
    elif layer.style == "hidta":
        _hidtas(axes, near, color)
    elif layer.style == "corridor":
        lines(axes, near.geometry, color, 1.8)
    else:
        lines(axes, near.boundary, color, 0.25 if layer.style == "county" else 0.7)


def _along_streets(axes: Axes, layer: Layer, near: gpd.GeoDataFrame) -> None:
    """Draw streets in the colors of their density, those that stand out as a pale band."""
    if layer.style == "stretch":
        lines(axes, near.geometry, f"{LINE_COLORS['stretch']}4d", 5.0)
        return
    found, value = value_breaks(layer), near[measure(layer).column]
    bright = (value > faint(layer, found)).to_numpy()
    colors = [found.colors[at] for at in found.classes(value[bright])]
    lines(axes, near.geometry[bright], colors, 1.8)


def _edge_width(count: int) -> float:
    return 0.15 if count > 800 else 0.3


def _fills(layer: Layer) -> list[str]:
    if layer.style == "gi_class":
        return [MISSING if np.isnan(c) else GI_COLORS[int(c)] for c in gi_classes(layer).to_numpy()]
    found = value_breaks(layer)
    assert layer.shapes is not None  # value_breaks has refused it
    classes = found.classes(layer.shapes[measure(layer).column])
    return [MISSING if c < 0 else found.colors[c] for c in classes]


def _hidtas(axes: Axes, near: gpd.GeoDataFrame, color: str) -> None:
    """Outline HIDTAs; those that may be out of date are hatched and dashed."""
    sure = (near[CONFIDENCE] == "A").to_numpy() if CONFIDENCE in near else np.full(len(near), 1)
    held, doubtful = near[sure.astype(bool)], near[~sure.astype(bool)]
    lines(axes, held.boundary, color, 1.4)
    areas(axes, doubtful.geometry, [_CLEAR], 0.0, hatch="////")
    lines(axes, doubtful.boundary, color, 1.4, "dashed")


def _surface(axes: Axes, layer: Layer, crs: CRS) -> None:
    """Warp a surface into the page's projection and color its classes."""
    surface = layer.surface
    assert surface is not None  # the caller has looked
    rows, cols = surface.values.shape
    transform = Affine.from_gdal(*surface.transform)
    to, width, height = calculate_default_transform(
        surface.crs, crs.to_wkt(), cols, rows, *array_bounds(rows, cols, transform)
    )
    values = np.full((height, width), np.nan, dtype=np.float32)
    reproject(
        np.ascontiguousarray(surface.values, dtype=np.float32), values,
        src_transform=transform, src_crs=surface.crs, src_nodata=np.nan,
        dst_transform=to, dst_crs=crs.to_wkt(), dst_nodata=np.nan, resampling=Resampling.bilinear,
    )  # fmt: skip
    found = value_breaks(layer)
    classes = found.classes(values.ravel()).reshape(values.shape)
    palette = np.vstack([np.zeros((1, 4)), to_rgba_array(found.colors)])
    palette[1:, 3] = 0.9
    hidden = (classes < 0) | (values <= faint(layer, found))
    left, bottom, right, top = array_bounds(height, width, to)
    axes.imshow(
        (palette[np.where(hidden, 0, classes + 1)] * 255).astype(np.uint8),
        extent=(left, right, bottom, top), interpolation="nearest", aspect="equal", zorder=1,
    )  # fmt: skip


def _labels(axes: Axes, points: gpd.GeoSeries, texts: Sequence[str], window: Box) -> None:
    """Write the most important names that fit."""
    taken: list[tuple[float, float]] = []
    left, bottom, right, top = window
    wide = (right - left) / 14
    for point, text in zip(points.to_numpy(), texts, strict=True):
        east, north = point.x, point.y
        inside = left < east < right and bottom < north < top
        close = any(abs(east - e) < wide and abs(north - n) < wide / 3 for e, n in taken)
        if not inside or close:
            continue
        taken.append((east, north))
        axes.plot(east, north, ".", ms=3, color=LINE_COLORS["label"])
        axes.annotate(
            text, (east, north), xytext=(3, 2), textcoords="offset points", fontsize=7,
            parse_math=False, color=LINE_COLORS["label"], annotation_clip=True, clip_on=True,
            path_effects=[withStroke(linewidth=1.8, foreground="#ffffffcc")],
        )  # fmt: skip
        if len(taken) == _MAX_LABELS:
            return
