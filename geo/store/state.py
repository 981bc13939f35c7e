"""One source at one moment: what the catalog says of it, and the records that follow."""

import hashlib
import json
import sqlite3
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pandas as pd

from geo.errors import StoreError
from geo.locate import Locator
from geo.schema import (
    COLUMNS,
    COUNT,
    RECORD_ID,
    ColumnChoice,
    Handling,
    ImportReport,
    Note,
    Records,
)
from geo.store import corrections, imports
from geo.store.fold import IMPORT, lay_over
from geo.store.imports import Kept
from geo.store.keys import are_in
from geo.store.mended import named_lines
from geo.store.parts import REASON, TWIN
from geo.store.protocol import Source
from geo.store.quarantine import dropped, since_complete
from geo.words import count_of

_UNKNOWN_VICTIMS: Final = (
    "How many victims there are is not known: not all files of this source number them, or a file "
    "holds incidents of another again, or some lines do not count."
)


@dataclass(frozen=True)
class Snapshot:
    """A source as the catalog knows it at one moment.

    `incidents` is None where they have not been counted since the last change.
    """

    name: str
    version: int
    handling: Handling
    identical_once: bool
    incidents: int | None
    kept: tuple[Kept, ...]
    counts: tuple[Kept, ...]
    corrected: tuple[sqlite3.Row, ...]

    @property
    def digest(self) -> str:
        """Name of this state: the same files and words of persons give the same name."""
        said = [self.name, self.handling, str(self.identical_once)]
        said += [
            f"{one.reading} {one.is_complete} {one.is_mend} {one.about.get('placed_with', '')}"
            for one in self.counts
        ]
        said += [
            f"{row['record_id']}\x1e{row['field']}\x1e{row['value']}" for row in self.corrected
        ]
        return hashlib.blake2b(json.dumps(said).encode(), digest_size=16).hexdigest()


def take(connection: sqlite3.Connection, source: str) -> Snapshot:
    """Look at a source.

    Raises
    ------
    StoreError
        When there is none of that name.
    """
    row = connection.execute("SELECT * FROM sources WHERE name = ?", (source,)).fetchone()
    if row is None:
        raise StoreError("There is no such source.", "Choose one from the list of sources.")
    kept = imports.of_source(connection, source)
    return Snapshot(
        source, row["version"], row["handling"], bool(row["identical_once"]),
        row["incidents"] if row["counted_at"] == row["version"] else None,
        kept, imports.counting(kept), tuple(corrections.of_source(connection, source)),
    )  # fmt: skip


def names(connection: sqlite3.Connection) -> tuple[str, ...]:
    """List the names of all sources, sorted."""
    rows = connection.execute("SELECT name FROM sources ORDER BY name").fetchall()
    return tuple(row["name"] for row in rows)


def shown(snapshot: Snapshot, incidents: int) -> Source:
    """Source as a person sees it."""
    return Source(
        snapshot.name, snapshot.version, incidents, snapshot.handling, snapshot.identical_once,
        tuple(imports.shown(one, snapshot.counts) for one in snapshot.kept), snapshot.digest,
    )  # fmt: skip


def table_of(
    folder: Path,
    snapshot: Snapshot,
    locator: Locator | None,
    only: Collection[str] | None = None,
) -> pd.DataFrame:
    """Lay out the records of a source as they count, with `TWIN`, `ROOT` and `IMPORT`."""
    table = lay_over(folder, snapshot.counts, only=only)
    if snapshot.identical_once:
        table = table[~table[TWIN].astype(bool)].reset_index(drop=True)
    return corrections.lay(table, snapshot.corrected, locator)


def count(folder: Path, snapshot: Snapshot) -> int:
    """Count the incidents of a source, reading no more than that needs."""
    if not snapshot.counts:
        return 0
    table = lay_over(folder, snapshot.counts, (RECORD_ID, COUNT))
    if snapshot.identical_once:
        table = table[~table[TWIN].astype(bool)]
    excluded = [row["record_id"] for row in snapshot.corrected if row["field"] == "excluded"]
    return int(table.loc[~are_in(table[RECORD_ID], excluded), COUNT].sum())


