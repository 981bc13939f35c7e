"""What the values of a column say about the field its name suggests."""

import re
from collections.abc import Callable
from typing import Final

import numpy as np
import pandas as pd

from geo.geocoding.names import state_codes
from geo.ingest import dates, drugs, outcomes, units, weeks
from geo.ingest.counts import count_numbers
from geo.ingest.degrees import unmistakable
from geo.ingest.footnotes import without_marks
from geo.ingest.periods import read_periods

_SUPPRESSED = re.compile(
    r"^(suppressed|unreliable|missing|not available|unavailable|confidential|redacted|hidden|"
    r"n/?a|null|none|nan|\*+|[-\u2013\u2014]+|\.+|[<≤]\s*\d+\*?|\d+\s*(?:[-\u2013]|to)\s*\d+|"
    r"fewer than.*|less than.*)$",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"^-?\d{1,3}(,\d{3})+(\.\d+)?$|^-?\d*[.,]?\d+$")
_COUNTY_SAID: Final = (
    r"(?i)\w (?:county|parish|borough|census area|municipio|municipality)(?:,\s*[a-z .]{2,20})?$"
)
_SAMPLED: Final = 2000
_ENOUGH_LETTERS: Final = 1000  # of a cell: a whole report costs minutes
_SAID_FIPS: Final = 0.9
_SAID_ADDRESS: Final = 0.9
_SEEN: Final = 0.7
"""How sure the cells make what the name leaves open."""
_NEARLY_ALL: Final = 0.9
_LARGEST_M: Final = 1e8
"""No easting or northing is larger, be it in feet."""
_NEEDED: Final = {
    "drug": 0.02,
    "narrative": 0.02,
    "outcome": 0.2,
    "outcome_asked": 0.8,
    "outcome_said": 0.8,
}
"""Share of the cells that must fit, where it is less than half: free text says it now and then."""


_BY_CELLS: Final = {
    **dict.fromkeys(("outcome_asked", "outcome_said", "outcome_coded"), "outcome"),
    "narrative": "drug",
    **dict.fromkeys(("case_code", "lab_id", "exhibit_id"), "record_id"),
}
"""What names may mean that say little: "Status" may be that of a report. The cells must say it."""


