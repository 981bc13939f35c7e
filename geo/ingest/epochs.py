"""Milliseconds since 1970 in UTC, as map servers and scripts keep dates."""

from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.ingest.periods import Array

_MILLISECONDS: Final = r"\d{12,13}(?:\.0)?"
_MOST: Final = 0.9
_DAY_S: Final = 86_400


def fill_epochs(
    values: pd.Series,
    when: Array,
    zoned: NDArray[np.bool_],
    read: NDArray[np.bool_],
    timed: NDArray[np.bool_],
) -> NDArray[np.bool_]:
    """Fill in the instants of a column made of such numbers; tell which cells they are.

    Numbers of twelve or thirteen digits reach from 1973 to 2286. Beside dates written out they may
    be anything. Where all are midnight in UTC they are days, and stay those days in every zone.

    Examples
    --------
    >>> when, flags = np.full(1, np.datetime64("NaT", "s")), np.zeros((3, 1), dtype=bool)
    >>> fill_epochs(pd.Series(["1709337600000"]), when, *flags).tolist(), when.astype(str).tolist()
    ([True], ['2024-03-02T00:00:00'])
    """
    fits: NDArray[np.bool_] = values.str.fullmatch(_MILLISECONDS).to_numpy(dtype=bool)
    fits = fits & ~read
    if not fits.any() or fits.sum() < _MOST * (values != "").sum():
        return np.zeros(len(values), dtype=bool)
    seconds = np.floor(pd.to_numeric(values[fits]).to_numpy(dtype=np.float64) / 1000)
    when[fits] = seconds.astype("datetime64[s]")
    zoned[fits] = bool((seconds % _DAY_S).any())
    read[fits] = True
    timed[fits] = True
    return fits
