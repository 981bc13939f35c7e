"""Files, read back by other programs than the ones that wrote them."""

import csv
import io
import json
import sqlite3
import zipfile
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET  # reads only what we wrote

import numpy as np
import pyogrio
import pyogrio.raw
import pypdf
import pytest
import rasterio
import shapely
from PIL import Image
from rasterio.io import MemoryFile
from rio_cogeo.cogeo import cog_validate

from boundaries import load
from geo.errors import ReadError, StudyError
from geo.layers import Field, Layer
from maps import export, offline, tables
from maps.legend import CLASS
from tests.map_layers import HOSTILE, cells, every_kind, surface

STUDY = {"study": {"method": "hotspots", "states": ["CT"], "k": 8}, "digest": "ab12", "é": "ñ </x>"}
DENSITY = Layer("density", "Density", "density", surface=surface())


@pytest.fixture(scope="module", autouse=True)
def laid_out():
    offline.lay_out()


@pytest.fixture
def plain_states(monkeypatch):
    """States of few corners: to read a PDF takes a second where it draws all of them."""
    states = load.states()
    simple = states.assign(geometry=states.geometry.simplify(0.1))
    monkeypatch.setattr(load, "states", lambda: simple)


def write(layers, name: str) -> bytes:
    return export.write(
        layers, name, study_json=STUDY, handling="cui", title="Title", finding="Finding."
    )


def layers_for(name: str, text: str = "Ohio") -> tuple[Layer, ...]:
    return every_kind(text) if export.fits(name, every_kind(text)) else (DENSITY,)


@pytest.mark.parametrize("name", [*export.FORMATS, "svg"])
def test_the_study_comes_back_out_of_every_format(name):
    assert export.read_study(write(layers_for(name), name)) == STUDY


@pytest.mark.parametrize("name", list(export.FORMATS))
def test_equal_content_makes_equal_tables(name):
    """A second writing differs at most in a time stamp, never in the study."""
    one, two = (write(layers_for(name), name) for _ in range(2))
    if name in {"geojson", "csv", "tif", "html"}:
        assert one == two
    assert export.read_study(one) == export.read_study(two)


@pytest.mark.parametrize(
    "content", [b"", b"hello", b"{}x", b"PK\3\4", b"\x89PNG", b"%PDF-1.7", b"II*\0", b"[1]",
                b"SQLite format 3\0", b"<html></html>", b'{"type": "FeatureCollection"}'],
)  # fmt: skip
def test_a_file_without_a_study_is_refused_in_words(content):
    with pytest.raises(ReadError, match="no study"):
        export.read_study(content)


# ---- endings ----


def test_every_format_has_a_name_for_its_file():
    for name in export.FORMATS:
        assert export.check_ending(export.file_name("hotspots", name)) == name


def test_every_ending_people_type_is_known():
    for ending in export.ENDINGS:
        assert export.FORMATS[export.check_ending(f"a.{ending}")] == ending


@pytest.mark.parametrize("path", ["a.exe", "a", "out/areas.csv", "areas.shp", "a.zip.exe"])
def test_other_endings_are_refused_with_the_way_out(path):
    with pytest.raises(ReadError, match="ending"):
        export.check_ending(path)


def test_a_surface_is_no_table():
    with pytest.raises(ReadError, match="cannot be written"):
        write([DENSITY], "csv")
    with pytest.raises(ReadError, match="cannot be written"):
        write([cells()], "tif")


# ---- tables and shapes ----


