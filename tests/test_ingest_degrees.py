"""Degrees and minutes are told by the values; what only resembles them is not taken."""

import pandas as pd
import pytest

from boundaries import load
from geo.geocoding.cascade import place
from geo.ingest import open_table, propose, read
from geo.ingest.degrees import degrees
from geo.ingest.evidence import confirm

# By hand: 26 + 46/60 = 26.767 minutes, 40 + 26.767/60 = 40.446 degrees; in Pittsburgh.
NORTH, WEST = 40.4461, -79.9822
ALLEGHENY = "42003"

WRITTEN = [
    ("40° 26' 46\" N", "79° 58' 56\" W"), ("40 26.767 N", "79 58.933 W"),
    ("N40 26 46", "W79 58 56"), ("40° 26’ 46” N", "79° 58’ 56” W"),  # noqa: RUF001
    ("40\u00b026\u203246\u2033N", "079\u00b058\u203256\u2033W"), ("40 26.767", "-79 58.933"),
    ("40-26-46N", "079-58-56W"), ("40d26m46s N", "79d58m56s W"), ("40.4461 N", "79.9822 W"),
]  # fmt: skip


@pytest.mark.parametrize(("lat", "lon"), WRITTEN)
@pytest.mark.parametrize(
    "names", [("Lat", "Long"), ("Y", "X"), ("Incident Latitude", "Incident Longitude")]
)
def test_columns_of_degrees_and_minutes_are_found_and_placed(
    lat: str, lon: str, names: tuple[str, str]
) -> None:
    quoted = [f'"{cell.replace(chr(34), chr(34) * 2)}"' for cell in (lat, lon)]
    lines = [f"{n},2020-05-0{n},{','.join(quoted)}" for n in range(1, 6)]
    text = "\n".join([f"case number,incident date,{','.join(names)}", *lines])
    raw = open_table(text.encode(), "calls.csv")
    mapping = propose(raw)
    assert [mapping.column(f"incident.{field}") for field in ("lat", "lon")] == list(names)
    table = place(read(raw, mapping), load.gazetteer(), load.locator()).table
    assert set(table["geoid"]) == {ALLEGHENY}
    assert table["lat"].tolist() == pytest.approx([NORTH] * 5, abs=1e-4)
    assert table["lon"].tolist() == pytest.approx([WEST] * 5, abs=1e-4)


@pytest.mark.parametrize(
    "cells",
    [
        ["123 N High St", "40 W Broad St", "5 E 3rd Ave"],  # addresses
        ["100 N MAIN", "40 S FRONT & 2ND"],
        ["5/1/2020", "12/3/2021"], ["5-1-20", "12-3-21"], ["20-05-01", "21-06-30"],  # days
        ["2020-05-01"], ["2020-05-01 11:05"], ["17 Mar 2020"], ["11:05", "23:10"], ["16:05:30"],
        ["18-24", "25-34", "35-44"], ["18 to 24"], ["45 years"], ["22 F", "40 M"],  # ages
        ["614-555-0123"], ["614 555 0123"], ["(614) 555-0123"], ["555-0123"], ["6145550123"],
        ["20-1234", "21-4432"], ["19-00123"], ["40-26-0046"], ["A123"], ["OD 40 26 46"],  # numbers
        ["20 mg", "40 mg"],
    ],
)  # fmt: skip
@pytest.mark.parametrize("field", ["lat", "lon", "x", "y"])
def test_what_resembles_degrees_is_not_taken_for_them(cells: list[str], field: str) -> None:
    assert confirm(field, 0.9, pd.Series(cells)) == ("", 0.0)


def test_blanks_part_minutes_but_also_thousands() -> None:
    # 41 45.6 is 41 degrees and 45.6 minutes; 1 900 000 is a northing of the state plane.
    assert degrees(pd.Series(["41 45.6", "1 900 000"])).tolist() == [41.76, 1_900_000]
    assert confirm("x", 0.6, pd.Series(["1 176 000", "1 190 000"])) == ("easting", 0.6)


def test_degrees_that_look_like_days_are_read_when_a_person_says_so() -> None:
    raw = open_table(b"case number,date,N,W\n1,2020-05-01,40-26-46,79-58-56\n", "calls.csv")
    mapping = propose(raw).with_choice("lat", "N").with_choice("lon", "W")
    table = place(read(raw, mapping), load.gazetteer(), load.locator()).table
    assert table["geoid"].tolist() == [ALLEGHENY]
