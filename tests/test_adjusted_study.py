"""The population-adjusted test inside a study: islands, and what the page says of it."""

import re

import numpy as np
import pandas as pd
import pyproj
import pytest

from analysis import caveats, findings, opinions, robustness
from analysis import result as names
from analysis.local_tests import Held
from analysis.rates import own_differences
from analysis.run import run
from analysis.study import Study
from analysis.weights import grid_ring, with_self
from boundaries import load
from geo import schema
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
    assert re.search(r"differences between neighbors show \(phi = 0\.\d+\)\.$", told.reason)


# --- which test leads


def kentucky(**choices):
    """Ohio and Kentucky, Kentucky at twice the risk, three of its counties at six times."""
    counties = load.counties()
    geoids = counties.index[counties["state"].isin(["OH", "KY"])]
    people = load.population(2018)[geoids].to_numpy()
    risk = np.where(geoids.str.startswith("21"), 2.0, 1.0)
    risk[geoids.isin(SPOT)] = 6.0
    made = np.random.default_rng(8).poisson(people * 5e-4 * risk)
    rows = by_county(dict(zip(geoids, made.tolist(), strict=True)))
    return run(Study(states=("OH", "KY"), **choices), [records(rows)])


SPOT = ["21071", "21115", "21159"]  # Floyd, Johnson, Martin: three that touch


def test_people_lead_by_county_and_the_other_test_can():
    by_people, by_counts = kentucky(), kentucky(hot_means="counts")
    for result, column in ((by_people, names.ADJUSTED_CLASS), (by_counts, names.CLASS)):
        assert result.leading == column
        (layer,) = result.layers()
        shown = layer.shapes[names.CLASS].astype(float)
        np.testing.assert_array_equal(shown, result.areas[column].astype(float))
        assert result.all_layers()[0].key == layer.key
        assert len(result.all_layers()) == 2
        assert result.areas[column].dropna().is_monotonic_decreasing
    told = {p.name: p for p in by_people.parameters}["Hot means"]
    assert "tells risk from crowds" in told.reason
    both = by_people.areas.sort_index(), by_counts.areas.sort_index()
    for column in (names.Z, names.ADJUSTED_Q):
        np.testing.assert_array_equal(*(areas[column] for areas in both))


def test_a_whole_state_of_high_risk_is_not_hot_within_itself():
    alike, within = kentucky(), kentucky(within_states=True)
    hot = {key: (r.areas[names.ADJUSTED_CLASS] >= 2).fillna(value=False)
           for key, r in (("alike", alike), ("within", within))}  # fmt: skip
    assert hot["alike"].sum() > 2 * hot["within"].sum()
    assert hot["within"][SPOT].all()
    risk = alike.areas.loc["21071", names.RISK], within.areas.loc["21071", names.RISK]
    assert risk[0] > risk[1] > 1
    told = {p.name: p for p in within.parameters}["Ordinary risk"]
    assert told.value == "that of each state"


def test_the_finding_by_people_repeats_the_table():
    result = kentucky()
    hot = result.areas[names.ADJUSTED_CLASS].fillna(0) >= 2
    by_counts = result.areas[names.CLASS].fillna(0) >= 2
    share = result.areas.loc[hot, names.COUNT].sum() / result.areas[names.COUNT].sum()
    able = result.areas[names.ADJUSTED_CLASS].notna().sum()
    assert result.finding.startswith(
        f"{hot.sum()} of {able} counties are hot at 95% for their number of people, with their "
        f"neighbors; together {100 * share:.0f}% of fatal overdoses"
    )
    assert not by_counts.any()
    assert result.finding.endswith("By counts alone (Gi*), none is.")


