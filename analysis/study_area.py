"""Where a study looks: the places asked for, else those the records speak for."""

import pandas as pd

from analysis.result import Parameter
from analysis.spoken_for import spoken_for
from analysis.study import Study
from analysis.words import percent
from boundaries import hidta, load
from geo import schema
from geo.errors import StudyError


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
    found = spoken_for(events[events > 0], points=points)
    reason = (
        f"You chose none: {found.rule}, together {percent(found.held)} of them. Areas in it "
        "without records count as 0."
    )
    return found.geoids, (Parameter("Study area", ", ".join(found.called), reason),)


def _members(study: Study) -> set[str]:
    """Counties of the study's HIDTAs."""
    return set().union(*(hidta.counties_of(name, study.hidtas_as_of) for name in study.hidtas))


def _listed(names: list[str], noun: str) -> str:
    return ", ".join(names) if len(names) <= 4 else f"{len(names)} {noun}"
