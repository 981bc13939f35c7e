"""When it happened: how exactly it is known, in one column or several, and by which clock."""

from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from boundaries import load
from geo.errors import SchemaError
from geo.geocoding.cascade import place
from geo.ingest import open_table, propose, read, weeks
from geo.ingest.clock import read_clock
from geo.ingest.dates import parse
from geo.ingest.periods import read_period, read_periods
from geo.schema import Records


def records_of(text: str, name: str = "a.csv") -> Records:
    raw = open_table(text.encode(), name)
    return place(read(raw, propose(raw)), load.gazetteer(), load.locator())


def isodays(column: pd.Series) -> list[str]:
    return column.dt.strftime("%Y-%m-%d").fillna("").tolist()


def days(records: Records) -> list[str]:
    return isodays(records.table["occurred_on"])


@pytest.mark.parametrize(
    ("text", "first", "length"),
    [
        ("May 2020", "2020-05", "month"),
        ("may, 2020", "2020-05", "month"),
        ("5/2020", "2020-05", "month"),
        ("2020-05", "2020-05", "month"),
        ("202005", "2020-05", "month"),
        ("2020/5", "2020-05", "month"),
        ("May-20", "2020-05", "month"),
        ("Sept. 2019", "2019-09", "month"),
        ("2017 Q3", "2017-07", "quarter"),
        ("Q3 2017", "2017-07", "quarter"),
        ("2017Q3", "2017-07", "quarter"),
        ("1st quarter 2018", "2018-01", "quarter"),
        ("2018, fourth quarter", "2018-10", "quarter"),
        ("3rd Qtr of 2018", "2018-07", "quarter"),
        ("Jan-Mar 2020", "2020-01", "quarter"),
        ("H1 2020", "2020-01", "half"),
        ("2020 second half", "2020-07", "half"),
        ("July to December 2020", "2020-07", "half"),
        ("2015", "2015-01", "year"),
        ("CY 2015", "2015-01", "year"),
        # The federal fiscal year 2026 began on October 1, 2025 (31 USC 1102).
        ("FY2026", "2025-10", "year"),
        ("FY26", "2025-10", "year"),
        ("2026 (FYTD)", "2025-10", "year"),
        ("FY2026 Q1", "2025-10", "quarter"),
        ("FY2026 Q2", "2026-01", "quarter"),
        ("FY2026 H2", "2026-04", "half"),
    ],
)
def test_periods_in_many_words(text: str, first: str, length: str) -> None:
    period = read_period(text)
    assert period is not None
    assert (f"{period[0]}-{period[1]:02d}", period[2]) == (first, length)
    found = parse(pd.Series([text]))
    assert found.when.astype("datetime64[M]").astype(str).tolist() == [first]
    assert found.precision.tolist() == [length]


@pytest.mark.parametrize(
    "text", ["", "Q5 2017", "2017 Q", "13/2020", "H3 2020", "Feb-Apr 2020", "1/2", "2015-2016",
             "May", "May 2020 2021", "quarter half 2020", "2020 heroin", "Q3", "99999", "x" * 500]
)  # fmt: skip
def test_what_is_no_period(text: str) -> None:
    assert read_period(text) is None


@given(st.text(max_size=30))
def test_any_text_is_a_period_or_none(text: str) -> None:
    first, length = read_periods(pd.Series([text], dtype="str"))
    assert np.isnat(first)[0] == (length[0] == "")


@pytest.mark.parametrize(
    ("text", "minutes"),
    [("0:42:00", 42), ("1342", 822), ("942", 582), ("1:42 PM", 822), ("12:05 am", 5),
     ("12:05 p.m.", 725), ("23:59", 1439), ("0.5", 720), ("01/02/2020 13:42", 822)],
)  # fmt: skip
def test_times_of_day(text: str, minutes: int) -> None:
    seconds, unreadable = read_clock(pd.Series([text]))
    assert (seconds / 60).tolist() == [minutes]
    assert not unreadable.any()


def test_times_that_are_none() -> None:
    seconds, unreadable = read_clock(
        pd.Series(["NULL", "", "25:00", "13:61", "noonish", "14:00 PM"])
    )
    assert np.isnan(seconds[:5]).all()
    assert unreadable.tolist() == [False, False, True, True, True, True]


