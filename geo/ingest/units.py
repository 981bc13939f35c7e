"""Quantities seized, their units, and grams where the unit is one of mass."""

import re
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.ingest.columns import Comma
from geo.ingest.commas import numbers_written
from geo.ingest.counts import numbers
from geo.ingest.notes import note
from geo.schema import MASS_G, QUANTITY, UNIT, Note
from geo.seized import GRAMS

PENDING: Final = "XX"
"""NIBRS: not reported, the laboratory has not answered."""

_MILLIGRAM: Final = "MG"
_WORDS: Final = {
    "GM": "gm gms g gr gram grams gramme grammes",
    "KG": "kg kgs kilo kilos kilogram kilograms kilogramme kilogrammes",
    "OZ": "oz ozs ounce ounces",
    "LB": "lb lbs pound pounds",
    "ML": "ml mls milliliter milliliters millilitre millilitres",
    "LT": "lt ltr l liter liters litre litres",
    "FO": "fo floz fluid-ounce fluid-ounces fl-oz",
    "GL": "gl gal gals gallon gallons",
    "DU": (
        "du dose doses dosage-unit dosage-units unit units pill pills tablet tablets tab tabs "
        "capsule capsules bag bags pieces piece each ea count hit hits strip strips patch patches"
    ),
    "NP": "np plant plants number-of-plants",
    PENDING: "xx not-reported pending lab-pending",
    _MILLIGRAM: "mg mgs milligram milligrams",
}
_CODES: Final = {
    word.replace("-", " "): code for code, words in _WORDS.items() for word in words.split()
}
_UNCLEAR_IN_NAMES: Final = frozenset({"g", "gr", "l", "gl", "each", "count", "unit", "units", "du"})
_IMPLIED: Final = r"0\d{11}"
"""NIBRS: nine digits and three decimals without a point; nobody writes a whole number so."""
_TRAILING = re.compile(r"^\s*[\d.,]+\s*([A-Za-z][A-Za-z .]*?)\.?\s*$")


def unit_code(text: str) -> str:
    """NIBRS code of a unit in words, "MG" for milligrams, "" when it is none that is known.

    Examples
    --------
    >>> unit_code("Kilograms"), unit_code("lbs."), unit_code("DU"), unit_code("bundles")
    ('KG', 'LB', 'DU', '')
    """
    plain = re.sub(r"[^a-z]+", " ", text.lower()).strip()
    found = _CODES.get(plain, "")
    if found:
        return found
    inside = {_CODES.get(word, "") for word in plain.split()} - {""}
    return inside.pop() if len(inside) == 1 and "fl" not in plain.split() else ""


def unit_in_name(column: str) -> str:
    """Give the unit a column name carries, such as "Sum Qty (lbs)"; "" when it carries none.

    Examples
    --------
    >>> unit_in_name("Sum Qty (lbs)"), unit_in_name("quantity_kg"), unit_in_name("Drug Quantity")
    ('LB', 'KG', '')
    >>> unit_in_name("Heroin_DU"), unit_in_name("hash g"), unit_in_name("Oxycodone 30 mg tablets")
    ('DU', 'GM', 'DU')
    """
    bracket = re.search(r"[(\[]([^)\]]+)[)\]]", column)
    if bracket and unit_code(bracket[1]):
        return unit_code(bracket[1])
    words = re.split(r"[^a-z]+", re.sub(r"(?<=[a-z])(?=[A-Z])", " ", column).lower())
    found = {_CODES[word] for word in words if word in _CODES and word not in _UNCLEAR_IN_NAMES}
    if not found:
        dosage = {"dosage", "dosages"} & set(words) and {"unit", "units"} & set(words)
        return "DU" if dosage else {"g": "GM", "du": "DU"}.get(words[-1], "")
    found -= {_MILLIGRAM} if "DU" in found else set()  # the strength of each tablet
    return found.pop() if len(found) == 1 else ""


def share_known(filled: pd.Series) -> float:
    """Share of the cells that name a unit, 0..1."""
    counted = filled.value_counts(normalize=True)
    return float(sum(share for value, share in counted.items() if unit_code(str(value))))


