"""The population-adjusted test inside a study: islands, and what the page says of it."""

import numpy as np

from analysis import result as names
from analysis.run import run
from analysis.study import Study
from boundaries import load
from tests.records_made import by_county, records


def massachusetts(own):
    """Deaths by county at one risk, or with a risk of each county's own."""
    counties = load.counties()
    people = load.population(2018)[counties.index[counties["state"] == "MA"]]
    risk = np.random.default_rng(4).gamma(1 / own, own, len(people)) if own else 1.0
    counts = np.random.default_rng(3).poisson(people.to_numpy() * 3e-4 * risk)
    made = by_county(dict(zip(people.index, counts.tolist(), strict=True)))
    return run(Study(states=("MA",)), [records(made)])


def test_islands_get_no_adjusted_p_and_a_reason():
    """Nantucket (25019) touches no other county."""
    areas = massachusetts(0).areas
    nantucket = areas.loc["25019"]
    assert np.isnan(nantucket[names.ADJUSTED_P])
    assert np.isnan(nantucket[names.Z])
    assert "no neighbor" in nantucket[names.WHY_NOT]
    assert areas.drop(index="25019")[names.ADJUSTED_P].notna().sum() >= 11


def test_parameters_say_what_is_taken_for_ordinary():
    told = {p.name: p for p in massachusetts(0.4).parameters}["Population-adjusted test"]
    assert told.value == "negative binomial, mid-p, two-sided"
    assert "more than places differ anyway: by about" in told.reason
    assert told.reason.endswith("show.")
