"""Street files of an agency's own: which column is what, told by names that agencies use."""

from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
from shapely import LineString

from boundaries import streets
from boundaries.indexing import IndexStreets
from geo.errors import GeocodeError, InputError
from geo.geocoding import street_own, street_tier
from geo.geocoding.street_index import open_index
from geo.geocoding.street_own import OwnFile, propose

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