def read_column(  # noqa: PLR0913, PLR0917  (cells, how they are written, where to say what is odd)
    text: pd.DataFrame,
    column: str,
    unit_column: str | None,
    comma: Comma,
    rows: NDArray[np.int64],
    notes: list[Note],
) -> pd.DataFrame:
    """Quantity, unit and grams in each cell of a column; `comma` says what a comma does in it.

    The unit is that of the unit column, else one written behind the number, else one in the name of
    the quantity's column. Doses, plants and volumes never become grams; what is not a unit gives no
    mass; "XX" (the laboratory has not answered) gives no quantity, nor does a unit that contradicts
    the name of the column. Twelve digits that begin with 0 are nine and three decimals, as in NIBRS
    files. All five are noted.

    Returns
    -------
    DataFrame, shape (n, 3)
        `quantity` (in the unit), `unit` (NIBRS code), `mass_g`; index of `text`.
    """
    behind, number = _behind(text[column])
    quantity = _of_digits(number, column, comma, rows, notes)
    quantity = quantity.where(quantity >= 0)
    vague = (quantity.isna() & (text[column] != "")).to_numpy()
    if vague.any():
        words = f'{{n}} with "{column}" below zero, a limit or no number: missing, not zero.'
        notes.append(note(words, vague, rows))
    given = _map(behind)
    named = pd.Series("", index=text.index, dtype="str")
    if unit_column is not None:
        named = text[unit_column].str.strip()
        given = _map(named).where(lambda code: code != "", given)
    from_name = unit_in_name(column)
    unit = given.where((given != "") | (named != ""), from_name)
    against = ((from_name != "") & (unit != "") & (unit != from_name)).to_numpy()
    if against.any():
        words = (
            f'{{n}} with another unit than the name of "{column}" says: which one is right is not '
            "known, so the quantity is left out."
        )
        notes.append(note(words, against, rows))
        quantity = quantity.mask(against)
    unknown = ((unit == "") & ((named != "") | (behind != "") | quantity.notna())).to_numpy()
    if unknown.any():
        words = f'{{n}} with "{column}" in no known unit of mass or volume: no grams.'
        notes.append(note(words, unknown, rows))
    pending = (unit == PENDING).to_numpy()
    if pending.any():
        words = "{n} with the quantity not reported or still at the laboratory: missing, not zero."
        notes.append(note(words, pending, rows))
    quantity = quantity.mask(pending)
    small = unit == _MILLIGRAM
    quantity, unit = quantity.where(~small, quantity / 1000), unit.where(~small, "GM")
    counted = (unit.isin(["DU", "NP"]) & quantity.notna()).to_numpy()
    if counted.any():
        words = "{n} with doses or plants: counted, never turned into grams."
        notes.append(note(words, counted, rows, warn=False))
    mass = quantity * unit.map(GRAMS).astype("float64")
    return pd.DataFrame({QUANTITY: quantity, UNIT: unit.astype("str"), MASS_G: mass})


def _behind(cells: pd.Series) -> tuple[pd.Series, pd.Series]:
    """Words behind numbers, "" without, and what stands before them, else the whole cell."""
    behind, number = pd.Series("", index=cells.index, dtype="str"), cells.copy()
    lettered = cells[cells.str.contains("[A-Za-z]", regex=True)]
    words = lettered.str.extract(_TRAILING.pattern)[0].dropna()
    behind[words.index] = words
    number[words.index] = lettered[words.index].str.extract(r"([\d.,]+)")[0]
    return behind, number


def _of_digits(
    text: pd.Series, column: str, comma: Comma, rows: NDArray[np.int64], notes: list[Note]
) -> pd.Series:
    """Numbers in text, with the three decimals that files of NIBRS leave to be known."""
    quantity = numbers_written(text, comma) if comma else numbers(text)
    implied = text.str.strip().str.fullmatch(_IMPLIED)
    if implied.any():
        words = (
            f'{{n}} with twelve digits in "{column}", read as nine and three decimals, as NIBRS '
            "files write quantities: 000000012500 is 12.5."
        )
        notes.append(note(words, implied.to_numpy(dtype=bool), rows))
    return quantity.where(~implied, quantity / 1000)


def _map(column: pd.Series) -> pd.Series:
    return column.map({value: unit_code(str(value)) for value in column.unique()}).astype("str")
