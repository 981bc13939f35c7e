"""Where a study looks: the places asked for, else those the records speak for."""

from typing import Final

import pandas as pd

from analysis.result import Parameter
from analysis.study import Study
from boundaries import hidta, load
from geo import schema
from geo.errors import StudyError

STATE_RATE: Final = 0.1
"""Records per resident of a state the file is about, as a part of that of all states in it.

A share of the records would leave out small states; a traveler who died elsewhere brings none in.
"""

COUNTY_SHARE: Final = 0.005
"""Share of the records a county must hold for a grid or density.

A county below half a percent adds more empty cells than events, and empty cells beyond the place a
file is about make everything in it look hot.
"""

MOST_RECORDS: Final = 0.8
"""Where such counties hold less than this the file is about states, whose rule then holds."""


def check_places(study: Study) -> None:
    """Refuse a study of places nobody knows.

    Raises
    ------
    StudyError
        A state is not known.
    BoundaryError
        A HIDTA is not known.
    """
    if set(study.states) - set(load.states().index):
        raise StudyError(
            "One of the study's states is not known.", "Use two-letter codes such as CT."
        )
    _members(study)


def study_area(
    study: Study, placed: pd.DataFrame, *, points: bool, listed: bool
) -> tuple[tuple[str, ...], tuple[Parameter, ...]]:
    """Counties a study looks at: those asked for, else those the placed records speak for.

    Parameters
    ----------
    study : Study
    placed : DataFrame
        Columns of `geo.schema`, rows with a county.
    points : bool
        Only places at street level count.
    listed : bool
        All rows are counts of areas: the file lists those it speaks for.

    Returns
    -------
    tuple of str
        County codes, sorted.
    tuple of Parameter
        The choice and its reason.
    """
    counties = load.counties()
    check_places(study)
    if study.states or study.hidtas:
        chosen = counties.index
        if study.states:
            chosen = counties.index[counties["state"].isin(study.states)]
        if study.hidtas:
            chosen = chosen.intersection(_members(study))
        if chosen.empty:
            raise StudyError(
                "The chosen HIDTAs have no county in the chosen states.",
                "Choose one of the two more widely.",
            )
        names = ", ".join((*study.states, *study.hidtas))
        return tuple(sorted(chosen)), (Parameter("Study area", names, "You chose it."),)
    if listed and not placed.empty and not points:
        states = sorted(set(counties["state"].reindex(placed[schema.GEOID].unique()).dropna()))
        geoids = tuple(counties.index[counties["state"].isin(states)])
        reason = "You chose none: all counties of the states of which the file lists counts."
        return geoids, (Parameter("Study area", _listed(states, "states"), reason),)
    events = placed[schema.COUNT].fillna(1.0).groupby(placed[schema.GEOID]).sum()
    events = events[events.index.isin(counties.index)]
    if not events.sum():
        return (), ()
    share = events / events.sum()
    geoids = tuple(sorted(share.index[share >= COUNTY_SHARE]))
    if points and (held := share[list(geoids)].sum()) >= MOST_RECORDS:
        value = _listed([str(name) for name in counties.loc[list(geoids), "name"]], "counties")
        rule = f"counties that hold at least {COUNTY_SHARE:.1%} of the records"
    else:
        by_state = events.groupby(counties.loc[events.index, "state"]).sum()
        residents = load.population().groupby(counties["state"]).sum().reindex(by_state.index)
        rate = by_state / residents.where(residents > 0, residents.median())
        states = sorted(rate.index[rate >= STATE_RATE * by_state.sum() / residents.sum()])
        geoids = tuple(counties.index[counties["state"].isin(states)])
        held = by_state[states].sum() / by_state.sum()
        value = _listed(states, "states")
        rule = "all counties of the states with a tenth or more of the usual records per resident"
    reason = f"You chose none: {rule}, together {held:.1%}. Areas in it without records count as 0."
    return geoids, (Parameter("Study area", value, reason),)


def _members(study: Study) -> set[str]:
    """Counties of the study's HIDTAs."""
    return set().union(*(hidta.counties_of(name, study.hidtas_as_of) for name in study.hidtas))


def _listed(names: list[str], noun: str) -> str:
    return ", ".join(names) if len(names) <= 4 else f"{len(names)} {noun}"
