"""What a store keeps and can do; behind it may stand a folder, memory, or a shared database."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal, Protocol

import pandas as pd

from geo.ingest.columns import Mapping as ColumnMapping
from geo.ingest.read import RawTable
from geo.schema import Handling, Records
from geo.words import count_of

Correctable = Literal["occurred_on", "outcome", "drugs", "seized", "place", "geoid", "excluded"]
"""What of an incident a person can correct."""

Tell = Callable[[str, float], None]
"""Progress: what is being done, and how far all of it is, 0..1. May raise to cancel."""


@dataclass(frozen=True)
class Import:
    """One file taken in. `number` counts imports of the whole store from 1, in order of time.

    `added`, `changed`, `same`, `absent` count incidents against what the source held before;
    `withdrawn` of the absent ones are no longer counted (only when the file was said to be
    complete). An `undone` import is kept, but counts for nothing. With `area_counts` the figures
    are of counts of areas, and `incidents` are the events they make. `victims` is how many there
    are in the file; None where it does not number them. `waits_for` are undone imports whose mended
    lines this file holds: these lines count only when they do.
    """

    number: int
    source: str
    file_name: str
    file_digest: str
    sheet: str
    imported_at: datetime  # UTC
    rows_read: int
    kept: int
    dropped: int
    incidents: int
    added: int
    changed: int
    same: int
    absent: int
    withdrawn: int
    undone: bool = False
    area_counts: bool = False
    victims: int | None = None
    waits_for: tuple[int, ...] = ()

    @property
    def what(self) -> str:
        """What its figures count, in words."""
        return "counts of areas" if self.area_counts else "incidents"


@dataclass(frozen=True)
class Source:
    """A series of files of one origin, such as "County coroner". `version` grows with each change.

    `identical_once` says that a person asked to count lines that are the same in all cells once.
    """

    name: str
    version: int
    incidents: int
    handling: Handling
    identical_once: bool
    imports: tuple[Import, ...]  # oldest first, undone ones too
    digest: str = ""  # names this state; that of its records


@dataclass(frozen=True)
class Outcome:
    """What an import did. `is_new` is False when the same file was there already: nothing done.

    `warnings` are what may make it wrong to have taken the file in at all, or into that source.
    """

    done: Import
    is_new: bool
    notes: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        """Two sentences for a person: what it did, and what became of the rows."""
        done = self.done
        if not self.is_new:
            return (
                f"This file was here already, as import {done.number} of {done.source}: "
                "nothing was changed."
            )
        counts = [f"{done.added:,} new", f"{done.changed:,} changed", f"{done.same:,} as before"]
        if done.withdrawn:
            counts.append(f"{done.withdrawn:,} withdrawn")
        if done.absent > done.withdrawn:
            counts.append(f"{done.absent - done.withdrawn:,} not in this file but still counted")
        if done.area_counts:
            counts.append(f"{count_of(done.incidents, 'event', 'events')} in the file")
        if done.victims is not None:
            counts.append(f"{count_of(done.victims, 'victim', 'victims')} in the file")
        return (
            f"Import {done.number} of {done.source}: {done.what} {', '.join(counts)}. "
            f"Rows: {done.rows_read:,} read, {done.kept:,} kept, {done.dropped:,} dropped."
        )


@dataclass(frozen=True)
class Correction:
    """A person's word against the file's, kept through every later import of the source.

    `value` is text: a day as YYYY-MM-DD, drugs as "|cocaine|fentanyl|", what was seized as all its
    parts (`geo.seized.spell`), a place as "lon lat", a county as its geoid, an exclusion as "".
    `outdated` says that the source has since changed the
    cell that was corrected; the correction still counts.
    """

    source: str
    record_id: str
    field: Correctable
    value: str
    why: str
    corrected_at: datetime  # UTC
    outdated: bool = False


class Store(Protocol):
    """Records of all sources with their history. Every change is one transaction.

    All methods raise `StoreError` (an `InputError`) when a source, import or record is unknown or
    the store is damaged or made by a newer program.
    """

    def sources(self) -> tuple[Source, ...]:
        """All sources with at least one import that counts, or all undone; by name."""
        ...

    def source_like(self, raw: RawTable) -> str | None:
        """Source this file most likely belongs to: of the same file name, else the same header.

        For a corrected quarantine file, the source it came from.
        """
        ...

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
        """Take a file in: new incidents are added, known ones replaced where they differ.

        The same file with the same mapping changes nothing. `is_complete` withdraws incidents of
        the source that are not in this file. The mapping is remembered for the header.
        """
        ...

    def records(self, source: str) -> Records:
        """Incidents of a source as they count now: newest versions, corrections applied.

        `digest` names this state; `report` is that of the newest import, summed over those that
        count where numbers are concerned.
        """
        ...

    def lines(self, source: str, record_ids: Iterable[str]) -> pd.DataFrame:
        """Lines of the files behind incidents: `import`, `source_row`, `record_id`, then cells."""
        ...

    def history(self, source: str, record_id: str) -> pd.DataFrame:
        """Versions of one incident, oldest first: `import`, then the columns of records."""
        ...

    def changes(self, number: int) -> pd.DataFrame:
        """Cells an import changed: `record_id`, `column`, `before`, `after`; added ones too.

        Then county, day and drugs of the record, which tell a person which it is:
        `boundaries.changed.in_words`.
        """
        ...

    def quarantine(self, source: str) -> pd.DataFrame:
        """Lines to mend: `quarantine_of`, `source_row`, `reason`, then cells as they came.

        Dropped lines, and all lines of incidents without a place or day. Mended and imported again
        under the same source, they take the place of what they were: nothing doubles.
        """
        ...

    def with_addresses(self, source: str, not_of: str | None = None) -> tuple[int, ...]:
        """List imports that count and have addresses; not those looked up in `not_of`.

        `not_of` names the streets and decisions known now: `street_tier.state_of_knowledge`.
        """
        ...

    def lines_read(
        self, number: int, *, as_they_count: bool = False
    ) -> tuple[RawTable, ColumnMapping]:
        """Give the line of each record of an import, and which column was what when it came.

        `as_they_count` leaves out records of which a later import has the last word.
        """
        ...

    def put_places(self, number: int, places: pd.DataFrame, known: str) -> int:
        """Let places found anew count for an import; tell how many records moved.

        `places` holds `source_row` and the columns of a record that say where it is; `known` names
        what they were looked up in. What a person corrected stays as it is.
        """
        ...

    def undo(self, number: int) -> tuple[str, ...]:
        """Let an import count for nothing; say what goes with it: its lines mended by another."""
        ...

    def redo(self, number: int) -> None:
        """Let an undone import count again."""
        ...

    def remove(self, source: str) -> None:
        """Delete a source with all its files for good."""
        ...

    def correct(self, correction: Correction) -> None:
        """Keep a correction; a later one of the same record and field takes its place."""
        ...

    def drop_correction(self, source: str, record_id: str, field: str) -> None:
        """Let the file's word count again."""
        ...

    def corrections(self, source: str) -> tuple[Correction, ...]:
        """All corrections of a source, newest first."""
        ...

    def set_handling(self, source: str, handling: Handling) -> None:
        """Set the handling level of a source."""
        ...

    def count_identical_once(self, source: str, *, once: bool) -> None:
        """Count lines without a number that are the same in all cells once, or each."""
        ...

    def remembered(self, header: tuple[str, ...]) -> ColumnMapping | None:
        """Give the mapping a person last confirmed for a file of this header."""
        ...

    def mapping(self, source: str) -> ColumnMapping:
        """Give the mapping of the newest import of a source that counts."""
        ...

    def setting(self, name: str) -> str | None:
        """Give a choice kept here, such as how linked records of two sources count."""
        ...

    def set_setting(self, name: str, value: str | None) -> None:
        """Keep a choice, or forget it (None)."""
        ...

    def backup(self, path: Path) -> None:
        """Write one file that holds everything; imports may go on meanwhile."""
        ...

    def audit(self) -> tuple[Mapping[str, str], ...]:
        """Tell what was done and when, newest first; no cell of any record."""
        ...
