"""Which column is what: the table a person checks before a file is read."""

from dataclasses import replace

import pandas as pd
import streamlit as st

from geo.ingest import Mapping, RawTable
from geo.ingest.columns import DATE_FIELDS, DATE_ROLES, FIELDS, MANY, PLACE_FIELDS, PLACE_ROLES
from geo.schema import KINDS

_UNUSED = "not used"


def _role_words() -> dict[str, str]:
    """Words for each role, such as "City or town, of the death"."""
    words: dict[str, str] = {}
    for field, label in FIELDS.items():
        groups = DATE_ROLES if field in DATE_FIELDS else PLACE_ROLES
        if field in (*DATE_FIELDS, *PLACE_FIELDS):
            words |= {f"{group}.{field}": f"{label}, of the {group}" for group in groups}
        else:
            words[field] = label
    return words


WORDS = _role_words()
_ROLES = {words: role for role, words in WORDS.items()}


def confirm(raw: RawTable, mapping: Mapping) -> tuple[Mapping, list[str]]:
    """Show each column with samples, its role and how sure that is; take changes.

    Returns the mapping as changed, and the words of roles that two columns were given.
    """
    st.markdown(
        f"**{len(raw.text):,} rows.** Please check what each column is. "
        "Columns that are not used are ignored."
    )
    with st.container(horizontal=True):
        kind = st.segmented_control(
            "Each row is", KINDS, default=mapping.kind, required=True,
            format_func={"overdose": "An overdose", "seizure": "A seizure"}.__getitem__,
        )  # fmt: skip
        counts = st.toggle("Rows are counts of areas", mapping.area_counts)
    shown = _table(raw, mapping)
    edited = st.data_editor(
        shown, hide_index=True, disabled=["Column", "Sure", "Samples"],
        height=min(36 * len(shown) + 40, 400),
        key=f"mapping {raw.digest}",
        column_config={
            "Column": st.column_config.TextColumn(pinned=True),
            "What it is": st.column_config.SelectboxColumn(
                options=[_UNUSED, *_ROLES], required=True, width="medium"
            ),
            "Sure": st.column_config.ProgressColumn(format="percent", min_value=0, max_value=1),
            "Samples": st.column_config.TextColumn(width="large"),
        },
    )  # fmt: skip
    changed = edited[edited["What it is"] != shown["What it is"]]
    for column, words in zip(changed["Column"], changed["What it is"], strict=True):
        mapping = mapping.without(column)
        if words != _UNUSED:
            mapping = mapping.with_choice(_ROLES[words], column)
    given = edited["What it is"].value_counts()
    twice = [
        words for words, n in given.items()
        if n > 1 and words != _UNUSED and _ROLES[words] not in MANY
    ]  # fmt: skip
    return replace(mapping, kind=kind, area_counts=counts), twice


def _table(raw: RawTable, mapping: Mapping) -> pd.DataFrame:
    """List the file's columns, those in use first."""
    chosen = {choice.column: choice for choice in mapping.choices}
    rows = [
        (
            column,
            WORDS[chosen[column].role] if column in chosen else _UNUSED,
            chosen[column].confidence if column in chosen else None,
            " · ".join(_samples(raw.text[column])),
        )
        for column in sorted(raw.columns, key=lambda c: c not in chosen)
    ]
    return pd.DataFrame(rows, columns=["Column", "What it is", "Sure", "Samples"])


def _samples(cells: pd.Series) -> list[str]:
    """Give the first three different values, cut short."""
    found = cells[cells != ""].head(200).unique()[:3]
    return [str(value).replace("\n", " ")[:40] for value in found]
