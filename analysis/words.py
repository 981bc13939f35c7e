"""Numbers, shares and records in plain words."""

from collections.abc import Sequence
from typing import Final

import numpy as np
import pandas as pd

from geo import schema
from geo.words import count_of

__all__ = ["HOT", "count_of", "events_of", "is_hot", "percent", "source_line"]

HOT: Final = 2
"""Lowest class that is called hot in words: 95% confidence."""


def events_of(used: pd.DataFrame) -> str:
    """Name what the counted records are.

    Examples
    --------
    >>> events_of(pd.DataFrame({"kind": ["overdose"] * 2, "outcome": ["fatal"] * 2}))
    'fatal overdoses'
    >>> events_of(pd.DataFrame({"kind": ["overdose", "seizure"], "outcome": ["fatal", "unknown"]}))
    'overdoses and seizures'
    """
    kinds, outcomes = (set(used[name].unique()) for name in (schema.KIND, schema.OUTCOME))
    if kinds == {"overdose"} and outcomes in ({"fatal"}, {"nonfatal"}):
        return f"{outcomes.pop()} overdoses"
    return " and ".join(f"{kind}s" for kind in schema.KINDS if kind in kinds) or "events"


def percent(share: float) -> str:
    """Write a share; small ones keep a decimal, never 0 for something, never 100 for less than all.

    Examples
    --------
    >>> percent(0.4133), percent(0.031), percent(0.0001), percent(0.9996), percent(1.0)
    ('41%', '3.1%', '< 0.1%', '> 99%', '100%')
    """
    if np.isnan(share):
        return "an unknown share"
    if 0 < share < 0.001:
        return "< 0.1%"
    if 0.995 <= share < 1:
        return "> 99%"
    digits = 1 if 0 < share < 0.0995 else 0
    return f"{share:.{digits}%}"


def source_line(records: Sequence[schema.Records]) -> str:
    """Name the records a result was made from, and the days they span where these are known.

    Examples
    --------
    >>> source_line([])
    'no records'
    """
    if not records:
        return "no records"
    days = pd.concat([one.table[schema.OCCURRED_ON] for one in records]).dropna()
    sources = list(dict.fromkeys(one.source for one in records))
    named = " and ".join(sources) if len(sources) <= 2 else f"{len(sources)} files"
    line = f"{count_of(sum(len(one.table) for one in records), 'record', 'records')} of {named}"
    if days.empty:
        return line
    first, last = days.min().date().isoformat(), days.max().date().isoformat()
    return f"{line}, {first}" if first == last else f"{line}, {first} to {last}"


def is_hot(classes: "pd.Series[int]") -> "pd.Series[bool]":
    """Tell which classes are called hot; what could not be computed is not."""
    return (classes >= HOT).fillna(value=False).astype(bool)
