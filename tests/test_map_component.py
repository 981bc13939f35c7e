"""The map component in Chromium."""

import io
import re
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from boundaries import load
from tests.map_layers import HOSTILE

pytestmark = pytest.mark.browser

APP = Path(__file__).with_name("map_app.py")
DRAWN = "n => (window.__atlasSeq ?? 0) >= n"


@pytest.fixture(scope="session")
def map_app(serve, tmp_path_factory):
    """The app of this test, in a folder of its own beside the laid-out scripts."""
    script = tmp_path_factory.mktemp("map_app") / "app.py"
    script.write_text(APP.read_text())
    return serve(script)


def show(page: Page, url: str) -> int:
    page.goto(url)
    page.wait_for_function(DRAWN, arg=1, timeout=60_000)
    return page.evaluate("window.__atlasSeq")


def recolor(page: Page, seq: int) -> None:
    page.get_by_role("slider").press("ArrowRight")
    page.wait_for_function(DRAWN, arg=seq + 1, timeout=30_000)


def view(page: Page) -> str:
    return page.locator(".leaflet-map-pane").get_attribute("style") + str(
        page.locator(".leaflet-control-scale-line").all_inner_texts()
    )


def test_a_new_seed_recolors_3108_counties_in_60_kb_and_keeps_the_view(offline_page: Page, map_app):
    received: list[int] = []
    offline_page.on(
        "websocket",
        lambda ws: ws.on("framereceived", lambda frame: received.append(len(frame))),
    )
    seq = show(offline_page, map_app)
    box = offline_page.locator(".atlas-canvas").bounding_box()
    offline_page.mouse.move(box["x"] + 300, box["y"] + 200)
    offline_page.keyboard.down("Control")
    offline_page.mouse.wheel(0, -400)
    offline_page.keyboard.up("Control")
    offline_page.wait_for_timeout(800)
    before = view(offline_page)
    received.clear()
    started = offline_page.evaluate("performance.now()")
    recolor(offline_page, seq)
    took = offline_page.evaluate("performance.now()") - started
    offline_page.wait_for_timeout(300)
    # The bar of issue "The main job": under 60 KB; the time is written down in docs/maps.md.
    assert sum(received) < 60_000
    assert took < 10_000  # generous: other work may share the machine
    assert view(offline_page) == before
    # The first seed again: this browser holds it, so nearly nothing travels.
    received.clear()
    offline_page.get_by_role("slider").press("ArrowLeft")
    offline_page.wait_for_function(DRAWN, arg=seq + 2, timeout=30_000)
    offline_page.wait_for_timeout(300)
    assert sum(received) < 12_000


def test_hovering_and_panning_never_run_the_page_and_a_click_does(offline_page: Page, map_app):
    show(offline_page, map_app)
    runs = offline_page.get_by_text(re.compile(r"runs=1 "))
    expect(runs).to_be_visible()
    box = offline_page.locator(".atlas-canvas").bounding_box()
    middle = box["x"] + box["width"] * 0.4, box["y"] + box["height"] * 0.5
    offline_page.mouse.move(*middle)
    tip = offline_page.locator(".atlas-tip")
    expect(tip).to_contain_text("Gi* z-score")
    expect(tip).to_contain_text(re.compile(r"[A-Z][a-z]+ .*, [A-Z]{2}"))
    offline_page.mouse.down()
    offline_page.mouse.move(middle[0] + 60, middle[1] + 20, steps=4)
    offline_page.mouse.up()
    offline_page.wait_for_timeout(600)
    expect(runs).to_be_visible()
    offline_page.mouse.click(middle[0] + 60, middle[1] + 20)
    expect(offline_page.get_by_text(re.compile(r"runs=2 clicked=\d{5}"))).to_be_visible()


def test_a_selected_area_outside_the_view_is_brought_in(offline_page: Page, map_app):
    seq = show(offline_page, map_app)
    for _ in range(3):
        offline_page.get_by_role("button", name="Zoom in").click()
        offline_page.wait_for_timeout(400)
    before = view(offline_page)
    offline_page.get_by_role("combobox").click()
    offline_page.get_by_role("option", name="06037").click()
    offline_page.wait_for_function(DRAWN, arg=seq + 1, timeout=30_000)
    offline_page.wait_for_timeout(800)
    assert view(offline_page) != before


