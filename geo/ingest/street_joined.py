"""One address a row from pieces that stand in columns of their own."""

import re
from collections.abc import Mapping
from itertools import repeat
from typing import Final

import pandas as pd

from geo.geocoding.street_words import DIRECTIONS, TYPES
from geo.ingest.street_crossed import crossed, is_flat
from geo.ingest.street_pieces import (
    AFTER,
    BEFORE,
    BLOCK,
    CROSS,
    END,
    HIGH,
    KIND,
    LOW,
    MILE,
    NAME,
    NUMBER,
    NUMBERED,
    UNIT,
    WHOLE,
    is_highway,
    rank,
)

_BARE_UNIT: Final = re.compile(r"#?\s*[\dA-Za-z]{1,5}")


def joined(text: pd.DataFrame, columns: tuple[str, ...]) -> pd.Series:
    """One address a row from its pieces, in the order in which people write them.

    Parameters
    ----------
    text : DataFrame of str, shape (n, ...)
        The file's cells.
    columns : tuple of str
        Those that hold pieces. One whose name says nothing stands where a street's name does.

    Examples
    --------
    >>> rows = pd.DataFrame({"Street": ["Main St"], "House #": ["104.0"], "Apt": ["2"]})
    >>> joined(rows, ("Street", "House #", "Apt")).tolist()
    ['104 Main St APT 2']
    >>> rows = pd.DataFrame({"low_no": ["198", "4"], "high_no": ["100", "4"], "Street": "Main St"})
    >>> joined(rows, ("Street", "high_no", "low_no")).tolist()
    ['100-198 BLOCK Main St', '4 Main St']
    >>> rows = pd.DataFrame({"St No": ["104"], "St Dir": ["N"], "St Name": ["N Church St"]})
    >>> joined(rows.assign(**{"St Type": "Street"}), (*rows, "St Type")).tolist()
    ['104 N Church Street']
    >>> joined(pd.DataFrame({"Highway": ["US 17"], "MM": ["230.5"]}), ("Highway", "MM")).tolist()
    ['US 17 MILE 230.5']
    """
    whole = pd.Series("", index=text.index, dtype="str")
    numbered = whole != ""
    ends = [column for column in columns if rank(column) in {LOW, HIGH}]
    block = _ends_together(text[ends]) if ends else whole
    pieces = {column: text[column].str.strip() for column in sorted(columns, key=rank)}
    _say_once(pieces)
    across: dict[str, pd.Series] = {}
    for column, own in pieces.items():
        part = rank(column)
        piece = block if part in {LOW, HIGH} else own
        filled = piece != ""
        if part in {NUMBER, BLOCK}:
            piece = piece.str.replace(r"\.0$", "", regex=True)
        if part == BLOCK:
            piece = piece.where(~filled, piece + " BLOCK")
        if part in NUMBERED:  # what comes first of these says most
            piece = piece.where(~numbered, "")
            numbered |= filled
        if part == UNIT:
            bare = piece.str.fullmatch(_BARE_UNIT).astype(bool)
            piece = piece.where(~bare, "APT " + piece.str.lstrip("# "))
        if is_highway(column):  # a street is nearer
            piece = piece.where(~_is_name(pieces, column), "")
        if part == MILE:
            piece = piece.where(~filled | numbered, "MILE " + piece)
        if part in {CROSS, END}:  # where there is a number, what it crosses says nothing new
            across[column] = piece.where(~numbered, "")
        else:
            whole = (whole + " " + piece.where(piece != whole, "")).str.strip()
    return crossed(whole, across) if across else whole


def _is_name(pieces: dict[str, pd.Series], highway: str) -> pd.Series:
    """In which rows a street is named beside a highway."""
    names = [one for one in pieces if rank(one) == NAME and one != highway and not is_highway(one)]
    return pd.DataFrame({one: pieces[one] != "" for one in names}, pieces[highway].index).any(
        axis=1
    )


def completed(address: pd.Series, text: pd.DataFrame, columns: tuple[str, ...]) -> pd.Series:
    """Addresses where they say enough, from the pieces where they do not.

    Parameters
    ----------
    address : Series of str, length n
        One cell a row, "" where it is empty.
    text : DataFrame of str, shape (n, ...)
    columns : tuple of str
        Those that hold pieces.

    Examples
    --------
    >>> rows = pd.DataFrame({"Cross Street": ["Suttons Ln", "Suttons Ln"]})
    >>> completed(pd.Series(["New Hope Rd", "3 Elm St"]), rows, ("Cross Street",)).tolist()
    ['New Hope Rd & Suttons Ln', '3 Elm St']
    """
    pieces = joined(text, columns)
    if not (address != "").any():
        return pieces
    across = {c: text[c].str.strip() for c in columns if rank(c) in {CROSS, END}}
    met = crossed(address, across) if across else address
    unit = address.map({one: is_flat(one) for one in address.unique()}).astype(bool)
    lacking = (address == "") | (unit & pieces.str.match(WHOLE))
    return met.where(~lacking, pieces)


def _say_once(pieces: dict[str, pd.Series]) -> None:
    """Take number, directions and type off names that repeat them: "N Church St", "N", "St"."""
    beside = {part: column for column in pieces if (part := rank(column)) in _REPEATED}
    for column in [column for column in pieces if rank(column) == NAME]:
        rows = zip(
            pieces[column].tolist(),
            *(pieces[beside[part]].tolist() if part in beside else _NOTHING for part in _REPEATED),
            strict=False,
        )
        name = [_without(one, *said) for one, *said in rows]
        pieces[column] = pd.Series(name, index=pieces[column].index, dtype="str")


_REPEATED: Final = (NUMBER, BEFORE, KIND, AFTER)
_NOTHING: Final = repeat("")


def _without(name: str, number: str, before: str, kind: str, after: str) -> str:
    """Leave away what stands in columns of its own, as long as a name is left."""
    words = name.split()
    for said, meant in ((number, None), (before, DIRECTIONS)):
        if len(words) > 1 and said and _same(words[0], said, meant):
            words = words[1:]
    for said, meant in ((after, DIRECTIONS), (kind, TYPES)):
        if len(words) > 1 and said and _same(words[-1], said, meant):
            words = words[:-1]
    return " ".join(words) if len(words) < len(name.split()) else name


def _same(word: str, said: str, meant: Mapping[str, str] | None) -> bool:
    """Whether two words are one, in capitals or short."""
    one, other = (text.upper().strip(" .").removesuffix(".0") for text in (word, said))
    return one == other or bool(meant and meant.get(one, one) == meant.get(other, other))


def _ends_together(text: pd.DataFrame) -> pd.Series:
    """Blocks by their lowest and highest numbers; a house number where these are the same."""
    numbers = text.apply(lambda column: pd.to_numeric(column.str.strip(), errors="coerce"))
    low, high = numbers.min(axis=1), numbers.max(axis=1)
    house = (numbers.notna().sum(axis=1) > 1) & (low == high)
    first, last = low.map("{:.0f}".format), high.map("{:.0f}".format)
    block = first.where(low == high, first + "-" + last) + " BLOCK"
    return first.where(house, block).where(low.notna(), "").astype("str")
