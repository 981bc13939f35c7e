"""Numbers of days, as spreadsheets keep dates."""

import re
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.ingest.periods import Array

_SERIAL = re.compile(r"^\d{5}(\.\d+)?$")
_EXCEL_ZERO: Final = np.datetime64("1899-12-30", "s")
_DAYS_BESIDE: Final = np.timedelta64(366, "D")


def fill_serials(
    values: pd.Series, when: Array, read: NDArray[np.bool_], timed: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    """Days since 1899-12-30 within 1990..2064, and which cells they are.

    In a column made of nothing else, or where half of the cells are dates: then only numbers within
    a year of those are days. A ZIP code has five digits too.
    """
    found = np.zeros(len(values), dtype=bool)
    left = values[~read]
    number = pd.to_numeric(left.where(left.str.match(_SERIAL)), errors="coerce")
    fits = ((number >= 32874) & (number < 60000)).to_numpy(dtype=bool).copy()
    if not fits.any():
        return found
    days = number.to_numpy(dtype=float)
    filled = int((values != "").sum())
    dated = when[read & ~np.isnat(when)]
    alone = fits.mean() >= 0.9 and len(left) >= 0.5 * filled
    if not alone:
        if len(dated) < 0.5 * filled:
            return found
        stamps = _EXCEL_ZERO + (np.where(fits, days, 0) * 86400).astype("timedelta64[s]")
        usual = np.sort(dated)[
            [int(0.05 * (len(dated) - 1)), int(np.ceil(0.95 * (len(dated) - 1)))]
        ]
        fits &= (stamps >= usual[0] - _DAYS_BESIDE) & (stamps <= usual[1] + _DAYS_BESIDE)
    at = left.index.to_numpy()[fits]
    when[at] = _EXCEL_ZERO + np.round(days[fits] * 86400).astype("timedelta64[s]")
    read[at] = True
    timed[at] = bool((days[fits] % 1 > 0).any())
    found[at] = True
    return found