BY_PEOPLE = (
    ([0, 0, 0, 0], [0, 0, 0, 0], ("None of 4 counties is hot at 95% for its number of people. "
     "By counts alone (Gi*), none is.")),
    ([0, 0, 0, 0], [3, 0, 0, 0], ("None of 4 counties is hot at 95% for its number of people. "
     "By counts alone (Gi*), 1 is.")),
    ([3, 0, 0, 0], [2, 2, 2, 0], ("1 of 4 counties is hot at 95% for its number of people, with "
     "its neighbors; it holds 25% of overdoses, 25% of people. By counts alone (Gi*), it is "
     "too; 2 others are.")),
    ([2, 1, 0, 0], [0, 0, 0, 3], ("1 of 4 counties is hot at 95% for its number of people, with "
     "its neighbors; it holds 25% of overdoses, 25% of people. By counts alone (Gi*), it is "
     "not; 1 other is.")),
    ([3, 2, 0, 0], [3, 0, 0, 2], (
     "2 of 4 counties are hot at 95% for their number of people, with their neighbors; together "
     "50% of overdoses, 50% of people. By counts alone (Gi*), 2 are, 1 of them in both.")),
)  # fmt: skip


@pytest.mark.parametrize(("adjusted", "gi", "said"), BY_PEOPLE)
def test_findings_by_people_in_every_number(adjusted, gi, said):
    areas = pd.DataFrame({
        names.COUNT: [10.0] * 4, names.POPULATION: [100.0] * 4, names.WHY_NOT: "",
        names.CLASS: pd.array(gi, dtype="Int8"),
        names.ADJUSTED_CLASS: pd.array(adjusted, dtype="Int8"),
    })  # fmt: skip
    noun = ("county", "counties")
    assert findings.hot_spot_finding("overdoses", areas, noun, by_people=True) == said


def test_counts_that_are_all_the_same_are_no_test_that_found_nothing():
    """Five deaths in each county of Kentucky: z is 0 over 0 everywhere, p by people is not."""
    counties = load.counties()
    made = by_county(dict.fromkeys(counties.index[counties["state"] == "KY"], 5))
    found = run(Study(states=("KY",)), [records(made)])
    assert found.areas[names.Z].isna().all()
    assert (found.areas[names.ADJUSTED_CLASS] >= 2).any()
    assert found.finding.endswith(
        "By counts alone (Gi*) it cannot be computed: all areas hold the same."
    )


def test_what_the_data_cannot_carry_is_said():
    areas = pd.DataFrame({
        names.CLASS: pd.array([3, 2, 0, 0], dtype="Int8"),
        names.ROBUST: ["robust at 3 of 3 scales", "hot at 1 of 3 scales", "", ""],
        names.NEIGHBORHOOD_COUNT: [40.0, 7.0, 3.0, 3.0],
    })  # fmt: skip
    said = caveats.claim_warnings(
        areas, ("county", "counties"), "neighbors are no more alike than chance", by_people=False,
        fewest=12, least=5,
    )  # fmt: skip
    assert [line.split(":")[0] for line in said] == [
        "Only 4 counties can be tested",
        "1 of 2 hot counties is not hot at half or at double the reach",
        "1 of 2 hot counties has fewer than 12 events with neighbors, the fewest the data suggest.",
        "The map as a whole shows no clustering",
    ]


def test_a_planted_spot_is_robust_and_says_so():
    areas = kentucky(within_states=True).areas
    assert (areas.loc[SPOT, names.ROBUST].str.fullmatch(r"(robust|hot) at [23] of 3 scales")).all()
    neither = areas[names.ADJUSTED_CLASS].abs().fillna(0) < 2
    assert (areas.loc[neither, names.ROBUST] == "").all()
    assert (areas.loc[~neither, names.ROBUST] != "").all()


def test_each_spot_says_what_it_is_at_half_and_at_double_the_reach():
    """Counted here by hand from the three classes of a row."""
    found = kentucky(within_states=True)
    rows = found.areas.loc[
        found.areas[names.ROBUST] != "", [names.HALF, names.ADJUSTED_CLASS, names.DOUBLE]
    ]
    for area, levels in rows.iterrows():
        side = np.sign(levels[names.ADJUSTED_CLASS])
        again = sum(int(level) * side >= 2 for level in levels)
        assert f"at {again} of 3 scales" in found.areas.loc[area, names.ROBUST]
    fields = {one.column: one.hover for one in found.layers()[0].fields}
    assert fields[names.ROBUST]  # on the map's tooltip, the classes in tables and files
    assert {names.HALF, names.DOUBLE} <= set(fields)
    hot = int((rows[names.ADJUSTED_CLASS] >= 2).sum())
    assert found.at_scales.startswith(f"Of {hot} hot count")
    told = {p.name: p for p in found.parameters}["Other scales"]
    assert re.fullmatch(
        r"half the reach \(the nearest \d+\) and double the reach \(the nearest \d+\)", told.value
    )


