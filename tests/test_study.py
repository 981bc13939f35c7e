"""Studies end to end: which records count, where, what is found, and how it is told."""

import json
import re
from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis import areas, counts, exposure, findings, hotspots, words
from analysis import result as names
from analysis.report import report
from analysis.result import Density, HotSpots
from analysis.run import incident_layer, run, suggest
from analysis.study import Study
from boundaries import demo, load
from geo import schema
from geo.errors import InputError, StudyError
from tests.records_made import by_county, records

CONNECTICUT = [f"090{n:02}" for n in range(1, 16, 2)]  # the eight legacy counties


def ohio(seed=1, boost=(), factor=8.0):
    """Incidents over Ohio's 88 counties by population; some counties at higher risk."""
    counties = load.counties()
    geoids = counties.index[counties["state"] == "OH"]
    people = load.population(2018).reindex(geoids)
    risk = np.where(geoids.isin(boost), factor, 1.0)
    made = np.random.default_rng(seed).poisson(people * 2e-4 * risk)
    return records(by_county(dict(zip(geoids, made.tolist(), strict=True))))


def dots(number=600, seed=2, precision="00", **same):
    """Incidents around Columbus, in Franklin County, half of them in one square mile."""
    rng = np.random.default_rng(seed)
    lon = rng.normal(-82.99, 0.08, number)
    lat = rng.normal(39.97, 0.06, number)
    lon[::2] = rng.normal(-82.985, 0.004, len(lon[::2]))
    lat[::2] = rng.normal(39.975, 0.003, len(lat[::2]))
    geoid = load.locator().locate(lon, lat)
    return records(
        [
            {schema.LON: x, schema.LAT: y, schema.GEOID: g, schema.PRECISION: precision, **same}
            for x, y, g in zip(lon, lat, geoid, strict=True)
        ]
    )


# --- which records count


def test_every_record_is_tallied_under_its_first_reason():
    rows = [
        {schema.GEOID: "09001"},
        {schema.GEOID: "09001", schema.KIND: "seizure"},
        {schema.GEOID: "09003", schema.OUTCOME: "nonfatal"},
        {schema.GEOID: "09003", schema.DRUGS: "|cocaine|"},
        {schema.GEOID: "09003", schema.DRUGS: "|fentanyl|heroin|", schema.OCCURRED_ON: None},
        {schema.GEOID: "09003", schema.DRUGS: "|fentanyl|", schema.OCCURRED_ON: "2016-12-31"},
        {schema.GEOID: "", schema.DRUGS: "|fentanyl|"},
        {schema.GEOID: "39049", schema.DRUGS: "|fentanyl|"},
        {schema.GEOID: "09005", schema.DRUGS: "|fentanyl|", schema.COUNT: float("nan")},
        {schema.GEOID: "09005", schema.DRUGS: "|fentanyl_analog|"},
        {
            schema.GEOID: "09005",
            schema.DRUGS: "|cocaine|fentanyl|",
            schema.OCCURRED_ON: "2018-12-31",
        },
    ]
    study = Study(
        states=("CT",), outcomes=("fatal",), drugs=("fentanyl",), start=date(2017, 1, 1),
        end=date(2018, 12, 31),
    )  # fmt: skip
    selection = counts.select(study, [records(rows)])
    assert selection.tally == {
        "records": 11, "used": 1, "other_kind": 1, "other_outcome": 1, "other_drug": 3,
        "no_date": 1, "outside_period": 1, "longer_than_period": 0, "area_counts": 0,
        "not_placed": 1, "too_coarse": 0, "outside_study": 1, "suppressed": 1,
    }  # fmt: skip
    assert selection.geoids == tuple(CONNECTICUT)


def test_counts_of_long_periods_need_all_of_it_within_the_study():
    """A year's count stands at January 1: a study of its first half must not take it whole."""
    spans = [("2017-01-01", "year"), ("2018-01-01", "year"), ("2018-01-01", "quarter"),
             ("2018-04-01", "quarter"), ("2018-06-15", "day"), ("2019-01-01", "year")]  # fmt: skip
    rows = [
        {schema.GEOID: "09003", schema.OCCURRED_ON: day, schema.TIME_PRECISION: span}
        for day, span in spans
    ]
    half = Study(states=("CT",), start=date(2018, 1, 1), end=date(2018, 6, 30))
    tally = counts.select(half, [records(rows)]).tally
    assert (tally["used"], tally["longer_than_period"], tally["outside_period"]) == (3, 1, 2)
    late = Study(states=("CT",), start=date(2018, 2, 1), end=date(2018, 12, 31))
    selection = counts.select(late, [records(rows)])
    assert (selection.tally["used"], selection.tally["longer_than_period"]) == (2, 2)
    result = run(late, [records(rows)])
    assert any("partly within the period" in warning for warning in result.warnings)


