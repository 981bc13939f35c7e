"""Legends say in words and counts what the colors say."""

from dataclasses import replace
from xml.etree import ElementTree as ET

from maps.legend import legend, stacked
from maps.styles import raster_qml, vector_qml
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


def labels_of(xml, element):
    return [one.get("label") for one in ET.fromstring(xml).iter(element)]  # noqa: S314  (our own)


def test_legend_and_style_of_a_surface_say_the_same():
    """The map's legend, the highest first, beside the labels QGIS shows."""
    density = every_kind("Density")[2]
    for layer in (density, replace(density, style="risk")):
        said = [entry.label for entry in legend(layer).entries][::-1]
        clear, *classes = labels_of(raster_qml(layer), "item")
        assert clear == ""
        assert classes == [f"{label} {layer.surface.unit}" for label in said]
    assert said[0] == "under 0.5"  # of a risk nothing is too low to draw
    lowest = legend(density).entries[-1].label
    assert " to " in lowest  # both ends: what is fainter is not drawn
    assert not lowest.startswith("0 ")


def test_legend_and_style_of_rates_say_the_same():
    rates = every_kind("Rates")[1]
    assert rates.style == "rate"
    said = [entry.label for entry in legend(rates).entries if entry.label != "No value"]
    assert said[::-1] == labels_of(vector_qml(rates), "range")
    assert not any("up to" in label for label in said)
