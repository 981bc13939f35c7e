"""Street indexes from files: fetched only when asked, kept county by county."""

import shutil
import zipfile
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest

from boundaries import load, refresh, streets
from geo.errors import BoundaryError, GeocodeError
from geo.geocoding import street_build, street_segments, street_sources
from geo.geocoding.street_finder import open_finder

NAME = "tl_2020_37143_edges"


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory, shared_data: Path) -> Path:
    """The county as the Census Bureau sends it."""
    path = tmp_path_factory.mktemp("tiger") / f"{NAME}.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for one in (shared_data / "geocoding" / "tiger_nc37143").glob(f"{NAME}.*"):
            packed.write(one, one.name)
    return path


class Census:
    """Stands for the network: gives the county at the address it has at the Census Bureau."""

    def __init__(self, archive: Path, faults: tuple[str, ...] = ()) -> None:
        self.archive, self.faults, self.asked = archive, list(faults), []

    def __call__(self, url: str, target: Path) -> None:
        self.asked.append(url)
        fault = self.faults.pop(0) if self.faults else ""
        if fault == "down":
            raise BoundaryError("The Census Bureau's server did not send the file.", "Try again.")
        shutil.copy(self.archive, target)
        if fault == "torn":
            target.write_bytes(target.read_bytes()[:20_000])


def found(folder: Path, address: str) -> str:
    finder = open_finder(folder, load.gazetteer())
    row = {"address": address, "zip": "27944", "city": "", "state": "NC", "county_fips": ""}
    return finder.find(finder.read(pd.DataFrame([row]).astype("str")))["matched_text"][0]


def test_a_county_is_fetched_once_and_then_found(archive: Path, tmp_path: Path) -> None:
    census, told = Census(archive), []
    (index,) = streets.fetch_counties(
        ["37143"], 2020, census, lambda words, share: told.append((words, share)), tmp_path
    )
    assert census.asked == [
        "https://www2.census.gov/geo/tiger/TIGER2020/EDGES/tl_2020_37143_edges.zip"
    ]
    assert index.state == "NC"
    assert found(tmp_path, "105 E Market St") == "105 E Market St, NC 27944"
    assert told[-1][1] == 1.0
    streets.fetch_counties(["37143"], 2020, census, None, tmp_path)
    assert len(census.asked) == 1
    (one,) = streets.what_is_installed(tmp_path)
    assert (one.state, one.sources) == ("NC", ("TIGER/Line EDGES 2020",))
    assert [(part.name, part.vintage) for part in one.parts] == [("37143", "2020")]
    assert one.parts[0].words == "Perquimans County, NC: TIGER/Line EDGES"
    assert one.segments == len(index.segment_kind)


def test_progress_never_runs_backwards(shared_data: Path, tmp_path: Path) -> None:
    folder = shared_data / "geocoding"
    files = [
        folder / "tiger_nc37143" / "tl_2020_37143_edges.shp",
        folder / "tiger_mt30059" / "tl_2021_30059_addrfeat.shp",
    ]
    shares: list[float] = []
    streets.add_files(files, tmp_path, lambda _, share: shares.append(share))
    assert shares == sorted(shares)
    assert (shares[0], shares[-1]) == (0.0, 1.0)


def test_what_is_in_use_stays_when_something_goes_wrong(archive: Path, tmp_path: Path) -> None:
    streets.fetch_counties(["37143"], 2020, Census(archive), None, tmp_path)
    with pytest.raises(BoundaryError, match="did not send"):
        streets.fetch_counties(["37143", "37139"], 2020, Census(archive, ("down",)), None, tmp_path)
    with pytest.raises(GeocodeError, match="damaged"):
        streets.fetch_counties(["37139"], 2020, Census(archive, ("torn",)), None, tmp_path)
    assert found(tmp_path, "105 E Market St") == "105 E Market St, NC 27944"
    assert not [path for path in tmp_path.rglob("*") if path.suffix == ".zip"]


def test_a_broken_off_state_goes_on(archive: Path, tmp_path: Path) -> None:
    first = Census(archive, ("", "down"))
    with pytest.raises(BoundaryError):
        streets.fetch_counties(["37143", "37139"], 2020, first, None, tmp_path)
    second = Census(archive)
    streets.fetch_counties(["37143", "37139"], 2020, second, None, tmp_path)
    assert [url[-15:-10] for url in second.asked] == ["37139"]


def test_a_newer_vintage_takes_the_place_of_the_older(archive: Path, tmp_path: Path) -> None:
    streets.fetch_counties(["37143"], 2020, Census(archive), None, tmp_path)

    def newer(_url: str, target: Path) -> None:
        with zipfile.ZipFile(archive) as packed, zipfile.ZipFile(target, "w") as other:
            for one in packed.namelist():
                other.writestr(one.replace("2020", "2021"), packed.read(one))

    streets.fetch_counties(["37143"], 2021, newer, None, tmp_path)
    (one,) = streets.what_is_installed(tmp_path)
    assert one.sources == ("TIGER/Line EDGES 2021",)


