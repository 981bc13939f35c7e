"""Places beside a road given by its mile, between two mile markers that were loaded."""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from geo.geocoding import street_answer, street_pool
from geo.geocoding.street_answer import NOT_USED, Answers
from geo.geocoding.street_index import DEGREE, StreetIndex
from geo.geocoding.street_locate import distance_m
from geo.geocoding.street_pool import Pool
from geo.geocoding.street_query import Queries
from geo.geocoding.street_segments import MARKER

Array = NDArray[Any]
Floats = NDArray[np.float64]

_TENTHS: Final = 10  # a marker's number is its mile times 10
_MOST_MILES: Final = 2.0  # between two markers
_AT_ONCE: Final = 256  # rows, each with all markers of its roads
_METERS: Final = 1609.344
_WORST: Final = 4.5
_MOST: Final = 10  # markers to choose from
_SLACK_MILES: Final = 0.3  # of two markers' miles, which may be rounded
_LONGEST: Final = 1.2  # straight way to miles: no road is shorter, but a marker may be off
_SAME: Final = 0.45  # what it costs that the kind of a road is not said: any may be meant
_SAME_PLACE_M: Final = 300.0  # two carriageways
_OUTSIDE: Final = 0.5  # beside a spot within the row's ZIP code or city
_LEAST_RADIUS_M: Final = 4_000.0


@dataclass(frozen=True, eq=False)
class _Spots:
    """Places of one mile: positions (in what `_markers` gives) of the markers at both sides."""

    below: Array
    above: Array
    share: Floats  # of the way from the one to the other
    span: Floats  # miles between them
    lon: Floats
    lat: Floats

    @property
    def nearer(self) -> Array:
        """The marker that is nearer to each."""
        return np.where(self.share <= 0.5, self.below, self.above)


def by_markers(index: StreetIndex, asked: Queries) -> Answers:
    """Find miles of roads.

    Parameters
    ----------
    index : StreetIndex
    asked : Queries, length n
        Rows with a mile.

    Returns
    -------
    Answers
        Between the nearest markers below and above, both of one road; the radius is a tenth of a
        mile, and half of what lies between the markers if that is more, and what the address
        itself leaves open. Where the miles of a road are counted from each county line, the row's
        county, ZIP code or city decides; where they do not, it is a tie.
    """
    rows = np.arange(len(asked))
    parts = [
        _by_markers(index, asked.take(rows[start : start + _AT_ONCE]))
        for start in range(0, len(asked), _AT_ONCE)
    ]
    return street_answer.together([street_answer.nothing(0), *parts])


def _by_markers(index: StreetIndex, asked: Queries) -> Answers:
    answers = street_answer.nothing(len(asked))
    pool, owner, place = _markers(index, asked)
    answers.reason[pool.row] = street_answer.NO_MARKERS
    away = index.range_from[place] / _TENTHS - asked.mile[pool.row[owner]]
    near = np.flatnonzero(np.abs(away) <= _MOST_MILES)
    near = near[np.argsort(pool.row[owner[near]], kind="stable")]
    owner, place = owner[near], place[near]
    rows, first = np.unique(pool.row[owner], return_index=True)
    for one, mine in zip(rows.tolist(), np.split(np.arange(len(near)), first[1:]), strict=False):
        found = _spots(index, pool, owner[mine], place[mine], float(asked.mile[one]))
        if len(found.span):
            _choose(index, asked, answers, one, (pool, owner[mine], place[mine], found))
    return answers


def _spots(index: StreetIndex, pool: Pool, owner: Array, place: Array, mile: float) -> _Spots:
    """Where a mile may be: between markers of one road, as far apart as their miles allow.

    The miles of a road begin anew in some counties: markers below and above that are far from each
    other are of two counts, and those of neighboring counties near each other of one.
    """
    street = pool.street[owner]
    road = index.street_base[street].astype(np.int64) * 1_000 + index.street_type[street]
    at = index.range_from[place] / _TENTHS
    lon, lat = (index.lonlat[index.segment_start[index.range_segment[place]]] / DEGREE).T
    a, b = (one.ravel() for one in np.meshgrid(*(np.arange(len(place)),) * 2, indexing="ij"))
    fits = (road[a] == road[b]) & (at[a] <= mile) & (at[b] >= mile)
    # At a marker itself nothing lies between: what stands beside it is another marker of that mile.
    fits &= (at[b] > at[a]) | (a == b)
    a, b = a[fits], b[fits]
    span = at[b] - at[a]
    way = distance_m(lon[a], lat[a], lon[b], lat[b])
    real = (span <= _MOST_MILES) & (way <= _METERS * (_LONGEST * span + _SLACK_MILES))
    a, b, span, way = a[real], b[real], span[real], way[real]
    # Each marker goes with the nearest that may be its own: by miles, then by the way.
    order = np.lexsort((way, span))
    first_of_a, first_of_b = (order[np.unique(one[order], return_index=True)[1]] for one in (a, b))
    both = np.intersect1d(first_of_a, first_of_b)
    a, b, span = a[both], b[both], span[both]
    share = np.where(span > 0, (mile - at[a]) / np.where(span > 0, span, 1.0), 0.0)
    return _Spots(
        a, b, share, span, lon[a] + share * (lon[b] - lon[a]), lat[a] + share * (lat[b] - lat[a])
    )


