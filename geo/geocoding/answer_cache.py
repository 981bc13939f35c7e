"""Answers and fixes kept between runs, by keyed digests: no address is written to the disk."""

import hashlib
import secrets
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import astuple, dataclass, fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

from geo.errors import GeocodeError
from geo.geocoding.address_whole import (
    BETWEEN,
    BLOCK,
    CROSSING,
    HOUSE,
    MILEPOST,
    Address,
    clean,
)
from geo.geocoding.street_answer import Answers

_FILE: Final = "answers.sqlite"
_SECRET: Final = "secret"  # noqa: S105  (name of the file that holds it)
_WAIT_S: Final = 60.0
_AT_ONCE: Final = 500
_MADE: Final = """
CREATE TABLE IF NOT EXISTS answers (
  key BLOB NOT NULL, vintage TEXT NOT NULL, answer BLOB NOT NULL, PRIMARY KEY (key, vintage)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS readings (
  row BLOB PRIMARY KEY, key BLOB NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS decisions (
  key BLOB PRIMARY KEY, lon REAL, lat REAL, geoid TEXT NOT NULL, made TEXT NOT NULL,
  precision TEXT NOT NULL, radius_m REAL NOT NULL, method TEXT NOT NULL,
  street TEXT NOT NULL DEFAULT ''
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS changes (number INTEGER PRIMARY KEY CHECK (number = 1), times INTEGER);
INSERT OR IGNORE INTO changes VALUES (1, 0);
"""
_WITH_STREET: Final = "ALTER TABLE decisions ADD COLUMN street TEXT NOT NULL DEFAULT ''"
_CHANGED: Final = "UPDATE changes SET times = times + 1"

_TOLD_BY_PARTS: Final = frozenset({HOUSE, BLOCK, CROSSING, BETWEEN, MILEPOST})

Array = NDArray[Any]


@dataclass(frozen=True)
class Fix:
    """What a person decided for an address: a place, or none when there are no coordinates.

    A candidate that was accepted keeps its code, radius and method, and its street as the source
    writes it, without the house number; a place by hand has those here.
    """

    lon: float | None
    lat: float | None
    geoid: str
    made: str
    precision: str = "08"
    radius_m: float = 25.0
    method: str = "placed by hand"
    street: str = ""