def test_geojson_is_what_the_standard_says():
    plain = json.loads(write([cells("Ohio")], "geojson"))
    assert plain["type"] == "FeatureCollection"
    assert plain["study"] == STUDY
    assert plain["about"]["handling"] == "cui"
    first, *_, last = plain["features"]
    assert first["id"] == "c1"
    assert first["properties"]["name"] == "Ohio"
    assert first["properties"][CLASS] == 3
    assert last["properties"]["z"] is None
    assert last["properties"][CLASS] is None
    # RFC 7946, 3.1.6: exterior rings counterclockwise, holes clockwise.
    shape = shapely.geometry.shape(first["geometry"])
    assert shape.exterior.is_ccw
    assert not shape.interiors[0].is_ccw
    assert shape.equals(cells().shapes.geometry.iloc[0])
    assert plain["bbox"] == [-84, 40, -82, 42]


def test_geojson_opens_in_gdal(tmp_path):
    path = tmp_path / "a.geojson"
    path.write_bytes(write([cells("Ohio")], "geojson"))
    meta, _, shapes, columns = pyogrio.raw.read(path)
    assert meta["crs"] == "EPSG:4326"
    assert len(shapes) == 4
    assert columns[list(meta["fields"]).index("z")].tolist()[:3] == [3.25, 0.5, -2.125]


def test_geopackage_holds_every_layer_with_words_for_its_columns(tmp_path):
    path = tmp_path / "a.gpkg"
    path.write_bytes(write(every_kind("Ohio"), "gpkg"))
    layers = {name for name, _ in pyogrio.list_layers(path)}
    assert layers >= {"cells", "rate", "hidta", "corridor", "incident", "label", "study"}
    meta, _, shapes, columns = pyogrio.raw.read(path, layer="cells")
    assert meta["crs"] == "EPSG:4326"
    values = dict(zip(meta["fields"], columns, strict=True))
    assert values["area_id"].tolist() == ["c1", "c2", "c3", "c4"]
    assert values["name"].tolist() == ["Ohio", "b", "c", "d"]
    assert np.isnan(values["z"][3])
    original = cells().shapes.geometry.to_numpy()
    assert all(a.equals(b) for a, b in zip(shapely.from_wkb(shapes), original, strict=True))
    with closing(sqlite3.connect(path)) as base:
        words = dict(
            base.execute(
                "SELECT column_name, title FROM gpkg_data_columns WHERE table_name = 'cells'"
            )
        )
        styles = dict(base.execute("SELECT f_table_name, styleQML FROM layer_styles"))
        assert base.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert words["z"] == "Gi* z-score"
    assert ET.fromstring(styles["cells"]).find("renderer-v2").get("attr") == CLASS  # noqa: S314  (ours)


def test_shapefiles_have_their_companions_and_a_readme(tmp_path):
    with zipfile.ZipFile(io.BytesIO(write(every_kind("Ohio"), "shp"))) as packed:
        packed.extractall(tmp_path)
    for ending in ("shp", "shx", "dbf", "prj", "cpg", "qml"):
        assert (tmp_path / f"cells.{ending}").is_file()
    assert (tmp_path / "cells.cpg").read_text().strip() == "UTF-8"
    assert "Gi* z-score" in (tmp_path / "README.txt").read_text()
    assert json.loads((tmp_path / "study.json").read_text()) == STUDY
    meta, _, shapes, _ = pyogrio.raw.read(tmp_path / "cells.shp", encoding="UTF-8")
    assert all(len(name) <= 10 for name in meta["fields"])
    assert len(shapes) == 4
    assert "WGS 84" in str(meta["crs"]) or meta["crs"] == "EPSG:4326"


def test_csv_opens_as_a_table_with_no_formula():
    with zipfile.ZipFile(io.BytesIO(write([cells(HOSTILE["formula"])], "csv"))) as packed:
        rows = list(csv.DictReader(io.StringIO(packed.read("areas.csv").decode("utf-8-sig"))))
        words = packed.read("columns.csv").decode("utf-8-sig")
    assert rows[0]["name"] == "'" + HOSTILE["formula"]
    assert rows[2]["z"] == "-2.125"  # a negative number is no formula
    assert rows[3]["z"] == ""
    assert "\n=" not in words
    assert ",=" not in words


