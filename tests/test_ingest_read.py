"""Files of every format, broken and hostile ones too."""

import io
import json
import sqlite3
import tempfile
import zipfile
from pathlib import Path

import geopandas as gpd
import openpyxl
import pandas as pd
import pytest
import shapely

from geo.errors import ReadError
from geo.ingest import propose, read
from geo.ingest.read import RawTable, bare_name, open_table
from geo.settings import MAX_UPLOAD_MB

HEADER = "case number,incident date,city,state,lat,lon"
ROW = "1,2020-05-01,Hartford,CT,41.7658,-72.6734"


def text_of(raw: RawTable) -> list[list[str]]:
    return raw.text.to_numpy(dtype=object).tolist()


def test_plain_csv_counts_rows_as_a_spreadsheet_does() -> None:
    raw = open_table(f"{HEADER}\n{ROW}\n\n{ROW}\n".encode(), "calls.csv")
    assert raw.rows.tolist() == [2, 4]
    assert raw.dropped[["source_row", "reason"]].to_numpy().tolist() == [[3, "blank line"]]
    assert raw.rows_read == 3


@pytest.mark.parametrize(
    ("encoding", "expected"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8-sig"),
        ("utf-16", "utf-16"),
        ("utf-16-le", "utf-16-le"),
        ("utf-16-be", "utf-16-be"),
        ("cp1252", "cp1252"),
    ],
)
def test_encodings(encoding: str, expected: str) -> None:
    raw = open_table("city,zip\nPeñasco ½ north,87553\n".encode(encoding), "a.csv")
    assert raw.encoding == expected
    assert text_of(raw) == [["Peñasco ½ north", "87553"]]


@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|"])
def test_delimiters(delimiter: str) -> None:
    line = delimiter.join(["a 1", "b", "c"])
    raw = open_table(f"{line}\n{line.replace('a 1', '7')}\n".encode(), "a.txt")
    assert raw.delimiter == delimiter
    assert text_of(raw) == [["7", "b", "c"]]


def test_titles_above_footers_below_totals_and_repeated_headers() -> None:
    lines = [
        "Overdoses by county", "As of 2021", "", "county,fips,deaths", "Bibb,01007,3",
        "county,fips,deaths", "Blount,01009,12", "Total,,15", "Source: the coroner, 2021", "",
    ]  # fmt: skip
    raw = open_table("\n".join(lines).encode(), "deaths.csv")
    assert text_of(raw) == [["Bibb", "01007", "3"], ["Blount", "01009", "12"]]
    assert raw.rows.tolist() == [5, 7]
    assert raw.dropped["reason"].tolist() == [
        "title above the header", "title above the header", "blank line", "header repeated",
        "total line", "footer or note below the table",
    ]  # fmt: skip


def test_ragged_rows_short_ones_are_kept_overfull_ones_are_not() -> None:
    lines = [HEADER, ROW, "2,2020-05-02,Hartford", f"{ROW},,", f"{ROW},extra", ROW]
    raw = open_table("\n".join(lines).encode(), "a.csv")
    assert raw.rows.tolist() == [2, 3, 4, 6]
    assert raw.dropped["source_row"].tolist() == [5]
    assert raw.dropped["reason"].tolist() == ["more cells than the header has"]
    assert "extra" in raw.dropped.iloc[0].tolist()
    assert raw.notes[0].rows == (3,)


@pytest.mark.parametrize("below", [3, 300])
def test_a_quote_that_is_never_closed_costs_its_own_line_only(below: int) -> None:
    lines = [HEADER, ROW, '2,2020-05-02,"Hartford,CT,41.7,-72.6', *[ROW] * below]
    raw = open_table("\n".join(lines).encode(), "a.csv")
    assert len(raw.text) == 1 + below
    assert raw.dropped["source_row"].tolist() == [3]
    assert raw.dropped["reason"].tolist() == ["quotation marks that do not match"]
    assert raw.dropped.iloc[0, 2:5].tolist() == ["2", "2020-05-02", '"Hartford']
    assert "quotation marks" in raw.notes[0].text
    assert raw.notes[0].rows == (3,)


def test_lines_between_two_stray_quotes_are_not_one_cell() -> None:
    lines = [HEADER, '1,2020-05-01,"Hartford,CT,41.7,-72.6', ROW.replace("1,", "7,", 1),
             '3,2020-05-03,Hartford",CT,41.7,-72.6', ROW]  # fmt: skip
    raw = open_table("\n".join(lines).encode(), "a.csv")
    assert raw.rows.tolist() == [3, 4, 5]
    assert raw.dropped["source_row"].tolist() == [2]


