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

_PARTED: Final = r"\d\s+\d"
_DOUBTFUL: Final = r"\s*\d+(?:\s*-\s*\d+)+\s*|\s*\d+(?::\d+)+(?:\.\d+)?\s*"


def degrees(text: pd.Series) -> pd.Series:
    r"""Degrees of a column of latitudes or longitudes; south and west negative, NaN where none.

    Examples
    --------
    >>> degrees(pd.Series(["41.76", "41.76N", "72.67 W", "41° 45' 36\" N", "soon"])).tolist()
    [41.76, 41.76, -72.67, 41.76, nan]
    >>> degrees(pd.Series(["41 45.6", "1 900 000"])).tolist()
    [41.76, 1900000.0]
    """
    if not (pd.to_numeric(text, errors="coerce").isna() & (text != "")).any():
        return numbers(text)
    parted = text.str.contains(_PARTED, regex=True)  # "40 26.767" is not 4,026,767
    value = numbers(text.mask(parted, ""))
    hard = value.isna() & (text != "")
    known = {cell: _degrees(str(cell)) for cell in text[hard].unique()}
    value[hard] = text[hard].map(known).astype("float64")
    left = parted & value.isna()
    if left.any():  # feet or meters with blanks between the thousands
        value[left] = numbers(text[left])
    return value


def unmistakable(text: pd.Series) -> pd.Series:
    r"""Degrees as `degrees` reads them, but only of text that can hardly be anything else.

    Numbers joined by nothing but hyphens may be a day, a band of ages, a telephone or the number
    of a case; with colons alone they may be a time of day. A person can say that they are degrees.

    Examples
    --------
    >>> unmistakable(pd.Series(["40 30 N", "40\u00b0 15' 36\"", "18-24", "11:05:30"])).tolist()
    [40.5, 40.26, nan, nan]
    """
    value = degrees(text)
    return value.mask(text.str.fullmatch(_DOUBTFUL))


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
