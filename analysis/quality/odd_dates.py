"""Dates that are missing, impossible, far from the rest, or those of something else."""

from datetime import date
from typing import Final

import numpy as np
import pandas as pd

from analysis.quality.finding import Bools, Finding, ids_of, noun_of
from analysis.words import count_of, percent
from geo import schema
from geo.schema import Records

_FAR_DAYS: Final = 366
_FAR_SHARE: Final = 0.001
_MANY_LOST: Final = 0.05
_MANY_REPORTED: Final = 0.1
_ROLES: Final = {
    "reported": "the day they were reported",
    "death": "the day of death",
}


def findings_of(records: Records, today: date) -> list[Finding]:
    """Tell missing and odd dates, and those that are not of the event."""
    if records.table.empty:
        return []
    dated = records.table[schema.OCCURRED_ON].notna()
    out = _missing(records, dated)
    if dated.any() and not records.area_counts:
        out += _far(records, today) + _roles(records, dated)
    return out


def _missing(records: Records, dated: "pd.Series[bool]") -> list[Finding]:
    lost = ~dated
    if not lost.any():
        return []
    noun = noun_of(records)
    all_lost = bool(lost.all())
    whole = count_of(len(lost), *noun)
    share = float(lost.mean())
    period = records.area_counts and all_lost
    return [
        Finding(
            key="undated",
            title=f"None of the {whole} has a date."
            if all_lost
            else f"{lost.sum():,} of {whole} ({percent(share)}) "
            f"{'has' if lost.sum() == 1 else 'have'} no date.",
            effect="The file speaks of one period as a whole: it cannot be cut into years."
            if period
            else "As soon as a period is chosen they are left out.",
            advice="Name the period the file covers beside the map."
            if period
            else "Look at the lines: dates in the future or before 1990 count as missing. Mend "
            "them and import them again.",
            severity="serious" if share > _MANY_LOST and not period else "note",
            source=records.source,
            share=share,
            record_ids=ids_of(records.table, lost),
        )
    ]


def _far(records: Records, today: date) -> list[Finding]:
    """Dates after today, and a few that lie more than a year away from all others."""
    table = records.table
    when = table[schema.OCCURRED_ON]
    late = (when > pd.Timestamp(today)).to_numpy()
    out = []
    if late.any():
        out.append(
            _dates_finding(
                records, late, "future",
                f"{count_of(int(late.sum()), 'date lies', 'dates lie')} in the future.",
            )
        )  # fmt: skip
    far = _far_from_rest(when.where(~late))
    if far.any():
        number = count_of(int(far.sum()), "date lies", "dates lie")
        out.append(
            _dates_finding(
                records, far, "far_dates", f"{number} more than a year away from all others."
            )
        )
    return out


def _far_from_rest(when: pd.Series) -> Bools:
    day = when.to_numpy(dtype="datetime64[D]")
    known = np.sort(day[~np.isnat(day)]).astype(np.int64)
    far = np.zeros(len(day), dtype=bool)
    few = int(_FAR_SHARE * len(known))
    if few:
        jumps = np.diff(known)
        early = np.flatnonzero(jumps[:few] > _FAR_DAYS)
        late = np.flatnonzero(jumps[-few:] > _FAR_DAYS)
        number = day.astype(np.int64)
        if len(early):
            far |= ~np.isnat(day) & (number <= known[early[-1]])
        if len(late):
            far |= ~np.isnat(day) & (number >= known[len(known) - few + late[0]])
    return far


def _dates_finding(records: Records, rows: Bools, key: str, title: str) -> Finding:
    return Finding(
        key=key,
        title=title,
        effect="The period of the file looks longer than it is: rates by year come out too low.",
        advice="Look at the lines; correct the dates or take them away.",
        severity="note",
        source=records.source,
        share=float(rows.mean()),
        record_ids=ids_of(records.table, rows),
    )


def _roles(records: Records, dated: "pd.Series[bool]") -> list[Finding]:
    out = []
    of_event = (dated & ~records.table[schema.DATE_ROLE].isin(_ROLES)).any()
    for role, words in _ROLES.items():
        rows = dated & (records.table[schema.DATE_ROLE] == role)
        share = float(rows.sum() / dated.sum())
        mixed = 0 < share < 1
        if not rows.any() or (role == "death" and not of_event):
            continue
        out.append(
            Finding(
                key=f"dated_{role}",
                title=f"{rows.sum():,} of {dated.sum():,} dated records ({percent(share)}) are "
                f"dated by {words}{', the others by another day' if mixed else ''}.",
                effect="Months and weekdays mix two kinds of days; a report can be weeks late."
                if role == "reported"
                else "A death can come days after the overdose.",
                advice="Use whole quarters or years rather than days.",
                severity="serious" if role == "reported" and share > _MANY_REPORTED else "note",
                source=records.source,
                share=share,
                record_ids=ids_of(records.table, rows),
            )
        )
    return out
