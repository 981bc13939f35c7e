"""Colors of classes and values, chosen to stay apart in every kind of color vision."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

GI_CLASSES: Final[tuple[int, ...]] = (-3, -2, -1, 0, 1, 2, 3)
"""Confidence classes of Gi*, cold to hot."""

GI_COLORS: Final[Mapping[int, str]] = dict(
    zip(
        GI_CLASSES,
        ("#2166ac", "#67a9cf", "#d1e5f0", "#f7f7f7", "#fddbc7", "#ef8a62", "#b2182b"),
        strict=True,
    )
)
"""ColorBrewer's RdBu, seven classes, blue for cold."""

CLASS_WORDS: Final[Mapping[int, str]] = {
    3: "Hot spot, 99% confidence",
    2: "Hot spot, 95% confidence",
    1: "Hot spot, 90% confidence",
    0: "Not significant",
    -1: "Cold spot, 90% confidence",
    -2: "Cold spot, 95% confidence",
    -3: "Cold spot, 99% confidence",
}

MISSING: Final = "#bdbdbd"
"""Areas without a value: suppressed, or not computable."""

RATE_COLORS: Final = ("#ffffcc", "#c2e699", "#78c679", "#31a354", "#006837")
"""ColorBrewer's YlGn, five classes."""

DENSITY_COLORS: Final = (
    "#ffffb2", "#fed976", "#feb24c", "#fd8d3c", "#fc4e2a", "#e31a1c", "#b10026",
)  # fmt: skip
"""ColorBrewer's YlOrRd, seven classes."""

LINE_DENSITY_COLORS: Final = DENSITY_COLORS[2:]
"""The same without the palest, which thin lines would hide on a light map."""

RISK_STEPS: Final = (0.5, 0.7, 0.8, 1.2, 1.5, 2.0)
"""Bounds of the classes of a relative risk: about as far above 1 as below."""

FAINT: Final = 0.02
"""Share of a surface's peak below which nothing is drawn."""

LINE_COLORS: Final[Mapping[str, str]] = {
    "county": "#8a8f98",
    "state": "#4a4f57",
    "contour": "#111827",
    "hidta": "#6a3d9a",
    "corridor": "#1b7837",
    "street": "#8a8f98",
    "stretch": "#2563eb",
    "candidate": "#2563eb",
    "spot": "#b2182b",
    "incident": "#1f2937",
    "label": "#374151",
}
"""Outlines, lines and dots by layer style."""


@dataclass(frozen=True)
class Breaks:
    """Classes of a sequence of values: upper bounds (inclusive), lowest first, and their colors.

    `open_words` say what each class holds where the classes are fixed, and the ends may be open.
    """

    upper: tuple[float, ...]
    colors: tuple[str, ...]
    open_words: tuple[str, ...] = ()

    def classes(self, values: ArrayLike) -> NDArray[np.int64]:
        """Class of each value, 0 lowest; -1 where the value is missing.

        Parameters
        ----------
        values : array_like of float, shape (n,)

        Returns
        -------
        ndarray of int, shape (n,)

        Examples
        --------
        >>> Breaks((1.0, 5.0), ("a", "b")).classes([1, 1.5, 5, float("nan")]).tolist()
        [0, 1, 1, -1]
        """
        given = np.asarray(values, dtype=np.float64)
        found = np.searchsorted(self.upper, given, side="left").clip(0, len(self.upper) - 1)
        return np.where(np.isfinite(given), found, -1).astype(np.int64)

    def words(self, decimals: int, least: float) -> tuple[str, ...]:
        """Say what each class holds, lowest first.

        Parameters
        ----------
        decimals : int
        least : float
            The lowest value there is: a class of one value only is told by it.

        Examples
        --------
        >>> Breaks((1.0, 5.0), ("a", "b")).words(0, 0.0)
        ('0 to 1', '1 to 5')
        >>> Breaks((0.0, 12.5), ("a", "b")).words(1, 0.0)
        ('0.0', '0.0 to 12.5')
        """
        shown = [f"{bound:,.{decimals}f}" for bound in (min(least, self.upper[0]), *self.upper)]
        first, *steps = [f"{low} to {high}" for low, high in pairwise(shown)]
        return (shown[0] if shown[0] == shown[1] else first, *steps)

    def figures(self, least: float) -> tuple[str, ...]:
        """Say what each class holds to three figures, lowest first.

        Parameters
        ----------
        least : float
            Where the first class begins; of no account where the classes have words of their own.

        Examples
        --------
        >>> Breaks((16.561587, 1033.123174), ("a", "b")).figures(2.318622)
        ('2.32 to 16.6', '16.6 to 1,033')
        >>> Breaks((0.5, 0.7), ("a", "b"), ("under 0.5", "0.5 to 0.7")).figures(-1.0)
        ('under 0.5', '0.5 to 0.7')
        """
        shown = [_three_figures(bound) for bound in (least, *self.upper)]
        return self.open_words or tuple(f"{low} to {high}" for low, high in pairwise(shown))


