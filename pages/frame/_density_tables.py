"""Hot areas of a surface and hot streets as tables people read."""

import pandas as pd
import streamlit as st

from analysis import result as names
from analysis import street_result as streets
from analysis.pixels import PER_MI2
from analysis.result import Density
from analysis.street_result import StreetDensity
from pages.frame._table import ColumnConfigs, within_one_state

KM2_PER_MI2 = PER_MI2 / 1e6


def of_hot_areas(result: Density) -> tuple[pd.DataFrame, ColumnConfigs]:
    """Return the areas that stand out on a surface, most events first."""
    areas = result.areas
    miles = result.study.unit == "mi2" and not result.of_risk
    ground = "mi2" if miles else "km2"
    columns = {
        "Place": within_one_state(areas[names.NAME]),
        "Events": areas[names.COUNT],
        "Share": areas[names.SHARE].round(3),
        **_beside(result),
        ground: _short(areas[names.AREA_KM2] / (KM2_PER_MI2 if miles else 1.0)),
        "Highest": areas[names.PEAK],
    }
    config: ColumnConfigs = {
        "Place": st.column_config.TextColumn(width=170, help="Around the middle of the area."),
        "Events": st.column_config.NumberColumn(width=52, format="localized"),
        "Share": st.column_config.NumberColumn(width=54, format="percent", help="Of all events."),
        "Beside": st.column_config.NumberColumn(
            width=58, format="compact", help="Records they are compared with."
        ),
        "People": st.column_config.NumberColumn(
            width=58, format="compact",
            help="About: people are known by county." if result.of_risk
            else "About: the people of the county, as if spread evenly over it.",
        ),
        ground: st.column_config.NumberColumn(width=56, format="localized"),
        "Highest": st.column_config.NumberColumn(
            width=60, format="%.3g", help=f"Highest value, {result.surface.unit}."
        ),
    }  # fmt: skip
    return pd.DataFrame(columns), config


def _short(area: "pd.Series[float]") -> "pd.Series[float]":
    """Whole numbers, with decimals for small areas only."""
    return area.round(0).where(area >= 10, area.round(1))


def _beside(result: Density) -> dict[str, pd.Series]:
    """Return what stands beside the events of an area: people, or the controls."""
    if result.study.versus == "controls":
        return {"Beside": result.areas[names.CONTROLS]}
    return {"People": result.areas[names.PEOPLE].round(-2)}


def of_stretches(result: StreetDensity) -> tuple[pd.DataFrame, ColumnConfigs]:
    """Return the streets that stand out, most events first."""
    found = result.stretches
    length = "mi" if result.study.unit == "mi2" else "km"
    columns = {
        "Street": found[names.NAME],
        "Events": found[names.COUNT],
        length: found[streets.LENGTH],
        f"Per {length}": found[streets.PER_LENGTH],
        "Share": found[names.SHARE].round(3),
        "Highest": found[names.PEAK],
        "Near": within_one_state(found[streets.NEAR]),
    }
    config: ColumnConfigs = {
        "Street": st.column_config.TextColumn(width=140),
        "Near": st.column_config.TextColumn(width=190),
        "Events": st.column_config.NumberColumn(width=54, format="localized"),
        length: st.column_config.NumberColumn(
            width=50, format="%.2f", help="Length of the part of the street that stands out."
        ),
        f"Per {length}": st.column_config.NumberColumn(
            width=56, format="%.1f", help="Events over length."
        ),
        "Share": st.column_config.NumberColumn(width=56, format="percent", help="Of all events."),
        "Highest": st.column_config.NumberColumn(
            width=60, format="%.3g", help=f"Highest density on it, {result.unit}."
        ),
    }
    return pd.DataFrame(columns), config
