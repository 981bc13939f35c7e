"""Who stopped reporting: a silence that chance does not explain, at the end or in the middle."""

from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy.special import gammaln

from analysis.quality.finding import Finding, listed
from analysis.significance import fdr
from analysis.words import count_of
from boundaries import load
from geo import schema
from geo.schema import Records

SURE: Final = 0.01
"""Largest q-value (over all reporters of a source) of a silence that is told."""

SHORTEST_DAYS: Final = 28
"""A silence shorter than this is not told, however sure."""

FEWEST_EVENTS: Final = 20
"""A reporter with fewer events is too sparse for a silence to say anything."""

_BIN_DAYS: Final = 28
_KNOWN_AGENCIES: Final = 0.5
_COLUMNS: Final = (
    "source", "by", "reporter", "events", "silent_from", "silent_until", "days", "ended", "p", "q",
)  # fmt: skip

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def silence_p(events: ArrayLike, silent_share: ArrayLike, dispersion: ArrayLike) -> Floats:
    """Probability that none of a reporter's events falls into a stretch of its time.

    Given their number, events of a Poisson process fall into a stretch in proportion to it. Events
    that come in clusters leave longer gaps: their counts follow a negative binomial, and the share
    that falls into a stretch, given the total, a beta-binomial.

    Parameters
    ----------
    events : array_like, shape (n,)
        How many events there are.
    silent_share : array_like, shape (n,)
        Length of the stretch, as a share 0..1 of the reporter's whole time.
    dispersion : array_like, shape (n,)
        Variance of its counts over their mean; below 1 counts as 1.

    Returns
    -------
    ndarray of float, shape (n,)

    Examples
    --------
    Ten events and a silent half, one chance in 1,024; in clusters of about two it is likelier:

    >>> silence_p([10, 10], [0.5, 0.5], [1.0, 2.0]).round(4)
    array([0.001 , 0.0108])
    """
    n, share, over = np.broadcast_arrays(
        np.maximum(np.asarray(events, dtype=float), 0.0),
        np.clip(np.asarray(silent_share, dtype=float), 0.0, 1.0),
        np.maximum(np.asarray(dispersion, dtype=float), 1.0),
    )
    log_poisson = n * np.log1p(-np.minimum(share, 1 - 1e-15))
    shape = n / np.maximum(over - 1, 1e-6)
    loud = np.maximum(shape * (1 - share), 1e-12)
    whole = np.maximum(shape, 1e-12)
    log_clustered = gammaln(loud + n) - gammaln(loud) - gammaln(whole + n) + gammaln(whole)
    p: Floats = np.exp(np.minimum(np.where(over > 1 + 1e-6, log_clustered, log_poisson), 0.0))
    return p


def silences_of(records: Records) -> pd.DataFrame:
    """Test each agency (each county, when agencies are not known) for a silence.

    A stretch is measured on two clocks, the calendar and the events of all others; the shorter
    counts. So a season, or a file that ends early for all, is no silence of one. For each reporter
    the end and the longest gap before it are tested.

    Parameters
    ----------
    records : Records

    Returns
    -------
    DataFrame
        The silence of each reporter that was tested, surest first: source, by ("agency" or
        "county"), reporter (name or geoid), events, silent_from, silent_until (first and last day
        without an event), days, ended (True: at the end), p, q (over all tests of the source).
        Empty when fewer than three reporters have 20 events.
    """
    by, table = _reporters(records)
    if table.empty:
        return pd.DataFrame(columns=list(_COLUMNS))
    names, who = np.unique(table["who"].to_numpy(dtype=object).astype(str), return_inverse=True)
    day = table["day"].to_numpy(dtype="datetime64[D]").astype(np.int64)
    weight = table["events"].to_numpy(dtype=float)
    # One row for each day on which a reporter had an event.
    key, at = np.unique(who * 1_000_000 + (day - day.min()), return_inverse=True)
    many: Floats = np.bincount(at, weights=weight).astype(float)
    who, when = key // 1_000_000, key % 1_000_000
    total = np.bincount(who, weights=many)
    tested = np.flatnonzero(total >= FEWEST_EVENTS)
    if len(tested) < 3:
        return pd.DataFrame(columns=list(_COLUMNS))
    gaps = _gaps(who, when, many, len(names))
    gaps = gaps[np.isin(gaps["who"], tested)]
    over = _dispersion(who, when, many, gaps, len(names))
    gaps["dispersion"] = np.maximum(over[gaps["who"]], np.median(over[tested]))
    # An event at each end of a gap belongs to its definition, and the longest of all was picked.
    ended = gaps["ended"].to_numpy()
    number = gaps["total"].to_numpy()
    p = silence_p(number - np.where(ended, 1, 2), gaps["share"], gaps["dispersion"])
    gaps["p"] = np.minimum(1.0, p * np.where(ended, 1.0, np.maximum(number - 1, 1)))
    gaps["q"] = fdr(gaps["p"])
    first = pd.Timestamp(int(day.min()), unit="D")
    return pd.DataFrame(
        {
            "source": records.source,
            "by": by,
            "reporter": names[gaps["who"]],
            "events": gaps["total"],
            "silent_from": first + pd.to_timedelta(gaps["start"], unit="D"),
            "silent_until": first + pd.to_timedelta(gaps["end"], unit="D"),
            "days": gaps["end"] - gaps["start"] + 1,
            "ended": gaps["ended"],
            "p": gaps["p"],
            "q": gaps["q"],
        },
        columns=list(_COLUMNS),
    ).sort_values(["q", "p", "reporter"], ignore_index=True)


