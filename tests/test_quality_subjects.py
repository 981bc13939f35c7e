"""Each subject of the findings on made records: what is planted is found, chance is not."""

from datetime import date

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from analysis.quality import (
    completeness,
    day_patterns,
    duplicates,
    nonreporters,
    odd_dates,
    piles,
    placement,
    reporting,
    silence,
    suppression,
)
from boundaries import load
from geo import schema
from geo.schema import ColumnChoice, Records
from tests.records_made import by_county
from tests.records_made import records as made

TODAY = date(2020, 1, 1)


def with_columns(records: Records, **columns: object) -> Records:
    """Records with columns set that the maker of rows does not know."""
    table = records.table.assign(**columns)
    for name in (schema.OCCURRED_ON, schema.REPORTED_ON):
        table[name] = pd.to_datetime(table[name]).astype("datetime64[s]")
    return Records(table, records.report, records.digest, records.source, records.area_counts)


def days_of(numbers, start: str = "2018-01-01") -> list[str]:
    return [str(day.date()) for day in pd.Timestamp(start) + pd.to_timedelta(numbers, unit="D")]


def keys(found) -> list[str]:
    return [one.key for one in found]


# Completeness


def test_a_field_no_column_gives_is_not_in_the_file() -> None:
    records = made([{"outcome": "fatal"}] * 3 + [{"outcome": "unknown"}])
    fields = completeness.fields_of(records).set_index("field")
    assert fields.loc["outcome", ["rows", "known", "share"]].tolist() == [4, 3, 0.75]
    assert not fields.loc["age", "in_file"]
    assert np.isnan(fields.loc["age", "share"])
    assert "quantity" not in fields.index  # overdoses have none
    found = completeness.findings_of(
        records, fields.reset_index(), completeness.differences_of(records)
    )
    assert keys(found) == ["incomplete_outcome"]
    assert found[0].title == "Outcome: known for 75% of 4 records."
    assert found[0].record_ids == ("made-3",)


def test_a_mapped_column_that_is_always_empty_is_in_the_file() -> None:
    records = made([{}] * 4)
    report = type(records.report)(4, 4, {}, pd.DataFrame(), (ColumnChoice("age", "Age", 1.0),))
    fields = completeness.fields_of(Records(records.table, report, "d", "s")).set_index("field")
    assert fields.loc["age", ["in_file", "share"]].tolist() == [True, 0.0]


def test_fields_known_unevenly_by_year_are_told_and_chance_is_not() -> None:
    days = ["2018-03-01"] * 200 + ["2019-03-01"] * 200
    sex = ["F"] * 190 + [""] * 10 + ["M"] * 100 + [""] * 100
    records = with_columns(made([{"occurred_on": day} for day in days]), sex=sex)
    uneven = completeness.differences_of(records)
    assert uneven["group"].tolist() == ["2018", "2019"]
    assert uneven["share"].tolist() == [0.95, 0.5]
    rng = np.random.default_rng(3)
    even = with_columns(records, sex=rng.choice(["F", ""], 400))
    assert completeness.differences_of(even).empty


# Placement


def test_placement_counts_by_precision_and_use() -> None:
    rows = [{"precision": "01", "geoid": "24510"}] * 6 + [{"precision": "09", "geoid": "24510"}] * 3
    rows += [{"precision": "99", "geoid": "", "location_role": ""}]
    records = made(rows)
    table = placement.placement_of(records).set_index("precision")
    assert table["rows"].to_dict() == {"01": 6, "09": 3, "99": 1}
    assert table["use"].to_dict() == {"01": "grids and areas", "09": "areas only", "99": "nothing"}
    found = {one.key: one for one in placement.findings_of(records)}
    assert found["unplaced"].severity == "serious"
    assert found["unplaced"].record_ids == ("made-9",)
    assert found["street_level"].title.startswith("67% of 9 placed records")
    assert found["street_level"].record_ids == ("made-6", "made-7", "made-8")


# Lag


def test_lag_distribution_corrects_for_what_has_not_come_yet() -> None:
    """Geometric lags cut off by the day of the file: the quantile is that of the law."""
    rng = np.random.default_rng(11)
    event = rng.integers(0, 300, 60_000)
    lag = rng.geometric(0.05, 60_000) - 1
    seen = 299 - event
    there = lag <= seen
    share = reporting.lag_distribution(lag[there], seen[there])
    law = stats.geom(0.05, loc=-1)
    at = share.index[share.index <= 100]
    np.testing.assert_allclose(share[at], law.cdf(at), atol=0.01)
    naive = (lag[there] <= 10).mean()
    assert naive - law.cdf(10) > 0.02  # what is seen looks faster than it is


