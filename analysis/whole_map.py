"""One line about the whole map: do like values lie together, and is it the high ones."""

import math
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from analysis import clustering, rates
from analysis.clustering import Clustering
from analysis.cut_cells import evened
from analysis.getis_ord import Floats
from analysis.kept_steps import kept
from analysis.local_tests import Held, expected
from analysis.weights import row_standardized

SURE: Final = 0.05
MOST_SHUFFLED: Final = 1_500
"""Areas up to which p comes from shuffles; for more the normal curve serves, and at once."""


FEWEST_EVENTS: Final = 10
FEWEST_PAIRS: Final = 3.7
"""Pairs of neighbors that so many events make by chance: with fewer, chance leaves none at all on
more than one map in forty (exp(-3.7) = 0.025), so that none says nothing. On even ground the line
called neighbors unlike on 6 to 28 of 100 maps below it, and on 0 to 4 from it on."""


def above_expected(held: Held, phi: float = 0.0) -> Floats:
    """How far an area's events lie from those of its share of people, in standard deviations.

    Areas of many and of few people swing alike on this scale, as shuffling them asks for.

    Parameters
    ----------
    held : Held
    phi : float
        Variance of places' own relative risks.

    Examples
    --------
    >>> above_expected(Held(np.array([6.0, 2.0]), np.array([100.0, 100.0])))
    array([ 1., -1.])
    """
    mean = expected(held)
    with np.errstate(divide="ignore", invalid="ignore"):
        apart: Floats = (held.count - mean) / np.sqrt(mean + phi * mean**2)
    return np.where(mean > 0, apart, np.nan)


def sentence(
    values: Floats, weights: sparse.csr_array, held: Held, *, for_people: bool, seed: int
) -> str:
    """Say what Moran's I and the general G make of the whole map.

    Nothing ("") where they cannot be computed, or the events are too few (see `too_few`).

    Parameters
    ----------
    values : ndarray of float64, shape (n,)
        What Gi* tests: counts or rates.
    weights : scipy.sparse, shape (n, n)
        A self weight is ignored.
    held : Held
    for_people : bool
        Look at what lies above the share of people instead of at `values`. On a grid what lies
        above the share of the ground is looked at.
    seed : int
        Of the shuffles.
    """
    return _sentence(
        values, weights, held.count, held.people, held.part, held.ground,
        for_people=for_people, seed=seed,
    )  # fmt: skip


@kept(8)
def _sentence(  # noqa: PLR0913, PLR0917  (what is held comes in its parts: told apart by content)
    values: Floats,
    weights: sparse.csr_array,
    count: Floats,
    people: Floats,
    part: NDArray[np.object_] | None,
    ground: Floats | None,
    *,
    for_people: bool,
    seed: int,
) -> str:
    held = Held(count, people, part, ground)
    events = float(np.nansum(count))
    if events < FEWEST_EVENTS or too_few(events, weights):
        return ""
    shuffles = clustering.PERMUTATIONS if values.size <= MOST_SHUFFLED else 0
    if for_people:
        phi = rates.own_differences(held.count, held.people, weights, strata=held.part)
        like, high = above_expected(held, phi), rates.empirical_bayes(held.count, held.people)
    elif held.ground is not None:
        like, high = evened(values, held.ground), rates.empirical_bayes(values, held.ground)
    else:
        like = high = values
    standard = row_standardized(weights - sparse.diags_array(weights.diagonal()))
    moran = clustering.moran_i(like, standard, permutations=shuffles, seed=seed)
    general = clustering.general_g(high, weights, permutations=shuffles, seed=seed)
    if moran.why_not:
        return ""
    what = "what was recorded"
    if for_people or held.ground is not None:
        what = f"events for {'the number of people' if for_people else 'their ground'}"
    sparse_map = too_few(float(np.count_nonzero(np.nan_to_num(count))), weights)
    alike = _FEW_PLACES if sparse_map and _p(moran) <= SURE and moran.z < 0 else _alike(moran)
    return f"Over the whole map, {what}: {alike}{_which(general)}."


def too_few(number: float, weights: sparse.csr_array) -> bool:
    """Tell whether so many events, or places with events, are too few to say that they keep apart.

    Examples
    --------
    On a road of 100 places 99 of 4,950 pairs are neighbors; 20 events make 190 pairs, of which 3.8
    are neighbors by chance:

    >>> road = sparse.diags_array([1.0, 1, 1], offsets=[-1, 0, 1], shape=(100, 100), format="csr")
    >>> too_few(19, road), too_few(20, road)
    (True, False)
    """
    places = weights.shape[0]
    links = weights.nnz - np.count_nonzero(weights.diagonal())
    by_chance = number * (number - 1) / 2 * links / max(places * (places - 1), 1)
    return bool(by_chance < FEWEST_PAIRS)


_FEW_PLACES: Final = (
    "neighbors are no more alike than chance makes them, and too few places hold events to say more"
)


def _alike(moran: Clustering) -> str:
    p = _p(moran)
    numbers = f"(Moran's I {moran.statistic:.2f}, by chance {moran.expected:z.2f}; {_said(moran)})"
    if p > SURE:
        return f"neighbors are no more alike than chance makes them {numbers}"
    return f"neighbors are {'alike' if moran.z > 0 else 'unlike'} {numbers}"


def _which(general: Clustering) -> str:
    if general.why_not:
        return ""
    if _p(general) > SURE:
        return f", and neither high nor low values lie together (general G; {_said(general)})"
    which = "high" if general.z > 0 else "low"
    return f", and {which} values lie together (general G; {_said(general)})"


def _p(found: Clustering) -> float:
    return found.p if math.isnan(found.p_shuffled) else found.p_shuffled


def _said(found: Clustering) -> str:
    """Write p; the least that so many shuffles can give, on two sides, is only known from above."""
    p = _p(found)
    if p < 0.001:
        return "p < 0.001"
    least = 2 / (clustering.PERMUTATIONS + 1)
    by_shuffles = not math.isnan(found.p_shuffled)
    return f"p {'<=' if by_shuffles and p <= least * (1 + 1e-9) else '='} {p:.2g}"
