"""Densities end to end: every choice, what stands out, relative risk, and files."""

import io
import json
import re
import zipfile
from dataclasses import fields, replace
from xml.etree import ElementTree as ET

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from analysis import kept_spectra, standing_out
from analysis.density import Grid, kernel_density
from analysis.ground import ground_of
from analysis.run import run
from analysis.smoothing import smoothing_of
from analysis.study import Study
from boundaries import load
from geo import schema
from geo.errors import StudyError
from maps import export, specs, styles
from tests.records_made import by_county, records

KM2_PER_SQUARE_MILE = 2.589988110336  # NIST Handbook 44, appendix C


def around_columbus(number=800, seed=3):
    """Incidents in and around Columbus, some near the county's border, over 400 days."""
    rng = np.random.default_rng(seed)
    lon, lat = rng.normal(-83.0, 0.09, number), rng.normal(39.97, 0.07, number)
    days = pd.Timestamp("2020-01-01") + pd.to_timedelta(rng.integers(0, 400, number), unit="D")
    geoid = load.locator().locate(lon, lat)
    rows = [
        {
            schema.LON: x, schema.LAT: y, schema.GEOID: g, schema.PRECISION: "00",
            schema.OCCURRED_ON: day.date().isoformat(),
        }
        for x, y, g, day in zip(lon, lat, geoid, days, strict=True)
        if g == "39049"
    ]  # fmt: skip
    return records(rows)


def evenly_in_franklin(number, seed):
    """Incidents strewn evenly over Franklin County, Ohio."""
    county = load.counties().geometry["39049"]
    west, south, east, north = county.bounds
    places = np.random.default_rng(seed).uniform((west, south), (east, north), (3 * number, 2))
    places = places[shapely.contains_xy(county, places)][:number]
    rows = [
        {schema.LON: x, schema.LAT: y, schema.GEOID: "39049", schema.PRECISION: "00"}
        for x, y in places
    ]
    return records(rows)


COLUMBUS = around_columbus()


def density(**choices):
    return run(Study(method="density", **{"bandwidth_m": 3000, **choices}), [COLUMBUS])


def heights(result):
    return result.surface.values  # noqa: PD011  (no pandas object)


def volume(result):
    pixel_km = result.surface.transform[1] / 1000
    return float(np.nansum(heights(result))) * pixel_km**2


def parameters(result):
    return {one.name: one for one in result.parameters}


# --- choices


def test_every_choice_of_a_density_has_a_round_trip():
    study = Study(
        method="density", kernel="disc", bandwidth_rule="likelihood", versus="people",
        edge="uniform", adaptive=True, half_life_days=90.0, unit="mi2",
    )  # fmt: skip
    assert Study.from_json(json.loads(json.dumps(study.to_json()))) == study
    assert len(study.to_json()) == len(fields(Study))


@pytest.mark.parametrize(
    "wrong",
    [
        {"bandwidth_rule": "lucky"}, {"edge": "yes"}, {"adaptive": "yes"}, {"adaptive": 1},
        {"half_life_days": 0}, {"half_life_days": "90"}, {"unit": "acre"}, {"versus": "all"},
    ],
)  # fmt: skip
def test_a_choice_nobody_knows_is_refused(wrong):
    with pytest.raises(StudyError, match=next(iter(wrong))):
        Study.from_json({"method": "density", **wrong})


@pytest.mark.parametrize("kernel", ["quartic", "gaussian", "epanechnikov", "disc"])
def test_a_density_adds_up_to_its_events_for_every_kernel(kernel):
    """The number of events is that of the rows made above, which lie in the county."""
    assert volume(density(kernel=kernel)) == pytest.approx(len(COLUMBUS.table), rel=2e-3)


def test_without_correction_events_are_lost_at_the_border():
    lost = volume(density(edge="none"))
    assert lost < len(COLUMBUS.table) - 2
    assert "too low" in parameters(density(edge="none"))["Border"].reason


def test_a_square_mile_holds_as_many_more_as_it_is_larger():
    found = density(unit="mi2")
    assert found.surface.unit == "per mi2"
    assert "per mi2" in found.finding
    assert volume(found) / volume(density()) == pytest.approx(KM2_PER_SQUARE_MILE, rel=1e-6)


