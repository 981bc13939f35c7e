"""Records made by hand for tests of the analysis."""

from collections.abc import Sequence
from typing import Any

import pandas as pd

from geo import schema
from geo.schema import ImportReport, Records

DEFAULTS: dict[str, Any] = {
    schema.KIND: "overdose",
    schema.OCCURRED_ON: "2018-06-01",
    schema.DATE_ROLE: "incident",
    schema.COUNT: 1.0,
    schema.POPULATION: float("nan"),
    schema.OUTCOME: "fatal",
    schema.DRUGS: "",
    schema.LON: float("nan"),
    schema.LAT: float("nan"),
    schema.GEOID: "",
    schema.PRECISION: "12",
    schema.RADIUS_M: 100.0,
    schema.METHOD: "made",
    schema.LOCATION_ROLE: "incident",
}


def records(
    rows: Sequence[dict[str, Any]],
    *,
    area_counts: bool = False,
    dropped: dict[str, int] | None = None,
) -> Records:
    """Rows as dictionaries of what differs from the defaults."""
    names = dict.fromkeys((*DEFAULTS, *(name for row in rows for name in row)))
    table = pd.DataFrame([DEFAULTS | row for row in rows], columns=list(names))
    table[schema.OCCURRED_ON] = pd.to_datetime(table[schema.OCCURRED_ON])
    table[schema.COUNT] = table[schema.COUNT].astype(float)
    table[schema.RECORD_ID] = [f"made-{i}" for i in range(len(table))]
    table[schema.SOURCE_ROW] = range(2, len(table) + 2)
    dropped = dropped or {}
    report = ImportReport(
        rows_read=len(table) + sum(dropped.values()),
        kept=len(table),
        dropped=dropped,
        quarantine=pd.DataFrame(),
        mapping=(),
    )
    return Records(
        table=schema.complete(table), report=report, digest="made", source="made.csv",
        area_counts=area_counts,
    )  # fmt: skip


def by_county(counts: dict[str, int], **same: Any) -> list[dict[str, Any]]:
    """So many incidents in each county."""
    return [{schema.GEOID: g, **same} for g, n in counts.items() for _ in range(n)]
