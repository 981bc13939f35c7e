"""What a workbook or vector file holds, on its way from the process that read it."""

import json
from dataclasses import asdict, dataclass
from typing import Final, Self

import pyarrow as pa
import pyarrow.compute as pc

from geo.errors import ReadError

MOST_CELLS: Final = 100_000_000
MOST_TEXT: Final = 1_500_000_000

GEOMETRY_LON: Final = "geometry longitude"
GEOMETRY_LAT: Final = "geometry latitude"


@dataclass(frozen=True, eq=False)
class Contents:
    """Columns of text, their names when the file has them, and what else there is to say.

    `sheets` are those there are, `sheet` the one read. `shapes` says how many places were areas or
    lines and were replaced by a point inside; `formulas` how many cells hold a formula without its
    value; `faults` how many hold an error such as #N/A. `filled` are the rows, counted from 1, that
    took a cell merged over them from the row above. `located` says that the last two columns were
    made from a geometry.
    """

    columns: tuple[pa.ChunkedArray, ...]
    names: tuple[str, ...] = ()
    sheets: tuple[str, ...] = ()
    sheet: str = ""
    shapes: int = 0
    formulas: int = 0
    faults: int = 0
    filled: tuple[int, ...] = ()
    located: bool = False

    def to_table(self) -> pa.Table:
        """Everything as one Arrow table, columns named by number."""
        about = {k: v for k, v in asdict(self, dict_factory=dict).items() if k != "columns"}
        table = pa.table(list(self.columns), names=[str(n) for n in range(len(self.columns))])
        return table.replace_schema_metadata({"about": json.dumps(about)})

    @classmethod
    def of_table(cls, table: pa.Table) -> Self:
        """Read back what `to_table` made."""
        about = json.loads(table.schema.metadata[b"about"])
        names, sheets, filled = (tuple(about.pop(name)) for name in ("names", "sheets", "filled"))
        return cls(columns=tuple(table.columns), names=names, sheets=sheets, filled=filled, **about)


class Allowance:
    """Cells and text a file may still bring: small files can unpack to huge ones."""

    def __init__(self) -> None:
        self._text = MOST_TEXT

    def take(self, column: pa.Array) -> None:
        """Count a column of text, or refuse the file.

        Raises
        ------
        ReadError
            When it brings too much text.
        """
        self.take_bytes(int(pc.sum(pc.binary_length(column)).as_py() or 0))

    def take_bytes(self, size: int) -> None:
        """Count text of a size in bytes, or refuse the file."""
        self._text -= size
        if self._text < 0:
            raise ReadError(
                "The file unpacks to far more text than it should and was not opened.",
                "Save the table alone as CSV.",
            )


def check_cells(rows: int, columns: int) -> None:
    """Refuse a table of more cells than can be held.

    Raises
    ------
    ReadError
        When there are more than 100 million.
    """
    if rows * max(columns, 1) > MOST_CELLS:
        raise ReadError(
            "The table has more than 100 million cells.",
            "Save only the rows and columns that are needed.",
        )
