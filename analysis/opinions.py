"""What other statistics say of the areas of a map, beside the test that made it."""

from typing import Final

import numpy as np
import pandas as pd
from scipy import sparse

from analysis import rates, second_opinion, significance, whole_map
from analysis.cut_cells import evened
from analysis.getis_ord import Floats
from analysis.local_tests import Held

QUADRANT: Final = "quadrant"
MORAN_Q: Final = "local_moran_q"
JOINS: Final = "joins"
JOINS_Q: Final = "joins_q"
SURE: Final = 0.05
WHY_FEWER: Final = (
    "Fewer is no contradiction: they take in less. Local Moran holds one area against its "
    "neighbors and leaves out how high the area itself is; join counts only know whether an area "
    "has more than usual, not how much, and find little where many areas do."
)
NEARLY_WHOLE: Final = 0.9
"""Share of its ground below which a cell has less than usual for being cut."""


def looked_at(
    values: Floats, held: Held, weights: sparse.csr_array, *, for_people: bool
) -> tuple[Floats, Floats]:
    """Give what the others look at: values that swing alike, and where they are more than usual.

    Parameters
    ----------
    values : ndarray of float64, shape (n,)
        What Gi* tests.
    held : Held
    weights : scipy.sparse, shape (n, n)
    for_people : bool
        The population-adjusted test leads.

    Returns
    -------
    shown, many : ndarray of float64, shape (n,)
        As `opinions` takes them. By people: how far events lie from those of the people, in
        standard deviations, own differences of places (phi) included as in the test itself. On a
        grid: how far from those of the ground; join counts leave out cells the border cuts, which
        seldom have more than usual.
    """
    if for_people:
        phi = rates.own_differences(held.count, held.people, weights, strata=held.part)
        shown = many = whole_map.above_expected(held, phi)
    elif held.ground is not None:
        shown = evened(values, held.ground)
        many = np.where(held.ground >= NEARLY_WHOLE, shown, np.nan)
    else:
        shown, many = values, values - np.nanmean(values)
    return shown, np.where(np.isfinite(many), (many > 0).astype(float), np.nan)


def opinions(
    values: Floats, many: Floats, weights: sparse.csr_array, ids: pd.Index
) -> pd.DataFrame:
    """Ask the local Moran and the local join counts.

    Parameters
    ----------
    values : ndarray of float64, shape (n,)
        NaN: missing.
    many : ndarray of float64, shape (n,)
        1 where an area has more than is usual, 0 where not, NaN where that is not known.
    weights : scipy.sparse, shape (n, n)
    ids : Index, shape (n,)

    Returns
    -------
    DataFrame
        By area id: `quadrant` ("high among high", ...), `local_moran_q`, `joins` (neighbors that
        have more than usual, as the area itself has), `joins_q`; q by Benjamini and Hochberg.
    """
    moran = second_opinion.local_moran(values, weights)
    joins = second_opinion.local_join_counts(many, weights)
    return pd.DataFrame(
        {
            QUADRANT: moran[second_opinion.QUADRANT].to_numpy(),
            MORAN_Q: significance.fdr(moran[second_opinion.P].to_numpy(float)),
            JOINS: joins[second_opinion.JOINS].to_numpy(),
            JOINS_Q: significance.fdr(joins[second_opinion.P].to_numpy(float)),
        },
        index=ids,
    )


def in_words(found: pd.DataFrame, hot: "pd.Series[bool]", noun: str) -> str:
    """Say how many of the hot areas the others confirm, and which areas stand out by themselves.

    Parameters
    ----------
    found : DataFrame
        From `opinions`.
    hot : Series of bool, by area id
        Hot on the map.
    noun : str
        Several areas, such as "counties".

    Examples
    --------
    >>> found = pd.DataFrame({QUADRANT: ["high among high", "high among low"],
    ...     MORAN_Q: [0.01, 0.02], JOINS: [3.0, 0.0], JOINS_Q: [0.03, 1.0]}, index=["A", "B"])
    >>> for sentence in in_words(found, pd.Series({"A": True, "B": False}), "counties").split(". "):
    ...     print(sentence)
    Of 1 hot on the map, local Moran finds 1 high among high, local join counts 1
    1 of the counties stands out by itself, high among low.
    """
    moran = found[MORAN_Q] <= SURE
    inside = hot.reindex(found.index, fill_value=False)
    high = int((moran & inside & (found[QUADRANT] == "high among high")).sum())
    joined = int(((found[JOINS_Q] <= SURE) & inside).sum())
    out = int((moran & (found[QUADRANT] == "high among low")).sum())
    first = (
        f"Of {int(inside.sum()):,} hot on the map, local Moran finds {high:,} high among high, "
        f"local join counts {joined:,}."
    )
    stand = "stands out by itself" if out == 1 else "stand out by themselves"
    said = f"{first} {out or 'None'} of the {noun} {stand}, high among low."
    return said if min(high, joined) == inside.sum() else f"{said} {WHY_FEWER}"
