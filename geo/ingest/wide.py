"""Tables with one column a year or month: each cell becomes a row of its own."""

import re
from dataclasses import replace
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.ingest.columns import Mapping
from geo.ingest.countable import sort_of
from geo.ingest.periods import Period, read_period
from geo.ingest.words import split_words
from geo.schema import ColumnChoice, Note
from geo.words import count_of

PERIOD: Final = "period named by the column"
"""Name of the column made for the periods."""

_COUNT: Final = "number in the column of the period"
_LONGEST_PERIOD: Final = 3  # words
_YEAR = re.compile(r"\b(?:19|20)\d\d\b|\b[fs]?fy\b")
_PART = re.compile(r"(?<![a-z])(?:[a-z]{3,9}|q[1-4]|h[12])(?![a-z\d])")
_ONE_YEAR: Final = r"^((?:19|20)\d\d)$"
_SOME_YEAR: Final = "2000"


def period_of(column: str) -> str:
    """Period a column of counts is named after, in words `read_period` reads; "" when none.

    Examples
    --------
    >>> period_of("2015"), period_of("OD_DEATHS_2016"), period_of("Jan 2020")
    ('2015', '2016', 'Jan 2020')
    >>> period_of("2015 rate"), period_of("POP_2016"), period_of("Deaths")
    ('', '', '')
    """
    if read_period(column):
        return column
    words = split_words(column)
    for size in range(min(_LONGEST_PERIOD, len(words) - 1), 0, -1):
        for period, rest in ((words[-size:], words[:-size]), (words[:size], words[size:])):
            text = " ".join(period)
            if _YEAR.search(text) and read_period(text):
                return text if sort_of(" ".join(rest)) in {"events", "plain", "proxy"} else ""
    return ""


def part_of_year(column: str) -> str:
    """Month, quarter or half a column of counts is named after, without a year; "" when none.

    Examples
    --------
    >>> part_of_year("Jan"), part_of_year("ODs March"), part_of_year("Q3")
    ('jan', 'march', 'q3')
    >>> part_of_year("Jan 2020"), part_of_year("Total"), part_of_year("Drug 1")
    ('', '', '')
    """
    if read_period(period_of(column)):
        return ""
    words = " ".join(re.findall(r"[a-z]+\d?|\d+", column.lower()))
    said = [w for w in _PART.findall(words) if read_period(f"{w} {_SOME_YEAR}")]
    said = [w for w in said if (read_period(f"{w} {_SOME_YEAR}") or (0, 0, "year"))[2] != "year"]
    if len(said) != 1:
        return ""
    rest = words.replace(said[0], " ", 1).strip()
    return said[0] if not rest or sort_of(rest) in {"events", "plain", "proxy"} else ""


def columns_without_year(columns: tuple[str, ...]) -> tuple[str, ...]:
    """Columns that are one count a month, quarter or half of a year that they do not name."""
    return _of_one_length(
        {c: read_period(f"{part_of_year(c)} {_SOME_YEAR}") for c in columns if part_of_year(c)}
    )


def period_columns(columns: tuple[str, ...]) -> tuple[str, ...]:
    """Columns that together look like one count a period: two or more periods of one length."""
    return _of_one_length({c: read_period(period_of(c)) for c in columns if period_of(c)})


def _of_one_length(found: dict[str, Period | None]) -> tuple[str, ...]:
    """Columns of the most frequent length of period, if there are two and no two are the same."""
    lengths = [period[2] for period in found.values() if period]
    usual = max(set(lengths), key=lengths.count) if lengths else ""
    chosen = [column for column, period in found.items() if period and period[2] == usual]
    distinct = {found[column] for column in chosen}
    return tuple(chosen) if len(distinct) == len(chosen) >= 2 else ()


def unpivot(
    text: pd.DataFrame,
    rows: NDArray[np.int64],
    mapping: Mapping,
    notes: list[Note],
    year: str = "",
) -> tuple[pd.DataFrame, NDArray[np.int64], Mapping]:
    """One row an area and period, where a file has one column a period; else what was given.

    Months, quarters and halves without a year are those of the year in the row, else of `year`.

    Returns
    -------
    DataFrame of str
        The other columns, and two for the period and the count; index 0..n-1.
    array of int
        Row of the file of each row.
    Mapping
        With those two columns as date and count.
    """
    columns = mapping.columns("period_count")
    if not columns:
        return text, rows, mapping
    others = [column for column in text.columns if column not in columns]
    kept = text[others].loc[text.index.repeat(len(columns))].reset_index(drop=True)
    names = [period_of(column) or part_of_year(column) or column for column in columns]
    kept[PERIOD] = pd.Series(names * len(text), dtype="str")
    own = mapping.column("year")
    years = (
        pd.Series(year, index=kept.index) if own is None else kept[own].str.extract(_ONE_YEAR)[0]
    )
    yearless = [not period_of(column) for column in columns] * len(text)
    dated = (kept[PERIOD] + " " + years.fillna("")).str.strip().astype("str")
    kept[PERIOD] = kept[PERIOD].mask(np.array(yearless, dtype=bool), dated)
    kept[_COUNT] = pd.Series(text[list(columns)].to_numpy().ravel(), dtype="str")
    notes.append(
        Note(
            f"{count_of(len(text), 'row', 'rows')} with {len(columns)} columns of counts "
            f"{'makes' if len(text) == 1 else 'make'} {len(kept):,} counts: one for each area and "
            "period."
        )
    )
    left = tuple(
        choice
        for choice in mapping.choices
        if choice.role not in {"period_count", "count", "incident.date"}
    )
    made = (ColumnChoice("incident.date", PERIOD, 1.0), ColumnChoice("count", _COUNT, 1.0))
    used = replace(mapping, header=tuple(kept.columns), choices=left + made, area_counts=True)
    return kept, np.repeat(rows, len(columns)), used
