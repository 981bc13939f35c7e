"""What was recorded in the counties a corridor crosses: context, never a cause."""

from collections.abc import Sequence
from typing import Final

import pandas as pd

from analysis import result as names
from analysis import words
from analysis.result import HotSpots
from boundaries import corridors, load
from geo.errors import StudyError

COUNTIES: Final = "counties"
HOT: Final = "hot_counties"
OVERDOSES: Final = "overdoses"
SEIZURES: Final = "seizures"
SHARE: Final = "share_of_overdoses"
MOST_STATES: Final = 6
METHOD: Final = """
Counties are joined to a corridor when its schematic line crosses them: against the true
interstates, 93% of the counties named are right and 91% of the right ones are named. Overdoses,
seizures, people and hot counties are added up over them; a county crossed by two corridors counts
for both.
"""


def along_corridors(
    overdoses: HotSpots | None, seizures: HotSpots | None = None, chosen: Sequence[str] = ()
) -> pd.DataFrame:
    """Add up county-level results along each corridor that crosses their study area.

    Parameters
    ----------
    overdoses : HotSpots or None
        A run at county level: its study area, counts and hot counties. None: the seizures' stand in
        for area and hot counties, and no overdose is recorded.
    seizures : HotSpots or None
        A run at county level over seizures; none recorded when missing.
    chosen : sequence of str
        Corridor names; all when empty.

    Returns
    -------
    DataFrame
        Indexed by corridor, most overdoses (without these: seizures) first: `counties`,
        `hot_counties` (95% or surer), `overdoses`, `share_of_overdoses` (0..1 of the study area,
        NaN without any), `seizures`, `population`, `rate_per_100k` (overdoses).

    Raises
    ------
    StudyError
        There is neither.
    """
    result = overdoses or seizures
    if result is None:
        raise StudyError("There are no overdoses and no seizures.", "Load a file first.")
    found = result.areas.assign(
        **{OVERDOSES: _counted(overdoses, result), SEIZURES: _counted(seizures, result)}
    )
    rows = {}
    for name in chosen or corridors.names():
        crossed = found[found.index.isin(corridors.counties_on(name))]
        if len(crossed):
            rows[name] = {
                COUNTIES: len(crossed),
                HOT: int((crossed[result.leading] >= words.HOT).sum()),
                OVERDOSES: crossed[OVERDOSES].sum(),
                SEIZURES: crossed[SEIZURES].sum(),
                names.POPULATION: crossed[names.POPULATION].sum(min_count=1),
            }
    columns = [COUNTIES, HOT, OVERDOSES, SEIZURES, names.POPULATION]
    table = pd.DataFrame.from_dict(rows, orient="index", columns=columns)
    total = found[OVERDOSES].sum()
    table[SHARE] = table[OVERDOSES] / total if total else float("nan")
    table[names.RATE] = 1e5 * table[OVERDOSES] / table[names.POPULATION].astype(float)
    return table.sort_values([OVERDOSES, SEIZURES], ascending=False, kind="stable")


def _counted(one: HotSpots | None, result: HotSpots) -> "pd.Series[float]":
    """Give the counts of a run in the counties of another; 0 without a run."""
    nothing = pd.Series(0.0, index=result.areas.index)
    return nothing if one is None else one.areas[names.COUNT].reindex(result.areas.index)


def finding(table: pd.DataFrame) -> str:
    """Say the table's first line in words."""
    if table.empty:
        return "No corridor of the list crosses the study area."
    first = table.iloc[0]
    number, hot = len(table), int((table[HOT] > 0).sum())
    if number == 1:
        head = f"1 corridor crosses the study area, {'' if hot else 'not '}through hot counties."
    else:
        head = f"{number} corridors cross the study area, {hot or 'none'} of them through hot "
        head += "counties."
    counties = words.count_of(first[COUNTIES], "county", "counties")
    seized = words.count_of(first[SEIZURES], "seizure", "seizures")
    if not table[OVERDOSES].sum():
        return f"{head} Along {table.index[0]}: {seized} in {counties}."
    overdoses = words.count_of(first[OVERDOSES], "overdose", "overdoses")
    share = words.percent(first[SHARE])
    return (
        f"{head} Along {table.index[0]}: {overdoses} in {counties}, {share} of all, and {seized}."
    )


def uncovered(result: HotSpots) -> str | None:
    """Say which states of the study area no corridor of the list crosses; None when all are.

    A state without a line on the map is not a state without a road.
    """
    counties = load.counties()
    crossed = {geoid for name in corridors.names() for geoid in corridors.counties_on(name)}
    reached = set(counties.loc[sorted(crossed), "state"])
    state = counties.loc[result.areas.index, "state"]
    bare = ~state.isin(reached)
    if not bare.any():
        return None
    missing = sorted(set(state[bare]))
    shown = ", ".join(missing[:MOST_STATES])
    if len(missing) > MOST_STATES:
        shown += f" and {len(missing) - MOST_STATES} more"
    hot = int((result.areas.loc[bare, result.leading] >= words.HOT).sum())
    lie = f" {words.count_of(hot, 'hot county lies', 'hot counties lie')} there." if hot else ""
    return f"The list has no corridor in {shown}: it covers the strategy's states.{lie}"
