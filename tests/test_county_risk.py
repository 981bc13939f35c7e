"""The test of a relative risk by county: its law, its error rate, and what a study says of it."""

import numpy as np
import pytest
from scipy import sparse

from analysis import rates
from analysis.county_risk import county_risk
from analysis.fdr import fdr
from analysis.ground import ground_of
from analysis.neighbors import county_links
from analysis.pixels import Grid
from analysis.run import run
from analysis.study import Study
from analysis.surface import inside
from analysis.weights import with_self
from boundaries import load
from geo import schema
from geo.errors import StudyError
from tests.records_made import records


def world(states, cell_m=12_000.0, year=2018):
    """Counties with people, in metres, and a coarse grid over them."""
    counties = load.counties()
    geoids = tuple(sorted(counties.index[counties["state"].isin(states)]))
    people = load.population(year).reindex(geoids).to_numpy(float)
    ground = ground_of(geoids)
    held = counties.loc[list(geoids)]
    west, south, east, north = ground.shape.bounds
    grid = Grid(west, north, cell_m, int((north - south) / cell_m) + 1,
                int((east - west) / cell_m) + 1)  # fmt: skip
    middles = ground.project(held["lon"], held["lat"])
    return people, middles, county_links(geoids), grid, inside(ground, grid)


def test_mean_variance_and_tail_are_those_of_drawn_maps():
    """At one place, against 20,000 maps with risks of their own, the total given."""
    rng = np.random.default_rng(1)
    people, place = rng.lognormal(8, 0.7, 40), rng.uniform(0, 100, (40, 2))
    grid = Grid(west=49, north=51, cell_m=2, rows=1, cols=1)
    links = sparse.csr_array((40, 40))
    total, reach = 600, 20.0
    kernel = np.exp(-np.sum((place - 50) ** 2, axis=1) / (2 * reach**2))
    drawn = rng.multinomial(total, people / people.sum(), 20_000)
    held = drawn @ kernel
    for level in (0.01, 0.2, 0.8, 0.99):
        near = np.argmin(np.abs(held - np.quantile(held, level)))
        found = county_risk(drawn[near], people, place, links, reach, grid, [[True]], phi=0.0)
        assert found.phi == 0
        assert found.high[0, 0] == pytest.approx((held >= held[near]).mean(), abs=0.01)
        mean = total * (kernel @ people) / people.sum()
        assert found.ratio[0, 0] == pytest.approx(held[near] / mean)


