"""Files for GIS teams, slides and colleagues; each carries the study that made it.

Text stays text in every format: no formula, markup or template in a column is ever run.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, cast

from geo.errors import ReadError, StudyError
from geo.layers import Layer
from maps import folium_map, geopackage, raster_file, tables, vector_files
from maps.legend import LINES, RESULTS
from maps.provenance import read_study

if TYPE_CHECKING:
    from maps import figure

__all__ = [
    "ENDINGS",
    "FORMATS",
    "check_ending",
    "file_name",
    "fits",
    "read_study",
    "suffix",
    "write",
]

FORMATS: Final[Mapping[str, str]] = {
    "gpkg": "gpkg",
    "geojson": "geojson",
    "shp": "shp.zip",
    "csv": "csv.zip",
    "tif": "tif",
    "tif.zip": "tif.zip",
    "png": "png",
    "pdf": "pdf",
    "html": "html",
}
"""Formats by name, and the ending their files have."""

ENDINGS: Final = tuple(FORMATS.values())
"""What people type after the dot."""

_ALSO: Final[Mapping[str, str]] = {"zip": "shp", "json": "geojson", "tiff": "tif", "svg": "svg"}
_FIGURES: Final = frozenset({"png", "pdf", "svg"})
_ZIPPED: Final[Mapping[str, str]] = {"tif.zip": "tif.zip", "shp.zip": "shp", "csv.zip": "csv"}


def suffix(name: str) -> str:
    """Give the ending of a format's files, without the dot.

    Examples
    --------
    >>> suffix("shp")
    'shp.zip'
    """
    return FORMATS[name]


def file_name(method: str, name: str) -> str:
    """Name of a file after the method, never after the data.

    Examples
    --------
    >>> file_name("hotspots", "csv")
    'hrs-atlas-hotspots.csv.zip'
    """
    return f"hrs-atlas-{method}.{suffix(name)}"


def check_ending(path: str | Path) -> str:
    """Find the format of a file to be written by its ending, before anything is computed.

    Parameters
    ----------
    path : str or Path
        A file's path, or the name of a format.

    Returns
    -------
    str
        Name of the format.

    Raises
    ------
    ReadError
        No format has this ending.

    Examples
    --------
    >>> check_ending("out/areas.csv.zip"), check_ending("png"), check_ending("layers.shp.zip")
    ('csv', 'png', 'shp')
    """
    parts = Path(path).name.lower().split(".")
    double = ".".join(parts[-2:])
    if double in _ZIPPED:
        return _ZIPPED[double]
    ending = _ALSO.get(parts[-1], parts[-1])
    if len(parts) > 1 and ending in {"csv", "shp"} and parts[-1] != "zip":
        raise ReadError(
            f"A .{ending} file cannot carry the study that made it.",
            f"Name the file with the ending .{ending}.zip: table and study travel together.",
        )
    if ending in FORMATS or ending == "svg":
        return ending
    raise ReadError(
        "The ending of the file to write is not known.",
        f"Use one of: {', '.join(ENDINGS)}.",
    )


def fits(name: str, layers: Sequence[Layer]) -> bool:
    """Whether layers can be written in a format: shapes are no raster, a surface is no table."""
    if name in {"tif", "tif.zip"}:
        return any(layer.surface is not None for layer in layers)
    if name in {"geojson", "shp", "csv"}:
        return any(layer.shapes is not None and layer.style in RESULTS for layer in layers)
    if name == "gpkg":
        return any(layer.shapes is not None for layer in layers)
    return True


def write(  # noqa: PLR0913  (each is written into the file, so each is named by the caller)
    layers: Sequence[Layer],
    path_or_format: str | Path,
    *,
    study_json: Mapping[str, Any],
    handling: str,
    title: str = "",
    finding: str = "",
    synthetic: bool = False,
    source: str = "",
    warnings: Sequence[str] = (),
) -> bytes:
    """Write layers in a format, with the study inside.

    Parameters
    ----------
    layers : sequence of Layer
        GeoPackage takes all shapes, Shapefile the results; GeoJSON and CSV the first result with
        shapes, and along streets the colored lines; GeoTIFF the first surface; figures and HTML
        draw everything that is visible.
    path_or_format : str or Path
        Name of a format, or a path whose ending tells it. "tif.zip" adds a QGIS style.
    study_json : mapping
        The provenance: choices, data digest, versions; JSON values (dates become text).
    handling : str
        Handling level, written into the file and printed on figures.
    title, finding : str
        Printed on figures and HTML; a title is made from the layers when empty.
    synthetic : bool
        Say on figures, HTML and in the metadata that the data are made up.
    source : str
        Which records these are ("12,321 records of cook.csv, 2014-01-07 to 2023-07-27"); figures
        and HTML name it before the sources of the layers.
    warnings : sequence of str
        What weakens the finding, most important first; printed under it on figures and HTML.

    Returns
    -------
    bytes

    Raises
    ------
    ReadError
        The ending is not known, or the layers hold nothing for this format.
    StudyError
        Incident points in a file for the public.
    """
    name = check_ending(path_or_format)
    # Every format, and also those that would leave the points out: the caller is mistaken.
    if handling == "public" and any(layer.style == "incident" for layer in layers):
        raise StudyError(
            "Incident points cannot go into a file for the public.",
            "Leave the points out, or choose another handling level.",
        )
    if not fits(name, layers):
        raise ReadError(
            "This result cannot be written in this format.",
            "Use .tif for a density, and .gpkg, .geojson, .shp.zip or .csv.zip for areas.",
        )
    results = [layer for layer in layers if layer.style in RESULTS]
    title = title or (results[0].title if results else "Map")
    about = {"title": title, "handling": handling, "synthetic": synthetic}
    shaped = [layer for layer in results if layer.shapes is not None]
    if name == "html":
        return folium_map.html(
            layers, title=title, finding=finding, study_json=study_json, handling=handling,
            table=tables.readable(shaped[0]) if shaped else None, synthetic=synthetic,
            source=source, warnings=warnings,
        ).encode()  # fmt: skip
    if name in _FIGURES:
        from maps import figure  # noqa: PLC0415  (matplotlib takes a third of the app's start)

        bases = sorted({layer.attribution for layer in layers if layer.attribution})
        named = [source, *bases] if source else bases or ["the loaded records"]
        return figure.figure(
            layers, title=title, finding=finding, source="; ".join(named),
            handling=handling, study_json=study_json, synthetic=synthetic, warnings=warnings,
            format=cast("figure.Format", name),
        )  # fmt: skip
    return _data(name, layers, shaped, study_json, about)


def _data(
    name: str,
    layers: Sequence[Layer],
    shaped: Sequence[Layer],
    study_json: Mapping[str, Any],
    about: Mapping[str, Any],
) -> bytes:
    """Write a format for GIS or spreadsheets; `shaped` are the results with shapes."""
    if name == "gpkg":
        every = [layer for layer in layers if layer.shapes is not None]
        return geopackage.write(every, study_json, about)
    if name == "geojson":
        # Along streets the colored lines, which also tell the street that stands out.
        colored = [layer for layer in shaped if layer.style == "line_density"]
        return vector_files.geojson((colored or shaped)[0], study_json, about)
    if name == "shp":
        return vector_files.shapefiles(shaped, study_json, about)
    if name == "csv":
        also = [layer for layer in shaped[1:] if layer.style in LINES]
        return tables.csv_zip(shaped[0], study_json, about, also)
    surface = next(layer for layer in layers if layer.surface is not None)
    return raster_file.geotiff(surface, study_json, about, zipped=name == "tif.zip")
