"""Degrees from text: decimal, with a letter for the hemisphere, or in minutes and seconds."""

import re
from typing import Final

import numpy as np
import pandas as pd

from geo.ingest.counts import numbers

_DEGREES: Final = re.compile(
    r"^(?P<front>[NSEW])?\s*(?P<sign>[-\u2212])?\s*(?P<degrees>\d{1,3}(?:\.\d+)?)\s*"
    r"(?:(?:[\u00b0\u00ba:]|d(?:eg)?\.?|\s|-)\s*"
    r"(?:(?P<minutes>\d{1,2}(?:\.\d+)?)\s*(?:(?:['\u2032\u2019\u00b4:m]|\s|-)\s*"
    r"(?:(?P<seconds>\d{1,2}(?:\.\d+)?)\s*(?:\"|\u2033|\u201d|''|s)?\s*)?)?)?)?"
    r"(?P<back>[NSEW])?$",
    re.IGNORECASE,
)


def degrees(text: pd.Series) -> pd.Series:
    r"""Degrees of a column of latitudes or longitudes; south and west negative, NaN where none.

    Examples
    --------
    >>> degrees(pd.Series(["41.76", "41.76N", "72.67 W", "41° 45' 36\" N", "soon"])).tolist()
    [41.76, 41.76, -72.67, 41.76, nan]
    """
    value = numbers(text)
    hard = value.isna() & (text != "")
    if not hard.any():
        return value
    known = {cell: _degrees(str(cell)) for cell in text[hard].unique()}
    value[hard] = text[hard].map(known).astype("float64")
    return value


def _degrees(text: str) -> float:
    found = _DEGREES.match(text.strip())
    if not found or (found["front"] and found["back"]):
        return np.nan
    minutes, seconds = float(found["minutes"] or 0), float(found["seconds"] or 0)
    size = float(found["degrees"]) + minutes / 60 + seconds / 3600
    if minutes >= 60 or seconds >= 60 or size > 180:
        return np.nan
    south_or_west = (found["front"] or found["back"] or "").upper() in {"S", "W"}
    return -size if south_or_west or found["sign"] else size
