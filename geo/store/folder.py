"""The store of one machine: a folder with a catalog and files that never change."""

from dataclasses import replace
from pathlib import Path

from geo.errors import StoreError
from geo.ingest.columns import Mapping as ColumnMapping
from geo.ingest.read import RawTable
from geo.locate import Locator
from geo.schema import COLUMNS, Handling, Records
from geo.store import catalog, imports, parts, taking
from geo.store.desk import clear_errors, make_private, settle, sweep, working
from geo.store.fold import lay_over
from geo.store.imports import Kept
from geo.store.parts import PARTS, REASON, TWIN
from geo.store.protocol import Outcome, Source, Tell


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
        make_private(folder / PARTS)
        sweep(folder)
    return FolderStore(folder, locator)


class FolderStore:
    """A `Store` in one folder; any number of threads and processes may use it at once."""

    def __init__(self, folder: Path, locator: Locator | None = None) -> None:
        self._folder = folder
        self._locator = locator

    def sources(self) -> tuple[Source, ...]:
        """All sources, by name."""
        with catalog.reading(self._folder) as connection:
            rows = connection.execute("SELECT * FROM sources ORDER BY name").fetchall()
            kept = {row["name"]: imports.of_source(connection, row["name"]) for row in rows}
        found = []
        for row in rows:
            counts = imports.counting(kept[row["name"]])
            fresh = row["counted_at"] == row["version"]
            incidents = row["incidents"] if fresh else self._count(row["name"], row["version"])
            found.append(
                Source(
                    row["name"], row["version"], incidents, row["handling"],
                    bool(row["identical_once"]),
                    tuple(imports.shown(one, counts) for one in kept[row["name"]]),
                )
            )  # fmt: skip
        return tuple(found)

    def _count(self, source: str, version: int) -> int:
        """Count incidents, and remember the number for this version of the source."""
        incidents = self.records(source).incidents
        with catalog.writing(self._folder) as connection:
            connection.execute(
                "UPDATE sources SET incidents = ?, counted_at = ? WHERE name = ? AND version = ?",
                (incidents, version, source, version),
            )
        return incidents

    def source_like(self, raw: RawTable) -> str | None:
        """Source this file most likely belongs to: of the same file name, else the same header."""
        key = imports.header_key(raw.columns)
        with catalog.reading(self._folder) as connection:
            kept = imports.all_of(connection)
        for same in (
            {one.source for one in kept if one.file_name == raw.name},
            {one.source for one in kept if one.header_key == key},
        ):
            if len(same) == 1:
                return same.pop()
        return None

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
        say = tell or _silent
        at = catalog.now()
        say("comparing", 0.0)
        intake = taking.prepare(
            raw, mapping, records, source=source, is_complete=is_complete, at=at
        )
        with catalog.reading(self._folder) as connection:
            before = imports.of_source(connection, source)
        if (same := _same(before, intake.kept)) is not None:
            if handling is not None:
                self.set_handling(source, handling)
            return Outcome(imports.shown(same, imports.counting(before)), is_new=False)
        kept = taking.numbered(
            intake, before, number=1 + max((k.number for k in before), default=0)
        )
        kept = taking.compared(self._folder, intake, before, kept)
        with working(self._folder) as desk, clear_errors():
            say("writing", 0.5)
            staged = taking.write(desk, replace(intake, kept=kept))
            say("writing", 0.9)
            with catalog.writing(self._folder) as connection:
                kept = replace(kept, number=imports.next_number(connection))
                if kept.replaces is None:
                    kept = replace(kept, turn=kept.number)
                for path in staged:
                    parts.keep(self._folder, path)
                settle(self._folder / PARTS)
                connection.execute(
                    "INSERT INTO sources (name, version, handling) VALUES (?, 0, ?) "
                    "ON CONFLICT DO NOTHING",
                    (source, handling or records.handling),
                )
                if handling is not None:
                    connection.execute(
                        "UPDATE sources SET handling = ? WHERE name = ?", (handling, source)
                    )
                connection.execute(
                    "UPDATE sources SET version = version + 1 WHERE name = ?", (source,)
                )
                imports.insert(connection, kept)
                connection.execute(
                    "INSERT OR REPLACE INTO mappings VALUES (?, ?, ?)",
                    (kept.header_key, _without_samples(mapping).to_json(), at),
                )
                catalog.note_in_audit(connection, "import", source, kept.number)
        say("writing", 1.0)
        return Outcome(imports.shown(kept, imports.counting((*before, kept))), is_new=True)

    def records(self, source: str) -> Records:
        """Incidents of a source as they count now."""
        with catalog.reading(self._folder) as connection:
            row = connection.execute("SELECT * FROM sources WHERE name = ?", (source,)).fetchone()
            if row is None:
                raise _unknown(source)
            counts = imports.counting(imports.of_source(connection, source))
        table = lay_over(self._folder, counts)
        if row["identical_once"]:
            table = table[~table[TWIN]]
        newest = counts[-1]
        dropped = parts.read_lines(imports.paths(self._folder, newest)[2])
        return Records(
            table=table[list(COLUMNS)].reset_index(drop=True),
            report=imports.report_of(newest, dropped, REASON, newest.rows_read),
            digest=taking.digest_of(source, counts, f"{row['handling']} {row['identical_once']}"),
            source=source,
            area_counts=newest.about["area_counts"],
            synthetic=newest.about["synthetic"],
            handling=row["handling"],
            extra=newest.about["extra"] if len(counts) == 1 else {},
        )

    def set_handling(self, source: str, handling: Handling) -> None:
        """Set the handling level of a source."""
        with catalog.writing(self._folder) as connection:
            connection.execute(
                "UPDATE sources SET handling = ?, version = version + 1 WHERE name = ?",
                (handling, source),
            )

    def remembered(self, header: tuple[str, ...]) -> ColumnMapping | None:
        """Give the mapping a person last confirmed for a file of this header."""
        with catalog.reading(self._folder) as connection:
            row = connection.execute(
                "SELECT mapping FROM mappings WHERE header_key = ?", (imports.header_key(header),)
            ).fetchone()
        if row is None:
            return None
        mapping = ColumnMapping.from_json(row["mapping"])
        spelled = {imports.plain(name): name for name in header}
        if len(spelled) < len(header):  # two columns differ only in case or spaces
            return mapping if set(mapping.header) == set(header) else None

        def here(column: str) -> str:
            return spelled[imports.plain(column)]

        return replace(
            mapping,
            header=header,
            choices=tuple(replace(c, column=here(c.column)) for c in mapping.choices),
            others=tuple(replace(c, column=here(c.column)) for c in mapping.others),
        )


def _silent(stage: str, share: float) -> None:
    del stage, share


def _same(before: tuple[Kept, ...], kept: Kept) -> Kept | None:
    """Find the import that counts and is this one again."""
    for one in imports.counting(before):
        if (one.reading, one.is_complete) == (kept.reading, kept.is_complete):
            return one
    return None


def _without_samples(mapping: ColumnMapping) -> ColumnMapping:
    """Take the cells out of a mapping: they belong to one file."""
    return replace(
        mapping,
        choices=tuple(replace(c, samples=()) for c in mapping.choices),
        others=tuple(replace(c, samples=()) for c in mapping.others),
    )


def _unknown(source: str) -> StoreError:
    del source
    return StoreError("There is no such source.", "Choose one from the list of sources.")