def test_counts_are_too_low_from_the_day_that_nine_in_ten_reach() -> None:
    event = np.repeat(np.arange(100), 10)
    lag = np.tile([0, 1, 1, 2, 2, 2, 3, 3, 4, 20], 100)  # nine in ten within 4 days
    for made_on, newest, severity in ((130, "2018-04-30", "good"), (100, "2018-04-11", "note")):
        there = event + lag <= made_on
        records = with_columns(
            made([{"occurred_on": day} for day in days_of(event[there])]),
            reported_on=days_of((event + lag)[there]),
        )
        row = reporting.lags_of(records, TODAY).iloc[0]
        assert (row["median_days"], row["late_days"]) == (2, 4)
        assert row["as_of"] == pd.Timestamp(newest)
        found = reporting.findings_of(records, reporting.lags_of(records, TODAY))
        assert (found[0].key, found[0].severity) == ("lag", severity)
    # Made on day 100: four days are not over for the events of day 97 and later.
    late = {f"made-{n}" for n, day in enumerate(event[there]) if day >= 97}
    assert set(found[0].record_ids) == late
    assert "from 2018-04-08 on" in found[0].title


def test_without_report_dates_the_lag_is_unknown_and_early_reports_are_told() -> None:
    plain = made([{}] * 50)
    assert keys(reporting.findings_of(plain, reporting.lags_of(plain, TODAY))) == ["lag_unknown"]
    early = with_columns(made([{}, {}]), reported_on=["2018-05-31", "2018-06-02"])
    found = reporting.findings_of(early, reporting.lags_of(early, TODAY))
    assert found[1].key == "reported_early"
    assert found[1].record_ids == ("made-0",)


# Silence


def test_silence_p_is_the_share_of_simulated_silences() -> None:
    rng = np.random.default_rng(5)
    drawn = (rng.random((200_000, 12)) < 0.8).all(axis=1).mean()
    assert silence.silence_p(12, 0.2, 1.0) == pytest.approx(0.8**12)
    assert silence.silence_p(12, 0.2, 1.0) == pytest.approx(drawn, abs=0.002)
    # Clustered: given 12 events in all, those in the stretch follow the beta-binomial law.
    shape = 12 / (3 - 1)
    law = stats.betabinom(12, shape * 0.2, shape * 0.8)
    assert silence.silence_p(12, 0.2, 3.0) == pytest.approx(law.pmf(0))


def reporters(rng, rates, days: int = 730, clumps: float = 1.0) -> list[dict[str, object]]:
    """Poisson (or clumped) events of agencies at so many a day, with a season all share."""
    season = 1 + 0.5 * np.sin(np.arange(days) / 58)
    out = []
    for number, rate in enumerate(rates):
        mean = rate * season
        held = rng.poisson(mean if clumps == 1 else mean * rng.gamma(clumps, 1 / clumps, days))
        out += [{"who": f"agency {number}", "day": d} for d in np.repeat(np.arange(days), held)]
    return out


def of_reporters(events) -> Records:
    records = made([{"occurred_on": day} for day in days_of([e["day"] for e in events])])
    return with_columns(records, agency=[e["who"] for e in events])


@pytest.mark.parametrize("clumps", [1.0, 0.5])
def test_no_silence_is_told_among_many_honest_reporters(clumps: float) -> None:
    rng = np.random.default_rng(17)
    alarms = 0
    for _ in range(20):
        rates = np.exp(rng.uniform(np.log(0.01), np.log(2), 60))
        records = of_reporters(reporters(rng, rates, clumps=clumps))
        alarms += len(silence.findings_of(records, silence.silences_of(records)))
    assert alarms <= 1  # 1,200 agencies, each looked at twice


def test_a_silence_at_the_end_and_one_in_the_middle_are_found_with_their_days() -> None:
    events = reporters(np.random.default_rng(2), [0.5] * 10 + [0.005])
    kept = [
        e
        for e in events
        if not (e["who"] == "agency 3" and e["day"] >= 600)
        and not (e["who"] == "agency 7" and 200 <= e["day"] < 300)
    ]
    records = of_reporters(kept)
    table = silence.silences_of(records)
    found = {one.key: one for one in silence.findings_of(records, table)}
    assert set(found) == {"silent_end_agency", "silent_hole_agency"}
    assert found["silent_end_agency"].agencies == ("agency 3",)
    assert found["silent_hole_agency"].agencies == ("agency 7",)
    last = max(e["day"] for e in kept if e["who"] == "agency 3")
    row = table[(table["reporter"] == "agency 3") & table["ended"]].iloc[0]
    assert row["silent_from"] == pd.Timestamp("2018-01-01") + pd.Timedelta(days=last + 1)
    hole = table[(table["reporter"] == "agency 7") & ~table["ended"]].iloc[0]
    assert hole["silent_from"] <= pd.Timestamp("2018-07-20")
    assert hole["silent_until"] >= pd.Timestamp("2018-10-27")
    assert "agency 10" not in set(table["reporter"])  # always sparse


