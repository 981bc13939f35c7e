"""Where cases are more, or fewer, than people or controls would let expect.

A density of overdoses is high where many people live. The logarithm of the ratio of two densities,
one of cases and one of people (or of other events), is 0 where cases follow people.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import fft
from scipy.stats import norm

from analysis.bandwidth import effective_n
from analysis.edges import corrected_density, edge_mass, near
from analysis.pixels import Floats, Grid, checked, checked_area, checked_bandwidth
from geo.errors import StudyError

Controls = Literal["sample", "population"]

THIN: Final = 1e-6
"""Share of the highest density below which a ratio means nothing."""

_BATCH: Final = 8


@dataclass(frozen=True, eq=False)
class RelativeRisk:
    """A surface of relative risk.

    `log_risk` is ``log(f / g)`` with both densities integrating to 1 over the study area, so that 0
    means "as expected"; NaN outside it and where there are hardly any controls. `p` is the
    chance of so high a value when cases follow the controls, one-sided: below 0.025 is high, above
    0.975 is low. `thin` counts cells inside that are not computable.
    """

    log_risk: Floats
    p: Floats
    thin: int


def relative_risk(  # noqa: PLR0913  (two crowds, each with weights)
    cases: ArrayLike,
    controls: ArrayLike,
    bandwidth_m: float,
    grid: Grid,
    inside: ArrayLike,
    *,
    case_weights: ArrayLike | None = None,
    control_weights: ArrayLike | None = None,
    kind: Controls = "sample",
) -> RelativeRisk:
    """Log relative risk and its asymptotic p-value at each cell.

    Parameters
    ----------
    cases, controls : array_like, shapes (n, 2) and (m, 2)
        Easting and northing in metres; controls may be places of people.
    bandwidth_m : float
        Standard deviation of the Gaussian kernel in metres, one for both: then what smoothing does
        to one it does to the other, and it cancels out in the ratio.
    grid : Grid
    inside : array_like of bool, shape (rows, cols)
        Cells whose center is in the study area.
    case_weights, control_weights : array_like, shapes (n,) and (m,), optional
        Events, or people, each point stands for.
    kind : {"sample", "population"}
        "sample": controls are events of their own, as uncertain as their number; "population":
        they are all people there are, and only the cases are uncertain.

    Returns
    -------
    RelativeRisk

    Raises
    ------
    StudyError
        No cases or no controls in the study area, or as `kernel_density`.

    Notes
    -----
    Both densities are edge corrected ("uniform"). The variance of the log risk where risk is even
    is ``R (1/n + 1/m) / (h**2 g)``; R is the integral of the squared kernel inside the study area
    over the square of its mass, ``1 / (4 pi)`` away from borders. Weighted points count as Kish's
    effective number. It is exact for many events in reach; where few are, `permuted_p` is better.

    References
    ----------
    Kelsall, J. E. and Diggle, P. J. (1995). Kernel estimation of relative risk. Bernoulli 1, 3.
    doi:10.2307/3318678.
    Hazelton, M. L. and Davies, T. M. (2009). Inference based on kernel estimates of the relative
    risk function in geographical epidemiology. Biometrical Journal 51, 98.
    doi:10.1002/bimj.200810495.

    Examples
    --------
    >>> grid = Grid(west=0, north=20, cell_m=1, rows=20, cols=20)
    >>> people = [(x + 0.5, y + 0.5) for x in range(20) for y in range(20)]
    >>> cases = [place for place in people if place[0] > 10]
    >>> risk = relative_risk(cases, people, 2.0, grid, np.ones((20, 20), bool))
    >>> float(risk.log_risk[10, 17].round(2)), bool(risk.p[10, 17] < 0.01)  # log 2
    (0.69, True)
    """
    area = checked_area(inside, grid)
    reach = float(checked_bandwidth(bandwidth_m, 0))
    f, n = _shape(cases, case_weights, reach, grid, area, "cases")
    g, m = _shape(controls, control_weights, reach, grid, area, "controls")
    log_risk, told = _log_ratio(f, g, area)
    mass = edge_mass(area, reach, "gaussian", grid)
    roughness = edge_mass(area, reach / np.sqrt(2), "gaussian", grid) / (4 * np.pi)
    unsure = 1 / n + (0.0 if kind == "population" else 1 / m)
    p = np.full(grid.shape, np.nan)
    spread = np.sqrt(roughness[told] * unsure) / (mass[told] * reach * np.sqrt(g[told]))
    p[told] = norm.sf(log_risk[told] / spread)
    return RelativeRisk(log_risk, p, int((area & ~told).sum()))


def permuted_p(  # noqa: PLR0913  (as `relative_risk`, and how often)
    cases: ArrayLike,
    controls: ArrayLike,
    bandwidth_m: float,
    grid: Grid,
    inside: ArrayLike,
    *,
    control_weights: ArrayLike | None = None,
    kind: Controls = "sample",
    draws: int = 999,
    seed: int = 0,
) -> RelativeRisk:
    """Log relative risk with p-values from shuffled labels, or from cases drawn among people.

    Parameters
    ----------
    cases, controls, bandwidth_m, grid, inside
        As for `relative_risk`. Each case is one event.
    control_weights : array_like, shape (m,), optional
        People at each control; only with "population".
    kind : {"sample", "population"}
        "sample": who is a case is shuffled among all; "population": as many cases are drawn from
        the people.
    draws : int
        How often.
    seed : int
        The same seed, the same p.

    Returns
    -------
    RelativeRisk
        `p` is ``(1 + draws at least as high) / (1 + draws)`` at each cell.

    Raises
    ------
    StudyError
        As `relative_risk`; or weights for a sample, which cannot be shuffled.

    Notes
    -----
    Points are moved to the middle of their cell, in the map and in every draw, so that one draw
    costs two transforms. Cells should be well below the bandwidth.

    Examples
    --------
    >>> grid = Grid(west=0, north=20, cell_m=1, rows=20, cols=20)
    >>> people = [(x + 0.5, y + 0.5) for x in range(20) for y in range(20)]
    >>> cases = [place for place in people if place[0] > 10]
    >>> area = np.ones((20, 20), bool)
    >>> risk = permuted_p(cases, people, 2.0, grid, area, draws=99)
    >>> float(risk.p[10, 17]), float(risk.p[10, 2])
    (0.01, 1.0)
    """
    area = checked_area(inside, grid)
    reach = float(checked_bandwidth(bandwidth_m, 0))
    ill, _ = _kept(cases, None, grid, area, "cases")
    well, people = _kept(controls, control_weights, grid, area, "controls")
    if kind == "sample" and control_weights is not None:
        raise StudyError(
            "Controls with weights cannot be shuffled.",
            'Give each control as a point, or say that they are the "population".',
        )
    random = np.random.default_rng(seed)
    at_ill, at_well = (np.ravel_multi_index(grid.cells_of(one), grid.shape) for one in (ill, well))
    cells = grid.rows * grid.cols
    first = np.bincount(at_ill, minlength=cells).astype(np.float64)
    second = np.bincount(at_well, weights=people, minlength=cells)
    pool = np.concatenate([at_ill, at_well])

    def drawn() -> Floats:
        if kind == "population":
            return random.multinomial(len(ill), second / second.sum()).astype(np.float64)
        chosen = random.permutation(pool)[: len(ill)]
        return np.bincount(chosen, minlength=cells).astype(np.float64)

    smooth = _Smoother(grid, reach, area)
    case, control = smooth(np.array([first, second]).reshape(2, *grid.shape))
    log_risk, told = _log_ratio(smooth.whole(case), smooth.whole(control), area)
    higher = np.ones(grid.shape)
    for batch in _batches(draws):
        for one in smooth(np.array([drawn() for _ in range(batch)]).reshape(batch, *grid.shape)):
            # Smoothing is a sum: who is no case among all is what remains of both.
            other = control if kind == "population" else np.maximum(case + control - one, 0.0)
            higher += _ratio(smooth.whole(one), smooth.whole(other), area) >= log_risk - 1e-9
    p = np.where(told, higher / (1 + draws), np.nan)
    return RelativeRisk(log_risk, p, int((area & ~told).sum()))


class _Smoother:
    """Turns counts of cells into smooth ones, edge corrected, 0 outside the study area."""

    def __init__(self, grid: Grid, reach: float, area: NDArray[np.bool_]) -> None:
        self.grid, self.area = grid, area
        self.mass = np.where(area, edge_mass(area, reach, "gaussian", grid), 1.0)
        cells = (grid.height_m, grid.cell_m)
        self.size = tuple(
            fft.next_fast_len(n + min(int(np.ceil(8 * reach / cell)), n), real=True)
            for n, cell in zip(grid.shape, cells, strict=True)
        )
        bells = [
            np.exp(
                -np.minimum((np.minimum(np.arange(n), n - np.arange(n)) * cell / reach) ** 2, 700)
                / 2
            )
            for n, cell in zip(self.size, cells, strict=True)
        ]
        self.waves = fft.fft(bells[0]).real[:, None] * fft.rfft(bells[1]).real

    def __call__(self, counts: Floats) -> Floats:
        waves = fft.rfft2(counts, self.size, workers=2)
        waves *= self.waves
        back = fft.irfft2(waves, self.size, overwrite_x=True, workers=2)
        found: Floats = back[..., : self.grid.rows, : self.grid.cols]
        # Far outside there may be no mass at all to divide by.
        return np.where(self.area, np.maximum(found, 0.0), 0.0) / self.mass

    def whole(self, found: Floats) -> Floats:
        """Make it integrate to 1."""
        return found / float(found.sum() * self.grid.cell_m2)


def _batches(draws: int) -> Iterator[int]:
    for start in range(0, draws, _BATCH):
        yield min(_BATCH, draws - start)


def _kept(
    points: ArrayLike, weights: ArrayLike | None, grid: Grid, area: NDArray[np.bool_], who: str
) -> tuple[Floats, Floats]:
    place, amount = checked(points, weights)
    told = near(place, area, grid) & (amount > 0)
    if not told.any():
        raise StudyError(
            f"Not computable: there are no {who} in the study area.",
            "Choose a wider area or a longer period.",
        )
    return place[told], amount[told]


def _shape(  # noqa: PLR0913, PLR0917  (private)
    points: ArrayLike,
    weights: ArrayLike | None,
    reach: float,
    grid: Grid,
    area: NDArray[np.bool_],
    who: str,
) -> tuple[Floats, float]:
    """Density that integrates to 1 over the study area, and the effective number of points."""
    place, amount = _kept(points, weights, grid, area, who)
    density = corrected_density(place, amount, reach, "gaussian", grid, area).height
    return density / (np.nansum(density) * grid.cell_m2), effective_n(amount)


def _log_ratio(f: Floats, g: Floats, area: NDArray[np.bool_]) -> tuple[Floats, NDArray[np.bool_]]:
    """Logarithm of the ratio where there are controls, and where that is."""
    told = area & (np.nan_to_num(g) > THIN * np.nanmax(g))
    return np.where(told, _ratio(f, g, told), np.nan), told


def _ratio(f: Floats, g: Floats, where: NDArray[np.bool_]) -> Floats:
    """Logarithm of the ratio; a density below `THIN` of its highest counts as so much."""
    out = np.zeros(f.shape)
    for density, sign in ((f, 1.0), (g, -1.0)):
        out[where] += sign * np.log(np.maximum(density[where], THIN * np.nanmax(density)))
    return out
