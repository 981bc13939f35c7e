"""Findings on the real files, each checked against the raw file by other code, and on the demo."""

import csv
import re
from collections import Counter
from datetime import date
from functools import cache
from pathlib import Path

import pandas as pd
import pytest

from analysis import quality
from analysis.quality.finding import SEVERITIES, Finding
from boundaries import demo, load
from geo import schema
from geo.geocoding.cascade import place
from geo.ingest import open_table, read
from geo.schema import Records
from tests.records_made import records as made

TODAY = date(2026, 11, 23)
CT = "ct_accidental_drug_deaths_2012_2018.csv"
COOK = "cook_county_me_opioid.csv"
WONDER = "cdc_wonder_county_opioid_deaths_2006_2012.txt"
ODIN = "pa_overdose_information_network_2018.csv"
SEIZURES = "pa_opioid_seizures_2013_2018.csv"
# What says that something is wrong with who reports, when, or where.
ALARMS = (
    "silent", "nonreporters", "point_piles", "label_piles", "one_day", "new_year", "first_of_month",
    "office_days", "hour_", "identical", "look_alike", "differs", "far_dates", "future",
)  # fmt: skip


@cache
def records_of(path: Path) -> Records:
    return place(read(open_table(path, path.name)), load.gazetteer(), load.locator())


@cache
def looked(path: Path) -> quality.Quality:
    return quality.look([records_of(path)], TODAY)


def raw_rows(path: Path, delimiter: str = ",") -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file, delimiter=delimiter))


def the(found: quality.Quality, key: str) -> Finding:
    return next(one for one in found.findings if one.key == key)


def keys(found: quality.Quality) -> set[str]:
    return {one.key for one in found.findings}


def alarms(found: quality.Quality) -> set[str]:
    return {key for key in keys(found) if key.startswith(ALARMS)}


@pytest.fixture(scope="module")
def incidents(shared_data: Path) -> Path:
    return shared_data / "incidents"


def test_withheld_deaths_are_bounded_and_never_zero(incidents: Path) -> None:
    found = looked(incidents / WONDER)
    raw = [r for r in raw_rows(incidents / WONDER, "\t") if (r["County Code"] or "").isdigit()]
    hidden = [row["County Code"] for row in raw if row["Deaths"] == "Suppressed"]
    shown = sum(int(row["Deaths"]) for row in raw if row["Deaths"].isdigit())
    # The smallest number printed is 10, and no county has a zero although many must: 0 to 9.
    assert min(int(row["Deaths"]) for row in raw if row["Deaths"].isdigit()) == 10
    bounds = found.bounds.iloc[0]
    assert (bounds["suppressed"], bounds["least"], bounds["most"]) == (len(hidden), 0, 9)
    assert (bounds["lower"], bounds["upper"]) == (shown, shown + 9 * len(hidden))
    finding = the(found, "suppressed")
    assert len(hidden) == 1584
    assert len(finding.record_ids) == 1584
    assert finding.title.startswith("1,584 of 3,147 counts (50%) are withheld, each 0 to 9")
    assert f"between {shown:,} and {shown + 14256:,}" in finding.title
    # Boroughs of Alaska and two other counties have had other codes since.
    assert len(set(hidden) - set(finding.areas)) <= 8
    assert the(found, "no_count").title.startswith("6 rows have neither")
    assert alarms(found) == set()


def test_connecticut_places_dates_and_the_middle_of_the_state(incidents: Path) -> None:
    found, raw = looked(incidents / CT), raw_rows(incidents / CT)
    middle = sum("(41.575155, -72.738288)" in row["InjuryCityGeo"] for row in raw)
    finding = the(found, "state_middle")
    assert finding.title.startswith(f"{middle:,} rows")
    assert middle == 1756
    assert finding.severity == "serious"
    kinds = Counter(row["DateType"] for row in raw)
    assert len(the(found, "dated_reported").record_ids) == kinds["DateReported"] == 2281
    assert len(the(found, "undated").record_ids) == sum(not row["Date"] for row in raw) == 2
    street = the(found, "street_level")
    assert street.severity == "serious"
    assert "0% of 5,102" in street.title
    died = the(found, "role_death")
    assert died.share == pytest.approx(len(died.record_ids) / 5102)
    # No town, hospital or weekday of Connecticut is suspicious once the middle is gone.
    assert alarms(found) == set()


def test_cook_county_piles_and_lonely_dates(incidents: Path) -> None:
    found, raw = looked(incidents / COOK), raw_rows(incidents / COOK)
    at = Counter(
        (f"{float(r['longitude']):.5f}", f"{float(r['latitude']):.5f}")
        for r in raw
        if r["longitude"]
    )
    top, most = at.most_common(1)[0]
    assert most == 34  # SOURCES: 34 deaths at one point
    piles = found.piles
    assert piles["records"].iloc[0] == 34
    assert sorted(piles["records"]) == sorted(n for n in at.values() if n >= piles["records"].min())
    finding = the(found, "point_piles")
    there = {
        r["CASENUMBER"]
        for r in raw
        if r["longitude"] and (f"{float(r['longitude']):.5f}", f"{float(r['latitude']):.5f}") == top
    }
    assert there <= set(finding.record_ids)
    assert len(finding.record_ids) == sum(n for n in at.values() if n >= piles["records"].min())
    assert finding.severity == "note"  # 0.3% of the records
    words = f"{finding.title} {finding.effect} {finding.advice}"
    assert not re.search(r"-?\d{2}\.\d{3}", words)  # no coordinates in words
    lonely = the(found, "far_dates")
    years = Counter(
        row["INCIDENT_DATE"][:4] for row in raw if row["CASENUMBER"] in set(lonely.record_ids)
    )
    assert max(years) < "2013"
    assert "2007" in years  # SOURCES: one of 2007
    assert alarms(found) == {"point_piles", "far_dates", "look_alike"}
    pair = [r for r in raw if r["CASENUMBER"] in set(the(found, "look_alike").record_ids)]
    assert len(pair) == 2  # two men of one age, dead on one day in two flats of one house
    for column in ("AGE", "GENDER", "longitude", "latitude"):
        assert len({row[column] for row in pair}) == 1
    assert "14 of 102 counties of Illinois" in the(found, "scope").title
    assert found.counties.empty  # a file of one county says nothing of the rest of its state


