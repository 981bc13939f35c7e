"""Where two streets meet."""

from dataclasses import replace
from itertools import combinations
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from geo.geocoding import street_answer, street_pool
from geo.geocoding.street_answer import Answers
from geo.geocoding.street_index import DEGREE, StreetIndex
from geo.geocoding.street_locate import distance_m
from geo.geocoding.street_pool import Pool
from geo.geocoding.street_query import Names, Queries

Array = NDArray[Any]
Floats = NDArray[np.float64]

_WORST: Final = 4.5
_SAME: Final = 0.35
ONE_CROSSING_M: Final = 120.0  # both carriageways of a divided road
RADIUS_M: Final = 30.0


def meet(index: StreetIndex, asked: Queries) -> Answers:
    """Find the node that both streets of each row share.

    Parameters
    ----------
    index : StreetIndex
    asked : Queries, length n
        Rows with a crossing street.

    Returns
    -------
    Answers
        Streets that meet at several places far apart are a tie.
    """
    answers = street_answer.nothing(len(asked))
    first, second = streets(index, asked, asked.name), streets(index, asked, asked.cross)
    known = np.zeros((2, len(asked)), dtype=bool)
    known[0, first.row], known[1, second.row] = True, True
    answers.reason[known.all(axis=0)] = street_answer.NO_MEETING
    row, node, cost, of_first, of_second = shared(index, first, second)
    if not len(row):
        return answers
    order = np.lexsort((cost, row))
    row, node, cost = row[order], node[order], cost[order]
    of_first, of_second = of_first[order], of_second[order]
    lonlat = index.node_lonlat[node] / DEGREE
    lon, lat = lonlat[:, 0], lonlat[:, 1]
    at, start = np.unique(row, return_index=True)
    best = start[np.searchsorted(at, row)]
    dearer = cost - cost[best]
    away = distance_m(lon, lat, lon[best], lat[best])
    rival = (away > ONE_CROSSING_M) & (dearer < _SAME)
    close = (away <= ONE_CROSSING_M) & (dearer < _SAME)
    count = np.bincount(row[close], minlength=len(asked))[at]
    answers.lon[at] = np.bincount(row[close], lon[close], len(asked))[at] / count
    answers.lat[at] = np.bincount(row[close], lat[close], len(asked))[at] / count
    spread = np.zeros(len(asked))
    np.maximum.at(spread, row[close], away[close])
    answers.radius_m[at] = RADIUS_M + spread[at]
    answers.margin[at] = 9.0
    further = away > ONE_CROSSING_M
    np.minimum.at(answers.margin, row[further], dearer[further])
    answers.method[at] = street_answer.INTERSECTION
    answers.reason[at] = street_answer.FINE
    answers.street[at], answers.other[at] = (
        first.street[of_first[start]], second.street[of_second[start]],
    )  # fmt: skip
    segment = index.street_segments[index.street_first_segment[answers.street[at]]]
    answers.county[at] = index.street_county[answers.street[at]]
    answers.source[at] = index.segment_source[segment]
    answers.doubt[at] = np.maximum(first.doubt[of_first[start]], second.doubt[of_second[start]])
    for name in ("name", "parts", "letters"):
        one, other = getattr(first, name)[of_first[start]], getattr(second, name)[of_second[start]]
        getattr(answers, name)[at] = one + other
    answers.place[at] = np.minimum(first.place[of_first[start]], second.place[of_second[start]])
    answers.places[at] = 1
    np.add.at(answers.places, row[rival], 1)
    tied = answers.places > 1
    answers.reason[tied] = street_answer.TIE
    answers.method[tied] = street_answer.NO_METHOD
    return answers


def meetings(index: StreetIndex, asked: Queries) -> Answers:
    """Find crossings of two streets, or of three that meet at one place.

    Where a third street is named that is known and does not cross one of the others right there,
    nothing says which two of them are meant: a tie. Words that are no street here are passed over.
    """
    answers = meet(index, asked)
    rows = np.flatnonzero(asked.other_cross.base != "")
    if not len(rows):
        return answers
    three, best = asked.take(rows), answers.take(rows)
    sides = [replace(three, name=one, cross=three.other_cross) for one in (three.name, three.cross)]
    pairs = [best, *(meet(index, side) for side in sides)]
    agreed = np.zeros(len(rows), dtype=bool)
    for one, other in combinations(pairs, 2):
        away = distance_m(one.lon, one.lat, other.lon, other.lat)
        met = (one.method > 0) & (other.method > 0) & (away <= ONE_CROSSING_M) & ~agreed
        answers.put(rows[met], one.take(np.flatnonzero(met)))
        agreed |= met
    known = np.any([pair.reason != street_answer.NOT_FOUND for pair in pairs[1:]], axis=0)
    unsure = rows[~agreed & known & (best.method > 0)]
    answers.method[unsure], answers.reason[unsure] = street_answer.NO_METHOD, street_answer.TIE
    return answers


def streets(index: StreetIndex, asked: Queries, name: Names) -> Pool:
    """Candidates of one of the streets; a name in its own ZIP code is not looked for twice."""
    every = np.arange(len(asked))
    best = np.full(len(asked), np.inf)
    pools = []

    def look(pairs: street_pool.Pairs) -> None:
        pool = street_pool.candidates(index, asked, pairs, in_zip=False)
        pools.append(pool)
        np.minimum.at(best, pool.row, pool.cost)

    look(street_pool.exact(index, name, every))
    look(street_pool.other(index, name, every[best > 2.4]))
    look(street_pool.misspelled_nearby(index, asked, name, every[best > 2.4]))
    pool, _ = street_pool.together(pools)
    return pool.take(np.flatnonzero(pool.cost <= _WORST))


def shared(
    index: StreetIndex, first: Pool, second: Pool, worst: float = _WORST
) -> tuple[Array, Array, Floats, Array, Array]:
    """Nodes on a street of both pools: row, node, cost, position in each pool."""
    sides = [nodes_of(index, pool.street) for pool in (first, second)]
    many = len(index.node_lonlat)
    keys = []
    for (which, node), pool in zip(sides, (first, second), strict=True):
        key = pool.row[which].astype(np.int64) * many + node
        order = np.lexsort((pool.cost[which], key))
        fresh = np.ones(len(order), dtype=bool)
        fresh[1:] = np.diff(key[order]) != 0
        order = order[fresh]
        keys.append((key[order], which[order]))
    shared, at, by = np.intersect1d(keys[0][0], keys[1][0], assume_unique=True, return_indices=True)
    one, other = keys[0][1][at], keys[1][1][by]
    row, node = np.divmod(shared, many)
    # The place speaks once: the crossing lies where either of its streets does.
    cost = (
        first.name[one] + first.parts[one] + second.name[other] + second.parts[other]
        + np.minimum(first.place[one], second.place[other])
    )  # fmt: skip
    keep = (first.street[one] != second.street[other]) & (cost <= worst)
    return row[keep], node[keep], cost[keep], one[keep], other[keep]


def nodes_of(index: StreetIndex, street: Array) -> tuple[Array, Array]:
    """Nodes of each of some streets: position of the street, node."""
    begin = index.street_first_segment[street]
    count = (index.street_first_segment[street + 1] - begin).astype(np.int64)
    owner = np.repeat(np.arange(len(count)), count)
    place = np.repeat(begin - (np.cumsum(count) - count), count) + np.arange(len(owner))
    nodes = index.segment_nodes[index.street_segments[place]]
    both = np.concatenate([nodes[:, 0], nodes[:, 1]])
    owner = np.concatenate([owner, owner])
    return owner[both >= 0], both[both >= 0].astype(np.int64)
