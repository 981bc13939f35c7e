"""Bandwidths that predict best: each place is left out and foretold from the others.

Events at the same place are left out together. Otherwise records that fell on the middle of a
street or a town would foretell each other, and the best bandwidth would always be 0.
"""

from typing import Final, Literal

import numpy as np
from numpy.typing import ArrayLike
from scipy import fft
from scipy.special import logsumexp

from analysis.near_pairs import near_squares
from analysis.pixels import Floats, Grid, checked
from analysis.spectrum import Spectrum, spectrum
from analysis.splines import bell_wave, bspline, spread, waves_of
from geo.errors import StudyError

Score = Literal["least_squares", "likelihood"]

PAIRS: Final = 640_000
"""Pairs of places up to which all distances are taken one by one."""

SEEN: Final = 20_000
"""Places at which a likelihood is asked; of more, a random part."""

FLOOR: Final = 1e-6
"""Of more than `PAIRS`, densities below this share of the highest count as so much."""

LEAST_M: Final = 10.0
"""Bandwidth below which the best one is said to be 0: no place is known more exactly."""

_TRIED: Final = 33
_WIDEST: Final = 1.5  # times Scott's rule; the widest that is ever sensible is 1.08 of it
_FINEST: Final = 1 / 24
_CELLS: Final = 2.5  # of a grid in the finest bandwidth, for splines of order 8
_LONGEST: Final = 4096
_SQUARES_REACH: Final = 6 * np.sqrt(2)


def places_of(points: ArrayLike, weights: ArrayLike | None) -> tuple[Floats, Floats]:
    """Different places and the events at each, those without events left out.

    Examples
    --------
    >>> where, events = places_of([(0, 0), (5, 5), (0, 0)], None)
    >>> events.tolist()
    [2.0, 1.0]
    """
    place, amount = checked(points, weights)
    place, amount = place[amount > 0], amount[amount > 0]
    where, which = np.unique(place, axis=0, return_inverse=True)
    events: Floats = np.zeros(len(where))
    np.add.at(events, which.ravel(), amount)
    return where, events


def scores(
    points: ArrayLike, weights: ArrayLike | None, sigmas_m: ArrayLike, score: Score
) -> Floats:
    """Score Gaussian bandwidths by leaving out each place in turn; the lowest is the best.

    Parameters
    ----------
    points : array_like, shape (n, 2)
        Easting and northing in metres.
    weights : array_like, shape (n,), or None
        Events each point stands for.
    sigmas_m : array_like, shape (k,)
        Standard deviations of Gaussian kernels in metres.
    score : {"least_squares", "likelihood"}
        ``int f**2 - 2 sum w_i f_-i(x_i) / W`` per m2, or ``-sum w_i log f_-i(x_i) / W`` with f per
        m2; f integrates to 1, f_-i lacks what lies at place i, W is the sum of the weights.

    Returns
    -------
    ndarray, shape (k,)

    Raises
    ------
    StudyError
        Fewer than two places, or a bandwidth not above 0.

    Notes
    -----
    Few places are taken pair by pair. Of more, the squares are sums over the power spectrum, which
    costs hardly more for 200 bandwidths than for one; the likelihood takes one transform for each
    bandwidth and asks at most `SEEN` places.

    References
    ----------
    Bowman, A. W. (1984). An alternative method of cross-validation for the smoothing of density
    estimates. Biometrika 71, 353. doi:10.1093/biomet/71.2.353.
    Duin, R. P. W. (1976). On the choice of smoothing parameters for Parzen estimators. IEEE
    Transactions on Computers C-25, 1170. doi:10.1109/TC.1976.1674577.

    Examples
    --------
    Two places a kilometer apart, s = 1 km: each foretells exp(-1/2) / (2 pi) per km2.

    >>> minus_log = scores([(0, 0), (1000, 0)], None, [1000.0], "likelihood")[0]
    >>> round(float(np.exp(-minus_log)) * 1e6, 6), round(float(np.exp(-0.5) / (2 * np.pi)), 6)
    (0.096532, 0.096532)
    """
    where, events = places_of(points, weights)
    sigmas = np.asarray(sigmas_m, dtype=np.float64)
    if len(where) < 2:
        raise StudyError(
            "Not computable: all points lie at the same place, so none foretells another.",
            "Give a bandwidth in meters.",
        )
    if not (sigmas.size and np.isfinite(sigmas).all() and (sigmas > 0).all()):
        raise StudyError("A bandwidth is not above 0.", "Give distances in meters.")
    share = events / events.sum()
    if len(where) ** 2 <= PAIRS:
        return _by_pairs(where, share, sigmas, score)
    if score == "least_squares":
        return _squares_by_waves(where, share, sigmas)
    return _likelihood_by_waves(where, share, sigmas)


