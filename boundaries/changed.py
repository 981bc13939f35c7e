"""What an import changed, in words: which incident or count it is, which field, and its values."""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Final

import pandas as pd

from boundaries import load
from geo import schema, seized

_FIELDS: Final = {
    schema.KIND: "Overdose or seizure", schema.OCCURRED_ON: "Day", schema.DATE_ROLE: "Whose day",
    schema.COUNT: "Number of events", schema.POPULATION: "Population",
    schema.OUTCOME: "Fatal or not", schema.DRUGS: "Drugs", schema.LON: "Longitude",
    schema.LAT: "Latitude", schema.GEOID: "County", schema.PRECISION: "How precisely placed",
    schema.LOCATION_ROLE: "Whose place", schema.TIME_PRECISION: "How exactly the day is known",
    schema.MINUTE: "Time of day", schema.REPORTED_ON: "Day it was reported",
    schema.AGENCY: "Reporting agency", schema.AGE: "Age", schema.SEX: "Sex",
    schema.NALOXONE: "Naloxone given", schema.DOSES: "Naloxone doses",
    schema.QUANTITY: "Quantity seized", schema.UNIT: "Unit of quantity", schema.MASS_G: "Grams",
    schema.PARTS: "Rows of the file", schema.SEIZED: "What was seized of each drug",
}  # fmt: skip

WHICH: Final = "Which"
FIELD: Final = "Field"
BEFORE: Final = "Before"
AFTER: Final = "In this file"


def in_words(changes: pd.DataFrame) -> pd.DataFrame:
    """Spell changes for a person.

    Parameters
    ----------
    changes : DataFrame, shape (n, ...)
        From `Store.changes`.

    Returns
    -------
    DataFrame, shape (n, 4)
        `WHICH` (county, period, drugs), `FIELD`, `BEFORE`, `AFTER`; index as given.

    Examples
    --------
    >>> one = {"record_id": "7", "column": "count", "before": "3", "after": "4"}
    >>> one |= {"geoid": "42003", "time_precision": "quarter", "occurred_on": "2019-04-01"}
    >>> in_words(pd.DataFrame([one | {"drugs": "|heroin|"}])).loc[0].tolist()
    ['Allegheny County, PA, Q2 2019, Heroin', 'Number of events', '3', '4']
    """
    return pd.DataFrame(
        {
            WHICH: [
                ", ".join(filter(None, (_county(geoid), _period(day, kind), _drugs(d))))
                for geoid, day, kind, d in zip(
                    changes[schema.GEOID], changes[schema.OCCURRED_ON],
                    changes[schema.TIME_PRECISION], changes[schema.DRUGS], strict=True,
                )
            ],
            FIELD: [_FIELDS.get(column, column) for column in changes["column"]],
            BEFORE: list(map(_value, changes["column"], changes["before"])),
            AFTER: list(map(_value, changes["column"], changes["after"])),
        },
        index=changes.index, dtype="str",
    )  # fmt: skip


def _value(column: str, text: str) -> str:
    return _SPELLED[column](text) if text and column in _SPELLED else text


@cache
def _counties() -> dict[str, str]:
    table = load.counties()
    return dict(zip(table.index, table["name"] + ", " + table["state"], strict=True))


def _county(geoid: str) -> str:
    return _counties().get(geoid, geoid)


def _drugs(classes: str) -> str:
    return " and ".join(schema.DRUG_CLASSES.get(c, c) for c in classes.split("|") if c)


def _period(day: str, precision: str) -> str:
    """Spell a day as exactly as it is known."""
    if not day or precision in {"", "minute", "day"}:
        return day
    year, month = int(day[:4]), int(day[5:7])
    return {
        "month": f"{year}-{month:02}",
        "quarter": f"Q{(month + 2) // 3} {year}",
        "half": f"{'first' if month <= 6 else 'second'} half of {year}",
        "year": str(year),
    }[precision]


_SPELLED: Final[Mapping[str, Callable[[str], str]]] = {
    schema.GEOID: _county,
    schema.DRUGS: _drugs,
    schema.SEIZED: seized.in_words,
    schema.MINUTE: lambda minute: f"{int(minute) // 60:02}:{int(minute) % 60:02}",
    schema.PRECISION: lambda code: schema.PRECISIONS.get(code, code),
}
