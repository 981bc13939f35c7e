"""A piece of a street between its crossings with two others."""

from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from geo.geocoding import street_answer, street_cross, street_cross_offers
from geo.geocoding.street_answer import Answers
from geo.geocoding.street_index import DEGREE, StreetIndex
from geo.geocoding.street_locate import distance_m
from geo.geocoding.street_pool import Pool
from geo.geocoding.street_query import Queries

Array = NDArray[Any]
Floats = NDArray[np.float64]

_FURTHEST_M: Final = 1_750.0
"""Most between the two crossings: a mile, as roads lie in much of the country, and a little."""

_WORST: Final = 5.0
_SAME: Final = 0.35
_SAME_PLACE_M: Final = 150.0
_LEAST_M: Final = 50.0
_LEAST_AT_END_M: Final = 150.0
_MOST: Final = 10  # pieces to choose from
_ONE_END_ONLY: Final = 1.0  # what that costs beside a whole piece


@dataclass(frozen=True, eq=False)
class _Crossings:
    """Where one of the two streets at the ends may meet the street itself."""

    row: Array
    lon: Floats
    lat: Floats
    along: Array  # position in the pool of the street itself
    across: Array  # position in `pool`
    pool: Pool
    own: Floats  # what speaks against the street at the end alone
    place: Floats

    def of(self, row: int) -> Array:
        """Those of one row."""
        return np.arange(*np.searchsorted(self.row, [row, row + 1]))


@dataclass(frozen=True, eq=False)
class _Looked:
    """Candidates of the street itself, a number for each one's name, its crossings at both ends."""

    along: Pool
    name: Array
    first: _Crossings
    last: _Crossings


def pieces(index: StreetIndex, asked: Queries) -> Answers:
    """Find pieces of streets.

    Parameters
    ----------
    index : StreetIndex
    asked : Queries, length n
        Rows with one or two streets at the ends of the piece.

    Returns
    -------
    Answers
        Where both crossings are found on one street, the middle between them, with a radius of half
        the way. Where only one is, that crossing: the piece begins there, and may lie to either
        side. Where neither is, or they are far apart, nothing. Of several pieces that fit equally
        well the answer is a tie.
    """
    answers = street_answer.nothing(len(asked))
    looked = _looked_up(index, asked)
    first, last = looked.first, looked.last
    for row in np.intersect1d(first.row, last.row).tolist():
        _between(index, answers, looked, row)
    for mine, other, cross in ((first, last, asked.cross), (last, first, asked.other_cross)):
        alone = np.setdiff1d(mine.row, other.row)
        if len(alone):
            answers.put(alone, _one_end(index, replace(asked, cross=cross).take(alone)))
    return answers


def offers(index: StreetIndex, asked: Queries) -> Answers:
    """Pieces and ends that one address may mean, for a person to choose from."""
    looked = _looked_up(index, asked)
    a, b, _, cost = _combined(looked, 0)
    best = np.argsort(cost, kind="stable")[:_MOST]
    parts = [_pieces(index, looked, a[best], b[best])]
    for cross in (asked.cross, asked.other_cross):
        if cross.base[0]:
            ends = street_cross_offers.crossings(index, replace(asked, cross=cross))
            _as_ends(index, ends, np.arange(len(ends.lon)))
            ends.number[:] += _ONE_END_ONLY
            parts.append(ends)
    return street_answer.together(parts)


def _looked_up(index: StreetIndex, asked: Queries) -> _Looked:
    along = street_cross.streets(index, asked, asked.name)
    first, last = (
        _crossings(index, along, street_cross.streets(index, asked, cross))
        for cross in (asked.cross, asked.other_cross)
    )
    return _Looked(along, _names_of(index, along), first, last)


def _names_of(index: StreetIndex, pool: Pool) -> Array:
    """Give candidates that are one street in several ZIP codes or counties one number."""
    parts = (index.street_base, index.street_pre, index.street_type, index.street_post)
    name = np.column_stack([part[pool.street] for part in parts])
    return np.unique(name, axis=0, return_inverse=True)[1]


def _crossings(index: StreetIndex, along: Pool, across: Pool) -> _Crossings:
    row, node, _, one, other = street_cross.shared(index, along, across)
    order = np.argsort(row, kind="stable")
    row, node, one, other = row[order], node[order], one[order], other[order]
    lonlat = index.node_lonlat[node] / DEGREE
    return _Crossings(
        row, lonlat[:, 0], lonlat[:, 1], one, other, across,
        across.name[other] + across.parts[other],
        np.minimum(along.place[one], across.place[other]),
    )  # fmt: skip


