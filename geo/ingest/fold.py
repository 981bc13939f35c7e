"""One row an incident: what the lines of one incident say together."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.ingest import drugs
from geo.ingest.columns import Mapping
from geo.ingest.days import REPORTED_WHEN, REPORTED_ZONED, WHEN, ZONED
from geo.schema import (
    DATE_ROLE,
    DOSES,
    DRUG_CLASSES,
    DRUGS,
    MINUTE,
    NALOXONE,
    OUTCOME,
    PARTS,
    RECORD_ID,
    TIME_PRECISION,
)

_OF_DAYS = (WHEN, ZONED, DATE_ROLE, TIME_PRECISION, MINUTE, REPORTED_WHEN, REPORTED_ZONED)


def fold(
    table: pd.DataFrame,
    first: NDArray[np.bool_],
    text: pd.DataFrame,
    mapping: Mapping,
) -> pd.DataFrame:
    """One row an incident; what was seized is told by `fold_seized`.

    It is fatal when any of its lines is, has the drugs of all, and naloxone was given when any line
    says so. Doses are added up once for each administration. Agency, age and sex are those of the
    first line, the day and time those of the first that has one.
    `parts` is how many lines there were.
    """
    if first.all():
        return table.reset_index(drop=True).assign(**{PARTS: 1})
    codes, ids = pd.factorize(table[RECORD_ID])
    size = len(ids)
    folded = table[first].reset_index(drop=True)
    folded[PARTS] = np.bincount(codes, minlength=size)
    _take_days(folded, table, codes)
    folded[OUTCOME] = _best(table[OUTCOME], codes, size, ("fatal", "nonfatal", "unknown"))
    folded[NALOXONE] = _best(table[NALOXONE], codes, size, ("yes", "no", "unknown"))
    folded[DRUGS], one_drug = _all_drugs(table[DRUGS], codes, size)
    folded[DOSES] = _add_doses(table, codes, one_drug, text, mapping)
    return folded


def _take_days(folded: pd.DataFrame, table: pd.DataFrame, codes: NDArray[np.intp]) -> None:
    """Give incidents whose first line has no day that of the first line that has one."""
    dated = np.flatnonzero(table[WHEN].notna())
    at = np.full(len(folded), -1)
    at[codes[dated[::-1]]] = dated[::-1]  # the first is written last
    use = (at >= 0) & folded[WHEN].isna().to_numpy()
    for column in _OF_DAYS if use.any() else ():
        folded.loc[use, column] = table[column].to_numpy()[at[use]]


def _best(
    column: pd.Series, codes: NDArray[np.intp], size: int, order: tuple[str, ...]
) -> pd.Series:
    """Word of each incident that comes first in `order` among its lines."""
    rank = column.map({word: place for place, word in enumerate(order)}).to_numpy(dtype=np.int64)
    best = np.full(size, len(order) - 1)
    np.minimum.at(best, codes, rank)
    return pd.Series(np.array(order, dtype=object)[best], dtype="str")


def _all_drugs(
    column: pd.Series, codes: NDArray[np.intp], size: int
) -> tuple[pd.Series, NDArray[np.bool_]]:
    """Drugs of all lines of each incident, and whether all lines name the same."""
    text_at, texts = pd.factorize(column)
    bits = {code: 1 << place for place, code in enumerate(DRUG_CLASSES)}
    masks = np.array(
        [sum(bits[code] for code in str(text).split("|") if code) for text in texts], dtype=np.int64
    )
    together = np.zeros(size, dtype=np.int64)
    np.bitwise_or.at(together, codes, masks[text_at])
    least = np.full(size, len(texts), dtype=np.int64)
    most = np.zeros(size, dtype=np.int64)
    np.minimum.at(least, codes, text_at)
    np.maximum.at(most, codes, text_at)
    mask_at, different = pd.factorize(together)
    named = [drugs.join(tuple(c for c, bit in bits.items() if mask & bit)) for mask in different]
    united = drugs.union([pd.Series(named, dtype="str")])
    return united.iloc[mask_at].reset_index(drop=True), least == most


def _add_doses(
    table: pd.DataFrame,
    codes: NDArray[np.intp],
    one_drug: NDArray[np.bool_],
    text: pd.DataFrame,
    mapping: Mapping,
) -> pd.Series:
    """Doses of each incident, each administration once.

    Without numbers of administrations, lines that differ in their drug repeat the doses: the
    largest number counts. Other lines are administrations of their own.
    """
    column = mapping.column("administration_id")
    if column is not None:
        lines = pd.DataFrame({"incident": codes, "given": text[column].to_numpy()})
        once = ~lines.duplicated().to_numpy()
        doses = table[DOSES].to_numpy()[once]
        return pd.Series(doses).groupby(codes[once]).sum(min_count=1)
    grouped = pd.Series(table[DOSES].to_numpy()).groupby(codes)
    return grouped.sum(min_count=1).where(one_drug, grouped.max())
