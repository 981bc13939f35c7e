"""A file that is here already, told by its bytes, before any of its rows is read."""

import hashlib
from pathlib import Path
from typing import get_args

from geo.ingest.columns import Mapping as ColumnMapping
from geo.ingest.raw_table import Format
from geo.store import catalog, imports, remembering
from geo.store.adding import nothing_new
from geo.store.protocol import Outcome


def digest_of(path: Path) -> str:
    """Digest of a file's bytes, that of `RawTable.digest`."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, lambda: hashlib.blake2b(digest_size=32)).hexdigest()


def known_again(  # noqa: PLR0913  (what makes a reading the same)
    folder: Path,
    path: Path,
    name: str,
    *,
    mapping: ColumnMapping | None,
    source: str | None,
    sheet: str | None,
    is_complete: bool,
) -> Outcome | None:
    """Tell that a file is here already; None where only reading it can tell.

    Parameters
    ----------
    folder : Path
        Of the store.
    path : Path
        Where the file lies.
    name : str
        What the person calls it.
    mapping : Mapping, optional
        Which column is what; otherwise that remembered for the header.
    source : str, optional
        Where it should go; otherwise the one source that holds this very file.
    sheet : str, optional
        Of a workbook.
    is_complete : bool
        Whether the file is said to hold all that counts.
    """
    digest = digest_of(path)
    with catalog.reading(folder) as connection:
        kept = [one for one in imports.all_of(connection) if source in {None, one.source}]
        held = [
            one
            for name_of in {one.source for one in kept if one.file_digest == digest}
            for one in imports.counting(k for k in kept if k.source == name_of)
            if (one.file_digest, one.sheet) == (digest, sheet or "") and not one.is_mend
        ]
        if len(held) != 1 or Path(held[0].file_name).suffix.lower() != Path(name).suffix.lower():
            return None
        same = held[0]
        chosen = mapping or remembering.recall_key(connection, same.header_key)
        before = imports.of_source(connection, same.source)
    if chosen is None or same.is_complete != is_complete:
        return None
    readings = {
        imports.reading_named(digest, same.sheet, kind, chosen) for kind in get_args(Format)
    }
    if same.reading not in readings:
        return None
    return nothing_new(folder, same, before, chosen, None)
