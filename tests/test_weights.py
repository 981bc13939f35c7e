"""Neighbors against libpysal, brute force and known counts of links."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse
from scipy.spatial.distance import cdist

from analysis.getis_ord import gi_star
from analysis.links import sealed
from analysis.weights import (
    contiguity,
    distance_band,
    grid_ring,
    inverse_distance,
    k_nearest,
    kernel,
    row_standardized,
    with_self,
)
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


@settings(max_examples=50)
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


@settings(max_examples=50)
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


@settings(max_examples=50)
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


def test_what_is_sealed_cannot_change_and_what_changed_is_not_sealed():
    whole = with_self(distance_band([(0, 0), (1, 0), (9, 9)], 1))
    assert sealed(whole)
    with pytest.raises(ValueError, match="read-only"):
        whole.data[0] = 2
    assert not sealed(whole.copy())
    assert not sealed(whole * 2)
    assert not sealed(whole[1:, 1:])
    whole.data = np.full(whole.nnz, 0.5)
    assert not sealed(whole)
    assert not sealed(with_self(inverse_distance([(0, 0), (2, 0)], 3)))


@settings(max_examples=50)
@given(st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), min_size=2, max_size=30))
def test_a_seal_changes_no_number(places):
    whole = with_self(distance_band(places, 2))
    values = np.arange(len(places), dtype=float) % 5
    values[0] = np.nan
    np.testing.assert_array_equal(gi_star(values, whole), gi_star(values, whole.copy()))


def test_rook_needs_more_than_a_corner():
    cells = [shapely.box(c, r, c + 1, r + 1) for r in range(3) for c in range(3)]
    np.testing.assert_array_equal(
        contiguity(cells, rook=True).sum(axis=1), [2, 3, 2, 3, 4, 3, 2, 3, 2]
    )
    # Overlapping shapes are neighbors, whatever their borders do.
    assert contiguity([shapely.box(0, 0, 2, 2), shapely.box(1, 1, 3, 3)], rook=True).nnz == 2
    assert contiguity([shapely.box(0, 0, 4, 4), shapely.box(1, 1, 2, 2)], rook=True).nnz == 2


def test_rook_counties_equal_libpysal():
    graph = pytest.importorskip("libpysal.graph")
    ohio = load.counties()
    ohio = ohio[ohio["state"] == "OH"].geometry.reset_index(drop=True)
    theirs = graph.Graph.build_contiguity(ohio, rook=True, strict=True).sparse
    assert (contiguity(ohio, rook=True) != theirs).nnz == 0


def test_contiguity_leaves_prepared_shapes_as_they_were():
    shapes = np.array([shapely.box(c, 0, c + 1, 1) for c in range(3)])
    shapely.prepare(shapes[0])
    contiguity(shapes)
    assert shapely.is_prepared(shapes).tolist() == [True, False, False]


@settings(max_examples=50)
@given(
    st.sets(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=2, max_size=25),
    st.integers(2, 9),
)
def test_fading_weights_equal_their_formulas(places, half_steps):
    place, band = np.array(sorted(places)) / 2, half_steps / 2
    apart = cdist(place, place)
    off = ~np.eye(len(place), dtype=bool)
    inside = off & (apart <= band * (1 + 1e-6))
    expected = np.zeros_like(apart)
    for power in (1, 2):
        links = inverse_distance(place, band, power, least_m=0.5)
        expected[:] = 0
        expected[inside] = (0.5 / apart[inside]) ** power
        np.testing.assert_allclose(links.toarray(), expected, rtol=1e-12)
        assert is_tidy(links)
    u = np.minimum(apart / band, 1)
    for shape, fade in (
        ("triangular", 1 - u), ("epanechnikov", 1 - u**2), ("quartic", (1 - u**2) ** 2),
        ("gaussian", np.exp(-((3 * u) ** 2) / 2)),
    ):  # fmt: skip
        links = kernel(place, band, shape=shape)
        np.testing.assert_allclose(links.toarray(), np.where(inside, fade, 0), atol=1e-12)
        assert is_tidy(links)


def test_kernel_equals_libpysal():
    """libpysal's kernels are densities: the same but for a constant, its value at distance 0."""
    graph = pytest.importorskip("libpysal.graph")
    place = np.random.default_rng(0).random((60, 2))
    for shape, theirs, at_zero in (
        ("triangular", "triangular", 1.0), ("epanechnikov", "parabolic", 0.75),
        ("quartic", "bisquare", 15 / 16),
    ):  # fmt: skip
        other = graph.Graph.build_kernel(place, kernel=theirs, bandwidth=0.3).sparse.toarray()
        np.fill_diagonal(other, 0)
        np.testing.assert_allclose(
            kernel(place, 0.3, shape=shape).toarray(), other / at_zero, atol=1e-9
        )