def test_distances_in_names_are_in_the_unit_of_the_map():
    franklin = ("39049",)
    spot = ground_of(franklin).project([-82.0], [39.3])  # in fields east of Athens
    (far,), (near,) = (ground_of(franklin, miles=miles).near(spot) for miles in (False, True))
    number, unit, *rest = far.split()
    assert (unit, int(number) > 5) == ("km", True)
    assert near.split()[1:] == ["mi", *rest]
    assert int(near.split()[0]) == pytest.approx(int(number) / 1.609344, abs=0.9)


def test_places_far_from_any_city_are_named_after_their_county():
    """Attu, Utqiagvik and Anchorage (their coordinates and boroughs: Wikipedia); the open sea."""
    counties = load.counties()
    alaska = ground_of(tuple(counties.index[counties["state"] == "AK"]))
    lon, lat = [173.2, -156.79, -149.9, -149.5, 179.0], [52.9, 71.28, 61.2, 61.5, 56.0]
    attu, north, city, near, sea = alaska.near(alaska.project(lon, lat))
    assert attu == "in Aleutians West, AK"
    assert north == "in North Slope Borough, AK"
    assert city.endswith("Anchorage, AK")
    assert re.fullmatch(r"\d+ km [NSEW]+ of .*, AK", near)
    assert sea == "near Aleutians West, AK"  # no county holds it


def test_half_lives_weigh_events_by_their_age():
    days = pd.to_datetime(COLUMBUS.table[schema.OCCURRED_ON])
    expected = float((0.5 ** ((days.max() - days).dt.days / 100)).sum())
    found = density(half_life_days=100)
    assert volume(found) == pytest.approx(expected, rel=2e-3)
    assert parameters(found)["Half-life"].value == "100 days"
    assert f"{len(COLUMBUS.table):,}" in found.finding  # events are counted whole


def test_half_lives_need_days():
    undated = records([{**row, schema.OCCURRED_ON: None} for row in
                       COLUMBUS.table.head(20).to_dict("records")])  # fmt: skip
    with pytest.raises(StudyError, match="have no day"):
        run(Study(method="density", bandwidth_m=3000, half_life_days=30), [undated])


@pytest.mark.parametrize("rule", ["arcgis", "scott", "least_squares", "likelihood"])
def test_each_rule_gives_its_bandwidth_and_says_which(rule):
    found = density(bandwidth_m=None, bandwidth_rule=rule, kernel="gaussian")
    said = parameters(found)["Bandwidth"].reason
    word = {"arcgis": "ArcGIS", "scott": "Scott", "least_squares": "Least-squares"}
    assert said.startswith((f"The rule {word[rule]}", word[rule])
                           if rule in word else "Likelihood")  # fmt: skip
    assert 200 <= found.surface.bandwidth_m <= 20_000


def test_bandwidths_that_follow_the_events_sharpen_the_crowd():
    found = density(adaptive=True)
    assert np.nanmax(heights(found)) > np.nanmax(heights(density()))
    assert "longer" in parameters(found)["Bandwidths follow the events"].reason


# --- kept transforms


def test_a_moved_bandwidth_uses_the_kept_transform(monkeypatch):
    rng = np.random.default_rng(5)
    points = rng.uniform(0, 60_000, (3000, 2))
    grid = Grid(west=0, north=60_000, cell_m=150, rows=400, cols=400)
    made = []
    make = kept_spectra.spectrum

    def counted(*given, **named):
        made.append(named)
        return make(*given, **named)

    monkeypatch.setattr(kept_spectra, "spectrum", counted)
    for bandwidth_m in (3000, 2000, 4500):
        quick = kept_spectra.quick_density(points, None, bandwidth_m, "gaussian", grid)
        plain = kernel_density(points, None, bandwidth_m, "gaussian", grid)
        assert np.abs(quick - plain).max() < 5e-6 * plain.max()  # docs/density.md: 2e-6 each
    assert len(made) == 1
    kept_spectra.quick_density(points[:-1], None, 3000, "gaussian", grid)
    assert len(made) == 2  # another crowd


def test_no_rate_is_told_of_where_none_is_made():
    assert "year nearest" in parameters(density())["Population"].reason
    assert not any("Rates" in one.reason for one in density().parameters)


def test_few_events_are_warned_of_as_on_hot_spots():
    three = replace(COLUMBUS, table=COLUMBUS.table.head(3), digest="three")
    for found in (
        run(Study(method="density", bandwidth_m=3000), [three]),
        run(Study(method="hotspots", level="county", states=("OH",)), [three]),
    ):
        assert "Only 3 events in all: small counts, unsure map." in found.warnings
    assert not any(said.startswith("Only") for said in density().warnings)


