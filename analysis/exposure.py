"""What was recorded in the counties a corridor crosses: context, never a cause."""

from collections.abc import Sequence
from typing import Final

import pandas as pd

from analysis import result as names
from analysis.result import HotSpots
from boundaries import corridors

COUNTIES: Final = "counties"
HOT: Final = "hot_counties"
OVERDOSES: Final = "overdoses"
SEIZURES: Final = "seizures"
SHARE: Final = "share_of_overdoses"
METHOD: Final = """
Counties are joined to a corridor when its schematic line crosses them: against the true
interstates, 93 % of the counties named are right and 91 % of the right ones are named. Overdoses,
seizures, people and hot counties are added up over them; a county crossed by two corridors counts
for both.
"""


def along_corridors(
    overdoses: HotSpots, seizures: HotSpots | None = None, chosen: Sequence[str] = ()
) -> pd.DataFrame:
    """Add up county-level results along each corridor that crosses their study area.

    Parameters
    ----------
    overdoses : HotSpots
        A run at county level: its study area, counts and hot counties.
    seizures : HotSpots, optional
        A run at county level over seizures; none recorded when missing.
    chosen : sequence of str
        Corridor names; all when empty.

    Returns
    -------
    DataFrame
        Indexed by corridor, most overdoses first: `counties`, `hot_counties` (95 % or surer),
        `overdoses`, `share_of_overdoses` (0..1 of the study area), `seizures`, `population`,
        `rate_per_100k` (overdoses).
    """
    areas = overdoses.areas
    found = areas.assign(**{SEIZURES: 0.0 if seizures is None else seizures.areas[names.COUNT]})
    rows = {}
    for name in chosen or corridors.names():
        crossed = found[found.index.isin(corridors.counties_on(name))]
        if len(crossed):
            rows[name] = {
                COUNTIES: len(crossed),
                HOT: int((crossed[names.CLASS] >= 2).sum()),
                OVERDOSES: crossed[names.COUNT].sum(),
                SEIZURES: crossed[SEIZURES].sum(),
                names.POPULATION: crossed[names.POPULATION].sum(min_count=1),
            }
    columns = [COUNTIES, HOT, OVERDOSES, SEIZURES, names.POPULATION]
    table = pd.DataFrame.from_dict(rows, orient="index", columns=columns)
    total = areas[names.COUNT].sum()
    table[SHARE] = table[OVERDOSES] / total if total else float("nan")
    table[names.RATE] = 1e5 * table[OVERDOSES] / table[names.POPULATION].astype(float)
    return table.sort_values(OVERDOSES, ascending=False, kind="stable")


def finding(table: pd.DataFrame) -> str:
    """Say the table's first line in words."""
    if table.empty:
        return "No corridor of the list crosses the study area."
    first = table.iloc[0]
    hot = int((table[HOT] > 0).sum())
    crossing = "corridor crosses" if len(table) == 1 else "corridors cross"
    return (
        f"{len(table)} {crossing} the study area, {hot} of them through hot counties. Along "
        f"{table.index[0]}: {first[OVERDOSES]:,.0f} overdoses in {first[COUNTIES]:.0f} counties, "
        f"{100 * first[SHARE]:.0f} % of all, and {first[SEIZURES]:,.0f} seizures."
    )
