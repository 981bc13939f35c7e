"""What a source holds now: its imports laid over each other, the newest word on each record."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.schema import COLUMNS, METHOD, RADIUS_M, RECORD_ID, SOURCE_ROW, WRITTEN
from geo.store import parts
from geo.store.imports import Kept, paths
from geo.store.keys import are_in
from geo.store.mending import NOT_MENDED
from geo.store.parts import OF_IMPORT, OF_ROW, REASON, ROOT

IMPORT: Final = "import"  # int, the import whose word on the record counts

MEANT: Final = tuple(
    c for c in COLUMNS if c not in {RECORD_ID, SOURCE_ROW, METHOD, RADIUS_M, WRITTEN}
)
"""Columns that say something about an incident: two versions that agree in them are the same."""


class Fresh(NamedTuple):
    """An import that is no file of the store yet: its records, and the lines it stands for."""

    records: pd.DataFrame
    stands_for: set[tuple[int, int]]


@dataclass
class _Mends:
    """Lines mended so far: what records were before, and what they are now."""

    before: list[pd.DataFrame] = field(default_factory=list)
    after: list[pd.DataFrame] = field(default_factory=list)


def lay_over(
    folder: Path,
    counts: Sequence[Kept],
    columns: Sequence[str] | None = None,
    only: Collection[str] | None = None,
    fresh: Mapping[int, Fresh] | None = None,
) -> pd.DataFrame:
    """Lay the imports of a source over each other.

    A complete file takes the place of all before it. A mended line takes the place of what it was,
    and keeps it through later files that still hold the line as it was.

    Parameters
    ----------
    folder : Path
        Of the store.
    counts : sequence of Kept
        Imports that count, in their order.
    columns : sequence of str, optional
        Of `COLUMNS`, `RECORD_ID` among them; all when not given.
    only : collection of str, optional
        Numbers of the records wanted; all when not given.
    fresh : mapping, optional
        Imports, by number, that are no files of the store yet.

    Returns
    -------
    DataFrame
        `columns`, `TWIN`, `ROOT` and `IMPORT`; each record once, index 0..n-1.
    """
    mending = any(kept.is_mend for kept in counts)
    wanted = None if mending else columns
    base = [kept for kept in counts if not mending]
    whole = [i for i, kept in enumerate(base) if kept.is_complete]
    table: pd.DataFrame | None = None
    mends = _Mends()
    for kept in counts if mending else base[whole[-1] if whole else 0 :]:
        part = _read(folder, kept, wanted, None if mending else only, fresh or {})
        if kept.is_mend:
            new = (fresh or {}).get(kept.number)
            named = origins(folder, kept) if new is None else new.stands_for
            table = _mend(folder, kept, counts, table, part, named, mends)
        elif table is None:
            table = part
        else:
            part = _still_mended(part, mends)
            old = table.iloc[:0] if kept.is_complete else table
            table = pd.concat([_without(old, part[RECORD_ID]), part], ignore_index=True)
    if table is None:
        empty = [*(columns or COLUMNS), parts.TWIN, ROOT, IMPORT]
        return pd.DataFrame({name: pd.Series([], dtype="object") for name in empty})
    if mending and only is not None:
        table = table[are_in(table[RECORD_ID], only)]
    if mending and columns is not None:
        table = table[[*columns, parts.TWIN, ROOT, IMPORT]]
    return table.reset_index(drop=True)


def same_rows(one: pd.DataFrame, other: pd.DataFrame) -> NDArray[np.bool_]:
    """Whether rows agree in all columns meant; both tables have the same records in order."""
    same = np.ones(len(one), dtype=bool)
    for name in MEANT:
        same &= same_cells(one[name], other[name])
    return same


def same_cells(one: pd.Series, other: pd.Series) -> NDArray[np.bool_]:
    """Whether cells agree, two unknown ones too, row by row."""
    unknown: NDArray[np.bool_] = one.isna().to_numpy() & other.isna().to_numpy()
    with np.errstate(invalid="ignore"):
        equal: NDArray[np.bool_] = np.asarray(one.array == other.array, dtype=bool)
    return unknown | equal


def origins(folder: Path, kept: Kept) -> set[tuple[int, int]]:
    """Lines (turn of the import, row) that a mend stands for, kept or dropped again."""
    _, lines, quarantine = paths(folder, kept)
    found: set[tuple[int, int]] = set()
    for path in (lines, quarantine):
        table = parts.read_front(path)
        named = table[table[OF_IMPORT] > 0]
        if path == quarantine:
            named = named[named[REASON] != NOT_MENDED]
        found |= set(zip(named[OF_IMPORT].tolist(), named[OF_ROW].tolist(), strict=True))
    return found


def known_by_row(folder: Path, kept: Kept) -> pd.DataFrame:
    """List `SOURCE_ROW` and `RECORD_ID` of an import: of its lines, or of its records."""
    records, lines, _ = paths(folder, kept)
    if kept.about.get("by_row", False):
        return parts.read_records(records, (RECORD_ID, SOURCE_ROW))
    return parts.read_front(lines)


def _read(
    folder: Path,
    kept: Kept,
    columns: Sequence[str] | None,
    only: Collection[str] | None,
    fresh: Mapping[int, Fresh],
) -> pd.DataFrame:
    if kept.number in fresh:
        part = fresh[kept.number].records
        part = part if columns is None else part[[*columns, parts.TWIN, ROOT]]
    else:
        part = parts.read_records(paths(folder, kept)[0], columns, only)
    return part.assign(**{IMPORT: np.int64(kept.number)})


def _without(table: pd.DataFrame, ids: pd.Series) -> pd.DataFrame:
    return table[~are_in(table[RECORD_ID], ids)]


def _mend(  # noqa: PLR0913, PLR0917  (the state of the fold so far)
    folder: Path,
    kept: Kept,
    counts: Sequence[Kept],
    table: pd.DataFrame | None,
    part: pd.DataFrame,
    stood_for: set[tuple[int, int]],
    mends: _Mends,
) -> pd.DataFrame:
    """Put mended records in the place of those whose lines they were."""
    turns = {other.turn for other in counts}
    part = part[part[ROOT].isin([0, *turns])]
    if table is None:
        return part
    gone: set[str] = set()
    for other in counts:
        if other.number == kept.number or other.turn >= kept.turn:
            continue
        rows = [row for turn, row in stood_for if turn == other.turn]
        if other.is_mend:
            lines = parts.read_front(paths(folder, other)[1])
            keys = zip(lines[OF_IMPORT].tolist(), lines[OF_ROW].tolist(), strict=True)
            named = np.fromiter((key in stood_for for key in keys), bool, len(lines))
        elif not rows:
            continue
        else:
            lines = known_by_row(folder, other)
            named = lines[SOURCE_ROW].isin(rows).to_numpy()
        gone |= set(lines.loc[named, RECORD_ID])
    was = table[are_in(table[RECORD_ID], {*gone, *part[RECORD_ID]})]
    mends.before.append(was)
    mends.after.append(part)
    return pd.concat([table.drop(index=was.index), part], ignore_index=True)


def _still_mended(part: pd.DataFrame, mends: _Mends) -> pd.DataFrame:
    """Put mended records in the place of those a later file holds just as they were before."""
    for before, after in zip(mends.before, mends.after, strict=True):
        known = before.drop_duplicates(RECORD_ID).set_index(RECORD_ID)
        here = part[are_in(part[RECORD_ID], before[RECORD_ID])]
        if here.empty:
            continue
        same = here[same_rows(here, known.loc[here[RECORD_ID]].reset_index())]
        kept = after[are_in(after[RECORD_ID], same[RECORD_ID])]
        part = pd.concat([part.drop(index=same.index), kept], ignore_index=True)
    return part
