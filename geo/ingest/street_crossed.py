"""A street and what crosses it, from columns of their own: a crossing, or the piece between two."""

import re
from collections.abc import Mapping, Sequence
from typing import Final

import pandas as pd

from geo.geocoding.address_units import is_unit
from geo.geocoding.street_words import PLAIN_TYPES, TYPES
from geo.ingest.street_pieces import END, WHOLE, rank
from geo.ingest.words import split_words

_WHOLE: Final = re.compile(WHOLE)
_SIGN: Final = re.compile(r"[&@/]")


def crossed(streets: pd.Series, across: Mapping[str, pd.Series]) -> pd.Series:
    """Put to each street what crosses it.

    Parameters
    ----------
    streets : Series of str, length n
    across : mapping of str to Series of str, length n
        Cells of the columns that hold crossing streets, by their names.

    Examples
    --------
    >>> ends = {"From Street": pd.Series(["Elm St"]), "To Street": pd.Series(["Oak St"])}
    >>> crossed(pd.Series(["Main St"]), ends).tolist()
    ['Main St BETWEEN Elm St AND Oak St']
    """
    lines = ["address" in " ".join(split_words(one)) for one in across]
    ends = any(rank(one) == END for one in across)
    cells = [
        column.map({one: _street_or_unit(one) for one in column.unique()}) if line else column
        for column, line in zip(across.values(), lines, strict=True)
    ]
    rows = zip(streets.tolist(), *(column.tolist() for column in cells), strict=True)
    known: dict[tuple[str, ...], str] = {}
    met = [
        one
        if not any(others)
        else known.get(row) or known.setdefault(row, _met(one, others, ends=ends))
        for row in rows
        for one, *others in (row,)
    ]
    return pd.Series(met, index=streets.index, dtype="str")


def is_flat(cell: str) -> bool:
    """Whether a cell names a part of a building; "Front" is a street as well.

    Examples
    --------
    >>> is_flat("Apt 4"), is_flat("Front"), is_flat("Elm St")
    (True, False, False)
    """
    return bool(cell) and cell.upper() != "FRONT" and is_unit(cell.upper())


def _street_or_unit(cell: str) -> str:
    """Leave a second line of an address that is neither: a city, a building, a person."""
    words = cell.upper().split()
    street = len(words) > 1 and TYPES.get(words[-1].strip(".")) in PLAIN_TYPES
    return cell if street or _WHOLE.match(cell) or is_flat(cell) else ""


def _met(street: str, others: Sequence[str], *, ends: bool) -> str:
    """Write what one row says, as people write it."""
    units = [one for one in others if is_flat(one)]
    streets = [one for one in dict.fromkeys(others) if one and one not in units]
    streets = [one for one in streets if one.upper() != street.upper()]
    flat = units[:1]
    if _WHOLE.match(street):
        return " ".join((street, *flat))
    if whole := next(filter(_WHOLE.match, streets), ""):
        return whole  # "Holiday Inn", "104 N Church St"
    if told := next(filter(_SIGN.search, (street, *streets)), ""):
        return told  # a crossing by itself
    if is_flat(street):
        street, flat = "", [street]
    if street:
        return " ".join((_along(street, streets, ends=ends), *flat))
    return "" if ends else " ".join((" & ".join(streets[:2]), *flat)).strip()


def _along(street: str, others: Sequence[str], *, ends: bool) -> str:
    """Write a street and those at its ends, or the one it crosses."""
    if len(others) > 1:
        return f"{street} BETWEEN {others[0]} AND {others[1]}"
    if ends and others:  # the piece begins there, and where it ends is not said
        return f"{street} BETWEEN {others[0]} &"
    return " & ".join((street, *others))
