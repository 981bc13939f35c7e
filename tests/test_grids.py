"""Analysis grids against shapely and hand arithmetic."""

import re

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from boundaries import grids
from geo.errors import BoundaryError

AREA = shapely.Polygon([(0, 0), (9500, 300), (8000, 7000), (2000, 9000), (300, 4000)])
MAKERS = {"hexagon": grids.hexagons, "square": grids.squares}


@pytest.fixture(params=list(MAKERS), scope="module")
def grid(request):
    return MAKERS[request.param](AREA, 1000.0, crs=5070)


def test_cells_are_those_that_touch(grid):
    everywhere = MAKERS[grid.attrs["shape"]](shapely.box(-3000, -3000, 13000, 13000), 1000.0)
    touching = everywhere.index[everywhere.intersects(AREA)]
    assert set(grid.index) == set(touching)


def test_shares_add_up_to_the_area(grid):
    np.testing.assert_allclose((grid.land_share * grid.area).sum(), AREA.area, rtol=1e-12)
    assert grid.land_share.between(0, 1).all()


def test_cells_are_regular():
    # By hand: a hexagon 1000 m across flats has sides of 1000/sqrt(3) m and 866,025.4 m2.
    cell = grids.hexagons(shapely.box(-1, -1, 1, 1), 1000.0).geometry["hex-0-0"]
    assert cell.area == pytest.approx(866_025.4037844386)
    assert shapely.box(*cell.bounds).bounds == pytest.approx((-500, -577.3503, 500, 577.3503))
    square = grids.squares(shapely.box(-1, -1, 1, 1), 1000.0).geometry["sq-0-0"]
    assert square.bounds == pytest.approx((-500, -500, 500, 500))


@settings(max_examples=60)
@given(arrays.arrays(np.int64, (40, 2), elements=st.integers(-8, 40)))
def test_each_point_is_in_one_cell_that_holds_it(lattice):
    # Half-unit lattice: middles, corners and borders of squares, flats and corners of hexagons.
    for make, steps in ((grids.squares, (250.0, 250.0)), (grids.hexagons, (250.0, 1000 / 48**0.5))):
        grid = make(AREA, 1000.0)
        points = lattice * np.array(steps)
        at = grids.assign(points, grid)
        held = at >= 0
        cells = grid.geometry.to_numpy()[at[held]]
        assert shapely.dwithin(cells, shapely.points(points[held]), 1e-6).all()
        inside = shapely.intersects_xy(AREA, points[:, 0], points[:, 1])
        assert held[inside].all()


def test_points_keep_their_cell_when_the_area_grows(grid):
    rng = np.random.default_rng(2)
    points = rng.uniform(0, 9000, (2000, 2))
    larger = MAKERS[grid.attrs["shape"]](AREA.buffer(5000), 1000.0)
    held = grids.assign(points, grid)
    there = grids.assign(points, larger)
    assert (there >= 0).all()
    assert (grid.index[held[held >= 0]] == larger.index[there[held >= 0]]).all()


def test_rows_may_come_in_any_order(grid):
    points = np.random.default_rng(4).uniform(0, 9000, (500, 2))
    mixed = grid.sample(frac=1, random_state=1)
    mixed.attrs = grid.attrs
    one, two = grids.assign(points, grid), grids.assign(points, mixed)
    assert ((one >= 0) == (two >= 0)).all()
    assert (grid.index[one[one >= 0]] == mixed.index[two[two >= 0]]).all()


def test_missing_and_far_points_are_in_no_cell(grid):
    points = [[np.nan, 0.0], [np.inf, 1.0], [1e7, 1e7]]
    assert grids.assign(points, grid).tolist() == [-1, -1, -1]


def test_neighbors_are_those_that_share_a_border(grid):
    focal, neighbor = grids.neighbors(grid)
    left, right = grid.sindex.query(grid.geometry, predicate="dwithin", distance=1e-3)
    apart = left != right
    pairs = set(zip(left[apart].tolist(), right[apart].tolist(), strict=True))
    assert set(zip(focal.tolist(), neighbor.tolist(), strict=True)) == pairs


@pytest.mark.parametrize("make", MAKERS.values())
def test_two_areas_far_apart_cost_nothing_for_what_lies_between(make):
    """Two squares of 10 km, 4,000 km apart: the cells of each, and the same as of each alone."""
    here, there = shapely.box(0, 0, 1e4, 1e4), shapely.box(4e6, 3e6, 4.01e6, 3.01e6)
    both = make(shapely.union_all([here, there]), 500.0)
    alone = [make(one, 500.0) for one in (here, there)]
    assert both.index.tolist() == [cell for one in alone for cell in one.index]
    assert both["land_share"].tolist() == [share for one in alone for share in one["land_share"]]


def test_rings_count():
    # By hand: k rings of hexagons hold 3k(k + 1) cells, of squares (2k + 1)^2 - 1.
    wide = shapely.box(-9000, -9000, 9000, 9000)
    for make, name, two in ((grids.hexagons, "hex-0-0", 18), (grids.squares, "sq-0-0", 24)):
        grid = make(wide, 1000.0)
        focal, _ = grids.neighbors(grid, rings=2)
        assert (focal == grid.index.get_loc(name)).sum() == two


def test_too_many_cells_are_refused():
    wide = shapely.Point(0, 0).buffer(600_000)
    for make in MAKERS.values():
        with pytest.raises(BoundaryError, match="500 m wide") as refused:
            make(wide, 500.0)
        said = re.search(r"at least ([\d.]+) km wide", refused.value.hint)
        least = 1000 * float(said.group(1))
        assert 200_000 < len(make(wide, least)) <= 410_000  # those at the border come on top
        with pytest.raises(BoundaryError, match="400,000"):
            make(wide, 0.9 * least)
    with pytest.raises(BoundaryError, match="400,000"):
        grids.hexagons(shapely.box(0, 0, 5e6, 5e6), 500.0)
    with pytest.raises(BoundaryError):
        grids.squares(shapely.Polygon(), 500.0)