def test_own_files_stand_beside(archive: Path, tmp_path: Path) -> None:
    streets.add_files([archive], tmp_path)
    table = pd.DataFrame({"s": ["Plugh St"], "n": ["12"], "x": ["-76.46"], "y": ["36.19"]})
    columns = street_sources.PointColumns(("s",), "n", lon="x", lat="y")
    own = street_sources.points(table, columns, "County address points")
    index = streets.add_segments(own, "NC", "points", tmp_path)
    assert index.meta["sources"] == ["County address points", "TIGER/Line EDGES 2020"]
    assert found(tmp_path, "12 Plugh St").startswith("12 Plugh St")
    assert found(tmp_path, "105 E Market St") == "105 E Market St, NC 27944"
    # Points without a county get the one they lie in.
    assert set(index.segment_county[index.segment_kind == street_segments.POINT]) == {37143}


@pytest.mark.parametrize(
    ("counties", "year", "words"),
    [
        (["37143"], 1999, "no such vintage"),
        (["09003"], 2023, "Connecticut"),
        (["3714"], 2020, "no county code"),
        (["99143"], 2020, "no county code"),
    ],
)
def test_what_cannot_be_is_refused(
    counties: list[str], year: int, words: str, tmp_path: Path
) -> None:
    with pytest.raises(BoundaryError, match=words):
        streets.fetch_counties(counties, year, Census(tmp_path), None, tmp_path)


def test_nothing_but_the_census_bureau_is_asked(tmp_path: Path) -> None:
    assert streets.address("37143", 2020).startswith(refresh.CENSUS)
    assert len(streets.counties_of("CT")) == 8  # the legacy counties
    with pytest.raises(BoundaryError, match="no such state"):
        streets.counties_of("ZZ")


def test_a_centerline_file_is_read(tmp_path: Path, shared_data: Path) -> None:
    edges = gpd.read_file(shared_data / "geocoding" / "tiger_nc37143" / f"{NAME}.shp")
    roads = edges[edges["FULLNAME"].notna()].to_crs(32119)
    roads.to_file(tmp_path / "roads.gpkg")
    columns = street_sources.CenterlineColumns(
        ("FULLNAME",), "LFROMADD", "LTOADD", "RFROMADD", "RTOADD", "ZIPL", "ZIPR"
    )
    own = street_sources.centerlines(
        street_sources.read_shapes(tmp_path / "roads.gpkg"), columns, "County roads"
    )
    streets.add_segments(own, "NC", "roads", tmp_path / "streets")
    assert found(tmp_path / "streets", "105 E Market St") == "105 E Market St, NC 27944"


def test_a_file_that_was_renamed_is_refused(archive: Path, tmp_path: Path) -> None:
    renamed = tmp_path / "tl_2020_30059_edges.zip"  # a county of Montana
    shutil.copy(archive, renamed)
    with pytest.raises(GeocodeError, match="lie in the county of the file's name"):
        streets.add_files([renamed], tmp_path / "streets")
    assert streets.what_is_installed(tmp_path / "streets") == []


def test_numbers_are_no_names_of_streets(tmp_path: Path) -> None:
    table = pd.DataFrame({"s": ["27944", "27985"], "n": ["12"] * 2, "x": ["-76.46"] * 2})
    columns = street_sources.PointColumns(("s",), "n", lon="x", lat="y")
    own = street_sources.points(table.assign(y="36.19"), columns, "p")
    with pytest.raises(GeocodeError, match="names in the column of streets are numbers"):
        streets.add_segments(own, "NC", "p", tmp_path)


def test_streets_that_were_read_and_not_indexed_are_told(
    archive: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As after a kill between the two."""
    streets.add_files([archive], tmp_path)
    table = pd.DataFrame({"s": ["Plugh St"], "n": ["12"], "x": ["-76.46"], "y": ["36.19"]})
    columns = street_sources.PointColumns(("s",), "n", lon="x", lat="y")
    own = street_sources.points(table, columns, "Points")
    with monkeypatch.context() as broken:
        broken.setattr(streets, "build", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            streets.add_segments(own, "NC", "points", tmp_path)
    told = [part.words for part in streets.what_is_installed(tmp_path)[0].parts]
    assert told[1] == "Points (not in use: work was stopped, load it again)"
    assert "not in use" not in told[0]
    streets.add_segments(own, "NC", "points", tmp_path)
    assert [part.waiting for part in streets.what_is_installed(tmp_path)[0].parts] == [False, False]


@pytest.mark.parametrize("fault", ["torn", "a byte"])
def test_what_was_kept_and_is_damaged_is_told(archive: Path, tmp_path: Path, fault: str) -> None:
    streets.add_files([archive], tmp_path)
    (part,) = (tmp_path / "parts" / "NC").glob("*.npz")
    whole = part.read_bytes()
    half = len(whole) // 2
    rest = b"" if fault == "torn" else bytes([whole[half] ^ 255]) + whole[half + 1 :]
    part.write_bytes(whole[:half] + rest)
    with pytest.raises(GeocodeError, match="damaged"):
        street_build.load_part(part)