def records_of(folder: Path, snapshot: Snapshot, locator: Locator | None) -> Records:
    """Give the records of a source as they count now, with the report of all that counts.

    Raises
    ------
    StoreError
        When no import of the source counts.
    """
    if not snapshot.counts:
        raise StoreError(
            "All imports of this source are undone: it holds nothing.",
            "Let one of them count again, or import a file.",
        )
    whole = lay_over(folder, snapshot.counts)
    table = whole
    notes = []
    if snapshot.identical_once:
        table = whole[~whole[TWIN].astype(bool)].reset_index(drop=True)
        once = len(whole) - len(table)
        if once:
            twins = count_of(once, "line does not count, which is", "lines do not count, which are")
            notes.append(Note(f"{twins} the same as another in all cells."))
    laid = corrections.lay(table, snapshot.corrected, locator)
    if snapshot.corrected:
        notes.append(_note_corrected(snapshot.corrected, table))
    newest = snapshot.counts[-1]
    extra = _victims(snapshot, whole)
    if not extra and any("victims" in one.about["extra"] for one in snapshot.counts):
        notes.append(Note(_UNKNOWN_VICTIMS, "warning"))
    return Records(
        table=laid[list(COLUMNS)].reset_index(drop=True),
        report=_report(folder, snapshot.counts, notes),
        digest=snapshot.digest,
        source=snapshot.name,
        area_counts=newest.about["area_counts"],
        synthetic=newest.about["synthetic"],
        handling=snapshot.handling,
        extra=extra,
    )


def _victims(snapshot: Snapshot, table: pd.DataFrame) -> dict[str, int]:
    """Add up the victims of the files that have the last word on each record they hold.

    Nothing where a file has it on some of its records only, does not number victims, or was mended,
    or where some records do not count: then it is not known how many victims there are.
    """
    records = table[IMPORT].value_counts()
    left_out = snapshot.identical_once or any(
        row["field"] == "excluded" for row in snapshot.corrected
    )
    files = [one for one in snapshot.counts if one.number in records.index]
    whole_files = [one for one in files if one.incidents == records[one.number] and not one.is_mend]
    victims = [one.about["extra"].get("victims") for one in whole_files]
    if left_out or not files or len(whole_files) < len(files) or None in victims:
        return {}
    return {"victims": sum(int(number) for number in victims)}


def _note_corrected(rows: Sequence[sqlite3.Row], table: pd.DataFrame) -> Note:
    """Say how many records are as a person said, and how many of these the files changed since."""
    ids = {row["record_id"] for row in rows}
    here = table[are_in(table[RECORD_ID], ids)]
    old = sum(
        corrections.said_by_file(here, row["record_id"], row["field"]) != row["was"] for row in rows
    )
    text = f"{count_of(len(here), 'incident is', 'incidents are')} corrected by hand"
    more = (
        f"; in {count_of(old, 'correction', 'corrections')} the source has changed the cell since"
        if old
        else ""
    )
    return Note(f"{text}{more}.", "warning" if old else "info")


def _report(folder: Path, counts: Sequence[Kept], notes: Sequence[Note]) -> ImportReport:
    """Report of the newest import, with numbers over all that count."""
    newest = counts[-1]
    found = [
        pd.concat([lines.front.iloc[:, :2], lines.cells], axis=1)
        for _, lines in dropped(folder, counts)
    ]
    lost = pd.concat(found, ignore_index=True).fillna("") if len(found) > 1 else found[0]
    rows_read = sum(
        one.rows_read - (len(named_lines(folder, one)) if one.is_mend else 0)
        for one in since_complete(counts)
    )
    said = tuple(Note(**(note | {"rows": tuple(note["rows"])})) for note in newest.about["notes"])
    reasons = lost[REASON].value_counts()
    return ImportReport(
        rows_read=rows_read,
        kept=rows_read - len(lost),
        dropped={str(why): int(number) for why, number in reasons.items()},
        quarantine=lost.reset_index(drop=True),
        mapping=tuple(ColumnChoice(*choice) for choice in newest.about["mapping"]),
        notes=(*said, *notes),
    )