@settings(max_examples=40)
@given(
    st.lists(
        st.fixed_dictionaries(
            {
                schema.GEOID: st.sampled_from(["", "09001", "39049", "48001"]),
                schema.KIND: st.sampled_from(["overdose", "seizure"]),
                schema.PRECISION: st.sampled_from(["00", "09", "12"]),
                schema.OCCURRED_ON: st.sampled_from([None, "2018-01-01", "2019-01-01"]),
            }
        ),
        max_size=12,
    ),
    st.sampled_from(["county", "hexagon"]),
)
def test_counts_sum_to_records_minus_what_was_left_out(rows, level):
    made = records([r | {schema.LON: -73.2, schema.LAT: 41.2} for r in rows])
    study = Study(level=level, end=date(2018, 6, 1))
    try:
        tally = counts.select(study, [made]).tally
    except StudyError:
        return
    assert tally["records"] == len(rows) == sum(tally[k] for k in ("used", *counts.REASONS))


def test_coarse_places_count_by_county_but_never_in_a_grid_or_a_density():
    """Town and ZIP centroids would pile up on one point and make it hot."""
    fine, coarse = dots(200), dots(150, seed=9, precision="11")
    assert counts.select(Study(), [fine, coarse]).tally["used"] == 350
    for study in (Study(level="hexagon"), Study(level="square"), Study(method="density")):
        selection = counts.select(study, [fine, coarse])
        assert selection.tally["used"] == 200
        assert selection.tally["too_coarse"] + selection.tally["outside_study"] == 150
        assert selection.tally["outside_study"] < 5  # across the county line, below half a percent
        assert any("pile up" in warning for warning in run(study, [fine, coarse]).warnings)


def test_study_area_of_chosen_states_and_hidtas():
    rows = records(by_county({"09001": 3, "24510": 4, "39049": 5}))
    maryland = counts.select(Study(states=("MD",)), [rows]).geoids
    assert len(maryland) == 24  # 23 counties and Baltimore city
    hidta = counts.select(Study(hidtas=("Washington/Baltimore",)), [rows]).geoids
    both = counts.select(Study(states=("MD",), hidtas=("Washington/Baltimore",)), [rows]).geoids
    assert set(both) == set(maryland) & set(hidta)
    assert "24510" in both
    with pytest.raises(StudyError, match="no county in the chosen states"):
        counts.select(Study(states=("CT",), hidtas=("Ohio",)), [rows])
    with pytest.raises(InputError):
        counts.select(Study(states=("ZZ",)), [rows])
    with pytest.raises(InputError):
        counts.select(Study(hidtas=("Nowhere",)), [rows])


def test_study_area_from_the_records_leaves_out_the_odd_state():
    """1 in 200 records lies in Ohio: below 1%, so Ohio's 88 empty counties are not studied."""
    selection = counts.select(
        Study(), [records(by_county({"09001": 150, "09003": 49, "39049": 1}))]
    )
    assert selection.geoids == tuple(CONNECTICUT)
    assert selection.tally["outside_study"] == 1
    assert "records per resident" in selection.parameters[0].reason


def test_nothing_left_says_why_and_what_to_do():
    for study, rows, expected in (
        (Study(states=("CT",)), by_county({"39049": 3}), "3 of 3 lie outside the study area"),
        (Study(level="hexagon"), by_county({"39049": 3}), "3 of 3 are placed more coarsely"),
        (Study(start=date(2030, 1, 1)), by_county({"39049": 3}), "outside the period"),
        (Study(), by_county({"": 2}), "have no place"),
        (Study(kinds=("seizure",)), by_county({"39049": 3}), "another kind"),
        (Study(), [], "no records"),
    ):
        with pytest.raises(StudyError, match=expected) as caught:
            run(study, [records(rows)])
        assert caught.value.hint


# --- hot spots by county


def test_zeros_are_data_and_every_county_of_the_state_is_there():
    result = run(Study(), [records(by_county({"09001": 60, "09009": 40}))])
    assert isinstance(result, HotSpots)
    assert sorted(result.areas.index) == CONNECTICUT
    assert result.areas[names.COUNT].sum() == 100
    assert (result.areas[names.COUNT] == 0).sum() == 6
    assert list(result.areas.columns) == list(hotspots.COLUMNS)
    assert str(result.areas[names.CLASS].dtype) == "Int8"


def test_planted_risk_is_found_by_the_adjusted_test():
    """Eight times the risk in five small counties: few events, many for their people."""
    boost = ["39145", "39001", "39131", "39079", "39087"]
    result = run(Study(), [ohio(boost=boost)])
    assert (result.areas.loc[boost, names.ADJUSTED_CLASS] >= 2).all()
    assert result.leading == names.ADJUSTED_CLASS
    assert "hot at 95% for their number of people" in result.finding
    quiet = run(Study(), [ohio(seed=5)])
    assert (quiet.areas[names.ADJUSTED_CLASS] >= 2).sum() <= 2


def test_class_follows_q_and_the_order_is_hottest_first():
    areas = run(Study(hot_means="counts"), [ohio(boost=["39049"])]).areas
    ranked = areas[[names.CLASS, names.Z]].dropna()
    again = ranked.sort_values([names.CLASS, names.Z], ascending=False, kind="stable")
    assert ranked.index.tolist() == again.index.tolist()
    hot = areas[names.CLASS].fillna(0) >= 2
    assert (areas.loc[hot, names.Q] <= 0.05).all()
    assert (areas[names.Q] >= areas[names.P]).all()


