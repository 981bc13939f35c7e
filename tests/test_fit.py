"""Tables of the review: what they say is in view in a window of 800 pixels."""

import pandas as pd
import pytest

from geo.geocoding.remote import LIES_FAR
from geo.geocoding.street_answer import REASONS
from geo.geocoding.street_review import CHANGED, LOW, NO_POINT, in_short
from pages.frame._fit import fitted

ROOM = 428 - 33  # a table at 800 pixels with the sidebar open, and its ticks, as measured


def lines_of_picks(*texts: str) -> pd.DataFrame:
    return pd.DataFrame({"It may be": texts, "But": "in another ZIP code (27944)",
                         "Found as": "middle of the street", "Off by, m": 1302})  # fmt: skip


@pytest.mark.parametrize("wrong", [*REASONS, LIES_FAR, LOW, CHANGED, NO_POINT])
def test_what_is_wrong_takes_one_line_beside_a_zip_code(wrong: str) -> None:
    table = pd.DataFrame({"Rows": [12_345], "Where": ["ZIP 27944"], "What": [in_short(wrong)]})
    fit = fitted(table)
    assert fit.row_height == 35
    assert sum(fit.widths.values()) <= ROOM


def test_long_names_take_more_lines_and_no_more_room() -> None:
    fit = fitted(lines_of_picks("Holiday Island Rd & Harrells Creek Rd, NC 27944", "Elm St, NC"))
    assert sum(fit.widths.values()) <= ROOM
    assert fit.row_height >= 65  # below, Streamlit breaks no line
    assert min(fit.widths.values()) >= 50


def test_short_names_take_one_line() -> None:
    table = lines_of_picks("190 E Grubb St, NC 27944").drop(columns="But")
    assert fitted(table).row_height == 35


def test_a_word_is_never_broken() -> None:
    """A word of 30 letters needs about 7 pixels for each."""
    fit = fitted(lines_of_picks(f"1 {'Llanfairpwllgwyngyllgogerychwy'} St, NC 27944"))
    assert fit.widths["It may be"] > 150
