"""The store of one machine: a folder with a catalog and files that never change."""

import sqlite3
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TypeVar

import pandas as pd

from geo.errors import StoreError
from geo.ingest.columns import Mapping as ColumnMapping
from geo.ingest.read import RawTable
from geo.locate import Locator
from geo.schema import HANDLINGS, Handling, Records
from geo.store import (
    adding,
    again,
    backup,
    catalog,
    corrections,
    history,
    imports,
    parts,
    placing,
    quarantine,
    remembering,
    state,
)
from geo.store.desk import clear_errors, make_private, sweep
from geo.store.fold import lay_over
from geo.store.imports import Kept
from geo.store.protocol import Correction, Outcome, Source, Tell
from geo.store.state import Snapshot

_Answer = TypeVar("_Answer")


def open_store(folder: Path, locator: Locator | None = None) -> "FolderStore":
    """Open the store in a folder, making it where there is none.

    An old store is brought up to date, and what a process left that died is swept away.

    Parameters
    ----------
    folder : Path
        Of the store alone; only this user may enter it.
    locator : Locator, optional
        County of a point, for places corrected by hand.

    Raises
    ------
    StoreError
        The store is damaged or made by a newer program, or the folder is closed to this user.
    """
    with clear_errors():
        catalog.prepare(folder)
        make_private(folder / parts.PARTS)
        sweep(folder)
        with catalog.writing(folder) as connection:  # nobody can be moving parts in meanwhile
            known = {name for one in imports.all_of(connection) for name in one.parts}
            parts.sweep(folder, known)
    return FolderStore(folder, locator)