def test_finding_repeats_the_numbers_of_the_table():
    areas = run(Study(), [ohio(boost=["39061", "39017", "39165", "39025"], factor=5)]).areas
    hot = areas[areas[names.CLASS] >= 2]
    assert len(hot) > 1
    share = hot[names.COUNT].sum() / areas[names.COUNT].sum()
    people = hot[names.POPULATION].sum() / areas[names.POPULATION].sum()
    stay = (hot[names.ADJUSTED_CLASS] >= 2).sum()
    finding = findings.hot_spot_finding("fatal overdoses", areas, ("county", "counties"))
    expected = (
        f"{len(hot)} of 88 counties are hot at 95%; together {100 * share:.0f}% of fatal "
        f"overdoses, {100 * people:.0f}% of people."
    )
    assert finding.startswith(expected)
    assert f"Adjusted for population, {stay} of them stay hot together with" in finding


def made_areas(classes, adjusted=None, why=""):
    n = len(classes)
    return pd.DataFrame(
        {
            names.COUNT: [10.0] * n,
            names.POPULATION: [100.0] * n,
            names.CLASS: pd.array(classes, dtype="Int8"),
            names.ADJUSTED_CLASS: pd.array(adjusted or [pd.NA] * n, dtype="Int8"),
            names.WHY_NOT: [why] * n,
        }
    )


HALF = "together 50% of overdoses, 50% of people."
STAYS = "Adjusted for population, 1 of them stays hot together with its neighbors"
NONE_STAYS = "Adjusted for population, none of them stays hot"
FINDINGS = (
    (
        [3, 0, 0, 0], [3, 0, 0, 0],
        "1 of 4 counties is hot at 95%; it holds 25% of overdoses, 25% of people.",
        "Adjusted for population, it stays hot together with its neighbors.",
    ),
    (
        [3, 2, 1, 0], [0, 2, 2, 3], f"2 of 4 counties are hot at 95%; {HALF}",
        f"{STAYS}; 2 others become hot.",
    ),
    (
        [3, 2, 0, 0], [0, 0, 0, 2], f"2 of 4 counties are hot at 95%; {HALF}",
        f"{NONE_STAYS}; 1 other becomes hot together with its neighbors.",
    ),
    (
        [3, 0], [0, 0],
        "1 of 2 counties is hot at 95%; it holds 50% of overdoses, 50% of people.",
        "Adjusted for population, it does not stay hot.",
    ),
    (
        [1, 0], [0, 0], "None of 2 counties is hot at 95%.",
        "Adjusted for population, none is either.",
    ),
    (
        [0, 0], [0, 3], "None of 2 counties is hot at 95%.",
        "Adjusted for population, 1 county is hot together with its neighbors.",
    ),
    (
        [pd.NA, 2], None,
        f"The only county that can be tested is hot at 95%; it holds {HALF[9:]}",
        "",
    ),
)  # fmt: skip


@pytest.mark.parametrize(("classes", "adjusted", "first", "second"), FINDINGS)
def test_findings_in_every_number(classes, adjusted, first, second):
    areas = made_areas(classes, adjusted)
    expected = f"{first} {second}".strip()
    assert findings.hot_spot_finding("overdoses", areas, ("county", "counties")) == expected


def test_nothing_computable_says_why():
    result = run(Study(), [records([{schema.GEOID: "11001"}] * 30)])  # the District: one county
    assert result.finding == (
        "Hot spots cannot be computed here: all areas hold the same."
    ) or result.finding.startswith("Hot spots cannot be computed here: ")
    assert result.areas[names.CLASS].isna().all()


def test_islands_are_not_computable_and_say_so():
    rows = by_county({"25019": 5, "25007": 3, "25001": 20, "25023": 10, "25005": 40, "25025": 9})
    areas = run(Study(states=("MA",)), [records(rows)]).areas
    assert np.isnan(areas.loc["25019", names.Z])  # Nantucket
    assert areas.loc["25019", names.WHY_NOT] == "it has no neighbor with a known count"
    assert areas.loc["25019", names.COUNT] == 5
    assert areas.loc["25023", names.WHY_NOT] == ""


def test_few_events_are_never_called_hot():
    """Four events around Cincinnati in an empty state are surprising, but they are four."""
    rows = by_county({"39061": 1, "39017": 1, "39165": 1, "39025": 1})
    found = run(Study(states=("OH",), min_count=1), [records(rows)]).areas
    guarded = run(Study(states=("OH",)), [records(rows)])
    assert (found[names.CLASS] > 0).any()
    assert not (guarded.areas[names.CLASS] > 0).any()
    assert not (guarded.areas[names.ADJUSTED_CLASS] > 0).any()
    assert any("too few events nearby" in warning for warning in guarded.warnings)


