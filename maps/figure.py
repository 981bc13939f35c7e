"""Static figures of slide quality: a map with everything a reader needs to trust it, on one page."""

import io
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final, Literal

import geopandas as gpd
import numpy as np
import shapely
from affine import Affine
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import LineCollection, PathCollection
from matplotlib.colors import to_rgba_array
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.path import Path
from matplotlib_scalebar.scalebar import ScaleBar
from numpy.typing import NDArray
from pyproj import CRS
from rasterio.transform import array_bounds
from rasterio.warp import Resampling, calculate_default_transform, reproject

from boundaries import load
from geo.layers import Layer
from geo.schema import HANDLINGS
from maps import provenance
from maps.legend import (
    CONFIDENCE,
    RESULTS,
    Entry,
    gi_classes,
    legend,
    measure,
    stacked,
    value_breaks,
)
from maps.palette import GI_COLORS, LINE_COLORS, MISSING

Format = Literal["png", "pdf", "svg"]

_SIZE_IN: Final = (13.333, 7.5)  # a wide slide
_DPI: Final = 200
_ALBERS: Final = CRS.from_epsg(5070)
_CONTIGUOUS: Final = (-125.0, 24.4, -66.8, 49.5)
_WIDE_DEG: Final = 25.0  # wider than this the country's own projection serves, narrower a local one
_THIN: Final = 1 / 4000  # of the width of the map: finer detail than this is not seen
_KM_A_MILE: Final = 1.609344
_MARGIN: Final = 0.04


def figure(
    layers: Sequence[Layer],
    *,
    title: str,
    finding: str,
    source: str,
    handling: str,
    study_json: Mapping[str, Any],
    format: Format = "png",  # noqa: A002  (what matplotlib and its users call it)
    synthetic: bool = False,
    made_on: date | None = None,
) -> bytes:
    """Draw layers in an Albers projection with legend, scale, north, source, date and marking.

    Parameters
    ----------
    layers : sequence of Layer
        The results and what lies over them; states are always drawn.
    title, finding, source : str
        Plain text; nothing in it is read as markup or mathematics.
    handling : str
        Handling level, printed at the bottom.
    study_json : mapping
        The provenance, kept in the file's metadata.
    format : {"png", "pdf", "svg"}
    synthetic : bool
        Say that the data are made up.
    made_on : date, optional
        Printed date; today by default.

    Returns
    -------
    bytes
    """
    shown = [layer for layer in stacked(layers) if layer.visible or layer.style in RESULTS]
    degrees = _extent(shown)
    crs = _projection(degrees)
    page = Figure(figsize=_SIZE_IN, dpi=_DPI, facecolor="white")
    FigureCanvasAgg(page)
    axes = page.add_axes((0.02, 0.075, 0.70, 0.765))
    window = _window(axes, degrees, crs)
    states = load.states()
    _areas(axes, _near(states.geometry, degrees, crs, window), face="#f3f4f1")
    for layer in shown:
        _draw(axes, layer, degrees, crs, window)
    _lines(axes, _near(states.geometry, degrees, crs, window).boundary, LINE_COLORS["state"], 0.7)
    _scale_and_north(axes, window)
    _words(page, title, finding, source, handling, made_on or date.today(), crs, synthetic)
    _legends(page, shown)
    return _file(page, format, title, study_json)


# ---- where ----


def _extent(layers: Sequence[Layer]) -> tuple[float, float, float, float]:
    """West, south, east, north of the results; of the country when they cross the oceans."""
    found = []
    for layer in layers:
        if layer.style not in RESULTS:
            continue
        if layer.surface is not None:
            rows, cols = layer.surface.values.shape
            edges = array_bounds(rows, cols, Affine.from_gdal(*layer.surface.transform))
            frame = gpd.GeoSeries([shapely.box(*edges)], crs=layer.surface.crs)
            found.append(
                frame.segmentize(max(edges[2] - edges[0], 1) / 20).to_crs(4326).total_bounds
            )
        elif layer.shapes is not None and len(layer.shapes):
            found.append(layer.shapes.total_bounds)
    corners = np.asarray([b for b in found if np.isfinite(b).all()])
    if not len(corners):
        return _CONTIGUOUS
    west, south = (float(c) for c in corners[:, :2].min(axis=0))
    east, north = (float(c) for c in corners[:, 2:].max(axis=0))
    return _CONTIGUOUS if east - west > 60 else (west, south, east, north)


