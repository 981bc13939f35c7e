"""What the colors of a layer mean, in words: one legend for the map, the figure and the page."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import pandas as pd

from geo.layers import Field, Layer
from maps.palette import (
    CLASS_WORDS,
    DENSITY_COLORS,
    FAINT,
    GI_CLASSES,
    GI_COLORS,
    LINE_COLORS,
    LINE_DENSITY_COLORS,
    MISSING,
    Breaks,
    breaks,
    risk_breaks,
    surface_breaks,
)

CLASS: Final = "class"
"""Column of the Gi* confidence class, -3..3."""

CONFIDENCE: Final = "confidence"
"""Column of a HIDTA: "A" the text was seen, "B" may be stale or was inferred."""

RESULTS: Final = frozenset(
    {"gi_class", "rate", "density", "risk", "contour", "incident", "line_density", "stretch"}
)
"""Styles of what was found; the rest is for orientation."""

LINES: Final = frozenset({"line_density", "stretch"})
"""Styles of results along streets."""

_CONFIDENCE_NOTE: Final = "Percentages are the confidence of the test."

Mark = Literal["area", "line", "dashed", "dot", "ring"]


@dataclass(frozen=True)
class Entry:
    """One line of a legend; `count` is how many areas it holds, None where that has no sense."""

    label: str
    color: str
    mark: Mark = "area"
    count: int | None = None


@dataclass(frozen=True)
class Legend:
    """The legend of one layer."""

    key: str
    title: str
    entries: tuple[Entry, ...]
    caveat: str = ""
    attribution: str = ""


_ORDER: Final = (
    "gi_class", "rate", "density", "risk", "county", "state", "hidta", "contour", "corridor",
    "street", "stretch", "line_density", "incident", "candidate", "spot", "label",
)  # fmt: skip


def stacked(layers: Sequence[Layer]) -> tuple[Layer, ...]:
    """Layers in drawing order, lowest first: areas, borders, lines, dots, names.

    Layers of one style keep the order they came in.
    """
    return tuple(sorted(layers, key=lambda layer: _ORDER.index(layer.style)))


def measure(layer: Layer) -> Field:
    """Give the field a layer of values is colored by: its first one with decimals.

    Raises
    ------
    ValueError
        The layer has no such field.
    """
    for field in layer.fields:
        if field.decimals is not None:
            return field
    raise ValueError("A layer of values needs a field with decimals.")


def gi_classes(layer: Layer) -> "pd.Series[int]":
    """Class of each area, -3..3, as a nullable series in the layer's order."""
    if layer.shapes is None:
        raise ValueError("A layer of classes needs shapes.")
    given = pd.to_numeric(layer.shapes[CLASS], errors="coerce")
    return pd.Series(given.to_numpy(dtype=float, na_value=np.nan), index=layer.shapes.index)


def value_breaks(layer: Layer) -> Breaks:
    """Class bounds and colors of a layer of rates or of a surface."""
    if layer.surface is not None:
        made = risk_breaks if layer.style == "risk" else surface_breaks
        return made(layer.surface.values)
    if layer.shapes is None:
        raise ValueError("A layer needs shapes or a surface.")
    colors = DENSITY_COLORS if layer.style == "density" else None
    values = layer.shapes[measure(layer).column]
    if layer.style == "line_density":
        return surface_breaks(values, LINE_DENSITY_COLORS)
    return breaks(values, colors) if colors else breaks(values)


def faint(layer: Layer, found: Breaks) -> float:
    """Value up to which nothing is drawn: next to none of a density; of a risk all is drawn."""
    return -1.0 if layer.style == "risk" else found.upper[-1] * FAINT


def _short(gi_class: int) -> str:
    """Words of a class for a narrow legend, which says once what the percentage is."""
    return CLASS_WORDS[gi_class].removesuffix(" confidence")


def _gi_entries(layer: Layer) -> tuple[Entry, ...]:
    classes = gi_classes(layer)
    held = classes.value_counts()
    entries = [
        Entry(_short(c), GI_COLORS[c], count=int(held.get(c, 0))) for c in reversed(GI_CLASSES)
    ]
    if unknown := int(classes.isna().sum()):
        entries.append(Entry("Not computable", MISSING, count=unknown))
    return tuple(entries)


def _value_entries(layer: Layer) -> tuple[Entry, ...]:
    found = value_breaks(layer)
    if layer.surface is not None or layer.shapes is None or layer.style == "line_density":
        words = found.figures(0.0 if layer.surface is None else faint(layer, found))
        mark: Mark = "line" if layer.style == "line_density" else "area"
        rows = [Entry(w, c, mark) for w, c in zip(words, found.colors, strict=True)]
        return tuple(reversed(rows))
    field = measure(layer)
    classes = found.classes(layer.shapes[field.column])
    words = found.words(field.decimals or 0, 0.0)
    rows = [
        Entry(word, color, count=int((classes == at).sum()))
        for at, (word, color) in enumerate(zip(words, found.colors, strict=True))
    ]
    rows.reverse()
    if unknown := int((classes < 0).sum()):
        rows.append(Entry("No value", MISSING, count=unknown))
    return tuple(rows)


def _hidta_entries(layer: Layer) -> tuple[Entry, ...]:
    color = LINE_COLORS["hidta"]
    doubtful = layer.shapes is not None and CONFIDENCE in layer.shapes
    if not doubtful or layer.shapes is None:
        return (Entry("Designated counties", color, "line"),)
    sure = layer.shapes[CONFIDENCE].eq("A")
    rows = (
        Entry("Designation text seen", color, "line", int(sure.sum())),
        Entry("May be out of date", color, "dashed", int((~sure).sum())),
    )
    return tuple(row for row in rows if row.count)


_COUNTED: Final = {"contour": "Outline", "stretch": "Street"}


def legend(layer: Layer) -> Legend:
    """Words and colors of a layer, most important first.

    Parameters
    ----------
    layer : Layer

    Returns
    -------
    Legend
    """
    color = LINE_COLORS.get(layer.style, MISSING)
    caveat = layer.caveat
    if layer.style == "gi_class":
        entries = _gi_entries(layer)
        caveat = " ".join(filter(None, (_CONFIDENCE_NOTE, layer.caveat)))
    elif layer.style in {"rate", "density", "risk", "line_density"}:
        entries = _value_entries(layer)
    elif layer.style == "hidta":
        entries = _hidta_entries(layer)
    elif layer.style in {"incident", "candidate", "spot"}:
        n = 0 if layer.shapes is None else len(layer.shapes)
        entries = (Entry(layer.title, color, "dot", n),)
        if layer.style == "candidate":
            entries += (Entry("The one picked", color, "ring"),)
    elif layer.style in _COUNTED:
        n = 0 if layer.shapes is None else len(layer.shapes)
        entries = (Entry(_COUNTED[layer.style], color, "line", n),)
    elif layer.style in {"corridor", "street"}:
        entries = (Entry(layer.style.capitalize(), color, "line"),)
    elif layer.style == "label":
        entries = ()
    else:
        entries = (Entry("Border", color, "line"),)
    title = layer.title
    if layer.surface is not None and layer.surface.unit not in title:
        title = f"{title}, {layer.surface.unit}"
    return Legend(layer.key, title, entries, caveat, layer.attribution)
