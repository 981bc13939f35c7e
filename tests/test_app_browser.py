"""The app as people use it, in Chromium: every page, no request outside, no error."""

import json
import re
import time
from typing import TYPE_CHECKING

import pytest

from geo.settings import ROOT

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [pytest.mark.browser, pytest.mark.slow]

RESULTS = ROOT / "build" / "browser"
MEASURED = RESULTS / "measured.json"
DRAWN = "count => window.__atlasSeq > count"


def write_down(name: str, value: float) -> None:
    """Keep what was measured, for docs/measured.md; no test depends on a clock."""
    RESULTS.mkdir(parents=True, exist_ok=True)
    known = json.loads(MEASURED.read_text()) if MEASURED.exists() else {}
    MEASURED.write_text(json.dumps(known | {name: round(value, 3)}, indent=2, sort_keys=True))


def drawings(page) -> int:
    return page.evaluate("window.__atlasSeq || 0")


def wait_drawn(page, after: int = 0) -> None:
    page.wait_for_function(DRAWN, arg=after, timeout=60_000)


def open_start(page, app_server, query: str = "") -> None:
    page.goto(f"{app_server}/{query}")
    wait_drawn(page)


def go(page, name: str) -> None:
    page.get_by_test_id("stSidebarNav").get_by_role("link", name=name, exact=True).click()
    page.get_by_role("heading", level=1, name=name).wait_for()


def upload(page, file) -> None:
    page.get_by_test_id("stFileUploaderDropzoneInput").set_input_files(file)


def settled(page) -> None:
    """Wait until the script has run to its end."""
    page.wait_for_function(
        "!document.querySelector('[data-testid=stStatusWidget], [data-stale=true]')"
    )


def test_a_first_visit_shows_a_map_that_says_it_is_synthetic(offline_page, app_server):
    started = time.perf_counter()
    open_start(offline_page, app_server)
    write_down("first visit to first map, s", time.perf_counter() - started)
    assert offline_page.get_by_text("Synthetic demo data").is_visible()
    assert offline_page.get_by_text(re.compile(r"counties are hot")).first.is_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 800])
def test_every_page_draws_without_an_error(offline_page, app_server, scheme, width):
    offline_page.emulate_media(color_scheme=scheme)
    offline_page.set_viewport_size({"width": width, "height": 900})
    open_start(offline_page, app_server)
    if width == 800 and not offline_page.get_by_test_id("stSidebarNav").is_visible():
        offline_page.get_by_test_id("stExpandSidebarButton").click()
    for name in ("Data", "Quality", "Hot spots", "Density", "Corridors", "Export"):
        before = drawings(offline_page)
        go(offline_page, name)
        if name not in ("Data", "Quality", "Export"):
            wait_drawn(offline_page, before)
        settled(offline_page)
        assert offline_page.get_by_text("Something went wrong").count() == 0
        RESULTS.mkdir(parents=True, exist_ok=True)
        offline_page.screenshot(path=RESULTS / f"{name}-{width}-{scheme}.png")


def test_cook_county_from_upload_to_hot_spots(offline_page, app_server, shared_data):
    """At most 5 clicks; the time is written down."""
    page = offline_page
    open_start(page, app_server)
    clicks = 0
    before = drawings(page)
    page.get_by_role("button", name="Load your file").click()
    clicks += 1
    page.get_by_role("heading", level=1, name="Data").wait_for()
    started = time.perf_counter()
    file = shared_data / "incidents" / "cook_county_me_opioid.csv"
    upload(page, file)
    clicks += 1
    page.get_by_role("button", name="Use these columns").click()
    clicks += 1
    page.get_by_role("heading", level=1, name="Hot spots").wait_for(timeout=60_000)
    wait_drawn(page, before)
    write_down("Cook County, upload to first hot spot map, s", time.perf_counter() - started)
    assert clicks <= 5
    assert page.get_by_text(re.compile(r"hexagons are hot")).first.is_visible()
    assert page.get_by_text("Synthetic demo data").count() == 0

    before = drawings(page)
    slider = page.get_by_role("slider")
    started = time.perf_counter()
    slider.press("ArrowRight")
    wait_drawn(page, before)
    write_down("Cook County, changed slider to new map, s", time.perf_counter() - started)
    assert "min_count=1" in page.url

    go(page, "Data")
    page.get_by_text("12,321").nth(1).wait_for()  # incidents, and as many rows


