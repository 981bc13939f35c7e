"""The browser's door: page set-up, navigation, run."""

import streamlit as st

from pages import _parts, corridors, data, density, export, hot_spots, start

st.set_page_config(
    page_title="HRS Atlas", page_icon=":material/distance:", layout="wide", menu_items={}
)
page = st.navigation(
    [
        st.Page(start.render, title="Start", icon=":material/home:", default=True),
        st.Page(data.render, title="Data", icon=":material/table_view:", url_path="data"),
        st.Page(
            hot_spots.render,
            title="Hot spots",
            icon=":material/local_fire_department:",
            url_path="hot-spots",
        ),
        st.Page(density.render, title="Density", icon=":material/blur_on:", url_path="density"),
        st.Page(corridors.render, title="Corridors", icon=":material/route:", url_path="corridors"),
        st.Page(export.render, title="Export", icon=":material/download:", url_path="export"),
    ]
)
with _parts.guard():
    _parts.filters()
    page.run()