def test_time_in_its_own_column_joins_the_day() -> None:
    records = records_of(
        "incident date,incident time,zip\n05/01/2020,0:42:00,06103\n05/01/2020,NULL,06103\n"
        "05/01/2020,1:42 PM,06103\n05/01/2020,soon,06103\n"
    )
    table = records.table
    assert table["time_precision"].tolist() == ["minute", "day", "minute", "day"]
    assert table["minute_of_day"].fillna(-1).tolist() == [42, -1, 822, -1]
    assert set(days(records)) == {"2020-05-01"}
    said = [n for n in records.report.notes if "no readable time" in n.text]
    assert [(n.count, n.rows) for n in said] == [(1, (5,))]


def test_an_hour_is_not_a_minute() -> None:
    table = records_of("incident_date,incident_hour,zip\n2020-05-01,23,06103\n").table
    assert table["time_precision"].tolist() == ["day"]
    assert table["minute_of_day"].tolist() == [1380]


def test_midnight_in_every_row_is_no_time_of_day() -> None:
    table = records_of(
        "date,zip\n06/28/2014 12:00:00 AM,06103\n06/29/2014 12:00:00 AM,06103\n"
    ).table
    assert table["time_precision"].tolist() == ["day", "day"]
    assert table["minute_of_day"].isna().all()


def test_minutes_and_reports_are_by_the_local_clock() -> None:
    # Hartford is UTC-4 in summer and UTC-5 in winter.
    records = records_of(
        "incident date,reported date,zip\n2020-07-01T02:30:00Z,2020-07-03T01:00:00Z,06103\n"
        "2020-01-01T02:30:00Z,,06103\n2020-01-01T22:30:00-05:00,2020-01-05T12:00:00Z,06103\n"
    )
    assert days(records) == ["2020-06-30", "2019-12-31", "2020-01-01"]
    assert records.table["minute_of_day"].tolist() == [1350, 1290, 1350]
    assert isodays(records.table["reported_on"]) == ["2020-07-02", "", "2020-01-05"]


def test_the_hour_that_is_missing_in_spring_is_kept_as_written() -> None:
    # On March 8, 2020 clocks in Connecticut went from 2:00 to 3:00.
    records = records_of("date,zip\n2020-03-08 02:30,06103\n2020-11-01 01:30,06103\n")
    assert days(records) == ["2020-03-08", "2020-11-01"]
    assert records.table["minute_of_day"].tolist() == [150, 90]


def test_a_report_stands_in_for_the_day_and_is_kept_beside_it() -> None:
    table = records_of(
        "incident date,reported date,zip\n2020-05-01,2020-05-03,06103\n,2020-05-04,06103\n"
    ).table
    assert table["date_role"].tolist() == ["incident", "reported"]
    assert isodays(table["occurred_on"]) == ["2020-05-01", "2020-05-04"]
    assert isodays(table["reported_on"]) == ["2020-05-03", "2020-05-04"]


def test_day_month_and_year_in_three_columns() -> None:
    table = records_of(
        "case number,death_date_year,death_date_month,death_date_day,zip\n"
        "1,2019,2,3,44101\n2,2019,Feb,,44101\n3,2019,,,44101\n4,2019,2,30,44101\n5,,2,3,44101\n"
    ).table
    assert isodays(table["occurred_on"]) == [
        "2019-02-03", "2019-02-01", "2019-01-01", "2019-02-01", "",
    ]  # fmt: skip
    assert table["time_precision"].tolist() == ["day", "month", "year", "month", ""]
    assert table["date_role"].tolist() == ["death"] * 4 + [""]


def test_fiscal_years_with_months_and_halves_with_years() -> None:
    cbp = records_of(
        "FY,Month (abbv),State,Drug Type,Count of Event\n2026 (FYTD),OCT,TX,Heroin,3\n"
        "2025,JAN,TX,Heroin,4\n"
    )
    assert days(cbp) == ["2025-10-01", "2025-01-01"]
    halves = records_of("Year,Half,County,State,Deaths\n2020,H1,Bibb,AL,2\n2020,2,Pike,AL,3\n")
    assert days(halves) == ["2020-01-01", "2020-07-01"]
    assert set(halves.table["time_precision"]) == {"half"}


