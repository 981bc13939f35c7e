"""How sure is it? A closed panel: hot spots at other scales; what was counted and what was not."""

import pandas as pd
import streamlit as st

from analysis.result import HotSpots
from analysis.run import Result
from pages.frame import _table
from pages.frame._words import plain

ROWS = 100


def panel(result: Result) -> None:
    """Draw the panel, sent to the browser when opened; of a density only what was counted."""
    box = st.expander("How sure is it?", icon=":material/rule:", key="how sure", on_change="rerun")
    if not box.open:
        return
    with box:
        if isinstance(result, HotSpots):
            _at_scales(result)
        st.markdown(
            "**What was counted, and what was left out.** The places of incidents may be off by "
            "their radius; records may still arrive late; agencies that do not report look like "
            "zeros."
        )
        st.dataframe(
            pd.DataFrame(
                [
                    (what.replace("_", " ").capitalize(), n)
                    for what, n in result.tally.items()
                    if n or what == "used"
                ],
                columns=["Records", "How many"],
            ),
            hide_index=True,
            column_config={"How many": st.column_config.NumberColumn(format="localized")},
        )


def _at_scales(result: HotSpots) -> None:
    """Say which hot and cold spots are found again at half and at double the reach."""
    st.markdown(
        "**At half and double the scale.** "
        + plain(result.at_scales or "No area is hot or cold at 95%, so none is looked for again.")
    )
    table, config = _table.of_scales(result)
    if table.empty:
        return
    st.dataframe(table.head(ROWS), hide_index=True, column_config=config)
    other = next(one for one in result.parameters if one.name == "Other scales")
    st.caption(
        plain(
            f"The map's test again with {other.value}. Found again means hot (or cold) at 95% "
            "there too. A spot that needs one particular reach is weak evidence."
        )
    )
    if len(table) > ROWS:
        st.caption(f"The first {ROWS} of {len(table):,}. Export has them all.")
