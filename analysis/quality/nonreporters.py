"""Counties with no or far too few records where their people and neighbors let expect many."""

from functools import cache
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy import sparse, stats

from analysis.quality.finding import Finding, listed
from analysis.significance import fdr
from analysis.weights import contiguity
from analysis.words import count_of, percent
from boundaries import load
from geo import schema
from geo.schema import Records

SURE: Final = 0.01
"""Largest q-value, over all counties of the source, of a county that is told."""

FAR_TOO_FEW: Final = 0.2
"""Share of what is expected above which a county is low, but reports."""

COVERED: Final = 0.5
"""Share of a state's counties, and of its people, that must have records for a state to count as
covered: elsewhere an empty county is no gap but the end of the source."""

_FEWEST_COUNTIES: Final = 8
_LEAST_SPREAD: Final = 0.25  # of the log rates of counties: they differ at least so much everywhere
_ENOUGH_EXPECTED: Final = 5.0
_COLUMNS: Final = ("source", "geoid", "name", "state", "events", "expected", "p", "q")

Floats = NDArray[np.float64]


def too_few_p(events: ArrayLike, expected: ArrayLike, spread: float) -> Floats:
    """Probability of so few events or fewer in a county that reports like the others.

    Parameters
    ----------
    events, expected : array_like, shape (n,)
    spread : float
        Standard deviation of the logarithms of the true rates of counties; 0 gives Poisson.

    Returns
    -------
    ndarray of float, shape (n,)
        Lower tail of the negative binomial with variance m + m^2 (exp(spread^2) - 1).

    Examples
    --------
    With 10 expected, none is rare by Poisson, e^-10, and less so where counties differ:

    >>> too_few_p([0], [10], 0.0).round(6), too_few_p([0], [10], 0.5).round(3)
    (array([4.5e-05]), array([0.009]))
    """
    n, m = np.asarray(events, dtype=float), np.asarray(expected, dtype=float)
    clumping = np.expm1(spread**2)
    if clumping < 1e-9:
        poisson: Floats = stats.poisson.cdf(n, m)
        return poisson
    shape = 1 / clumping
    p: Floats = stats.nbinom.cdf(n, shape, shape / (shape + m))
    return p


def counties_of(records: Records) -> pd.DataFrame:
    """Compare each county of the covered states with what its state and neighbors let expect.

    The rate of a state is the median over its people, so that counties without reports hardly
    lower it. A county's expectation is the smaller of what that rate and what the rate of its
    neighbors gives. How much counties differ is taken from them, robustly.

    Parameters
    ----------
    records : Records

    Returns
    -------
    DataFrame
        Counties of covered states, least likely first: source, geoid, name, state, events,
        expected, p (so few or fewer), q (FDR over all of them). Withheld counts are reports and
        are left out.
    """
    events, hidden = _events(records)
    counties = load.counties()
    people = _people(records)
    found = []
    for state in sorted(set(counties["state"].reindex(events.index).dropna())):
        own = counties.index[(counties["state"] == state) & (people > 0)]
        held = events.reindex(own, fill_value=0.0)
        if _is_covered(held, people[own], hidden):
            found.append(_compare(held, people[own], hidden, str(state)))
    if not found:
        return pd.DataFrame(columns=list(_COLUMNS))
    table = pd.concat(found)
    table["q"] = fdr(table["p"])
    table = table.rename_axis("geoid").reset_index()
    table["source"], table["name"] = records.source, table["geoid"].map(counties["name"])
    return table[list(_COLUMNS)].sort_values(["p", "geoid"], ignore_index=True)


def findings_of(records: Records, compared: pd.DataFrame) -> list[Finding]:
    """Tell counties that look like they do not report, and what the source covers."""
    out = []
    sure = compared[
        (compared["q"] <= SURE) & (compared["events"] < FAR_TOO_FEW * compared["expected"])
    ]
    if len(sure):
        sure = sure.sort_values("expected", ascending=False)
        names = [
            f"{row.name}, {row.state} ({row.events:,.0f} where about {row.expected:,.0f} would be "
            "usual)"
            for row in sure.set_index("name", drop=False).itertuples(index=False)
        ]
        verb = "looks like it does not report" if len(sure) == 1 else "look like they do not report"
        people = load.population()
        states = load.counties()["state"].isin(sure["state"])
        out.append(
            Finding(
                key="nonreporters",
                title=f"{count_of(len(sure), 'county', 'counties')} {verb}: {listed(names)}.",
                effect="Zeros there are no safety: the map shows cold spots, and counties around "
                "look hotter than they are.",
                advice="Ask whether these counties report to this source. If not, leave them out "
                "of the study area.",
                severity="serious",
                source=records.source,
                share=float(people[sure["geoid"]].sum() / people[states].sum()),
                areas=tuple(sure["geoid"]),
            )
        )
    return out + _scope(records)


