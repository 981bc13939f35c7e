"""The line about the whole map, on maps drawn from a known truth."""

import numpy as np
import pytest

from analysis.local_tests import Held
from analysis.weights import distance_band, with_self
from analysis.whole_map import sentence

SIDE = 12
CELLS = np.array([(c, r) for r in range(SIDE) for c in range(SIDE)], dtype=float)
NEAR = with_self(distance_band(CELLS, 1.5))
SHARE = np.where((CELLS == 0).any(axis=1), 0.4, 1.0)  # the border cuts two sides of the square


def told(events, share=SHARE):
    count = np.asarray(events, dtype=float)
    held = Held(count, np.full(count.size, np.nan), ground=share)
    return sentence(count, NEAR, held, for_people=False, seed=1)


def claims(number, maps=200):
    """Share of maps with evenly strewn events on which the line says alike, and unlike."""
    rng = np.random.default_rng(number)
    said = [told(rng.multinomial(number, SHARE / SHARE.sum())) for _ in range(maps)]
    return tuple(sum(f"neighbors are {word} (" in one for one in said) / maps
                 for word in ("alike", "unlike"))  # fmt: skip


@pytest.mark.parametrize("number", [3, 5, 9])
def test_a_few_events_say_nothing_of_the_whole_map(number):
    rng = np.random.default_rng(number)
    for _ in range(20):
        assert told(rng.multinomial(number, SHARE / SHARE.sum())) == ""
    assert told(np.bincount([70], [number], minlength=SIDE**2)) == ""


@pytest.mark.slow
@pytest.mark.parametrize("number", [14, 30])
def test_even_ground_is_called_neither_alike_nor_unlike(number):
    """Each at 2.5 of 100 maps, and three standard errors of 200 maps more."""
    most = 0.025 + 3 * np.sqrt(0.025 * 0.975 / 200)
    assert max(claims(number)) <= most


def test_lone_piles_are_not_called_unlike():
    """Sixty events in three places far apart: nearly all shuffles keep them apart as well."""
    piles = np.bincount([14, 70, 130], [20, 20, 20], minlength=SIDE**2)
    assert "unlike" not in told(piles)
    assert told(piles).startswith("Over the whole map, events for their ground: ")


def test_few_areas_that_all_hold_events_can_be_unlike():
    """Nine areas in a row, high and low by turns: one of the 126 ways to place four high ones."""
    row = with_self(distance_band([(float(x), 0.0) for x in range(9)], 1.0))
    count = np.array([1.0, 9, 1, 9, 1, 9, 1, 9, 1])
    held = Held(count, np.full(9, np.nan))
    assert "neighbors are unlike (" in sentence(count, row, held, for_people=False, seed=1)


def test_a_checkerboard_is_unlike_and_a_pile_of_neighbors_alike():
    board = (CELLS.sum(axis=1) % 2 == 0) * 1.0
    rook = with_self(distance_band(CELLS, 1.0))
    held = Held(board, np.full(board.size, np.nan))
    assert "neighbors are unlike (" in sentence(board, rook, held, for_people=False, seed=1)
    middle = (np.abs(CELLS - 6).max(axis=1) <= 1) * 4.0
    assert "neighbors are alike (" in told(middle)