def test_the_fewest_events_come_from_the_data_unless_one_says_otherwise():
    """The number `scale.fewest_events` suggests, its reason, and what it keeps from being hot."""
    made = ohio(boost=["39145", "39001", "39131", "39079", "39087"], factor=3.0)
    chosen, given = run(Study(), [made]), run(Study(min_count=5), [made])
    told = {p.name: p for p in chosen.parameters}["Fewest events"]
    assert told.value == "20"
    assert told.reason.startswith("A neighborhood holds ")
    assert told.reason.endswith("A neighborhood with fewer is never called hot.")
    said = {p.name: p for p in given.parameters}["Fewest events"]
    assert said.value == "5"
    assert said.reason.startswith("The study asks for it.")
    assert "The data suggest 20." in said.reason
    for result, fewest in ((chosen, 20), (given, 5)):
        hot = (result.areas[names.ADJUSTED_CLASS] > 0).fillna(value=False)
        assert (result.areas.loc[hot, names.NEIGHBORHOOD_COUNT] >= fewest).all()
    few = {p.name: p.value for p in run(Study(), [records(by_county({"39061": 9}))]).parameters}
    assert few["Fewest events"] == "5"


def test_studies_of_before_run_the_same():
    """They carry the number they ran with; a study without one is new."""
    before = {**Study().to_json(), "min_count": 5}
    assert Study.from_json(before).min_count == 5
    assert Study.from_json(json.loads(json.dumps(Study().to_json()))).min_count is None
    made = ohio(boost=["39145"])
    again = run(Study.from_json(before), [made])
    assert {p.name: p.value for p in again.parameters}["Fewest events"] == "5"


def test_suppressed_counties_are_missing_and_poison_nothing():
    counties = load.counties()
    geoids = counties.index[counties["state"] == "OH"].tolist()
    rng = np.random.default_rng(3)
    rows = [
        {schema.GEOID: g, schema.COUNT: float(n), schema.POPULATION: 7 * 50_000.0,
         schema.OCCURRED_ON: None}
        for g, n in zip(geoids, rng.poisson(30, 88), strict=True)
    ]  # fmt: skip
    for row in rows[::4]:
        row[schema.COUNT] = float("nan")
    result = run(Study(), [records(rows, area_counts=True)])
    areas = result.areas
    assert areas.loc[geoids[::4], names.COUNT].isna().all()
    assert areas.loc[geoids[::4], names.CLASS].isna().all()
    assert (areas.loc[geoids[::4], names.WHY_NOT] == "its count is suppressed or missing").all()
    rest = areas.loc[[g for i, g in enumerate(geoids) if i % 4]]
    assert rest[names.Z].notna().sum() >= 60
    assert result.tally["suppressed"] == 22
    assert any("22 counties (25%) with suppressed" in warning for warning in result.warnings)
    # Population of the file itself: 30 in 350,000 person-years is 8.6 per 100,000.
    assert rest[names.RATE].mean() == pytest.approx(8.6, rel=0.1)
    assert {p.name: p.value for p in result.parameters}["Population"] == "as given in the file"


def test_rates_are_shuffled_and_counts_have_exact_tails():
    made = ohio()
    by = {m: run(Study(measure=m), [made]) for m in ("count", "rate")}
    how = {m: {p.name: p.value for p in r.parameters}["p-values"] for m, r in by.items()}
    assert how == {"count": "exact, two-sided", "rate": "99,999 shuffles, two-sided"}
    assert not np.allclose(by["count"].areas[names.Z], by["rate"].areas[names.Z].reindex(
        by["count"].areas.index), equal_nan=True)  # fmt: skip


@pytest.mark.parametrize("neighbors", ["queen", "knn", "band"])
def test_every_kind_of_neighbors(neighbors):
    result = run(Study(neighbors=neighbors, k=5), [ohio()])
    assert result.areas[names.Z].notna().all()
    assert "You chose it." in {p.name: p.reason for p in result.parameters}["Neighbors"]


def test_every_choice_has_a_value_and_a_reason():
    for study in (Study(), Study(level="hexagon"), Study(method="density")):
        for parameter in run(study, [dots()]).parameters:
            assert parameter.name
            assert parameter.value
            assert parameter.reason.endswith(".")


# --- hot spots by grid


def test_events_at_one_point_are_said_to_be_beyond_this_map():
    """Shuffled over n cells the full one lies in 7 neighborhoods: q = 2 x 7 / n x n / 7 = 2."""
    one = {schema.LON: -83.0, schema.LAT: 40.0, schema.GEOID: "39049", schema.PRECISION: "00"}
    two = one | {schema.LON: -83.1, schema.LAT: 39.9}
    study = Study(level="hexagon", cell_m=1000.0)
    for rows, where in (([one] * 300, "1 of"), ([one] * 100 + [two] * 50, "2 of")):
        found = run(study, [records(rows)])
        assert found.finding.startswith("None of")
        (said,) = (text for text in found.warnings if "cannot tell" in text)
        assert f"All {len(rows)} events lie in {where}" in said
    assert not any("cannot tell" in said for said in run(study, [dots()]).warnings)