def test_first_days_only_are_not_days() -> None:
    quarters = records_of(
        "Qtr,Qtr Start Date,County,State,Deaths\n2017 Q3,07/01/2017,Bibb,AL,1\n"
        "2017 Q4,10/01/2017,Bibb,AL,2\n"
    )
    assert set(quarters.table["time_precision"]) == {"quarter"}
    months = records_of("Date,County,State,Deaths\n2017-02-01,Bibb,AL,1\n2017-03-01,Bibb,AL,2\n")
    assert set(months.table["time_precision"]) == {"month"}
    calls = records_of("Date,Zip\n2017-02-01,06103\n2017-03-01,06103\n")
    assert set(calls.table["time_precision"]) == {"day"}


def test_one_column_a_year() -> None:
    text = (
        "County,State,Deaths 2015,Deaths 2016,Deaths 2017\n"
        "Bibb,AL,3,Suppressed,5\nPike,AL,0,,7\nTotal,,3,,12\n"
    )
    raw = open_table(text.encode(), "a.csv")
    mapping = propose(raw)
    assert mapping.area_counts
    assert mapping.columns("period_count") == ("Deaths 2015", "Deaths 2016", "Deaths 2017")
    records = records_of(text)
    report, table = records.report, records.table
    assert report.rows_read == 3 == report.kept + sum(report.dropped.values())
    assert len(table) == 3 * report.kept == 6
    assert table["record_id"].is_unique
    assert days(records) == ["2015-01-01", "2016-01-01", "2017-01-01"] * 2
    assert table["count"].fillna(-1).tolist() == [3, -1, 5, 0, -1, 7]
    assert records.incidents == 3 + 5 + 0 + 7
    assert table["source_row"].tolist() == [2, 2, 2, 3, 3, 3]
    assert set(table["outcome"]) == {"fatal"}
    assert set(table["time_precision"]) == {"year"}


def test_one_column_a_month_and_a_person_who_knows_better() -> None:
    text = "FIPS,Jan 2020,Feb 2020,Rate 2020\n01007,3,4,1.5\n01109,0,2,7.1\n"
    assert records_of(text).incidents == 9
    raw = open_table(text.encode(), "a.csv")
    fewer = propose(raw).without("Feb 2020")
    assert place(read(raw, fewer), load.gazetteer(), load.locator()).incidents == 3


MONTHS_WIDE = "County,State,{}January,February,Mar,Total\nBibb,AL,{}1,2,3,6\nPike,AL,{}4,<10,6,\n"


@pytest.mark.parametrize(
    "text",
    ["2023 overdose deaths by month\nRun 1/14/2024\n" + MONTHS_WIDE.format("", "", ""),
     MONTHS_WIDE.format("Year,", "2023,", "2023,")],
)  # fmt: skip
def test_one_column_a_month_without_a_year_takes_that_of_the_title_or_row(text: str) -> None:
    records = records_of(text)
    assert days(records) == ["2023-01-01", "2023-02-01", "2023-03-01"] * 2
    assert records.table["count"].fillna(-1).tolist() == [1, 2, 3, 4, -1, 6]
    assert set(records.table["time_precision"]) == {"month"}
    assert records.table["record_id"].is_unique
    assert any(" the year in the " in n.text for n in records.report.notes)


@pytest.mark.parametrize(
    "title",
    ["", "Run 1/14/2024\n", "Deaths 2021-2023\n", "FY 2023\n", "2022\nDeaths 2023\n",
     "Updated May 2023\n"],
)  # fmt: skip
@pytest.mark.parametrize(
    "names", ["Jan,Feb,Mar,YTD", "Q1,Q2,Q3,Total", "ODs Jan,ODs Feb,ODs May,N"]
)
def test_columns_of_months_without_any_year_are_asked_about(names: str, title: str) -> None:
    text = (
        f"{title}FIPS,County,State,{names}\n39049,Franklin,OH,1,2,3,6\n39035,Cuyahoga,OH,5,6,7,18\n"
    )
    raw = open_table(text.encode(), "a.csv")
    mapping = propose(raw)
    assert any("do not say of which year they are" in why for why in mapping.reasons)
    with pytest.raises(SchemaError, match="no column is chosen"):
        read(raw, mapping)
    total = mapping.with_choice("count", names.rsplit(",", maxsplit=1)[1])
    assert read(raw, total).table["count"].tolist() == [6, 18]


