"""Files in, kept, mended, undone, found again: in Chromium, as people do it."""

import codecs
import csv
import io
import json
import re
import time
import zipfile
from pathlib import Path

import geopandas
import pytest
from playwright.sync_api import expect

from geo.settings import ROOT
from tests.browser_steps import go, settled, take_in, upload

pytestmark = [pytest.mark.browser, pytest.mark.slow]

CALLS = """case number,incident date,zip,home town,drug
1,2024-05-01,60644,Cicero,Heroin
2,2024-05-02,60644,Cicero,Fentanyl
3,2024-05-03,60624,Oak Park,Fentanyl,a cell too many
4,2024-05-04,60612,Oak Park,Heroin
5,2024-05-05,,Oak Park,Heroin
"""


def file_of(text: str, name: str = "calls.csv") -> dict[str, object]:
    return {"name": name, "mimeType": "text/csv", "buffer": text.encode()}


def metric(page, label: str):
    """Give where a number stands: `expect` waits until it is what it shall be."""
    shown = page.get_by_test_id("stMetric").filter(has_text=label).first
    return shown.get_by_test_id("stMetricValue")


def downloaded(page, name: str, called: str) -> str:
    with page.expect_download() as download:
        page.get_by_role("button", name=name).first.click()
    content = Path(download.value.path()).read_bytes()
    assert download.value.suggested_filename == called
    if called.endswith(".csv"):  # Excel knows the letters by the mark
        assert content.startswith(codecs.BOM_UTF8)
    return content.decode("utf-8-sig")


def test_a_file_is_taken_in_mended_and_found_after_a_power_cut(
    offline_page, serve, tmp_path
) -> None:
    page = offline_page
    home = {"HRS_ATLAS_DATA": str(tmp_path), "HOME": str(tmp_path)}
    server = serve(ROOT / "app.py", **home)
    page.goto(f"{server}/data")
    page.get_by_role("heading", level=1, name="Data").wait_for()
    take_in(page, file_of(CALLS))
    page.get_by_role("heading", level=1, name="Hot spots").wait_for(timeout=25_000)
    go(page, "Data")
    expect(metric(page, "Incidents")).to_have_text("4", timeout=25_000)
    expect(metric(page, "Rows dropped")).to_have_text("1", timeout=25_000)

    lines = list(
        csv.DictReader(io.StringIO(downloaded(page, "Lines to mend", "to-mend-calls-1.csv")))
    )
    assert [line["source_row"] for line in lines] == ["4", "6"]  # the overfull and the placeless
    mended = io.StringIO()
    header = ["quarantine_of", "source_row", "reason", *CALLS.splitlines()[0].split(",")]
    table = csv.DictWriter(mended, header, extrasaction="ignore")
    table.writeheader()
    table.writerows([line | {"zip": "60624"} for line in lines])
    take_in(page, file_of(mended.getvalue(), "mended.csv"))
    page.get_by_text("1 new, 1 changed").first.wait_for(timeout=25_000)
    settled(page)
    expect(metric(page, "Incidents")).to_have_text("5", timeout=25_000)
    expect(metric(page, "Not placed")).to_have_text("0", timeout=25_000)

    serve.kill(server)
    again = serve(ROOT / "app.py", **home)
    page.goto(f"{again}/data")
    page.get_by_role("heading", name="calls", exact=True).wait_for(timeout=25_000)
    expect(metric(page, "Incidents")).to_have_text("5", timeout=25_000)
    assert page.get_by_text("Synthetic demo data").count() == 0
    # What was confirmed for this header is remembered, and the same file changes nothing.
    upload(page, file_of(CALLS))
    page.get_by_text("as you confirmed them").wait_for()
    page.get_by_role("button", name="Use these columns").click()
    page.get_by_text("nothing was changed", exact=False).first.wait_for(timeout=25_000)
    expect(metric(page, "Incidents")).to_have_text("5", timeout=25_000)