def differing(one: bytes, other: bytes) -> int:
    """Count the pixels of two pictures that a person would tell apart."""
    pictures = [
        np.asarray(Image.open(io.BytesIO(p)).convert("RGB"), dtype=int) for p in (one, other)
    ]
    return int((np.abs(pictures[0] - pictures[1]).max(axis=2) > 8).sum())


def test_deselecting_removes_the_outline(offline_page: Page, map_app):
    seq = show(offline_page, map_app)
    canvas = offline_page.locator(".atlas-canvas")

    def choose(name: str, at: int) -> None:
        offline_page.get_by_role("combobox").click()
        offline_page.get_by_role("option", name=name).click()
        offline_page.wait_for_function(DRAWN, arg=seq + at, timeout=30_000)
        offline_page.mouse.move(2, 2)
        offline_page.wait_for_timeout(500)

    before = canvas.screenshot()
    choose("06037", 1)
    assert differing(canvas.screenshot(), before) > 20
    choose("None", 2)
    assert differing(canvas.screenshot(), before) == 0


def test_the_wheel_scrolls_the_page_until_the_map_is_clicked(offline_page: Page, map_app):
    show(offline_page, map_app)
    box = offline_page.locator(".atlas-canvas").bounding_box()
    offline_page.mouse.move(box["x"] + 20, box["y"] + box["height"] / 2)
    hint = offline_page.locator(".atlas-hint")

    def wheel() -> bool:
        before = view(offline_page)
        offline_page.mouse.wheel(0, -300)
        offline_page.wait_for_timeout(700)
        return view(offline_page) != before

    assert not wheel()
    expect(hint).to_have_css("opacity", "1")
    offline_page.mouse.down()
    offline_page.mouse.up()
    assert wheel()
    offline_page.mouse.move(2, 2)
    offline_page.mouse.move(box["x"] + 20, box["y"] + box["height"] / 2)
    assert not wheel()


def test_a_tooltip_is_never_cut_by_the_edge(offline_page: Page, map_app):
    offline_page.set_viewport_size({"width": 800, "height": 900})
    show(offline_page, map_app)
    box = offline_page.locator(".atlas-canvas").bounding_box()
    right, low = box["x"] + box["width"], box["y"] + box["height"]
    for _ in range(3):  # so that counties reach over every edge
        offline_page.get_by_role("button", name="Zoom in").click()
        offline_page.wait_for_timeout(400)
    seen = 0
    for across in (0.01, 0.2, 0.5, 0.8, 0.99):
        for down in (0.01, 0.5, 0.99):
            offline_page.mouse.move(
                box["x"] + box["width"] * across, box["y"] + box["height"] * down
            )
            for tip in offline_page.locator(".atlas-tip").all():
                held = tip.bounding_box()
                seen += 1
                assert held["x"] >= box["x"]
                assert held["y"] >= box["y"]
                assert held["x"] + held["width"] <= right
                assert held["y"] + held["height"] <= low
    assert seen >= 5


def test_the_first_view_names_great_cities_and_no_small_town(offline_page: Page, map_app):
    show(offline_page, f"{map_app}?labels=1")
    names = set(offline_page.locator(".atlas-label").all_text_contents())
    # Populations by the Census of 2020: all of these above 550,000.
    assert {"Boston", "Washington", "Chicago", "Los Angeles", "Seattle", "Denver"} <= names
    assert not {"Easton", "Lowell", "Pearl"} & names
    people = load.places().set_index("name")["population"]
    assert people[people.index.isin(names)].groupby(level=0).max().min() > 250_000


def test_a_layer_switched_off_stays_off_after_a_recolor(offline_page: Page, map_app):
    seq = show(offline_page, map_app)
    switch = offline_page.get_by_role("checkbox", name="Hot spots")
    expect(switch).to_be_checked()
    switch.uncheck()
    recolor(offline_page, seq)
    expect(switch).not_to_be_checked()
    switch.check()
    expect(offline_page.get_by_text("Hot spot, 99%")).to_be_visible()


