"""Layers as plain JSON data: what `maps/assets/atlas.js` draws. Values are data, never markup."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.layers import Field, Layer
from geo.thinning import thinned
from maps import compact, raster, topology
from maps.legend import CLASS, CONFIDENCE, RESULTS, faint, gi_classes, legend, measure, value_breaks
from maps.palette import CLASS_WORDS, GI_COLORS, LINE_COLORS, MISSING

MAX_POINTS: Final = 5_000
"""Above this many incidents the server draws a picture of them instead."""

MOST_LINES: Final = 20_000
"""Colored lines that a browser moves without a jerk; files have all of them."""

NAME: Final = "name"
"""Column that titles the tooltip; without it the first text does."""

Name = tuple[str, str]
"""Name and state of a shape in the topology."""

_OUTLINE_DECIMALS: Final = 4  # about 11 m: borders drawn as reference
_STREETS: Final = frozenset({"street", "stretch", "line_density"})
_STREET_DECIMALS: Final = 5  # about 1 m
_RADIUS: Final = 3.5  # pixels of a dot
_RADII: Final = {"candidate": 5.5, "spot": 5.5}  # few, and one of them is to be chosen
_MANY_PLACES: Final = 20_000  # outlines with more vertices are thinned for the screen
_THIN_DEG: Final = 0.004  # about 400 m


def _words(values: "pd.Series[Any]") -> dict[str, Any]:
    """Text as a list of the different words and a number for each row; missing is -1."""
    codes, words = pd.factorize(values.astype("string"))
    return {"words": [str(w) for w in words], "values": compact.whole(codes)}


def _field(field: Field, values: "pd.Series[Any]", known: Sequence[Name] | None) -> dict[str, Any]:
    """Values of one field; names the browser already holds are not sent again."""
    plain: dict[str, Any] = {"label": field.label}
    if field.column.endswith(CLASS):
        whole = pd.to_numeric(values, errors="coerce").to_numpy(dtype=float, na_value=np.nan)
        words = ["Not computable" if np.isnan(c) else CLASS_WORDS[int(c)] for c in whole]
        return plain | _words(pd.Series(words))
    if field.decimals is None:
        if known is not None and (form := _known_form(values, known)):
            return plain | {"names": form}
        return plain | _words(values)
    given = pd.to_numeric(values, errors="coerce").to_numpy(dtype=float, na_value=np.nan)
    return plain | {
        "decimals": field.decimals,
        "values": compact.numbers(given, field.decimals),
    }


def _known_form(values: "pd.Series[Any]", known: Sequence[Name]) -> str | None:
    """How values repeat the names of the topology: alone, with the state, or not at all."""
    given = values.astype("string").tolist()
    if given == [name for name, _ in known]:
        return "alone"
    if given == [f"{name}, {state}" for name, state in known]:
        return "state"
    return None


def _fields(
    layer: Layer, shapes: gpd.GeoDataFrame, known: Sequence[Name] | None
) -> list[dict[str, Any]]:
    shown = [field for field in layer.fields if field.hover]
    plain = [_field(field, shapes[field.column], known) for field in shown]
    columns = [field.column for field in shown]
    texts = [at for at, field in enumerate(shown) if field.decimals is None]
    if NAME in columns:
        plain[columns.index(NAME)]["title"] = True
    elif texts:
        plain[texts[0]]["title"] = True
    return plain


def _colors(layer: Layer) -> tuple[list[str], list[int]]:
    """Palette and each area's place in it; the last color is for areas without a value."""
    if layer.style == "gi_class":
        palette = [*GI_COLORS.values(), MISSING]
        classes = gi_classes(layer).to_numpy()
        return palette, [7 if np.isnan(c) else int(c) + 3 for c in classes]
    found = value_breaks(layer)
    palette = [*found.colors, MISSING]
    assert layer.shapes is not None  # value_breaks has refused it
    classes = found.classes(layer.shapes[measure(layer).column])
    return palette, [len(found.colors) if c < 0 else int(c) for c in classes]


def _held(layer: Layer, shapes: gpd.GeoDataFrame) -> tuple[list[int], list[Name]] | None:
    """Positions and names in the browser's topology, when it holds every shape of the layer."""
    if layer.topology is None:
        return None
    ids, names = topology.members(layer.topology)
    place = {area: at for at, area in enumerate(ids)}
    found = [place.get(str(area), -1) for area in shapes.index]
    if -1 in found:
        return None
    return found, [names[at] for at in found]


