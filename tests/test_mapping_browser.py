"""What is said about columns before a person confirms them, in Chromium."""

import io

import openpyxl
import pytest
from playwright.sync_api import expect

from tests.browser_steps import go, upload

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def file_of(text: str, name: str) -> dict[str, object]:
    return {"name": name, "mimeType": "text/csv", "buffer": text.encode()}


@pytest.fixture
def data_page(offline_page, app_server):
    offline_page.goto(app_server)
    offline_page.get_by_role("heading", level=1).first.wait_for(timeout=90_000)  # a cold start
    go(offline_page, "Data")
    return offline_page


def test_homes_set_aside_are_said_before_the_click(data_page) -> None:
    text = "Case #,Date,Pt City,Dept City,Drug\n1,2021-01-02,Akron,Kent,Heroin\n"
    upload(data_page, file_of(text, "homes.csv"))
    button = data_page.get_by_role("button", name="Use these columns")
    button.wait_for()
    for words in (
        'Not used, as it is most likely where somebody lives: "Pt City".',
        'Not used, as it is of an agency, a hospital or somewhere else: "Dept City".',
        "The only places are homes: none is used until you choose one.",
    ):
        expect(data_page.get_by_text(words)).to_be_visible()
    grid = data_page.get_by_test_id("stDataFrame").nth(1)
    expect(grid).to_contain_text("City or town: most likely where somebody lives")
    # What nothing fills takes no room.
    used = data_page.get_by_test_id("stDataFrame").first
    for table, there, gone in ((used, "Sure", "Because"), (grid, "Because", "Sure")):
        expect(table.locator("th").filter(has_text=there)).to_have_count(1)
        expect(table.locator("th").filter(has_text=gone)).to_have_count(0)


def test_one_city_for_several_addresses_is_said_first(data_page) -> None:
    text = (
        "death_date,death_address,residence_address,city,county,drug\n"
        "2021-01-02,12 Main St,14 Oak St,Hertford,Perquimans,Heroin\n"
    )
    upload(data_page, file_of(text, "deaths.csv"))
    said = data_page.get_by_text('"city", "county" stand once for several addresses: taken for ')
    expect(said).to_be_visible(timeout=25_000)
    expect(said).to_contain_text('"death_address", which is placed, not for "residence_address"')
    # Marked as a warning, above what is only told.
    assert (
        said.bounding_box()["y"] < (data_page.get_by_text("All rows are fatal").bounding_box()["y"])
    )


def test_counts_without_a_count_cannot_be_confirmed(data_page) -> None:
    text = (
        "County,State,Year,Fatal ODs,Nonfatal ODs\nSummit,OH,2021,100,220\nStark,OH,2021,30,120\n"
    )
    upload(data_page, file_of(text, "two.csv"))
    data_page.get_by_text('no column is chosen as "Number of events"').wait_for()
    button = data_page.get_by_role("button", name="Use these columns")
    expect(button).to_have_count(0)
    data_page.get_by_text("Rows are counts of areas", exact=True).click()
    button.wait_for()  # said in so many words: each row is one event


def test_another_sheet_has_columns_of_its_own_and_an_empty_one_can_be_left(data_page) -> None:
    book = openpyxl.Workbook()
    book.active.title = "About"
    book.active.append(["Ask us before you share this workbook."])
    for name, lines in {
        "Calls": [["case number", "date", "zip"], ["1", "2021-01-02", "44308"]],
        "Lab": [["Seizure date", "City", "State", "Drug", "Weight (g)"],
                ["2021-01-02", "Akron", "OH", "Heroin", 3]],
        "Empty": [],
    }.items():  # fmt: skip
        sheet = book.create_sheet(name)
        for line in lines:
            sheet.append(line)
    content = io.BytesIO()
    book.save(content)
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    upload(data_page, {"name": "log.xlsx", "mimeType": kind, "buffer": content.getvalue()})
    data_page.get_by_role("button", name="Use these columns").wait_for()
    grid = data_page.get_by_test_id("stDataFrame").first
    expect(grid).to_contain_text("case number")

    def choose(name: str) -> None:
        box = data_page.get_by_test_id("stSelectbox").filter(has_text="Sheet or layer")
        box.locator("input").click()
        data_page.get_by_role("option", name=name, exact=True).click()

    slow = 30_000  # a workbook is opened in a process of its own
    choose("Lab")
    expect(grid).to_contain_text("Quantity seized", timeout=slow)
    expect(grid).not_to_contain_text("case number")
    choose("About")
    expect(data_page.get_by_text("only notes in sentences")).to_be_visible(timeout=slow)
    choose("Empty")
    expect(data_page.get_by_text("The sheet chosen is empty.")).to_be_visible(timeout=slow)
    choose("Calls")
    expect(grid).to_contain_text("case number", timeout=slow)
    expect(data_page.get_by_role("button", name="Use these columns")).to_be_visible()
