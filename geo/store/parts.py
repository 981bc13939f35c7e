"""The parts of an import: records, lines and quarantine as Parquet files that never change."""

import json
import re
import secrets
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final, NamedTuple

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from geo.errors import StoreError
from geo.schema import OCCURRED_ON, RECORD_ID, REPORTED_ON, SOURCE_ROW, complete
from geo.store.catalog import RESTORE
from geo.store.desk import clear_errors, settle

PARTS: Final = "parts"

TWIN: Final = "twin"  # bool, a further copy of a line without a number of its own
ROOT: Final = "root"  # int, import whose lines a mended record stands for, 0 for none
OF_IMPORT: Final = "of_import"  # int, import a mended line came from first, 0 for none
OF_ROW: Final = "of_row"  # int, its row number there
SAID: Final = "said"  # str, what a line says was seized where its record has several, else ""
REASON: Final = "reason"

NAME = re.compile(r"[0-9a-f]{32}\.parquet")
_CELLS: Final = "cells"


class MissingPartError(StoreError):
    """A file the catalog names is not there."""


class Lines(NamedTuple):
    """Lines of a file: what we know of them and, with the same index, their cells as text."""

    front: pd.DataFrame
    cells: pd.DataFrame


def new_name() -> str:
    """Give a name for a part that no other part has and that says nothing."""
    return f"{secrets.token_hex(16)}.parquet"


def write_records(path: Path, table: pd.DataFrame) -> None:
    """Write typed records with `TWIN` and `ROOT`."""
    _write(path, pa.Table.from_pandas(table, preserve_index=False).replace_schema_metadata())


def write_lines(path: Path, lines: Lines) -> None:
    """Write lines of text; the names of their cells may be anything."""
    front = pa.Table.from_pandas(lines.front, preserve_index=False)
    cells = [pa.array(column, type=pa.string()) for _, column in lines.cells.items()]
    labels = [f"c{number}" for number in range(len(cells))]
    # At once: ten thousand columns added one by one take most of a minute.
    whole = pa.table([*front.columns, *cells], names=[*front.column_names, *labels])
    names = json.dumps([str(name) for name in lines.cells.columns])
    _write(path, whole.replace_schema_metadata({_CELLS: names}))


def read_records(
    path: Path, columns: Sequence[str] | None = None, only: Collection[str] | None = None
) -> pd.DataFrame:
    """Read records, all columns of today even when an older program wrote them.

    Parameters
    ----------
    path : Path
        The part.
    columns : sequence of str, optional
        Of `COLUMNS`; all of them when not given. `TWIN` and `ROOT` always come along.
    only : collection of str, optional
        Numbers of the records wanted.
    """
    with _readable(path):
        there = pq.read_schema(path).names
        wanted = None
        if columns is not None and set(columns) <= set(there):
            wanted = [c for c in (*columns, TWIN, ROOT) if c in there]
        chosen = None if only is None else [(RECORD_ID, "in", list(only))]
        table = pq.read_table(path, columns=wanted, filters=chosen).to_pandas()
    for name, missing in ((TWIN, False), (ROOT, 0)):
        if name not in table:
            table[name] = missing
    for name in {OCCURRED_ON, REPORTED_ON} & set(table.columns):
        table[name] = table[name].astype("datetime64[s]")  # Parquet knows no whole seconds
    if wanted is not None:
        return table
    full = complete(table)
    full[[TWIN, ROOT]] = table[[TWIN, ROOT]]
    return full if columns is None else full[[*columns, TWIN, ROOT]]


def read_front(path: Path) -> pd.DataFrame:
    """Read what is known of lines, without their cells."""
    with _readable(path):
        schema = pq.read_schema(path)
        names = json.loads(schema.metadata[_CELLS.encode()])
        own = schema.names[: len(schema.names) - len(names)]
        return pq.read_table(path, columns=own).to_pandas()


def read_lines(
    path: Path, only: Collection[str] | None = None, rows: Collection[int] | None = None
) -> Lines:
    """Read lines, or those of some records or rows."""
    with _readable(path):
        schema = pq.read_schema(path)
        names = json.loads(schema.metadata[_CELLS.encode()])
        own = schema.names[: len(schema.names) - len(names)]
        chosen = None
        if only is not None:
            chosen = [(RECORD_ID, "in", pa.array(only, pa.string()))]
        elif rows is not None:
            chosen = [(SOURCE_ROW, "in", pa.array(rows, pa.int64()))]
        table = pq.read_table(path, filters=chosen).to_pandas()
    cells = table.iloc[:, len(own) :].set_axis(names, axis=1)
    return Lines(table[own], cells)


def keep(folder: Path, staged: Path) -> None:
    """Move a finished part to the others; on the disk itself before this returns."""
    staged.rename(folder / PARTS / staged.name)


def _write(path: Path, table: pa.Table) -> None:
    with clear_errors():
        path.touch(mode=0o600)
        pq.write_table(table, path, compression="zstd", compression_level=1)
        settle(path)


@contextmanager
def _readable(path: Path) -> Iterator[None]:
    """Say what to do about a part that is missing or damaged."""
    if not path.is_file():
        raise MissingPartError("A file of the store is missing.", RESTORE)
    try:
        yield
    except (OSError, pa.ArrowException, ValueError, KeyError, TypeError) as error:
        raise StoreError("A file of the store is damaged.", RESTORE) from error


def is_whole(path: Path) -> bool:
    """Whether a part can be read to its end."""
    try:
        with pq.ParquetFile(path) as file:
            for group in range(file.num_row_groups):
                file.read_row_group(group)
    except (OSError, pa.ArrowException, ValueError):
        return False
    return True


def sweep(folder: Path, known: Collection[str]) -> int:
    """Remove parts that no import names; say how many. The catalog must be held meanwhile."""
    swept = 0
    for path in (folder / PARTS).iterdir():
        if NAME.fullmatch(path.name) and path.name not in known:
            path.unlink(missing_ok=True)
            swept += 1
    return swept
