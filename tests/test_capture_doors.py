"""Is the map any good? As a person asks: in the browser, and in the shell."""

import csv
import json
import re
from collections import Counter

import pytest
from click.testing import CliRunner

import cli


def asked(*args):
    return CliRunner().invoke(cli.main, [str(arg) for arg in args])


@pytest.fixture
def columbus(tmp_path):
    """Sixty deaths a month around two corners of Columbus, Ohio, 15 months long."""
    path = tmp_path / "columbus.csv"
    with path.open("w", newline="") as out:
        lines = csv.writer(out)
        lines.writerow(["date", "latitude", "longitude"])
        for number in range(900):
            month, at = divmod(number, 60)
            day = f"{2017 + month // 12}-{month % 12 + 1:02}-{at % 28 + 1:02}"
            near = (39.975, -82.985) if number % 3 else (40.05, -83.05)
            lines.writerow([day, near[0] + (at % 7) / 500, near[1] + (at % 11) / 500])
    return path


@pytest.mark.parametrize("method", ["hotspots", "density"])
def test_the_shell_says_how_good_the_map_is(columbus, tmp_path, method):
    report = tmp_path / "report.json"
    done = asked(method, columbus, "--end", "2018-03-31", "--report", report)
    assert done.exit_code == 0, done.stderr
    check = json.loads(report.read_text())["check"]
    assert check["sentence"] in done.stderr
    with columbus.open() as lines:  # a tally by csv alone
        months = Counter(row["date"][:7] for row in csv.DictReader(lines))
    # Three quarters: before a fourth only three months of sixteen would be left to make a map of.
    quarters = [("2018", "123"), ("2017", ("10", "11", "12")), ("2017", "789")]
    months_of = [[f"{year}-{int(month):02}" for month in three] for year, three in quarters]
    assert [one["first"][:7] for one in check["periods"]] == [three[0] for three in months_of]
    assert check["events"] + check["outside"] == sum(
        months[month] for three in months_of for month in three
    )
    assert check["held_back"] == {"first": "2017-07-01", "last": "2018-03-31", "months": 3}
    for one in check["rankings"]:
        low, high = one["interval"]
        assert 0 <= low <= one["captured"] <= high <= 1


def test_the_shell_judges_nothing_when_told_so(columbus, tmp_path):
    report = tmp_path / "report.json"
    done = asked("hotspots", columbus, "--no-judge", "--report", report)
    assert done.exit_code == 0, done.stderr
    assert json.loads(report.read_text())["check"] is None
    assert "followed" not in done.stderr


def test_records_without_dates_are_mapped_but_not_judged(columbus, tmp_path):
    undated = tmp_path / "undated.csv"
    undated.write_text(
        "\n".join(line.split(",", 1)[1] for line in columbus.read_text().splitlines()) + "\n"
    )
    done = asked("hotspots", undated)
    assert done.exit_code == 0, done.stderr
    assert "Note: The map cannot be judged: the records carry no dates." in done.stderr


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.parametrize("name", ["hot_spots", "density"])
def test_the_panel_is_computed_when_it_is_opened(offline_page, app_server, name):
    offline_page.goto(f"{app_server}/{name}")
    panel = offline_page.get_by_text("Is the map any good?")
    panel.wait_for(timeout=60_000)
    captured = offline_page.get_by_text("that followed")
    assert captured.count() == 0
    panel.click()
    captured.first.wait_for(timeout=60_000)
    once = captured.first.inner_text()
    assert "20%" in once
    offline_page.get_by_test_id("stVegaLiteChart").wait_for(timeout=60_000)
    offline_page.get_by_role("radio", name="5%", exact=True).click()
    offline_page.get_by_text(re.compile(r" 5% of (people|the ground)")).first.wait_for(
        timeout=60_000
    )
