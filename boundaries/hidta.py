"""HIDTAs: sets of designated counties that change, derived from a log of events as of a year.

The log is compiled from public texts and is not an official list. Confidence A: the text was seen;
B: the row may be stale, or the HIDTA was inferred. Reservations and Alaska's judicial districts,
which are no counties, are not in it.
"""

import re
from collections.abc import Iterable
from functools import cache
from typing import Final

import geopandas as gpd
import pandas as pd

from boundaries import load
from boundaries.registry import DATA
from geo.errors import BoundaryError

STRATEGY: Final = (
    "Appalachia", "Atlanta/Carolinas", "Chicago", "Indiana", "Liberty Mid-Atlantic", "Michigan",
    "New England", "New York/New Jersey", "Ohio", "Washington/Baltimore",
)  # fmt: skip
OFFICIAL: Final = "Official list given by the user"

_IN_PART: Final = "Checked in part"
_WORTH: Final = {  # the first sign found decides
    "over-complete": "Some counties are no longer in",
    "incomplete": "Counties are missing",
    "may miss": _IN_PART,
    "not excluded": _IN_PART,
    "unknown": _IN_PART,
    "probably complete": "Probably complete",
    "complete": "Complete",
}
_COLUMNS: Final = ["geoid", "hidta", "since", "confidence", "citation"]


@cache
def names() -> tuple[str, ...]:
    """Names of the HIDTAs in the log, sorted."""
    return tuple(sorted(_events()["hidta"].unique()))


def strategy_hidtas() -> tuple[str, ...]:
    """Names of the ten HIDTAs the strategy began with."""
    return STRATEGY


@cache
def newest_year() -> int:
    """Year of the last event of the log."""
    return int(_events()["year"].max())


@cache
def members(as_of: int | None = None) -> pd.DataFrame:
    """Counties designated as of the end of a year.

    An event without a year holds for every year: a county designated in an unknown year is always
    in, one removed in an unknown year always out.

    Parameters
    ----------
    as_of : int or None
        Year; None: everything the log knows.

    Returns
    -------
    DataFrame
        geoid, hidta, since (year, <NA> when unknown), confidence ("A" or "B") and citation, one row
        a county, sorted by hidta and geoid.
    """
    log = _events()
    if as_of is not None:
        log = log[log["year"].isna() | (log["year"] <= as_of)]
    removal = log["action"] == "removed"
    # Undated: a designation before, a removal after everything that has a year.
    when = log["year"].astype("float64")
    when = when.mask(log["year"].isna(), removal.map({True: float("inf"), False: float("-inf")}))
    log = log.assign(when=when).sort_values("when", kind="stable")
    last = log.drop_duplicates(["geoid", "hidta"], keep="last")
    last = last[last["action"] == "designated"].rename(columns={"year": "since"})
    return last[_COLUMNS].sort_values(["hidta", "geoid"], ignore_index=True)


def with_official(hidta: str, geoids: Iterable[str], as_of: int | None = None) -> pd.DataFrame:
    """`members`, with one HIDTA's counties replaced by the official list of its user.

    Parameters
    ----------
    hidta : str
        A name of the log, or a new one.
    geoids : iterable of str
        Five-digit county codes.
    as_of : int or None
        Year for the other HIDTAs.

    Raises
    ------
    BoundaryError
        The list is empty, or a code is no county's.
    """
    codes = sorted(set(geoids))
    unknown = sum(code not in load.counties().index for code in codes)
    if not codes or unknown:
        raise BoundaryError(
            f"{unknown} of the {len(codes)} county codes on the list are unknown.",
            "Give five-digit county codes, with Connecticut's counties of before 2022.",
        )
    others = members(as_of)
    official = pd.DataFrame(
        {"geoid": codes, "hidta": hidta, "confidence": "A", "citation": OFFICIAL}
    )
    official["since"] = pd.array([pd.NA] * len(codes), dtype="Int64")
    both = pd.concat([others[others["hidta"] != hidta], official[_COLUMNS]])
    return both.sort_values(["hidta", "geoid"], ignore_index=True)


