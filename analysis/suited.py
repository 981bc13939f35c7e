"""Which p-values suit: exact for counts, shuffles for other values, else those of a curve."""

from typing import Final, Literal, NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy import sparse

from analysis.cut_cells import cut_p, cut_pearson3_p
from analysis.getis_ord import Floats
from analysis.pearson import pearson3_p
from analysis.shared_draws import DRAWS, shared_draw_p
from geo.errors import StudyError

DRAWS_EACH: Final = 200
"""Draws for each place: as many tests as places are made, and p must be able to pass them all."""


class Suited(NamedTuple):
    """p-values, shape (n,); how they were made; how many shuffles; and why not a better way."""

    p: Floats
    how: Literal["exact", "shuffled", "curve"]
    draws: int
    why: str


def suited_p(
    values: ArrayLike,
    weights: sparse.csr_array,
    share: ArrayLike | None = None,
    *,
    seed: int = 0,
) -> Suited:
    """Two-sided p-values of Gi*, in the best way these values allow.

    Parameters
    ----------
    values : array_like, shape (n,)
        NaN: missing.
    weights : scipy.sparse, shape (n, n)
        Self included.
    share : array_like, shape (n,), optional
        Of each cell's ground that lies in the study area; see `analysis.cut_cells`.
    seed : int
        Of the shuffles.

    Returns
    -------
    Suited
        "exact": `cut_p`. "shuffled": `shared_draw_p`, for rates and amounts on whole places, with
        200 draws for each place and 99,999 at least. "curve": `cut_pearson3_p`, which is right for
        large counts but calls too much hot where values are skewed.

    Raises
    ------
    StudyError
        Shapes differ, or a share is not above 0 up to 1.

    Examples
    --------
    >>> road = sparse.diags_array([1.0, 1, 1], offsets=[-1, 0, 1], shape=(8, 8), format="csr")
    >>> suited_p([0, 2, 1, 0, 5, 0, 1, 0], road).how, suited_p(np.arange(8) / 3, road).how
    ('exact', 'shuffled')
    """
    given = np.asarray(values, dtype=np.float64)
    ground = np.ones(given.size) if share is None else np.asarray(share, dtype=np.float64)
    known = given[np.isfinite(given)]
    why = "These are no counts."
    if (known == np.rint(known)).all() and (known >= 0).all():
        try:
            return Suited(cut_p(given, ground, weights), "exact", 0, "")
        except StudyError as refused:
            if "large" not in refused.message and "mixes" not in refused.message:
                raise
            why = refused.message
    if (ground == 1).all():
        draws = max(DRAWS, DRAWS_EACH * known.size)
        try:
            return Suited(
                shared_draw_p(given, weights, draws=draws, seed=seed), "shuffled", draws, why
            )
        except StudyError as refused:
            why = refused.message
        return Suited(pearson3_p(given, weights), "curve", 0, why)
    return Suited(cut_pearson3_p(given, ground, weights), "curve", 0, why)