def test_a_neighborhood_of_few_events_is_hot_at_no_scale():
    """The nearest few of each county of Nebraska by great circles, and what they hold, by hand."""
    chosen = load.counties()[load.counties()["state"] == "NE"]
    people = load.population(2018)[chosen.index].to_numpy()
    deaths = pd.Series(np.random.default_rng(2).poisson(people * 3e-5), chosen.index)
    deaths[["31031", "31103", "31017"]] = 9, 4, 7  # Cherry, Keya Paha, Brown: side by side
    lon, lat = (np.meshgrid(chosen[name], chosen[name]) for name in ("lon", "lat"))
    apart = pyproj.Geod(ellps="WGS84").inv(lon[0], lat[0], lon[1], lat[1])[2]
    for fewest in (12, None):
        made = run(Study(states=("NE",), min_count=fewest), [records(by_county(deaths.to_dict()))])
        told = {p.name: p for p in made.parameters}
        least = int(told["Fewest events"].value)
        areas, below = made.areas.reindex(chosen.index), 0
        number = re.findall(r"the nearest (\d+)", told["Other scales"].value)
        for column, k in zip((names.HALF, names.DOUBLE), number, strict=True):
            near = np.argsort(apart, axis=1)[:, : int(k) + 1]
            events = deaths.to_numpy()[near].sum(axis=1)
            assert (areas.loc[events < least, column] <= 0).all()
            below += int(((events >= 5) & (events < least)).sum())
        assert (areas[names.DOUBLE] >= 2).any()
        assert below  # some neighborhoods hold a few events, yet too few


def test_a_reach_that_cannot_be_halved_is_no_scale():
    """Hexagons that touch: half the reach would be the same hexagons, and prove nothing."""
    rng = np.random.default_rng(5)
    lon = np.append(rng.uniform(-83.1, -82.8, 300), rng.normal(-82.99, 0.01, 400))
    lat = np.append(rng.uniform(39.85, 40.1, 300), rng.normal(39.97, 0.01, 400))
    rows = [
        {schema.LON: x, schema.LAT: y, schema.GEOID: g, schema.PRECISION: "00"}
        for x, y, g in zip(lon, lat, load.locator().locate(lon, lat), strict=True)
    ]
    touching = run(Study(level="hexagon", cell_m=1500, neighbors="queen"), [records(rows)])
    said = touching.areas[names.ROBUST]
    assert (said[said != ""].str.endswith("of 2 scales")).all()
    assert (said != "").any()
    assert touching.areas[names.HALF].isna().all()
    assert names.HALF not in {one.column for one in touching.layers()[0].fields}
    told = {p.name: p for p in touching.parameters}["Other scales"]
    assert told.value == "double the reach (those within 3 km)"
    assert "Half the reach has the same neighbors" in told.reason
    wider = run(Study(level="hexagon", cell_m=1500, band_m=3000), [records(rows)])
    assert wider.areas[names.ROBUST].str.endswith("of 3 scales").any()


def test_the_layer_of_the_other_test_tells_nothing_of_this_ones_scales():
    """Two tests, two answers at other scales: only the test that leads is made again."""
    for means, own, other in (
        ("people", "Class for its people", "Gi* class, -3 cold to 3 hot"),
        ("counts", "Gi* class", "Class for its people, -3 cold to 3 hot"),
    ):
        leads, beside = kentucky(hot_means=means).all_layers()
        words = {one.column: one.label for one in leads.fields}
        assert words[names.HALF] == f"{own} at half the reach"
        assert words[names.DOUBLE] == f"{own} at double the reach"
        told = {one.column: one.label for one in beside.fields}
        assert told[names.CLASS] == other
        assert not set(told) & {names.ROBUST, names.HALF, names.DOUBLE}


def scales(*rows):
    return pd.DataFrame(
        [[pd.NA if level is None else level for level in row] for row in rows],
        columns=[names.HALF, names.CLASS, names.DOUBLE], dtype="Int8",
    )  # fmt: skip


