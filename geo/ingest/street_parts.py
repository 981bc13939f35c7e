"""Addresses that come in pieces: "House No", "Pre Dir", "Street Name", "Apt", "Cross Street"."""

from collections.abc import Callable
from typing import Final

import pandas as pd

from geo.geocoding.names import state_code
from geo.geocoding.street_words import DIRECTIONS, TYPES
from geo.ingest.columns import full_role
from geo.ingest.words import ELSEWHERE, RESIDENCE, UNCLEAR, group_of, split_words

ADDRESS_PART: Final = "address_part"

_STREET: Final = "street str st strt road rd"
_HOUSE: Final = f"house hse building bldg addr address {_STREET}"
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


NUMBER, FRACTION, LOW, HIGH, BLOCK, BEFORE, NAME, KIND, AFTER, UNIT, CROSS, MILE = range(12)
_PARTS: Final = (  # what a name must say, and nothing else; the first that fits decides
    (NUMBER, _said((_HOUSE, _NUMBERS))),
    (FRACTION, _said(("fraction frac", _HOUSE), _NUMBERS)),
    (LOW, _said((_LOWEST, f"{_RANGED} {_NUMBERS}"), f"{_STREET} of")),
    (HIGH, _said((_HIGHEST, f"{_RANGED} {_NUMBERS}"), f"{_STREET} of")),
    (CROSS, _said(("cross crossing intersecting at", _STREET), f"{_NAMES} {_NUMBERS}")),
    (CROSS, _said(("2", _STREET), f"{_NAMES} intersection cross")),
    (NAME, _said(("1 on", _STREET), f"{_NAMES} intersection")),
    (BLOCK, _said((_BLOCKS,), f"hundred {_NUMBERS} {_STREET}")),
    (UNIT, _said((_UNITS,), f"{_NUMBERS} unit lot")),
    (BEFORE, _said((_BEFORE,), f"{_STREET} {_WAYS}")),
    (AFTER, _said((_AFTER,), f"{_STREET} {_WAYS}")),
    (AFTER, _said(("suffix", _WAYS), _STREET)),
    (BEFORE, _said((_STREET, _WAYS))),
    (NAME, _said((_STREET, _NAMES))),
    (NAME, _said((_HIGHWAYS,), f"{_NAMES} {_STREET}")),
    (MILE, _said((_MILES,), f"marker post {_NUMBERS}")),
    (KIND, _said((_STREET, _KINDS))),
)
NUMBERED: Final = frozenset({NUMBER, LOW, HIGH, BLOCK})
"""Pieces that say which house or which houses; of a row the first that says it counts."""

_BARE: Final = {
    "type": KIND, "typ": KIND, "suffix": KIND, "sfx": KIND, "dir": BEFORE, "direction": BEFORE,
}  # fmt: skip
"""Names that mean a piece only beside a number and a street, and when their cells are such."""
WHOLE: Final = r"\s*\d+\S*\s+\S*[A-Za-z]"
"""An address with its number: "12 Main St"."""
_SEEN: Final = 2_000  # cells looked at
_SHARE: Final = 0.5
_MOST: Final = 0.9
_SURE: Final = 0.6
_UNSURE: Final = 0.3
_FEW: Final = 3


