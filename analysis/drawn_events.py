"""How far chance moves a share of events: drawn again and again, or its exact bound."""

from typing import Final, NamedTuple

import numpy as np

from analysis.getis_ord import Floats

DRAWS: Final = 9_999
SURE: Final = 0.95

_SAME: Final = 1e-9  # parts of places are sums of shares, so equal ones differ by rounding


class Interval(NamedTuple):
    """From `low` to `high`: 95% of the drawn values, or exact bounds at 95%."""

    low: float
    high: float


def least_share(number: int) -> float:
    """Least share that events of a kind may have of all to come, when all so far were of it.

    The bound of Clopper and Pearson, at 95% on two sides.

    References
    ----------
    Clopper, C. J. & Pearson, E. S. (1934). The use of confidence or fiducial limits illustrated in
    the case of the binomial. Biometrika 26, 404-413. doi:10.1093/biomet/26.4.404.

    Examples
    --------
    >>> round(least_share(20), 3), round(least_share(300), 3)
    (0.832, 0.988)
    """
    return float(((1 - SURE) / 2) ** (1 / max(1, number)))


def captured_between(events: Floats, parts: Floats, draws: int = DRAWS, seed: int = 0) -> Interval:
    """Interval of the share of events that was captured.

    Parameters
    ----------
    events : ndarray of float64, shape (n,)
        In each place, 0 or more.
    parts : ndarray of float64, shape (n,)
        Part of each place that was looked at, 0..1.
    draws, seed
        As for `analysis.capture.capture`.

    Examples
    --------
    Twenty of twenty were captured; so might five in six have been:

    >>> low, high = captured_between(np.array([20.0, 0.0]), np.array([1.0, 0.0]))
    >>> round(low, 2), high
    (0.83, 1.0)
    """
    if np.ptp(parts) <= _SAME:  # all places alike: whatever happens, this part of it is captured
        return Interval(float(parts[0]), float(parts[0]))
    at = parts[events > 0]
    least = least_share(round(float(events.sum())))
    if at.min() >= 1 - _SAME:
        return Interval(least, 1.0)
    if at.max() <= _SAME:
        return Interval(0.0, 1 - least)
    return _middle(_drawn(events, parts[:, None], draws, seed)[:, 0])


def ahead_between(events: Floats, parts: Floats, draws: int = DRAWS, seed: int = 0) -> Interval:
    """Interval of how much more of the events one ranking captured than another.

    `parts` has a column for each. Where every event says the same of the two, some to come, as many
    as the exact bound allows, may say the contrary.

    Examples
    --------
    >>> low, high = ahead_between(np.array([20.0, 0.0]), np.array([[1.0, 0.0], [0.0, 1.0]]))
    >>> round(low, 2), high
    (0.66, 1.0)
    """
    more = parts[:, 0] - parts[:, 1]
    if np.abs(more).max() <= _SAME:  # the same places: neither can be ahead
        return Interval(0.0, 0.0)
    at = more[events > 0]
    if np.ptp(at) <= _SAME:
        least = least_share(round(float(events.sum())))
        sure, open_ = float(at[0]) * least, 1 - least
        return Interval(max(-1.0, sure - open_), min(1.0, sure + open_))
    drawn = _drawn(events, parts, draws, seed)
    return _middle(drawn[:, 0] - drawn[:, 1])


def _drawn(events: Floats, parts: Floats, draws: int, seed: int) -> Floats:
    """Draw the events again and again; share of them captured, shape (draws, rankings).

    Events in like parts are drawn as one heap: their number alone matters.
    """
    some = events > 0
    heap, member = np.unique(parts[some], axis=0, return_inverse=True)
    held = np.bincount(member.ravel(), events[some])
    number = max(1, round(float(held.sum())))
    drawn = np.random.default_rng(seed).multinomial(number, held / held.sum(), size=draws)
    captured: Floats = drawn @ heap / number
    return captured


def _middle(drawn: Floats) -> Interval:
    tail = (1 - SURE) / 2
    low, high = np.quantile(drawn, [tail, 1 - tail])
    return Interval(float(low), float(high))
