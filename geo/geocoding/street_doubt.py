"""What makes an answer one for a person to look at, whatever speaks for its street."""

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from geo.geocoding import street_answer
from geo.geocoding.address_whole import CROSSING, MILEPOST, STREET
from geo.geocoding.street_answer import LOOK, NO_NUMBER, NOT_USED, STREET_MIDDLE, Answers
from geo.geocoding.street_costs import in_other_town
from geo.geocoding.street_index import RANGES_ONLY, StreetIndex
from geo.geocoding.street_locate import distance_m
from geo.geocoding.street_names import ROUTE
from geo.geocoding.street_query import Queries, kind_is
from geo.geocoding.street_words import PLAIN_TYPES, TYPES

Array = NDArray[Any]

APART_M: Final = 15_000.0
"""A neighborhood or township that is written beside the mail town is nearer."""

_FAR_NUMBER: Final = 400  # four blocks, as they are mostly numbered
_BESIDE_M: Final = 400.0  # a quarter mile: a radius that still tells where
_METERS_IN_MILE: Final = 1609.344
_EXTENSION: Final = "EXTENSION"

ZIP_APART_M: Final = 30_000.0
"""The same where no city is told: a ZIP code alone may be mistyped."""


def doubt(index: StreetIndex, asked: Queries, answers: Answers) -> None:
    """Mark what is for a person to look at, and what is not used until one did."""
    _other_towns(index, asked, answers)
    _extensions(index, asked, answers)
    _other_types(index, asked, answers)
    _bare_names(index, asked, answers)
    _other_ends(index, asked, answers)
    _far_numbers(index, asked, answers)
    _told_in_part(index, asked, answers)
    _at_distances(asked, answers)


def _other_towns(index: StreetIndex, asked: Queries, answers: Answers) -> None:
    """Mark streets in towns that neither ZIP code nor city of their row names, near and far."""
    rows = np.flatnonzero(answers.street >= 0)
    other = in_other_town(index, asked, rows, answers.street[rows])
    second = answers.other[rows]  # of a crossing either street may lie in the row's town
    crossed = np.flatnonzero(other & (second >= 0))
    other[crossed] = in_other_town(index, asked, rows[crossed], second[crossed])
    rows = rows[other]
    lon, lat, anchors = answers.lon[rows], answers.lat[rows], asked.anchors[rows]
    ways = [distance_m(lon, lat, anchors[:, at], anchors[:, at + 1]) for at in (0, 3)]
    far = np.fmin(*ways) > np.where(np.isfinite(anchors[:, 3]), APART_M, ZIP_APART_M)
    _mark(answers, rows, np.where(far, NOT_USED, LOOK))
    _say(answers, rows[far], street_answer.FAR_TOWN)


def _extensions(index: StreetIndex, asked: Queries, answers: Answers) -> None:
    """Mark Pine St for "PINE ST EXT": a street of its own, that the index may not know."""
    names = zip(asked.name.whole, asked.name.base, strict=True)
    asked_for = [whole == base + _EXTENSION for whole, base in names]
    rows = np.flatnonzero(asked_for)
    rows = rows[answers.street[rows] >= 0]
    types = np.array(index.meta["types"], dtype=object)
    found = types[index.street_type[answers.street[rows]]]
    _mark(answers, rows[TYPES[_EXTENSION] != found], NOT_USED)


def _other_types(index: StreetIndex, asked: Queries, answers: Answers) -> None:
    """Mark Pine St for "PINE AVE" where its ZIP code has a Pine Ln as well: either may be meant.

    Where it is the only one of its name 96 % of such answers were right, as their score tells.
    """
    rows = np.flatnonzero((answers.method > 0) & (answers.other < 0) & (asked.name.type != 0))
    street = answers.street[rows]
    own = index.street_type[street].astype(np.int16)
    other = (own > 0) & (own != asked.name.type[rows]) & ~index.numbered[index.street_base[street]]
    rows, street = rows[other], street[other]
    distinct, which = np.unique(street, return_inverse=True)
    several = np.array([_has_namesake(index, one) for one in distinct.tolist()], dtype=bool)
    _mark(answers, rows[several[which]], LOOK)