def test_a_file_that_ends_early_for_all_is_no_silence_of_one() -> None:
    events = [e for e in reporters(np.random.default_rng(4), [0.5] * 6) if e["day"] < 500]
    events.append({"who": "agency 0", "day": 729})
    records = of_reporters(events)
    assert silence.findings_of(records, silence.silences_of(records)) == []


# Duplicates


def test_identical_lines_are_told_and_numbered_ones_never() -> None:
    ids = ["0123456789abcdef-1", "0123456789abcdef-2", "fedcba9876543210-1", "case-1", "case-2"]
    records = with_columns(made([{}] * 5), record_id=ids)
    found = duplicates.findings_of(records)
    assert keys(found) == ["identical"]
    assert found[0].record_ids == tuple(ids[:2])
    assert found[0].title == "1 line is the same in all cells as another line."
    assert "The file cannot tell" in found[0].effect


def test_look_alikes_need_the_same_person_time_and_place() -> None:
    street = {"geoid": "24510", "lon": -76.61, "lat": 39.29, "precision": "01"}
    records = with_columns(
        made([street] * 5 + [{"geoid": "24510", "precision": "12", "lon": -76.6, "lat": 39.3}] * 4),
        age=[34, 34, 35, np.nan, np.nan, 34, 34, 34, 34],
        sex=["F", "F", "F", "F", "F", "M", "M", "M", "M"],
        minute_of_day=[np.nan] * 5 + [605, 605, 660, 660],
    )
    # On the full hour, a county and an age are shared by chance too often.
    assert duplicates.near_of(records).tolist() == [0, 0, -1, -1, -1, 1, 1, -1, -1]


# Piles


def test_one_point_with_far_too_many_is_a_pile_and_its_place_is_not_written_out() -> None:
    rng = np.random.default_rng(8)
    lon, lat = rng.uniform(-76.7, -76.5, 2_000), rng.uniform(39.2, 39.4, 2_000)
    lon[:150], lat[:150] = np.repeat(lon[:75], 2), np.repeat(lat[:75], 2)
    lon[150:190], lat[150:190] = -76.61219, 39.29038
    rows = [
        {"geoid": "24510", "lon": x, "lat": y, "precision": "01"}
        for x, y in zip(lon, lat, strict=True)
    ]
    records = made(rows)
    table, pile = piles.find(records)
    assert table["records"].tolist() == [40]
    found = piles.findings_of(records, table, pile)
    assert found[0].severity == "serious"
    assert found[0].record_ids == tuple(f"made-{i}" for i in range(150, 190))
    assert "Baltimore city, MD" in found[0].title
    assert "76.6" not in found[0].title


def test_a_stand_in_city_is_a_pile_and_a_large_city_is_not() -> None:
    """1,457 deaths on the middle of Connecticut make Middlesex County hot; Hartford is large."""
    people = load.population(2018)
    counties = [g for g in people.index if g.startswith("09")]
    rows = []
    for geoid in counties:
        county = load.counties().loc[geoid]
        number = int(people[geoid] / 800)
        rows += [
            {"geoid": geoid, "lon": county["lon"], "lat": county["lat"], "precision": "11"}
        ] * number
    honest = made(rows)
    assert piles.findings_of(honest, *piles.find(honest)) == []
    stand_in = {"geoid": "09007", "lon": -72.738288, "lat": 41.575155, "precision": "11"}
    false = made(rows + [stand_in] * 1457)
    found = piles.findings_of(false, *piles.find(false))
    assert keys(found) == ["label_piles"]
    assert len(found[0].record_ids) == 1457
    assert found[0].areas == ("09007",)


# Counties that do not report


def test_too_few_p_is_the_law_of_counts_whose_rates_vary() -> None:
    assert nonreporters.too_few_p(3, 9.0, 0.0) == pytest.approx(stats.poisson.cdf(3, 9.0))
    rng = np.random.default_rng(6)
    rate = rng.gamma(1 / np.expm1(0.36), np.expm1(0.36), 400_000)
    drawn = (rng.poisson(9.0 * rate) <= 3).mean()
    assert nonreporters.too_few_p(3, 9.0, 0.6) == pytest.approx(drawn, abs=0.003)


