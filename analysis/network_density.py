"""Density along roads: how thick events lie per kilometer of road, spread along the road only."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from analysis.network import Indices, Network, moved
from analysis.network_walks import RoadKernel, Split, own_part, walked
from analysis.pixels import Floats, checked
from geo.errors import StudyError


@dataclass(frozen=True, eq=False)
class NetworkDensity:
    """Density on pieces of road.

    `edge` (k,) is the line of each piece, `start_m` and `stop_m` where it begins and ends along it,
    `density` its mean in events per metre. `placed` is the weight of the events that lie near a
    road, `lost` of those that do not. `point` (j,) are the positions of the points near a road,
    `on` (j,) the piece each was moved to, and `own` (j,) what it adds to the density there itself,
    by the straight way and by what the ends of its edge send back.
    """

    edge: Indices
    start_m: Floats
    stop_m: Floats
    density: Floats
    placed: float
    lost: float
    point: Indices
    on: Indices
    own: Floats


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

    >>> import shapely
    >>> from analysis.network import network
    >>> roads = network([shapely.LineString([(0, 0), (10_000, 0)])], schematic=False)
    >>> found = network_density(roads, [(5000, 20)], None, 1000, piece_m=10)
    >>> round(float(found.density.max()) * 1000, 3), round(float(found.density.sum() * 10), 9)
    (0.937, 1.0)
    """
    place, amount = checked(points, weights)
    for length, what in ((bandwidth_m, "bandwidth"), (piece_m, "length of a piece")):
        if not 0 < length < np.inf:
            raise StudyError(f"The {what} is not above 0.", "Give a distance in meters.")
    point, edge, along = moved(roads, place, near_m)
    share = amount[point]
    pieces = np.maximum(np.ceil(roads.length_m / piece_m), 1).astype(np.int64)
    first = np.r_[0, np.cumsum(pieces)]
    held = walked(roads, (pieces, first), (edge, along, share), bandwidth_m, kernel, split)
    which = np.repeat(np.arange(len(pieces)), pieces)
    step = roads.length_m[which] / pieces[which]
    start = (np.arange(held.size) - first[which]) * step
    placed = float(share.sum())
    on = _piece_at(roads, pieces, first, edge, along)
    piece = (start[on], start[on] + step[on])
    own = share * own_part(roads, (edge, along), piece, bandwidth_m, kernel, split)
    return NetworkDensity(
        which, start, start + step, held / step, placed, float(amount.sum()) - placed, point, on,
        own,
    )  # fmt: skip


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
    point, edge, along = moved(roads, np.asarray(points, dtype=np.float64), near_m)
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
