"""On how little of the ground half of the events happened."""

from typing import Final

import numpy as np

from analysis.pixels import Floats

_SAME: Final = 1e-5
"""Share of the highest density within which heights are one: transforms are right to 2e-6."""


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
        those that lie on it; NaN without events.

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
