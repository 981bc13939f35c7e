"""The browser's door: page set-up, navigation, run."""

from pathlib import Path

import streamlit as st

from pages import _choices, _parts, corridors, data, density, export, hot_spots, quality, start

PAGES = Path(__file__).parent / "pages"
st.set_page_config(
    page_title="HRS Atlas", page_icon=str(PAGES / "icon.svg"), layout="wide", menu_items={}
)
st.html(PAGES / "style.css")
pages = {
    "start": st.Page(start.render, title="Start", icon=":material/home:", default=True),
    "data": st.Page(data.render, title="Data", icon=":material/table_view:", url_path="data"),
    "quality": st.Page(
        quality.render, title="Quality", icon=":material/fact_check:", url_path="quality"
    ),
    "hot_spots": st.Page(
        hot_spots.render, title="Hot spots", icon=":material/whatshot:", url_path="hot_spots"
    ),
    "density": st.Page(
        density.render, title="Density", icon=":material/blur_on:", url_path="density"
    ),
    "corridors": st.Page(
        corridors.render, title="Corridors", icon=":material/route:", url_path="corridors"
    ),
    "export": st.Page(export.render, title="Export", icon=":material/download:", url_path="export"),
}
st.session_state["pages"] = pages
page = st.navigation(list(pages.values()))
with _parts.guard():
    _choices.filters()
    _parts.head(page.title)
    _choices.for_page(page.title)
    page.run()
