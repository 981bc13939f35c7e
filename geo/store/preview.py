"""What a person needs to see of a file to confirm which column is what."""

from collections.abc import Mapping as MappingOf
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from geo.errors import InputError, ReadError
from geo.ingest import Mapping, RawTable, open_table
from geo.ingest.known_mapping import mapping_of
from geo.ingest.layout import QUOTES, REASON
from geo.ingest.prose import CHOOSE_TABLE, ONLY_NOTES, only_notes
from geo.ingest.read import Format
from geo.schema import Note
from geo.store.again import digest_of
from geo.store.belonging import belonging
from geo.store.mending import as_data
from geo.store.protocol import Store

_HEAD_BYTES: Final = 4 * 1024**2
_LARGE_BYTES: Final = 20 * 1024**2
_LOOKED_AT: Final = 500
_SHOWN: Final = 3
_PROJECTED: Final = 2000
_LONGEST: Final = 40


@dataclass(frozen=True)
class Preview:
    """A file in short.

    `rows` is how many rows were looked at; `is_whole` says that these are all. `samples` holds up
    to three different values of each column, in the order of the file. `source` is the source of
    the store it most likely belongs to; `is_known` says that `mapping` is what a person confirmed
    before for this header; `is_sure` is that of `Belonging`. `projected` holds cells of easting and
    northing when these are the only coordinates there are. `only_notes` says that the sheet is no
    table, but there are others.
    """

    name: str
    format: Format
    encoding: str
    delimiter: str
    sheet: str
    sheets: tuple[str, ...]
    rows: int
    is_whole: bool
    dropped: MappingOf[str, int]
    samples: MappingOf[str, tuple[str, ...]]
    notes: tuple[Note, ...]
    mapping: Mapping
    source: str | None = None
    is_known: bool = False
    is_sure: bool = False
    projected: tuple[tuple[str, ...], tuple[str, ...]] | None = None
    only_notes: bool = False


def look(
    path: Path, name: str, store: Store, *, sheet: str | None = None, crs: int | None = None
) -> Preview:
    """Open a file and say what is understood of it; of a large text file only the beginning.

    Parameters
    ----------
    path : Path
        Where it lies.
    name : str
        What the person calls it.
    store : Store
        Knows files like it.
    sheet : str, optional
        Of a workbook, or layer of a vector file.
    crs : int, optional
        EPSG code, when the file does not say it.

    Raises
    ------
    ReadError
        It cannot be read, holds no row, or only notes.
    CrsError
        It does not say in which coordinate system it is, and nor does `crs`.
    """
    raw, is_whole = _opened(path, name, sheet, crs)
    if raw.text.empty:
        if only_notes(raw.text):
            raise ReadError(ONLY_NOTES, CHOOSE_TABLE)
        raise ReadError(
            "The file holds no row of data that we can read.",
            "Look whether it is the right file, of the kind its name says, with a header and rows.",
        )
    known = store.remembered(raw.columns)
    mapping = mapping_of(raw, known)
    notes_only = not mapping.choices and only_notes(raw.text)
    if notes_only and len(raw.sheets) < 2:
        raise ReadError(ONLY_NOTES, CHOOSE_TABLE)
    belongs = belonging(raw, store)
    return Preview(
        raw.name,
        raw.format,
        raw.encoding,
        raw.delimiter,
        raw.sheet,
        raw.sheets,
        len(raw.text),
        is_whole,
        {str(why): int(n) for why, n in raw.dropped["reason"].value_counts().items()},
        {column: _samples(raw, column) for column in raw.columns},
        raw.notes,
        mapping,
        belongs.source,
        known is not None,
        belongs.is_sure,
        _projected(raw, mapping),
        notes_only,
    )


def _opened(path: Path, name: str, sheet: str | None, crs: int | None) -> tuple[RawTable, bool]:
    """Open the file, of a large one only the first lines when they are a table by themselves."""
    if path.stat().st_size > _LARGE_BYTES:
        with path.open("rb") as file:
            head = file.read(_HEAD_BYTES)
        try:
            raw = as_data(open_table(head[: head.rfind(b"\n") + 1], name))
        except InputError:  # no text, or cut within a cell
            pass
        else:
            # A cell that runs over lines may be cut: then its quotation mark is not closed.
            if raw.format == "csv" and QUOTES not in set(raw.dropped[REASON]):
                return replace(raw, digest=digest_of(path)), False
    return as_data(open_table(path, name, sheet, crs)), True


def _samples(raw: RawTable, column: str) -> tuple[str, ...]:
    """First three different values, cut short."""
    cells = raw.text[column]
    found = cells[cells != ""].head(_LOOKED_AT).unique()[:_SHOWN]
    return tuple(" ".join(str(value).split())[:_LONGEST] for value in found)


def _projected(raw: RawTable, mapping: Mapping) -> tuple[tuple[str, ...], tuple[str, ...]] | None:
    """Cells of easting and northing, where there is no longitude."""
    easting, northing = mapping.best("easting"), mapping.best("northing")
    if easting is None or northing is None or mapping.best("lon"):
        return None
    cells = raw.text.loc[raw.text[easting.column] != ""].head(_PROJECTED)
    return tuple(cells[easting.column]), tuple(cells[northing.column])
