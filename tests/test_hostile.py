"""Every line of hostile and broken input: the sentence a person reads, or the right result."""

import gzip
import io
import json
import sqlite3
import subprocess
import sys
import zipfile
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import shapely

from geo.errors import CrsError, InputError, ReadError
from geo.ingest import open_table, read
from geo.ingest.raw_table import RawTable
from tests.conftest import ROOT
from tests.files_made import (
    KML,
    MIB,
    SHEET,
    book,
    book_with,
    endless_zeros,
    packed,
    points,
    shapefile,
    without,
    zip_by_hand,
    zipped,
)

MARKED = "the server's own file"
HEADER = "case number,incident date,county,zip,lat,lon"


def cells(raw: RawTable) -> str:
    return raw.text.to_csv() + raw.dropped.to_csv()


def csv_of(*lines: str) -> bytes:
    return "\n".join([HEADER, *lines]).encode()


# What GDAL would open by sniffing -----------------------------------------------------------------


@pytest.fixture(scope="module")
def secret(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("server") / "secret.csv"
    path.write_text(f"name,value\n1,{MARKED}\n")
    return path


def vrt(secret: Path) -> bytes:
    return (
        f'<OGRVRTDataSource><OGRVRTLayer name="secret"><SrcDataSource>{secret}</SrcDataSource>'
        "</OGRVRTLayer></OGRVRTDataSource>"
    ).encode()


def gdalg(secret: Path) -> bytes:
    command = f"gdal vector pipeline ! read {secret} ! write /vsistdout/"
    return json.dumps({"type": "gdal_streamed_alg", "command_line": command}).encode()


def wfs(_secret: Path) -> bytes:
    return b"<OGRWFSDataSource><URL>http://127.0.0.1:9/wfs</URL></OGRWFSDataSource>"


def virtual_table(secret: Path) -> bytes:
    path = secret.with_suffix(".sqlite")
    path.unlink(missing_ok=True)
    with sqlite3.connect(path) as base:
        base.execute("CREATE TABLE plain (a)")
        base.execute("PRAGMA writable_schema=ON")
        sql = f"CREATE VIRTUAL TABLE x USING VirtualOGR('{secret}')"
        base.execute("INSERT INTO sqlite_master VALUES ('table', 'x', 'x', 0, ?)", (sql,))
    base.close()
    return path.read_bytes()


@pytest.mark.parametrize("suffix", ["geojson", "csv", "zip", "gpkg", "kml", "xlsx", "parquet"])
@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (vrt, "The file is XML or a web page, not a table."),
        (gdalg, "The file is JSON but not GeoJSON."),
        (wfs, "The file is XML or a web page, not a table."),
        (virtual_table, "The file is a database but not a GeoPackage."),
    ],
)
def test_files_that_point_to_other_files_are_refused_under_every_name(
    secret: Path, make, sentence: str, suffix: str
) -> None:
    for data in (make(secret), gzip.compress(make(secret))):
        with pytest.raises(ReadError) as refused:
            open_table(data, f"calls.{suffix}")
        assert refused.value.message == sentence


@pytest.mark.parametrize("make", [vrt, gdalg, wfs, virtual_table])
def test_nor_are_they_opened_from_a_zip(secret: Path, make) -> None:
    with pytest.raises(ReadError) as refused:
        open_table(zipped({"calls.csv": make(secret)}), "calls.zip")
    assert MARKED not in str(refused.value)


@pytest.mark.parametrize("wrap", ["<kml>{}</kml>", '{{"type": "FeatureCollection", "x": "{}"}}'])
def test_a_vrt_in_other_clothes_reads_no_other_file(secret: Path, wrap: str) -> None:
    inner = vrt(secret).decode()
    inner = inner.replace('"', r"\"") if wrap.startswith("{") else inner
    said = []
    try:
        said.append(cells(open_table(wrap.format(inner).encode(), "calls.kml")))
    except InputError as refused:
        said.append(str(refused))
    assert MARKED not in said[0]


