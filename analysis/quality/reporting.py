"""How late reports come in, and from which day on counts are not yet whole."""

from datetime import date
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from analysis.quality.finding import Finding, ids_of
from analysis.words import count_of
from geo import schema
from geo.schema import Records

WHOLE: Final = 0.9
"""Share of a day's events that must have been reported for its count to be called whole."""

_ENOUGH: Final = 30  # records with both days, below which lags are not told
_EXACT: Final = frozenset({"", "minute", "day"})
_FAR_APART: Final = 366  # days between an event and its report that few lags reach

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def lag_distribution(lag_days: ArrayLike, seen_days: ArrayLike) -> pd.Series:
    """Share of events reported within each number of days, as if all had been waited for.

    An event of last week is in the file only when its report took less than a week: such short lags
    are too many among those seen. The estimate compares each lag only with the lags of events old
    enough to have shown it.

    Parameters
    ----------
    lag_days : array_like of int, shape (n,)
        Days from event to report, 0 or more.
    seen_days : array_like of int, shape (n,)
        Days from event to the day the file was made; never below `lag_days`.

    Returns
    -------
    Series of float
        Indexed by lag in days, ascending: share reported within it, 0..1. The last is 1: of events
        never seen after so many days nothing is known.

    References
    ----------
    Kalbfleisch, J. and Lawless, J. (1989). JASA 84, 360-372. doi:10.1080/01621459.1989.10478780

    Examples
    --------
    Three old events took 0, 0 and 2 days; one of yesterday took none, as it must:

    >>> lag_distribution([0, 0, 2, 0], [9, 9, 9, 1]).round(3).to_dict()
    {0: 0.667, 2: 1.0}
    """
    lag, seen = np.asarray(lag_days, dtype=np.int64), np.asarray(seen_days, dtype=np.int64)
    values, at = np.unique(lag, return_inverse=True)
    took = np.bincount(at, minlength=len(values))
    # Pairs with lag <= v <= seen: could have shown the lag v and had one of at most v.
    able = np.searchsorted(np.sort(lag), values, side="right")
    able = able - np.searchsorted(np.sort(seen), values, side="left")
    longer = 1 - took / np.maximum(able, 1)
    share = np.ones(len(values))
    share[:-1] = np.cumprod(longer[:0:-1])[::-1]
    return pd.Series(share, index=pd.Index(values, name="lag_days"), name="share")


def lags_of(records: Records, today: date) -> pd.DataFrame:
    """Sum up the days from event to report.

    Parameters
    ----------
    records : Records
    today : date
        The file is not younger than this.

    Returns
    -------
    DataFrame
        None or one row: source, rows (with both days), median_days, late_days (90% are in by
        then), as_of (day of the newest report), whole_until (last day of which 90% can be in).
    """
    columns = ["source", "rows", "median_days", "late_days", "as_of", "whole_until"]
    both = _with_lag(records)
    if both.sum() < _ENOUGH:
        return pd.DataFrame(columns=columns)
    event = _days(records.table.loc[both, schema.OCCURRED_ON])
    report = _days(records.table.loc[both, schema.REPORTED_ON])
    as_of = min(int(report.max()), (pd.Timestamp(today) - pd.Timestamp(0)).days)
    used = report <= as_of
    share = lag_distribution((report - event)[used], (as_of - event)[used])
    median, late = (int(share.index[share.to_numpy() >= part - 1e-12][0]) for part in (0.5, WHOLE))
    newest = pd.Timestamp(as_of, unit="D")
    row = {
        "source": records.source,
        "rows": int(both.sum()),
        "median_days": median,
        "late_days": late,
        "as_of": newest,
        "whole_until": newest - pd.Timedelta(days=late),
    }
    return pd.DataFrame([row], columns=columns)


def findings_of(records: Records, lags: pd.DataFrame) -> list[Finding]:
    """Tell the lag and the first day that is not whole; that it is unknown; reports before events.

    Area counts are published when the publisher pleases: nothing is said of them.
    """
    table = records.table
    if records.area_counts or table.empty:
        return []
    out = [_lag(records, lags)]
    both = table[schema.OCCURRED_ON].notna() & table[schema.REPORTED_ON].notna()
    early = both & (table[schema.REPORTED_ON] < table[schema.OCCURRED_ON]) & _by_day(table)
    if early.any():
        number = count_of(int(early.sum()), "record was", "records were")
        out.append(
            Finding(
                key="reported_early",
                title=f"{number} reported before the day it happened.",
                effect="One of the two days is wrong: the record may be in the wrong period.",
                advice="Look at these lines; correct the day.",
                severity="note",
                source=records.source,
                share=float(early.mean()),
                record_ids=ids_of(table, early),
            )
        )
    return out


def _lag(records: Records, lags: pd.DataFrame) -> Finding:
    table = records.table
    if lags.empty:
        return Finding(
            key="lag_unknown",
            title="How late reports come in is not known: the file has no report dates beside the "
            "dates of the events.",
            effect="The newest weeks may be incomplete, and a fall at the end may be no fall.",
            advice="Bring the column with the day of report, or end the period some weeks before "
            "the newest record.",
            severity="note",
            source=records.source,
        )
    row = lags.iloc[0]
    first = row["whole_until"] + pd.Timedelta(days=1)
    newest = table[schema.OCCURRED_ON].max()
    recent = (table[schema.OCCURRED_ON] >= first) & (table[schema.OCCURRED_ON] <= row["as_of"])
    share = float(recent.mean())
    far = row["late_days"] > _FAR_APART
    whole = newest < first
    half, most = (count_of(row[name], "day", "days") for name in ("median_days", "late_days"))
    title = f"Half of the reports come within {half}, {WHOLE:.0%} within {most}: "
    title += (
        "counts are whole to the newest record."
        if whole
        else f"counts from {first:%Y-%m-%d} on are likely too low."
    )
    return Finding(
        key="lag",
        title=title,
        effect="The newest days can be used."
        if whole
        else "A map or trend that takes in those days shows a fall that may not be one.",
        advice="Nothing to do."
        if whole
        else f"End the period on {row['whole_until']:%Y-%m-%d}, or wait for the next file.",
        severity="good" if whole else "serious" if far else "note",
        source=records.source,
        share=share,
        record_ids=ids_of(table, recent),
    )


def _with_lag(records: Records) -> "pd.Series[bool]":
    table = records.table
    later = table[schema.REPORTED_ON] >= table[schema.OCCURRED_ON]  # False where one is missing
    return later & _by_day(table) & (not records.area_counts)


def _by_day(table: pd.DataFrame) -> "pd.Series[bool]":
    exact = table[schema.TIME_PRECISION].isin(_EXACT)
    return exact & (table[schema.DATE_ROLE] != "reported")


def _days(values: pd.Series) -> Ints:
    days: Ints = values.to_numpy(dtype="datetime64[D]").astype(np.int64)
    return days
