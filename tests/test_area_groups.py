"""Groups of counties far apart: no neighborhood reaches from one to the other unasked."""

import re

import numpy as np
import pandas as pd
import pyproj
import pytest
from scipy import sparse

from analysis import area_groups
from analysis import result as names
from analysis.rates import own_differences, relative_risk, risk_adjusted_p
from analysis.run import run
from analysis.significance import classes, fdr
from analysis.study import Study
from analysis.weights import contiguity
from boundaries import load
from tests.records_made import by_county, records

APART = load.counties()[load.counties()["state"].isin(["RI", "NV"])]


def kilometers():
    """Great-circle distances between the middles of the counties of Rhode Island and Nevada."""
    lon, lat = (APART[name].to_numpy() for name in ("lon", "lat"))
    n = len(APART)
    pairs = [np.repeat(lon, n), np.repeat(lat, n), np.tile(lon, n), np.tile(lat, n)]
    return pyproj.Geod(ellps="WGS84").inv(*pairs)[2].reshape(n, n) / 1000


def deaths():
    """Rhode Island at three times the risk of Nevada."""
    people = load.population(2018)[APART.index].to_numpy()
    risk = np.where(APART["state"] == "RI", 3.0, 1.0)
    return np.random.default_rng(6).poisson(people * 2e-4 * risk)


def study(**choices):
    rows = by_county(dict(zip(APART.index, deaths().tolist(), strict=True)))
    return run(Study(states=("RI", "NV"), **choices), [records(rows)])


def by_hand(k):
    """Classes with the nearest k of the same state, self included, by distance alone."""
    same = APART["state"].to_numpy()[:, None] == APART["state"].to_numpy()
    far = np.where(same, kilometers(), np.inf)
    near = np.zeros(far.shape)
    for row, distance in enumerate(far):
        order = [one for one in np.argsort(distance) if np.isfinite(distance[one])]
        near[row, order[: k + 1]] = 1.0  # the nearest of all is itself
    people = load.population(2018)[APART.index].to_numpy(float)
    weights, count = sparse.csr_array(near), deaths().astype(float)
    phi = own_differences(count, people, weights)
    q = fdr(risk_adjusted_p(count, people, weights, phi=phi))
    return pd.Series(classes(relative_risk(count, people, weights) - 1, q), APART.index)


def test_other_scales_stay_in_their_group():
    found = study()
    told = {p.name: p for p in found.parameters}["Other scales"]
    half, double = (int(k) for k in re.findall(r"the nearest (\d+)", told.value))
    assert double >= 5  # more than the four other counties of Rhode Island
    assert "2 groups far apart, and none is joined across a gap" in told.reason
    for column, k in ((names.HALF, half), (names.DOUBLE, double)):
        mine = found.areas[column].sort_index().to_numpy(dtype=float, na_value=np.nan)
        np.testing.assert_array_equal(mine, by_hand(k).sort_index())
    hot = found.areas[found.areas[names.ADJUSTED_CLASS].fillna(0) >= 2]
    assert len(hot) >= 4
    assert (hot[names.ROBUST] == "robust at 3 of 3 scales").all()
    assert not any("across a gap" in line for line in found.warnings)


def test_a_chosen_number_that_reaches_across_is_warned_of():
    near = np.argsort(kilometers(), axis=1)[:, 1:9]
    state = APART["state"].to_numpy()
    other = state[near] != state[:, None]
    farthest = np.take_along_axis(kilometers(), near, 1)[other].max()
    (line,) = (line for line in study(neighbors="knn", k=8).warnings if "across a gap" in line)
    assert line.startswith(f"{other.any(axis=1).sum()} of {len(APART)} counties have neighbors")
    said = float(re.search(r"up to ([\d,]+) km away", line)[1].replace(",", ""))
    assert said == pytest.approx(farthest, rel=0.03)
    assert line.endswith("choose counties that touch, or at most the nearest 4.")
    assert not any("across a gap" in line for line in study(neighbors="knn", k=4).warnings)


def test_the_least_distance_leaves_out_who_is_alone():
    """The District of Columbia is one county, 570 km from Rhode Island."""
    counties = load.counties()
    geoids = counties.index[counties["state"].isin(["RI", "DC"])]
    rows = by_county(dict.fromkeys(geoids, 20))
    found = run(Study(states=("RI", "DC"), neighbors="band"), [records(rows)])
    told = {p.name: p for p in found.parameters}["Neighbors"]
    band = int(re.search(r"within (\d+) km", told.value)[1])
    assert band < 60  # Rhode Island is 77 km long
    assert told.reason.endswith("but for those far from all others.")


@pytest.mark.parametrize(
    ("states", "sizes"),
    [
        (("RI", "NV"), [17, 5]),
        (("MA",), [14]),  # Nantucket lies 50 km off
        (("MI",), [83]),  # two peninsulas
        (("ME", "VT"), [30]),  # New Hampshire's north lies between, one county wide
        (("OH", "VT"), [88, 14]),
    ],
)
def test_what_is_a_gap(states, sizes):
    chosen = load.counties()[load.counties()["state"].isin(states)]
    lon, lat = chosen["lon"].to_numpy(), chosen["lat"].to_numpy()
    place = pyproj.Transformer.from_crs(4326, 5070, always_xy=True).transform(lon, lat)
    width = 1000 * np.sqrt(chosen["land_km2"].to_numpy())
    group = area_groups.of_areas(np.column_stack(place), width, contiguity(chosen.geometry))
    assert sorted(np.bincount(group), reverse=True) == sizes
