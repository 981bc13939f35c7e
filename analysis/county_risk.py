"""A relative risk by county against chance and the ordinary differences between counties.

A smooth map of risk has hundreds of places to be surprised at, and counties never run quite the
same risk. So each place is tested with the variance that counties show anyway, and the p-values are
corrected for looking at all places, as on the map of hot spots.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import sparse

from analysis.exact import two_sided
from analysis.fdr import fdr
from analysis.heterogeneity import heterogeneity
from analysis.pearson import pearson3_above
from analysis.pixels import Floats, Grid
from geo.errors import StudyError


@dataclass(frozen=True, eq=False)
class CountyRisk:
    """A tested surface, shape (rows, cols) each, NaN where nothing is told.

    `ratio` of the events around a place to those its people let expect; `high` the chance of so
    high a ratio, one-sided; `q` two-sided and corrected for all places told. `phi` is the variance
    of counties' own relative risks.
    """

    ratio: Floats
    high: Floats
    q: Floats
    phi: float

    def threshold(self, q: float) -> float:
        """One-sided p below which a place is believed at this q; 0 where none is.

        Examples
        --------
        >>> ratio, high = np.array([[2.0, 1.0]]), np.array([[0.001, 0.5]])
        >>> CountyRisk(ratio, high, np.array([[0.004, 1.0]]), 0.0).threshold(0.05)
        0.001
        """
        tail = np.minimum(self.high, 1 - self.high)
        believed = tail[self.q <= q]
        return float(believed.max(initial=0.0))


def county_risk(  # noqa: PLR0913, PLR0917  (events and people at places, and where to look)
    events: ArrayLike,
    people: ArrayLike,
    middles: ArrayLike,
    links: sparse.csr_array,
    bandwidth_m: float,
    grid: Grid,
    told: ArrayLike,
    *,
    phi: float | None = None,
) -> CountyRisk:
    """Test the relative risk at each place against chance and ordinary differences.

    Parameters
    ----------
    events, people : array_like, shape (n,)
        Of each county: whole numbers, and above 0.
    middles : array_like, shape (n, 2)
        Easting and northing in metres, where both are counted.
    links : scipy.sparse, shape (n, n)
        Neighbors, from whose differences phi is estimated.
    bandwidth_m : float
        Standard deviation of the Gaussian in metres.
    grid : Grid
    told : array_like of bool, shape (rows, cols)
        Places that are looked at.
    phi : float, optional
        Variance of the counties' own relative risks; estimated from `links` when not given.

    Returns
    -------
    CountyRisk

    Raises
    ------
    StudyError
        Shapes differ, there is no event, or phi cannot be estimated.

    Notes
    -----
    Around a place the counties count by ``k``, their kernel there. With ``N`` events in all and the
    shares ``s`` of the people, ``S = sum k c`` has the mean ``N m``, ``m = sum k s``, and, given N,
    the variance ``N (sum k**2 s - m**2) + phi N (N - 1) sum s**2 (k - m)**2``: for a kernel that is
    1 or 0 that of `analysis.adjusted.risk_adjusted_p`. Its third moment is that of the negative
    binomial counts about it, and p is read off the Pearson III curve with all three. Borders cancel
    out: what a kernel loses, it loses of events and of people. q is that of Benjamini and Hochberg
    over the places told, which lie as densely as the grid has cells.

    References
    ----------
    Kelsall, J. E. and Diggle, P. J. (1995). Kernel estimation of relative risk. Bernoulli 1, 3.
    doi:10.2307/3318678. Clayton, D. and Kaldor, J. (1987). Biometrics 43, 671. doi:10.2307/2532003.

    Examples
    --------
    Twelve counties along a road; one has six times the events of the others. By itself it only says
    that counties differ:

    >>> middles = [(10.0 * i + 5, 5.0) for i in range(12)]
    >>> links = sparse.diags_array([1.0, 1.0], offsets=[-1, 1], shape=(12, 12), format="csr")
    >>> grid = Grid(west=0, north=10, cell_m=10, rows=1, cols=12)
    >>> events = [20] * 9 + [120, 20, 20]
    >>> found = county_risk(events, [1000] * 12, middles, links, 4.0, grid, np.ones((1, 12), bool))
    >>> found.ratio.round(1)[0, 8:].tolist(), bool(found.q[0, 9] > 0.05)
    ([0.8, 4.0, 0.8, 0.7], True)
    """
    count, crowd = (np.asarray(given, dtype=np.float64) for given in (events, people))
    place, seen = np.asarray(middles, dtype=np.float64), np.asarray(told, dtype=bool)
    if not (count.shape == crowd.shape == place.shape[:1]) or seen.shape != grid.shape:
        raise StudyError("Events, people and places do not fit.", "Give one of each a county.")
    total = float(count.sum())
    if not total > 0 or not (crowd > 0).all():
        raise StudyError(
            "Not computable: there are no events, or a county without people.",
            "Choose a wider area or a longer period.",
        )
    share = crowd / crowd.sum()
    phi = heterogeneity(count, total * share, links) if phi is None else phi
    if np.isnan(phi):
        raise StudyError(
            "How much counties differ anyway cannot be told: too few of them are neighbors.",
            "Choose whole states, or the density per area.",
        )
    around = _Around(place, bandwidth_m, grid)
    held, mean = around(count), around(share)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = held / (total * mean)
        # Far from all counties there is nothing to tell.
        seen = seen & (mean > 1e-12 * mean.max())  # what is kept elsewhere stays as it is
        chance = around(share, 2) - mean**2
        apart = around(share**2, 2) - 2 * mean * around(share**2) + mean**2 * np.sum(share**2)
        variance = total * chance + phi * total * (total - 1) * apart
        expected = total * share
        cube = expected + 3 * phi * expected**2 + 2 * phi**2 * expected**3
        third = around(cube, 3) - 3 * mean * around(cube, 2) + 3 * mean**2 * around(cube)
        third -= mean**3 * cube.sum()
        seen &= variance > 1e-12 * total * mean**2
        z = (held - total * mean)[seen] / np.sqrt(variance[seen])
        skewness = third[seen] / variance[seen] ** 1.5
    high, low = pearson3_above(z, skewness), pearson3_above(-z, -skewness)
    # Where counties differ much, the middle of the curve lies below its mean: no ratio below 1 is
    # called high for being above the one, nor one above 1 low.
    above = ratio[seen] > 1
    high, low = (
        np.where(side, tail, np.maximum(tail, 0.5)) for side, tail in ((above, high), (~above, low))
    )
    high = np.where(above, np.minimum(high, 0.5), high)
    return CountyRisk(
        ratio=np.where(seen, ratio, np.nan),
        high=_spread(high, seen),
        q=_spread(fdr(two_sided(high, low)), seen),
        phi=phi,
    )


class _Around:
    """Sums over counties, each weighed by its kernel at a place or by a power of it."""

    def __init__(self, place: Floats, reach: float, grid: Grid) -> None:
        east, north = grid.centers()
        self.down, self.across = (
            np.exp(-np.minimum(((line[:, None] - place[:, axis]) / reach) ** 2 / 2, 300.0))
            for line, axis in ((north, 1), (east, 0))
        )

    def __call__(self, what: Floats, power: int = 1) -> Floats:
        found: Floats = (self.down**power * what) @ (self.across**power).T
        return found


def _spread(values: Floats, seen: NDArray[np.bool_]) -> Floats:
    out = np.full(seen.shape, np.nan)
    out[seen] = values
    return out
