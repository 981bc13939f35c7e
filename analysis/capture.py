"""Is a map any good: how much of what came later lies where it said, and how sure that is."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from analysis.drawn_events import DRAWS, Interval, ahead_between, captured_between
from analysis.getis_ord import Floats
from geo.errors import StudyError

__all__ = [
    "Capture", "Interval", "capture", "capture_curve", "lead", "parts_in_top", "per_size",
    "pooled", "pooled_lead",
]  # fmt: skip

TOP: Final = 0.2
"""Share of the ground or the people on which a map is judged, unless told otherwise."""


@dataclass(frozen=True)
class Capture:
    """How well a ranking of places did.

    `share` of the size (ground or people) was looked at, `captured` is the share of the later
    events in it, `interval` how far chance moves that. `pai` is ``captured / share`` (1: no better
    than anywhere), `pei` is ``captured / best`` with the share that the best ranking, made with
    hindsight, would have captured (1: perfect).
    """

    share: float
    captured: float
    interval: Interval
    pai: float
    pei: float


def parts_in_top(score: ArrayLike, size: ArrayLike, share: float) -> Floats:
    """Part of each place, 0..1, that lies in the top share of the size.

    Places with the same score are taken together: where the top ends among them, each gives the
    same part. So nothing depends on the order in which places are listed.

    Parameters
    ----------
    score : array_like, shape (n,)
        Highest first; NaN: nothing is known, so it comes last.
    size : array_like, shape (n,)
        Ground or people of each place, 0 or more, in any unit.
    share : float
        0..1.

    Returns
    -------
    ndarray of float64, shape (n,)

    Raises
    ------
    StudyError
        Shapes differ, a size is below 0 or missing, nothing has a size, or the share is not 0..1.

    Examples
    --------
    >>> parts_in_top([5, 1, 1, 0], [1, 1, 1, 1], 0.5)
    array([1. , 0.5, 0.5, 0. ])
    """
    rank, wide = _checked(score, size, share)
    _, level = np.unique(-rank, return_inverse=True)  # 0: the highest score
    held = np.bincount(level, wide)
    room = share * wide.sum() - (np.cumsum(held) - held)
    with np.errstate(divide="ignore", invalid="ignore"):
        part = np.where(held > 0, room / held, room >= 0)
    parts: Floats = np.clip(part, 0.0, 1.0)[level]
    return parts


def capture_curve(score: ArrayLike, events: ArrayLike, size: ArrayLike) -> tuple[Floats, Floats]:
    """Share of the events captured, against the share of the size looked at.

    Parameters
    ----------
    score, size : array_like, shape (n,)
        As for `parts_in_top`.
    events : array_like, shape (n,)
        Later events in each place, 0 or more.

    Returns
    -------
    shares, captured : ndarray of float64, shape (levels + 1,)
        Both rise from 0 to 1, one step for each distinct score; straight lines between.

    Raises
    ------
    StudyError
        Shapes differ, a number is below 0 or missing, or nothing has a size or happened.

    Examples
    --------
    >>> shares, captured = capture_curve([5, 1, 1, 0], [6, 3, 1, 0], [1, 1, 1, 1])
    >>> shares.tolist(), captured.tolist()
    ([0.0, 0.25, 0.75, 1.0], [0.0, 0.6, 1.0, 1.0])
    """
    rank, wide = _checked(score, size, 0.0)
    later = _later(events, rank)
    _, level = np.unique(-rank, return_inverse=True)
    along = np.concatenate([[0.0], np.cumsum(np.bincount(level, wide))])
    caught = np.concatenate([[0.0], np.cumsum(np.bincount(level, later))])
    return along / along[-1], caught / caught[-1]


def capture(  # noqa: PLR0913  (three columns, the share, and the draws)
    score: ArrayLike,
    events: ArrayLike,
    size: ArrayLike,
    share: float = TOP,
    *,
    draws: int = DRAWS,
    seed: int = 0,
) -> Capture:
    """Judge a ranking of places by the events that came after it was made.

    Parameters
    ----------
    score, events, size
        As for `capture_curve`.
    share : float
        Above 0, at most 1.
    draws : int
        Bootstrap samples of the events; 95% of their captured shares make the interval.
    seed : int
        The same seed draws the same samples.

    Returns
    -------
    Capture

    Raises
    ------
    StudyError
        As for `capture_curve`, or the share is not above 0.

    Notes
    -----
    The interval draws events with replacement, as if each had come by itself; where several belong
    together it is too narrow. Where all events, or none, were captured every draw would say the
    same, so that the exact bound stands instead. The best ranking is by events per size, which
    fills any share best.

    References
    ----------
    PAI: Chainey, Tompson & Uhlig (2008). The utility of hotspot mapping for predicting spatial
    patterns of crime. Security Journal 21, 4-28. doi:10.1057/palgrave.sj.8350066.
    PEI: Hunt, J. M. (2016). Do crime hot spots move? Exploring the effects of the modifiable areal
    unit problem and modifiable temporal unit problem on crime hot spot stability. Dissertation,
    American University.

    Examples
    --------
    The top half of the ground held 8 of 11 events; no half could have held more than 9:

    >>> found = capture([4, 3, 2, 1], [6, 2, 3, 0], [1, 1, 1, 1], 0.5)
    >>> round(found.captured, 3), round(found.pai, 3), round(found.pei, 3)
    (0.727, 1.455, 0.889)
    """
    return pooled([(score, events, size)], share, draws=draws, seed=seed)


def pooled(
    periods: Sequence[tuple[ArrayLike, ArrayLike, ArrayLike]],
    share: float = TOP,
    *,
    draws: int = DRAWS,
    seed: int = 0,
) -> Capture:
    """Judge rankings of several periods together, each by the events that came after it.

    Parameters
    ----------
    periods : sequence of (score, events, size)
        Each as for `capture`; their places may differ.
    share, draws, seed
        As for `capture`. The top share is that of each period by itself.

    Returns
    -------
    Capture
        Of all events of all periods, each counted once.

    Raises
    ------
    StudyError
        As for `capture`.

    Examples
    --------
    One of four events was in the top half, then three of four:

    >>> found = pooled([([2, 1], [1, 3], [1, 1]), ([2, 1], [3, 1], [1, 1])], 0.5)
    >>> found.captured, found.pei
    (0.5, 0.6666666666666666)
    """
    if not share > 0:
        raise StudyError("No part of the map is looked at.", "Give a share above 0.")
    held, parts, best = [], [], []
    for score, events, size in periods:
        rank, wide = _checked(score, size, share)
        later = _later(events, rank)
        held.append(later)
        parts.append(parts_in_top(rank, wide, share))
        best.append(parts_in_top(per_size(later, wide), wide, share))
    happened, inside, most = (np.concatenate(each) for each in (held, parts, best))
    total = happened.sum()
    found = float(happened @ inside / total)
    return Capture(
        share=share,
        captured=found,
        interval=captured_between(happened, inside, draws, seed),
        pai=found / share,
        pei=found / float(happened @ most / total),
    )


def lead(  # noqa: PLR0913  (two rankings, two columns, the share, and the draws)
    score: ArrayLike,
    other: ArrayLike,
    events: ArrayLike,
    size: ArrayLike,
    share: float = TOP,
    *,
    draws: int = DRAWS,
    seed: int = 0,
) -> tuple[float, Interval]:
    """How much more of the events one ranking captured than another, with its interval.

    Both are judged on the same drawn samples: an interval that holds 0 says that the one may be as
    good as the other.

    Parameters
    ----------
    score, other : array_like, shape (n,)
        Two rankings, as for `parts_in_top`.
    events, size, share, draws, seed
        As for `capture`.

    Returns
    -------
    float
        -1..1; above 0 where the first captured more.
    Interval

    Raises
    ------
    StudyError
        As for `capture_curve`.

    Examples
    --------
    >>> more, between = lead([2, 1], [1, 2], [30, 10], [1, 1], 0.5)
    >>> more, between.low > 0
    (0.5, True)
    """
    return pooled_lead([(score, other, events, size)], share, draws=draws, seed=seed)


def pooled_lead(
    periods: Sequence[tuple[ArrayLike, ArrayLike, ArrayLike, ArrayLike]],
    share: float = TOP,
    *,
    draws: int = DRAWS,
    seed: int = 0,
) -> tuple[float, Interval]:
    """As `lead`, of the events of several periods: (score, other, events, size) of each."""
    held, both = [], []
    for score, other, events, size in periods:
        rank, wide = _checked(score, size, share)
        second, _ = _checked(other, size, share)
        held.append(_later(events, rank))
        both.append(np.column_stack([parts_in_top(one, wide, share) for one in (rank, second)]))
    later, parts = np.concatenate(held), np.concatenate(both)
    first, less = later @ parts / later.sum()
    return float(first - less), ahead_between(later, parts, draws, seed)


def per_size(events: ArrayLike, size: ArrayLike) -> Floats:
    """Events per size: the ranking that captures most of them in any share of the size.

    Infinite where something happened at a place without any size, so that it comes first.

    Examples
    --------
    >>> per_size([4, 1, 0], [2, 0, 0])
    array([ 2., inf,  0.])
    """
    happened, wide = np.asarray(events, dtype=np.float64), np.asarray(size, dtype=np.float64)
    rate = np.where(happened > 0, np.inf, 0.0)
    np.divide(happened, wide, out=rate, where=wide > 0)
    return rate


def _checked(score: ArrayLike, size: ArrayLike, share: float) -> tuple[Floats, Floats]:
    """Scores, unknown ones last, and sizes."""
    rank, wide = np.asarray(score, dtype=np.float64), np.asarray(size, dtype=np.float64)
    if rank.ndim != 1 or rank.shape != wide.shape:
        raise StudyError("Scores and sizes do not fit each other.", "Give one size for each score.")
    if not 0 <= share <= 1:
        raise StudyError("The share of the map is out of range.", "Give 0 to 1.")
    if not (np.isfinite(wide) & (wide >= 0)).all() or not wide.sum() > 0:
        raise StudyError(
            "Not computable: sizes are missing, below 0, or all 0.",
            "Leave out places whose ground or people are not known.",
        )
    return np.where(np.isnan(rank), -np.inf, rank), wide


def _later(events: ArrayLike, score: Floats) -> Floats:
    later = np.asarray(events, dtype=np.float64)
    if later.shape != score.shape:
        raise StudyError("Events and scores do not fit each other.", "Give one count a score.")
    if not (np.isfinite(later) & (later >= 0)).all():
        raise StudyError(
            "Not computable: a count of later events is missing or below 0.",
            "Leave out places whose later count is not known.",
        )
    if not later.sum() > 0:
        raise StudyError("Nothing happened later, so the map cannot be judged.", "Wait for events.")
    return later
