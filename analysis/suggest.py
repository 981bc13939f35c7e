"""What the data can carry: the level to start from, with the reason."""

from collections.abc import Sequence

import pandas as pd

from analysis import words
from analysis.counts import STREET_SHARE, street_share
from analysis.kept_steps import kept
from analysis.spoken_for import COUNTY_SHARE, MOST_RECORDS
from geo import schema
from geo.schema import Records

MOST_COUNTIES = 10


def suggest_kind(records: Sequence[Records]) -> str:
    """Name the kind to start with: overdoses where there are any."""
    found = {kind for one in records for kind in one.table[schema.KIND].unique()}
    return next((kind for kind in schema.KINDS if kind in found), schema.KINDS[0])


@kept(4)
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
    points = street_share(table)
    if len(table) and points >= STREET_SHARE and counties <= MOST_COUNTIES:
        where = "one county" if counties == 1 else f"{counties} counties"
        return "hexagon", (
            f"{words.percent(points)} of the records are placed at street level, nearly all in "
            f"{where}, so hexagons can show where in it."
        )
    if points == 0:
        return "county", "None of the records is placed at street level, as hexagons need."
    if points < STREET_SHARE:
        return "county", (
            f"Only {words.percent(points)} of the records are placed at street level, too few for "
            "hexagons."
        )
    return "county", f"The records spread over {len(share):,} counties, so these give the overview."
