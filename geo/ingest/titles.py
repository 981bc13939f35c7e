"""The year a table is of, where only the lines above it say so."""

import re
from typing import Final

from geo.ingest.layout import REASON, TITLE
from geo.ingest.periods import says_fiscal
from geo.ingest.raw_table import RawTable

_YEAR: Final = re.compile(r"(?<![\d/.-])((?:19|20)\d\d)(?![\d/]|\s*(?:[-\u2013]|to)\s*\d)")
_SPAN: Final = re.compile(r"\d{4}\s*(?:[-/\u2013]|to|and|through)\s*\d{2}")
_OF_SOMETHING_ELSE: Final = re.compile(
    r"\b(?:run|as of|updated?|printed|generated|exported?|created|revised|prepared|downloaded|"
    r"released?|published|census|population|accessed)\b",
    re.IGNORECASE,
)


def year_of_titles(raw: RawTable) -> str:
    r"""Calendar year the lines above a table name, "" where they name none or several.

    Days on which a table was made, fiscal years and spans of years are none.

    Examples
    --------
    >>> from geo.ingest.read import open_table
    >>> data = b"2023 overdose deaths\nRun 1/14/2024\nCounty,State,Jan\nBibb,AL,1\nPike,AL,3\n"
    >>> year_of_titles(open_table(data, "a.csv"))
    '2023'
    """
    above = raw.dropped[raw.dropped[REASON] == TITLE]
    lines = [" ".join(cell for cell in line if cell) for line in above.iloc[:, 2:].to_numpy()]
    found: set[str] = set()
    for line in lines:
        if _OF_SOMETHING_ELSE.search(line):
            continue
        if says_fiscal(line) or _SPAN.search(line):
            return ""
        found |= set(_YEAR.findall(line))
    return found.pop() if len(found) == 1 else ""
