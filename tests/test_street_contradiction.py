"""Texts that name another place than the columns beside them."""

from pathlib import Path

import pandas as pd
import pytest

from geo.geocoding import batch, remote
from geo.geocoding.answer_cache import AnswerCache
from geo.geocoding.street_finder import ASKED, Finder
from tests.test_street_held import find, finder_of, own

OTHER_STATE = "the address names another state than the row"
OTHER_PLACE = "the address names another city or ZIP code than the row"
HERE = ("27944", "Hertford", "NC")


@pytest.mark.parametrize(
    "given",
    [
        ("120 Pine St, Norfolk, VA 23510", *HERE), ("120 Pine St Norfolk VA", *HERE),
        ("120 Pine St, Norfolk, VA", "27944", "", ""), ("Pine St, VA 23510", *HERE),
    ],
)  # fmt: skip
def test_another_state_is_never_placed(finder: Finder, given: tuple[str, ...]) -> None:
    found = find(finder, given)
    assert (found["precision"][0], found["reason"][0]) == ("", OTHER_STATE)
    assert found["score"][0] == 0


@pytest.mark.parametrize(
    "given",
    [
        ("120 Pine St, Elizabeth City, NC", *HERE),  # 22 km away
        ("120 Pine St Elizabeth City NC", *HERE),
        ("120 Pine St Elizabeth City", *HERE),
        ("120 Pine St, Elizabeth City, NC", "27944", "", "NC"),
        ("120 Pine St, Elizabeth City", "", "Hertford", "NC"),
        ("120 Pine St, Ahoskie NC 27910", *HERE),
        ("120 Pine St, 27910", *HERE),
        ("120 Pine St, NC 27910", "", "Hertford", "NC"),
        ("120 Pine St, Raleigh", *HERE),  # of other ZIP codes
        ("120 Pine St Raleigh NC", *HERE),
        ("99999 Pine St, Raleigh", *HERE),  # the middle of the street
    ],
)
def test_another_city_or_zip_code_is_for_a_person(finder: Finder, given: tuple[str, ...]) -> None:
    found = find(finder, given)
    assert (found["precision"][0], found["reason"][0]) == ("", OTHER_PLACE)
    assert found["score"][0] <= 0.55
    assert "Pine St, NC 27944" in found["matched_text"][0]


@pytest.mark.parametrize(
    "given",
    [
        ("120 Pine St, Hertford, NC 27944", *HERE),
        ("120 Pine St, Hertford NC", "27944", "", "NC"),
        ("120 Pine St, Winfall, NC", *HERE),  # a town 4 km away
        ("120 Pine St, New Hope Township", *HERE),
        ("120 Pine St, Jane Roe", *HERE),
        ("120 Pine St, Raleigh, Hertford", *HERE),  # the row's city as well
        ("120 Pine St, Hertford, NC 27944", "", "", ""),  # nothing beside it
    ],
)
def test_what_is_written_beside_the_mail_town_is_no_contradiction(
    finder: Finder, given: tuple[str, ...]
) -> None:
    found = find(finder, given)
    assert (found["precision"][0], found["reason"][0]) == ("03", "")
    assert found["score"][0] > 0.99


def test_answers_that_are_kept_are_told_apart(finder: Finder, tmp_path: Path) -> None:
    """Kept with and without the contradiction, in either order, each has its own."""
    both = [("120 Pine St", *HERE), ("120 Pine St, Elizabeth City, NC", *HERE)]
    for number, order in enumerate((both, both[::-1])):
        cache = AnswerCache(tmp_path / str(number))
        for one in order:
            batch.run(_table([one]), finder, cache)
        kept = batch.run(_table(both), finder, cache)
        assert kept["reason"].tolist() == ["", OTHER_PLACE]
    assert len(remote.what_is_sent(finder.read(_table(both[1:])))) == 0


OTHER_COUNTY = "the address names another county than the row"
COLUMNS = "the row's own columns (city, ZIP code, state) name different places"


