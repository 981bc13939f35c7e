"""Density: how many incidents there are per area, along streets, or beside people and others."""

import streamlit as st

from analysis.result import Density
from analysis.street_result import StreetDensity
from boundaries import layers as base
from geo.errors import BoundaryError
from pages.frame import _density_choices, _density_tables, _parts, _session
from pages.frame._words import plain
from pages.results import _capture, _coarse, _methods, _result, _sure


def render() -> None:
    """Draw the page."""
    study = _session.chosen_study("density")
    if _coarse.advise(study):
        return
    try:
        result = _session.result_of(study)
    except BoundaryError as error:
        if study.versus != "streets":
            raise
        _ask_for_streets(error)
        return
    assert isinstance(result, Density | StreetDensity)
    reach = result.surface.bandwidth_m if isinstance(result, Density) else result.bandwidth_m
    _density_choices.shown(reach)
    _result.finding(result)
    layers = (
        *result.layers(), base.county_layer(), base.state_layer(),
        base.hidta_layer(visible=False), base.corridor_layer(visible=False), base.label_layer(),
        *_session.incident_points(result.study),
    )  # fmt: skip
    if isinstance(result, StreetDensity):
        table = _density_tables.of_stretches(result)
    else:
        table = _density_tables.of_hot_areas(result)
    _result.map_and_table(layers, *table, key=f"density {study.versus}")
    _result.how_made(result.parameters, _methods.of_density(study))
    _sure.panel(result)
    _capture.panel(study)
    _result.take_away(result)


def _ask_for_streets(error: BoundaryError) -> None:
    """Say what is missing for a map along streets; schematic lines are never taken instead."""
    st.warning(plain(error.message), icon=":material/signpost:")
    st.markdown(plain(error.hint))
    if st.button("Streets", icon=":material/arrow_forward:"):
        _parts.go_to("streets")
