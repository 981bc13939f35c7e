"""Lines given out to be mended, and known again when they come back.

A quarantine file starts with three columns: `quarantine_of` (in short the import, row, file and
content of a line), `source_row` and `reason`. They are no data: `as_data` takes them off, so that
the file is understood like the one its lines came from.
"""

import hashlib
import re
from dataclasses import dataclass, field, fields, replace
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.errors import StoreError
from geo.ingest.read import RawTable
from geo.schema import SOURCE_ROW
from geo.store.parts import REASON
from geo.words import count_of

QUARANTINE_OF: Final = "quarantine_of"
NOT_MENDED: Final = "given out to be mended and not changed"
OVERFULL: Final = "more cells than the header has"

NUMBER: Final = "number"  # int, of the import a line came from, 0 for a line a person added
ROW: Final = "row"  # int, its row there
FILE: Final = "file"  # str, start of the digest of the file

_SPELLED: Final = (
    r"^import (?P<number>\d+), (?P<was>kept|dropped) row (?P<row>\d+), "
    r"file (?P<file>[0-9a-f]{10}), content (?P<content>[0-9a-f]{8})$"
)
# A reader that keeps our names to itself numbers those of a file, once more when it comes back.
_LATER: Final = {f"{name} (2) (2)": f"{name} (2)" for name in (SOURCE_ROW, REASON)}
_EXTRA = re.compile(r"cell \d+")  # names of cells beyond the header
_RUNS: Final = r"^[=+\-@\t\r]"
_IS_NUMBER: Final = r"^[+-]?[\d.,]+(?:[eE][+-]?\d+)?$"


@dataclass(frozen=True, eq=False)
class MendedTable(RawTable):
    """A quarantine file that came back, without the columns that are no data.

    `origin` has a row for each of `text`: `number`, `row`, `file`; `dropped_origin` for `dropped`.
    """

    origin: pd.DataFrame = field(default_factory=pd.DataFrame)
    dropped_origin: pd.DataFrame = field(default_factory=pd.DataFrame)

    def set_aside(self, out: NDArray[np.bool_], reason: str) -> RawTable:
        """Give a copy in which some rows are dropped, each with what it first was."""
        gone = [self.dropped_origin, self.origin[out]]
        kept = self.origin[~out].reset_index(drop=True)
        moved = replace(self, origin=kept, dropped_origin=pd.concat(gone, ignore_index=True))
        return RawTable.set_aside(moved, out, reason)


def as_data(raw: RawTable) -> RawTable:
    """Take the columns of a quarantine file off; any other file is given back as it is.

    Dropped lines that came back unchanged stay dropped.

    Raises
    ------
    StoreError
        When the first column was changed, so that lines are not known again; when none was mended.
    """
    if isinstance(raw, MendedTable) or QUARANTINE_OF not in raw.columns:
        return raw
    text, origin = _apart(raw.text, raw.rows)
    dropped, dropped_origin = _apart(raw.dropped.drop(columns=[SOURCE_ROW, REASON]), None)
    extra = [name for name in text.columns if _EXTRA.fullmatch(name)]
    unchanged = (origin["was"] == "dropped") & (origin["content"] == contents(text))
    unchanged |= (text == "").all(axis=1)
    overfull = ~unchanged & (text[extra] != "").any(axis=1)
    reasons = pd.Series(np.where(overfull, OVERFULL, NOT_MENDED), index=text.index, dtype="str")
    out = unchanged | overfull
    if out.all():
        raise StoreError(
            "No line of this quarantine file was mended.",
            "Mend the lines that can be, save the file and import it again.",
        )
    front = pd.DataFrame({SOURCE_ROW: raw.rows, REASON: reasons})
    back = pd.concat([front[out], text[out]], axis=1)
    kept = pd.concat([raw.dropped[[SOURCE_ROW, REASON]], dropped], axis=1)
    said = {f.name: getattr(raw, f.name) for f in fields(RawTable)} | {
        "text": text[~out].drop(columns=extra).reset_index(drop=True),
        "rows": raw.rows[~out.to_numpy()],
        "dropped": pd.concat([kept, back], ignore_index=True).fillna(""),
        "origin": origin[~out].reset_index(drop=True),
        "dropped_origin": pd.concat([dropped_origin, origin[out]], ignore_index=True),
    }
    return MendedTable(**said)


