"""Does a grid over a real study area cry wolf: events that fall evenly on its ground.

The table of docs/hotspots.md is made by `false_alarms` with 300 maps; the tests draw fewer.
"""

from functools import cache

import numpy as np
import pytest
import shapely
from scipy.stats import binom

from analysis import result as names
from analysis import scale
from analysis.calibration import TESTS, World, simulate
from analysis.cut_cells import evened
from analysis.exact import exact_p
from analysis.fdr import fdr
from analysis.ground import ground_of
from analysis.hotspots import hot_spots
from analysis.study import Study
from analysis.suited import suited_p
from analysis.weights import distance_band, with_self
from boundaries import grids, load
from geo import crs, schema
from tests.records_made import records

pytestmark = pytest.mark.slow

MAPS = 15  # of each kind; 300 for the figures of the page


@cache
def ground(area):
    """Study area by the code of a state or a county."""
    counties = load.counties()
    chosen = counties.index[(counties["state"] == area) | (counties.index == area)]
    return ground_of(tuple(sorted(chosen)))


def places(area, number, rng):
    """Events that fall evenly on the ground, in metres."""
    shape = ground(area).shape
    west, south, east, north = shape.bounds
    shapely.prepare(shape)
    found = np.empty((0, 2))
    while len(found) < number:
        drawn = rng.uniform((west, south), (east, north), (4 * number, 2))
        found = np.vstack([found, drawn[shapely.contains_xy(shape, drawn[:, 0], drawn[:, 1])]])
    return found[:number]


@cache
def grid(area, level, events):
    """Shares of ground, middles and width of the cells that so many events choose."""
    land = ground(area)
    some = places(area, events, np.random.default_rng(1))
    width, _ = scale.cell_size(some, land.area_m2, level)
    lay = {"hexagon": grids.hexagons, "square": grids.squares}[level]
    cells = grids.without_slivers(lay(land.shape, width, land.crs), 0.01)
    middle = grids.middles(cells)
    return cells["land_share"].to_numpy(), middle, width


def false_alarms(area, level, events, maps, *, seed=2, own=0.0):
    """Maps with any q <= 0.05, by the steps of a study and by whole cells as others take them."""
    share, middle, width = grid(area, level, events)
    rng = np.random.default_rng(seed)
    near = cache(lambda band: with_self(distance_band(middle, band)))
    ours = theirs = 0
    for _ in range(maps):
        thick = rng.gamma(share / own, own) if own else share
        counts = rng.poisson(thick * (events / share.sum())).astype(float)
        band, _ = scale.distance_band(evened(counts, share), middle, width, seed=1)
        ours += bool((fdr(suited_p(counts, near(band), share).p) <= 0.05).any())
        theirs += bool((fdr(exact_p(counts, near(2 * width))) <= 0.05).any())
    return ours, theirs


AREAS = {"Ohio": "OH", "Cook County": "17031", "Connecticut": "CT"}
NUMBERS = (200, 1500, 4000)


def test_even_ground_is_not_called_hot_on_more_than_one_map_in_twenty():
    """Three study areas, hexagons and squares, few and many events, all else by default."""
    found = np.array([
        false_alarms(area, level, events, MAPS)
        for area in AREAS.values() for level in ("hexagon", "square") for events in NUMBERS
    ])  # fmt: skip
    ours, theirs = found.T / MAPS
    assert ours.mean() <= 0.05
    assert ours.max() <= 0.2  # 3 of 15, in any of 18 kinds
    assert theirs.mean() > 0.3  # cells taken for whole, as is usual


@pytest.mark.parametrize("own", [1.0, 6.0])
def test_nor_is_ground_with_clumps(own):
    """Counts that vary more than chance: 1 and 6 are 50% and 85% zeros at 1 event a cell."""
    kinds = [(area, level) for area in AREAS.values() for level in ("hexagon", "square")]
    found = [false_alarms(*kind, 1500, MAPS, own=own)[0] for kind in kinds]
    maps = len(kinds) * MAPS
    assert np.sum(found) <= binom.ppf(0.95, maps, 0.05)  # so few maps cannot tell 5% from 8%


@pytest.mark.parametrize(("area", "level", "events"), [
    ("17031", "hexagon", 3000), ("OH", "hexagon", 1500), ("17031", "square", 800),
])  # fmt: skip
def test_a_study_of_even_ground_from_points_to_classes(area, level, events):
    """The whole run on single points: 0 or 1 of 4 maps; cells taken for whole made 1 to 4."""
    land, rng = ground(area), np.random.default_rng(3)
    alarms = 0
    for _ in range(4):
        lon, lat = crs.to_lonlat(*places(area, events, rng).T, land.crs)
        geoid = load.locator().locate(lon, lat)
        rows = [
            {schema.LON: x, schema.LAT: y, schema.GEOID: g, schema.PRECISION: "00"}
            for x, y, g in zip(lon, lat, geoid, strict=True) if g
        ]  # fmt: skip
        states = (area,) if len(area) == 2 else ()
        found = hot_spots(Study(level=level, states=states), [records(rows)])
        alarms += bool((found.areas[names.Q] <= 0.05).any())
    assert alarms <= 1


@cache
def cut_world(area, level, events, clusters, times):
    share, middle, width = grid(area, level, events)
    near = with_self(distance_band(middle, 2 * width * 1.001))
    return World(share, near, events / share.sum(), clusters=clusters, times=times)


@pytest.mark.parametrize(("area", "events", "clusters", "times"), [
    ("17031", 10_000, 2, 1.6), ("CT", 5000, 1, 2.0),
])  # fmt: skip
def test_clusters_are_found_and_little_else(area, events, clusters, times):
    """Places with two rings around at a higher risk, anywhere, also at the border."""
    world = cut_world(area, "hexagon", events, clusters, times)
    ours, theirs = (
        simulate(world, TESTS[test], 25, seed=1) for test in ("exact, cut cells", "exact, counts")
    )
    assert ours.found > 0.75
    assert ours.wrong < 0.06
    assert theirs.found < ours.found
    assert theirs.wrong > 2 * ours.wrong
