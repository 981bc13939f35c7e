"""Which column is what: the table a person checks before a file is read."""

from dataclasses import replace

import pandas as pd
import streamlit as st

from analysis.words import count_of
from geo.errors import InputError, SchemaError
from geo.ingest import Mapping
from geo.ingest.aside import notes_of, up_to_date, why_aside
from geo.ingest.columns import DATE_FIELDS, DATE_ROLES, FIELDS, PLACE_FIELDS, PLACE_ROLES, may_share
from geo.ingest.counts import no_count
from geo.schema import KINDS
from geo.store.preview import Preview
from pages.frame import _table, _words
from pages.intake import _notes

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


def confirm(seen: Preview) -> tuple[Mapping, list[str]]:
    """Show each column with samples, its role and how sure that is; take changes.

    Returns the mapping as changed, and the words of roles that two columns were given.
    """
    with st.container(horizontal=True, vertical_alignment="center"):
        rows = (
            count_of(seen.rows, "row", "rows") if seen.is_whole else f"The first {seen.rows:,} rows"
        )
        st.markdown(
            f"**{rows}.** Please check what each column is. Columns that are not used are ignored.",
            width="stretch",
        )
        mapping = _saved(seen) or seen.mapping
    if seen.is_known:
        st.caption("The columns are set as you confirmed them for a file like this before.")
    with st.container(horizontal=True):
        kind = st.segmented_control(
            "Each row is", KINDS, default=mapping.kind, required=True,
            format_func={"overdose": "An overdose", "seizure": "A seizure"}.__getitem__,
        )  # fmt: skip
        counts = st.toggle("Rows are counts of areas", mapping.area_counts)
    key = f"mapping {seen.name} {seen.sheet} {seen.rows} {mapping.meaning}"
    edited = [_edited(table, f"{key} {name}") for name, table in _tables(seen, mapping).items()]
    now = pd.concat([table for table, _ in edited])
    changed = pd.concat([table for _, table in edited])
    for column, words in zip(changed["Column"], changed["What it is"], strict=True):
        mapping = mapping.without(column)
        if words != _UNUSED:
            mapping = mapping.with_choice(_ROLES[words], column)
    given = now[now["What it is"] != _UNUSED].groupby("What it is")["Column"].agg(tuple)
    twice = [
        words for words, columns in given.items()
        if len(columns) > 1 and not may_share(_ROLES[words], columns)
    ]  # fmt: skip
    mapping = up_to_date(replace(mapping, kind=kind, area_counts=counts))
    _notes.draw(notes_of(mapping))
    _check_counts(mapping)
    return mapping, twice


def _edited(shown: pd.DataFrame, key: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Let a person change what columns are: all as they are then, and those changed."""
    is_used = "Sure" in shown
    if not is_used:
        st.caption("Not used:")
    widest = int(6 * shown["What it is"].str.len().max())
    edited = st.data_editor(
        shown, hide_index=True, disabled=[name for name in shown.columns if name != "What it is"],
        height=_table.height(len(shown), 400 if is_used else 220), key=key,
        column_config={
            "Column": st.column_config.TextColumn(pinned=True, width=_width(shown["Column"])),
            "What it is": st.column_config.SelectboxColumn(
                options=[_UNUSED, *_ROLES], required=True, width=min(max(widest, 105), 172)
            ),
            "Sure": st.column_config.NumberColumn(format="percent", width=50),
        },
    )  # fmt: skip
    return edited, edited[edited["What it is"] != shown["What it is"]]


def _check_counts(mapping: Mapping) -> None:
    """Stop where a row would silently count as one event, or its count be passed over."""
    counted = mapping.columns("count") + mapping.columns("period_count")
    if mapping.area_counts and not counted:
        raise no_count()
    if counted and not mapping.area_counts:
        raise SchemaError(
            f'"{counted[0]}" is the number of events, but "Rows are counts of areas" is off.',
            f'Turn it on, or set "{counted[0]}" to "{_UNUSED}": then each row is one event.',
        )


def _width(columns: pd.Series) -> int:
    """Pixels in which most names are read whole, and which leave room for samples beside them."""
    return int(min(24 + 7 * columns.str.len().max(), 130))


def _saved(seen: Preview) -> Mapping | None:
    """Take a choice of columns that was saved for a file like this."""
    with st.popover("Use a saved choice of columns", icon=":material/view_column:", wrap=True):
        file = st.file_uploader("Choice of columns (.json)", type=["json"], key="saved mapping")
        if file is None:
            return None
        try:
            return Mapping.from_json(file.getvalue().decode("utf-8", "replace")).for_header(
                seen.mapping.header
            )
        except InputError as error:
            st.error(_words.plain(str(error)))
    return None


def _tables(seen: Preview, mapping: Mapping) -> dict[str, pd.DataFrame]:
    """List the file's columns, those used and the others; what none of them has is left out."""
    aside = why_aside(mapping)
    chosen = {choice.column: choice for choice in mapping.choices}
    table = pd.DataFrame(
        [
            (
                column,
                WORDS[chosen[column].role] if column in chosen else _UNUSED,
                chosen[column].confidence if column in chosen else None,
                aside.get(column, ""),
                " · ".join(cells),
            )
            for column, cells in seen.samples.items()
        ],
        columns=["Column", "What it is", "Sure", "Because", "Samples"],
    )
    is_used = table["Column"].isin(chosen)
    both = {
        "used": table[is_used].drop(columns="Because"),
        "unused": table[~is_used].drop(columns="Sure"),
    }
    return {
        name: part.drop(
            columns=[c for c in ("Because", "Samples") if c in part and not part[c].any()]
        )
        for name, part in both.items()
        if len(part)
    }
