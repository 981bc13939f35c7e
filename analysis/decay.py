"""How much an event still counts after some time."""

import numpy as np
from numpy.typing import ArrayLike

from analysis.pixels import Floats
from geo.errors import StudyError


def decay_weights(
    age_days: ArrayLike, half_life_days: float, weights: ArrayLike | None = None
) -> Floats:
    """Weights that halve with each half-life.

    Parameters
    ----------
    age_days : array_like, shape (n,)
        Days before the day of the map; below 0 is after it.
    half_life_days : float
        Days after which an event counts one half.
    weights : array_like, shape (n,), or None
        Events each record stands for; None: 1 each.

    Returns
    -------
    ndarray, shape (n,)
        ``w 2**(-age / half_life)``; 0 for what came after the day of the map.

    Raises
    ------
    StudyError
        An age is missing, or the half-life is not above 0.

    Examples
    --------
    >>> decay_weights([0, 30, 60, -1], 30).tolist()
    [1.0, 0.5, 0.25, 0.0]
    """
    age = np.asarray(age_days, dtype=np.float64)
    if not np.isfinite(age).all():
        raise StudyError(
            f"Not computable: {int((~np.isfinite(age)).sum()):,} events have no day.",
            "Leave out what has no date, or let all days count the same.",
        )
    if not 0 < half_life_days < np.inf:
        raise StudyError("The half-life is not above 0.", "Give a number of days.")
    amount = np.ones(age.shape) if weights is None else np.asarray(weights, dtype=np.float64)
    if amount.shape != age.shape:
        raise StudyError("Days and weights do not fit.", "Give one weight for each day.")
    return np.where(age >= 0, amount * np.exp2(-np.maximum(age, 0.0) / half_life_days), 0.0)
