"""The rasters of a zipped surface, opened as GIS programs open them."""

import io
import zipfile
from xml.etree import ElementTree as ET  # reads only what we wrote

import numpy as np
import pytest
import rasterio
from rasterio.enums import ColorInterp
from rio_cogeo.cogeo import cog_validate

from geo.layers import Layer
from maps import export
from maps.raster_file import NODATA, geotiff
from tests.map_layers import surface

LAYER = Layer("density", "Density", "density", surface=surface())
STUDY = {"study": {"method": "density", "states": ["CT"]}}


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory):
    """The folder a person has after unzipping."""
    folder = tmp_path_factory.mktemp("raster")
    content = geotiff(LAYER, STUDY, {"title": "Überdosen <1>", "handling": "cui"}, zipped=True)
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        packed.extractall(folder)
    return folder


def test_what_is_in_the_folder(unpacked):
    assert sorted(path.name for path in unpacked.iterdir()) == [
        "about.json", "density.qml", "density.tif", "density_classes.tif", "study.json",
    ]  # fmt: skip


@pytest.mark.parametrize("name", ["density.tif", "density_classes.tif"])
def test_both_are_valid_and_lie_in_the_same_place(unpacked, name):
    path = unpacked / name
    assert cog_validate(path, strict=True) == (True, [], [])
    with rasterio.open(path) as raster:
        assert raster.shape == surface().values.shape
        assert raster.transform.to_gdal() == surface().transform
        assert raster.crs.to_epsg() == 5070
        tags = raster.tags()
    assert tags["TITLE"] == "Überdosen <1>"
    assert tags["HANDLING"] == "cui"
    assert float(tags["BANDWIDTH_M"]) == surface().bandwidth_m
    assert export.read_study(path.read_bytes()) == STUDY


def test_statistics_of_what_is_there(unpacked):
    """GDAL's own statistics, read without computing, over the known cells only."""
    known = surface().values[np.isfinite(surface().values)]
    with rasterio.open(unpacked / "density.tif") as raster:
        tags = raster.tags(1)
        assert raster.nodata == NODATA
        assert raster.units == ("per km2",)
    expected = {"MINIMUM": known.min(), "MAXIMUM": known.max(), "MEAN": known.mean()}
    for name, value in expected.items():
        assert float(tags[f"STATISTICS_{name}"]) == pytest.approx(value, rel=1e-5)


def test_the_color_table_is_that_of_the_style(unpacked):
    """Seven classes in the colors of the QML, clear below; each says what it holds."""
    style = ET.parse(unpacked / "density.qml").getroot()  # noqa: S314  (ours)
    items = style.findall(".//item")
    values = surface().values
    with rasterio.open(unpacked / "density_classes.tif") as raster:
        assert raster.colorinterp == (ColorInterp.palette,)
        table, codes, tags = raster.colormap(1), raster.read(1), raster.tags()
    assert table[0][3] == 0
    bounds = [float(item.get("value")) for item in items]
    for code in range(1, 8):
        red, green, blue, alpha = table[code]
        assert f"#{red:02x}{green:02x}{blue:02x}" == items[code].get("color")
        assert alpha == 255
        assert tags[f"CLASS_{code}"].endswith("per km2")
    for at in np.ndindex(values.shape):
        if not values[at] > bounds[0]:
            assert codes[at] == 0
        else:
            above = sum(values[at] > bound for bound in bounds[1:])
            assert codes[at] == min(above, 6) + 1
