"""Many places are tested: which surprises to believe, and how surely."""

from typing import Final, Literal

import numpy as np
from numpy.typing import ArrayLike

from analysis.getis_ord import Floats
from geo.errors import StudyError

CLASS_LIMITS: Final = (0.10, 0.05, 0.01)
"""Largest q-value of classes 1, 2 and 3: 90, 95 and 99% confidence."""


def fdr(p: ArrayLike, method: Literal["bh", "by"] = "bh") -> Floats:
    """q-values: the smallest false discovery rate at which each p-value is still believed.

    Parameters
    ----------
    p : array_like, shape (n,)
        NaN: not tested; stays NaN and does not count as a test.
    method : {"bh", "by"}
        Benjamini-Hochberg step-up, or Benjamini-Yekutieli, valid under any dependence.

    Returns
    -------
    ndarray of float64, shape (n,)
        In the order of `p`, never smaller than it.

    Raises
    ------
    StudyError
        A p-value lies outside 0..1 or the method is not known.

    References
    ----------
    Benjamini, Y. and Hochberg, Y. (1995). JRSS B 57, 289-300.
    doi:10.1111/j.2517-6161.1995.tb02031.x
    Benjamini, Y. and Yekutieli, D. (2001). Annals of Statistics 29, 1165-1188.
    doi:10.1214/aos/1013699998

    Examples
    --------
    >>> fdr([0.01, float("nan"), 0.02, 0.5])
    array([0.03,  nan, 0.03, 0.5 ])
    """
    if method not in ("bh", "by"):
        raise StudyError("The correction is not known.", "Choose 'bh' or 'by'.")
    given = np.asarray(p, dtype=np.float64)
    tested = np.isfinite(given)
    tests = given[tested]
    if ((tests < 0) | (tests > 1)).any() or np.isinf(given).any():
        raise StudyError("A p-value lies outside 0 to 1.", "Give p-values.")
    m = tests.size
    order = np.argsort(tests, kind="stable")
    penalty = np.sum(1.0 / np.arange(1, m + 1)) if method == "by" else 1.0
    steps = tests[order] * (m * penalty / np.arange(1, m + 1))
    q = np.full(given.shape, np.nan)
    believed = np.empty(m)
    believed[order] = np.minimum(1.0, np.minimum.accumulate(steps[::-1])[::-1])
    q[tested] = believed
    return q


def classes(z: ArrayLike, q: ArrayLike) -> Floats:
    """Confidence classes: +-1, 2, 3 for hot or cold at 90, 95, 99%, 0 for neither.

    Parameters
    ----------
    z : array_like, shape (n,)
        Above 0: hot side; below: cold side.
    q : array_like, shape (n,)
        q-values (or p-values where no correction is wanted).

    Returns
    -------
    ndarray of float64, shape (n,)
        NaN where z or q is missing.

    Examples
    --------
    >>> classes([4.0, 2.5, -3.0, 1.0, float("nan")], [0.001, 0.06, 0.04, 0.5, 0.5])
    array([ 3.,  1., -2.,  0., nan])
    """
    score, chance = np.asarray(z, dtype=np.float64), np.asarray(q, dtype=np.float64)
    missing = np.isnan(score) | np.isnan(chance)
    level = np.sum([chance <= limit for limit in CLASS_LIMITS], axis=0)
    return np.where(missing, np.nan, np.sign(score) * level + 0.0)  # no negative zeros
