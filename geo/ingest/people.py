"""Age and sex of a person, from numbers, bands and words."""

import re
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.ingest.columns import Mapping
from geo.ingest.counts import numbers
from geo.ingest.notes import note
from geo.schema import AGE, SEX, Note

_OLDEST: Final = 120
_OPEN_BAND: Final = 5.0  # "80+" is read as 85, the middle of a band of ten years
_DAYS_A_YEAR: Final = 365.25
_PER_YEAR: Final = {
    "y": 1.0, "m": 12.0, "w": _DAYS_A_YEAR / 7, "d": _DAYS_A_YEAR, "h": 8766.0, "min": 525_960.0,
}  # fmt: skip
_NEMSIS_UNITS: Final = {
    "2516001": "d", "2516003": "h", "2516005": "min", "2516007": "m", "2516009": "y",
}  # fmt: skip
"""Codes of NEMSIS v3 (element ePatient.16) for days, hours, minutes, months and years."""
_BAND = re.compile(r"^(\d{1,3}(?:\.\d+)?)\s*(?:-|\u2013|to|through|thru)\s*(\d{1,3}(?:\.\d+)?)")
_UNDER = re.compile(r"^(?:<|under|less than|younger than|below)\s*(\d{1,3})")
_OVER = re.compile(
    r"^(?:>=?|\u2265|over|older than)?\s*(\d{1,3})\s*(?:\+|and (?:over|older|up)|or)?"
)
_AGE = re.compile(r"^(\d{1,3}(?:\.\d+)?)\s*(y|m|w|d|h)?")
_SEX: Final = {
    "f": "F", "female": "F", "woman": "F", "girl": "F", "9906001": "F",
    "m": "M", "male": "M", "man": "M", "boy": "M", "9906003": "M",
    "x": "X", "nonbinary": "X", "non-binary": "X", "intersex": "X", "another gender": "X",
    "other": "X", "transgender": "X", "female-to-male, transgender male": "X",
    "male-to-female, transgender female": "X",
}  # fmt: skip
"""Words, and the codes of NEMSIS v3.4 (element ePatient.13), for the three letters."""


_ISO_SEX: Final = {"1": "M", "2": "F"}


def age_of(text: str) -> float:
    """Years a text says, the middle of a band; NaN when it says none.

    A band of whole years ends with the last day of its last year: 30-39 has its middle at 35.

    Examples
    --------
    >>> age_of("34"), age_of("30 - 39"), age_of("80+"), age_of("18 months"), age_of("<1")
    (34.0, 35.0, 85.0, 1.5, 0.5)
    >>> age_of("unknown"), age_of("999")
    (nan, nan)
    """
    low = re.sub(r"^(?:ages?|aged)\s+|\s*(?:years?|yrs?)(?:\s+old)?(?=\s|$|-)", "", text.lower())
    low = low.strip()
    band = _BAND.match(low)
    if band:
        first, last = float(band[1]), float(band[2])
        middle = (first + min(last, _OLDEST) + 1) / 2
        open_ended = first >= 65 and last >= 99  # "80-130" is "80 and over"
        age = first + _OPEN_BAND if open_ended else middle
        return age if first <= last and first <= _OLDEST else float("nan")
    under = _UNDER.match(low)
    if under:
        return float(under[1]) / 2
    if re.search(r"\+|over|older|^>|\u2265|and up", low):
        over = _OVER.match(low)
        return float(over[1]) + _OPEN_BAND if over and int(over[1]) <= _OLDEST else float("nan")
    found = _AGE.match(low)
    if not found:
        return float("nan")
    age = float(found[1]) / _PER_YEAR[found[2] or "y"]
    return age if age <= _OLDEST else float("nan")


def read_people(
    text: pd.DataFrame, mapping: Mapping, rows: NDArray[np.int64], notes: list[Note]
) -> pd.DataFrame:
    """Age in years and sex of the person of each row; index of `text`.

    Where a file gives the ends of a band in two columns, the age is its middle; where it gives the
    unit in a column of its own ("Months"), that is used.
    """
    table = pd.DataFrame(index=text.index)
    table[AGE] = _read_age(text, mapping, rows, notes)
    column = mapping.column("sex")
    table[SEX] = "" if column is None else _read_sex(text[column], column, rows, notes)
    return table.astype({SEX: "str"})


def _read_age(
    text: pd.DataFrame, mapping: Mapping, rows: NDArray[np.int64], notes: list[Note]
) -> pd.Series:
    column = mapping.column("age")
    if column is None:
        return pd.Series(np.nan, index=text.index)
    said = text[column]
    end = mapping.column("age_end")
    if end is not None:
        both = (text[column] != "") & (text[end] != "")
        said = said.where(~both, text[column] + "-" + text[end])
    age = said.map({value: age_of(str(value)) for value in said.unique()}).astype("float64")
    unit = mapping.column("age_unit")
    if unit is None:
        return age
    per_year = text[unit].map({value: _per_year(str(value)) for value in text[unit].unique()})
    plain = numbers(said)
    unclear = (per_year.isna() & plain.notna()).to_numpy()
    if unclear.any():
        words = f'{{n}} with a number in "{unit}" that is no unit of age known here: age unknown.'
        notes.append(note(words, unclear, rows))
    scaled = (plain / per_year).where(lambda years: years.between(0, _OLDEST))
    return age.where((per_year == 1.0) | plain.isna(), scaled)


def _per_year(unit: str) -> float:
    """How many of a unit make a year: 1 where it is blank or in unknown words, NaN for a code."""
    low = re.sub(r"\.0+$", "", unit.strip().lower())
    code = re.match(r"\d+", low)
    if code:
        return _PER_YEAR.get(_NEMSIS_UNITS.get(code[0], ""), float("nan"))
    return _PER_YEAR.get("min" if low.startswith("min") else low[:1], 1.0)


def _read_sex(
    answers: pd.Series, column: str, rows: NDArray[np.int64], notes: list[Note]
) -> pd.Series:
    """Sex in letters; of numbers only 1 and 2 side by side are read, as male and female."""
    plain = {value: re.sub(r"\.0+$", "", str(value).strip().lower()) for value in answers.unique()}
    known = {value: _SEX.get(word, "") for value, word in plain.items()}
    codes = {value: word for value, word in plain.items() if re.fullmatch(r"-?\d{1,3}", word)}
    if {"1", "2"} <= set(codes.values()) and not any(known.values()):
        known |= {value: _ISO_SEX.get(word, "") for value, word in codes.items()}
        words = f'In "{column}" 1 was read as male and 2 as female (ISO 5218): check the codebook.'
        notes.append(Note(words, "warning"))
    unread = answers.isin({value for value in codes if not known[value]}).to_numpy()
    if unread.any():
        words = f'{{n}} with a number in "{column}" that says no sex here: unknown.'
        notes.append(note(words, unread, rows))
    return answers.map(known)