def _areas(layer: Layer, shapes: gpd.GeoDataFrame) -> dict[str, Any]:
    palette, fill = _colors(layer)
    plain: dict[str, Any] = {"kind": "areas", "palette": palette}
    held = _held(layer, shapes)
    if held is None:
        return plain | {
            "ids": [str(area) for area in shapes.index],
            "shapes": compact.outlines(shapes.geometry),
            "fill": compact.whole(fill),
            "fields": _fields(layer, shapes, None),
        }
    # In the topology's order a position costs one character.
    order = np.argsort(held[0])
    ordered = shapes.iloc[order]
    return plain | {
        "topology": layer.topology,
        "at": compact.positions(np.asarray(held[0])[order]),
        "fill": compact.whole(np.asarray(fill)[order]),
        "fields": _fields(layer, ordered, [held[1][at] for at in order]),
    }


def _outlines(layer: Layer, shapes: gpd.GeoDataFrame) -> dict[str, Any]:
    plain: dict[str, Any] = {
        "kind": "outlines",
        "color": LINE_COLORS.get(layer.style, MISSING),
        "style": layer.style,
    }
    held = _held(layer, shapes)
    if held is not None and layer.style in {"county", "state"}:
        return plain | {"topology": layer.topology, "at": compact.positions(sorted(held[0]))}
    drawn = shapes.geometry
    many = len(shapely.get_coordinates(drawn.to_numpy())) > _MANY_PLACES
    if many and layer.style not in _STREETS:
        drawn = thinned(drawn, _THIN_DEG)
    sure = (
        shapes[CONFIDENCE].eq("A")
        if CONFIDENCE in shapes
        else pd.Series(data=True, index=shapes.index)
    )
    decimals = _STREET_DECIMALS if layer.style in _STREETS else _OUTLINE_DECIMALS
    return plain | {
        "ids": [str(area) for area in shapes.index],
        "shapes": compact.outlines(drawn, decimals),
        "decimals": decimals,
        "dashed": compact.whole((~sure).astype(int)),
        "fields": _fields(layer, shapes, None),
    }


def _lines(layer: Layer, shapes: gpd.GeoDataFrame) -> dict[str, Any]:
    """Lines colored by value: the `MOST_LINES` highest that are not faint, the highest on top."""
    found = value_breaks(layer)
    value = pd.to_numeric(shapes[measure(layer).column], errors="coerce")
    shown = value[value > faint(layer, found)].nlargest(MOST_LINES).index[::-1]
    drawn = shapes.loc[shown]
    return _outlines(layer, drawn) | {
        "palette": list(found.colors),
        "fill": compact.whole(found.classes(value.loc[shown])),
    }


def _points(layer: Layer, shapes: gpd.GeoDataFrame) -> dict[str, Any]:
    placed = shapes[~(shapes.geometry.isna() | shapes.geometry.is_empty)]
    if layer.style == "label":
        return {
            "kind": "labels",
            "at": compact.points(placed.geometry, 4),
            "texts": [str(t) for t in placed[layer.fields[0].column]],
            "color": LINE_COLORS["label"],
        }
    if len(placed) > MAX_POINTS:
        return {"kind": "image", "above": True} | raster.points_image(
            placed.geometry, LINE_COLORS["incident"]
        )
    return {
        "kind": "points",
        "ids": [str(area) for area in placed.index],
        "at": compact.points(placed.geometry),
        "color": LINE_COLORS[layer.style],
        "radius": _RADII.get(layer.style, _RADIUS),
        "fields": _fields(layer, placed, None),
    }


def spec(layer: Layer) -> dict[str, Any]:
    """Everything the browser needs to draw a layer, as JSON values.

    Parameters
    ----------
    layer : Layer
        Areas are filled for the styles gi_class, rate and density; county, state, hidta and
        corridor are outlines, street thin lines, line_density lines colored by value, stretch a
        wide pale line below them; incident is dots (a picture above `MAX_POINTS`),
        candidate and spot are larger ones; label is text, most important first, taken from the
        first field.

    Returns
    -------
    dict
    """
    plain: dict[str, Any] = {
        "key": layer.key,
        "title": layer.title,
        "visible": layer.visible,
        "result": layer.style in RESULTS,
        "legend": asdict(legend(layer)),
    }
    if layer.surface is not None:
        found = value_breaks(layer)
        return (
            plain
            | {"kind": "image"}
            | raster.surface_image(layer.surface, found, faint(layer, found))
        )
    if layer.shapes is None:
        raise ValueError("A layer needs shapes or a surface.")
    draw: Mapping[str, Any] = {
        "gi_class": _areas, "rate": _areas, "density": _areas,
        "line_density": _lines, "incident": _points, "candidate": _points, "spot": _points,
        "label": _points,
    }  # fmt: skip
    return {**plain, **draw.get(layer.style, _outlines)(layer, layer.shapes)}
