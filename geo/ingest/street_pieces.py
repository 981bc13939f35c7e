"""Which piece of an address a column stands for: by its name, and by its cells."""

from collections.abc import Callable
from typing import Final

import pandas as pd

from geo.geocoding.address_units import is_unit
from geo.geocoding.names import state_code
from geo.geocoding.street_words import DIRECTIONS, TYPES
from geo.ingest.words import group_of, split_words

ADDRESS_PART: Final = "address_part"

STREET: Final = "street str st strt road rd"
_HOUSE: Final = f"house hse building bldg addr address {STREET}"
_NUMBERS: Final = "number no num nbr nmbr #"
_WAYS: Final = "direction dir dirn directional"
_BEFORE: Final = "pre prefix predir predirection predirectional"
_AFTER: Final = "post suf postdir sufdir postdirection postdirectional"
_KINDS: Final = "type typ suffix suff sfx designator"
_NAMES: Final = "name nm"
_BLOCKS: Final = "block blk"
_LOWEST: Final = "low lo lowest min from start starting begin beginning"
_HIGHEST: Final = "high hi highest max to end ending"
_RANGED: Final = f"{_BLOCKS} house hse addr address range"
_UNITS: Final = "apt apartment suite ste"
_LOCATIONS: Final = "location loc"
_HIGHWAYS: Final = "highway hwy interstate roadway"
_MILES: Final = "mile milepost milemarker mm mp"

_Needs = tuple[frozenset[str], ...]


def _said(needs: tuple[str, ...], also: str = "") -> tuple[_Needs, frozenset[str]]:
    sets = tuple(frozenset(words.split()) for words in needs)
    return sets, frozenset().union(*sets) | frozenset(f"{also} of {_LOCATIONS}".split())


NUMBER, FRACTION, LOW, HIGH, BLOCK, BEFORE, NAME, KIND, AFTER, UNIT, MILE, CROSS, END = range(13)
_PARTS: Final = (  # what a name must say, and nothing else; the first that fits decides
    (NUMBER, _said((_HOUSE, _NUMBERS))),
    (FRACTION, _said(("fraction frac", _HOUSE), _NUMBERS)),
    (LOW, _said((_LOWEST, f"{_RANGED} {_NUMBERS}"), f"{STREET} of")),
    (HIGH, _said((_HIGHEST, f"{_RANGED} {_NUMBERS}"), f"{STREET} of")),
    (CROSS, _said(("cross crossing intersecting at", STREET), f"{_NAMES} {_NUMBERS} 1 2 nearest")),
    (CROSS, _said(("2", STREET), f"{_NAMES} intersection cross")),
    (CROSS, _said(("2", "address addr"), f"{STREET} line")),
    (END, _said(("from to", STREET), f"{_NAMES} cross")),
    (NAME, _said(("1 on", STREET), f"{_NAMES} intersection")),
    (BLOCK, _said((_BLOCKS,), f"hundred {_NUMBERS} {STREET}")),
    (UNIT, _said((_UNITS,), f"{_NUMBERS} unit lot")),
    (BEFORE, _said((_BEFORE,), f"{STREET} {_WAYS}")),
    (AFTER, _said((_AFTER,), f"{STREET} {_WAYS}")),
    (AFTER, _said(("suffix", _WAYS), STREET)),
    (BEFORE, _said((STREET, _WAYS))),
    (NAME, _said((STREET, _NAMES))),
    (NAME, _said((_HIGHWAYS,), f"{_NAMES} {STREET}")),
    (MILE, _said((_MILES,), f"marker post {_NUMBERS}")),
    (KIND, _said((STREET, _KINDS))),
)
NUMBERED: Final = frozenset({NUMBER, LOW, HIGH, BLOCK})
"""Pieces that say which house or which houses; of a row the first that says it counts."""

_INTERSECTION: Final = frozenset(
    {"intersection", "of", "at", "nearest", "closest", "location", "name"}
)

