"""Whether naloxone was given, and how often."""

import re
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.ingest.columns import Mapping
from geo.ingest.marks import BLANK, MARKED, NO, YES, missing_codes, plain, read_marks
from geo.ingest.notes import note
from geo.ingest.words import split_words
from geo.schema import DOSES, NALOXONE, Note

_NAMED = re.compile(r"naloxone|narcan|kloxxado|zimhi|evzio|rivive|\b7242\b", re.IGNORECASE)
"""Names of the drug and its products, and its RxNorm code, which NEMSIS uses."""

_DENIED = re.compile(
    r"^(?:no|none|not?\b.*|refused|denied|without.*|n/?a|nothing.*)$|\bno (?:naloxone|narcan)\b|"
    r"not (?:given|administered|used|applicable|recorded)",
    re.IGNORECASE,
)
_UNKNOWN = re.compile(
    r"unk|not (?:recorded|reported|known|documented|applicable)|^n/?a$|^\?+$", re.IGNORECASE
)
_GIVEN = re.compile(
    r"\bgiven\b|administ|\byes\b|\bdoses?\b|\d\s*mg|intranasal|\bused\b", re.IGNORECASE
)
_DOSES = re.compile(
    r"(\d{1,2})\s*(?:x(?=\s*\d|\b)|doses?\b|times\b|admin)|\bx\s*(\d{1,2})\b", re.IGNORECASE
)
_AMOUNT = re.compile(r"\d(?:\.\d+)?\s*(?:mg|mcg|ml|milligram)", re.IGNORECASE)
_NO_AMOUNT = re.compile(r"^0*(?:\.0+)?\s*(?:mg|mcg|ml|milligrams?)?$", re.IGNORECASE)
_BARE: Final = r"\d*\.?\d+"
_MASSES: Final = frozenset({"dosage", "mg", "mgs", "milligram", "milligrams", "mcg", "ml"})
"""Words of headings whose numbers are amounts, not doses."""
_MOST_MG: Final = 76  # 77, 88, 99 and 999 are codes for unknown
_WORDS: Final = {"one": 1, "single": 1, "two": 2, "multiple": np.nan, "three": 3, "four": 4}
_MOST_DOSES: Final = 30


def naloxone_of(text: str, *, medication: bool = False) -> str:
    """Answer in words: "yes", "no" or "unknown".

    Parameters
    ----------
    text : str
        "Y", "Narcan 4mg IN", "2", "not given", or a list of medications.
    medication : bool
        The column lists medications: one that does not name naloxone says that none was given.

    Examples
    --------
    >>> naloxone_of("Narcan 4mg IN"), naloxone_of("0"), naloxone_of("Unknown")
    ('yes', 'no', 'unknown')
    >>> naloxone_of("Ondansetron; oxygen", medication=True)
    'no'
    """
    low = text.strip().lower()
    if not low or low in {"null", "nan", "u"} or (_UNKNOWN.search(low) and not _AMOUNT.search(low)):
        return "unknown"
    if low in NO or _DENIED.search(low) or _NO_AMOUNT.match(low):
        return "no"
    if low in YES | MARKED or _NAMED.search(low):
        return "yes"
    if medication:
        return "no"
    number = re.fullmatch(r"(\d{1,2})(?:\.0+)?\+?", low)
    if number:
        return "yes" if int(number[1]) else "no"
    return "yes" if _GIVEN.search(low) or _DOSES.search(low) else "unknown"


def naloxone_by(cells: pd.Series) -> pd.Series:
    """Answers of a column that says who gave it, or whether a certain one did; index of `cells`.

    Whoever is named gave it, and nobody is a no. Where cells answer with yes, no or a number
    ("Narcan by PD"), a no speaks of that one alone: others may have given it.

    Examples
    --------
    >>> naloxone_by(pd.Series(["EMS", "None", "", "Unknown"])).tolist()
    ['yes', 'no', 'unknown', 'unknown']
    >>> naloxone_by(pd.Series(["Yes", "No"])).tolist()
    ['yes', 'unknown']
    """
    said = {value: plain(value) for value in cells.unique()}
    of_one = any(low in YES | NO | MARKED or low.isdigit() for low in said.values())
    known = {}
    for value, low in said.items():
        found = naloxone_of(low)
        named = re.search("[a-z]{2}", low) and low not in BLANK and not _UNKNOWN.search(low)
        if found == "no" and of_one:
            found = "unknown"
        elif found == "unknown" and named:
            found = "yes"
        known[value] = found
    return cells.map(known).astype("str")


def doses_of(text: str, *, amount: bool = False) -> float:
    """Doses a text says, NaN when it says none; 1 where it gives an amount of one administration.

    Examples
    --------
    >>> doses_of("2"), doses_of("3 doses"), doses_of("4mg IN"), doses_of("NULL")
    (2.0, 3.0, 1.0, nan)
    >>> doses_of("0.4", amount=True), doses_of("0", amount=True)
    (1.0, 0.0)
    >>> doses_of("2x4mg"), doses_of("0 mg")
    (2.0, 0.0)
    """
    low = text.strip().lower()
    if low and _NO_AMOUNT.match(low):
        return 0.0
    said = _DOSES.search(low)
    if said:
        return float(said[1] or said[2])
    number = re.fullmatch(r"(\d+(?:\.\d+)?)\+?", low)
    if number:
        value = float(number[1])
        if amount:
            return float(value > 0)
        return value if value <= _MOST_DOSES and value == int(value) else float("nan")
    if _AMOUNT.search(low):
        return 1.0
    return float(_WORDS.get(low.split()[0], np.nan)) if low else float("nan")


