"""Street files of an agency's own: which column is what, told by names that agencies use."""

import json
import os
import zipfile
from dataclasses import replace
from datetime import date
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely import LineString

from boundaries import streets
from boundaries.indexing import IndexStreets
from geo.errors import GeocodeError, InputError
from geo.geocoding import street_own, street_tier, street_vintage
from geo.geocoding.street_build import load_part
from geo.geocoding.street_index import open_index
from geo.geocoding.street_own import OwnFile, propose
from geo.ingest import open_table

# Names of the NENA NG9-1-1 data model, TIGER/Line, Esri's local government model, counties.
LINES = [
    (["St_PreDir", "St_Name", "St_PosTyp", "FromAddr_L", "ToAddr_L", "FromAddr_R", "ToAddr_R",
      "PostCode_L", "PostCode_R"],
     {"street": ("St_PreDir", "St_Name", "St_PosTyp"), "left_from": ("FromAddr_L",),
      "left_to": ("ToAddr_L",), "right_from": ("FromAddr_R",), "right_to": ("ToAddr_R",),
      "zip_left": ("PostCode_L",), "zip_right": ("PostCode_R",)}),
    (["FULLNAME", "LFROMADD", "LTOADD", "RFROMADD", "RTOADD", "ZIPL", "ZIPR"],
     {"street": ("FULLNAME",), "left_from": ("LFROMADD",), "left_to": ("LTOADD",),
      "right_from": ("RFROMADD",), "right_to": ("RTOADD",), "zip_left": ("ZIPL",),
      "zip_right": ("ZIPR",)}),
    (["FULLNAME", "FROMLEFT", "TOLEFT", "FROMRIGHT", "TORIGHT", "ZIPLEFT", "ZIPRIGHT"],
     {"street": ("FULLNAME",), "left_from": ("FROMLEFT",), "left_to": ("TOLEFT",),
      "right_from": ("FROMRIGHT",), "right_to": ("TORIGHT",), "zip_left": ("ZIPLEFT",),
      "zip_right": ("ZIPRIGHT",)}),
    (["L_F_ADD", "L_T_ADD", "R_F_ADD", "R_T_ADD", "STREETNAME", "LENGTH", "RTE_TYPE"],
     {"street": ("STREETNAME",), "left_from": ("L_F_ADD",), "left_to": ("L_T_ADD",),
      "right_from": ("R_F_ADD",), "right_to": ("R_T_ADD",)}),
    (["LLO_A", "LHI_A", "RLO_A", "RHI_A", "NAME", "TYPE", "OBJECTID"],
     {"street": ("NAME", "TYPE"), "left_from": ("LLO_A",), "left_to": ("LHI_A",),
      "right_from": ("RLO_A",), "right_to": ("RHI_A",)}),
]  # fmt: skip
POINTS = [
    (["Add_Number", "St_PreDir", "St_Name", "St_PosTyp", "Post_Code", "Longitude", "Latitude"],
     {"street": ("St_PreDir", "St_Name", "St_PosTyp"), "number": ("Add_Number",),
      "zip": ("Post_Code",), "lon": ("Longitude",), "lat": ("Latitude",)}),
    (["LON", "LAT", "NUMBER", "STREET", "UNIT", "CITY", "POSTCODE"],
     {"street": ("STREET",), "number": ("NUMBER",), "zip": ("POSTCODE",), "lon": ("LON",),
      "lat": ("LAT",)}),
    *(([name, "STREET"], {"street": ("STREET",), "number": (name,)})
      for name in ("HOUSE", "NUM", "HOUSENUM", "ADDR_NUM", "HOUSE_NBR", "STREET_NO")),
]  # fmt: skip


@pytest.mark.parametrize(("columns", "expected"), LINES)
def test_columns_of_centerlines(columns, expected) -> None:
    assert propose(columns, "lines") == expected


@pytest.mark.parametrize(("columns", "expected"), POINTS)
def test_columns_of_points(columns, expected) -> None:
    assert propose(columns, "points") == expected


def test_columns_of_mile_markers() -> None:
    assert propose(["Route", "Milepost", "X", "Y"], "markers") == {
        "street": ("Route",), "mile": ("Milepost",), "lon": ("X",), "lat": ("Y",),
    }  # fmt: skip


def test_the_town_of_amherst(shared_data: Path) -> None:
    path = shared_data / "geocoding" / "amherst_ma" / "Street_Centerlines.csv"
    found = propose(street_own.columns_of(path), "lines")
    assert found == {
        "street": ("FULL_NAME",), "left_from": ("LF_Addr",), "left_to": ("LT_Addr",),
        "right_from": ("RF_Addr",), "right_to": ("RT_Addr",), "zip_left": ("ZIPLEFT",),
        "zip_right": ("ZIPRIGHT",),
    }  # fmt: skip
    with pytest.raises(GeocodeError, match="without the lines of the streets") as error:
        street_own.read(OwnFile(path, "lines", found, "Amherst"))
    assert "Shapefile, GeoPackage or GeoJSON" in error.value.hint


