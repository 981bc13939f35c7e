"""Which records of two sources are probably one event: scored pairs, one to one, with reasons."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Final

import numpy as np
import pandas as pd

from analysis.linkage import evidence, matching, pair_words
from analysis.linkage.pairs import Floats, Ints, Side, candidates, count_pairs, distance_m, sides
from geo import schema
from geo.errors import StudyError
from geo.schema import Records

COLUMNS: Final = (
    "source_a", "source_b", "record_a", "record_b", "probability", "weight", "days_apart",
    "distance_m", "why",
)  # fmt: skip

LIKELY: Final = 0.8
"""Probability from which two records are called one event unless a person chooses another."""

WINDOW_DAYS: Final = 1
_SEED: Final = 20260101
_ROUNDS: Final = 50
_SHARED: Final = 0.3  # of the possible partners, assumed beforehand
_ASSUMED: Final = 20.0  # partners that this assumption counts for
_AROUND_DAYS: Final = 14
_LEAST_ODDS: Final = 1e-3  # pairs below it change no probability
_MOST_SHARED: Final = 0.98
_LARGEST: Final = 50.0  # of the weights: beyond it a probability is 1
_STEADY: Final = 1e-5


def link(
    a: Records, b: Records, *, window_days: int = WINDOW_DAYS, least: float = 0.5
) -> pd.DataFrame:
    """Find records of two sources that are probably one event.

    Pairs of one kind and county, so many days apart at most, are scored by the sum of the weights
    of what agrees and disagrees (`analysis.linkage.evidence`); what is missing counts for nothing.
    The share of records with a partner is estimated from the scores, starting from the number of
    candidates in each county. The probability of a pair takes into account that a record has one
    partner at most: equally good ones share it.

    Parameters
    ----------
    a, b : Records
        Two sources.
    window_days : int
        How many days apart two records of one event can be.
    least : float
        Pairs with a lower probability are left out.

    Returns
    -------
    DataFrame
        Surest first, each record once at most: source_a, source_b, record_a, record_b (ids),
        probability (0..1), weight (natural logarithm of the likelihood ratio), days_apart (of b
        after a), distance_m (NaN where one place is unknown), why (in words).

    References
    ----------
    Fellegi, I. and Sunter, A. (1969). JASA 64, 1183-1210. doi:10.1080/01621459.1969.10501049

    Raises
    ------
    StudyError
        The window is below 0 or above 31 days.
    """
    if not 0 <= window_days <= 31:
        raise StudyError("The window of days does not fit.", "Choose 0 to 31 days.")
    one, other = sides(a, b)
    if not len(one) or not len(other):
        return pd.DataFrame(columns=list(COLUMNS))
    pairs = _score(one, other, window_days)
    weight, probability = _fit(pairs, (len(one), len(other)))
    chosen = matching.one_to_one(probability, pairs.left, pairs.right, least)
    left, right = pairs.left[chosen], pairs.right[chosen]
    ids = [t.table[schema.RECORD_ID].to_numpy(dtype=object) for t in (a, b)]
    apart = other.day[right] - one.day[left]
    meters = distance_m(one, other, left, right)
    return pd.DataFrame(
        {
            "source_a": a.source,
            "source_b": b.source,
            "record_a": ids[0][one.row[left]],
            "record_b": ids[1][other.row[right]],
            "probability": probability[chosen],
            "weight": weight[chosen],
            "days_apart": apart,
            "distance_m": meters,
            "why": pair_words.reasons(one, other, left, right, apart, meters),
        },
        columns=list(COLUMNS),
    )


def link_all(
    records: Sequence[Records], *, window_days: int = WINDOW_DAYS, least: float = 0.5
) -> pd.DataFrame:
    """Link every two of several sources; see `link`.

    Raises
    ------
    StudyError
        Two sources have the same name.

    Examples
    --------
    >>> link_all([]).empty
    True
    """
    names = [one.source for one in records]
    if len(set(names)) < len(names):
        raise StudyError(
            "Two sources have the same name.", "Rename one, so that pairs can be told apart."
        )
    found = [link(a, b, window_days=window_days, least=least) for a, b in combinations(records, 2)]
    found = [table for table in found if not table.empty]
    if not found:
        return pd.DataFrame(columns=list(COLUMNS))
    return pd.concat(found).sort_values("probability", ascending=False, ignore_index=True)


@dataclass(frozen=True, eq=False)
class _Pairs:
    """Candidates worth keeping: positions, levels of each field, and what is known beforehand.

    `per_pair` is the number of events a county could share over its candidates; `of_a` and `of_b`
    the share of the records of either side it would take. `possible` is that number over all
    counties, and `most` the share of it that can be true.
    """

    left: Ints
    right: Ints
    levels: evidence.Levels
    by_chance: list[Floats]
    per_pair: Floats
    of_a: Floats
    of_b: Floats
    possible: float
    most: float


def _score(a: Side, b: Side, window_days: int) -> _Pairs:
    """Weigh all candidates, and keep those that can be one event."""
    by_chance = evidence.chances(a, b, window_days, _SEED)
    assumed = [np.array(field.if_same) for field in evidence.FIELDS]
    weights = evidence.worth(assumed, by_chance)
    size = int(max(a.block.max(initial=0), b.block.max(initial=0))) + 1
    near = count_pairs(a, b, window_days)
    pairs = np.bincount(a.block, weights=near, minlength=size)
    in_a, in_b = np.bincount(a.block, minlength=size), np.bincount(b.block, minlength=size)
    smaller = np.minimum(np.minimum(in_a, in_b), pairs)
    per_pair = smaller / np.maximum(pairs, 1.0)
    possible = max(float(smaller.sum()), 1.0)
    nothing = np.zeros(0, dtype=np.int64)
    kept = [(nothing, nothing, evidence.levels_of(a, b, nothing, nothing))]
    for left, right in candidates(a, b, window_days):
        levels = evidence.levels_of(a, b, left, right)
        good = np.exp(evidence.weigh(levels, weights)) * per_pair[a.block[left]] > _LEAST_ODDS
        kept.append((left[good], right[good], levels[:, good]))
    left, right = (np.concatenate([part[side] for part in kept]) for side in (0, 1))
    block = a.block[left]
    return _Pairs(
        left=left,
        right=right,
        levels=np.concatenate([part[2] for part in kept], axis=1),
        by_chance=by_chance,
        per_pair=per_pair[block],
        of_a=(smaller / np.maximum(in_a, 1))[block],
        of_b=(smaller / np.maximum(in_b, 1))[block],
        possible=possible,
        most=_most_shared(a, b, window_days, float(near.sum()), possible),
    )


def _most_shared(a: Side, b: Side, window_days: int, near: float, possible: float) -> float:
    """Share of the possible partners that the number of candidates leaves room for.

    Shared events come on top of the pairs that chance brings together on near days; how many these
    are is seen from the pairs that lie up to two weeks farther apart.
    """
    farther = float(count_pairs(a, b, window_days + _AROUND_DAYS).sum()) - near
    scale = (2 * window_days + 1) / (2 * _AROUND_DAYS)
    error = np.sqrt(near + farther * scale**2)
    return float(np.clip((near - farther * scale + 3 * error) / possible, 1e-6, _MOST_SHARED))


def _fit(pairs: _Pairs, sizes: tuple[int, int]) -> tuple[Floats, Floats]:
    """Weight and probability of each pair.

    The share of records with a partner, and what their pairs agree in, are those that reproduce
    themselves (expectation maximization from the assumed values).
    """
    shared = min(_SHARED, pairs.most)
    if_same = [np.array(field.if_same) for field in evidence.FIELDS]
    for _ in range(_ROUNDS):
        weight = evidence.weigh(pairs.levels, evidence.worth(if_same, pairs.by_chance))
        free = (1 - shared * pairs.of_a) * (1 - shared * pairs.of_b)
        odds = np.exp(np.minimum(weight, _LARGEST)) * shared * pairs.per_pair / free
        probability = matching.matched(odds, pairs.left, pairs.right, sizes)
        # With few records the share stays near what was assumed.
        again = (probability.sum() + _SHARED * _ASSUMED) / (pairs.possible + _ASSUMED)
        again = float(min(again, pairs.most))
        if_same = evidence.learned(pairs.levels, probability)
        if abs(again - shared) < _STEADY:
            break
        shared = again
    return weight, probability
