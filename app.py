"""The browser's door: page set-up, navigation, run."""

from pathlib import Path

import streamlit as st

from pages import corridors, data, density, export, hot_spots, quality, start, streets
from pages.frame import _choices, _copies, _parts, _session

FOLDER = Path(__file__).parent / "pages"
ICONS = {
    start: "home", data: "table_view", streets: "signpost", quality: "fact_check",
    hot_spots: "whatshot", density: "blur_on", corridors: "route", export: "download",
}  # fmt: skip

st.set_page_config(
    page_title="HRS Atlas", page_icon=str(FOLDER / "icon.svg"), layout="wide", menu_items={}
)
st.html(FOLDER / "style.css")
pages = {}
for module, icon in ICONS.items():
    name = module.__name__.rpartition(".")[2]
    pages[name] = st.Page(
        module.render, title=name.replace("_", " ").capitalize(), icon=f":material/{icon}:",
        url_path=name, default=module is start,
    )  # fmt: skip
st.session_state["pages"] = pages
page = st.navigation(list(pages.values()))
_copies.clear(here=page.title == "Data")
with _parts.guard():
    _choices.filters()
    _parts.head(page.title)
    _choices.for_page(page.title)
    page.run()
_session.settle()