@pytest.mark.parametrize("level", ["hexagon", "square"])
def test_a_square_mile_of_columbus_is_found(level):
    result = run(Study(level=level), [dots()])
    areas = result.areas
    assert areas[names.COUNT].sum() == result.tally["used"]  # each point in exactly one cell
    shapes = result.layers()[0].shapes
    point = demo.PLANTED[4]  # "One square mile of Columbus"
    holds = shapes.geometry.contains(shapely.Point(point.lon, point.lat))
    assert shapes.loc[holds, names.CLASS].iloc[0] == 3
    assert (areas[names.CLASS] >= 2).mean() < 0.3
    assert any("How many people live" in warning for warning in result.warnings)
    reasons = {p.name: p for p in result.parameters}
    assert "because half of the events" in reasons["Cell size"].reason


def test_a_grid_says_what_hot_means_there():
    """Whatever is chosen by county: people of a hexagon are not known."""
    for means in ("people", "counts"):
        result = run(Study(level="hexagon", hot_means=means), [dots()])
        assert re.match(
            r"\d+ of [\d,]+ hexagons are hot at 95% for their ground \(Gi\*\), people left aside; "
            r"together \d+% of fatal overdoses\.", result.finding,
        )  # fmt: skip
        told = {p.name: p for p in result.parameters}
        assert told["Hot means"].value == "more than its ground explains (Gi*)"
        assert re.match(r"\d+ of [\d,]+ count by their ground", told["Cells at the border"].value)
        assert "events for their ground: neighbors are alike" in result.whole_map
    assert run(Study(), [ohio()]).parameters[1].value == "more than its people explain"


def test_every_cell_has_ground_and_slivers_join_their_neighbors():
    """Franklin County is 1,408 km2 (Census Bureau, with water): the shares add up to it."""
    selection = counts.select(Study(level="square"), [dots()])
    cells = areas.areas_of(Study(level="square", cell_m=1000), selection)
    assert (cells.ground >= areas.SLIVER).all()
    assert cells.ground.sum() == pytest.approx(1408, rel=0.01)
    assert cells.table["count"].sum() == selection.tally["used"]
    assert areas.areas_of(Study(), selection).ground is None


def test_rates_by_hexagon_are_refused():
    with pytest.raises(StudyError, match="No population"):
        run(Study(level="hexagon", measure="rate"), [dots()])


def test_a_hospital_with_many_points_is_one_cell():
    rows = dots(100).table.to_dict("records")
    pile = [rows[0]] * 40
    result = run(Study(level="hexagon"), [records(rows + pile)])
    assert result.areas[names.COUNT].sum() == 140
    assert result.areas[names.COUNT].max() >= 40


# --- density


@pytest.mark.parametrize("kernel", ["quartic", "gaussian"])
def test_density_holds_the_events_and_peaks_where_they_are(kernel):
    result = run(Study(method="density", kernel=kernel, bandwidth_m=2_000), [dots()])
    assert isinstance(result, Density)
    surface = result.surface
    cell_km2 = (surface.transform[1] / 1000) ** 2
    assert np.nansum(surface.values) * cell_km2 == pytest.approx(result.tally["used"], rel=0.03)
    assert surface.unit == "per km2"
    values = surface.values  # noqa: PD011  (no pandas object)
    assert values.dtype == np.float32
    assert np.isnan(values).any()  # outside the county
    assert "Columbus" in result.peaks["name"].iloc[0]
    assert result.peaks["density"].is_monotonic_decreasing
    assert result.peaks["density"].iloc[0] == pytest.approx(np.nanmax(surface.values), rel=1e-6)
    assert result.finding.startswith("Half of the ")
    assert result.layers()[0].surface is surface


def test_density_of_one_place_asks_for_a_bandwidth():
    one = records([dots(1).table.iloc[0].to_dict()] * 9)
    with pytest.raises(StudyError, match="same place"):
        run(Study(method="density"), [one])
    assert np.nanmax(run(Study(method="density", bandwidth_m=1000), [one]).surface.values) > 0


# --- layers, report, provenance


def test_layer_joins_shapes_to_values_in_order():
    result = run(Study(hot_means="counts"), [ohio()])
    (layer,) = result.layers()
    assert layer.topology == "counties"
    assert layer.style == "gi_class"
    assert layer.shapes.index.equals(result.areas.index)
    assert layer.shapes.crs.to_epsg() == 4326
    assert {field.column for field in layer.fields} <= set(layer.shapes.columns)
    pd.testing.assert_frame_equal(
        pd.DataFrame(layer.shapes.drop(columns="geometry")), result.areas, check_names=False
    )
    (grid,) = run(Study(level="hexagon"), [dots()]).layers()
    assert grid.topology is None
    assert grid.shapes.crs.to_epsg() == 4326


def test_incident_layer_shows_street_level_points_without_ids():
    layer = incident_layer(Study(), [dots(50), dots(30, precision="11")])
    assert len(layer.shapes) == 50
    assert schema.RECORD_ID not in layer.shapes
    assert {field.column for field in layer.fields} <= set(layer.shapes.columns)


REPORT_KEYS = [
    "rows_read", "kept", "dropped", "records", "precision", "parameters", "hot_means",
    "whole_map", "at_scales", "classes", "adjusted_classes", "gi_classes", "areas",
    "finding", "warnings", "check", "study", "provenance",
]  # fmt: skip


