"""Walks along roads: what events lay on the pieces of road they reach, shared out at junctions."""

from typing import Final, Literal

import numpy as np

from analysis.network import Indices, Network
from analysis.pixels import Floats
from geo.errors import StudyError

Split = Literal["continuous", "discontinuous"]
RoadKernel = Literal["quartic", "epanechnikov"]

MOST_WALKS: Final = 20_000_000
"""Ways along the roads that are followed in all; more means a bandwidth far too wide."""

FAINT: Final = 1e-9
"""Share of an event below which a way is not followed further."""

GATHERED_ABOVE: Final = 5_000
"""Ways at a time above which those that leave an end at nearly the same distance become one."""

STAGES: Final = (60, 500)
"""Steps of the bandwidth in which ways are gathered: fewer where there are very many roads."""

_LITTLE: Final = 1e-3
"""Share of an event below which what comes back to it is left out."""

Ways = tuple[Indices, Floats, Floats]  # edge end left, metres gone before, weight carried


def walked(  # noqa: PLR0913, PLR0917  (roads, events, and how)
    roads: Network,
    cut: tuple[Indices, Indices],
    events: tuple[Indices, Floats, Floats],
    bandwidth_m: float,
    kernel: RoadKernel,
    split: Split,
) -> Floats:
    """Walk from each event as far as the bandwidth.

    Parameters
    ----------
    roads : Network
    cut : pieces, first
        Into how many pieces each edge is cut, and which is its first.
    events : edge, along, share
        The edge each lies on, metres along it, its weight.
    bandwidth_m, kernel, split
        As in `network_density.network_density`.

    Returns
    -------
    ndarray of float
        Events on each piece.

    Raises
    ------
    StudyError
        The bandwidth is so wide that the ways cannot be followed.
    """
    pieces, first = cut
    edge, along, share = events
    held = np.zeros(int(first[-1]))
    # A way leaves an end of an edge; an event begins two, as if it had left before by so much.
    ways = _joined(
        np.concatenate([2 * edge, 2 * edge + 1]),
        -np.concatenate([along, roads.length_m[edge] - along]),
        np.concatenate([share, share]),
    )
    faint, steps = FAINT * float(share.max(initial=0.0)), 0
    # In the order of the distance gone, so that ways that have met go on as one.
    stages = int(np.clip(MOST_WALKS / 2 / max(roads.ends.size, 1), *STAGES))
    waiting: list[list[Ways]] = [[ways], *([] for _ in range(stages))]
    for stage, here in enumerate(waiting):
        while here:
            ways = _met(waiting, stage, bandwidth_m)
            steps += ways[0].size
            if steps > MOST_WALKS:
                raise StudyError(
                    "The bandwidth is too wide for roads with so many junctions.",
                    "Choose a narrower bandwidth.",
                )
            _lay(held, roads, pieces, first, ways, bandwidth_m, kernel)
            _wait(waiting, _onward(roads, ways, bandwidth_m, split, faint), bandwidth_m)
    return held


def _met(waiting: list[list[Ways]], stage: int, bandwidth_m: float) -> Ways:
    """Join the ways that wait at a stage: exactly where they are few, else at its two ends."""
    ends, gone, share = (np.concatenate(part) for part in zip(*waiting[stage], strict=True))
    waiting[stage].clear()
    if stage == 0 or ends.size <= GATHERED_ABOVE:
        return _joined(ends, gone, share)
    stages = len(waiting) - 1
    step = bandwidth_m / stages
    near = (stage - 1) * step
    later = share * np.clip((gone - near) / step, 0.0, 1.0)
    left, end = np.unique(ends, return_inverse=True)
    here, then = (
        np.bincount(end, part, left.size).astype(np.float64) for part in (share - later, later)
    )
    if stage < stages:
        waiting[stage + 1].append((left, np.full(left.size, near + step), then))
    return left, np.full(left.size, near), here


def _wait(waiting: list[list[Ways]], ways: Ways, bandwidth_m: float) -> None:
    """Let ways wait for the stage of the distance they have gone; the first is that of starts."""
    ends, gone, share = ways
    stages = len(waiting) - 1
    stage = np.minimum(1 + np.floor(gone / bandwidth_m * stages), stages).astype(np.int64)
    order = np.argsort(stage, kind="stable")
    cuts = np.flatnonzero(np.diff(stage[order])) + 1
    for at in np.split(order, cuts) if order.size else ():
        waiting[int(stage[at[0]])].append((ends[at], gone[at], share[at]))


