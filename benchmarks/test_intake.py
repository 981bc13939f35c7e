"""A million lines of CSV typed, placed, compared and kept, beside reading and joining them."""

from importlib.metadata import version

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest

from boundaries import load
from boundaries.intake import Request, bring_in
from geo.schema import GEOID
from geo.store import open_store

LINES = 1_000_000


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    """Twelve columns as an ambulance service would export them, around county middles."""
    rng = np.random.default_rng(0)
    counties = load.counties()
    counties = counties[~counties["state"].isin(["AK", "HI", "AS", "GU", "MP", "PR", "VI"])]
    middle = counties[["lon", "lat"]].to_numpy()[rng.integers(0, len(counties), LINES)]
    lon, lat = np.round(middle + rng.normal(0, 0.1, middle.shape), 6).T
    minutes = rng.integers(0, 2500 * 1440, LINES)
    when = pd.Timestamp("2015-01-01") + pd.to_timedelta(minutes, unit="m")

    def one_of(*words):
        return np.array(words)[rng.integers(0, len(words), LINES)]

    table = pd.DataFrame(
        {
            "Case Number": [f"E{number:07}" for number in range(LINES)],
            "Incident Date": when.strftime("%m/%d/%Y"),
            "Incident Time": when.strftime("%H:%M"),
            "Latitude": lat,
            "Longitude": lon,
            "Suspected Drug": one_of("Heroin", "Fentanyl", "Cocaine and heroin", "Meth", ""),
            "Outcome": one_of("Fatal", "Non-fatal"),
            "Naloxone": one_of("Y", "N", ""),
            "Age": rng.integers(15, 90, LINES),
            "Sex": one_of("M", "F"),
            "Agency": one_of(*(f"Agency {number}" for number in range(300))),
            "City": one_of("", "Springfield"),
        }
    )
    path = tmp_path_factory.mktemp("intake") / "calls.csv"
    table.to_csv(path, index=False)
    return path


def test_a_million_lines_into_the_store(beside, file, tmp_path):
    folders = iter(tmp_path / str(number) for number in range(100))
    load.locator()
    load.gazetteer()

    def ours():
        folder = next(folders)
        bring_in(Request(file, file.name, folder, source="EMS"))
        return folder

    def theirs():
        table = pd.read_csv(file, parse_dates=["Incident Date"], date_format="%m/%d/%Y")
        places = gpd.points_from_xy(table["Longitude"], table["Latitude"], crs=4326)
        frame = gpd.GeoDataFrame(table, geometry=places)
        return gpd.sjoin(frame, load.counties()[["geometry"]], predicate="intersects", how="left")

    folder, joined = beside(
        "1M lines of CSV into the store",
        ours,
        peer=f"pandas {pd.__version__} read_csv, geopandas {version('geopandas')} sjoin",
        theirs=theirs,
        within_s=60,
        within_mb=2000,
        note="The peers read and join; they type no drugs, check no coordinates, keep nothing.",
    )
    table = open_store(folder).records("EMS").table
    first = joined[~joined.index.duplicated()]["geoid"].fillna("").to_numpy(str)
    inside = first != ""  # outside all counties we go on to the shore or the city
    assert (table[GEOID].to_numpy(str) == first)[inside].mean() > 0.99999
    assert len(table) == LINES


def test_a_million_restated_lines(beside, file, tmp_path):
    folders = iter(tmp_path / str(number) for number in range(100))
    restated = tmp_path / "restated.csv"
    restated.write_bytes(file.read_bytes().replace(b",Meth,", b",Fentanyl,"))

    def prepare():
        folder = next(folders)
        bring_in(Request(file, file.name, folder, source="EMS"))
        return folder

    ready = [prepare() for _ in range(2)]  # one is measured for memory, one for time
    rest = iter(ready)
    done, _ = beside(
        "1M restated lines into the store",
        lambda: bring_in(Request(restated, file.name, next(rest), source="EMS")).done,
        within_s=60,
        within_mb=2000,
        note="Compared cell by cell with the million lines that were there.",
    )
    meth = file.read_bytes().count(b",Meth,")
    assert (done.added, done.changed, done.same) == (0, meth, LINES - meth)
