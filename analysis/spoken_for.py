"""Counties the records of a file speak for, where nobody says where to look.

A file is about whole states, or about a county or a few: what lies elsewhere then are travelers.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import shapely

from boundaries import load

if TYPE_CHECKING:
    import pandas as pd

STATE_RATE: Final = 0.1
"""Records per resident of a place the file is about, as a part of the usual.

A share of the records would leave out small states; a traveler who died elsewhere brings none in.
"""

NEARLY_ALL: Final = 0.95
"""Part of a state's records in the counties it is asked of whether they are all there is."""

COUNTY_SHARE: Final = 0.005
"""Share of the records a county must hold where a file is about counties.

A county below half a percent adds more empty cells than events, and empty cells beyond the place a
file is about make everything in it look hot.
"""

MOST_RECORDS: Final = 0.8
"""Where such counties hold less than this the file is about states, whose rule then holds."""

_STATES: Final = "all counties of the states with a tenth or more of the usual records per resident"
_COUNTIES: Final = (
    f"counties that hold at least {COUNTY_SHARE:.1%} of the records and those they surround, as "
    "elsewhere in their states hardly any lie"
)


@dataclass(frozen=True)
class SpokenFor:
    """Counties (sorted), what they are called, the rule, and the share of the records in them."""

    geoids: tuple[str, ...]
    called: tuple[str, ...]
    rule: str
    held: float


def spoken_for(events: "pd.Series[float]", *, points: bool) -> SpokenFor:
    """Choose the counties that records speak for.

    Parameters
    ----------
    events : Series
        By county code, above 0 in all.
    points : bool
        Places are known within counties, so that a few counties can be a study area. Of counts by
        county a state's other counties are what they are held against.

    Examples
    --------
    One in nine people of Ohio lives in Franklin County, but here nearly all overdoses are from it:

    >>> import pandas as pd
    >>> here = pd.Series({"39049": 950.0, "39113": 3.0})
    >>> spoken_for(here, points=True).called
    ('Franklin County',)
    >>> spoken_for(here, points=False).called
    ('OH',)
    """
    counties, people = load.counties(), _residents()
    state = counties["state"]
    by_state = events.groupby(state[events.index]).sum()
    rate = by_state / people.groupby(state).sum()[by_state.index]
    usual = by_state.sum() / people.groupby(state).sum()[by_state.index].sum()
    states = sorted(rate.index[rate >= STATE_RATE * usual])
    share = events / events.sum()
    large = share.index[share >= COUNTY_SHARE]
    whole = [
        one
        for one in states
        if not points
        or not (state[large] == one).any()
        or _spread(events[state[events.index] == one])
    ]
    if len(whole) < len(states):
        parts = large[~state[large].isin(whole)]
        filled = _surrounded(sorted({*parts, *counties.index[state.isin(whole)]}))
        held = float(share[share.index.isin(filled)].sum())
        if held >= MOST_RECORDS:
            names = [str(name) for name in counties.loc[filled, "name"][~state[filled].isin(whole)]]
            called = (*whole, *names) if len(names) <= 4 else (f"{len(filled)} counties",)
            rule = f"{_STATES}, else {_COUNTIES}" if whole else _COUNTIES
            return SpokenFor(tuple(filled), called, rule, held)
    geoids = tuple(counties.index[state.isin(states)])
    held = float(by_state[states].sum() / by_state.sum())
    called = tuple(states) if len(states) <= 4 else (f"{len(states)} states",)
    return SpokenFor(geoids, called, _STATES, held)


def _residents() -> "pd.Series[float]":
    """People by county; those of the middle one where they are not known."""
    people = load.population().reindex(load.counties().index).astype(float)
    return people.where(people > 0, people.median())


def _spread(events: "pd.Series[float]") -> bool:
    """Tell whether records lie all over a state, and not in some of its counties only.

    The counties with most records, until they hold nearly all, are held against the rest of the
    state: of a file about them a tenth of their records per resident is not to be found there. A
    single record tells of no county: few records lie in single ones of a whole state.
    """
    ranked = events.sort_values(ascending=False, kind="stable")
    before = ranked.cumsum().shift(fill_value=0.0)
    full = ranked.index[(before < NEARLY_ALL * ranked.sum()) & (ranked > 1)]
    if full.empty:
        return True
    people, state = _residents(), load.counties()["state"]
    there, all_people = float(people[full].sum()), float(people[state == state[full[0]]].sum())
    if there >= NEARLY_ALL * all_people:
        return True
    held = float(ranked[full].sum())
    outside = (float(ranked.sum()) - held) / (all_people - there)
    return outside >= STATE_RATE * held / there


def _surrounded(geoids: list[str]) -> list[str]:
    """Add the counties that others surround: a hole would be a border where none is."""
    counties = load.counties()
    ground = shapely.coverage_union_all(counties.geometry[geoids].to_numpy())
    rings = [ring for part in shapely.get_parts(ground) for ring in part.interiors]
    if not rings:
        return geoids
    holes = shapely.union_all(shapely.polygons(rings))
    others = counties.index.difference(geoids)
    middles = shapely.point_on_surface(counties.geometry[others].to_numpy())
    inside = np.asarray(shapely.contains(holes, middles))
    return sorted({*geoids, *others[inside]})