def test_years_that_are_no_counts_stay_what_they_are() -> None:
    raw = open_table(b"case number,county,2015,2016\n7,Bibb,yes,no\n8,Pike,no,no\n", "a.csv")
    assert not propose(raw).area_counts


STAMPS = [
    "2020-05-01", "2020-05-01T23:30:00-05:00", "2020/5/1 13:05", "05/01/2020 12:00:00 AM",
    "5/1/20 1:05 pm", "Friday, May 1st, 2020", "May 1, 2020 at 4:07 PM", "28/06/2014 10:00",
    "2020-05-01 25:00", "9999-01-01 10:00:00+00", "2017 Q3", "May 2020", "soon", "soon 12:30",
    "12:30", "", "2020-02-30 10:00", "20200501 10:15", "05/01/2020 1305", "01-MAY-20 00:00",
    "2020-05-01\n10:00", "one\ntwo",
]  # fmt: skip


def test_a_long_column_reads_as_its_cells_do() -> None:
    """Long columns are read in two parts, days and times: each cell must come out the same."""
    many = [f"2019-01-{1 + n // 1440:02d} {n // 60 % 24}:{n % 60:02d}" for n in range(6000)]
    long = parse(pd.Series(STAMPS + many))
    short = parse(pd.Series(STAMPS))
    size = len(STAMPS)
    assert long.when[:size].astype(str).tolist() == short.when.astype(str).tolist()
    for name in ("zoned", "unreadable", "impossible", "precision"):
        assert getattr(long, name)[:size].tolist() == getattr(short, name).tolist(), name
    assert long.when[size:].astype(str).tolist() == [
        f"{text[:10]}T{text[11:].zfill(5)}:00" for text in many
    ]


def said(records: Records, words: str) -> list[tuple[str, tuple[int, ...]]]:
    return [(n.severity, n.rows) for n in records.report.notes if words in n.text]


@pytest.mark.parametrize(
    "text",
    ["2020-21", "2020-2021", "2020/21", "FY 2020/21", "FY21", "FY '21", "FY20-21", "FY2021", "2021",
     "21", "FFY 2021"],
)  # fmt: skip
def test_a_fiscal_year_is_named_after_its_second_half(text: str) -> None:
    """Federal fiscal year 2021 began on October 1, 2020 (31 U.S.C. 1102)."""
    records = records_of(f"Fiscal Year,County,State,Deaths\n{text},Bibb,AL,3\n")
    assert days(records) == ["2020-10-01"]
    assert records.table["time_precision"].tolist() == ["year"]
    told = [("warning", (2,))] if "FFY" not in text else []  # that one says whose it is
    assert said(records, "the federal one, from October 1") == told


def test_state_fiscal_years_begin_where_the_states_begin_them() -> None:
    """NCSL: July 1, but New York April 1, Texas September 1, Alabama and Michigan October 1."""
    states = ["PA", "NY", "TX", "AL", "MI"]
    rows = "".join(f"2021,{state},4\n" for state in states)
    records = records_of("State Fiscal Year,State,Deaths\n" + rows)
    assert days(records) == ["2020-07-01", "2020-04-01", "2020-09-01"] + ["2020-10-01"] * 2
    assert [severity for severity, _ in said(records, "state fiscal year")] == ["warning"]
    short = records_of("Fiscal Year,County,State,Deaths\nSFY21,Erie,PA,3\n")
    assert days(short) == ["2020-07-01"]
    months = records_of(
        "State Fiscal Year,Month,County,State,Deaths\n2021,JUL,Erie,PA,3\n2021,JUN,Erie,PA,4\n"
    )
    assert days(months) == ["2020-07-01", "2021-06-01"]


