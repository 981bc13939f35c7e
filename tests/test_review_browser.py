"""Review of addresses in Chromium: what is picked, what the map shows, what is asked."""

import io
import re
import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import expect

from boundaries import streets
from geo.geocoding import street_own
from pages.frame._fit import width
from tests.browser_steps import go, pick_row, settled, take_in

pytestmark = [pytest.mark.browser, pytest.mark.slow]

CALLS = """case number,incident date,incident address,incident zip,incident state,drug
1,2024-05-01,190 Grubb St,27944,NC,Heroin
"""

GROUPS, MEMBERS, CANDIDATES = 1, 2, 3
"""Tables of the page, by place; the first, in a closed panel, lists what could be sent."""


@pytest.fixture
def roads_known(app_server: str, app_home: Path, shared_data: Path, tmp_path: Path) -> str:
    """Address of the app, which knows the streets of Perquimans County."""
    archive = tmp_path / "tl_2020_37143_edges.zip"
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as file:
        for part in (shared_data / "geocoding" / "tiger_nc37143").glob("tl_2020_37143_edges.*"):
            file.write(part, part.name)
    streets.add_files([archive], app_home / "streets")
    return app_server


def review(page, server: str, calls: str) -> None:
    """Load calls and open their review."""
    page.set_viewport_size({"width": 1440, "height": 1300})
    page.goto(f"{server}/data")
    take_in(page, {"name": "calls.csv", "mimeType": "text/csv", "buffer": calls.encode()})
    page.get_by_role("heading", level=1, name="Hot spots").wait_for(timeout=40_000)
    go(page, "Streets")
    page.get_by_text(re.compile("of the rows found at street level")).wait_for(timeout=25_000)
    expect(page.get_by_test_id("stDataFrame").nth(GROUPS)).to_be_visible(timeout=25_000)


def map_drawn(page):
    """Wait for the map and give it."""
    box = page.locator(".atlas-canvas").first
    box.wait_for()
    settled(page)
    page.wait_for_function("window.__atlasSeq > 0")
    page.wait_for_timeout(700)
    return box


def picture(page) -> np.ndarray:
    shot = map_drawn(page).screenshot()
    return np.asarray(Image.open(io.BytesIO(shot)).convert("RGB"), dtype=int)


def middle_of_what_differs(one: np.ndarray, other: np.ndarray) -> dict[str, float]:
    rows, columns = np.nonzero(np.abs(one - other).max(axis=2) > 40)
    assert len(rows) > 60  # a ring of 10 pixels has more
    middle = {"x": (columns.min() + columns.max()) / 2, "y": (rows.min() + rows.max()) / 2}
    return {side: float(at) for side, at in middle.items()}


def test_the_candidate_picked_has_a_ring_on_the_map(offline_page, roads_known: str) -> None:
    page = offline_page
    review(page, roads_known, CALLS)
    pick_row(page, GROUPS, 0)
    pick_row(page, MEMBERS, 0)
    page.mouse.move(0, 0)
    without = picture(page)
    rings = {}
    for row in (0, 1):
        pick_row(page, CANDIDATES, row)
        accept = page.get_by_role("button", name=re.compile("^It is 190 [EW] Grubb St"))
        expect(accept).to_be_visible(timeout=25_000)
        page.mouse.move(0, 0)
        rings[accept.inner_text()] = middle_of_what_differs(without, picture(page))
    assert len(rings) == 2
    # The dot inside each ring is the candidate on the button, and a click on it picks it.
    for button, middle in rings.items():
        name = re.search("190 [EW] Grubb St", button)[0]
        map_drawn(page).hover(position=middle)
        expect(page.locator(".atlas-tip strong")).to_contain_text(name)
        map_drawn(page).click(position=middle)
        expect(page.get_by_role("button", name=re.compile(f"^It is {name}"))).to_be_visible(
            timeout=25_000
        )
        page.mouse.move(0, 0)
        again = middle_of_what_differs(without, picture(page))
        assert again == pytest.approx(middle, abs=2)
    page.get_by_role("button", name="Layers and legend").click()
    expect(page.locator(".atlas-entry", has_text="The one picked")).to_be_visible()


