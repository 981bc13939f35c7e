"""Who belongs to whom when each record has one partner at most: probabilities, then a choice."""

from typing import Final

import numpy as np

from analysis.linkage.pairs import Floats, Ints

_MESSAGES: Final = 30
_STEADY: Final = 1e-5


def matched(odds: Floats, left: Ints, right: Ints, sizes: tuple[int, int]) -> Floats:
    """Probability that each pair is matched, when each record is matched once at most.

    Over all ways to match, each as likely as the product of its odds. A rival of a pair counts the
    less, the likelier it is matched to another. Computed by belief propagation, which is exact
    where the pairs form no circle.

    Parameters
    ----------
    odds : ndarray, shape (pairs,)
        Of each pair against both of its records having no partner.
    left, right : ndarray of int, shape (pairs,)
        Its records, numbered from 0 on either side.
    sizes : (int, int)
        How many records either side has.

    Returns
    -------
    ndarray, shape (pairs,)

    References
    ----------
    Zdeborova, L. and Mezard, M. (2006). J. Stat. Mech. P05003. doi:10.1088/1742-5468/2006/05/P05003

    Examples
    --------
    One record and two that fit it with odds of 2 each: none 1 in 5, either 2 in 5.

    >>> matched(np.array([2.0, 2.0]), np.array([0, 0]), np.array([0, 1]), (1, 2)).round(3)
    array([0.4, 0.4])
    """
    to_b, to_a = np.ones(len(odds)), np.ones(len(odds))  # chance to be free for this pair
    for _ in range(_MESSAGES):
        rivals = odds * to_a
        of_a = np.bincount(left, weights=rivals, minlength=sizes[0])[left] - rivals
        new_b = 1 / (1 + np.maximum(of_a, 0.0))
        rivals = odds * new_b
        of_b = np.bincount(right, weights=rivals, minlength=sizes[1])[right] - rivals
        new_a = 1 / (1 + np.maximum(of_b, 0.0))
        change = max(np.abs(new_b - to_b).max(initial=0), np.abs(new_a - to_a).max(initial=0))
        to_b, to_a = new_b, new_a
        if change < _STEADY:
            break
    pair = odds * to_a * to_b
    return pair / (1 + pair)


def one_to_one(probability: Floats, left: Ints, right: Ints, least: float) -> Ints:
    """Positions of the surest pairs, each record once; surest first, ties in order."""
    able = np.flatnonzero(probability >= least)
    order = able[np.lexsort((right[able], left[able], -probability[able]))]
    taken_a: set[int] = set()
    taken_b: set[int] = set()
    chosen = []
    for pair, one, other in zip(
        order.tolist(), left[order].tolist(), right[order].tolist(), strict=True
    ):
        if one not in taken_a and other not in taken_b:
            taken_a.add(one)
            taken_b.add(other)
            chosen.append(pair)
    return np.array(chosen, dtype=np.int64)
