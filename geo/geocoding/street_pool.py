"""Candidates: which streets a row may mean, and what speaks against each."""

from dataclasses import dataclass, fields
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from geo.geocoding import street_costs
from geo.geocoding.street_answer import NOT_USED
from geo.geocoding.street_fuzzy import near_names, scope_of, short_names_near
from geo.geocoding.street_index import StreetIndex, key_of
from geo.geocoding.street_locate import box_distance_m
from geo.geocoding.street_query import Names, Queries
from geo.geocoding.street_ways import other_ways
from geo.geocoding.street_words import DIRECTION_NAMES

Array = NDArray[Any]
Floats = NDArray[np.float64]

_NEAR_M: Final = 8_000.0
_NEAR_TIMES: Final = 2.0
_MOST_NAMES: Final = 60_000  # compared with a row of which nothing but the state is known
_PRE_NAMES: Final = ("", *DIRECTION_NAMES)


@dataclass(frozen=True, eq=False)
class Pairs:
    """Rows and names (positions in `bases`) they may mean, with the direction and type asked.

    `letters` is how many of the name are wrong (`street_answer.Answers`).
    """

    row: Array
    base: Array
    cost: Floats
    letters: Array
    pre: Array
    post: Array
    type: Array

    def take(self, rows: Array) -> "Pairs":
        """Give some of the pairs."""
        return Pairs(*(getattr(self, one.name)[rows] for one in fields(self)))


@dataclass(frozen=True, eq=False)
class Pool:
    """Rows and streets they may mean.

    `name` is what the letters cost, `parts` direction and type, `place` ZIP code, city and county;
    `letters` and `doubt` as in `street_answer.Answers`.
    """

    row: Array
    street: Array
    name: Floats
    parts: Floats
    place: Floats
    letters: Array
    doubt: Array

    @property
    def cost(self) -> Floats:
        """All that speaks against each."""
        return self.name + self.parts + self.place

    def take(self, rows: Array) -> "Pool":
        """Give some of the candidates."""
        return Pool(*(getattr(self, one.name)[rows] for one in fields(self)))


def exact(index: StreetIndex, name: Names, rows: Array) -> Pairs:
    """Names that are written like this."""
    number = index.base_number
    base = np.array([number.get(one, -1) for one in name.base[rows]], dtype=np.int64)
    held = base >= 0
    return _pairs(name, rows[held], base[held], np.zeros(int(held.sum())))


def other(index: StreetIndex, name: Names, rows: Array) -> Pairs:
    """Names that the same words may mean when parted in another way."""
    number, types = index.base_number, {t: k for k, t in enumerate(index.meta["types"])}
    alike: dict[tuple[str, str, int], list[int]] = {}
    names = zip(name.base[rows], name.whole[rows], name.pre[rows].tolist(), strict=True)
    for row, one in zip(rows.tolist(), names, strict=True):
        alike.setdefault(one, []).append(row)
    found = [
        (row, way)
        for (base, whole, pre), same in alike.items()
        for way in other_ways(base, whole, _PRE_NAMES[pre])
        if way.base in number
        for row in same
    ]
    row = np.array([row for row, _ in found], dtype=np.int64)
    ways = [way for _, way in found]
    pairs = _pairs(
        name, row, np.array([number[way.base] for way in ways], dtype=np.int64),
        np.array([way.cost for way in ways], dtype=np.float64),
    )  # fmt: skip
    for at, way in enumerate(ways):
        if way.pre is not None:
            pairs.pre[at] = _PRE_NAMES.index(way.pre)
        if way.type is not None:
            pairs.type[at] = types.get(way.type, -1)
    return pairs


def misspelled_in_zip(index: StreetIndex, asked: Queries, name: Names, rows: Array) -> Pairs:
    """Names nearly like this in the row's ZIP code."""
    zips = asked.zip[rows]
    found = [
        _near(index, name, rows[zips == one], scope_of(index, np.array([one])))
        for one in np.unique(zips[zips > 0])
    ]
    return _joined(name, found)


def misspelled_nearby(index: StreetIndex, asked: Queries, name: Names, rows: Array) -> Pairs:
    """Names nearly like this around the row's ZIP code and city, or in its county."""
    found = []
    codes, boxes = index.zip_boxes
    where = np.column_stack([np.nan_to_num(asked.anchors[rows]), asked.county[rows]])
    keys, group = np.unique(where, axis=0, return_inverse=True)
    for number, key in enumerate(keys):
        near = np.zeros(len(codes), dtype=bool)
        known = False
        for at in (0, 3):
            if key[at] != 0:
                known = True
                lon, lat = np.full(len(codes), key[at]), np.full(len(codes), key[at + 1])
                reach = max(_NEAR_M, _NEAR_TIMES * key[at + 2])
                near |= box_distance_m(lon, lat, boxes) <= reach
        if known:
            scope = scope_of(index, codes[near | (codes == 0)])
        elif key[6]:
            scope = np.unique(index.street_base[index.street_county == key[6]]).astype(np.int64)
        elif len(index.bases) <= _MOST_NAMES:
            scope = np.arange(len(index.bases), dtype=np.int64)
        else:
            continue
        found.append(_near(index, name, rows[group == number], scope))
    return _joined(name, found)


