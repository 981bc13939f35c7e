"""Case numbers that start anew each year: the same number, far apart in time, is no restatement."""

from typing import Final

import numpy as np
import pandas as pd

from geo.schema import OCCURRED_ON, RECORD_ID
from geo.store.keys import are_in, positions

_FAR: Final = np.timedelta64(183, "D")
_DATED: Final = r"^(?P<number>.+) (?P<day>\d{4}-\d{2}-\d{2}|no date)$"
_MADE: Final = r"[0-9a-f]{16}-\d+"


def recognize(table: pd.DataFrame, held: pd.DataFrame) -> tuple[pd.Series, int]:
    """Say which number each record of a file has in its source.

    A number the source holds on a day more than half a year away is another incident, and its day
    becomes part of its number; so it does where a file itself holds a number on several days.

    Parameters
    ----------
    table : DataFrame
        Records of the file: `record_id`, `occurred_on`.
    held : DataFrame
        Records of the source before it, likewise.

    Returns
    -------
    Series of str, index of `table`
        The number of each.
    int
        How many were taken as other incidents for their day.

    Examples
    --------
    >>> held = pd.DataFrame({"record_id": ["7"], "occurred_on": pd.to_datetime(["2019-03-01"])})
    >>> file = held.assign(occurred_on=pd.to_datetime(["2020-05-04"]))
    >>> recognize(file, held)[0].tolist()
    ['7 2020-05-04']
    """
    ids = table[RECORD_ID]
    if held.empty:
        return ids, 0
    days = held[OCCURRED_ON].to_numpy()
    day = table[OCCURRED_ON].to_numpy()
    at = positions(ids, held[RECORD_ID])
    # A day that is not known is far from none.
    far = (at >= 0) & (np.abs(days[at] - day) > _FAR)
    rows = np.flatnonzero(far | (at < 0))
    rows = rows[~ids.iloc[rows].str.fullmatch(_MADE).to_numpy(dtype=bool)]
    if not len(rows):
        return ids, 0
    some = ids.iloc[rows].reset_index(drop=True)
    spelled = pd.Series(day[rows]).dt.strftime("%Y-%m-%d").fillna("no date").astype("str")
    with_day = some + " " + spelled
    bare = some.str.extract(_DATED)["number"].fillna("").astype("str")
    # As "7" where the file says "7 2019-03-01", and the other way round.
    at_bare = positions(bare, held[RECORD_ID])
    is_bare = ~far[rows] & (at_bare >= 0) & (days[at_bare] == day[rows])
    is_dated = (bare == "").to_numpy() & are_in(with_day, held[RECORD_ID])
    new = some.where(~is_bare, bare).where(~(is_dated | far[rows]), with_day)
    found = ids.to_numpy(dtype=object).copy()
    found[rows] = new
    return pd.Series(found, index=ids.index, dtype="str"), int((far[rows] & ~is_dated).sum())