def tokens(number: int, digest: str, rows: pd.Series, cells: pd.DataFrame, was: str) -> list[str]:
    """Spell where lines come from: what `as_data` knows them by.

    Parameters
    ----------
    number : int
        Of the import.
    digest : str
        Of its file.
    rows : Series of int, shape (n,)
        Row numbers.
    cells : DataFrame of str, shape (n, columns)
        What the lines hold.
    was : {"kept", "dropped"}
        What became of them.
    """
    return [
        f"import {number}, {was} row {row}, file {digest[:10]}, content {content}"
        for row, content in zip(rows, contents(cells), strict=True)
    ]


def contents(cells: pd.DataFrame) -> pd.Series:
    """Name the content of lines, empty cells and the order of columns apart.

    Examples
    --------
    >>> one, other = pd.DataFrame({"a": ["1"], "b": [""]}), pd.DataFrame({"a": ["1"]})
    >>> contents(one).equals(contents(other))
    True
    """
    names = sorted(cells.columns)
    columns = [cells[name].tolist() for name in names]
    found = []
    for line in zip(*columns, strict=True) if columns else [()] * len(cells):
        said = "\x1f".join(f"{n}\x1e{v}" for n, v in zip(names, line, strict=True) if v)
        found.append(hashlib.blake2b(said.encode(), digest_size=4).hexdigest())
    return pd.Series(found, index=cells.index, dtype="str")


def guarded(table: pd.DataFrame) -> pd.DataFrame:
    """Put an apostrophe before cells that a spreadsheet would run; `as_data` takes it away.

    Examples
    --------
    >>> guarded(pd.DataFrame({"a": ["=1+1", "-72.5", "x"]}))["a"].tolist()
    ["'=1+1", '-72.5', 'x']
    """
    safe = table.copy()
    for name in safe.columns:
        if pd.api.types.is_numeric_dtype(safe[name]):
            continue
        cells = safe[name].astype("str")
        risky = cells.str.contains(_RUNS, regex=True) & ~cells.str.match(_IS_NUMBER)
        safe[name] = cells.where(~risky, "'" + cells)
    return safe


def for_spreadsheet(table: pd.DataFrame) -> bytes:
    r"""Spell a table as a CSV file that Excel opens with its letters right, and runs nothing of.

    Examples
    --------
    >>> for_spreadsheet(pd.DataFrame({"Town": ["=1+1"]}))
    b"\xef\xbb\xbfTown\r\n'=1+1\r\n"
    """
    content = guarded(table).to_csv(index=False, lineterminator="\r\n")
    return f"\ufeff{content}".encode()


def _apart(
    table: pd.DataFrame, rows: NDArray[np.int64] | None
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Part lines into their cells and where they came from."""
    named = table[QUARANTINE_OF].str.strip()
    found = named.str.extract(_SPELLED)
    unknown = (named != "") & found["number"].isna()
    if rows is not None and unknown.any():
        where = ", ".join(str(row) for row in rows[unknown.to_numpy()][:5])
        raise StoreError(
            f'"{QUARANTINE_OF}" was changed in {count_of(unknown.sum(), "row", "rows")}, first in '
            f"{where}: it says where a line came from.",
            "Copy it from the file that was downloaded, or empty it for lines that are new.",
        )
    origin = pd.DataFrame(
        {
            NUMBER: found["number"].fillna("0").astype("int64"),
            ROW: found["row"].fillna("0").astype("int64"),
            FILE: found["file"].fillna("").astype("str"),
            "was": found["was"].fillna("").astype("str"),
            "content": found["content"].fillna("").astype("str"),
        }
    )
    cells = table.drop(columns=[name for name in table.columns if name in _first(table)])
    cells = cells.rename(columns=_LATER)
    for name in cells.columns:
        cells[name] = cells[name].str.replace(r"^'(?=[=+\-@\t\r])", "", regex=True)
    return cells, origin


def _first(table: pd.DataFrame) -> set[str]:
    """Names of our columns in a table: the first of each, as a file may have such names too."""
    found: set[str] = set()
    for name in (QUARANTINE_OF, SOURCE_ROW, REASON):
        spelled = next((c for c in table.columns if c in {name, f"{name} (2)"}), None)
        found |= {spelled} if spelled else set()
    return found
