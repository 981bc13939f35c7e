"""Is a map any good: how much of what came later lies where it said, and how sure that is."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from analysis.drawn_events import DRAWS, Interval, ahead_between, captured_between
from analysis.top_share import capture_curve, checked, later_of, parts_in_top, per_size
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
        rank, wide = checked(score, size, share)
        later = later_of(events, rank)
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
        rank, wide = checked(score, size, share)
        second, _ = checked(other, size, share)
        held.append(later_of(events, rank))
        both.append(np.column_stack([parts_in_top(one, wide, share) for one in (rank, second)]))
    later, parts = np.concatenate(held), np.concatenate(both)
    first, less = later @ parts / later.sum()
    return float(first - less), ahead_between(later, parts, draws, seed)
