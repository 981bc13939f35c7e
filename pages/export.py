"""Export: files for GIS teams, slides and colleagues, each with the study inside."""

import json

import streamlit as st

from geo.schema import HANDLINGS
from maps import export
from pages.frame import _files, _session
from pages.results import _result

WORDS = {
    "gpkg": ("GeoPackage", "All layers in one file, for QGIS and ArcGIS."),
    "geojson": ("GeoJSON", "The result's areas, or streets as lines, for web maps and scripts."),
    "shp": ("Shapefile (zip)", "For older GIS; short column names, explained inside."),
    "csv": ("Table (zip)", "The ranked table as CSV with the study beside it; streets with lines."),
    "tif": (
        "GeoTIFF",
        "A cloud-optimized raster (COG) with statistics; of a risk with p and q as bands 2 and 3.",
    ),
    "tif.zip": (
        "GeoTIFF, styled (zip)",
        "The same with a QGIS style (QML), and the map's classes as a COG with a color table.",
    ),
    "png": ("Figure PNG", "For slides, with legend, scale bar, source and marking."),
    "pdf": ("Figure PDF", "For print."),
    "html": ("Map in one file", "Opens in any browser without internet; nothing is fetched."),
}


def render() -> None:
    """Draw the page."""
    method = st.session_state["export"]
    result = _session.result_of(_session.chosen_study(method))
    _result.finding(result)
    st.markdown(
        f"Marked **{HANDLINGS[result.study.handling]}**. "
        "Each file carries the study: every choice, the data's digest and the versions, so that it "
        "can be run again. Incident points are left out unless you add them."
    )
    public = result.study.handling == "public"
    points = st.checkbox(
        "Add incident points (GeoPackage only)", key=f"points {public}", disabled=public,
        help="Exact places of incidents; never in files marked public.",
    )  # fmt: skip
    with st.container(horizontal=True):
        for ending, (label, words) in WORDS.items():
            if export.fits(ending, result.layers()):
                with st.container(border=True, width=300, height=180):
                    st.markdown(f"**{label}**")
                    st.caption(words)
                    st.download_button(
                        "Download", _files.exporter(result, ending, points=points),
                        export.file_name(method, ending), key=f"download {method} {ending}",
                        icon=":material/download:", on_click="ignore",
                    )  # fmt: skip
    with st.expander("The study in these files"):
        st.json(json.loads(json.dumps(result.provenance, default=str)))
