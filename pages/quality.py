"""Data quality: what is wrong with the data, what it does to a map, and which rows it is."""

from collections.abc import Sequence
from datetime import date

import pandas as pd
import streamlit as st

from analysis import linkage, quality
from analysis.linkage import CountOnce
from analysis.quality.finding import Finding
from analysis.words import count_of
from geo.schema import Records
from pages.frame import _corrections, _kept, _lines, _quality_tables, _words

ICONS = {
    "serious": ":red[:material/error:]",
    "note": ":orange[:material/warning:]",
    "good": ":green[:material/check_circle:]",
}
_PICKED = "finding picked"
_AREAS_SHOWN = 30


@st.cache_resource(max_entries=8, show_spinner="Looking through every row …")
def _look(digests: tuple[str, ...], today: date, _records: Sequence[Records]) -> quality.Quality:
    del digests
    return quality.look(_records, today)


@st.cache_resource(max_entries=4, show_spinner="Linking probable duplicates …")
def _links(digests: tuple[str, ...], _records: Sequence[Records]) -> pd.DataFrame:
    del digests
    return linkage.link_all(_records)


def render() -> None:
    """Draw the page."""
    records = _kept.all_sources()
    digests = tuple(one.digest for one in records)
    seen = _look(digests, date.today(), records)
    serious = sum(one.severity == "serious" for one in seen.findings)
    notes = sum(one.severity == "note" for one in seen.findings)
    st.markdown(
        f"### {count_of(serious, 'serious finding', 'serious findings')}, "
        f"{count_of(notes, 'note', 'notes')}"
    )
    if len(records) > 1:
        _both_sides(records, _links(digests, records))
    for one in records:
        st.markdown(f"#### {_words.plain(one.source)}")
        for number, finding in enumerate(f for f in seen.findings if f.source == one.source):
            _finding(finding, f"{one.source} {number}", has_lines=not one.synthetic)
        _tables(seen, one.source)
        if not one.synthetic:
            with st.expander("Corrections", icon=":material/edit:"):
                _lines.by_number(one.source)
                _corrections.of_source(one.source)


def _finding(finding: Finding, key: str, *, has_lines: bool) -> None:
    """Draw a finding: what, what it does to a map, what to do, and its rows."""
    picked = st.session_state.get(_PICKED) == key
    st.markdown(
        f"{ICONS[finding.severity]} **{_words.plain(finding.title)}**  \n"
        f"{_words.plain(finding.effect)} {_words.plain(finding.advice)}"
    )
    if finding.areas:
        names = [_words.counties().get(g, g) for g in finding.areas[:_AREAS_SHOWN]]
        more = len(finding.areas) - len(names)
        st.caption(_words.plain("; ".join(names)) + (f" and {more:,} more" if more else ""))
    if has_lines and finding.record_ids and st.button(
        "Hide the rows" if picked else "Show the rows", key=f"rows {key}", type="tertiary",
        icon=":material/table_rows:",
    ):  # fmt: skip
        st.session_state[_PICKED] = None if picked else key
        st.rerun()
    if has_lines and picked:
        _lines.show(finding.source, finding.record_ids, key=key)


def _tables(seen: quality.Quality, source: str) -> None:
    """Draw the closed panels with the numbers behind the findings."""
    for title, table in _quality_tables.of_source(seen, source).items():
        with st.expander(title, icon=":material/table_rows:"):
            st.dataframe(table, hide_index=True)


def _both_sides(records: Sequence[Records], links: pd.DataFrame) -> None:
    """Draw what two sources probably both recorded, and let the person say how it counts."""
    st.markdown("#### Recorded by more than one source")
    if links.empty:
        st.markdown("No record of one source looks like one of another.")
        return
    chosen = _kept.count_once()
    likely = st.slider(
        "Count as the same from a probability of", 0.5, 0.99,
        chosen.at_least if chosen else linkage.LIKELY, step=0.01, key="linked from", width=320,
    )  # fmt: skip
    sure = links[links["probability"] >= likely]
    st.markdown(
        f"{count_of(len(sure), 'pair', 'pairs')} of records are probably the same event "
        f"(of {len(links):,} looked at closely). {_how_it_counts(records, chosen)}"
    )
    st.dataframe(
        sure.head(500).assign(sure=sure["probability"].map(linkage.sure_in_words)),
        hide_index=True,
        column_order=["sure", "source_a", "record_a", "source_b", "record_b", "why"],
        column_config={
            "sure": st.column_config.Column("Sure", width=70),
            "source_a": "Source", "record_a": "Record", "source_b": "and source",
            "record_b": "Its record", "why": st.column_config.Column("Why", width="large"),
        },
    )  # fmt: skip
    names = [one.source for one in records]
    with st.container(horizontal=True, vertical_alignment="bottom"):
        words = {"each": "Each record", "once": "Once for each event"}
        how = st.segmented_control(
            "What counts", list(words), default="once" if chosen else "each", required=True,
            format_func=words.__getitem__, key="linked count",
        )  # fmt: skip
        first = st.selectbox(
            "The record that counts comes from", names,
            names.index(chosen.prefer[0]) if chosen and chosen.prefer[0] in names else 0,
            disabled=how == "each", key="linked prefer",
        )  # fmt: skip
        prefer = (first, *(name for name in names if name != first))
        wanted = CountOnce(prefer, likely) if how == "once" else None
        if st.button("Use this", disabled=wanted == chosen, key="linked use"):
            _kept.set_count_once(wanted)
            st.rerun()


def _how_it_counts(records: Sequence[Records], chosen: CountOnce | None) -> str:
    """Say what was chosen, and what it leaves out."""
    if chosen is None:
        return "Unless you say otherwise each record counts."
    left_out = linkage.not_counted(records, _kept.sources())
    return (
        "Each event counts once, as was chosen: "
        f"{count_of(left_out, 'record is', 'records are')} not counted."
    )
