"""Gi* z, weights given, beside esda's analytic result."""

from importlib.metadata import version

import numpy as np
import pytest

from analysis.getis_ord import gi_star
from analysis.weights import grid_ring, with_self


@pytest.mark.parametrize(("side", "goal"), [(55, 100), (448, 100), (1000, 300)])
def test_gi_star(beside, side, goal):
    """As esda's pages show it: neighbors are given, esda counts each place as its own neighbor."""
    import esda  # noqa: PLC0415  (slow to import)
    from libpysal.graph import Graph  # noqa: PLC0415

    rows, columns = np.divmod(np.arange(side * side), side)
    links = grid_ring(np.column_stack([columns, rows]), 1, "square")
    weights = with_self(links)
    counts = np.random.default_rng(0).poisson(3, side * side).astype(float)
    neighbors = Graph.from_sparse(links)
    ours, theirs = beside(
        f"Gi* z, {side * side:,} cells, weights given",
        lambda: gi_star(counts, weights),
        peer=f"esda {version('esda')} analytic",
        theirs=lambda: esda.G_Local(counts, neighbors, transform="B", star=True, permutations=0).Zs,
        times=goal,
        note="Queen neighbors. esda adds the self weights itself, as it does by star=True.",
    )
    np.testing.assert_allclose(ours, theirs, atol=1e-9)
    graph = Graph.from_sparse(weights)
    ours, theirs = beside(
        f"Gi* z, {side * side:,} cells, the kindest case",
        lambda: gi_star(counts, weights),
        peer=f"esda {version('esda')} analytic, prepared",
        theirs=lambda: esda.G_Local(counts, graph, transform="B", star=True, permutations=0).Zs,
        note="esda is handed its Graph with self weights that it has seen before.",
    )
    np.testing.assert_allclose(ours, theirs, atol=1e-9)
