"""branca must not compile values as templates; harmless maps must not change."""

import re

import branca.element
import folium
import pytest
from folium import plugins

from maps import safe
from tests.map_layers import HOSTILE, TEMPLATE


def feature(text: str) -> dict[str, object]:
    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "properties": {"n": text},
                "geometry": {"type": "Point", "coordinates": [0, 0]},
            }
        ],
    }


def geojson_value(folium_map, text):
    folium.GeoJson(feature(text), tooltip=folium.GeoJsonTooltip(["n"])).add_to(folium_map)


def geojson_popup(folium_map, text):
    folium.GeoJson(feature(text), popup=folium.GeoJsonPopup(["n"])).add_to(folium_map)


def tooltip_alias(folium_map, text):
    tip = folium.GeoJsonTooltip(["n"], aliases=[text])
    folium.GeoJson(feature("a"), tooltip=tip).add_to(folium_map)


def marker_tooltip(folium_map, text):
    folium.Marker([0, 0], tooltip=text).add_to(folium_map)


def group_name(folium_map, text):
    folium.FeatureGroup(name=text).add_to(folium_map)
    folium.LayerControl().add_to(folium_map)


def div_icon(folium_map, text):
    folium.Marker([0, 0], icon=folium.DivIcon(html=text)).add_to(folium_map)


def cluster_row(folium_map, text):
    plugins.FastMarkerCluster([[0, 0, text]], callback="function (row) {}").add_to(folium_map)


def heat_map_name(folium_map, text):
    plugins.HeatMap([[0, 0]], name=text).add_to(folium_map)
    folium.LayerControl().add_to(folium_map)


PLACES = [
    geojson_value, geojson_popup, tooltip_alias, marker_tooltip, group_name, div_icon, cluster_row,
    heat_map_name,
]  # fmt: skip


def render(put, text: str) -> str:
    folium_map = folium.Map([0, 0], tiles=None)
    put(folium_map, text)
    return folium_map.get_root().render()


@pytest.mark.parametrize("put", PLACES, ids=lambda put: put.__name__)
def test_a_template_in_a_value_is_not_run(put):
    page = render(put, TEMPLATE)
    assert "uid=" not in page
    assert "popen" in page  # still there, as text


@pytest.mark.parametrize("put", PLACES, ids=lambda put: put.__name__)
@pytest.mark.parametrize("attack", ["arithmetic", "statement"])
def test_nothing_is_computed_from_a_value(put, attack):
    page = render(put, HOSTILE[attack])
    assert "againagain" not in page
    assert not re.search(r"\b49\b", page)


@pytest.mark.parametrize("put", PLACES, ids=lambda put: put.__name__)
def test_harmless_output_is_that_of_stock_branca(put, monkeypatch):
    def comparable(page: str) -> str:
        names = dict.fromkeys(re.findall(r"[0-9a-f]{32}", page))
        for at, name in enumerate(names):
            page = page.replace(name, f"id{at}")
        return re.sub(r"\s+", " ", page)

    ours = comparable(render(put, "Cook County, IL"))
    monkeypatch.setattr(branca.element.MacroElement, "render", STOCK_RENDER)
    assert comparable(render(put, "Cook County, IL")) == ours


def STOCK_RENDER(self, **kwargs):  # noqa: N802  (as branca 0.8.2 has it, replaced on import of maps)
    figure = self.get_root()
    for part in ("header", "html", "script"):
        macro = self._template.module.__dict__.get(part)
        if macro is not None:
            element = branca.element.Element(macro(self, kwargs))
            getattr(figure, part).add_child(element, name=self.get_name())
    for child in self._children.values():
        child.render(**kwargs)


def test_the_cure_is_installed_by_importing_maps():
    assert branca.element.MacroElement.render is safe._render