def test_a_changed_column_is_used(offline_page, app_server):
    """The home town is not used until the person says that it is the place."""
    page = offline_page
    page.goto(f"{app_server}/data")
    text = "date,home town,state\n" + "2024-05-01,Hartford,CT\n2024-05-02,New Haven,CT\n" * 15
    upload(page, file_of(text, "homes.csv"))
    grid = page.get_by_test_id("stDataFrame").nth(1)  # of the columns that are not used
    grid.wait_for()
    cell = grid.locator("td[data-testid='glide-cell-1-0']")
    assert cell.text_content() == "not used"
    settled(page)
    page.wait_for_timeout(500)  # until nothing above it moves any more
    box = grid.bounding_box()
    for _ in range(3):  # keys that come before the cell's editor are lost
        page.mouse.dblclick(box["x"] + 160, box["y"] + 36 + 10)
        page.wait_for_timeout(700)
        page.keyboard.type("City or town, of the residence")
        page.keyboard.press("Enter")
        page.wait_for_timeout(1000)
        if cell.text_content() == "City or town, of the residence":
            break
    settled(page)
    page.get_by_role("button", name="Use these columns").click()
    page.get_by_role("heading", level=1, name="Hot spots").wait_for(timeout=25_000)
    go(page, "Data")
    expect(metric(page, "Not placed")).to_have_text("0", timeout=25_000)


def test_a_newer_download_says_what_it_changed_and_can_be_undone(offline_page, app_server):
    page = offline_page
    page.goto(f"{app_server}/data")
    old = "".join(CALLS.splitlines(keepends=True)[:3])
    take_in(page, file_of(old))
    page.get_by_role("heading", level=1, name="Hot spots").wait_for(timeout=25_000)
    go(page, "Data")
    new = old.replace("Fentanyl", "Cocaine") + "6,2024-05-06,60612,Cicero,Heroin\n"
    take_in(page, file_of(new))
    page.get_by_text(re.compile("1 new, 1 changed")).first.wait_for(timeout=25_000)
    settled(page)
    expect(metric(page, "Incidents")).to_have_text("3", timeout=25_000)
    page.get_by_text("Files taken in (2)").click()
    page.get_by_role("button", name="What changed").click()
    page.get_by_role("dialog").wait_for()
    settled(page)
    assert "1 value" in page.get_by_role("dialog").inner_text()
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Undo").first.click()
    settled(page)
    page.wait_for_function("document.querySelector('[data-testid=stMetricValue]').innerText == '2'")


def copies(home: Path) -> set[Path]:
    """Uploads that lie in the store's folder; those of visitors who just left stay a while."""
    return set((home / "store" / "incoming").rglob("upload"))


def test_a_cancelled_import_leaves_nothing(offline_page, app_server, app_home, tmp_path):
    page = offline_page
    page.goto(f"{app_server}/data")
    before = copies(app_home)
    rows = "".join(f"{n},2024-05-{1 + n % 28:02d},60644,Heroin\n" for n in range(400_000))
    file = tmp_path / "large.csv"
    file.write_text("case number,incident date,zip,drug\n" + rows)
    take_in(page, file)
    page.get_by_role("button", name="Cancel").click(timeout=25_000)
    page.get_by_text("The import was stopped: nothing was changed.").wait_for(timeout=25_000)
    expect(metric(page, "Incidents")).not_to_have_text("400,000")
    assert copies(app_home) <= before


def _until(home: Path, many: int) -> None:
    """Wait until so many copies of uploads lie in the store."""
    for _ in range(100):
        if len(copies(home)) == many:
            return
        time.sleep(0.1)
    assert len(copies(home)) == many


def test_a_file_nobody_waits_for_is_gone(offline_page, serve, browser, tmp_path) -> None:
    page = offline_page
    home = {"HRS_ATLAS_DATA": str(tmp_path), "HOME": str(tmp_path)}
    server = serve(ROOT / "app.py", **home)
    ready = page.get_by_role("button", name="Use these columns")

    page.goto(f"{server}/data")
    upload(page, file_of(CALLS))
    ready.wait_for()
    _until(tmp_path, 1)
    upload(page, file_of(CALLS.replace("Heroin", "Cocaine"), "other.csv"))  # in its place
    page.get_by_text("other.csv").first.wait_for()
    settled(page)
    ready.wait_for()
    _until(tmp_path, 1)
    go(page, "Quality")  # the person goes elsewhere
    _until(tmp_path, 0)

    left = browser.new_page()  # the person closes the page, another one comes
    left.goto(f"{server}/data")
    upload(left, file_of(CALLS))
    left.get_by_role("button", name="Use these columns").wait_for()
    left.close()
    page.wait_for_timeout(1_000)  # until the server knows
    go(page, "Data")
    _until(tmp_path, 0)

    upload(page, file_of(CALLS))  # a power cut; the first visit after it
    ready.wait_for()
    serve.kill(server)
    _until(tmp_path, 1)
    page.goto(f"{serve(ROOT / 'app.py', **home)}/quality")
    page.get_by_role("heading", level=1, name="Quality").wait_for(timeout=25_000)
    _until(tmp_path, 0)


