"""One row an incident: rows of one number and day together, identical rows without one apart."""

from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.ingest import drugs
from geo.ingest.columns import Mapping
from geo.schema import DRUGS, OUTCOME, RECORD_ID, Note

WHEN: Final = "when"  # datetime64[s], UTC where `ZONED`, else local
ZONED: Final = "zoned"  # bool, whether `WHEN` is an instant in UTC
_MOST_ROWS_PER_INCIDENT: Final = 20
_NO_NUMBER: Final = frozenset({"null", "nan", "none", "n/a"})


def identify(
    text: pd.DataFrame, mapping: Mapping, table: pd.DataFrame, notes: list[Note]
) -> tuple[pd.Series, NDArray[np.bool_]]:
    """Give each row its incident's number, and say which row is the first of its incident.

    Rows with the source's own number are one incident when number and day agree. Rows without one
    are each their own: two identical lines can be two calls.
    """
    alone = np.ones(len(text), dtype=bool)
    column = None if mapping.area_counts else mapping.column("record_id")
    if column is None:
        return _hashed(text), alone
    number = text[column].where(~text[column].str.lower().isin(_NO_NUMBER), "")
    day = table[WHEN].dt.strftime("%Y-%m-%d").fillna("no date")
    keys = number + "\x1f" + day
    given = (number != "").to_numpy()
    if given.sum() > _MOST_ROWS_PER_INCIDENT * keys[given].nunique():
        words = f'"{column}" repeats too often to be a case number: each row is one incident.'
        notes.append(Note(words, "warning"))
        return _hashed(text), alone
    first = ~(keys.duplicated().to_numpy() & given)
    # One number on different days is different incidents, and their ids must differ.
    again = number[first & given].duplicated(keep=False)
    several = number.isin(number[first & given][again].unique()).to_numpy()
    number = number.where(~several, number + " " + day)
    if not given.all():
        number = pd.concat([number[given], _hashed(text[~given])]).reindex(text.index)
    return number.astype("str"), first


def _hashed(text: pd.DataFrame) -> pd.Series:
    """Make numbers of what rows hold, and of the order of identical ones."""
    content = pd.util.hash_pandas_object(text, index=False)
    copy = content.groupby(content).cumcount() + 1
    return content.map("{:016x}".format) + "-" + copy.astype("str")


def count_victims(text: pd.DataFrame, mapping: Mapping, table: pd.DataFrame) -> dict[str, int]:
    """Count different victims over all incidents, when the file numbers them."""
    column = mapping.column("victim_id")
    if column is None:
        return {}
    pairs = pd.DataFrame({"incident": table[RECORD_ID], "victim": text[column]})
    return {"victims": len(pairs.drop_duplicates())}


def fold(table: pd.DataFrame, first: NDArray[np.bool_]) -> pd.DataFrame:
    """One row an incident: fatal when any row is, all drugs of all rows."""
    folded = table[first].reset_index(drop=True)
    if first.all():
        return folded
    worst = {"fatal": 0, "nonfatal": 1, "unknown": 2}
    rank = table[OUTCOME].map(worst).groupby(table[RECORD_ID], sort=False).min()
    words = dict(enumerate(worst))
    folded[OUTCOME] = folded[RECORD_ID].map(rank).map(words).astype("str")
    together = table[DRUGS].groupby(table[RECORD_ID], sort=False).agg("".join)
    folded[DRUGS] = drugs.union([folded[RECORD_ID].map(together).astype("str")])
    return folded
