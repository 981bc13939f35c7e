"""Easting and northing columns of a table: which coordinate system, and degrees made from them."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd
import pyarrow as pa

from geo import crs as systems
from geo.errors import SchemaError
from geo.ingest.celltext import as_text
from geo.ingest.columns import Mapping
from geo.ingest.counts import numbers
from geo.ingest.notes import note
from geo.ingest.raw_table import RawTable


def crs_choices(
    easting: Sequence[str] | pd.Series, northing: Sequence[str] | pd.Series, box: systems.Bounds
) -> list[systems.Candidate]:
    """Coordinate systems that columns of text may be in, the likeliest first.

    Parameters
    ----------
    easting, northing : sequence of str, shape (n,)
        Cells as they came.
    box : tuple of float
        West, south, east, north in degrees of the state, or where else the places should be.

    Returns
    -------
    list of Candidate
        EPSG code, name, unit, share of the places in the box, and whether the columns are swapped.

    Examples
    --------
    >>> found = crs_choices(["1,176,000", "1,190,000"], ["1,900,000", "1,870,500"],
    ...                     (-88.3, 41.4, -87.4, 42.2))
    >>> found[0].name, found[0].unit, found[0].share, found[0].swapped
    ('NAD83 / Illinois East (ftUS)', 'US survey foot', 1.0, False)
    """
    return systems.candidates(_values(easting), _values(northing), box)


def with_lonlat(
    raw: RawTable, easting_column: str, northing_column: str, epsg: int, *, swapped: bool = False
) -> RawTable:
    """Give a copy of a table with longitude and latitude made from projected columns.

    Parameters
    ----------
    raw : RawTable
        From `open_table`.
    easting_column, northing_column : str
        Columns of the table.
    epsg : int
        The coordinate system, from `crs_choices` or a person.
    swapped : bool
        Whether the columns are the other way round.

    Returns
    -------
    RawTable
        With `lon_column` and `lat_column` set. The new columns name the EPSG code, so that what is
        kept under the header and the mapping tells one choice from another.

    Raises
    ------
    SchemaError
        When the table has no such column.
    CrsError
        When the EPSG code does not exist.
    """
    if not {easting_column, northing_column} <= set(raw.columns):
        raise SchemaError("The file has no such column.", "Choose one of its columns.")
    if swapped:
        easting_column, northing_column = northing_column, easting_column
    system = systems.of_epsg(epsg)
    easting, northing = _values(raw.text[easting_column]), _values(raw.text[northing_column])
    given = np.isfinite(easting) & np.isfinite(northing) & ((easting != 0) | (northing != 0))
    lon, lat = systems.to_lonlat(
        np.where(given, easting, np.nan), np.where(given, northing, np.nan), system
    )
    told = (raw.text[[easting_column, northing_column]] != "").any(axis=1).to_numpy()
    notes = list(raw.notes)
    if (lost := told & ~np.isfinite(lon)).any():
        words = f"{{n}} without usable numbers in {_names(easting_column, northing_column)}."
        notes.append(note(words, lost, raw.rows))
    use = system.area_of_use
    with np.errstate(invalid="ignore"):
        inside = np.isfinite(lon) & (
            use is None
            or (lon >= use.west - 1)
            & (lon <= use.east + 1)
            & (lat >= use.south - 1)
            & (lat <= use.north + 1)
        )
    if (far := np.isfinite(lon) & ~inside).any():
        words = f"{{n}} outside the area that EPSG:{epsg} is made for: check the choice."
        notes.append(note(words, far, raw.rows))
    columns = [_free(f"{word} (EPSG:{epsg})", raw.columns) for word in ("longitude", "latitude")]
    text = raw.text.assign(
        **{
            name: pd.Series(
                as_text(pa.array(np.round(values, systems.DIGITS), from_pandas=True)).to_pylist(),
                dtype="str",
            )
            for name, values in zip(columns, (lon, lat), strict=True)
        }
    )
    dropped = raw.dropped.assign(**dict.fromkeys(columns, ""))
    return replace(
        raw,
        text=text,
        dropped=dropped,
        lon_column=columns[0],
        lat_column=columns[1],
        notes=tuple(notes),
        crs=epsg,
    )


def _values(column: Sequence[str] | pd.Series) -> systems.Floats:
    return np.asarray(numbers(pd.Series(column, dtype="str")), dtype=np.float64)


def _names(*columns: str) -> str:
    return " and ".join(f'"{column}"' for column in columns)


def _free(name: str, taken: tuple[str, ...]) -> str:
    free, copy = name, 2
    while free in taken:
        free, copy = f"{name} ({copy})", copy + 1
    return free


def in_degrees(
    raw: RawTable, mapping: Mapping, epsg: int, *, swapped: bool = False
) -> tuple[RawTable, Mapping]:
    r"""Give table and mapping with the projected columns of the mapping in degrees.

    A table whose places come from a geometry, or without projected columns, stays as it is.

    Examples
    --------
    >>> from geo.ingest import open_table, propose
    >>> raw = open_table(b"date,x,y\n2020-01-02,1176000,1900000\n", "calls.csv")
    >>> raw, mapping = in_degrees(raw, propose(raw), 3435)
    >>> mapping.column("incident.lon")
    'longitude (EPSG:3435)'
    """
    easting, northing = mapping.best("easting"), mapping.best("northing")
    if raw.lon_column is not None or easting is None or northing is None:
        return raw, mapping
    made = with_lonlat(raw, easting.column, northing.column, epsg, swapped=swapped)
    group = easting.role.rpartition(".")[0]
    mapping = replace(mapping.without(easting.column).without(northing.column), header=made.columns)
    for field, column in (("lon", made.lon_column), ("lat", made.lat_column)):
        mapping = mapping.with_choice(f"{group}.{field}", column)
    return made, mapping
