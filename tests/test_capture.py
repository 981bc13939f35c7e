"""How much of what came later lies where a map said: by hand, by properties, and end to end."""

import json
import re
from dataclasses import replace
from datetime import date
from itertools import pairwise

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from analysis import result as names
from analysis.capture import Capture, capture, capture_curve, lead, parts_in_top, pooled
from analysis.drawn_events import Interval, least_share
from analysis.holdout import hold_out, hold_out_again
from analysis.map_check import check_map
from analysis.map_verdict import PARTS, MapCheck, Period, Ranking, interval_in_words
from analysis.run import run
from analysis.study import Study
from boundaries import load
from geo import schema
from geo.errors import StudyError
from tests.records_made import records

PLACES = st.integers(1, 12).flatmap(
    lambda n: st.tuples(
        st.lists(st.integers(0, 4), min_size=n, max_size=n),  # scores, with many ties
        st.lists(st.integers(0, 9), min_size=n, max_size=n).filter(any),  # events
        st.lists(st.integers(1, 5), min_size=n, max_size=n),  # sizes
    )
)
SHARES = st.floats(0.01, 1)


# --- by hand


def test_five_areas_by_hand():
    """Sizes 2 1 1 4 2 of 10; the top 20% is the place scored 9, with 3 of 12 events.

    The best 20% are the places with 5 and 3 events on sizes of 1: 8 of 12.
    """
    found = capture([9, 5, 4, 3, 1], [3, 5, 3, 1, 0], [2, 1, 1, 4, 2], 0.2)
    assert found.captured == pytest.approx(3 / 12)
    assert found.pai == pytest.approx((3 / 12) / 0.2)
    assert found.pei == pytest.approx(3 / 8)


def test_the_curve_by_hand():
    shares, captured = capture_curve([9, 5, 4, 3, 1], [3, 5, 3, 1, 0], [2, 1, 1, 4, 2])
    assert shares == pytest.approx([0, 0.2, 0.3, 0.4, 0.8, 1])
    assert captured == pytest.approx(np.array([0, 3, 8, 11, 12, 12]) / 12)


def test_the_place_where_the_top_ends_counts_in_part():
    """30% of 10 is 3: the first place whole, one of the two areas of size 2 by half."""
    assert parts_in_top([3, 2, 1], [2, 2, 6], 0.3).tolist() == [1, 0.5, 0]


def test_an_unknown_score_comes_last():
    assert parts_in_top([np.nan, -5, 2], [1, 1, 1], 2 / 3).tolist() == [0, 1, 1]


def test_the_interval_is_that_of_a_binomial():
    """Half of 400 in the top: the outside source is scipy's binomial law."""
    found = capture([2, 1], [200, 200], [1, 4], 0.2, draws=50_000, seed=3)
    low, high = stats.binom(400, 0.5).ppf([0.025, 0.975]) / 400
    assert found.interval == pytest.approx((low, high), abs=0.003)


def test_a_lead_is_judged_on_the_same_draws():
    """Rankings that agree lead by exactly 0 in every draw, whatever is drawn."""
    assert lead([3, 2, 1], [9, 8, 0], [5, 4, 9], [1, 1, 1]) == (0, (0, 0))
    more, between = lead([2, 1], [1, 2], [12, 10], [1, 1], 0.5)
    assert more == pytest.approx(2 / 22)
    assert between.low < 0 < between.high  # 12 against 10 is no difference


def test_the_same_seed_gives_the_same_interval():
    given_ = ([3, 2, 1], [7, 4, 9], [1, 1, 1])
    assert capture(*given_, seed=4) == capture(*given_, seed=4)
    assert capture(*given_, seed=4).interval != capture(*given_, seed=5, draws=50).interval


# --- properties


@given(PLACES, SHARES)
def test_a_perfect_forecast_has_a_pei_of_1_and_nothing_beats_it(places, share):
    score, events, size = places
    perfect = np.array(events) / np.array(size)
    assert capture(perfect, events, size, share, draws=10).pei == pytest.approx(1)
    assert capture(score, events, size, share, draws=10).pei <= 1 + 1e-9


@given(PLACES, SHARES)
def test_knowing_nothing_captures_the_share_itself(places, share):
    _, events, size = places
    found = capture(np.zeros(len(size)), events, size, share, draws=10)
    assert found.captured == pytest.approx(share)
    assert found.pai == pytest.approx(1)