def _choose(
    index: StreetIndex,
    asked: Queries,
    answers: Answers,
    one: int,
    among: tuple[Pool, Array, Array, _Spots],
) -> None:
    """Give a row its cheapest spot; several that are as cheap and apart are a tie."""
    pool, owner, place, found = among
    of = owner[found.nearer]
    outside = _is_outside(asked, one, found)
    cost = pool.cost[of] + np.where(outside & ~outside.all(), _OUTSIDE, 0.0)
    best = int(np.argmin(cost))
    away = distance_m(found.lon, found.lat, found.lon[best], found.lat[best])
    apart = away > _SAME_PLACE_M
    many = 1 + int((apart & (cost - cost[best] < _SAME)).sum())
    answers.lon[one], answers.lat[one] = found.lon[best], found.lat[best]
    answers.radius_m[one] = _METERS * (
        max(0.1, found.span[best] / 2) + asked.mile_span[one] + asked.mile_away[one]
    )
    answers.method[one], answers.reason[one] = street_answer.MILE_MARKER, street_answer.FINE
    if asked.mile_away[one] > 0:
        answers.reason[one] = street_answer.BESIDE_MILE
    if many > 1:
        answers.method[one], answers.reason[one] = street_answer.NO_METHOD, street_answer.TIE
    street, segment = pool.street[of[best]], index.range_segment[place[found.nearer[best]]]
    answers.street[one], answers.county[one] = street, index.segment_county[segment]
    answers.source[one] = index.segment_source[segment]
    answers.parts[one], answers.place[one] = pool.parts[of[best]], pool.place[of[best]]
    kind, said = int(index.street_type[street]), int(asked.name.type[one])
    answers.doubt[one] = NOT_USED * (said != 0 and kind not in {said, 0})
    answers.margin[one] = min(9.0, *(cost - cost[best])[apart]) if apart.any() else 9.0
    answers.places[one] = many


def _is_outside(asked: Queries, one: int, found: _Spots) -> Array:
    """Tell which spots lie outside the circles of the row's ZIP code and city."""
    outside = np.ones(len(found.lon), dtype=bool)
    for lon, lat, radius in asked.anchors[one].reshape(2, 3):
        if np.isfinite(lon):
            away = distance_m(found.lon, found.lat, lon, lat)
            outside &= away > max(radius, _LEAST_RADIUS_M)
    return outside


def offers(index: StreetIndex, asked: Queries) -> tuple[Answers, Floats]:
    """Give the markers of a road nearest to a mile of one address, for a person to choose from.

    Returns
    -------
    Answers
        The radius is the way to the mile that was asked for, at least a tenth of a mile, and what
        the address leaves open.
    ndarray of float
        Mile of each marker.
    """
    pool, owner, place = _markers(index, asked)
    mile = index.range_from[place] / _TENTHS
    away = np.abs(mile - asked.mile[pool.row[owner]])
    near = np.lexsort((away, pool.cost[owner]))[:_MOST]
    owner, place, away = owner[near], place[near], away[near]
    found = street_answer.nothing(len(near), street_answer.FINE)
    segment = index.range_segment[place]
    found.lon[:], found.lat[:] = index.lonlat[index.segment_start[segment]].T / DEGREE
    open_miles = (asked.mile_span + asked.mile_away)[pool.row[owner]]
    found.radius_m[:] = _METERS * (np.maximum(0.1, away) + open_miles)
    found.method[:] = street_answer.MILE_MARKER
    found.street[:], found.county[:] = pool.street[owner], index.segment_county[segment]
    found.parts[:], found.place[:] = pool.parts[owner], pool.place[owner]
    found.number[:] = np.minimum(away, 1.0)
    return found, mile[near]


def _markers(index: StreetIndex, asked: Queries) -> tuple[Pool, Array, Array]:
    """Candidates of roads, and their markers: position in the pool, range of the index."""
    every = np.arange(len(asked))
    pool = street_pool.candidates(
        index, asked, street_pool.exact(index, asked.name, every), in_zip=False
    )
    first = index.street_first_range[pool.street]
    count = (index.street_first_range[pool.street + 1] - first).astype(np.int64)
    owner = np.repeat(np.arange(len(count)), count)
    place = np.repeat(first - (np.cumsum(count) - count), count) + np.arange(len(owner))
    cost = pool.cost[owner]
    marker = (index.segment_kind[index.range_segment[place]] == MARKER) & (cost <= _WORST)
    return pool, owner[marker], place[marker]
