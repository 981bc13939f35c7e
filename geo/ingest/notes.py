"""Notes on rows: what a person should know, how many rows it concerns, and which."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from geo.schema import Note

_MOST_NOTED: Final = 1000


def note(text: str, mask: NDArray[np.bool_], rows: NDArray[np.int64], *, warn: bool = True) -> Note:
    """Make a note on the rows where `mask` holds; `text` has {n} for how many."""
    at = rows[mask]
    count = len(at)
    return Note(
        text.format(n=f"{count:,} row{'s' if count != 1 else ''}"),
        "warning" if warn else "info",
        count,
        tuple(int(row) for row in at[:_MOST_NOTED]),
    )
