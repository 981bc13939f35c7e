"""Counts that were withheld, and between what the true total lies."""

from typing import Final

import numpy as np
import pandas as pd

from analysis.quality.finding import Finding, ids_of
from analysis.words import count_of, percent
from geo import schema
from geo.schema import Records

USUAL_MOST: Final = 9
"""Largest count usually withheld (CDC WONDER: all below 10), where the file does not show it."""


def bounds_of(records: Records) -> pd.DataFrame:
    """Tell how many counts are withheld and what they can hold.

    The largest withheld count is one below the smallest shown. The smallest is 1 where the file
    shows zeros, else 0: a file without a single zero withholds them too.

    Parameters
    ----------
    records : Records

    Returns
    -------
    DataFrame
        None or one row: source, suppressed (rows), missing (rows without count and population:
        areas of another time), shown (sum of the others), least, most (of one withheld count),
        lower, upper (of the true total).
    """
    columns = ["source", "suppressed", "missing", "shown", "least", "most", "lower", "upper"]
    if not records.area_counts:
        return pd.DataFrame(columns=columns)
    hidden, missing = _hidden(records.table)
    if not hidden.any() and not missing.any():
        return pd.DataFrame(columns=columns)
    shown = records.table[schema.COUNT].dropna()
    above = shown[shown > 0]
    most = int(above.min()) - 1 if len(above) and above.min() > 1 else USUAL_MOST
    least = int((shown == 0).any())
    total, number = float(shown.sum()), int(hidden.sum())
    row = {
        "source": records.source, "suppressed": number, "missing": int(missing.sum()),
        "shown": total, "least": least, "most": most,
        "lower": total + least * number, "upper": total + most * number,
    }  # fmt: skip
    return pd.DataFrame([row], columns=columns)


def findings_of(records: Records, bounds: pd.DataFrame) -> list[Finding]:
    """Tell withheld counts with the bounds of the total, and counts that are not there at all."""
    if bounds.empty:
        return []
    row = bounds.iloc[0]
    hidden, missing = _hidden(records.table)
    whole = len(records.table)
    out = []
    if row["suppressed"]:
        share = float(hidden.mean())
        out.append(
            Finding(
                key="suppressed",
                title=f"{row['suppressed']:,} of {whole:,} counts ({percent(share)}) are withheld, "
                f"each {row['least']} to {row['most']}: the true total lies between "
                f"{row['lower']:,.0f} and {row['upper']:,.0f}.",
                effect="These areas take part in no test and are hatched on the map; mostly areas "
                "with few people, so rural hot spots can hide there.",
                advice="Pool more years, or study larger areas. Never read them as zero.",
                severity="serious" if share > 1 / 3 else "note",
                source=records.source,
                share=share,
                record_ids=ids_of(records.table, hidden),
                areas=_areas(records.table, hidden),
            )
        )
    if row["missing"]:
        number = count_of(row["missing"], "row has", "rows have")
        areas = _areas(records.table, missing)
        out.append(
            Finding(
                key="no_count",
                title=f"{number} neither a count nor a population, in "
                f"{count_of(len(areas), 'area', 'areas')}.",
                effect="Areas of another time, mostly: they are on no map.",
                advice="Check that the areas exist in the years of the file.",
                severity="note",
                source=records.source,
                share=float(missing.mean()),
                record_ids=ids_of(records.table, missing),
                areas=areas,
            )
        )
    return out


def _hidden(table: pd.DataFrame) -> tuple["pd.Series[bool]", "pd.Series[bool]"]:
    """Rows whose count is withheld, and rows that have nothing at all."""
    unknown = table[schema.COUNT].isna()
    people = table[schema.POPULATION]
    missing = unknown & people.isna() & bool(people.notna().any())
    return unknown & ~missing, missing


def _areas(table: pd.DataFrame, rows: "pd.Series[bool]") -> tuple[str, ...]:
    geoids = np.unique(table.loc[rows, schema.GEOID].to_numpy(dtype=object).astype(str))
    return tuple(geoid for geoid in geoids.tolist() if geoid)