def _projection(degrees: tuple[float, float, float, float]) -> CRS:
    """Albers of the country, or with its parallels on a smaller region so that north is up."""
    west, south, east, north = degrees
    if east - west > _WIDE_DEG:
        return _ALBERS
    sixth = max((north - south) / 6, 0.01)
    return CRS.from_proj4(
        f"+proj=aea +lat_1={south + sixth} +lat_2={north - sixth} +lat_0={(south + north) / 2} "
        f"+lon_0={(west + east) / 2} +datum=NAD83 +units=m"
    )


def _window(
    axes: Axes, degrees: tuple[float, float, float, float], crs: CRS
) -> tuple[float, float, float, float]:
    """Set the limits of the axes in metres: the region, a margin, and the shape of the page."""
    frame = gpd.GeoSeries([shapely.box(*degrees)], crs=4326).segmentize(0.5).to_crs(crs)
    left, bottom, right, top = (float(edge) for edge in frame.total_bounds)
    box = axes.get_window_extent()
    wide = max(right - left, (top - bottom) * box.width / box.height, 2_000.0) * (1 + 2 * _MARGIN)
    tall = wide * box.height / box.width
    center = (left + right) / 2, (bottom + top) / 2
    window = (
        center[0] - wide / 2,
        center[1] - tall / 2,
        center[0] + wide / 2,
        center[1] + tall / 2,
    )
    axes.set(
        aspect="equal",
        xlim=window[0::2],
        ylim=window[1::2],
        xticks=[],
        yticks=[],
        facecolor="#e6ebf0",
    )
    axes.spines[:].set_color("#9aa1ab")
    axes.spines[:].set_linewidth(0.6)
    return window


def _near(
    shapes: gpd.GeoSeries,
    degrees: tuple[float, float, float, float],
    crs: CRS,
    window: tuple[float, float, float, float],
) -> gpd.GeoSeries:
    """Shapes around the window, projected and thinned to what the page can show."""
    west, south, east, north = degrees
    pad_x, pad_y = max(4.0, (east - west)), max(3.0, (north - south))
    around = shapely.box(west - pad_x, south - pad_y, east + pad_x, north + pad_y)
    near = shapes[shapes.intersects(around)] if len(shapes) else shapes
    thin = (window[2] - window[0]) * _THIN
    return near.to_crs(crs).simplify(thin, preserve_topology=False)


# ---- what ----


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


def _areas(
    axes: Axes,
    shapes: gpd.GeoSeries,
    face: str | Sequence[str],
    edge: str = "#9aa1ab",
    width: float = 0.25,
    hatch: str | None = None,
) -> None:
    colors = to_rgba_array(face)
    paths, kept = [], []
    for at, shape in enumerate(shapes.to_numpy()):
        path = _path(shape) if shape is not None else None
        if path is not None:
            paths.append(path)
            kept.append(at % len(colors))
    drawn = PathCollection(
        paths, facecolors=colors[kept], edgecolors=edge, linewidths=width, hatch=hatch
    )
    axes.add_collection(drawn, autolim=False)


def _lines(
    axes: Axes, shapes: gpd.GeoSeries, color: str, width: float, style: str = "solid"
) -> None:
    parts = shapely.get_parts(shapes.to_numpy())
    chains = [shapely.get_coordinates(part) for part in parts]
    axes.add_collection(
        LineCollection(chains, colors=color, linewidths=width, linestyles=style), autolim=False
    )


def _draw(
    axes: Axes,
    layer: Layer,
    degrees: tuple[float, float, float, float],
    crs: CRS,
    window: tuple[float, float, float, float],
) -> None:
    """Draw one layer in its style."""
    if layer.surface is not None:
        _surface(axes, layer, crs)
        return
    if layer.shapes is None or not len(layer.shapes):
        return
    shapes = layer.shapes[~(layer.shapes.geometry.isna() | layer.shapes.geometry.is_empty)]
    near = _near(shapes.geometry, degrees, crs, window)
    color = LINE_COLORS.get(layer.style, MISSING)
    if layer.style in {"gi_class", "rate", "density"}:
        fills = dict(zip(layer.shapes.index, _fills(layer), strict=True))
        _areas(
            axes, near, [fills[area] for area in near.index], width=0.15 if len(near) > 800 else 0.3
        )
    elif layer.style == "incident":
        axes.scatter(near.x, near.y, s=5, color=color, alpha=0.6, linewidths=0)
    elif layer.style == "label":
        _labels(
            axes, near, shapes.loc[near.index, layer.fields[0].column].astype(str).tolist(), window
        )
    elif layer.style == "hidta":
        sure = shapes[CONFIDENCE].eq("A") if CONFIDENCE in shapes else near.index == near.index
        held = np.asarray(sure[near.index] if CONFIDENCE in shapes else sure)
        _lines(axes, near[held].boundary, color, 1.4)
        _areas(axes, near[~held], "#00000000", edge="#6a3d9a88", width=0, hatch="////")
        _lines(axes, near[~held].boundary, color, 1.4, "dashed")
    elif layer.style == "corridor":
        _lines(axes, near, color, 1.8)
    else:
        _lines(axes, near.boundary, color, 0.25 if layer.style == "county" else 0.7)


