"""GeoJSON and zipped Shapefiles."""

import json
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import geopandas as gpd
import pandas as pd
import pyogrio
import shapely

from geo.layers import Layer
from maps import provenance
from maps.legend import CLASS, measure
from maps.styles import vector_qml
from maps.tables import labels, pack, plain

_PLACES: Final = 6  # of a degree, about 0.1 m (RFC 7946, section 11.2)
_NAME_LENGTH: Final = 10  # of a dBase column
_TEXT_BYTES: Final = 254  # of a dBase text


def geojson(layer: Layer, study_json: Mapping[str, Any], about: Mapping[str, Any]) -> bytes:
    """Write a layer as RFC 7946 GeoJSON with the foreign members ``study`` and ``about``.

    Parameters
    ----------
    layer : Layer
        With shapes, EPSG:4326.
    study_json, about : mapping
        The provenance; title, handling level and whether the data are synthetic.

    Returns
    -------
    bytes
        UTF-8, no BOM. Missing values are null.

    References
    ----------
    Butler et al. (2016), "The GeoJSON Format", RFC 7946, doi:10.17487/RFC7946.
    """
    assert layer.shapes is not None  # the caller has chosen a layer with shapes
    table = plain(layer)
    # Rounded first, then oriented: exterior rings run counterclockwise (section 3.1.6).
    shapes = shapely.transform(layer.shapes.geometry.to_numpy(), lambda xy: xy.round(_PLACES))
    shapes = shapely.orient_polygons(shapes, exterior_cw=False)
    rows = table.to_dict("records")
    features = [
        {
            "type": "Feature",
            "id": row["area_id"],
            "properties": {column: _value(value) for column, value in row.items()},
            "geometry": None if shape is None else json.loads(shapely.to_geojson(shape)),
        }
        for row, shape in zip(rows, shapes, strict=True)
    ]
    plain_json: dict[str, Any] = {"type": "FeatureCollection", "features": features}
    if len(table):
        plain_json["bbox"] = [round(float(b), _PLACES) for b in layer.shapes.total_bounds]
    plain_json |= {"columns": labels(layer), "about": dict(about)}
    plain_json["study"] = json.loads(provenance.text(study_json))
    return json.dumps(plain_json, ensure_ascii=False, allow_nan=False, default=str).encode()


def _value(value: Any) -> Any:  # noqa: ANN401  (any cell of a table)
    if value is None or value is pd.NA or (isinstance(value, float) and not math.isfinite(value)):
        return None
    return value


def short_names(columns: Sequence[str]) -> dict[str, str]:
    """Column names a Shapefile can hold: ten letters, digits or underscores, all different.

    Examples
    --------
    >>> short_names(["name", "rate_per_100k", "rate_per_100k_adjusted"])
    {'name': 'name', 'rate_per_100k': 'rate_per_1', 'rate_per_100k_adjusted': 'rate_per_2'}
    """
    given: dict[str, str] = {}
    for column in columns:
        clean = "".join(c if c.isascii() and (c.isalnum() or c == "_") else "_" for c in column)
        name, at = (clean or "column")[:_NAME_LENGTH], 2
        taken = {used.lower() for used in given.values()}
        while name.lower() in taken:
            tail = str(at)
            name, at = name[: _NAME_LENGTH - len(tail)] + tail, at + 1
        given[column] = name
    return given


def _cut(value: object) -> object:
    """Text as long as dBase holds it; GDAL would cut it too, and print it while doing so."""
    if not isinstance(value, str):
        return value
    return value.encode()[:_TEXT_BYTES].decode(errors="ignore")


def _one_shapefile(layer: Layer, folder: Path, name: str) -> list[str]:
    """Write one layer; give the lines of the README about it."""
    assert layer.shapes is not None  # the caller has chosen layers with shapes
    table = plain(layer)
    names = short_names(list(table.columns))
    for column in table.columns[[not pd.api.types.is_numeric_dtype(t) for t in table.dtypes]]:
        table[column] = table[column].map(_cut)
    frame = gpd.GeoDataFrame(
        table.rename(columns=names), geometry=layer.shapes.geometry.to_numpy(), crs=4326
    )
    pyogrio.write_dataframe(
        frame, folder / f"{name}.shp", driver="ESRI Shapefile", encoding="UTF-8",
        promote_to_multi=layer.style not in {"incident", "label"},
    )  # fmt: skip
    colored = {"gi_class": CLASS}.get(layer.style)
    if layer.style in {"rate", "density", "line_density"}:
        colored = measure(layer).column
    style = vector_qml(layer, names[colored] if colored else None)
    (folder / f"{name}.qml").write_text(style, encoding="utf-8")
    words = labels(layer)
    rows = [f"  {names[column]:<10}  {words[column]}" for column in table.columns]
    return [f"{name}.shp: {layer.title}", *rows, ""]


def shapefiles(
    layers: Sequence[Layer], study_json: Mapping[str, Any], about: Mapping[str, Any]
) -> bytes:
    """Write layers as Shapefiles in one zip, with styles, the study, and what the short names mean.

    Parameters
    ----------
    layers : sequence of Layer
        With shapes, EPSG:4326.
    study_json, about : mapping
        The provenance; title, handling level and whether the data are synthetic.

    Returns
    -------
    bytes
        For each layer .shp .shx .dbf .prj .cpg .qml; README.txt; study.json; about.json.
    """
    with TemporaryDirectory() as inside:
        folder = Path(inside)
        names = short_names([layer.key for layer in layers])
        lines = [
            line for layer in layers for line in _one_shapefile(layer, folder, names[layer.key])
        ]
        files = {path.name: path.read_bytes() for path in sorted(folder.iterdir())}
    head = [str(about["title"]), f"Handling: {about['handling']}", ""]
    files["README.txt"] = "\n".join([*head, *lines]).encode()
    files[provenance.STUDY_FILE] = provenance.text(study_json).encode()
    files["about.json"] = provenance.text(about).encode()
    return pack(files)