@given(PLACES, SHARES, st.randoms())
def test_the_order_of_places_and_the_unit_of_size_do_not_matter(places, share, shuffled):
    score, events, size = map(np.array, places)
    order = np.array(shuffled.sample(range(len(size)), len(size)))
    once = capture(score, events, size, share, draws=10).captured
    again = capture(score[order], events[order], 2.59 * size[order], share, draws=10).captured
    assert again == pytest.approx(once)


@given(PLACES, SHARES)
def test_the_curve_rises_and_agrees_with_the_share_captured(places, share):
    score, events, size = places
    shares, captured = capture_curve(score, events, size)
    assert (np.diff(shares) >= 0).all()
    assert (np.diff(captured) >= 0).all()
    assert np.interp(share, shares, captured) == pytest.approx(
        capture(score, events, size, share, draws=10).captured
    )


@pytest.mark.parametrize(
    ("score", "events", "size", "share"),
    [
        ([1, 2], [1, 1], [1], 0.2),
        ([1, 2], [1], [1, 1], 0.2),
        ([1, 2], [0, 0], [1, 1], 0.2),
        ([1, 2], [1, -1], [1, 1], 0.2),
        ([1, 2], [1, np.nan], [1, 1], 0.2),
        ([1, 2], [1, 1], [1, np.nan], 0.2),
        ([1, 2], [1, 1], [0, 0], 0.2),
        ([1, 2], [1, 1], [1, 1], 0),
        ([1, 2], [1, 1], [1, 1], 1.2),
        ([], [], [], 0.2),
    ],
)
def test_what_cannot_be_judged_is_refused(score, events, size, share):
    with pytest.raises(StudyError):
        capture(score, events, size, share)


# --- which months are held back


def dated(days, **same):
    """One death in Franklin County, Ohio, on each day."""
    row = {schema.GEOID: "39049", **same}
    return records([{**row, schema.OCCURRED_ON: str(day.date())} for day in pd.DatetimeIndex(days)])


@pytest.mark.parametrize(
    ("last", "end", "cut", "after"),
    [
        ("2018-06-30", None, "2018-04-01", "2018-07-01"),  # June is whole
        ("2018-06-27", None, "2018-03-01", "2018-06-01"),  # June may go on
        ("2018-06-27", date(2018, 6, 30), "2018-04-01", "2018-07-01"),  # the person says it ends
        ("2018-06-27", date(2030, 12, 31), "2018-03-01", "2018-06-01"),  # that says nothing of June
        ("2018-06-27", date(2018, 5, 31), "2018-03-01", "2018-06-01"),
        ("2018-02-28", None, "2017-12-01", "2018-03-01"),  # across a year
    ],
)
def test_the_last_whole_months_are_held_back(last, end, cut, after):
    held = hold_out(Study(end=end), [dated(pd.date_range("2016-01-01", last))])
    assert (str(held.cut.date()), str(held.after.date())) == (cut, after)
    days = held.later[schema.OCCURRED_ON]
    one_a_day = pd.date_range(
        cut, min(pd.Timestamp(after) - pd.Timedelta(days=1), pd.Timestamp(last))
    )
    assert len(held.later) == len(one_a_day)
    assert days.min() == held.cut
    assert held.study.end == (held.cut - pd.Timedelta(days=1)).date()
    assert held.before[schema.OCCURRED_ON].max() < held.cut


@pytest.mark.parametrize(
    ("precision", "starts", "cut", "after"),
    [
        ("quarter", "2015-01-01 to 2018-07-01 by 3MS", "2018-07-01", "2018-10-01"),
        ("year", "2012-01-01 to 2018-01-01 by 12MS", "2018-01-01", "2019-01-01"),
        ("year", "2012-10-01 to 2017-10-01 by 12MS", "2017-10-01", "2018-10-01"),  # fiscal years
    ],
)  # fmt: skip
def test_quarters_and_years_are_not_cut(precision, starts, cut, after):
    first, _, last, _, step = starts.split()
    days = pd.date_range(first, last, freq=step)
    made = dated(days, **{schema.TIME_PRECISION: precision, schema.COUNT: 30.0})
    held = hold_out(Study(), [made])
    assert (str(held.cut.date()), str(held.after.date())) == (cut, after)
    assert held.later[schema.COUNT].sum() == 30


@pytest.mark.parametrize(
    ("made", "words"),
    [
        (dated(pd.date_range("2018-01-01", "2018-04-30")), "as many are needed"),
        (dated(pd.date_range("2010-01-01", "2018-06-30", freq="30D")), "at least 20"),
    ],
)
def test_too_little_is_said(made, words):
    with pytest.raises(StudyError, match=words):
        hold_out(Study(), [made])


