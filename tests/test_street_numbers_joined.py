"""Two numbers with a dash: one number in Queens, elsewhere perhaps two."""

from dataclasses import replace
from pathlib import Path

import pandas as pd

from boundaries import load
from geo.geocoding import remote, street_sources
from geo.geocoding.address import parse
from geo.geocoding.street_build import build
from geo.geocoding.street_candidates import candidates
from geo.geocoding.street_finder import ASKED, Finder
from geo.geocoding.street_sources import PointColumns

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


def test_where_numbers_have_no_dash_the_first_is_the_house(finder: Finder) -> None:
    """No number of TIGER/Line 2020 has a dash in Perquimans County; of Whitehat Rd 187 and no 1."""
    answer = found(
        finder, "187-2 Whitehat Rd", "187 Whitehat Rd", "1-87 Whitehat Rd", "10-4 Dobbs St"
    )
    assert answer["matched_text"].tolist()[:2] == ["187 Whitehat Rd, NC 27944"] * 2
    assert answer["lon"][0] == answer["lon"][1]
    assert answer["precision"].tolist() == ["03", "03", "", ""]  # Dobbs St begins at 100
    assert answer["reason"].tolist()[2:] == [TIE, TIE]


def test_where_numbers_have_a_dash_they_are_joined(tmp_path: Path) -> None:
    """Numbers as in Queens on a street without such a number as 45 or 12."""
    points = pd.DataFrame(
        [("Queens Blvd", f"45-{number}", "11104", "-73.92", str(40.74 + number / 1e5))
         for number in range(10, 30)],
        columns=["street", "number", "zip", "lon", "lat"],
    )  # fmt: skip
    columns = PointColumns(("street",), "number", "zip", "lon", "lat")
    index = build([street_sources.points(points, columns, "own")], "NY", tmp_path)
    queens = Finder({"NY": index}, load.gazetteer())
    row = ("45-12 Queens Blvd", "11104", "", "NY", "")
    answer = queens.find(queens.read(pd.DataFrame([row], columns=list(ASKED)).astype("str")))
    assert answer["matched_text"].tolist() == ["4512 Queens Blvd, NY 11104"]
    assert answer["precision"].tolist() == ["00"]


def test_an_index_that_does_not_know_of_dashes_joins_as_before(finder: Finder) -> None:
    index = finder.indexes["NC"]
    older = replace(index, meta={k: v for k, v in index.meta.items() if k != "dashed"})
    answer = found(Finder({"NC": older}, finder.gazetteer), "1-87 Whitehat Rd")
    assert answer["matched_text"].tolist() == ["187 Whitehat Rd, NC 27944"]


def test_all_numbers_are_offered(finder: Finder) -> None:
    rows = [("2-86 Whitehat Rd", "27944", "Hertford", "NC", "37143")]
    read = finder.read(pd.DataFrame(rows, columns=list(ASKED)).astype("str"))
    offered = set(candidates(finder, read, 0)["matched_text"])
    both = {"2 Whitehat Rd, NC 27944", "86 Whitehat Rd, NC 27944", "286 Whitehat Rd, NC 27944"}
    assert both <= offered


def test_two_numbers_leave_as_they_are_written() -> None:
    rows = [("45-12 Queens Blvd", "11104", "", "NY", "")]
    read = Finder({}, load.gazetteer()).read(pd.DataFrame(rows, columns=list(ASKED)).astype("str"))
    assert remote.what_is_sent(read)["street"].tolist() == ["45-12 QUEENS BLVD"]