def _three_figures(value: float) -> str:
    """Write a number to three figures, without an exponent and trailing zeros.

    Examples
    --------
    >>> _three_figures(0.00012345), _three_figures(1033.1), _three_figures(2.0)
    ('0.000123', '1,033', '2')
    """
    if value == 0:
        return "0"
    text = f"{value:,.{max(0, 2 - int(np.floor(np.log10(abs(value)))))}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def breaks(values: ArrayLike, colors: Sequence[str] = RATE_COLORS) -> Breaks:
    """Quantile classes of the known values, no more than there are different values.

    Parameters
    ----------
    values : array_like of float, shape (n,)
        NaN is ignored.
    colors : sequence of str
        One color a class, lowest first; the ends are kept when fewer are needed.

    Returns
    -------
    Breaks
        One class of ``0`` when no value is known.

    Examples
    --------
    >>> breaks([1, 2, 3, 4, 5]).upper
    (1.0, 2.0, 3.0, 4.0, 5.0)
    >>> breaks([7, 7, float("nan")]).upper
    (7.0,)
    """
    known = np.asarray(values, dtype=np.float64)
    known = known[np.isfinite(known)]
    different = np.unique(known)
    if len(different) <= len(colors):
        upper = different if len(different) else np.zeros(1)
    else:
        # Many areas share a value (no event at all), so some quantiles coincide.
        upper = np.unique(np.quantile(known, np.arange(1, len(colors) + 1) / len(colors)))
    picks = np.linspace(0, len(colors) - 1, len(upper)).round().astype(int)
    if len(upper) == 1:
        picks = np.array([len(colors) // 2])
    return Breaks(tuple(float(b) for b in upper), tuple(colors[i] for i in picks))


def surface_breaks(values: ArrayLike, colors: Sequence[str] = DENSITY_COLORS) -> Breaks:
    """Equal steps from zero to the highest value: what a reader expects of a density.

    Examples
    --------
    >>> surface_breaks([0.0, 7.0]).upper
    (1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0)
    """
    known = np.asarray(values, dtype=np.float64)
    peak = float(np.max(known[np.isfinite(known)], initial=0.0)) or 1.0
    steps = np.linspace(0, peak, len(colors) + 1)[1:]
    return Breaks(tuple(float(s) for s in steps), tuple(colors))


def risk_breaks(values: ArrayLike) -> Breaks:
    """Classes of a relative risk around 1, which is the average, in the colors of cold and hot.

    Those from the lowest to the highest value; the first and the last of all are open.

    Examples
    --------
    >>> risk_breaks([0.2, 1.0, 3.5]).upper
    (0.5, 0.7, 0.8, 1.2, 1.5, 2.0, 3.5)
    >>> risk_breaks([0.2, 1.0, 3.5]).open_words[-1]
    '2 or more'
    >>> found = risk_breaks([0.92, 1.68])
    >>> found.upper, found.open_words
    ((1.2, 1.5, 2.0), ('0.8 to 1.2', '1.2 to 1.5', '1.5 to 2'))
    """
    known = np.asarray(values, dtype=np.float64)
    known = known[np.isfinite(known)]
    ends = (float(known.min()), float(known.max())) if known.size else (1.0, 1.0)
    bounds: tuple[float, ...] = (*RISK_STEPS, max(ends[1], RISK_STEPS[-1]))
    shown = [_three_figures(step) for step in RISK_STEPS]
    said = (f"under {shown[0]}", *(f"{low} to {high}" for low, high in pairwise(shown)),
            f"{shown[-1]} or more")  # fmt: skip
    first, last = np.searchsorted(RISK_STEPS, ends, side="left")
    there = slice(int(first), int(last) + 1)
    return Breaks(bounds[there], tuple(GI_COLORS.values())[there], said[there])
