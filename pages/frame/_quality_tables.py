"""The tables behind the findings on the data, ready to read."""

import pandas as pd

from analysis.quality import Quality
from analysis.words import percent
from pages.frame._words import counties

_DAYS = "%b %-d, %Y"


def of_source(seen: Quality, source: str) -> dict[str, pd.DataFrame]:
    """Return the tables of one source that hold anything, by title."""
    made = {
        "Completeness by field": _fields(_of(seen.fields, source)),
        "How precisely records are placed": _placement(_of(seen.placement, source)),
        "How late reports come in": _lags(_of(seen.lags, source)),
        "Reporters that fell silent": _silences(_of(seen.silences, source)),
        "Places with many records": _piles(_of(seen.piles, source)),
        "Counties with fewer than expected": _few(_of(seen.counties, source)),
        "Withheld counts": _bounds(_of(seen.bounds, source)),
    }
    return {title: table for title, table in made.items() if len(table)}


def _of(table: pd.DataFrame, source: str) -> pd.DataFrame:
    return table[table["source"] == source] if len(table) else table


def _percent(share: pd.Series) -> pd.Series:
    return share.map(percent, na_action="ignore").fillna("not in the file")


def _fields(table: pd.DataFrame) -> pd.DataFrame:
    if table.empty:
        return table
    return pd.DataFrame(
        {
            "Field": table["title"],
            "Records that could have it": table["rows"],
            "Known": table["known"].where(table["in_file"]),
            "Share": _percent(table["share"]),
        }
    )


def _placement(table: pd.DataFrame) -> pd.DataFrame:
    if table.empty:
        return table
    return pd.DataFrame(
        {
            "Precision": table["title"],
            "Place of the": table["role"],
            "Records": table["rows"],
            "Share": _percent(table["share"]),
            "Enters": table["use"],
        }
    )


def _lags(table: pd.DataFrame) -> pd.DataFrame:
    if table.empty:
        return table
    return pd.DataFrame(
        {
            "Records with both days": table["rows"],
            "Half are in after, days": table["median_days"],
            "90% are in after, days": table["late_days"],
            "Newest report": table["as_of"].dt.strftime(_DAYS),
            "Counts are whole until": table["whole_until"].dt.strftime(_DAYS),
        }
    )


def _silences(table: pd.DataFrame) -> pd.DataFrame:
    if table.empty:
        return table
    by_county = table["by"] == "county"
    return pd.DataFrame(
        {
            "Reporter": table["reporter"].where(~by_county, table["reporter"].map(counties())),
            "Events": table["events"],
            "Silent from": table["silent_from"].dt.strftime(_DAYS),
            "until": table["silent_until"].dt.strftime(_DAYS),
            "Days": table["days"],
            "q": table["q"].map("{:.2g}".format),
        }
    )


def _piles(table: pd.DataFrame) -> pd.DataFrame:
    if table.empty:
        return table
    return pd.DataFrame(
        {
            "In": table["area"],
            "Records": table["records"],
            "Share": _percent(table["share"]),
            "Stands for": table["stands_for"].replace("", "one place"),
        }
    )


def _few(table: pd.DataFrame) -> pd.DataFrame:
    if table.empty:
        return table
    few = table.head(50)
    return pd.DataFrame(
        {
            "County": few["name"] + ", " + few["state"],
            "Events": few["events"],
            "Expected": few["expected"].round(1),
            "q": few["q"].map("{:.2g}".format),
        }
    )


def _bounds(table: pd.DataFrame) -> pd.DataFrame:
    if table.empty:
        return table
    return pd.DataFrame(
        {
            "Withheld": table["suppressed"],
            "Not there": table["missing"],
            "Sum of those shown": table["shown"],
            "True total, at least": table["lower"],
            "at most": table["upper"],
        }
    )
