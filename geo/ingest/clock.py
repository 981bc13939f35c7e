"""Times of day from text."""

from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.ingest.dates import LOCAL, parse, whole_numbers

_CLOCK: Final = (
    r"^(?P<hour>\d{1,2}(?=:)|\d{1,2}(?=\d{2}$)):?(?P<minute>\d{2})"
    r"(?::(?P<second>\d{2})(?:\.\d+)?)?\s*(?P<half>[AaPp]\.?[Mm]\.?)?$"
)
_AROUND: Final = rf"(?i)\s*(?:hours|hrs?|h)\.?$|(?<=[\dm.]){LOCAL}$"
_HOUR_ONLY: Final = r"^(\d{1,2})\s*([AaPp])\.?(?:[Mm]\.?)?$"
_NOON: Final = r"(?i)^(?:12\s*)?noon$"
_MIDNIGHT_S: Final = 86_400
_BLANK: Final = frozenset({"", "null", "none", "nan", "unknown", "unk", "n/a"})


def read_clock(text: pd.Series) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Seconds after midnight from a column of times of day, and which cells are no time.

    Read are "0:42:00", "1:42 PM", "1342", "1530 hrs", "7p", "noon", "24:00" as the last second of
    its day, a part of a day as spreadsheets keep it (0.57), and the
    time within a date with time. NaN where there is none.

    Examples
    --------
    >>> seconds, unreadable = read_clock(pd.Series(["0:42:00", "1342", "1:42 PM", "NULL", "late"]))
    >>> (seconds / 60).tolist(), unreadable.tolist()
    ([42.0, 822.0, 822.0, nan, nan], [False, False, False, False, True])
    """
    codes, distinct = pd.factorize(text.fillna(""))
    values = pd.Series(distinct, dtype="str").str.strip()
    plain = values.str.replace(_AROUND, "", regex=True)
    plain = plain.str.replace(_HOUR_ONLY, r"\1:00 \2m", regex=True)
    plain = plain.str.replace(_NOON, "12:00", regex=True)
    parts = plain.str.extract(_CLOCK)
    found = _seconds(parts)
    fraction = pd.to_numeric(values.where(values.str.fullmatch(r"0?\.\d+|0")), errors="coerce")
    found = np.where(np.isnan(found), fraction.to_numpy(dtype=float) * 86400, found)
    left = np.isnan(found) & (values != "").to_numpy()
    if left.any():
        dated = parse(values[left])
        within = dated.when - dated.when.astype("datetime64[D]").astype("datetime64[s]")
        whole = (dated.precision == "minute") & ~dated.zoned
        found[left] = np.where(whole, within.astype("timedelta64[s]").astype(float), np.nan)
    blank = values.str.lower().isin(_BLANK).to_numpy()
    return found[codes], (np.isnan(found) & ~blank)[codes]


def _seconds(parts: pd.DataFrame) -> NDArray[np.float64]:
    """Seconds after midnight of hours, minutes, seconds and AM or PM; NaN where impossible."""
    hour, minute = whole_numbers(parts["hour"]), whole_numbers(parts["minute"])
    second = whole_numbers(parts["second"]).clip(0)
    half = parts["half"].fillna("").str.lower().str[:1].to_numpy()
    end = (hour == 24) & (minute == 0) & (second == 0) & (half == "")
    possible = (hour >= 0) & ((hour < 24) | end) & (minute >= 0) & (minute < 60) & (second < 61)
    possible &= (half == "") | (hour <= 12)
    hour = np.where((half == "p") & (hour < 12), hour + 12, hour)
    hour = np.where((half == "a") & (hour == 12), 0, hour)
    found = np.where(possible, hour * 3600.0 + minute * 60.0 + second, np.nan)
    return np.where(end, _MIDNIGHT_S - 1, found)  # the end of its day, which it keeps
