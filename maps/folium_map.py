"""Layers drawn with Folium: scripts for the page, and single files that need nothing else."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Any, Final
from weakref import WeakKeyDictionary

import folium
import pandas as pd
from folium.elements import JSCSSMixin
from folium.map import Layer as FoliumLayer
from folium.plugins import Fullscreen
from folium.template import Template
from jinja2 import Environment, FileSystemLoader
from jinja2.utils import htmlsafe_json_dumps
from markupsafe import Markup

from geo.layers import Layer
from geo.schema import HANDLINGS
from maps import offline
from maps.extent import Box, extent
from maps.legend import Legend, legend, stacked
from maps.specs import spec

offline.use()

_MAX_ZOOM: Final = 18
_MAX_ROWS: Final = 500
_PAGES: Final = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "assets"), autoescape=True
)


@dataclass(frozen=True)
class Script:
    """JavaScript that makes one object: its text, the variable it makes, and its digest."""

    text: str
    makes: str
    digest: str


_made: WeakKeyDictionary[Layer, tuple[Script, Legend]] = WeakKeyDictionary()


@dataclass(frozen=True)
class MapDocument:
    """A map ready to be shown: what to load, what to run, and what it means in words.

    `layers` is in drawing order. `view` is where the map opens: west, south, east, north.
    """

    base: Script
    layers: Mapping[str, Script]
    js: tuple[str, ...]
    css: tuple[str, ...]
    legends: tuple[Legend, ...]
    view: Box
    selected: str | None = None


class _Base(JSCSSMixin, folium.map.Class):  # type: ignore[misc]  # Folium has no types
    """Land, scale and the panel with layers and legend, under every map."""

    _template = Template(
        """
        {% macro script(this, kwargs) %}
            atlas.base({{ this._parent.get_name() }}, {{ this.data|tojson }});
        {% endmacro %}
        """
    )

    def __init__(self, data: Mapping[str, Any]) -> None:
        super().__init__()
        self._name = "atlas_base"
        self.data = data


class _AtlasLayer(FoliumLayer):  # type: ignore[misc]  # Folium has no types
    """A layer whose data reach the browser as JSON, and are drawn by `atlas.layer`."""

    _template = Template(
        """
        {% macro script(this, kwargs) %}
            var {{ this.get_name() }} = atlas.layer({{ this.data|tojson }});
        {% endmacro %}
        """
    )

    def __init__(self, data: Mapping[str, Any]) -> None:
        super().__init__(name="layer", overlay=True, control=False, show=True)
        self._name = "atlas_layer"
        self._id = _digest(str(data["key"]))  # the same key makes the same script
        self.data = data


def _digest(text: str) -> str:
    return blake2b(text.encode(), digest_size=8).hexdigest()


def _script(*elements: Any) -> Script:  # noqa: ANN401  (Folium has no types)
    """Give what Folium generates for elements, without the page around it."""
    text = "\n".join(str(e._template.module.script(e, {})).strip() for e in elements)  # noqa: SLF001
    return Script(text, elements[0].get_name(), _digest(text))


def _drawn(layer: Layer) -> tuple[Script, Legend]:
    """Give the script and legend of a layer; made once while the layer is kept, as borders are."""
    if (made := _made.get(layer)) is None:
        made = _made[layer] = _script(_AtlasLayer(spec(layer))), legend(layer)
    return made


def _base() -> Script:
    base_map = folium.Map(
        location=[38.0, -96.0], zoom_start=4, tiles=None, prefer_canvas=True, zoom_control=True
    )
    base_map._id = "atlas"  # noqa: SLF001  (the same script every time)
    # With tiles=None Folium drops max_zoom, so it goes in as Leaflet's own option.
    base_map.options |= {"max_zoom": _MAX_ZOOM, "zoom_snap": 0.25, "attribution_control": False}
    fullscreen = Fullscreen(title="Full screen", title_cancel="Leave full screen")
    base = _Base({"topology": offline.urls([offline.TOPOLOGY])[0]})
    for element in (fullscreen, base):
        element.add_to(base_map)
    return _script(base_map, fullscreen, base)


def document(
    layers: Sequence[Layer], *, selected: str | None = None, bounds: Box | None = None
) -> MapDocument:
    """Make the scripts that draw layers, each with a digest, so that only changes are sent.

    Parameters
    ----------
    layers : sequence of Layer
        Keys differ; areas are drawn below borders, lines, dots and names, whatever the order.
    selected : str, optional
        Id of an area to highlight.
    bounds : tuple of float, optional
        West, south, east, north to open at; by default the bounds of the results.

    Returns
    -------
    MapDocument

    Examples
    --------
    >>> document([]).view
    (-125.0, 24.4, -66.8, 49.5)
    """
    layers = stacked(layers)
    keys = [layer.key for layer in layers]
    if len(set(keys)) != len(keys):
        raise ValueError("Two layers have the same key.")
    drawn = [_drawn(layer) for layer in layers]
    return MapDocument(
        base=_base(),
        layers={key: script for key, (script, _) in zip(keys, drawn, strict=True)},
        js=offline.urls(offline.SCRIPTS),
        css=offline.urls(offline.STYLES),
        legends=tuple(words for _, words in drawn),
        view=bounds or extent(layers),
        selected=selected,
    )


def html(  # noqa: PLR0913  (each is printed in the file, so each is named by the caller)
    layers: Sequence[Layer],
    *,
    title: str,
    finding: str,
    table: pd.DataFrame | None,
    study_json: Mapping[str, Any],
    handling: str,
    synthetic: bool = False,
    source: str = "",
    warnings: Sequence[str] = (),
) -> str:
    """Make one file that opens from a memory stick: map, finding, ranked table, and the study.

    Parameters
    ----------
    layers : sequence of Layer
    title, finding : str
        What the map is, and what it says.
    table : DataFrame or None
        The ranked areas, ready to read, its columns named for people; the index is not shown.
    study_json : mapping
        The provenance, kept as JSON in the element ``study``.
    handling : str
        Handling level, printed above and below.
    synthetic : bool
        Say that the data are made up.
    source : str
        Which records these are; named before the sources of the layers.
    warnings : sequence of str
        What weakens the finding, listed under it.

    Returns
    -------
    str
        A page without any address in it that would be fetched.

    Raises
    ------
    ReadError
        The scripts are not laid out (``make assets``).
    """
    made = document(layers)
    shown = pd.DataFrame() if table is None else table.head(_MAX_ROWS)
    head = [{"label": str(c), "number": _is_number(shown[c])} for c in shown.columns]
    last = {"view": made.view, "selected": None, "label": title}
    names = ", ".join(script.makes for script in made.layers.values())
    lines = [made.base.text, *(script.text for script in made.layers.values())]
    lines.append(f"atlas.open({made.base.makes}, [{names}], {_json(last)});")
    page = _PAGES.get_template("file.html").render(
        title=title,
        finding=finding,
        marking=HANDLINGS.get(handling, handling),
        synthetic=synthetic,
        css=made.css,
        js=made.js,
        file_css=offline.urls(["file.css"])[0],
        topology=offline.urls([offline.TOPOLOGY])[0],
        map_id=made.base.makes,
        head=head,
        rows=[[_cell(value) for value in row] for row in shown.itertuples(index=False)],
        left_out=0 if table is None else len(table) - len(shown),
        study_text=json.dumps(study_json, indent=2, ensure_ascii=False, default=str),
        study_json=_json(study_json),
        source=source,
        warnings=warnings,
        sources=sorted({entry.attribution for entry in made.legends if entry.attribution}),
        script=Markup("\n".join(lines)),  # noqa: S704  (scripts whose data are JSON from `_json`)
    )
    return offline.inline(page)


def _json(plain: Mapping[str, Any]) -> Markup:
    """JSON that can stand inside a script element: nothing in it can close the element."""
    return htmlsafe_json_dumps(plain, default=str)


def _is_number(column: "pd.Series[Any]") -> bool:
    """Whether a column reads as numbers, "<0.001" among them."""
    if pd.api.types.is_numeric_dtype(column):
        return True
    known = column.dropna().astype("string")
    return bool(len(known) and known.str.fullmatch(r"<?\d+(\.\d+)?").all())


def _cell(value: Any) -> str:  # noqa: ANN401  (any cell of a table)
    if pd.isna(value):
        return ""
    if isinstance(value, float):
        return f"{value:,.4g}" if abs(value) < 1000 else f"{value:,.0f}"
    return f"{value:,}" if isinstance(value, int) else str(value)
