"""What agreement and disagreement of two records are worth, as weights of Fellegi and Sunter."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from analysis.linkage.pairs import UNKNOWN, Bools, Floats, Ints, Side, count_pairs, distance_m

_SAME_POINT_M: Final = 50.0
_TWO_RADII_M: Final = 200.0  # two points of the usual 100 m
_SAMPLE: Final = 200_000
_WEEK: Final = 7
_ASSUMED: Final = 100.0  # pairs the m-probabilities assumed beforehand count for

Levels = NDArray[np.int8]
Compare = Callable[[Side, Side, Ints, Ints, Ints], Levels]
"""Sides, positions in each, days apart, to the level of each pair: 0 is best, -1 is unknown."""


@dataclass(frozen=True)
class Field:
    """How one property of two records is compared.

    `if_same` are the m-probabilities: how often two records of one event fall into each level.
    They are assumed beforehand, for the reason given, and corrected by the data (`learned`); how
    often two records of different events do so (u-probabilities) is counted (`chances`).
    """

    name: str
    compare: Compare
    if_same: tuple[float, ...]
    reason: str


def _below(values: Floats, limits: tuple[float, ...], known: Bools) -> Levels:
    levels = np.searchsorted(np.asarray(limits), values, side="left").astype(np.int8)
    return np.where(known, levels, np.int8(UNKNOWN))


def _days(a: Side, b: Side, left: Ints, right: Ints, apart: Ints) -> Levels:
    clock = np.isfinite(a.minute[left]) & np.isfinite(b.minute[right])
    return _below(np.abs(apart).astype(float), (0.0,), ~clock)


def _minutes(a: Side, b: Side, left: Ints, right: Ints, apart: Ints) -> Levels:
    gap = np.abs(apart * 1440 + b.minute[right] - a.minute[left])
    return _below(gap, (15.0, 60.0, 240.0), np.isfinite(gap))


def _points(a: Side, b: Side, left: Ints, right: Ints, _: Ints) -> Levels:
    both = a.is_point[left] & b.is_point[right]
    radii = a.radius_m[left] + b.radius_m[right]
    gap = distance_m(a, b, left, right) - np.maximum(radii - _TWO_RADII_M, 0.0)
    return _below(gap, (100.0, 500.0, 2_000.0, 10_000.0), both & np.isfinite(gap))


def _point_in_area(a: Side, b: Side, left: Ints, right: Ints, _: Ints) -> Levels:
    one = a.is_point[left] ^ b.is_point[right]
    gap = distance_m(a, b, left, right) / (a.radius_m[left] + b.radius_m[right])
    return _below(gap, (0.5, 1.0, 2.0), one & np.isfinite(gap))


def _areas(a: Side, b: Side, left: Ints, right: Ints, _: Ints) -> Levels:
    neither = ~a.is_point[left] & ~b.is_point[right]
    gap = distance_m(a, b, left, right)
    level = np.where(gap <= _SAME_POINT_M, 0, 2)
    level = np.where((level == 2) & (gap <= a.radius_m[left] + b.radius_m[right]), 1, level)
    return np.where(neither & np.isfinite(gap), level, UNKNOWN).astype(np.int8)


def _years(a: Side, b: Side, left: Ints, right: Ints, _: Ints) -> Levels:
    gap = np.abs(b.age[right] - a.age[left])
    single = a.age_half_width <= 0.5 and b.age_half_width <= 0.5
    return _below(gap, (0.5, 2.0, 5.0), np.isfinite(gap) & single)


def _bands(a: Side, b: Side, left: Ints, right: Ints, _: Ints) -> Levels:
    gap = np.abs(b.age[right] - a.age[left])
    width = max(a.age_half_width, b.age_half_width)
    return _below(gap, (width,), np.isfinite(gap) & (width > 0.5))


def _sex(a: Side, b: Side, left: Ints, right: Ints, _: Ints) -> Levels:
    return _equal(a.sex[left], b.sex[right])


def _outcome(a: Side, b: Side, left: Ints, right: Ints, _: Ints) -> Levels:
    return _equal(a.outcome[left], b.outcome[right])


def _drugs(a: Side, b: Side, left: Ints, right: Ints, _: Ints) -> Levels:
    one, other = a.drugs[left], b.drugs[right]
    level = np.where((one & other) != 0, 0, 1)
    return np.where((one != 0) & (other != 0), level, UNKNOWN).astype(np.int8)


def _equal(one: Ints, other: Ints) -> Levels:
    known = (one >= 0) & (other >= 0)
    return np.where(known, (one != other).astype(np.int8), UNKNOWN).astype(np.int8)


_CLARK: Final = "Clark 2004, table 3"
_OURS: Final = "our assumption"

FIELDS: Final = (
    Field("days", _days, (0.85, 0.15),
          f"{_OURS}: below the 0.95 of {_CLARK}, as events cross midnight and deaths come later"),
    Field("minutes", _minutes, (0.55, 0.30, 0.10, 0.05),
          f"{_OURS}: a call, an arrival and an entry lie minutes to an hour apart"),
    Field("points", _points, (0.50, 0.30, 0.12, 0.05, 0.03),
          f"{_OURS}: addresses and entrances differ by a block; 3% are another place"),
    Field("point in area", _point_in_area, (0.60, 0.30, 0.06, 0.04),
          f"{_OURS}: the radius of a ZIP code or city holds nearly all of it"),
    Field("areas", _areas, (0.85, 0.10, 0.05),
          f"{_OURS}: ZIP codes and cities are written down wrongly once in ten times"),
    Field("age", _years, (0.80, 0.12, 0.05, 0.03),
          f"0.95 for the year of birth in {_CLARK}; less, as ages are guessed at the scene"),
    Field("age band", _bands, (0.92, 0.08), f"0.95 for the year of birth in {_CLARK}"),
    Field("sex", _sex, (0.95, 0.05), _CLARK),
    Field("outcome", _outcome, (0.80, 0.20),
          f"{_OURS}: some are alive when the ambulance leaves and die later"),
    Field("drugs", _drugs, (0.80, 0.20),
          f"{_OURS}: what is suspected at the scene often shows in the toxicology"),
)  # fmt: skip
"""What is compared. Only one of days and minutes, and one of the three places, is ever known.

