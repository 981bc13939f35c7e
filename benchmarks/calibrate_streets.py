"""Fit the score of street answers: python -m benchmarks.calibrate_streets FOLDER.

FOLDER holds the TIGER/Line files of two counties (tiger_nc37143, tiger_mt30059). A tenth of the
street names is left out of the index, so that some addresses have no right answer. Each county is
scored with weights fitted on the other; the weights printed last are fitted on both.
"""

import sys
import tempfile
from pathlib import Path

import numpy as np

from boundaries import load
from geo.geocoding.street_build import build
from geo.geocoding.street_finder import Finder
from geo.geocoding.street_locate import distance_m
from geo.geocoding.street_score import FEATURES, features
from geo.geocoding.street_sources import read_tiger
from tests.addresses_messy import messy, rows, without_some

FILES = {
    "NC": "tiger_nc37143/tl_2020_37143_edges.shp",
    "MT": "tiger_mt30059/tl_2021_30059_addrfeat.shp",
}
ROWS = 4_000
DRAWS = 16  # each with other streets left out
RIGHT_M = 250.0
RIDGE = 0.5
# No flaw speaks for an answer. Two small counties cannot tell what a wrong letter or a far ZIP code
# means in a whole state: those two count a little in any case.
LIMITS = np.array([np.inf, -0.3, 0, -0.3, 0, 0, 0, 0])
BINS = (0.3, 0.6, 0.8, 0.87, 0.9, 0.92, 0.94, 0.96, 0.98, 0.99)


def sample(folder, state, seed):
    """Features of the answers to messy addresses, and whether each is right."""
    whole = read_tiger(folder / FILES[state])
    kept, _ = without_some(whole, 0.1, seed)
    with tempfile.TemporaryDirectory() as work:
        asked = messy(build([whole], state, Path(work) / "whole"), ROWS, seed)
        index = build([kept], state, Path(work) / "kept")
        finder = Finder({state: index}, load.gazetteer())
        found = finder.answers(finder.read(rows(asked, state)), np.arange(len(asked)), index)
    lon, lat = np.array([(one.lon, one.lat) for one in asked]).T
    near = distance_m(found.lon, found.lat, lon, lat) <= np.maximum(RIGHT_M, found.radius_m)
    given = found.method > 0
    return features(found)[given], near[given], given.mean()


def fit(x, right):
    """Weights of a logistic regression by Newton steps, none above its limit."""
    weights = np.zeros(x.shape[1])
    free = np.ones(len(weights), dtype=bool)
    for _ in range(60):
        share = 1 / (1 + np.exp(-x @ weights))
        slope = x.T @ (right - share) - RIDGE * weights
        bend = (x.T * (share * (1 - share))) @ x + RIDGE * np.eye(len(weights))
        step = np.zeros(len(weights))
        step[free] = np.linalg.solve(bend[np.ix_(free, free)], slope[free])
        weights = weights + step
        free &= weights < LIMITS
        weights[~free] = LIMITS[~free]
    return weights


def steps(x, right, weights):
    """Mean of the regression in bins, and the share that is right, never falling."""
    share = 1 / (1 + np.exp(-x @ weights))
    bins = np.digitize(share, BINS)
    used = [k for k in np.unique(bins) if (bins == k).sum() >= 30]
    given = [share[bins == k].mean() for k in used]
    return given, np.maximum.accumulate([right[bins == k].mean() for k in used])


def reliability(x, right, weights, knots):
    """Answers by score: how many, mean score, share that is right."""
    share = np.interp(1 / (1 + np.exp(-x @ weights)), *knots)
    for low, high in ((0, 0.6), (0.6, 0.8), (0.8, 0.9), (0.9, 0.95), (0.95, 0.98), (0.98, 1.01)):
        inside = (share >= low) & (share < high)
        if inside.any():
            told, was = share[inside].mean(), right[inside].mean()
            yield f"  from {low:.2f}: {inside.sum():6d} answers, score {told:.3f}, right {was:.3f}"


def main(folder):
    """Say both reliability tables and the weights."""
    sets = {}
    for state in FILES:
        draws = [sample(folder, state, seed) for seed in range(DRAWS)]
        x, right = (np.concatenate([draw[k] for draw in draws]) for k in (0, 1))
        sets[state] = x, right, np.mean([draw[2] for draw in draws])
    lines = []
    for state, other in (("NC", "MT"), ("MT", "NC")):
        x, right, given = sets[state]
        lines.append(f"{state}: {given:.1%} answered, {right.mean():.1%} right; fitted on {other}")
        weights = fit(*sets[other][:2])
        lines += reliability(x, right, weights, steps(*sets[other][:2], weights))
    x = np.vstack([one[0] for one in sets.values()])
    right = np.concatenate([one[1] for one in sets.values()])
    weights = fit(x, right)
    knots = steps(x, right, weights)
    lines += ["fitted on both:", *reliability(x, right, weights, knots)]
    lines += [f"{weight:8.3f}  {name}" for name, weight in zip(FEATURES, weights, strict=True)]
    lines += [f"({a:.3f}, {b:.3f})" for a, b in zip(*knots, strict=True)]
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