@pytest.mark.parametrize(
    "doctype",
    [
        '<!DOCTYPE kml [<!ENTITY x SYSTEM "file://{}">]>',
        '<!DOCTYPE kml [<!ENTITY a "aaaaaaaaaa"><!ENTITY x "&a;&a;&a;&a;&a;&a;&a;&a;">]>',
        '<!doctype kml SYSTEM "http://127.0.0.1:9/x.dtd">',
    ],
)
def test_kml_entities_are_refused(secret: Path, doctype: str) -> None:
    text = KML.replace("<kml ", doctype.format(secret) + "<kml ", 1).replace("a &lt;b", "&x;")
    with pytest.raises(ReadError) as refused:
        open_table(text.encode(), "calls.kml")
    assert refused.value.message == (
        "The KML file defines entities, which can hide other files, and was not opened."
    )


def test_gml_is_refused() -> None:
    gml = b'<?xml version="1.0"?><!DOCTYPE g [<!ENTITY x SYSTEM "file:///etc/passwd">]><gml>&x;'
    with pytest.raises(ReadError, match="The file is XML or a web page, not a table"):
        open_table(gml, "calls.gml")


# Names --------------------------------------------------------------------------------------------


def test_folders_in_names_are_ignored() -> None:
    assert open_table(csv_of("1,2020-05-01,Hartford,06103,,"), "../../../etc/x.csv").name == "x.csv"


def test_members_of_a_zip_are_never_written_where_they_say(tmp_path: Path) -> None:
    table = csv_of("1,2020-05-01,Hartford,06103,,")
    names = ("../../slip.csv", "/tmp/slip.csv", "..\\..\\slip.csv", f"{tmp_path}/slip.csv")  # noqa: S108
    for name in names:
        raw = open_table(zipped({name: table}), "calls.zip")
        assert raw.text["zip"].tolist() == ["06103"]
    assert not any(Path(name).exists() for name in names)
    several = open_table(zipped(dict.fromkeys(names, table)), "calls.zip")
    assert all("/" not in sheet for sheet in several.sheets)


# Bombs: in a process of its own, whose memory and that of its workers is measured -----------------

CHILD = """
import contextlib, json, resource, sys
from pathlib import Path
from geo.errors import InputError
from geo.ingest import open_table
for path in sys.argv[1:]:
    with contextlib.suppress(OSError):  # not everywhere; then it is the most so far
        Path("/proc/self/clear_refs").write_text("5")
    said = ""
    try:
        open_table(Path(path), "bomb")
    except InputError as error:
        said = error.message
    # What the system says of this process itself counts the one that started it, too.
    mine = int(Path("/proc/self/status").read_text().split("VmHWM:")[1].split()[0])
    workers = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    print(json.dumps([said, max(mine, workers) // 1024]))
"""
BOMBS = {
    "a lying zip": lambda: zip_by_hand({"a.csv": (endless_zeros(10_000), 1000, 0)}),
    "an honest zip": lambda: zip_by_hand({"a.csv": (endless_zeros(4_000), 4_000 * MIB, 0)}),
    "a zip of 100,000 to 1": lambda: zip_by_hand(
        {"a.csv": (endless_zeros(10), 10 * MIB, 0)}, copies=100
    ),
    "a gzip": lambda: b"\x1f\x8b\x08\0\0\0\0\0\0\xff" + endless_zeros(10_000),
    "a lying workbook": lambda: book_with(
        xl__worksheets__sheet1=(endless_zeros(10_000), 1000, 0)
    ),
    "a sheet with a far corner": lambda: book_with(
        xl__worksheets__sheet1=packed(
            SHEET + b'<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576">'
            b"<v>1</v></c></row></sheetData></worksheet>"
        )
    ),
    "a sheet of a quadrillion cells": lambda: book_with(
        xl__worksheets__sheet1=packed(
            SHEET + b'<row r="1"><c r="A1"><v>1</v></c></row><row r="4294967295">'
            b'<c r="ZZZZ4294967295"><v>1</v></c></row></sheetData></worksheet>'
        )
    ),
    "a text used a hundred thousand times": lambda: book_with(
        xl__sharedStrings=packed(
            b'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>'
            + b"x" * 1_000_000
            + b"</t></si></sst>"
        ),
        xl__worksheets__sheet1=packed(
            SHEET
            + b"".join(
                b'<row r="%d"><c r="A%d" t="s"><v>0</v></c></row>' % (row, row)
                for row in range(1, 100_001)
            )
            + b"</sheetData></worksheet>"
        ),
    ),
    "parquet with one text for a million rows": lambda: parquet(
        a=pa.DictionaryArray.from_arrays(
            pa.array(np.zeros(1_000_000, dtype=np.int32)), pa.array(["x" * 1_000_000])
        )
    ),
    "parquet with 120 million cells": lambda: parquet(
        **{name: pa.nulls(30_000_000, pa.int8()) for name in "abcd"}
    ),
    "a line without end": lambda: b"a," * 20_000_000,
    "a header without end": lambda: b"a," * 400_000 + b"b\n1,2\n",
}  # fmt: skip
SENTENCES = {
    "a lying zip": "The archive or workbook is damaged.",
    "a lying workbook": "The archive or workbook is damaged.",
    "a sheet with a far corner": "The sheet spans more than 50 million cells.",
    "a sheet of a quadrillion cells": "The sheet spans more than 50 million cells.",
    "a text used a hundred thousand times":
        "The file unpacks to far more text than it should and was not opened.",
    "parquet with one text for a million rows":
        "The file unpacks to far more text than it should and was not opened.",
    "parquet with 120 million cells": "The table has more than 100 million cells.",
    "a line without end": "The file has a line of more than a million letters.",
    "a header without end": "The table has 400,001 columns, more than a spreadsheet can hold.",
}  # fmt: skip


