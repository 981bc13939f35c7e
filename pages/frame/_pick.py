"""A table of which one row is picked: what is picked stays so, wherever it comes to stand."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from pages.frame import _fit
from pages.frame._table import height


def one(table: pd.DataFrame, ids: Sequence[str], *, key: str, most: int = 440) -> str | None:
    """Draw a table and return the id of the row picked, None when that row is gone.

    Parameters
    ----------
    table : DataFrame, shape (n, ...)
        Ready to read.
    ids : sequence of str, shape (n,)
        Name the rows, each once.
    key : str
        Of the table on its page.
    most : int
        Pixels it may be high.
    """
    order = list(ids)
    state = st.session_state.get(key) or {}
    rows = list(state.get("selection", {}).get("rows", []))
    if rows != st.session_state.get(f"{key} rows", []):  # the visitor picked or let go
        pick(order[rows[0]] if rows and rows[0] < len(order) else None, key=key)
    picked = st.session_state.get(f"{key} picked")
    wanted = [order.index(picked)] if picked in order else []
    if wanted != rows:
        st.session_state[key] = {"selection": {"rows": wanted, "columns": []}}
    st.session_state[f"{key} rows"] = wanted
    fit = _fit.fitted(table)
    st.dataframe(
        table, hide_index=True, key=key, on_select="rerun", selection_mode="single-row",
        column_config={name: st.column_config.Column(width=px) for name, px in fit.widths.items()},
        row_height=fit.row_height, height=height(len(table), most, fit.row_height),
    )  # fmt: skip
    return picked if wanted else None


def pick(which: str | None, *, key: str) -> None:
    """Pick a row by its id, before its table is drawn."""
    st.session_state[f"{key} picked"] = which
