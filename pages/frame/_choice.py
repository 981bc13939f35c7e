"""One choice of a study as a widget: its key is the field's name, and it is kept in the address."""

from collections.abc import Callable

import streamlit as st

from pages.frame._words import words_of


def several(field: str, label: str, placeholder: str = "Any") -> None:
    """Draw a choice of any number of a study field's values; none chosen means all."""
    words = words_of(field)
    st.multiselect(
        label, list(words), key=field, format_func=words.__getitem__,
        placeholder=placeholder, bind="query-params",
    )  # fmt: skip


def one_of(
    field: str,
    label: str,
    explained: str,
    *,
    disabled: bool = False,
    on_change: Callable[[], None] | None = None,
) -> None:
    """Draw a choice of one of a study field's values, the first by default."""
    words = words_of(field)
    st.segmented_control(
        label, list(words), default=next(iter(words)), key=field, help=explained, required=True,
        format_func=words.__getitem__, bind="query-params", disabled=disabled,
        on_change=on_change,
    )  # fmt: skip
