"""Gi* z of 3,025 and 200,704 cells, weights given, beside esda's analytic result."""

import warnings

import numpy as np
import pytest
from libpysal.graph import Graph

from analysis.getis_ord import gi_star
from analysis.weights import grid_ring, with_self


@pytest.fixture(params=[55, 448], ids=["3,025 cells", "200,704 cells"])
def layer(request):
    """Counts on a square grid with queen weights, the cell itself included."""
    side = request.param
    rows, columns = np.divmod(np.arange(side * side), side)
    cells = np.column_stack([columns, rows])
    counts = np.random.default_rng(0).poisson(3, side * side).astype(float)
    return counts, with_self(grid_ring(cells, 1, "square"))


@pytest.mark.benchmark(group="Gi* z")
def test_ours(benchmark, layer):
    counts, weights = layer
    benchmark(gi_star, counts, weights)


@pytest.mark.benchmark(group="Gi* z")
def test_esda(benchmark, layer):
    import esda  # noqa: PLC0415  (slow to import)

    counts, weights = layer
    graph = Graph.from_sparse(weights)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        theirs = benchmark.pedantic(
            lambda: esda.G_Local(counts, graph, transform="B", star=True, permutations=0), rounds=2
        )
    assert np.allclose(theirs.Zs, gi_star(counts, weights), atol=1e-10)