Clark, D. (2004). Practical introduction to record linkage for injury research. Injury Prevention
10, 186-191. doi:10.1136/ip.2003.004580
"""


def chances(a: Side, b: Side, window_days: int, seed: int) -> list[Floats]:
    """Count how often records of different events fall into each level (u-probabilities).

    Counted on random pairs of one county, drawn as often as the county has candidates, more than a
    week farther apart than candidates, so that hardly one is the same event. Minutes are compared
    as if both lay in the window.

    Parameters
    ----------
    a, b : Side
    window_days : int
        Days that candidates may be apart.
    seed : int
        Of the draw.

    Returns
    -------
    list of ndarray of float, shape (levels,)
        One a field, in the order of `FIELDS`; each sums to 1.
    """
    left, right, apart = _random_pairs(a, b, window_days, np.random.default_rng(seed))
    out = []
    for field in FIELDS:
        prior = np.array(field.if_same)
        if field.name == "days":
            share = 1 / (2 * window_days + 1)
            u = np.array([share, 1 - share])
            u = u if window_days else prior  # always the same day: no evidence
        else:
            level = field.compare(a, b, left, right, apart)
            held = np.bincount(level[level >= 0], minlength=len(prior))
            u = (held + prior) / (held.sum() + 1)  # as if one more pair had been seen
        out.append(u)
    return out


def worth(if_same: list[Floats], by_chance: list[Floats]) -> list[Floats]:
    """Weights of each level of each field: natural logarithms of m/u.

    Where nearly all agree by chance (one ZIP code in the county) agreement is worth nothing, never
    less.

    Examples
    --------
    >>> [one.round(2).tolist() for one in worth([np.array([0.9, 0.1])], [np.array([0.3, 0.7])])]
    [[1.1, -1.95, 0.0]]

    Returns
    -------
    list of ndarray of float, shape (levels + 1,)
        The last of each is 0, for unknown (level -1).
    """
    out = []
    for m, u in zip(if_same, by_chance, strict=True):
        ratio = np.log(m / u)
        ratio[0] = max(ratio[0], 0.0)
        out.append(np.append(ratio, 0.0))
    return out


def levels_of(a: Side, b: Side, left: Ints, right: Ints) -> Levels:
    """Level of each field for each pair, shape (fields, pairs)."""
    apart = b.day[right] - a.day[left]
    return np.stack([field.compare(a, b, left, right, apart) for field in FIELDS])


def weigh(levels: Levels, weights: list[Floats]) -> Floats:
    """Sum of the weights of pairs, shape (pairs,)."""
    total = np.zeros(levels.shape[1])
    for level, weight in zip(levels, weights, strict=True):
        if weight.any():
            total += weight[level]
    return total


def learned(levels: Levels, probability: Floats) -> list[Floats]:
    """Correct the m-probabilities by what probable pairs show.

    What was assumed counts as much as 100 pairs, so a few links cannot overturn it.

    Parameters
    ----------
    levels : ndarray, shape (fields, pairs)
    probability : ndarray, shape (pairs,)
        That a pair is one event.

    Returns
    -------
    list of ndarray of float, shape (levels,)
    """
    out = []
    for field, level in zip(FIELDS, levels, strict=True):
        known = level >= 0
        seen = np.bincount(level[known], weights=probability[known], minlength=len(field.if_same))
        out.append((seen + _ASSUMED * np.array(field.if_same)) / (seen.sum() + _ASSUMED))
    return out


def _random_pairs(
    a: Side, b: Side, window_days: int, rng: np.random.Generator
) -> tuple[Ints, Ints, Ints]:
    """Pairs of one block whatever their days, with days apart as if they were candidates."""
    near = count_pairs(a, b, window_days)
    if not near.sum():
        nothing = np.zeros(0, dtype=np.int64)
        return nothing, nothing, nothing
    left = rng.choice(len(a), _SAMPLE, p=near / near.sum())
    first = np.searchsorted(b.block, a.block[left], side="left")
    last = np.searchsorted(b.block, a.block[left], side="right")
    right = first + rng.integers(0, last - first)
    far = np.abs(b.day[right] - a.day[left]) > window_days + _WEEK
    if far.sum() >= 1_000:  # else the sources cover a few days only: all pairs have to do
        left, right = left[far], right[far]
    apart = rng.integers(-window_days, window_days + 1, len(left))
    return left, right, apart
