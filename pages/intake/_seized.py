"""What was seized of each drug, as a table and a file."""

import pandas as pd
import streamlit as st

from analysis import seizures
from geo.schema import MASS_G, Records
from geo.seized import named
from geo.store.mending import for_spreadsheet
from pages.frame import _words

_TITLES = {
    seizures.SEIZURES: ("Seizures", "In which there was some of it; one with several is in each."),
    seizures.AT_MOST: (
        "Seizures at most",
        "Rows that stand for several seizures do not say in how many of them each drug was.",
    ),
    MASS_G: ("Grams", "Of what was weighed. Doses, plants and volumes are not turned into grams."),
    seizures.DOSES: ("Doses", "Dosage units, such as tablets."),
    seizures.PLANTS: ("Plants", None),
    seizures.VOLUME_ML: ("Milliliters", None),
    seizures.NOT_KNOWN: ("Not measured", "Times the file says no quantity, or no known unit."),
}


@st.cache_data(max_entries=16, show_spinner="Adding up what was seized …")
def _by_drug(digest: str, _records: Records) -> pd.DataFrame:
    del digest
    return seizures.by_drug(_records.table)


def draw(records: Records, key: str) -> None:
    """Draw the sums by drug, where there are seizures with quantities."""
    sums = _by_drug(records.digest, records)
    measured = sums.drop(columns=[seizures.SEIZURES, seizures.AT_MOST, seizures.NOT_KNOWN])
    if not measured.notna().any(axis=None):
        return
    with st.expander("What was seized, by drug", icon=":material/scale:"):
        shown = sums if sums[seizures.NOT_KNOWN].any() else sums.drop(columns=seizures.NOT_KNOWN)
        shown = shown.dropna(axis="columns", how="all").rename(index=named).rename_axis("Drug")
        st.dataframe(
            shown.reset_index(), hide_index=True, placeholder="",
            column_config={
                name: st.column_config.NumberColumn(title, help=why, format="localized")
                for name, (title, why) in _TITLES.items()
            },
        )  # fmt: skip
        st.caption(
            "Grams of different drugs are different things: they are added up for each drug alone. "
            "What was seized as a mixture is a row of its own."
        )
        st.download_button(
            "Each drug of each seizure",
            lambda: for_spreadsheet(seizures.listed(records.table)),
            f"seized-{_words.in_file_name(key)}.csv", "text/csv", icon=":material/download:",
            on_click="ignore", key=f"seized {key}",
        )  # fmt: skip
