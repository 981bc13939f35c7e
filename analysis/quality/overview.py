"""What is wrong with the data, what it does to a map, and what to do: all findings, worst first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import pandas as pd

from analysis.quality import (
    completeness,
    day_patterns,
    duplicates,
    nonreporters,
    odd_dates,
    piles,
    placement,
    reporting,
    silence,
    suppression,
)
from analysis.quality.finding import SEVERITIES, Finding
from geo.schema import Records


@dataclass(frozen=True, eq=False)
class Quality:
    """Findings, worst first, and the tables behind them; each has a column `source`.

    The columns are told where each table is made: `fields` and `differences` in `completeness`,
    `placement`, `lags` in `reporting`, `silences`, `piles`, `counties` in `nonreporters`, `bounds`
    in `suppression`.
    """

    findings: tuple[Finding, ...]
    fields: pd.DataFrame
    differences: pd.DataFrame
    placement: pd.DataFrame
    lags: pd.DataFrame
    silences: pd.DataFrame
    piles: pd.DataFrame
    counties: pd.DataFrame
    bounds: pd.DataFrame


def look(records: Sequence[Records], today: date) -> Quality:
    """Look for what is wrong in each source.

    Parameters
    ----------
    records : sequence of Records
        One or more sources, each looked at by itself.
    today : date
        Dates after it lie in the future.

    Returns
    -------
    Quality
        Findings ordered by severity, then by the share of the source they concern.

    Examples
    --------
    >>> look([], date(2026, 1, 1)).findings
    ()
    """
    findings: list[Finding] = []
    tables: dict[str, list[pd.DataFrame]] = {
        name: [] for name in Quality.__dataclass_fields__ if name != "findings"
    }
    for one in records:
        fields, differences = completeness.fields_of(one), completeness.differences_of(one)
        lags = reporting.lags_of(one, today)
        silences = silence.silences_of(one)
        piled, pile = piles.find(one)
        counties = nonreporters.counties_of(one)
        bounds = suppression.bounds_of(one)
        findings += completeness.findings_of(one, fields, differences)
        findings += placement.findings_of(one)
        findings += reporting.findings_of(one, lags)
        findings += silence.findings_of(one, silences)
        findings += duplicates.findings_of(one)
        findings += piles.findings_of(one, piled, pile)
        findings += nonreporters.findings_of(one, counties)
        findings += odd_dates.findings_of(one, today)
        findings += day_patterns.findings_of(one)
        findings += suppression.findings_of(one, bounds)
        made = {
            "fields": fields, "differences": differences, "lags": lags, "silences": silences,
            "placement": placement.placement_of(one), "piles": piled, "counties": counties,
            "bounds": bounds,
        }  # fmt: skip
        for name, table in made.items():
            tables[name].append(table)
    findings.sort(key=lambda one: (SEVERITIES.index(one.severity), -one.share))
    together = {name: _together(parts) for name, parts in tables.items()}
    return Quality(findings=tuple(findings), **together)


def _together(parts: list[pd.DataFrame]) -> pd.DataFrame:
    """Stack tables; empty ones only lend their columns."""
    full = [part for part in parts if not part.empty]
    if full:
        return pd.concat(full, ignore_index=True)
    return parts[0] if parts else pd.DataFrame()
