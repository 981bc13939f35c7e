"""What stands above the score: answers that look right and may well be another street."""

import numpy as np
import pytest

from geo.geocoding.street_finder import Finder
from geo.geocoding.street_locate import distance_m
from geo.geocoding.street_score import USABLE
from tests.addresses_messy import houses, longest_word, rows
from tests.test_street_held import find

HERE = ("27944", "Hertford", "NC")


@pytest.mark.parametrize(
    ("written", "taken", "most"),
    [
        ("120 Roberts Dr", "Roberta Dr", 0.9),
        ("120 Pondview Dr", "Soundview Dr", 0.8),  # two letters
        ("120 N Austin Ave", "Justin Ave", 0.8),  # the first letter
        ("120 W Higgins Rd", "Wiggins Rd", 0.8),
        ("120 Teakwood", "Oakwood Ct", 0.8),
    ],
)
def test_a_street_that_is_not_in_the_file(
    finder: Finder, written: str, taken: str, most: float
) -> None:
    """None of these is in the county's file; a street that differs in a letter or two is."""
    found = find(finder, (written, *HERE))
    assert found["matched_text"].tolist() == [f"120 {taken}, NC 27944"]
    assert found["score"][0] <= most


def test_wrong_letters_at_a_crossing_count_together(finder: Finder) -> None:
    ways = ("N Church St & W Grubb St", "N Chirch St & W Grubb St", "N Chirch St & W Grabb St")
    found = find(finder, *((way, *HERE) for way in ways))
    assert found["score"][0] > 0.9
    assert found["score"][1] <= 0.9
    assert found["score"][2] <= 0.8


@pytest.mark.parametrize(("which", "most"), [("the first", 0.8), ("another", 0.9)])
def test_one_wrong_letter_is_still_usable(finder: Finder, which: str, most: float) -> None:
    rng = np.random.default_rng(17)
    clean = [
        one
        for one in houses(finder.indexes["NC"], 1500, 16)
        if len(one.address.split()[1]) >= 6
        and one.address.split()[1:-1] == [longest_word(one.address)]
    ]
    wrong = []
    for one in clean:
        word = longest_word(one.address)
        at = 0 if which == "the first" else int(rng.integers(1, len(word)))
        other = "q" if word[at] == "x" else "x"
        wrong.append(one.address.replace(word, f"{word[:at]}{other}{word[at + 1 :]}"))
    table = rows(clean, "NC").assign(address=wrong)
    found = finder.find(finder.read(table))
    place = np.array([(one.lon, one.lat) for one in clean])
    here = found[["lon", "lat"]].to_numpy()
    near = distance_m(here[:, 0], here[:, 1], place[:, 0], place[:, 1]) < 250
    assert (near & (found["score"] >= USABLE).to_numpy()).mean() >= 0.95
    assert (found["score"] <= most).all()


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("US 17", "a numbered road without a house number or mile is no place"),
        ("State Hwy 37", "a numbered road without a house number or mile is no place"),
        ("99999 US 17", "number not on this street"),
    ],
)
def test_a_numbered_road_has_no_middle(finder: Finder, written: str, reason: str) -> None:
    """The file has a piece of 0.4 km that is called US Hwy 17; the road crosses the county."""
    found = find(finder, (written, *HERE))
    assert (found["precision"][0], found["reason"][0]) == ("", reason)


def test_a_house_on_a_numbered_road_is_found(finder: Finder) -> None:
    index = finder.indexes["NC"]
    on = [
        one
        for one in houses(index, 3000, 3)
        if index.bases[index.street_base[one.street]].startswith("#")
    ]
    assert len(on) > 10
    found = finder.find(finder.read(rows(on, "NC")))
    assert (found["precision"] == "03").mean() > 0.9


@pytest.mark.parametrize("number", ["5th", "2nd"])
def test_another_type_in_a_numbered_grid_is_another_street(finder: Finder, number: str) -> None:
    street, avenue, bare = find(
        finder, *((f"120 {number}{kind}", *HERE) for kind in (" St", " Ave", ""))
    ).itertuples()
    assert (street.precision, street.reason, street.score) == ("", "fit is poor", 0.55)
    assert (avenue.precision, bare.precision) == ("03", "03")
    assert find(finder, ("120 Pine Ave", *HERE))["precision"].tolist() == ["03"]


@pytest.mark.parametrize("written", ["E Grubb St Ext", "E. Grubb Street Extension", "E Grubb Ext"])
def test_a_street_is_not_its_extension(finder: Finder, written: str) -> None:
    """Of Perquimans County's streets none is called an extension; E Grubb St has 101 to 199."""
    street, extension = find(
        finder, *((f"150 {one}", *HERE) for one in ("E Grubb St", written))
    ).itertuples()
    assert (street.precision, street.matched_text) == ("03", "150 E Grubb St, NC 27944")
    assert (extension.precision, extension.score) == ("", 0.55)
    assert extension.matched_text == street.matched_text
