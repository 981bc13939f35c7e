"""Steps kept from one run to the next: never another answer than a fresh run gives."""

import gc
import weakref
from dataclasses import fields, replace
from datetime import date

import numpy as np
import pandas as pd
import pytest

from analysis import kept_steps, local_tests
from analysis.run import run
from analysis.study import Study
from boundaries import load
from geo import schema
from geo.errors import InputError
from tests.records_made import by_county, records

CHANGED = {
    "method": "density", "level": "square", "states": ("OH",), "hidtas": ("Ohio",),
    "hidtas_as_of": 2015, "start": date(2018, 3, 1), "end": date(2018, 9, 30),
    "kinds": ("seizure",), "outcomes": ("nonfatal",), "drugs": ("fentanyl",),
    "hot_means": "counts", "within_states": True, "measure": "rate", "cell_m": 15_000.0,
    "neighbors": "knn", "band_m": 40_000.0, "k": 5, "correction": "by", "min_count": 12,
    "kernel": "gaussian", "bandwidth_m": 7000.0, "bandwidth_rule": "scott", "versus": "people",
    "edge": "none", "adaptive": True, "half_life_days": 60.0, "unit": "mi2", "pixel_m": 1500.0,
    "control_kinds": ("seizure",), "control_outcomes": ("fatal",), "control_drugs": ("heroin",),
    "control_sources": ("other.csv",), "handling": "public", "seed": 7,
}  # fmt: skip
"""Another value for every choice there is."""

STARTS = (
    Study(states=("OH", "PA"), neighbors="band"),
    Study(level="hexagon", cell_m=12_000.0, neighbors="knn"),
    Study(method="density", bandwidth_m=15_000.0),  # wide: a surface has few pixels
    Study(method="density", versus="controls", outcomes=("fatal",), bandwidth_m=15_000.0),
)


@pytest.fixture(scope="module")
def made():
    """Incidents of two kinds and outcomes over a year, around Columbus and in Pennsylvania."""
    rng = np.random.default_rng(4)
    lon, lat = rng.normal(-82.99, 0.12, 300), rng.normal(39.97, 0.1, 300)
    geoid = load.locator().locate(lon, lat)
    days = pd.Timestamp("2018-01-01") + pd.to_timedelta(rng.integers(0, 365, 300), unit="D")
    rows = [
        {
            schema.LON: x, schema.LAT: y, schema.GEOID: g, schema.PRECISION: "00",
            schema.OCCURRED_ON: day, schema.KIND: "overdose" if n % 5 else "seizure",
            schema.OUTCOME: "fatal" if n % 3 else "nonfatal",
            schema.DRUGS: "|fentanyl|" if n % 2 else "",
        }
        for n, (x, y, g, day) in enumerate(zip(lon, lat, geoid, days, strict=True))
    ]  # fmt: skip
    counties = load.counties().query("state == 'PA'").index
    counts = dict(zip(counties, rng.poisson(3, len(counties)).tolist(), strict=True))
    return (records([*rows, *by_county(counts)]),)


def answer(study, given):
    """All that a run says, as text and tables that can be compared."""
    try:
        found = run(study, given)
    except InputError as error:
        return str(error), None, None
    said = (found.finding, found.warnings, found.parameters, dict(found.tally), found.provenance)
    if study.method == "density":
        return said, found.areas.drop(columns="geometry"), found.surface.values  # noqa: PD011  (no table)
    return (*said, found.whole_map), found.areas, found.layers()[0].shapes.geometry.to_wkt()


def test_every_choice_has_another_value():
    assert set(CHANGED) == {one.name for one in fields(Study)}
    assert all(getattr(Study(), name) != value for name, value in CHANGED.items())


@pytest.mark.parametrize("start", STARTS)
def test_a_changed_choice_gives_what_a_fresh_run_gives(start, made):
    fresh = {}
    for name, value in CHANGED.items():
        kept_steps.forget()
        fresh[name] = answer(replace(start, **{name: value}), made)
    kept_steps.forget()
    for name, value in CHANGED.items():
        answer(start, made)  # where the control stood
        said, table, rest = answer(replace(start, **{name: value}), made)
        fresh_said, fresh_table, fresh_rest = fresh[name]
        assert said == fresh_said, name
        if fresh_table is not None:
            pd.testing.assert_frame_equal(table, fresh_table)
            np.testing.assert_array_equal(rest, fresh_rest, name)


def test_a_moved_slider_tests_nothing_again(made, monkeypatch):
    kept_steps.forget()
    calls = []
    tested = local_tests.cut_gi_star
    monkeypatch.setattr(
        local_tests, "cut_gi_star", lambda *given: calls.append(1) or tested(*given)
    )
    start = Study(level="hexagon", cell_m=3000.0)
    run(start, made)
    once = len(calls)
    assert once
    run(replace(start, min_count=9), made)
    assert len(calls) == once
    run(replace(start, correction="by"), made)
    assert len(calls) > once


def test_kept_arrays_can_only_be_read():
    @kept_steps.kept(1)
    def step(numbers):
        return numbers * 2, "told"

    doubled = step(np.arange(3))[0]
    with pytest.raises(ValueError, match="read-only"):
        doubled[0] = 1


def test_arrays_are_told_apart_by_content_and_objects_by_identity():
    calls = []

    @kept_steps.kept(8)
    def step(*given):
        calls.append(given)
        return len(calls)

    assert step(np.arange(3.0)) == step(np.arange(3.0)) == 1
    assert step(np.arange(3)) == 2  # other numbers in memory
    assert step(np.array([[0.0, 1.0, 2.0]])) == 3
    first, second = records([{schema.GEOID: "09001"}]), records([{schema.GEOID: "09001"}])
    assert step(first) == step(first) == 4
    assert step(second) == 5  # the same digest, but perhaps not the same rows


def test_records_nobody_looks_at_are_not_kept_alive():
    given = records([{schema.GEOID: "09001"}] * 40)
    ghost = weakref.ref(given)
    run(Study(), (given,))
    del given
    gc.collect()
    assert ghost() is None


def test_the_oldest_answer_goes_first():
    calls = []

    @kept_steps.kept(2)
    def step(number):
        calls.append(number)
        return number

    for number in (1, 2, 1, 3, 1, 2):
        step(number)
    assert calls == [1, 2, 3, 2]