def parquet(**columns: pa.Array) -> bytes:
    sink = pa.BufferOutputStream()
    pq.write_table(pa.table(columns), sink, row_group_size=1 << 30, store_schema=False)
    return sink.getvalue().to_pybytes()


def open_in_child(*paths: Path) -> list[tuple[str, int]]:
    """What a person would read of each, and the most memory in MiB that it took anywhere.

    Of workers, which are counted together, the most so far.
    """
    done = subprocess.run(
        [sys.executable, "-c", CHILD, *map(str, paths)],
        cwd=ROOT, capture_output=True, text=True, check=True, timeout=120,
    )  # fmt: skip
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[str, int]]:
    """All bombs, opened one after the other."""
    folder = tmp_path_factory.mktemp("bombs")
    for number, make in enumerate(BOMBS.values()):
        (folder / str(number)).write_bytes(make())
    found = open_in_child(*(folder / str(number) for number in range(len(BOMBS))))
    return dict(zip(BOMBS, found, strict=True))


@pytest.mark.parametrize("name", BOMBS)
def test_bombs_are_refused_with_little_memory(opened, name: str) -> None:
    sentence, most = opened[name]
    expected = "The file unpacks to far more than it should and was not opened."
    assert sentence == SENTENCES.get(name, expected)
    assert most < 500


def test_a_file_of_five_gigabytes_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "large.csv"
    with path.open("wb") as file:
        file.truncate(5 * 1024**3)
    [(sentence, most)] = open_in_child(path)
    assert sentence == "The file is larger than 500 MB."
    assert most < 300


def test_one_overlong_line_does_not_widen_the_table() -> None:
    # 100,000 cells beside 20,000 rows of three would be two billion cells if each row had them.
    raw = open_table(b"a,b,c\n" + b"1,2,3\n" * 20_000 + b"x," * 100_000 + b"x\n", "calls.csv")
    assert len(raw.text) == 20_000
    assert raw.dropped["reason"].tolist() == ["more cells than the header has"]
    assert raw.dropped.shape[1] < 100
    assert sum(str(cell).count("x") for cell in raw.dropped.iloc[0, 2:]) == 100_001


# Text with separators -----------------------------------------------------------------------------


@pytest.mark.parametrize("delimiter", [";", "\t"])
def test_decimal_commas_between_semicolons_and_tabs(delimiter: str) -> None:
    lines = ["case number,incident date,county,lat,lon", "1,2020-05-01,Hartford,41.7658,-72.6734"]
    text = "\n".join(lines).replace(",", delimiter).replace(".", ",")
    raw = open_table(text.encode(), "calls.csv")
    places = read(raw).places["incident"]
    assert raw.delimiter == delimiter
    assert places[["lat", "lon"]].to_numpy().tolist() == [[41.7658, -72.6734]]


def test_the_separator_excel_writes_on_top_is_believed() -> None:
    raw = open_table(b"sep=;\ncase,date,drug;zip\n1,2020-05-01,heroin;06103\n", "calls.csv")
    assert raw.columns == ("case,date,drug", "zip")
    assert raw.dropped["reason"].tolist() == ["title above the header"]


