"""Least squares of very narrow bandwidths: only places near each other matter, so only they count.

A grid fine enough for a bandwidth of a street would not fit over a state; its pairs do.
"""

from typing import Final

import numpy as np
from numpy.typing import ArrayLike
from scipy.spatial import cKDTree

from analysis.pixels import Floats
from geo.errors import StudyError

MOST_PAIRS: Final = 20_000_000
"""Pairs of near places that are taken one by one."""

REACH: Final = 6 * np.sqrt(2)
"""Bandwidths beyond which two places do not know of each other, to 2e-8."""


def near_squares(where: Floats, share: Floats, sigmas_m: ArrayLike) -> Floats:
    """Least-squares score of narrow Gaussian bandwidths; see `analysis.cross_validation.scores`.

    Parameters
    ----------
    where : ndarray, shape (n, 2)
        Different places in metres.
    share : ndarray, shape (n,)
        Of all events, at each place; they add up to 1.
    sigmas_m : array_like, shape (k,)
        Standard deviations in metres.

    Returns
    -------
    ndarray, shape (k,)

    Raises
    ------
    StudyError
        Too many places lie near each other.

    Examples
    --------
    Two places far apart: what each foretells of the other is nothing.

    >>> apart = np.array([(0.0, 0.0), (9000.0, 0.0)])
    >>> found = near_squares(apart, np.array([0.5, 0.5]), [1.0])[0]
    >>> round(float(found * 4 * np.pi), 9)
    0.5
    """
    sigmas = np.asarray(sigmas_m, dtype=np.float64)
    reach = float(REACH * sigmas.max())
    tree = cKDTree(where)
    if tree.count_neighbors(tree, reach) > 2 * MOST_PAIRS:
        raise StudyError(
            "Not computable: too many places lie within a bandwidth of each other.",
            "Choose another rule, or a bandwidth in meters.",
        )
    one, other = tree.query_pairs(reach, output_type="ndarray").reshape(-1, 2).T
    squared = np.sum((where[one] - where[other]) ** 2, axis=1)
    both = share[one] * share[other]
    foretold = both * (1 / (1 - share[one]) + 1 / (1 - share[other]))
    themselves = float(np.sum(share**2))
    out = np.empty(sigmas.size)
    for at, sigma in enumerate(sigmas):
        bell = np.exp(-squared / (4 * sigma**2))
        whole = (themselves + 2 * float(both @ bell)) / (4 * np.pi * sigma**2)
        out[at] = whole - 2 * float(foretold @ bell**2) / (2 * np.pi * sigma**2)
    return out