def test_recoloring_the_country_sends_less_than_60_kb(offline_page, app_server, tmp_path):
    """3,108 counties of the lower 48 states, recolored by a slider: bytes over the socket."""
    from boundaries import load  # noqa: PLC0415

    counties = load.counties()
    counties = counties[~counties["state"].isin(["AK", "HI", "PR", "GU", "VI", "AS", "MP"])]
    assert len(counties) == 3_108  # cb_2016: counties of the lower 48 and DC
    points = zip(counties["lon"], counties["lat"], strict=True)
    rows = [
        f"2024-01-{1 + i % 28:02d},{lon:.4f},{lat:.4f}"
        for i, (lon, lat) in enumerate(points)
        for _ in range(1 + i * i % 7)  # one to six incidents in each county
    ]
    file = tmp_path / "country.csv"
    file.write_text("date,longitude,latitude\n" + "\n".join(rows))
    page = offline_page
    received: list[int] = []
    page.on("websocket", lambda socket: socket.on(
        "framereceived", lambda frame: received.append(len(frame))
    ))  # fmt: skip
    page.goto(f"{app_server}/")
    wait_drawn(page)
    go(page, "Data")
    upload(page, file)
    before = drawings(page)
    page.get_by_role("button", name="Use these columns").click()
    page.get_by_role("heading", level=1, name="Hot spots").wait_for(timeout=60_000)
    wait_drawn(page, before)
    page.get_by_text(re.compile(r"of 3,10\d counties")).first.wait_for()
    settled(page)
    before = drawings(page)
    page.get_by_role("slider").press("ArrowRight")  # from what the data suggest to 1
    wait_drawn(page, before)
    settled(page)
    before = drawings(page)
    received.clear()
    page.get_by_role("slider").press("ArrowRight")
    wait_drawn(page, before)
    settled(page)
    write_down("recolor 3,108 counties, bytes", sum(received))
    assert sum(received) < 60_000


def test_how_sure_lists_each_hot_spot_at_three_scales(offline_page, app_server):
    page = offline_page
    page.goto(f"{app_server}/hot_spots")
    wait_drawn(page)
    page.get_by_text("How sure is it?").click()
    page.get_by_text(re.compile(r"Of \d+ hot counties, \d+ are robust at 3 of 3 scales")).wait_for()
    page.get_by_text(re.compile(r"half the reach \(the nearest \d+\)")).last.wait_for()


def test_table_and_map_are_linked(offline_page, app_server):
    page = offline_page
    open_start(page, app_server)
    go(page, "Hot spots")
    settled(page)
    before = drawings(page)
    table = page.get_by_test_id("stDataFrame").first
    box = table.bounding_box()
    page.mouse.click(box["x"] + 20, box["y"] + 55)  # the check box of the first row
    wait_drawn(page, before)


def test_a_link_restores_the_view(offline_page, app_server):
    open_start(offline_page, app_server, "?states=Ohio&states=West+Virginia&min_count=8")
    go(offline_page, "Hot spots")
    offline_page.get_by_text(re.compile(r"of 143 counties")).first.wait_for()  # 88 + 55


def test_a_link_copied_from_another_page_brings_the_same_result(offline_page, app_server, browser):
    page = offline_page
    page.goto(f"{app_server}/hot_spots?level=Hexagon&states=Connecticut&min_count=9")
    wait_drawn(page)
    settled(page)
    found = page.locator("h4").first.inner_text()
    go(page, "Export")
    settled(page)
    page.wait_for_url("**/export?*level=Hexagon*")
    assert page.locator("h4").first.inner_text() == found
    other = browser.new_page()
    other.goto(page.url)
    other.get_by_text(found).first.wait_for(timeout=60_000)
    other.close()