def best_bandwidth(
    points: ArrayLike, weights: ArrayLike | None, score: Score, scott_m: float
) -> float:
    """Gaussian bandwidth with the lowest score, near what Scott's rule gives.

    Parameters
    ----------
    points, weights, score
        As for `scores`.
    scott_m : float
        Scott's bandwidth: tried are a 24th to one and a half times it, and where least squares
        ask for less, down to `LEAST_M`.

    Returns
    -------
    float
        Metres: the standard deviation of a Gaussian.

    Raises
    ------
    StudyError
        The score has no lowest value in that range.
    """
    where, events = places_of(points, weights)
    finest = scott_m * _FINEST
    if len(where) ** 2 > PAIRS:
        # The grid of the transform may not carry the finest.
        wide = np.ptp(where, axis=0) + 2 * _SQUARES_REACH * _WIDEST * scott_m
        finest = max(finest, float(wide.max()) / _LONGEST * _CELLS)
    sigmas = np.geomspace(min(finest, scott_m), _WIDEST * scott_m, _TRIED)
    found = scores(where, events, sigmas, score)
    at = int(np.argmin(found))
    if at == 0 and score == "least_squares" and sigmas[0] > LEAST_M:
        # Squares weigh the thickest crowd most, which may be far narrower than Scott's cloud.
        sigmas = np.geomspace(LEAST_M, sigmas[1], _TRIED)
        found = near_squares(where, events / events.sum(), sigmas)
        at = int(np.argmin(found))
    if at in {0, _TRIED - 1}:
        raise _without_end(score, narrow=at == 0)
    low, middle, high = found[at - 1 : at + 2]  # a parabola through the three, in the logarithm
    shift = 0.5 * (low - high) / (low - 2 * middle + high)
    return float(sigmas[at] * (sigmas[1] / sigmas[0]) ** shift)


def _without_end(score: Score, *, narrow: bool) -> StudyError:
    """Say why no bandwidth is the best, and what to do."""
    if narrow and score == "least_squares":
        return StudyError(
            "Least-squares cross-validation gives no bandwidth here: the narrower, the better, "
            "down to 0. It does so where records lie at nearly the same or at rounded places, as "
            "along a street or with few decimals, because these foretell each other.",
            "Choose cross-validation by likelihood, which rounding misleads less, or give a "
            "bandwidth in meters.",
        )
    way = "narrower" if narrow else "wider"
    return StudyError(
        f"Not computable: the {way} the bandwidth the better the score, without an end.",
        "Choose another rule, or a bandwidth in meters.",
    )


def _by_pairs(where: Floats, share: Floats, sigmas: Floats, score: Score) -> Floats:
    squared = np.sum((where[:, None] - where) ** 2, axis=2)
    left = 1 - share
    out = np.empty(sigmas.size)
    for at, sigma in enumerate(sigmas):
        if score == "least_squares":
            self_value = 1 / (2 * np.pi * sigma**2)
            whole = share @ np.exp(-squared / (4 * sigma**2)) @ share / (4 * np.pi * sigma**2)
            others = np.exp(-squared / (2 * sigma**2)) @ share * self_value - share * self_value
            out[at] = whole - 2 * np.sum(share / left * others)
        else:
            power = -squared / (2 * sigma**2)
            np.fill_diagonal(power, -np.inf)
            logs = logsumexp(power, axis=1, b=share) - np.log(2 * np.pi * sigma**2 * left)
            out[at] = -float(share @ logs)
    return out


