"""Checks on newer Census files: what came is either what was expected, or is refused."""

import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import geopandas as gpd
import pandas as pd
import shapely

from boundaries import load
from geo.errors import BoundaryError
from geo.geocoding.gazetteer import RECODED
from geo.geocoding.names import STATES

KEPT: Final = "The copy already in use stays in use."

_COUNTIES: Final = (3_130, 3_300)
_POPULATED: Final = (3_100, 3_200)
_PEOPLE: Final = (300e6, 400e6)
_UNPACKED_BYTES: Final = 500_000_000
_SPLIT: Final = {"02063": "02261", "02066": "02261"}  # Chugach, Copper River: of Valdez-Cordova
_CONNECTICUT_REGIONS: Final = frozenset(f"09{number}" for number in range(110, 200, 10))


def counties(path: Path, year: int) -> gpd.GeoDataFrame:
    """Read a zipped cartographic boundary file of counties into the columns of the shipped one.

    Parameters
    ----------
    path : Path
        cb_{year}_us_county_500k.zip.
    year : int
        Its vintage.

    Raises
    ------
    BoundaryError
        Count, codes or shapes are not as expected.
    """
    raw = _shapes(path, ("GEOID", "NAME", "STATEFP", "ALAND")).set_index("GEOID").sort_index()
    shipped = load.counties()
    _refuse_unless(_COUNTIES[0] <= len(raw) <= _COUNTIES[1], "The number of counties is wrong")
    _refuse_unless(raw.index.is_unique, "A county code occurs twice")
    if _CONNECTICUT_REGIONS & set(raw.index):
        raise BoundaryError(
            f"The {year} file has planning regions in place of Connecticut's counties, by which "
            "HIDTAs are designated.",
            f"Choose a year to 2021. {KEPT}",
        )
    explained = set(_SPLIT) | set(_SPLIT.values())
    changed = set(raw.index) ^ set(shipped.index)
    _refuse_unless(changed <= explained, "County codes changed in a way not known here")
    _refuse_unless(bool(raw.is_valid.all()), "Some shapes are not valid")
    _refuse_unless(
        bool(shapely.coverage_is_valid(raw.geometry.to_numpy())), "Neighboring counties overlap"
    )
    old = shipped.reindex(raw.index.map(lambda code: _SPLIT.get(code, code)))
    kind = old["kind"].where(~raw.index.isin(list(_SPLIT)), "Census Area").to_numpy()
    points = raw.representative_point()
    usps = {fips: code for code, (fips, _) in STATES.items()}
    table = gpd.GeoDataFrame(
        {
            "name": (raw["NAME"] + " " + pd.Series(kind, raw.index).fillna("")).str.strip(),
            "kind": kind,
            "state": raw["STATEFP"].map(usps),
            "statefp": raw["STATEFP"],
            "land_km2": raw["ALAND"] / 1e6,
            "lon": points.x.round(6),
            "lat": points.y.round(6),
            "timezone": old["timezone"].to_numpy(),
        },
        geometry=raw.geometry.set_crs(4326, allow_override=True),
    )
    table.index.name = "geoid"
    return table.reset_index()


