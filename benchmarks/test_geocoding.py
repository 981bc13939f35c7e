"""Addresses to places beside census-lookup, on the same county and the same rows."""

from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest

from boundaries import load
from geo.geocoding import batch, street_segments, street_sources
from geo.geocoding.answer_cache import AnswerCache
from geo.geocoding.street_build import build
from geo.geocoding.street_finder import open_finder
from geo.geocoding.street_index import open_index
from geo.geocoding.street_locate import distance_m
from tests.addresses_messy import houses, messy, rows

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data" / "geocoding"
FEATURES = SHARED / "tiger_mt30059" / "tl_2021_30059_addrfeat.shp"
EDGES = SHARED / "tiger_nc37143" / "tl_2020_37143_edges.shp"
COUNT = 20_000
FEW = 5_000  # as many as the peer can do in a few seconds

pytestmark = pytest.mark.skipif(not SHARED.is_dir(), reason="the real files are not here")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("streets")
    build([street_sources.read_tiger(FEATURES)], "MT", folder)
    build([street_sources.read_tiger(EDGES)], "NC", folder)
    return folder


@pytest.fixture(scope="module")
def finder(folder):
    finder = open_finder(folder, load.gazetteer())
    for state in finder.indexes:
        finder.find(finder.read(rows(houses(finder.indexes[state], 100, 0), state)))
    return finder


def peer(table):
    """census-lookup's own matcher on the same file, row by row as it works; None without it."""
    if find_spec("census_lookup") is None:
        return None
    from census_lookup.address.matcher import TIGERAddressMatcher  # noqa: PLC0415  (if there)
    from census_lookup.address.parser import AddressParser  # noqa: PLC0415

    matcher, parser = TIGERAddressMatcher(gpd.read_file(FEATURES)), AddressParser()
    lines = [
        f"{a}, {z} MT" if not z else f"{a}, MT {z}" for a, z in table[["address", "zip"]].to_numpy()
    ]

    def work():
        found = []
        for line in lines:
            try:
                one = matcher.geocode_parsed(parser.parse(line))
                found.append((one.longitude, one.latitude))
            except Exception:  # noqa: BLE001  (it raises on some hard rows)
                found.append((None, None))
        return np.array(found, dtype=float)

    return work


@pytest.mark.parametrize(("kind", "times"), [("clean", 100), ("mixed", None)])
def test_rows_of_one_county(beside, finder, kind, times):
    make = houses if kind == "clean" else messy
    written = make(finder.indexes["MT"], FEW, 31)
    table = rows(written, "MT")
    found, theirs = beside(
        f"Addresses, {FEW:,} {kind} rows, one county",
        lambda: batch.run(table, finder),
        peer=f"census-lookup {version('census-lookup')}" if find_spec("census_lookup") else
        "census-lookup",
        theirs=peer(table),
        times=times,
        note="both with the county in memory; the peer row by row, as it works",
    )  # fmt: skip
    place = np.array([(one.lon, one.lat) for one in written])
    here = found[["lon", "lat"]].to_numpy()
    right = distance_m(here[:, 0], here[:, 1], place[:, 0], place[:, 1]) < 250
    assert right.mean() > (0.99 if kind == "clean" else 0.85)
    if theirs is not None:
        near = distance_m(theirs[:, 0], theirs[:, 1], place[:, 0], place[:, 1]) < 250
        assert right.sum() >= near.sum()


def test_mixed_rows_a_second(beside, finder):
    table = rows(messy(finder.indexes["NC"], COUNT, 32), "NC")
    found, _ = beside(
        f"Addresses, {COUNT:,} mixed rows, all different",
        lambda: batch.run(table, finder),
        within_s=COUNT / 10_000,
        within_mb=300,
        note="10,000 rows a second on one core",
    )
    assert (found["precision"] != "").mean() > 0.9


def test_rows_with_a_cache(beside, finder, tmp_path):
    table = rows(messy(finder.indexes["NC"], COUNT, 33), "NC")
    cache = AnswerCache(tmp_path)
    first = batch.run(table, finder, cache)
    again, _ = beside(
        f"Addresses, {COUNT:,} rows that are in the cache",
        lambda: batch.run(table, finder, cache),
        within_s=COUNT / 10_000,
    )
    pd.testing.assert_frame_equal(first, again)


def test_an_index_is_opened(beside, folder):
    def opened():
        index = open_index(folder / "NC")
        return index.base_number, index.street_key

    beside("Street index of a county opened", opened, within_s=1.0)


def test_an_index_as_large_as_a_state_is_built_and_opened(beside, tmp_path_factory):
    # The county 300 times over, each copy with ZIP codes of its own: 600,000 named segments.
    one = street_sources.read_tiger(EDGES)
    copies = []
    for number in range(300):
        zips = np.where(one.zips > 0, 27000 + number * 7 + one.zips % 7, 0)
        copies.append(
            street_segments.Segments(
                [f"{name} {number}" if k % 3 else name for k, name in enumerate(one.names)],
                [f"{name} {number}" if k % 3 else name for k, name in enumerate(one.shown)],
                one.name, one.numbers, zips.astype(np.int32), one.county, one.kind,
                one.lonlat + np.array([number * 0.01, 0]), one.start, one.source,
            )
        )  # fmt: skip
    folder = tmp_path_factory.mktemp("state")
    beside(
        f"Street index of {300 * len(one):,} segments built",
        lambda: len(build(copies, "NC", folder)),
        within_s=120,
        within_mb=2000,
    )

    def opened():
        index = open_index(folder / "NC")
        return len(index.base_number), len(index.street_key)

    beside(f"Street index of {300 * len(one):,} segments opened", opened, within_s=1.0)