def own_part(  # noqa: PLR0913, PLR0917  (as `walked`)
    roads: Network,
    events: tuple[Indices, Floats],
    piece: tuple[Floats, Floats],
    bandwidth_m: float,
    kernel: RoadKernel,
    split: Split,
) -> Floats:
    """Mean density of an event on the piece of road it lies on, and what its ends send back.

    Parameters
    ----------
    roads : Network
    events : edge, along
        The edge each lies on, metres along it.
    piece : start, stop
        Metres along its edge where each one's piece begins and ends.
    bandwidth_m, kernel, split
        As in `network_density.network_density`.

    Returns
    -------
    ndarray, shape (n,)
        Per metre. What comes back by other edges is left out: it is little.
    """
    edge, along = events
    start, stop = piece
    before, behind = (np.maximum(part, 0.0) for part in (along - start, stop - along))
    mass = _below(before, bandwidth_m, kernel) + _below(behind, bandwidth_m, kernel)
    length = roads.length_m[edge]
    if split == "discontinuous":
        return mass / (stop - start)
    sent_back = 2 / roads.degree[roads.ends[edge]] - 1
    for first in (0, 1):  # the end it meets first
        gone, end = (along, length - along)[first].copy(), first
        share = sent_back[:, first].copy()
        while ((gone < bandwidth_m) & (np.abs(share) > _LITTLE)).any():
            near, far = (start, stop) if end == 0 else (length - stop, length - start)
            there = _below(gone + far, bandwidth_m, kernel)
            mass += share * (there - _below(gone + near, bandwidth_m, kernel))
            gone += length
            end = 1 - end
            share *= sent_back[:, end]
    return mass / (stop - start)


def _joined(ends: Indices, gone: Floats, share: Floats) -> Ways:
    """Add up ways that left the same end after the same distance, to the micrometre."""
    order = np.lexsort((gone, ends))
    ends, gone, share = ends[order], gone[order], share[order]
    new = np.r_[True, (np.diff(ends) != 0) | (np.diff(gone) > 1e-6)][: ends.size]
    at = np.flatnonzero(new)
    return ends[at], gone[at], np.add.reduceat(share, at) if at.size else share


def _lay(  # noqa: PLR0913, PLR0917  (private)
    held: Floats,
    roads: Network,
    pieces: Indices,
    first: Indices,
    ways: Ways,
    bandwidth_m: float,
    kernel: RoadKernel,
) -> None:
    """Add what each way lays on the pieces of its edge."""
    ends, gone, share = ways
    edge, back = ends // 2, ends % 2 == 1
    step = roads.length_m[edge] / pieces[edge]
    begin = np.maximum(-gone, 0.0)
    stop = np.minimum(roads.length_m[edge], bandwidth_m - gone)
    low = np.minimum((begin / step).astype(np.int64), pieces[edge] - 1)
    high = np.minimum((stop / step).astype(np.int64), pieces[edge] - 1)
    times = np.maximum(high - low + 1, 0)
    way = np.repeat(np.arange(ends.size), times)
    piece = low[way] + np.arange(way.size) - np.repeat(np.cumsum(times) - times, times)
    near_end = np.maximum(piece * step[way], begin[way])
    far_end = np.minimum((piece + 1) * step[way], stop[way])
    mass = _below(gone[way] + np.maximum(far_end, near_end), bandwidth_m, kernel) - _below(
        gone[way] + near_end, bandwidth_m, kernel
    )
    onto = first[edge][way] + np.where(back[way], pieces[edge][way] - 1 - piece, piece)
    held += np.bincount(onto, weights=share[way] * mass, minlength=held.size)


def _below(distance: Floats, bandwidth_m: float, kernel: RoadKernel) -> Floats:
    """Integral of a kernel from 0 to a distance; 1/2 from the bandwidth on."""
    u = np.clip(distance / bandwidth_m, 0.0, 1.0)
    if kernel == "quartic":
        return 15 / 16 * u - 5 / 8 * u**3 + 3 / 16 * u**5
    return 3 / 4 * u - u**3 / 4


def _onward(roads: Network, ways: Ways, bandwidth_m: float, split: Split, faint: float) -> Ways:
    """Ways that go on from the junctions where these arrive."""
    ends, gone, share = ways
    arrived = gone + roads.length_m[ends // 2]
    going = arrived < bandwidth_m
    came_by, arrived, share = ends[going] ^ 1, arrived[going], share[going]
    junction = roads.ends.ravel()[came_by]
    degree = roads.degree[junction]
    way = np.repeat(np.arange(came_by.size), degree)
    turn = np.arange(way.size) - np.repeat(np.cumsum(degree) - degree, degree)
    leaving = roads.leaving[roads.first[junction][way] + turn]
    k, turns_back = degree[way], leaving == came_by[way]
    if split == "continuous":
        part = np.where(turns_back, 2 / k - 1, 2 / k)
    else:
        part = np.where(turns_back, 0.0, 1 / np.maximum(k - 1, 1))
    carried = share[way] * part
    enough = np.abs(carried) > faint
    return leaving[enough], arrived[way][enough], carried[enough]
