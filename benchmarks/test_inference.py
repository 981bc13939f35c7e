"""p-values of Gi*: exact and by shared draws, beside 999 permutations of others."""

import importlib
import warnings
from importlib.metadata import version
from importlib.util import find_spec

import numpy as np
import pytest

from analysis.significance import exact_p, pearson3_p, shared_draw_p
from analysis.weights import grid_ring, with_self


def layer(side):
    """Counts on a square grid; queen links without and with the cell itself."""
    rows, columns = np.divmod(np.arange(side * side), side)
    links = grid_ring(np.column_stack([columns, rows]), 1, "square")
    return np.random.default_rng(0).poisson(3, side * side).astype(float), links, with_self(links)


def agree(counts, weights, theirs):
    """Folded one-sided p of 999 conditional permutations, doubled, lie around the exact ones."""
    ours = exact_p(counts, weights, "conditional")
    low = ours < 0.9
    assert np.median(np.abs(ours[low] - 2 * theirs[low])) < 0.06


def test_fifty_thousand_cells(beside):
    import esda  # noqa: PLC0415  (slow to import)
    from libpysal.graph import Graph  # noqa: PLC0415

    counts, _, weights = layer(224)
    graph = Graph.from_sparse(weights)

    def permuted():
        return esda.G_Local(
            counts, graph, transform="B", star=True, permutations=999, n_jobs=1, seed=1,
            keep_simulations=False,
        ).p_sim  # fmt: skip

    small = layer(20)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        esda.G_Local(
            small[0], Graph.from_sparse(small[2]), transform="B", star=True, permutations=9,
            n_jobs=1, keep_simulations=False,
        )  # fmt: skip
    peer = f"esda {version('esda')} 999{'' if find_spec('numba') else ' without numba'}"
    for ours, name, goal in (
        (exact_p, "exact", 50),
        (shared_draw_p, "99,999 shared draws", None),
    ):
        _, theirs = beside(
            f"Gi* p, 50,176 cells, {name}",
            lambda ours=ours: ours(counts, weights),
            peer=peer,
            theirs=permuted,
            times=goal,
            note="esda's compiled permutations are warm; ours needs no compiling.",
        )
        agree(counts, weights, theirs)


@pytest.mark.filterwarnings("ignore")  # pygeoda leaves its file open
def test_a_million_cells(beside, tmp_path):
    counts, links, weights = layer(1000)
    installed = find_spec("pygeoda") is not None
    theirs = None
    if installed:
        pygeoda = importlib.import_module("pygeoda")  # GPL: measured where present, never required
        lists = tmp_path / "queen.gal"
        with lists.open("w") as out:
            out.write(f"0 {counts.size} grid id\n")
            for at in range(counts.size):
                near = links.indices[links.indptr[at] : links.indptr[at + 1]]
                out.write(f"{at} {near.size}\n{' '.join(map(str, near.tolist()))}\n")
        read = pygeoda.read_gal(str(lists), [str(at) for at in range(counts.size)])
        listed = counts.tolist()

        def theirs():
            return pygeoda.local_gstar(
                read, listed, permutations=999, permutation_method="lookup", cpu_threads=1
            )

    p, local = beside(
        "Gi* p, 1M cells, 99,999 shared draws",
        lambda: shared_draw_p(counts, weights),
        peer=f"pygeoda {version('pygeoda')} look-up 999" if installed else "pygeoda look-up 999",
        theirs=theirs,
        times=100,
        note="Ours makes 100 times the draws. pygeoda (GPL) is measured where it is installed.",
    )
    exact, _ = beside("Gi* p, 1M cells, exact", lambda: exact_p(counts, weights), within_s=0.3)
    assert np.abs(p - exact).max() < 0.02
    beside("Gi* p, 1M cells, Pearson III", lambda: pearson3_p(counts, weights))
    if local is not None:
        agree(counts, weights, np.array(local.lisa_pvalues()))


@pytest.mark.parametrize("null", ["total", "conditional"])
def test_three_thousand_counties(beside, null):
    counts, _, weights = layer(55)
    beside(f"Gi* p, 3,025 cells, exact, {null}", lambda: exact_p(counts, weights, null))
