"""Streets of Perquimans County (TIGER/Line 2020) as people shorten and mistype them."""

import pandas as pd
import pytest

from geo.geocoding.street_finder import ASKED, Finder


def found(finder: Finder, *texts: str) -> pd.DataFrame:
    rows = [(text, "27944", "Hertford", "NC", "37143") for text in texts]
    return finder.find(finder.read(pd.DataFrame(rows, columns=list(ASKED)).astype("str")))


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("150 WGrubb St", "150 W Grubb St"),
        ("150WGrubbSt", "150 W Grubb St"),
        ("155 1rst St", "155 1st St"),
        ("101 Dogwood MHP Ln", "101 Dogwood Mobile Home Park Ln"),
        ("138 Back Creek, Ct", "138 Back Creek Ct"),
        ("Lot 5 Dogwood Mobile Home Park Ln", "Dogwood Mobile Home Park Ln"),
        ("NE corner of Dobbs St and S Church St", "Dobbs St & S Church St"),
        ("Four Mile Desert Rd 968", "968 Four Mile Desert Rd"),
    ],
)
def test_the_same_place_in_other_words(finder: Finder, written: str, plain: str) -> None:
    answer = found(finder, written, plain)
    assert answer["precision"][0]
    same = ["lon", "lat", "precision", "matched_text"]
    assert answer.loc[0, same].tolist() == answer.loc[1, same].tolist()


def test_a_misspelled_ordinal_is_for_a_person_to_look_at(finder: Finder) -> None:
    wrong, right = found(finder, "155 Frist St", "155 1st St").itertuples()
    assert (wrong.lon, wrong.matched_text) == (right.lon, right.matched_text)
    assert wrong.score <= 0.85 < right.score
