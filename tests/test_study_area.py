"""Where a study looks when nobody says: whole states, or the counties a file is about."""

import numpy as np
import pandas as pd
import pytest

from analysis.counts import select
from analysis.spoken_for import spoken_for
from analysis.study import Study
from boundaries import load
from geo import schema
from tests.records_made import records

COLUMBUS = "39049"
METHODS = (
    Study(), Study(level="hexagon"), Study(level="square"), Study(method="density"),
    Study(method="density", versus="people"), Study(method="density", versus="controls"),
)  # fmt: skip


def by_people(states, number, seed=1):
    """Draw so many events from the people of states; by county, those with none left out."""
    counties = load.counties()
    people = load.population()[counties.index[counties["state"].isin(states)]].fillna(0)
    drawn = np.random.default_rng(seed).multinomial(number, people / people.sum())
    found = pd.Series(drawn.astype(float), index=people.index)
    return found[found > 0]


def whole(*states):
    counties = load.counties()
    return set(counties.index[counties["state"].isin(states)])


def at_street_level(events):
    counties = load.counties()
    middle = counties.geometry.representative_point()
    rows = [
        {
            schema.LON: middle[geoid].x, schema.LAT: middle[geoid].y, schema.GEOID: geoid,
            schema.PRECISION: "00", schema.COUNT: number,
        }
        for geoid, number in events.items()
    ]  # fmt: skip
    return records(rows)


@pytest.mark.parametrize("number", [30, 300, 9000])
def test_a_file_of_a_state_gives_every_method_the_whole_state(number):
    """43 of Ohio's 88 counties hold below half a percent of its people each; none is left out."""
    made = at_street_level(by_people(["OH"], number))
    for study in METHODS:
        selection = select(study, [made])
        assert set(selection.geoids) == whole("OH")
        assert selection.tally["outside_study"] == 0


@pytest.mark.parametrize("state", ["HI", "MA", "MD", "NV", "TX", "VA", "WY"])
def test_states_with_tiny_or_empty_counties_have_no_holes(state):
    """Kalawao has 86 people, Loving 169 (Census 2019): no record there is no sign of anything."""
    assert set(spoken_for(by_people([state], 1000), points=True).geoids) == whole(state)


def test_a_few_states_are_whole_each_and_far_strays_are_left_out():
    events = by_people(["OH", "WV"], 3000).add(pd.Series({"12086": 2.0}), fill_value=0)
    found = spoken_for(events, points=True)
    assert set(found.geoids) == whole("OH", "WV")
    assert found.called == ("OH", "WV")
    assert found.held == pytest.approx(3000 / 3002)


def test_a_file_of_one_county_is_about_that_county_by_points_and_its_state_by_county():
    """Empty counties of a state nobody reported from would make the one look hot."""
    events = by_people(["OH"], 30).add(pd.Series({COLUMBUS: 970.0}), fill_value=0)
    assert spoken_for(events, points=True).called == ("Franklin County",)
    assert set(spoken_for(events, points=False).geoids) == whole("OH")
    selection = select(Study(method="density"), [at_street_level(events)])
    assert selection.tally["outside_study"] == len(events) - 1
    assert "elsewhere in their states hardly any lie" in selection.parameters[0].reason


def test_counties_around_a_town_across_a_border_are_not_their_states():
    """Hamilton in Ohio, Boone, Campbell and Kenton in Kentucky: Cincinnati and its suburbs."""
    events = pd.Series({"39061": 700.0, "21015": 90.0, "21037": 90.0, "21117": 110.0})
    found = spoken_for(events.add(by_people(["OH", "KY"], 10), fill_value=0), points=True)
    assert set(found.geoids) == set(events.index)


def test_a_city_that_counties_surround_is_no_hole():
    """Fairfax, Manassas and Manassas Park are cities of their own inside counties of Virginia."""
    around = ["51059", "51153", "51013", "51510", "51107"]
    people = load.population()[around]
    found = spoken_for((people / 1000).round(), points=True).geoids
    assert {"51600", "51683", "51685", *around} <= set(found)