def test_no_chance_is_printed_as_zero():
    layer = cells()
    shapes = layer.shapes.assign(p=[0.00002, 0.0304, np.nan, 1.0], adjusted_q=[0.0009, 0.5, 0.1, 0])
    fields = (*layer.fields, Field("p", "p", 4), Field("adjusted_q", "Adjusted q", 3))
    shown = tables.readable(replace(layer, shapes=shapes, fields=fields))
    # By hand, from the values above.
    assert shown["p"].fillna("").tolist() == ["<0.001", "0.0304", "", "1.0000"]
    assert shown["Adjusted q"].tolist() == ["<0.001", "0.500", "0.100", "<0.001"]
    page = write([replace(layer, shapes=shapes, fields=fields)], "html").decode()
    assert '<td class="number">&lt;0.001</td>' in page
    plain = tables.plain(replace(layer, shapes=shapes, fields=fields))
    assert plain["p"].tolist()[0] == 0.00002  # files keep the number


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t=", "\r="])
def test_every_start_of_a_formula_is_made_harmless(start):
    # OWASP, "CSV Injection": cells must not begin with these.
    with zipfile.ZipFile(io.BytesIO(write([cells(start + "1+1")], "csv"))) as packed:
        text = packed.read("areas.csv").decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    assert rows[0]["name"] == f"'{start}1+1"


# ---- rasters and figures ----


def test_geotiff_is_a_valid_cog_with_its_study_unit_and_statistics(tmp_path):
    path = tmp_path / "density.tif"
    path.write_bytes(write([DENSITY], "tif"))
    valid, errors, warnings = cog_validate(path, strict=True)
    assert (valid, errors, warnings) == (True, [], [])
    with rasterio.open(path) as raster:
        band = raster.read(1, masked=True)
        assert raster.crs.to_epsg() == 5070
        assert raster.transform.to_gdal() == surface().transform
        assert raster.descriptions == ("Density (per km2)",)
        assert raster.units == ("per km2",)
        assert float(raster.tags(1)["STATISTICS_MAXIMUM"]) == pytest.approx(
            np.nanmax(surface().values)
        )
    assert (band.mask == np.isnan(surface().values)).all()
    assert np.allclose(band.compressed(), surface().values[~np.isnan(surface().values)])


def test_a_large_surface_has_overviews():
    big = surface()
    values = np.tile(big.values, (16, 16))
    layer = Layer(
        "d", "Density", "density",
        surface=type(big)(values, big.transform, big.crs, big.unit, big.bandwidth_m),
    )  # fmt: skip
    with MemoryFile(write([layer], "tif")) as memory, memory.open() as raster:
        assert raster.overviews(1)


def test_a_zipped_geotiff_brings_its_style():
    with zipfile.ZipFile(io.BytesIO(write([DENSITY], "tif.zip"))) as packed:
        style = ET.fromstring(packed.read("density.qml"))  # noqa: S314  (ours)
    assert len(style.findall(".//item")) == 8  # clear, and seven classes


def test_png_and_pdf_open_and_say_what_they_must(tmp_path):
    with Image.open(io.BytesIO(write(every_kind("Ohio"), "png"))) as image:
        assert image.size == (2666, 1500)  # 13.333 x 7.5 inches at 200 dots, cut to whole ones
    reader = pypdf.PdfReader(io.BytesIO(write(every_kind("Ohio"), "pdf")))
    assert len(reader.pages) == 1
    text = reader.pages[0].extract_text()
    for words in ("Title", "Finding.", "CUI//HLTH", "Source:", "Hot spot, 99%", "km", "N"):
        assert words in text


