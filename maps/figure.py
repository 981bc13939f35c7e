"""Static figures of slide quality: a map with all a reader needs to trust it, on one page."""

import io
import math
from collections.abc import Mapping, Sequence
from datetime import date
from textwrap import wrap
from typing import Any, Final, Literal

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib_scalebar.scalebar import ScaleBar

from boundaries import load
from geo.layers import Layer
from geo.schema import HANDLINGS
from maps import provenance
from maps.extent import Box, extent
from maps.figure_layers import ALBERS, areas, draw, frame, lines
from maps.legend import RESULTS, Entry, legend, stacked
from maps.palette import LINE_COLORS

Format = Literal["png", "pdf", "svg"]

_SIZE_IN: Final = (13.333, 7.5)  # a wide slide
_DPI: Final = 200
_MAP: Final = (0.02, 0.075, 0.70, 0.765)  # left, bottom, width, height, as shares of the page
_LEGEND_LEFT: Final = 0.73
_LEGEND_BOTTOM: Final = 0.12
_INK: Final = "#1f2937"
_KM_A_MILE: Final = 1.609344
_BAR: Final = 0.2  # longest scale bar, as a share of the map's width
_WARNING_LINES: Final = 3
_UNSEEN: Final = frozenset({"county", "state", "label"})  # explain themselves


