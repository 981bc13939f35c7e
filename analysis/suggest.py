"""What the data can carry: the level to start from, with the reason."""

from collections.abc import Sequence

import pandas as pd

from analysis.counts import COUNTY_SHARE, MOST_RECORDS
from geo import schema
from geo.schema import Records

MOST_COUNTIES = 10


def suggest_kind(records: Sequence[Records]) -> str:
    """Name the kind to start with: overdoses where there are any."""
    found = {kind for one in records for kind in one.table[schema.KIND].unique()}
    return next((kind for kind in schema.KINDS if kind in found), schema.KINDS[0])


def suggest_level(records: Sequence[Records], kinds: Sequence[str]) -> tuple[str, str]:
    """Choose between counties and hexagons.

    Returns
    -------
    str
        "county" or "hexagon".
    str
        The reason, one sentence with numbers.
    """
    tables = [one.table for one in records if not one.area_counts]
    if not tables:
        return "county", "The records are counts of whole areas."
    table = pd.concat([one[[schema.KIND, schema.PRECISION, schema.GEOID]] for one in tables])
    table = table[table[schema.KIND].isin(kinds) & (table[schema.GEOID] != "")]
    share = table[schema.GEOID].value_counts(normalize=True)
    large = share[share >= COUNTY_SHARE]
    counties = len(large) if large.sum() >= MOST_RECORDS else len(share)
    points = float(table[schema.PRECISION].isin(schema.POINT_PRECISIONS).mean())
    if len(table) and points >= 0.5 and counties <= MOST_COUNTIES:
        where = "one county" if counties == 1 else f"{counties} counties"
        return "hexagon", (
            f"{points:.0%} of the records are placed at street level, nearly all in {where}, so "
            "hexagons can show where in it."
        )
    if points < 0.5:
        return "county", (
            f"Only {points:.0%} of the records are placed at street level, too few for hexagons."
        )
    return "county", f"The records spread over {len(share):,} counties, so these give the overview."