class AnswerCache:
    """Answers by address and vintage of the index, and fixes by address.

    The key of an address is a BLAKE2b digest of its parts with a secret of 32 bytes that lies
    beside the cache, readable by its owner only. Without the secret nobody can tell whether an
    address is in the cache.

    Parameters
    ----------
    folder : Path
        Where to keep them; made when missing.
    """

    def __init__(self, folder: Path) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._path = folder / _FILE
        self._secret = _secret(folder / _SECRET)
        self._path.touch(mode=0o600)
        self._path.chmod(0o600)
        with self._open() as connection:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.executescript(_MADE)
            _mend(connection)

    def key_of(self, address: Address, state: str, county: str = "", text: str = "") -> bytes:
        """Digest of an address: equal for equal parts, whatever the way it was written.

        The unit of a house does not count: all of a building are at one place. What has no house
        number, crossing or mile is told by its `text` as well: two shelters are not one. Nor is a
        text that names another place than its row the same as one that does not.
        """
        parts = (
            address.kind, address.number, address.high, *address.street, *address.cross,
            address.city, state, address.zip, f"{address.mile:g}", county,
            "" if address.kind in _TOLD_BY_PARTS else clean(text),
            # Others keep the key they had.
            *([address.against] if address.against else []),
            *(address.other_cross if address.kind == BETWEEN or address.other_cross.base else []),
            *([f"-{address.behind_dash}"] if address.behind_dash >= 0 else []),
            *(f"{more:g}" for more in (address.mile_span, address.mile_away) if more),
        )  # fmt: skip
        return self.digest("\x1f".join(map(str, parts)))

    def digest(self, text: str) -> bytes:
        """Digest of any text with the secret of this cache."""
        return hashlib.blake2b(text.encode(), key=self._secret, digest_size=16).digest()

    def get(self, keys: Sequence[bytes], vintage: str) -> dict[bytes, Array]:
        """Answers already found, as rows of numbers (`pack`)."""
        found: dict[bytes, Array] = {}
        with self._open() as connection:
            for some in _in_order(keys):
                marks = ",".join("?" * len(some))
                sql = f"SELECT key, answer FROM answers WHERE vintage = ? AND key IN ({marks})"  # noqa: S608  (question marks only)
                for key, answer in connection.execute(sql, (vintage, *some)):
                    found[key] = np.frombuffer(answer, dtype=np.float64)
        return found

    def readings(self, rows: Sequence[bytes]) -> dict[bytes, bytes]:
        """Keys of rows that were read before, by the digests of the rows."""
        found: dict[bytes, bytes] = {}
        with self._open() as connection:
            for some in _in_order(rows):
                marks = ",".join("?" * len(some))
                sql = f"SELECT row, key FROM readings WHERE row IN ({marks})"  # noqa: S608  (question marks only)
                found |= connection.execute(sql, some).fetchall()
        return found

    def keep_readings(self, rows: Iterable[tuple[bytes, bytes]]) -> None:
        """Keep digests of rows with the keys of their answers."""
        with self._open() as connection:
            connection.execute("BEGIN IMMEDIATE")
            connection.executemany("INSERT OR REPLACE INTO readings VALUES (?, ?)", sorted(rows))
            connection.execute("COMMIT")

    def put(
        self, keys: Sequence[bytes], vintage: str, answers: Array, *, is_new_knowledge: bool = False
    ) -> None:
        """Keep answers, all or none.

        `is_new_knowledge` says that they do not follow from an index, so that `changes` grows.
        """
        rows = sorted(zip(keys, (one.tobytes() for one in answers), strict=True))  # as on the disk
        with self._open() as connection:
            connection.execute("BEGIN IMMEDIATE")
            connection.executemany(
                "INSERT OR REPLACE INTO answers VALUES (?, ?, ?)",
                ((key, vintage, answer) for key, answer in rows),
            )
            if is_new_knowledge:
                connection.execute(_CHANGED)
            connection.execute("COMMIT")

    def fix(self, key: bytes, decision: Fix | Literal["undo"]) -> None:
        """Remember what a person decided for all rows with this address, or forget it."""
        with self._open() as connection:
            connection.execute("BEGIN IMMEDIATE")
            if decision == "undo":
                connection.execute("DELETE FROM decisions WHERE key = ?", (key,))
            else:
                named = ", ".join(one.name for one in fields(Fix))
                marks = ", ".join("?" * (1 + len(fields(Fix))))
                connection.execute(
                    f"INSERT OR REPLACE INTO decisions (key, {named}) VALUES ({marks})",  # noqa: S608  (our own names)
                    (key, *astuple(decision)),
                )
            connection.execute(_CHANGED)
            connection.execute("COMMIT")

    def fixes(self) -> dict[bytes, Fix]:
        """All that persons decided."""
        with self._open() as connection:
            named = ", ".join(one.name for one in fields(Fix))
            rows = connection.execute(f"SELECT key, {named} FROM decisions").fetchall()  # noqa: S608  (our own names)
        return {key: Fix(*rest) for key, *rest in rows}

    def changes(self) -> int:
        """How often a person decided or another service answered."""
        with self._open() as connection:
            return int(connection.execute("SELECT times FROM changes").fetchone()[0])

    def forget(self, vintage: str) -> int:
        """Remove the answers of a vintage that is no longer in use; say how many."""
        with self._open() as connection:
            return connection.execute("DELETE FROM answers WHERE vintage = ?", (vintage,)).rowcount

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        try:
            with closing(
                sqlite3.connect(self._path, timeout=_WAIT_S, isolation_level=None)
            ) as connection:
                connection.execute("PRAGMA synchronous = NORMAL")
                yield connection
        except sqlite3.DatabaseError as error:
            raise GeocodeError(
                "The answers kept from earlier runs cannot be read or written.",
                f"Free some disk space, or delete {_FILE} in the folder of the street indexes.",
            ) from error


def _in_order(keys: Iterable[bytes]) -> Iterator[list[bytes]]:
    """Give different keys as they lie on the disk, some at once: neighbors share a page."""
    ordered = sorted(set(keys))
    for start in range(0, len(ordered), _AT_ONCE):
        yield ordered[start : start + _AT_ONCE]


def _mend(connection: sqlite3.Connection) -> None:
    """Give decisions of earlier versions of this program what they lack."""
    for held in (False, True):  # looked at again once no other process can change it
        if "street" in {row[1] for row in connection.execute("PRAGMA table_info(decisions)")}:
            break
        connection.execute(_WITH_STREET if held else "BEGIN IMMEDIATE")
    if connection.in_transaction:
        connection.execute("COMMIT")


def now() -> str:
    """Time of a fix, UTC."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def pack(answers: Answers) -> Array:
    """Answers as rows of numbers, shape (n, 18)."""
    return np.column_stack(
        [getattr(answers, one.name).astype(np.float64) for one in fields(Answers)]
    )


def unpack(rows: Array) -> Answers:
    """Answers from `pack`."""
    whole = {
        "method", "reason", "street", "other", "county", "source", "places", "letters",
        "doubt", "third",
    }  # fmt: skip
    parts: list[Array] = [
        rows[:, k].astype(np.int64 if one.name in whole else np.float64)
        for k, one in enumerate(fields(Answers))
    ]
    return Answers(*parts)


def _secret(path: Path) -> bytes:
    """Read the secret, or make it; of two processes that make it at once the first one wins."""
    with suppress(FileExistsError):
        beside = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
        if not path.exists():
            beside.touch(mode=0o600)
            beside.write_bytes(secrets.token_bytes(32))
            try:
                path.hardlink_to(beside)
            finally:
                beside.unlink()
    return path.read_bytes()