def test_records_without_dates_cannot_be_judged():
    with pytest.raises(StudyError, match="no dates"):
        hold_out(Study(), [records([{schema.GEOID: "39049", schema.OCCURRED_ON: None}] * 50)])


def test_older_periods_are_held_back_in_turn():
    """Two years and a half, two a day: quarters back while half of 27 months remain."""
    made = dated(np.repeat(pd.date_range("2016-01-01", "2018-06-30"), 2))
    held = hold_out_again(Study(), [made])
    assert [str(one.cut.date()) for one in held] == [
        "2018-04-01", "2018-01-01", "2017-10-01", "2017-07-01",
    ]  # fmt: skip
    for one, older in pairwise(held):
        assert older.after == one.cut
        assert older.later[schema.OCCURRED_ON].max() < one.later[schema.OCCURRED_ON].min()
        assert older.earlier[schema.OCCURRED_ON].max() < older.cut
    short = dated(np.repeat(pd.date_range("2017-10-01", "2018-06-30"), 2))
    # Six months are before the newest cut and three before the next, which is half.
    assert [str(one.cut.date()) for one in hold_out_again(Study(), [short])] == [
        "2018-04-01", "2018-01-01",
    ]  # fmt: skip
    assert len(hold_out_again(Study(), [made], most=2)) == 2


# --- how far chance moves it


@pytest.mark.parametrize("number", [1, 20, 295, 2000])
def test_all_or_none_captured_gets_the_exact_bounds(number):
    """The outside source is scipy's interval of Clopper and Pearson."""
    every = capture([2, 1], [number, 0], [1, 4], 0.2).interval
    none = capture([1, 2], [number, 0], [4, 1], 0.2).interval
    exact = stats.binomtest(number, number).proportion_ci(0.95, method="exact")
    assert every == pytest.approx((exact.low, 1))
    assert none == pytest.approx((0, 1 - exact.low))
    assert "100-100" not in interval_in_words(every)
    assert interval_in_words(none) != "0-0%"


def test_where_all_events_agree_a_lead_is_no_certainty():
    """All 20 in the first ranking's half: 83% at least (Clopper and Pearson), so 66% net."""
    more, between = lead([2, 1], [1, 2], [20, 0], [1, 1], 0.5)
    assert more == 1
    assert between == pytest.approx((0.663, 1), abs=0.001)
    # Both captured all of them, from different places: either may yet be ahead.
    more, between = lead([3, 2, 1], [3, 1, 2], [20, 0, 0], [1, 1, 1], 2 / 3)
    assert more == 0
    assert between == pytest.approx((-0.168, 0.168), abs=0.001)


def test_knowing_nothing_has_no_interval():
    assert capture([0, 0], [5, 9], [1, 1], 0.2).interval == pytest.approx((0.2, 0.2))


@given(st.integers(1, 10**7), st.integers(0, 3))
def test_no_interval_reads_as_a_certainty(number, missed):
    captured = max(0, number - missed) / number
    low = min(least_share(number), captured)
    for said in (Interval(low, 1.0), Interval(0.0, 1 - low), Interval(low, max(low, captured))):
        if said.low == said.high:
            continue
        first, last = interval_in_words(said).removesuffix("%").split("-")
        assert float(first) < float(last)  # never "100-100%", never "0-0%"


PERIODS = st.lists(PLACES, min_size=1, max_size=3)


@given(PERIODS, SHARES)
def test_periods_together_are_their_events_together(periods, share):
    columns = [tuple(np.array(each, dtype=float) for each in one) for one in periods]
    once = [capture(*one, share, draws=2) for one in columns]
    number = np.array([events.sum() for _, events, _ in columns])
    found = pooled(columns, share, draws=2)
    assert found.captured == pytest.approx(
        np.average([one.captured for one in once], weights=number)
    )
    assert found.pei <= 1 + 1e-9


# --- end to end


