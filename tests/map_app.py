"""A throwaway app around the map component, driven by test_map_component.py."""

import os
from dataclasses import replace

import streamlit as st

from boundaries import layers as boundary_layers
from maps import folium_map
from pages.frame import _map
from tests import map_layers

_OHIO = (-87.0, 38.0, -80.0, 43.0)
_COUNTRY = (-125.0, 24.4, -66.8, 49.5)

st.set_page_config(layout="wide")
st.session_state["runs"] = st.session_state.get("runs", 0) + 1
seed = st.slider("Seed", 0, 9, 0)
selected = st.selectbox("Selected", [None, "06037", "c2"])
attack = st.query_params.get("attack")
layers = [map_layers.hot_spots(seed)]
if attack:
    layers = list(map_layers.every_kind(map_layers.HOSTILE[attack]))
if st.query_params.get("labels"):
    layers.append(boundary_layers.label_layer())
document = folium_map.document(layers, selected=selected, bounds=_OHIO if attack else _COUNTRY)
if os.environ.get("LOSE_ASSETS"):
    document = replace(document, js=("/app/static/atlas-gone/leaflet.js",))
clicked = _map.show(document, key="map")
st.text(f"runs={st.session_state.runs} clicked={clicked.area if clicked else None}")