def test_report_is_json_and_accounts_for_every_row():
    made = records(
        [*by_county({"09001": 60, "09009": 40}), {schema.GEOID: "09003", schema.COUNT: np.nan}],
        dropped={"no place": 3, "no date": 2},
    )
    result = run(Study(), [made])
    told = report(result, [made])
    assert list(told) == REPORT_KEYS
    plain = json.loads(json.dumps(told, allow_nan=False))
    assert plain["rows_read"] == plain["kept"] + sum(plain["dropped"].values()) == 106
    assert plain["records"] == 100
    assert plain["precision"] == {"12": 101}
    assert set(plain["classes"]) == {"-3", "-2", "-1", "0", "1", "2", "3"}
    assert [a["geoid"] for a in plain["areas"]] == result.areas.index.tolist()
    assert list(plain["areas"][0]) == [
        "geoid", "name", "class", "count", "population", "z", "p", "q", "gi_class",
        "adjusted_p", "adjusted_q", "adjusted_class", "relative_risk", "robust",
        "half_class", "double_class",
    ]  # fmt: skip
    hartford = next(a for a in plain["areas"] if a["geoid"] == "09003")
    assert hartford["count"] is None
    assert hartford["class"] is None
    assert Study.from_json(plain["study"]) == result.study


@pytest.mark.parametrize("means", ["people", "counts"])
def test_report_finding_and_file_count_the_same_hot_areas(means):
    """Numbers of the finding's own words, and of the CSV beside it."""
    made = ohio(boost=("39061", "39017", "39165", "39025"), factor=5)
    result = run(Study(hot_means=means), [made])
    told = report(result, [made])
    (layer,) = result.layers()
    in_file = dict(zip(layer.shapes.index, layer.shapes["class"], strict=True))
    named = {"people": "adjusted_class", "counts": "gi_class"}[means]
    for area in told["areas"]:
        ours = in_file[area["geoid"]]
        assert area["class"] == area[named] == (None if pd.isna(ours) else ours)
    hot = int(re.match(r"(\d+) of", result.finding)[1])
    assert hot == sum(told["classes"][one] for one in "23")
    assert told["classes"] == told[f"{named}es"]
    assert told["gi_classes"] != told["adjusted_classes"]
    named_classes = [key for key in told if key.endswith("_classes")]
    assert named_classes[0] == f"{named}es"


def test_report_of_a_density():
    made = dots()
    told = report(run(Study(method="density"), [made]), [made])
    expected = [k for k in REPORT_KEYS if k not in REPORT_KEYS[6:13]]
    assert [k for k in told if k not in ("surface", "peaks", "hot_areas", "contours")] == expected
    json.dumps(told, allow_nan=False)
    assert told["surface"]["max"] > 0


def test_the_same_study_has_the_same_provenance_and_another_has_not():
    made = ohio()
    first, again = run(Study(), [made]), run(Study(), [made])
    assert first.provenance == again.provenance
    assert first.provenance["id"] != run(Study(min_count=6), [made]).provenance["id"]
    assert {"study", "records", "versions", "boundaries", "tally"} < set(first.provenance)
    pd.testing.assert_frame_equal(first.areas, again.areas)


def test_row_order_does_not_matter():
    made = ohio()
    turned = records(made.table.iloc[::-1].to_dict("records"))
    pd.testing.assert_frame_equal(run(Study(), [made]).areas, run(Study(), [turned]).areas)


def test_run_changes_nothing_it_was_given():
    made = dots()
    before = made.table.copy()
    for study in (Study(), Study(level="hexagon"), Study(method="density")):
        run(study, [made])
    pd.testing.assert_frame_equal(made.table, before)


# --- warnings and the suggested study


def test_late_records_are_suspected():
    days = pd.date_range("2018-01-01", "2018-12-31").strftime("%Y-%m-%d")
    steady = [{schema.GEOID: "09001", schema.OCCURRED_ON: day} for day in days]
    thin = steady[:-28] + steady[-28::4]
    assert not any("late" in w for w in run(Study(), [records(steady)]).warnings)
    (late,) = [w for w in run(Study(), [records(thin)]).warnings if "late" in w]
    # The last record is of December 28: ten in December 1..28 (1, 2, 3, 4, 8, 12, ..., 28).
    assert late.startswith("The last 28 days hold 10, the half year before 28")


@pytest.mark.parametrize(("precision", "advice"), [
    ("00", "hexagons would show where in it"), ("12", "this map cannot show where in it"),
])  # fmt: skip
def test_one_county_with_nearly_everything_is_said(precision, advice):
    """Hexagons help only where places are known at street level. 190 of 195 are 97.4%."""
    rows = by_county({"09001": 190, "09009": 5}, **{schema.PRECISION: precision})
    result = run(Study(states=("CT",)), [records(rows)])
    assert "Nearly all (97%) were recorded in Fairfield" in result.finding
    assert f"One county holds 97% of all events: {advice}." in result.warnings


