"""Hostile dates and coordinates, from the file to the county: repaired, or said and not used."""

from pathlib import Path

import numpy as np
import pandas as pd
import pyproj
import pytest

from boundaries import load
from geo.errors import CrsError, SchemaError
from geo.geocoding.cascade import place
from geo.ingest import RawTable, open_table, propose, read
from geo.ingest.projected import crs_choices, with_lonlat
from geo.schema import Records

HARTFORD, NEW_HAVEN = (41.7658, -72.6734), (41.3083, -72.9279)
HARTFORD_COUNTY, NEW_HAVEN_COUNTY = "09003", "09009"
CONNECTICUT = (-73.73, 40.98, -71.79, 42.05)
COOK_COUNTY = (-88.3, 41.4, -87.4, 42.2)


def placed(raw: RawTable) -> Records:
    return place(read(raw, propose(raw)), load.gazetteer(), load.locator())


def records_at(*points: tuple[object, object]) -> Records:
    """Records of a file with these latitudes and longitudes, each on the first of May 2020."""
    lines = [f"{number},2020-05-01,{lat},{lon}" for number, (lat, lon) in enumerate(points)]
    text = "\n".join(["case number,incident date,latitude,longitude", *lines])
    return placed(open_table(text.encode(), "calls.csv"))


def days_of(*days: str, zone_of: str = "Hartford") -> Records:
    lines = [f"{number},{day},{zone_of},CT" for number, day in enumerate(days)]
    text = "\n".join(["case number,incident date,county,state", *lines])
    return placed(open_table(text.encode(), "calls.csv"))


def days(records: Records) -> list[str]:
    return records.table["occurred_on"].dt.strftime("%Y-%m-%d").fillna("").tolist()


def said(records: Records, words: str) -> list[tuple[int, tuple[int, ...]]]:
    return [(note.count, note.rows) for note in records.report.notes if words in note.text]


# Coordinates --------------------------------------------------------------------------------------


def test_swapped_coordinates_are_turned_round_and_said() -> None:
    records = records_at(HARTFORD, NEW_HAVEN[::-1], HARTFORD)
    assert records.table["geoid"].tolist() == [HARTFORD_COUNTY, NEW_HAVEN_COUNTY, HARTFORD_COUNTY]
    assert said(records, "exchanged") == [(1, (3,))]


@pytest.mark.parametrize(
    ("bad", "words"),
    [
        ((0, 0), "zero for a coordinate"),
        ((48.8566, 2.3522), "outside all counties of the United States"),
        ((19.4326, -99.1332), "outside all counties of the United States"),
        ((840_000.5, 1_010_000.5), "in feet or meters instead of degrees"),
    ],
    ids=["zero", "Paris", "Mexico City", "projected"],
)
def test_coordinates_that_are_no_place_are_listed(bad: tuple[float, float], words: str) -> None:
    records = records_at(HARTFORD, bad, NEW_HAVEN, HARTFORD, NEW_HAVEN)
    assert records.table["geoid"][1] == ""
    assert records.table["precision"][1] == "99"
    assert np.isnan(records.table["lon"][1])
    assert said(records, words) == [(1, (3,))]
    assert said(records, "not placed") == [(1, (3,))]
    assert len(records.table) == 5


@pytest.mark.parametrize("missing", ["NaN", "", "NULL", "inf", "-999"])
def test_coordinates_that_are_no_numbers_leave_the_row_unplaced(missing: str) -> None:
    records = records_at(HARTFORD, (missing, missing), NEW_HAVEN)
    assert records.table["precision"].tolist() == ["01", "99", "01"]
    assert said(records, "not placed") == [(1, (3,))]


def test_the_middle_of_the_state_is_no_place(shared_data: Path) -> None:
    # SOURCES.md: CT\n(41.575155, -72.738288) stands for "somewhere in Connecticut".
    name = "ct_accidental_drug_deaths_2012_2018.csv"
    records = placed(open_table(shared_data / "incidents" / name, name))
    table = records.table
    middle = np.isclose(table["lat"], 41.575155) & np.isclose(table["lon"], -72.738288)
    assert not middle.any()
    assert said(records, "middle of a state")


def test_half_a_pair_is_said() -> None:
    records = records_at(HARTFORD, (41.7, ""), NEW_HAVEN)
    assert said(records, "only one of longitude and latitude") == [(1, (3,))]


# Projected columns: asked, turned into degrees ----------------------------------------------------


def projected(epsg: int, *points: tuple[float, float], header: str = "X,Y") -> RawTable:
    """A table of points in a projected system, by pyproj on its own."""
    way = pyproj.Transformer.from_crs(4326, epsg, always_xy=True)
    pairs = [way.transform(lon, lat) for lat, lon in points]
    lines = [f"{n},2020-05-01,{x:.2f},{y:.2f}" for n, (x, y) in enumerate(pairs)]
    text = "\n".join([f"case number,incident date,{header}", *lines])
    return open_table(text.encode(), "calls.csv")


@pytest.mark.parametrize(
    ("epsg", "unit"), [(2234, "US survey foot"), (26956, "metre"), (26918, "metre")]
)
def test_projected_columns_become_degrees(epsg: int, unit: str) -> None:
    # State plane in feet and meters, and UTM.
    raw = projected(epsg, HARTFORD, NEW_HAVEN)
    choices = crs_choices(raw.text["X"], raw.text["Y"], CONNECTICUT)
    chosen = next(choice for choice in choices if choice.epsg == epsg)
    assert (chosen.unit, chosen.share, chosen.swapped) == (unit, 1.0, False)
    found = with_lonlat(raw, "X", "Y", epsg)
    assert found.crs == epsg
    records = placed(found)
    assert records.table["geoid"].tolist() == [HARTFORD_COUNTY, NEW_HAVEN_COUNTY]
    assert records.table["lat"].tolist() == pytest.approx([HARTFORD[0], NEW_HAVEN[0]], abs=1e-6)


