"""What do others say? A closed panel: local Moran and local join counts beside a hot spot map."""

import pandas as pd
import streamlit as st

from analysis import opinions
from analysis import result as names
from analysis.result import HotSpots
from analysis.words import HOT
from pages.frame._words import plain

METHOD = """
**Local Moran** says which areas are like their neighbors, and which stand out against them (high
among low). **Local join counts** say where an area with more than usual has neighbors that have
it too. *q* is p corrected for looking at many areas. Both look
at what Gi\\* looks at: on a grid at how far events lie from those of the ground, where hot
means more than its people explain at how far they lie from those of the people there, in standard
deviations that allow for places which differ anyway (the same phi as in the map's test). Anselin
1995, doi:10.1111/j.1538-4632.1995.tb00338.x; Anselin & Li 2019, doi:10.1007/s10109-019-00299-x.
"""
ROWS = 100


def panel(result: HotSpots) -> None:
    """Draw the panel; nothing is computed before it is opened."""
    box = st.expander(
        "What do other statistics say?", icon=":material/forum:", key="other statistics",
        on_change="rerun",
    )  # fmt: skip
    if not box.open:
        return
    with box:
        found = _asked(result.provenance["id"], result)
        hot = (result.areas[result.leading] >= HOT).fillna(value=False).astype(bool)
        st.markdown(f"**{plain(opinions.in_words(found, hot, 'areas'))}**")
        table = found.loc[result.areas.index].head(ROWS)
        st.dataframe(
            pd.DataFrame(
                {
                    "Area": result.areas[names.NAME].head(ROWS),
                    "Local Moran": table[opinions.QUADRANT],
                    "q of Moran": table[opinions.MORAN_Q].map(_q),
                    "Joins": table[opinions.JOINS],
                    "q of joins": table[opinions.JOINS_Q].map(_q),
                }
            ),
            hide_index=True,
        )
        st.caption(f"The {ROWS} hottest areas, in the order of the map's table.")
        st.markdown(METHOD)


@st.cache_resource(max_entries=16, show_spinner="Asking other statistics …")
def _asked(made_from: str, _result: HotSpots) -> pd.DataFrame:
    del made_from  # with every choice in it, the key of this cache
    return _result.opinions()


def _q(value: float) -> str:
    return "-" if pd.isna(value) else f"{value:.2g}"
