"""Gi* on a grid whose border cells hold less ground than the others.

A cell that the border of the study area cuts holds few events because it holds little ground. Taken
for a whole cell it looks cold, and all cells inside look hot beside it. So a neighborhood is held
against as many whole cells as it has ground, a part of one included.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import sparse, stats

from analysis.exact import MAX_WORK, members_of, two_sided, whole_draws
from analysis.getis_ord import Floats, Problem, observe
from analysis.pearson import pearson3_above
from geo.errors import StudyError

WHOLE: Final = 0.999
"""Share of its ground from which a cell counts as whole."""

_STEPS: Final = 20
"""Parts of a cell are told apart to one in so many."""

Ints = NDArray[np.int64]


def cut_gi_star(values: ArrayLike, share: ArrayLike, weights: sparse.csr_array) -> Floats:
    """Gi* z-scores where cells hold unequal ground.

    Border cells are put together until they make up whole ones; with the mean m and the variance s2
    of these M whole cells, and k the ground of a neighborhood in whole cells,
    ``z = (sum - k m) / sqrt(s2 k (M - k) / (M - 1))``. It is Gi* itself where all cells are whole.

    Parameters
    ----------
    values : array_like, shape (n,)
        What each cell holds, events or an amount; NaN: missing.
    share : array_like, shape (n,)
        Of each cell's ground, above 0 up to 1, that lies in the study area.
    weights : scipy.sparse, shape (n, n)
        Neighborhoods, self included: all weights of a row are equal.

    Returns
    -------
    ndarray of float64, shape (n,)
        NaN as `analysis.getis_ord.gi_star`.

    Raises
    ------
    StudyError
        Shapes differ, a share is not above 0 up to 1, or a row mixes weights.

    Examples
    --------
    A road of six cells, both ends cut in half: five whole cells, with 2, 2, 6, 2 and 1 + 1 events.
    The first two have 1.5 cells of ground, 3 events, and 1.5 times 2.8 expected:

    >>> road = sparse.diags_array([1.0, 1, 1], offsets=[-1, 0, 1], shape=(6, 6), format="csr")
    >>> cut_gi_star([1, 2, 2, 6, 2, 1], [0.5, 1, 1, 1, 1, 0.5], road).round(3)[:3].tolist()
    [-0.655, -1.0, 0.816]
    """
    cut = _cut(values, share, weights)
    return cut.problem.spread(cut.z)


def cut_p(
    values: ArrayLike, share: ArrayLike, weights: sparse.csr_array, *, max_work: int = MAX_WORK
) -> Floats:
    """Two-sided exact p-values of neighborhood counts where cells hold unequal ground.

    A neighborhood with the ground of k whole cells and a part f of one is held against the sum of k
    of the whole cells (see `cut_gi_star`) drawn without replacement, each draw as likely as any,
    and a part of one more. Where all cells are whole this is `analysis.exact.exact_p`.

    Parameters
    ----------
    values : array_like, shape (n,)
        Whole numbers >= 0; NaN: missing.
    share, weights
        As for `cut_gi_star`.
    max_work : int
        Refuse when the table would take more multiplications than this.

    Returns
    -------
    ndarray of float64, shape (n,)
        ``min(1, 2 min(P(S >= s), P(S <= s)))``; NaN as `cut_gi_star`.

    Raises
    ------
    StudyError
        As `cut_gi_star`; counts are negative or not whole, or the table is too large (use
        `cut_pearson3_p`).

    Notes
    -----
    What a part f of a cell with v events holds depends on how they lie in it: each event is in it
    with the chance f, or all are or none is. The two are mixed by phi / (1 + phi), phi being by how
    much counts vary more than chance, ``(s2 - m) / m**2``: then the part has the mean f m and the
    variance f s2, as ground has of which any two pieces are independent.

    Examples
    --------
    One event on a road of five whole cells. The first two have 1.5 of these: the one drawn holds it
    with 0.2, a half of another with 0.1, so that P(S >= 1) = 1 - 0.8 * 0.9:

    >>> road = sparse.diags_array([1.0, 1, 1], offsets=[-1, 0, 1], shape=(6, 6), format="csr")
    >>> cut_p([1, 0, 0, 0, 0, 0], [0.5, 1, 1, 1, 1, 0.5], road).round(2).tolist()
    [0.56, 0.92, 0.8, 0.8, 1.0, 1.0]
    """
    cut = _cut(values, share, weights)
    whole = np.rint(cut.pool)
    if (whole < 0).any() or np.abs(whole - cut.pool).max(initial=0) > 1e-9:
        raise StudyError(
            "Exact p-values need counts: whole numbers from 0 up.",
            "Use Pearson III p-values for rates and other values.",
        )
    at_least, at_most = np.full((2, cut.able.size), np.nan)
    if cut.able.any():
        steps = np.rint(cut.ground[cut.able] * _STEPS).astype(np.int64)
        k, part = steps // _STEPS, steps % _STEPS
        sums = np.rint(cut.sums[cut.able]).astype(np.int64)
        table = whole_draws(whole.astype(np.int64), int(k.max()), max_work)
        tails = np.empty((2, k.size))
        pieces = {one: _piece(whole, one / _STEPS) for one in np.unique(part).tolist()}
        for size, one in np.unique(np.column_stack([k, part]), axis=0).tolist():
            here = (k == size) & (part == one)
            tails[:, here] = _tails(table[size], pieces[one], sums[here])
        at_least[cut.able], at_most[cut.able] = tails
    return cut.problem.spread(two_sided(at_least, at_most))


def cut_pearson3_p(values: ArrayLike, share: ArrayLike, weights: sparse.csr_array) -> Floats:
    """Two-sided p-values from the mean, variance and skewness of such draws.

    Parameters as in `cut_gi_star`; where all cells are whole `analysis.pearson.pearson3_p`.

    Examples
    --------
    >>> from analysis.pearson import pearson3_p
    >>> road = sparse.diags_array([1.0, 1, 1], offsets=[-1, 0, 1], shape=(6, 6), format="csr")
    >>> amounts = [0.1, 2.5, 2, 6, 2, 1]
    >>> np.allclose(cut_pearson3_p(amounts, np.ones(6), road), pearson3_p(amounts, road))
    True
    """
    cut = _cut(values, share, weights)
    if not np.isfinite(cut.z).any():
        return cut.problem.spread(cut.z)
    m, k = cut.pool.size, cut.ground
    d = cut.pool - cut.pool.mean()
    with np.errstate(divide="ignore", invalid="ignore"):
        third = m / ((m - 1) * (m - 2)) * k * (1 - k / m) * (1 - 2 * k / m) * np.sum(d**3)
        skewness = np.where(cut.able, third / cut.spread**3, np.nan)
    return cut.problem.spread(
        two_sided(pearson3_above(cut.z, skewness), pearson3_above(-cut.z, -skewness))
    )


def expected_in(values: ArrayLike, share: ArrayLike) -> Floats:
    """Give what each cell would hold if all ground held the same; NaN where its own is missing.

    Examples
    --------
    >>> expected_in([4, 0, 1], [1, 1, 0.5]).tolist()
    [2.0, 2.0, 1.0]
    """
    held, ground = np.asarray(values, dtype=np.float64), np.asarray(share, dtype=np.float64)
    known = np.isfinite(held)
    each: Floats = np.where(known, ground * held[known].sum() / ground[known].sum(), np.nan)
    return each


def evened(values: ArrayLike, share: ArrayLike) -> Floats:
    """How far each cell lies from what its ground would hold, on a scale on which all swing alike.

    What lies beyond the expected is divided by the root of the share, as the variance of what a
    piece of ground holds grows with it. Of whole cells it is what they hold less the mean.

    Examples
    --------
    >>> evened([4, 0, 2], [1, 1, 0.25]).round(2).tolist()
    [1.33, -2.67, 2.67]
    """
    ground = np.asarray(share, dtype=np.float64)
    apart: Floats = (np.asarray(values, dtype=np.float64) - expected_in(values, share)) / np.sqrt(
        ground
    )
    return apart


@dataclass(frozen=True, eq=False)
class _Cut:
    """Neighborhoods of cells: what they hold, on how much ground, and whole cells to draw from.

    `sums`, `ground` (in whole cells), `spread`, `z` and `able` are those of the observed places;
    `pool` is what whole cells hold.
    """

    problem: Problem
    pool: Floats
    sums: Floats
    ground: Floats
    spread: Floats
    z: Floats
    able: NDArray[np.bool_]


def _cut(values: ArrayLike, share: ArrayLike, weights: sparse.csr_array) -> _Cut:
    ground = np.asarray(share, dtype=np.float64)
    problem = observe(values, weights, focal=True)
    if ground.shape != problem.observed.shape or not ((ground > 0) & (ground <= 1)).all():
        raise StudyError(
            "The shares of ground do not fit.", "Give one above 0 up to 1 for each cell."
        )
    ground = ground[problem.observed]
    members = members_of(problem)
    pool = whole_cells(problem.kept, ground)
    m = pool.size
    # Packed cells are not quite whole: the ground of all of them is that of m.
    near = members @ ground * (m / max(float(ground.sum()), 1e-300))
    sums = members @ problem.kept
    variance = float(pool.var()) if m else 0.0
    able = problem.linked & (np.diff(members.indptr) < ground.size) & (near < m - 1e-9)
    able &= (m > 1) & (variance > 1e-12 * float(np.square(pool).mean() if m else 0.0))
    with np.errstate(divide="ignore", invalid="ignore"):
        spread = np.sqrt(variance * near * (m - near) / (m - 1))
        z = np.where(able, (sums - near * pool.mean()) / spread, np.nan)
    return _Cut(problem, pool, sums, near, spread, z, able)


def whole_cells(values: Floats, share: Floats) -> Floats:
    """Put cells together, by their ground alone, until they make up whole ones.

    The largest part is joined by the smallest ones while they fit, and so on; what they hold is
    added up.

    Parameters
    ----------
    values, share : ndarray of float64, shape (n,)
        What each cell holds, and the share of its ground in the study area.

    Returns
    -------
    ndarray of float64, shape (m,)
        What whole cells hold, m about the sum of the shares.

    Examples
    --------
    >>> whole_cells(np.array([5.0, 3, 1, 2, 4]), np.array([1.0, 0.7, 0.3, 0.5, 0.5])).tolist()
    [5.0, 4.0, 6.0]
    """
    parts = np.flatnonzero(share < WHOLE)
    parts = parts[np.argsort(-share[parts], kind="stable")].tolist()
    made: list[float] = []
    first, last = 0, len(parts) - 1
    while first <= last:
        held, filled = float(values[parts[first]]), float(share[parts[first]])
        first += 1
        while first <= last and filled + share[parts[last]] <= 1.0 + 1e-9:
            held, filled = held + float(values[parts[last]]), filled + float(share[parts[last]])
            last -= 1
        if filled < 0.5 and made:  # what is left over at the end makes no whole one
            made[-1] += held
        else:
            made.append(held)
    return np.concatenate([values[share >= WHOLE], made])


def _piece(pool: Floats, part: float) -> Floats:
    """Chances of 0, 1, 2, ... events in a part of a whole cell."""
    held, times = np.unique(pool.astype(np.int64), return_counts=True)
    chance = times / times.sum()
    if part == 0:
        return np.ones(1)
    mean, variance = pool.mean(), pool.var()
    phi = max(0.0, (variance - mean) / mean**2)
    together = phi / (1 + phi)
    events = np.arange(held[-1] + 1)
    apart = chance @ stats.binom.pmf(events, held[:, None], part)
    found: Floats = (1 - together) * apart
    found[0] += together * (1 - part)
    found[held] += together * part * chance
    return found


def _tails(table: Floats, piece: Floats, sums: Ints) -> Floats:
    """P(S >= s) and P(S <= s) of a draw of whole cells and a piece of one more, shape (2, n)."""
    chance = table / table.sum()
    at_most = np.r_[0.0, np.minimum(np.cumsum(chance), 1.0)]
    at_least = np.r_[np.minimum(np.cumsum(chance[::-1])[::-1], 1.0), 0.0]
    left = sums[:, None] - np.arange(piece.size)
    above = at_least[np.clip(left, 0, chance.size)] @ piece
    below = at_most[np.clip(left + 1, 0, chance.size)] @ piece
    tails: Floats = np.minimum(np.array([above, below]), 1.0)
    return tails