SUMMED_UP = (
    (scales([0, 1, 0], [0, 0, 0]), ""),
    (scales([3, 3, 2], [2, 2, 2], [0, 3, 2], [0, 2, 1]),
     ("Of 4 hot counties, 2 are robust at 3 of 3 scales, 1 is hot at 2 of 3, 1 is hot at the "
      "chosen reach only.")),
    (scales([2, 2, 2], [0, 3, 2], [0, 2, 1], [None, 3, 3], [None, 3, 0], [0, 2, None]),
     ("Of 6 hot counties, 1 is robust at 3 of 3 scales, 1 is robust at 2 of 2 scales, 1 is hot at "
      "2 of 3, 3 are hot at the chosen reach only.")),
    (scales([None, -2, None], [None, -3, None], [-1, -2, 0], [None, -2, 0]),
     ("Of 4 cold counties, 2 are cold at the chosen reach only, 2 could be tested at the chosen "
      "reach only.")),
    (scales([None, 3, 2], [None, -2, None]),
     ("The one hot county is robust at 2 of 2 scales. The one cold county could be tested at the "
      "chosen reach only.")),
)  # fmt: skip


@pytest.mark.parametrize(("areas", "said"), SUMMED_UP)
def test_other_scales_in_one_sentence(areas, said):
    assert robustness.sentence(areas, names.CLASS, ("county", "counties")) == said


def test_the_whole_map_in_words():
    assert "events for the number of people: neighbors are alike" in kentucky().whole_map
    # The least of 999 shuffles, on two sides: 2 / (999 + 1) (Phipson and Smyth 2010).
    assert "p <= 0.002)" in kentucky().whole_map
    assert "p = 0.002" not in kentucky().whole_map
    flat = massachusetts(0).whole_map
    assert "no more alike than chance makes them" in flat


def test_others_look_at_what_the_map_looks_at():
    """By people with the test's own phi; on a grid by ground, and joins of nearly whole cells."""
    rng = np.random.default_rng(3)
    near = with_self(grid_ring([(c, r) for r in range(12) for c in range(12)]))
    people = rng.lognormal(9, 0.5, 144)
    count = rng.poisson(people * 3e-3 * rng.gamma(4, 0.25, 144)).astype(float)
    held = Held(count, people)
    phi = own_differences(count, people, near)
    assert phi > 0.1
    shown, many = opinions.looked_at(count, held, near, for_people=True)
    mean = people * count.sum() / people.sum()
    np.testing.assert_allclose(shown, (count - mean) / np.sqrt(mean + phi * mean**2))
    np.testing.assert_array_equal(many, count > mean)
    share = np.where(np.arange(144) % 12 == 0, 0.4, 1.0)
    of_ground = Held(count, np.full(144, np.nan), ground=share)
    shown, many = opinions.looked_at(count, of_ground, near, for_people=False)
    mean = share * count.sum() / share.sum()
    np.testing.assert_allclose(shown, (count - mean) / np.sqrt(share))
    assert np.isnan(many[share < 1]).all()
    np.testing.assert_array_equal(many[share == 1], (count > mean)[share == 1])


def test_why_others_find_fewer_is_said():
    found = pd.DataFrame(
        {opinions.QUADRANT: ["high among high", ""], opinions.MORAN_Q: [0.01, 0.5],
         opinions.JOINS: [1.0, 0.0], opinions.JOINS_Q: [0.5, 1.0]}, index=["A", "B"],
    )  # fmt: skip
    fewer = opinions.in_words(found, pd.Series({"A": True, "B": True}), "counties")
    assert "Fewer is no contradiction" in fewer
    alike = found.assign(**{opinions.JOINS_Q: [0.01, 1.0]})
    assert "contradiction" not in opinions.in_words(alike, pd.Series({"A": True}), "counties")


def test_others_are_asked_about_every_area():
    result = kentucky()
    found = result.opinions()
    assert set(found.index) == set(result.areas.index)
    assert (found.loc[SPOT, opinions.QUADRANT] == "high among high").all()
    hot = result.areas[result.leading].fillna(0) >= 2
    said = opinions.in_words(found, hot, "counties")
    assert said.startswith(f"Of {hot.sum()} hot on the map")
