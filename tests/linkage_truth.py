"""A second source made of a real one, so that it is known which records are one event."""

import csv
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

from boundaries import load
from geo import schema
from geo.schema import Records


def with_people(records: Records, path: Path, *, age: str, sex: str, number: str) -> Records:
    """Ages and sexes straight from the file, by the source's own number."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        people = {row[number]: (row[age], row[sex]) for row in csv.DictReader(file)}
    told = [people[key] for key in records.table[schema.RECORD_ID]]
    table = records.table.assign(
        **{
            schema.AGE: [float(a) if a else np.nan for a, _ in told],
            schema.SEX: [s[:1] if s in {"Male", "Female"} else "" for _, s in told],
        }
    )
    return replace(records, table=table)


def coroner_and_ems(records: Records, seed: int) -> tuple[Records, Records, set[tuple[str, str]]]:
    """Two sources that share half of the events; a quarter is in one of them only.

    The second is what an ambulance service might have written: one in six a day off, half of the
    points within 200 m and half by ZIP code, one age in four missing and one in three off by up to
    two years, one sex in ten missing, outcomes partly unknown, drugs mostly unknown, no hours.
    """
    rng = np.random.default_rng(seed)
    table = records.table
    table = table[(table[schema.GEOID] != "") & table[schema.OCCURRED_ON].notna()]
    part = rng.permutation(len(table)) % 4  # 0, 1: both; 2: the first only; 3: the second only
    first = table[part != 3].reset_index(drop=True)
    second = table[part != 2].reset_index(drop=True)
    shared = table.loc[part < 2, schema.RECORD_ID]
    size = len(second)
    day = second[schema.OCCURRED_ON] + pd.to_timedelta(
        rng.choice([-1, 0, 1], size, p=[1 / 12, 10 / 12, 1 / 12]), unit="D"
    )
    second[schema.OCCURRED_ON] = day
    second[schema.MINUTE] = np.nan
    by_zip = rng.random(size) < 0.5
    lon, lat = second[schema.LON].to_numpy(copy=True), second[schema.LAT].to_numpy(copy=True)
    angle, reach = rng.random(size) * 2 * np.pi, 200 * np.sqrt(rng.random(size))
    lat += reach * np.sin(angle) / 110_574
    lon += reach * np.cos(angle) / (111_320 * np.cos(np.radians(lat)))
    zips = load.zips()
    zips = zips[zips["kind"] == zips["kind"].mode()[0]]
    lon, lat, code, radius = _to_zip(second, zips, by_zip, lon, lat)
    second[schema.LON], second[schema.LAT] = lon, lat
    second[schema.PRECISION], second[schema.RADIUS_M] = code, radius
    age = second[schema.AGE] + np.where(rng.random(size) < 1 / 3, rng.integers(-2, 3, size), 0)
    second[schema.AGE] = age.where(rng.random(size) >= 0.25)
    second[schema.SEX] = second[schema.SEX].where(rng.random(size) >= 0.1, "")
    second[schema.OUTCOME] = rng.choice(["fatal", "nonfatal", "unknown"], size, p=[0.6, 0.1, 0.3])
    second[schema.DRUGS] = second[schema.DRUGS].where(rng.random(size) < 0.3, "")
    own = second[schema.RECORD_ID]
    second[schema.RECORD_ID] = "ems-" + own
    order = rng.permutation(size)
    second = second.iloc[order].reset_index(drop=True)
    truth = {(number, f"ems-{number}") for number in shared}
    return (
        replace(records, table=first, source="coroner"),
        replace(records, table=second, source="ems", digest="ems"),
        truth,
    )


def _to_zip(
    second: pd.DataFrame, zips: pd.DataFrame, by_zip: np.ndarray, lon: np.ndarray, lat: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """The middle of the nearest ZIP code of the same county, where it is all that is known."""
    code = second[schema.PRECISION].to_numpy(dtype=object, copy=True)
    radius = second[schema.RADIUS_M].to_numpy(dtype=float, copy=True)
    for geoid, rows in second[by_zip].groupby(schema.GEOID).groups.items():
        own = zips[zips["geoid"] == geoid]
        if own.empty:
            continue
        east = lon[rows, None] - own["lon"].to_numpy()
        nearest = np.argmin(east**2 + (lat[rows, None] - own["lat"].to_numpy()) ** 2, axis=1)
        lon[rows], lat[rows] = own["lon"].to_numpy()[nearest], own["lat"].to_numpy()[nearest]
        code[rows], radius[rows] = "09", own["radius_m"].to_numpy()[nearest]
    return lon, lat, code, radius