def test_the_map_can_be_reached_and_moved_by_keyboard(offline_page: Page, map_app):
    show(offline_page, map_app)
    canvas = offline_page.get_by_role("application", name=re.compile("Map"))
    canvas.focus()
    before = view(offline_page)
    offline_page.keyboard.press("+")
    offline_page.wait_for_timeout(700)
    assert view(offline_page) != before


def test_the_map_is_shown_again_after_a_reload(offline_page: Page, map_app):
    show(offline_page, map_app)
    offline_page.reload()
    offline_page.wait_for_function(DRAWN, arg=1, timeout=60_000)
    expect(offline_page.get_by_text("Hot spot, 99%")).to_be_visible()


def test_a_browser_that_lost_a_script_gets_it_again(offline_page: Page, map_app):
    """The server believes that a layer was sent; the browser has never seen it."""
    seq = show(offline_page, map_app)
    offline_page.evaluate("window.atlas.forget()")
    recolor(offline_page, seq)
    expect(offline_page.get_by_text("Hot spot, 99%")).to_be_visible()


@pytest.mark.parametrize("attack", ["closing", "everything", "template"])
def test_hostile_text_is_text_in_every_kind_of_layer(offline_page: Page, map_app, attack: str):
    show(offline_page, f"{map_app}?attack={attack}")
    panel = offline_page.get_by_role("region", name="Layers and legend")
    for switch in panel.get_by_role("checkbox").all():
        switch.check()
    # Nine layers, each with this title.
    assert panel.locator("label input + span").all_text_contents() == [HOSTILE[attack]] * 9
    box = offline_page.locator(".atlas-canvas").bounding_box()
    seen = set()
    for across in range(10, 75, 4):
        for down in (35, 45, 55, 65):
            offline_page.mouse.move(
                box["x"] + box["width"] * across / 100, box["y"] + box["height"] * down / 100
            )
            seen |= set(offline_page.locator(".atlas-tip strong").all_text_contents())
    assert HOSTILE[attack] in seen
    assert offline_page.evaluate("window.__hurt ?? null") is None
    assert offline_page.locator(".atlas img[src=x], .atlas script").count() == 0


def test_a_surface_tells_its_class_on_hover(offline_page: Page, map_app):
    show(offline_page, f"{map_app}?attack=backtick")
    panel = offline_page.get_by_role("region", name="Layers and legend")
    for at, switch in enumerate(panel.get_by_role("checkbox").all()):
        switch.set_checked(at == 1)  # results first, the one drawn last on top: incident, density
    offline_page.wait_for_timeout(500)  # until the picture is there to point at
    box = offline_page.locator(".atlas-canvas").bounding_box()
    seen = set()
    for across in range(20, 60, 3):
        for down in (45, 55, 65):
            offline_page.mouse.move(
                box["x"] + box["width"] * across / 100, box["y"] + box["height"] * down / 100
            )
            seen |= set(offline_page.locator(".atlas-tip").all_text_contents())
    # The cone of the test rises to nearly 1 in seven equal steps.
    assert any(text.endswith(" per km2") for text in seen), seen


def test_a_missing_script_is_said_in_words(page: Page, serve, tmp_path):
    script = tmp_path / "app.py"
    script.write_text(APP.read_text())
    page.goto(serve(script, LOSE_ASSETS="1"))
    alert = page.locator(".atlas").get_by_role("alert")
    expect(alert).to_contain_text("leaflet.js is missing", timeout=60_000)


@pytest.mark.parametrize("width", [1440, 800])
def test_the_map_has_room(offline_page: Page, map_app, width: int):
    offline_page.set_viewport_size({"width": width, "height": 900})
    show(offline_page, map_app)
    box = offline_page.locator(".atlas-canvas").bounding_box()
    assert box["height"] >= 0.6 * 900  # at least 60% of the window's height
    legend = offline_page.get_by_role("region", name="Layers and legend").bounding_box()
    assert legend["width"] <= 0.4 * box["width"]
