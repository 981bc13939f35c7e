"""The last whole months are held back: from what is before them a map is made, by them judged."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from analysis.counts import select
from geo import schema
from geo.errors import StudyError

if TYPE_CHECKING:
    from analysis.study import Study

MONTHS: Final = 3
"""A quarter is held back; more where records know only their half-year or year."""

PERIODS: Final = 4
"""Periods held back in turn, at most: four quarters are a year, so that no season decides."""

FEWEST: Final = 20
"""Events before and after below which a share says nothing: one event is 5% of twenty."""

_MONTHS_LONG: Final = {"month": 1, "quarter": 3, "half": 6, "year": 12}
_EMPTY: Final = "The map cannot be judged: the records carry no dates."


@dataclass(frozen=True, eq=False)
class Holdout:
    """Records before and after a day.

    `study` ends before the first day held back, so it may be run as it is. `later` are the rows
    held back (columns of `geo.schema`), `earlier` all before them, `before` those of a period just
    before that is as long. `hidden` are counties of which a later count is suppressed. `cut` is the
    first day held back, `after` the day after the last, `months` how long the period is.
    """

    study: "Study"
    later: pd.DataFrame
    earlier: pd.DataFrame
    before: pd.DataFrame
    hidden: frozenset[str]
    cut: pd.Timestamp
    after: pd.Timestamp
    months: int


def hold_out(study: "Study", records: Sequence[schema.Records]) -> Holdout:
    """Hold back the last whole months of the records a study counts.

    Parameters
    ----------
    study : Study
        Its filters and period decide which records count.
    records : sequence of Records
        One or more sources.

    Returns
    -------
    Holdout

    Raises
    ------
    StudyError
        There are no dates, or too few events or months to hold any back.

    Notes
    -----
    A last month counts as whole when its last day is in the records or ends the study's period.
    """
    used = select(study, records).used
    used = used[used[schema.OCCURRED_ON].notna()]
    if used.empty:
        raise StudyError(_EMPTY, "Choose the column with the date on the Data page.")
    months, after = _period(study, used)
    cut = after - pd.DateOffset(months=months)
    start = cut - pd.DateOffset(months=months)
    until = (after - pd.Timedelta(days=1)).date()
    if used[schema.OCCURRED_ON].min() >= start + pd.DateOffset(months=1):
        raise StudyError(
            f"The map cannot be judged: to hold {months} months back, at least as many are needed "
            "before them.",
            "Study a longer period.",
        )
    chosen = select(replace(study, end=until), records)  # without rows longer than the period
    rows = chosen.used
    days = rows[schema.OCCURRED_ON]
    later, before = rows[days >= cut], rows[(days >= start) & (days < cut)]
    events = (float(rows.loc[days < cut, schema.COUNT].sum()), float(later[schema.COUNT].sum()))
    if min(events) < FEWEST:
        raise StudyError(
            f"The map cannot be judged: there are {events[0]:,.0f} events before and "
            f"{events[1]:,.0f} in the last {months} whole months, and at least {FEWEST} are "
            "needed in each.",
            "Study a longer period or choose less narrowly.",
        )
    hidden = chosen.hidden[chosen.hidden[schema.OCCURRED_ON] >= cut]
    return Holdout(
        study=replace(study, end=(cut - pd.Timedelta(days=1)).date()),
        later=later,
        earlier=rows[days < cut],
        before=before,
        hidden=frozenset(hidden[schema.GEOID]),
        cut=cut,
        after=after,
        months=months,
    )


def hold_out_again(
    study: "Study", records: Sequence[schema.Records], most: int = PERIODS
) -> tuple[Holdout, ...]:
    """Hold back the last whole months, then as many before them, and so on, the newest first.

    Parameters
    ----------
    study, records
        As for `hold_out`.
    most : int
        Periods at most.

    Returns
    -------
    tuple of Holdout
        At least one. An older one is left out when less than half the events remain before it that
        the newest map is made of: it would judge a map from much less.

    Raises
    ------
    StudyError
        As for `hold_out`, of the newest period.
    """
    newest = hold_out(study, records)
    found, enough = [newest], newest.earlier[schema.COUNT].sum() / 2
    while len(found) < most:
        try:
            older = hold_out(found[-1].study, records)
        except StudyError:
            break
        if older.months != newest.months or older.earlier[schema.COUNT].sum() < enough:
            break
        found.append(older)
    return tuple(found)


def _period(study: "Study", used: pd.DataFrame) -> tuple[int, pd.Timestamp]:
    """Months to hold back, and the day after the last of them."""
    days = used[schema.OCCURRED_ON]
    long = used[schema.TIME_PRECISION].map(_MONTHS_LONG).fillna(0).astype(int)
    longest = int(long.max())
    start = _month(days)  # of each row, months since the year 0
    newest = int((start + np.maximum(long - 1, 0)).max())
    exact = days[(long == 0) & (start == newest)]
    whole = (long > 0) & (start + long - 1 == newest)
    ends = [exact.max()] if len(exact) else []
    if study.end:
        ends.append(pd.Timestamp(study.end))
    full = whole.any() or any(
        (end + pd.Timedelta(days=1)).day == 1 and _month_of(end) == newest for end in ends
    )
    last = newest + 1 if full else newest  # the month after the last whole one
    if longest > 1:  # quarters and years are not to be cut
        phase = int(start[long == longest].max())
        last = phase + (last - phase) // longest * longest
    return max(MONTHS, longest), pd.Timestamp(year=last // 12, month=last % 12 + 1, day=1)


def _month(days: "pd.Series[pd.Timestamp]") -> "pd.Series[int]":
    """Count months since the year 0."""
    return days.dt.year * 12 + days.dt.month - 1


def _month_of(day: pd.Timestamp) -> int:
    return int(day.year * 12 + day.month - 1)
