"""The top share of the ground or the people by a ranking, and what lies in it."""

import numpy as np
from numpy.typing import ArrayLike

from analysis.getis_ord import Floats
from geo.errors import StudyError


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
    rank, wide = checked(score, size, share)
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
    rank, wide = checked(score, size, 0.0)
    later = later_of(events, rank)
    _, level = np.unique(-rank, return_inverse=True)
    along = np.concatenate([[0.0], np.cumsum(np.bincount(level, wide))])
    caught = np.concatenate([[0.0], np.cumsum(np.bincount(level, later))])
    return along / along[-1], caught / caught[-1]


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


def checked(score: ArrayLike, size: ArrayLike, share: float) -> tuple[Floats, Floats]:
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


def later_of(events: ArrayLike, score: Floats) -> Floats:
    """Later events of each place, refused where they cannot be counted."""
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