def state_of(code: str, seed: int, per_person: float, spread: float) -> dict[str, int]:
    rng = np.random.default_rng(seed)
    counties = load.counties()
    people = load.population(2018)[counties.index[counties["state"] == code]]
    rate = per_person * rng.lognormal(0, spread, len(people))
    return dict(zip(people.index, rng.poisson(people * rate).tolist(), strict=True))


@pytest.mark.parametrize("seed", range(8))
def test_a_county_that_does_not_report_is_found_and_others_are_not(seed: int) -> None:
    held = state_of("OH", seed, 5e-4, 0.4)
    honest = made(by_county(held))
    assert keys(nonreporters.findings_of(honest, nonreporters.counties_of(honest))) == ["scope"]
    held["39049"] = 0  # Franklin County, 1.3 million people
    silent = made(by_county(held))
    found = nonreporters.findings_of(silent, nonreporters.counties_of(silent))
    assert found[0].key == "nonreporters"
    assert found[0].areas == ("39049",)
    assert "Franklin County, OH (0 where about" in found[0].title


def test_withheld_counts_and_absent_states_are_no_silence() -> None:
    held = state_of("OH", 1, 5e-4, 0.3)
    rows = [{"geoid": g, "count": float(n)} for g, n in held.items()]
    rows = [r | {"count": float("nan")} if r["geoid"] == "39049" else r for r in rows]
    records = made(rows, area_counts=True)
    found = nonreporters.findings_of(records, nonreporters.counties_of(records))
    assert keys(found) == ["scope"]
    assert found[0].title.startswith("The source has records in 88 of 88 counties of Ohio")


# Days


def test_first_days_stand_for_unknown_days() -> None:
    rng = np.random.default_rng(9)
    honest = days_of(rng.integers(0, 730, 3_000))
    assert day_patterns.findings_of(made([{"occurred_on": d} for d in honest])) == []
    rows = [{"occurred_on": d} for d in [*honest, *["2018-01-01"] * 60, *["2018-05-01"] * 150]]
    found = {one.key: one for one in day_patterns.findings_of(made(rows))}
    assert {"new_year", "first_of_month", "one_day"} <= set(found)
    dated = {f"made-{i}" for i in range(3_000, 3_060)}
    assert dated <= set(found["new_year"].record_ids)
    assert "2018-05-01" in found["one_day"].title
    months = [{"occurred_on": d[:8] + "01"} for d in honest]
    assert keys(day_patterns.findings_of(made(months))) == ["months_only"]


def test_office_days_and_midnight() -> None:
    rng = np.random.default_rng(10)
    days = pd.to_datetime(days_of(rng.integers(0, 730, 2_000)))
    work = days[days.day_of_week < 5]
    records = made([{"occurred_on": str(d.date())} for d in work])
    minute = rng.integers(0, 1440, len(work)).astype(float)
    minute[:120] = 0
    found = {
        one.key: one
        for one in day_patterns.findings_of(with_columns(records, minute_of_day=minute))
    }
    assert set(found) == {"office_days_incident", "hour_midnight"}
    assert set(found["hour_midnight"].record_ids) >= {f"made-{i}" for i in range(120)}
    seizures = made([{"occurred_on": str(d.date()), "kind": "seizure"} for d in work])
    assert day_patterns.findings_of(seizures) == []  # officers may well work on weekdays


def test_future_far_and_missing_dates() -> None:
    rows = [{"occurred_on": d} for d in days_of(np.arange(2_000) % 700)]
    rows += [{"occurred_on": "2007-08-13"}, {"occurred_on": "2031-01-01"}, {"occurred_on": None}]
    found = {one.key: one for one in odd_dates.findings_of(made(rows), TODAY)}
    assert found["undated"].record_ids == ("made-2002",)
    assert found["future"].record_ids == ("made-2001",)
    assert found["far_dates"].record_ids == ("made-2000",)


# Withheld counts


@pytest.mark.parametrize(
    ("shown", "least", "most"),
    [([0, 10, 40], 1, 9), ([10, 40], 0, 9), ([0, 5, 8], 1, 4), ([0, 1, 7], 1, 9)],
    ids=["zeros shown", "no zeros", "below five", "no limit to see"],
)
def test_bounds_of_withheld_counts(shown, least, most) -> None:
    rows = [{"geoid": "24510", "count": float(n), "population": 1e5} for n in shown]
    rows += [{"geoid": "24005", "count": float("nan"), "population": 1e5}] * 2
    rows += [{"geoid": "24003", "count": float("nan")}]
    row = suppression.bounds_of(made(rows, area_counts=True)).iloc[0]
    assert (row["suppressed"], row["missing"], row["least"], row["most"]) == (2, 1, least, most)
    assert (row["lower"], row["upper"]) == (sum(shown) + 2 * least, sum(shown) + 2 * most)