def _has_namesake(index: StreetIndex, street: int) -> bool:
    """Whether the ZIP code of a street has one of its name and another type."""
    base = index.street_base[street]
    named = slice(index.base_first[base], index.base_first[base + 1])
    types = index.street_type[named][index.street_zip[named] == index.street_zip[street]]
    return bool((types != index.street_type[street]).any())


def _bare_names(index: StreetIndex, asked: Queries, answers: Answers) -> None:
    """Mark words without a number or a usual type: "boat landing" is hardly Boat Landing Rd."""
    plain = [code for code, kind in enumerate(index.meta["types"]) if kind in PLAIN_TYPES]
    bare = kind_is(asked, STREET) & ~np.isin(asked.name.type, plain)
    rows = np.flatnonzero(bare & (answers.method > 0))
    route = np.array([base.startswith(ROUTE) for base in asked.name.base[rows]], dtype=bool)
    _mark(answers, rows[~route], NOT_USED)
    _say(answers, rows[~route], street_answer.BARE_NAME)


def _other_ends(index: StreetIndex, asked: Queries, answers: Answers) -> None:
    """Mark "US 89 S" on a piece of US 89 that bears another direction, or none beside some that do.

    Miles and house numbers of a numbered road may begin anew on either side of a town.
    """
    told = (asked.name.pre > 0) | (asked.name.post > 0)
    rows = np.flatnonzero(told & (answers.method > 0))
    base = index.street_base[answers.street[rows]]
    rows, base = rows[index.numbered[base]], base[index.numbered[base]]
    want = np.maximum(asked.name.pre[rows], asked.name.post[rows])
    street = answers.street[rows]
    has = np.maximum(index.street_pre[street], index.street_post[street])
    first, last = index.base_first[base], index.base_first[base + 1]
    parted = [
        bool((index.street_pre[a:b] | index.street_post[a:b]).any())
        for a, b in zip(first.tolist(), last.tolist(), strict=True)
    ]
    _mark(answers, rows[(has != want) & np.array(parted, dtype=bool)], NOT_USED)


def _far_numbers(index: StreetIndex, asked: Queries, answers: Answers) -> None:
    """Mark the middle of a street whose numbers are all far from the one asked for."""
    middle = (answers.method == STREET_MIDDLE) & (answers.reason == NO_NUMBER)
    rows = np.flatnonzero(middle & (asked.number >= 0))
    street = answers.street[rows]
    low, high = index.street_low[street], index.street_high[street]
    gap = np.maximum(low - asked.number[rows], asked.number[rows] - high)
    _mark(answers, rows[(low >= 0) & (gap > _FAR_NUMBER)], NOT_USED)


def _told_in_part(index: StreetIndex, asked: Queries, answers: Answers) -> None:
    """Mark crossings not told in full where pieces of streets, and so crossings, may be missing."""
    crossing = kind_is(asked, CROSSING) & (answers.method > 0) & (answers.parts > 0)
    rows = np.flatnonzero(crossing)
    sources = [name.startswith(RANGES_ONLY) for name in index.meta["sources"]]
    in_part = np.array(sources, dtype=bool)[answers.source[rows]]
    _mark(answers, rows[in_part], LOOK)


def _at_distances(asked: Queries, answers: Answers) -> None:
    """Widen the radius by a distance that is told, and mark where it is long."""
    away_m = asked.mile_away * _METERS_IN_MILE
    rows = np.flatnonzero((away_m > 0) & ~kind_is(asked, MILEPOST) & (answers.method > 0))
    answers.radius_m[rows] += away_m[rows]
    rows = rows[away_m[rows] > _BESIDE_M]
    _mark(answers, rows, NOT_USED)
    _say(answers, rows, street_answer.AT_DISTANCE)


def _mark(answers: Answers, rows: Array, how: Array | int) -> None:
    answers.doubt[rows] = np.maximum(answers.doubt[rows], how)


def _say(answers: Answers, rows: Array, reason: int) -> None:
    answers.reason[rows[answers.method[rows] > 0]] = reason
