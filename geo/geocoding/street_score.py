"""How sure an answer is: of such answers at least that share was right on the test sets."""

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from geo.geocoding import street_answer
from geo.geocoding.street_answer import LOOK, NOT_USED, Answers
from geo.geocoding.street_numbers import NUMBER_FITS

Floats = NDArray[np.float64]
Array = NDArray[Any]

_MARGIN: Final = 3.0
_PLACE_FITS: Final = 0.5  # a row without a ZIP code, near its city
FEATURES: Final = (
    "always", "a letter", "direction and type", "ZIP code, city, county", "a number",
    "second flaw", "rival near", "long street",
)  # fmt: skip
"""What the score is made of; `WEIGHTS` has one number for each."""

WEIGHTS: Final = (6.300, -0.3, -1.944, -0.3, -2.439, -1.331, -0.464, -5.579)
"""Logistic regression by `benchmarks/calibrate_streets.py`; the sets are in docs/geocoding.md."""

STEPS: Final = (
    (0.105, 0.192), (0.441, 0.231), (0.704, 0.404), (0.842, 0.609), (0.897, 0.960), (0.946, 0.960),
    (0.971, 0.972), (0.985, 0.986), (0.996, 0.997),
)  # fmt: skip
"""What the regression gives -> the share of such answers that were right, from the same run."""

_CAPS: Final = (
    (1.9, 2.3, 0.55),  # a wrong letter in a name of four: VINE is as near to PINE as to VINES
    (1.75, 1.9, 0.85),  # in a name of five
)
"""Cost of the letters, from and below, and the most such an answer scores: few names in two rural
counties are as near each other as in a city, so the regression cannot know."""

_LETTERS: Final = ((1, 0.9), (2, 0.8))
"""Wrong letters (a wrong first one counts twice) from which on an answer scores at most so much:
streets that are missing from a file have a neighbor in letters more often in a city, ROBERTS and
ROBERTA, than in the two counties."""

_UNUSED: Final = 0.55
"""Most where 5th St is asked for and 5th Ave found, which is another street of the same grid, or
Pine St Ext and Pine St, and where the address names another city or ZIP code than its row, or a
distance from a mile."""

_MIDDLE: Final = 0.85
"""Most that one known end of a block scores, and the middle of a street: where the number asked for
is not on it, and where none was asked for. Of such streets named exactly, 84 % (Meagher) and 90 %
(Perquimans) of all houses lie within the radius."""

_LOOK: Final = 0.85
"""Most in a town that neither the ZIP code nor the city of the row names: for a person to look at,
as is a street in another county."""

USABLE: Final = 0.6
"""An answer below this is for a person to look at."""


def features(answers: Answers) -> Floats:
    """List what speaks against each answer, shape (n, 8)."""
    rival = np.clip(_MARGIN - answers.margin, 0.0, _MARGIN)
    middle = (answers.method == street_answer.STREET_MIDDLE) & (
        answers.reason == street_answer.NO_NUMBER
    )
    number = np.where(answers.number < NUMBER_FITS, 0.0, answers.number)
    flaws = [answers.name > 0, answers.parts > 0, answers.place > _PLACE_FITS, number > 0]
    many = np.maximum(np.sum(flaws, axis=0) - 1, 0)
    return np.column_stack(
        [
            np.ones(len(answers.name)), flaws[0], answers.parts, answers.place, flaws[3],
            many, rival,
            middle * np.log10(1 + np.nan_to_num(answers.radius_m) / 100),
        ]
    )  # fmt: skip


def score(answers: Answers) -> Floats:
    """Share of such answers that were right, 0..1; 0 where there is none.

    Examples
    --------
    >>> score(street_answer.nothing(1)).tolist()
    [0.0]
    """
    sure = 1 / (1 + np.exp(-features(answers) @ np.asarray(WEIGHTS)))
    given, right = zip(*STEPS, strict=True)
    found = np.where(answers.method > 0, np.round(np.interp(sure, given, right), 3), 0.0)
    for low, high, most in _CAPS:
        found = np.where((answers.name >= low) & (answers.name < high), np.fmin(found, most), found)
    for many, most in _LETTERS:
        found = np.where(answers.letters >= many, np.fmin(found, most), found)
    unused = (answers.doubt >= NOT_USED) | np.isin(answers.reason, street_answer.DOUBTFUL)
    found = np.where(unused, np.fmin(found, _UNUSED), found)
    found = np.where(answers.doubt >= LOOK, np.fmin(found, _LOOK), found)
    middle = np.isin(answers.method, (street_answer.STREET_MIDDLE, street_answer.ONE_END))
    return np.where(middle, np.fmin(found, _MIDDLE), found)
