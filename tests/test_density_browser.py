"""The Density page in Chromium: along streets, beside other records, and what is too coarse."""

import re
from pathlib import Path

import numpy as np
import pytest
import shapely
from playwright.sync_api import expect

from boundaries import streets
from boundaries.roads import roads_of
from tests.browser_steps import go, pick_row, settled, take_in

RANGE = "Give 10 to 500,000 meters."  # as in the shell

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture
def roads(shared_data: Path, tmp_path: Path) -> Path:
    """A folder with the streets of a real county."""
    tiger = shared_data / "geocoding" / "tiger_nc37143" / "tl_2020_37143_edges.shp"
    streets.add_files([tiger], tmp_path / "streets")
    return tmp_path / "streets"


def calls(roads: Path) -> dict:
    """150 calls on the streets of the county, 80 of them on Market St; seeded."""
    there, rng = roads_of(["37143"], roads), np.random.default_rng(7)
    market = np.flatnonzero(there.names == "Market St")
    at = np.r_[rng.choice(market, 80), rng.choice(len(there.lines), 70)]
    place = shapely.line_interpolate_point(there.lines[at], 0.5, normalized=True)
    lines = ["case number,incident date,latitude,longitude,outcome,drug"]
    for number, (lon, lat) in enumerate(shapely.get_coordinates(place)):
        outcome = "fatal" if number % 3 == 0 else "nonfatal"
        lines.append(f"{number},2024-05-{1 + number % 28:02d},{lat:.6f},{lon:.6f},{outcome},Heroin")
    return {"name": "calls.csv", "mimeType": "text/csv", "buffer": "\n".join(lines).encode()}


def type_in(box, text, expected) -> None:
    """Type a number into a box and wait for what the page says then."""
    box.fill(text)
    box.press("Enter")
    expected.wait_for(state="attached", timeout=25_000)
    settled(box.page)


def test_along_streets_and_beside_others(offline_page, app_server, app_home, roads) -> None:
    page = offline_page
    page.set_default_timeout(60_000)  # the first page of a server places the demo
    page.set_viewport_size({"width": 1440, "height": 1100})
    page.goto(f"{app_server}/data")
    take_in(page, calls(roads))
    page.get_by_role("heading", level=1, name="Hot spots").wait_for(timeout=40_000)
    go(page, "Density")
    settled(page)

    page.get_by_role("radio", name="Along streets").click()
    page.get_by_text("No streets of Perquimans County, NC are indexed.").wait_for(timeout=25_000)
    expect(page.get_by_role("button", name="Streets")).to_be_visible()

    (app_home / "streets").unlink(missing_ok=True)
    (app_home / "streets").symlink_to(roads)
    try:
        page.reload()
        page.get_by_text(re.compile(r"along Market St")).wait_for(timeout=40_000)
        page.locator(".atlas-panel").get_by_text("Density along streets, per km").wait_for(
            state="attached", timeout=25_000
        )
        expect(page.get_by_test_id("stDataFrame").first).to_contain_text("Market St")
        bandwidth = page.get_by_role("spinbutton", name="Bandwidth, meters")
        type_in(bandwidth, "20", page.get_by_text("Bandwidth: 20 m. You chose it"))
        type_in(bandwidth, "", page.get_by_text("Half of the events have"))
        pick_row(page, 0, 0)
        go(page, "Export")
        page.get_by_role("radio", name="Density").click()
        settled(page)
        expect(page.get_by_text("GeoJSON", exact=True)).to_be_visible(timeout=25_000)
        expect(page.get_by_text("GeoTIFF", exact=True)).to_have_count(0)
    finally:
        (app_home / "streets").unlink()

    go(page, "Density")
    expect(bandwidth).to_have_count(1)  # that of the page before is gone
    expect(bandwidth).to_have_value("")
    page.get_by_role("button", name="Wider").click()  # from what the data said
    expect(bandwidth).not_to_have_value("")
    wider = bandwidth.input_value()
    page.get_by_role("button", name="Narrower").click()
    expect(bandwidth).not_to_have_value(wider)
    assert float(bandwidth.input_value()) < float(wider)
    type_in(bandwidth, "9", page.get_by_text(RANGE))
    bandwidth.fill("750")
    bandwidth.press("Enter")
    settled(page)
    page.get_by_role("radio", name="Beside others").click()
    expect(bandwidth).to_have_value("")  # what suits streets does not suit other maps
    page.get_by_text("Every record is a case").wait_for(timeout=25_000)
    page.get_by_test_id("stSidebar").get_by_label("Outcome").click()
    page.get_by_role("option", name="Fatal", exact=True).click()
    page.get_by_text(
        re.compile("fatal overdoses.* beside nonfatal overdoses", re.IGNORECASE)
    ).wait_for(timeout=40_000)


def test_records_by_county_are_no_density(offline_page, app_server) -> None:
    page = offline_page
    page.set_default_timeout(60_000)  # the first page of a server places the demo
    counties = ("Franklin", "Summit", "Stark", "Lucas", "Butler")
    rows = [f"{n},2022-{1 + n % 12:02d}-11,{counties[n % 5]},OH" for n in range(200)]
    table = "\n".join(["case number,incident date,county,state", *rows])
    page.goto(f"{app_server}/data")
    take_in(page, {"name": "county.csv", "mimeType": "text/csv", "buffer": table.encode()})
    page.get_by_role("heading", level=1, name="Hot spots").wait_for(timeout=40_000)
    go(page, "Density")
    page.get_by_text("known by county, town or ZIP code only").wait_for(timeout=25_000)
    page.get_by_role("button", name="Relative risk").click()
    page.get_by_text("known by county, town or ZIP code only").wait_for(state="detached")
    settled(page)
    assert page.get_by_text("Something went wrong").count() == 0
