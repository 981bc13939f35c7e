"""ZIP codes and cities as points with a radius: made at build time from the zipcodes package."""

from collections.abc import Hashable
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from geo.geocoding.names import county_base_key, county_key, mapped, place_key
from geo.locate import Locator

Floats = NDArray[np.float64]

_NEAREST: Final = 6  # neighbors a ZIP code has in an even pattern
_OF_SPACING: Final = 0.7  # holds nine in ten of 7,500 hospitals and 11,300 deaths (docs/data.md)
_SAME_TOWN_M: Final = 15_000.0
_LEAST_RADIUS_M: Final = 500.0
_EARTH_M: Final = 6_371_008.8
_DISC: Final = 48  # points spread over a disc to find the share of it in a county
_KINDS: Final = {"STANDARD": "standard", "PO BOX": "po_box", "UNIQUE": "unique"}


def zip_table(raw: pd.DataFrame, counties: gpd.GeoDataFrame, locator: Locator) -> pd.DataFrame:
    """ZIP codes that have coordinates, sorted, with their county and how far off they may be.

    Parameters
    ----------
    raw : DataFrame
        `zipcodes.list_all()`: text columns zip_code, zip_code_type, city, acceptable_cities,
        state, county, timezone, lat, long.
    counties : GeoDataFrame
        Indexed by geoid, with name, state, lon, lat.
    locator : Locator
        Finds the county of a point.

    Returns
    -------
    DataFrame
        zip, city, state, geoid, lon, lat, timezone, kind, radius_m (0.7 of the median distance
        to the six nearest delivery ZIP codes), county_share (share of the disc of that radius that
        lies in the county; an estimate, as ZIP codes have no borders) and cities (all names).
    """
    lon, lat = raw["long"].astype(float), raw["lat"].astype(float)
    keep = ((lon != 0) | (lat != 0)) & raw["zip_code_type"].isin(_KINDS)
    keep &= raw["state"].isin(counties["state"])
    raw = raw[keep].sort_values("zip_code", ignore_index=True)
    lon, lat = raw["long"].astype(float).to_numpy(), raw["lat"].astype(float).to_numpy()
    here = locator.locate(lon, lat)
    named = _named_county(raw, counties)
    geoid = np.where(named != "", named, here)
    radius = _radius(lon, lat, (raw["zip_code_type"] == "STANDARD").to_numpy())
    cities = [
        [one, *others] for one, others in zip(raw["city"], raw["acceptable_cities"], strict=True)
    ]
    return pd.DataFrame(
        {
            "zip": raw["zip_code"],
            "city": raw["city"],
            "state": raw["state"],
            "geoid": geoid,
            "lon": lon,
            "lat": lat,
            "timezone": raw["timezone"],
            "kind": raw["zip_code_type"].map(_KINDS),
            "radius_m": radius.round(-1),
            "county_share": _share(lon, lat, radius, geoid, locator).round(2),
            "cities": cities,
        }
    )


def place_table(zips: pd.DataFrame, towns: pd.DataFrame, locator: Locator) -> pd.DataFrame:
    """Cities and towns by state, as points with a radius.

    Parameters
    ----------
    zips : DataFrame
        From `zip_table`.
    towns : DataFrame
        Populated places: name, state, lon, lat, population; the largest first.
    locator : Locator
        Finds the county of a point.

    Returns
    -------
    DataFrame
        key (of the name), state, city, lon, lat, geoid, radius_m and county_share, sorted by state
        and key. The point is the populated place of that name near the city's ZIP codes, else the
        middle one of its ZIP codes; the radius reaches nine in ten of them; county_share is the
        share of them in the county.
    """
    rows = zips[zips["geoid"] != ""].explode("cities").rename(columns={"cities": "name"})
    rows["key"] = mapped(rows["name"], place_key)
    rows = rows[rows["key"] != ""]
    # The name on most of the mail counts before other accepted names, delivery before boxes.
    rows["rank"] = 2 * (rows["name"] != rows["city"]) + (rows["kind"] != "standard")
    best = rows.groupby(["state", "key"])["rank"].transform("min")
    rows = rows[rows["rank"] == best]
    towns = towns.assign(key=mapped(towns["name"], place_key))
    towns["geoid"] = locator.locate(towns["lon"], towns["lat"])
    towns = towns[(towns["key"] != "") & (towns["geoid"] != "")]
    towns = towns.drop_duplicates(["state", "key"]).set_index(["state", "key"])
    centers = towns[["lon", "lat", "geoid"]].to_dict("index")
    groups = rows.groupby(["state", "key"])
    places = pd.DataFrame([_place(key, group, centers.get(key)) for key, group in groups])
    known = pd.MultiIndex.from_frame(places[["state", "key"]])
    more = towns[~towns.index.isin(known)].reset_index()
    more = more.assign(
        city=more["name"], radius_m=_town_radius(more["population"]), county_share=1.0
    )
    return (
        pd.concat([places, more[places.columns]])
        .sort_values(["state", "key"])
        .reset_index(drop=True)
    )