@pytest.mark.parametrize(
    "text",
    [
        "120 Pine St Virginia", "120 Pine St, Virginia", "120 Pine St (VA)",
        "120 Pine St out of state", "120 Pine St (out of state)",
    ],
)  # fmt: skip
def test_another_state_beside_the_street_is_never_placed(finder: Finder, text: str) -> None:
    found = find(finder, (text, *HERE))
    assert (found["precision"][0], found["reason"][0]) == ("", OTHER_STATE)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("120 Pine St Pasquotank County", OTHER_COUNTY),  # the county east of Perquimans
        ("120 Pine St, Pasquotank Co", OTHER_COUNTY),  # and no place in Colorado
        ("120 Pine St (Pasquotank County)", OTHER_COUNTY),
        ("120 Pine St, Isle of Wight County", OTHER_PLACE),  # in Virginia
        ("120 Pine St, Norfolk", OTHER_PLACE),  # only Virginia has one
        ("120 Pine St Norfolk", OTHER_PLACE),
        ("120 Pine St, Suffolk", OTHER_PLACE),
        ("120 Pine St Eliz City", OTHER_PLACE),
        ("120 Pine St (Elizabeth City)", OTHER_PLACE),
        ("120 Pine St out of county", OTHER_PLACE),
        ("120 Pine St Apt 4 Pasquotank County", OTHER_COUNTY),
        ("120 Pine St NC27909", OTHER_PLACE),
    ],
)
def test_another_place_beside_the_street_is_for_a_person(
    finder: Finder, text: str, reason: str
) -> None:
    found = find(finder, (text, *HERE))
    assert (found["precision"][0], found["reason"][0]) == ("", reason)
    assert found["score"][0] <= 0.55


@pytest.mark.parametrize(
    "text",
    [
        "120 Pine St Perquimans County", "120 Pine St, Perquimans Co", "120 Pine St (Perquimans)",
        "120 Pine St North Carolina", "120 Pine St NC27944", "120 Pine St, Hertford NC27944",
        "120 Pine St MD Office", "120 Pine St Jane Roe", "120 Pine St (rear)",
        "120 Pine St, Chesterfield",  # many states have one, none of them near
    ],
)  # fmt: skip
def test_the_rows_own_place_and_other_words_beside_the_street_change_nothing(
    finder: Finder, text: str
) -> None:
    found = find(finder, (text, *HERE))
    assert (found["precision"][0], found["reason"][0]) == ("03", "")
    assert found["score"][0] > 0.99


@pytest.mark.parametrize(
    "given",
    [
        ("120 Pine St", "27944", "Elizabeth City", "NC"),
        ("120 Pine St", "27944", "Norfolk", "NC"),
        ("120 Pine St", "27944", "Suffolk, VA", "NC"),
        ("120 Pine St", "", "Norfolk", "NC", "37143"),
    ],
)
def test_columns_that_name_different_places_are_for_a_person(
    finder: Finder, given: tuple[str, ...]
) -> None:
    found = find(finder, given)
    assert (found["precision"][0], found["reason"][0]) == ("", COLUMNS)
    assert found["score"][0] <= 0.55


ZIP_ABROAD = "the ZIP code lies in another state than the row says"


@pytest.mark.parametrize("given", [("120 Pine St", "23510"), ("120 Pine St, 23510", "")])
def test_a_zip_code_of_another_state_is_the_reason_and_not_that_there_is_none(
    finder: Finder, given: tuple[str, str], tmp_path: Path
) -> None:
    """23510 is Norfolk, VA. Answers are kept without it, so they are asked for in either order."""
    abroad, bare = (*given, "", "NC"), ("120 Pine St", "", "", "NC")
    assert find(finder, abroad)["reason"].tolist() == [ZIP_ABROAD]
    for number, order in enumerate(([abroad, bare], [bare, abroad])):
        cache = AnswerCache(tmp_path / str(number))
        for one in order:
            batch.run(_table([one]), finder, cache)
        kept = batch.run(_table([abroad, bare]), finder, cache)
        assert kept["reason"].tolist()[0] == ZIP_ABROAD
        assert kept["reason"].tolist()[1].startswith("no county, city or ZIP code")


def test_a_zip_code_of_another_state_beside_a_county_known_in_part(tmp_path: Path) -> None:
    finder = finder_of([own([(-76.4663, 36.1899)], "27944")], tmp_path)
    found = find(finder, ("12 Plugh Rd", "23510", "", "NC", "37143"))
    assert (found["precision"][0], found["reason"][0]) == ("", ZIP_ABROAD)


def _table(given: list[tuple[str, ...]]) -> pd.DataFrame:
    return pd.DataFrame([(*one, "") for one in given], columns=list(ASKED)).astype("str")
