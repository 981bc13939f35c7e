"""What was recorded in the counties a corridor crosses: context, never a cause."""

from collections.abc import Sequence

import pandas as pd

from analysis import result as names
from analysis.result import HotSpots
from boundaries import corridors

COUNTIES = "counties"
HOT = "hot_counties"
SHARE = "share_of_events"
METHOD = """
Counties are joined to a corridor when its schematic line crosses them: against the true
interstates, 93 % of the counties named are right and 91 % of the right ones are named. Events,
people and hot counties are added up over them; a county crossed by two corridors counts for both.
"""


def along_corridors(result: HotSpots, chosen: Sequence[str] = ()) -> pd.DataFrame:
    """Add up a county-level result along each corridor that crosses its study area.

    Parameters
    ----------
    result : HotSpots
        A run at county level.
    chosen : sequence of str
        Corridor names; all when empty.

    Returns
    -------
    DataFrame
        Indexed by corridor, most events first: `counties`, `hot_counties` (95 % or surer), `count`,
        `share_of_events` (0..1 of the study area), `population`, `rate_per_100k`.
    """
    areas = result.areas
    rows = {}
    for name in chosen or corridors.names():
        crossed = areas[areas.index.isin(corridors.counties_on(name))]
        if len(crossed):
            rows[name] = {
                COUNTIES: len(crossed),
                HOT: int((crossed[names.CLASS] >= 2).sum()),
                names.COUNT: crossed[names.COUNT].sum(),
                names.POPULATION: crossed[names.POPULATION].sum(min_count=1),
            }
    columns = [COUNTIES, HOT, names.COUNT, names.POPULATION]
    table = pd.DataFrame.from_dict(rows, orient="index", columns=columns)
    total = areas[names.COUNT].sum()
    table[SHARE] = table[names.COUNT] / total if total else float("nan")
    table[names.RATE] = 1e5 * table[names.COUNT] / table[names.POPULATION].astype(float)
    return table.sort_values(names.COUNT, ascending=False, kind="stable")


def finding(table: pd.DataFrame) -> str:
    """Say the table's first line in words."""
    if table.empty:
        return "No corridor of the list crosses the study area."
    first = table.iloc[0]
    hot = int((table[HOT] > 0).sum())
    crossing = "corridor crosses" if len(table) == 1 else "corridors cross"
    return (
        f"{len(table)} {crossing} the study area, {hot} of them through hot counties. Along "
        f"{table.index[0]}: {first[names.COUNT]:,.0f} events in {first[COUNTIES]} counties, "
        f"{first[SHARE]:.0%} of all."
    )
