"""Rows that share a number and are different events: in other places, or hours apart."""

import re
from collections.abc import Callable, Iterable
from collections.abc import Mapping as MappingOf
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.geocoding.gazetteer import zip5
from geo.geocoding.names import county_base_key, mapped, place_key, words
from geo.ingest.days import WHEN
from geo.ingest.places import ADDRESS, CITY, COUNTY, FIPS, STATE, ZIP
from geo.ingest.words import RESIDENCE
from geo.schema import LAT, LON, TIME_PRECISION

_FAR_DEGREES: Final = 0.02  # about 2 km: lines of one incident may be geocoded a little apart
_HOURS_APART: Final = 2
_NO_DIGITS: Final = re.compile(r"^\D+$|^0$")
_YEAR: Final = re.compile(r"\b(?:(?:19|20)\d\d|\d\d)\b")
_NOTHING: Final = re.compile(r"^[\W_]*$|^(?:0[\W_]*){2,}$|^(?:9[\W_]*){4,}$")
_CUT: Final = re.compile(r"\d([.,]\d+)?e\+\d+$")
"""A long number as a spreadsheet shows it: others are shown alike, the rest of it is lost."""

_PLACEHOLDER: Final = re.compile(
    r"\b(?:pending|tb[ad]|unknown|unk|none|null|nan|n/?a|missing|blank|unassigned|unavailable|"
    r"not (?:yet )?(?:assigned|available|applicable|known|given|issued|entered)|no (?:number|case|"
    r"id|num|report)|to be (?:determined|assigned|announced)|test|void|x{2,}|see \w+)\b|^x$|#ref|#n"
)
_MAYBE: Final = r"(?i)pend|tb[ad]|un|no|na|n/a|miss|blank|to be|test|void|see|x"
_TYPES: Final = frozenset({
    "ST", "STREET", "AVE", "AVENUE", "RD", "ROAD", "DR", "DRIVE", "BLVD", "LN", "LANE", "CT", "PL",
    "COURT", "PLACE", "HWY", "HIGHWAY", "BLOCK", "OF", "N", "S", "E", "W", "NORTH", "SOUTH", "EAST",
    "WEST", "APT", "UNIT", "AND", "AT",
})  # fmt: skip


def is_placeholder(number: str) -> bool:
    """Whether a text stands where a case number is still to come.

    Examples
    --------
    >>> [is_placeholder(text) for text in ("PENDING", "00-0000", "2024-TBD", "99999", "24-0017")]
    [True, True, True, True, False]
    >>> is_placeholder("2.02E+11")
    True
    """
    low = number.strip().lower()
    if _NOTHING.match(low) or _CUT.match(low):
        return True
    return bool(_PLACEHOLDER.search(low)) and not re.search(r"\d", _YEAR.sub("", low))


def placeholders(numbers: pd.Series) -> pd.Series:
    """Rows with a placeholder, at a look at those alone that may be one."""
    odd = ~numbers.str.contains("[1-8]", regex=True) | numbers.str.contains(_MAYBE, regex=True)
    odd |= numbers.str.contains("[eE][+]", regex=True)
    return _at(numbers, odd & (numbers != ""), is_placeholder)


def without_digits(numbers: pd.Series) -> pd.Series:
    """Rows with a text that has no digit but a lone zero, as hardly any number of a case."""
    odd = ~numbers.str.contains("[1-9]", regex=True) & (numbers != "")
    return _at(numbers, odd, lambda number: bool(_NO_DIGITS.match(number)))


def _at(numbers: pd.Series, odd: pd.Series, test: Callable[[str], bool]) -> pd.Series:
    """Rows among the odd ones whose text passes a test."""
    found = pd.Series(data=False, index=numbers.index)
    if odd.any():
        known = {value: test(str(value)) for value in numbers[odd].unique()}
        found[odd] = numbers[odd].map(known).astype(bool)
    return found