# --- groups far apart


def seattle_and_miami():
    rng = np.random.default_rng(0)
    lon = np.r_[rng.normal(-122.2, 0.05, 200), rng.normal(-80.35, 0.05, 200)]
    lat = np.r_[rng.normal(47.5, 0.05, 200), rng.normal(25.75, 0.05, 200)]
    return records(
        [
            {schema.LON: x, schema.LAT: y, schema.GEOID: g, schema.PRECISION: "00"}
            for x, y, g in zip(lon, lat, load.locator().locate(lon, lat), strict=True)
            if g in {"53033", "12086"}
        ]
    )


def test_the_gap_between_two_cities_makes_no_bandwidth():
    """The rule for one city with a standard deviation of about 5 km: 0.9 x 6.6 km x 200**-0.2."""
    found = run(Study(method="density"), [seattle_and_miami()])
    assert found.surface.bandwidth_m == pytest.approx(0.9 * 6_600 * 200**-0.2, rel=0.15)
    assert "between groups" in parameters(found)["Bandwidth"].reason
    assert any("groups far apart" in said for said in found.warnings)
    assert {peak[-2:] for peak in found.peaks["name"]} == {"WA", "FL"}


def test_a_rule_that_was_chosen_stays_and_is_warned_of():
    made = seattle_and_miami().table
    points = ground_of(("53033", "12086")).project(made[schema.LON], made[schema.LAT])
    chosen = smoothing_of(
        Study(method="density", bandwidth_rule="scott"), points, np.ones(len(points))
    )
    assert chosen.reach_m > 500_000
    assert any("smooths the gaps" in said for said in chosen.warnings)
    assert not density(bandwidth_m=None).warnings


def test_what_is_advised_for_cities_far_apart_works():
    """The chosen rule draws its flat map; what its warning advises tells the cities apart."""
    made = seattle_and_miami()
    flat = run(Study(method="density", bandwidth_rule="scott"), [made])
    height = np.asarray(flat.surface.values)
    height = height[np.isfinite(height)]
    assert height.size >= 400  # so many pixels of two counties, however wide the bandwidth
    (said,) = (one for one in flat.warnings if "smooths the gaps" in one)
    number, unit = re.search(r"Give ([\d.]+) (k?m) as the bandwidth", said).groups()
    typed = float(number) * {"km": 1000, "m": 1}[unit]
    for advised in (Study(method="density", bandwidth_m=typed), Study(method="density")):
        found = run(advised, [made])
        assert {peak[-2:] for peak in found.peaks["name"]} == {"WA", "FL"}
        assert np.nanmax(found.surface.values) > 10 * height.max()


def test_a_bandwidth_too_small_for_a_map_says_which_is_not():
    made = seattle_and_miami()
    with pytest.raises(StudyError) as refused:
        run(Study(method="density", bandwidth_m=150), [made])
    number, unit = re.search(r"at least ([\d.]+) (k?m)", refused.value.hint).groups()
    least = float(number) * {"km": 1000, "m": 1}[unit]
    found = run(Study(method="density", bandwidth_m=least), [made])
    assert np.isfinite(found.surface.values).any()


# --- half of the events


@pytest.mark.parametrize(
    ("number", "choices"),
    [
        (300, {}), (300, {"kernel": "gaussian"}), (300, {"kernel": "disc", "edge": "uniform"}),
        (3000, {}), (3000, {"adaptive": True}),
    ],
)  # fmt: skip
def test_half_of_evenly_strewn_events_happen_on_half_of_the_ground(number, choices):
    """By symmetry: no event lies where the others made the surface high."""
    shares = []
    for seed in range(6):
        points = evenly_in_franklin(number, seed)
        found = run(Study(method="density", **choices), [points])
        shares.append(float(found.finding.split(" happened on ")[1].split("%")[0]))
    assert 45 <= np.mean(shares) <= 55


def test_even_events_are_one_group_whatever_the_kernel():
    """Silverman 1986, table 4.1: a quartic's radius is sqrt(8) Gaussians wide for one spread."""
    made = [evenly_in_franklin(300, seed) for seed in range(6)]
    for one in made:
        quartic, gaussian = (
            run(Study(method="density", kernel=kernel), [one]).surface.bandwidth_m
            for kernel in ("quartic", "gaussian")
        )
        assert quartic / gaussian == pytest.approx(8**0.5, rel=0.05)  # both are rounded


