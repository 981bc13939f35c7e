"""Crossings to choose from, where the two streets of an address were not found to meet."""

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import OSA

from geo.geocoding import street_answer, street_cross, street_pool
from geo.geocoding.street_answer import Answers
from geo.geocoding.street_index import DEGREE, StreetIndex
from geo.geocoding.street_locate import distance_m
from geo.geocoding.street_pool import Pool
from geo.geocoding.street_query import Names, Queries

Array = NDArray[Any]
Floats = NDArray[np.float64]

_WORST: Final = 6.5
_FAIR: Final = 2.4
_NOT_MET: Final = 2.0  # what it costs that the other street is not there
_MOST: Final = 10
_MOST_STREETS: Final = 8
_AS_GOOD: Final = 1.0
_PER_NAME: Final = 2.5
_NEAR_M: Final = 3_000.0  # streets further apart say nothing of each other


def crossings(index: StreetIndex, asked: Queries) -> Answers:
    """Crossings that one address may mean.

    Those of both streets as they are written or nearly so; where there is none of names that fit
    well, also the nearest crossings of each street that is known.

    Parameters
    ----------
    index : StreetIndex
    asked : Queries, length 1
        With a crossing street.

    Returns
    -------
    Answers
        One for each crossing, the likeliest first, at most ten of both kinds each.
    """
    first, second = (_named_nearly(index, asked, name) for name in (asked.name, asked.cross))
    _, node, _, one, other = street_cross.shared(index, first, second, _WORST)
    both = _answers(index, node, first.street[one], second.street[other])
    for what in ("name", "parts", "letters"):
        getattr(both, what)[:] = getattr(first, what)[one] + getattr(second, what)[other]
    both.place[:] = np.minimum(first.place[one], second.place[other])
    both = _once(both)
    if len(both.lon) and both.cost[0] <= _FAIR:
        return both
    near = [
        _near(index, mine, its, str(name.base[0]))
        for mine, its, name in ((first, second, asked.cross), (second, first, asked.name))
    ]
    return _once(street_answer.together([both, *map(_once, near)]))


def _named_nearly(index: StreetIndex, asked: Queries, name: Names) -> Pool:
    """Streets written like this or nearly so, those of three letters too."""
    every = np.zeros(1, dtype=np.int64)
    pairs = [
        street_pool.exact(index, name, every),
        street_pool.other(index, name, every),
        street_pool.misspelled_nearby(index, asked, name, every),
        street_pool.short_names(index, name, every),
    ]
    found = [street_pool.candidates(index, asked, one, in_zip=False) for one in pairs]
    return street_pool.together(found)[0]


def _near(index: StreetIndex, mine: Pool, its: Pool, other_name: str) -> Answers:
    """Crossings of a street nearest to another one, else with streets named most like that one.

    Parameters
    ----------
    mine, its : Pool
        Candidates of both; of its own there may be none.
    other_name : str
        As the other one is asked for.
    """
    mine = _best(mine)
    owner, node = street_cross.nodes_of(index, mine.street)
    meeting, across = _streets_at(index, np.unique(node))
    order = np.argsort(meeting, kind="stable")
    meeting, across = meeting[order], across[order]
    start, end = (np.searchsorted(meeting, node, side=side) for side in ("left", "right"))
    pair = np.repeat(np.arange(len(node)), end - start)
    at = np.repeat(start - np.concatenate([[0], np.cumsum(end - start)[:-1]]), end - start)
    cross = across[at + np.arange(len(pair))] if len(pair) else pair
    owner, node = owner[pair], node[pair]
    apart = index.street_base[mine.street[owner]] != index.street_base[cross]
    owner, node, cross = owner[apart], node[apart], cross[apart]
    found = _answers(index, node, mine.street[owner], cross)
    for what in ("name", "parts", "place", "letters"):
        getattr(found, what)[:] = getattr(mine, what)[owner]
    bases, back = np.unique(index.street_base[cross], return_inverse=True)
    unlike = [OSA.normalized_distance(other_name, index.bases[one]) for one in bases.tolist()]
    found.number[:] = _NOT_MET + _PER_NAME * np.array([*unlike, 0.0])[back]
    away = _to_nearest_m(
        index, found, np.unique(street_cross.nodes_of(index, _best(its).street)[1])
    )
    near = away <= _NEAR_M
    found.radius_m[near] = np.maximum(found.radius_m, away)[near]
    found.number[near] = _NOT_MET + away[near] / 1_000
    return found.take(np.flatnonzero(near)) if near.any() else found


def _best(pool: Pool) -> Pool:
    order = np.argsort(pool.cost, kind="stable")[:_MOST_STREETS]
    good = pool.cost[order] <= pool.cost.min(initial=np.inf) + _AS_GOOD
    return pool.take(order[good])


def _streets_at(index: StreetIndex, nodes: Array) -> tuple[Array, Array]:
    """Streets at nodes: node, street."""
    ends = np.isin(index.segment_nodes, nodes)
    touching = ends[:, 0] | ends[:, 1]
    at = np.flatnonzero(touching[index.street_segments])
    street = np.searchsorted(index.street_first_segment, at, side="right") - 1
    own = index.segment_nodes[index.street_segments[at]]
    node, street = np.concatenate([own[:, 0], own[:, 1]]), np.concatenate([street, street])
    held = np.isin(node, nodes)
    return node[held], street[held]


def _to_nearest_m(index: StreetIndex, found: Answers, nodes: Array) -> Floats:
    lonlat = index.node_lonlat[nodes] / DEGREE
    away = [
        distance_m(np.full(len(nodes), lon), np.full(len(nodes), lat), *lonlat.T).min(
            initial=np.inf
        )
        for lon, lat in zip(found.lon, found.lat, strict=True)
    ]
    return np.array(away, dtype=np.float64)


def _answers(index: StreetIndex, node: Array, street: Array, cross: Array) -> Answers:
    found = street_answer.nothing(len(node), street_answer.FINE)
    found.lon[:], found.lat[:] = index.node_lonlat[node].T / DEGREE
    found.radius_m[:] = street_cross.RADIUS_M
    found.method[:] = street_answer.INTERSECTION
    found.street[:], found.other[:] = street, cross
    found.county[:] = index.street_county[street]
    return found


def _once(found: Answers) -> Answers:
    """Each place once, with the names that fit best, the likeliest first; its radius holds all."""
    kept: list[int] = []
    for one in np.argsort(found.cost, kind="stable").tolist():
        here = np.full(len(kept), found.lon[one]), np.full(len(kept), found.lat[one])
        away = distance_m(*here, found.lon[kept], found.lat[kept])
        if away.min(initial=np.inf) <= street_cross.ONE_CROSSING_M:
            near = kept[int(away.argmin())]
            reach = street_cross.RADIUS_M + float(away.min())
            found.radius_m[near] = max(float(found.radius_m[near]), reach)
        elif len(kept) < _MOST:
            kept.append(one)
    return found.take(np.array(kept, dtype=np.int64))