def read_naloxone(
    text: pd.DataFrame, mapping: Mapping, rows: NDArray[np.int64], notes: list[Note]
) -> pd.DataFrame:
    """Whether naloxone was given on each row, and how many doses; index of `text`.

    A column named for an amount ("Medication Dosage", "Narcan (mg)") holds milligrams: each row is
    one dose, which is noted. In a list of medications the doses of other drugs are not counted.
    Doses say that it was given, and
    "no" that there were none. A number that may be a code (9, or 2 where nothing else says no) is
    unknown, and noted.
    """
    column, counted = mapping.column("naloxone"), mapping.column("doses")
    given = pd.Series("unknown", index=text.index, dtype="str")
    doses = pd.Series(np.nan, index=text.index)
    if column is not None:
        listed = not {"naloxone", "narcan"} & set(split_words(column))
        listed = listed and bool(text[column].str.contains(_NAMED).any())
        amount = _is_amount(column)
        answers = _with_unit(text[column]) if amount else text[column]
        values = answers.unique()
        known = {value: naloxone_of(str(value), medication=listed) for value in values}
        given = answers.map(known).astype("str")
        if "by" in split_words(column):
            given = _given_by(text[column], column, rows, notes)
            listed = False
        if not listed:
            given = _without_codes(given, text[column], column, rows, notes)
        inside = {
            value: doses_of(str(value)) if _says_doses(str(value)) else np.nan for value in values
        }
        doses = answers.map(inside).astype("float64").where(given == "yes")
        if amount and counted is None:
            _tell_amounts(text[column], doses, column, rows, notes)
    if counted is not None:
        amount = _is_amount(counted)
        values = text[counted].unique()
        said = text[counted].map({v: doses_of(str(v), amount=amount) for v in values})
        said = said.astype("float64")
        missing = _too_much(text[counted]) if amount else missing_codes(text[counted])
        if missing.any():
            words = f'{{n}} with "{counted}" a code for unknown (as 99 is): no doses counted.'
            notes.append(note(words, missing, rows))
            said = said.mask(missing)
        if column is not None:
            said = said.where(given != "no")
        if amount:
            _tell_amounts(text[counted], said, counted, rows, notes)
        doses = said.where(said.notna(), doses)
        given = given.mask((given == "unknown") & (doses > 0), "yes")
        given = given.mask((given == "unknown") & (doses == 0), "no")
    doses = doses.mask(given == "no", 0.0)
    return pd.DataFrame({NALOXONE: given, DOSES: doses})


def _given_by(
    cells: pd.Series, column: str, rows: NDArray[np.int64], notes: list[Note]
) -> pd.Series:
    given = naloxone_by(cells)
    low = cells.map(plain)
    others = ((given == "unknown") & (low.isin(NO) | (low == "0"))).to_numpy()
    if others.any():
        words = (
            f'{{n}} with no in "{column}", which asks about one giver: unknown, as others may have '
            "given naloxone."
        )
        notes.append(note(words, others, rows))
    return given


def _without_codes(
    given: pd.Series,
    answers: pd.Series,
    column: str,
    rows: NDArray[np.int64],
    notes: list[Note],
) -> pd.Series:
    """Answers without the numbers that are codes: what they mean is told by the whole column."""
    marks = read_marks(answers, tally=True)
    codes = {value for value in answers.unique() if re.fullmatch(r"-?\d+(?:\.0+)?", plain(value))}
    unclear = {value for value in codes if marks.meaning[plain(value)] in {"odd", "unknown"}}
    mask = answers.isin(unclear).to_numpy()
    if _is_amount(column):
        mask = _too_much(answers)
    if mask.any():
        words = (
            f'{{n}} with a number in "{column}" that may be a code and not doses: unknown, never '
            "taken as given."
        )
        notes.append(note(words, mask, rows))
    return given.mask(mask, "unknown")


def _is_amount(column: str) -> bool:
    """Whether a column is named for milligrams and not for doses."""
    in_brackets = re.findall(r"[a-z]+", column.lower())
    return bool(_MASSES & {*split_words(column), *in_brackets})


def _with_unit(amounts: pd.Series) -> pd.Series:
    """Amounts with the unit that only the heading names."""
    return amounts.mask(amounts.str.strip().str.fullmatch(_BARE), amounts + " mg")


def _too_much(amounts: pd.Series) -> NDArray[np.bool_]:
    """Rows with a number no patient is given in milligrams: a code for "unknown"."""
    too_much: NDArray[np.bool_] = (pd.to_numeric(amounts, errors="coerce") > _MOST_MG).to_numpy(
        dtype=bool
    )
    return too_much


def _tell_amounts(
    amounts: pd.Series,
    doses: pd.Series,
    column: str,
    rows: NDArray[np.int64],
    notes: list[Note],
) -> None:
    """Say where an amount was taken for one dose."""
    one = (amounts.str.strip().str.fullmatch(_BARE) & (doses > 0)).to_numpy(dtype=bool)
    if one.any():
        words = (
            f'{{n}} with an amount in "{column}" and no number of doses: counted as one dose each, '
            "however many there were."
        )
        notes.append(note(words, one, rows, warn=False))


def _says_doses(text: str) -> bool:
    plain = bool(re.fullmatch(r"\s*\d{1,2}(?:\.0+)?\s*", text)) and text.strip() not in {"0", "1"}
    return plain or bool(_DOSES.search(text) or _AMOUNT.search(text))