def test_a_candidate_far_off_is_said_and_turned_to(
    offline_page, roads_known: str, app_home: Path, tmp_path: Path
) -> None:
    """One Grubb Street is in Asheville, some 550 km from the others."""
    points = tmp_path / "points.csv"
    points.write_text("STREET,NUMBER,ZIP,LON,LAT\nGrubb St,190,28801,-82.55,35.59\n")
    columns = street_own.propose(["STREET", "NUMBER", "ZIP", "LON", "LAT"], "points")
    own = street_own.read(street_own.OwnFile(points, "points", columns, "Asheville"))
    streets.add_segments(own, "NC", "asheville", app_home / "streets")
    page = offline_page
    review(page, roads_known, CALLS.replace("incident zip,", "").replace("27944,", ""))
    pick_row(page, GROUPS, 0)
    pick_row(page, MEMBERS, 0)
    said = page.get_by_text(re.compile("outside of this map: pick one in the list"))
    expect(said).to_have_text(re.compile(r"^5 of 6 places lie"), timeout=25_000)
    page.mouse.move(0, 0)
    before = picture(page)
    pick_row(page, CANDIDATES, 1)
    expect(said).to_have_text(re.compile(r"^1 of 6 places lies"), timeout=25_000)
    page.mouse.move(0, 0)
    # The streets of Hertford are drawn, where there was one house and nothing around it.
    blank = before[200, 200]
    drawn = [(np.abs(one - blank).max(axis=2) > 40).mean() for one in (before, picture(page))]
    assert drawn[1] > drawn[0] + 0.01


LONG = """case number,incident date,incident address,incident city,incident zip,incident state,drug
1,2024-05-01,Albemarle Plantation Blvd and Holiday Island Rd,Hertford,27944,NC,Heroin
2,2024-05-01,120 Pine St,Elizabeth City,27909,NC,Heroin
3,2024-05-01,190 Grubb St,,,NC,Heroin
"""
SCROLLED = """[...document.querySelectorAll(".dvn-scroller")]
    .map((table) => table.scrollWidth - table.clientWidth)"""
MEASURED = """(texts) => {
    const pen = document.createElement("canvas").getContext("2d");
    pen.font = '14px "Source Sans", sans-serif';
    return texts.map((text) => pen.measureText(text).width);
}"""


@pytest.mark.parametrize("window", [1440, 800])
def test_no_column_of_the_review_is_out_of_view(
    offline_page, roads_known: str, window: int
) -> None:
    page = offline_page
    review(page, roads_known, LONG)
    page.set_viewport_size({"width": window, "height": 2000})
    for group in range(3):
        pick_row(page, GROUPS, group)
        pick_row(page, MEMBERS, 0)
        expect(page.get_by_test_id("stDataFrame")).to_have_count(4, timeout=25_000)
        page.wait_for_timeout(700)
        assert page.evaluate(SCROLLED) == [0, 0, 0]
    if window == 1440:
        texts = ["Off by, m", "Taken for", "Holiday Island Rd & Harrells Creek Rd, NC 27944",
                 "ALBEMARLE PLANTATION BLVD", "Streets of its place are not known", "WWMM mmww",
                 "in another county (Perquimans County)", "0123456789"]  # fmt: skip
        for text, pixels in zip(texts, page.evaluate(MEASURED, texts), strict=True):
            assert pixels <= width(text) + 2 <= 1.35 * pixels + 5, text


def enter(page, longitude: str, latitude: str) -> None:
    for label, number in (("Longitude", longitude), ("Latitude", latitude)):
        field = page.get_by_label(label)
        field.fill(number)
        field.press("Tab")
        page.wait_for_timeout(500)  # until the page has begun to answer
        settled(page)


def test_a_place_by_hand_far_off_is_asked_about_and_shown(offline_page, roads_known: str) -> None:
    """Charlotte, some 400 km from Hertford, and a place in Nebraska."""
    page = offline_page
    review(page, roads_known, CALLS)
    pick_row(page, GROUPS, 0)
    pick_row(page, MEMBERS, 0)
    here = page.get_by_role("button", name="It is here")
    all_the_same = page.get_by_text("It is there all the same")
    enter(page, "-98", "41.2")
    page.get_by_text("The place lies in NE, and the address in NC.").wait_for(timeout=25_000)
    expect(all_the_same).to_have_count(0)  # no tick helps
    expect(here).to_be_disabled()
    enter(page, "-80.8431", "35.2271")
    page.get_by_text(re.compile(r"This is (39|40)\d km from the ZIP code")).wait_for(timeout=25_000)
    expect(here).to_be_disabled()
    map_drawn(page)
    expect(page.locator(".atlas-label span", has_text="Charlotte")).to_be_visible()
    expect(page.locator(".atlas-label span", has_text="Raleigh")).to_be_visible()  # on the way
    all_the_same.click()
    expect(here).to_be_enabled(timeout=25_000)
    here.click()
    page.get_by_text("100% of the rows found at street level").wait_for(timeout=25_000)
    settled(page)
    # What was decided is on the map, and nothing is asked again.
    pick_row(page, 0, 0)
    pick_row(page, 1, 0)
    page.get_by_role("button", name="Take the decision back").wait_for(timeout=25_000)
    map_drawn(page)
    expect(page.locator(".atlas-label span", has_text="Charlotte")).to_be_visible()
    page.get_by_role("button", name="Layers and legend").click()
    expect(page.locator(".atlas-item", has_text="Placed here")).to_be_visible()
    expect(page.get_by_text(re.compile("km from the ZIP code"))).to_have_count(0)
