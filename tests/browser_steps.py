"""What people do on many pages, for the browser tests."""


def go(page, name: str) -> None:
    """Open a page by its name in the sidebar."""
    page.get_by_test_id("stSidebarNav").get_by_role("link", name=name, exact=True).click()
    page.get_by_role("heading", level=1, name=name).wait_for()


def settled(page) -> None:
    """Wait until nothing is being drawn any more."""
    page.wait_for_function(
        "!document.querySelector('[data-testid=stStatusWidget], [data-stale=true]')"
    )


def upload(page, file) -> None:
    """Choose a file on the page Data."""
    page.get_by_test_id("stFileUploaderDropzoneInput").set_input_files(file)


def take_in(page, file) -> None:
    """Choose a file and confirm its columns."""
    upload(page, file)
    page.get_by_role("button", name="Use these columns").click()


def pick_row(page, table: int, row: int) -> None:
    """Pick a row of one of the tables of a page; both count from 0."""
    settled(page)
    page.wait_for_timeout(500)  # until nothing above it moves any more
    box = page.get_by_test_id("stDataFrame").nth(table).bounding_box()
    page.mouse.click(box["x"] + 18, box["y"] + 36 * (row + 1) + 18)
    settled(page)
