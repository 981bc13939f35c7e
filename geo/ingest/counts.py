"""Numbers in text, and counts that may be hidden: missing, never zero."""

from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.errors import SchemaError
from geo.ingest.columns import COUNTS, FIELDS, Mapping
from geo.ingest.footnotes import without_marks
from geo.ingest.notes import note
from geo.schema import Note

_SUPPRESSED: Final = (
    r"(?i)suppress|confiden|redact|hidden|[<≤*]|less|fewer|\d+\s*(?:[-" "\u2013" r"]|to)\s*\d+"
)

_POINTS: Final = r"^\s*-?\d{1,3}(?:\.\d{3})+,\d+\s*$"
_POINTS_OR_NONE: Final = r"^\s*-?\d{1,3}(?:\.\d{3})*(?:,\d+)?\s*$"
"""Points between thousands and a comma before decimals, as most of Europe writes them."""


def numbers(text: pd.Series) -> pd.Series:
    """Numbers in a column of text, thousands and decimal commas understood; NaN where none.

    Examples
    --------
    >>> numbers(pd.Series(["1,997", "7 %", "<10", ""])).tolist()
    [1997.0, 7.0, nan, nan]
    >>> numbers(pd.Series(["41,8815", "41,882"])).tolist()
    [41.8815, 41.882]
    >>> numbers(pd.Series(["1.234,5", "1.234", "12,5", "7"])).tolist()
    [1234.5, 1234.0, 12.5, 7.0]
    """
    value = pd.to_numeric(text, errors="coerce").astype("float64")
    value = value.where(np.isfinite(value))
    hard = value.isna() & (text != "")
    if not hard.any():
        return value
    if text[hard].str.contains(_POINTS, regex=True).any():  # then "1.234" is a thousand too
        points = text.str.contains(_POINTS_OR_NONE, regex=True)
        text = text.where(~points, text.str.replace(".", "").str.replace(",", "."))
        return numbers(text)
    plain = text[hard].str.replace(r"[\s\u00a0$%]|lbs?$|kg$", "", regex=True)
    thousands = plain.str.contains(r"^-?[1-9]\d{0,2}(?:,\d{3})+(?:\.\d+)?$", regex=True)
    # A column with one "41,88" among "41,881" writes decimal commas: thousands come in threes.
    if bool((plain.str.contains(r"^-?\d+,\d+$", regex=True) & ~thousands).any()):
        plain = plain.str.replace(",", ".", regex=False)
    else:
        plain = plain.where(~thousands, plain.str.replace(",", "", regex=False))
    read = pd.to_numeric(plain, errors="coerce").astype("float64")
    value[hard] = read.where(np.isfinite(read))
    return value


def count_numbers(text: pd.Series) -> pd.Series:
    """Numbers in a column of counts, also those with the mark of a footnote; NaN where none.

    Examples
    --------
    >>> count_numbers(pd.Series(["1,997*", "12 (prov.)", "*", "<10"])).tolist()
    [1997.0, 12.0, nan, nan]
    """
    return numbers(without_marks(text))


def read_counts(
    text: pd.DataFrame, mapping: Mapping, rows: NDArray[np.int64], notes: list[Note]
) -> tuple[pd.Series, pd.Series]:
    """Events and population of each row; a suppressed count is missing, never zero.

    A number with the mark of a footnote counts, and that is noted: what it means, the file says.

    Raises
    ------
    SchemaError
        When rows are counts of areas and no column says how many events each stands for.
    """
    nothing = pd.Series(np.nan, index=text.index)
    column = mapping.column("population")
    population = nothing if column is None else count_numbers(text[column])
    population = population.where(population > 0)
    if not mapping.area_counts:
        return pd.Series(1.0, index=text.index), population
    counted = mapping.column("count")
    if counted is None:
        raise no_count()
    count = count_numbers(text[counted])
    count = count.where(count >= 0)
    marked = (count.notna() & (without_marks(text[counted]) != text[counted])).to_numpy()
    if marked.any():
        words = f'{{n}} with a mark beside the number in "{counted}", as of a footnote: it counts.'
        notes.append(note(words, marked, rows))
    hidden = text[counted].str.contains(_SUPPRESSED, regex=True)
    for why, these in (("suppressed", hidden), ("missing or no number", ~hidden)):
        mask = (count.isna() & these).to_numpy()
        if mask.any():
            words = f'{{n}} with "{counted}" {why}: the number is unknown, not zero.'
            notes.append(note(words, mask, rows))
    return count, population


def no_count() -> SchemaError:
    """Give the error to raise where rows are counts of areas and nothing says how many events."""
    return SchemaError(
        f'Rows are {COUNTS}, and no column is chosen as "{FIELDS["count"]}".',
        f'Choose that column, or turn "Rows are {COUNTS}" off: then each row is one event.',
    )
