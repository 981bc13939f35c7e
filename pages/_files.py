"""Results as files: the layers a visitor looks at, with their records and warnings."""

from collections.abc import Callable

import streamlit as st

from analysis import run as runs
from analysis.result import Density, HotSpots
from analysis.words import source_line
from boundaries import layers as base
from geo.layers import Layer
from maps import export
from pages import _kept


def exporter(
    result: HotSpots | Density, ending: str, *, points: bool = False
) -> Callable[[], bytes]:
    """Return a function that writes a result when the person asks for the file.

    A GeoPackage has both tests and every boundary, other files what the page shows.
    """
    records = _kept.sources()  # taken now: the download runs outside this visitor's session
    layers, title = shown_layers(result)
    if ending == "gpkg":
        layers = (*result.layers(), *_also_tested(result))
        if points and result.study.handling != "public":
            layers = (*layers, runs.incident_layer(result.study, records))
    if ending in ("png", "pdf"):
        around: tuple[Layer, ...] = (base.county_layer(), base.state_layer())
    else:
        around = base.background()

    def write() -> bytes:
        return export.write(
            (*layers, *around), ending, study_json=result.provenance,
            handling=result.study.handling, title=title, finding=result.finding,
            warnings=result.warnings, source=source_line(records),
            synthetic=any(r.synthetic for r in records),
        )  # fmt: skip

    return write


def shown_layers(result: HotSpots | Density) -> tuple[tuple[Layer, ...], str]:
    """Return the layers of a result as the visitor prefers them, and their title."""
    if isinstance(result, Density):
        return result.layers(), "Density"
    if result.adjusted and st.session_state["shown"] == "people":
        return (result.adjusted_layer(),), "Hot spots for their people"
    return result.layers(), "Hot spots (Gi*)"


def _also_tested(result: HotSpots | Density) -> tuple[Layer, ...]:
    if isinstance(result, HotSpots) and result.adjusted:
        return (result.adjusted_layer(),)
    return ()