@pytest.mark.parametrize(
    ("name", "role", "cells", "starts"),
    [
        ("SFY", "state_fiscal_year", ["SFY 2024", "SFY24", "2024", "24", "2023-24"], "2023-07-01"),
        ("State FY", "state_fiscal_year", ["2024", "FY24"], "2023-07-01"),
        ("FFY", "fiscal_year", ["FFY 2024", "FFY24", "2024", "24", "2023-24"], "2023-10-01"),
        ("Year", "year", ["SFY 2024", "SFY24"], "2023-07-01"),
        ("Date", "incident.date", ["SFY24 Q1", "SFY 2024 Q1"], "2023-07-01"),
        ("Period", "incident.date", ["FFY24 Q2", "FFY 2024 Q2"], "2024-01-01"),
        ("FFY Quarter", "quarter", ["FFY24 Q2", "FFY 2024 Q2", "FFY'24 Q2"], "2024-01-01"),
        ("Quarter", "quarter", ["SFY24 Q2", "SFY 2024 Q2"], "2023-10-01"),
    ],
)
def test_names_and_values_that_say_whose_fiscal_year(
    name: str, role: str, cells: list[str], starts: str
) -> None:
    """Ohio's fiscal year 2024 began on July 1, 2023 (NCSL), the federal one on October 1."""
    header = f"{name},County,State,Deaths\n"
    records = records_of(header + "".join(f"{cell},Ross,OH,3\n" for cell in cells))
    assert {choice.column: choice.role for choice in records.report.mapping}[name] == role
    assert days(records) == [starts] * len(cells)
    told = [("warning", tuple(range(2, len(cells) + 2)))]
    assert said(records, "a state fiscal year") == ([] if "FFY" in name + cells[0] else told)
    assert not said(records, "the federal one")


def test_state_fiscal_years_begin_by_state_wherever_they_are_written() -> None:
    """New York's fiscal year 2024 began on April 1, 2023 (NCSL)."""
    for head, cell in (("Date", "SFY24 Q1"), ("Quarter", "SFY24 Q1"), ("Year", "SFY24")):
        records = records_of(f"{head},County,State,Deaths\n{cell},Kings,NY,3\n")
        assert days(records) == ["2023-04-01"]
    wide = records_of("County,State,SFY 2024,SFY25\nKings,NY,3,4\n")
    assert days(wide) == ["2023-04-01", "2024-04-01"]


def test_a_person_can_say_whose_fiscal_year_it_is() -> None:
    raw = open_table(b"FY,County,State,Deaths\n2024,Kings,NY,3\n2024,Ross,OH,4\n", "a.csv")
    federal = propose(raw)
    assert federal.column("fiscal_year") == "FY"
    for role, expected in (
        ("fiscal_year", ["2023-10-01"] * 2),
        ("state_fiscal_year", ["2023-04-01", "2023-07-01"]),
        ("year", ["2024-01-01"] * 2),
    ):
        records = place(
            read(raw, federal.with_choice(role, "FY")), load.gazetteer(), load.locator()
        )
        assert days(records) == expected
    assert not said(records, "was assumed")


def test_fiscal_years_beside_dates_are_not_spoken_of() -> None:
    records = records_of("Date,SFY,County,State\n2020-05-01,SFY20,Ross,OH\n")
    assert days(records) == ["2020-05-01"]
    assert not said(records, "fiscal year")


def test_fiscal_years_in_columns_of_other_names() -> None:
    year = records_of("Year,County,State,Deaths\nFY2021,Bibb,AL,3\n2020-21,Bibb,AL,4\n")
    assert days(year) == ["2020-10-01", ""]
    assert said(year, "the federal one") == [("warning", (2,))]
    assert said(year, "a year over two") == [("warning", (3,))]
    federal = records_of("Federal Fiscal Year,County,State,Deaths\n2021,Bibb,AL,3\n")
    assert days(federal) == ["2020-10-01"]
    assert not said(federal, "was assumed")
    wide = records_of("County,State,FY2020,FY2021\nBibb,AL,3,4\n")
    assert days(wide) == ["2019-10-01", "2020-10-01"]
    assert said(wide, "the federal one")


def test_several_years_are_no_year() -> None:
    records = records_of("Fiscal Year,County,State,Deaths\nFY2018-2021,Bibb,AL,3\n")
    assert days(records) == [""]


def test_days_as_spreadsheets_number_them_among_dates() -> None:
    """44928 is 2023-01-02 in Excel (its documentation of DATE); .5 is noon; 15201 is no day."""
    records = records_of(
        "date,time,zip\n2023-01-01,14:05,06103\n44928,0.5,06103\n1/3/2023,2:05 PM,06103\n"
        "15201,,06103\n2023-01-05,,06103\n44101,,06103\n"
    )
    assert days(records) == ["2023-01-01", "2023-01-02", "2023-01-03", "", "2023-01-05", ""]
    assert records.table["minute_of_day"][:3].tolist() == [845, 720, 845]
    assert said(records, "as spreadsheets keep dates") == [("info", (3,))]
    assert said(records, "no readable date") == [("warning", (5, 7))]


