"""Where most records are known by county or ZIP code: say that no density of them is honest."""

from collections.abc import Sequence

import streamlit as st

from analysis.coarse import TOO_COARSE, coarse_share
from analysis.study import Study
from analysis.words import percent
from geo.errors import StudyError
from geo.schema import Records
from pages.frame import _kept, _parts
from pages.frame._words import plain


def advise(study: Study) -> bool:
    """Draw the advice where it is due; whether nothing is left that a density could show."""
    records = _kept.sources()
    share = _share(study, tuple(one.digest for one in records), records)
    if study.versus == "people" or share <= TOO_COARSE:
        return False
    st.warning(
        plain(
            f"{percent(share)} of these incidents are known by county, town or ZIP code only. A "
            "density of them would show the middles of these areas, not where incidents were: they "
            "are left out of it. Relative risk and hot spots by county count every incident."
        ),
        icon=":material/blur_off:",
    )
    with st.container(horizontal=True):
        st.button(
            "Relative risk", icon=":material/balance:", on_click=_take, args=("versus", "people")
        )
        if st.button(
            "Hot spots by county", icon=":material/whatshot:", on_click=_take,
            args=("level", "county"),
        ):  # fmt: skip
            _parts.go_to("hot_spots")
    return share >= 1


def _take(field: str, value: str) -> None:
    """Make a choice as if its widget had been used."""
    st.session_state[field] = value


@st.cache_data(max_entries=32, show_spinner=False)
def _share(study: Study, digests: tuple[str, ...], _records: Sequence[Records]) -> float:
    del digests
    try:
        return coarse_share(study, _records)
    except StudyError:
        return 0.0  # the run says what is missing