def _combined(looked: _Looked, row: int) -> tuple[Array, Array, Floats, Floats]:
    """Pairs of crossings of one row that fit together: both, the way between them, cost."""
    along, name, first, last = looked.along, looked.name, looked.first, looked.last
    a, b = (part.ravel() for part in np.meshgrid(first.of(row), last.of(row)))
    one_street = name[first.along[a]] == name[last.along[b]]
    a, b = a[one_street], b[one_street]
    way = distance_m(first.lon[a], first.lat[a], last.lon[b], last.lat[b])
    own = along.name + along.parts
    cost = np.maximum(own[first.along[a]], own[last.along[b]]) + first.own[a] + last.own[b]
    cost = cost + np.minimum(first.place[a], last.place[b])
    fits = (way > 0) & (way <= _FURTHEST_M) & (cost <= _WORST)
    return a[fits], b[fits], way[fits], cost[fits]


def _pieces(index: StreetIndex, looked: _Looked, a: Array, b: Array) -> Answers:
    """Give the middle between each of some pairs of crossings."""
    along, first, last = looked.along, looked.first, looked.last
    found = street_answer.nothing(len(a), street_answer.FINE)
    found.lon[:], found.lat[:] = (
        (first.lon[a] + last.lon[b]) / 2, (first.lat[a] + last.lat[b]) / 2,
    )  # fmt: skip
    way = distance_m(first.lon[a], first.lat[a], last.lon[b], last.lat[b])
    found.radius_m[:] = np.maximum(_LEAST_M, way / 2)
    at, cross, end = first.along[a], first.across[a], last.across[b]
    doubts = along.doubt[at], first.pool.doubt[cross], last.pool.doubt[end]
    found.doubt[:] = np.maximum.reduce(doubts)
    for what in ("name", "parts", "letters"):
        ends = getattr(first.pool, what)[cross] + getattr(last.pool, what)[end]
        getattr(found, what)[:] = getattr(along, what)[at] + ends
    found.place[:] = np.minimum(first.place[a], last.place[b])
    found.street[:], found.other[:] = along.street[at], first.pool.street[cross]
    found.third[:] = last.pool.street[end]
    found.county[:] = index.street_county[found.street]
    found.source[:] = index.segment_source[
        index.street_segments[index.street_first_segment[found.street]]
    ]
    found.method[:] = street_answer.BETWEEN_CROSSINGS
    found.margin[:], found.places[:] = 9.0, 1
    return found


def _between(index: StreetIndex, answers: Answers, looked: _Looked, row: int) -> None:
    """Choose the two crossings of one row that fit best together."""
    a, b, way, cost = _combined(looked, row)
    if not len(a):
        return
    first, last = looked.first, looked.last
    order = np.lexsort((way, cost))
    a, b, way, cost = a[order], b[order], way[order], cost[order]
    lon, lat = (first.lon[a] + last.lon[b]) / 2, (first.lat[a] + last.lat[b]) / 2
    away = distance_m(lon, lat, lon[0], lat[0])
    equal = cost - cost[0] < _SAME
    further = away > _SAME_PLACE_M
    best = _pieces(index, looked, a[:1], b[:1])
    best.radius_m[0] = max(_LEAST_M, float((away + way / 2)[equal & ~further].max()))
    best.margin[0] = (cost - cost[0])[further].min(initial=9.0)
    best.places[0] = 1 + int((equal & further).sum())
    if best.places[0] > 1:
        best.method[0], best.reason[0] = street_answer.NO_METHOD, street_answer.TIE
    answers.put(np.array([row]), best)


def _one_end(index: StreetIndex, asked: Queries) -> Answers:
    """Give the crossing that is known, with a radius of the longer piece beside it."""
    found = street_cross.meet(index, asked)
    rows = np.flatnonzero(found.method == street_answer.INTERSECTION)
    _as_ends(index, found, rows)
    lost = np.flatnonzero(found.method != street_answer.ONE_END)
    found.put(lost, street_answer.nothing(len(lost)))
    return found


def _as_ends(index: StreetIndex, found: Answers, rows: Array) -> None:
    """Make crossings ends of a piece of street that lies to one side of them."""
    found.method[rows] = street_answer.ONE_END
    for row in rows.tolist():
        here = found.lon[row], found.lat[row]
        reach = _longest_piece_m(index, int(found.street[row]), *here, found.radius_m[row])
        found.radius_m[row] = max(_LEAST_AT_END_M, reach + found.radius_m[row])


def _longest_piece_m(
    index: StreetIndex, street: int, lon: float, lat: float, near_m: float
) -> float:
    """How far the other end of a street's pieces is that end at a place."""
    segment = index.street_segments[slice(*index.street_first_segment[street : street + 2])]
    nodes = index.segment_nodes[segment]
    ends = index.node_lonlat[nodes[(nodes >= 0).all(axis=1)]] / DEGREE
    to = [
        distance_m(ends[:, k, 0], ends[:, k, 1], np.array([lon]), np.array([lat])) for k in (0, 1)
    ]
    here = np.minimum(*to) <= near_m
    return float(np.maximum(*to)[here].max(initial=0.0))
