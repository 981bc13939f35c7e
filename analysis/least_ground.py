"""On how little of the ground half of the events happened."""

from typing import Final

import numpy as np

from analysis import scale, words
from analysis.pixels import Floats

_SAME: Final = 1e-5
"""Share of the highest density within which heights are one: transforms are right to 2e-6."""

MOST_ALONE: Final = 0.5
"""Part of the events alone from which the middle one is too: then its height tells of no ground."""


def half_in_words(  # noqa: PLR0913, PLR0917  (ground and events, and their names)
    what: str,
    of: str,
    bandwidth_m: float,
    ground: Floats,
    size: Floats,
    at: Floats,
    own: Floats,
    events: Floats,
) -> str:
    """Say on how little of the ground half of the events happened, or why that cannot be told.

    Parameters
    ----------
    what, of : str
        What the events are, and what the ground is.
    bandwidth_m : float
        How far an event reaches.
    ground, size, at, events : ndarray
        As for `share_with_half`; events on ground without a value (`at` is NaN) are named only.
    own : ndarray, shape (n,)
        What each event itself adds to the density where it happened.

    Examples
    --------
    >>> ground, ones = np.array([3.0, 3, 1, 0]), np.ones(4)
    >>> near, far = np.array([2.0, 2, 2, 0]), np.array([2.0, 0, 0, 0])
    >>> half_in_words("seizures", "town", 900, ground, ones, near, ones, ones)
    'Half of the 4 seizures happened on 50% of the town'
    >>> half_in_words("seizures", "town", 900, ground, ones, far, ones, ones)
    'With a bandwidth of 900 m the 4 seizures lie too far apart to say on how little of the town \
half of them happened: 75% stand alone, or nearly so'
    """
    total, read = f"{events.sum():,.0f} {what}", np.isfinite(at)
    at, own, events = at[read], own[read], events[read]
    alone = share_alone(ground, at, own, events)
    if alone >= MOST_ALONE:
        return (
            f"With a bandwidth of {scale.kilometers(bandwidth_m)} the {total} lie "
            f"too far apart to say on how little of the {of} half of them happened: "
            f"{words.percent(alone)} stand alone, or nearly so"
        )
    share = share_with_half(ground, size, at, events)
    return f"Half of the {total} happened on {words.percent(share)} of the {of}"


def share_alone(ground: Floats, at: Floats, own: Floats, events: Floats) -> float:
    """Share of the events to whose place all others add less than they do themselves.

    Where these are half, the ground as high as the middle event read without its own part holds
    every event, however far from the others: what the map shows there is single events.

    Parameters
    ----------
    ground, at, events : ndarray
        As for `share_with_half`.
    own : ndarray, shape (n,)
        What each event itself adds to the density where it happened.

    Examples
    --------
    >>> share_alone(np.array([2.0, 1]), np.array([1.0, 1, 0, 0.5]), np.ones(4), np.ones(4))
    0.5
    """
    least = np.maximum(own, 2 * _SAME * float(ground.max(initial=0.0)))
    total = float(events.sum())
    return float(events[at < least * (1 - _SAME)].sum()) / total if total > 0 else float("nan")


def share_with_half(ground: Floats, size: Floats, at: Floats, events: Floats) -> float:
    """Share of the ground that lies as high as the middle one of the events.

    An event raises the density where it happened. So it is read without its own part, or evenly
    strewn events would seem to have chosen high ground; then they lie on half of it.

    Parameters
    ----------
    ground : ndarray, shape (m,)
        Density of each piece of ground or street.
    size : ndarray, shape (m,)
        Area or length of each.
    at : ndarray, shape (n,)
        Density at each event, without what it adds itself.
    events : ndarray, shape (n,)
        Events each stands for.

    Returns
    -------
    float
        0..1. Of ground at just that height as large a part counts as half of the events needs of
        those that lie on it; NaN without events. It counts ground without any density only where
        the middle event has no other in reach (see `share_alone`).

    Examples
    --------
    >>> four = np.array([4.0, 3, 2, 1])
    >>> share_with_half(four, np.ones(4), np.array([4.0, 4, 4, 1]), np.ones(4))
    0.16666666666666666
    >>> share_with_half(four, np.ones(4), four, np.ones(4))
    0.5
    """
    if not events.sum() > 0:
        return float("nan")
    same = _SAME * float(ground.max(initial=0.0))
    at = np.where(at > same, at, 0.0)
    order = np.argsort(-at, kind="stable")
    half = events.sum() / 2
    level = at[order[int(np.searchsorted(np.cumsum(events[order]), half))]]
    higher, level_with = ground > level + same, np.abs(ground - level) <= same
    above, there = events[at > level + same].sum(), events[np.abs(at - level) <= same].sum()
    part = float(np.clip((half - above) / there, 0.0, 1.0))
    return float((size[higher].sum() + part * size[level_with].sum()) / size.sum())