BARE: Final = {
    "type": KIND, "typ": KIND, "suffix": KIND, "sfx": KIND, "dir": BEFORE, "direction": BEFORE,
}  # fmt: skip
"""Names that mean a piece only beside a number and a street, and when their cells are such."""
WHOLE: Final = r"\s*\d+\S*\s+\S*[A-Za-z]"
"""An address with its number: "12 Main St"."""
SEEN: Final = 2_000
"""Cells looked at."""
_SHARE: Final = 0.5


def part_of(column: str) -> int | None:
    """Which piece of an address a column name stands for, None for none.

    Examples
    --------
    >>> [part_of(one) for one in ("House No", "St Dir", "STREET_NAME", "Street Type", "Apt #")]
    [0, 5, 6, 7, 9]
    >>> [part_of(one) for one in ("low_number", "HIGH_NO", "Block Low", "from_address")]
    [2, 3, 2, 2]
    >>> [part_of(one) for one in ("Injury Street Number", "Scene Street Name", "Mile Marker")]
    [0, 6, 10]
    >>> [part_of(one) for one in ("Cross Street", "Address 2", "From Street", "To Street")]
    [11, 11, 12, 12]
    >>> part_of("Street"), part_of("Case Number"), part_of("Type")
    (None, None, None)
    """
    said = frozenset(word for word in split_words(column) if not group_of((word,)))
    return next(
        (
            part
            for part, (needs, only) in _PARTS
            if all(said & need for need in needs) and said <= only
        ),
        None,
    )


def is_highway(column: str) -> bool:
    """Whether a column names a numbered road, and nothing nearer.

    Examples
    --------
    >>> is_highway("Highway"), is_highway("Street Name")
    (True, False)
    """
    return part_of(column) == NAME and not set(_HIGHWAYS.split()).isdisjoint(split_words(column))


def is_intersection(column: str) -> bool:
    """Whether a column is called so: a piece beside another of addresses, an address alone."""
    said = {word for word in split_words(column) if not group_of((word,))}
    return "intersection" in said and said <= _INTERSECTION


def is_bare_number(column: str) -> bool:
    """Whether a name means the house number only right before a street without one: "No."."""
    said = set(split_words(column))
    return bool(said & set(_NUMBERS.split())) and said <= {*_NUMBERS.split(), *_LOCATIONS.split()}


def fits(part: int, column: pd.Series) -> bool:
    """Whether the cells are such pieces; an empty column leaves the word to its name."""
    filled = column[column != ""].head(SEEN)
    return not len(filled) or bool(filled.map(_CHECKS[part]).mean() >= _SHARE)


def rank(column: str) -> int:
    """Which piece a chosen column holds; a street's name where its own says nothing."""
    part, name = part_of(column), column.strip().lower()
    if part is None and is_intersection(column):
        return CROSS
    if part is None:
        part = NUMBER if is_bare_number(column) else BARE.get(name, NAME)
    return part


def _is_name(cell: str) -> bool:
    """Whether a cell may name a street: "5" and "22ND" may, "ST_NAME" may hold states."""
    return cell[0].isalnum() and (len(cell) < 3 or not state_code(cell))


_CHECKS: Final[dict[int, Callable[[str], bool]]] = {
    NUMBER: lambda cell: cell[:1].isdigit(),
    LOW: lambda cell: cell.removesuffix(".0").isdigit(),
    HIGH: lambda cell: cell.removesuffix(".0").isdigit(),
    BLOCK: lambda cell: cell.removesuffix(".0").isdigit(),
    BEFORE: lambda cell: cell.upper().strip(" .") in DIRECTIONS,
    NAME: _is_name,
    KIND: lambda cell: cell.upper().strip(" .") in TYPES,
    AFTER: lambda cell: cell.upper().strip(" .") in DIRECTIONS,
    UNIT: lambda cell: len(cell) <= 20,
    FRACTION: lambda cell: "/" in cell or cell.isalnum(),
    CROSS: lambda cell: is_unit(cell.upper()) or _is_name(cell),
    END: _is_name,
    MILE: lambda cell: cell.replace(".", "", 1).isdigit(),
}
