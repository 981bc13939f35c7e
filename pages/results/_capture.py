"""Is the map any good? A closed panel: the map is made without its last months, and judged."""

from collections.abc import Sequence
from typing import Any

import streamlit as st

from analysis.map_check import check_map
from analysis.map_verdict import CAPTURED, LOOKED_AT, RANKED_BY, MapCheck
from analysis.study import Study
from geo.errors import StudyError
from geo.schema import Records
from pages.frame import _kept
from pages.frame._words import plain

METHOD = """
The map is made again without its last whole months, and every choice with it; then the events of
those months are looked up on it. The same is done without the months before these, up to four
times, as far as at least half as many events remain to make a map of. **Captured** is the share of
all these events in the places ranked highest, the range beside it what chance makes of it (events
drawn anew, 95 of 100 draws; where all or none were captured, the exact bounds of Clopper & Pearson
1934, doi:10.1093/biomet/26.4.404). **PAI** is captured
over the share looked at: 1 is no better than anywhere. **PEI** is captured over what a perfect map
would have captured: 1 is perfect. Chainey, Tompson & Uhlig 2008, doi:10.1057/palgrave.sj.8350066;
Hunt 2016.
"""
SHARES = (5, 10, 20, 50)


@st.cache_resource(max_entries=16, show_spinner="Making the map again without its last months …")
def _check(
    study: Study, share: float, digests: tuple[str, ...], _records: Sequence[Records]
) -> MapCheck:
    del digests
    return check_map(study, _records, share)


def panel(study: Study) -> None:
    """Draw the panel; nothing is computed before it is opened."""
    box = st.expander(
        "Is the map any good?", icon=":material/target:", key=f"any good {study.method}",
        on_change="rerun",
    )  # fmt: skip
    if not box.open:
        return
    with box:
        try:
            _judge(study)
        except StudyError as error:
            st.info(plain(f"{error.message} {error.hint}"), icon=":material/lightbulb:")


def _judge(study: Study) -> None:
    percent = st.segmented_control(
        "Look at the highest", SHARES, default=20, required=True, key=f"looked at {study.method}",
        format_func="{}%".format,
        help="How much you could look after: of the people by county, of the ground on a "
        "grid, of the length along streets.",
    )  # fmt: skip
    records = _kept.sources()
    check = _check(study, percent / 100, tuple(one.digest for one in records), records)
    st.markdown(f"**{plain(check.sentence())}**")
    for warning in check.warnings:
        st.markdown(f":orange[:material/warning:] {plain(warning)}")
    with st.container(key=f"linked captured {study.method}"):  # stacked where there is little room
        left, right = st.columns(2)
    left.dataframe(check.table(), hide_index=True)
    right.vega_lite_chart(check.curves(), _chart(check.measured), height=380)
    if len(check.periods) > 1:
        st.markdown("**Each period by itself**, the share captured:")
        st.dataframe(check.by_period(), hide_index=True)
    st.markdown(METHOD)


def _chart(measured: str) -> dict[str, Any]:
    """Draw a curve for each ranking, all names in full below it."""
    legend = {"orient": "bottom", "columns": 1, "labelLimit": 0, "title": None}
    axes = {
        "x": (LOOKED_AT, f"Share of the {measured} looked at, %"),
        "y": (CAPTURED, "Later events captured, %"),
    }
    return {
        "mark": "line",
        "encoding": {
            axis: {"field": field, "type": "quantitative", "title": title}
            for axis, (field, title) in axes.items()
        }
        | {"color": {"field": RANKED_BY, "type": "nominal", "sort": None, "legend": legend}},
    }