def _fills(layer: Layer) -> list[str]:
    if layer.style == "gi_class":
        return [MISSING if np.isnan(c) else GI_COLORS[int(c)] for c in gi_classes(layer).to_numpy()]
    found = value_breaks(layer)
    assert layer.shapes is not None  # value_breaks has refused it
    classes = found.classes(layer.shapes[measure(layer).column])
    return [MISSING if c < 0 else found.colors[c] for c in classes]


def _surface(axes: Axes, layer: Layer, crs: CRS) -> None:
    """Warp a surface into the page's projection and color its classes."""
    surface = layer.surface
    assert surface is not None  # the caller has looked
    rows, cols = surface.values.shape
    transform = Affine.from_gdal(*surface.transform)
    to, width, height = calculate_default_transform(
        surface.crs, crs.to_wkt(), cols, rows, *array_bounds(rows, cols, transform)
    )
    values: NDArray[np.float32] = np.full((height, width), np.nan, dtype=np.float32)
    reproject(
        np.ascontiguousarray(surface.values, dtype=np.float32), values,
        src_transform=transform, src_crs=surface.crs, src_nodata=np.nan,
        dst_transform=to, dst_crs=crs.to_wkt(), dst_nodata=np.nan, resampling=Resampling.bilinear,
    )  # fmt: skip
    found = value_breaks(layer)
    classes = found.classes(values.ravel()).reshape(values.shape)
    palette = np.vstack([np.zeros((1, 4)), to_rgba_array(found.colors)])
    palette[1:, 3] = 0.9
    hidden = (classes < 0) | (values <= found.upper[-1] * 0.02)
    left, bottom, right, top = array_bounds(height, width, to)
    axes.imshow(
        (palette[np.where(hidden, 0, classes + 1)] * 255).astype(np.uint8),
        extent=(left, right, bottom, top), interpolation="nearest", aspect="equal", zorder=1,
    )  # fmt: skip


def _labels(
    axes: Axes, near: gpd.GeoSeries, texts: Sequence[str], window: tuple[float, float, float, float]
) -> None:
    """Write the most important names that fit."""
    taken: list[tuple[float, float]] = []
    apart = (window[2] - window[0]) / 14
    for point, text in zip(near.to_numpy(), texts, strict=True):
        at = (point.x, point.y)
        inside = window[0] < at[0] < window[2] and window[1] < at[1] < window[3]
        if not inside or any(
            abs(at[0] - x) < apart and abs(at[1] - y) < apart / 3 for x, y in taken
        ):
            continue
        taken.append(at)
        axes.plot(*at, ".", ms=3, color=LINE_COLORS["label"])
        axes.annotate(
            text, at, xytext=(3, 2), textcoords="offset points", fontsize=7, parse_math=False,
            color=LINE_COLORS["label"], annotation_clip=True,
        )  # fmt: skip
        if len(taken) == 40:
            return


# ---- words around it ----


def _scale_and_north(axes: Axes, window: tuple[float, float, float, float]) -> None:
    axes.add_artist(
        ScaleBar(
            1,
            "m",
            location="lower left",
            box_alpha=0.7,
            font_properties={"size": 9},
            border_pad=0.6,
            fixed_units="km",
            scale_formatter=lambda km, _: f"{km:g} km  ({km / _KM_A_MILE:.3g} mi)",
        )  # fmt: skip
    )
    axes.annotate(
        "N", xy=(0.965, 0.965), xytext=(0.965, 0.88), xycoords="axes fraction", ha="center",
        va="center", fontsize=11, fontweight="bold",
        arrowprops={"arrowstyle": "-|>", "color": "#1f2937", "linewidth": 1.4},
    )  # fmt: skip
    axes.set(xlim=window[0::2], ylim=window[1::2])


