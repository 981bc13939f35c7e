"""From records to counts: which records a study uses, what each area holds."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.kept_steps import kept
from analysis.result import Parameter
from analysis.study import Study
from analysis.study_area import study_area
from boundaries import load
from geo import schema
from geo.errors import StudyError

AREA_KEY: Final = "area_counts"
"""Column added to the rows of a selection: the row is the count of an area, not an incident."""

STREET_SHARE: Final = 0.5
"""Share of the records at street level from which a grid can speak for them."""

REASONS: Final = {
    "other_kind": "are of another kind",
    "other_outcome": "have another outcome",
    "other_drug": "involve other drugs",
    "no_date": "have no date",
    "outside_period": "lie outside the period",
    "longer_than_period": "cover more than the period",
    "area_counts": "are counts of whole counties",
    "not_placed": "have no place",
    "too_coarse": "are placed more coarsely than a street",
    "outside_study": "lie outside the study area",
    "suppressed": "are suppressed",
}
"""Why a record is not counted: key of the tally, and the words for it."""

_MONTHS_LONG: Final = {"month": 1, "quarter": 3, "half": 6, "year": 12}


@dataclass(frozen=True, eq=False)
class Selection:
    """The records a study uses, and where it looks.

    `used` are the counted rows (columns of `geo.schema` and `AREA_KEY`), `hidden` the suppressed
    ones, `given` all placed rows before filters (they tell which areas a file of counts covers).
    `geoids` are the counties of the study area, sorted. `tally` counts rows: "records" is the sum
    of "used" and all reasons. `parameters` say what was chosen from the data.
    """

    used: pd.DataFrame
    hidden: pd.DataFrame
    given: pd.DataFrame
    geoids: tuple[str, ...]
    tally: dict[str, int]
    parameters: tuple[Parameter, ...]

    @property
    def first_day(self) -> pd.Timestamp | None:
        """Day of the oldest dated record used."""
        days = self.used[schema.OCCURRED_ON].dropna()
        return None if days.empty else days.min()

    @property
    def last_day(self) -> pd.Timestamp | None:
        """Day of the newest dated record used."""
        days = self.used[schema.OCCURRED_ON].dropna()
        return None if days.empty else days.max()


@kept(
    6, "method", "versus", "level", "states", "hidtas", "hidtas_as_of", "start", "end", "kinds",
    "outcomes", "drugs",
)  # fmt: skip
def select(study: Study, records: Sequence[schema.Records]) -> Selection:
    """Choose the records a study is about, and its study area.

    Each row left out is tallied under the first reason that holds. Without states or HIDTAs the
    study area is chosen from where the records lie.

    Parameters
    ----------
    study : Study
        Its filters and level decide.
    records : sequence of Records
        One or more sources; rows are added up, never merged.

    Returns
    -------
    Selection

    Raises
    ------
    StudyError
        No record is left; the message names every reason, with numbers that sum to the total.
    BoundaryError
        A state or HIDTA is not known.
    """
    table = pd.concat(
        [one.table.assign(**{AREA_KEY: one.area_counts}) for one in records], ignore_index=True
    )
    points = needs_points(study)
    keys = ("used", *REASONS)
    why = np.zeros(len(table), dtype=np.int8)  # position in keys

    def leave_out(reason: str, rows: "pd.Series[bool]") -> None:
        why[rows.to_numpy(dtype=bool) & (why == 0)] = keys.index(reason)

    for reason, rows in _filters(study, table):
        leave_out(reason, rows)
    in_a_county = table[schema.GEOID] != ""
    leave_out("not_placed", ~in_a_county)
    fine = table[schema.PRECISION].isin(schema.POINT_PRECISIONS) & table[schema.LON].notna()
    speaks = (why == 0) & (~table[AREA_KEY] & fine if points else True)
    geoids, parameters = study_area(
        study, table[speaks], points=points, listed=bool(table.loc[speaks, AREA_KEY].all())
    )
    if geoids:
        leave_out("outside_study", ~table[schema.GEOID].isin(geoids))
    if points:
        leave_out("area_counts", table[AREA_KEY])
        leave_out("too_coarse", ~fine)
    leave_out("suppressed", table[schema.COUNT].isna())
    held = np.bincount(why, minlength=len(keys)).tolist()
    tally = {"records": len(table), **dict(zip(keys, held, strict=True))}
    if not tally["used"] + tally["suppressed"]:
        raise _nothing_left(tally)
    return Selection(
        used=table[why == 0],
        hidden=table[why == keys.index("suppressed")],
        given=table[in_a_county],
        geoids=geoids,
        tally=tally,
        parameters=parameters,
    )


def needs_points(study: Study) -> bool:
    """Tell whether a study counts only what is placed at street level.

    Examples
    --------
    >>> from analysis.study import Study
    >>> needs_points(Study(method="density")), needs_points(Study())
    (True, False)
    """
    if study.method == "density":
        return study.versus != "people"  # people are known by county, so events are taken so too
    return study.level != "county"


@kept(6)
def by_county(
    selection: Selection, *, rates: bool = True
) -> tuple[pd.DataFrame, tuple[Parameter, ...], tuple[str, ...]]:
    """Count of each county of the study area, and its population.

    Zeros are data. A county with a suppressed row is missing, because its true count is not known;
    so is a county of which a file of counts says nothing although it lists zeros. `rates`: tell
    what rates are, where some are made.

    Returns
    -------
    DataFrame
        Indexed by geoid in the order of the selection: name, state, count, population.
    tuple of Parameter
        Where the population comes from.
    tuple of str
        Warnings about it.
    """
    counties = load.counties().loc[list(selection.geoids)]
    used = selection.used
    count = used.groupby(schema.GEOID)[schema.COUNT].sum().reindex(counties.index, fill_value=0.0)
    count[count.index.isin(selection.hidden[schema.GEOID])] = np.nan
    listed = selection.given[selection.given[AREA_KEY]]
    if not listed.empty and (listed[schema.COUNT] == 0).any() and used[AREA_KEY].all():
        count[~count.index.isin(listed[schema.GEOID])] = np.nan
    population, parameter, warnings = _population(selection, counties.index, rates=rates)
    table = pd.DataFrame(
        {
            "name": counties["name"],
            "state": counties["state"],
            "count": count.astype(float),
            "population": population,
        }
    )
    return table, (parameter,), warnings


def street_share(rows: pd.DataFrame) -> float:
    """Share of the rows, 0..1, that are placed at street level or better; 0 when there are none."""
    if rows.empty:
        return 0.0
    return float(rows[schema.PRECISION].isin(schema.POINT_PRECISIONS).mean())


def _filters(study: Study, table: pd.DataFrame) -> "list[tuple[str, pd.Series[bool]]]":
    days = table[schema.OCCURRED_ON]
    kinds = study.kinds or schema.KINDS
    out = [("other_kind", ~table[schema.KIND].isin(kinds))]
    if study.outcomes:
        overdose = table[schema.KIND] == "overdose"  # a seizure has no outcome to choose by
        out.append(("other_outcome", overdose & ~table[schema.OUTCOME].isin(study.outcomes)))
    if study.drugs:
        wanted = "|".join(rf"\|{drug}\|" for drug in study.drugs)
        out.append(("other_drug", ~table[schema.DRUGS].str.contains(wanted, regex=True)))
    if study.start or study.end:
        out.append(("no_date", days.isna()))
        last = _last_days(table)
        if study.start:
            start = pd.Timestamp(study.start)
            out += [("outside_period", last < start), ("longer_than_period", days < start)]
        if study.end:
            after = pd.Timestamp(study.end) + pd.Timedelta(days=1)
            out += [("outside_period", days >= after), ("longer_than_period", last >= after)]
        # A year that touches both ends is too long, one beyond either is outside: outside first.
        out.sort(key=lambda reason: reason[0] == "longer_than_period")
    return out


def _last_days(table: pd.DataFrame) -> pd.Series:
    """Last day each row may speak of: that of its month, quarter or year where no day is known."""
    days = table[schema.OCCURRED_ON]
    months = table[schema.TIME_PRECISION].map(_MONTHS_LONG)
    long = (months.notna() & days.notna()).to_numpy()
    if not long.any():
        return days
    after = days[long].to_numpy("datetime64[M]") + months[long].to_numpy("timedelta64[M]")
    last = days.copy()
    last[long] = after.astype("datetime64[s]") - np.timedelta64(1, "D")
    return last


def _population(
    selection: Selection, geoids: "pd.Index[str]", *, rates: bool
) -> tuple[NDArray[np.float64], Parameter, tuple[str, ...]]:
    """Take the population given with area counts, else the embedded estimate nearest in time."""
    told = selection.given[selection.given[AREA_KEY]].dropna(subset=[schema.POPULATION])
    if not told.empty and selection.used[AREA_KEY].all():
        # Rows of one county and day (one a drug, say) repeat the population; other days add to it.
        once = told.groupby([schema.GEOID, schema.OCCURRED_ON], dropna=False)[schema.POPULATION]
        people = once.max().groupby(level=0).sum().reindex(geoids)
        given = Parameter(
            "Population",
            "as given in the file",
            "The file brings its own; rates are per 100,000 of it (person-years, if it is those)."
            if rates
            else "The file brings its own.",
        )
        return people.to_numpy(float), given, ()
    days = selection.used[schema.OCCURRED_ON].dropna()
    middle = None if days.empty else int(days.dt.year.median())
    people = load.population(middle)
    year, source = people.attrs["year"], people.attrs["source"]
    why = "The newest there is."
    if middle is not None:
        why = f"The year nearest to {middle}, the middle of the records."
    warnings: tuple[str, ...] = ()
    if middle is not None and middle > year + 1:
        warnings = (f"Population is that of {year}, {middle - year} years older than the records.",)
    chosen = Parameter(
        "Population",
        f"{year} ({source})",
        f"{why} Rates are per 100,000 over the whole period." if rates else why,
    )
    return people.reindex(geoids).to_numpy(float), chosen, warnings


def _nothing_left(tally: dict[str, int]) -> StudyError:
    if not tally["records"]:
        return StudyError("There are no records.", "Load a file first.")
    found = sorted((why for why in REASONS if tally[why]), key=lambda why: -tally[why])
    hints = {
        "area_counts": "Counts of whole counties can only be studied by county.",
        "too_coarse": "Study these records by county, or bring addresses or coordinates.",
        "not_placed": "Bring coordinates, addresses, ZIP codes or counties.",
        "outside_study": "Choose other states or HIDTAs.",
        "no_date": "Choose the column with the date, or study all dates.",
        "outside_period": "Choose a longer period.",
        "longer_than_period": "Choose a period of whole months, quarters or years.",
    }
    total = f"{tally['records']:,}"
    reasons = "; ".join(f"{tally[why]:,} of {total} {_verb(why, tally[why])}" for why in found)
    return StudyError(
        f"No record is left to study: {reasons}.", hints.get(found[0], "Choose less narrowly.")
    )


def _verb(reason: str, number: int) -> str:
    """Give the words for a reason, in the number they need."""
    verb, rest = REASONS[reason].split(" ", 1)
    singular = {"are": "is", "have": "has", "lie": "lies", "involve": "involves", "cover": "covers"}
    return f"{singular[verb] if number == 1 else verb} {rest}"
