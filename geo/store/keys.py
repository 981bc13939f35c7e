"""Record numbers found among others: a million in a moment."""

from collections.abc import Collection

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray


def positions(ids: pd.Series, among: pd.Series) -> NDArray[np.int64]:
    """Row of each number among others, -1 where it is not there; of several, the first.

    Examples
    --------
    >>> positions(pd.Series(["b", "x"]), pd.Series(["a", "b"])).tolist()
    [1, -1]
    """
    found = pc.index_in(_strings(ids), value_set=_strings(among))
    return np.asarray(pc.fill_null(found, -1).to_numpy(zero_copy_only=False), dtype=np.int64)


def are_in(ids: pd.Series, among: pd.Series | Collection[str]) -> NDArray[np.bool_]:
    """Whether each number is among others.

    Examples
    --------
    >>> are_in(pd.Series(["b", "x"]), {"a", "b"}).tolist()
    [True, False]
    """
    if not isinstance(among, pd.Series):
        among = pd.Series(list(among), dtype="str")
    found = pc.is_in(_strings(ids), value_set=_strings(among))
    return np.asarray(found.to_numpy(zero_copy_only=False), dtype=bool)


def _strings(ids: pd.Series) -> pa.Array:
    found = pa.array(ids, type=pa.large_string())
    return found.combine_chunks() if isinstance(found, pa.ChunkedArray) else found