def columbus(months=18, seed=6):
    """Deaths around Columbus, Ohio, half of them always in one square mile."""
    rng = np.random.default_rng(seed)
    number = 60 * months
    lon, lat = rng.normal(-82.99, 0.08, number), rng.normal(39.97, 0.06, number)
    lon[::2], lat[::2] = (rng.normal(x, 0.003, number // 2) for x in (-82.985, 39.975))
    days = pd.Timestamp("2017-01-01") + pd.to_timedelta(
        rng.permutation(number) * (months * 30.4 / number), "D"
    )
    rows = zip(lon, lat, load.locator().locate(lon, lat), days.normalize(), strict=True)
    return records([
        {schema.LON: x, schema.LAT: y, schema.GEOID: g, schema.OCCURRED_ON: d,
         schema.PRECISION: "00"}
        for x, y, g, d in rows
    ])  # fmt: skip


def test_a_map_of_hexagons_against_a_tally_of_its_own():
    """The map is made again; its hottest fifth is cut out as polygons, and points counted."""
    made, study = columbus(), Study(level="hexagon", cell_m=1500)
    check = check_map(study, [made], periods=1)
    held = hold_out(study, [made])
    found = run(held.study, [made])
    shapes = found.layers()[0].shapes.sort_values(names.Z, ascending=False)
    county = load.counties().loc[["39049"]].to_crs(5070).union_all()
    ground = shapes.to_crs(5070).intersection(county).area.cumsum()
    days = made.table[schema.OCCURRED_ON]
    points = made.table[(days >= check.first) & (days <= check.last)]
    points = gpd.GeoSeries.from_xy(points[schema.LON], points[schema.LAT], crs=4326)
    # Two projections measure the fifth a hair differently; cells with one z share the last part.
    top = [int((ground <= part * ground.iloc[-1]).sum()) for part in (0.199, 0.201)]
    least, most = (
        points.within(shapes.geometry.iloc[:number].union_all()).sum()
        for number in (top[0], top[1] + 1)
    )
    captured = check.rankings["gi"].found.captured * check.later
    assert least - 1 <= captured <= most + 1
    assert check.later + check.outside == len(held.later)
    assert check.rankings["gi"].found.pai == pytest.approx(captured / check.later / 0.2)
    assert check.measured == "ground"
    assert (check.first, check.last) == ("2018-04-01", "2018-06-30")


@pytest.mark.parametrize("study", [Study(level="hexagon"), Study(method="density")])
def test_population_ranks_nothing_within_one_county(study):
    """Known of Franklin County as a whole, it would capture a fifth by a fifth: no baseline."""
    check = check_map(study, [columbus()])
    assert "population" not in check.rankings
    assert "population" not in check.sentence()
    assert any("not held against population" in warning for warning in check.warnings)
    assert "population" not in {one["name"] for one in check.to_json()["rankings"]}


def test_a_density_against_a_tally_of_its_own():
    made, study = columbus(), Study(method="density", bandwidth_m=1000)
    check = check_map(study, [made], periods=1)
    surface = run(hold_out(study, [made]).study, [made]).surface
    height = np.asarray(surface.values)
    level = np.quantile(height[np.isfinite(height)], 0.8)
    days = made.table[schema.OCCURRED_ON]
    later = made.table[(days >= check.first) & (days <= check.last)]
    west, cell, _, north, _, down = surface.transform
    spots = gpd.GeoSeries.from_xy(later[schema.LON], later[schema.LAT], crs=4326).to_crs(
        surface.crs
    )
    row, column = ((spots.y - north) // down).astype(int), ((spots.x - west) // cell).astype(int)
    inside = (np.nan_to_num(height[row, column]) >= level).sum()
    assert check.rankings["density"].found.captured == pytest.approx(inside / check.later, abs=0.01)
    # A fifth of the ground, and half of the deaths are always in one square mile.
    assert check.rankings["density"].found.captured > 0.5


def test_a_risk_beside_controls_against_a_tally_of_its_own():
    """A fifth of the later cases and controls where the map is highest: how many of the cases?"""
    made = columbus()
    table = made.table.assign(
        **{schema.OUTCOME: np.where(np.arange(len(made.table)) % 3, "nonfatal", "fatal")}
    )
    made = replace(made, table=table)
    study = Study(method="density", versus="controls", outcomes=("fatal",), bandwidth_m=1500)
    check = check_map(study, [made], periods=1)
    held = hold_out(study, [made])
    surface = run(held.study, [made]).surface
    height = np.asarray(surface.values)
    days = table[schema.OCCURRED_ON]
    later = table[(days >= check.first) & (days <= check.last)]
    west, cell, _, north, _, down = surface.transform
    spots = gpd.GeoSeries.from_xy(later[schema.LON], later[schema.LAT], crs=4326).to_crs(
        surface.crs
    )
    row, column = ((spots.y - north) // down).astype(int), ((spots.x - west) // cell).astype(int)
    on, fatal = height[row, column], (later[schema.OUTCOME] == "fatal").to_numpy()
    assert check.later == pytest.approx(np.isfinite(on[fatal]).sum(), abs=2)
    assert check.later + check.outside == len(held.later)
    told = np.isfinite(on)
    highest = np.argsort(-on[told], kind="stable")[: round(0.2 * told.sum())]
    assert check.maps[0].name == "risk"
    assert check.maps[0].found.captured == pytest.approx(
        fatal[told][highest].sum() / fatal[told].sum(), abs=0.02
    )
    assert check.measured == "records"
    assert "with 20% of the cases and controls that followed, held" in check.sentence()
    assert check.rankings["alike"].found.captured == pytest.approx(0.2)
    assert not any("People are known by county" in warning for warning in check.warnings)


def test_a_risk_that_lasts_is_ahead_of_cases_everywhere_alike():
    """Where every second overdose ends in death, beside one in ten elsewhere, it will again."""
    made = columbus()
    rng = np.random.default_rng(4)
    deadly = made.table[schema.LON] > -82.95  # one record in six
    fatal = rng.random(len(deadly)) < np.where(deadly, 0.5, 0.1)
    table = made.table.assign(**{schema.OUTCOME: np.where(fatal, "fatal", "nonfatal")})
    study = Study(method="density", versus="controls", outcomes=("fatal",))
    check = check_map(study, [replace(made, table=table)])
    assert check.maps[0].ahead["alike"][1].low > 0
    assert "these would have chosen places better" not in check.sentence()


def ohio(seed=1, risky=("39001", "39015", "39071", "39131", "39145")):
    """18 months of deaths by county; five counties in the south always at eight times the risk."""
    counties = load.counties()
    geoids = counties.index[counties["state"] == "OH"]
    people = load.population(2018).reindex(geoids)
    risk = np.where(geoids.isin(risky), 8.0, 1.0)
    rng = np.random.default_rng(seed)
    return records([
        {schema.GEOID: geoid, schema.OCCURRED_ON: str(month.date()), schema.COUNT: float(number),
         schema.TIME_PRECISION: "month"}
        for month in pd.date_range("2017-01-01", "2018-06-01", freq="MS")
        for geoid, number in zip(geoids, rng.poisson(people * 2e-5 * risk), strict=True)
        if number
    ])  # fmt: skip


def test_by_county_people_are_the_measure():
    made = ohio()
    check = check_map(Study(), [made], periods=1)
    found = {name: one.found.captured for name, one in check.rankings.items()}
    assert check.measured == "people"
    assert found["population"] == pytest.approx(0.2)  # everybody alike: a fifth is a fifth
    assert found["people"] > found["population"]
    # The earlier rates by hand, in plain Python.
    table = made.table.groupby([schema.GEOID, made.table[schema.OCCURRED_ON] >= "2018-04-01"])
    events = table[schema.COUNT].sum()
    early, late = (events.xs(key, level=1).to_dict() for key in (False, True))
    people = load.population(2017)
    ranked = sorted(early, key=lambda geoid: -early[geoid] / people[geoid])
    counties = load.counties()
    everybody = people[counties.index[counties["state"] == "OH"]].sum()
    room, caught = 0.2 * everybody, 0.0
    for geoid in ranked:
        part = min(1.0, room / people[geoid])
        room -= part * people[geoid]
        caught += part * late.get(geoid, 0)
        if part < 1:
            break
    assert found["earlier"] == pytest.approx(caught / sum(late.values()))


def test_older_periods_count_as_much_as_the_newest():
    """Three maps of Ohio made one by one, by studies that end a quarter sooner each time."""
    made = ohio()
    check = check_map(Study(), [made])
    ends = (None, date(2018, 3, 31), date(2017, 12, 31))
    single = [check_map(Study(end=end), [made], periods=1) for end in ends]
    assert [one.first for one in check.periods] == [one.first for one in single]
    for name, found in check.rankings.items():
        shares = [one.rankings[name].found.captured for one in single]
        assert [one.captured[name] for one in check.periods] == pytest.approx(shares)
        assert found.found.captured == pytest.approx(
            np.average(shares, weights=[one.later for one in single])
        )
    assert check.later == sum(one.later for one in single)
    assert len(check.by_period()) == 3


def test_a_single_period_says_so():
    made = ohio()
    short = made.table[made.table[schema.OCCURRED_ON] >= "2018-01-01"].reset_index(drop=True)
    check = check_map(Study(), [replace(made, table=short)])
    assert len(check.periods) == 1
    assert any("Judged by one period only" in warning for warning in check.warnings)


def test_what_is_told():
    check = check_map(Study(), [ohio()])
    told = check.sentence()
    assert "Made three times, each time without the 3 whole months that followed" in told
    assert "(2017-10-01 to 2018-06-30 in all)" in told
    assert f"of the {check.later:,.0f} {check.events} that followed" in told
    assert "in the single periods" in told
    once = check_map(Study(), [ohio()], periods=1).sentence()
    assert "Made without the last 3 whole months (2018-04-01 to 2018-06-30)" in once
    assert "the map adjusted for people" in told
    assert "the map (Gi*)" in check.sentence("gi")
    assert "the map (Gi*)" in check_map(Study(hot_means="counts"), [ohio()]).sentence()
    assert "the rates of the 3 months before alone" in told
    assert "population alone: 20%" in told
    assert json.loads(json.dumps(check.to_json(), allow_nan=False))["sentence"] == told
    assert len(check.table()) == len(check.rankings) == 5
    curves = check.curves()
    assert curves["Places ranked by"].unique().tolist() == check.table().iloc[:, 0].tolist()
    for _, curve in curves.groupby("Places ranked by"):
        assert curve["Looked at"].tolist() == pytest.approx([100 * part for part in PARTS])
        assert curve["Captured"].iloc[-1] == 100


def judged(captured, earlier, low, high):
    """A map beside the counts of all earlier months, as captured, with an interval of its lead."""
    shares = {"gi": captured, "before": 0.1, "earlier": earlier}
    titles = {"gi": "the map (Gi*)", "before": "the counts of the 3 months before",
              "earlier": "the counts of all earlier months"}  # fmt: skip
    ahead = {"earlier": (captured - earlier, Interval(low, high)),
             "before": (captured - 0.1, Interval(0.5, 0.9))}  # fmt: skip
    rankings = {
        name: Ranking(
            name, titles[name], Capture(0.2, share, Interval(share, share), 1.0, 1.0), (0.0,),
            ahead,
        )
        for name, share in shares.items()
    }  # fmt: skip
    period = Period("2023-01-01", "2023-03-31", 100.0, shares)
    return MapCheck(rankings, "ground", 0.2, (period,), 3, 0.0, "overdoses", ())


@pytest.mark.parametrize(
    ("lead", "low", "high", "said"),
    [
        (0.031, 0.0012, 0.06, "ahead of {} by 3.1 points (0.1 to 6.0), more than chance explains."),
        (0.031, 0.012, 0.06, "ahead of {} by 3 points (1 to 6), more than chance explains."),
        (-0.02, -0.04, -0.004, "behind {} by 2.0 points (0.4 to 4.0): these would have chosen "),
        (0.02, 0.0, 0.04, "Beside {} the difference is no more than chance explains."),
    ],
)
def test_rounding_never_contradicts_the_verdict(lead, low, high, said):
    told = judged(0.83 + lead, 0.83, low, high).sentence()
    assert said.format("the counts of all earlier months (83%)") in told
    bounds = re.search(r"points \(([\d.]+) to ([\d.]+)\)", told)
    assert bounds is None or min(float(one) for one in bounds.groups()) > 0


def test_a_late_county_that_is_suppressed_is_left_out():
    made = ohio()
    late = (made.table[schema.GEOID] == "39001") & (made.table[schema.OCCURRED_ON] >= "2018-04-01")
    hidden = made.table.assign(**{schema.COUNT: made.table[schema.COUNT].mask(late)})
    before, after = (
        check_map(Study(), [one], periods=1) for one in (made, replace(made, table=hidden))
    )
    assert after.later == before.later - made.table.loc[late, schema.COUNT].sum()


def test_a_thin_last_quarter_is_warned_of():
    made = ohio()
    thin = made.table[schema.OCCURRED_ON] >= "2018-04-01"
    few = made.table[~thin | (made.table.index % 4 == 0)].reset_index(drop=True)
    check = check_map(Study(), [replace(made, table=few)])
    assert any("not have been reported yet" in warning for warning in check.warnings)
    assert check_map(Study(), [made]).warnings == ()


def test_a_relative_risk_is_judged_by_county():
    check = check_map(Study(method="density", versus="people"), [ohio()])
    assert (check.measured, next(iter(check.rankings))) == ("people", "risk")
    # Five counties side by side at eight times the risk: the smoothed ratio must know of them.
    assert check.rankings["risk"].found.captured > 0.25
    assert check.rankings["population"].found.captured == pytest.approx(0.2)