def _place(
    key: tuple[str, str], group: pd.DataFrame, center: dict[Hashable, Any] | None
) -> dict[str, object]:
    """One city from its ZIP codes and, when it is near them, the populated place of its name."""
    votes = group["geoid"].value_counts(sort=False).sort_index()
    geoid = votes.idxmax()
    lon, lat = group["lon"].to_numpy(), group["lat"].to_numpy()
    apart = _distance(lon[:, None], lat[:, None], lon[None, :], lat[None, :])
    inside = (group["geoid"] == geoid).to_numpy()
    middle = np.flatnonzero(inside)[apart.sum(axis=1)[inside].argmin()]
    at_lon, at_lat, away = lon[middle], lat[middle], apart[middle]
    if center is not None:
        from_center = _distance(lon, lat, center["lon"], center["lat"])
        if from_center.min() <= _SAME_TOWN_M:
            at_lon, at_lat, away = center["lon"], center["lat"], from_center
            geoid = center["geoid"]
    reach = float(np.quantile(away, 0.9)) + float(group["radius_m"].median())
    return {
        "key": key[1],
        "state": key[0],
        "city": group["name"].iloc[0],
        "lon": at_lon,
        "lat": at_lat,
        "geoid": geoid,
        "radius_m": round(reach, -1),
        "county_share": round(float(votes.get(geoid, 0) / votes.sum()), 2),
    }


def _town_radius(population: pd.Series) -> pd.Series:
    """Radius of a town of 1,000 people per square kilometre, at least 2 km."""
    return np.sqrt(population / (1000 * np.pi)).mul(1000).clip(lower=2000).round(-1)


def _named_county(raw: pd.DataFrame, counties: gpd.GeoDataFrame) -> NDArray[np.str_]:
    """Geoid of the county the source names, "" where the name is missing or unknown."""
    table: dict[tuple[str, str], str] = {}
    for geoid, name, state in zip(counties.index, counties["name"], counties["state"], strict=True):
        table[state, county_key(name)] = geoid
        table.setdefault((state, county_base_key(name)), geoid)
    full, base = mapped(raw["county"], county_key), mapped(raw["county"], county_base_key)
    return np.array(
        [
            table.get((state, one), table.get((state, two), ""))
            for state, one, two in zip(raw["state"], full, base, strict=True)
        ]
    )


def _radius(lon: Floats, lat: Floats, delivery: NDArray[np.bool_]) -> Floats:
    """0.7 of the median distance to the six nearest delivery ZIP codes, in metres."""
    tree = cKDTree(_on_sphere(lon[delivery], lat[delivery]))
    chord, _ = tree.query(_on_sphere(lon, lat), k=_NEAREST + 1)
    itself = chord[:, 0] * _EARTH_M < 1
    nearest = np.where(itself[:, None], chord[:, 1:], chord[:, :-1])
    radius: Floats = np.median(nearest, axis=1) * _EARTH_M * _OF_SPACING
    return np.maximum(radius, _LEAST_RADIUS_M)


def _share(
    lon: Floats, lat: Floats, radius_m: Floats, geoid: NDArray[np.str_], locator: Locator
) -> Floats:
    """Share of the land in a disc around each point that lies in the county given."""
    k = np.arange(_DISC)  # sunflower pattern: even over the disc
    reach, angle = np.sqrt((k + 0.5) / _DISC), k * np.pi * (3 - np.sqrt(5))
    north = np.degrees(radius_m[:, None] * reach * np.sin(angle) / _EARTH_M)
    east = np.degrees(radius_m[:, None] * reach * np.cos(angle) / _EARTH_M)
    east = east / np.cos(np.radians(lat))[:, None]
    found = locator.locate((lon[:, None] + east).ravel(), (lat[:, None] + north).ravel())
    found = found.reshape(-1, _DISC)
    land = (found != "").sum(axis=1)
    inside = (found == geoid[:, None]).sum(axis=1)
    return np.where(land > 0, inside / np.maximum(land, 1), 1.0)


def _on_sphere(lon: Floats, lat: Floats) -> Floats:
    x, y = np.radians(lon), np.radians(lat)
    return np.column_stack([np.cos(y) * np.cos(x), np.cos(y) * np.sin(x), np.sin(y)])


def _distance(lon_a: Floats, lat_a: Floats, lon_b: Floats, lat_b: Floats) -> Floats:
    """Great-circle distance in metres (haversine)."""
    a, b = np.radians(lat_a), np.radians(lat_b)
    half = np.sin((b - a) / 2) ** 2
    half = half + np.cos(a) * np.cos(b) * np.sin(np.radians(lon_b - lon_a) / 2) ** 2
    distance: Floats = 2 * _EARTH_M * np.arcsin(np.sqrt(half))
    return distance
