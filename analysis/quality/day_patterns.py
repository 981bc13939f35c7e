"""Days and hours that are not when it happened: stand-ins and office days."""

from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from analysis.quality.finding import Finding, ids_of
from analysis.words import count_of, percent
from geo import schema
from geo.schema import Records

SURE: Final = 1e-4
"""Largest probability of a pattern that is told; a handful of patterns is looked at."""

TWICE: Final = 1.5
"""How many times the expected number a stand-in day must hold: more than any true rhythm."""

OFFICE_SHARE: Final = 0.2
"""Share of weekend days (2 in 7 of all days) below which dates look like those of an office."""

_FIRST_DAYS: Final = 12 / 365.2425
_NEW_YEAR: Final = 1 / 365.2425
_WEEKEND: Final = 2 / 7
_MONTHLY: Final = 0.95
_FEWEST: Final = 10
_NEAR_DAYS: Final = 28
_EXACT: Final = frozenset({"", "minute", "day"})

Ints = NDArray[np.int64]


def findings_of(records: Records) -> list[Finding]:
    """Tell piles on one day or hour, and dates that only an office has.

    Counts of areas, and dates known to the month or coarser, have no such patterns.
    """
    table = records.table
    exact = table[schema.OCCURRED_ON].notna() & table[schema.TIME_PRECISION].isin(_EXACT)
    if records.area_counts or not exact.any():
        return []
    first = table[schema.OCCURRED_ON].dt.day == 1
    if first[exact].mean() >= _MONTHLY:
        return [_months_only(records, exact)]
    out = _stand_ins(records, exact, first) + _one_day(records, exact)
    return out + _offices(records, exact) + _hours(records)


def _months_only(records: Records, exact: "pd.Series[bool]") -> Finding:
    share = float((records.table.loc[exact, schema.OCCURRED_ON].dt.day == 1).mean())
    return Finding(
        key="months_only",
        title=f"{percent(share)} of the dates are the first of a month: the source gives months, "
        "not days.",
        effect="Weeks and weekdays mean nothing here.",
        advice="Choose periods of whole months.",
        severity="note",
        source=records.source,
        share=share,
    )


def _stand_ins(
    records: Records, exact: "pd.Series[bool]", first: "pd.Series[bool]"
) -> list[Finding]:
    """Far more first days of a year, or of the other months, than the calendar has."""
    when = records.table[schema.OCCURRED_ON]
    new_year = exact & first & (when.dt.month == 1)
    others = exact & first & ~new_year
    whole = int(exact.sum())
    out = []
    for key, rows, usual, words, unit in (
        ("new_year", new_year, _NEW_YEAR, "January 1", "year"),
        ("first_of_month", others, _FIRST_DAYS - _NEW_YEAR, "the first of a month", "month"),
    ):
        held = int(rows.sum())
        # A short file can hold one January 1 and little else: its own calendar is the measure.
        part = max(usual, _calendar_share(when[exact], key))
        p = stats.binom.sf(held - 1, whole, part)
        if held >= _FEWEST and held > TWICE * part * whole and p < SURE:
            out.append(
                Finding(
                    key=key,
                    title=f"{held:,} records are dated {words}; by the calendar it would be about "
                    f"{part * whole:,.0f}.",
                    effect=f"It stands for an unknown day of the {unit}: that day and month look "
                    "like a peak.",
                    advice=f"Choose periods of whole {unit}s, or correct the dates.",
                    severity="note",
                    source=records.source,
                    share=held / whole,
                    record_ids=ids_of(records.table, rows),
                )
            )
    return out


def _calendar_share(when: pd.Series, key: str) -> float:
    """Share of such days among the days from the first to the last record."""
    days = pd.date_range(when.min(), when.max())
    if len(days) < 2:
        return 1.0
    new_year = (days.day == 1) & (days.month == 1)
    return float((new_year if key == "new_year" else (days.day == 1) & ~new_year).mean())


