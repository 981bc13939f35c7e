"""Mended lines find the records they were, so that nothing doubles."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple

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
    WRITTEN,
    Records,
)
from geo.seized import Part
from geo.store import parts
from geo.store.fold import known_by_row, lay_over
from geo.store.imports import Kept, counting, paths
from geo.store.keys import are_in
from geo.store.mending import FILE, NUMBER, ROW
from geo.store.part_changes import joined
from geo.store.parts import OF_IMPORT, OF_ROW, ROOT, SAID

_OWN: Final = (DRUGS, WRITTEN, QUANTITY, UNIT)

Line = tuple[int, int]
"""A line as it first came: turn of its import, row number there."""


class _Held(NamedTuple):
    """The record a line is in now, and what the line says was seized, "" where not known."""

    record: str
    said: str


@dataclass
class _Before:
    """What the mended lines of a record were: how many had been dropped, and what the others said.

    `said` is None where that is not known.
    """

    dropped: int = 0
    said: tuple[Part, ...] | None = ()


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
    was = _lines_held(folder, counts, named)
    new: dict[str, str] = {}
    root: dict[str, int] = {}
    digests = {kept.turn: kept.file_digest for kept in before}
    taken: set[str] = set()
    before_mend: dict[str, _Before] = {}
    by_hash = ids.str.fullmatch(r"[0-9a-f]{16}-\d+").to_numpy(dtype=bool)
    for own, hashed, line in zip(ids, by_hash, lines, strict=True):
        if line == (0, 0):  # it may have come before, in another copy of the mended file
            before_mend.setdefault(new.get(own, own), _Before()).said = None
            continue
        if own not in new:
            name = was[line].record if line in was else ""
            if not name or name in taken:
                name = f"{digests[line[0]][:16]}-row-{line[1]}" if hashed else own
            new[own], root[own] = name, line[0]
            taken.add(name)
        _add_line(before_mend.setdefault(new[own], _Before()), was.get(line))
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
        changed = _joined(changed, held[are_in(held[RECORD_ID], partly)], before_mend)
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


def said_by_lines(records: Records) -> "pd.Series[str]":
    """Spell what each line of a mended file says was seized, that of single ones too."""
    assert records.row_parts is not None
    assert records.row_ids is not None
    alone = records.table.set_index(RECORD_ID)[[SEIZED, *_OWN]]
    told = zip(records.row_parts, records.row_ids, strict=True)
    said = [parts or seized.spell(seized.of_record(*alone.loc[own])) for parts, own in told]
    return pd.Series(said, dtype="str")


def _add_line(before: _Before, held: _Held | None) -> None:
    """Add what a mended line was to what is known of its record."""
    if held is None:
        before.dropped += 1
    elif not held.said:
        before.said = None
    elif before.said is not None:
        before.said += seized.read(held.said)


def _lines_held(folder: Path, counts: Sequence[Kept], lines: set[Line]) -> dict[Line, _Held]:
    """Find the records that lines are in now, and what these lines say was seized."""
    was: dict[Line, _Held] = {}
    for kept in counts:
        table = known_by_row(folder, kept)
        named = table[_are_named(kept, table, lines)]
        if named.empty:
            continue
        said = named[SAID].fillna("") if SAID in named else pd.Series("", index=named.index)
        told = said.tolist()
        if not kept.is_mend:  # the only line of a record says what its record does
            several = table.loc[are_in(table[RECORD_ID], named[RECORD_ID]), RECORD_ID]
            alone = set(named[RECORD_ID]) - set(several[several.duplicated()])
            own = _said_by_records(folder, kept, alone) if alone else {}
            told = [
                one or own.get(name, "") for one, name in zip(told, named[RECORD_ID], strict=True)
            ]
        held = map(_Held, named[RECORD_ID], told)
        was |= dict(zip(_keys(kept, named), held, strict=True))
    return was


def _said_by_records(folder: Path, kept: Kept, only: set[str]) -> dict[str, str]:
    """Spell what records of an import say was seized."""
    table = parts.read_records(paths(folder, kept)[0], only=only)
    columns = (table[name].tolist() for name in (RECORD_ID, SEIZED, *_OWN))
    return {name: seized.spell(seized.of_record(*own)) for name, *own in zip(*columns, strict=True)}


def _partly_named(
    folder: Path, counts: Sequence[Kept], lines: set[Line], records: set[str]
) -> set[str]:
    """Say which records have lines, in the newest import that holds them, besides those named."""
    found: set[str] = set()
    for kept in counts:
        table = known_by_row(folder, kept)
        table = table[are_in(table[RECORD_ID], records)]
        named = _are_named(kept, table, lines)
        if not kept.is_mend:  # a mend holds what the other lines of its records say as well
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


def _joined(table: pd.DataFrame, held: pd.DataFrame, before: Mapping[str, _Before]) -> pd.DataFrame:
    """Add to mended records what their other lines say: drugs, parts, doses, worst outcome."""
    held = held.set_index(RECORD_ID)
    rows = np.flatnonzero(table[RECORD_ID].isin(held.index))
    other = held.loc[table[RECORD_ID].iloc[rows]]
    at = table.index[rows]
    _join_seized(table, at[(table.loc[at, KIND] == "seizure").to_numpy()], held, before)
    drugs = zip(table.loc[at, DRUGS], other[DRUGS], strict=True)
    table.loc[at, DRUGS] = [_union(a, b) for a, b in drugs]
    worst = zip(table.loc[at, OUTCOME], other[OUTCOME], strict=True)
    table.loc[at, OUTCOME] = [min(a, b, key=OUTCOMES.index) for a, b in worst]
    doses = pd.DataFrame({"a": table.loc[at, DOSES].to_numpy(), "b": other[DOSES].to_numpy()})
    table.loc[at, DOSES] = doses.max(axis=1).to_numpy()
    new = np.array([before[name].dropped for name in table.loc[at, RECORD_ID]], dtype=np.int64)
    table.loc[at, PARTS] = other[PARTS].to_numpy() + new
    return table


def _join_seized(
    table: pd.DataFrame, at: pd.Index, held: pd.DataFrame, before: Mapping[str, _Before]
) -> None:
    """Write what was seized by all lines of records, of which `held` has what the others said."""
    told = [SEIZED, *_OWN]
    for row in at:
        name = table.loc[row, RECORD_ID]
        other = seized.of_record(*held.loc[name, told])
        both = joined(seized.of_record(*table.loc[row, told]), other, before[name].said)
        table.loc[row, [QUANTITY, UNIT, MASS_G]] = list(seized.whole(both))
        several = len(both) != 1
        table.loc[row, SEIZED] = seized.spell(both) if several else ""
        table.loc[row, WRITTEN] = "" if several else both[0].written


def _union(one: str, other: str) -> str:
    names = sorted({name for name in (*one.split("|"), *other.split("|")) if name})
    return f"|{'|'.join(names)}|" if names else ""
