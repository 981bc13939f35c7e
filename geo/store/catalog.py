"""The catalog: one SQLite file that says what is kept and what counts."""

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from geo.errors import StoreError
from geo.store.desk import make_private
from geo.store.migrations import CATALOG, bring_up_to_date, check_version, version_of

_WAIT_S: Final = 60.0

RESTORE: Final = "Restore a backup: python cli.py store restore FILE."


def prepare(folder: Path) -> None:
    """Make a catalog where there is none, and bring an old one up to date."""
    make_private(folder)
    path = folder / CATALOG
    path.touch(mode=0o600)
    path.chmod(0o600)
    with _clear_errors(), closing(_open(path)) as connection:
        check_version(version_of(connection))
        connection.execute("PRAGMA journal_mode = WAL")
        bring_up_to_date(connection, folder)


@contextmanager
def reading(folder: Path) -> Iterator[sqlite3.Connection]:
    """Give a connection that sees one state of the catalog throughout."""
    with _clear_errors(), closing(_open(_existing(folder))) as connection:
        connection.execute("BEGIN")
        check_version(version_of(connection))
        yield connection
        connection.execute("ROLLBACK")


@contextmanager
def writing(folder: Path) -> Iterator[sqlite3.Connection]:
    """Give a connection whose changes are all kept at the end, or none when anything fails."""
    with _clear_errors(), closing(_open(_existing(folder))) as connection:
        connection.execute("BEGIN IMMEDIATE")
        try:
            check_version(version_of(connection))
            yield connection
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise


def changed(
    connection: sqlite3.Connection, what: str, source: str = "", number: int | None = None
) -> None:
    """Write down that something was done, never a cell of any record; it makes a new version."""
    written = connection.execute(
        "INSERT INTO audit (at, what, source, import) VALUES (?, ?, ?, ?)",
        (now(), what, source, number),
    )
    connection.execute("UPDATE sources SET version = ? WHERE name = ?", (written.lastrowid, source))


def audit(connection: sqlite3.Connection) -> tuple[Mapping[str, str], ...]:
    """List what was done, newest first."""
    rows = connection.execute("SELECT * FROM audit ORDER BY number DESC").fetchall()
    return tuple(
        {
            "at": row["at"], "what": row["what"], "source": row["source"],
            "import": "" if row["import"] is None else str(row["import"]),
        }
        for row in rows
    )  # fmt: skip


def now() -> str:
    """Spell this moment in UTC."""
    return datetime.now(UTC).isoformat(timespec="microseconds")


def _existing(folder: Path) -> Path:
    path = folder / CATALOG
    if not path.is_file():
        raise StoreError("The catalog of the store is missing.", RESTORE)
    return path


def _open(path: Path) -> sqlite3.Connection:
    # Autocommit mode: transactions begin and end where we say.
    connection = sqlite3.connect(path, timeout=_WAIT_S, isolation_level=None)
    connection.row_factory = sqlite3.Row
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA synchronous = FULL")
    return connection


@contextmanager
def _clear_errors() -> Iterator[None]:
    """Say in words what SQLite found."""
    try:
        yield
    except sqlite3.OperationalError as error:
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF
        if code == sqlite3.SQLITE_FULL:
            raise StoreError(
                "The disk is full: nothing was changed.", "Free some space, then try again."
            ) from error
        if code in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
            raise StoreError(
                "Another import is being written and has not ended.", "Try again in a minute."
            ) from error
        if code in {sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM}:
            raise StoreError(
                "The store's folder is closed to you: nothing was changed.",
                "Ask who looks after this machine for the right to write there.",
            ) from error
        raise StoreError("The catalog of the store is damaged.", RESTORE) from error
    except sqlite3.DatabaseError as error:
        raise StoreError("The catalog of the store is damaged.", RESTORE) from error
