"""The number of each record: the source's own, else one made of what the row holds."""

from collections.abc import Mapping as MappingOf
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.ingest.apart import parts_of, placeholders, without_digits
from geo.ingest.columns import Mapping
from geo.ingest.days import WHEN
from geo.ingest.notes import note
from geo.ingest.words import split_words
from geo.schema import AGENCY, SOURCE_ROW, Note

_MOST_ROWS_PER_INCIDENT: Final = 20
_NO_DAY: Final = "no date"
_ORI: Final = r"[A-Z]{2}[A-Z0-9]{5}(?:[A-Z0-9]{2})?"
"""Originating agency identifier of the FBI: letters of the state, then five or seven signs."""

_MEASURED: Final = frozenset({"count", "period_count", "quantity", "drug_quantity", "population"})
"""What a publisher restates: no part of what identifies the count of an area."""


def identify(
    text: pd.DataFrame,
    mapping: Mapping,
    table: pd.DataFrame,
    places: MappingOf[str, pd.DataFrame],
    notes: list[Note],
) -> tuple[pd.Series, NDArray[np.bool_]]:
    """Give each row its incident's number, and say which row is the first of its incident.

    Rows with the source's own number are one incident when number and day agree, and neither their
    place nor their hour says otherwise. A row without a day is of the day of the one above it with
    its number, or of the only day its number has. A placeholder ("PENDING", "00-0000") is no
    number; nor is a text without digits on rows of different places or days. Where a column holds
    the ORI of the agency that gives the numbers, it is a part of them, as in NIBRS; rows of one
    number and another agency are one incident, which is noted. Rows without a number are each their
    own: two identical lines can be two calls. Their number is made of all their cells and of the
    order of identical ones. That of the count of an area is made of the columns that say which it
    is (area, period, drug, outcome ...) and not of the figures, so that a restated count keeps it.
    """
    alone = np.ones(len(text), dtype=bool)
    if mapping.area_counts:
        said = [c.column for c in mapping.choices if c.role not in _MEASURED]
        return _hashed(text[list(dict.fromkeys(said))]), alone
    column = mapping.column("record_id")
    if column is None:
        return _hashed(text), alone
    rows = table[SOURCE_ROW].to_numpy(dtype=np.int64)
    placeholder = placeholders(text[column])
    number = text[column].mask(placeholder, "")
    days = _with_days_of_others(number, _days(table[WHEN]), column, rows, notes)
    ori = _ori(text, mapping)
    keys = number + "\x1f" + ori + "\x1f" + days
    given = (number != "").to_numpy()
    if given.sum() > _MOST_ROWS_PER_INCIDENT * keys[given].nunique():
        words = f'"{column}" repeats too often to be a case number: each row is one incident.'
        notes.append(Note(words, "warning"))
        return _hashed(text), alone
    unlike = pd.Series(np.arange(len(text)).astype(str), index=text.index, dtype="str")
    part = parts_of(keys.where(given, unlike), table, places)
    wandering = _wandering_words(number, days + part)
    number = number.mask(wandering, "")
    number = number.where((number == "") | (ori == ""), ori + " " + number)
    part = part.mask(wandering, "")
    _tell_not_numbers(placeholder | wandering, part != "", column, rows, notes)
    given = (number != "").to_numpy()
    keys = number + "\x1f" + days + "\x1f" + part
    first = ~(keys.duplicated().to_numpy() & given)
    _tell_agencies(keys.where(given, unlike), table[AGENCY].where(ori == "", ""), rows, notes)
    # One number on different days is different incidents, and their ids must differ.
    again = number[first & given].duplicated(keep=False)
    if again.any():
        several = number.isin(number[first & given][again].unique()).to_numpy()
        number = number.where(~several, number + " " + days + (" " + part).where(part != "", ""))
    if not given.all():
        number = pd.concat([number[given], _hashed(text[~given])]).reindex(text.index)
    return number.astype("str"), first