def test_county_level_network_has_no_false_silence(incidents: Path) -> None:
    found, raw = looked(incidents / ODIN), raw_rows(incidents / ODIN)
    counties = {row["Incident County Name"] for row in raw}
    assert f"{len(counties)} of 67 counties of Pennsylvania" in the(found, "scope").title
    assert the(found, "street_level").severity == "serious"
    assert alarms(found) == {"look_alike"}
    # Two incidents of one county, minute, sex, age band and outcome, by the first row of each.
    first = {row["Incident ID"]: row for row in reversed(raw)}
    fatal = {row["Incident ID"] for row in raw if row["Survive"] == "N"}
    twins: dict[tuple[str, ...], set[str]] = {}
    columns = (
        "Incident County Name", "Incident Date", "Incident Time", "Gender Desc",
        "Age Start Description", "Age End Desc",
    )  # fmt: skip
    for number, row in first.items():
        if row["Incident Time"] != "NULL" and row["Incident Time"].split(":")[1] != "00":
            alike = (*(row[name] for name in columns), "N" if number in fatal else row["Survive"])
            twins.setdefault(alike, set()).add(number)
    pairs = [group for group in twins.values() if len(group) > 1]
    alike_ids = set(the(found, "look_alike").record_ids)
    assert len(pairs) == 18
    assert alike_ids == set().union(*pairs)
    numbers = {row["Incident ID"] for row in raw}
    assert the(found, "street_level").record_ids  # each of them can be looked up by its number
    assert set(the(found, "street_level").record_ids) == numbers
    assert len(numbers) == 3386
    assert found.silences["reporter"].nunique() > 20  # there was something to test


def test_seizure_counts_by_quarter_have_no_false_alarm(incidents: Path) -> None:
    found = looked(incidents / SEIZURES)
    assert alarms(found) == set()
    raw = raw_rows(incidents / SEIZURES)
    there = {r["County Name"] for r in raw if r["County Name"] != "Out of State"}
    assert f"{len(there)} of 67 counties of Pennsylvania" in the(found, "scope").title


@pytest.mark.parametrize("number", [0, 1])
def test_demo_data_raise_no_alarm(number: int) -> None:
    name, content = demo.files()[number]
    sample = place(read(open_table(content, name)), load.gazetteer(), load.locator())
    found = quality.look([sample], date(2026, 1, 15))
    assert alarms(found) == set()
    assert {"street_level", "scope"} <= keys(found)
    assert "unplaced" not in keys(found)


def test_a_planted_silence_in_real_data_is_found(incidents: Path) -> None:
    """Allegheny County has most of the records: without its last two months it fell silent."""
    whole = records_of(incidents / ODIN)
    table = whole.table
    gone = (table["geoid"] == "42003") & (table["occurred_on"] >= "2018-07-15")
    assert gone.sum() > 50
    cut = Records(table[~gone].reset_index(drop=True), whole.report, "cut", whole.source)
    found = quality.look([cut], TODAY)
    finding = the(found, "silent_end_county")
    assert finding.areas == ("42003",)
    row = found.silences.iloc[0]
    last = table.loc[(table["geoid"] == "42003") & ~gone, "occurred_on"].max()
    assert row["silent_from"] == last + pd.Timedelta(days=1)
    assert row["silent_until"] == table["occurred_on"].max()


def test_findings_come_worst_first_and_name_their_records(incidents: Path) -> None:
    both = [records_of(incidents / name) for name in (CT, COOK)]
    found = quality.look(both, TODAY)
    order = [(SEVERITIES.index(one.severity), -one.share) for one in found.findings]
    assert order == sorted(order)
    ids = {one.source: set(one.table[schema.RECORD_ID]) for one in both}
    for one in found.findings:
        assert set(one.record_ids) <= ids[one.source]
        assert len(set(one.record_ids)) == len(one.record_ids)
        assert 0 <= one.share <= 1
        assert all(len(text) > 10 for text in (one.title, one.effect, one.advice))
    assert set(found.fields["source"]) == {CT, COOK}


@pytest.mark.parametrize(
    "rows",
    [
        [],
        [{}],
        [{"occurred_on": None, "precision": "99", "geoid": "", "location_role": ""}],
        [{"geoid": "24510", "lon": -76.6, "lat": 39.3, "precision": "01"}] * 3,
    ],
    ids=["empty", "one row", "nothing known", "three alike"],
)
@pytest.mark.parametrize("area_counts", [False, True])
def test_little_data_is_no_trouble(rows, area_counts) -> None:
    found = quality.look([made(rows, area_counts=area_counts)], TODAY)
    assert alarms(found) <= {"identical"}


def test_row_order_changes_nothing(incidents: Path) -> None:
    whole = records_of(incidents / ODIN)
    mixed = Records(
        whole.table.sample(frac=1, random_state=7).reset_index(drop=True),
        whole.report, whole.digest, whole.source,
    )  # fmt: skip
    one, other = looked(incidents / ODIN), quality.look([mixed], TODAY)
    assert [f.title for f in one.findings] == [f.title for f in other.findings]
    pd.testing.assert_frame_equal(one.silences, other.silences)