def test_a_kernel_that_reaches_one_county_is_the_test_of_that_county():
    """Then z is (O - E) / sqrt(V) with the mean and variance of `risk_adjusted_p`; phi is its."""
    rng = np.random.default_rng(2)
    place = np.array([(100.0 * (i % 12) + 50, 100.0 * (i // 12) + 50) for i in range(144)])
    links = sparse.csr_array((np.abs(place[:, None] - place).max(axis=2) == 100).astype(float))
    people = rng.lognormal(10, 0.3, 144)
    events = rng.poisson(people * 2e-3 * rng.gamma(5, 0.2, 144)).astype(float)
    grid = Grid(west=0, north=1200, cell_m=100, rows=12, cols=12)
    found = county_risk(events, people, place, links, 10.0, grid, np.ones(grid.shape, bool))
    assert found.phi == pytest.approx(rates.own_differences(events, people, links))
    assert found.phi > 0.05
    row, column = grid.cells_of(place)
    alone = sparse.lil_array(sparse.eye_array(145))
    alone[:, 144] = alone[144, :] = 1  # each touches a hamlet of hardly anybody and no other place
    expected = rates.risk_adjusted_p(
        np.append(events, 0), np.append(people, 1e-9), alone.tocsr(), phi=found.phi
    )[:144]
    one_sided = np.minimum(found.high, 1 - found.high)[row, column]
    # Two curves, three moments; between median and mean ours says 1.
    ours, theirs = (np.minimum(p, 0.85) for p in (2 * one_sided, expected))
    np.testing.assert_allclose(ours, theirs, atol=0.04)


@pytest.mark.slow
@pytest.mark.parametrize(("states", "per_person", "own"), [
    (("OH",), 3e-4, 0.0), (("OH",), 3e-4, 0.1), (("CT", "RI", "MA"), 3e-4, 0.1),
    (("OH",), 1e-5, 0.0),
])  # fmt: skip
def test_a_flat_risk_is_called_high_or_low_on_one_map_in_twenty(states, per_person, own):
    people, middles, links, grid, told = world(states)
    rng, alarms, alone = np.random.default_rng(5), 0, 0
    for _ in range(60):
        risk = rng.gamma(1 / own, own, people.size) if own else 1.0
        events = rng.poisson(people * per_person * risk)
        found = county_risk(events, people, middles, links, 30_000.0, grid, told)
        alarms += bool((found.q[told] <= 0.05).any())
        alone += bool((found.high[told] <= 0.025).any())
    assert alarms <= 3
    assert alone > 10  # place by place, as the headline was made


@pytest.mark.slow
def test_planted_risk_is_found_about_as_often_as_by_the_test_of_neighborhoods():
    people, middles, links, grid, told = world(("OH",))
    near, rng = with_self(links), np.random.default_rng(6)
    row, column = grid.cells_of(middles)
    ours, theirs = [], []
    for _ in range(25):
        member = np.zeros(people.size, bool)
        for middle in rng.choice(people.size, 2, replace=False):
            member[near[[middle]].indices] = True
        risk = np.where(member, 3, 1) * rng.gamma(20, 0.05, people.size)
        events = rng.poisson(people * 3e-4 * risk)
        found = county_risk(events, people, middles, links, 30_000.0, grid, told)
        ours.append((found.q[row, column] <= 0.05)[member].mean())
        theirs.append((fdr(rates.risk_adjusted_p(events, people, near)) <= 0.05)[member].mean())
    assert np.mean(ours) > 0.5
    assert np.mean(ours) > 0.8 * np.mean(theirs)


def test_what_does_not_fit_is_refused():
    grid = Grid(west=0, north=1, cell_m=1, rows=1, cols=1)
    links = sparse.csr_array((2, 2))
    with pytest.raises(StudyError, match="do not fit"):
        county_risk([1], [1, 2], [(0, 0), (1, 1)], links, 1.0, grid, [[True]])
    for events, people in (([0, 0], [1, 1]), ([1, 2], [0, 1])):
        with pytest.raises(StudyError, match="no events"):
            county_risk(events, people, [(0, 0), (1, 1)], links, 1.0, grid, [[True]])


# --- as a study


def ohio(boost=(), factor=4.0, suppressed=(), seed=1):
    """Overdoses of Ohio's 88 counties by population; some at higher risk, some withheld."""
    counties = load.counties()
    geoids = counties.index[counties["state"] == "OH"]
    people = load.population(2018).reindex(geoids)
    risk = np.where(geoids.isin(boost), factor, 1.0)
    made = np.random.default_rng(seed).poisson(people * 4e-4 * risk)
    rows = [
        {schema.GEOID: g, schema.COUNT: np.nan if g in suppressed else float(n)}
        for g, n in zip(geoids, made, strict=True)
    ]
    return records(rows, area_counts=True)


SOUTHEAST = ["39009", "39105", "39053", "39163"]  # Athens, Meigs, Gallia, Vinton
RISK = Study(method="density", versus="people")


def test_headline_areas_and_contours_speak_of_the_same_places():
    found = run(RISK, [ohio(SOUTHEAST)])
    assert found.finding.startswith("The risk of fatal overdoses is higher than chance and the ord")
    assert "many places looked at" in found.finding
    labels = found.contours["label"]
    (sure,) = found.contours[labels.str.startswith("High risk, 95%")].to_crs(5070).geometry
    assert found.areas.to_crs(5070).union_all().area == pytest.approx(sure.area, rel=0.02)
    alone = found.contours[labels.str.startswith("High at the place alone")]
    assert float(alone["area_km2"].sum()) > float(found.areas["area_km2"].sum())
    assert (found.areas["peak"] > 1).all()


def test_a_peak_at_the_border_is_named_by_a_place_of_the_studied_states():
    """Lawrence County lies on the Ohio, across from Ashland in Kentucky and Huntington in WV."""
    south = ["39087", "39145", "39053"]  # Lawrence, Scioto, Gallia
    found = run(RISK, [ohio(south, factor=12.0)])
    cities = load.places()
    ground = ground_of(tuple(load.counties().query("state == 'OH'").index))
    lawrence = load.counties().loc["39087"]
    spot = ground.project([lawrence["lon"]], [lawrence["lat"]])
    apart = np.hypot(*(ground.project(cities["lon"], cities["lat"]) - spot).T)
    assert cities["state"].iloc[np.nanargmin(apart)] in {"KY", "WV"}  # nearest of all
    assert ground.near(spot)[0].endswith(", OH")
    assert found.peaks["name"].str.endswith(", OH").all()
    assert found.areas["name"].str.endswith(", OH").all()
    assert found.finding.endswith(", OH.")


def test_a_flat_risk_says_nowhere_and_draws_no_area():
    found = run(RISK, [ohio()])
    assert found.finding.startswith("Nowhere is the risk of fatal overdoses higher than chance")
    assert found.areas.empty
    assert not found.contours["label"].str.contains("95%").any()
    assert {p.name: p.value for p in found.parameters}["High risk"] == "q at most 0.05, two-sided"


def test_suppressed_counties_are_blank_and_said():
    """Athens and Franklin withheld: no color there, no area, and a warning with the number."""
    hidden = ("39009", "39049")
    found = run(RISK, [ohio(SOUTHEAST, suppressed=hidden)])
    surface = found.surface
    height = np.asarray(surface.values)
    west, cell, _, north, _, down = surface.transform
    counties = load.counties().to_crs(surface.crs)
    for geoid in hidden:
        middle = counties.geometry[geoid].representative_point()
        assert np.isnan(height[int((middle.y - north) / down), int((middle.x - west) / cell)])
    said = [one for one in found.warnings if "suppressed" in one]
    expected = (
        "2 counties (2.3%) with suppressed or missing counts: blank on the map, not taken as 0, "
        "and no part of any ratio."
    )
    assert said == [expected]
    hole = counties.geometry[list(hidden)].union_all()
    assert found.areas.to_crs(surface.crs).union_all().intersection(hole).area < 0.01 * hole.area
    whole = run(RISK, [ohio(SOUTHEAST)])
    assert not any("suppressed" in one for one in whole.warnings)


@pytest.mark.slow
def test_connecticut_is_told_alike_on_both_pages(shared_data):
    """The real file: eight counties, none of them hot, and nowhere a high risk."""
    from boundaries.intake import opened, placed  # noqa: PLC0415  (reads a file)
    from geo.ingest import propose  # noqa: PLC0415

    (file,) = (shared_data / "incidents").glob("ct_*deaths*.csv")
    raw = opened(file, file.name, None)
    made = placed(raw, propose(raw))
    assert run(Study(), [made]).finding.startswith("None of 8 counties is hot at 95%")
    assert run(RISK, [made]).finding.startswith("Nowhere is the risk of fatal overdoses higher")


def test_no_ratio_below_one_is_called_high():
    people, middles, links, grid, told = world(("OH",))
    for crowded in (0, 40, 80):
        events = np.zeros(len(people))
        events[crowded] = 600
        found = county_risk(events, people, middles, links, 30_000.0, grid, told)
        believed = found.high <= found.threshold(0.05)
        assert believed.any()
        assert found.ratio[believed].min() > 1
        assert found.ratio[found.high >= 1 - found.threshold(0.05)].max(initial=0) < 1


def test_too_few_neighbors_tell_no_differences():
    """Two pairs: with 0 for phi, ordinary differences would be called hot."""
    pairs = with_self(sparse.csr_array([[0, 1, 0], [1, 0, 1], [0, 1, 0]], dtype=float))
    assert np.isnan(rates.own_differences([260, 100, 90], [1000] * 3, pairs))
    assert np.isnan(rates.risk_adjusted_p([260, 100, 90], [1000] * 3, pairs)).all()
    grid = Grid(west=0, north=1, cell_m=1, rows=1, cols=3)
    with pytest.raises(StudyError, match="too few of them are neighbors"):
        county_risk(
            [260, 100, 90], [1000] * 3, [(0, 0), (1, 0), (2, 0)], pairs, 1.0, grid, [[True] * 3]
        )
