"""Street files to segments: Census TIGER/Line, a county's own centerlines, address points."""

import re
import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import shapely

from geo.errors import GeocodeError
from geo.geocoding.street_segments import (
    MARKER,
    NONE,
    POINT,
    Ints,
    Segments,
    house_numbers,
    segments,
    zips_with_dash,
)

_EDGES = ("LFROMADD", "LTOADD", "RFROMADD", "RTOADD")
_ADDRFEAT = ("LFROMHN", "LTOHN", "RFROMHN", "RTOHN")
_SHARED = ("FULLNAME", "ZIPL", "ZIPR")
_TIGER_NAME = re.compile(r"tl_(?P<year>\d{4})_(?P<county>\d{5})_(?P<kind>edges|addrfeat)")
_LARGEST_INSIDE: Final = 2_000_000_000
_AGAIN: Final = "Fetch or export it again; what was read before is kept."
_FORMATS: Final = frozenset({".shp", ".zip", ".gpkg", ".geojson", ".json", ".fgb", ".parquet"})


@dataclass(frozen=True)
class CenterlineColumns:
    """Which column of a centerline file is what.

    `name` is one column with the whole name, or several to be joined with blanks in that order.
    """

    name: tuple[str, ...]
    left_from: str
    left_to: str
    right_from: str
    right_to: str
    zip_left: str = ""
    zip_right: str = ""


@dataclass(frozen=True)
class PointColumns:
    """Which column of a table of points is what; `mile` makes them mile markers of a road."""

    street: tuple[str, ...]
    number: str = ""
    zip: str = ""
    lon: str = ""
    lat: str = ""
    mile: str = ""


def tiger_file(path: Path) -> tuple[str, str, str]:
    """Year, county and kind told by the name of a TIGER/Line file.

    Examples
    --------
    >>> tiger_file(Path("tl_2020_37143_edges.zip"))
    ('2020', '37143', 'edges')

    Raises
    ------
    GeocodeError
        It is not named as the Census Bureau names them.
    """
    found = _TIGER_NAME.search(path.name.lower())
    if found is None:
        raise GeocodeError(
            "The name of this file is not one of TIGER/Line EDGES or ADDRFEAT.",
            "Keep the name it had at the Census Bureau: tl_2023_09003_edges.zip.",
        )
    return found["year"], found["county"], found["kind"]


def read_tiger(path: Path) -> Segments:
    """Read named roads of a TIGER/Line EDGES or ADDRFEAT file (.shp or .zip).

    Raises
    ------
    GeocodeError
        The file is damaged or of another kind.
    """
    year, county, kind = tiger_file(path)
    columns = _EDGES if kind == "edges" else _ADDRFEAT
    needed = (*_SHARED, *columns)
    table = read_shapes(path, [*needed, "ROADFLG"] if kind == "edges" else [*needed])
    missing = [name for name in needed if name not in table]
    if missing:
        raise GeocodeError(
            f"The file lacks the columns {', '.join(missing)}.",
            "Fetch it again from the Census Bureau.",
        )
    keep = table["FULLNAME"].notna()
    if "ROADFLG" in table:
        keep &= table["ROADFLG"] == "Y"
    table = table[keep.to_numpy()]
    numbers = np.column_stack([house_numbers(table[name]) for name in columns])
    zips = np.column_stack([_zips(table["ZIPL"]), _zips(table["ZIPR"])])
    source = f"TIGER/Line {kind.upper()} {year}"
    found = segments(table.geometry.to_numpy(), table["FULLNAME"], numbers, zips, source)
    found.county[:] = int(county)
    return replace(found, dashed=zips_with_dash([table[name] for name in columns], zips))


def centerlines(table: gpd.GeoDataFrame, columns: CenterlineColumns, source: str) -> Segments:
    """Segments of a county's or town's own centerlines.

    Parameters
    ----------
    table : GeoDataFrame of lines
        From `read_shapes`, in any coordinate system it names.
    columns : CenterlineColumns
        Which column is what.
    source : str
        What people shall read as its name.

    Raises
    ------
    GeocodeError
        A column is missing, or the file names no coordinate system.
    """
    _need(table, [*columns.name, columns.left_from, columns.left_to, columns.right_from,
                  columns.right_to, columns.zip_left, columns.zip_right])  # fmt: skip
    if table.crs is None:
        raise GeocodeError(
            "The file does not say which coordinate system it uses.",
            "Add the .prj file, or export it again with its coordinate system.",
        )
    table = table.to_crs(4326)
    parts = shapely.get_type_id(table.geometry.to_numpy())
    if not np.isin(parts[parts >= 0], [1, 5]).all():
        raise GeocodeError("The file holds shapes that are no lines.", "Choose the centerlines.")
    table = table[table.geometry.notna() & ~table.geometry.is_empty]
    ends = [
        table[name]
        for name in (columns.left_from, columns.left_to, columns.right_from, columns.right_to)
    ]
    numbers = np.column_stack([house_numbers(end) for end in ends])
    nothing = pd.Series("", index=table.index)
    zips = np.column_stack(
        [_zips(table[name] if name else nothing) for name in (columns.zip_left, columns.zip_right)]
    )
    found = segments(
        table.geometry.to_numpy(),
        _joined(table, columns.name),
        numbers,
        zips,
        source,
    )
    return replace(found, dashed=zips_with_dash(ends, zips))


