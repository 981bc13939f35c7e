"""Addresses to places beside the PostGIS tiger geocoder, on the same county and the same rows."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from benchmarks import postgis_tiger
from boundaries import load
from geo.geocoding import batch, street_sources
from geo.geocoding.street_build import build
from geo.geocoding.street_finder import open_finder
from geo.geocoding.street_locate import distance_m
from tests.addresses_messy import houses, messy, rows

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data" / "geocoding"
EDGES = SHARED / "tiger_nc37143" / "tl_2020_37143_edges.shp"
COUNT = 20_000  # as in test_geocoding.py, with the same seed
FEW = 5_000  # the first of them: as many as the peer can do in a minute
FOUND = """
SELECT rating, ST_X(geomout), ST_Y(geomout)
FROM asked LEFT JOIN LATERAL geocode(address, 1) ON true ORDER BY id;
"""

pytestmark = pytest.mark.skipif(not SHARED.is_dir(), reason="the real files are not here")


@pytest.fixture(scope="module")
def finder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("streets")
    build([street_sources.read_tiger(EDGES)], "NC", folder)
    finder = open_finder(folder, load.gazetteer())
    finder.find(finder.read(rows(houses(finder.indexes["NC"], 100, 0), "NC")))
    return finder


@pytest.fixture(scope="module")
def session():
    programs = postgis_tiger.programs()
    if programs is None:
        pytest.skip("PostgreSQL's server programs (initdb, pg_ctl) are not installed.")
    if not Path("/proc/self/stat").exists():
        pytest.skip("CPU seconds of another process are read from /proc, which is not here.")
    with postgis_tiger.session(programs) as session:
        if not postgis_tiger.available(session):
            pytest.skip("PostgreSQL is here, its extension postgis_tiger_geocoder is not.")
        postgis_tiger.fill(session, EDGES)
        yield session


def peer(session, table):
    """One batch, each row by `geocode(address, 1)`: rating, lon, lat.

    A prepared statement for each row takes as long; its other parser (pagc) takes longer and places
    fewer.
    """
    lines = [f"{a}, NC {z}".strip() for a, z in table[["address", "zip"]].to_numpy()]
    asked = pd.DataFrame({"id": range(len(lines)), "address": lines})
    session.ask("TRUNCATE asked;")
    session.copy("asked", asked.head(200))
    session.ask(FOUND)  # plans and pages warm
    session.copy("asked", asked.tail(-200))
    session.ask("ANALYZE asked;")
    return lambda: np.array(
        [[float(text or "nan") for text in line] for line in session.ask(FOUND)]
    )


def told(ours, theirs, places):
    """The note of a row: who placed how many, and how far apart."""
    here = ours[["lon", "lat"]].to_numpy()
    apart = distance_m(here[:, 0], here[:, 1], theirs[:, 1], theirs[:, 2])
    return (
        f"On a street: ours {np.isfinite(here[:, 0]).sum():,}, PostGIS "
        f"{np.isfinite(theirs[:, 1]).sum():,}; where both are, the median distance is "
        f"{np.nanmedian(apart):.2f} m. One batch each. PostGIS with a warm cache, one answer a "
        f"row, no parallel workers, {'post towns as its' if places else 'no'} places. Its CPU time "
        "is that of its one backend process, user and system, from /proc."
    )


@pytest.mark.parametrize(  # places go last
    ("kind", "places"), [("clean", True), ("mixed", True), ("mixed", False)]
)
def test_rows_beside_postgis(beside, finder, session, kind, places):
    if not places:
        postgis_tiger.forget_places(session)
    make, seed = (houses, 31) if kind == "clean" else (messy, 32)
    written = make(finder.indexes["NC"], COUNT, seed)[:FEW]
    table = rows(written, "NC")
    found, theirs = beside(
        f"Addresses, {FEW:,} {kind} rows, PostGIS {'beside' if places else 'without places'}",
        lambda: batch.run(table, finder),
        peer=f"PostGIS {session.ask('SELECT postgis_lib_version();')[0][0]} tiger",
        theirs=peer(session, table),
        times=300 if kind == "mixed" and places else None,
        note=lambda ours, theirs: told(ours, theirs, places),
        clock=session.cpu_s,
    )
    place = np.array([(one.lon, one.lat) for one in written])
    here = found[["lon", "lat"]].to_numpy()
    right = distance_m(here[:, 0], here[:, 1], place[:, 0], place[:, 1]) < 250
    near = distance_m(theirs[:, 1], theirs[:, 2], place[:, 0], place[:, 1]) < 250
    assert right.mean() > (0.99 if kind == "clean" else 0.85)
    assert near.mean() > (0.95 if kind == "clean" else 0.8)  # or the peer is loaded wrongly
    assert right.sum() >= near.sum()
