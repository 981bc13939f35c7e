"""Tables of counts: what tells that a row stands for an area, and which column says how many.

Names alone do not tell: nobody can list all headings. The values do: whole numbers, one row for
each area and period, a population beside them, no number of a case, no address, no person.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Final

import pandas as pd

from geo.ingest import countable, dates
from geo.ingest.columns import ALSO_COUNT, COUNTS, FIELDS
from geo.ingest.counts import count_numbers
from geo.ingest.evidence import share_counts
from geo.ingest.periods import read_periods
from geo.ingest.read import RawTable
from geo.ingest.titles import year_of_titles
from geo.ingest.weeks import is_numbered
from geo.ingest.wide import columns_without_year, period_columns, period_of
from geo.ingest.words import ELSEWHERE, UNCLEAR, singular, split_words

Candidate = tuple[str, str, float]
"""Role, column, how sure."""

_AREAS: Final = frozenset({"county", "county_fips", "zip", "city", "state", "state_fips"})
_PERIODS: Final = frozenset({
    "year", "fiscal_year", "state_fiscal_year", "half", "quarter", "month", "week",
})  # fmt: skip
_NOT_OF_AREAS: Final = frozenset({"address", "victim_id", "administration_id", "time"})
_GIVEN_BACK: Final = frozenset({
    "count", "outcome", "naloxone", "drug", "drug_flag", "kind", "record_id", "doses",
})  # fmt: skip
"""Roles a name may suggest of a column that counts: "Fatal ODs", "Naloxone saves", "Number"."""
_SEIZED: Final = frozenset({"quantity", "drug_quantity"})
"""Roles of what was seized: of one seizure, or of all of an area and period."""
_MEASURES: Final = frozenset({"measure", "metric", "indicator", "statistic", "estimate"})
_SURE: Final = 0.5
_DUPLICATES: Final = 0.02
_LARGEST_CODE: Final = 2
_BEGINS: Final = r"[<≤]?\s*\d"
_LOOKED_AT: Final = 20_000  # rows


@dataclass(frozen=True)
class Counted:
    """Whether rows are counts of areas, and which column says how many events each stands for.

    With one column a period these are `periods` and `column` is "". Where both are empty nobody
    could tell: a person is asked. `freed` are columns whose name suggested something that they are
    not. `reasons` say what was decided.
    """

    of_areas: bool = False
    column: str = ""
    periods: tuple[str, ...] = ()
    freed: frozenset[str] = frozenset()
    reasons: tuple[str, ...] = ()


def find_counts(raw: RawTable, candidates: list[Candidate]) -> Counted:
    r"""Tell whether rows are counts of areas, and which column says how many.

    Parameters
    ----------
    raw : RawTable
        May have no rows: then names alone decide.
    candidates : list of (role, column, confidence)
        What the columns seem to be.

    Examples
    --------
    >>> from geo.ingest.read import open_table
    >>> raw = open_table(b"County,Year,ODs\nBibb,2020,7\nClay,2020,2\nCoosa,2020,0\n", "a.csv")
    >>> found = find_counts(raw, [("incident.county", "County", 0.9), ("year", "Year", 0.8)])
    >>> found.of_areas, found.column
    (True, 'ODs')
    """
    table = _Table(raw, candidates)
    if table.fields & _NOT_OF_AREAS or table.has_cases:
        return Counted()
    periods = table.periods()
    if periods:
        said = f'Columns "{periods[0]}" to "{periods[-1]}" are {COUNTS}, one for each period.'
        return Counted(of_areas=True, periods=periods, freed=frozenset(periods), reasons=(said,))
    periods = table.periods(without_year=True)
    if periods:
        return _of_a_year(table, periods, year_of_titles(raw))
    sorts = {column: countable.sort_of(column) for column in table.numeric}
    for sort in ("events", "plain", "proxy"):
        named = tuple(column for column, one in sorts.items() if one == sort)
        if named and table.may_count(named, sort):
            return _chosen(table, named, sorts)
    if table.looks_counted() or "events" in sorts.values():
        return _asked(table, "no column says in words we know how many events each stands for")
    return Counted()


def _chosen(table: "_Table", named: tuple[str, ...], sorts: dict[str, countable.Sort]) -> Counted:
    """Take the one column that counts, of several the one that is the sum of the others."""
    column = named[0] if len(named) == 1 else table.sum_among(named)
    if not column:
        return _asked(table, f"{_list(named)} count something, and which of them is not clear")
    if table.measures():
        why = (
            f'"{table.measures()}" says what the number is, and not always the same: keep one kind'
        )
        return _asked(table, why)
    if countable.is_rolling(column) and table.is_within_years():
        why = f'"{column}" covers more than the period of its row: such counts overlap'
        return _asked(table, why)
    said = f'Rows are {COUNTS}: "{column}" says how many events each stands for.'
    left = [
        one for one, sort in sorts.items() if one != column and sort not in {"other", "unknown"}
    ]
    if left:
        said += f" {ALSO_COUNT}: {_list(left)}."
    if countable.counts_residents(column):
        said += f' "{column}" counts people where they lived, not where it happened.'
    freed = frozenset({column, *named, *table.row_numbers()})
    if period_of(column) and not table.fields & (_PERIODS | {"date"}):
        return Counted(of_areas=True, periods=(column,), freed=freed, reasons=(said,))
    return Counted(of_areas=True, column=column, freed=freed, reasons=(said,))


def _of_a_year(table: "_Table", periods: tuple[str, ...], year: str) -> Counted:
    """Take columns of months that do not name their year, if the rows or the title do."""
    said = f'Columns "{periods[0]}" to "{periods[-1]}" are {COUNTS}, one for each period'
    if "year" in table.fields:
        said += " of the year in the row."
    elif year:
        said += f" of {year}, the year in the title above the table."
    else:
        why = (
            f'"{periods[0]}" to "{periods[-1]}" do not say of which year they are: write it into '
            'their names ("Jan 2023") or into a column "Year"'
        )
        return _asked(table, why)
    return Counted(of_areas=True, periods=periods, freed=frozenset(periods), reasons=(said,))


def _asked(table: "_Table", why: str) -> Counted:
    said = (
        f"Rows seem to be {COUNTS}, but {why}. Choose the column that is the "
        f'"{FIELDS["count"]}", or say that each row is one event.'
    )
    freed = frozenset({*table.numeric, *table.row_numbers()})
    return Counted(of_areas=True, freed=freed, reasons=(said,))


def _list(columns: "tuple[str, ...] | list[str]") -> str:
    shown = [f'"{column}"' for column in columns[:4]]
    if len(columns) > len(shown):
        return f"{', '.join(shown)} and {len(columns) - len(shown)} more"
    return " and ".join([", ".join(shown[:-1]), shown[-1]] if len(shown) > 1 else shown)


class _Table:
    """What a table is made of, as far as it tells whether its rows are counts."""

    def __init__(self, raw: RawTable, candidates: list[Candidate]) -> None:
        self.columns = raw.columns
        self.text = raw.text.head(_LOOKED_AT)
        self.roles = {column: role for role, column, _ in candidates}
        self.sure = {column: confidence for _, column, confidence in candidates}
        self.fields = {
            role.rpartition(".")[2]
            for role in self.roles.values()
            if not role.startswith((ELSEWHERE, UNCLEAR))
        }
        self.has_cases = any(self._is_case(column) for column in self.roles)

    @property
    def has_population(self) -> bool:
        return "population" in self.fields

    @cached_property
    def numeric(self) -> list[str]:
        """Columns of whole numbers that are nothing else; without rows those that sound so."""
        free = [
            column for column in self.columns
            if self.roles.get(column, "count") in _GIVEN_BACK
            and not self._is_case(column) and not is_numbered(column)
        ]  # fmt: skip
        if not len(self.text):
            named = {column for column, role in self.roles.items() if role == "count"}
            sounds = {c for c in free if countable.sort_of(c) == "events" and c not in self.roles}
            return [c for c in free if c in (named | sounds if self.has_population else named)]
        return [column for column in free if self._counts(column)]

    def periods(self, *, without_year: bool = False) -> tuple[str, ...]:
        """Columns that are one count a period each."""
        columns = (columns_without_year if without_year else period_columns)(self.columns)
        roles = {self.roles.get(column, "") for column in self.columns if column not in columns}
        if len(columns) < 2 or not self.fields & _AREAS or "count" in roles:
            return ()
        if len(self.text):
            cells = pd.concat([self.text[column] for column in columns], ignore_index=True)
            return columns if share_counts(cells) >= 0.9 else ()
        return columns

    def may_count(self, columns: tuple[str, ...], sort: str) -> bool:
        """Whether such headings are believed in this table."""
        if not len(self.text) or self.has_population:
            return True
        if any(self.roles.get(column) == "count" for column in columns):
            return True
        if sort == "events" and all(map(countable.is_plural, columns)):
            return self._is_unique
        return self._is_by_period

    def looks_counted(self) -> bool:
        """Whether rows can hardly be single events though no column is known to count them."""
        if self.has_population and self.fields & _AREAS and not self.fields & {"date"}:
            return True
        measured = any(
            self._is_number(column) for column in self.columns
            if self.roles.get(column, "count") in _GIVEN_BACK | _SEIZED
            and not self._is_flag(column) and not self._is_case(column)
        )  # fmt: skip
        return measured and self._is_by_period

    def sum_among(self, columns: tuple[str, ...]) -> str:
        """Column that by its name and in every row is as large as each of the others; or ""."""
        for column in columns:
            others = [other for other in columns if other != column]
            if all(countable.is_sum_of(column, other) for other in others) and all(
                self._is_never_less(column, other) for other in others
            ):
                return column
        return ""

    def measures(self) -> str:
        """Column that says what each number is, where that is not always the same."""
        for column in self.columns if len(self.text) else ():
            said = {singular(word) for word in split_words(column)}
            cells = self.text[column]
            if column in self.roles or not said & _MEASURES:
                continue
            if not self._is_number(column) and bool((cells != cells.iloc[0]).any()):
                return column
        return ""

    def is_within_years(self) -> bool:
        """Whether rows are of parts of years."""
        return bool(self.fields & {"month", "week", "quarter", "half", "date"})

    def row_numbers(self) -> list[str]:
        """Columns that only number the rows of a table of areas."""
        return [column for column, role in self.roles.items() if role == "record_id"]

    def _is_case(self, column: str) -> bool:
        """Whether a column numbers cases: rows that have one are single events."""
        if self.roles.get(column) != "record_id" or self.sure[column] <= _SURE:
            return False
        words = set(split_words(column))
        if words <= {"id", "uid", "guid"}:  # of the row: an area may have one
            return not self.has_population
        if not countable.is_bare_number(column) or not len(self.text):
            return True
        cells = self.text[column]
        value = count_numbers(cells)
        if value.isna().any() or cells.duplicated().any():
            return not (value.notna().mean() > 0.5 and self.fields & _AREAS)
        in_turn = value.is_monotonic_increasing or value.is_monotonic_decreasing
        return bool(in_turn or cells.str.len().min() >= 4)

    def _counts(self, column: str) -> bool:
        """Whether cells are whole numbers, and not only the codes of yes and no."""
        return share_counts(self.text[column]) >= 0.9 and not self._is_flag(column)

    def _is_flag(self, column: str) -> bool:
        """Whether the only numbers are 0, 1 and 2, where the name says that they may be codes."""
        value = count_numbers(self.text[column]).dropna()
        role = self.roles.get(column, "")
        coded = bool(len(value)) and bool(value.isin([*range(_LARGEST_CODE + 1), 9, 99]).all())
        named = role == "count" or role in _SEIZED or countable.is_plural(column)
        return coded and not named and not self.has_population

    def _is_number(self, column: str) -> bool:
        """Whether cells are numbers; below a name of events also with more behind ("12 (3 %)")."""
        cells = self.text[column]
        filled = cells[cells != ""]
        number = count_numbers(filled).notna()
        if countable.sort_of(column) == "events":
            number |= filled.str.match(_BEGINS)
        return bool(len(filled)) and bool(number.mean() >= 0.5)

    @cached_property
    def _is_by_period(self) -> bool:
        """Whether there is one row for each area and period."""
        periods = self.fields & _PERIODS or any(map(is_numbered, self.columns))
        periods = periods or ("date" in self.fields and not self._has_days)
        return bool(self.fields & _AREAS and periods) and self._is_unique

    @cached_property
    def _is_unique(self) -> bool:
        """Whether no two rows agree in all that is not a measured number."""
        if not len(self.text):
            return True
        measured = set(self.numeric) | {
            column for column in self.columns
            if self._is_number(column) and not is_numbered(column)
            and self.roles.get(column, "") in {"", "population"} | _GIVEN_BACK | _SEIZED
        }  # fmt: skip
        keys = [column for column in self.columns if column not in measured]
        return bool(keys) and bool(self.text[keys].duplicated().mean() <= _DUPLICATES)

    @cached_property
    def _has_days(self) -> bool:
        """Whether dates are days, and not starts of months, quarters or years, or weeks."""
        for column, role in self.roles.items():
            if role.rpartition(".")[2] != "date" or role.startswith((ELSEWHERE, UNCLEAR)):
                continue
            if "week" in split_words(column):
                continue
            if bool((read_periods(self.text[column])[1] != "").mean() > 0.5):
                continue
            when = pd.Series(dates.parse(self.text[column]).when).dropna()
            if when.nunique() < 2 or bool((when.dt.day != 1).mean() > 0.1):
                return True
        return False

    def _is_never_less(self, column: str, other: str) -> bool:
        whole, part = count_numbers(self.text[column]), count_numbers(self.text[other])
        known = whole.notna() & part.notna()
        return bool(known.any()) and bool((whole >= part)[known].all())
