"""A file into the store, with the shipped boundaries.

It is opened, its rows are typed and placed, compared with what the store holds, and written.
Whenever that is stopped, the store is as before. `boundaries.job` does it in another process.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO, ClassVar, Final

from boundaries import load
from geo.errors import ReadError, SchemaError
from geo.geocoding.cascade import place
from geo.ingest import Mapping, RawTable, open_table, read
from geo.ingest.aside import not_used
from geo.ingest.clean import Intake
from geo.ingest.known_mapping import mapping_of
from geo.ingest.projected import in_degrees
from geo.ingest.read import bare_name
from geo.ingest.sheets import in_quotes
from geo.ingest.totals import without_totals
from geo.schema import Handling, ImportReport, Note, Records
from geo.store import desk
from geo.store.belonging import belonging
from geo.store.folder import open_store
from geo.store.mending import as_data
from geo.store.protocol import Import, Outcome, Store, Tell
from geo.words import count_of

STAGES: Final = {
    "opening": "Opening the file", "typing": "Reading every row", "placing": "Placing every row",
    "comparing": "Comparing with what is there", "writing": "Writing",
}  # fmt: skip
"""Stages of an import and the words shown for them."""

_SHARES: Final = {"opening": 0.0, "typing": 0.35, "placing": 0.6, "comparing": 0.8, "writing": 0.9}
_CHUNK: Final = 1024**2
_ROWS_SHOWN: Final = 5
_UNUSED_SHOWN: Final = 6


@dataclass(frozen=True)
class Request:
    """What a person asks for: this file, read so, into that source.

    Without `mapping` the one remembered for the header is used, else the one proposed; without
    `source` the one the file surely belongs to (`geo.store.belonging`), else one called like the
    file.
    """

    kind: ClassVar[str] = "import"
    when_stopped: ClassVar[str] = "nothing was changed"
    when_died: ClassVar[str] = (
        "The file may be too large for this machine: split it, by year for example."
    )

    path: Path
    name: str
    store_folder: Path
    mapping: Mapping | None = None
    source: str | None = None
    sheet: str | None = None
    crs: int | None = None
    swapped: bool = False
    is_complete: bool = False
    handling: Handling | None = None

    def to_json(self) -> str:
        """Text that `from_json` reads back as an equal request."""
        said = asdict(self) | {
            "path": str(self.path.absolute()),
            "store_folder": str(self.store_folder.absolute()),
            "mapping": None if self.mapping is None else self.mapping.to_json(),
        }  # fmt: skip
        return json.dumps(said)

    @classmethod
    def from_json(cls, text: str) -> "Request":
        """Read a request written by `to_json`."""
        said = json.loads(text)
        mapping = said.pop("mapping")
        return cls(
            path=Path(said.pop("path")), store_folder=Path(said.pop("store_folder")),
            mapping=None if mapping is None else Mapping.from_json(mapping), **said,
        )  # fmt: skip

    def carry_out(self, tell: Tell) -> dict[str, Any]:
        """Bring the file in; say what that did."""
        outcome = bring_in(self, lambda stage, share: tell(in_words(stage), share))
        done = asdict(outcome.done) | {"imported_at": outcome.done.imported_at.isoformat()}
        return asdict(outcome) | {"done": done}

    def answer(self, said: dict[str, Any]) -> Outcome:
        """Read what `carry_out` said."""
        done = said["done"] | {
            "imported_at": datetime.fromisoformat(said["done"]["imported_at"]),
            "waits_for": tuple(said["done"]["waits_for"]),
        }
        return Outcome(
            Import(**done), said["is_new"], tuple(said["notes"]), tuple(said["warnings"])
        )


def in_words(stage: str) -> str:
    """Give the words for a stage of an import; those of a tier are words already."""
    return STAGES.get(stage, stage)


def placed(raw: RawTable, mapping: Mapping) -> Records:
    r"""Type and place the rows of an opened file, on this machine.

    Examples
    --------
    >>> raw = open_table(b"date,zip\n2020-01-02,60644\n", "calls.csv")
    >>> placed(raw, mapping_of(raw, None)).table["geoid"].tolist()
    ['17031']
    """
    return place(_typed(raw, mapping), load.gazetteer(), load.locator())


def opened(
    path: Path,
    name: str,
    sheet: str | None = None,
    crs: int | None = None,
    tell: Tell | None = None,
) -> RawTable:
    """Open a file, a quarantine file that comes back among them: see `open_table`, `as_data`."""
    return as_data(open_table(path, name, sheet, crs, tell))


def bring_in(request: Request, tell: Tell | None = None) -> Outcome:
    """Open, type, place and keep a file.

    Parameters
    ----------
    request : Request
        What to read and where to keep it.
    tell : callable, optional
        Called with a stage of `STAGES` or, while rows are placed, the words of a tier, and the
        share of all work done; may raise to cancel.

    Raises
    ------
    InputError
        Something a person can mend; the store is as before.
    """
    say = tell or _silent
    say("opening", 0.0)
    store = open_store(request.store_folder, load.locator())
    if request.crs is None and request.handling is None:
        again = store.known_again(
            request.path, request.name, mapping=request.mapping, source=request.source,
            sheet=request.sheet, is_complete=request.is_complete,
        )  # fmt: skip
        if again is not None:
            return again
    share = _SHARES["typing"]
    raw = opened(
        request.path, request.name, request.sheet, request.crs,
        lambda _, done: say("opening", share * done),
    )  # fmt: skip
    say("typing", _SHARES["typing"])
    mapping = request.mapping or mapping_of(raw, store.remembered(raw.columns))
    if request.crs is not None:
        raw, mapping = in_degrees(raw, mapping, request.crs, swapped=request.swapped)
    raw = without_totals(raw, mapping)  # the store keeps them with the lines set aside
    intake = _typed(raw, mapping)
    say("placing", _SHARES["placing"])
    at, room = _SHARES["placing"], _SHARES["comparing"] - _SHARES["placing"]
    records = place(
        intake, load.gazetteer(), load.locator(), lambda words, done: say(words, at + room * done)
    )
    del intake
    source, why = source_of(request, raw, store)
    start = _SHARES["comparing"]
    outcome = store.add(
        raw, mapping, records, source=source, is_complete=request.is_complete,
        handling=request.handling,
        tell=lambda stage, share: say(stage, start + (1 - start) * share),
    )  # fmt: skip
    if not outcome.is_new:
        return outcome
    aside = not_used(raw.text, mapping, _UNUSED_SHOWN)
    notes = (*why, *outcome.notes, *told(records.report), *([aside] if aside else []))
    return replace(outcome, notes=notes)


def source_of(request: Request, raw: RawTable, store: Store) -> tuple[str, tuple[str, ...]]:
    """Name the source a file goes into, and say what may be wrong with that.

    Where nobody named one, a file that only looks like those of a source is a source of its own:
    two agencies may use one form, and number their cases alike.
    """
    if request.source:
        return request.source, ()
    belongs = belonging(raw, store)
    name = belongs.known or Path(raw.name).stem
    if belongs.source is None or belongs.source == name:
        return name, ()
    why = (
        f'The file goes into "{name}", a source of its own. Its columns are those of '
        f'"{belongs.source}": if it is a newer download of the same, import it into that source '
        "instead, otherwise events count twice."
    )
    return name, (why,)


def told(report: ImportReport) -> tuple[str, ...]:
    r"""Tell what became of the lines: those dropped, by reason; then what was not clear or assumed.

    Warnings come first. Rows are numbered as the file's.

    Examples
    --------
    >>> raw = open_table(b"case number,date,zip\n1,2020-01-02,60644\n1,2020-01-02,60644\n", "a")
    >>> print(*told(placed(raw, mapping_of(raw, None)).report), sep="\n")
    2 rows make 1 incident: rows with the same number and day are one incident. Rows: 3.
    """
    lines = [f"{count_of(n, 'line', 'lines')} dropped: {why}." for why, n in report.dropped.items()]
    notes = sorted(report.notes, key=lambda note: note.severity != "warning")
    return (*lines, *map(_in_full, notes))


def _in_full(note: Note) -> str:
    """Give a note with the rows it concerns, of many the first."""
    if not note.rows:
        return note.text
    shown = ", ".join(str(row) for row in note.rows[:_ROWS_SHOWN])
    left = max(note.count, len(note.rows)) - _ROWS_SHOWN
    return f"{note.text} Rows: {shown}{f' and {left:,} more' if left > 0 else ''}."


def _typed(raw: RawTable, mapping: Mapping) -> Intake:
    """Type the rows; where that fails, name the other sheets or files there are."""
    try:
        return read(raw, mapping)
    except (ReadError, SchemaError) as error:
        if len(raw.sheets) < 2:
            raise
        hint = (
            f"{in_quotes([raw.sheet])} was read. Choose another (from the shell: --sheet) if it is "
            f"not the table: there are {in_quotes(raw.sheets)}."
        )
        raise type(error)(error.message, hint) from error


@contextmanager
def uploaded(content: bytes | BinaryIO, store_folder: Path, name: str = "upload") -> Iterator[Path]:
    """Lay an upload down where only this user can read it; it is gone at the end.

    Should this process die, the next that opens the store removes it. `name` is what the file is
    called there, folders in it are ignored.
    """
    desk.make_private(store_folder)
    with desk.working(store_folder) as folder, desk.clear_errors():
        path = folder / bare_name(name)
        path.touch(mode=0o600)
        with path.open("wb") as file:
            if isinstance(content, bytes):
                file.write(content)
            else:
                while chunk := content.read(_CHUNK):
                    file.write(chunk)
        yield path


def _silent(stage: str, share: float) -> None:
    del stage, share
