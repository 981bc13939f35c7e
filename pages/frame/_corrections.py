"""A person's word against the file's: the form of a correction, and the list of those kept."""

from collections.abc import Mapping
from datetime import UTC, datetime

import pandas as pd
import streamlit as st

from analysis.words import count_of
from geo import seized
from geo.ingest.dates import EARLIEST
from geo.schema import (
    DRUG_CLASSES,
    DRUGS,
    GEOID,
    KIND,
    LAT,
    LON,
    OCCURRED_ON,
    OUTCOME,
    OUTCOMES,
    QUANTITY,
    SEIZED,
    UNIT,
    WRITTEN,
)
from geo.store import Correction
from geo.store.protocol import Correctable
from pages.frame import _kept, _words

_FIELDS: Mapping[Correctable, str] = {
    "occurred_on": "Day",
    "outcome": "Fatal or not",
    "drugs": "Drugs",
    "seized": "What was seized: drug, quantity, unit",
    "place": "Place (longitude, latitude)",
    "geoid": "County",
    "excluded": "Not an incident: leave it out",
}


def form(source: str, record_id: str, *, key: str) -> None:
    """Draw the form of a correction, with what is known now."""
    table = _kept.store().records(source).table
    now = table[table["record_id"] == record_id]
    if now.empty:
        st.info("This incident is left out or withdrawn; see the corrections below.")
        return
    row = now.iloc[0]
    fields = [name for name in _FIELDS if name != "seized" or row[KIND] == "seizure"]
    if row[KIND] == "seizure":
        st.markdown(f"Seized: {_words.plain(seized.in_words(seized.spell(_parts(row))))}.")
    with st.container(border=True):
        field = st.selectbox(
            "What is wrong?", fields, format_func=_FIELDS.__getitem__, key=f"field {key}"
        )
        value = _value_of(field, row, key=f"{key} {record_id} {field}")
        why = st.text_input("Why? (kept with the correction)", key=f"why {key} {record_id}")
        if st.button(
            "Keep this correction", type="primary", key=f"keep {key}", disabled=value is None
        ):
            assert value is not None
            _kept.store().correct(
                Correction(source, record_id, field, value, why, datetime.now(UTC))
            )
            _kept.say_changed()
            st.rerun()


def _value_of(field: str, row: pd.Series, *, key: str) -> str | None:
    """Take a new value; None until it is complete."""
    if field == "occurred_on":
        known = row[OCCURRED_ON]
        before = None if pd.isna(known) else known.date()
        day = st.date_input("Day", before, min_value=EARLIEST, key=key)
        return day.isoformat() if day else None
    if field == "outcome":
        at = OUTCOMES.index(row[OUTCOME])
        return st.selectbox("Outcome", OUTCOMES, at, format_func=str.capitalize, key=key)
    if field in {"drugs", "seized"}:
        is_parts = field == "seized"
        return _seized(_parts(row), key=key) if is_parts else _drugs("Drugs", row[DRUGS], key=key)
    if field == "place":
        with st.container(horizontal=True):
            known = None if pd.isna(row[LON]) else float(row[LON])
            lon = st.number_input("Longitude", -180.0, 0.0, known, format="%.6f", key=f"{key} lon")
            known = None if pd.isna(row[LAT]) else float(row[LAT])
            lat = st.number_input("Latitude", 10.0, 75.0, known, format="%.6f", key=f"{key} lat")
        return None if lon is None or lat is None else f"{lon} {lat}"
    if field == "geoid":
        names = _words.counties()
        here = list(names).index(row[GEOID]) if row[GEOID] in names else None
        return st.selectbox("County", list(names), here, format_func=names.__getitem__, key=key)
    return ""


def _drugs(label: str, known: str, *, key: str) -> str:
    """Take drug classes, "|cocaine|fentanyl|"."""
    before = [code for code in known.split("|") if code]
    chosen = st.multiselect(
        label, DRUG_CLASSES, before, format_func=DRUG_CLASSES.__getitem__, key=key
    )
    return f"|{'|'.join(sorted(chosen))}|" if chosen else ""


def _parts(row: pd.Series) -> tuple[seized.Part, ...]:
    return seized.of_record(*(row[name] for name in (SEIZED, DRUGS, WRITTEN, QUANTITY, UNIT)))


def _seized(parts: tuple[seized.Part, ...], *, key: str) -> str | None:
    """Take drug, quantity and unit of one part of a seizure; None while nothing is changed."""
    names = [
        seized.in_words(seized.spell([part])) + (f" ({part.written})" if part.written else "")
        for part in parts
    ]
    at = 0
    if len(parts) > 1:
        at = st.selectbox(
            "Which of them?", range(len(parts)), format_func=names.__getitem__, key=f"{key} which"
        )
    part = parts[at]
    drugs = _drugs("Drug (several for a mixture)", part.drugs, key=f"{key} {at} drug")
    with st.container(horizontal=True):
        quantity = st.number_input(
            "Quantity (empty: not known)", 0.0, None, part.quantity, format="%.10g",
            key=f"{key} {at} quantity",
        )  # fmt: skip
        units = ["", *seized.UNITS]
        unit = st.selectbox(
            "Unit", units, units.index(part.unit), key=f"{key} {at} unit",
            format_func=lambda code: seized.UNITS.get(code, "not known"),
        )  # fmt: skip
    said = seized.Part(drugs, part.written, quantity, unit)
    return None if said == part else seized.spell([*parts[:at], said, *parts[at + 1 :]])


def of_source(source: str) -> None:
    """Draw the corrections of a source, each with a way back."""
    found = _kept.store().corrections(source)
    for one in found:
        with st.container(horizontal=True, vertical_alignment="center"):
            old = " The source has changed this value since." if one.outdated else ""
            why = f": {_words.plain(one.why)}" if one.why else ""
            st.markdown(
                f"**{_FIELDS[one.field]}** of {_words.plain(one.record_id)} corrected "
                f"{one.corrected_at:%b %-d, %Y}{why}.{old}",
                width="stretch",
            )
            if st.button(
                "Let the file's word count", key=f"drop {source} {one.record_id} {one.field}"
            ):
                _kept.store().drop_correction(source, one.record_id, one.field)
                _kept.say_changed()
                st.rerun()
    if found:
        st.caption(
            f"{count_of(len(found), 'correction', 'corrections')}, kept through new imports."
        )
