"""What persons chose: which column is what, source by source, and other choices."""

import sqlite3
from collections.abc import Sequence
from dataclasses import replace

from geo.errors import SchemaError
from geo.ingest.columns import Mapping, header_key
from geo.ingest.read import RawTable
from geo.store import imports
from geo.store.imports import Kept
from geo.store.mending import NUMBER as OF_NUMBER
from geo.store.mending import MendedTable


def remember(connection: sqlite3.Connection, mapping: Mapping, at: str) -> None:
    """Keep a mapping for its header; without samples, which are cells of one file."""
    bare = replace(
        mapping,
        choices=tuple(replace(choice, samples=()) for choice in mapping.choices),
        others=tuple(replace(choice, samples=()) for choice in mapping.others),
    )
    connection.execute(
        "INSERT OR REPLACE INTO mappings (header_key, mapping, confirmed_at) VALUES (?, ?, ?)",
        (mapping.header_key, bare.to_json(), at),
    )


def recall(connection: sqlite3.Connection, header: Sequence[str]) -> Mapping | None:
    """Give the mapping kept for a header, in its spelling of the columns."""
    try:
        mapping = recall_key(connection, header_key(header))
        return None if mapping is None else mapping.for_header(header)
    except SchemaError:  # two columns of one name up to case, or a mapping of another version
        return None


def recall_key(connection: sqlite3.Connection, key: str) -> Mapping | None:
    """Give the mapping kept under a signature, as it was confirmed."""
    row = connection.execute("SELECT mapping FROM mappings WHERE header_key = ?", (key,)).fetchone()
    return None if row is None else Mapping.from_json(row["mapping"])


def source_like(connection: sqlite3.Connection, raw: RawTable) -> str | None:
    """Guess the source of a file; where two are as likely, none."""
    kept = imports.all_of(connection)
    if isinstance(raw, MendedTable):
        return _mended_source(kept, raw)
    key = header_key(raw.columns)
    for same in (
        {one.source for one in kept if one.file_name == raw.name and one.header_key == key},
        {one.source for one in kept if one.header_key == key},
        {one.source for one in kept if one.file_name == raw.name},
    ):
        if same:
            return same.pop() if len(same) == 1 else None
    return None


def _mended_source(kept: Sequence[Kept], raw: MendedTable) -> str | None:
    numbers = {*raw.origin[OF_NUMBER], *raw.dropped_origin[OF_NUMBER]}
    named = {one.source for one in kept if one.number in numbers}
    return named.pop() if len(named) == 1 else None


def setting(connection: sqlite3.Connection, name: str) -> str | None:
    """Give a choice, or None."""
    row = connection.execute("SELECT value FROM settings WHERE name = ?", (name,)).fetchone()
    return None if row is None else str(row["value"])


def set_setting(connection: sqlite3.Connection, name: str, value: str | None) -> None:
    """Keep a choice, or forget it."""
    if value is None:
        connection.execute("DELETE FROM settings WHERE name = ?", (name,))
    else:
        connection.execute("INSERT OR REPLACE INTO settings VALUES (?, ?)", (name, value))