@pytest.mark.parametrize("kernel", ["quartic", "gaussian", "disc"])
def test_half_of_the_events_never_happen_on_more_ground_than_carries_density(kernel):
    """Where a share is told, it is of ground with density; else no share is told, and why."""
    told = []
    for bandwidth_m in (60, 120, 250, 500, 1000, 2000, 4000):
        found = density(bandwidth_m=bandwidth_m, kernel=kernel, edge="none")
        height = heights(found)[np.isfinite(heights(found))]
        told.append(" happened on " in found.finding)
        if told[-1]:
            share = float(found.finding.split(" happened on ")[1].split("%")[0])
            assert share <= 100 * np.mean(height > 1e-6 * height.max()) + 0.5  # as it is rounded
        else:
            assert "lie too far apart to say on how little of the study area" in found.finding
    assert told == sorted(told)  # narrow ones only are too narrow
    assert not told[0]
    assert told[-1]
    assert f"{len(COLUMBUS.table)} fatal overdoses happened" in found.finding


def test_events_beyond_each_others_reach_are_said_to_stand_alone():
    """By hand: of ten places 2 km apart two hold two events each, so 8 of 12 are alone: 67%."""
    north = 39.85 + np.arange(10) * 2000 / 111_000  # meters a degree of latitude, within 1%
    rows = [
        {schema.LON: -83.0, schema.LAT: at, schema.GEOID: "39049", schema.PRECISION: "00"}
        for at in [*north, *north[:2]]
    ]
    found = run(Study(method="density", bandwidth_m=900), [records(rows)])
    assert found.finding == (
        "With a bandwidth of 900 m the 12 fatal overdoses lie too far apart to say on how little "
        "of the study area half of them happened: 67% stand alone, or nearly so."
    )


# --- what stands out


def test_hot_areas_hold_the_events_that_lie_in_them():
    found = density()
    places = gpd.GeoSeries.from_xy(COLUMBUS.table[schema.LON], COLUMBUS.table[schema.LAT], crs=4326)
    for _, area in found.areas.iterrows():
        inside = int(places.within(area.geometry).sum())
        assert area["count"] == pytest.approx(inside, abs=2)  # lines are thinned, and bend a little
    assert found.areas["count"].is_monotonic_decreasing
    assert found.areas["count"].min() >= 5  # docs/density.md: the fewest unless one says otherwise
    assert found.areas["share"].to_numpy() == pytest.approx(
        found.areas["count"].to_numpy() / len(COLUMBUS.table)
    )


def test_areas_are_measured_on_the_ground():
    """An equal-area projection of the whole country (EPSG:5070) measures the same."""
    found = density()
    for table in (found.areas, found.contours):
        other = table.to_crs(5070).area / 1e6
        assert table["area_km2"].to_numpy() == pytest.approx(other.to_numpy(), rel=0.01)


def test_people_of_hot_areas_are_those_of_the_county_spread_evenly():
    found = density()
    county = load.counties().loc[["39049"]].to_crs(5070).area.iloc[0] / 1e6
    people = float(load.population(2020)["39049"])
    assert found.areas["people_about"].to_numpy() == pytest.approx(
        people * found.areas["area_km2"].to_numpy() / county, rel=0.02
    )


def test_contours_hold_their_share_of_the_surface():
    found = density()
    surface = found.surface
    west, cell, _, north, _, _ = surface.transform
    rows, cols = np.indices(heights(found).shape)
    east, up = west + (cols + 0.5) * cell, north - (rows + 0.5) * cell
    lines = found.contours.to_crs(surface.crs)
    assert lines["label"].tolist() == [f"{share:.0f}% of the density" for share in (25, 50, 75)]
    for share, shape in zip(standing_out.SHARES, lines.geometry, strict=True):
        inside = shapely.contains_xy(shape, east, up)
        held = np.nansum(heights(found)[inside]) / np.nansum(heights(found))
        assert held == pytest.approx(share, abs=0.02)


def test_a_picked_row_is_a_shape_on_the_map():
    found = density()
    surface, areas, lines = found.layers()
    assert surface.surface is found.surface
    drawn = specs.spec(areas)
    assert drawn["kind"] == "outlines"
    assert drawn["ids"] == list(found.areas.index)
    assert areas.visible
    assert not lines.visible