def test_line_breaks_inside_quotes_belong_to_the_cell() -> None:
    raw = open_table(b'id,place\n1,"HARTFORD, CT\n(41.7, -72.6)"\n2,x\n', "a.csv")
    assert raw.text["place"][0] == "HARTFORD, CT\n(41.7, -72.6)"
    assert raw.rows.tolist() == [2, 3]


def test_repeated_and_blank_column_names() -> None:
    raw = open_table(b"zip,zip,,source_row\n1,2,3,4\n", "a.csv")
    assert raw.columns == ("zip", "zip (2)", "Column 3", "source_row (2)")


HOSTILE = [
    '=HYPERLINK("http://x")', "<script>alert(1)</script>", "${7*7}", "{{7*7}}", "`id`",
    "'; DROP TABLE records; --", "../../etc/passwd", "\u202eevil", "😀", "%s%n", "NaN", "NULL",
]  # fmt: skip


def test_hostile_strings_survive_as_data() -> None:
    table = pd.DataFrame({"note text": HOSTILE, "zip": ["06103"] * len(HOSTILE)})
    raw = open_table(table.to_csv(index=False).encode(), "a.csv")
    assert raw.text["note text"].tolist() == HOSTILE


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "empty"),
        (b" \r\n\r\n ", "empty"),
        (bytes(range(256)) * 40, "binary"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(200)), "binary"),
        (b"%PDF-1.4\n\x00\x01\x02\x03", "binary"),
        (b"<OGRVRTDataSource><OGRVRTLayer name='x'/></OGRVRTDataSource>", "XML"),
        (b"<!doctype html><html></html>", "XML"),
        (b'{"type": "gdal_streamed_alg", "command_line": "gdal vector pipeline"}', "not GeoJSON"),
        (b'{"rows": []}', "not GeoJSON"),
        (b"1,2,3\n4,5,6\n", "column names"),
        (b"\xff\xfea\x00,\x00b", "damaged"),
        (b"SQLite format 3\0" + b"\0" * 200, "not a GeoPackage"),
        (b"PK\x03\x04 not a zip", "damaged"),
        (b"\xd0\xcf\x11\xe0" + b"\0" * 600, "damaged"),
    ],
)
def test_what_is_no_table_is_refused_in_one_sentence(data: bytes, words: str) -> None:
    if words == "damaged" and data.startswith(b"\xff"):
        data = b"\xff\xfe\x00\xd8"  # half a letter of UTF-16
    with pytest.raises(ReadError) as refused:
        open_table(data, "upload.geojson")
    assert words in str(refused.value)
    assert refused.value.hint


def test_a_file_over_the_limit_is_refused_before_it_is_read(tmp_path: Path) -> None:
    large = tmp_path / "large.csv"
    with large.open("wb") as file:
        file.truncate((MAX_UPLOAD_MB + 1) * 1024**2)
    with pytest.raises(ReadError, match="larger than"):
        open_table(large, "large.csv")


def workbook(rows: list[list[object]], *, empty_first: bool = False) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    if empty_first:
        sheet = book.create_sheet("data")
    for row in rows:
        sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


NOTES = ["About this file", "Counts below 10 are suppressed.", "It comes from the county."]
MEANINGS = [["Field", "Meaning"], ["Case Number", "Number of the call to us"]]
CALLS = [["case number", "date", "zip"], ["1", "2020-05-01", "06103"]]


def several_sheets(**sheets: list[list[str]]) -> bytes:
    made = openpyxl.Workbook()
    made.remove(made.active)
    for name, lines in sheets.items():
        sheet = made.create_sheet(name)
        for line in lines:
            sheet.append(line)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


@pytest.mark.usefixtures("opened_here")
def test_a_sheet_of_notes_in_front_is_not_the_table() -> None:
    notes = [[line] for line in NOTES]
    raw = open_table(several_sheets(About=notes, Calls=CALLS), "calls.xlsx")
    assert (raw.sheet, raw.columns) == ("Calls", ("case number", "date", "zip"))
    assert '"Calls" was read' in raw.notes[0].text
    assert open_table(several_sheets(About=notes), "calls.xlsx").sheet == "About"


