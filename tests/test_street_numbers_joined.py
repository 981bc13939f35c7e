"""Two numbers with a dash: one number in Queens, elsewhere perhaps two."""

import pandas as pd

from boundaries import load
from geo.geocoding import remote
from geo.geocoding.address import parse
from geo.geocoding.street_candidates import candidates
from geo.geocoding.street_finder import ASKED, Finder

TIE = "several places fit equally well"


def found(finder: Finder, *texts: str) -> pd.DataFrame:
    rows = [(text, "27944", "Hertford", "NC", "37143") for text in texts]
    return finder.find(finder.read(pd.DataFrame(rows, columns=list(ASKED)).astype("str")))


def test_both_readings_are_kept() -> None:
    assert [parse("45-12 Queens Blvd")[1], parse("45-12 Queens Blvd").behind_dash] == [4512, 12]
    assert parse("123-125 Main St").behind_dash == parse("45 Main St").behind_dash == -1


def test_a_street_that_has_the_number_behind_the_dash_is_a_tie(finder: Finder) -> None:
    """TIGER/Line 2020: Whitehat Rd has 2-246 even and 248-372, New Hope Rd 619 and 2619."""
    answer = found(finder, "86 Whitehat Rd", "286 Whitehat Rd", "2-86 Whitehat Rd",
                   "2 - 619 New Hope Rd")  # fmt: skip
    assert answer["precision"].tolist() == ["03", "03", "", ""]
    assert answer["reason"].tolist()[2:] == [TIE, TIE]


def test_the_joined_number_is_taken_where_the_street_has_no_other(finder: Finder) -> None:
    """Of the odd numbers Whitehat Rd has 101 to 247: 187, and no 87."""
    answer = found(finder, "1-87 Whitehat Rd", "187 Whitehat Rd")
    assert answer["matched_text"].tolist() == ["187 Whitehat Rd, NC 27944"] * 2
    assert answer["lon"][0] == answer["lon"][1]


def test_both_numbers_are_offered(finder: Finder) -> None:
    rows = [("2-86 Whitehat Rd", "27944", "Hertford", "NC", "37143")]
    read = finder.read(pd.DataFrame(rows, columns=list(ASKED)).astype("str"))
    offered = set(candidates(finder, read, 0)["matched_text"])
    assert {"86 Whitehat Rd, NC 27944", "286 Whitehat Rd, NC 27944"} <= offered


def test_two_numbers_leave_as_they_are_written() -> None:
    rows = [("45-12 Queens Blvd", "11104", "", "NY", "")]
    read = Finder({}, load.gazetteer()).read(pd.DataFrame(rows, columns=list(ASKED)).astype("str"))
    assert remote.what_is_sent(read)["street"].tolist() == ["45-12 QUEENS BLVD"]