def points(table: pd.DataFrame, columns: PointColumns, source: str) -> Segments:
    """Segments of address points or mile markers.

    Parameters
    ----------
    table : DataFrame of str or GeoDataFrame of points
        One row a point.
    columns : PointColumns
        Which column is what; without `lon` and `lat` the shapes are taken.
    source : str
        What people shall read as its name, with its date.

    Raises
    ------
    GeocodeError
        A column is missing or holds no coordinates.
    """
    _need(table, [*columns.street, columns.number, columns.zip, columns.lon, columns.lat,
                  columns.mile])  # fmt: skip
    if columns.lon:
        lon = pd.to_numeric(table[columns.lon], errors="coerce").to_numpy(dtype=float)
        lat = pd.to_numeric(table[columns.lat], errors="coerce").to_numpy(dtype=float)
    elif isinstance(table, gpd.GeoDataFrame) and table.crs is not None:
        shapes = table.geometry.to_crs(4326)
        if not (shapes.geom_type == "Point").all():
            raise GeocodeError(
                "Not all shapes of the file are points.",
                "Say that it holds lines, or export points.",
            )
        lon, lat = shapes.x.to_numpy(), shapes.y.to_numpy()
    else:
        raise GeocodeError("The table has no coordinates.", "Name the columns of lon and lat.")
    if columns.mile:
        miles = pd.to_numeric(table[columns.mile], errors="coerce") * 10
        number = miles.round().fillna(NONE).to_numpy(dtype=np.int32)
    else:
        number = house_numbers(table[columns.number])
    usable = (np.abs(lon) <= 180) & (np.abs(lat) <= 90) & (number >= 0)
    if not usable.any():
        raise GeocodeError(
            "No row has a number and coordinates in degrees.",
            "Choose the columns of longitude and latitude, not those of a state plane.",
        )
    table = table[usable]
    zips = _zips(table[columns.zip]) if columns.zip else np.zeros(len(table), dtype=np.int32)
    four = np.full((len(table), 4), NONE, dtype=np.int32)
    four[:, 0] = four[:, 1] = number[usable]
    found = segments(
        shapely.points(lon[usable], lat[usable]),
        _joined(table, columns.street),
        four,
        np.column_stack([zips, zips]),
        source,
    )
    found.kind[:] = MARKER if columns.mile else POINT
    dashed = [] if columns.mile else zips_with_dash([table[columns.number]], zips)
    return replace(found, dashed=dashed)


def _zips(column: pd.Series) -> Ints:
    text = column.fillna("").astype("str").str.extract(r"^\s*(\d{3,5})(?:\.0|-\d*)?\s*$")[0]
    zips: Ints = text.fillna("0").astype("int32").to_numpy()
    return zips


def _joined(table: pd.DataFrame, columns: Sequence[str]) -> pd.Series:
    joined = table[columns[0]].fillna("").astype("str").str.strip()
    for name in columns[1:]:
        joined = joined + " " + table[name].fillna("").astype("str").str.strip()
    return joined.str.strip().str.replace(r"\s+", " ", regex=True)


def check_format(path: Path) -> None:
    """Refuse a file whose ending is of no format that streets come in.

    Raises
    ------
    GeocodeError
    """
    if path.suffix.lower() not in _FORMATS:
        raise GeocodeError(
            f"Streets cannot be read from a file ending in {path.suffix or 'nothing'}.",
            "Use a Shapefile, GeoPackage, GeoJSON or FlatGeobuf.",
        )


def check_archive(path: Path) -> None:
    """Refuse an archive that is damaged, or larger inside than a file of streets can be.

    Raises
    ------
    GeocodeError
    """
    if path.suffix.lower() != ".zip":
        return
    try:
        with zipfile.ZipFile(path) as archive:
            size = sum(one.file_size for one in archive.infolist())
            whole = size <= _LARGEST_INSIDE and archive.testzip() is None
    except (zipfile.BadZipFile, OSError, zlib.error) as error:
        raise GeocodeError("The file of streets is damaged.", _AGAIN) from error
    if not whole:
        raise GeocodeError("The file of streets is damaged, or too large inside.", _AGAIN)


def read_shapes(path: Path, columns: list[str] | None = None) -> gpd.GeoDataFrame:
    """Read shapes with all columns, or some of them.

    Raises
    ------
    GeocodeError
        The file is of another format, or damaged.
    """
    check_format(path)
    check_archive(path)
    try:
        if path.suffix.lower() == ".parquet":
            return gpd.read_parquet(path)
        return pyogrio.read_dataframe(path, columns=columns)
    except (pyogrio.errors.DataSourceError, ValueError, OSError) as error:
        raise GeocodeError(
            "The file of streets cannot be read.", "Fetch or export it again."
        ) from error


def _need(table: pd.DataFrame, columns: Sequence[str]) -> None:
    missing = [name for name in columns if name and name not in table]
    if missing:
        raise GeocodeError(
            f"There is no column {', '.join(missing)}.", "Choose from the columns of the file."
        )
