"""What was where and when: lines behind records, versions of a record, changes of an import."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

import pandas as pd

from geo.schema import COLUMNS, RECORD_ID, SOURCE_ROW
from geo.store import compare, imports, parts
from geo.store.fold import IMPORT, lay_over, origins, same_rows
from geo.store.imports import Kept, paths
from geo.store.parts import ROOT, Lines
from geo.store.quarantine import lines_of

_FRONT: Final = (IMPORT, SOURCE_ROW, RECORD_ID)


def lines(folder: Path, counts: Sequence[Kept], only: Collection[str]) -> pd.DataFrame:
    """Lines behind records as they count: `import`, `source_row`, `record_id`, then cells."""
    table = lay_over(folder, counts, (RECORD_ID, SOURCE_ROW), only=set(only))
    found = []
    for kept in counts:
        here = table[table[IMPORT] == kept.number]
        if here.empty:
            continue
        for first in counts:  # of a record mended in part, the other lines are where they were
            part = here[here[ROOT] == first.turn]
            if kept.is_mend and not first.is_mend and not part.empty:
                found.append(_shown(first, _unmended(folder, first, kept, part)))
        found.append(_shown(kept, lines_of(folder, kept, here)))
    found = [part for part in found if len(part)]
    if not found:
        return pd.DataFrame(columns=list(_FRONT))
    return pd.concat(found, ignore_index=True).fillna("")


def versions(folder: Path, counts: Sequence[Kept], record_id: str) -> pd.DataFrame:
    """Versions of a record, oldest first: `import`, then `COLUMNS`; each said once."""
    found: list[pd.DataFrame] = []
    for kept in counts:
        part = parts.read_records(paths(folder, kept)[0], only={record_id})
        if part.empty or (found and same_rows(part, found[-1]).all()):
            continue
        found.append(part.assign(**{IMPORT: kept.number}))
    if not found:
        return pd.DataFrame(columns=[IMPORT, *COLUMNS])
    return pd.concat(found, ignore_index=True)[[IMPORT, *COLUMNS]]


def changes(folder: Path, kept: Sequence[Kept], number: int) -> pd.DataFrame:
    """Cells that an import changed in what its source held before it: see `compare.cells`."""
    until = [
        replace(one, undone=False) if one.number == number else one
        for one in kept if one.number <= number
    ]  # fmt: skip
    before = lay_over(folder, imports.counting(one for one in until if one.number < number))
    after = lay_over(folder, imports.counting(until))
    return compare.cells(before, after)


def _unmended(folder: Path, first: Kept, mend: Kept, records: pd.DataFrame) -> Lines:
    """Lines of records in their first file that a mend does not stand for."""
    front, cells = parts.read_lines(paths(folder, first)[1], only=set(records[RECORD_ID]))
    gone = {row for turn, row in origins(folder, mend) if turn == first.turn}
    front = front[~front[SOURCE_ROW].isin(gone)]
    return Lines(front, cells.loc[front.index])


def _shown(kept: Kept, found: Lines) -> pd.DataFrame:
    front = found.front[[SOURCE_ROW, RECORD_ID]]
    front.insert(0, IMPORT, kept.number)
    cells = found.cells.rename(columns={name: f"{name} (2)" for name in _FRONT})
    return pd.concat([front, cells], axis=1)