def test_ragged_rows_are_said_and_none_is_shifted() -> None:
    good = "1,2020-05-01,Hartford,06103,41.7658,-72.6734"
    raw = open_table(csv_of(good, "2,2020-05-02", f"{good},7,8"), "calls.csv")
    assert raw.text["zip"].tolist() == ["06103", ""]
    assert [n.rows for n in raw.notes if "fewer cells" in n.text] == [(3,)]
    assert raw.dropped["reason"].tolist() == ["more cells than the header has"]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "cp1252", "utf-8-sig"])
def test_encodings_of_other_programs(encoding: str) -> None:
    text = csv_of("1,2020-05-01,Doña Ana,88001,,").decode()
    assert open_table(text.encode(encoding), "a.csv").text["county"].tolist() == ["Doña Ana"]


def test_two_files_of_two_encodings_joined_into_one() -> None:
    one, two = "1,2020-05-01,Doña Ana,88001,,", "2,2020-05-01,Cañon,81212,,"
    lines = csv_of(*[one] * 3) + b"\n" + two.encode("cp1252")
    raw = open_table(lines, "calls.csv")
    assert raw.text["county"].tolist() == ["Doña Ana"] * 3 + ["Cañon"]
    assert raw.notes[0].text.startswith("1 letter is not encoded like the rest of the file")


def test_title_rows_above_the_header() -> None:
    raw = open_table(b"Coroner of Hartford County\n2020\n\n" + csv_of("1,,,,,"), "calls.csv")
    assert raw.columns[0] == "case number"
    assert raw.rows.tolist() == [5]
    assert raw.dropped["source_row"].tolist() == [1, 2, 3]


def test_a_county_called_na_and_zeros_in_front_survive() -> None:
    raw = open_table(csv_of("007,2020-05-01,NA,06103,,", "1,2020-05-01,null,00501,,"), "a.csv")
    assert raw.text["county"].tolist() == ["NA", "null"]
    assert raw.text["zip"].tolist() == ["06103", "00501"]
    assert raw.text["case number"].tolist() == ["007", "1"]


FORMULAS = ["=CMD|' /C calc'!A0", '=HYPERLINK("http://127.0.0.1:9")', "+1+1", "-2+3", "@SUM(A1)"]


def test_formulas_stay_text_in_csv() -> None:
    table = pd.DataFrame({"case number": range(5), "note": FORMULAS})
    raw = open_table(table.to_csv(index=False).encode(), "calls.csv")
    assert raw.text["note"].tolist() == FORMULAS


# Workbooks ----------------------------------------------------------------------------------------


@pytest.mark.usefixtures("opened_here")
def test_formulas_without_values_are_said() -> None:
    raw = open_table(book([["case", "total"], ["a", "=1+1"], ["b", "=2+2"], ["c", 7]]), "a.xlsx")
    assert raw.text["total"].tolist() == ["", "", "7"]
    assert raw.notes[0].count == 2
    assert raw.notes[0].text == (
        "2 cells hold a formula without its value, and came in empty. Open the workbook in Excel "
        "and save it, then choose it again."
    )


@pytest.mark.usefixtures("opened_here")
def test_formulas_typed_as_text_stay_text() -> None:
    sheet = SHEET + b'<row r="1"><c r="A1" t="inlineStr"><is><t>note</t></is></c></row>'
    sheet += b'<row r="2"><c r="A2" t="inlineStr"><is><t>=CMD|x!A0</t></is></c></row>'
    sheet += b'<row r="3"><c r="A3" t="str"><f>IF(1,"","x")</f><v></v></c></row>'
    sheet += b'<row r="4"><c r="A4"><f>40+2</f><v>42</v></c></row></sheetData></worksheet>'
    raw = open_table(book_with(xl__worksheets__sheet1=packed(sheet)), "a.xlsx")
    assert raw.text["note"].tolist() == ["=CMD|x!A0", "42"]
    assert raw.notes == ()


@pytest.mark.usefixtures("opened_here")
def test_errors_in_cells_are_said() -> None:
    sheet = SHEET + b'<row r="1"><c r="A1" t="inlineStr"><is><t>zip</t></is></c></row>'
    sheet += b'<row r="2"><c r="A2" t="e"><v>#N/A</v></c></row>'
    sheet += b'<row r="3"><c r="A3"><v>6103</v></c></row></sheetData></worksheet>'
    raw = open_table(book_with(xl__worksheets__sheet1=packed(sheet)), "a.xlsx")
    assert raw.notes[0].text == "1 cell holds an error such as #N/A, and came in empty."


