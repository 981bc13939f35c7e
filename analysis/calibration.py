"""How often a test cries wolf, and what it finds: maps made at random from a known truth."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import sparse, special

from analysis.cut_cells import cut_p
from analysis.exact import exact_p
from analysis.fdr import fdr
from analysis.getis_ord import Floats, gi_star
from analysis.pearson import pearson3_p
from analysis.rates import rate_per_100k, risk_adjusted_p
from analysis.shared_draws import shared_draw_p

BELIEVED: Final = 0.05
"""q-value up to which a discovery is believed: 95%."""

Test = Callable[[Floats, Floats, sparse.csr_array], Floats]


def _normal_p(counts: Floats, people: Floats, weights: sparse.csr_array) -> Floats:
    del people
    p: Floats = 2 * special.ndtr(-np.abs(gi_star(counts, weights)))
    return p


TESTS: Final[Mapping[str, Test]] = {
    "exact, counts": lambda counts, _, weights: exact_p(counts, weights),
    "shared draws, counts": lambda counts, _, weights: shared_draw_p(counts, weights, draws=9_999),
    "Pearson III, counts": lambda counts, _, weights: pearson3_p(counts, weights),
    "exact, cut cells": cut_p,
    "normal, counts": _normal_p,
    "population-adjusted": risk_adjusted_p,
    "population-adjusted, same risk for all": lambda counts, people, weights: risk_adjusted_p(
        counts, people, weights, phi=0
    ),
    "Pearson III, crude rates": lambda counts, people, weights: pearson3_p(
        rate_per_100k(counts, people), weights
    ),
    "shuffled, crude rates": lambda counts, people, weights: shared_draw_p(
        rate_per_100k(counts, people), weights
    ),
    "normal, crude rates": lambda counts, people, weights: _normal_p(
        rate_per_100k(counts, people), people, weights
    ),
}
"""Those of the app, and what is commonly done instead."""


@dataclass(frozen=True, eq=False)
class World:
    """A truth from which maps are drawn.

    `people` (on a grid the share of ground) and `weights` (self included) of n places;
    `per_person`, the mean risk; `own`, the variance of the places' own relative risks, and `law`
    their law: "gamma"; "lognormal"; "two": one place in ten runs a higher risk than the others;
    "ground": a gamma law whose variance is `own` on a whole cell and greater on less ground, as of
    pieces that know nothing of each other. `clusters`, places with their neighbors at `times` the
    risk, newly chosen for each map.
    """

    people: Floats
    weights: sparse.csr_array
    per_person: float
    own: float = 0.0
    law: str = "gamma"
    clusters: int = 0
    times: float = 1.0

    def draw(self, rng: np.random.Generator) -> tuple[Floats, NDArray[np.bool_]]:
        """One map: counts, and which places belong to a cluster."""
        n = self.people.size
        risk = np.ones(n)
        if self.own and self.law == "gamma":
            risk = rng.gamma(1 / self.own, self.own, n)
        elif self.own and self.law == "ground":
            risk = rng.gamma(self.people / self.own, self.own / self.people)
        elif self.own and self.law == "two":
            # With risks a and b of nine and one in ten: mean 1, variance (0.3 (b - a))**2.
            apart = np.sqrt(self.own) / 0.3
            risk = 1 + apart * (np.where(rng.random(n) < 0.1, 1.0, 0.0) - 0.1)
        elif self.own:
            spread = np.log1p(self.own)
            risk = rng.lognormal(-spread / 2, np.sqrt(spread), n)
        member = np.zeros(n, dtype=bool)
        for middle in rng.choice(n, self.clusters, replace=False):
            member[self.weights[[middle]].indices] = True
        counts = rng.poisson(self.people * self.per_person * np.where(member, self.times, 1) * risk)
        return counts.astype(np.float64), member


@dataclass(frozen=True)
class Outcome:
    """What a test did over many maps.

    `maps_with_discovery`: share of maps with any q <= 0.05. `flagged`: share of places with
    p <= 0.05, and `flagged_small` that of the quarter of neighborhoods with the fewest people.
    `found`: share of places in clusters discovered. `wrong`: mean share of discoveries whose
    neighborhood meets no cluster, 0 for a map without any.
    """

    maps_with_discovery: float
    flagged: float
    flagged_small: float
    found: float
    wrong: float


def simulate(world: World, test: Test, maps: int, *, seed: int) -> Outcome:
    """Draw maps and count what a test makes of them.

    Parameters
    ----------
    world : World
    test : callable (counts, people, weights) -> p, each shape (n,)
        Such as one of `TESTS`.
    maps : int
        How many; the share of maps is known to about ``sqrt(0.05 / maps)``.
    seed : int
        The same seed gives the same maps, for every test.

    Returns
    -------
    Outcome

    Examples
    --------
    >>> from analysis.weights import grid_ring, with_self
    >>> grid = with_self(grid_ring([(c, r) for r in range(9) for c in range(9)]))
    >>> flat = World(np.full(81, 1000.0), grid, 0.002)
    >>> simulate(flat, TESTS["exact, counts"], 20, seed=1).maps_with_discovery <= 0.1
    True
    """
    rng = np.random.default_rng(seed)
    near = world.weights @ world.people
    small = near <= np.quantile(near, 0.25)
    rows = []
    for _ in range(maps):
        counts, member = world.draw(rng)
        p = test(counts, world.people, world.weights)
        believed = fdr(p) <= BELIEVED
        apart = world.weights @ member.astype(np.float64) == 0
        flagged = p <= BELIEVED
        rows.append((
            believed.any(),
            flagged.mean(),
            flagged[small].mean(),
            believed[member].mean() if member.any() else 0.0,
            (believed & apart).sum() / max(1, believed.sum()),
        ))  # fmt: skip
    return Outcome(*np.mean(np.array(rows, dtype=np.float64), axis=0).tolist())