def short_names(index: StreetIndex, name: Names, rows: Array) -> Pairs:
    """Names of three letters that are one letter off: for a person to choose from, no answer."""
    found = [
        (row, base, cost)
        for row in rows.tolist()
        for base, cost in short_names_near(str(name.base[row]), index.bases)
    ]
    row, base = (np.array([one[k] for one in found], dtype=np.int64) for k in (0, 1))
    return _pairs(
        name, row, base, np.array([one[2] for one in found], dtype=np.float64),
        np.ones(len(found), dtype=np.int64),
    )  # fmt: skip


def candidates(index: StreetIndex, asked: Queries, pairs: Pairs, *, in_zip: bool) -> Pool:
    """Streets of these names, in the row's own ZIP code only or anywhere in the state."""
    if in_zip:
        key = key_of(pairs.base, asked.zip[pairs.row])
        first = np.searchsorted(index.street_key, key)
        last = np.searchsorted(index.street_key, key, side="right")
    else:
        first, last = index.base_first[pairs.base], index.base_first[pairs.base + 1]
    count = (last - first).astype(np.int64)
    pair = np.repeat(np.arange(len(count)), count)
    street = np.repeat(first - (np.cumsum(count) - count), count) + np.arange(len(pair))
    row = pairs.row[pair]
    parts = street_costs.of_name(index, pairs.pre[pair], pairs.post[pair], pairs.type[pair], street)
    place = street_costs.of_place(index, asked, row, street)
    doubt = np.zeros(len(pair), dtype=np.int64)
    grid = np.flatnonzero(index.counted[pairs.base][pair])
    own, kind = index.street_type[street[grid]], pairs.type[pair[grid]]
    doubt[grid] = NOT_USED * ((kind != 0) & (own != 0) & (kind != own))
    pool = Pool(row, street, pairs.cost[pair], parts, place, pairs.letters[pair], doubt)
    return pool.take(np.flatnonzero(pool.cost < street_costs.REJECTED))


def together(pools: list[Pool]) -> tuple[Pool, Array]:
    """Candidates of several searches; the same street of a row once, at its least cost.

    Returns
    -------
    pool : Pool
    kept : ndarray of int, shape (k,)
        Which of all, one search behind the other, each of the pool is.
    """
    every = Pool(*(np.concatenate([getattr(p, one.name) for p in pools]) for one in fields(Pool)))
    order = np.lexsort((every.cost, every.street, every.row))
    row, street = every.row[order], every.street[order]
    fresh = np.ones(len(order), dtype=bool)
    fresh[1:] = (row[1:] != row[:-1]) | (street[1:] != street[:-1])
    kept = order[fresh]
    return every.take(kept), kept


def _near(index: StreetIndex, name: Names, rows: Array, scope: Array) -> Pairs:
    """Compare with the names of a scope; what has no type is compared with name and type too."""
    if not len(scope) or not len(rows):
        return _pairs(name, rows[:0], rows[:0], np.zeros(0))
    bases = index.bases
    answer = [_compare(name, rows, [bases[one] for one in scope], scope)]
    bare = rows[name.type[rows] == 0]
    if len(bare):
        owner, wholes = index.wholes
        first, last = np.searchsorted(owner, scope), np.searchsorted(owner, scope, side="right")
        pick = np.concatenate([np.arange(a, b) for a, b in zip(first, last, strict=True)])
        answer.append(_compare(name, bare, [wholes[one] for one in pick], owner[pick]))
    return _joined(name, answer)


def _compare(name: Names, rows: Array, choices: list[str], base: Array) -> Pairs:
    """Pairs of rows and the bases of choices that are nearly spelled like them."""
    spelled, back = np.unique(name.base[rows].astype(str), return_inverse=True)
    asked, found, cost, letters = near_names(spelled.tolist(), choices)
    # What was found for a spelling is given to each row that has it.
    order = np.argsort(back, kind="stable")
    first = np.searchsorted(back[order], asked)
    count = np.searchsorted(back[order], asked, side="right") - first
    pair = np.repeat(np.arange(len(asked)), count)
    place = np.repeat(first - (np.cumsum(count) - count), count) + np.arange(len(pair))
    return _pairs(name, rows[order[place]], base[found[pair]], cost[pair], letters[pair])


def _pairs(
    name: Names, row: Array, base: Array, cost: Floats, letters: Array | None = None
) -> Pairs:
    wrong = np.zeros(len(row), dtype=np.int64) if letters is None else letters
    return Pairs(row, base, cost, wrong, name.pre[row], name.post[row], name.type[row])


def none() -> Pool:
    """No candidates."""
    nothing, free = np.zeros(0, dtype=np.int64), np.zeros(0)
    return Pool(nothing, nothing, free, free, free, nothing, nothing)


def _joined(name: Names, parts: list[Pairs]) -> Pairs:
    if not parts:
        nothing = np.zeros(0, dtype=np.int64)
        return _pairs(name, nothing, nothing, np.zeros(0))
    return Pairs(*(np.concatenate([getattr(p, one.name) for p in parts]) for one in fields(Pairs)))
