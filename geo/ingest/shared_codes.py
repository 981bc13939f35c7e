"""A column of codes whose repeats all stand on rows of one day and place: rows of one event."""

from collections.abc import Iterable
from typing import Final

import pandas as pd

from geo.ingest import dates
from geo.ingest.columns import PLACE_FIELDS
from geo.ingest.counted import Candidate
from geo.ingest.read import RawTable
from geo.ingest.words import ELSEWHERE, RESIDENCE, UNCLEAR

HOW_SURE: Final = 0.4
_CODE: Final = r"(?=.*\d)(?!\d+\.\d+$)[A-Za-z0-9][\w/.-]{3,24}"
_LOOKED_AT: Final = 20_000  # rows
_CODES: Final = 0.9
"""Share of the cells that must be codes."""
_AGREE: Final = 0.95
"""Share of the rows that repeat a code which must be of its day and place."""
_LEAST: Final = 2
"""Codes that must repeat: a single one may be chance."""


def shared_code(raw: RawTable, candidates: Iterable[Candidate]) -> str:
    r"""Column that numbers events by what its cells say, though not by its name; "" for none.

    A code that comes back on other days or in other places is that of something else: of an
    officer, a beat, an offense.

    Parameters
    ----------
    raw : RawTable
        Its rows are single events or lines of them.
    candidates : iterable of (role, column, confidence)
        What the columns seem to be.

    Examples
    --------
    >>> from geo.ingest.read import open_table
    >>> lines = ["Mark,Beat,Day,Zip", *["K001,1101,1/2/2020,43215"] * 2]
    >>> lines += [*["K002,1101,1/2/2020,43201"] * 2, "K003,1102,1/3/2020,43201"]
    >>> raw = open_table("\n".join(lines).encode(), "a.csv")
    >>> shared_code(raw, [("incident.date", "Day", 0.9), ("incident.zip", "Zip", 0.9)])
    'Mark'
    """
    known = [one for one in candidates if one[2] >= 0.3]
    if any(role == "record_id" for role, _, _ in known):
        return ""
    known = [one for one in known if not one[0].startswith((ELSEWHERE, RESIDENCE, UNCLEAR))]
    days = [column for role, column, _ in known if role.endswith(".date")]
    where = [column for role, column, _ in known if role.rpartition(".")[2] in PLACE_FIELDS]
    if not days or not where:
        return ""
    text = raw.text.head(_LOOKED_AT)
    when_and_where = text[[*days, *where]].agg("\x1f".join, axis=1)
    used = {column for _, column, _ in candidates}
    free = (column for column in raw.columns if column not in used)
    return next((c for c in free if _numbers_events(text[c], when_and_where)), "")


def _numbers_events(cells: pd.Series, when_and_where: pd.Series) -> bool:
    """Whether codes repeat, each on one day in one place, and tell days and places apart."""
    given = cells[cells.str.fullmatch(_CODE).astype(bool)]
    if len(given) < _CODES * len(cells):
        return False
    repeats = given[given.duplicated(keep=False)]
    if repeats.nunique() < _LEAST or dates.share_read(repeats) > 1 - _CODES:
        return False
    of_code = when_and_where[repeats.index].groupby(repeats)
    alike = of_code.transform("nunique") == 1
    several = when_and_where[given.index].nunique()
    return several >= _LEAST and given.nunique() >= several and bool(alike.mean() >= _AGREE)
