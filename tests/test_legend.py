"""Legends say in words and counts what the colors say."""

import re
from dataclasses import replace
from xml.etree import ElementTree as ET

import numpy as np
import pytest
from rasterio.io import MemoryFile

from maps.legend import legend, stacked
from maps.raster_file import classes_geotiff
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
    lowest = legend(density).entries[-1].label
    assert " to " in lowest  # both ends: what is fainter is not drawn
    assert not lowest.startswith("0 ")


@pytest.mark.parametrize(
    ("lowest", "highest", "said"),
    [
        (0.92, 1.68, ["0.8 to 1.2", "1.2 to 1.5", "1.5 to 2"]),
        (0.31, 2.05, [
            "under 0.5", "0.5 to 0.7", "0.7 to 0.8", "0.8 to 1.2", "1.2 to 1.5", "1.5 to 2",
            "2 or more",
        ]),
        (0.95, 1.05, ["0.8 to 1.2"]),
        (2.5, 9.0, ["2 or more"]),
    ],
)  # fmt: skip
def test_a_risk_has_the_classes_of_its_values_and_open_ends(lowest, highest, said):
    """Page, QGIS style and color table, read back by rasterio, of values with known ends."""
    shown = every_kind("Risk")[2]
    ramp = np.linspace(lowest, highest, shown.surface.values.size, dtype=np.float32)
    values = ramp.reshape(shown.surface.values.shape)
    surface = replace(shown.surface, values=values, unit="times the average")
    layer = replace(shown, style="risk", surface=surface)
    entries = legend(layer).entries[::-1]
    assert [entry.label for entry in entries] == said
    with_unit = [f"{label} times the average" for label in said]
    assert labels_of(raster_qml(layer), "item")[1:] == with_unit
    with MemoryFile(classes_geotiff(layer, {})) as file, file.open() as raster:
        tags, codes, colors = raster.tags(), raster.read(1), raster.colormap(1)
    assert [tags[f"CLASS_{code}"] for code in range(1, len(said) + 1)] == with_unit
    assert f"CLASS_{len(said) + 1}" not in tags
    assert set(np.unique(codes)) == set(range(1, len(said) + 1))  # each occurs, none is clear
    for code, entry in enumerate(entries, start=1):
        assert "#{:02x}{:02x}{:02x}".format(*colors[code][:3]) == entry.color
        held = values[codes == code]
        ends = [float(one) for one in re.findall(r"[\d.]+", entry.label)]
        if "under" in entry.label:
            assert held.max() <= ends[0]
        elif "more" in entry.label:
            assert held.min() >= ends[0]
        else:
            assert ends[0] <= held.min() <= held.max() <= ends[1]
    white = [entry.color for entry in entries if entry.label == "0.8 to 1.2"]
    assert white in ([], ["#f7f7f7"])  # the average has the middle color, whatever else there is


def test_legend_and_style_of_rates_say_the_same():
    rates = every_kind("Rates")[1]
    assert rates.style == "rate"
    said = [entry.label for entry in legend(rates).entries if entry.label != "No value"]
    assert said[::-1] == labels_of(vector_qml(rates), "range")
    assert not any("up to" in label for label in said)
