"""The shape of the catalog, step by step: a store of any age is brought up to date."""

import sqlite3
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Final

from geo.errors import StoreError

CATALOG: Final = "catalog.sqlite"

_FIRST: Final = (
    """CREATE TABLE sources (
        name TEXT PRIMARY KEY,
        version INTEGER NOT NULL,
        handling TEXT NOT NULL,
        identical_once INTEGER NOT NULL DEFAULT 0,
        incidents INTEGER,
        counted_at INTEGER
    )""",
    """CREATE TABLE imports (
        number INTEGER PRIMARY KEY AUTOINCREMENT,
        source TEXT NOT NULL REFERENCES sources(name) ON DELETE CASCADE,
        turn INTEGER NOT NULL,
        replaces INTEGER,
        file_name TEXT NOT NULL,
        file_digest TEXT NOT NULL,
        sheet TEXT NOT NULL,
        header_key TEXT NOT NULL,
        reading TEXT NOT NULL,
        is_complete INTEGER NOT NULL,
        is_mend INTEGER NOT NULL,
        imported_at TEXT NOT NULL,
        rows_read INTEGER NOT NULL,
        kept INTEGER NOT NULL,
        dropped INTEGER NOT NULL,
        incidents INTEGER NOT NULL,
        added INTEGER NOT NULL,
        changed INTEGER NOT NULL,
        same INTEGER NOT NULL,
        absent INTEGER NOT NULL,
        withdrawn INTEGER NOT NULL,
        undone INTEGER NOT NULL DEFAULT 0,
        about TEXT NOT NULL,
        records_part TEXT NOT NULL,
        lines_part TEXT NOT NULL,
        quarantine_part TEXT NOT NULL
    )""",
    "CREATE INDEX imports_of ON imports(source)",
    """CREATE TABLE mappings (
        header_key TEXT PRIMARY KEY,
        mapping TEXT NOT NULL,
        confirmed_at TEXT NOT NULL
    )""",
    """CREATE TABLE corrections (
        source TEXT NOT NULL REFERENCES sources(name) ON DELETE CASCADE,
        record_id TEXT NOT NULL,
        field TEXT NOT NULL,
        value TEXT NOT NULL,
        why TEXT NOT NULL,
        corrected_at TEXT NOT NULL,
        was TEXT NOT NULL,
        PRIMARY KEY (source, record_id, field)
    )""",
)

_SECOND: Final = (
    "CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL)",
    """CREATE TABLE audit (
        number INTEGER PRIMARY KEY AUTOINCREMENT,
        at TEXT NOT NULL,
        what TEXT NOT NULL,
        source TEXT NOT NULL,
        import INTEGER
    )""",
    # What was done before there was an audit is known from the imports themselves.
    """INSERT INTO audit (at, what, source, import)
        SELECT imported_at, 'import', source, number FROM imports ORDER BY number""",
)

_THIRD: Final[tuple[str, ...]] = ()  # corrections of what was seized, which older programs misread

STEPS: Final = (_FIRST, _SECOND, _THIRD)
"""Statements that lead from each version to the next; never changed once they are in use."""

VERSION: Final = len(STEPS)


def bring_up_to_date(connection: sqlite3.Connection, folder: Path) -> None:
    """Take the steps a catalog lacks, each whole or not at all; a copy of the old one is kept.

    Raises
    ------
    StoreError
        The catalog is of a newer version.
    """
    if version_of(connection) == VERSION:
        return
    connection.execute("BEGIN IMMEDIATE")  # two may come at once: the second finds it done
    found = version_of(connection)
    connection.execute("COMMIT")
    check_version(found)
    if 0 < found < VERSION:
        _keep_copy(connection, folder, found)
    for number in range(found, VERSION):
        connection.execute("BEGIN IMMEDIATE")
        try:
            if version_of(connection) == number:
                for statement in STEPS[number]:
                    connection.execute(statement)
                connection.execute(f"PRAGMA user_version = {number + 1}")
            connection.execute("COMMIT")
        except BaseException:
            connection.execute("ROLLBACK")
            raise


def check_version(found: int) -> None:
    """Refuse a catalog of a newer program, which this one could only damage."""
    if found > VERSION:
        raise StoreError(
            "The store was made by a newer version of this program.",
            "Update this program, or restore a backup made with this version.",
        )


def version_of(connection: sqlite3.Connection) -> int:
    """Tell which version a catalog is; 0 for an empty one."""
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def _keep_copy(connection: sqlite3.Connection, folder: Path, found: int) -> None:
    """Copy the catalog as it was, beside it."""
    path = folder / f"{CATALOG}.version-{found}-{datetime.now():%Y%m%d-%H%M%S}"
    path.touch(mode=0o600)
    with closing(sqlite3.connect(path)) as copy:
        connection.backup(copy)
