"""What was seized on each line of a file, drug by drug."""

import re
from typing import Final, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.ingest import drugs, units
from geo.ingest.columns import Comma, Mapping, numbered, share
from geo.ingest.commas import comma_of
from geo.ingest.drug_columns import denies, is_free
from geo.ingest.named_drugs import flag_classes, unit_column_of
from geo.ingest.notes import note
from geo.schema import DRUGS, MASS_G, QUANTITY, UNIT, WRITTEN, Note

LINE: Final = "line"  # int, position of the line in the text

_SOME: Final = re.compile(r"^\s*(?:[<≤]|less than|trace|residue)", re.IGNORECASE)
"""What says that there was some of a drug, though not how much."""

_MORE_THAN_ZERO: Final = r"\s*[\d.,]*[1-9]"

_LONGEST: Final = 200  # letters kept of the words of a file


class _Columns(NamedTuple):
    """Columns that speak of one drug; without a drug's of its own, all drugs of the line."""

    quantity: str
    unit: str | None
    drug: str | None


def read_amounts(  # noqa: PLR0913, PLR0917  (a file, and where to say what is not clear)
    text: pd.DataFrame,
    mapping: Mapping,
    classes: pd.Series,
    delimiter: str,
    rows: NDArray[np.int64],
    notes: list[Note],
) -> pd.DataFrame:
    """Read what was seized on each line, one row a drug; no rows where the file is of overdoses.

    A line has one drug with its quantity and unit, or several in columns that carry numbers ("Drug
    1", "Quantity 1", "Drug 2" ...), or a column for each drug ("Heroin (g)"), where zero says that
    there was none.

    Parameters
    ----------
    text : DataFrame of str
        The file's cells.
    mapping : Mapping
        Which column is what.
    classes : Series of str
        Drug classes of each line, from all its columns of drugs.
    delimiter : str
        What parts the cells of the file: it may tell what commas in numbers do.
    rows, notes
        Row numbers of the file, and where to say what was not clear.

    Returns
    -------
    DataFrame
        `LINE`, `drugs`, `WRITTEN`, `quantity`, `unit`, `mass_g`; in the order of the lines.
    """
    found = []
    if mapping.kind == "seizure":
        comma = comma_of(text, mapping, delimiter, rows, notes)
        named_units = mapping.columns("drug_unit")
        columns, left = _side_by_side(mapping)
        for one in columns:
            found.append(_of_drug(text, one, mapping, classes, comma, rows, notes))
            if left:
                _leave_out(found[-1], text, left, rows, notes)
        _tell_lost_sums(text, mapping, rows, notes)
        found += [
            _of_named(text, column, unit_column_of(column, named_units), comma, rows, notes)
            for column in mapping.columns("drug_quantity")
        ]
    names = [LINE, DRUGS, WRITTEN, QUANTITY, UNIT, MASS_G]
    if not found:
        return pd.DataFrame({name: [] for name in names}).astype({LINE: np.int64})
    if len(found) == 1:
        return found[0][names].reset_index(drop=True)
    both = pd.concat(found, ignore_index=True)[names]
    return both.sort_values(LINE, kind="stable", ignore_index=True)


def with_named(classes: pd.Series, amounts: pd.DataFrame, mapping: Mapping) -> pd.Series:
    """Drug classes of each line with those of the columns that are called by a drug."""
    if not mapping.columns("drug_quantity") or amounts.empty:
        return classes
    told = amounts.groupby(LINE)[DRUGS].agg("".join)
    at = np.arange(len(classes))
    more = pd.Series(told.reindex(at).fillna("").to_numpy(), index=classes.index, dtype="str")
    return drugs.union([classes, more])


def written(text: pd.DataFrame, mapping: Mapping) -> pd.Series:
    """Give what each line calls its drugs, in the first column that lists nothing else, or ""."""
    for column in mapping.columns("drug"):
        if not denies(column) and not is_free(column, text[column]):
            return text[column].str.strip().str.slice(0, _LONGEST)
    return pd.Series("", index=text.index, dtype="str")


