"""Tables whose words are all in view: how wide columns are, and how many lines a row has.

Tables are drawn as pictures, which cut what does not fit, and the server does not know how wide the
window is: words are fitted to the narrowest table there is, and a wider one stretches its columns.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import pandas as pd

from pages.frame._table import ROW_HEIGHT

_ROOM: Final = 394  # pixels for all columns in a window of 800 with the sidebar open
_BESIDE: Final = 18  # pixels of a cell that are not its words
_LEAST: Final = 50  # Streamlit makes no column narrower
_WRAPS_FROM: Final = 65  # pixels of a row from which Streamlit breaks lines
_LINE: Final = 19
_MOST_LINES: Final = 4
_STEP: Final = 4

# Pixels of the letters of Source Sans at 14 pixels, rounded up.
_WIDE, _CAPITAL, _USUAL, _NARROW, _SPACE = 11.7, 8.4, 7.3, 4.9, 2.9
_WIDTHS: Final = (
    dict.fromkeys("ABCDEFGHIJKLNOPQRSTUVXYZ&", _CAPITAL)
    | dict.fromkeys("mwMW%@", _WIDE)
    | dict.fromkeys("fijlrtI.,:;'-()/|", _NARROW)
    | {" ": _SPACE}
)


@dataclass(frozen=True)
class Fit:
    """How a table is shown: pixels of each column, and of a row."""

    widths: Mapping[str, int]
    row_height: int


def fitted(table: pd.DataFrame) -> Fit:
    """Give each column the width of its words, or, where there is too little room, more lines.

    Parameters
    ----------
    table : DataFrame
        Ready to read; of its texts, those that need more than four lines are cut.

    Examples
    --------
    >>> short = pd.DataFrame({"Rows": [2], "Where": ["ZIP 27944"]})
    >>> fitted(short).row_height
    35
    >>> long = short.assign(What="The streets of its county or ZIP code are not known at all")
    >>> fitted(long).row_height
    65
    """
    texts = {str(name): [str(one) for one in table[name].unique()] for name in table}
    need, least = {}, {}
    for name, said in texts.items():
        need[name] = _cell(name, *said)
        least[name] = _cell(name, *(word for text in said for word in text.split()))
    cap = max(need.values(), default=0)
    widths = need
    while sum(widths.values()) > _ROOM and cap > _LEAST:
        cap -= _STEP
        widths = {name: min(need[name], max(least[name], cap)) for name in need}
    lines = max((_lines(t, widths[n]) for n, said in texts.items() for t in said), default=1)
    if lines == 1:
        return Fit(widths, ROW_HEIGHT)
    return Fit(widths, max(_WRAPS_FROM, _LINE * min(lines, _MOST_LINES) + 8))


def width(text: str) -> float:
    """Pixels of a text on one line, rather too many than too few."""
    return sum(_WIDTHS.get(one, _USUAL) for one in text)


def _cell(*texts: str) -> int:
    """Pixels of a cell that holds any of some texts on one line."""
    return max(_LEAST, int(max(map(width, texts), default=0)) + _BESIDE)


def _lines(text: str, pixels: int) -> int:
    """Lines that a text takes in a cell."""
    lines, used = 1, 0.0
    for word in text.split():
        more = width(word)
        if used and used + _SPACE + more > pixels - _BESIDE + 1:
            lines, used = lines + 1, more
        else:
            used += more + (_SPACE if used else 0.0)
    return lines
