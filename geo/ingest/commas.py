"""Whether a comma in quantities parts thousands or stands before decimals: decided once a file."""

from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.ingest.columns import PLACE_ROLES, Comma, Mapping
from geo.ingest.notes import named, note
from geo.schema import LAT, LON, Note

_NUMBER: Final = r"(\d[\d.,]*\d)"
_OPEN: Final = r"[1-9]\d{0,2},\d{3}"
_THOUSANDS: Final = r"[1-9]\d{0,2}(?:,\d{3})+(?:\.\d+)?"
_DECIMAL: Final = r"\d+,\d+|[1-9]\d{0,2}(?:\.\d{3})+(?:,\d+)?"
_POINT: Final = r"\d+\.(?:\d{1,2}|\d{4,})|0\.\d+"
"""Numbers whose point can only stand before decimals: thousands come in threes."""
_COORDINATE: Final = r"\s*-?\d{1,3},\d+\s*"
_SAMPLED: Final = 2000


def comma_of(
    text: pd.DataFrame,
    mapping: Mapping,
    delimiter: str,
    rows: NDArray[np.int64],
    notes: list[Note],
) -> Comma:
    """Tell from all quantities of a file together what a comma in them does.

    "12,5", "0,125" and "1250,375" can only be decimals, "1,234.5" and "1,250,000" only thousands,
    and "12.5" says that decimals have a point. Coordinates with a decimal comma speak for it too.
    One slip does not turn a file: the readings that are possible in one way only are counted. Where
    they do not tell it is as in the file these columns were chosen for, else decimal between
    semicolons. What does not fit is noted with its rows; so is what had to be assumed.

    Parameters
    ----------
    text : DataFrame of str
        The file's cells.
    mapping : Mapping
        Which column is what.
    delimiter : str
        What parts the cells of the file.
    rows, notes
        Row numbers of the file, and where to say what was assumed and what does not fit.
    """
    columns = [*mapping.columns("quantity"), *mapping.columns("drug_quantity")]
    placed = _decimal_coordinates(text, mapping) if columns else 0
    with_comma = np.zeros(len(text), dtype=bool)
    for column in columns:
        with_comma |= text[column].str.contains(",", regex=False).to_numpy(dtype=bool)
    if not (with_comma.any() or placed):
        return ""
    cells = pd.concat([text[column].value_counts() for column in columns])  # each looked at once
    said, times = pd.Series(cells.index).str.extract(_NUMBER)[0].fillna(""), cells.to_numpy()

    def count(which: "pd.Series[bool]") -> int:
        return int(times[which.to_numpy(dtype=bool)].sum())

    is_open, decimal, thousands = (
        said.str.fullmatch(pattern).astype(bool) for pattern in (_OPEN, _DECIMAL, _THOUSANDS)
    )
    only_decimal = decimal & ~thousands & ~said.str.fullmatch(r"\d+\.\d{3}").astype(bool)
    against = count(thousands & ~decimal) + count(said.str.fullmatch(_POINT))
    speak_for = count(only_decimal) + placed
    usual = mapping.comma or ("decimal" if delimiter == ";" or placed else "thousands")
    if usual == "decimal":
        found: Comma = "decimal" if speak_for >= against else "thousands"
    else:  # one "12,5" among many "1,250" is a slip; nobody writes a thousand as "0,125"
        zeros = count(only_decimal & said.str.match(r"0+,"))
        sure = zeros > against or speak_for > against + count(is_open)
        found = "decimal" if sure else "thousands"
    tells = speak_for if found == "decimal" else against
    if is_open.any() and not tells:
        _tell_assumed(found, with_comma, columns, rows, notes)
    _tell_misfits(found, text, columns, rows, notes)
    return found


def numbers_written(text: pd.Series, comma: Comma) -> pd.Series:
    """Numbers of text in which commas do one thing; NaN where a number does not fit.

    Examples
    --------
    >>> numbers_written(pd.Series(["1,250", "0,125", "1.250", "12.5"]), "decimal").tolist()
    [1.25, 0.125, 1250.0, nan]
    >>> numbers_written(pd.Series(["1,250", "0,125", "1,250.5", "12.5"]), "thousands").tolist()
    [1250.0, nan, 1250.5, 12.5]
    """
    plain = text.str.replace(r"[\s\u00a0$%]|lbs?$|kg$", "", regex=True)
    unsigned = plain.str.removeprefix("-")
    if comma == "decimal":
        fits = unsigned.str.fullmatch(rf"\d+|{_DECIMAL}").astype(bool)
        plain = plain.str.replace(".", "").str.replace(",", ".")
    else:
        fits = unsigned.str.fullmatch(rf"[^,]*|{_THOUSANDS}").astype(bool)
        plain = plain.str.replace(",", "")
    value = pd.to_numeric(plain.where(fits, ""), errors="coerce").astype("float64")
    return value.where(np.isfinite(value))


def _decimal_coordinates(text: pd.DataFrame, mapping: Mapping) -> int:
    """Count cells of latitudes and longitudes with a decimal comma, where most have one."""
    found = 0
    for role in PLACE_ROLES:
        for field in (LAT, LON):
            for column in mapping.columns(f"{role}.{field}"):
                cells = text[column].head(_SAMPLED)
                with_comma = int(cells.str.fullmatch(_COORDINATE).sum())
                found += with_comma if 2 * with_comma > int((cells != "").sum()) else 0
    return found


def _tell_assumed(
    found: Comma,
    with_comma: NDArray[np.bool_],
    columns: list[str],
    rows: NDArray[np.int64],
    notes: list[Note],
) -> None:
    """Say how commas were read in a file of which no number tells."""
    one = (
        "stand before decimals (1,250 is one and a quarter)"
        if found == "decimal"
        else "part thousands (1,250 is one thousand two hundred and fifty)"
    )
    words = (
        f"{{n}} with commas in {named(columns)}: they were taken to {one}. Nothing else in the "
        "file tells: please check one quantity."
    )
    notes.append(note(words, with_comma, rows, warn=found == "decimal"))


def _tell_misfits(
    found: Comma,
    text: pd.DataFrame,
    columns: list[str],
    rows: NDArray[np.int64],
    notes: list[Note],
) -> None:
    """Say which rows have numbers that do not fit how the file writes them."""
    odd = np.zeros(len(text), dtype=bool)
    where = []
    for column in columns:
        cells = pd.Series(text[column].unique())
        number = cells.str.extract(_NUMBER)[0].fillna("")
        misfits = cells[(number != "") & numbers_written(number, found).isna()]
        if len(misfits):
            odd |= text[column].isin(misfits).to_numpy(dtype=bool)
            where.append(column)
    if where:
        one = "stands before decimals" if found == "decimal" else "parts thousands"
        words = (
            f"{{n}} with a number in {named(where)} that does not fit the others, in which a comma "
            f"{one}: missing, not zero."
        )
        notes.append(note(words, odd, rows))
