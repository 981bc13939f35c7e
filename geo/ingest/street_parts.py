"""Addresses that come in pieces: "House No", "Pre Dir", "Street Name", "Apt", "Cross Street"."""

from typing import Final

import pandas as pd

from geo.ingest.columns import full_role
from geo.ingest.street_pieces import (
    ADDRESS_PART,
    BARE,
    BLOCK,
    CROSS,
    END,
    HIGH,
    LOW,
    MILE,
    NAME,
    NUMBERED,
    SEEN,
    STREET,
    WHOLE,
    fits,
    is_bare_number,
    is_highway,
    is_intersection,
    part_of,
    rank,
)
from geo.ingest.words import ELSEWHERE, RESIDENCE, UNCLEAR, group_of, split_words

_ACROSS: Final = frozenset({CROSS, END})
_MOST: Final = 0.9
_SURE: Final = 0.6
_UNSURE: Final = 0.3
_FEW: Final = 3


def settle_parts(
    candidates: list[tuple[str, str, float]], text: pd.DataFrame
) -> list[tuple[str, str, float]]:
    """Keep pieces that make an address together; let others go.

    There must be a street. A column of addresses makes pieces needless, unless it holds streets
    only and the number stands beside it: then it is a piece itself. What crosses it is kept for
    rows without a number.

    Parameters
    ----------
    candidates : list of (role, column, confidence)
        What the columns seem to be.
    text : DataFrame of str
        The file's cells.
    """
    candidates = [_if_whole(one, text) for one in _with_roads(candidates)]
    candidates = _with_intersections([*candidates, *_streets_beside(candidates, text)])
    settled = candidates
    for group in {role.rpartition(".")[0] for role, _, _ in candidates if _is_placed(role)}:
        role, whole = full_role(ADDRESS_PART, group), full_role("address", group)
        pieces = {
            column: part
            for said, column, _ in candidates
            if said == role and fits(part := rank(column), text[column])
        }
        streets = [column for said, column, _ in candidates if said == whole]
        found = set(pieces.values())
        names = [column for column in streets if _is_without(text[column])]
        named = names + [column for column, part in pieces.items() if part == NAME]
        more = [] if found & NUMBERED else _numbers_before(named, text)
        numbered = bool(found & NUMBERED or more)
        bare = names if numbered or CROSS in found else []
        needed = NAME in found and (not streets or _has_gaps(text[streets]))
        used = {c for c, part in pieces.items() if needed or bare or (streets and part in _ACROSS)}
        more += _bare_pieces(candidates, text) if used and numbered else []
        settled = [
            (role if column in bare else said, column, sure)
            for said, column, sure in settled
            if column not in more and (said != role or column in used)
        ] + [(role, column, _SURE) for column in more]
    return settled


def _with_roads(candidates: list[tuple[str, str, float]]) -> list[tuple[str, str, float]]:
    """Give "Highway" and "Mile Marker" to whom the address beside them belongs: to the injury.

    So are cross streets and blocks, where no other address may be meant.
    """
    placed = [(role.rpartition(".")[0], c) for role, c, _ in candidates if _is_placed(role)]
    bare = {c for _, c in placed if not group_of(split_words(c))}
    owners = {owner for owner, c in placed if c not in bare}
    used = owners - {RESIDENCE, ELSEWHERE, UNCLEAR}
    if len(used) != 1:
        return candidates
    moved = {c for c in bare if part_of(c) == MILE or is_highway(c)}
    near = {c for c in bare if part_of(c) in {CROSS, END, LOW, HIGH, BLOCK}}
    if bare <= moved | near and owners == used:
        moved |= near
    role = full_role(ADDRESS_PART, used.pop())
    return [
        (role if c in moved and _is_part(said) else said, c, sure) for said, c, sure in candidates
    ]


def _streets_beside(
    candidates: list[tuple[str, str, float]], text: pd.DataFrame
) -> list[tuple[str, str, float]]:
    """Columns called just "Street" beside a number: "Dobbs" alone does not look like an address."""
    numbered = {role for role, c, _ in candidates if _is_part(role) and rank(c) in NUMBERED}
    named = {role for role, c, _ in candidates if _is_part(role) and rank(c) == NAME}
    taken = {column for _, column, _ in candidates}
    found = []
    for column in text.columns:
        said = split_words(column)
        role = full_role(ADDRESS_PART, group_of(said))
        plain = {word for word in said if not group_of((word,))}
        if (
            column not in taken
            and role in numbered - named
            and plain
            and plain <= set(STREET.split())
            and (text[column] != "").any()
            and fits(NAME, text[column])
        ):
            found.append((role, column, _SURE))
    return found


def _with_intersections(
    candidates: list[tuple[str, str, float]],
) -> list[tuple[str, str, float]]:
    """Make "Intersection" a piece where another column has the addresses."""
    others = {role for role, column, _ in candidates if not is_intersection(column)}
    return [
        (role.removesuffix("address") + ADDRESS_PART, column, sure)
        if role in others and role.endswith(".address") and is_intersection(column)
        else (role, column, sure)
        for role, column, sure in candidates
    ]


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
        if is_bare_number(column)
        and (text[column] != "").any()
        and text[column].head(SEEN).str.fullmatch(r"\d{0,6}(?:\.0)?").mean() >= _MOST
        and not _counts_on(text[column])
    ]


def _counts_on(column: pd.Series) -> bool:
    """Whether numbers only rise, as those of records do."""
    number = pd.to_numeric(column[column != ""].head(SEEN), errors="coerce").diff().dropna()
    return len(number) >= _FEW and bool((number > 0).all())


def _has_gaps(addresses: pd.DataFrame) -> bool:
    """Whether some rows have no whole address."""
    return bool((addresses.head(SEEN) == "").all(axis=1).any())


def _bare_pieces(candidates: list[tuple[str, str, float]], text: pd.DataFrame) -> list[str]:
    """Columns called just "Type" or "Dir" that are nothing else and hold such pieces."""
    taken = {column for _, column, _ in candidates}
    return [
        column
        for column in text.columns
        if column not in taken
        and (part := BARE.get(column.strip().lower())) is not None
        and (text[column] != "").any()
        and fits(part, text[column])
    ]


def _is_placed(role: str) -> bool:
    return role.rpartition(".")[2] in {ADDRESS_PART, "address"}


def _is_part(role: str) -> bool:
    return role.rpartition(".")[2] == ADDRESS_PART


def _is_without(column: pd.Series) -> bool:
    """Whether a column of addresses holds streets without numbers."""
    filled = column[column != ""].head(SEEN)
    return bool(len(filled)) and bool(filled.str.match(WHOLE).mean() < 1 - _MOST)
