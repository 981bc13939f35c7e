"""Notes that came in place of a table."""

from typing import Final

import pandas as pd

ONLY_NOTES: Final = "This holds only notes in sentences, no table of records."
CHOOSE_TABLE: Final = "Choose the file, or the sheet, with the table."
"""What is said of them, and what to do."""

_MOST_COLUMNS: Final = 2
_SENTENCE: Final = 3  # words
_SAMPLED: Final = 200


def only_notes(text: pd.DataFrame) -> bool:
    """Whether what was read as a table is notes: one column or two, most rows with a sentence.

    Of a list of columns with their meanings that holds too. What stands in the place of the header
    counts as well, for it may be the only line.

    Examples
    --------
    >>> only_notes(pd.DataFrame({"About this file": ["Counts below 10 are suppressed."]}))
    True
    >>> only_notes(pd.DataFrame({"Street": ["12 N Main St"], "Zip": ["43215"], "Age": ["7"]}))
    False
    """
    names = list(map(str, text.columns))
    if len(names) > _MOST_COLUMNS:
        return False
    head = pd.DataFrame([names], columns=text.columns)
    lines = pd.concat([head, text.head(_SAMPLED)], ignore_index=True)
    most = lines.apply(lambda column: column.str.count(r"[A-Za-z]{2,}")).max(axis=1)
    return bool((most >= _SENTENCE).mean() > 0.5)