@pytest.mark.usefixtures("opened_here")
@pytest.mark.parametrize(
    "lines",
    [NOTES, ["Notes about these data files", "See the web"],
     ["Field,Meaning", "Case Number,The number of the case", "Date,The day of the event"]],
)  # fmt: skip
def test_notes_alone_are_refused(lines: list[str]) -> None:
    with pytest.raises(ReadError, match="only notes in sentences"):
        read(open_table("\n".join(lines).encode(), "notes.csv"))
    book = several_sheets(Notes=[line.split(",") for line in lines])
    with pytest.raises(ReadError, match="only notes in sentences"):
        read(open_table(book, "notes.xlsx"))


@pytest.mark.parametrize(
    "table",
    ["zip\n06103\n06105\n", "narrative\nMale found down in the park by a friend\n",
     "address,remarks\n12 North Main Street,found by a passing friend\n"],
)  # fmt: skip
def test_short_tables_are_not_refused_as_notes_where_they_have_a_place_or_day(table: str) -> None:
    raw = open_table(table.encode(), "calls.csv")
    mapping = propose(raw).with_choice("address", raw.columns[0])
    assert len(read(raw, mapping).table) == raw.rows_read


@pytest.mark.usefixtures("opened_here")
def test_merged_cells_hold_for_each_row_and_that_is_said() -> None:
    made = openpyxl.Workbook()
    for line in (
        ["Deaths of the county", None, None], ["county", "date", "drug"],
        ["Hartford", "2020-05-01", "heroin"], [None, "2020-05-02", "fentanyl"],
        [None, "2020-05-03", "heroin"], ["Tolland", "2020-05-04", "heroin"],
    ):  # fmt: skip
        made.active.append(line)
    for cells in ("A1:C1", "A3:A5", "A6:A9"):  # the last one over rows that hold nothing else
        made.active.merge_cells(cells)
    out = io.BytesIO()
    made.save(out)
    raw = open_table(out.getvalue(), "log.xlsx")
    assert raw.columns == ("county", "date", "drug")
    assert raw.text["county"].tolist() == ["Hartford"] * 3 + ["Tolland"]
    assert [(note.count, note.rows) for note in raw.notes] == [(2, (4, 5))]
    assert "merged over several rows" in raw.notes[0].text


@pytest.mark.usefixtures("opened_here")
def test_workbook_first_sheet_with_something_and_types_as_typed() -> None:
    rows: list[list[object]] = [
        ["Overdose log"], [], ["date", "zip", "lat", "given"],
        [pd.Timestamp("2020-05-01").to_pydatetime(), 6103, 41.5, True],
        [pd.Timestamp("2020-05-02 13:30").to_pydatetime(), "06105", None, False],
    ]  # fmt: skip
    raw = open_table(workbook(rows, empty_first=True), "log.xlsx")
    assert raw.sheet == "data"
    assert raw.sheets == ("Sheet", "data")
    assert text_of(raw) == [
        ["2020-05-01", "6103", "41.5", "Y"], ["2020-05-02 13:30:00", "06105", "", "N"],
    ]  # fmt: skip
    assert raw.rows.tolist() == [4, 5]
    with pytest.raises(ReadError, match="no such sheet"):
        open_table(workbook(rows), "log.xlsx", sheet="other")
    with pytest.raises(ReadError, match="empty"):
        open_table(workbook([]), "log.xlsx")


def test_a_workbook_that_unpacks_to_gigabytes_is_refused() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * (80 * 1024**2))
    assert len(out.getvalue()) < 200_000
    with pytest.raises(ReadError, match="unpacks"):
        open_table(out.getvalue(), "bomb.xlsx")


def test_an_archive_without_a_table_is_refused() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("a.csv", "x")
    with pytest.raises(ReadError, match="holds no table"):
        open_table(out.getvalue(), "a.zip")


def points() -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(
        {"city": ["Hartford", "New Haven", None], "n": [1, 2, 3]},
        geometry=[shapely.Point(-72.6734, 41.7658), shapely.Point(-72.9279, 41.3083), None],
        crs=4326,
    )


@pytest.mark.usefixtures("opened_here")
def test_geojson_points(tmp_path: Path) -> None:
    path = tmp_path / "p.geojson"
    points().to_file(path, driver="GeoJSON")
    raw = open_table(path, "p.geojson")
    assert raw.format == "geojson"
    assert raw.lon_column is not None
    assert raw.text["city"].tolist() == ["Hartford", "New Haven", ""]
    assert raw.text[raw.lon_column].tolist() == ["-72.6734", "-72.9279", ""]
    assert raw.rows.tolist() == [1, 2, 3]