def _ori(text: pd.DataFrame, mapping: Mapping) -> pd.Series:
    """Federal number of the agency on each row, "" where no column holds it.

    "Agency" with words in it is none: a fire engine and an ambulance go to one call.
    """
    named = (c.column for c in mapping.choices + mapping.others if c.role == "agency")
    column = next((name for name in named if "ori" in split_words(name)), None)
    if column is None:
        return pd.Series("", index=text.index, dtype="str")
    said = text[column].str.strip().str.upper()
    return said.where(said.str.fullmatch(_ORI), "").astype("str")


def _tell_agencies(
    keys: pd.Series, agency: pd.Series, rows: NDArray[np.int64], notes: list[Note]
) -> None:
    """Say that rows of several agencies were taken for one incident."""
    known = agency[agency != ""]
    several = known.groupby(keys[known.index]).nunique()
    several = several[several > 1]
    if len(several):
        mask = keys.isin(several.index).to_numpy()
        words = (
            "{n} share number, day and place with rows of another agency: they are one incident. "
            "If each agency numbers its own, load the file of each as a source of its own."
        )
        notes.append(note(words, mask, rows))


def _wandering_words(number: pd.Series, day_and_part: pd.Series) -> pd.Series:
    """Rows whose number has no digits and stands on rows of different days or places."""
    words = without_digits(number)
    if not words.any():
        return words
    distinct = day_and_part[words].groupby(number[words]).nunique()
    return words & number.isin(distinct.index[distinct > 1])


def _tell_not_numbers(
    placeholder: pd.Series,
    apart: pd.Series,
    column: str,
    rows: NDArray[np.int64],
    notes: list[Note],
) -> None:
    if placeholder.any():
        words = (
            f'{{n}} with a placeholder in "{column}" instead of a number, or with one cut short '
            "(2.02E+11): each row is an incident of its own."
        )
        notes.append(note(words, placeholder.to_numpy(dtype=bool), rows))
    if apart.any():
        words = (
            f'{{n}} share number and day in "{column}" with rows of another place or hour: they '
            "are kept apart by place or hour, as different incidents."
        )
        notes.append(note(words, apart.to_numpy(dtype=bool), rows))


def _days(when: pd.Series) -> pd.Series:
    codes, distinct = pd.factorize(when.dt.floor("D"), use_na_sentinel=False)
    words = pd.Series(distinct).dt.strftime("%Y-%m-%d").fillna(_NO_DAY).astype("str")
    return pd.Series(words.to_numpy()[codes], index=when.index, dtype="str")


def _with_days_of_others(
    number: pd.Series, days: pd.Series, column: str, rows: NDArray[np.int64], notes: list[Note]
) -> pd.Series:
    """Days, where a row has none with that of other rows of its number, if it is clear which."""
    blank = (days == _NO_DAY) & (number != "")
    if not blank.any():
        return days
    blank &= ~without_digits(number) & number.isin(number[days != _NO_DAY])
    if not blank.any():
        return days
    known = days.mask(days == _NO_DAY)
    above = known.groupby((number != number.shift()).cumsum()).ffill()
    several = known.groupby(number).transform("nunique") > 1
    first = known.groupby(number).transform("first").mask(several)
    found = above.fillna(first).where(blank)
    joined = found.notna()
    if joined.any():
        words = (
            f'{{n}} without a day share the number in "{column}" with rows that have one: they are '
            "lines of that incident unless place or hour say otherwise."
        )
        notes.append(note(words, joined.to_numpy(dtype=bool), rows, warn=False))
    return days.where(~joined, found).astype("str")


def _hashed(text: pd.DataFrame) -> pd.Series:
    """Make numbers of what rows hold, and of the order of identical ones."""
    if text.shape[1] == 0:
        content = pd.Series(np.uint64(0), index=text.index)
    else:
        content = pd.util.hash_pandas_object(text, index=False)
    copy = content.groupby(content).cumcount() + 1
    return (content.map("{:016x}".format) + "-" + copy.astype("str")).astype("str")
