"""Corridors: trafficking routes over the results, and what was recorded along them."""

from dataclasses import replace

import streamlit as st

from analysis import exposure
from analysis import run as runs
from analysis.result import HotSpots
from analysis.study import Study
from boundaries import corridors
from boundaries import layers as base
from geo.errors import StudyError
from geo.layers import Layer
from pages.frame import _kept, _session, _table, _words
from pages.results import _result, _sure

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
    main = overdoses or seizures
    table = exposure.along_corridors(overdoses, seizures, chosen)
    assert main is not None  # along_corridors refuses to have neither
    st.markdown(f"#### {_words.plain(exposure.finding(table))}")
    uncovered = exposure.uncovered(main)
    _result.warn([CAVEAT, *([uncovered] if uncovered else []), *main.warnings])
    layers = (
        *main.layers(), *_seizure_points(seizures), base.county_layer(), base.state_layer(),
        base.hidta_layer(visible=False), base.label_layer(),
        base.corridor_layer(tuple(table.index)),
    )  # fmt: skip
    _result.map_and_table(layers, *_table.of_corridors(table), key="corridors")
    _result.how_made(main.parameters, exposure.METHOD)
    _sure.panel(main)
    _result.take_away(main)


def _by_county() -> tuple[HotSpots | None, HotSpots | None]:
    """Run both kinds by county over one study area; that one is not loaded is no error."""
    study = replace(_session.chosen_study("hotspots"), level="county", measure="count")
    overdoses = _of_kind(study, "overdose")
    if overdoses and not study.states:
        states = {_session.state_of(area) for area in overdoses.areas.index}
        study = replace(study, states=tuple(sorted(states)))
    return overdoses, _of_kind(study, "seizure")


def _of_kind(study: Study, kind: str) -> HotSpots | None:
    try:
        result = _session.result_of(replace(study, kinds=(kind,)))
    except StudyError:
        return None
    assert isinstance(result, HotSpots)
    return result


def _seizure_points(seizures: HotSpots | None) -> tuple[Layer, ...]:
    if seizures is None:
        return ()
    layer = runs.incident_layer(seizures.study, _kept.sources())
    return (replace(layer, key="seizures", title="Seizures", visible=False),)
