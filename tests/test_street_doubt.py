"""Answers that are found and still are for a person to look at, or not used."""

from pathlib import Path

import pytest

from boundaries import load
from geo.geocoding import street_sources
from geo.geocoding.street_build import build
from geo.geocoding.street_finder import Finder
from geo.geocoding.street_score import USABLE
from tests.test_street_held import find

HERTFORD = ("27944", "Hertford", "NC")
SULPHUR = ("59645", "White Sulphur Springs", "MT")
BARE = "words without a house number or a kind of street (St, Rd) may be no street"
FAR = "found in another town only, far from the row's ZIP code and city"


@pytest.fixture(scope="module")
def meagher(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Finder:
    path = shared_data / "geocoding" / "tiger_mt30059" / "tl_2021_30059_addrfeat.shp"
    folder = tmp_path_factory.mktemp("meagher")
    return Finder({"MT": build([street_sources.read_tiger(path)], "MT", folder)}, load.gazetteer())


@pytest.mark.parametrize(
    "words",
    ["Black male", "White male 34yo", "In woods", "boat landing", "Perquimans River bridge",
     "Little River bridge", "King", "Winfall", "Great Hope Church", "Nursing Home"],
)  # fmt: skip
def test_words_that_may_be_no_street_are_no_place(finder: Finder, words: str) -> None:
    found = find(finder, (words, *HERTFORD))
    assert (found["precision"][0], found["reason"][0]) == ("", BARE)
    assert found["score"][0] < USABLE


@pytest.mark.parametrize("words", ["King St", "W Grubb Street", "12 King", "King St & Church St"])
def test_a_type_a_number_or_a_crossing_makes_a_street(finder: Finder, words: str) -> None:
    assert find(finder, (words, *HERTFORD))["reason"][0] != BARE


def test_the_rows_own_town_comes_before_an_exact_name_elsewhere(meagher: Finder) -> None:
    """3rd Avenue of Ringling, 31 km away, has no direction; SE, SW and NE have the number here."""
    found = find(meagher, ("50 3rd Ave", *SULPHUR), ("50 3rd Ave SE", *SULPHUR))
    assert found["reason"].tolist() == ["several places fit equally well", ""]
    assert found["score"][1] > 0.9


@pytest.mark.parametrize("written", ["50 C St", "100 B St", "10 3 Rd", "300 Railroad Ave"])
def test_a_street_far_from_the_rows_town_is_not_used(meagher: Finder, written: str) -> None:
    """None of these is in White Sulphur Springs; Martinsdale and Ringling are 30 km and more off.

    As Meagher County's file of 2021 has it.
    """
    found = find(meagher, (written, *SULPHUR))
    assert (found["precision"][0], found["reason"][0]) == ("", FAR)


def test_a_wrong_zip_code_without_a_city_is_looked_at(finder: Finder) -> None:
    found = find(
        finder, ("110 King St", "27919", "", "NC"), ("110 King St", "27919", "Winfall", "NC"),
        ("110 King St", "27985", "", "NC"), ("101 King St", "27944", "", "NC"),
    )  # fmt: skip
    assert found["matched_text"].str[-5:].tolist() == ["27985", "27985", "27985", "27944"]
    assert found["score"][0] == 0.85  # the city of 27919 is Belvidere
    assert (found["score"][1:] > 0.9).all()


def test_a_crossing_told_in_part_is_looked_at_where_streets_may_be_missing(
    finder: Finder, meagher: Finder
) -> None:
    """Only pieces with house numbers are in ADDRFEAT: 3rd Ave SW ends 45 m before Main Street."""
    part, whole = ("3rd Ave & Main St", *SULPHUR), ("3rd Ave SE & E Main St", *SULPHUR)
    found = find(meagher, part, whole)
    assert found["score"][0] == 0.85
    assert found["score"][1] > 0.9
    assert find(finder, ("Dobbs & Church St", *HERTFORD))["score"][0] > 0.9  # EDGES has all streets
