"""Miles beside roads: whose markers they lie between, and what a text leaves open."""

from collections.abc import Callable

import pandas as pd
import pytest

from boundaries import load
from geo.geocoding import street_sources
from geo.geocoding.street_build import build
from geo.geocoding.street_finder import ASKED, Finder
from geo.geocoding.street_sources import PointColumns

MILE_M = 1609.344  # the international mile, 1959
POOR = "fit is poor"
TIE = "several places fit equally well"
OPEN = "a distance from the mile is told, and no point"

Find = Callable[..., pd.DataFrame]


@pytest.fixture(scope="module")
def find(tmp_path_factory: pytest.TempPathFactory) -> Find:
    """Markers of roads with one number, and of one counted anew in Chowan and in Perquimans."""
    rows = [
        ("US 64", "11", "-76.535", "36.28"), ("US 64", "12", "-76.52", "36.28"),
        ("NC 64", "11.4", "-76.392", "36.21"), ("NC 64", "12.4", "-76.384", "36.21"),
        ("NC 45", "5", "-76.62", "36.158"), ("NC 45", "5", "-76.488", "36.29"),
        ("NC 45", "6", "-76.488", "36.302"),
        ("US 17", "230", "-76.38", "36.21"), ("US 17", "231", "-76.37", "36.213"),
    ]  # fmt: skip
    table = pd.DataFrame(rows, columns=["road", "mile", "x", "y"])
    columns = PointColumns(("road",), mile="mile", lon="x", lat="y")
    markers = street_sources.points(table, columns, "mile markers")
    index = build([markers], "NC", tmp_path_factory.mktemp("miles"), load.locator().locate)
    finder = Finder({"NC": index}, load.gazetteer())

    def found(*texts: str, zip5: str = "27944", county: str = "") -> pd.DataFrame:
        asked = [(text, zip5, "Hertford" if zip5 else "", "NC", county) for text in texts]
        return finder.find(finder.read(pd.DataFrame(asked, columns=list(ASKED)).astype("str")))

    return found


def test_a_mile_lies_between_markers_of_its_own_road(find: Find) -> None:
    found = find("NC 64 MM 11.9", "US 64 MM 11.5")
    assert found["lon"].round(4).tolist() == [-76.388, -76.5275]
    assert found["matched_text"].tolist() == ["NC 64, mile 11.9, NC", "US 64, mile 11.5, NC"]


def test_where_miles_begin_anew_the_county_decides(find: Find) -> None:
    chowan, perquimans = (find("NC 45 MM 5", zip5="", county=c) for c in ("37041", "37143"))
    assert chowan["lat"].tolist() == [36.158]
    assert perquimans["lat"].tolist() == [36.29]
    # Mile 5 of Chowan is 18 km from mile 6 of Perquimans: no mile lies between them.
    assert find("NC 45 MM 5.5")["lon"].round(3).tolist() == [-76.488]


def test_several_counties_or_kinds_that_fit_are_a_tie(find: Find) -> None:
    assert find("NC 45 MM 5", "HWY 64 MM 11.5")["reason"].tolist() == [TIE, TIE]
    assert find("HWY 17 MM 230")["matched_text"].tolist() == ["US 17, mile 230, NC"]


def test_a_road_of_another_kind_is_no_answer(find: Find) -> None:
    found = find("I-17 MM 230", "NC 17 MM 230", "SR 17 MM 230")
    assert found["precision"].tolist() == ["", "", ""]
    assert found["reason"].tolist() == [POOR] * 3


@pytest.mark.parametrize(
    "text", ["US 17 MM 230-231", "US 17 MM 230 to 231", "US 17 between MM 230 and MM 231"]
)
def test_a_stretch_of_miles_is_its_middle_and_half_its_length(find: Find, text: str) -> None:
    found = find(text)
    assert found["lon"].round(4).tolist() == [-76.375]
    # Half of what lies between the markers, and half of the stretch.
    assert found["radius_m"].tolist() == [round(MILE_M)]


@pytest.mark.parametrize(
    "text",
    [
        "US 17 2 mi N of MM 230", "US 17 3 miles past MM 230", "US 17 mile 230 1000 ft S",
        "US 17 1/2 mile south of mile marker 230", "US 17 N of MM 230",
    ],
)  # fmt: skip
def test_a_distance_from_a_mile_is_no_point(find: Find, text: str) -> None:
    found = find(text, "US 17 MM 230")
    assert found["precision"].tolist() == ["", "03"]
    assert found["reason"].tolist() == [OPEN, ""]
    assert found["score"][0] <= 0.55
    assert found["score"][1] > 0.9
