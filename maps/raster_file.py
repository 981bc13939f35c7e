"""A density surface as a cloud-optimized GeoTIFF."""

from collections.abc import Callable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import numpy as np
import rasterio
from affine import Affine

from geo.layers import Layer, Surface
from maps import provenance
from maps.legend import faint, value_breaks
from maps.styles import raster_qml
from maps.tables import pack

NODATA: Final = -9999.0
"""Written outside the study area; NaN is not understood by every program."""


def geotiff(
    layer: Layer, study_json: Mapping[str, Any], about: Mapping[str, Any], *, zipped: bool = False
) -> bytes:
    """Write a surface as COG with statistics, overviews, unit, and the study in its tags.

    Parameters
    ----------
    layer : Layer
        With a surface.
    study_json, about : mapping
        The provenance; title, handling level and whether the data are synthetic.
    zipped : bool
        Put beside it, in a zip: a QGIS style, study.json, about.json, which says what each file and
        band is, and the classes of the map as a second COG with a color table, for programs that
        read no style.

    Returns
    -------
    bytes
    """
    surface = _surface(layer)
    values = np.where(np.isfinite(surface.values), surface.values, NODATA).astype(np.float32)
    tags = {
        "STUDY": provenance.mark(study_json),
        "BANDWIDTH_M": f"{surface.bandwidth_m:g}",
        **{name.upper(): str(value) for name, value in about.items()},
    }

    tags |= {f"BAND_{at}": said for at, said in enumerate(_meanings(layer), start=1)}

    def describe(raster: Any) -> None:  # noqa: ANN401  (rasterio has no types)
        raster.write(values, 1)
        raster.set_band_description(1, _meaning(layer.title, surface.unit))
        raster.set_band_unit(1, surface.unit)
        for number, band in enumerate(surface.beside, start=2):
            raster.write(np.where(np.isfinite(band.values), band.values, NODATA), number)
            raster.set_band_description(number, band.meaning)
        raster.update_tags(**tags)

    content = _cog(
        surface, describe, count=1 + len(surface.beside), dtype="float32", nodata=NODATA,
        predictor="YES", overview_resampling="AVERAGE", statistics="YES",
    )  # fmt: skip
    if not zipped:
        return content
    return pack(
        {
            "density.tif": content,
            "density_classes.tif": classes_geotiff(layer, tags),
            "density.qml": raster_qml(layer).encode(),
            provenance.STUDY_FILE: provenance.text(study_json).encode(),
            "about.json": provenance.text({**about, "files": _files(layer)}).encode(),
        }
    )


def _meanings(layer: Layer) -> list[str]:
    """Say what each band holds."""
    surface = _surface(layer)
    return [_meaning(layer.title, surface.unit), *(band.meaning for band in surface.beside)]


def _files(layer: Layer) -> dict[str, Any]:
    """Say what each file of the zip is."""
    return {
        "density.tif": {
            "what": "values, cloud-optimized GeoTIFF",
            "bands": {str(at): said for at, said in enumerate(_meanings(layer), start=1)},
        },
        "density_classes.tif": "classes of the map with a color table, for programs without styles",
        "density.qml": "QGIS style of density.tif, taken from beside it",
        provenance.STUDY_FILE: "the study: every choice, the data's digest and the versions",
    }


def classes_geotiff(layer: Layer, tags: Mapping[str, str]) -> bytes:
    """Write the classes of the map as COG: bytes with a color table.

    Parameters
    ----------
    layer : Layer
        With a surface.
    tags : mapping
        Written into the file; what class 1, 2, ... means is added, as CLASS_1, CLASS_2, ...

    Returns
    -------
    bytes
        0 is clear: outside the study area, or so faint that the map shows nothing.
    """
    surface = _surface(layer)
    found = value_breaks(layer)
    classes = found.classes(surface.values.ravel()).reshape(surface.values.shape)
    clear = (classes < 0) | (surface.values <= faint(layer, found))
    codes = np.where(clear, 0, classes + 1).astype(np.uint8)
    colors = {0: (0, 0, 0, 0)}
    for code, color in enumerate(found.colors, start=1):
        red, green, blue = (int(color[at : at + 2], 16) for at in (1, 3, 5))
        colors[code] = (red, green, blue, 255)
    words = {
        f"CLASS_{code}": f"{text} {surface.unit}"
        for code, text in enumerate(found.figures(faint(layer, found)), start=1)
    }

    def describe(raster: Any) -> None:  # noqa: ANN401  (rasterio has no types)
        raster.write(codes, 1)
        raster.write_colormap(1, colors)
        raster.set_band_description(1, f"{layer.title}, classes")
        raster.update_tags(**tags, **words)

    return _cog(surface, describe, dtype="uint8", nodata=0, overview_resampling="NEAREST")


def _surface(layer: Layer) -> Surface:
    if layer.surface is None:
        raise ValueError("A raster needs a surface.")
    return layer.surface


def _cog(
    surface: Surface,
    describe: Callable[[Any], None],
    count: int = 1,
    **choices: str | float,
) -> bytes:
    """Let a COG be filled; everything is written before it is closed, or the layout would break."""
    rows, cols = surface.values.shape
    with TemporaryDirectory() as folder:
        path = Path(folder) / "density.tif"
        with rasterio.open(
            path, "w", driver="COG", height=rows, width=cols, count=count, crs=surface.crs,
            transform=Affine.from_gdal(*surface.transform), compress="DEFLATE", **choices,
        ) as raster:  # fmt: skip
            describe(raster)
        return path.read_bytes()


def _meaning(title: str, unit: str) -> str:
    """Name a band with its unit, which the title may say already."""
    return title if title.endswith(unit) else f"{title} ({unit})"
