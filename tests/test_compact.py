"""Compact text must give back what went in: read here by a decoder of its own."""

from fractions import Fraction

import geopandas as gpd
import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from shapely import LineString, MultiPolygon, Point, Polygon, box

from maps import compact


def decoded(text: str) -> list[int]:
    """Base-64 VLQ with zigzag, written from the Source Map specification (ECMA-426, 6.2)."""
    out, value, shift = [], 0, 0
    for letter in text:
        digit = compact.ALPHABET.index(letter)
        value |= (digit & 31) << shift
        shift += 5
        if not digit & 32:
            out.append(value)
            value = shift = 0
    return out


def signed(number: int) -> int:
    return -(number >> 1) - 1 if number & 1 else number >> 1


@given(st.lists(st.integers(-(2**51), 2**51)))
def test_whole_numbers_come_back(values):
    assert [signed(n) for n in decoded(compact.whole(values))] == values


@given(st.lists(st.none() | st.floats(-1e9, 1e9, allow_nan=False), max_size=30), st.integers(0, 5))
def test_numbers_come_back_rounded_and_missing_stay_missing(values, decimals):
    text = compact.numbers([np.nan if v is None else v for v in values], decimals)
    least, *above = decoded(text)
    back = [None if n == 0 else signed(least) + n - 1 for n in above]
    for given_value, got in zip(values, back, strict=True):
        if given_value is None:
            assert got is None
        else:
            # In fractions: a float near 7e7 cannot tell half of the fifth place exactly.
            assert abs(Fraction(given_value) * 10**decimals - got) <= Fraction("0.5001")


def test_infinity_is_missing():
    assert decoded(compact.numbers([np.inf, -np.inf, 1e300], 2)) == [
        0,
        0,
        0,
        0,
    ]  # the least, then three missing


def chain(text: str, decimals: int) -> list[tuple[float, float]]:
    steps = np.cumsum(np.array([signed(n) for n in decoded(text)]).reshape(-1, 2), axis=0)
    return [tuple(row) for row in (steps / 10**decimals).tolist()]


def test_outlines_come_back_with_holes_parts_and_gaps():
    holed = Polygon(box(0, 0, 4, 4).exterior, [box(1, 1, 2, 2).exterior.coords])
    shapes = gpd.GeoSeries(
        [holed, None, MultiPolygon([box(5, 5, 6, 6), box(-7, -7, -6, -6)]), Polygon(),
         LineString([(1.25, 2.5), (-3, 4)])],
        crs=4326,
    )  # fmt: skip
    texts = compact.outlines(shapes, decimals=2)
    assert [chain(ring, 2) for ring in texts[0].split(" ")] == [
        list(holed.exterior.coords), list(holed.interiors[0].coords),
    ]  # fmt: skip
    assert texts[1] == texts[3] == ""
    parts = [chain(part, 2) for part in texts[2].split("|")]
    assert parts == [list(part.exterior.coords) for part in shapes[2].geoms]
    assert chain(texts[4], 2) == [(1.25, 2.5), (-3, 4)]


@given(st.lists(st.tuples(st.floats(-180, 180), st.floats(-90, 90)), min_size=1, max_size=20))
def test_points_come_back_to_a_metre(places):
    text = compact.points(gpd.GeoSeries([Point(p) for p in places], crs=4326))
    assert np.allclose(chain(text, 5), places, atol=0.51e-5)


def test_nothing_is_an_empty_text():
    assert compact.points(gpd.GeoSeries([], crs=4326)) == ""
    assert compact.outlines(gpd.GeoSeries([], crs=4326)) == []
    assert compact.whole([]) == ""
