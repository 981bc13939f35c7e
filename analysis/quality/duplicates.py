"""Lines that are the same as another, and records that look like one event entered twice."""

from typing import Final

import numpy as np
import pandas as pd

from analysis.quality.finding import Bools, Finding, ids_of
from analysis.words import count_of
from geo import schema
from geo.schema import Records

_HASHED: Final = r"[0-9a-f]{16}-[0-9]+"
"""What a record id looks like when the file gives no number: a hash and the number of the copy."""

_SAME_PLACE_DECIMALS: Final = 4  # about 10 m


def identical_of(records: Records) -> Bools:
    """Lines without a number of their own that are the same as another one in all cells.

    For counts of areas: rows of the same area, period and kind.

    Returns
    -------
    ndarray of bool, shape (n,)
        True for each of them, the first one too.
    """
    ids = records.table[schema.RECORD_ID].astype("str")
    hashed = ids.str.fullmatch(_HASHED)
    if not hashed.any():
        return np.zeros(len(ids), dtype=bool)
    content = ids.str[:16].where(hashed, ids)
    same: Bools = content.duplicated(keep=False).to_numpy() & hashed.to_numpy()
    return same


def near_of(records: Records) -> pd.Series:
    """Find records that share day, place and person with another, under another number.

    At street level: the same day, place (to about 10 m), age and sex. Elsewhere the place says
    little, so the minute must be the same as well, and not a full hour. What is missing agrees with
    nothing; the outcomes must be the same.

    Returns
    -------
    Series of int, shape (n,)
        Number of the group of look-alikes, -1 for a record without one; index as the table.
    """
    table = records.table
    group = pd.Series(-1, index=table.index)
    if records.area_counts or table.empty:
        return group
    person = table[schema.AGE].notna() & (table[schema.SEX] != "")
    dated = table[schema.OCCURRED_ON].notna() & ~table[schema.TIME_PRECISION].isin(
        ("month", "quarter", "half", "year")
    )
    at_street = table[schema.PRECISION].isin(schema.POINT_PRECISIONS)
    minute = table[schema.MINUTE]
    to_minute = minute.notna() & (minute % 60 != 0)
    keys = [schema.KIND, schema.OCCURRED_ON, schema.AGE, schema.SEX, schema.OUTCOME]
    places = [schema.GEOID, "lon", "lat"]
    rounded = table[[schema.LON, schema.LAT]].round(_SAME_PLACE_DECIMALS)
    full = table[[*keys, schema.GEOID, schema.MINUTE]].assign(
        lon=rounded["lon"], lat=rounded["lat"]
    )
    last = 0
    for rows, by in (
        (person & dated & at_street, [*keys, *places]),
        (person & dated & ~at_street & to_minute, [*keys, *places, schema.MINUTE]),
    ):
        some = full[rows]
        some = some[some.duplicated(by, keep=False)]
        if len(some):
            group[some.index] = some.groupby(by, sort=False).ngroup() + last
            last = int(group.max()) + 1
    identical = pd.Series(identical_of(records), index=table.index)
    return group.mask(identical, -1)


def findings_of(records: Records) -> list[Finding]:
    """Tell identical lines and look-alikes; neither is ever taken away without a person's word."""
    out = []
    table = records.table
    identical = identical_of(records)
    if identical.any():
        content = table.loc[identical, schema.RECORD_ID].str[:16]
        copies = int(identical.sum()) - content.nunique()
        what = "are the same in all cells as another line"
        effect = "If they are copies, the place is counted too often; if they are separate calls, "
        effect += "nothing is wrong. The file cannot tell."
        advice = "Ask the source. If they are copies, choose to count identical lines once."
        if records.area_counts:
            what = "repeat the area, period and kind of another row"
            effect = "Their counts are added up: right if each is a part, wrong if one replaces "
            effect += "the other."
            advice = "Ask the source which of the two it is."
        out.append(
            Finding(
                key="identical",
                title=f"{count_of(copies, 'line', 'lines')} {what}.".replace(
                    "1 line are", "1 line is"
                ).replace("1 line repeat", "1 line repeats"),
                effect=effect,
                advice=advice,
                severity="note",
                source=records.source,
                share=copies / len(table),
                record_ids=ids_of(table, identical),
            )
        )
    group = near_of(records)
    near = group >= 0
    if near.any():
        groups = int(group[near].nunique())
        out.append(
            Finding(
                key="look_alike",
                title=f"{near.sum():,} records look like {count_of(groups, 'event', 'events')} "
                "entered more than once: same time, place, age and sex under different numbers.",
                effect="If they are, the place is counted too often.",
                advice="Look at the lines, and exclude the ones that are copies.",
                severity="note",
                source=records.source,
                share=float(near.mean()),
                record_ids=ids_of(table, near),
            )
        )
    return out
