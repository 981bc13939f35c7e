"""Accuracy: rows whose place is known are placed by their address alone, and compared."""

import pandas as pd
import streamlit as st

from analysis.words import count_of
from boundaries import addresses
from boundaries.intake import opened, uploaded
from geo.geocoding import street_review, street_tier
from geo.ingest import propose
from pages.frame import _kept
from pages.frame._words import plain

_TYPES = ["csv", "tsv", "txt", "xlsx", "geojson", "gpkg", "zip", "parquet"]

_WHAT = {True: "on a street", False: "by ZIP, city or county"}

_Found = tuple[pd.DataFrame, pd.Series, pd.Series]


@st.cache_data(max_entries=4, show_spinner="Placing every row by its address …")
def _compared(file_id: str, known: str, _content: bytes, _name: str) -> _Found:
    del file_id, known
    with uploaded(_content, _kept.folder()) as path:
        raw = opened(path, _name)
        return addresses.known_points(raw, addresses.of_anybody(propose(raw)))


def draw() -> None:
    """Draw the comparison of answers with known points."""
    st.markdown(
        "Load rows that have both an address and the true coordinates, such as calls with a GPS "
        "position. The coordinates are put aside, the rows placed by their address, ZIP code or "
        "city alone, and the two compared. Nothing of the file is kept."
    )
    file = st.file_uploader("Addresses with coordinates", type=_TYPES, key="accuracy file")
    if file is None:
        return
    known = street_tier.state_of_knowledge()
    found, lon, lat = _compared(file.file_id, known, file.getvalue(), file.name)
    have = int(lon.notna().sum())
    st.markdown(
        f"**{count_of(len(found), 'row', 'rows')}, {have:,} with a known point.** "
        f"{plain('' if known else 'No streets are known yet, so only ZIP codes and cities are.')}"
    )
    _tiers(street_review.accuracy(found, lon, lat))
    _scores(street_review.by_score(found, lon, lat))


def _tiers(table: pd.DataFrame) -> None:
    st.markdown("#### Each tier")
    number = st.column_config.NumberColumn
    st.dataframe(
        table.round({"share": 2, "median_m": 0, "p90_m": 0, "within_radius": 2}), hide_index=True,
        column_order=["words", "rows", "share", "median_m", "p90_m", "within_radius"],
        column_config={
            "words": st.column_config.TextColumn("Found as", width=112),
            "rows": number("Rows", format="localized", width=58),
            "share": number("Share", format="percent", width=52),
            "median_m": number("Half, m", format="localized", width=62),
            "p90_m": number("90%, m", format="localized", width=62),
            "within_radius": number("In radius", format="percent", width=70),
        },
    )  # fmt: skip
    st.caption(
        "Half of the rows, and 90%, lie nearer to their known point. In radius: no farther than "
        "the answer itself says."
    )


def _scores(table: pd.DataFrame) -> None:
    if table.empty:
        return
    st.markdown("#### What scores are worth here")
    band = [f"{low:g} to {high:g}" for low, high in zip(table["low"], table["high"], strict=True)]
    shown = table.round({"right": 2}).assign(band=band, what=table["exact"].map(_WHAT))
    st.dataframe(
        shown, hide_index=True,
        column_order=["what", "band", "rows", "mean_score", "right"],
        column_config={
            "what": "Placed",
            "band": "Score", "rows": st.column_config.NumberColumn("Rows", format="localized"),
            "mean_score": st.column_config.NumberColumn("Mean score", format="%.2f"),
            "right": st.column_config.NumberColumn("Right", format="percent"),
        },
    )  # fmt: skip
    st.caption("Right: within 250 m of the known point, or within the radius of the answer.")