def findings_of(records: Records, silences: pd.DataFrame) -> list[Finding]:
    """Tell who fell silent at the end, and who was silent for a time."""
    sure = silences[(silences["q"] <= SURE) & (silences["days"] >= SHORTEST_DAYS)]
    out = []
    for ended, rows in sure.groupby("ended", sort=False):
        by = str(rows["by"].iloc[0])
        names = [_name(by, who) for who in rows["reporter"]]
        spans = [
            f"{name} since {start:%Y-%m-%d}"
            if ended
            else f"{name} {start:%Y-%m-%d} to {end:%Y-%m-%d}"
            for name, start, end in zip(
                names, rows["silent_from"], rows["silent_until"], strict=True
            )
        ]
        nouns = {"agency": ("agency", "agencies"), "county": ("county", "counties")}[by]
        verb = "stopped reporting" if ended else "did not report for a time"
        who = tuple(rows["reporter"])
        out.append(
            Finding(
                key=f"silent_{'end' if ended else 'hole'}_{by}",
                title=f"{count_of(len(rows), *nouns)} {verb}: {listed(spans)}.",
                effect="The map shows a fall there, or a cold spot, where nobody looked; what "
                "others report looks hotter beside it.",
                advice="Ask them. Until they have reported, end the period before the silence or "
                "leave the area out."
                if ended
                else "Ask them for the missing records, or compare periods without the hole.",
                severity="serious",
                source=records.source,
                share=float(rows["events"].sum() / max(records.incidents, 1)),
                areas=who if by == "county" else (),
                agencies=who if by == "agency" else (),
            )
        )
    return out


def _reporters(records: Records) -> tuple[str, pd.DataFrame]:
    """Who reported each event, with its day; "county" where agencies are not known."""
    table = records.table
    known = table[schema.AGENCY] != ""
    by = "agency" if known.mean() >= _KNOWN_AGENCIES else "county"
    column = schema.AGENCY if by == "agency" else schema.GEOID
    # A suppressed count is a report.
    events = table[schema.COUNT].fillna(1.0)
    use = (table[column] != "") & table[schema.OCCURRED_ON].notna() & (events > 0)
    rows = table[use]
    return by, pd.DataFrame(
        {"who": rows[column], "day": rows[schema.OCCURRED_ON], "events": events[use]}
    )


def _gaps(who: Ints, when: Ints, many: Floats, reporters: int) -> pd.DataFrame:
    """Longest gap of each reporter in the middle, and the one at its end, on the shorter clock."""
    days = int(when.max()) + 1
    per_day = np.bincount(when, weights=many, minlength=days)
    until = np.concatenate([[0.0], np.cumsum(per_day)])  # events before a day
    first = np.full(reporters, days)
    np.minimum.at(first, who, when)
    last = np.zeros(reporters, dtype=np.int64)
    np.maximum.at(last, who, when)
    total = np.bincount(who, weights=many, minlength=reporters)
    others = np.maximum(until[-1] - until[first] - total, 1e-9)
    span = days - first

    def share(one: Ints, start: Ints, end: Ints) -> Floats:
        calendar = (end - start + 1) / span[one]
        shorter: Floats = np.minimum(calendar, (until[end + 1] - until[start]) / others[one])
        return np.clip(shorter, 0.0, 1.0)

    one = np.arange(reporters)
    tail = pd.DataFrame({"who": one, "start": last + 1, "end": days - 1, "ended": True})
    same = np.flatnonzero(who[1:] == who[:-1])
    hole = pd.DataFrame(
        {"who": who[same], "start": when[same] + 1, "end": when[same + 1] - 1, "ended": False}
    )
    for gaps in (tail, hole):
        gaps["share"] = share(
            gaps["who"].to_numpy(), gaps["start"].to_numpy(), gaps["end"].to_numpy()
        )
    hole = hole.sort_values("share", ascending=False, kind="stable").drop_duplicates("who")
    both = pd.concat([tail, hole], ignore_index=True)
    return both.assign(total=total[both["who"]])


def _dispersion(who: Ints, when: Ints, many: Floats, gaps: pd.DataFrame, reporters: int) -> Floats:
    """Variance over mean of each reporter's counts by four weeks, outside the gaps tested."""
    bins = int(when.max()) // _BIN_DAYS + 1
    held = np.bincount(
        who * bins + when // _BIN_DAYS, weights=many, minlength=reporters * bins
    ).reshape(reporters, bins)
    used = np.ones_like(held, dtype=bool)
    start = np.arange(bins) * _BIN_DAYS
    for gap in gaps.itertuples():
        used[gap.who] &= (start + _BIN_DAYS - 1 < gap.start) | (start > gap.end)
    # Not before the first event either.
    used &= np.maximum.accumulate(held, axis=1) > 0
    season = held.sum(axis=0)
    within = np.where(used, season, 0.0)
    rate = np.where(used, held, 0.0).sum(axis=1) / np.maximum(within.sum(axis=1), 1e-9)
    expected = rate[:, None] * within
    fit = np.where(expected > 0, (held - expected) ** 2 / np.maximum(expected, 1e-9), 0.0)
    freedom = (expected > 0).sum(axis=1) - 1
    over: Floats = fit.sum(axis=1) / np.maximum(freedom, 1)
    return np.maximum(np.where(freedom > 2, over, 1.0), 1.0)


def _name(by: str, who: str) -> str:
    return str(load.gazetteer().name_of(pd.Series([who])).iloc[0]) if by == "county" else who