@pytest.mark.usefixtures("plain_states")
def test_figure_and_html_name_the_records_and_list_what_weakens_the_finding():
    source = "12,321 records of cook.csv, 2014-01-07 to 2023-07-27"
    weak = [f"Weakness number {n} is told in a sentence of some length." for n in range(1, 30)]
    made = {
        name: export.write(
            every_kind("Ohio"), name, study_json=STUDY, handling="cui", title="Title",
            finding="Finding.", source=source, warnings=weak,
        )
        for name in ("pdf", "html")
    }  # fmt: skip
    drawn = " ".join(pypdf.PdfReader(io.BytesIO(made["pdf"])).pages[0].extract_text().split())
    assert f"Source: {source}; Ohio" in drawn
    assert weak[0] in drawn
    printed = sum(one in drawn for one in weak)
    assert f"and {len(weak) - printed} more" in drawn
    page = made["html"].decode()
    assert f"Source: {source}" in page
    assert all(f"<li>{one}</li>" in page for one in weak)


@pytest.mark.parametrize("name", [*export.FORMATS, "svg"])
def test_incident_points_never_go_into_a_file_for_the_public(name):
    layers = every_kind("Ohio")
    with pytest.raises(StudyError, match="Incident points"):
        export.write(layers, name, study_json=STUDY, handling="public")
    without = [layer for layer in layers if layer.style != "incident"]
    assert export.write(without, name, study_json=STUDY, handling="public")


# ---- hostile text ----


def texts_of(name: str, content: bytes, folder: Path) -> list[str]:
    """Every name of the first area, as another program reads it."""
    if name == "geojson":
        return [json.loads(content)["features"][0]["properties"]["name"]]
    if name == "gpkg":
        path = folder / "a.gpkg"
        path.write_bytes(content)
        found = []
        for layer, kind in pyogrio.list_layers(path):
            if kind is not None:
                meta, _, _, columns = pyogrio.raw.read(path, layer=layer)
                found.append(columns[list(meta["fields"]).index("name")][0])
        return found
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        packed.extractall(folder)
    if name == "csv":
        text = (folder / "areas.csv").read_bytes().decode("utf-8-sig")
        return [next(csv.DictReader(io.StringIO(text, newline="")))["name"].removeprefix("'")]
    meta, _, _, columns = pyogrio.raw.read(folder / "cells.shp", encoding="UTF-8")
    return [columns[list(meta["fields"]).index("name")][0]]


@pytest.mark.parametrize("attack", sorted(HOSTILE))
@pytest.mark.parametrize("name", ["gpkg", "geojson", "shp", "csv"])
def test_hostile_text_is_kept_as_text(name, attack, tmp_path):
    text = HOSTILE[attack]
    content = write(every_kind(text), name)
    expected = text.encode()[:254].decode(errors="ignore") if name == "shp" else text
    assert set(texts_of(name, content, tmp_path)) == {expected}
    assert export.read_study(content) == STUDY


@pytest.mark.usefixtures("plain_states")
@pytest.mark.parametrize("attack", sorted(HOSTILE))
def test_hostile_text_is_drawn_as_text_on_a_figure(attack):
    text = HOSTILE[attack]
    content = export.write(
        every_kind(text), "pdf", study_json=STUDY, handling=text, title=text, finding=text
    )
    drawn = pypdf.PdfReader(io.BytesIO(content)).pages[0].extract_text()
    assert text.split()[0][:10] in drawn


@pytest.mark.usefixtures("plain_states")
def test_a_formula_of_mathematics_is_drawn_as_typed():
    content = export.write(
        [cells("$x^2$")], "pdf", study_json=STUDY, handling="cui", title="$\\frac$"
    )
    assert "$\\frac$" in pypdf.PdfReader(io.BytesIO(content)).pages[0].extract_text()


@pytest.mark.parametrize("attack", sorted(HOSTILE))
def test_styles_stay_xml(attack):
    from maps.styles import raster_qml, vector_qml  # noqa: PLC0415

    for layer in every_kind(HOSTILE[attack]):
        ET.fromstring(vector_qml(layer) if layer.shapes is not None else raster_qml(layer))  # noqa: S314  (ours)
