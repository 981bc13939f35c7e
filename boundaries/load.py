"""The shipped boundaries in memory, each read once and shared: change only a copy."""

import json
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, Final, TypeVar

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from boundaries import registry
from boundaries.topology import areas
from geo.errors import BoundaryError
from geo.geocoding.gazetteer import Gazetteer
from geo.locate import Locator
from geo.shore import county_or_nearest

_Content = TypeVar("_Content")

STRATEGY_STATES: Final = (
    "CT", "DC", "DE", "GA", "IL", "IN", "KY", "MA", "MD", "ME", "MI", "NC", "NH", "NJ", "NY", "OH",
    "PA", "RI", "SC", "TN", "VA", "VT", "WV",
)  # fmt: skip
"""The 22 states of the Heroin Response Strategy, and DC, which is shown with them."""


@cache
def counties() -> gpd.GeoDataFrame:
    """Counties and county equivalents of 2016, with the legacy counties of Connecticut.

    Returns
    -------
    GeoDataFrame
        Indexed by geoid, sorted, EPSG:4326: name ("Baltimore city"), kind, state (USPS code),
        statefp, land_km2, lon, lat (a point inside), timezone.
    """
    return _read(gpd.read_parquet, "counties.parquet").set_index("geoid")


@cache
def states() -> gpd.GeoDataFrame:
    """States, DC and island areas, dissolved from the counties.

    Returns
    -------
    GeoDataFrame
        Indexed by USPS code, sorted, EPSG:4326: name, statefp.
    """
    return _read(gpd.read_parquet, "states.parquet").set_index("usps")


@cache
def display_counties() -> gpd.GeoDataFrame:
    """Counties as the map draws them, simplified; for display only, never to place a point.

    Returns
    -------
    GeoDataFrame
        Indexed by geoid, sorted, EPSG:4326: name, state.
    """
    return areas(_read(_json, "counties.topo.json"), "counties")


@cache
def population_years() -> tuple[int, ...]:
    """Years with county population, oldest first."""
    return tuple(sorted(int(year) for year in population_table()["year"].unique()))


@cache
def population(year: int | None = None) -> pd.Series:
    """County population of a year, or of the nearest year there is.

    Parameters
    ----------
    year : int or None
        None: the newest.

    Returns
    -------
    Series of float
        Indexed by geoid, all counties; NaN where the source has none (the island areas). `attrs`
        holds the "year" and the "source" actually used, and in "carried" the counties whose number
        is of the nearest other year, as the source has none for this one (Connecticut's counties
        after 2021).
    """
    years = population_years()
    used = years[-1] if year is None else min(years, key=lambda one: (abs(one - year), -one))
    rows = population_table()
    rows = rows.assign(away=(rows["year"].astype("int64") - used).abs())
    rows = rows.sort_values(["away", "year"], kind="stable").drop_duplicates("geoid")
    rows = rows.set_index("geoid").reindex(counties().index)
    values = rows["population"].astype("float64")
    values.attrs = {
        "year": used,
        "source": str(rows.loc[rows["away"] == 0, "source"].iloc[0]),
        "carried": tuple(rows.index[rows["away"] > 0]),
    }
    return values


@cache
def places() -> pd.DataFrame:
    """Cities of 15,000 people and more, the largest first: name, state, lon, lat, population."""
    return _read(pd.read_parquet, "places.parquet")


@cache
def zips() -> pd.DataFrame:
    """ZIP codes: zip, city, state, geoid, lon, lat, timezone, kind, radius_m, county_share."""
    return _read(pd.read_parquet, "zips.parquet")


@cache
def locator() -> Locator:
    """Finder of the county that holds a point."""
    return Locator(counties().index.to_numpy(), counties().geometry.to_numpy())


def county_of(lon: ArrayLike, lat: ArrayLike) -> NDArray[np.str_]:
    """County of points, over water the nearest within 5 km; "" farther out."""
    return county_or_nearest(lon, lat, locator().locate)


@cache
def gazetteer() -> Gazetteer:
    """Points of ZIP codes, cities and counties."""
    return Gazetteer(
        zips=zips(),
        places=_read(pd.read_parquet, "zip_places.parquet"),
        counties=pd.DataFrame(counties().drop(columns="geometry")),
        zip_source=_named("zips.parquet"),
        county_source=_named("counties.parquet"),
    )


def _named(name: str) -> str:
    """Title and vintage of a shipped file, or of the newer one in use."""
    entry = registry.in_use(name)[1]
    return f"{entry.title}, {entry.vintage}"


@cache
def population_table() -> pd.DataFrame:
    """Every year of county population: geoid, year, population, source."""
    return _read(pd.read_parquet, "population.parquet")


def _json(path: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return content


def _read(reader: Callable[[Path], _Content], name: str) -> _Content:
    try:
        return reader(registry.in_use(name)[0])
    except (OSError, ValueError) as error:
        raise BoundaryError(
            f"The shipped boundary file {name} is missing or damaged.",
            "Restore the folder boundaries/data from the repository.",
        ) from error
