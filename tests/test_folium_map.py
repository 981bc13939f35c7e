"""Documents: scripts, digests, sizes, and single files."""

import json
import re
from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from playwright.sync_api import Page
from shapely import box

from maps import folium_map, offline, specs
from maps.extent import CONTIGUOUS, extent
from maps.provenance import read_study
from maps.tables import readable
from tests.map_layers import HOSTILE, cells, every_kind, hot_spots

STUDY = {"study": {"method": "hotspots", "states": ["CT"]}, "note": "</script><!--"}


@pytest.fixture(scope="module", autouse=True)
def laid_out():
    offline.lay_out()


def test_recoloring_3108_counties_is_small():
    script = folium_map.document([hot_spots()]).layers["hot"]
    assert len(hot_spots().shapes) == 3108
    # Class, count, rate, z, q and the names: the bar is 60 KB for all a change sends.
    assert len(script.text) < 45_000
    assert "Autauga" not in script.text  # the browser holds the names


def test_the_same_layer_makes_the_same_script_and_another_does_not():
    one, two, other = (
        folium_map.document([hot_spots(seed)]).layers["hot"].digest for seed in (0, 0, 1)
    )
    assert one == two != other


def test_values_are_rounded_to_their_decimals():
    layer = hot_spots(n=20)
    spec = specs.spec(layer)
    counts = next(f for f in spec["fields"] if f["label"] == "Overdoses")
    noisy = layer.shapes.assign(count=layer.shapes["count"] + 0.2)
    again = specs.spec(replace(layer, shapes=noisy))
    assert counts in again["fields"]


def test_areas_the_browser_does_not_hold_bring_their_shapes():
    layer = hot_spots(n=3)
    stray = layer.shapes.rename(index={layer.shapes.index[0]: "00000"})
    assert "at" in specs.spec(layer)
    spec = specs.spec(replace(layer, shapes=stray))
    assert len(spec["shapes"]) == 3
    assert "topology" not in spec


def test_rows_may_come_in_any_order():
    layer = hot_spots(n=50)
    mixed = replace(layer, shapes=layer.shapes.sample(frac=1, random_state=1))
    same = folium_map.document([layer]).layers["hot"].text
    assert folium_map.document([mixed]).layers["hot"].text == same


def test_results_are_drawn_below_borders_and_names():
    made = folium_map.document(list(reversed(every_kind("x"))))
    keys = list(made.layers)
    assert keys.index("cells") < keys.index("county") < keys.index("hidta") < keys.index("label")


def test_the_view_is_that_of_the_results():
    west, south, east, north = folium_map.document([cells()]).view
    assert (west, south, east, north) == (-84, 40, -82, 42)


def test_the_view_leaves_out_what_lies_overseas():
    """Boxes rounded by hand from the atlas."""
    ohio, maine, oregon = (
        box(-84.8, 38.4, -80.5, 42),
        box(-71, 43, -67, 47.5),
        box(-124.6, 42, -117, 46),
    )
    alaska, honolulu, san_juan = (
        box(-168, 54, -130, 71),
        box(-158.3, 21.2, -157.6, 21.7),
        box(-66.2, 18.3, -66, 18.5),
    )

    def looked_at(*shapes):
        index = pd.Index([str(n) for n in range(len(shapes))])
        areas = gpd.GeoDataFrame({"name": "a"}, index=index, geometry=list(shapes), crs=4326)
        return extent([replace(cells(), shapes=areas)])

    assert looked_at(ohio, maine, san_juan, ohio) == (-84.8, 38.4, -67, 47.5)
    assert looked_at(ohio, maine, oregon, alaska, honolulu) == CONTIGUOUS
    assert looked_at(ohio, maine, oregon, san_juan) == CONTIGUOUS
    assert looked_at(honolulu) == (-158.3, 21.2, -157.6, 21.7)
    assert looked_at(alaska, honolulu)[0] == -168


def test_two_layers_of_one_key_are_refused():
    with pytest.raises(ValueError, match="same key"):
        folium_map.document([cells(), cells()])


def test_above_5000_incidents_a_picture_is_sent():
    layer = every_kind("x")[7]
    many = pd.concat([layer.shapes] * 6000)
    many.index = many.index + np.arange(6000).astype(str)
    assert specs.spec(layer)["kind"] == "points"
    spec = specs.spec(replace(layer, shapes=many))
    assert spec["kind"] == "image"
    assert len(json.dumps(spec)) < 50_000


def test_an_infinite_or_missing_value_is_not_a_number_in_the_script():
    layer = cells()
    odd = layer.shapes.assign(z=[np.inf, -np.inf, np.nan, 1.0])
    text = folium_map.document([replace(layer, shapes=odd)]).layers["cells"].text
    assert not re.search(r"NaN|Infinity", text)


@pytest.mark.parametrize("attack", sorted(HOSTILE))
def test_no_text_leaves_its_json_string(attack: str):
    """Every script is data in one call: the text cannot end the string, the call or the element."""
    made = folium_map.document(every_kind(HOSTILE[attack]))
    for script in made.layers.values():
        call = re.fullmatch(r"var \w+ = atlas\.layer\((.*)\);", script.text, re.DOTALL)
        assert call, script.text[:200]
        assert json.loads(call[1])["title"] == HOSTILE[attack]
        assert "<" not in call[1]
        assert "\u2028" not in call[1]


def single_file(text: str) -> str:
    layers = every_kind(text)
    return folium_map.html(
        layers, title=text, finding=text, table=readable(layers[0]),
        study_json={**STUDY, "text": text}, handling="les", synthetic=True,
    )  # fmt: skip


def test_a_single_file_says_what_it_must():
    page = single_file("Ohio")
    for words in ("Law enforcement sensitive", "Synthetic data", "Areas, ranked", "Hot spot, 99%"):
        assert words in page
    assert read_study(page.encode())["study"] == STUDY["study"]


@pytest.mark.parametrize("attack", sorted(HOSTILE))
def test_hostile_text_is_escaped_in_a_single_file(attack: str):
    page = single_file(HOSTILE[attack])
    ours = page[: page.index("Leaflet 1.9")]  # before the scripts of others
    assert "<script>window.__hurt" not in page
    assert "<img src=x" not in page
    assert "uid=" not in ours
    assert read_study(page.encode())["text"] == HOSTILE[attack]


@pytest.mark.browser
@pytest.mark.parametrize("attack", ["closing", "everything", "template"])
def test_a_single_file_opens_without_a_request_and_runs_no_text(
    offline_page: Page, tmp_path: Path, attack: str
):
    path = tmp_path / "map.html"
    path.write_text(single_file(HOSTILE[attack]), encoding="utf-8")
    asked: list[str] = []
    offline_page.on("request", lambda request: asked.append(request.url))
    offline_page.goto(path.as_uri())
    offline_page.wait_for_function("window.__atlasSeq === 1", timeout=30_000)
    assert [url for url in asked if not url.startswith(("data:", path.as_uri()))] == []
    assert offline_page.locator("h1").text_content() == HOSTILE[attack]
    titles = offline_page.locator(".atlas-panel label input + span").all_text_contents()
    assert titles == [HOSTILE[attack]] * 9
    assert offline_page.evaluate("window.__hurt ?? null") is None
    kept = offline_page.evaluate("JSON.parse(document.getElementById('study').textContent).text")
    assert kept == HOSTILE[attack]
