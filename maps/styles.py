"""QGIS styles: a file opens in the colors it had on the map."""

from typing import Final
from xml.etree import ElementTree as ET  # only written here, never read

from geo.layers import Layer
from maps.legend import CLASS, faint, gi_classes, measure, value_breaks
from maps.palette import CLASS_WORDS, GI_CLASSES, GI_COLORS, LINE_COLORS, MISSING, Breaks

_VERSION: Final = "3.34.0"
_HEAD: Final = "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n"


def _rgba(color: str, alpha: int = 255) -> str:
    red, green, blue = (int(color[at : at + 2], 16) for at in (1, 3, 5))
    return f"{red},{green},{blue},{alpha}"


def _option(parent: ET.Element, name: str, value: str) -> None:
    ET.SubElement(parent, "Option", name=name, value=value, type="QString")


def _symbol(parent: ET.Element, name: str, kind: str, color: str) -> None:
    """One symbol: "fill", "line" or "marker"."""
    symbol = ET.SubElement(parent, "symbol", name=name, type=kind, alpha="1", clip_to_extent="1")
    layer_class = {"fill": "SimpleFill", "line": "SimpleLine", "marker": "SimpleMarker"}[kind]
    layer = ET.SubElement(symbol, "layer", {"class": layer_class, "enabled": "1", "pass": "0"})
    options = ET.SubElement(layer, "Option", type="Map")
    if kind == "line":
        _option(options, "line_color", _rgba(color))
        _option(options, "line_width", "0.6")
        return
    _option(options, "color", _rgba(color))
    _option(options, "outline_color", _rgba("#8d939c"))
    _option(options, "outline_width", "0.1")
    if kind == "fill":
        _option(options, "style", "solid")
    else:
        _option(options, "name", "circle")
        _option(options, "size", "1.6")


def _text(root: ET.Element) -> str:
    ET.indent(root)
    return _HEAD + ET.tostring(root, encoding="unicode") + "\n"


def _single(kind: str, color: str) -> str:
    root = ET.Element("qgis", version=_VERSION, styleCategories="Symbology")
    renderer = ET.SubElement(root, "renderer-v2", type="singleSymbol")
    _symbol(ET.SubElement(renderer, "symbols"), "0", kind, color)
    return _text(root)


def _classes(column: str, has_missing: bool) -> str:  # noqa: FBT001  (private)
    root = ET.Element("qgis", version=_VERSION, styleCategories="Symbology")
    renderer = ET.SubElement(root, "renderer-v2", type="categorizedSymbol", attr=column)
    categories = ET.SubElement(renderer, "categories")
    symbols = ET.SubElement(renderer, "symbols")
    rows = [(str(c), CLASS_WORDS[c], GI_COLORS[c]) for c in reversed(GI_CLASSES)]
    if has_missing:
        rows.append(("NULL", "Not computable", MISSING))
    for at, (value, label, color) in enumerate(rows):
        plain = {"symbol": str(at), "value": value, "label": label, "render": "true"}
        if value == "NULL":
            plain |= {"value": "", "type": "NULL"}
        ET.SubElement(categories, "category", plain)
        _symbol(symbols, str(at), "fill", color)
    return _text(root)


def _steps(column: str, found: Breaks, decimals: int, kind: str = "fill") -> str:
    root = ET.Element("qgis", version=_VERSION, styleCategories="Symbology")
    renderer = ET.SubElement(root, "renderer-v2", type="graduatedSymbol", attr=column)
    ranges = ET.SubElement(renderer, "ranges")
    symbols = ET.SubElement(renderer, "symbols")
    # QGIS takes the first range that holds a value, so the lowest may begin below every value.
    lower = (min(0.0, found.upper[0]), *found.upper[:-1])
    words = found.words(decimals, lower[0])
    for at, (low, high, label, color) in enumerate(
        zip(lower, found.upper, words, found.colors, strict=True)
    ):
        ET.SubElement(
            ranges, "range", symbol=str(at), lower=repr(low), upper=repr(high), label=label,
            render="true",
        )  # fmt: skip
        _symbol(symbols, str(at), kind, color)
    return _text(root)


def vector_qml(layer: Layer, column: str | None = None) -> str:
    """QML of a layer with shapes.

    Parameters
    ----------
    layer : Layer
    column : str, optional
        Name of the colored column in the file, when it differs from the layer's own.

    Returns
    -------
    str
        XML that QGIS reads beside the file (same name, ``.qml``) or from ``layer_styles``.
    """
    if layer.shapes is None:
        raise ValueError("A vector style needs shapes.")
    if layer.style == "gi_class":
        return _classes(column or CLASS, bool(gi_classes(layer).isna().any()))
    if layer.style in {"rate", "density", "line_density"}:
        field = measure(layer)
        kind = "line" if layer.style == "line_density" else "fill"
        return _steps(column or field.column, value_breaks(layer), field.decimals or 0, kind)
    kinds = dict.fromkeys(("corridor", "street", "stretch"), "line")
    kinds |= dict.fromkeys(("incident", "label"), "marker")
    if layer.style in kinds:
        return _single(kinds[layer.style], LINE_COLORS[layer.style])
    return _outline(LINE_COLORS[layer.style])


def _outline(color: str) -> str:
    root = ET.Element("qgis", version=_VERSION, styleCategories="Symbology")
    renderer = ET.SubElement(root, "renderer-v2", type="singleSymbol")
    symbols = ET.SubElement(renderer, "symbols")
    symbol = ET.SubElement(symbols, "symbol", name="0", type="fill", alpha="1")
    layer = ET.SubElement(symbol, "layer", {"class": "SimpleFill", "enabled": "1", "pass": "0"})
    options = ET.SubElement(layer, "Option", type="Map")
    _option(options, "style", "no")
    _option(options, "outline_color", _rgba(color))
    _option(options, "outline_width", "0.4")
    return _text(root)


def raster_qml(layer: Layer) -> str:
    """QML of a density surface: the classes of the map, the lowest traces clear.

    Parameters
    ----------
    layer : Layer
        With a surface.

    Returns
    -------
    str
        XML that QGIS reads beside the GeoTIFF (same name, ``.qml``).
    """
    if layer.surface is None:
        raise ValueError("A raster style needs a surface.")
    found = value_breaks(layer)
    root = ET.Element("qgis", version=_VERSION, styleCategories="Symbology")
    pipe = ET.SubElement(root, "pipe")
    renderer = ET.SubElement(
        pipe, "rasterrenderer", type="singlebandpseudocolor", band="1", opacity="0.85",
        classificationMin="0", classificationMax=repr(found.upper[-1]),
    )  # fmt: skip
    shader = ET.SubElement(ET.SubElement(renderer, "rastershader"), "colorrampshader",
                           colorRampType="DISCRETE", classificationMode="2", clip="0",
                           minimumValue="0", maximumValue=repr(found.upper[-1]))  # fmt: skip
    none = faint(layer, found)
    ET.SubElement(shader, "item", value=repr(none), color="#ffffff", alpha="0", label="")
    words = found.figures(none)
    for upper, color, label in zip(found.upper, found.colors, words, strict=True):
        ET.SubElement(
            shader, "item", value=repr(upper), color=color, alpha="255",
            label=f"{label} {layer.surface.unit}",
        )  # fmt: skip
    return _text(root)
