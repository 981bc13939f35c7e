"""What makes an answer one for a person to look at, whatever speaks for its street."""

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from geo.geocoding import street_answer
from geo.geocoding.address_whole import CROSSING, STREET
from geo.geocoding.street_answer import LOOK, NOT_USED, Answers
from geo.geocoding.street_costs import in_other_town
from geo.geocoding.street_index import RANGES_ONLY, StreetIndex
from geo.geocoding.street_locate import distance_m
from geo.geocoding.street_names import ROUTE
from geo.geocoding.street_query import Queries, kind_is
from geo.geocoding.street_words import PLAIN_TYPES

Array = NDArray[Any]

APART_M: Final = 15_000.0
"""A neighborhood or township that is written beside the mail town is nearer."""

ZIP_APART_M: Final = 30_000.0
"""The same where no city is told: a ZIP code alone may be mistyped."""


def doubt(index: StreetIndex, asked: Queries, answers: Answers) -> None:
    """Mark answers in other towns, and those to words that may be no street.

    A street in a town that neither ZIP code nor city of its row names is to look at; far from both
    it is not used. Nor are words without a number or a usual type of street:
    "boat landing" is rather a place than Boat Landing Rd. A crossing whose streets are not told in
    full is to look at where the file has only pieces of streets with house numbers: the crossing
    that is meant may be missing there.
    """
    _mark_other_towns(index, asked, answers)
    plain = [code for code, kind in enumerate(index.meta["types"]) if kind in PLAIN_TYPES]
    route = np.array([base.startswith(ROUTE) for base in asked.name.base], dtype=bool)
    bare = kind_is(asked, STREET) & ~np.isin(asked.name.type, plain) & ~route
    bare &= answers.method > 0
    answers.doubt[bare] = NOT_USED
    answers.reason[bare] = street_answer.BARE_NAME
    of_ranges = np.array(
        [name.startswith(RANGES_ONLY) for name in index.meta["sources"]], dtype=bool
    )
    guessed = np.flatnonzero(kind_is(asked, CROSSING) & (answers.method > 0) & (answers.parts > 0))
    guessed = guessed[of_ranges[answers.source[guessed]]]
    answers.doubt[guessed] = np.maximum(answers.doubt[guessed], LOOK)


def _mark_other_towns(index: StreetIndex, asked: Queries, answers: Answers) -> None:
    rows = np.flatnonzero(answers.street >= 0)
    other = in_other_town(index, asked, rows, answers.street[rows])
    second = answers.other[rows]  # of a crossing either street may lie in the row's town
    crossed = np.flatnonzero(other & (second >= 0))
    other[crossed] = in_other_town(index, asked, rows[crossed], second[crossed])
    rows = rows[other]
    lon, lat, anchors = answers.lon[rows], answers.lat[rows], asked.anchors[rows]
    ways = [distance_m(lon, lat, anchors[:, at], anchors[:, at + 1]) for at in (0, 3)]
    far = np.fmin(*ways) > np.where(np.isfinite(anchors[:, 3]), APART_M, ZIP_APART_M)
    answers.doubt[rows] = np.maximum(answers.doubt[rows], np.where(far, NOT_USED, LOOK))
    away = rows[far & (answers.method[rows] > 0)]
    answers.reason[away] = street_answer.FAR_TOWN