def confirm(field: str, confidence: float, column: pd.Series) -> tuple[str, float]:
    """Field and confidence after a look at the values; "" when they say it is not so.

    Parameters
    ----------
    field : str
        What the name of the column says.
    confidence : float
        How sure the name is, 0..1.
    column : Series of str
        Its cells; none of them at all leaves the word to the name.

    Examples
    --------
    >>> confirm("city", 0.9, pd.Series(["12", "13"])), confirm("x", 0.6, pd.Series(["-87.6"]))
    (('', 0.0), ('lon', 0.6))
    """
    filled = column[~column.str.lower().isin({"", "null", "nan", "none", "unknown"})]
    if len(column) == 0:
        return {"x": "lon", "y": "lat", "row_id": "", **_BY_CELLS}.get(field, field), min(
            confidence, 0.5 if field in {"x", "y"} else 1.0
        )
    if field == "row_id":  # "Widget ID" is the number of the row when no two are alike
        field = "record_id" if filled.is_unique else ""
    if len(filled) == 0 or not field:
        return "", 0.0
    if len(filled) > _SAMPLED:
        filled = filled.iloc[:: len(filled) // _SAMPLED]
    if field in {"x", "y", "lat", "lon"}:
        return _checked_axis(field, confidence, filled)
    field, confidence = _told_by_cells(field, confidence, filled)
    check = _CHECKS.get(field)
    if field == "county_fips" and confidence < _SAID_FIPS:
        check = _WHOLE_FIPS  # "County Code" may be a state's own numbering
    if check is None:
        return field, confidence
    share = check(filled)
    if share < _needed(field, confidence):
        return "", 0.0
    sure = confidence * (1.0 if share >= 0.9 or field in _NEEDED else 0.7)
    return _BY_CELLS.get(field, field), sure


def _told_by_cells(field: str, confidence: float, filled: pd.Series) -> tuple[str, float]:
    """Field and confidence of what is another field by its cells."""
    if field == "address" and _CHECKS["geo"](filled) >= 0.5:
        return "geo", max(confidence, _SEEN)  # "Location" of data portals
    if field == "county" and _FIPS(filled) >= _NEARLY_ALL:
        return "county_fips", max(confidence, _SAID_FIPS)
    return field, confidence


def _needed(field: str, confidence: float) -> float:
    """Share of the cells that must fit what the name says."""
    if field == "address" and confidence >= _SAID_ADDRESS:
        return 0.1  # camps, boxes and bare streets are addresses too where the name says so
    return _NEEDED.get(field, 0.5)


def _checked_axis(field: str, confidence: float, filled: pd.Series) -> tuple[str, float]:
    """Degrees or projected units, told by the size of the numbers; neither where they are none."""
    value = unmistakable(filled).abs()
    if value.notna().mean() < 0.5:
        return "", 0.0
    easterly = field in {"x", "lon"}
    if (value.dropna() > 400).mean() > 0.5:
        projected = (value.dropna() < _LARGEST_M).mean() > 0.5  # no telephone numbers
        return (("easting" if easterly else "northing"), confidence) if projected else ("", 0.0)
    low, high = (60, 180) if easterly else (15, 72)
    fits = ((value >= low) & (value <= high)).mean()
    return ("lon" if easterly else "lat"), confidence * (1.0 if fits >= 0.8 else 0.6)


def names_counties(column: pd.Series) -> bool:
    """Whether cells say themselves that they are counties: "Bibb County", "Orleans Parish, LA".

    Examples
    --------
    >>> names_counties(pd.Series(["Summit County", "Orleans Parish, LA"]))
    True
    """
    filled = column[column != ""].head(_SAMPLED)
    return bool(len(filled)) and bool(filled.str.contains(_COUNTY_SAID, regex=True).mean() >= 0.8)


def _matches(pattern: str) -> Callable[[pd.Series], float]:
    found = re.compile(pattern)
    return lambda filled: float(
        filled.map(lambda value: bool(found.search(value[:_ENOUGH_LETTERS]))).mean()
    )


def _is_state(filled: pd.Series) -> float:
    return float((state_codes(filled) != "").mean())


def _names_counties(filled: pd.Series) -> float:
    """Share of names; where they are few, of names and codes if hardly a cell is anything else."""
    names = float(filled.str.contains(r"[A-Za-z]{3}", regex=True).mean())
    return names + _FIPS(filled) if names < 0.5 and names + _FIPS(filled) >= _NEARLY_ALL else names


def _is_count(filled: pd.Series) -> float:
    number = without_marks(filled).str.replace(" ", "").str.match(_NUMBER)
    hidden = filled.str.match(_SUPPRESSED)
    return float((number | hidden).mean()) if bool(number.any()) else 0.0


def share_counts(column: pd.Series) -> float:
    """Share of the filled cells that are whole numbers from 0 on, or say that one is withheld.

    0 where there is no number at all, or where a number has decimals: those are rates.

    Examples
    --------
    >>> share_counts(pd.Series(["1,204", "<10", "", "7"])), share_counts(pd.Series(["3.1", "4"]))
    (1.0, 0.0)
    """
    filled = column[~column.str.lower().isin({"", "null", "nan", "none", "unknown"})]
    value = count_numbers(filled)
    known = value.dropna()
    if not len(known) or bool(((known % 1 != 0) | (known < 0)).any()):
        return 0.0
    return float((value.notna() | filled.str.match(_SUPPRESSED)).mean())


def _is_quarter(filled: pd.Series) -> float:
    known = filled.str.fullmatch(r"[1-4](?:\.0)?").astype(bool)
    named = ~np.isnat(read_periods(("2000 " + filled).where(~known, ""))[0])
    named |= ~np.isnat(read_periods(filled.where(~known, ""))[0])
    return float((known.to_numpy() | named).mean())


def _names_drugs(filled: pd.Series) -> float:
    return float((drugs.read_text(filled.iloc[:: max(1, len(filled) // 300)]) != "").mean())


_CHECKS: Final[dict[str, Callable[[pd.Series], float]]] = {
    "date": dates.share_read,
    "geo": _matches(r"-?\d{1,3}\.\d+\D{1,20}-?\d{1,3}\.\d+"),
    "zip": _matches(r"^\d{3,5}(\.0)?(-?\d{4})?$"),
    "county_fips": _matches(r"^\d{1,3}(\.0)?$|^\d{4,5}(\.0)?$"),
    "state_fips": _matches(r"^\d{1,2}(\.0)?$"),
    "state": _is_state,
    "county": _names_counties,
    "city": _matches(r"[A-Za-z]{3}"),
    "address": _matches(
        r"\d.*[A-Za-z]|[&/@]| and |"
        r"^[A-Za-z .']+ (?i:st|street|ave|avenue|rd|road|dr|drive|blvd|ln|lane|hwy|pl|ct|way)\b"
    ),
    "count": _is_count,
    "population": _is_count,
    "quantity": _matches(r"^-?\s*[\d.,]*\d\s*[A-Za-z. ]{0,20}$"),
    "doses": _matches(r"\d|(?i:unk|one|two|none)"),
    "age": _matches(r"\d"),
    "age_end": _matches(r"\d"),
    "year": _matches(r"(19|20)\d\d|(?i:fy)\W{0,2}\d\d"),
    "fiscal_year": _matches(r"\d\d"),
    "state_fiscal_year": _matches(r"\d\d"),
    "quarter": _is_quarter,
    "half": _matches(r"[12]|(?i:first|second)"),
    "month": _matches(r"^(0?[1-9]|1[0-2])(\.0)?$|^[A-Za-z]{3}|(19|20)\d\d"),
    "week": weeks.share_weeks,
    "day": _matches(r"^([1-9]|[12]\d|3[01]|0[1-9])(\.0)?$"),
    "unit": units.share_known,
    **dict.fromkeys(
        ("case_code", "lab_id"), _matches(r"^(?=.*\d)(?=.*[A-Za-z])\S.{0,38}\S$|^\d{3,20}$")
    ),
    "exhibit_id": _matches(r"^(?=.*\d)\S.{2,38}\S$"),  # "1A" is one of a case's
    "outcome": outcomes.share_told,
    "outcome_asked": lambda filled: outcomes.share_said(filled, marked=True),
    "outcome_said": lambda filled: outcomes.share_said(filled, marked=False),
    "outcome_coded": _matches(r"^\d{1,2}(\.0)?$|[a-z]"),
    "agency": _matches(r"[A-Za-z0-9]{2}"),
    "kind": _matches(r"(?i)overdos|seizure|\bod\b"),
    "drug": _names_drugs,
    "narrative": _names_drugs,
}


_WHOLE_FIPS: Final = _matches(r"^\d{4,5}(\.0)?$")
_FIPS: Final = _matches(r"^(?:\d{4,5}(\.0)?|\d\d[13579]|[5-9]\d\d)$")
"""Within a state codes are odd but for independent cities; a numbering of its own is not."""
