"""Colors and class bounds."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from maps import palette


def test_the_seven_classes_are_colorbrewers_rdbu():
    # ColorBrewer 2.0, RdBu with 7 classes, reversed: blue is cold.
    assert list(palette.GI_COLORS.values()) == [
        "#2166ac", "#67a9cf", "#d1e5f0", "#f7f7f7", "#fddbc7", "#ef8a62", "#b2182b",
    ]  # fmt: skip


def test_quantiles_hold_a_fifth_each():
    # By hand: 1..100 in five classes of twenty.
    found = palette.breaks(range(1, 101))
    classes = found.classes(range(1, 101))
    assert [int((classes == c).sum()) for c in range(5)] == [20] * 5


def test_quantiles_are_those_of_mapclassify():
    import mapclassify  # noqa: PLC0415  (it compiles itself for seconds)

    values = np.random.default_rng(3).lognormal(size=500)
    assert palette.breaks(values).upper == pytest.approx(mapclassify.Quantiles(values, k=5).bins)


@pytest.mark.parametrize("values", [[], [np.nan], [np.nan, np.inf]])
def test_nothing_known_is_one_class(values):
    found = palette.breaks(values)
    assert found.upper == (0.0,)
    assert len(found.colors) == 1


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=40))
def test_every_known_value_has_a_class_and_its_bounds_hold_it(values):
    found = palette.breaks(values)
    classes = found.classes(values)
    assert len(found.upper) == len(found.colors) <= 5
    assert (classes >= 0).all()
    for value, at in zip(values, classes, strict=True):
        assert value <= found.upper[at] or at == len(found.upper) - 1
        assert at == 0 or value > found.upper[at - 1]


def test_a_flat_surface_has_classes():
    assert len(palette.surface_breaks([0.0, np.nan]).upper) == 7
