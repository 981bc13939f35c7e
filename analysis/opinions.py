"""What other statistics say of the areas of a map, beside the test that made it."""

from typing import Final

import pandas as pd
from scipy import sparse

from analysis import second_opinion, significance
from analysis.getis_ord import Floats

QUADRANT: Final = "quadrant"
MORAN_Q: Final = "local_moran_q"
JOINS: Final = "joins"
JOINS_Q: Final = "joins_q"
SURE: Final = 0.05


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
    >>> print(in_words(found, pd.Series({"A": True, "B": False}), "counties")[:78])
    Of 1 hot on the map, local Moran finds 1 high among high, local join counts 1.
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
    return f"{first} {out or 'None'} of the {noun} {stand}, high among low."