def _laid_out(where: Floats, share: Floats, sigmas: Floats, reach: float) -> Spectrum:
    """Transform of the places on a grid around them, fine enough for the finest bandwidth."""
    cell = float(sigmas.min()) / _CELLS
    west, south = where.min(axis=0)
    wide = np.ptp(where, axis=0)
    if float(wide.max() + 2 * reach * sigmas.max()) > 1.1 * _LONGEST * cell:
        raise StudyError(
            "Not computable: the bandwidths are too narrow for so wide an area and so many places.",
            "Try wider bandwidths.",
        )
    cols, rows = (int(np.ceil(one / cell)) + 1 for one in wide)
    grid = Grid(west - cell / 2, south - cell / 2 + rows * cell, cell, rows, cols)
    widest = float(sigmas.max()) * reach / 6
    return spectrum(where, share, grid, finest_m=float(sigmas.min()), widest_m=widest)


def _squares_by_waves(where: Floats, share: Floats, sigmas: Floats) -> Floats:
    kept = _laid_out(where, share, sigmas, _SQUARES_REACH)
    left = 1 - share
    row, column = kept.grid.place(where)
    cells = spread(
        row + kept.margin[0], column + kept.margin[1], share / left, kept.order, kept.size
    )
    other = waves_of(cells, kept.waves.shape)
    power, crossed = np.abs(kept.waves) ** 2, (kept.waves * other.conj()).real
    down, across = kept.frequencies()
    twice = np.where((across == 0) | (across == 0.5), 1.0, 2.0)  # the other half of the waves
    cells_m2 = kept.grid.cell_m2 * kept.size[0] * kept.size[1]
    scale: Floats = sigmas[:, None] / kept.grid.cell_m
    by_row, by_column = (bell_wave(one, scale, 2 * kept.order) for one in (down, across))
    whole = np.sum(
        ((by_row * bell_wave(down, scale, 0)) @ power)
        * (by_column * bell_wave(across, scale, 0) * twice),
        axis=1,
    )
    pairs = np.sum((by_row @ crossed) * (by_column * twice), axis=1) / cells_m2
    themselves = np.sum(share**2 / left) / (2 * np.pi * sigmas**2)
    found: Floats = whole / cells_m2 - 2 * (pairs - themselves)
    return found


def _likelihood_by_waves(where: Floats, share: Floats, sigmas: Floats) -> Floats:
    kept = _laid_out(where, share, sigmas, 6.0)
    seen = np.arange(len(where))
    if seen.size > SEEN:
        seen = np.sort(np.random.default_rng(0).choice(seen, SEEN, replace=False))
    row, column = (
        one[seen] + margin for one, margin in zip(kept.grid.place(where), kept.margin, strict=True)
    )
    top, first = np.floor(row).astype(np.int64), np.floor(column).astype(np.int64)
    weight = bspline(row - top, kept.order)[:, None] * bspline(column - first, kept.order)
    steps = np.arange(kept.order) - (kept.order // 2 - 1)
    keys = (top + steps[:, None]) * kept.size[1]
    key = keys[:, None] + (first + steps[:, None])
    down, across = kept.frequencies()
    out = np.empty(sigmas.size)
    for at, sigma in enumerate(sigmas):
        by_row, by_column = (
            bell_wave(one, sigma / kept.grid.cell_m, 2 * kept.order).astype(np.float32)
            for one in (down, across)
        )
        waves = kept.waves * by_column * by_row[:, None]
        full = np.zeros((kept.size[0], waves.shape[1]), np.complex64)
        half = (len(waves) + 1) // 2
        full[:half], full[kept.size[0] - len(waves) + half :] = waves[:half], waves[half:]
        full = fft.ifft(full, axis=0, overwrite_x=True, workers=2)
        smooth = fft.irfft(full, kept.size[1], axis=1, workers=2).ravel()
        value = np.sum(weight * smooth[key], axis=(0, 1)) / kept.grid.cell_m2
        others = (value - share[seen] / (2 * np.pi * sigma**2)) / (1 - share[seen])
        logs = np.log(np.maximum(others, FLOOR * value.max()))
        out[at] = -float(np.average(logs, weights=share[seen]))
    return out
