"""Does a hot spot of a study stand at half and at double the reach."""

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd
from scipy import sparse

from analysis import sensitivity
from analysis.local_tests import Outcome

Test = Callable[[sparse.csr_array], Outcome]


def at_scales(
    on_map: pd.arrays.IntegerArray, scales: Sequence[sparse.csr_array], test: Test
) -> pd.DataFrame:
    """Repeat the test of a map at a smaller and a larger scale.

    Parameters
    ----------
    on_map : IntegerArray, shape (n,)
        Classes as shown.
    scales : sequence of scipy.sparse
        Weights of a smaller and of a larger scale.
    test : callable
        The test to make with other weights.

    Returns
    -------
    DataFrame
        As `analysis.sensitivity.survival`, in the order of `on_map`.
    """
    shown = on_map.to_numpy(dtype=np.float64, na_value=np.nan)
    columns = (test(scales[0]).classes(), shown, test(scales[-1]).classes())
    return sensitivity.survival(np.column_stack(columns))