def test_neighbors_of_the_one_full_county_are_hot_only_through_it():
    """170 of 200 events in one county: 85% is most, not nearly all."""
    areas = made_areas([3, 3, 3, 0]).assign(name=["Cook", "Lake", "Will", "Pope"])
    areas[names.COUNT] = [170.0, 10.0, 10.0, 10.0]
    found = findings.hot_spot_finding("overdoses", areas, ("county", "counties"))
    expected = "Most (85%) were recorded in Cook, so its neighbors are hot only through it."
    assert found.endswith(expected)
    cells = findings.hot_spot_finding("overdoses", areas, ("hexagon", "hexagons"))
    assert "Cook" not in cells
    areas[names.COUNT] = [80.0, 10.0, 5.0, 5.0]  # 80% and not more
    assert "Cook" not in findings.hot_spot_finding("overdoses", areas, ("county", "counties"))


def test_records_outside_the_automatic_study_area_are_a_warning():
    rows = by_county({"09001": 150, "09003": 49, "39049": 1})
    expected = "1 record (0.5%) outside the study area chosen from the data left out"
    assert any(w.startswith(expected) for w in run(Study(), [records(rows)]).warnings)
    chosen = run(Study(states=("CT",)), [records(rows)]).warnings
    assert not any("outside the study area" in warning for warning in chosen)


def test_areas_without_neighbors_get_a_reason():
    rows = by_county({"25019": 5, "25007": 3, "25001": 20, "25023": 10, "25005": 40, "25025": 9})
    result = run(Study(states=("MA",)), [records(rows)])
    # Nantucket and Martha's Vineyard (Dukes) touch no other county.
    assert "2 counties not tested: they have no neighbor with a known count." in result.warnings


def test_how_coarsely_places_are_known_is_said_exactly():
    town = by_county({"09001": 30}, **{schema.PRECISION: "11"})
    county = by_county({"09003": 29})
    street = by_county({"09003": 1}, **{schema.PRECISION: "00"})
    both = run(Study(states=("CT",)), [records(town + county + street)]).warnings
    expected = "98% of the records are placed by ZIP code, town or county only"  # 59 of 60
    assert any(warning.startswith(expected) for warning in both)
    towns = run(Study(states=("CT",)), [records(town + street)]).warnings
    expected = "97% of the records are placed by ZIP code or town only"  # 30 of 31
    assert any(warning.startswith(expected) for warning in towns)
    given = run(Study(states=("CT",)), [records(county)]).warnings
    assert not any("next door" in warning for warning in given)


def test_level_without_street_places_says_none():
    reasons = [p.reason for p in run(Study(), [ohio()]).parameters if p.name == "Areas"]
    assert reasons == ["None of the records is placed at street level, as hexagons need."]


def test_kinds_counted_together_and_outcomes_of_overdoses_only():
    rows = [
        *by_county({"09001": 20, "09003": 5}),
        *by_county({"09001": 3}, **{schema.OUTCOME: "nonfatal"}),
        *by_county({"09001": 7}, **{schema.KIND: "seizure", schema.OUTCOME: "unknown"}),
    ]
    both = Study(states=("CT",), kinds=(), outcomes=("fatal",))
    result = run(both, [records(rows)])
    assert result.tally["used"] == 32  # 25 fatal overdoses and 7 seizures
    assert any("counted together" in warning for warning in result.warnings)
    assert any("outcomes holds for overdoses only" in warning for warning in result.warnings)
    alone = run(Study(states=("CT",), outcomes=("fatal",)), [records(rows)])
    assert alone.tally["used"] == 25
    assert not any("seizures" in warning for warning in alone.warnings)


def test_nothing_left_lists_every_reason():
    rows = [
        {schema.GEOID: "39049"}, {schema.GEOID: "39049"}, {schema.GEOID: ""},
        {schema.GEOID: "09001", schema.KIND: "seizure"},
    ]  # fmt: skip
    with pytest.raises(StudyError) as caught:
        run(Study(states=("CT",)), [records(rows)])
    assert caught.value.message == (
        "No record is left to study: 2 of 4 lie outside the study area; 1 of 4 is of another "
        "kind; 1 of 4 has no place."
    )


def test_source_line_names_the_days_when_known():
    dated = records([{schema.GEOID: "09001", schema.OCCURRED_ON: d} for d in
                     ("2014-01-07", None, "2023-07-27")])  # fmt: skip
    assert words.source_line([dated]) == "3 records of made.csv, 2014-01-07 to 2023-07-27"
    assert words.source_line([records(by_county({"09001": 1}))]).endswith(
        "1 record of made.csv, 2018-06-01"
    )
    undated = records([{schema.GEOID: "09001", schema.OCCURRED_ON: None}])
    assert words.source_line([undated]) == "1 record of made.csv"


# --- along the corridors


def new_england():
    """Overdoses and seizures in Connecticut: Fairfield and New Haven lie on I-95."""
    overdoses = records(by_county({"09001": 30, "09009": 20, "09013": 50}))
    seizures = records(by_county({"09001": 4, "09013": 6}, **{schema.KIND: "seizure"}))
    study = Study(states=("CT",))
    return run(study, [overdoses]), run(replace(study, kinds=("seizure",)), [seizures])


