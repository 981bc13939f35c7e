"""Layers of shapes and Parquet files as text. Runs in the worker's process."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet
import pyogrio
import pyproj
import shapely
from numpy.typing import NDArray
from pyproj.exceptions import CRSError

from geo import crs as systems
from geo.errors import CrsError, ReadError, Sample
from geo.ingest.celltext import as_text, without_midnight
from geo.ingest.contents import GEOMETRY_LAT, GEOMETRY_LON, Allowance, Contents, check_cells

_SAMPLE: Final = 500
_BATCH: Final = 50_000
_ALSO: Final = {"KML": "LIBKML", "GeoJSON": "GeoJSONSeq"}
_DRAWING: Final = frozenset(
    {"altitudeMode", "tessellate", "extrude", "visibility", "drawOrder", "icon", "snippet"}
)
_WGS84: Final = pyproj.CRS.from_epsg(4326)

Places = NDArray[np.object_]


def read_layers(path: Path, driver: str, wanted: str | None, given: int | None) -> Contents:
    """Read a layer of a vector file: the one wanted, else the first with points.

    Parameters
    ----------
    path : Path
        The file.
    driver : str
        GDAL's name for what it must be.
    wanted : str or None
        Name of a layer.
    given : int or None
        EPSG code a person gave, used when the file has none.

    Raises
    ------
    ReadError
        When it is damaged, too large, or has no such layer.
    CrsError
        When its coordinate system is not known.
    """
    # A missing .shx is only an index: GDAL makes it again, beside the file.
    pyogrio.set_gdal_config_options({"SHAPE_RESTORE_SHX": "YES"})
    try:
        kinds = {str(name): str(kind) for name, kind in pyogrio.list_layers(path)}
        if not kinds:
            raise ReadError("The file has no layers.", "Choose a file with a layer of points.")
        if wanted and wanted not in kinds:
            raise ReadError("The file has no such layer.", "Choose one of its layers.")
        name = wanted or next(
            (n for n, kind in kinds.items() if "Point" in kind), next(iter(kinds))
        )
        about = pyogrio.read_info(path, layer=name)
        if about["driver"] not in {driver, _ALSO.get(driver)}:
            raise ReadError("The file is not what its name says.", "Export it again.")
        check_cells(int(about["features"]), len(about["fields"]))
        options = {"DATE_AS_STRING": "YES"} if driver == "GeoJSON" else {}
        meta, table = pyogrio.raw.read_arrow(path, layer=name, datetime_as_string=True, **options)
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError) as error:
        raise ReadError("The file is damaged.", "Export it again from QGIS or ArcGIS.") from error
    finally:  # asked for in the whole process, it would be tried inside zip files that are read
        pyogrio.set_gdal_config_options({"SHAPE_RESTORE_SHX": None})
    shape = meta["geometry_name"] or "wkb_geometry"
    columns = {n: table[n] for n in table.column_names if n != shape}
    if driver == "KML":
        columns = {n: c for n, c in columns.items() if n not in _DRAWING}
    for field, dtype in zip(about["fields"], about["dtypes"], strict=True):
        if str(dtype).startswith("datetime") and field in columns:
            columns[str(field)] = without_midnight(columns[str(field)])
    places = None
    if shape in table.column_names:
        places = shapely.from_wkb(table[shape].to_numpy(), on_invalid="ignore")
    said = meta["crs"]
    implied = driver in {"KML", "GeoJSON"}
    return _contents(columns, places, said, given, sheets=tuple(kinds), sheet=name, implied=implied)


def read_parquet(path: Path, given: int | None) -> Contents:
    """Read a Parquet or GeoParquet file, batch by batch.

    What it will unpack to is looked up in its footer first, and text that is stored once and used
    often is counted as often.

    Raises
    ------
    ReadError
        When it is damaged or unpacks to too much.
    CrsError
        When its coordinate system is not known.
    """
    try:
        footer = pyarrow.parquet.read_metadata(path)
        check_cells(footer.num_rows, footer.num_columns)
        allowance = Allowance()
        groups = [footer.row_group(number) for number in range(footer.num_row_groups)]
        allowance.take_bytes(sum(group.total_byte_size for group in groups))
        schema = pyarrow.parquet.read_schema(path)
        stored = [
            field.name
            for field in schema
            if pa.types.is_string(field.type) or pa.types.is_large_string(field.type)
        ]
        file = pyarrow.parquet.ParquetFile(
            path, read_dictionary=stored, coerce_int96_timestamp_unit="ms"
        )
        about = json.loads((schema.metadata or {}).get(b"geo", b"{}"))
        shape = str(about.get("primary_column", ""))
        batches = list(_batches(file, shape, allowance))
    except (pa.ArrowException, OSError, ValueError, AttributeError, KeyError) as error:
        raise ReadError("The Parquet file is damaged.", "Export it again.") from error
    names = [name for name in file.schema_arrow.names if name != shape]
    columns = {
        name: pa.chunked_array([batch[name] for batch in batches], pa.string()) for name in names
    }
    places, said = None, None
    if shape in file.schema_arrow.names:
        places, said = _shapes(about["columns"][shape], [batch[shape] for batch in batches])
    return _contents(columns, places, said, given, sheets=(), sheet="", implied=False)


def _batches(
    file: pyarrow.parquet.ParquetFile, shape: str, allowance: Allowance
) -> Iterable[dict[str, pa.Array]]:
    for batch in file.iter_batches(_BATCH):
        found = {}
        for name, column in zip(batch.schema.names, batch.columns, strict=True):
            if pa.types.is_dictionary(column.type):
                lengths = pc.binary_length(column.dictionary).take(column.indices)
                allowance.take_bytes(int(pc.sum(lengths).as_py() or 0))
            found[name] = column if name == shape else as_text(column)
            if name != shape and not pa.types.is_dictionary(column.type):
                allowance.take(found[name])
        yield found


def _shapes(about: dict[str, Any], parts: list[pa.Array]) -> tuple[Places, str | None]:
    """Geometries of a GeoParquet column, and its coordinate system as text if it has one."""
    encoding = str(about.get("encoding", "WKB"))
    if encoding == "point":
        pairs = [
            np.column_stack([part.field(n).to_numpy(zero_copy_only=False) for n in ("x", "y")])
            for part in parts
        ]
        missing = [part.is_null().to_numpy(zero_copy_only=False) for part in parts]
        places = shapely.points(np.concatenate(pairs)) if pairs else np.zeros(0, dtype=object)
        if missing:
            places[np.concatenate(missing)] = None
    elif encoding == "WKB":
        cells = [part.to_numpy(zero_copy_only=False) for part in parts]
        whole = np.concatenate(cells) if cells else np.zeros(0, dtype=object)
        places = shapely.from_wkb(whole, on_invalid="ignore")
    else:
        raise ReadError(
            "The GeoParquet file stores its shapes in a way this program does not read.",
            "Save it with WKB geometry, or as GeoPackage.",
        )
    # The standard: no entry means longitude and latitude; null means unknown.
    said = about.get("crs", "EPSG:4326")
    return np.asarray(places, dtype=object), json.dumps(said) if isinstance(said, dict) else said


def _contents(  # noqa: PLR0913  (a layer has many sides)
    columns: dict[str, pa.ChunkedArray],
    places: Places | None,
    said: str | None,
    given: int | None,
    *,
    sheets: tuple[str, ...],
    sheet: str,
    implied: bool,
) -> Contents:
    """Columns as text, with longitude and latitude of the geometry behind them."""
    names = list(columns)
    allowance = Allowance()
    texts = []
    for column in columns.values():
        chunks = column.chunks if isinstance(column, pa.ChunkedArray) else [column]
        texts.append(pa.chunked_array([as_text(chunk) for chunk in chunks], pa.string()))
        for chunk in texts[-1].chunks:
            allowance.take(chunk)
    if places is None:
        return Contents(tuple(texts), tuple(names), sheets, sheet)
    real = ~(shapely.is_missing(places) | shapely.is_empty(places))
    shapes = int((real & (shapely.get_type_id(places) != shapely.GeometryType.POINT)).sum())
    places[~real] = None
    inside = _points_inside(places)
    easting, northing = shapely.get_x(inside), shapely.get_y(inside)
    lon, lat, by_person = _lonlat(easting, northing, said, given, implied=implied)
    mark = f" (EPSG:{given})" if by_person else ""
    for name, values in ((GEOMETRY_LON, lon), (GEOMETRY_LAT, lat)):
        names.append(f"{name}{mark}")
        texts.append(pa.chunked_array([as_text(pa.array(values, from_pandas=True))]))
    return Contents(tuple(texts), tuple(names), sheets, sheet, shapes, located=True)


def _points_inside(places: Places) -> Places:
    """Give a point inside of each shape; None for shapes of which no point can be found."""
    try:
        return np.asarray(shapely.point_on_surface(places), dtype=object)
    except shapely.errors.GEOSException:
        points = [_point_inside(place) for place in places]
        return np.array([*points, None], dtype=object)[:-1]


def _point_inside(place: shapely.Geometry | None) -> shapely.Point | None:
    try:
        point = shapely.point_on_surface(place)
    except shapely.errors.GEOSException:
        return None
    return None if shapely.is_empty(point) else point


def _lonlat(
    easting: systems.Floats,
    northing: systems.Floats,
    said: str | None,
    given: int | None,
    *,
    implied: bool,
) -> tuple[systems.Floats, systems.Floats, bool]:
    """Longitude and latitude, and whether it was a person who said the coordinate system."""
    source = _parse_crs(said)
    # A format that only knows degrees, filled with meters, does not say its system either.
    if implied and systems.looks_projected(easting, northing):
        source = None
    if source is not None:
        return *_transformed(easting, northing, source), False
    if given is not None:
        return *_transformed(easting, northing, systems.of_epsg(given)), True
    if not np.isfinite(easting).any():
        return easting, northing, False
    told = np.flatnonzero(np.isfinite(easting) & np.isfinite(northing))
    some = told[np.linspace(0, len(told) - 1, min(len(told), _SAMPLE)).astype(int)]
    raise CrsError(
        "The file does not say which coordinate system its places are in.",
        "Choose the coordinate system, or save the file again with one, such as WGS 84 "
        "(EPSG:4326).",
        Sample(tuple(easting[some].tolist()), tuple(northing[some].tolist())),
    )


def _parse_crs(said: str | None) -> pyproj.CRS | None:
    if not said:
        return None
    try:
        found = pyproj.CRS.from_user_input(said)
    except CRSError:
        return None
    return found if found.is_geographic or found.is_projected or found.is_bound else None


def _transformed(
    easting: systems.Floats, northing: systems.Floats, source: pyproj.CRS
) -> tuple[systems.Floats, systems.Floats]:
    if source.equals(_WGS84, ignore_axis_order=True):
        return easting, northing
    lon, lat = systems.to_lonlat(easting, northing, source)
    return np.round(lon, systems.DIGITS), np.round(lat, systems.DIGITS)