def parts_of(
    keys: pd.Series, table: pd.DataFrame, places: MappingOf[str, pd.DataFrame]
) -> pd.Series:
    """Tell rows of one key apart that are in different places or more than two hours apart.

    Parameters
    ----------
    keys : Series of str, shape (n,)
        Number and day.
    table : DataFrame, shape (n, ...)
        With `when` and `time_precision`.
    places : mapping of str to DataFrame
        `places.PLACE_COLUMNS` by role. Homes do not count: victims of one incident have several.

    Returns
    -------
    Series of str, shape (n,)
        "" for rows of a key that do not differ, else letters that are the same in one place. A row
        that does not say where it was goes with the first of its key that does.
    """
    part = pd.Series("", index=keys.index, dtype="str")
    repeated = keys.duplicated(keep=False).to_numpy()
    if not repeated.any():
        return part
    group, _ = pd.factorize(keys[repeated])
    size = int(group.max()) + 1
    most = np.ones(size, dtype=np.int64)
    chosen = np.full(len(group), "", dtype=object)
    for texts in _said(table[repeated], _best_places(places, repeated), group):
        value, _ = pd.factorize(texts)
        value = np.where(texts == "", -1, value)
        known = value >= 0
        pairs = np.unique(np.stack([group[known], value[known]]), axis=1)
        distinct = np.bincount(pairs[0], minlength=size)
        more = distinct > most
        most = np.maximum(most, distinct)
        chosen = np.where(more[group], texts, chosen)
    differing = (most > 1)[group]
    if not differing.any():
        return part
    blank = differing & (chosen == "")
    firsts = pd.Series(chosen[differing & ~blank]).groupby(group[differing & ~blank]).first()
    chosen[blank] = firsts.reindex(group[blank]).to_numpy()
    letters = pd.util.hash_array(np.array(chosen, dtype=object)) % 16**6
    part[repeated] = [f"{n:06x}" if d else "" for n, d in zip(letters, differing, strict=True)]
    return part


def _best_places(
    places: MappingOf[str, pd.DataFrame], rows: NDArray[np.bool_]
) -> pd.DataFrame | None:
    """Places of the best role that is no home."""
    return next((found[rows] for role, found in places.items() if role != RESIDENCE), None)


def _said(
    table: pd.DataFrame, places: pd.DataFrame | None, group: NDArray[np.intp]
) -> Iterable[NDArray[np.object_]]:
    """Yield what rows say of where and when they were, field by field; "" when nothing."""
    if places is not None:
        yield _points(places, group)
        yield _text(mapped(places[ADDRESS], _street))
        yield _text(mapped(places[ZIP], zip5))
        yield _text(mapped(places[CITY], place_key))
        yield _text(places[FIPS])
        yield _text(mapped(places[COUNTY], county_base_key))
        yield _text(places[STATE])
    timed = (table[TIME_PRECISION] == "minute").to_numpy()
    when = table[WHEN].to_numpy(dtype="datetime64[s]")
    hours = np.where(timed, when.astype("datetime64[h]").astype(np.int64), np.nan)
    texts = np.array([f"{hour:.0f}" for hour in hours], dtype=object)
    seconds = np.where(timed, when.astype(np.int64), np.nan)
    yield np.where(timed & (_spread(seconds, group) > _HOURS_APART * 3600), texts, "")


def _text(column: pd.Series) -> NDArray[np.object_]:
    texts: NDArray[np.object_] = column.to_numpy(dtype=object)
    return texts


def _street(address: str) -> str:
    """House number and longest word: "12 N Oak St" and "12 OAK STREET" are one address."""
    said = [word for word in words(address).split() if word not in _TYPES]
    number = said[0] if said and said[0].isdigit() else ""
    named = [word for word in said if word.isalpha()]
    return f"{number} {max(named, key=len)}" if named else number


def _points(places: pd.DataFrame, group: NDArray[np.intp]) -> NDArray[np.object_]:
    lon, lat = places[LON].to_numpy(dtype=float), places[LAT].to_numpy(dtype=float)
    far = (_spread(lon, group) > _FAR_DEGREES) | (_spread(lat, group) > _FAR_DEGREES)
    use = far & np.isfinite(lon) & np.isfinite(lat)
    texts = np.full(len(lon), "", dtype=object)
    texts[use] = [f"{x:.2f} {y:.2f}" for x, y in zip(lon[use], lat[use], strict=True)]
    return texts


def _spread(values: NDArray[np.float64], group: NDArray[np.intp]) -> NDArray[np.float64]:
    """Largest minus smallest value within the group of each row; 0 where none is known."""
    grouped = pd.Series(values).groupby(group)
    spread = (grouped.max() - grouped.min()).fillna(0.0).to_numpy(dtype=float)
    of_rows: NDArray[np.float64] = spread[group]
    return of_rows
