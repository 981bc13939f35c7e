"""Adding a file to a source: prepared beside the store, then taken in as one transaction."""

import sqlite3
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from geo.errors import StoreError
from geo.ingest.columns import Mapping as ColumnMapping
from geo.ingest.read import RawTable
from geo.schema import HANDLINGS, Handling, Records
from geo.store import catalog, imports, parts, remembering, taking
from geo.store.desk import clear_errors, settle, working
from geo.store.imports import Kept
from geo.store.mending import NOT_MENDED, QUARANTINE_OF, MendedTable
from geo.store.protocol import Outcome, Tell
from geo.words import count_of

_TRIES: Final = 5


def add(  # noqa: PLR0913  (an import has many sides)
    folder: Path,
    raw: RawTable,
    mapping: ColumnMapping,
    records: Records,
    *,
    source: str,
    is_complete: bool,
    handling: Handling | None,
    tell: Tell,
) -> Outcome:
    """Take a file in; see `Store.add`."""
    name = " ".join(source.split())
    if not name or not name.isprintable() or len(name) > 200:
        raise StoreError("A source needs a name of up to 200 letters.", "Name the source.")
    if handling is not None and handling not in HANDLINGS:
        raise StoreError("There is no such handling level.", "Choose one of those offered.")
    if QUARANTINE_OF in raw.columns and not isinstance(raw, MendedTable):
        raise StoreError(
            "A quarantine file was not recognized as one.", "Import it again from the file."
        )
    kept = taking.describe(raw, mapping, records, name)
    kept = replace(kept, is_complete=is_complete and not kept.is_mend)
    for _ in range(_TRIES):
        tell("comparing", 0.0)
        with catalog.reading(folder) as connection:
            before = imports.of_source(connection, name)
        same = _same(before, kept)
        if same is not None:
            return nothing_new(folder, same, before, mapping, handling)
        arrival = taking.lay_out(folder, before, kept, raw, mapping, records)
        tell("writing", 0.5)
        with working(folder) as desk, clear_errors():
            staged = taking.write(desk, arrival)
            tell("writing", 0.9)
            levels = (handling, records.handling)
            done = _take_in(folder, before, arrival.kept, staged, mapping, levels)
        if done is not None:
            tell("writing", 1.0)
            counts = imports.counting((*before, done))
            notes = (*_notes(done, before, raw), *arrival.notes)
            shown = imports.shown(done, counts)
            return Outcome(shown, is_new=True, notes=notes, warnings=arrival.warnings)
    raise StoreError(
        "Other imports into this source were faster each time.", "Try again in a minute."
    )


def _take_in(  # noqa: PLR0913, PLR0917  (everything one transaction needs)
    folder: Path,
    before: Sequence[Kept],
    kept: Kept,
    staged: Sequence[Path],
    mapping: ColumnMapping,
    levels: tuple[Handling | None, Handling],
) -> Kept | None:
    """Make staged parts count, in one transaction; None when the source has changed meanwhile.

    `levels` are the handling level a person gave, if any, and that of the file for a new source.
    """
    given, usual = levels
    moved: list[Path] = []
    try:
        with catalog.writing(folder) as connection:
            if imports.of_source(connection, kept.source) != tuple(before):
                return None
            number = imports.next_number(connection)
            turn = number if kept.replaces is None else kept.turn
            kept = replace(kept, number=number, turn=turn, imported_at=catalog.now())
            for path in staged:
                moved.append(folder / parts.PARTS / path.name)
                parts.keep(folder, path)
            settle(folder / parts.PARTS)
            connection.execute(
                "INSERT INTO sources (name, version, handling) VALUES (?, 0, ?) "
                "ON CONFLICT DO NOTHING",
                (kept.source, given or usual),
            )
            if given:
                connection.execute(
                    "UPDATE sources SET handling = ? WHERE name = ?", (given, kept.source)
                )
            imports.insert(connection, kept)
            if not kept.is_mend:
                remembering.remember(connection, mapping, kept.imported_at)
            catalog.changed(connection, "import", kept.source, number)
    except BaseException:
        for path in moved:  # the catalog does not know them
            path.unlink(missing_ok=True)
        raise
    return kept


def _same(before: Sequence[Kept], kept: Kept) -> Kept | None:
    """Find the import that counts and is this one again."""
    for one in imports.counting(before):
        if (one.reading, one.is_complete) == (kept.reading, kept.is_complete):
            return one
    return None


def nothing_new(
    folder: Path,
    same: Kept,
    before: Sequence[Kept],
    mapping: ColumnMapping,
    handling: Handling | None,
) -> Outcome:
    """Take nothing in; a handling level and the columns confirmed count all the same."""
    notes: tuple[str, ...] = ()
    with catalog.writing(folder) as connection:
        if not same.is_mend:
            remembering.remember(connection, mapping, catalog.now())
        if handling is not None and _set_handling(connection, same.source, handling):
            notes = ("The handling level of the source was changed.",)
    return Outcome(imports.shown(same, imports.counting(before)), is_new=False, notes=notes)


def _set_handling(connection: sqlite3.Connection, source: str, handling: Handling) -> bool:
    """Set the handling level of a source; tell whether it was another."""
    found = connection.execute(
        "UPDATE sources SET handling = ? WHERE name = ? AND handling <> ?",
        (handling, source, handling),
    )
    if found.rowcount:
        catalog.changed(connection, "handling", source)
    return bool(found.rowcount)


def _notes(done: Kept, before: Sequence[Kept], raw: RawTable) -> list[str]:
    """Say what a person may not expect of an import."""
    notes = []
    old = next((one for one in before if one.number == done.replaces), None)
    if old is not None:
        what = "with other columns" if old.reading != done.reading else "as complete or not"
        notes.append(
            f"The file was here already, as import {old.number}: it was read again {what}, and "
            "this reading takes the place of that one."
        )
    if isinstance(raw, MendedTable):
        left = int((raw.dropped["reason"] == NOT_MENDED).sum())
        if left:
            came = (
                "came back as it was and stays" if left == 1 else "came back as they were and stay"
            )
            notes.append(f"{count_of(left, 'line', 'lines')} {came} dropped.")
    return notes
