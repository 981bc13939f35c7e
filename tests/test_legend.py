"""Legends say in words and counts what the colors say."""

from dataclasses import replace

from maps.legend import legend, stacked
from tests.map_layers import cells, every_kind


def test_classes_are_counted_hot_first_and_missing_last():
    # By hand, from the four cells: classes 3, 0, -2 and one missing.
    entries = legend(cells()).entries
    assert [entry.count for entry in entries] == [1, 0, 0, 1, 0, 1, 0, 1]
    assert entries[0].label == "Hot spot, 99%"
    assert entries[-1].label == "Not computable"
    assert sum(entry.count or 0 for entry in entries) == 4


def test_a_surface_names_its_unit_once():
    density = every_kind("Density")[2]
    assert legend(density).title == "Density, per km2"
    assert legend(replace(density, title="Density, per km2")).title == "Density, per km2"


def test_a_doubtful_hidta_is_dashed():
    assert [entry.mark for entry in legend(every_kind("x")[5]).entries] == ["dashed"]


def test_caveats_stay():
    assert all("Schematic" in legend(layer).caveat for layer in every_kind("Schematic"))


def test_stacking_keeps_the_order_within_a_style():
    first, second = (replace(cells(), key=key) for key in ("b", "a"))
    assert [layer.key for layer in stacked([first, second])] == ["b", "a"]
