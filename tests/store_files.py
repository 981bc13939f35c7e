"""Small files and the way they go into a store, for the tests of the store."""

import io
from csv import writer
from functools import lru_cache
from pathlib import Path

import pandas as pd

from boundaries.intake import placed
from geo.ingest import Mapping, RawTable, open_table
from geo.ingest.known_mapping import mapping_of
from geo.schema import Records
from geo.store import FolderStore, Outcome
from geo.store.mending import as_data

HEADER = ("case number", "incident date", "latitude", "longitude", "drug", "outcome")

HARTFORD = ("41.7637", "-72.6851")  # the county there is 09003 (Census Bureau)
CHICAGO = ("41.8781", "-87.6298")  # 17031


def csv(*lines: tuple[str, ...], header: tuple[str, ...] = HEADER) -> bytes:
    text = io.StringIO()
    writer(text, lineterminator="\n").writerows([header, *lines])
    return text.getvalue().encode()


def case(
    number: str, day: str = "2020-03-01", at: tuple[str, str] = HARTFORD, drug: str = "heroin",
    outcome: str = "nonfatal",
) -> tuple[str, ...]:  # fmt: skip
    return (number, day, *at, drug, outcome)


@lru_cache(64)
def _opened(content: bytes, name: str) -> RawTable:
    return as_data(open_table(content, name))


@lru_cache(64)
def _placed(content: bytes, name: str, mapping: str) -> Records:
    return placed(_opened(content, name), Mapping.from_json(mapping))


def put(store: FolderStore, content: bytes, source: str = "EMS", **more) -> Outcome:
    """Take a file in as the app does, with the columns proposed.

    What is read of the same bytes is the same: many tests begin with one file.
    """
    name = more.pop("name", "file.csv")
    raw = _opened(content, name)
    mapping = more.pop("mapping", None) or mapping_of(raw, store.remembered(raw.columns))
    records = _placed(content, name, mapping.to_json())
    return store.add(raw, mapping, records, source=source, **more)


def numbers(store: FolderStore, source: str = "EMS") -> list[str]:
    return sorted(store.records(source).table["record_id"])


def answers(store: FolderStore) -> str:
    """Everything a store says, as one text: equal texts mean an equal store."""
    said = [repr(store.audit())]
    for source in store.sources():
        records = store.records(source.name) if any(not i.undone for i in source.imports) else None
        said += [repr(source), repr(store.corrections(source.name))]
        if records is not None:
            said += [records.table.to_csv(), repr(records.report.notes), records.digest]
            said.append(store.quarantine(source.name).to_csv())
            said.append(store.lines(source.name, records.table["record_id"]).to_csv())
        said += [store.changes(one.number).to_csv() for one in source.imports]
    return "\n".join(said)


def files_of(folder: Path) -> dict[str, int]:
    """Every file of a store and its size, but those SQLite keeps while it is open."""
    return {
        str(path.relative_to(folder)): path.stat().st_size
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.name.endswith(("-wal", "-shm")) and path.name != ".door"
    }


def to_csv(table: pd.DataFrame) -> bytes:
    return table.to_csv(index=False).encode()