def population(path: Path, year: int) -> pd.DataFrame:
    """Read co-est{year}-alldata.csv and join it to the years already held.

    Connecticut's planning regions are left out: they cannot be made into its counties.

    Raises
    ------
    BoundaryError
        A column is missing, or counts and totals are not as expected.
    """
    try:
        raw = pd.read_csv(path, encoding="latin-1", dtype={"STATE": str, "COUNTY": str})
    except (ValueError, OSError) as error:
        raise BoundaryError("The file that came is not a table.", KEPT) from error
    columns = [name for name in raw.columns if str(name).startswith("POPESTIMATE")]
    named = {"STATE", "COUNTY"} <= set(raw.columns)
    _refuse_unless(named and f"POPESTIMATE{year}" in columns, "A column is missing")
    codes = raw["STATE"].str.zfill(2) + raw["COUNTY"].str.zfill(3)
    raw = raw.assign(geoid=codes)[~codes.str.endswith("000")]
    _refuse_unless(_POPULATED[0] <= len(raw) <= _POPULATED[1], "The number of counties is wrong")
    totals = raw[columns].sum()
    _refuse_unless(bool(totals.between(*_PEOPLE).all()), "The national total is out of range")
    raw = raw[~raw["geoid"].isin(_CONNECTICUT_REGIONS)]
    known = set(load.counties().index)
    merged = dict(RECODED) | {new: old for new, old in _SPLIT.items() if old in known}
    raw = raw.assign(geoid=raw["geoid"].replace(merged))
    _refuse_unless(set(raw["geoid"]) <= known, "County codes changed in a way not known here")
    long = raw.groupby("geoid")[columns].sum().reset_index()
    long = long.melt("geoid", columns, "year", "population")
    long["year"] = long["year"].str[-4:].astype("int16")
    long["population"] = long["population"].astype("int32")
    long["source"] = f"Census co-est{year}"
    held = load.population_table()
    held = held[~held["year"].isin(long["year"].unique())]
    return pd.concat([held, long]).sort_values(["geoid", "year"], ignore_index=True)


def roads(path: Path, year: int) -> gpd.GeoDataFrame:
    """Read a zipped TIGER/Line file of primary roads and keep the interstates.

    Returns
    -------
    GeoDataFrame
        EPSG:4326: corridor ("I-95"), one row each, sorted.

    Raises
    ------
    BoundaryError
        The file holds no interstates, or too few.
    """
    del year  # the file tells the same columns in every year
    raw = _shapes(path, ("FULLNAME", "RTTYP"))
    raw = raw[raw["RTTYP"] == "I"]
    name = raw["FULLNAME"].str.extract(r"^I-\s*(\d+[A-Z]?)", expand=False)
    raw = raw.assign(corridor="I-" + name)[name.notna()]
    _refuse_unless(raw["corridor"].nunique() >= 60, "There are too few interstates")
    lines = raw[["corridor", "geometry"]].dissolve("corridor").reset_index()
    return lines.set_crs(4326, allow_override=True)


def _refuse_unless(good: bool, what: str) -> None:  # noqa: FBT001 (reads as a sentence)
    if not good:
        raise BoundaryError(f"{what} in the file that came.", KEPT)


def _shapes(path: Path, columns: tuple[str, ...]) -> gpd.GeoDataFrame:
    with _unpacked(path) as shapefile:
        try:
            raw = gpd.read_file(shapefile, encoding="utf-8")
        except (ValueError, OSError, RuntimeError) as error:
            raise BoundaryError("The file that came cannot be read.", KEPT) from error
    _refuse_unless(set(columns) <= set(raw.columns), "A column is missing")
    return raw


@contextmanager
def _unpacked(path: Path) -> Iterator[Path]:
    """Unpack the one shapefile of a zip into a folder that goes away."""
    with TemporaryDirectory() as folder:
        try:
            with zipfile.ZipFile(path) as archive:
                parts = [
                    part
                    for part in archive.infolist()
                    if Path(part.filename).suffix.lower() in {".shp", ".shx", ".dbf", ".prj"}
                ]
                total = sum(part.file_size for part in parts)
                _refuse_unless(total <= _UNPACKED_BYTES, "There is far too much")
                for part in parts:  # under a name of ours: theirs may point elsewhere
                    target = Path(folder) / f"shapes{Path(part.filename).suffix.lower()}"
                    target.write_bytes(archive.read(part))
        except zipfile.BadZipFile as error:
            raise BoundaryError("The file that came is not a zip file.", KEPT) from error
        shapefile = Path(folder) / "shapes.shp"
        _refuse_unless(shapefile.is_file(), "There is no shapefile")
        yield shapefile
