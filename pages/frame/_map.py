"""The map on the page: one component that recolors without losing the view."""

from dataclasses import dataclass
from typing import Any, Final

import streamlit as st

from geo import settings
from maps.folium_map import MapDocument, Script

_ASSETS: Final = settings.ROOT / "maps" / "assets"
_SENT: Final = "_map_scripts_sent"
_MAX_SENT: Final = 200
_FAR: Final = 11
_NEAR: Final = 17
"""Zoom at which a map opens at most: towns, and single streets."""

_component = st.components.v2.component(
    "atlas_map",
    html='<div class="atlas"></div>',
    js=(_ASSETS / "component.js").read_text(encoding="utf-8"),
    isolate_styles=False,  # Leaflet's style sheet is loaded once for the whole page
)


@dataclass(frozen=True)
class Clicked:
    """What was clicked: the id of the area and the key of its layer, or a place of none."""

    area: str = ""
    layer: str = ""
    lon: float | None = None
    lat: float | None = None


def _script(name: str, script: Script, sent: set[str]) -> dict[str, str]:
    """Give a script's digest, and its text unless this browser already holds it."""
    plain = {"key": name, "makes": script.makes, "digest": script.digest}
    if script.digest not in sent:
        plain["text"] = script.text
    return plain


def _forget() -> None:
    """Send everything again: a page was reloaded, or a message was overtaken by a newer one."""
    st.session_state[_SENT] = set()


def show(
    document: MapDocument,
    *,
    key: str,
    height: int | None = None,
    label: str = "Map",
    picks: bool = False,
) -> Clicked | None:
    """Show a map; panning, zooming and hovering never run the page again.

    Parameters
    ----------
    document : MapDocument
        From `maps.folium_map.document`.
    key : str
        Names the map on its page; the same key keeps the view while colors change.
    height : int, optional
        Pixels; by default 62% of the window's height, at least 420.
    label : str
        What a screen reader says about the map.
    picks : bool
        Whether a click beside all dots means a place; such a map opens near, at single streets.

    Returns
    -------
    Clicked or None
        What was clicked since the last run.
    """
    sent: set[str] = st.session_state.setdefault(_SENT, set())
    if len(sent) > _MAX_SENT:
        sent.clear()
    scripts = [_script(name, script, sent) for name, script in document.layers.items()]
    data: dict[str, Any] = {
        "js": list(document.js),
        "css": list(document.css),
        "base": _script("", document.base, sent),
        "layers": scripts,
        "view": list(document.view),
        "selected": document.selected,
        "label": label,
        "height": height,
        "picks": picks,
        "closest": _NEAR if picks else _FAR,
    }
    sent.update(s.digest for s in (document.base, *document.layers.values()))
    result = _component(
        key=key, data=data, on_area_change=lambda: None, on_spot_change=lambda: None,
        on_missing_change=_forget,
    )  # fmt: skip
    if clicked := result.get("area"):
        return Clicked(str(clicked["area"]), str(clicked["layer"]))
    spot = result.get("spot")
    return Clicked(lon=float(spot["lon"]), lat=float(spot["lat"])) if spot else None
