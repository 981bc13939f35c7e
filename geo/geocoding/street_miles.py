"""Places beside a road given by its mile, between two mile markers that were loaded."""

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from geo.geocoding import street_answer, street_pool
from geo.geocoding.street_answer import Answers
from geo.geocoding.street_index import DEGREE, StreetIndex
from geo.geocoding.street_pool import Pool
from geo.geocoding.street_query import Queries
from geo.geocoding.street_segments import MARKER

Array = NDArray[Any]
Floats = NDArray[np.float64]

_TENTHS: Final = 10  # a marker's number is its mile times 10
_MOST_MILES: Final = 2.0  # between two markers
_METERS: Final = 1609.344
_WORST: Final = 4.5
_MOST: Final = 10  # markers to choose from


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
        Between the nearest markers below and above; the radius is a tenth of a mile, and half of
        what lies between the markers if that is more.
    """
    answers = street_answer.nothing(len(asked))
    pool, owner, place = _markers(index, asked)
    answers.reason[pool.row] = street_answer.NO_MARKERS
    segment = index.range_segment[place]
    row = pool.row[owner]
    mile = index.range_from[place] / _TENTHS
    away = mile - asked.mile[row]
    for one in np.unique(row):
        mine = row == one
        below, above = mine & (away <= 0), mine & (away >= 0)
        if not below.any() or not above.any():
            continue
        a = np.flatnonzero(below)[np.argmax(away[below])]
        b = np.flatnonzero(above)[np.argmin(away[above])]
        span = mile[b] - mile[a]
        if span > _MOST_MILES:
            continue
        share = -away[a] / span if span > 0 else 0.0
        ends = index.lonlat[index.segment_start[segment[[a, b]]]] / DEGREE
        lon, lat = ends[0] + share * (ends[1] - ends[0])
        street = pool.street[owner[a]]
        answers.lon[one], answers.lat[one] = lon, lat
        answers.radius_m[one] = _METERS * max(0.1, span / 2)
        answers.method[one], answers.reason[one] = street_answer.MILE_MARKER, street_answer.FINE
        answers.street[one], answers.county[one] = street, index.segment_county[segment[a]]
        answers.source[one] = index.segment_source[segment[a]]
        answers.parts[one], answers.place[one] = pool.parts[owner[a]], pool.place[owner[a]]
        answers.margin[one], answers.places[one] = 9.0, 1
    return answers


def offers(index: StreetIndex, asked: Queries) -> tuple[Answers, Floats]:
    """Give the markers of a road nearest to a mile of one address, for a person to choose from.

    Returns
    -------
    Answers
        The radius is the way to the mile that was asked for, at least a tenth of a mile.
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
    found.radius_m[:] = _METERS * np.maximum(0.1, away)
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