class FolderStore:
    """A `Store` in one folder; any number of threads and processes may use it at once."""

    def __init__(self, folder: Path, locator: Locator | None = None) -> None:
        self._folder = folder
        self._locator = locator

    def sources(self) -> tuple[Source, ...]:
        """All sources, by name."""
        with catalog.reading(self._folder) as connection:
            found = [state.take(connection, name) for name in state.names(connection)]
        return tuple(state.shown(snapshot, self._count(snapshot)) for snapshot in found)

    def source_like(self, raw: RawTable) -> str | None:
        """Source this file most likely belongs to; where two are as likely, none."""
        with catalog.reading(self._folder) as connection:
            return remembering.source_like(connection, raw)

    def add(  # noqa: PLR0913  (an import has many sides)
        self,
        raw: RawTable,
        mapping: ColumnMapping,
        records: Records,
        *,
        source: str,
        is_complete: bool = False,
        handling: Handling | None = None,
        tell: Tell | None = None,
    ) -> Outcome:
        """Take a file in: new incidents are added, known ones replaced where they differ."""
        return adding.add(
            self._folder, raw, mapping, records, source=source, is_complete=is_complete,
            handling=handling, tell=tell or _silent,
        )  # fmt: skip

    def known_again(  # noqa: PLR0913  (what makes a reading the same)
        self,
        path: Path,
        name: str,
        *,
        mapping: ColumnMapping | None = None,
        source: str | None = None,
        sheet: str | None = None,
        is_complete: bool = False,
    ) -> Outcome | None:
        """Tell that a file is here already, by its bytes alone: see `again.known_again`."""
        return again.known_again(
            self._folder, path, name,
            mapping=mapping, source=source, sheet=sheet, is_complete=is_complete,
        )  # fmt: skip

    def records(self, source: str) -> Records:
        """Incidents of a source as they count now."""
        return self._read(
            source, lambda snapshot: state.records_of(self._folder, snapshot, self._locator)
        )

    def lines(self, source: str, record_ids: Iterable[str]) -> pd.DataFrame:
        """Lines of the files behind incidents: `import`, `source_row`, `record_id`, then cells."""
        only = set(record_ids)
        return self._read(source, lambda s: history.lines(self._folder, s.counts, only))

    def history(self, source: str, record_id: str) -> pd.DataFrame:
        """Versions of one incident, oldest first: `import`, then the columns of records."""
        found = self._read(source, lambda s: history.versions(self._folder, s.counts, record_id))
        if found.empty:
            raise _no_record()
        return found

    def changes(self, number: int) -> pd.DataFrame:
        """Cells an import changed: `record_id`, `column`, `before`, `after`; added ones too."""
        with catalog.reading(self._folder) as connection:
            source = imports.one(connection, number).source
        return self._read(source, lambda s: history.changes(self._folder, s.kept, number))

    def quarantine(self, source: str) -> pd.DataFrame:
        """Lines to mend: `quarantine_of`, `source_row`, `reason`, then cells as they came."""

        def look(snapshot: Snapshot) -> pd.DataFrame:
            table = state.table_of(self._folder, snapshot, self._locator)
            return quarantine.to_mend(self._folder, snapshot.counts, table)

        return self._read(source, look)

    def with_addresses(self, source: str, not_of: str | None = None) -> tuple[int, ...]:
        """List imports that count and have addresses; not those looked up in `not_of`."""
        with catalog.reading(self._folder) as connection:
            counts = state.take(connection, source).counts
        return tuple(
            one.number for one in counts
            if placing.has_addresses(one) and (not_of is None or placing.is_outdated(one, not_of))
        )  # fmt: skip

    def lines_read(
        self, number: int, *, as_they_count: bool = False
    ) -> tuple[RawTable, ColumnMapping]:
        """Give the line of each record of an import, and which column was what when it came."""
        with catalog.reading(self._folder) as connection:
            source = imports.one(connection, number).source
        return self._read(
            source,
            lambda s: placing.lines_read(
                self._folder, _of(s, number), s.counts if as_they_count else None
            ),
        )

    def put_places(self, number: int, places: pd.DataFrame, known: str) -> int:
        """Let places found anew count for an import; tell how many records moved."""
        with catalog.reading(self._folder) as connection:
            source = imports.one(connection, number).source
        return self._read(
            source, lambda s: placing.put(self._folder, _of(s, number), places, known)
        )

    def undo(self, number: int) -> tuple[str, ...]:
        """Let an import count for nothing; say what goes with it."""
        with catalog.writing(self._folder) as connection:
            kept = imports.one(connection, number)
            self._refuse_replaced(connection, number)
            if not kept.undone:
                connection.execute("UPDATE imports SET undone = 1 WHERE number = ?", (number,))
                catalog.changed(connection, "undo", kept.source, number)
            return imports.gone_with(number, imports.of_source(connection, kept.source))

    def redo(self, number: int) -> None:
        """Let an undone import count again."""
        with catalog.writing(self._folder) as connection:
            kept = imports.one(connection, number)
            connection.execute("UPDATE imports SET undone = 0 WHERE number = ?", (number,))
            self._refuse_replaced(connection, number)
            if kept.undone:
                catalog.changed(connection, "redo", kept.source, number)

    def remove(self, source: str) -> None:
        """Delete a source with all its files for good."""
        with clear_errors(), catalog.writing(self._folder) as connection:
            found = state.take(connection, source)
            connection.execute("DELETE FROM sources WHERE name = ?", (source,))
            catalog.changed(connection, "remove", source)
        for one in found.kept:  # should this be cut short, the next opening sweeps the rest
            for path in imports.paths(self._folder, one):
                path.unlink(missing_ok=True)

    def correct(self, correction: Correction) -> None:
        """Keep a correction; a later one of the same record and field takes its place."""
        corrections.check(correction, self._locator)
        source, record_id = correction.source, correction.record_id
        table = self._read(source, lambda s: lay_over(self._folder, s.counts, only={record_id}))
        if table.empty:
            raise _no_record()
        with catalog.writing(self._folder) as connection:
            state.take(connection, source)
            corrections.keep(connection, correction, table)
            catalog.changed(connection, "correct", source)

    def drop_correction(self, source: str, record_id: str, field: str) -> None:
        """Let the file's word count again."""
        with catalog.writing(self._folder) as connection:
            state.take(connection, source)
            if not corrections.drop(connection, source, record_id, field):
                raise StoreError("There is no such correction.", "Look at the list of corrections.")
            catalog.changed(connection, "drop correction", source)

    def corrections(self, source: str) -> tuple[Correction, ...]:
        """All corrections of a source, newest first."""

        def look(snapshot: Snapshot) -> tuple[Correction, ...]:
            ids = {row["record_id"] for row in snapshot.corrected}
            if not ids:
                return ()
            table = lay_over(self._folder, snapshot.counts, only=ids)
            return corrections.shown(snapshot.corrected, table)

        return self._read(source, look)

    def set_handling(self, source: str, handling: Handling) -> None:
        """Set the handling level of a source."""
        if handling not in HANDLINGS:
            raise StoreError("There is no such handling level.", "Choose one of those offered.")
        self._set(source, "handling", handling)

    def count_identical_once(self, source: str, *, once: bool) -> None:
        """Count lines without a number that are the same in all cells once, or each."""
        self._set(source, "identical_once", int(once))

    def remembered(self, header: tuple[str, ...]) -> ColumnMapping | None:
        """Give the mapping a person last confirmed for a file of this header."""
        with catalog.reading(self._folder) as connection:
            return remembering.recall(connection, header)

    def mapping(self, source: str) -> ColumnMapping:
        """Give the mapping remembered for the newest file of a source.

        Raises
        ------
        StoreError
            When there is none.
        """
        with catalog.reading(self._folder) as connection:
            snapshot = state.take(connection, source)
            keys = [one.header_key for one in reversed(snapshot.counts)]
            for key in keys:
                if (found := remembering.recall_key(connection, key)) is not None:
                    return found
        raise StoreError("No choice of columns is kept for this source.", "Import a file again.")

    def setting(self, name: str) -> str | None:
        """Give a choice kept here."""
        with catalog.reading(self._folder) as connection:
            return remembering.setting(connection, name)

    def set_setting(self, name: str, value: str | None) -> None:
        """Keep a choice, or forget it (None)."""
        with catalog.writing(self._folder) as connection:
            remembering.set_setting(connection, name, value)
            catalog.changed(connection, "setting")

    def backup(self, path: Path) -> None:
        """Write one file that holds everything; imports may go on meanwhile."""
        backup.write(self._folder, path)

    def check(self) -> tuple[str, ...]:
        """Look whether all files are there and whole; a sentence for each that is not."""
        return backup.check(self._folder)

    def audit(self) -> tuple[Mapping[str, str], ...]:
        """Tell what was done and when, newest first; no cell of any record."""
        with catalog.reading(self._folder) as connection:
            return catalog.audit(connection)

    def _read(self, source: str, look: Callable[[Snapshot], _Answer]) -> _Answer:
        """Read files the catalog names; once more where they were removed in that moment."""
        while True:
            with catalog.reading(self._folder) as connection:
                snapshot = state.take(connection, source)
            try:
                return look(snapshot)
            except parts.MissingPartError:
                with catalog.reading(self._folder) as connection:
                    if state.take(connection, source).kept == snapshot.kept:
                        raise

    def _count(self, snapshot: Snapshot) -> int:
        """Count the incidents of a source once for each of its versions."""
        if snapshot.incidents is not None:
            return snapshot.incidents
        incidents = self._read(snapshot.name, lambda s: state.count(self._folder, s))
        with catalog.writing(self._folder) as connection:
            connection.execute(
                "UPDATE sources SET incidents = ?, counted_at = ? WHERE name = ? AND version = ?",
                (incidents, snapshot.version, snapshot.name, snapshot.version),
            )
        return incidents

    def _set(self, source: str, column: str, value: str | int) -> None:
        with catalog.writing(self._folder) as connection:
            state.take(connection, source)
            connection.execute(
                f"UPDATE sources SET {column} = ? WHERE name = ?",  # noqa: S608  (our own names)
                (value, source),
            )
            catalog.changed(connection, column.replace("_", " "), source)

    @staticmethod
    def _refuse_replaced(connection: sqlite3.Connection, number: int) -> None:
        """Refuse to switch a reading of a file that a later one stands in for."""
        kept = imports.of_source(connection, imports.one(connection, number).source)
        later = {one.number for one in imports.counting(kept)}
        for one in kept:
            if one.replaces == number and one.number in later:
                raise StoreError(
                    f"The file of import {number} was read again as import {one.number}, which "
                    "takes its place.",
                    f"Undo import {one.number} to go back to this reading.",
                )


def _of(snapshot: Snapshot, number: int) -> Kept:
    return next(one for one in snapshot.kept if one.number == number)


def _silent(stage: str, share: float) -> None:
    del stage, share


def _no_record() -> StoreError:
    return StoreError("The source has no such incident.", "Choose one from its list.")
