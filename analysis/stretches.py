"""Stretches of street that stand out: pieces above a level, joined along one name and ranked."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse import csgraph

from analysis.network import Indices, Network
from analysis.network_density import NetworkDensity
from analysis.pixels import Floats

# Columns of `ranked`.
NAME: Final = "name"
COUNT: Final = "count"
LENGTH_M: Final = "length_m"
PEAK: Final = "peak"
GEOMETRY: Final = "geometry"


@dataclass(frozen=True, eq=False)
class Stretches:
    """Stretches by rank from 0, and which one each piece of road belongs to (-1: none).

    `table` has the name of the street, events, metres, highest density per metre, and the line in
    metres.
    """

    table: pd.DataFrame
    of_piece: Indices


def half_level(found: NetworkDensity, share: float = 0.5) -> float:
    """Density above which the least length of road holds a share of all density.

    Examples
    --------
    >>> from analysis.network import network
    >>> from analysis.network_density import network_density
    >>> road = network([shapely.LineString([(0, 0), (10_000, 0)])], schematic=False)
    >>> found = network_density(road, [(5000, 0)], None, 1000, piece_m=10)
    >>> above = found.density >= half_level(found)
    >>> bool(0.5 <= found.density[above].sum() * 10 < 0.53)
    True
    """
    mass = found.density * (found.stop_m - found.start_m)
    order = np.argsort(-found.density, kind="stable")
    held = np.cumsum(mass[order])
    at = int(np.searchsorted(held, share * held[-1] * (1 - 1e-12)))
    return float(found.density[order[min(at, len(order) - 1)]])


def ranked(  # noqa: PLR0913, PLR0917  (roads, what lies on them, and what stands out)
    roads: Network,
    names: NDArray[np.str_],
    found: NetworkDensity,
    events: Floats,
    level: float,
    fewest: float,
) -> Stretches:
    """Join pieces at or above a level into stretches of one name, those with most events first.

    Parameters
    ----------
    roads : Network
    names : ndarray of str, shape (edges,)
        Of the street each edge is part of.
    found : NetworkDensity
    events : ndarray, shape (pieces,)
        Events on each piece.
    level : float
        Density per metre.
    fewest : float
        Events of a stretch that is kept.

    Returns
    -------
    Stretches

    Examples
    --------
    Two roads of one name that meet are one stretch:

    >>> from analysis.network import network
    >>> from analysis.network_density import network_density
    >>> ends = ((0, 0), (400, 0), (900, 0))
    >>> roads = network([shapely.LineString(ends[:2]), shapely.LineString(ends[1:])],
    ...                 schematic=False)
    >>> found = network_density(roads, [(390, 0), (410, 0)], None, 300, piece_m=50)
    >>> events = np.bincount(found.on, minlength=len(found.density)).astype(float)
    >>> ranked(roads, np.array(["Main St", "Main St"]), found, events, 1e-4, 2).table["count"]
    0    2.0
    Name: count, dtype: float64
    """
    lit = np.flatnonzero(found.density >= level)
    part = _joined(roads, names, found, lit)
    rank, kept = _ranks(part, events[lit], found.density[lit], fewest)
    of_piece = np.full(len(found.density), -1, dtype=np.int64)
    of_piece[lit] = rank[part]
    chosen = of_piece >= 0
    stretch = of_piece[chosen]
    length = found.stop_m - found.start_m
    peak = np.zeros(kept)
    np.maximum.at(peak, stretch, found.density[chosen])
    street = np.full(kept, "", dtype=object)
    street[stretch] = names[found.edge[chosen]]
    shapes = cut(roads, found, np.flatnonzero(chosen))
    groups = [shapes[at] for at in np.split(np.argsort(stretch, kind="stable"), _cuts(stretch))]
    lines = [shapely.line_merge(shapely.MultiLineString(list(group))) for group in groups]
    table = pd.DataFrame(
        {
            NAME: street,
            COUNT: np.bincount(stretch, events[chosen], kept),
            LENGTH_M: np.bincount(stretch, length[chosen], kept),
            PEAK: peak,
            GEOMETRY: pd.Series(lines[:kept], dtype=object),
        }
    )
    return Stretches(table, of_piece)


def cut(roads: Network, found: NetworkDensity, pieces: Indices) -> NDArray[np.object_]:
    """Cut pieces out of their roads, as lines in metres.

    Examples
    --------
    >>> from analysis.network import network
    >>> from analysis.network_density import network_density
    >>> roads = network([shapely.LineString([(0, 0), (5, 0), (5, 5)])], schematic=False)
    >>> found = network_density(roads, [(0, 0)], None, 3, piece_m=4)
    >>> shapely.get_coordinates(cut(roads, found, np.array([0, 1]))[1]).round(3).tolist()
    [[3.333, 0.0], [5.0, 0.0], [5.0, 1.667]]
    """
    if not len(pieces):
        return np.zeros(0, dtype=object)
    edges, start, stop = found.edge[pieces], found.start_m[pieces], found.stop_m[pieces]
    ends = [
        shapely.get_coordinates(shapely.line_interpolate_point(roads.lines[edges], along))
        for along in (start, stop)
    ]
    own = np.unique(edges)
    corner, line = shapely.get_coordinates(roads.lines[own], return_index=True)
    step = np.r_[0.0, np.hypot(*np.diff(corner, axis=0).T)]
    first = np.r_[0, np.flatnonzero(np.diff(line)) + 1]
    gone = np.cumsum(step)
    gone -= gone[first][line]
    # Of each corner the piece it lies within: pieces of an edge are equal and follow each other.
    size = np.zeros(len(roads.lines))
    size[edges] = stop - start
    begin = np.searchsorted(found.edge, own)
    number = np.floor(gone / size[own[line]]).astype(np.int64) + begin[line]
    place = np.full(len(found.edge) + 1, -1, dtype=np.int64)
    place[pieces] = np.arange(len(pieces))
    at = place[np.minimum(number, len(found.edge))]
    held = at >= 0
    at, corner, gone = at[held], corner[held], gone[held]
    between = (gone > start[at] + 1e-6) & (gone < stop[at] - 1e-6) & (edges[at] == own[line[held]])
    which = np.concatenate([np.arange(len(pieces))] * 2 + [at[between]])
    along = np.concatenate([start, stop, gone[between]])
    order = np.lexsort((along, which))
    points = np.concatenate([*ends, corner[between]])[order]
    shapes: NDArray[np.object_] = shapely.linestrings(points, indices=which[order])
    return shapes


def _joined(
    roads: Network, names: NDArray[np.str_], found: NetworkDensity, lit: Indices
) -> Indices:
    """Give each lit piece the number of its stretch: along a road, and on by the same name."""
    follows = np.flatnonzero((np.diff(lit) == 1) & (np.diff(found.edge[lit]) == 0))
    count = len(lit)
    edge = found.edge[lit]
    is_first = found.start_m[lit] == 0.0
    next_edge = np.r_[found.edge[1:], -1]
    is_last = next_edge[lit] != edge
    _, code = np.unique(names, return_inverse=True)
    ends = [
        (np.flatnonzero(held), roads.ends[edge[held], end])
        for held, end in ((is_first, 0), (is_last, 1))
    ]
    piece = np.concatenate([at for at, _ in ends])
    meets = np.concatenate([junction for _, junction in ends])
    key = meets * (int(code.max(initial=0)) + 1) + code[edge[piece]]
    _, door = np.unique(key, return_inverse=True)
    one = np.concatenate([follows, piece])
    other = np.concatenate([follows + 1, count + door])
    size = count + int(door.max(initial=-1)) + 1
    links = sparse.coo_array((np.ones(len(one)), (one, other)), shape=(size, size))
    part: Indices = csgraph.connected_components(links, directed=False)[1][:count].astype(np.int64)
    return np.unique(part, return_inverse=True)[1].astype(np.int64) if count else part


def _ranks(part: Indices, events: Floats, density: Floats, fewest: float) -> tuple[Indices, int]:
    """Rank of each stretch by events, then height; -1 for those with too few events."""
    parts = int(part.max(initial=-1)) + 1
    count = np.bincount(part, events, parts)
    peak = np.zeros(parts)
    np.maximum.at(peak, part, density)
    order = np.lexsort((-peak, -count))
    rank = np.empty(parts, dtype=np.int64)
    rank[order] = np.arange(parts)
    enough = count >= fewest
    return np.where(enough[np.arange(parts)], rank, -1), int(enough.sum())


def _cuts(stretch: Indices) -> Indices:
    """Where one group ends in sorted numbers."""
    return np.flatnonzero(np.diff(np.sort(stretch))) + 1
