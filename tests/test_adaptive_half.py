"""Why evenly strewn events lie on 46% of the ground where bandwidths follow them: pair by pair."""

import numpy as np

from analysis.adaptive import TRIM
from analysis.least_ground import share_with_half


def apart(some, others):
    """Squared distances on a square of side 1 whose borders are joined."""
    step = np.abs(some[:, None] - others[None])
    return (np.minimum(step, 1 - step) ** 2).sum(axis=2)


def quartic(squared, reach):
    """The quartic kernel (Silverman 1986, eq. 4.5) written out."""
    return 3 / np.pi / reach**2 * np.clip(1 - squared / reach**2, 0, None) ** 2


def shares(seed, number=3000, reach=0.06):
    """Share of the ground with half of the events, read in three ways."""
    draw = np.random.default_rng(seed)
    events, ground = draw.random((number, 2)), draw.random((5000, 2))
    between, beside = apart(events, events), apart(ground, events)
    pilot = quartic(between, reach)
    thick = pilot.sum(axis=1)
    usual = np.exp(np.log(thick).mean())

    def bandwidths(of):  # Abramson 1982
        return reach * np.minimum(np.sqrt(usual / of), TRIM)

    def share(heights, at):
        return share_with_half(heights, np.ones(heights.size), at, np.ones(number))

    one = share(quartic(beside, reach).sum(axis=1), thick - np.diag(pilot))
    each = bandwidths(thick)
    followed = quartic(between, each)
    heights = quartic(beside, each).sum(axis=1)
    own_left_out = share(heights, followed.sum(axis=1) - np.diag(followed))
    # Row i: the bandwidths of all others as they would be had event i not happened.
    without = quartic(between, bandwidths(np.maximum(thick[None] - pilot, 1e-9)))
    np.fill_diagonal(without, 0)
    return one, own_left_out, share(heights, without.sum(axis=1))


def test_the_missing_part_is_what_an_event_does_to_its_neighbors_bandwidths():
    one, own_left_out, made_again = np.mean([shares(seed) for seed in range(3)], axis=0)
    assert abs(one - 0.5) < 0.02
    assert own_left_out < 0.48
    assert abs(made_again - 0.5) < 0.02
    assert made_again - own_left_out > 0.025