def test_a_button_to_another_page_keeps_the_choices(offline_page, app_server):
    page = offline_page
    page.goto(f"{app_server}/?states=Connecticut&kinds=Overdoses&kinds=Seizures&min_count=9")
    wait_drawn(page)
    settled(page)
    page.get_by_role("button", name="See density").click()
    page.get_by_role("heading", level=1, name="Density").wait_for()
    settled(page)
    assert page.get_by_text("Something went wrong").count() == 0
    page.wait_for_url("**/density?*states=Connecticut*")


def test_what_is_picked_is_an_area_not_a_row(offline_page, app_server):
    """Ranked anew, the table still marks the area that was picked."""
    page = offline_page
    page.goto(f"{app_server}/hot_spots?states=Connecticut")
    wait_drawn(page)
    settled(page)
    table = page.get_by_test_id("stDataFrame").first
    box = table.bounding_box()
    before = drawings(page)
    page.mouse.click(box["x"] + 20, box["y"] + 55)  # the check box of the first row
    wait_drawn(page, before)
    settled(page)
    first = table.locator("td[data-testid='glide-cell-1-0']").inner_text()
    before = drawings(page)
    page.get_by_role("radio", name="More than chance explains (Gi*)").click()
    wait_drawn(page, before)
    settled(page)
    rows = table.locator("tr[aria-selected='true'] td[data-testid^='glide-cell-1-']")
    assert rows.all_inner_texts() == [first]


def test_downloads(offline_page, app_server, tmp_path):
    page = offline_page
    open_start(page, app_server)
    go(page, "Export")
    for number in range(7):  # formats of a hot spot result
        page.get_by_role("button", name="Download").nth(number).wait_for()
        with page.expect_download(timeout=120_000) as download:
            page.get_by_role("button", name="Download").nth(number).click()
        target = tmp_path / download.value.suggested_filename
        download.value.save_as(target)
        assert target.stat().st_size > 500, target.name
    assert {".gpkg", ".geojson", ".zip", ".png", ".pdf", ".html"} <= {
        p.suffix for p in tmp_path.iterdir()
    }


def test_the_exported_page_opens_alone(offline_page, tmp_path, app_server):
    page = offline_page
    open_start(page, app_server)
    go(page, "Export")
    page.get_by_text("The study in these files").wait_for()
    label = page.get_by_text("Map in one file")
    card = page.get_by_test_id("stVerticalBlock").filter(has=label).last
    with page.expect_download(timeout=120_000) as download:
        card.get_by_role("button", name="Download").click()
    target: Path = tmp_path / "map.html"
    download.value.save_as(target)
    page.goto(target.as_uri())
    page.wait_for_selector(".leaflet-container")
    assert page.get_by_text("ynthetic").first.is_visible()
    assert json.loads(page.locator("#study").inner_text() or page.locator("#study").text_content())


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("empty.csv", b"", "empty"),
        ("nothing.csv", b"a,b\n1,2\n3,4\n", "no "),
        ("binary.xlsx", bytes(range(256)) * 30, ""),
    ],
)
def test_a_bad_file_gets_one_clear_sentence(offline_page, app_server, name, content, says):
    page = offline_page
    open_start(page, app_server)
    go(page, "Data")
    upload(page, {"name": name, "mimeType": "text/csv", "buffer": content})
    error = page.get_by_role("alert").first
    error.wait_for()
    assert says in error.inner_text().lower()
    if name == "nothing.csv":  # it can be read, but no column is a place or a day
        assert page.get_by_role("button", name="Use these columns").is_disabled()
    assert page.get_by_text("Something went wrong").count() == 0
