"""Notes on rows: what a person should know, how many rows it concerns, and which."""

from collections.abc import Iterable
from typing import Final

import numpy as np
from numpy.typing import NDArray

from geo.schema import Note
from geo.words import count_of

_MOST_NOTED: Final = 1000


def note(text: str, mask: NDArray[np.bool_], rows: NDArray[np.int64], *, warn: bool = True) -> Note:
    """Make a note on the rows where `mask` holds; `text` has {n} for how many."""
    at = rows[mask]
    count = len(at)
    return Note(
        text.replace("{n}", count_of(count, "row", "rows")),
        "warning" if warn else "info",
        count,
        tuple(int(row) for row in at[:_MOST_NOTED]),
    )


def named(columns: Iterable[str]) -> str:
    """Columns by name, the first three of many.

    Examples
    --------
    >>> print(named(["Heroin"]), named("ABCDE"))
    "Heroin" "A", "B", "C" and 2 more
    """
    names = [f'"{column}"' for column in columns]
    more = f" and {len(names) - 3:,} more" if len(names) > 3 else ""
    return ", ".join(names[:3]) + more
