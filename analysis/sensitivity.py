"""Would the map be another one at another scale: hot spots at half and at double the reach."""

from collections.abc import Sequence
from typing import Final, Literal

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy import sparse

from analysis.fdr import classes, fdr
from analysis.getis_ord import gi_star
from analysis.suited import suited_p
from analysis.weights import distance_band, k_nearest, with_self
from geo.errors import StudyError

SURE: Final = 2
"""Least class that counts as a hot or cold spot: 95%."""

SURVIVES: Final = "survives"
COMPUTED: Final = "computed"
IN_WORDS: Final = "in_words"


def bands(
    points: ArrayLike, band_m: float, factors: Sequence[float] = (0.5, 1.0, 2.0)
) -> tuple[sparse.csr_array, ...]:
    """Weights of a distance band at several scales, each place with itself.

    Parameters
    ----------
    points : array_like, shape (n, 2)
        Easting and northing in metres.
    band_m : float
        The chosen band in metres.
    factors : sequence of float
        Of the band.

    Examples
    --------
    >>> [w.nnz for w in bands([(0, 0), (10, 0), (20, 0)], 10)]
    [3, 7, 9]
    """
    return tuple(with_self(distance_band(points, band_m * factor)) for factor in factors)


def numbers(
    points: ArrayLike, weights: sparse.csr_array, factors: Sequence[float] = (0.5, 2.0)
) -> tuple[sparse.csr_array, ...]:
    """Weights as chosen, and with half and double the usual number of nearest neighbors.

    For areas that touch, or the k nearest, where there is no distance to halve.

    Parameters
    ----------
    points : array_like, shape (n, 2)
        Centers, easting and northing in metres.
    weights : scipy.sparse, shape (n, n)
        The chosen ones.
    factors : sequence of float
        Of the median number of neighbors.

    Examples
    --------
    >>> points = [(float(x), 0.0) for x in range(9)]
    >>> [int(w.sum(axis=1)[4]) for w in numbers(points, with_self(distance_band(points, 2)))]
    [3, 5, 9]
    """
    chosen = with_self(sparse.csr_array(weights != 0, dtype=np.float64))
    n = chosen.shape[0]
    usual = float(np.median(np.diff(chosen.indptr) - 1))
    count = [int(np.clip(round(usual * factor), 1, max(n - 1, 1))) for factor in factors]
    fewer, more = (with_self(k_nearest(points, k)) for k in count)
    return fewer, chosen, more


def survival(found: ArrayLike, chosen: int = 1) -> pd.DataFrame:
    """At how many scales each hot or cold spot of the chosen one is found again.

    Parameters
    ----------
    found : array_like of float, shape (n, scales)
        Class -3 to 3 of each place at each scale; NaN: not computable there.
    chosen : int
        Column of the scale on the map.

    Returns
    -------
    DataFrame
        In the order of the rows: `survives`, scales at which the place is hot (cold) for sure
        as on the map, 0 for places that are neither; `computed`, scales with a result; `in_words`.

    Examples
    --------
    >>> found = [[3, 3, 2], [0, 2, 1], [float("nan"), -2, -3], [3, 0, 0]]
    >>> survival(found)["in_words"].tolist()
    ['robust at 3 of 3 scales', 'hot at 1 of 3 scales', 'robust at 2 of 2 scales', '']
    """
    level = np.asarray(found, dtype=np.float64)
    if level.ndim != 2 or not 0 <= chosen < level.shape[1]:
        raise StudyError("The scales do not fit.", "Give one column of classes for each scale.")
    on_map = np.where(np.abs(level[:, chosen]) >= SURE, np.sign(level[:, chosen]), 0)
    again = (np.sign(level) == on_map[:, None]) & (np.abs(level) >= SURE)
    survives = np.where(on_map != 0, again.sum(axis=1), 0)
    computed = np.isfinite(level).sum(axis=1)
    return pd.DataFrame(
        {
            SURVIVES: survives.astype(np.int8),
            COMPUTED: computed.astype(np.int8),
            IN_WORDS: [_say(*line) for line in zip(on_map, survives, computed, strict=True)],
        }
    )


def hot_at_scales(
    values: ArrayLike, scales: Sequence[sparse.csr_array], method: Literal["bh", "by"] = "bh"
) -> NDArray[np.float64]:
    """Classes of Gi* at several scales.

    Parameters
    ----------
    values : array_like, shape (n,)
        Counts or rates; NaN: missing.
    scales : sequence of scipy.sparse, each shape (n, n)
        Self included; such as from `bands` or `numbers`.
    method : {"bh", "by"}
        Correction for many tests, at each scale by itself.

    Returns
    -------
    ndarray of float64, shape (n, scales)
        -3 to 3, NaN where not computable: what `survival` takes.

    Examples
    --------
    >>> points = [(float(x), 0.0) for x in range(60)]
    >>> values = [0] * 25 + [9] * 9 + [0] * 26
    >>> survival(hot_at_scales(values, bands(points, 2)))["in_words"][29]
    'robust at 3 of 3 scales'
    """
    return np.column_stack(
        [classes(gi_star(values, one), fdr(suited_p(values, one).p, method)) for one in scales]
    )


def _say(on_map: float, survives: int, computed: int) -> str:
    if on_map == 0:
        return ""
    kind = "hot" if on_map > 0 else "cold"
    head = "robust" if survives == computed and computed > 1 else kind
    return f"{head} at {survives} of {computed} scales"