def figure(  # noqa: PLR0913  (each is printed on the page, so each is named by the caller)
    layers: Sequence[Layer],
    *,
    title: str,
    finding: str,
    source: str,
    handling: str,
    study_json: Mapping[str, Any],
    format: Format = "png",  # noqa: A002  (what matplotlib and its users call it)
    synthetic: bool = False,
    warnings: Sequence[str] = (),
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
    warnings : sequence of str
        What weakens the finding, most important first; at most three lines of it are printed.
    made_on : date, optional
        Printed date; today by default.

    Returns
    -------
    bytes
    """
    shown = [layer for layer in stacked(layers) if layer.visible or layer.style in RESULTS]
    page = Figure(figsize=_SIZE_IN, dpi=_DPI, facecolor="white")
    FigureCanvasAgg(page)
    top = _head(page, title, finding, warnings)
    left, bottom, width, _ = _MAP
    axes = page.add_axes((left, bottom, width, top - bottom))
    looked_at = frame(axes, extent(shown))
    states = looked_at.near(load.states())
    areas(axes, states.geometry, ["#f3f4f1"], 0.3)
    for layer in shown:
        draw(axes, layer, looked_at)
    lines(axes, states.boundary, LINE_COLORS["state"], 0.7)
    _scale_and_north(axes, looked_at.window)
    axes.set(xlim=looked_at.window[0::2], ylim=looked_at.window[1::2])
    projection = "Albers (EPSG:5070)" if looked_at.crs == ALBERS else "local Albers"
    day = (made_on or date.today()).isoformat()
    _foot(page, f"Source: {source}  ·  {projection}  ·  {day}", handling, synthetic=synthetic)
    _legends(page, shown, top)
    return _file(page, format, title, study_json)


def bar_km(width_m: float) -> float:
    """Round length of a scale bar: 1, 2 or 5 times a power of ten, at most a fifth of a map.

    Parameters
    ----------
    width_m : float
        Width of the map in metres, above 0.

    Returns
    -------
    float
        Kilometres.

    Examples
    --------
    >>> bar_km(4_900_000), bar_km(600_000), bar_km(60_000), bar_km(2_000)
    (500.0, 100.0, 10.0, 0.2)
    """
    most = width_m * _BAR / 1_000
    power = 10.0 ** math.floor(math.log10(most))
    return float(max(step * power for step in (1, 2, 5) if step * power <= most))


def _scale_and_north(axes: Axes, window: Box) -> None:
    # The length is ours: left to choose, the bar hands its formatter megametres as if they were km.
    km = bar_km(window[2] - window[0])
    axes.add_artist(
        ScaleBar(
            1, "m", location="lower left", box_alpha=0.7, font_properties={"size": 9},
            border_pad=0.6, fixed_value=km, fixed_units="km",
            scale_formatter=lambda _, __: f"{km:g} km  ({km / _KM_A_MILE:.3g} mi)",
        )
    )  # fmt: skip
    axes.annotate(
        "N", xy=(0.965, 0.965), xytext=(0.965, 0.88), xycoords="axes fraction", ha="center",
        va="center", fontsize=11, fontweight="bold",
        arrowprops={"arrowstyle": "-|>", "color": _INK, "linewidth": 1.4},
    )  # fmt: skip


def _head(page: Figure, title: str, finding: str, warnings: Sequence[str]) -> float:
    """Write the head of the page and return where the map may begin, as a share of the page."""
    plain: dict[str, Any] = {"parse_math": False, "color": _INK}
    page.text(0.02, 0.945, _wrapped(title, 80, 1), fontsize=20, fontweight="bold", **plain)
    said = page.text(0.02, 0.925, _wrapped(finding, 150, 2), fontsize=12, va="top", **plain)
    to_page = page.transFigure.inverted()
    low = said.get_window_extent().transformed(to_page).y0 if finding else 0.925
    if warnings:
        note = page.text(
            0.02, low - 0.008, noted(warnings, 230), fontsize=8, va="top", linespacing=1.15,
            parse_math=False, color="#4b5563",
        )  # fmt: skip
        low = note.get_window_extent().transformed(to_page).y0
    return float(min(_MAP[1] + _MAP[3], low - 0.012))


def noted(warnings: Sequence[str], width: int) -> str:
    r"""Break warnings into at most three lines, and say how many are left out.

    Examples
    --------
    >>> noted(["One.", "Two."], 40)
    'One. Two.'
    >>> noted(["First.", "Second.", "Third.", "Fourth."], 10)
    'First.\nSecond.\nand 2 more'
    """
    for kept in range(len(warnings), 0, -1):
        left = len(warnings) - kept
        words = " ".join([*warnings[:kept], *([f"and {left} more"] if left else [])])
        lines = wrap(words, width)
        if len(lines) <= _WARNING_LINES:
            return "\n".join(lines)
    more = f" and {len(warnings) - 1} more" if len(warnings) > 1 else ""
    return _wrapped(warnings[0], width - len(more), _WARNING_LINES) + more if warnings else ""


def _foot(page: Figure, words: str, handling: str, *, synthetic: bool) -> None:
    if synthetic:
        words = f"SYNTHETIC DATA: no real incidents.  ·  {words}"
    page.text(
        0.02, 0.058, _wrapped(words, 170, 3), fontsize=8.5, va="top", parse_math=False, color=_INK
    )
    marking = _wrapped(HANDLINGS.get(handling, handling), 60, 1)
    page.text(
        0.98, 0.022, marking, fontsize=11, fontweight="bold", ha="right", parse_math=False,
        color="white", bbox={"facecolor": _INK, "edgecolor": "none", "pad": 4},
    )  # fmt: skip


def _wrapped(text: str, width: int, count: int) -> str:
    r"""Break text into lines, and say with an ellipsis when some is left out.

    Examples
    --------
    >>> _wrapped("one two three four", 7, 2)
    'one two\nthree …'
    """
    out = [""]
    for word in text.split():
        longer = f"{out[-1]} {word}".strip()
        if len(longer) <= width:
            out[-1] = longer
        elif len(out) < count and out[-1]:
            out.append(word)
        else:
            out[-1] = f"{longer[: width - 2].rpartition(' ')[0] or longer[: width - 2]} …"
            break
    return "\n".join(out)


def _handle(entry: Entry) -> Patch | Line2D:
    if entry.mark == "area":
        return Patch(facecolor=entry.color, edgecolor="#8d939c", linewidth=0.5)
    if entry.mark == "dot":
        return Line2D([], [], marker="o", linestyle="none", color=entry.color, markersize=4)
    return Line2D(
        [], [], color=entry.color, linewidth=2, linestyle="--" if entry.mark == "dashed" else "-"
    )


def _legends(page: Figure, layers: Sequence[Layer], top: float) -> None:
    """Stack the legends at the right, results first; those without room are left out."""
    to_page = page.transFigure.inverted()
    for layer in sorted(layers, key=lambda one: one.style not in RESULTS):
        said = legend(layer)
        if not said.entries or layer.style in _UNSEEN:
            continue
        if top < _LEGEND_BOTTOM + 0.04 * (len(said.entries) + 1):
            return
        words = [e.label if e.count is None else f"{e.label}  ({e.count:,})" for e in said.entries]
        shown = page.legend(
            [_handle(entry) for entry in said.entries], words, title=_wrapped(said.title, 34, 3),
            loc="upper left", bbox_to_anchor=(_LEGEND_LEFT, top), frameon=False, fontsize=10,
            title_fontproperties={"weight": "bold", "size": 11}, alignment="left", borderpad=0,
        )  # fmt: skip
        for text in (*shown.get_texts(), shown.get_title()):
            text.set_parse_math(False)
        top = shown.get_window_extent().transformed(to_page).y0 - 0.01
        if said.caveat:
            note = page.text(
                _LEGEND_LEFT + 0.004, top, _wrapped(said.caveat, 48, 4), fontsize=8.5, va="top",
                parse_math=False, color="#4b5563",
            )  # fmt: skip
            top = note.get_window_extent().transformed(to_page).y0
        top -= 0.03


def _file(page: Figure, kind: Format, title: str, study_json: Mapping[str, Any]) -> bytes:
    """Bytes of the figure with the study in its metadata."""
    mark = provenance.mark(study_json)
    program = "Software" if kind == "png" else "Creator"
    metadata: dict[str, Any] = {"Title": title, program: "HRS Atlas", "Keywords": mark}
    if kind == "svg":
        metadata["Keywords"] = [mark]
    out = io.BytesIO()
    page.savefig(out, format=kind, dpi=_DPI, metadata=metadata)
    return out.getvalue()
