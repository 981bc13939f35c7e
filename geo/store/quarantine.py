"""Lines to mend: those that were dropped, and those of records without a place or a day."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd

from geo.ingest.columns import DATE_FIELDS, PLACE_FIELDS
from geo.schema import COUNTY_ELSEWHERE, GEOID, METHOD, OCCURRED_ON, RECORD_ID, SOURCE_ROW
from geo.store import parts
from geo.store.fold import IMPORT, origins
from geo.store.imports import Kept, paths
from geo.store.mending import NOT_MENDED, QUARANTINE_OF, tokens
from geo.store.parts import OF_IMPORT, OF_ROW, REASON, Lines

_FRONT: Final = (QUARANTINE_OF, SOURCE_ROW, REASON)
_DATES: Final = frozenset({
    *DATE_FIELDS, "year", "fiscal_year", "state_fiscal_year", "half", "quarter", "month", "week",
    "day",
})  # fmt: skip


def dropped(folder: Path, counts: Sequence[Kept]) -> list[tuple[Kept, Lines]]:
    """List the dropped lines of imports, without those that were mended since."""
    found = []
    for kept in since_complete(counts):
        front, cells = parts.read_lines(paths(folder, kept)[2])
        later = [m for m in counts if m.is_mend and m.turn > kept.turn]
        gone = set().union(*(origins(folder, mend) for mend in later))
        if kept.is_mend:
            front = front[front[REASON] != NOT_MENDED]
            keys = list(zip(front[OF_IMPORT].tolist(), front[OF_ROW].tolist(), strict=True))
        else:
            keys = [(kept.turn, row) for row in front[SOURCE_ROW].tolist()]
        front = front[np.array([key not in gone for key in keys], dtype=bool)]
        found.append((kept, Lines(front, cells.loc[front.index])))
    return found


def since_complete(counts: Sequence[Kept]) -> Sequence[Kept]:
    """List the imports since the last complete one."""
    whole = [i for i, kept in enumerate(counts) if kept.is_complete and not kept.is_mend]
    return counts[whole[-1] if whole else 0 :]


def to_mend(folder: Path, counts: Sequence[Kept], table: pd.DataFrame) -> pd.DataFrame:
    """Lay out the lines to mend as they came, after `QUARANTINE_OF`, `SOURCE_ROW` and `REASON`.

    Parameters
    ----------
    folder : Path
        Of the store.
    counts : sequence of Kept
        Imports of the source that count.
    table : DataFrame
        Its records as they count, with `fold.IMPORT`.
    """
    found = []
    seen: set[tuple[str, ...]] = set()
    for kept, (front, cells) in reversed(dropped(folder, counts)):
        content = [tuple(line) for line in cells.to_numpy(dtype=object)]
        # A title or footer that every file of a series has is listed once.
        new = np.array([line not in seen for line in content], dtype=bool)
        seen |= set(content)
        lines = Lines(front[new], cells[new])
        found.append(_given_out(kept, lines, lines.front[REASON], "dropped"))
    for kept in counts:
        here = table[table[IMPORT] == kept.number]
        reasons = _reasons(kept, here)
        reasons = reasons[reasons != ""]
        if reasons.empty:
            continue
        lines = lines_of(folder, kept, here.loc[reasons.index])
        by_id = pd.Series(reasons.to_numpy(), index=here.loc[reasons.index, RECORD_ID])
        why = lines.front[RECORD_ID].map(by_id)
        found.append(_given_out(kept, lines, why, "kept"))
    found = [part for part in found if len(part)]
    if not found:
        return pd.DataFrame(columns=list(_FRONT), dtype="str")
    return pd.concat(found, ignore_index=True).fillna("")


def lines_of(folder: Path, kept: Kept, records: pd.DataFrame) -> Lines:
    """Read the lines of an import that made some of its records.

    Parameters
    ----------
    folder : Path
        Of the store.
    kept : Kept
        The import.
    records : DataFrame
        Its records: `RECORD_ID` and `SOURCE_ROW`.
    """
    path = paths(folder, kept)[1]
    if not kept.about.get("by_row", False):
        return parts.read_lines(path, only=set(records[RECORD_ID]))
    lines = parts.read_lines(path, rows=set(records[SOURCE_ROW].tolist()))
    # A line may make several records, one for each of its periods: it is shown for the first.
    first = records.drop_duplicates(SOURCE_ROW).set_index(SOURCE_ROW)[RECORD_ID]
    named = lines.front[SOURCE_ROW].map(first)
    return Lines(lines.front.assign(**{RECORD_ID: named}), lines.cells)


def _reasons(kept: Kept, table: pd.DataFrame) -> pd.Series:
    """Say what records lack that their file could have given; "" where nothing."""
    fields = {role.rpartition(".")[2] for role, _, _ in kept.about["mapping"]}
    nowhere = (table[GEOID] == "") & bool(fields & set(PLACE_FIELDS))
    never = table[OCCURRED_ON].isna() & bool(fields & _DATES)
    reasons = pd.Series("", index=table.index, dtype="str")
    reasons[nowhere] = "no usable place"
    reasons[nowhere & (table[METHOD] == COUNTY_ELSEWHERE)] = COUNTY_ELSEWHERE
    reasons[never] = "no usable date"
    reasons[nowhere & never] = "no usable place and no usable date"
    return reasons


def _given_out(kept: Kept, lines: Lines, reasons: pd.Series, was: str) -> pd.DataFrame:
    cells = lines.cells.rename(columns={name: f"{name} (2)" for name in _FRONT})
    rows = lines.front[SOURCE_ROW]
    front = pd.DataFrame(
        {
            QUARANTINE_OF: tokens(kept.number, kept.file_digest, rows, cells, was),
            SOURCE_ROW: rows.to_numpy(),
            REASON: reasons.to_numpy(),
        },
        index=cells.index,
    )
    return pd.concat([front, cells], axis=1)