def test_points_of_a_table_become_segments(tmp_path: Path) -> None:
    path = tmp_path / "points.csv"
    pd.DataFrame({
        "Add_Number": ["12", "x"], "St_Name": ["Plugh", "Plugh"], "St_PosTyp": ["Rd", "Rd"],
        "Longitude": ["-76.45", "-76.46"], "Latitude": ["36.2", "36.2"],
    }).to_csv(path, index=False)  # fmt: skip
    columns = propose(street_own.columns_of(path), "points")
    assert len(street_own.read(OwnFile(path, "points", columns, "E911 2024")).name) == 1


def test_a_file_of_several_layers_is_asked_about(tmp_path: Path) -> None:
    line = gpd.GeoDataFrame({"NAME": ["A"]}, geometry=[LineString([(0, 0), (1, 1)])], crs=4326)
    for layer in ("roads", "trails"):
        line.to_file(tmp_path / "two.gpkg", layer=layer)
    with pytest.raises(GeocodeError, match="more than one layer"):
        street_own.columns_of(tmp_path / "two.gpkg")


def test_a_file_of_another_state_is_refused(tmp_path: Path) -> None:
    table = "STREET,NUMBER,LON,LAT\nMain St,1,-72.52,42.37\nMain St,3,-72.52,42.37\n"
    (tmp_path / "points.csv").write_text(table)
    columns = propose(["STREET", "NUMBER", "LON", "LAT"], "points")
    found = street_own.read(OwnFile(tmp_path / "points.csv", "points", columns, "Points"))
    with pytest.raises(GeocodeError, match="Only 0% of the streets lie in the state"):
        streets.add_segments(found, "NC", "points", tmp_path / "streets")
    assert streets.add_segments(found, "MA", "points", tmp_path / "streets").state == "MA"


def test_a_file_without_its_columns_is_refused_in_words(tmp_path: Path) -> None:
    path = tmp_path / "points.csv"
    path.write_text("a,b\n1,2\n")
    with pytest.raises(GeocodeError, match="No column is given for: House number"):
        street_own.read(OwnFile(path, "points", {"street": ("a",)}, "x"))
    for name in ("no.gpkg", "no.exe"):
        (tmp_path / name).write_bytes(b"no street")
        with pytest.raises(InputError):
            street_own.columns_of(tmp_path / name)