@pytest.mark.usefixtures("opened_here")
@pytest.mark.parametrize(("epoch", "day"), [("0", "2020-05-01"), ("1", "2024-05-02")])
def test_both_calendars_of_excel(epoch: str, day: str) -> None:
    # Day 43,952 counted from 1899-12-30 is 2020-05-01; the calendar of 1904 is 1,462 days later.
    made = zip_members(book([["day"], [pd.Timestamp("2020-05-01").to_pydatetime()]]))
    about = made["xl/workbook.xml"].decode()
    tag = '<workbookPr date1904="' + epoch + '" />'
    made["xl/workbook.xml"] = about.replace("<workbookPr />", tag).encode()
    assert tag in made["xl/workbook.xml"].decode()
    assert open_table(zipped(made), "a.xlsx").text["day"].tolist() == [day]


def zip_members(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


# Shapes -------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("opened_here")
def test_a_zipped_shapefile(tmp_path: Path) -> None:
    files = shapefile(tmp_path, points(26956))
    for members in (files, without(files, ".shx"), {f"a/b/{k}": v for k, v in files.items()}):
        raw = open_table(zipped(members), "calls.zip")
        assert raw.format == "shapefile"
        assert raw.text["zip"].tolist() == ["06103", "06510"]
        places = raw.text[[raw.lon_column, raw.lat_column]].astype(float).to_numpy()
        assert places == pytest.approx(np.array([[-72.6734, 41.7658], [-72.9279, 41.3083]]))


@pytest.mark.usefixtures("opened_here")
def test_without_prj_the_person_is_asked(tmp_path: Path) -> None:
    data = zipped(without(shapefile(tmp_path, points(26956)), ".prj"))
    with pytest.raises(CrsError) as asked:
        open_table(data, "calls.zip")
    assert asked.value.message == (
        "The file does not say which coordinate system its places are in."
    )
    assert asked.value.sample is not None
    assert asked.value.sample.easting[0] == pytest.approx(points(26956).geometry.x[0])
    assert str(asked.value.sample.easting[0])[:6] not in str(asked.value) + repr(asked.value.sample)
    raw = open_table(data, "calls.zip", crs=26956)
    assert raw.crs == 26956
    assert float(raw.text[raw.lat_column][0]) == pytest.approx(41.7658, abs=1e-6)
    with pytest.raises(CrsError, match="no coordinate system with EPSG code 99"):
        open_table(data, "calls.zip", crs=99)


def test_without_dbf_it_is_refused_with_the_reason(tmp_path: Path) -> None:
    with pytest.raises(ReadError) as refused:
        open_table(zipped(without(shapefile(tmp_path, points()), ".dbf")), "calls.zip")
    assert refused.value.message == "The Shapefile has no .dbf, the file that holds its table."


@pytest.mark.usefixtures("opened_here")
def test_several_tables_in_a_zip_are_offered(tmp_path: Path) -> None:
    files = shapefile(tmp_path, points(), "calls") | shapefile(tmp_path, points(), "deaths")
    files |= {"log.csv": csv_of("1,,,,,"), "read me.txt": b"Made by us.\nAsk us, please.\nBye.\n"}
    raw = open_table(zipped(files), "all.zip")
    assert raw.sheets == ("calls", "deaths", "log.csv")
    assert raw.sheet == "calls"
    assert open_table(zipped(files), "all.zip", sheet="log.csv").format == "csv"
    with pytest.raises(ReadError, match="no such file"):
        open_table(zipped(files), "all.zip", sheet="other")


@pytest.mark.usefixtures("opened_here")
@pytest.mark.parametrize(
    ("driver", "corners"), [("GeoJSON", 1000), ("GPKG", 1_000_000), ("parquet", 1_000_000)]
)
def test_null_and_broken_shapes(tmp_path: Path, driver: str, corners: int) -> None:
    bow_tie = shapely.Polygon([(-73, 41), (-72, 42), (-72, 41), (-73, 42)])
    turns = np.linspace(0, 2 * np.pi, corners)
    round_one = shapely.Polygon(np.column_stack([-72.5 + np.cos(turns), 41.5 + np.sin(turns)]))
    frame = gpd.GeoDataFrame(
        {"kind": ["null", "empty", "bow tie", "many corners"]},
        geometry=[None, shapely.Point(), bow_tie, round_one], crs=4326,
    )  # fmt: skip
    path = tmp_path / f"shapes.{driver.lower()}"
    frame.to_parquet(path) if driver == "parquet" else frame.to_file(path, driver=driver)
    raw = open_table(path, "shapes")
    lon = pd.to_numeric(raw.text[raw.lon_column])
    assert raw.text["kind"].tolist() == frame["kind"].tolist()
    assert lon.isna().tolist() == [True, True, False, False]
    assert bow_tie.envelope.contains(shapely.Point(lon[2], float(raw.text[raw.lat_column][2])))
    assert raw.notes[0].text.startswith("2 features are lines or areas")


@pytest.mark.usefixtures("opened_here")
def test_geojson_with_meters_is_asked_about() -> None:
    feature = {"type": "Feature", "properties": {"zip": "06103"},
               "geometry": {"type": "Point", "coordinates": [311170.139, 255000.5]}}  # fmt: skip
    data = json.dumps({"type": "FeatureCollection", "features": [feature]}).encode()
    with pytest.raises(CrsError, match="does not say which coordinate system"):
        open_table(data, "calls.geojson")


@pytest.mark.usefixtures("opened_here")
def test_kml_layers_are_offered_and_text_is_text() -> None:
    raw = open_table(KML.encode(), "calls.csv")
    assert (raw.format, raw.sheets, raw.sheet) == ("kml", ("Calls", "Areas"), "Calls")
    assert raw.text[["zip", "description"]].to_numpy().tolist() == [["06103", "a <b>"]]
    areas = open_table(zipped({"doc.kml": KML.encode()}), "calls.kmz", sheet="Areas")
    assert areas.notes[0].text.startswith("1 feature is a line or area")


@pytest.mark.usefixtures("opened_here")
def test_parquet_keeps_zeros_days_and_instants(tmp_path: Path) -> None:
    frame = points().assign(
        day=pd.to_datetime(["2020-05-01", None]),
        at=pd.to_datetime(["2020-05-01T03:10:00Z", None]),
        number=pd.array([1, None], dtype="Int64"),
        share=[41.5, np.nan],
        given=[True, False],
    )
    frame.to_parquet(tmp_path / "geo")
    frame.drop(columns="geometry").to_parquet(tmp_path / "plain")
    for name, more in (("geo", 2), ("plain", 0)):
        raw = open_table(tmp_path / name, "calls.csv")
        assert raw.format == "parquet"
        assert len(raw.columns) == 6 + more
        assert raw.text.iloc[:, :6].to_numpy().tolist() == [
            ["06103", "2020-05-01", "2020-05-01 03:10:00+00:00", "1", "41.5", "Y"],
            ["06510", "", "", "", "", "N"],
        ]


@pytest.mark.parametrize(
    ("members", "sentence"),
    [
        ({"a.zip": zipped({"a.csv": b"a,b\n1,2\n"})}, "The archive holds another archive."),
        ({"a.gdb/a.gdbtable": b"x"}, "The archive holds an Esri file geodatabase."),
        ({"word/document.xml": b"<x/>", "[Content_Types].xml": b"<x/>"},
         "The file is an Office document, not a workbook."),
        ({"notes.txt": b"nothing\nhere\n"}, "The archive holds no table."),
    ],
)  # fmt: skip
def test_archives_without_a_table(members: dict[str, bytes], sentence: str) -> None:
    with pytest.raises(ReadError) as refused:
        open_table(zipped(members), "calls.zip")
    assert refused.value.message == sentence


def test_damaged_archives_are_refused() -> None:
    whole = gzip.compress(csv_of("1,2020-05-01,Hartford,06103,,"))
    assert open_table(whole + bytes(512), "calls.gz").text["zip"].tolist() == ["06103"]
    for data in (whole[:-12], whole[:20], zipped({"a.csv": b"a,b\n1,2\n" * 99})[:60]):
        with pytest.raises(ReadError, match="damaged"):
            open_table(data, "calls.gz")
