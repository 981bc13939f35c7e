"""Results as tables people read: words for classes, few columns, best first."""

from typing import Any

import pandas as pd
import streamlit as st

from analysis import exposure
from analysis import result as names
from analysis.result import HotSpots

_CLASSES = {
    3: "Hot 99%", 2: "Hot 95%", 1: "Hot 90%", 0: "-",
    -1: "Cold 90%", -2: "Cold 95%", -3: "Cold 99%",
}  # fmt: skip
ROW_HEIGHT = 35
"""Pixels of a row of one line, of the head as well: Streamlit's own."""

ColumnConfigs = dict[str, Any]  # Streamlit keeps the type of a column's config to itself


def of_areas(result: HotSpots) -> tuple[pd.DataFrame, ColumnConfigs]:
    """Return the ranked areas, ready to read, and how their columns are shown."""
    areas, for_people = result.areas, result.by_people
    name = areas[names.NAME]
    columns = {"Area": name if result.study.level == "county" else within_one_state(name)}
    tests = {"Gi*": names.CLASS} | (
        {"For its people": names.ADJUSTED_CLASS} if result.adjusted else {}
    )
    first, *second = reversed(tests) if for_people else tests
    columns[first] = _words(areas[tests[first]])
    columns["Events"] = areas[names.COUNT]
    if areas[names.RATE].notna().any():
        columns["Per 100k"] = areas[names.RATE].round(1)
    columns |= {test: _words(areas[tests[test]]) for test in second}
    columns["Scales"] = areas[names.ROBUST].str.extract(r"(\d of \d)")[0].fillna("-")
    if for_people:
        columns["Times"] = areas[names.RISK].round(2)
    else:
        columns["z"] = areas[names.Z].round(2)
    columns["q"] = areas[names.ADJUSTED_Q if for_people else names.Q].map("{:.2g}".format)
    config: ColumnConfigs = {
        "Area": st.column_config.TextColumn(width=150),
        "Gi*": st.column_config.TextColumn(
            width=82, help="More events in the area and its neighbors than chance explains."
        ),
        "For its people": st.column_config.TextColumn(
            width=98, help="More events than the number of people there explains."
        ),
        "Events": st.column_config.NumberColumn(width=64, format="localized"),
        "Per 100k": st.column_config.NumberColumn(
            width=70, help="Events per 100,000 people over the whole period."
        ),
        "Scales": st.column_config.TextColumn(
            width=62, help="At how many reaches, of half, chosen and double, it is hot or cold."
        ),
        "Times": st.column_config.NumberColumn(
            width=60, help="Events with neighbors, as many times as their people would have."
        ),
        "z": st.column_config.NumberColumn(help="Standard deviations above what chance gives."),
        "q": st.column_config.TextColumn(help="p-value of the ranking test, for many tests."),
    }
    return pd.DataFrame(columns), config


def of_scales(result: HotSpots) -> tuple[pd.DataFrame, ColumnConfigs]:
    """Return the hot and cold areas with what they are at half and at double the reach."""
    areas = result.areas[result.areas[names.ROBUST] != ""]
    name = areas[names.NAME]
    columns = {
        "Area": name if result.study.level == "county" else within_one_state(name),
        "Found again": areas[names.ROBUST],
        "Half": _words(areas[names.HALF]),
        "On the map": _words(areas[result.leading]),
        "Double": _words(areas[names.DOUBLE]),
    }
    for column, level in (("Half", names.HALF), ("Double", names.DOUBLE)):
        if areas[level].isna().all():  # that reach has the same neighbors: it was not tested
            del columns[column]
    config: ColumnConfigs = {
        "Half": st.column_config.TextColumn(help="Tested with half the reach."),
        "Double": st.column_config.TextColumn(help="Tested with double the reach."),
    }
    return pd.DataFrame(columns), config


def _words(classes: pd.Series) -> pd.Series:
    """Give a class in few words: the confidence is said once, in the help of the column."""
    return classes.map(_CLASSES).fillna("Not computable")


def of_corridors(table: pd.DataFrame) -> tuple[pd.DataFrame, ColumnConfigs]:
    """Return corridors with what was recorded in the counties they cross."""
    shown = pd.DataFrame(
        {
            "Corridor": table.index,
            "Counties": table[exposure.COUNTIES],
            "Hot": table[exposure.HOT],
            "Overdoses": table[exposure.OVERDOSES],
            "Share": table[exposure.SHARE].round(2),
            "Seizures": table[exposure.SEIZURES],
            "Per 100,000": table[names.RATE].round(1),
        }
    )
    config: ColumnConfigs = {
        "Corridor": st.column_config.TextColumn(width=70),
        "Hot": st.column_config.NumberColumn(width=50, help="Counties hot at 95% or surer."),
        "Share": st.column_config.NumberColumn(
            width=60, format="percent", help="Of all overdoses."
        ),
        "Seizures": st.column_config.NumberColumn(width=70, format="localized"),
        "Counties": st.column_config.NumberColumn(width=70),
        "Overdoses": st.column_config.NumberColumn(width=80, format="localized"),
    }
    return shown, config


def within_one_state(places: "pd.Series[str]") -> "pd.Series[str]":
    """Leave the state out of the names of places where it is the same for all."""
    if places.empty:
        return places
    ends = places.str.extract(r"(, [A-Z]{2})$")[0].unique()
    return places.str.removesuffix(ends[0]) if len(ends) == 1 and pd.notna(ends[0]) else places


def height(rows: int, most: int, row_height: int = ROW_HEIGHT) -> int:
    """Pixels a table of so many rows needs: no empty rows below few, a scroll for many."""
    return min(ROW_HEIGHT + row_height * rows + 3, most)