def test_points_far_outside_the_state_are_left_out_and_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At 0, 0 and without a minus sign; -76.44, 36.18 is in the Perquimans River, off Hertford."""
    monkeypatch.setattr(street_tier, "folder", lambda: tmp_path / "streets")
    path = tmp_path / "points.csv"
    path.write_text(
        "STREET,NUMBER,LON,LAT\nDobbs St,150,-76.468,36.188\nDobbs St,170,-76.4685,36.188\n"
        "Dobbs St,152,0,0\nDobbs St,160,76.4676,36.188\nDobbs St,190,-76.44,36.18\n"
        "Dobbs St,192,-76.4688,36.188\n"
    )
    columns = propose(["STREET", "NUMBER", "LON", "LAT"], "points")
    own = OwnFile(path, "points", columns, "Points")
    work = IndexStreets(tmp_path, own=own, state="NC", name="points")
    made = work.answer(work.carry_out(lambda *_: None))
    assert made.left_out.startswith("2 rows lie more than 5 km outside NC")
    index = open_index(tmp_path / "streets" / "NC")
    assert sorted(index.range_from.tolist()) == [150, 170, 190, 192]
    assert set(index.segment_county.tolist()) == {37143}  # Perquimans, over water too


ROW = "12,Plugh Rd,-76.45,36.2"


def dated(path: Path, header: str, *rows: str, **told: object) -> str:
    """Vintage of address points in a file."""
    path.write_text("\n".join((header, *rows)))
    columns = propose(header.split(","), "points")
    return street_own.read(OwnFile(path, "points", columns, "E911", **told)).vintage


def test_the_date_of_the_data_is_that_of_a_person_an_edit_or_the_file(tmp_path: Path) -> None:
    """In that order; 1714694400 is May 3, 2024, 00:00 UTC (`date -d @1714694400`)."""
    path = tmp_path / "points.csv"
    plain, edited = "NUMBER,STREET,LON,LAT", "NUMBER,STREET,LON,LAT,LASTUPDATE"
    rows = (f"{ROW},4/30/2024", f"{ROW},5/3/2024", f"{ROW},", f"{ROW},1/1/2099")
    assert dated(path, edited, *rows, as_of="2024-06-01") == "as of 2024-06-01"
    assert dated(path, edited, *rows) == "last edited 2024-05-03"
    assert dated(path, edited, f"{ROW},", f"{ROW},soon") == f"file of {date.today()}"
    path.write_text(f"{plain}\n{ROW}\n")
    os.utime(path, (1714737600, 1714737600))  # noon of that day
    own = OwnFile(path, "points", propose(plain.split(","), "points"), "E911")
    assert street_own.read(own).vintage == "file of 2024-05-03"
    assert street_own.read(replace(own, is_copy=True)).vintage == f"loaded {date.today()}"
    for wrong in ("2099-01-01", "May 2024"):
        with pytest.raises(GeocodeError, match="date of the data"):
            street_own.read(replace(own, as_of=wrong))


@pytest.mark.parametrize(
    "name", ["EDIT_DATE", "last_edited_date", "DateUpdate", "Date_Changed", "UPDATED_ON"]
)
def test_columns_of_edits_by_the_names_that_agencies_use(name: str, tmp_path: Path) -> None:
    """NENA's NG9-1-1 model has DateUpdate, Esri's editor tracking last_edited_date."""
    header = f"NUMBER,STREET,LON,LAT,{name}"
    found = dated(tmp_path / "p.csv", header, f"{ROW},2013/07/29 19:12:42+00")
    assert found == "last edited 2013-07-29"


def test_the_date_inside_an_archive_counts_before_that_of_its_copy(tmp_path: Path) -> None:
    line = gpd.GeoDataFrame({"NAME": ["Plugh Rd"], "L1": [1]}, geometry=[
        LineString([(-76.45, 36.2), (-76.44, 36.2)])], crs=4326)  # fmt: skip
    line.to_file(tmp_path / "roads.shp")
    with zipfile.ZipFile(tmp_path / "roads.zip", "w") as archive:
        for part in tmp_path.glob("roads.*"):
            if part.suffix != ".zip":
                told = zipfile.ZipInfo(part.name, (2023, 2, 1, 12, 0, 0))
                archive.writestr(told, part.read_bytes())
    columns = {"street": ("NAME",)} | dict.fromkeys(
        ("left_from", "left_to", "right_from", "right_to"), ("L1",)
    )
    own = OwnFile(tmp_path / "roads.zip", "lines", columns, "Roads", is_copy=True)
    assert street_own.read(own).vintage == "file of 2023-02-01"


def test_rows_and_lists_say_the_date_and_older_parts_still_open(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(street_tier, "folder", lambda: tmp_path / "streets")
    path = tmp_path / "p.csv"
    path.write_text(f"NUMBER,STREET,LON,LAT\n{ROW}\n")
    own = OwnFile(path, "points", propose(["NUMBER", "STREET", "LON", "LAT"], "points"),
                  "Hertford points", as_of="2024-05-03")  # fmt: skip
    work = IndexStreets.from_json(IndexStreets(tmp_path, own=own, state="NC", name="p").to_json())
    work.carry_out(lambda *_: None)
    index = open_index(tmp_path / "streets" / "NC")
    assert index.meta["sources"] == ["Hertford points, as of 2024-05-03"]
    (part,) = streets.what_is_installed()[0].parts
    assert (part.words, part.vintage) == ("Hertford points", "as of 2024-05-03")
    # A part as it was kept before: without the date.
    kept = tmp_path / "streets" / "parts" / "NC" / "own-p.0.npz"
    with np.load(kept) as old:
        arrays = dict(old)
    texts = json.loads(arrays["texts"].tobytes())
    assert texts.pop("vintage") == "as of 2024-05-03"
    arrays["texts"] = np.frombuffer(json.dumps(texts).encode(), dtype=np.uint8)
    np.savez(kept, **arrays)
    (part,) = streets.what_is_installed()[0].parts
    assert (part.called, part.vintage) == ("Hertford points", "")
    assert load_part(kept).source_dated == "Hertford points"


def test_amherst_tells_its_newest_edit(shared_data: Path) -> None:
    """The last of `last_edited_date`, sorted by hand: 2022/04/11 14:37:57+00."""
    path = shared_data / "geocoding" / "amherst_ma" / "Street_Centerlines.csv"
    assert street_vintage.vintage(path, open_table(path, path.name).text) == (
        "last edited 2022-04-11"
    )


def test_lines_are_no_points(tmp_path: Path, shared_data: Path) -> None:
    edges = shared_data / "geocoding" / "tiger_nc37143" / "tl_2020_37143_edges.shp"
    own = OwnFile(edges, "points", {"street": ("FULLNAME",), "number": ("LFROMADD",)}, "Roads")
    with pytest.raises(GeocodeError, match="Not all shapes of the file are points"):
        street_own.read(own)
