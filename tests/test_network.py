"""Density along roads, by hand on junctions and by a plain walk over every way."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.network import network
from analysis.network_density import network_density
from geo.errors import StudyError

H = 1_000.0


def below(d):
    """Integral of the quartic 15/(16 h) (1 - d2/h2)2 from 0 to d."""
    u = min(max(d / H, 0.0), 1.0)
    return (15 * u / 8 - 5 * u**3 / 4 + 3 * u**5 / 8) / 2


def walked(town, edge, along, split, pieces):
    """Follow every way by recursion: mass on each of so many equal pieces of each edge."""
    ends, lengths = town
    held = np.zeros((len(ends), pieces))

    def lay(at, end_to, gone, share, begin):
        step = lengths[at] / pieces
        for piece in range(pieces):
            low, high = max(piece * step, begin), (piece + 1) * step
            if high > low:
                mass = share * (below(gone + high) - below(gone + low))
                held[at, piece if end_to else pieces - 1 - piece] += mass
        arrived = gone + lengths[at]
        if arrived >= H or abs(share) < 1e-7:
            return
        junction = ends[at][end_to]
        doors = [
            (one, end) for one in range(len(ends)) for end in (0, 1) if ends[one][end] == junction
        ]
        came_by = (at, end_to)
        for one, end in doors:
            k = len(doors)
            if split == "continuous":
                part = 2 / k - 1 if (one, end) == came_by else 2 / k
            else:
                part = 0.0 if (one, end) == came_by else 1 / (k - 1)
            if part:
                lay(one, 1 - end, arrived, share * part, 0.0)

    lay(edge, 1, -along, 1.0, along)
    lay(edge, 0, along - lengths[edge], 1.0, lengths[edge] - along)
    return held


def test_three_roads_by_hand():
    """An event 300 m from a junction of three: 2/3 of it beyond, 1/3 taken off its own road."""
    arms = [shapely.LineString([(0, 0), end]) for end in ((2_000, 0), (0, 2_000), (-2_000, 0))]
    roads = network(arms, schematic=False)
    found = network_density(roads, [(300, 0)], None, H, piece_m=50)
    mass = (found.density * 50).reshape(3, 40)
    beyond = 2 / 3 * (0.5 - below(300))
    np.testing.assert_allclose(mass[1:].sum(axis=1), beyond, rtol=1e-12)
    np.testing.assert_allclose(mass[1, 4], 2 / 3 * (below(550) - below(500)), rtol=1e-12)
    own = below(150) - below(100) - (below(500) - below(450)) / 3  # from 150 to 200 m along
    np.testing.assert_allclose(mass[0, 3], own, rtol=1e-12)
    assert mass.sum() == pytest.approx(1, rel=1e-12)
    parted = network_density(roads, [(300, 0)], None, H, piece_m=50, split="discontinuous")
    np.testing.assert_allclose(
        (parted.density * 50).reshape(3, 40)[1].sum(), (0.5 - below(300)) / 2, rtol=1e-12
    )


def test_a_dead_end_turns_back():
    roads = network([shapely.LineString([(0, 0), (600, 0)])], schematic=False)
    found = network_density(roads, [(100, 0)], None, H, piece_m=100)
    assert found.density.sum() * 100 == pytest.approx(1, rel=1e-12)
    lost = network_density(roads, [(100, 0)], None, H, piece_m=100, split="discontinuous")
    assert lost.density.sum() * 100 == pytest.approx(below(100) + below(500), rel=1e-12)


STREETS = [
    ((0, 0), (400, 0)), ((400, 0), (800, 0)), ((0, 0), (0, 300)), ((400, 0), (400, 300)),
    ((0, 300), (400, 300)), ((800, 0), (400, 300)), ((400, 300), (400, 900)),
    ((400, 0), (700, -350)),
]  # fmt: skip


@settings(max_examples=20)
@given(
    st.integers(0, len(STREETS) - 1),
    st.sampled_from([0.1, 0.25, 0.5, 0.9]),
    st.sampled_from(["continuous", "discontinuous"]),
)
def test_a_small_town_walked_by_recursion(edge, part, split):
    lines = [shapely.LineString(ends) for ends in STREETS]
    names = sorted({end for ends in STREETS for end in ends})
    ends = [tuple(names.index(end) for end in pair) for pair in STREETS]
    lengths = [line.length for line in lines]
    event = lines[edge].interpolate(part, normalized=True)
    roads = network(lines, schematic=False)
    found = network_density(
        roads, [(event.x, event.y)], None, H, split=split, piece_m=150, kernel="quartic"
    )
    for at, line in enumerate(lines):
        pieces = int(np.ceil(line.length / 150))
        expected = walked((ends, lengths), edge, part * lengths[edge], split, pieces)[at]
        mass = (found.density * (found.stop_m - found.start_m))[found.edge == at]
        np.testing.assert_allclose(mass, expected, rtol=0, atol=1e-5)


def test_events_add_up_and_far_ones_are_counted():
    lines = [shapely.LineString(ends) for ends in STREETS]
    roads = network(lines, schematic=False)
    rng = np.random.default_rng(5)
    points = np.vstack([rng.uniform(0, 400, (200, 2)), [[9_000, 9_000]]])
    weights = np.r_[rng.random(200), 3.0]
    found = network_density(roads, points, weights, 700, piece_m=60, near_m=500)
    assert found.lost == pytest.approx(3)
    assert found.placed == pytest.approx(weights[:-1].sum())
    total = np.sum(found.density * (found.stop_m - found.start_m))
    assert total == pytest.approx(found.placed, rel=1e-6)


def test_the_other_kernel_adds_up():
    roads = network([shapely.LineString([(0, 0), (9_000, 0)])], schematic=False)
    found = network_density(roads, [(4_000, 0)], None, H, kernel="epanechnikov", piece_m=10)
    assert found.density.max() * H == pytest.approx(0.75, abs=1e-3)
    assert found.density.sum() * 10 == pytest.approx(1, rel=1e-12)


def test_ends_almost_meet():
    """Ends half a centimeter apart join, wherever a rounding border would lie."""
    for shift in np.linspace(0, 1, 23):
        lines = [
            shapely.LineString([(shift - 100, 0), (shift, 0)]),
            shapely.LineString([(shift + 0.005, 0), (shift + 100, 0)]),
        ]
        assert sorted(network(lines, schematic=False).degree.tolist()) == [1, 1, 2]


def test_no_events_no_density():
    roads = network([shapely.LineString([(0, 0), (900, 0)])], schematic=False)
    assert not network_density(roads, np.empty((0, 2)), None, H).density.any()


def test_schematic_lines_are_refused():
    with pytest.raises(StudyError, match="schematic"):
        network([shapely.LineString([(0, 0), (1, 1)])], schematic=True)


def test_what_is_no_road_is_refused():
    for shape in (shapely.Point(0, 0), shapely.MultiLineString([[(0, 0), (1, 1)]])):
        with pytest.raises(StudyError, match="single lines"):
            network([shape], schematic=False)
    with pytest.raises(StudyError, match="no length"):
        network([shapely.LineString([(0, 0), (0, 0)])], schematic=False)
    roads = network([shapely.LineString([(0, 0), (900, 0)])], schematic=False)
    for bandwidth in (0, np.nan, -5):
        with pytest.raises(StudyError, match="bandwidth"):
            network_density(roads, [(1, 1)], None, bandwidth)


@pytest.mark.parametrize("split", ["continuous", "discontinuous"])
def test_an_event_alone_is_all_there_is_on_its_own_piece(split):
    """Near a junction and near dead ends: other ways back are longer than the bandwidth."""
    arms = [shapely.LineString([(0, 0), end]) for end in ((900, 0), (0, 2_000), (-2_000, 0))]
    roads = network(arms, schematic=False)
    for along in (130, 480, 850):
        found = network_density(roads, [(along, 0)], [2.5], H, split=split, piece_m=50)
        assert found.own == pytest.approx(found.density[found.on], rel=1e-9)
