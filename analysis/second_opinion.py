"""What other local statistics say: PySAL's local Moran and local join counts.

The statistics are PySAL's. Its p-values leave ties out of the lower tail and give isolates a small
p, so they do not pass our tests; given the place's own value, both statistics rise and fall with
the sum of the neighbors, so our conditional p of that sum is theirs, exactly.
"""

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy import sparse

from analysis.exact import exact_p, exact_tails
from analysis.getis_ord import observe
from analysis.shared_draws import shared_draw_p
from analysis.weights import row_standardized
from geo.errors import StudyError

if TYPE_CHECKING:
    from libpysal.graph import Graph

    from analysis.getis_ord import Floats, Problem

LOCAL_MORAN: Final = "local_moran"
QUADRANT: Final = "quadrant"
JOINS: Final = "joins"
P: Final = "p"
QUADRANTS: Final = {
    1: "high among high",
    2: "low among high",
    3: "low among low",
    4: "high among low",
}


def local_moran(values: ArrayLike, weights: sparse.csr_array) -> pd.DataFrame:
    """Local Moran's I: which places are like their neighbors, and which stand out against them.

    Parameters
    ----------
    values : array_like, shape (n,)
        NaN: missing.
    weights : scipy.sparse, shape (n, n)
        A neighborhood in each row; a self weight is ignored. Rows are standardized.

    Returns
    -------
    DataFrame
        In the order of `values`: `local_moran`; `quadrant` in words ("high among low": an
        outlier), "" where not computable; `p`, two-sided, conditional on the place's own value.

    Raises
    ------
    StudyError
        A row mixes weights.

    References
    ----------
    Anselin, L. (1995). Local indicators of spatial association. Geographical Analysis 27, 93-115.
    doi:10.1111/j.1538-4632.1995.tb00338.x

    Examples
    --------
    >>> road = sparse.diags_array([1.0, 1.0], offsets=[-1, 1], shape=(8, 8), format="csr")
    >>> local_moran([9, 8, 9, 1, 0, 9, 0, 1], road)["quadrant"].tolist()[1::4]
    ['high among high', 'high among low']
    """
    problem = observe(values, weights, focal=False)
    statistic, quadrant = _nothing(problem), np.zeros(problem.observed.size, dtype=np.int64)
    linked = np.flatnonzero(problem.observed)[problem.linked]
    if linked.size and np.ptp(problem.kept) > 0:
        from esda import Moran_Local  # noqa: PLC0415  (PySAL takes two seconds to start)

        found = Moran_Local(problem.kept, _graph(row_standardized(problem.weights)), permutations=0)
        statistic[linked] = found.Is[problem.linked]
        quadrant[linked] = found.q[problem.linked]
    whole = (problem.kept == np.rint(problem.kept)).all() and (problem.kept >= 0).all()
    p = _conditional_p(values, weights, counts=bool(whole))
    words = np.array(["", *QUADRANTS.values()], dtype=object)[quadrant]
    return pd.DataFrame({LOCAL_MORAN: statistic, QUADRANT: words, P: p})


def local_join_counts(present: ArrayLike, weights: sparse.csr_array) -> pd.DataFrame:
    """Local join counts: how many neighbors of a place with something have it too.

    Parameters
    ----------
    present : array_like, shape (n,)
        0 or 1; NaN: missing.
    weights : scipy.sparse, shape (n, n)
        Whoever has a weight is a neighbor; a self weight is ignored.

    Returns
    -------
    DataFrame
        In the order of `present`: `joins`, 0 for places without it; `p`, the exact hypergeometric
        chance of as many, NaN where there is no join.

    Raises
    ------
    StudyError
        A value is neither 0 nor 1.

    References
    ----------
    Anselin, L. and Li, X. (2019). Operational local join count statistics for cluster detection.
    Journal of Geographical Systems 21, 189-210. doi:10.1007/s10109-019-00299-x

    Examples
    --------
    Three in a row of eight; the middle one has both neighbors, 1 of the 21 pairs of others:

    >>> road = sparse.diags_array([1.0, 1.0], offsets=[-1, 1], shape=(8, 8), format="csr")
    >>> found = local_join_counts([1, 1, 1, 0, 0, 0, 0, 0], road)
    >>> found["joins"].tolist()[:4], bool(np.isclose(found["p"][1], 1 / 21))
    ([1.0, 2.0, 1.0, 0.0], True)
    """
    problem = observe(present, weights, focal=False)
    if not np.isin(problem.kept, (0, 1)).all():
        raise StudyError("Join counts need 0 or 1 for each place.", "Say where something is.")
    members = sparse.csr_array(problem.weights != 0, dtype=np.float64)
    joins = _nothing(problem)
    if members.nnz:
        from esda import Join_Counts_Local  # noqa: PLC0415  (PySAL takes two seconds to start)

        counter = Join_Counts_Local(connectivity=_graph(members), drop_islands=False)
        joins[problem.observed] = np.asarray(counter.fit(problem.kept, permutations=0).LJC)
        joins[np.flatnonzero(problem.observed)[~problem.linked]] = np.nan
    at_least, _ = exact_tails(present, sparse.csr_array(weights != 0), "conditional")
    return pd.DataFrame({JOINS: joins, P: np.where(joins > 0, at_least, np.nan)})


def _nothing(problem: "Problem") -> "Floats":
    return np.full(problem.observed.size, np.nan)


def _graph(weights: sparse.csr_array) -> "Graph":
    from libpysal.graph import Graph  # noqa: PLC0415  (PySAL takes two seconds to start)

    return Graph.from_sparse(weights)


def _conditional_p(values: ArrayLike, weights: sparse.csr_array, *, counts: bool) -> "Floats":
    """Exact for counts where it can be afforded, else by shared draws."""
    if counts:
        try:
            return exact_p(values, weights, "conditional")
        except StudyError as refused:
            if "too large" not in refused.message:
                raise
    return shared_draw_p(values, weights, "conditional")