@pytest.mark.usefixtures("opened_here")
def test_geopackage_is_reprojected_and_areas_become_points_inside(tmp_path: Path) -> None:
    path = tmp_path / "areas.gpkg"
    shapes = points().dropna().to_crs(26956)
    shapes.geometry = shapes.buffer(100)
    shapes.to_file(path, driver="GPKG", layer="places")
    raw = open_table(path, "areas.gpkg")
    assert raw.sheets == ("places",)
    assert float(raw.text[raw.lat_column][0]) == pytest.approx(41.7658, abs=0.01)
    assert raw.notes[0].count == 2


def test_a_geopackage_with_a_table_that_points_elsewhere_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "p.gpkg"
    points().to_file(path, driver="GPKG")
    with sqlite3.connect(path) as base:
        base.execute("PRAGMA writable_schema=ON")
        base.execute(
            "INSERT INTO sqlite_master VALUES ('table', 'x', 'x', 0, "
            "'CREATE VIRTUAL TABLE x USING VirtualOGR(''/etc/passwd'')')"
        )
    base.close()
    with pytest.raises(ReadError, match="other files"):
        open_table(path, "p.gpkg")


def test_a_vrt_inside_geojson_clothes_reads_no_other_file(tmp_path: Path) -> None:
    secret = tmp_path / "secret.csv"
    secret.write_text("a,b\n1,secret\n")
    vrt = f"<OGRVRTDataSource><OGRVRTLayer name='secret'><SrcDataSource>{secret}</SrcDataSource>"
    for text in (vrt, json.dumps({"type": "FeatureCollection", "x": vrt})):
        try:
            raw = open_table(text.encode(), "points.geojson")
        except ReadError:
            continue
        assert "secret" not in "".join(map(str, text_of(raw)))


@pytest.mark.parametrize(
    ("given", "bare"),
    [("../../../etc/x.csv", "x.csv"), ("a\\b\\c.xlsx", "c.xlsx"), ("\0..", ".."), ("", "file")],
)
def test_names_lose_their_folders(given: str, bare: str) -> None:
    assert bare_name(given) == bare


class CancelledError(Exception):
    """What a page raises when the person presses the button."""


def test_progress_grows_and_may_cancel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    large = (HEADER + "\n" + f"{ROW}\n" * 400_000).encode()
    shares: list[float] = []
    raw = open_table(large, "a.csv", tell=lambda _, share: shares.append(share))
    assert len(raw.text) == 400_000
    assert shares == sorted(shares)
    assert (shares[0], shares[-1]) == (0.0, 1.0)
    assert len([share for share in shares if 0.1 < share < 0.9]) >= 2

    def cancel(_: str, share: float) -> None:
        if share > 0:
            raise CancelledError

    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    for data, name in ((large, "a.csv"), (workbook([["a", "b"], [1, 2]]), "a.xlsx")):
        with pytest.raises(CancelledError):
            open_table(data, name, tell=cancel)
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_left_behind_on_the_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    points().to_file(tmp_path / "p.gpkg", driver="GPKG")
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    open_table(tmp_path / "p.gpkg", "p.gpkg")
    open_table(workbook([["a", "b"], [1, 2]]), "a.xlsx")
    with pytest.raises(ReadError):
        open_table(b"\xd0\xcf\x11\xe0" + b"\0" * 600, "a.xls")
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize(
    "line", ["FEBRUARY", "Feb. 2021", "February 2021:", "Q1 2021", "2nd Quarter", "Sept '21"]
)
def test_a_line_that_only_names_a_month_between_rows_is_no_row(line: str) -> None:
    header = "Case #,DOD,Age,Place of Injury (Address)\n"
    rows = [f"21-{n:04d},{n}/3/21,4{n},1{n} Main St\n" for n in range(1, 7)]
    table = "".join([header, *rows[:3], f"{line},,,\n", *rows[3:]])
    raw = open_table(table.encode(), "a.csv")
    assert raw.text["Case #"].tolist() == [f"21-{n:04d}" for n in range(1, 7)]
    assert raw.dropped["reason"].tolist() == [
        "line with nothing but a month or quarter, between the rows of others"
    ]
    assert raw.dropped["source_row"].tolist() == [5]
    assert propose(raw).column("injury.address") == "Place of Injury (Address)"


def test_a_row_that_says_more_than_its_month_stays_a_row() -> None:
    table = "Month,County,Deaths\nFebruary,Bibb,3\nMarch,,\nApril,Pike,\nMay,Clay,4\n"
    raw = open_table(table.encode(), "a.csv")
    assert raw.text["Month"].tolist() == ["February", "April", "May"]
