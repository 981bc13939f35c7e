"""Addresses of one state to places: from what is written exactly to what is nearly written so."""

from dataclasses import replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from geo.geocoding import street_answer, street_between, street_cross, street_pool
from geo.geocoding.address_whole import (
    BETWEEN,
    BLOCK,
    CROSSING,
    HOUSE,
    MILEPOST,
    NOTHING,
    PO_BOX,
    RURAL_BOX,
    STREET,
)
from geo.geocoding.street_answer import Answers
from geo.geocoding.street_doubt import doubt
from geo.geocoding.street_index import StreetIndex
from geo.geocoding.street_locate import along, distance_m, middle, of_number
from geo.geocoding.street_miles import by_markers
from geo.geocoding.street_numbers import MIDDLE, NUMBER_FITS, Spots, spots, spots_together
from geo.geocoding.street_pool import Pool
from geo.geocoding.street_query import Queries, kind_is
from geo.geocoding.street_segments import POINT

Array = NDArray[Any]
Floats = NDArray[np.float64]

WORST: Final = 5.0
"""An answer that costs more is none."""

_GOOD: Final = 0.45  # nothing better is looked for
_FAIR: Final = 2.4
_SAME: Final = 0.35  # candidates whose costs differ less fit equally well
_SAME_PLACE_M: Final = 150.0
_ONE_STREET_M: Final = 1_000.0
_MOST_COMPARED: Final = 12
LONGEST_M: Final = 3_000.0
"""The middle of a longer street is no answer."""

_POINT_M: Final = 15.0
_LEAST_M: Final = 50.0


def match(index: StreetIndex, asked: Queries) -> Answers:
    """Find the places of addresses.

    Parameters
    ----------
    index : StreetIndex
        Of the state all rows are in.
    asked : Queries, length n

    Returns
    -------
    Answers
        In the order of the rows.
    """
    answers = street_answer.nothing(len(asked))
    answers.reason[kind_is(asked, NOTHING)] = street_answer.NO_ADDRESS
    answers.reason[kind_is(asked, PO_BOX, RURAL_BOX)] = street_answer.BOX
    crossing = np.flatnonzero(kind_is(asked, CROSSING))
    if len(crossing):
        answers.put(crossing, street_cross.meetings(index, asked.take(crossing)))
    marked = np.flatnonzero(kind_is(asked, MILEPOST))
    if len(marked):
        answers.put(marked, by_markers(index, asked.take(marked)))
    alone = kind_is(asked, HOUSE, BLOCK, STREET)
    between = np.flatnonzero(kind_is(asked, BETWEEN))
    if len(between):
        answers.put(between, street_between.pieces(index, asked.take(between)))
        alone[between] = answers.reason[between] == street_answer.NOT_FOUND
    rows = np.flatnonzero(alone)
    if len(rows):
        answers.put(rows, _on_streets(index, asked.take(rows)))
    _two_in_a_row(index, asked, answers)
    doubt(index, asked, answers)
    return answers


def _two_in_a_row(index: StreetIndex, asked: Queries, answers: Answers) -> None:
    """Take a street that is not known for two with nothing between, where those meet."""
    two = kind_is(asked, STREET) & (asked.cross.base != "") & (asked.other_cross.base != "")
    rows = np.flatnonzero(two & (answers.reason == street_answer.NOT_FOUND))
    if len(rows):
        some = asked.take(rows)
        met = street_cross.meet(index, replace(some, name=some.other_cross))
        answers.put(rows[met.method > 0], met.take(np.flatnonzero(met.method > 0)))


def _on_streets(index: StreetIndex, asked: Queries) -> Answers:
    """House numbers, blocks, and streets without a number."""
    pool, found = search(index, asked)
    answers = _choose(index, asked, pool, found)
    two = np.flatnonzero(asked.behind_dash >= 0)
    if len(two):
        _compare_numbers(index, asked.take(two), answers, two)
    return answers


def _compare_numbers(index: StreetIndex, asked: Queries, answers: Answers, rows: Array) -> None:
    """Join "45-12" where numbers have a dash; elsewhere take 45, unless 12 or 4512 may be meant.

    "2-86" is a tie where the street has 86, whatever of 286.
    """
    joined = answers.take(rows)
    first = _with_number(index, asked, asked.before_dash)
    behind = _with_number(index, asked, asked.behind_dash)
    street = np.where(joined.street >= 0, joined.street, first.street)
    one_number = (street >= 0) & ~index.dashed[street]
    behind_held = _holds(behind, joined)
    first_held = _holds(first, joined)
    behind_held &= ~(one_number & first_held & (asked.behind_dash < asked.before_dash))
    tied = behind_held | (one_number & ~first_held & _holds(joined, joined))
    answers.put(rows[one_number & ~tied], first.take(np.flatnonzero(one_number & ~tied)))
    tied = rows[tied]
    answers.reason[tied], answers.method[tied] = street_answer.TIE, street_answer.NO_METHOD
    answers.places[tied] = np.maximum(answers.places[tied], 2)


