"""Answers that are found and still are for a person to look at, or not used."""

from pathlib import Path

import pandas as pd
import pytest

from boundaries import load
from geo.geocoding import remote, street_sources
from geo.geocoding.street_build import build
from geo.geocoding.street_finder import ASKED, Finder
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


@pytest.mark.parametrize(
    "written",
    ["RESIDENCE 210 DOBBS ST; INCIDENT 110 N CHURCH ST", "210 Dobbs St / 110 N Church St",
     "210 DOBBS ST (HOME), 110 N CHURCH ST (SCENE)", "210 DOBBS ST (ACTUALLY 110 N CHURCH ST)",
     "LSW 110 N Church St, found at 210 Dobbs St"],
)  # fmt: skip
def test_two_addresses_in_a_cell_are_for_a_person(finder: Finder, written: str) -> None:
    found = find(finder, (written, *HERTFORD))
    assert (found["precision"][0], found["reason"][0]) == ("", "the address names two places")


@pytest.mark.parametrize(
    "written",
    ["FALSE ADDRESS 210 DOBBS ST", "Mailing address: 210 Dobbs St", "FORMERLY OF 210 DOBBS ST",
     "LAST KNOWN ADDRESS 210 DOBBS ST", "MAIL TO 210 DOBBS ST", "BILLING: 210 DOBBS ST",
     "210 Dobbs St (previous address)", "LIVES AT 210 DOBBS ST"],
)  # fmt: skip
def test_what_is_told_not_to_be_the_scene_is_for_a_person(finder: Finder, written: str) -> None:
    found = find(finder, (written, *HERTFORD))
    told = "told as a mailing, former or false address, and not as the scene"
    assert (found["precision"][0], found["reason"][0]) == ("", told)
    assert found["matched_text"][0] == "210 Dobbs St, NC 27944"


@pytest.mark.parametrize(
    ("written", "plain", "away_m"),
    [
        ("Church St & Market St, 200 ft north", "Church St & Market St", 60.96),
        ("100 yards from 210 Dobbs St", "210 Dobbs St", 91.44),
    ],
)
def test_a_short_distance_is_within_the_radius(
    finder: Finder, written: str, plain: str, away_m: float
) -> None:
    """A foot is 0.3048 m."""
    found = find(finder, (written, *HERTFORD), (plain, *HERTFORD))
    assert found["matched_text"][0] == found["matched_text"][1] != ""
    assert found["radius_m"][0] - found["radius_m"][1] == pytest.approx(away_m, abs=0.6)


@pytest.mark.parametrize(
    "written",
    ["2 MILES PAST 210 DOBBS ST", "PAST 210 DOBBS ST", "0.5 MI E OF CHURCH ST & MARKET ST"],
)
def test_a_long_distance_or_one_not_told_is_for_a_person(finder: Finder, written: str) -> None:
    found = find(finder, (written, *HERTFORD))
    told = "told as lying at a distance from there"
    assert (found["precision"][0], found["reason"][0]) == ("", told)


def test_another_type_is_looked_at_where_the_name_has_several(finder: Finder) -> None:
    """TIGER/Line 2020, 27944: Winslow Rd 100-599 and Winslow St 700-799, but one Dobbs."""
    found = find(
        finder, ("400 Winslow Ave", *HERTFORD), ("400 Winslow Rd", *HERTFORD),
        ("210 Dobbs Ave", *HERTFORD), ("400 Winslow", *HERTFORD),
    )  # fmt: skip
    assert found["score"][0] == 0.85
    assert (found["score"][1:] > 0.9).all()
    assert found["precision"].tolist() == ["03"] * 4


@pytest.mark.parametrize("written", ["PO BOX 210 DOBBS ST", "Apt. 210 Dobbs St"])
def test_a_number_behind_a_box_or_unit_is_for_a_person(finder: Finder, written: str) -> None:
    found = find(finder, (written, *HERTFORD))
    told = "the number may be that of a box or a unit, and not of the house"
    assert (found["precision"][0], found["reason"][0]) == ("", told)
    assert found["matched_text"][0] == "210 Dobbs St, NC 27944"


@pytest.mark.parametrize(
    "written", ["210 Dobbs St, mailing address PO Box 12", "(210) Dobbs St", "210/Dobbs St"]
)
def test_a_box_for_mail_or_a_mark_says_nothing_against_a_house(
    finder: Finder, written: str
) -> None:
    found = find(finder, (written, *HERTFORD))
    assert (found["matched_text"][0], found["precision"][0]) == ("210 Dobbs St, NC 27944", "03")


@pytest.mark.parametrize(
    "written",
    ["210 Dobbs St Apt 4, Hertford NC 27944-1234", "210-212 Dobbs St", "210 Dobbs St case 24 1123"],
)  # fmt: skip
def test_one_address_with_other_numbers_is_one(finder: Finder, written: str) -> None:
    assert find(finder, (written, *HERTFORD))["matched_text"][0].startswith("210 Dobbs St")
    assert find(finder, (written, *HERTFORD))["precision"][0] == "03"


@pytest.mark.parametrize(
    ("city", "zip5"), [("Chicago", "60644"), ("Suffolk", "23434"), ("Hertford", "29744")]
)
def test_a_zip_code_of_another_state_is_never_sure(finder: Finder, city: str, zip5: str) -> None:
    """60644 is Chicago, 23434 Suffolk VA, 29744 in South Carolina; the county is right."""
    found = find(finder, ("100 N Church St", zip5, city, "NC", "37143"))
    assert (found["precision"][0], found["score"][0]) == ("", 0.55)


@pytest.mark.parametrize("written", ["2000 US Hwy 89 S", "2000 Hwy 89 S", "5550 N US Hwy 89"])
def test_a_numbered_road_is_not_taken_at_its_other_end(meagher: Finder, written: str) -> None:
    """Numbers of US 89 begin anew north and south of White Sulphur Springs."""
    found = find(meagher, (written, *SULPHUR), ("2000 US Hwy 89 N", *SULPHUR))
    assert found["precision"].tolist() == ["", "03"]


@pytest.mark.parametrize("written", ["99999 Oak St", "711 Oak St", "5000 Newby St"])
def test_a_number_far_from_all_of_a_street_is_none_of_it(finder: Finder, written: str) -> None:
    found = find(finder, (written, *HERTFORD))
    assert (found["precision"][0], found["reason"][0]) == ("", "number not on this street")


@pytest.mark.parametrize(
    "written", ["WM 45 Old Neck Rd", "AGE 35 Oak St", "FEMALE 35 OAK ST", "SIGNAL 12 PINE ST"]
)
def test_an_age_or_a_code_is_no_house_number(finder: Finder, written: str) -> None:
    assert find(finder, (written, *HERTFORD))["precision"][0] == ""


def test_what_lies_at_a_distance_or_is_no_scene_leaves_to_nobody(finder: Finder) -> None:
    """The Census Bureau would answer with the house itself."""
    texts = ["200 ft N of 9210 Dobbs St", "Mailing address 9210 Dobbs St", "9210 Dobbs St"]
    rows = pd.DataFrame([(text, *HERTFORD, "") for text in texts], columns=list(ASKED))
    assert remote.what_is_sent(finder.read(rows.astype("str")))["street"].tolist() == [
        "9210 DOBBS ST"
    ]
