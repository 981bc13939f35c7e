"""Case numbers that start anew each year: the same number, far apart in time, is no restatement."""

from typing import Final

import numpy as np
import pandas as pd

from geo.schema import OCCURRED_ON, RECORD_ID

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
    own = ~ids.str.fullmatch(_MADE).to_numpy(dtype=bool)
    if not own.any() or held.empty:
        return ids, 0
    days = pd.Series(held[OCCURRED_ON].to_numpy(), index=held[RECORD_ID].to_numpy(dtype=object))
    day = table[OCCURRED_ON]
    there = ids.map(days)
    apart = (there - day).abs()
    far = own & (apart > _FAR).to_numpy()
    here = own & ids.isin(days.index).to_numpy() & ~far
    spelled = day.dt.strftime("%Y-%m-%d").fillna("no date").astype("str")
    parts = ids.str.extract(_DATED)
    bare = parts["number"].fillna("")
    with_day = ids + " " + spelled
    found = ids.copy()
    # As "7" where the file says "7 2019-03-01", and the other way round.
    same_bare = (own & ~here & (bare != "").to_numpy()) & (bare.map(days) == day).to_numpy()
    found[same_bare] = bare[same_bare]
    dated = own & ~here & (bare == "").to_numpy() & with_day.isin(days.index).to_numpy()
    found[dated | far] = with_day[dated | far]
    return found, int((far & ~dated).sum())
