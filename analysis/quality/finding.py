"""One thing a person should know about the data: what it is, what it does to a map, what to do."""

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from geo.schema import RECORD_ID, Records

Severity = Literal["serious", "note", "good"]
SEVERITIES: Final[tuple[Severity, ...]] = ("serious", "note", "good")

Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class Finding:
    """What was found in a source, in words, with the records, areas or agencies it concerns.

    `share` is the part of the source it concerns, 0..1: among findings of one severity the larger
    comes first. `areas` are geoids.
    """

    key: str
    title: str
    effect: str
    advice: str
    severity: Severity
    source: str
    share: float = 0.0
    record_ids: tuple[str, ...] = ()
    areas: tuple[str, ...] = ()
    agencies: tuple[str, ...] = ()


def ids_of(table: pd.DataFrame, rows: ArrayLike) -> tuple[str, ...]:
    """Record ids of the rows where a mask is true, in their order.

    Examples
    --------
    >>> ids_of(pd.DataFrame({"record_id": ["a", "b", "c"]}), [True, False, True])
    ('a', 'c')
    """
    return tuple(table[RECORD_ID].to_numpy()[np.asarray(rows, dtype=bool)].tolist())


def listed(names: list[str], most: int = 3) -> str:
    """Join the first names, and say how many more there are.

    Examples
    --------
    >>> listed(["A", "B"]), listed(["A", "B", "C", "D", "E"])
    ('A and B', 'A, B, C and 2 more')
    """
    if len(names) > most:
        return f"{', '.join(names[:most])} and {len(names) - most:,} more"
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def noun_of(records: Records) -> tuple[str, str]:
    """Give the word for one row of a source, and for several."""
    return ("row", "rows") if records.area_counts else ("record", "records")
