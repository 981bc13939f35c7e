"""Corridors: trafficking routes over the results, and what was recorded along them."""

from dataclasses import replace

import streamlit as st

from analysis import exposure
from analysis import study as studies
from analysis.result import HotSpots
from boundaries import corridors
from boundaries import layers as base
from geo.errors import StudyError
from geo.layers import Layer
from pages import _parts, _session, _table

CAVEAT = (
    "The routes are schematic, within about 15 km of the road: good for an overlay and for "
    "counties crossed, not for distances. A corridor beside a hot spot is context, not a cause."
)


def render() -> None:
    """Draw the page."""
    chosen = st.multiselect(
        "Corridors", corridors.names(), key="corridors", placeholder="All in the study area",
        bind="query-params",
    )  # fmt: skip
    overdoses, seizures = _by_county()
    table = exposure.along_corridors(overdoses, seizures, chosen)
    st.markdown(f"#### {_parts.plain(exposure.finding(table))}")
    _parts.warn([CAVEAT, *overdoses.warnings])
    layers = (
        *overdoses.layers(), *_seizure_points(seizures), base.county_layer(), base.state_layer(),
        base.hidta_layer(visible=False), base.label_layer(),
        base.corridor_layer(tuple(table.index)),
    )  # fmt: skip
    _parts.map_and_table(layers, *_table.of_corridors(table), key="corridors")
    _parts.how_made(overdoses.parameters, exposure.METHOD)
    _parts.how_sure(overdoses)
    _parts.take_away(overdoses)


def _by_county() -> tuple[HotSpots, HotSpots | None]:
    """Run both kinds by county over one study area; no seizures loaded is no error."""
    study = replace(_session.chosen_study("hotspots"), level="county", measure="count")
    overdoses = _session.result_of(replace(study, kinds=("overdose",)))
    assert isinstance(overdoses, HotSpots)
    states = tuple(sorted({_session.state_of(area) for area in overdoses.areas.index}))
    try:
        seizures = _session.result_of(
            replace(study, kinds=("seizure",), outcomes=(), states=study.states or states)
        )
    except StudyError:
        return overdoses, None
    assert isinstance(seizures, HotSpots)
    return overdoses, seizures


def _seizure_points(seizures: HotSpots | None) -> tuple[Layer, ...]:
    if seizures is None:
        return ()
    layer = studies.incident_layer(seizures.study, _session.sources())
    return (replace(layer, key="seizures", title="Seizures", visible=False),)