def _scope(records: Records) -> list[Finding]:
    """Say which part of each state the source has records of."""
    events, hidden = _events(records)
    state = load.counties()["state"]
    there = events.index[(events > 0) | events.index.isin(hidden)]
    of = state.value_counts()
    covers = state.reindex(there).value_counts()
    if covers.empty:
        return []
    names = load.states()["name"]
    if len(covers) <= 3:
        words = " and ".join(
            f"{number:,} of {of[code]:,} {'counties' if of[code] != 1 else 'county'} of "
            f"{names[code]}"
            for code, number in covers.items()
        )
    else:
        words = f"{covers.sum():,} of {of[covers.index].sum():,} counties of {len(covers)} states"
    top = events.idxmax()
    share = events.max() / max(events.sum(), 1.0)
    about = ""
    if share > 0.8 and len(events) > 1:
        where = str(load.gazetteer().name_of(pd.Series([top])).iloc[0])
        about = f"; {percent(float(share))} of the events lie in {where}"
    return [
        Finding(
            key="scope",
            title=f"The source has records in {words}{about}.",
            effect="Counties beyond what the source covers are no zeros: a study area that takes "
            "them in makes the others look hot.",
            advice="Choose the states or HIDTAs of the study by what the source covers.",
            severity="note" if covers.sum() < of[covers.index].sum() else "good",
            source=records.source,
        )
    ]


def _events(records: Records) -> tuple[pd.Series, "pd.Index[str]"]:
    """Events by county, and counties with a withheld count."""
    table = records.table[records.table[schema.GEOID] != ""]
    events = table[schema.COUNT].groupby(table[schema.GEOID]).sum()
    hidden = pd.Index(table.loc[table[schema.COUNT].isna(), schema.GEOID].unique())
    return events[events.index.isin(load.counties().index)], hidden


def _people(records: Records) -> pd.Series:
    """Give the population nearest to the middle of the records."""
    days = records.table[schema.OCCURRED_ON].dropna()
    return load.population(None if days.empty else int(days.dt.year.median()))


def _is_covered(held: pd.Series, people: pd.Series, hidden: "pd.Index[str]") -> bool:
    there = (held > 0) | held.index.isin(hidden)
    return bool(
        there.sum() >= _FEWEST_COUNTIES
        and there.mean() >= COVERED
        and people[there].sum() >= COVERED * people.sum()
    )


def _compare(
    held: pd.Series, people: pd.Series, hidden: "pd.Index[str]", state: str
) -> pd.DataFrame:
    known = ~held.index.isin(hidden)
    held, people = held[known], people[known]
    rate = _median_rate(held.to_numpy(), people.to_numpy())
    expected = people.to_numpy() * rate
    spread = _spread(held.to_numpy(), expected)
    at = load.counties().index.get_indexer(held.index)
    around = _touching()[at][:, at]
    shape = 1 / np.expm1(spread**2)
    nearby = (around @ held.to_numpy() + shape) / (
        around @ people.to_numpy() + shape / max(rate, 1e-12)
    )
    expected = np.minimum(expected, nearby * people.to_numpy())
    return pd.DataFrame(
        {
            "state": state,
            "events": held,
            "expected": expected,
            "p": too_few_p(held.to_numpy(), expected, spread),
        },
        index=held.index,
    )


@cache
def _touching() -> sparse.csr_array:
    """Counties that share a border, in the order of `load.counties`."""
    return contiguity(load.display_counties().geometry[load.counties().index].to_numpy())


def _median_rate(events: Floats, people: Floats) -> float:
    """Rate of the county in which the middle resident lives."""
    rates = events / people
    order = np.argsort(rates, kind="stable")
    below = np.cumsum(people[order])
    return float(rates[order][np.searchsorted(below, below[-1] / 2)])


def _spread(events: Floats, expected: Floats) -> float:
    """Estimate the standard deviation of log rates beyond chance, from the middle half."""
    able = expected >= _ENOUGH_EXPECTED
    if able.sum() < _FEWEST_COUNTIES:
        return 2 * _LEAST_SPREAD
    away = np.log((events[able] + 0.5) / (expected[able] + 0.5))
    wide = (np.quantile(away, 0.75) - np.quantile(away, 0.25)) / 1.349
    chance = np.median(1 / expected[able])
    return float(np.sqrt(max(wide**2 - chance, _LEAST_SPREAD**2)))
