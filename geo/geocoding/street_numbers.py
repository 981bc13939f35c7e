"""House numbers and blocks: which range of a street holds a number, and how well."""

from dataclasses import dataclass, fields
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from geo.geocoding.street_index import BOTH, StreetIndex
from geo.geocoding.street_pool import Pool
from geo.geocoding.street_segments import LINE, MARKER, POINT

Array = NDArray[Any]
Floats = NDArray[np.float64]

NUMBER_FITS: Final = 0.7
"""What a house number costs at most on a range that holds it, by how wide that is."""

MIDDLE: Final = -1
"""In place of a range: the middle of the street."""

_OTHER_PARITY: Final = 0.8
_OUTSIDE: Final = 1.0
_PER_100: Final = 0.5
_MOST_APART: Final = 100
NO_NUMBER: Final = 1.7
"""What it costs that a number is nowhere near those of the street."""

_POINT_FIRST: Final = -0.35
_WIDTH: Final = 0.04  # a range of 100 numbers is the better one beside one of 1,000


@dataclass(frozen=True, eq=False)
class Spots:
    """Candidates with a range (or `MIDDLE`) and what the number costs there."""

    pool: Array  # position in the pool
    range: Array
    number: Floats

    def take(self, rows: Array) -> "Spots":
        """Give some of the spots."""
        return Spots(*(getattr(self, one.name)[rows] for one in fields(self)))


def spots(index: StreetIndex, pool: Pool, low: Array, high: Array) -> Spots:
    """Ranges for the numbers of a pool's rows.

    Parameters
    ----------
    index : StreetIndex
    pool : Pool
        Candidates.
    low, high : ndarray of int, shape (n,)
        For each candidate: the house number (both the same), the numbers of a block, or -1.

    Returns
    -------
    Spots
        For each candidate those ranges that fit best, and the middle of the street.
    """
    asked = np.flatnonzero(low >= 0)
    street = pool.street[asked]
    reach_low = index.street_low[street] - _MOST_APART <= high[asked]
    reach_high = index.street_high[street] + _MOST_APART >= low[asked]
    held = (index.street_low[street] >= 0) & reach_low & reach_high
    asked, street = asked[held], street[held]
    first = index.street_first_range[street]
    count = (index.street_first_range[street + 1] - first).astype(np.int64)
    owner = np.repeat(np.arange(len(asked)), count)
    place = np.repeat(first - (np.cumsum(count) - count), count) + np.arange(len(owner))
    of = asked[owner]
    cost = _cost(index, place, low[of], high[of])
    keep = cost < NO_NUMBER
    of, place, cost = of[keep], place[keep], cost[keep]
    order = np.lexsort((cost, of))
    of, place, cost = of[order], place[order], cost[order]
    start = np.searchsorted(of, of)
    best = cost <= cost[start] + 0.5 if len(cost) else np.zeros(0, dtype=bool)
    middles = _with_middle(index, pool, low)
    return Spots(
        np.concatenate([of[best], middles]),
        np.concatenate([place[best], np.full(len(middles), MIDDLE)]),
        np.concatenate([cost[best], np.where(low[middles] >= 0, NO_NUMBER, 0.0)]),
    )


def spots_together(parts: list[Spots], lengths: list[int], kept: Array) -> Spots:
    """Spots of several pools as those of what was kept of all, in the order `spots` gives them.

    Parameters
    ----------
    parts : list of Spots
    lengths : list of int
        Of the pool of each.
    kept : ndarray of int
        Which of all candidates, one pool behind the other, are left.
    """
    offsets = np.cumsum([0, *lengths])
    place = np.full(offsets[-1], -1)
    place[kept] = np.arange(len(kept))
    pool = place[np.concatenate([one.pool + at for one, at in zip(parts, offsets, strict=False)])]
    left = np.flatnonzero(pool >= 0)
    every = Spots(
        pool[left],
        np.concatenate([one.range for one in parts])[left],
        np.concatenate([one.number for one in parts])[left],
    )
    return every.take(np.lexsort((every.range, every.number, every.pool, every.range == MIDDLE)))


def _with_middle(index: StreetIndex, pool: Pool, low: Array) -> Array:
    """Candidates that have a middle: those made of lines."""
    segment = index.street_segments[index.street_first_segment[pool.street]]
    return np.flatnonzero((index.segment_kind[segment] == LINE) | (low < -1))


def _cost(index: StreetIndex, place: Array, low: Array, high: Array) -> Floats:
    a, b = index.range_from[place], index.range_to[place]
    bottom, top = np.minimum(a, b), np.maximum(a, b)
    parity = index.range_parity[place]
    kind = index.segment_kind[index.range_segment[place]]
    block = high > low
    fits = (parity == BOTH) | (low % 2 == parity) | block
    gap = np.maximum(np.maximum(bottom - high, low - top), 0)
    cost = np.where(gap > 0, _OUTSIDE + _PER_100 * gap / 100, 0.0)
    cost = cost + np.where(fits, 0.0, _OTHER_PARITY)
    cost = np.where((gap > 0) & (cost > NO_NUMBER), NO_NUMBER, cost)
    cost = cost + _WIDTH * np.log10(1 + (top - bottom) / 10)
    cost = np.where((kind == POINT) & (gap == 0), _POINT_FIRST, cost)
    return np.where((kind == MARKER) | (gap > _MOST_APART), np.inf, cost)