@pytest.mark.parametrize("ending", ["gpkg", "geojson", "csv", "shp", "tif", "png", "html"])
def test_files_of_a_density(ending, tmp_path):
    found = density()
    content = export.write(
        found.layers(), ending, study_json=found.provenance, handling="cui", finding=found.finding
    )
    if ending == "csv":
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            table = pd.read_csv(packed.open("areas.csv"))
        assert table["count"].tolist() == found.areas["count"].tolist()
    elif ending == "gpkg":
        path = tmp_path / "a.gpkg"
        path.write_bytes(content)
        assert len(gpd.read_file(path, layer="hot_areas")) == len(found.areas)
        assert len(gpd.read_file(path, layer="contours")) == 3
    elif ending == "geojson":
        assert len(json.loads(content)["features"]) == len(found.areas)
    else:
        assert len(content) > 1000


def test_classes_in_files_begin_where_they_are_drawn_and_have_three_figures():
    """Seven equal steps to the peak; the faintest 2 % of it is clear (`maps.palette.FAINT`)."""
    found = density()
    peak = float(np.nanmax(heights(found)))
    drawn = ET.fromstring(styles.raster_qml(found.layers()[0]))  # noqa: S314  (ours)
    low, _, high, *unit = drawn.findall(".//item")[1].get("label").split()
    assert [float(low), float(high)] == pytest.approx([0.02 * peak, peak / 7], rel=5e-3)
    assert max(len(number.replace(".", "").lstrip("0")) for number in (low, high)) <= 3
    assert unit == ["per", "km2"]


# --- relative risk


def ohio(boost=(), factor=4.0, seed=1):
    """Overdoses of Ohio's 88 counties by population, known by county only."""
    counties = load.counties()
    geoids = counties.index[counties["state"] == "OH"]
    people = load.population(2018).reindex(geoids)
    risk = np.where(geoids.isin(boost), factor, 1.0)
    made = np.random.default_rng(seed).poisson(people * 4e-4 * risk)
    return records(by_county(dict(zip(geoids, made.tolist(), strict=True))))


def at(result, lon, lat):
    """Value of the surface at a place."""
    place = gpd.GeoSeries.from_xy([lon], [lat], crs=4326).to_crs(result.surface.crs)[0]
    west, cell, _, north, _, _ = result.surface.transform
    return float(heights(result)[int((north - place.y) / cell), int((place.x - west) / cell)])


def test_relative_risk_finds_the_risk_and_not_the_people():
    """Four counties of the south-east run four times the risk of the others."""
    southeast = ["39009", "39105", "39053", "39163"]  # Athens, Meigs, Gallia, Vinton
    result = run(Study(method="density", versus="people"), [ohio(southeast)])
    assert at(result, -82.1, 39.2) > 1.5  # Athens County
    assert at(result, -83.0, 39.97) < 1.25  # Columbus: many people, no more risk
    assert result.surface.unit == "times the average"
    assert result.layers()[0].style == "risk"
    assert result.areas["name"].iloc[0].endswith(("OH", "WV"))
    assert "3" in parameters(result)["Bandwidth"].reason
    area = result.areas.iloc[0]
    assert area["rate_per_100k"] == pytest.approx(1e5 * area["count"] / area["people_about"])


def test_where_risk_is_even_little_ground_is_called_high():
    result = run(Study(method="density", versus="people"), [ohio()])
    high = result.contours[result.contours["label"].str.startswith("High risk, p below 0.025")]
    ohio_km2 = 106_000  # Census Bureau, 2010: land area 105,829 km2
    assert float(high["area_km2"].sum()) < 0.15 * ohio_km2
    assert 0.7 < np.nanmin(heights(result)) <= 1.0
    assert 1.0 <= np.nanmax(heights(result)) < 1.4


def test_relative_risk_needs_people_in_several_counties():
    with pytest.raises(StudyError, match="at least 5 counties"):
        run(Study(method="density", versus="people", states=("DE",)),
            [records(by_county({"10001": 40, "10003": 60}))])  # fmt: skip


def test_colors_of_a_risk_are_those_of_cold_and_hot():
    result = run(Study(method="density", versus="people"), [ohio()])
    words = specs.spec(result.layers()[0])["legend"]["entries"]
    assert any("0.8" in entry["label"] and "1.2" in entry["label"] for entry in words)
