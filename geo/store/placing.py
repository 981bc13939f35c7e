"""Places of an import found anew: when streets were added, or a person placed an address."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

from geo.errors import StoreError
from geo.ingest.columns import Mapping as ColumnMapping
from geo.ingest.places import ADDRESS
from geo.ingest.raw_table import RawTable
from geo.schema import (
    GEOID,
    LAT,
    LOCATION_ROLE,
    LON,
    METHOD,
    PRECISION,
    RADIUS_M,
    RECORD_ID,
    SOURCE_ROW,
    ColumnChoice,
)
from geo.store import catalog, imports, parts
from geo.store.desk import clear_errors, settle, working
from geo.store.fold import IMPORT, lay_over, same_cells
from geo.store.imports import Kept

PLACED_WITH = "placed_with"
PLACES = (LON, LAT, GEOID, PRECISION, RADIUS_M, METHOD, LOCATION_ROLE)
"""Columns of a record that say where it is."""


def has_addresses(kept: Kept) -> bool:
    """Tell whether an import has addresses of incidents."""
    roles = {role.rpartition(".")[2] for role, _, _ in kept.about["mapping"]}
    return ADDRESS in roles and not kept.about["area_counts"]


def is_outdated(kept: Kept, known: str) -> bool:
    """Tell whether an import has addresses that were looked up in something else than `known`."""
    return has_addresses(kept) and kept.about.get(PLACED_WITH, "") != known


def lines_read(
    folder: Path, kept: Kept, counts: Sequence[Kept] | None = None
) -> tuple[RawTable, ColumnMapping]:
    """Give the line of each record of an import, and which column was what when it came.

    Of records of several lines it is the first, as it is for their place. With `counts`, only of
    records for which this import has the last word among those.
    """
    path = imports.paths(folder, kept)[1]
    table = lay_over(folder, (kept,) if counts is None else counts, (RECORD_ID, SOURCE_ROW))
    rows = table.loc[table[IMPORT] == kept.number, SOURCE_ROW].to_numpy(dtype=np.int64)
    lines = parts.read_lines(path, rows=np.unique(rows).tolist())
    nothing = pd.DataFrame({SOURCE_ROW: [], parts.REASON: []})
    raw = RawTable(
        kept.file_name, lines.cells.reset_index(drop=True),
        lines.front[SOURCE_ROW].to_numpy(dtype=np.int64), nothing, kept.file_digest, "csv",
    )  # fmt: skip
    choices = tuple(ColumnChoice(*choice) for choice in kept.about["mapping"])
    return raw, ColumnMapping(raw.columns, choices)


def put(folder: Path, kept: Kept, places: pd.DataFrame, known: str) -> int:
    """Let places count for the records of an import; one transaction.

    Parameters
    ----------
    folder : Path
        Of the store.
    kept : Kept
        The import.
    places : DataFrame
        `SOURCE_ROW` and `PLACES`.
    known : str
        What they were looked up in.

    Returns
    -------
    int
        Records whose place is another than before.

    Raises
    ------
    StoreError
        The import was removed or placed by somebody else meanwhile.
    """
    old = imports.paths(folder, kept)[0]
    before = parts.read_records(old)
    found = places.drop_duplicates(SOURCE_ROW).set_index(SOURCE_ROW)[list(PLACES)]
    known_rows = before[SOURCE_ROW].isin(found.index).to_numpy()
    after = before.copy()
    fresh = found.loc[before.loc[known_rows, SOURCE_ROW]]
    after.loc[known_rows, list(PLACES)] = fresh.to_numpy(dtype=object)
    after = after.astype(before.dtypes.to_dict())
    moved = np.zeros(len(before), dtype=bool)
    for name in PLACES:
        moved |= ~same_cells(before[name], after[name])
    part = parts.new_name()
    about = dict(kept.about) | {PLACED_WITH: known}
    with working(folder) as desk, clear_errors():
        parts.write_records(desk / part, after)
        with catalog.writing(folder) as connection:
            now = imports.of_source(connection, kept.source)
            if not any(one.records_part == kept.records_part for one in now):
                raise StoreError("The source was changed by somebody else meanwhile.", "Try again.")
            parts.keep(folder, desk / part)
            settle(folder / parts.PARTS)
            imports.replace_records(connection, replace(kept, records_part=part, about=about))
            catalog.changed(connection, "place again", kept.source, kept.number)
    old.unlink(missing_ok=True)
    return int(moved.sum())