def counties_of(hidta: str, as_of: int | None = None) -> tuple[str, ...]:
    """Geoids of one HIDTA's counties, sorted.

    Raises
    ------
    BoundaryError
        No HIDTA of the log has this name.
    """
    if hidta not in names():
        raise BoundaryError("A HIDTA is not known.", f"Choose from: {', '.join(names())}.")
    listed = members(as_of)
    return tuple(listed.loc[listed["hidta"] == hidta, "geoid"])


def polygons(as_of: int | None = None, listed: pd.DataFrame | None = None) -> gpd.GeoDataFrame:
    """One shape a HIDTA, dissolved from its counties at full detail.

    Parameters
    ----------
    as_of : int or None
        Year; None: everything the log knows.
    listed : DataFrame or None
        Members to draw instead, from `with_official`.

    Returns
    -------
    GeoDataFrame
        Indexed by hidta, sorted, EPSG:4326: counties (number), confidence ("A" when every county's
        text was seen, else "B"), share_b (0..1, of its counties), years ("1990-2024") and
        judgement (what the list is worth).
    """
    listed = members(as_of) if listed is None else listed
    return _dissolved(listed, load.counties(), ["hidta"])


def parts(as_of: int | None = None, listed: pd.DataFrame | None = None) -> gpd.GeoDataFrame:
    """Simplified shapes for display, the sure and the doubtful counties of each HIDTA apart.

    Returns
    -------
    GeoDataFrame
        As `polygons`, indexed by hidta and confidence.
    """
    listed = members(as_of) if listed is None else listed
    return _dissolved(listed, load.display_counties(), ["hidta", "confidence"])


def judgements() -> pd.DataFrame:
    """Give what the list of each HIDTA is worth: published_count and judgement, by hidta."""
    table = _csv("hidta_summary.csv").set_index("hidta")
    return table[["published_count", "judgement"]]


def worth(hidta: str) -> str:
    """Give in a few words what the list of a HIDTA is worth, from its judgement.

    Examples
    --------
    >>> worth("Liberty Mid-Atlantic"), worth("New England"), worth("West Texas")
    ('Complete', 'Counties are missing', 'Complete as of 2008')
    """
    text = judgements()["judgement"].get(hidta, "").lower()
    if dated := re.search(r"\bcomplete as of (?:the page \()?(\d{4})", text):
        return f"Complete as of {dated[1]}"
    for sign, meaning in _WORTH.items():
        if sign in text:
            return meaning
    return _IN_PART


def _dissolved(listed: pd.DataFrame, shapes: gpd.GeoDataFrame, by: list[str]) -> gpd.GeoDataFrame:
    drawn = gpd.GeoDataFrame(
        listed, geometry=shapes.geometry.reindex(listed["geoid"]).to_numpy(), crs=4326
    )
    groups = listed.groupby(by)
    years = groups["since"].agg(_span)
    table = pd.DataFrame(
        {
            "counties": groups.size(),
            "confidence": groups["confidence"].max(),
            "share_b": groups["confidence"].agg(lambda letters: float((letters == "B").mean())),
            "years": years,
        }
    )
    hidta = table.index.get_level_values("hidta")
    table["judgement"] = judgements()["judgement"].reindex(hidta).fillna("").to_numpy()
    geometry = drawn[[*by, "geometry"]].dissolve(by, method="coverage").geometry
    return gpd.GeoDataFrame(table, geometry=geometry.reindex(table.index), crs=4326)


def _span(years: pd.Series) -> str:
    known = years.dropna()
    if known.empty:
        return "year unknown"
    first, last = int(known.min()), int(known.max())
    return str(first) if first == last else f"{first}-{last}"


@cache
def _events() -> pd.DataFrame:
    log = _csv("hidta_events.csv").rename(columns={"county_fips": "geoid"})
    return log.assign(year=pd.to_numeric(log["year"]).astype("Int64"))


def _csv(name: str) -> pd.DataFrame:
    try:
        return pd.read_csv(DATA / name, dtype="str", keep_default_na=True)
    except (OSError, ValueError) as error:
        raise BoundaryError(
            f"The shipped file {name} is missing or damaged.",
            "Restore the folder boundaries/data from the repository.",
        ) from error