def test_what_one_person_takes_in_another_sees(offline_page, app_server, browser):
    page, other = offline_page, browser.new_page()
    page.goto(f"{app_server}/data")
    other.goto(f"{app_server}/data")
    other.get_by_text("Synthetic demo data").wait_for()
    take_in(page, file_of(CALLS))
    page.get_by_role("heading", level=1, name="Hot spots").wait_for(timeout=25_000)
    go(other, "Quality")
    other.get_by_role("heading", name="calls").wait_for(timeout=25_000)
    other.close()


def test_quality_names_the_rows_and_a_correction_counts(offline_page, app_server, shared_data):
    page = offline_page
    page.goto(f"{app_server}/data")
    take_in(page, shared_data / "incidents" / "ct_accidental_drug_deaths_2012_2018.csv")
    page.get_by_role("heading", level=1, name="Hot spots").wait_for(timeout=25_000)
    go(page, "Quality")
    settled(page)
    page.get_by_role("button", name="Show the rows").first.click()
    grid = page.get_by_test_id("stDataFrame").first
    grid.wait_for()
    box = grid.bounding_box()
    page.mouse.click(box["x"] + 20, box["y"] + 55)
    page.get_by_text("What is wrong?").wait_for()
    settled(page)
    wrong = page.get_by_role("combobox", name="What is wrong?")
    wrong.click()
    wrong.fill("Not an")
    page.get_by_role("option", name="Not an incident").click()
    page.get_by_role("button", name="Keep this correction").click()
    settled(page)
    page.get_by_text("Corrections").first.wait_for(timeout=25_000)
    go(page, "Data")
    # 5,105 deaths, one left out.
    expect(metric(page, "Incidents")).to_have_text("5,104", timeout=25_000)


def test_pills_of_a_seizure_are_said_to_be_fentanyl(offline_page, app_server):
    """30 doses of no known drug, found by the number of their seizure; the heroin stays."""
    page = offline_page
    page.goto(f"{app_server}/data")
    text = (
        "Case Number,Seizure Date,County,State,Drug,Quantity,Unit\n"
        "24-7,2024-01-02,Cook,IL,Heroin,12.5,GM\n24-7,2024-01-02,Cook,IL,Blue pills,30,DU\n"
        "24-8,2024-01-03,Cook,IL,Heroin,1,GM\n"
    )
    take_in(page, file_of(text, "seizures.csv"))
    page.get_by_role("heading", level=1, name="Hot spots").wait_for(timeout=25_000)
    go(page, "Quality")
    settled(page)
    page.get_by_text("Corrections", exact=True).click()
    number = page.get_by_role("textbox", name="Number of an incident to correct")
    number.fill("24-7")
    number.press("Enter")
    settled(page)
    page.get_by_text("Pick a line to correct its incident.").wait_for()
    grid = page.get_by_test_id("stDataFrame").filter(has_text="Blue pills")
    settled(page)
    grid.scroll_into_view_if_needed()
    page.wait_for_timeout(500)  # until nothing above it moves any more
    box = grid.bounding_box()
    page.mouse.click(box["x"] + 20, box["y"] + 55)
    page.get_by_text("Seized: Drug not known: 30 doses; Heroin: 12.5 g.").wait_for()

    def choose(label: str, option: str) -> None:
        settled(page)
        box = page.get_by_role("combobox", name=label)
        box.click()
        box.fill(option)
        page.get_by_role("option", name=option).first.click()

    choose("What is wrong?", "What was seized")
    choose("Which of them?", "Drug not known: 30 doses")
    choose("Drug (several for a mixture)", "Fentanyl")
    page.keyboard.press("Escape")
    settled(page)
    page.get_by_role("button", name="Keep this correction").click()
    settled(page)
    page.get_by_text("What was seized: drug, quantity, unit").first.wait_for(timeout=25_000)
    go(page, "Data")
    page.get_by_text("What was seized, by drug").click()
    sums = page.get_by_test_id("stDataFrame").filter(has_text="Doses")
    expect(sums).to_contain_text("Fentanyl")
    expect(sums).not_to_contain_text("Drug not known")


