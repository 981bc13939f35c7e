"""What an import changed: the source before and after it, record by record."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.schema import DRUGS, GEOID, OCCURRED_ON, RECORD_ID, TIME_PRECISION
from geo.store.fold import MEANT, same_cells
from geo.store.keys import are_in, positions

COLUMN: Final = "column"
BEFORE: Final = "before"
AFTER: Final = "after"
ABOUT: Final = (GEOID, OCCURRED_ON, TIME_PRECISION, DRUGS)
"""Columns that tell a person which record it is."""


@dataclass(frozen=True)
class Figures:
    """Incidents of a file against what the source held before it."""

    added: int
    changed: int
    same: int
    absent: int
    withdrawn: int


def figures(before: pd.DataFrame, after: pd.DataFrame, file_ids: pd.Series) -> Figures:
    """Count what a file added and changed.

    Parameters
    ----------
    before, after : DataFrame
        Records of the source without and with the file.
    file_ids : Series of str
        Numbers of the file's records.
    """
    old, changed = _pair(before, after)
    in_file = are_in(after[RECORD_ID], file_ids)
    known = old >= 0
    gone = ~are_in(before[RECORD_ID], after[RECORD_ID])
    in_old = are_in(before[RECORD_ID], file_ids)
    return Figures(
        added=int((~known).sum()),
        changed=int(changed.sum()),
        same=int((known & ~changed & in_file).sum()),
        absent=int((~in_old).sum()),
        withdrawn=int(gone.sum()),
    )


def moved(before: pd.DataFrame, after: pd.DataFrame) -> tuple[int, int]:
    """Count records that are in both, and those of them in another county or on another day.

    Parameters
    ----------
    before, after : DataFrame
        Records, each once: `record_id`, `geoid`, `occurred_on`. What is unknown in one of them is
        not another.

    Returns
    -------
    tuple of int
        Those in both, those moved.

    Examples
    --------
    >>> day = pd.to_datetime(["2020-05-01"])
    >>> one = pd.DataFrame({"record_id": ["7"], "geoid": ["17031"], "occurred_on": day})
    >>> moved(one, one.assign(geoid="42003")), moved(one, one.assign(geoid=""))
    ((1, 1), (1, 0))
    """
    old = positions(after[RECORD_ID], before[RECORD_ID])
    both = np.flatnonzero(old >= 0)
    if not len(both):  # nothing counts of a source whose imports are all undone
        return 0, 0
    one, other = before.iloc[old[both]], after.iloc[both]
    place, new_place = one[GEOID].to_numpy(dtype=object), other[GEOID].to_numpy(dtype=object)
    day, new_day = one[OCCURRED_ON].to_numpy(), other[OCCURRED_ON].to_numpy()
    elsewhere = (place != new_place) & (place != "") & (new_place != "")
    at_another_time = (day != new_day) & ~np.isnat(day) & ~np.isnat(new_day)
    return len(both), int((elsewhere | at_another_time).sum())


def cells(before: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
    """List cells that differ: `record_id`, `column`, `before`, `after`, then `ABOUT`, as text.

    A record added or withdrawn is one line, with its number on the side where it is. `ABOUT` says
    which record it is, as numbers made of cells tell nobody: as it is now, or was when withdrawn.
    """
    old, changed = _pair(before, after)
    ids = after[RECORD_ID].to_numpy(dtype=object)
    found = []
    rows = np.flatnonzero(changed)
    one, other = before.iloc[old[rows]], after.iloc[rows]
    for name in MEANT:
        differs = ~same_cells(one[name], other[name])
        found.append(
            pd.DataFrame(
                {
                    RECORD_ID: ids[rows[differs]],
                    COLUMN: name,
                    BEFORE: as_text(one[name][differs]).to_numpy(dtype=object),
                    AFTER: as_text(other[name][differs]).to_numpy(dtype=object),
                    **_about(other[differs]),
                }
            )
        )
    new, left = after[old < 0], before[~are_in(before[RECORD_ID], after[RECORD_ID])]
    for records, sides in ((new, (False, True)), (left, (True, False))):
        name = records[RECORD_ID].to_numpy(dtype=object)
        was, is_now = (name if here else "" for here in sides)
        line = {RECORD_ID: name, COLUMN: RECORD_ID, BEFORE: was, AFTER: is_now, **_about(records)}
        found.append(pd.DataFrame(line, dtype="str"))
    return pd.concat([part.astype("str") for part in found], ignore_index=True)


def _about(records: pd.DataFrame) -> dict[str, NDArray[np.object_]]:
    return {name: as_text(records[name]).to_numpy(dtype=object) for name in ABOUT}


def as_text(values: pd.Series) -> pd.Series:
    """Spell values as a person would; "" where unknown.

    Examples
    --------
    >>> as_text(pd.Series([1.0, 2.5, None])).tolist()
    ['1', '2.5', '']
    >>> as_text(pd.Series(pd.to_datetime(["2020-01-31", None]))).tolist()
    ['2020-01-31', '']
    """
    if pd.api.types.is_datetime64_any_dtype(values):
        return values.dt.strftime("%Y-%m-%d").fillna("").astype("str")
    if pd.api.types.is_float_dtype(values):
        text = [("" if np.isnan(v) else f"{v:.15g}") for v in values.to_numpy(dtype=float)]
        return pd.Series(text, index=values.index, dtype="str")
    return values.fillna("").astype("str")


def _pair(before: pd.DataFrame, after: pd.DataFrame) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Row in `before` of each row of `after` (-1 where new), and whether it changed."""
    old = positions(after[RECORD_ID], before[RECORD_ID])
    changed = np.zeros(len(after), dtype=bool)
    both = np.flatnonzero(old >= 0)
    if len(both):
        same = np.ones(len(both), dtype=bool)
        for name in MEANT:  # one column at a time: a million rows of all would be large
            same &= same_cells(before[name].iloc[old[both]], after[name].iloc[both])
        changed[both] = ~same
    return old, changed
