"""Projections against published facts and the Cook County file's two pairs of coordinates."""

import numpy as np
import pandas as pd
import pyproj
import pytest

from boundaries import load
from geo import crs

ILLINOIS = (-91.6, 36.9, -87.0, 42.6)


def test_area_is_true():
    # Land and water of Connecticut's shape; EPSG:5070 is equal-area too and made elsewhere.
    state = load.states().loc[["CT"]]
    local = state.to_crs(crs.local_crs(tuple(state.total_bounds)))
    assert local.area.iloc[0] == pytest.approx(state.to_crs(5070).area.iloc[0], rel=1e-4)


def test_center_is_rounded_and_stable():
    one = crs.local_crs((-73.73, 40.98, -71.79, 42.05))
    assert one == crs.local_crs((-73.70, 41.0, -71.8, 42.1))
    assert one.axis_info[0].unit_name == "metre"


def test_alaska_is_not_centered_on_greenwich():
    west, south, east, north = load.states().loc[["AK"]].total_bounds
    easting, _ = crs.to_local(
        [-179.0, 179.0], [52.0, 52.0], crs.local_crs((west, south, east, north))
    )
    assert abs(easting[0] - easting[1]) < 200_000


def test_there_and_back_and_missing():
    here = crs.local_crs((-80, 40, -78, 42))
    lon, lat = np.array([-79.3, np.nan]), np.array([41.2, 41.0])
    easting, northing = crs.to_local(lon, lat, here)
    back = crs.to_lonlat(easting, northing, here)
    np.testing.assert_allclose(back[0], [-79.3, np.nan], atol=1e-9)
    np.testing.assert_allclose(back[1][:1], [41.2], atol=1e-9)


def test_cook_county_feet_are_recognized(shared_data):
    # SOURCES.md: X/Y are feet in EPSG:3435, checked to 1 m against the file's lon/lat.
    table = pd.read_csv(shared_data / "incidents" / "cook_county_me_opioid.csv", low_memory=False)
    easting, northing = table["X"], table["Y"]
    assert crs.looks_projected(easting, northing)
    assert not crs.looks_projected(table["longitude"], table["latitude"])
    first = crs.candidates(easting, northing, ILLINOIS)[0]
    assert (first.epsg, first.unit) == (3435, "US survey foot")
    assert first.share > 0.99


def test_web_mercator_is_recognized(shared_data):
    # The hospitals' X and Y are web Mercator (the file also holds their lon/lat).
    table = pd.read_csv(shared_data / "geocoding" / "hifld_hospitals.csv", encoding="utf-8-sig")
    found = crs.candidates(table["X"], table["Y"], (-125.0, 24.0, -66.0, 50.0))
    assert found[0].epsg == 3857


def test_utm_is_recognized():
    # On the central meridian the easting is 500 km and the northing 0.9996 times the meridian arc,
    # which to 40 N on GRS 80 is 4,429,529.03 m; zone 18 has its meridian at 75 W.
    easting, northing = [500_000.0], [0.9996 * 4_429_529.03]
    found = crs.candidates(easting, northing, (-75.5, 39.5, -74.5, 40.5))
    assert 26918 in [one.epsg for one in found]
    lon, lat = crs.to_lonlat(easting, northing, pyproj.CRS.from_epsg(26918))
    assert (lon[0], lat[0]) == pytest.approx((-75.0, 40.0), abs=1e-7)


def test_nothing_to_look_at():
    assert not crs.looks_projected([np.nan], [np.nan])
    assert crs.candidates([0.0, np.nan], [0.0, np.nan], ILLINOIS) == []
