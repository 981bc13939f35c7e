"""GeoPackage: several layers in one file, with words for columns, styles, and the study."""

import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import geopandas as gpd
import pandas as pd
import pyogrio

from geo.layers import Layer
from maps import provenance
from maps.styles import vector_qml
from maps.tables import labels, plain

_STUDY: Final = "study"
_RESERVED: Final = (_STUDY, "layer_styles", "gpkg_", "rtree_", "sqlite_")

# OGC 12-128r18, annex F.9 (schema): words for columns, which QGIS and ArcGIS show as aliases.
_COLUMN_WORDS: Final = """
CREATE TABLE IF NOT EXISTS gpkg_data_columns (
  table_name TEXT NOT NULL, column_name TEXT NOT NULL, name TEXT, title TEXT, description TEXT,
  mime_type TEXT, constraint_name TEXT, PRIMARY KEY (table_name, column_name),
  UNIQUE (table_name, name));
CREATE TABLE IF NOT EXISTS gpkg_data_column_constraints (
  constraint_name TEXT NOT NULL, constraint_type TEXT NOT NULL, value TEXT, min NUMERIC,
  min_is_inclusive BOOLEAN, max NUMERIC, max_is_inclusive BOOLEAN, description TEXT,
  UNIQUE (constraint_name, constraint_type, value));
CREATE TABLE IF NOT EXISTS gpkg_extensions (
  table_name TEXT, column_name TEXT, extension_name TEXT NOT NULL, definition TEXT NOT NULL,
  scope TEXT NOT NULL, UNIQUE (table_name, column_name, extension_name));
"""
_SCHEMA: Final = ("gpkg_schema", "http://www.geopackage.org/spec/#extension_schema", "read-write")

# QGIS keeps default styles in this table.
_STYLES: Final = """
CREATE TABLE IF NOT EXISTS layer_styles (
  id INTEGER PRIMARY KEY AUTOINCREMENT, f_table_catalog TEXT, f_table_schema TEXT,
  f_table_name TEXT, f_geometry_column TEXT, styleName TEXT, styleQML TEXT, styleSLD TEXT,
  useAsDefault BOOLEAN, description TEXT, owner TEXT, ui TEXT, update_time DATETIME);
"""


def write(
    layers: Sequence[Layer], study_json: Mapping[str, Any], about: Mapping[str, Any]
) -> bytes:
    """Write layers as one GeoPackage.

    Parameters
    ----------
    layers : sequence of Layer
        With shapes, EPSG:4326; each becomes a table named by its key.
    study_json, about : mapping
        The provenance; title, handling level and whether the data are synthetic.

    Returns
    -------
    bytes
        Besides the layers: a table ``study`` without shapes (study, title, handling, synthetic),
        words for the columns, and QGIS styles.

    References
    ----------
    OGC 12-128r18, GeoPackage Encoding Standard 1.3.1.
    """
    names = _table_names([layer.key for layer in layers])
    # Nobody needs the file should the power fail: it is read back whole and thrown away.
    pyogrio.set_gdal_config_options({"OGR_SQLITE_SYNCHRONOUS": "OFF"})
    with TemporaryDirectory() as folder:
        path = Path(folder) / "layers.gpkg"
        for layer in layers:
            _write_layer(path, names[layer.key], layer)
        row = {"study": provenance.text(study_json), **about}
        pyogrio.write_dataframe(
            pd.DataFrame([{name: str(value) for name, value in row.items()}]),
            path, layer=_STUDY, driver="GPKG", append=path.exists(),
        )  # fmt: skip
        with closing(sqlite3.connect(path)) as base, base:
            base.executescript(_COLUMN_WORDS + _STYLES)
            for table in ("gpkg_data_columns", "gpkg_data_column_constraints"):
                base.execute(
                    "INSERT OR IGNORE INTO gpkg_extensions VALUES (?, NULL, ?, ?, ?)",
                    (table, *_SCHEMA),
                )
            _register_styles(base)
            for layer in layers:
                _describe(base, names[layer.key], layer)
        return path.read_bytes()


def _table_names(keys: Sequence[str]) -> dict[str, str]:
    """Table names that no other part of the file uses."""
    return {key: f"layer_{key}" if key.lower().startswith(_RESERVED) else key for key in keys}


def _write_layer(path: Path, name: str, layer: Layer) -> None:
    assert layer.shapes is not None  # the caller has chosen layers with shapes
    frame = gpd.GeoDataFrame(plain(layer), geometry=layer.shapes.geometry.to_numpy(), crs=4326)
    pyogrio.write_dataframe(
        frame, path, layer=name, driver="GPKG", append=path.exists(),
        promote_to_multi=layer.style not in {"incident", "label"},
        layer_options={
            "IDENTIFIER": f"{layer.title} ({name})",  # no two may be the same
            "DESCRIPTION": layer.caveat,
        },
    )  # fmt: skip


def _register_styles(base: sqlite3.Connection) -> None:
    """List the styles as an attribute table, as QGIS does, so that other readers know it."""
    base.execute(
        "INSERT OR IGNORE INTO gpkg_contents (table_name, data_type, identifier, description) "
        "VALUES ('layer_styles', 'attributes', 'layer_styles', 'QGIS styles')"
    )


def _describe(base: sqlite3.Connection, name: str, layer: Layer) -> None:
    """Write the words for a layer's columns, and its style."""
    for column, words in labels(layer).items():
        base.execute(
            "INSERT INTO gpkg_data_columns (table_name, column_name, name, title) "
            "VALUES (?, ?, ?, ?)",
            (name, column, column, words),
        )
    base.execute(
        "INSERT INTO layer_styles (f_table_catalog, f_table_schema, f_table_name, "
        "f_geometry_column, styleName, styleQML, useAsDefault, description, owner, update_time) "
        "VALUES ('', '', ?, 'geom', ?, ?, 1, '', '', '2020-01-01T00:00:00.000Z')",
        (name, layer.title, vector_qml(layer)),
    )