def part_of(column: str) -> int | None:
    """Which piece of an address a column name stands for, None for none.

    Examples
    --------
    >>> [part_of(one) for one in ("House No", "St Dir", "STREET_NAME", "Street Type", "Apt #")]
    [0, 5, 6, 7, 9]
    >>> [part_of(one) for one in ("low_number", "HIGH_NO", "Block Low", "from_address")]
    [2, 3, 2, 2]
    >>> [part_of(one) for one in ("Injury Street Number", "Scene Street Name", "Mile Marker")]
    [0, 6, 11]
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


def settle_parts(
    candidates: list[tuple[str, str, float]], text: pd.DataFrame
) -> list[tuple[str, str, float]]:
    """Keep pieces that make an address together; let others go.

    There must be a street. A column of addresses makes pieces needless, unless it holds streets
    only and the number stands beside it: then it is a piece itself.

    Parameters
    ----------
    candidates : list of (role, column, confidence)
        What the columns seem to be.
    text : DataFrame of str
        The file's cells.
    """
    settled = candidates = [_if_whole(one, text) for one in _with_roads(candidates)]
    for group in {role.rpartition(".")[0] for role, _, _ in candidates if _is_placed(role)}:
        role, whole = full_role(ADDRESS_PART, group), full_role("address", group)
        pieces = {
            column: part
            for said, column, _ in candidates
            if said == role and _fits(part := rank(column), text[column])
        }
        streets = [column for said, column, _ in candidates if said == whole]
        found = set(pieces.values())
        names = [column for column in streets if _is_without(text[column])]
        named = names + [column for column, part in pieces.items() if part == NAME]
        more = [] if found & NUMBERED else _numbers_before(named, text)
        numbered = bool(found & NUMBERED or more)
        bare = names if numbered or CROSS in found else []
        needed = NAME in found and (not streets or _has_gaps(text[streets]))
        used = set(pieces) if needed or bare else set()
        more += _bare_pieces(candidates, text) if used and numbered else []
        settled = [
            (role if column in bare else said, column, sure)
            for said, column, sure in settled
            if column not in more and (said != role or column in used)
        ] + [(role, column, _SURE) for column in more]
    return settled


def _with_roads(candidates: list[tuple[str, str, float]]) -> list[tuple[str, str, float]]:
    """Give "Highway" and "Mile Marker" to whom all pieces beside them belong: to the injury."""
    roads = {
        column
        for role, column, _ in candidates
        if role == full_role(ADDRESS_PART, "")
        and (part_of(column) == MILE or is_highway(column))
        and not group_of(split_words(column))
    }
    beside = {role.rpartition(".")[0] for role, c, _ in candidates if _is_placed(role)
              and c not in roads} - {RESIDENCE, ELSEWHERE, UNCLEAR}  # fmt: skip
    if len(beside) != 1:
        return candidates
    role = full_role(ADDRESS_PART, beside.pop())
    return [(role if c in roads else said, c, sure) for said, c, sure in candidates]


def is_highway(column: str) -> bool:
    """Whether a column names a numbered road, and nothing nearer.

    Examples
    --------
    >>> is_highway("Highway"), is_highway("Street Name")
    (True, False)
    """
    return part_of(column) == NAME and not set(_HIGHWAYS.split()).isdisjoint(split_words(column))


def _if_whole(candidate: tuple[str, str, float], text: pd.DataFrame) -> tuple[str, str, float]:
    """Take "Block" for an address where its cells are "1200 BLK Market St".

    "From Address" with such cells is where somebody was taken from: never used without being asked.
    """
    role, column, sure = candidate
    part = part_of(column) if _is_part(role) else None
    if part not in {LOW, HIGH, BLOCK} or _is_without(text[column]) or not text[column].any():
        return candidate
    if part == BLOCK:
        return role.removesuffix(ADDRESS_PART) + "address", column, sure
    return f"{UNCLEAR}.address", column, _UNSURE


def _numbers_before(streets: list[str], text: pd.DataFrame) -> list[str]:
    """Columns called just "Number" that stand right before a street and hold such numbers."""
    columns = list(text.columns)
    before = [columns[at - 1] for one in streets if (at := columns.index(one))]
    return [
        column
        for column in before
        if _is_bare_number(column)
        and (text[column] != "").any()
        and text[column].head(_SEEN).str.fullmatch(r"\d{0,6}(?:\.0)?").mean() >= _MOST
        and not _counts_on(text[column])
    ]


def _is_bare_number(column: str) -> bool:
    """Whether a name means the house number only right before a street without one: "No."."""
    said = set(split_words(column))
    return bool(said & set(_NUMBERS.split())) and said <= {*_NUMBERS.split(), *_LOCATIONS.split()}


def _counts_on(column: pd.Series) -> bool:
    """Whether numbers only rise, as those of records do."""
    number = pd.to_numeric(column[column != ""].head(_SEEN), errors="coerce").diff().dropna()
    return len(number) >= _FEW and bool((number > 0).all())


def _has_gaps(addresses: pd.DataFrame) -> bool:
    """Whether some rows have no whole address."""
    return bool((addresses.head(_SEEN) == "").all(axis=1).any())


def _bare_pieces(candidates: list[tuple[str, str, float]], text: pd.DataFrame) -> list[str]:
    """Columns called just "Type" or "Dir" that are nothing else and hold such pieces."""
    taken = {column for _, column, _ in candidates}
    return [
        column
        for column in text.columns
        if column not in taken
        and (part := _BARE.get(column.strip().lower())) is not None
        and (text[column] != "").any()
        and _fits(part, text[column])
    ]


def _is_placed(role: str) -> bool:
    return role.rpartition(".")[2] in {ADDRESS_PART, "address"}


def _is_part(role: str) -> bool:
    return role.rpartition(".")[2] == ADDRESS_PART


def _fits(part: int, column: pd.Series) -> bool:
    """Whether the cells are such pieces; an empty column leaves the word to its name."""
    filled = column[column != ""].head(_SEEN)
    return not len(filled) or bool(filled.map(_CHECKS[part]).mean() >= _SHARE)


def _is_without(column: pd.Series) -> bool:
    """Whether a column of addresses holds streets without numbers."""
    filled = column[column != ""].head(_SEEN)
    return bool(len(filled)) and bool(filled.str.match(WHOLE).mean() < 1 - _MOST)


def rank(column: str) -> int:
    """Which piece a chosen column holds; a street's name where its own says nothing."""
    part, name = part_of(column), column.strip().lower()
    if part is None:
        part = NUMBER if _is_bare_number(column) else _BARE.get(name, NAME)
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
    CROSS: _is_name,
    MILE: lambda cell: cell.replace(".", "", 1).isdigit(),
}
