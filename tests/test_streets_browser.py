"""Streets in Chromium: read them, see what was not found, decide, and find it on the map."""

import re
import zipfile
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser_steps import go, pick_row, settled, take_in

pytestmark = [pytest.mark.browser, pytest.mark.slow]

CALLS = """case number,incident date,incident address,incident zip,incident state,drug
1,2024-05-01,105 E Market St,27944,NC,Heroin
2,2024-05-02,190 Grubb St,27944,NC,Heroin
3,2024-05-03,190 Grubb St,27944,NC,Heroin
4,2024-05-04,12 Nowhere Blvd,27944,NC,Fentanyl
5,2024-05-05,14 Nowhere Blvd,27944,NC,Fentanyl
"""


@pytest.fixture
def roads(shared_data: Path, tmp_path: Path) -> Path:
    """The roads of a county as the Census Bureau hands them out."""
    archive = tmp_path / "tl_2020_37143_edges.zip"
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as file:
        for part in (shared_data / "geocoding" / "tiger_nc37143").glob("tl_2020_37143_edges.*"):
            file.write(part, part.name)
    return archive


def test_streets_are_read_and_addresses_decided(offline_page, app_server: str, roads: Path) -> None:
    page = offline_page
    page.set_viewport_size({"width": 1440, "height": 1300})
    page.goto(f"{app_server}/data")
    take_in(page, {"name": "calls.csv", "mimeType": "text/csv", "buffer": CALLS.encode()})
    page.get_by_role("heading", level=1, name="Hot spots").wait_for(timeout=40_000)

    go(page, "Streets")
    page.get_by_text("No streets are known yet").wait_for()
    page.get_by_text("TIGER/Line files").click()
    settled(page)
    page.get_by_test_id("stFileUploaderDropzoneInput").set_input_files(roads)
    page.get_by_role("button", name="Read them").click()
    page.get_by_text("Streets known by name now: NC 823").wait_for(timeout=60_000)
    page.get_by_text("2,007 pieces of road").wait_for()
    settled(page)

    page.get_by_text("Review", exact=True).click()
    page.get_by_text("4 addresses in 5 rows; 20% of the rows").wait_for(timeout=25_000)
    page.get_by_role("button", name="Place them again").click()
    page.get_by_text("1 incident has another place than before.").wait_for(timeout=60_000)
    settled(page)

    # The first table, in a closed panel, lists what could be sent. Both groups hold two rows; in
    # the second an address is a tie of East and West.
    expect(page.get_by_test_id("stDataFrame").nth(1)).to_contain_text(
        "Street not found", timeout=25_000
    )
    pick_row(page, 1, 0)
    expect(page.get_by_test_id("stDataFrame").nth(2)).to_contain_text("Grubb", timeout=25_000)
    pick_row(page, 2, 0)
    page.get_by_role("heading", name="190 Grubb St").wait_for()
    # Nothing is picked for the person.
    expect(page.get_by_role("button", name="It is the one picked")).to_be_disabled()
    expect(page.get_by_role("button", name=re.compile("^It is 190"))).to_have_count(0)
    pick_row(page, 3, 0)
    accept = page.get_by_role("button", name=re.compile("It is 190 [EW] Grubb St, NC 27944"))
    accept.wait_for()
    accept.click()
    page.get_by_text("60% of the rows").wait_for(timeout=60_000)
    settled(page)

    # A place by hand, from a click on the map; a place on a line is a place too.
    pick_row(page, 1, 0)
    pick_row(page, 2, 0)
    box = page.locator(".atlas-canvas").first
    box.wait_for()
    settled(page)
    page.wait_for_function("window.__atlasSeq > 0")
    box.click(position={"x": 260, "y": 210})
    here = page.get_by_role("button", name="It is here")
    expect(here).to_be_enabled(timeout=25_000)
    here.click()
    page.get_by_text("80% of the rows").wait_for(timeout=25_000)
    settled(page)

    page.get_by_role("button", name="Place them again").click()
    page.get_by_text("3 incidents have another place than before.").wait_for(timeout=60_000)
    go(page, "Data")
    shown = page.get_by_test_id("stMetric").filter(has_text="Placed at street level")
    expect(shown.get_by_test_id("stMetricValue")).to_have_text("80%")


def test_nothing_is_sent_before_a_person_agrees(
    offline_page, app_server: str, app_home: Path
) -> None:
    page = offline_page
    page.goto(f"{app_server}/data")
    take_in(page, {"name": "calls.csv", "mimeType": "text/csv", "buffer": CALLS.encode()})
    page.get_by_role("heading", level=1, name="Hot spots").wait_for(timeout=40_000)
    go(page, "Streets")
    page.get_by_text("Review", exact=True).click()
    panel = page.get_by_text("Ask the Census Bureau about what was not found")
    panel.wait_for(timeout=25_000)
    panel.click()
    page.get_by_text(re.compile("4 addresses would leave this machine")).wait_for()
    send = page.get_by_role("button", name="Send them")
    expect(send).to_be_disabled()
    page.get_by_label("Your name or number").fill("A. Analyst")
    page.keyboard.press("Enter")
    settled(page)
    expect(send).to_be_disabled()
    page.get_by_text("My agency allows these addresses").click()
    expect(send).to_be_enabled(timeout=25_000)
    assert not (app_home / "streets" / "sent.jsonl").exists()


def test_known_points_are_compared(offline_page, app_server: str, shared_data: Path) -> None:
    page = offline_page
    page.goto(f"{app_server}/streets")
    page.get_by_text("Accuracy", exact=True).click()
    settled(page)
    page.get_by_test_id("stFileUploaderDropzoneInput").set_input_files(
        shared_data / "geocoding" / "hifld_hospitals.csv"
    )
    page.get_by_text("7,596 rows, 7,595 with a known point.").wait_for(timeout=60_000)
    expect(page.get_by_test_id("stDataFrame").first).to_contain_text(
        "PO box ZIP code", timeout=25_000
    )


def test_streets_of_an_agency(offline_page, app_server: str) -> None:
    page = offline_page
    page.goto(f"{app_server}/streets")
    page.get_by_text("Streets of your own").click()
    settled(page)
    page.get_by_text("Address points", exact=True).click()
    settled(page)
    text = "Add_Number,St_Name,Post_Code,Longitude,Latitude\n12,Plugh Rd,27944,-76.45,36.2\n"
    page.get_by_test_id("stFileUploaderDropzoneInput").set_input_files(
        {"name": "e911.csv", "mimeType": "text/csv", "buffer": text.encode()}
    )
    read = page.get_by_role("button", name="Read it")
    expect(read).to_be_disabled(timeout=25_000)
    settled(page)
    page.get_by_label("State it lies in").click()
    page.keyboard.type("North C")  # the list draws only what is in view
    page.get_by_role("option", name="North Carolina").click()
    page.get_by_role("spinbutton", name="year, Data as of").click()
    page.keyboard.type("20240503")
    page.keyboard.press("Tab")
    expect(read).to_be_enabled(timeout=25_000)
    settled(page)
    read.click()
    page.get_by_text("Streets known by name now: NC 1").wait_for(timeout=60_000)
    settled(page)
    known = page.get_by_test_id("stDataFrame").first
    expect(known).to_contain_text("e911", timeout=25_000)
    expect(known).to_contain_text("as of 2024-05-03")
    pick_row(page, 0, 0)
    page.get_by_role("button", name="No longer look in e911").click()
    page.get_by_text("No streets are known yet").wait_for(timeout=25_000)
