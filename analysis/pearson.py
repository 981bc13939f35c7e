"""p-values of Gi* from its mean, variance and skewness: for rates, amounts and graded weights."""

import numpy as np
from numpy.typing import ArrayLike
from scipy import sparse, special

from analysis.exact import two_sided
from analysis.getis_ord import Floats, gi_star_of, observe


def pearson3_p(values: ArrayLike, weights: sparse.csr_array) -> Floats:
    """Two-sided p-values of Gi* from its mean, variance and skewness under shuffling.

    The Gi* z-score has mean 0, variance 1 and, when values are shuffled over places, the exact
    skewness below; a Pearson type III (shifted gamma) curve with these three is read off on both
    sides. With no skewness it is the normal curve. Where z lies beyond the end of the curve the
    normal tail is used, which is heavier.

    Parameters
    ----------
    values : array_like, shape (n,)
        NaN: missing.
    weights : scipy.sparse, shape (n, n)
        Any weights, self weight included.

    Returns
    -------
    ndarray of float64, shape (n,)
        NaN where `gi_star` is NaN.

    References
    ----------
    With ``wb = W / n`` and row sums ``S1``, ``S3`` of squared and cubed weights, the third moment
    of the sum is ``n / ((n - 1)(n - 2)) (S3 - 3 wb S1 + 3 wb**2 W - n wb**3) sum(d**3)``: the
    third moment of a linear permutation statistic (Hoeffding 1951, doi:10.1214/aoms/1177729548).

    Examples
    --------
    >>> from scipy import sparse
    >>> from analysis.exact import exact_p
    >>> row = sparse.diags_array([1.0, 1.0, 1.0], offsets=[-1, 0, 1], shape=(40, 40), format="csr")
    >>> counts = [0] * 30 + [4, 5, 4] + [0, 1] * 3 + [0]
    >>> print(f"{pearson3_p(counts, row)[31]:.4f}, exactly {exact_p(counts, row)[31]:.4f}")
    0.0009, exactly 0.0002
    """
    problem = observe(values, weights, focal=True)
    z = gi_star_of(problem)
    n = problem.kept.size
    if n < 3 or not np.isfinite(z).any():
        return np.full(z.size, np.nan)
    d = problem.centered / np.abs(problem.centered).max()
    total, squares, cubes = (problem.row_sums(power) for power in (1, 2, 3))
    wb = total / n
    third = (cubes - 3 * wb * squares + 3 * wb**2 * total - n * wb**3) * np.sum(d**3)
    third *= n / ((n - 1) * (n - 2))
    variance = np.mean(d**2) * (n * squares - total**2) / (n - 1)
    with np.errstate(divide="ignore", invalid="ignore"):
        skewness = problem.spread(third / variance**1.5)
    return two_sided(pearson3_above(z, skewness), pearson3_above(-z, -skewness))


def pearson3_above(z: Floats, skewness: Floats) -> Floats:
    """P(Z >= z) of a standardized Pearson III variable."""
    normal: Floats = special.ndtr(-z)
    skewed = np.abs(skewness) > 1e-6  # flatter than this it cannot be told from the normal curve
    steepness = np.where(skewed, np.abs(skewness), 1.0)
    shape = 4.0 / steepness**2
    toward_end = np.where(skewness > 0, z, -z)
    at = shape + 2.0 * toward_end / steepness
    inside = at > 0
    at = np.where(inside, at, 1.0)
    gamma = np.where(skewness > 0, special.gammaincc(shape, at), special.gammainc(shape, at))
    # Beyond its end the curve knows no mass: heavier normal tail there, and its complement.
    above: Floats = np.where(skewed & inside, gamma, normal)
    return above