def _side_by_side(mapping: Mapping) -> tuple[list[_Columns], list[str]]:
    """Columns of each drug, and those of further quantities whose drug is not known."""
    quantities, unit_columns = mapping.columns("quantity"), mapping.columns("unit")
    if not quantities:
        return [], []
    drug_of, unit_of = (
        {numbered(column)[1]: column for column in columns}
        for columns in (mapping.columns("drug"), unit_columns)
    )
    only = next(
        (c for c in unit_columns if len(unit_columns) == 1 and not re.search(r"\d", c)), None
    )
    found = [
        _Columns(column, unit_of.get(number, only), drug_of.get(number))
        for column in quantities
        for number in (numbered(column)[1],)
    ]
    if len(found) > 1 and share(quantities) and all(one.drug for one in found):
        return found, []
    first = found[0]._replace(drug=None)
    left = [c.column for c in mapping.others if c.role == "quantity"]
    return [first], [*quantities[1:], *(c for c in left if share([first.quantity, c]))]


def _of_drug(  # noqa: PLR0913, PLR0917  (what a line says, and where to say what is not clear)
    text: pd.DataFrame,
    columns: _Columns,
    mapping: Mapping,
    classes: pd.Series,
    comma: Comma,
    rows: NDArray[np.int64],
    notes: list[Note],
) -> pd.DataFrame:
    """One drug of each line that has it or a quantity."""
    amounts = units.read_column(text, columns.quantity, columns.unit, comma, rows, notes)
    if columns.drug is not None:
        amounts[DRUGS] = drugs.read_listed(text[columns.drug], listed=True).classes
        amounts[WRITTEN] = text[columns.drug].str.strip().str.slice(0, _LONGEST)
    else:
        amounts[DRUGS] = classes
        amounts[WRITTEN] = written(text, mapping)
    amounts[LINE] = np.arange(len(text))
    said = (amounts[WRITTEN] != "") | (amounts[DRUGS] != "") | (text[columns.quantity] != "")
    return amounts[said]


def _of_named(  # noqa: PLR0913, PLR0917  (what a line says, and where to say what is not clear)
    text: pd.DataFrame,
    column: str,
    unit_column: str | None,
    comma: Comma,
    rows: NDArray[np.int64],
    notes: list[Note],
) -> pd.DataFrame:
    """Read the drug a column is called by, of each line that has some of it."""
    amounts = units.read_column(text, column, unit_column, comma, rows, notes)
    amounts[DRUGS] = drugs.join(flag_classes(column))
    amounts[WRITTEN] = column.strip()[:_LONGEST]
    amounts[LINE] = np.arange(len(text))
    return amounts[text[column].str.match(_MORE_THAN_ZERO) | text[column].str.match(_SOME)]


def _tell_lost_sums(
    text: pd.DataFrame, mapping: Mapping, rows: NDArray[np.int64], notes: list[Note]
) -> None:
    """Say which rows have a total that is not used, and nothing in the columns beside it."""
    used = mapping.columns("drug_quantity")
    for column in (c.column for c in mapping.others if c.role == "drug_quantity"):
        if not used or column in {choice.column for choice in mapping.choices}:
            continue
        parts = [text[one].str.match(_MORE_THAN_ZERO) for one in used]
        nothing = ~pd.concat(parts, axis=1).any(axis=1)
        lost = (nothing & text[column].str.match(_MORE_THAN_ZERO)).to_numpy(dtype=bool)
        if lost.any():
            words = (
                f'{{n}} with a total in "{column}" and nothing in the columns it adds up: a total '
                "is not used, so what was seized there is not counted."
            )
            notes.append(note(words, lost, rows))


def _leave_out(
    amounts: pd.DataFrame,
    text: pd.DataFrame,
    further: list[str],
    rows: NDArray[np.int64],
    notes: list[Note],
) -> None:
    """Take no quantity from lines that have further ones of drugs nobody names."""
    some = [text[column].str.match(_MORE_THAN_ZERO) for column in further]
    several = pd.concat(some, axis=1).any(axis=1)
    if several.any():
        words = "{n} with quantities of several drugs side by side: none of them was taken."
        notes.append(note(words, several.to_numpy(), rows))
        amounts.loc[several.to_numpy()[amounts[LINE]], [QUANTITY, MASS_G]] = np.nan
