"""Synthetic incidents to try the product on: seeded, invented, and with clusters we planted.

Overdoses follow county population in the strategy's 22 states, with a little noise; seizures follow
the schematic corridors and population. `PLANTED` says where the risk was raised and which test is
meant to find it; it travels with the files as demo_planted.json.
"""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from boundaries import corridors, load, registry

SEED: Final = 20260101
OVERDOSES: Final = 20_000
SEIZURES: Final = 4_000
DAYS: Final = pd.date_range("2024-01-01", "2025-12-31")
FILES: Final = ("demo_overdoses.csv", "demo_seizures.csv")
MANIFEST: Final = "demo_planted.json"


@dataclass(frozen=True)
class Planted:
    """A cluster we planted: counties whose risk was raised, or a spot with extra incidents.

    `found_by` names the test that ought to find it: "counts" (Gi* on counts), "adjusted" (the
    population-adjusted test: few people, high risk) or "points" (hexagons and density).
    """

    name: str
    found_by: str
    geoids: tuple[str, ...] = ()
    factor: float = 1.0
    lon: float = 0.0
    lat: float = 0.0
    radius_m: float = 0.0
    events: int = 0


PLANTED: Final = (
    Planted("Around Baltimore", "counts", ("24510", "24005", "24003", "24025"), 3.0),
    Planted("Southwest Connecticut", "counts", ("09001", "09009"), 3.0),
    Planted("Southern West Virginia", "adjusted",
            ("54045", "54059", "54109", "54005", "54047", "54081"), 6.0),
    Planted("South central Ohio", "adjusted", ("39145", "39001", "39131", "39079", "39087"), 5.0),
    Planted("One square mile of Columbus", "points",
            lon=-82.985, lat=39.975, radius_m=700, events=140),
    Planted("One square mile of Richmond", "points",
            lon=-77.450, lat=37.530, radius_m=700, events=90),
)  # fmt: skip

_DRUGS: Final = (
    ("Fentanyl", 0.38), ("Fentanyl; Cocaine", 0.14), ("Heroin", 0.12), ("Heroin; Fentanyl", 0.1),
    ("Fentanyl; Xylazine", 0.07), ("Methamphetamine", 0.06), ("Fentanyl; Methamphetamine", 0.06),
    ("Oxycodone", 0.04), ("Alprazolam", 0.03),
)  # fmt: skip


def files() -> list[tuple[str, bytes]]:
    """Return the two demo files, (name, bytes), checked against the manifest."""
    return [(name, registry.read_bytes(name)) for name in FILES]


def write(out: Path) -> None:
    """Draw the demo anew from the shipped boundaries; the same bytes each time."""
    rng = np.random.default_rng(SEED)
    states = set(load.STRATEGY_STATES) - {"DC"}
    counties = load.counties()
    counties = counties[counties["state"].isin(states)]
    overdoses = _overdoses(rng, counties)
    seizures = _seizures(rng, counties)
    for name, table in zip(FILES, (overdoses, seizures), strict=True):
        table.to_csv(out / name, index=False, lineterminator="\n")
    planted = json.dumps([asdict(p) for p in PLANTED], indent=2) + "\n"
    (out / MANIFEST).write_text(planted, encoding="utf-8")


def _overdoses(rng: np.random.Generator, counties: pd.DataFrame) -> pd.DataFrame:
    population = load.population(2019).reindex(counties.index).to_numpy(float)
    risk = population * rng.lognormal(0, 0.15, len(population))
    for planted in PLANTED:
        risk[counties.index.isin(planted.geoids)] *= planted.factor
    spots = [p for p in PLANTED if p.events]
    scattered = OVERDOSES - sum(p.events for p in spots)
    where = rng.choice(len(counties), scattered, p=risk / risk.sum())
    lon, lat = _points_in(rng, counties, where)
    for spot in spots:
        reach = spot.radius_m * np.sqrt(rng.random(spot.events)) / 111_195  # degrees of latitude
        angle = rng.random(spot.events) * 2 * np.pi
        lat = np.append(lat, spot.lat + reach * np.sin(angle))
        lon = np.append(lon, spot.lon + reach * np.cos(angle) / np.cos(np.radians(spot.lat)))
    fatal = rng.random(len(lon)) < 0.28
    return _placed_table(rng, lon, lat, "OD").assign(
        Outcome=np.where(fatal, "Fatal", "Nonfatal"),
        Naloxone=rng.choice(["Yes", "No", "Unknown"], len(lon), p=[0.55, 0.3, 0.15]),
        **{"Suspected drugs": _drugs(rng, len(lon))},
    )


