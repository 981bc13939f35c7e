"""Taking a file in: its three parts, and where it stands among the imports of its source."""

import hashlib
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.ingest.columns import Mapping as ColumnMapping
from geo.ingest.read import RawTable
from geo.schema import COLUMNS, COUNT, RECORD_ID, SOURCE_ROW, Records
from geo.store import imports, parts
from geo.store.compare import figures
from geo.store.fold import lay_over
from geo.store.imports import Kept
from geo.store.parts import OF_IMPORT, OF_ROW, REASON, ROOT, TWIN


@dataclass(frozen=True, eq=False)
class Intake:
    """Tables of one import as they will be kept, and what the catalog will say of it."""

    records: pd.DataFrame
    lines: pd.DataFrame
    quarantine: pd.DataFrame
    kept: Kept


def prepare(  # noqa: PLR0913  (an import has many sides)
    raw: RawTable,
    mapping: ColumnMapping,
    records: Records,
    *,
    source: str,
    is_complete: bool,
    at: str,
) -> Intake:
    """Lay out what will be kept of a file; its number and figures come later."""
    ids = _ids_of_lines(raw, records)
    table = records.table[list(COLUMNS)].copy()
    for name in table.select_dtypes("object").columns:
        table[name] = table[name].astype("str")
    table[TWIN] = table[RECORD_ID].isin(ids[_twins(raw, mapping, ids)])
    table[ROOT] = np.int64(0)
    own = {
        SOURCE_ROW: raw.rows,
        RECORD_ID: ids.to_numpy(),
        OF_IMPORT: np.int64(0),
        OF_ROW: np.int64(0),
    }
    lines = _with_front(own, raw.text)
    cells = raw.dropped.drop(columns=[SOURCE_ROW, REASON])
    dropped = _with_front(
        {
            SOURCE_ROW: raw.dropped[SOURCE_ROW].to_numpy(),
            REASON: raw.dropped[REASON].to_numpy(),
            OF_IMPORT: np.int64(0),
            OF_ROW: np.int64(0),
        },
        cells,
    )
    report = records.report
    kept = Kept(
        number=0, source=source, turn=0, replaces=None,
        file_name=raw.name, file_digest=raw.digest, sheet=raw.sheet,
        header_key=imports.header_key(raw.columns), reading=imports.reading_of(raw, mapping),
        is_complete=is_complete, is_mend=False, imported_at=at,
        rows_read=report.rows_read, kept=report.kept, dropped=sum(report.dropped.values()),
        incidents=int(table[COUNT].sum()),
        added=0, changed=0, same=0, absent=0, withdrawn=0, undone=False,
        about=imports.about(records),
        records_part=parts.new_name(), lines_part=parts.new_name(),
        quarantine_part=parts.new_name(),
    )  # fmt: skip
    return Intake(table, lines, dropped, kept)


def numbered(intake: Intake, before: tuple[Kept, ...], number: int) -> Kept:
    """Give an import its number and its turn; the same file read anew keeps its turn."""
    again = [
        old for old in imports.counting(before)
        if (old.file_digest, old.sheet) == (intake.kept.file_digest, intake.kept.sheet)
    ]  # fmt: skip
    if again:
        return replace(intake.kept, number=number, turn=again[-1].turn, replaces=again[-1].number)
    return replace(intake.kept, number=number, turn=number)


def compared(folder: Path, intake: Intake, before: tuple[Kept, ...], kept: Kept) -> Kept:
    """Give an import its figures against the source before it."""
    after = imports.counting((*before, kept))
    old = lay_over(folder, imports.counting(before))
    new = lay_over(folder, after, fresh={kept.number: intake.records})
    found = figures(old, new, intake.records[RECORD_ID])
    absent = 0 if kept.is_mend else found.absent
    return replace(
        kept, added=found.added, changed=found.changed, same=found.same, absent=absent,
        withdrawn=found.withdrawn,
    )  # fmt: skip


def write(desk: Path, intake: Intake) -> tuple[Path, ...]:
    """Write the parts of an import in a folder of work in progress."""
    records, lines, quarantine = (desk / name for name in intake.kept.parts)
    parts.write_records(records, intake.records)
    parts.write_lines(lines, intake.lines, (SOURCE_ROW, RECORD_ID, OF_IMPORT, OF_ROW))
    parts.write_lines(quarantine, intake.quarantine, (SOURCE_ROW, REASON, OF_IMPORT, OF_ROW))
    return records, lines, quarantine


def _with_front(own: dict[str, object], cells: pd.DataFrame) -> pd.DataFrame:
    """Columns of ours, then cells: one of theirs may have a name of ours."""
    front = pd.DataFrame(own, index=cells.index)
    return pd.concat([front, cells], axis=1)


def _ids_of_lines(raw: RawTable, records: Records) -> pd.Series:
    """Give the number of the record that each line went into; "" where that is not known."""
    if records.row_ids is not None:
        return records.row_ids.astype("str").reset_index(drop=True)
    known = records.table.drop_duplicates(SOURCE_ROW).set_index(SOURCE_ROW)[RECORD_ID]
    return pd.Series(raw.rows).map(known).fillna("").astype("str")


def _twins(raw: RawTable, mapping: ColumnMapping, ids: pd.Series) -> NDArray[np.bool_]:
    """Whether a line without a number is the same in all cells as one before it."""
    content = pd.util.hash_pandas_object(raw.text, index=False)
    again: NDArray[np.bool_] = content.duplicated().to_numpy()
    column = None if mapping.area_counts else mapping.column("record_id")
    rows = np.flatnonzero(again)
    if column is None or not len(rows):
        return again
    numbers = raw.text[column].to_numpy(dtype=object)[rows]
    found = ids.to_numpy(dtype=object)[rows]
    # Where the source's number was used the record is called by it.
    own = [bool(n) and str(i).startswith(str(n)) for n, i in zip(numbers, found, strict=True)]
    again[rows] = ~np.array(own, dtype=bool)
    return again


def digest_of(source: str, counts: tuple[Kept, ...], more: str) -> str:
    """Name the state of a source: the same files and words of persons give the same name."""
    said = [source, more]
    said += [f"{kept.reading} {kept.is_complete} {kept.is_mend}" for kept in counts]
    return hashlib.blake2b("\x1f".join(said).encode(), digest_size=16).hexdigest()
