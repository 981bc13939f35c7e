"""Imports as the catalog knows them, and which of them count."""

import hashlib
import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import pandas as pd

from geo.errors import StoreError
from geo.ingest.columns import Mapping as ColumnMapping
from geo.ingest.read import RawTable
from geo.schema import Records
from geo.store.protocol import Import
from geo.words import count_of

MENDS: Final = "mends"
"""Key of `Kept.about`: turn of each import whose lines a mended file holds, and how many."""


@dataclass(frozen=True)
class Kept:
    """A row of the catalog's imports.

    `turn` is the place in the order in which imports are laid over each other: the number of the
    first import of the same file. `replaces` is the import whose reading of the same file this one
    stands in for. `reading` names file and columns chosen; `about` is the rest of its report.
    """

    number: int
    source: str
    turn: int
    replaces: int | None
    file_name: str
    file_digest: str
    sheet: str
    header_key: str
    reading: str
    is_complete: bool
    is_mend: bool
    imported_at: str
    rows_read: int
    kept: int
    dropped: int
    incidents: int
    added: int
    changed: int
    same: int
    absent: int
    withdrawn: int
    undone: bool
    about: Mapping[str, Any]
    records_part: str
    lines_part: str
    quarantine_part: str

    @property
    def parts(self) -> tuple[str, str, str]:
        """Names of the three files."""
        return self.records_part, self.lines_part, self.quarantine_part


_COLUMNS = tuple(field.name for field in fields(Kept))


def of_source(connection: sqlite3.Connection, source: str) -> tuple[Kept, ...]:
    """List the imports of a source, oldest first."""
    found = connection.execute(
        "SELECT * FROM imports WHERE source = ? ORDER BY number", (source,)
    ).fetchall()
    return tuple(_from_row(row) for row in found)


def all_of(connection: sqlite3.Connection) -> tuple[Kept, ...]:
    """List every import of the store, oldest first."""
    found = connection.execute("SELECT * FROM imports ORDER BY number").fetchall()
    return tuple(_from_row(row) for row in found)


def one(connection: sqlite3.Connection, number: int) -> Kept:
    """Import of a number.

    Raises
    ------
    StoreError
        When there is none.
    """
    row = connection.execute("SELECT * FROM imports WHERE number = ?", (number,)).fetchone()
    if row is None:
        raise StoreError(
            f"There is no import {number}.", "Look at the list of sources for its number."
        )
    return _from_row(row)


def insert(connection: sqlite3.Connection, kept: Kept) -> None:
    """Write a row."""
    values = asdict(kept) | {"about": json.dumps(kept.about)}
    places = ", ".join(f":{name}" for name in _COLUMNS)
    connection.execute(
        f"INSERT INTO imports ({', '.join(_COLUMNS)}) VALUES ({places})",  # noqa: S608  (our names)
        values,
    )


def replace_records(connection: sqlite3.Connection, kept: Kept) -> None:
    """Write another part of records for an import, and what is said about it."""
    connection.execute(
        "UPDATE imports SET records_part = ?, about = ? WHERE number = ?",
        (kept.records_part, json.dumps(kept.about), kept.number),
    )


def next_number(connection: sqlite3.Connection) -> int:
    """Give the number of the next import; that of a removed one is never given again."""
    row = connection.execute("SELECT seq FROM sqlite_sequence WHERE name = 'imports'").fetchone()
    return 1 if row is None else int(row[0]) + 1


def _from_row(row: sqlite3.Row) -> Kept:
    values = {name: row[name] for name in _COLUMNS}
    for name in ("is_complete", "is_mend", "undone"):
        values[name] = bool(values[name])
    values["about"] = json.loads(values["about"])
    return Kept(**values)


def counting(kept: Iterable[Kept]) -> tuple[Kept, ...]:
    """List the imports that count, in the order in which they are laid over each other.

    An undone one does not, nor one whose file was read again: of the readings of a file the newest
    that is not undone counts.
    """
    found: list[Kept] = []
    replaced: set[int | None] = set()
    for one_import in sorted(kept, key=lambda k: -k.number):
        if one_import.number in replaced:
            replaced.add(one_import.replaces)
        elif not one_import.undone:
            found.append(one_import)
            replaced.add(one_import.replaces)
    return tuple(sorted(found, key=lambda k: k.turn))


def shown(kept: Kept, counts: Sequence[Kept]) -> Import:
    """Import as a person sees it."""
    names = {field.name for field in fields(Import)} & set(_COLUMNS)
    values = {name: getattr(kept, name) for name in names}
    values["area_counts"] = kept.about["area_counts"]
    values["victims"] = kept.about["extra"].get("victims")
    values["imported_at"] = datetime.fromisoformat(kept.imported_at)
    values["undone"] = kept.number not in {one_import.number for one_import in counts}
    here = {one_import.turn for one_import in counts}
    values["waits_for"] = tuple(turn for turn, _ in kept.about.get(MENDS, ()) if turn not in here)
    return Import(**values)


def gone_with(number: int, kept: Sequence[Kept]) -> tuple[str, ...]:
    """Say which mended lines of other imports count no longer as an import is undone.

    Parameters
    ----------
    number : int
        Of the import.
    kept : sequence of Kept
        All imports of its source, as they are afterwards.
    """
    counts = counting(kept)
    turn = next(one_import.turn for one_import in kept if one_import.number == number)
    if turn in {one_import.turn for one_import in counts}:  # an older reading of the file counts
        return ()
    lost = {one.number: dict(one.about.get(MENDS, ())).get(turn, 0) for one in counts}
    return tuple(
        f"{count_of(lines, 'line', 'lines')} of import {mend} "
        f"{'was' if lines == 1 else 'were'} mended from it and no longer "
        f"{'counts' if lines == 1 else 'count'} either, until import {number} counts again."
        for mend, lines in lost.items() if lines
    )  # fmt: skip


def reading_of(raw: RawTable, mapping: ColumnMapping) -> str:
    """Name of a file's content under a choice of columns: the same name means the same records."""
    made = [c for c in (raw.lon_column, raw.lat_column) if c is not None]  # by a system of a person
    places = int(pd.util.hash_pandas_object(raw.text[made], index=False).sum()) if made else 0
    return reading_named(raw.digest, raw.sheet, raw.format, mapping, places)


def reading_named(
    digest: str, sheet: str, kind: str, mapping: ColumnMapping, places: int = 0
) -> str:
    """Name of a reading from its parts; `places` are coordinates by the system a person gave."""
    said = json.dumps([digest, sheet, kind, mapping.meaning, places])
    return hashlib.blake2b(said.encode(), digest_size=16).hexdigest()


def about(records: Records) -> dict[str, Any]:
    """Spell what else is known of an import, for the catalog; no cell of any row."""
    report = records.report
    return {
        "by_row": records.row_ids is None,  # its lines are known by row only
        "area_counts": records.area_counts,
        "synthetic": records.synthetic,
        "extra": dict(records.extra),
        "placed_with": records.placed_with,
        "mapping": [[c.role, c.column, c.confidence] for c in report.mapping],
        "notes": [asdict(note) for note in report.notes],
    }


def paths(folder: Path, kept: Kept) -> tuple[Path, Path, Path]:
    """Files of an import: records, lines, quarantine."""
    records, lines, quarantine = (folder / "parts" / name for name in kept.parts)
    return records, lines, quarantine
