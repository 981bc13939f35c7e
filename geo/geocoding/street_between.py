"""A piece of a street between its crossings with two others."""

from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from geo.geocoding import street_answer, street_cross
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
    along = street_cross.streets(index, asked, asked.name)
    first = _crossings(index, along, street_cross.streets(index, asked, asked.cross))
    last = _crossings(index, along, street_cross.streets(index, asked, asked.other_cross))
    name = _names_of(index, along)
    for row in np.intersect1d(first.row, last.row).tolist():
        _between(index, answers, along, name, row, first, last)
    for mine, other, cross in ((first, last, asked.cross), (last, first, asked.other_cross)):
        alone = np.setdiff1d(mine.row, other.row)
        if len(alone):
            answers.put(alone, _one_end(index, replace(asked, cross=cross).take(alone)))
    return answers


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


def _between(  # noqa: PLR0913, PLR0917  (the two ends, and the street between them)
    index: StreetIndex,
    answers: Answers,
    along: Pool,
    name: Array,
    row: int,
    first: _Crossings,
    last: _Crossings,
) -> None:
    """Choose the two crossings of one row that fit best together."""
    a, b = (part.ravel() for part in np.meshgrid(first.of(row), last.of(row)))
    a, b = a[one := name[first.along[a]] == name[last.along[b]]], b[one]
    way = distance_m(first.lon[a], first.lat[a], last.lon[b], last.lat[b])
    own = along.name + along.parts
    cost = np.maximum(own[first.along[a]], own[last.along[b]]) + first.own[a] + last.own[b]
    cost = cost + np.minimum(first.place[a], last.place[b])
    fits = (way > 0) & (way <= _FURTHEST_M) & (cost <= _WORST)
    if not fits.any():
        return
    a, b, way, cost = a[fits], b[fits], way[fits], cost[fits]
    best = np.lexsort((way, cost))[0]
    lon, lat = (first.lon[a] + last.lon[b]) / 2, (first.lat[a] + last.lat[b]) / 2
    away = distance_m(lon, lat, lon[best], lat[best])
    dearer = cost - cost[best]
    close = (away <= _SAME_PLACE_M) & (dearer < _SAME)
    further = away > _SAME_PLACE_M
    at, end = first.along[a[best]], last.across[b[best]]
    street, cross = along.street[at], first.across[a[best]]
    answers.lon[row], answers.lat[row] = lon[best], lat[best]
    answers.radius_m[row] = max(_LEAST_M, float((away + way / 2)[close].max()))
    answers.margin[row] = dearer[further].min(initial=9.0)
    answers.places[row] = 1 + int((further & (dearer < _SAME)).sum())
    answers.street[row] = street
    answers.other[row], answers.third[row] = first.pool.street[cross], last.pool.street[end]
    answers.county[row] = index.street_county[street]
    segment = index.street_segments[index.street_first_segment[street]]
    answers.source[row] = index.segment_source[segment]
    for what in ("name", "parts", "letters", "other_type"):
        cost_of = getattr(first.pool, what)[cross] + getattr(last.pool, what)[end]
        getattr(answers, what)[row] = getattr(along, what)[at] + cost_of
    answers.place[row] = min(first.place[a[best]], last.place[b[best]])
    tied = answers.places[row] > 1
    answers.method[row] = street_answer.NO_METHOD if tied else street_answer.BETWEEN_CROSSINGS
    answers.reason[row] = street_answer.TIE if tied else street_answer.FINE


def _one_end(index: StreetIndex, asked: Queries) -> Answers:
    """Give the crossing that is known, with a radius of the longer piece beside it."""
    found = street_cross.meet(index, asked)
    rows = np.flatnonzero(found.method == street_answer.INTERSECTION)
    found.method[rows] = street_answer.ONE_END
    for row in rows.tolist():
        here = found.lon[row], found.lat[row]
        reach = _longest_piece_m(index, int(found.street[row]), *here, found.radius_m[row])
        found.radius_m[row] = max(_LEAST_AT_END_M, reach + found.radius_m[row])
    lost = np.flatnonzero(found.method != street_answer.ONE_END)
    found.put(lost, street_answer.nothing(len(lost)))
    return found


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