def _seizures(rng: np.random.Generator, counties: pd.DataFrame) -> pd.DataFrame:
    population = load.population(2019).reindex(counties.index).to_numpy(float)
    near_roads = int(SEIZURES * 0.6)
    roads = corridors.lines().geometry.to_numpy()
    on_road = roads[rng.integers(0, len(roads), near_roads * 3)]
    along = np.array(
        [
            (p.x, p.y)
            for road, t in zip(on_road, rng.random(len(on_road)), strict=True)
            for p in (road.interpolate(t, normalized=True),)
        ]
    )
    along += rng.normal(0, 0.03, along.shape)
    inside = np.isin(load.locator().locate(along[:, 0], along[:, 1]), counties.index)
    along = along[inside][:near_roads]
    where = rng.choice(len(counties), SEIZURES - len(along), p=population / population.sum())
    lon, lat = _points_in(rng, counties, where)
    lon, lat = np.append(along[:, 0], lon), np.append(along[:, 1], lat)
    table = _placed_table(rng, lon, lat, "SZ")
    table = table.rename(columns={"Incident ID": "Seizure ID", "Incident date": "Seizure date"})
    return table.assign(
        **{"Drug type": _drugs(rng, len(lon))},
        Quantity=np.round(rng.lognormal(2.5, 1.4, len(lon)), 2),
        Unit="GM",
    )


def _placed_table(
    rng: np.random.Generator,
    lon: NDArray[np.float64],
    lat: NDArray[np.float64],
    prefix: str,
) -> pd.DataFrame:
    """Make rows as an agency would send them: one in ten without coordinates, some by ZIP only."""
    order = rng.permutation(len(lon))
    lon, lat, day = lon[order], lat[order], np.sort(rng.choice(DAYS, len(lon)))
    geoid = load.locator().locate(lon, lat)
    counties = load.counties()
    coarse = rng.random(len(lon))
    zips = load.zips().groupby("geoid")["zip"].agg(list)
    names = counties["name"].reindex(geoid).to_numpy()
    return pd.DataFrame(
        {
            "Incident ID": [f"{prefix}-{i:05d}" for i in range(1, len(lon) + 1)],
            "Incident date": pd.Series(day).dt.strftime("%m/%d/%Y"),
            "Latitude": [f"{v:.5f}" if c > 0.1 else "" for v, c in zip(lat, coarse, strict=True)],
            "Longitude": [f"{v:.5f}" if c > 0.1 else "" for v, c in zip(lon, coarse, strict=True)],
            "County": names,
            "State": counties["state"].reindex(geoid).to_numpy(),
            "ZIP": [
                str(rng.choice(zips[g])) if g in zips.index and c > 0.02 else ""
                for g, c in zip(geoid, coarse, strict=True)
            ],
        }
    )


def _points_in(
    rng: np.random.Generator, counties: pd.DataFrame, where: NDArray[np.int_]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Draw a point in each county of `where`: two thirds near its towns, the rest anywhere."""
    places = load.places()
    home = load.locator().locate(places["lon"].to_numpy(), places["lat"].to_numpy())
    by_county = places.assign(geoid=home).groupby("geoid")
    lon, lat = np.empty(len(where)), np.empty(len(where))
    for position in np.unique(where):
        geoid = counties.index[position]
        rows = np.flatnonzero(where == position)
        towns = by_county.get_group(geoid) if geoid in by_county.groups else places.head(0)
        lon[rows], lat[rows] = _in_one_county(rng, counties.loc[geoid], geoid, towns, len(rows))
    return lon, lat


def _in_one_county(
    rng: np.random.Generator, county: pd.Series, geoid: str, towns: pd.DataFrame, wanted: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    west, south, east, north = county.geometry.bounds
    tries = 60 * wanted + 200
    lon, lat = rng.uniform(west, east, tries), rng.uniform(south, north, tries)
    if len(towns):
        near = rng.random(tries) < 2 / 3
        share = towns["population"].to_numpy(float)
        town = towns.iloc[rng.choice(len(towns), int(near.sum()), p=share / share.sum())]
        spread = np.clip(0.012 * np.sqrt(town["population"].to_numpy() / 20_000), 0.012, 0.07)
        lon[near] = town["lon"].to_numpy() + rng.normal(0, 1, int(near.sum())) * spread * 1.3
        lat[near] = town["lat"].to_numpy() + rng.normal(0, 1, int(near.sum())) * spread
    inside = np.flatnonzero(load.locator().locate(lon, lat) == geoid)[:wanted]
    if len(inside) < wanted:  # a sliver of a county: its representative point has to do
        inside = np.resize(inside, wanted) if len(inside) else np.zeros(wanted, int)
        if not len(inside):
            lon[0], lat[0] = county["lon"], county["lat"]
    return lon[inside], lat[inside]


def _drugs(rng: np.random.Generator, size: int) -> NDArray[np.str_]:
    names, shares = zip(*_DRUGS, strict=True)
    return rng.choice(names, size, p=np.array(shares) / sum(shares))
