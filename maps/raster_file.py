"""A density surface as a cloud-optimized GeoTIFF."""

from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import numpy as np
import rasterio
from affine import Affine

from geo.layers import Layer
from maps import provenance
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
        Put a QGIS style and study.json beside it, in a zip.

    Returns
    -------
    bytes
    """
    surface = layer.surface
    assert surface is not None  # the caller has chosen a layer with a surface
    values = np.where(np.isfinite(surface.values), surface.values, NODATA).astype(np.float32)
    rows, cols = values.shape
    with TemporaryDirectory() as folder:
        path = Path(folder) / "density.tif"
        with rasterio.open(
            path, "w", driver="COG", height=rows, width=cols, count=1, dtype="float32",
            crs=surface.crs, transform=Affine.from_gdal(*surface.transform), nodata=NODATA,
            compress="DEFLATE", predictor="YES", overview_resampling="AVERAGE", statistics="YES",
        ) as raster:  # fmt: skip
            # Before closing: afterwards a tag would break the layout.
            raster.write(values, 1)
            raster.set_band_description(1, f"{layer.title} ({surface.unit})")
            raster.set_band_unit(1, surface.unit)
            raster.update_tags(
                STUDY=provenance.mark(study_json),
                BANDWIDTH_M=f"{surface.bandwidth_m:g}",
                **{name.upper(): str(value) for name, value in about.items()},
            )
        content = path.read_bytes()
    if not zipped:
        return content
    return pack(
        {
            "density.tif": content,
            "density.qml": raster_qml(layer).encode(),
            provenance.STUDY_FILE: provenance.text(study_json).encode(),
        }
    )
