"""How often answers of each score are right: python -m benchmarks.check_scores DATA.

DATA holds `geocoding` (TIGER/Line files of two counties) and `incidents` (Cook County's deaths with
their coordinates). Scores are those that people see, limits included; draws are others than those
the weights were fitted on. Nothing of Cook County was ever fitted.
"""

import sys
import tempfile
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd

from benchmarks.calibrate_streets import FILES, RIGHT_M, ROWS
from boundaries import load
from geo.geocoding.address import parse
from geo.geocoding.street_build import build
from geo.geocoding.street_finder import Finder
from geo.geocoding.street_locate import distance_m
from geo.geocoding.street_review import BANDS, SURE
from geo.geocoding.street_sources import PointColumns, points, read_tiger
from tests.addresses_messy import Written, as_people_write, messy, rows, without_some

SEEDS: Final = range(201, 211)
COOK: Final = "cook_county_me_opioid.csv"


def of_counties(folder: Path) -> pd.DataFrame:
    """Messy addresses of two rural counties, a tenth of the street names missing."""
    parts = []
    for state, file in FILES.items():
        whole = read_tiger(folder / "geocoding" / file)
        for seed in SEEDS:
            kept, _ = without_some(whole, 0.1, seed)
            with tempfile.TemporaryDirectory() as work:
                asked = messy(build([whole], state, Path(work) / "whole"), ROWS, seed)
                index = build([kept], state, Path(work) / "kept")
                parts.append(judged(Finder({state: index}, load.gazetteer()), asked, state))
    return pd.concat(parts)


def of_cook(folder: Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Cook County: half of the addresses are known points, the rest are looked for.

    Returns
    -------
    DataFrame, DataFrame
        Answers to the addresses as they are in the file, and with the flaws of the other counties.
    """
    table = pd.read_csv(
        folder / "incidents" / COOK, dtype=str, keep_default_na=False, encoding="utf-8-sig"
    )
    table = table[(table["longitude"] != "") & (table["INCIDENT_STREET"] != "")]
    parsed = [parse(text) for text in table["INCIDENT_STREET"]]
    table = table.assign(
        number=[str(one.number) for one in parsed],
        zip=table["INCIDENT_ZIP"].str.extract(r"^(\d{5})")[0].fillna(""),
        street=[" ".join(part for part in one.street if part) for one in parsed],
        house=[one.kind == "house" for one in parsed],
    )
    table = table[table["house"] & (table["zip"] != "")]
    zips = sorted(set(table["zip"]))
    columns = PointColumns(("street",), "number", "zip", "longitude", "latitude")
    parts: tuple[list[pd.DataFrame], list[pd.DataFrame]] = ([], [])
    for seed in SEEDS:
        half = np.random.default_rng(seed).random(len(table)) < 0.5
        known = points(table[half].reset_index(drop=True), columns, "Cook")
        clean = [
            Written(one.INCIDENT_STREET, one.zip, "none", -1, float(one.longitude),
                    float(one.latitude))
            for one in table[~half].itertuples()
        ]  # fmt: skip
        with tempfile.TemporaryDirectory() as work:
            index = build([known], "IL", Path(work), load.locator().locate)
            finder = Finder({"IL": index}, load.gazetteer())
            parts[0].append(judged(finder, clean, "IL"))
            parts[1].append(judged(finder, as_people_write(clean, zips, seed), "IL"))
    return pd.concat(parts[0]), pd.concat(parts[1])


def judged(finder: Finder, asked: list[Written], state: str) -> pd.DataFrame:
    """Score, whether it is right, and wrong letters of each answer."""
    found = finder.find(finder.read(rows(asked, state)))
    lon, lat = np.array([(one.lon, one.lat) for one in asked]).T
    off = distance_m(found["lon"].to_numpy(), found["lat"].to_numpy(), lon, lat)
    right = off <= np.maximum(RIGHT_M, found["radius_m"].to_numpy())
    table = pd.DataFrame({"score": found["score"], "right": right, "letters": found["letters"]})
    return table[(found["precision"] != "").to_numpy()]


def lines(name: str, table: pd.DataFrame) -> Iterator[str]:
    """Say how many answers there are in each band of scores, and how many of them are right."""
    score, letters = table["score"], table["letters"]
    bands = [
        (f"{low:.2f} to {high:.2f}", (score >= low) & ((score < high) | (high == BANDS[-1])))
        for low, high in pairwise(BANDS)
    ]
    yield f"{name}: {len(table):,} answers, {table['right'].mean():.1%} right"
    for words, here in (
        ("0.9 and more", score >= SURE), *bands,
        ("one wrong letter, 0.9", (letters == 1) & (score == SURE)),
        ("wrong letters, less", (letters > 0) & (score < SURE)),
    ):  # fmt: skip
        if here.any():
            told, was = score[here].mean(), table["right"][here].mean()
            yield f"  {words:22}: {here.sum():7,}, score {told:.3f}, right {was:.1%}"


def main(folder: Path) -> None:
    """Say all tables."""
    written, rough = of_cook(folder)
    for name, table in (
        ("Perquimans and Meagher", of_counties(folder)), ("Cook, as written", written),
        ("Cook, as people write", rough),
    ):  # fmt: skip
        sys.stdout.write("\n".join(lines(name, table)) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