def test_swapped_projected_columns_are_found_out() -> None:
    raw = projected(2234, HARTFORD, NEW_HAVEN, header="Y,X")
    first = crs_choices(raw.text["X"], raw.text["Y"], CONNECTICUT)[0]
    assert (first.epsg, first.swapped) == (2234, True)
    records = placed(with_lonlat(raw, "X", "Y", first.epsg, swapped=True))
    assert records.table["geoid"].tolist() == [HARTFORD_COUNTY, NEW_HAVEN_COUNTY]


def test_cook_county_by_its_feet_lies_where_its_degrees_do(shared_data: Path) -> None:
    name = "cook_county_me_opioid.csv"
    raw = open_table(shared_data / "incidents" / name, name)
    first = crs_choices(raw.text["X"], raw.text["Y"], COOK_COUNTY)[0]
    assert (first.epsg, first.unit) == (3435, "US survey foot")
    found = with_lonlat(raw, "X", "Y", first.epsg)
    made = found.text[[found.lon_column, found.lat_column]].apply(pd.to_numeric)
    given = raw.text[["longitude", "latitude"]].apply(pd.to_numeric)
    both = made.notna().all(axis=1) & given.notna().all(axis=1)
    assert both.sum() == given.notna().all(axis=1).sum()
    # SOURCES.md: checked to 1 m, which is 1.2e-5 degrees of longitude there.
    assert np.abs(made[both].to_numpy() - given[both].to_numpy()).max() < 1.3e-5


def test_what_cannot_be_turned_into_degrees_is_said() -> None:
    text = "id,date,E,N\n1,2020-05-01,1017000,838000\n2,2020-05-01,x,9\n3,2020-05-01,9999999,0.5\n"
    raw = open_table(text.encode(), "calls.csv")
    found = with_lonlat(raw, "E", "N", 2234)
    assert [(n.text.split(" ", 2)[2], n.rows) for n in found.notes] == [
        ('without usable numbers in "E" and "N".', (3,)),
        ("outside the area that EPSG:2234 is made for: check the choice.", (4,)),
    ]
    assert found.rows_read == raw.rows_read
    with pytest.raises(CrsError, match="no coordinate system with EPSG code 1"):
        with_lonlat(raw, "E", "N", 1)
    with pytest.raises(SchemaError, match="no such column"):
        with_lonlat(raw, "E", "north", 2234)


def test_the_choice_is_part_of_the_digest() -> None:
    raw = projected(26956, HARTFORD, NEW_HAVEN)
    one, other = (placed(with_lonlat(raw, "X", "Y", epsg)) for epsg in (26956, 26918))
    assert one.digest != other.digest


# Dates --------------------------------------------------------------------------------------------


def test_excel_serial_dates_are_days_not_1970() -> None:
    # Excel shows 43952 as 5/1/2020 and 43952.5 as noon of it.
    records = days_of("43952", "43952.5", "43953")
    assert days(records) == ["2020-05-01", "2020-05-01", "2020-05-02"]
    assert said(records, "If the days lie four years too early") == [(3, (2, 3, 4))]


def test_years_that_cannot_be_are_missing_and_said() -> None:
    records = days_of("9999-01-01", "0001-01-01", "1900-01-01", "2020-05-01")
    assert days(records) == ["", "", "", "2020-05-01"]
    assert sum(count for count, _ in said(records, "before 1990 or in the future")) == 3


def test_mixed_day_and_month_is_said() -> None:
    records = days_of("28/06/2014", "06/28/2014", "06/07/2014")
    assert days(records) == ["2014-06-28", "2014-06-28", "2014-06-07"]
    assert said(records, "mixes month first and day first")


def test_a_column_of_days_first_is_said() -> None:
    records = days_of("28/06/2014", "07/06/2014")
    assert days(records) == ["2014-06-28", "2014-06-07"]
    assert said(records, "read day first")


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("2020-03-08 02:30", "2020-03-08"),  # an hour that no clock showed
        ("2020-11-01 01:30", "2020-11-01"),  # an hour that every clock showed twice
        ("2020-03-08T06:59:00Z", "2020-03-08"),  # 1:59 Eastern Standard Time
        ("2020-03-08T04:59:00Z", "2020-03-07"),  # 23:59 Eastern Standard Time
        ("2020-11-01T03:59:00Z", "2020-10-31"),  # 23:59 Eastern Daylight Time
        ("2020-11-02T04:59:00Z", "2020-11-01"),  # 23:59 Eastern Standard Time
    ],
)
def test_clocks_that_are_put_forward_and_back(written: str, day: str) -> None:
    assert days(days_of(written)) == [day]


def test_formulas_and_markup_in_every_column_are_data() -> None:
    hostile = ["=CMD|' /C calc'!A0", "<script>x</script>", "${7*7}", "'; DROP TABLE records; --"]
    lines = ["case number,incident date,county,state,agency,drug"]
    lines += [f'"{text}",2020-05-01,"{text}",CT,"{text}","{text}"' for text in hostile]
    records = placed(open_table("\n".join(lines).encode(), "calls.csv"))
    assert len(records.table) == 4
    assert set(records.table["precision"]) == {"99"}
    assert all(text not in note.text for note in records.report.notes for text in hostile)