def test_projected_coordinates_are_used_once_the_state_is_named(offline_page, app_server):
    """Feet of Illinois' eastern state plane (EPSG:3435), around 41.88 N, 87.63 W."""
    page = offline_page
    page.goto(f"{app_server}/data")
    rows = "".join(
        f"2024-05-{1 + n:02d},{1176000 + 150 * n},{1899000 + 90 * n}\n" for n in range(20)
    )
    upload(page, file_of("incident date,x,y\n" + rows, "feet.csv"))
    state = page.get_by_role("combobox", name="Most places are in")
    state.click()
    state.fill("Illinois")
    page.get_by_role("option", name="Illinois").click()
    system = page.get_by_role("combobox", name=re.compile("System"))
    expect(system).to_have_value(re.compile("Illinois East.*US survey foot: 100% in the state"))
    page.get_by_role("button", name="Use these columns").click()
    page.get_by_role("heading", level=1, name="Hot spots").wait_for(timeout=25_000)
    go(page, "Data")
    expect(metric(page, "Placed at street level")).to_have_text("100%", timeout=25_000)
    expect(metric(page, "Not placed")).to_have_text("0", timeout=25_000)


def test_a_saved_choice_of_columns_is_taken(offline_page, app_server):
    page = offline_page
    page.goto(f"{app_server}/data")
    take_in(page, file_of(CALLS))
    page.get_by_role("heading", level=1, name="Hot spots").wait_for(timeout=25_000)
    go(page, "Data")
    saved = json.loads(downloaded(page, "Choice of columns", "columns-calls-1.json"))
    saved["choices"] = [one for one in saved["choices"] if one["column"] != "zip"]
    upload(page, file_of(CALLS.replace("Heroin", "Cocaine"), "again.csv"))
    page.get_by_role("button", name="Use a saved choice of columns").click()
    page.get_by_test_id("stPopoverBody").get_by_test_id(
        "stFileUploaderDropzoneInput"
    ).set_input_files(
        {"name": "c.json", "mimeType": "application/json", "buffer": json.dumps(saved).encode()}
    )
    page.get_by_text("c.json").wait_for()  # closed before it has come, it would not be read
    settled(page)
    page.wait_for_timeout(500)
    page.keyboard.press("Escape")
    # Columns in use come first: the ZIP code, now unused, stands in the second table.
    grid = page.get_by_test_id("stDataFrame").nth(1)
    expect(grid.get_by_test_id("glide-cell-0-0")).to_have_text("zip", timeout=25_000)
    expect(grid.get_by_test_id("glide-cell-1-0")).to_have_text("not used")


def test_a_shapefile_without_a_system_is_asked_about(offline_page, app_server, tmp_path):
    """Feet of Pennsylvania's southern state plane (EPSG:2272)."""
    places = geopandas.GeoDataFrame(
        {"date": [f"2024-05-{1 + n:02d}" for n in range(12)]},
        geometry=geopandas.points_from_xy([-75.16] * 12, [39.95 + n / 100 for n in range(12)]),
        crs=4326,
    ).to_crs(2272)
    places.to_file(tmp_path / "calls.shp")
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for ending in ("shp", "shx", "dbf"):
            archive.write(tmp_path / f"calls.{ending}", f"calls.{ending}")
    page = offline_page
    page.goto(f"{app_server}/data")
    upload(page, {"name": "c.zip", "mimeType": "application/zip", "buffer": packed.getvalue()})
    number = page.get_by_role("spinbutton", name="EPSG code of its coordinate system")
    number.fill("2272")
    number.press("Enter")
    settled(page)
    page.get_by_role("button", name="Use these columns").click()
    page.get_by_role("heading", level=1, name="Hot spots").wait_for(timeout=25_000)
    go(page, "Data")
    expect(metric(page, "Placed at street level")).to_have_text("100%", timeout=25_000)
