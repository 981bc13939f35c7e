"""A file as a table of text, before anyone decides what its columns mean."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.ingest.layout import REASON
from geo.schema import SOURCE_ROW, Note

Format = Literal["csv", "xlsx", "geojson", "gpkg", "kml", "shapefile", "parquet"]


@dataclass(frozen=True, eq=False)
class RawTable:
    """A file as a table of text, before anyone decides what its columns mean.

    `text` holds str, "" where a cell is empty, index 0..n-1; `rows` the row numbers a person sees
    in the file (features and lines of a Parquet file count from 1). `dropped` holds what is no row:
    `source_row`, `reason`, then the cells.
    `sheets` are the sheets, layers or packed files there are to choose from, `sheet` the one read.
    `lon_column` and `lat_column` name the columns made from a geometry, in degrees EPSG:4326; `crs`
    is the EPSG code a person gave for it, None when the file says it itself.
    `digest` is the BLAKE2b of the file's bytes. `renamed` gives columns that are called otherwise
    here, as "reason" stands in `dropped`, their name in the file.
    """

    name: str
    text: pd.DataFrame
    rows: NDArray[np.int64]
    dropped: pd.DataFrame
    digest: str
    format: Format
    encoding: str = ""
    delimiter: str = ""
    sheet: str = ""
    sheets: tuple[str, ...] = ()
    lon_column: str | None = None
    lat_column: str | None = None
    notes: tuple[Note, ...] = ()
    crs: int | None = None
    renamed: Mapping[str, str] = field(default_factory=dict)

    @property
    def columns(self) -> tuple[str, ...]:
        """Column names in the order of the file."""
        return tuple(str(column) for column in self.text.columns)

    def set_aside(self, out: NDArray[np.bool_], reason: str) -> "RawTable":
        """Give a copy in which some rows are dropped for a reason.

        Parameters
        ----------
        out : array of bool, shape (n,)
            Which rows of `text`.
        reason : str
            Why, as it will stand in the quarantine table.
        """
        gone = self.text[out].reset_index(drop=True)
        gone.insert(0, SOURCE_ROW, self.rows[out])
        gone.insert(1, REASON, reason)
        return replace(
            self,
            text=self.text[~out].reset_index(drop=True),
            rows=self.rows[~out],
            dropped=pd.concat([self.dropped, gone], ignore_index=True).fillna(""),
        )

    @property
    def rows_read(self) -> int:
        """All lines but the header."""
        return len(self.text) + len(self.dropped)
