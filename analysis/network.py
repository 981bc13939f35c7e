"""Density along roads: how thick events lie per kilometer of road, spread along the road only."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray
from scipy import sparse
from scipy.sparse import csgraph
from scipy.spatial import cKDTree

from analysis.pixels import Floats, checked
from geo.errors import StudyError

Split = Literal["continuous", "discontinuous"]
RoadKernel = Literal["quartic", "epanechnikov"]

MOST_WALKS: Final = 20_000_000
"""Ways along the roads that are followed in all; more means a bandwidth far too wide."""

FAINT: Final = 1e-9
"""Share of an event below which a way is not followed further."""

GATHERED_ABOVE: Final = 5_000
"""Ways at a time above which those that leave an end at nearly the same distance become one."""

STAGES: Final = (60, 500)
"""Steps of the bandwidth in which ways are gathered: fewer where there are very many roads."""

Indices = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Network:
    """Roads as edges between junctions; see `network`.

    `ends` (m, 2) are the junctions of each edge, `length_m` (m,) its length, `degree` the number of
    edge ends at each junction. `leaving` lists the edge ends (2 * edge + end) junction by junction,
    those of junction j from `first[j]` to `first[j + 1]`.
    """

    lines: NDArray[np.object_]
    ends: Indices
    length_m: Floats
    degree: Indices
    leaving: Indices
    first: Indices


@dataclass(frozen=True, eq=False)
class NetworkDensity:
    """Density on pieces of road.

    `edge` (k,) is the line of each piece, `start_m` and `stop_m` where it begins and ends along it,
    `density` its mean in events per metre. `placed` is the weight of the events that lie near a
    road, `lost` of those that do not. `point` (j,) are the positions of the points near a road, and
    `on` (j,) the piece each was moved to.
    """

    edge: Indices
    start_m: Floats
    stop_m: Floats
    density: Floats
    placed: float
    lost: float
    point: Indices
    on: Indices


def network(lines: Sequence[shapely.Geometry], *, schematic: bool, snap_m: float = 0.5) -> Network:
    """Join road lines at common end points.

    Parameters
    ----------
    lines : sequence of shapely.LineString
        In metres. Roads cross only where lines end: a bridge is no junction.
    schematic : bool
        The lines are drawn to show corridors, not surveyed.
    snap_m : float
        Ends so near each other are one junction.

    Returns
    -------
    Network

    Raises
    ------
    StudyError
        The lines are schematic, or one is not a line with a length.

    Examples
    --------
    >>> cross = [shapely.LineString([(0, 0), end]) for end in ((9, 0), (0, 9), (-9, 0), (0, -9))]
    >>> sorted(network(cross, schematic=False).degree.tolist())
    [1, 1, 1, 1, 4]
    """
    if schematic:
        raise StudyError(
            "Not computable: these lines show corridors schematically, within many kilometers.",
            "Load real road geometry, or draw a density over the ground.",
        )
    found = np.asarray(lines, dtype=object)
    if not len(found) or not (shapely.get_type_id(found) == 1).all():
        raise StudyError(
            "Roads must be single lines.", "Split lines of several parts, leave out other shapes."
        )
    length = shapely.length(found)
    if not (np.isfinite(length) & (length > 0)).all():
        raise StudyError(f"{int((~(length > 0)).sum()):,} roads have no length.", "Leave them out.")
    points = np.concatenate(
        [shapely.get_coordinates(shapely.get_point(found, end)) for end in (0, -1)]
    )
    near = cKDTree(points).query_pairs(snap_m, output_type="ndarray")
    links = sparse.coo_array((np.ones(len(near)), near.T), shape=(len(points), len(points)))
    _, which = csgraph.connected_components(links, directed=False)
    which = which.reshape(2, -1).T.ravel().astype(np.int64)
    degree = np.bincount(which)
    leaving = np.argsort(which, kind="stable")
    first = np.r_[0, np.cumsum(degree)]
    return Network(found, which.reshape(-1, 2), length, degree, leaving, first)


def network_density(  # noqa: PLR0913  (events, roads, and how)
    roads: Network,
    points: ArrayLike,
    weights: ArrayLike | None,
    bandwidth_m: float,
    *,
    kernel: RoadKernel = "quartic",
    split: Split = "continuous",
    piece_m: float = 100.0,
    near_m: float = 100.0,
) -> NetworkDensity:
    """Kernel density along roads, split equally at junctions.

    Parameters
    ----------
    roads : Network
    points : array_like, shape (n, 2)
        Easting and northing in metres; each is moved to the nearest road.
    weights : array_like, shape (n,), or None
        Events each point stands for.
    bandwidth_m : float
        Metres along the road beyond which an event has no effect.
    kernel : {"quartic", "epanechnikov"}
        ``15 / (16 h) (1 - d**2 / h**2)**2`` or ``3 / (4 h) (1 - d**2 / h**2)``.
    split : {"continuous", "discontinuous"}
        At a junction of k roads what arrives by one goes on by the others: "discontinuous" gives
        each ``1 / (k - 1)``; "continuous" gives each ``2 / k`` and takes ``1 - 2 / k`` off the road
        it came by, so that the density has no steps. At a dead end the first loses what is
        left, the second turns back.
    piece_m : float
        Roads are cut into equal pieces of at most so many metres.
    near_m : float
        Events farther from every road are left out and counted.

    Returns
    -------
    NetworkDensity
        Means over the pieces, by the integral of the kernel: a continuous density adds up to the
        events placed.

    Raises
    ------
    StudyError
        The bandwidth is not above 0 or so wide that the ways along the roads cannot be followed.

    Notes
    -----
    Exact, unless more than `GATHERED_ABOVE` ways go on within a 500th of the bandwidth. Then what
    leaves one end within it is shared between the two ends of that step, so that the mean distance
    stays: right to about 1e-5 of the highest value, and in time that does not grow with the number
    of ways. Of more than 20,000 roads the steps are longer, up to a 60th: right to about 1e-3.

    References
    ----------
    Okabe, A., Satoh, T. and Sugihara, K. (2009). A kernel density estimation method for networks,
    its computational method and a GIS-based tool. International Journal of Geographical Information
    Science 23, 7. doi:10.1080/13658810802475491.

    Examples
    --------
    On a straight road it is the kernel itself, 15/16 per bandwidth at the event:

    >>> roads = network([shapely.LineString([(0, 0), (10_000, 0)])], schematic=False)
    >>> found = network_density(roads, [(5000, 20)], None, 1000, piece_m=10)
    >>> round(float(found.density.max()) * 1000, 3), round(float(found.density.sum() * 10), 9)
    (0.937, 1.0)
    """
    place, amount = checked(points, weights)
    for length, what in ((bandwidth_m, "bandwidth"), (piece_m, "length of a piece")):
        if not 0 < length < np.inf:
            raise StudyError(f"The {what} is not above 0.", "Give a distance in meters.")
    point, edge, along = _moved(roads, place, near_m)
    share = amount[point]
    pieces = np.maximum(np.ceil(roads.length_m / piece_m), 1).astype(np.int64)
    first = np.r_[0, np.cumsum(pieces)]
    held = np.zeros(int(first[-1]))
    # A way leaves an end of an edge; an event begins two, as if it had left before by so much.
    ways = _joined(
        np.concatenate([2 * edge, 2 * edge + 1]),
        -np.concatenate([along, roads.length_m[edge] - along]),
        np.concatenate([share, share]),
    )
    faint, walked = FAINT * float(share.max(initial=0.0)), 0
    # In the order of the distance gone, so that ways that have met go on as one.
    stages = int(np.clip(MOST_WALKS / 2 / max(roads.ends.size, 1), *STAGES))
    waiting: list[list[Ways]] = [[ways], *([] for _ in range(stages))]
    for stage, here in enumerate(waiting):
        while here:
            ways = _met(waiting, stage, bandwidth_m)
            walked += ways[0].size
            if walked > MOST_WALKS:
                raise StudyError(
                    "The bandwidth is too wide for roads with so many junctions.",
                    "Choose a narrower bandwidth.",
                )
            _lay(held, roads, pieces, first, ways, bandwidth_m, kernel)
            _wait(waiting, _onward(roads, ways, bandwidth_m, split, faint), bandwidth_m)
    which = np.repeat(np.arange(len(pieces)), pieces)
    step = roads.length_m[which] / pieces[which]
    start = (np.arange(held.size) - first[which]) * step
    placed = float(share.sum())
    on = _piece_at(roads, pieces, first, edge, along)
    return NetworkDensity(
        which, start, start + step, held / step, placed, float(amount.sum()) - placed, point, on
    )


def pieces_near(
    roads: Network, found: NetworkDensity, points: ArrayLike, near_m: float
) -> tuple[Indices, Indices]:
    """Find the pieces that other points lie on.

    Parameters
    ----------
    roads : Network
    found : NetworkDensity
        Of these roads.
    points : array_like, shape (n, 2)
        Easting and northing in metres.
    near_m : float
        Points farther from every road are left out.

    Returns
    -------
    point, on : ndarray of int, shape (j,)
        As in `NetworkDensity`.
    """
    point, edge, along = _moved(roads, np.asarray(points, dtype=np.float64), near_m)
    pieces = np.bincount(found.edge, minlength=len(roads.lines))
    first = np.r_[0, np.cumsum(pieces)]
    return point, _piece_at(roads, pieces, first, edge, along)


def _piece_at(
    roads: Network, pieces: Indices, first: Indices, edge: Indices, along: Floats
) -> Indices:
    """Piece of an edge so many metres along it."""
    part = np.minimum(along / roads.length_m[edge] * pieces[edge], pieces[edge] - 1)
    at: Indices = first[edge] + part.astype(np.int64)
    return at


Ways = tuple[Indices, Floats, Floats]  # edge end left, metres gone before, weight carried


def _met(waiting: list[list[Ways]], stage: int, bandwidth_m: float) -> Ways:
    """Join the ways that wait at a stage: exactly where they are few, else at its two ends."""
    ends, gone, share = (np.concatenate(part) for part in zip(*waiting[stage], strict=True))
    waiting[stage].clear()
    if stage == 0 or ends.size <= GATHERED_ABOVE:
        return _joined(ends, gone, share)
    stages = len(waiting) - 1
    step = bandwidth_m / stages
    near = (stage - 1) * step
    later = share * np.clip((gone - near) / step, 0.0, 1.0)
    left, end = np.unique(ends, return_inverse=True)
    here, then = (
        np.bincount(end, part, left.size).astype(np.float64) for part in (share - later, later)
    )
    if stage < stages:
        waiting[stage + 1].append((left, np.full(left.size, near + step), then))
    return left, np.full(left.size, near), here


def _wait(waiting: list[list[Ways]], ways: Ways, bandwidth_m: float) -> None:
    """Let ways wait for the stage of the distance they have gone; the first is that of starts."""
    ends, gone, share = ways
    stages = len(waiting) - 1
    stage = np.minimum(1 + np.floor(gone / bandwidth_m * stages), stages).astype(np.int64)
    order = np.argsort(stage, kind="stable")
    cuts = np.flatnonzero(np.diff(stage[order])) + 1
    for at in np.split(order, cuts) if order.size else ():
        waiting[int(stage[at[0]])].append((ends[at], gone[at], share[at]))


def _moved(roads: Network, place: Floats, near_m: float) -> tuple[Indices, Indices, Floats]:
    """Points near a road, the road, and metres along it."""
    dots = shapely.points(place)
    point, edge = shapely.STRtree(roads.lines).query_nearest(
        dots, max_distance=near_m, all_matches=False
    )
    return point, edge, shapely.line_locate_point(roads.lines[edge], dots[point])


def _joined(ends: Indices, gone: Floats, share: Floats) -> Ways:
    """Add up ways that left the same end after the same distance, to the micrometre."""
    order = np.lexsort((gone, ends))
    ends, gone, share = ends[order], gone[order], share[order]
    new = np.r_[True, (np.diff(ends) != 0) | (np.diff(gone) > 1e-6)][: ends.size]
    at = np.flatnonzero(new)
    return ends[at], gone[at], np.add.reduceat(share, at) if at.size else share


def _lay(  # noqa: PLR0913, PLR0917  (private)
    held: Floats,
    roads: Network,
    pieces: Indices,
    first: Indices,
    ways: Ways,
    bandwidth_m: float,
    kernel: RoadKernel,
) -> None:
    """Add what each way lays on the pieces of its edge."""
    ends, gone, share = ways
    edge, back = ends // 2, ends % 2 == 1
    step = roads.length_m[edge] / pieces[edge]
    begin = np.maximum(-gone, 0.0)
    stop = np.minimum(roads.length_m[edge], bandwidth_m - gone)
    low = np.minimum((begin / step).astype(np.int64), pieces[edge] - 1)
    high = np.minimum((stop / step).astype(np.int64), pieces[edge] - 1)
    times = np.maximum(high - low + 1, 0)
    way = np.repeat(np.arange(ends.size), times)
    piece = low[way] + np.arange(way.size) - np.repeat(np.cumsum(times) - times, times)
    near_end = np.maximum(piece * step[way], begin[way])
    far_end = np.minimum((piece + 1) * step[way], stop[way])
    mass = _below(gone[way] + np.maximum(far_end, near_end), bandwidth_m, kernel) - _below(
        gone[way] + near_end, bandwidth_m, kernel
    )
    onto = first[edge][way] + np.where(back[way], pieces[edge][way] - 1 - piece, piece)
    held += np.bincount(onto, weights=share[way] * mass, minlength=held.size)


def _below(distance: Floats, bandwidth_m: float, kernel: RoadKernel) -> Floats:
    """Integral of a kernel from 0 to a distance; 1/2 from the bandwidth on."""
    u = np.clip(distance / bandwidth_m, 0.0, 1.0)
    if kernel == "quartic":
        return 15 / 16 * u - 5 / 8 * u**3 + 3 / 16 * u**5
    return 3 / 4 * u - u**3 / 4


def _onward(roads: Network, ways: Ways, bandwidth_m: float, split: Split, faint: float) -> Ways:
    """Ways that go on from the junctions where these arrive."""
    ends, gone, share = ways
    arrived = gone + roads.length_m[ends // 2]
    going = arrived < bandwidth_m
    came_by, arrived, share = ends[going] ^ 1, arrived[going], share[going]
    junction = roads.ends.ravel()[came_by]
    degree = roads.degree[junction]
    way = np.repeat(np.arange(came_by.size), degree)
    turn = np.arange(way.size) - np.repeat(np.cumsum(degree) - degree, degree)
    leaving = roads.leaving[roads.first[junction][way] + turn]
    k, turns_back = degree[way], leaving == came_by[way]
    if split == "continuous":
        part = np.where(turns_back, 2 / k - 1, 2 / k)
    else:
        part = np.where(turns_back, 0.0, 1 / np.maximum(k - 1, 1))
    carried = share[way] * part
    enough = np.abs(carried) > faint
    return leaving[enough], arrived[way][enough], carried[enough]
