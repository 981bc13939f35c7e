"""Taking a file in: its three parts, and where it stands among the imports of its source."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.ingest.columns import Mapping as ColumnMapping
from geo.ingest.read import RawTable
from geo.schema import COLUMNS, COUNT, OCCURRED_ON, RECORD_ID, SOURCE_ROW, Records
from geo.store import imports, parts
from geo.store.compare import figures, moved
from geo.store.fold import MEANT, Fresh, lay_over
from geo.store.imports import Kept
from geo.store.keys import are_in
from geo.store.mended import Line, first_lines, said_by_lines, take_over
from geo.store.mending import NOT_MENDED, MendedTable
from geo.store.numbers import recognize
from geo.store.parts import OF_IMPORT, OF_ROW, REASON, ROOT, SAID, TWIN, Lines

_FEW: Final = 3  # incidents known again, from which their places and days say something


@dataclass(frozen=True, eq=False)
class Arrival:
    """Tables of one import as they will be kept, and what the catalog will say of it."""

    records: pd.DataFrame
    lines: Lines
    quarantine: Lines
    kept: Kept
    notes: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


def describe(raw: RawTable, mapping: ColumnMapping, records: Records, source: str) -> Kept:
    """Say what the catalog will of a file; its number, turn and figures come later."""
    report = records.report
    return Kept(
        number=0, source=source, turn=0, replaces=None,
        file_name=raw.name, file_digest=raw.digest, sheet=raw.sheet,
        header_key=mapping.header_key, reading=imports.reading_of(raw, mapping),
        is_complete=False, is_mend=isinstance(raw, MendedTable), imported_at="",
        rows_read=report.rows_read, kept=report.kept, dropped=sum(report.dropped.values()),
        incidents=int(records.table[COUNT].sum()),
        added=0, changed=0, same=0, absent=0, withdrawn=0, undone=False,
        about=imports.about(records),
        records_part=parts.new_name(), lines_part=parts.new_name(),
        quarantine_part=parts.new_name(),
    )  # fmt: skip


def lay_out(  # noqa: PLR0913, PLR0917  (an import has many sides)
    folder: Path,
    before: Sequence[Kept],
    kept: Kept,
    raw: RawTable,
    mapping: ColumnMapping,
    records: Records,
) -> Arrival:
    """Lay out what will be kept of a file, with the figures of what it changes.

    Parameters
    ----------
    folder : Path
        Of the store.
    before : sequence of Kept
        All imports of the source.
    kept : Kept
        From `describe`; its number may change until it is written, its turn with it.
    raw, mapping, records
        The file.
    """
    kept = _in_turn(before, kept)
    table = _as_kept(records.table)
    ids = _ids_of_lines(raw, records)
    lines, out = _came_from(folder, before, raw)
    if kept.is_mend:
        mends = Counter(turn for turn, _ in lines if turn)
        kept = replace(kept, about={**kept.about, imports.MENDS: sorted(mends.items())})
    twins = ids[_twins(raw, mapping, ids)]
    table[TWIN] = are_in(table[RECORD_ID], twins[twins != ""])
    table[ROOT] = np.int64(0)
    notes: list[str] = []
    warnings: list[str] = []
    older = [k for k in before if k.number != kept.replaces]
    last = kept.replaces is None and not any(one.is_mend for one in (*before, kept))
    columns = (RECORD_ID, *MEANT) if last else None
    held = lay_over(folder, imports.counting(before), columns)
    if kept.is_mend and records.row_ids is not None:
        table, ids = take_over(folder, before, table, ids, lines)
    elif older and not records.area_counts and mapping.column("record_id"):
        base = held if kept.replaces is None else lay_over(folder, imports.counting(older))
        found, far = recognize(table, base[[RECORD_ID, OCCURRED_ON]])
        ids = _renamed(ids, table[RECORD_ID], found)
        table[RECORD_ID] = found
        if far:
            notes.append(
                f"{far:,} case numbers were here already, on days more than half a year away: "
                "these are counted as other incidents."
            )
        if kept.replaces is None and not kept.is_mend:
            warnings += _warn_of_another_agency(held, table)
    dropped = raw.dropped.reset_index(drop=True)
    again = [line for line, why in zip(out, dropped[REASON], strict=False) if why != NOT_MENDED]
    fresh = Fresh(table, {line for line in (*lines, *again) if line[0]})
    after = table  # of the records in a newest file nothing older counts
    if not last:
        after = lay_over(folder, imports.counting((*before, kept)), fresh={kept.number: fresh})
    compared = figures(held, after, table[RECORD_ID])
    stays = last and not kept.is_complete
    kept = replace(
        kept, added=compared.added, changed=compared.changed, same=compared.same,
        absent=0 if kept.is_mend else compared.absent,
        withdrawn=0 if stays else compared.withdrawn,
    )  # fmt: skip
    front = pd.DataFrame({SOURCE_ROW: raw.rows, RECORD_ID: ids.to_numpy()})
    if records.row_parts is not None:
        front[SAID] = said_by_lines(records) if kept.is_mend else records.row_parts.to_numpy()
    return Arrival(
        table,
        Lines(_with_origin(front, lines), raw.text),
        Lines(_with_origin(dropped.iloc[:, :2], out), dropped.iloc[:, 2:]),
        kept,
        (*notes, *_note_restated(kept, mapping)),
        tuple(warnings),
    )


def _warn_of_another_agency(held: pd.DataFrame, table: pd.DataFrame) -> list[str]:
    """Warn when most incidents known by their numbers have another county or day than before."""
    known, changed = moved(held, table)
    if known < _FEW or changed * 2 <= known:
        return []
    words = (
        f"{changed:,} of {known:,} incidents whose case numbers were here already are now in "
        "another county or on another day. Two agencies may number their cases alike: if the file "
        "is another agency's, undo this import and give the file a source of its own."
    )
    return [words]


def _note_restated(kept: Kept, mapping: ColumnMapping) -> list[str]:
    """Say that lines without a number are not known again when one of their cells changes."""
    if mapping.area_counts or mapping.column("record_id") or kept.is_mend or kept.is_complete:
        return []
    if not (kept.added and kept.absent and kept.same):
        return []
    words = (
        "The lines have no case numbers: one that was changed in any cell counts as a new incident "
        f"beside what it was. Among {kept.added:,} new and {kept.absent:,} that are not in this "
        "file there may be such pairs. If the file holds all that counts, import it as complete."
    )
    return [words]


def write(desk: Path, arrival: Arrival) -> tuple[Path, ...]:
    """Write the parts of an import in a folder of work in progress."""
    records, lines, quarantine = (desk / name for name in arrival.kept.parts)
    parts.write_records(records, arrival.records)
    parts.write_lines(lines, arrival.lines)
    parts.write_lines(quarantine, arrival.quarantine)
    return records, lines, quarantine


def _in_turn(before: Sequence[Kept], kept: Kept) -> Kept:
    """Give an import its turn, the last; the same file read anew keeps the turn it had."""
    number = 1 + max((k.number for k in before), default=0)
    again = [
        old for old in imports.counting(before)
        if (old.file_digest, old.sheet) == (kept.file_digest, kept.sheet)
    ]  # fmt: skip
    if again:
        return replace(kept, number=number, turn=again[-1].turn, replaces=again[-1].number)
    return replace(kept, number=number, turn=number)


def _as_kept(records: pd.DataFrame) -> pd.DataFrame:
    table = records[list(COLUMNS)].copy()
    for name in table.columns:
        if pd.api.types.is_object_dtype(table[name]):
            table[name] = table[name].astype("str")
    return table


def _ids_of_lines(raw: RawTable, records: Records) -> pd.Series:
    """Give the number of the record that each line went into; "" where that is not known."""
    if records.row_ids is not None:
        return records.row_ids.astype("str").reset_index(drop=True)
    return pd.Series("", index=range(len(raw.text)), dtype="str")


def _came_from(
    folder: Path, before: Sequence[Kept], raw: RawTable
) -> tuple[Sequence[Line], Sequence[Line]]:
    """Find what kept and dropped lines of a mended file first were; nothing for other files."""
    if not isinstance(raw, MendedTable):
        return (), ()
    kept = first_lines(folder, before, raw.origin)
    return kept, first_lines(folder, before, raw.dropped_origin)


def _renamed(ids: pd.Series, old: pd.Series, new: pd.Series) -> pd.Series:
    """Carry new numbers of records over to their lines."""
    changed = (old != new).to_numpy()
    if not changed.any():
        return ids
    spelled = dict(zip(old[changed], new[changed], strict=True))
    return pd.Series([spelled.get(name, name) for name in ids], dtype="str")


def _with_origin(front: pd.DataFrame, lines: Sequence[Line]) -> pd.DataFrame:
    """Add what lines first were."""
    first: NDArray[np.int64] = np.array(lines, dtype=np.int64).reshape(-1, 2)
    if not len(first):
        first = np.zeros((len(front), 2), dtype=np.int64)
    return front.assign(**{OF_IMPORT: first[:, 0], OF_ROW: first[:, 1]})


def _twins(raw: RawTable, mapping: ColumnMapping, ids: pd.Series) -> NDArray[np.bool_]:
    """Whether a line without a number is the same in all cells as one before it."""
    content = pd.util.hash_pandas_object(raw.text, index=False)
    again: NDArray[np.bool_] = content.duplicated().to_numpy(copy=True)
    column = None if mapping.area_counts else mapping.column("record_id")
    rows = np.flatnonzero(again)
    if column is None or not len(rows):
        return again
    numbers = raw.text[column].to_numpy(dtype=object)[rows]
    found = ids.to_numpy(dtype=object)[rows]
    # Where the source's number was used the record is called by it, perhaps behind an ORI.
    own = [bool(n) and f" {n}" in f" {i}" for n, i in zip(numbers, found, strict=True)]
    again[rows] = ~np.array(own, dtype=bool)
    return again
