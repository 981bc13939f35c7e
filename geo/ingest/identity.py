"""The number of each record: the source's own, else one made of what the row holds."""

from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.ingest.columns import Mapping
from geo.ingest.days import WHEN
from geo.schema import Note

_MOST_ROWS_PER_INCIDENT: Final = 20
_NO_NUMBER: Final = frozenset({"null", "nan", "none", "n/a"})
_MEASURED: Final = frozenset({"count", "period_count", "quantity", "population"})
"""What a publisher restates: no part of what identifies the count of an area."""


def identify(
    text: pd.DataFrame, mapping: Mapping, table: pd.DataFrame, notes: list[Note]
) -> tuple[pd.Series, NDArray[np.bool_]]:
    """Give each row its incident's number, and say which row is the first of its incident.

    Rows with the source's own number are one incident when number and day agree. Rows without one
    are each their own: two identical lines can be two calls. Their number is made of all their
    cells and of the order of identical ones. That of the count of an area is made of the columns
    that say which it is (area, period, drug, outcome ...) and not of the figures, so that a
    restated count keeps it.
    """
    alone = np.ones(len(text), dtype=bool)
    if mapping.area_counts:
        said = [c.column for c in mapping.choices if c.role not in _MEASURED]
        return _hashed(text[list(dict.fromkeys(said))]), alone
    column = mapping.column("record_id")
    if column is None:
        return _hashed(text), alone
    number = text[column].where(~text[column].str.lower().isin(_NO_NUMBER), "")
    keys = number + "\x1f" + _days(table[WHEN])
    given = (number != "").to_numpy()
    if given.sum() > _MOST_ROWS_PER_INCIDENT * keys[given].nunique():
        words = f'"{column}" repeats too often to be a case number: each row is one incident.'
        notes.append(Note(words, "warning"))
        return _hashed(text), alone
    repeated = keys.duplicated().to_numpy() & given
    first = ~repeated
    # One number on different days is different incidents, and their ids must differ.
    again = number[first & given].duplicated(keep=False)
    if again.any():
        several = number.isin(number[first & given][again].unique()).to_numpy()
        number = number.where(~several, number + " " + _days(table[WHEN]))
    if not given.all():
        number = pd.concat([number[given], _hashed(text[~given])]).reindex(text.index)
    return number.astype("str"), first


def _days(when: pd.Series) -> pd.Series:
    codes, distinct = pd.factorize(when.dt.floor("D"), use_na_sentinel=False)
    words = pd.Series(distinct).dt.strftime("%Y-%m-%d").fillna("no date").astype("str")
    return pd.Series(words.to_numpy()[codes], index=when.index, dtype="str")


def _hashed(text: pd.DataFrame) -> pd.Series:
    """Make numbers of what rows hold, and of the order of identical ones."""
    if text.shape[1] == 0:
        content = pd.Series(np.uint64(0), index=text.index)
    else:
        content = pd.util.hash_pandas_object(text, index=False)
    copy = content.groupby(content).cumcount() + 1
    return (content.map("{:016x}".format) + "-" + copy.astype("str")).astype("str")
