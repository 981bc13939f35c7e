"""Points in groups far apart: a bandwidth from the spread of all would be that of the gaps."""

from collections.abc import Callable
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse import csgraph
from scipy.spatial import cKDTree

from analysis.pixels import Floats
from geo.errors import StudyError

TOO_WIDE: Final = 5.0
"""Times the bandwidth within groups above which one over all smooths the gaps between them."""


def groups(points: Floats, apart_m: float) -> NDArray[np.int64]:
    """Tell groups of points: those in squares so wide that touch belong together.

    Examples
    --------
    >>> groups(np.array([[0.0, 0.0], [900.0, 0.0], [5000.0, 0.0]]), 1000.0).tolist()
    [0, 0, 1]
    """
    square = np.floor((points - points.min(axis=0)) / apart_m)
    there, of_point = np.unique(square, axis=0, return_inverse=True)
    touch = cKDTree(there).query_pairs(1.5, p=np.inf, output_type="ndarray")
    links = sparse.coo_array((np.ones(len(touch)), touch.T), shape=(len(there), len(there)))
    label = csgraph.connected_components(links, directed=False)[1]
    return np.asarray(label[of_point.ravel()], dtype=np.int64)


def within_groups(
    rule: Callable[[Floats, Floats], float], points: Floats, weights: Floats
) -> tuple[float, float]:
    """Bandwidth by a rule for all points, and for the middle event's own group.

    Parameters
    ----------
    rule : callable
        From points (n, 2) in metres and weights (n,) to a bandwidth in metres.
    points, weights : ndarray, shapes (n, 2) and (n,)

    Returns
    -------
    whole, own : float
        Metres. `own` is the median over the events of what the rule gives their group alone, again
        within groups of it; `whole` where there is one group or they differ less than `TOO_WIDE`
        times.

    Raises
    ------
    StudyError
        As the rule, for all points.

    Examples
    --------
    Two squares, 1 km wide, a thousand kilometers apart:

    >>> square = np.array([(0, 0), (0, 1000), (1000, 0), (1000, 1000)], dtype=float)
    >>> from analysis.bandwidth import arcgis_bandwidth
    >>> both = np.vstack([square, square + 1e6])
    >>> whole, own = within_groups(arcgis_bandwidth, both, np.ones(8))
    >>> bool(whole > 400_000), bool(np.isclose(own, arcgis_bandwidth(square)))
    (True, True)
    """
    whole = rule(points, weights)
    label = groups(points, whole)
    if label.max() == 0:
        return whole, whole
    found, events = [], []
    for one in range(int(label.max()) + 1):
        here = label == one
        try:
            found.append(within_groups(rule, points[here], weights[here])[1])
        except StudyError:  # all at one place
            continue
        events.append(weights[here].sum())
    if not found:
        return whole, whole
    order = np.argsort(found)
    held = np.cumsum(np.array(events)[order])
    own = float(found[order[int(np.searchsorted(held, held[-1] / 2))]])
    return whole, own if whole > TOO_WIDE * own else whole
