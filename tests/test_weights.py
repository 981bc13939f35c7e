"""Neighbors against libpysal, brute force and known counts of links."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse
from scipy.spatial.distance import cdist

from analysis.weights import contiguity, distance_band, grid_ring, k_nearest, with_self
from boundaries import grids, load
from geo.errors import StudyError


def is_tidy(matrix: sparse.csr_array) -> bool:
    return (
        matrix.format == "csr"
        and matrix.dtype == np.float64
        and bool(matrix.has_sorted_indices)
        and bool((matrix.data != 0).all())
    )


def test_counties_have_the_links_libpysal_finds():
    """3,233 counties of 2016: 18,618 links and 20 islands (libpysal queen, design page)."""
    counties = load.counties()
    links = contiguity(counties.geometry.to_numpy())
    assert is_tidy(links)
    assert (links != links.T).nnz == 0
    position = counties.index.get_loc
    hartford = links[[position("09003")]].indices
    neighbors = set(counties["name"].iloc[hartford][counties["state"].iloc[hartford] == "CT"])
    assert neighbors == {  # a map of Connecticut
        "Litchfield County", "Middlesex County", "New Haven County", "New London County",
        "Tolland County",
    }  # fmt: skip
    assert links.nnz == 18_618
    assert (np.diff(links.indptr) == 0).sum() == 20
    assert links.diagonal().sum() == 0


def test_contiguity_of_a_checkerboard_and_odd_shapes():
    cells = [shapely.box(c, r, c + 1, r + 1) for r in range(3) for c in range(3)]
    np.testing.assert_array_equal(contiguity(cells).sum(axis=1), [3, 5, 3, 5, 8, 5, 3, 5, 3])
    # A long edge beside two short ones shares no corner in the middle: still neighbors.
    assert contiguity([shapely.box(0, 0, 2, 1), shapely.box(0.5, 1, 1.5, 2)]).nnz == 2
    assert contiguity([shapely.box(0, 0, 1, 1), None, shapely.Polygon()]).nnz == 0


@settings(max_examples=50, deadline=None)
@given(
    st.sets(st.tuples(st.integers(-4, 4), st.integers(-4, 4)), min_size=1, max_size=30),
    st.integers(1, 3),
    st.sampled_from(["square", "hexagon"]),
)
def test_rings_equal_counting_steps(cells, radius, lattice):
    place = np.array(sorted(cells))
    links = grid_ring(place, radius, lattice)
    assert is_tidy(links)
    across, up = (place[:, None, i] - place[None, :, i] for i in (0, 1))
    steps = np.maximum(np.abs(across), np.abs(up))
    if lattice == "hexagon":
        steps = np.maximum(steps, np.abs(across + up))
    np.testing.assert_array_equal(links.toarray(), (steps > 0) & (steps <= radius))


@pytest.mark.parametrize("lattice", ["square", "hexagon"])
def test_rings_are_the_polygons_that_touch(lattice):
    lay = grids.hexagons if lattice == "hexagon" else grids.squares
    grid = lay(shapely.box(0, 0, 9_000, 7_000), 1_000)
    rings = grid_ring(grid[[grids.Q, grids.R]], 1, lattice)
    touching = contiguity(shapely.buffer(grid.geometry.to_numpy(), 1))
    assert (rings != touching).nnz == 0


def test_rings_refuse_nonsense():
    with pytest.raises(StudyError, match="below 1"):
        grid_ring([(0, 0)], 0)
    with pytest.raises(StudyError, match="twice"):
        grid_ring([(0, 0), (0, 0)])
    assert grid_ring(np.empty((0, 2))).shape == (0, 0)


@settings(max_examples=50, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 12), st.integers(0, 12)), min_size=2, max_size=25),
    st.integers(1, 10),
)
def test_band_equals_all_distances(places, half_steps):
    """A half-unit lattice: ties, coincident points, and places exactly on the band."""
    place, band = np.array(places) / 2, half_steps / 2
    links = distance_band(place, band)
    assert is_tidy(links)
    expected = cdist(place, place) <= band * (1 + 1e-6)
    np.fill_diagonal(expected, val=False)
    np.testing.assert_array_equal(links.toarray(), expected)


@settings(max_examples=50, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), min_size=3, max_size=20),
    st.integers(1, 2),
)
def test_k_nearest_are_no_farther_than_the_rest(places, k):
    place = np.array(places) / 2
    links = k_nearest(place, k)
    assert is_tidy(links)
    np.testing.assert_array_equal(links.sum(axis=1), k)
    assert links.diagonal().sum() == 0
    apart = cdist(place, place)
    for i, row in enumerate(links.toarray() == 1):
        others = np.arange(len(place)) != i
        assert apart[i, row].max() <= np.sort(apart[i, others])[k - 1]


def test_many_coincident_points_keep_k_neighbors():
    np.testing.assert_array_equal(k_nearest([(5, 5)] * 40, 8).sum(axis=1), 8)


@pytest.mark.parametrize("k", [0, 3, 4])
def test_k_must_fit(k):
    with pytest.raises(StudyError, match="nearest"):
        k_nearest([(0, 0), (1, 0), (2, 0)], k)


def test_a_band_must_have_a_length():
    with pytest.raises(StudyError, match="above 0"):
        distance_band([(0, 0), (1, 0)], 0)


def test_with_self_is_idempotent_and_leaves_no_zero():
    links = distance_band([(0, 0), (1, 0), (9, 9)], 1)
    once = with_self(links)
    assert is_tidy(once)
    np.testing.assert_array_equal(once.toarray(), links.toarray() + np.eye(3))
    np.testing.assert_array_equal(with_self(once).toarray(), once.toarray())
    assert links.diagonal().sum() == 0