def _one_day(records: Records, exact: "pd.Series[bool]") -> list[Finding]:
    """Single days with far more records than the weeks around them."""
    when = records.table.loc[exact, schema.OCCURRED_ON].to_numpy(dtype="datetime64[D]")
    number = when.astype(np.int64)
    if not len(number) or number.max() - number.min() > 60_000:
        return []
    held = np.bincount(number - number.min())
    around = pd.Series(held).rolling(2 * _NEAR_DAYS + 1, center=True, min_periods=1)
    usual = ((around.sum() - held) / np.maximum(around.count() - 1, 1)).to_numpy()
    over = max(1.0, float(np.median((held - usual) ** 2 / np.maximum(usual, 0.5)) / 0.455))
    expected = np.maximum(usual, 0.5)
    if over > 1.001:
        p = stats.nbinom.sf(held - 1, expected / (over - 1), 1 / over)
    else:
        p = stats.poisson.sf(held - 1, expected)
    odd = (p * len(held) < SURE) & (held >= _FEWEST) & (held > 2 * TWICE * expected)
    if not odd.any():
        return []
    first = number.min()
    top = int(np.argmax(np.where(odd, held, 0)))
    days = number.min() + np.flatnonzero(odd)
    all_days = records.table[schema.OCCURRED_ON].to_numpy(dtype="datetime64[D]").astype(np.int64)
    rows = exact.to_numpy() & np.isin(all_days, days)
    most = pd.Timestamp(int(first + top), unit="D")
    return [
        Finding(
            key="one_day",
            title=f"{count_of(int(odd.sum()), 'day holds', 'days hold')} far more records than the "
            f"weeks around: {held[top]:,} on {most:%Y-%m-%d}, where {usual[top]:,.0f} would be "
            "usual.",
            effect="A day of entry, or a true mass overdose: a map by day shows a peak.",
            advice="Look at the lines; warn at once if it is a mass overdose of these days.",
            severity="note",
            source=records.source,
            share=float(rows.mean()),
            record_ids=ids_of(records.table, rows),
        )
    ]


def _offices(records: Records, exact: "pd.Series[bool]") -> list[Finding]:
    """Hardly any weekend: the dates are those of an office."""
    table = records.table
    overdoses = exact & (table[schema.KIND] == "overdose")
    out = []
    for role, rows in overdoses[overdoses].groupby(table[schema.DATE_ROLE]):
        weekend = table.loc[rows.index, schema.OCCURRED_ON].dt.day_of_week >= 5
        share = float(weekend.mean())
        if share >= OFFICE_SHARE or stats.binom.cdf(weekend.sum(), len(weekend), _WEEKEND) >= SURE:
            continue
        words = f'dated by the day called "{role}" ' if role else ""
        out.append(
            Finding(
                key=f"office_days_{role or 'unknown'}",
                title=f"Only {percent(share)} of {len(weekend):,} overdoses {words}fall on a "
                "weekend, which has 28.6% of the days: these look like days of reporting.",
                effect="Overdoses are not fewer on weekends: days and weeks are shifted by the "
                "time a report takes.",
                advice="Ask what the date means, and choose another column if there is one.",
                severity="serious",
                source=records.source,
                share=len(weekend) / len(table),
                record_ids=ids_of(table, table.index.isin(rows.index)),
            )
        )
    return out


def _hours(records: Records) -> list[Finding]:
    """Midnight or noon stands for an unknown hour when it holds far more than other full hours."""
    minute = records.table[schema.MINUTE]
    full = minute[minute.notna() & (minute % 60 == 0)]
    held = full.groupby((full // 60).astype(int)).size().reindex(range(24), fill_value=0)
    usual = float(held.drop([0, 12]).quantile(0.9))
    out = []
    for hour, words in ((0, "midnight"), (12, "noon")):
        number = int(held[hour])
        if number < _FEWEST or number <= 2 * TWICE * usual:
            continue
        if stats.poisson.sf(number - 1, max(usual, 1.0)) >= SURE:
            continue
        rows = (minute == 60 * hour).to_numpy()
        out.append(
            Finding(
                key=f"hour_{words}",
                title=f"{number:,} records are timed at exactly {words}, where {usual:,.0f} is "
                "high for a full hour: it stands for an unknown time.",
                effect="A map by hour shows a peak that is none; some of them may belong to the "
                "day before.",
                advice="Read no hours from these records.",
                severity="note",
                source=records.source,
                share=float(rows.mean()),
                record_ids=ids_of(records.table, rows),
            )
        )
    return out
