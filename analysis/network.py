"""Roads joined to a network: edges between junctions, and the points on them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse import csgraph
from scipy.spatial import cKDTree

from analysis.pixels import Floats
from geo.errors import StudyError

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


def moved(roads: Network, place: Floats, near_m: float) -> tuple[Indices, Indices, Floats]:
    """Points near a road, the road, and metres along it."""
    dots = shapely.points(place)
    point, edge = shapely.STRtree(roads.lines).query_nearest(
        dots, max_distance=near_m, all_matches=False
    )
    return point, edge, shapely.line_locate_point(roads.lines[edge], dots[point])