def test_kernel_that_follows_density():
    """The bandwidth of each place is the distance to its second neighbor, whose weight is 0."""
    links = kernel([(0, 0), (1, 0), (3, 0), (90, 0)], k=2, shape="triangular")
    expected = [[0, 2 / 3, 0, 0], [1 / 2, 0, 0, 0], [0, 1 / 3, 0, 0], [0, 0, 2 / 89, 0]]
    np.testing.assert_allclose(links.toarray()[[0, 1, 2]], expected[:3], atol=1e-12)
    assert links.toarray()[3, 2] == pytest.approx(1 - 87 / 89)
    assert kernel([(5, 5)] * 6, k=2).sum() == 12  # all at one place: nothing fades


def test_coincident_points_weigh_as_the_least_distance():
    links = inverse_distance([(0, 0), (0, 0), (300, 400)], 1000, least_m=50)
    np.testing.assert_allclose(links.toarray(), [[0, 1, 0.1], [1, 0, 0.1], [0.1, 0.1, 0]])


@pytest.mark.parametrize(
    "build",
    [
        lambda p: distance_band(p, 2), lambda p: k_nearest(p, 2), lambda p: kernel(p, 2.5),
        lambda p: inverse_distance(p, 2),
    ],
)  # fmt: skip
def test_points_without_a_place_are_isolates(build):
    whole = np.array([(0, 0), (1, 0), (2, 0), (3, 1), (4, 4.0)])
    holed = np.insert(whole, 2, np.nan, axis=0)
    known = np.isfinite(holed).all(axis=1)
    links = build(holed)
    assert (links[known][:, known] != build(whole)).nnz == 0
    assert links[[2]].nnz == links[:, [2]].nnz == 0
    assert build(whole).nnz > 0


def test_two_states_apart_do_not_touch():
    counties = load.counties()
    pair = counties[counties["state"].isin(["ME", "GA"])]
    links = contiguity(pair.geometry.to_numpy())
    parts, label = sparse.csgraph.connected_components(links)
    assert parts == 2
    assert pair.groupby(label)["state"].nunique().tolist() == [1, 1]


def test_rows_add_up_to_one():
    links = row_standardized(distance_band([(0, 0), (1, 0), (2, 0), (9, 9)], 1))
    np.testing.assert_allclose(links.sum(axis=1), [1, 1, 1, 0])


def test_scattered_cells_far_apart_are_found_by_search():
    """A box of ten billion places around few cells."""
    cells = np.array([(0, 0), (1, 0), (10**5, 10**5), (10**5 + 1, 10**5 + 1), (7, 99)])
    np.testing.assert_array_equal(grid_ring(cells).sum(axis=1), [1, 1, 1, 1, 0])
    with pytest.raises(StudyError, match="twice"):
        grid_ring([*cells.tolist(), [7, 99]])


@pytest.mark.parametrize(
    ("call", "why"),
    [
        (lambda: inverse_distance([(0, 0)], 5, power=0), "above 0"),
        (lambda: inverse_distance([(0, 0)], -5), "above 0"),
        (lambda: kernel([(0, 0)]), "one width"),
        (lambda: kernel([(0, 0)], 5, k=2), "one width"),
        (lambda: kernel([(0, 0)], 5, shape="tophat"), "not known"),
    ],
)
def test_nonsense_is_refused(call, why):
    with pytest.raises(StudyError, match=why):
        call()


def test_a_million_cells_equal_shifted_slices():
    """Each cell's neighbors by slicing a picture of the grid, which needs no matrix."""
    side = 1000
    rows, columns = np.divmod(np.arange(side * side), side)
    links = grid_ring(np.column_stack([columns, rows]))
    picture = np.pad(np.random.default_rng(0).random((side, side)), 1)
    around = -picture[1:-1, 1:-1]
    for up in range(3):
        for across in range(3):
            around = around + picture[up : up + side, across : across + side]
    np.testing.assert_allclose(links @ picture[1:-1, 1:-1].ravel(), around.ravel(), atol=1e-12)
