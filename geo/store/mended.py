"""Mended lines find the records they were, so that nothing doubles."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo import seized
from geo.errors import StoreError
from geo.schema import (
    DOSES,
    DRUGS,
    KIND,
    MASS_G,
    OUTCOME,
    OUTCOMES,
    PARTS,
    QUANTITY,
    RECORD_ID,
    SEIZED,
    SOURCE_ROW,
    UNIT,
)
from geo.store import parts
from geo.store.fold import known_by_row, lay_over
from geo.store.imports import Kept, counting, paths
from geo.store.keys import are_in
from geo.store.mending import FILE, NUMBER, ROW
from geo.store.parts import OF_IMPORT, OF_ROW, ROOT

Line = tuple[int, int]
"""A line as it first came: turn of its import, row number there."""


def first_lines(folder: Path, before: Sequence[Kept], origin: pd.DataFrame) -> list[Line]:
    """Find the lines that mended ones first were, through all earlier mends.

    Parameters
    ----------
    folder : Path
        Of the store.
    before : sequence of Kept
        Imports of the source.
    origin : DataFrame, shape (n, ...)
        `mending.NUMBER`, `ROW` and `FILE` of each line.

    Returns
    -------
    list of tuple
        (0, 0) for lines that came from nowhere.

    Raises
    ------
    StoreError
        When a line came from an import this source does not have.
    """
    known = {kept.number: kept for kept in before}
    earlier: dict[int, dict[int, Line]] = {}
    found: list[Line] = []
    for number, row, file in zip(origin[NUMBER], origin[ROW], origin[FILE], strict=True):
        kept = known.get(number)
        if number == 0:
            found.append((0, 0))
        elif kept is None or not kept.file_digest.startswith(file):
            raise StoreError(
                "The file holds lines to be mended that came from another source or store.",
                "Choose the source they came from.",
            )
        elif kept.is_mend:
            if number not in earlier:
                earlier[number] = named_lines(folder, kept)
            found.append(earlier[number].get(row, (kept.turn, row)))
        else:
            found.append((kept.turn, row))
    return found


def take_over(
    folder: Path,
    before: Sequence[Kept],
    table: pd.DataFrame,
    ids: pd.Series,
    lines: Sequence[Line],
) -> tuple[pd.DataFrame, pd.Series]:
    """Give mended records the numbers of those they were.

    A record whose lines were all dropped before keeps the source's own number, or gets one made of
    its file and row. Where only some lines of a record came back, it is joined with what it was.

    Parameters
    ----------
    folder, before
        As above.
    table : DataFrame
        Records as read from the mended file.
    ids : Series of str, shape (n,)
        Number of the record each line went into.
    lines : sequence of tuple, shape (n,)
        What each line first was.

    Returns
    -------
    DataFrame
        `table` with new numbers and `ROOT`.
    Series
        `ids` likewise.
    """
    counts = counting(before)
    named = set(lines)
    was = _records_of(folder, counts, named)
    new: dict[str, str] = {}
    root: dict[str, int] = {}
    digests = {kept.turn: kept.file_digest for kept in before}
    taken: set[str] = set()
    by_hash = ids.str.fullmatch(r"[0-9a-f]{16}-\d+").to_numpy(dtype=bool)
    for own, hashed, line in zip(ids, by_hash, lines, strict=True):
        if line == (0, 0) or own in new:
            continue
        name = was.get(line, "")
        if not name or name in taken:
            name = f"{digests[line[0]][:16]}-row-{line[1]}" if hashed else own
        new[own], root[own] = name, line[0]
        taken.add(name)
    own_ids = table[RECORD_ID].tolist()
    changed = table.assign(
        **{
            ROOT: np.array([root.get(name, 0) for name in own_ids], dtype=np.int64),
            RECORD_ID: pd.Series([new.get(name, name) for name in own_ids], dtype="str"),
        }
    )
    changed = changed.drop_duplicates(RECORD_ID).reset_index(drop=True)
    partly = _partly_named(folder, counts, named, set(changed[RECORD_ID]))
    if partly:
        held = lay_over(folder, counts, only=partly)
        changed = _joined(changed, held[are_in(held[RECORD_ID], partly)])
    return changed, pd.Series([new.get(name, name) for name in ids], dtype="str")


def named_lines(folder: Path, kept: Kept) -> dict[int, Line]:
    """Find what the lines of a mend first were, by their row in the mended file."""
    found: dict[int, Line] = {}
    for path in paths(folder, kept)[1:]:
        table = parts.read_front(path)
        table = table[table[OF_IMPORT] > 0]
        columns = (table[SOURCE_ROW], table[OF_IMPORT], table[OF_ROW])
        found |= {row: (turn, first) for row, turn, first in zip(*columns, strict=True)}
    return found


def _records_of(folder: Path, counts: Sequence[Kept], lines: set[Line]) -> dict[Line, str]:
    """Find the records that lines are in now."""
    was: dict[Line, str] = {}
    for kept in counts:
        table = known_by_row(folder, kept)
        named = table[_are_named(kept, table, lines)]
        was |= dict(zip(_keys(kept, named), named[RECORD_ID], strict=True))
    return was


def _partly_named(
    folder: Path, counts: Sequence[Kept], lines: set[Line], records: set[str]
) -> set[str]:
    """Say which records have lines, in the newest import that holds them, besides those named."""
    found: set[str] = set()
    for kept in counts:
        table = known_by_row(folder, kept)
        table = table[are_in(table[RECORD_ID], records)]
        named = _are_named(kept, table, lines)
        found -= set(table[RECORD_ID])
        found |= set(table.loc[~named, RECORD_ID])
        if kept.is_complete:
            found &= set(table[RECORD_ID])
    return found


def _are_named(kept: Kept, table: pd.DataFrame, lines: set[Line]) -> NDArray[np.bool_]:
    if kept.is_mend:
        return np.array([key in lines for key in _keys(kept, table)], dtype=bool)
    rows = [row for turn, row in lines if turn == kept.turn]
    return np.asarray(table[SOURCE_ROW].isin(rows), dtype=bool)


def _keys(kept: Kept, table: pd.DataFrame) -> list[Line]:
    own = [(kept.turn, row) for row in table[SOURCE_ROW].tolist()]
    if OF_IMPORT not in table:
        return own
    first = zip(table[OF_IMPORT].tolist(), table[OF_ROW].tolist(), strict=True)
    return [line if line[0] else mine for line, mine in zip(first, own, strict=True)]


def _joined(table: pd.DataFrame, held: pd.DataFrame) -> pd.DataFrame:
    """Add to mended records what their other lines say: drugs, parts, doses, worst outcome."""
    held = held.set_index(RECORD_ID)
    rows = np.flatnonzero(table[RECORD_ID].isin(held.index))
    other = held.loc[table[RECORD_ID].iloc[rows]]
    at = table.index[rows]
    _join_seized(table, at[(table.loc[at, KIND] == "seizure").to_numpy()], held)
    drugs = zip(table.loc[at, DRUGS], other[DRUGS], strict=True)
    table.loc[at, DRUGS] = [_union(a, b) for a, b in drugs]
    worst = zip(table.loc[at, OUTCOME], other[OUTCOME], strict=True)
    table.loc[at, OUTCOME] = [min(a, b, key=OUTCOMES.index) for a, b in worst]
    doses = pd.DataFrame({"a": table.loc[at, DOSES].to_numpy(), "b": other[DOSES].to_numpy()})
    table.loc[at, DOSES] = doses.max(axis=1).to_numpy()
    more = np.column_stack([table.loc[at, PARTS].to_numpy(), other[PARTS].to_numpy()])
    table.loc[at, PARTS] = more.max(axis=1)
    return table


def _join_seized(table: pd.DataFrame, at: pd.Index, held: pd.DataFrame) -> None:
    """Write what was seized by all lines of records, of which `held` has what the others said."""
    told = [SEIZED, DRUGS, QUANTITY, UNIT]
    for row in at:
        other = held.loc[table.loc[row, RECORD_ID], told]
        both = seized.joined(seized.of_record(*table.loc[row, told]), seized.of_record(*other))
        if len(both) > 1:
            table.loc[row, [QUANTITY, UNIT, MASS_G]] = list(seized.whole(both))
            table.loc[row, SEIZED] = seized.spell(both)


def _union(one: str, other: str) -> str:
    names = sorted({name for name in (*one.split("|"), *other.split("|")) if name})
    return f"|{'|'.join(names)}|" if names else ""