def _words(
    page: Figure,
    title: str,
    finding: str,
    source: str,
    handling: str,
    made_on: date,
    crs: CRS,
    synthetic: bool,  # noqa: FBT001  (passed on by `figure`, where it is named)
) -> None:
    plain: dict[str, Any] = {"parse_math": False, "color": "#1f2937"}
    page.text(0.02, 0.945, _wrapped(title, 80, 1), fontsize=20, fontweight="bold", **plain)
    page.text(0.02, 0.925, _wrapped(finding, 150, 2), fontsize=12, va="top", **plain)
    projection = "Albers (EPSG:5070)" if crs == _ALBERS else "local Albers"
    made_up = "SYNTHETIC DATA: no real incidents.  " if synthetic else ""
    foot = _wrapped(f"{made_up}Source: {source}  ·  {projection}  ·  {made_on.isoformat()}", 190, 2)
    page.text(0.02, 0.058, foot, fontsize=8.5, va="top", **plain)
    marking = HANDLINGS.get(handling, handling)
    page.text(
        0.98, 0.02, marking, fontsize=11, fontweight="bold", ha="right", parse_math=False,
        color="white", bbox={"facecolor": "#1f2937", "edgecolor": "none", "pad": 4},
    )  # fmt: skip


def _wrapped(text: str, width: int, lines: int) -> str:
    """Break text into lines, and say with an ellipsis when some is left out."""
    words, out = text.split(), [""]
    for word in words:
        longer = f"{out[-1]} {word}".strip()
        if len(longer) <= width or not out[-1]:
            out[-1] = longer
        elif len(out) < lines:
            out.append(word)
        else:
            out[-1] = out[-1][: width - 2] + " …"
            break
    return "\n".join(out)


def _handle(entry: Entry) -> Patch | Line2D:
    if entry.mark == "area":
        return Patch(facecolor=entry.color, edgecolor="#8d939c", linewidth=0.5)
    if entry.mark == "dot":
        return Line2D([], [], marker="o", linestyle="none", color=entry.color, markersize=4)
    style = "--" if entry.mark == "dashed" else "-"
    return Line2D([], [], color=entry.color, linewidth=2, linestyle=style)


def _legends(page: Figure, layers: Sequence[Layer]) -> None:
    """Stack the legends at the right, results first."""
    top = 0.84
    for layer in sorted(layers, key=lambda one: one.style not in RESULTS):
        said = legend(layer)
        if not said.entries or layer.style in {"county", "state"}:
            continue
        labels = [e.label if e.count is None else f"{e.label}  ({e.count:,})" for e in said.entries]
        shown = page.legend(
            [_handle(entry) for entry in said.entries], labels, title=_wrapped(said.title, 34, 3),
            loc="upper left", bbox_to_anchor=(0.73, top), frameon=False, fontsize=10,
            title_fontproperties={"weight": "bold", "size": 11}, alignment="left", borderpad=0,
        )  # fmt: skip
        for text in (*shown.get_texts(), shown.get_title()):
            text.set_parse_math(False)
        box = shown.get_window_extent().transformed(page.transFigure.inverted())
        top = box.y0 - 0.01
        for note in filter(None, (said.caveat,)):
            text = page.text(
                0.734, top, _wrapped(note, 48, 4), fontsize=8.5, va="top", parse_math=False,
                color="#4b5563",
            )  # fmt: skip
            top = text.get_window_extent().transformed(page.transFigure.inverted()).y0
        top -= 0.03
        if top < 0.12:
            return


def _file(page: Figure, kind: Format, title: str, study_json: Mapping[str, Any]) -> bytes:
    """Bytes of the figure with the study in its metadata."""
    mark = provenance.mark(study_json)
    metadata: dict[str, Any] = {"Title": title, "Creator": "HRS Atlas"}
    if kind == "png":
        metadata = {"Title": title, "Software": "HRS Atlas", "Keywords": mark}
    elif kind == "svg":
        metadata["Keywords"] = [mark]
    else:
        metadata["Keywords"] = mark
    out = io.BytesIO()
    page.savefig(out, format=kind, dpi=_DPI, metadata=metadata)
    return out.getvalue()
