"""Newer vintages: against a server on this machine that sends good and bad files."""

import http.server
import threading
import zipfile
from functools import partial
from urllib.parse import urlsplit

import numpy as np
import pandas as pd
import pytest
import shapely

from boundaries import incoming, load, refresh, registry
from geo.errors import BoundaryError


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """An empty data folder of a user."""
    monkeypatch.setenv("HRS_ATLAS_DATA", str(tmp_path / "user"))
    registry.in_use.cache_clear()
    yield tmp_path / "user" / "boundaries"
    registry.in_use.cache_clear()


@pytest.fixture
def server(tmp_path):
    """Address and folder of a web server on this machine."""
    root = tmp_path / "www"
    root.mkdir()

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_):
            pass

        def do_GET(self):
            if self.path.endswith("moved"):
                self.send_response(302)
                self.send_header("Location", "/there")
                self.end_headers()
            elif self.path.endswith("broken"):
                self.send_response(200)
                self.send_header("Content-Length", "500000")
                self.end_headers()
                self.wfile.write(b"x" * 1000)
            else:
                super().do_GET()

    with http.server.ThreadingHTTPServer(
        ("127.0.0.1", 0), partial(Quiet, directory=str(root))
    ) as running:
        thread = threading.Thread(target=running.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{running.server_port}", root
        running.shutdown()
        thread.join()


@pytest.fixture
def fetch(server):
    """Like `refresh.download`, with the Census Bureau's server played by ours."""
    base, _ = server

    def from_here(url, target):
        name = urlsplit(url).path.rsplit("/", 1)[-1]
        refresh.download(f"{base}/{name}", target, frozenset({base}))

    return from_here


def population_file(path, year=2021, *, change=None):
    """A file of the Census Bureau's form, from the shipped 2019 numbers plus one percent."""
    people = load.population(2019).dropna()
    table = pd.DataFrame({"STATE": people.index.str[:2], "COUNTY": people.index.str[2:]})
    table["CTYNAME"] = "x" * 40
    table[f"POPESTIMATE{year - 1}"] = people.to_numpy().astype(int)
    table[f"POPESTIMATE{year}"] = np.round(people.to_numpy() * 1.01).astype(int)
    states = table.groupby("STATE", as_index=False).sum(numeric_only=True).assign(COUNTY="000")
    table = pd.concat([states, table], ignore_index=True)
    if change is not None:
        table = change(table)
    table.to_csv(path, index=False, encoding="latin-1")


def counties_file(path, *, change=None):
    """A zipped shapefile of the Census Bureau's form, from the shipped counties."""
    table = load.counties()
    bare = [n.removesuffix(k).strip() for n, k in zip(table["name"], table["kind"], strict=True)]
    raw = table[["geometry"]].assign(
        GEOID=table.index, NAME=bare, STATEFP=table["statefp"], ALAND=table["land_km2"] * 1e6
    )
    if change is not None:
        raw = change(raw)
    made = path.parent / "made"
    made.mkdir()
    raw.reset_index(drop=True).to_file(made / "counties.shp", encoding="utf-8")
    with zipfile.ZipFile(path, "w") as archive:
        for part in made.iterdir():
            archive.write(part, f"../{part.name}")


def test_population_is_fetched_checked_and_used(folder, server, fetch):
    population_file(server[1] / "co-est2021-alldata.csv")
    said = refresh.refresh("population", 2021, fetch)
    assert "2021" in said
    path, entry = registry.in_use("population.parquet")
    assert path.parent == folder
    assert entry.vintage == "2021"
    table = pd.read_parquet(path)
    assert sorted(table["year"].unique()) == list(range(2010, 2022))
    cook = table[table["geoid"] == "17031"].set_index("year")["population"]
    assert cook[2019] == 5_150_233  # Census, vintage 2019
    assert cook[2021] == 5_201_735  # one percent more
    assert [p.name for p in folder.iterdir() if p.is_dir()] == []


def test_counties_are_fetched_checked_and_used(folder, server, fetch):
    counties_file(server[1] / "cb_2018_us_county_500k.zip")
    refresh.refresh("counties", 2018, fetch)
    path, _ = registry.in_use("counties.parquet")
    assert path.parent == folder
    columns = ["name", "kind", "state", "timezone", "land_km2"]
    table = pd.read_parquet(path, columns=["geoid", *columns]).set_index("geoid")
    pd.testing.assert_frame_equal(
        table, pd.DataFrame(load.counties()[columns]), check_dtype=False, rtol=1e-6
    )


def drop_rows(table):
    return table.iloc[:-200]


def rename_column(table):
    return table.rename(columns={"POPESTIMATE2021": "POPULATION"})


def triple(table):
    return table.assign(POPESTIMATE2021=table["POPESTIMATE2021"] * 3)


def strange_code(table):
    return table.assign(COUNTY=table["COUNTY"].replace("031", "931"))


@pytest.mark.parametrize("change", [drop_rows, rename_column, triple, strange_code])
def test_a_wrong_population_file_changes_nothing(folder, server, fetch, change):
    population_file(server[1] / "co-est2021-alldata.csv", change=change)
    with pytest.raises(BoundaryError, match=incoming.KEPT):
        refresh.refresh("population", 2021, fetch)
    assert registry.in_use("population.parquet")[0].parent == registry.DATA
    assert not (folder / "population.parquet").exists()


def overlap(table):
    table = table.copy()
    table.loc["09001", "geometry"] = shapely.box(-74, 41, -72.5, 42)
    return table


def regions(table):
    return table.assign(GEOID=table["GEOID"].replace("09001", "09110"))


@pytest.mark.parametrize("change", [overlap, regions, drop_rows])
def test_a_wrong_county_file_changes_nothing(folder, server, fetch, change):
    counties_file(server[1] / "cb_2022_us_county_500k.zip", change=change)
    with pytest.raises(BoundaryError, match=incoming.KEPT):
        refresh.refresh("counties", 2022, fetch)
    assert registry.in_use("counties.parquet")[0].parent == registry.DATA
    assert list(folder.iterdir()) == []


def test_connecticut_regions_are_left_out_and_carried(folder, server, fetch):
    def change(table):
        number = table["COUNTY"].astype(int)
        county = (table["STATE"] == "09") & (number > 0)
        return table.assign(
            COUNTY=table["COUNTY"].mask(county, (100 + 10 * (number + 1) // 2).astype(str))
        )

    population_file(server[1] / "co-est2023-alldata.csv", 2023, change=change)
    refresh.refresh("population", 2023, fetch)
    load.population_table.cache_clear()
    load.population_years.cache_clear()
    load.population.cache_clear()
    try:
        newest = load.population()
        assert newest.attrs["year"] == 2023
        assert set(newest.attrs["carried"]) == {f"09{n:03}" for n in range(1, 16, 2)}
        assert newest["09001"] == load.population(2019)["09001"]
    finally:
        load.population_table.cache_clear()
        load.population_years.cache_clear()
        load.population.cache_clear()


def test_not_a_zip_too_small_and_missing(folder, server, fetch):
    (server[1] / "cb_2018_us_county_500k.zip").write_bytes(b"<html>" * 30_000)
    (server[1] / "co-est2021-alldata.csv").write_bytes(b"tiny")
    for what, year in (("counties", 2018), ("population", 2021), ("population", 2022)):
        with pytest.raises(BoundaryError, match=incoming.KEPT):
            refresh.refresh(what, year, fetch)
    assert list(folder.iterdir()) == []


def test_a_file_that_changed_at_its_address_is_refused(folder, server, fetch):
    population_file(server[1] / "co-est2021-alldata.csv")
    refresh.refresh("population", 2021, fetch)
    refresh.refresh("population", 2021, fetch)  # the same bytes again are fine
    population_file(server[1] / "co-est2021-alldata.csv", change=lambda t: t.assign(more=1))
    with pytest.raises(BoundaryError, match="not the one fetched before"):
        refresh.refresh("population", 2021, fetch)


def test_a_damaged_copy_is_not_used(folder, server, fetch):
    population_file(server[1] / "co-est2021-alldata.csv")
    refresh.refresh("population", 2021, fetch)
    (folder / "population.parquet").write_bytes(b"damaged")
    registry.in_use.cache_clear()
    assert registry.in_use("population.parquet")[0].parent == registry.DATA


def test_only_the_census_is_asked_and_no_redirect_followed(server, tmp_path):
    base, root = server
    (root / "there").write_bytes(b"x")
    target = tmp_path / "file"
    with pytest.raises(BoundaryError, match="not one that may be asked"):
        refresh.download(f"{base}/there", target)
    for name in ("moved", "broken", "nothing"):
        with pytest.raises(BoundaryError):
            refresh.download(f"{base}/{name}", target, frozenset({base}))


def test_what_there_is_to_refresh():
    for what in refresh.KINDS:
        assert refresh.address(what, 2021).startswith(refresh.CENSUS)
    with pytest.raises(BoundaryError):
        refresh.refresh("tracts", 2021)
    with pytest.raises(BoundaryError):
        refresh.refresh("population", 1990)
