"""Outlines with fewer corners: as near to the old ones as asked, and never overlapping."""

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.thinning import thinned


def discs(number, across, seed):
    """A crowd of discs as one shape; where they overlap they are one part."""
    at = np.random.default_rng(seed).uniform(0, across, (number, 2))
    return shapely.union_all(shapely.buffer(shapely.points(at), 1.0))


@settings(max_examples=30)
@given(st.integers(0, 10_000), st.sampled_from([0.02, 0.1, 0.4]))
def test_thinned_shapes_are_valid_and_as_near_as_asked(seed, tolerance):
    """Douglas and Peucker (1973): no corner left out lies farther than the tolerance.

    Where a ring begins GEOS then looks once more, so that it may be twice as far there.
    """
    shapes = gpd.GeoSeries([discs(60, 30, seed), discs(5, 9, seed + 1)], index=["a", "b"])
    found = thinned(shapes, tolerance)
    assert found.index.tolist() == ["a", "b"]
    assert found.is_valid.all()
    assert (found.count_coordinates() < shapes.count_coordinates()).all()
    for old, new in zip(shapes, found, strict=True):
        assert len(shapely.get_parts(new)) == len(shapely.get_parts(old))
        corners = shapely.points(shapely.get_coordinates(old))
        assert shapely.distance(corners, new.boundary).max() <= 2 * tolerance


def test_parts_that_nearly_touch_do_not_come_to_overlap():
    """A comb and its counterpart, 0.01 apart: each by itself would lose its teeth."""
    teeth = np.arange(0, 20.5, 0.5)
    wave = np.column_stack([teeth, np.tile([0.0, 0.3], 21)[: len(teeth)]])
    lower = shapely.Polygon([(0, -3), *wave, (20, -3)])
    upper = shapely.Polygon([(0, 3), *np.add(wave, (0, 0.01)), (20, 3)])
    both = gpd.GeoSeries([shapely.multipolygons([lower, upper])])
    assert both.is_valid.all()
    assert thinned(both, 0.2).is_valid.all()


def test_shapes_of_every_kind_keep_their_place():
    point, line = shapely.Point(1, 2), shapely.LineString([(0, 0), (1, 0.001), (2, 0)])
    empty, part = shapely.MultiPolygon(), shapely.multipolygons([shapely.box(0, 0, 1, 1)])
    shapes = gpd.GeoSeries([point, empty, part, line, None], index=list("abcde"), crs=4326)
    found = thinned(shapes, 0.1)
    assert found.crs == shapes.crs
    assert found["a"] == point
    assert found["b"].is_empty
    assert found["c"].equals(part)
    assert len(found["d"].coords) == 2
    assert found["e"] is None
    assert thinned(gpd.GeoSeries([], crs=4326), 0.1).empty


@pytest.mark.parametrize("tolerance", [0.05, 0.2])
def test_alone_parts_are_as_the_whole_shape_would_be(tolerance):
    far = shapely.multipolygons([shapely.Point(10 * at, 0).buffer(1.0) for at in range(8)])
    whole = shapely.simplify(far, tolerance)
    assert thinned(gpd.GeoSeries([far]), tolerance)[0].normalize() == whole.normalize()