def test_corridors_add_up_what_there_is():
    overdoses, seizures = new_england()
    both = exposure.along_corridors(overdoses, seizures, ["I-95"]).loc["I-95"]
    # Fairfield and New Haven; Middlesex and New London hold none; Tolland is inland.
    assert (both[exposure.OVERDOSES], both[exposure.SEIZURES]) == (50, 4)
    assert both[exposure.SHARE] == pytest.approx(0.5)
    alone = exposure.along_corridors(None, seizures, ["I-95"])
    assert (alone.loc["I-95", exposure.OVERDOSES], alone.loc["I-95", exposure.SEIZURES]) == (0, 4)
    assert exposure.finding(alone).startswith("1 corridor crosses the study area, ")
    assert "overdoses" not in exposure.finding(alone)
    first = exposure.along_corridors(overdoses, None, ["I-95"])
    assert first.loc["I-95", exposure.SEIZURES] == 0
    assert "50 overdoses in 4 counties, 50% of all, and 0 seizures." in exposure.finding(first)
    with pytest.raises(StudyError):
        exposure.along_corridors(None, None)


def test_states_without_a_corridor_of_the_list_are_said():
    overdoses, _ = new_england()
    assert exposure.uncovered(overdoses) is None
    west = run(Study(states=("CT", "CA", "NV")), [records(by_county({"06037": 90, "09001": 5}))])
    said = exposure.uncovered(west)
    assert said is not None
    assert said.startswith("The list has no corridor in CA, NV: it covers the strategy's states.")


def test_old_population_is_said():
    new = records(by_county({"09001": 50, "09003": 20}, **{schema.OCCURRED_ON: "2024-05-01"}))
    assert any("5 years older" in warning for warning in run(Study(), [new]).warnings)


def test_suggestions():
    assert suggest([dots()]).level == "hexagon"
    assert suggest([dots(precision="11")]).level == "county"
    assert suggest([ohio()]).level == "county"
    assert suggest([records(by_county({"09001": 3}), area_counts=True)]).level == "county"
    seizures = records(by_county({"09001": 3}, **{schema.KIND: "seizure"}))
    assert suggest([seizures]).kinds == ("seizure",)
    assert suggest([ohio(), seizures]).kinds == ("overdose",)
    assert suggest([]).level == "county"


@pytest.mark.parametrize("bad", [
    {"level": "tract"}, {"kinds": ("theft",)}, {"cell_m": 1.0},
    {"start": date(2020, 1, 2), "end": date(2020, 1, 1)},
])  # fmt: skip
def test_choices_no_run_understands_are_refused(bad):
    with pytest.raises(StudyError):
        Study(**bad)


def test_study_files():
    study = Study(states=("CT",), start=date(2020, 2, 1), cell_m=500.0)
    assert Study.from_json({"study": study.to_json(), "anything": 1}) == study
    with pytest.raises(StudyError, match="does not know"):
        Study.from_json({"color": "red"})
    for bad in ({"start": "yesterday"}, {"start": 7}, {"cell_m": "wide"}):
        with pytest.raises(StudyError):
            Study.from_json(bad)


@pytest.mark.parametrize(("field", "value"), [
    ("states", 5), ("states", "CT"), ("states", [7]), ("states", None), ("hidtas", {"a": 1}),
    ("hidtas_as_of", "2020"), ("hidtas_as_of", True), ("kinds", "overdose"), ("outcomes", 3),
    ("drugs", [["fentanyl"]]), ("k", "8"), ("k", 0), ("k", 2.5), ("k", True), ("min_count", 0),
    ("min_count", "5"), ("min_count", 2.0), ("seed", "secret"), ("seed", -1), ("cell_m", "500"),
    ("cell_m", True), ("cell_m", float("nan")), ("band_m", [500]), ("start", 7),
    ("start", "secret"), ("start", ""), ("end", ["2020-01-01"]), ("level", ["county"]),
    ("level", 1), ("handling", None), ("method", {}),
])  # fmt: skip
def test_a_study_of_the_wrong_kind_names_the_field_and_never_the_value(field, value):
    with pytest.raises(StudyError, match=field) as caught:
        Study.from_json({field: value})
    assert "secret" not in str(caught.value)
    assert caught.value.__cause__ is None


@pytest.mark.parametrize("plain", [[], "text", 3, None])
def test_what_is_no_study_is_refused(plain):
    with pytest.raises(StudyError):
        Study.from_json(plain)


@pytest.mark.parametrize("bandwidth_m", [9.99, 0, -5, 500_001])
def test_a_bandwidth_out_of_range_is_refused_in_plain_words(bandwidth_m):
    """The page and the shell have one range, as both make a study of what is typed."""
    with pytest.raises(StudyError, match="The bandwidth is out of range") as caught:
        Study(method="density", bandwidth_m=bandwidth_m)
    assert caught.value.hint == "Give 10 to 500,000 meters."
    assert Study(method="density", bandwidth_m=10).bandwidth_m == 10