def test_one_day_written_the_other_way_does_not_move_the_others() -> None:
    texts = ["13/01/2020"] + [f"01/{n:02d}/2020" for n in range(1, 13)] * 3
    records = records_of(
        "case,incident date,zip\n"
        + "".join(f"{n},{text},15201\n" for n, text in enumerate(texts, 1))
    )
    assert {day[:7] for day in days(records)} == {"2020-01"}
    notes = [n for n in records.report.notes if "month first was assumed" in n.text]
    assert [n.count for n in notes] == [33]  # 36 rows less three of January 1
    assert notes[0].rows[:3] == (4, 5, 6)


def test_a_column_that_is_day_first_says_how_many_rows_read_both_ways() -> None:
    texts = ["28/06/2014", "27/06/2014", "01/02/2014", "05/05/2014"]
    records = records_of("date,zip\n" + "".join(f"{text},06103\n" for text in texts))
    assert days(records) == ["2014-06-28", "2014-06-27", "2014-02-01", "2014-05-05"]
    assert said(records, "1 row reads the other way") == [("warning", (4,))]


@pytest.mark.parametrize("name", ["Week Ending", "Week Start Date", "Week of", "Week Beginning"])
@pytest.mark.parametrize("counted", ["Suspected ODs", "N", "Cases"])
def test_weekly_counts_keep_their_day_and_say_that_it_is_a_week(name: str, counted: str) -> None:
    lines = [f"01/{day:02}/2023,{c},AL,{day}" for day in (7, 14, 21) for c in ("Bibb", "Pike")]
    records = records_of("\n".join([f"{name},County,State,{counted}", *lines]))
    assert records.incidents == 2 * (7 + 14 + 21)
    assert days(records) == [f"2023-01-{day}" for day in ("07", "07", "14", "14", "21", "21")]
    assert any(f'"{name}" gives weeks' in note.text for note in records.report.notes)


def test_the_end_of_something_else_is_no_day_and_a_weekday_neither() -> None:
    for name in ("End Date", "Weekday", "Day of Week", "Week"):
        raw = open_table(f"Case #,{name},Zip\n1,1/7/2023,06103\n".encode(), "a.csv")
        assert not propose(raw).column("incident.date"), name


@pytest.mark.parametrize(
    ("year", "week", "first"),
    [  # CDC, MMWR weeks: 2014 and 2020 had a week 53
        (2014, 53, "2014-12-28"), (2020, 1, "2019-12-29"), (2020, 53, "2020-12-27"),
        (2021, 1, "2021-01-03"), (2023, 1, "2023-01-01"), (2024, 1, "2023-12-31"),
        (2026, 1, "2026-01-04"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("written", ["{week}", "W{week:02}", "{year}-W{week:02}", "{year}{week:02}",
                                     "Week {week}, {year}", "{week}/{year}"])  # fmt: skip
def test_weeks_stand_on_their_first_day(year: int, week: int, first: str, written: str) -> None:
    cell = written.format(year=year, week=week).replace(", ", " ")
    counted = records_of(f"MMWR Year,MMWR Week,County,State,ODs\n{year},{cell},Bibb,AL,4\n")
    assert days(counted) == [first]
    assert counted.incidents == 4
    assert any("gives numbers of weeks" in note.text for note in counted.report.notes)


@given(st.integers(1990, 2060), st.integers(1, 53))
def test_iso_weeks_are_those_of_the_calendar(year: int, week: int) -> None:
    """As Python's calendar counts them."""
    try:
        expected = date.fromisocalendar(year, week, 1).isoformat()
    except ValueError:  # the year has no week 53
        expected = "NaT"
    found = weeks.first_days(pd.Series([str(week)]), pd.Series([str(year)]), iso=True)
    assert found.astype("datetime64[D]").astype(str).tolist() == [expected]


def test_a_week_that_cannot_be_leaves_the_year() -> None:
    records = records_of("Year,Week,Zip\n2021,53,06103\n2021,7,06103\n,7,06103\n")
    assert records.table["time_precision"].tolist() == ["year", "day", ""]
    assert [rows for _, rows in said(records, "no readable week")] == [(2, 4)]