def _with_number(index: StreetIndex, asked: Queries, number: Array) -> Answers:
    asked = replace(asked, number=number)
    pool, found = search(index, asked)
    return _choose(index, asked, pool, found)


def _holds(answers: Answers, beside: Answers) -> NDArray[np.bool_]:
    """Whether a street holds a number, and fits hardly worse than that of another number."""
    held = np.isin(answers.method, (street_answer.RANGE, street_answer.ADDRESS_POINT))
    held |= answers.reason == street_answer.TIE
    held &= answers.number < NUMBER_FITS
    dearer = (
        answers.name + answers.parts + answers.place - beside.name - beside.parts - beside.place
    )
    holds: NDArray[np.bool_] = held & ((beside.method == 0) | (dearer < _SAME))
    return holds


def spots_of(index: StreetIndex, asked: Queries) -> Answers:
    """All spots the houses, blocks and streets of rows may mean, for a person to choose from."""
    pool, found = search(index, asked)
    row = pool.row[found.pool]
    block = kind_is(asked, BLOCK)
    number = np.where(block, (asked.number + asked.high) // 2, asked.number)[row]
    answers = street_answer.nothing(len(found.pool), street_answer.FINE)
    answers.lon[:], answers.lat[:], answers.radius_m[:], answers.method[:] = _places(
        index, pool, found, number, block[row]
    )
    answers.street[:] = pool.street[found.pool]
    for name in ("name", "parts", "place", "letters", "doubt"):
        getattr(answers, name)[:] = getattr(pool, name)[found.pool]
    answers.number[:] = found.number
    return answers


def search(index: StreetIndex, asked: Queries) -> tuple[Pool, Spots]:
    """Candidates of all rows, looked for wider as long as nothing good is found."""
    every = np.arange(len(asked))
    best = np.full(len(asked), np.inf)
    pools: list[Pool] = []
    found: list[Spots] = []
    low = np.where(kind_is(asked, HOUSE, BLOCK), asked.number, -1)
    high = np.where(kind_is(asked, BLOCK), asked.high, low)

    def look(pairs: street_pool.Pairs, *, in_zip: bool) -> None:
        pool = street_pool.candidates(index, asked, pairs, in_zip=in_zip)
        if len(pool.row):
            pools.append(pool)
            at = spots(index, pool, low[pool.row], high[pool.row])
            found.append(at)
            np.minimum.at(best, pool.row[at.pool], pool.cost[at.pool] + at.number)

    named = street_pool.exact(index, asked.name, every)
    look(named.take(asked.zip[named.row] > 0), in_zip=True)
    look(named.take(best[named.row] > _GOOD), in_zip=False)
    look(street_pool.other(index, asked.name, every[best > _GOOD]), in_zip=False)
    rows = every[(best > 1.0) & (asked.zip > 0)]
    look(street_pool.misspelled_in_zip(index, asked, asked.name, rows), in_zip=True)
    rows = every[best > _FAIR]
    look(street_pool.misspelled_nearby(index, asked, asked.name, rows), in_zip=False)
    if not pools:
        nothing = np.zeros(0, dtype=np.int64)
        return street_pool.none(), Spots(nothing, nothing, np.zeros(0))
    pool, kept = street_pool.together(pools)
    return pool, spots_together(found, [len(one.row) for one in pools], kept)


def _choose(index: StreetIndex, asked: Queries, pool: Pool, found: Spots) -> Answers:
    """Give each row its cheapest spot, unless another place is as cheap."""
    answers = street_answer.nothing(len(asked))
    cost = pool.cost[found.pool] + found.number
    row = pool.row[found.pool]
    order = np.lexsort((cost, row))
    order = order[cost[order] <= WORST]
    if not len(order):
        return answers
    row = row[order]
    rank = np.arange(len(order)) - np.searchsorted(row, row)
    order = order[rank < _MOST_COMPARED]
    found, cost = found.take(order), cost[order]
    row = pool.row[found.pool]
    number = np.where(kind_is(asked, BLOCK), (asked.number + asked.high) // 2, asked.number)[row]
    lon, lat, radius, method = _places(index, pool, found, number, kind_is(asked, BLOCK)[row])
    street = pool.street[found.pool]
    first = np.searchsorted(row, row)
    away = distance_m(lon, lat, lon[first], lat[first])
    dearer = cost - cost[first]
    apart = away > _SAME_PLACE_M
    margin = np.full(len(asked), 9.0)
    np.minimum.at(margin, row[apart], dearer[apart])
    # What may as well be meant, on this street or near by: one place, known that much less exactly.
    equal = (dearer < _SAME) & (found.range != MIDDLE) & (away <= _ONE_STREET_M)
    as_one = equal & ((street == street[first]) | ~apart)
    reach = np.where(kind_is(asked, BLOCK)[row] | (street != street[first]), away + radius, away)
    np.maximum.at(radius, first[as_one], reach[as_one])
    rival = apart & (dearer < _SAME) & ~as_one
    best = np.unique(row, return_index=True)[1]
    at = row[best]
    chosen = found.take(best)
    answers.lon[at], answers.lat[at], answers.radius_m[at] = lon[best], lat[best], radius[best]
    answers.method[at] = method[best]
    answers.street[at] = street[best]
    segment = _segment(index, pool, chosen)
    answers.county[at] = index.segment_county[segment]
    answers.source[at] = index.segment_source[segment]
    for name in ("name", "parts", "place", "letters", "doubt"):
        getattr(answers, name)[at] = getattr(pool, name)[chosen.pool]
    answers.number[at] = chosen.number
    answers.margin[:] = margin
    answers.places[at] = 1
    np.add.at(answers.places, row[rival], 1)
    _say_why_not(index, answers, at, middle=chosen.range == MIDDLE, numbered=asked.number[at] >= 0)
    return answers


def _say_why_not(
    index: StreetIndex, answers: Answers, at: Array, *, middle: Array, numbered: Array
) -> None:
    """Take back middles of streets that are no place, and ties, each with its reason."""
    answers.reason[at] = street_answer.FINE
    lost = middle & numbered
    answers.reason[at[lost]] = street_answer.NO_NUMBER
    long = middle & (answers.radius_m[at] > LONGEST_M)
    answers.reason[at[long & ~lost]] = street_answer.TOO_LONG
    # A numbered road runs on under other names and through other places: a piece is not its middle.
    road = middle & index.numbered[index.street_base[answers.street[at]]]
    answers.reason[at[road & ~lost]] = street_answer.NUMBERED_ROAD
    answers.method[at[long | road]] = street_answer.NO_METHOD
    tied = answers.places > 1
    answers.reason[tied] = street_answer.TIE
    answers.method[tied] = street_answer.NO_METHOD


def _places(
    index: StreetIndex, pool: Pool, found: Spots, number: Array, block: Array
) -> tuple[Floats, Floats, Floats, Array]:
    """Coordinates, radius and method of each spot."""
    count = len(found.pool)
    lon, lat, radius = np.empty(count), np.empty(count), np.empty(count)
    method = np.full(count, street_answer.STREET_MIDDLE)
    half = np.flatnonzero(found.range == MIDDLE)
    if len(half):
        street, back = np.unique(pool.street[found.pool[half]], return_inverse=True)
        place = middle(index, street)
        lon[half], lat[half] = place[0][back], place[1][back]
        radius[half] = np.maximum(place[2][back], _LEAST_M)
    on = np.flatnonzero(found.range != MIDDLE)
    if len(on):
        at = found.range[on]
        segment = index.range_segment[at]
        share = of_number(index.range_from[at], index.range_to[at], number[on])
        side = np.where(block[on], 0, index.range_side[at])
        lon[on], lat[on], length = along(index, segment, share, side)
        inexact = found.number[on] >= 0.75
        radius[on] = np.maximum(_LEAST_M, length * np.where(inexact, 1.0, 0.5))
        point = index.segment_kind[segment] == POINT
        radius[on[point]] = np.where(inexact[point], 2 * _LEAST_M, _POINT_M)
        method[on] = np.where(
            block[on],
            street_answer.BLOCK_MIDDLE,
            np.where(point, street_answer.ADDRESS_POINT, street_answer.RANGE),
        )
        near = point & inexact
        method[on[near]] = street_answer.RANGE
    return lon, lat, radius, method


def _segment(index: StreetIndex, pool: Pool, found: Spots) -> Array:
    first = index.street_segments[index.street_first_segment[pool.street[found.pool]]]
    ranged = found.range != MIDDLE
    answer = first.copy()
    answer[ranged] = index.range_segment[found.range[ranged]]
    return answer
