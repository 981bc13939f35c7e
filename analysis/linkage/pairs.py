"""Pairs of records of two sources that could be one event: same kind, same county, near days."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo import schema
from geo.schema import Records

UNKNOWN: Final = -1

_EXACT: Final = frozenset({"", "minute", "day"})
_COARSEST_M: Final = 15_000.0  # a place known worse than this says no more than its county
_CHUNK: Final = 2_000_000  # pairs held at once
_BANDS: Final = 25  # ages of a source that takes no more values than this are bands
_DAYS: Final = 10_000_000  # more than there are days, so that block and day make one number
_CODES: Final = {name: number for number, name in enumerate(schema.DRUG_CLASSES)}

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Side:
    """Records of one source that can be linked, as arrays of one length, by block and day.

    `row` is the position in the source's table. `block` numbers kind and county over both sources.
    `minute`, `age` and places are NaN when unknown, `sex` and `outcome` -1, `drugs` 0 (else one bit
    a class). `is_point` tells a street or better from a ZIP code or city; `age_half_width` is half
    of a band of ages, 0.5 for single years.
    """

    row: Ints
    block: Ints
    day: Ints
    minute: Floats
    lon: Floats
    lat: Floats
    radius_m: Floats
    is_point: Bools
    age: Floats
    age_half_width: float
    sex: Ints
    outcome: Ints
    drugs: Ints

    def __len__(self) -> int:
        """How many records there are."""
        return len(self.row)


def sides(a: Records, b: Records) -> tuple[Side, Side]:
    """Prepare two sources; blocks with records of one of them only are left out.

    Counts of areas, and records without a county or an exact day, can be linked to nothing.
    """
    tables = [_usable(one) for one in (a, b)]
    names = [(t[schema.KIND] + " " + t[schema.GEOID]).to_numpy(dtype=object) for t in tables]
    shared = np.intersect1d(names[0].astype(str), names[1].astype(str))
    made = []
    for table, name in zip(tables, names, strict=True):
        there = np.isin(name.astype(str), shared)
        made.append(_side(table[there], np.searchsorted(shared, name[there].astype(str))))
    return made[0], made[1]


def candidates(a: Side, b: Side, window_days: int) -> Iterator[tuple[Ints, Ints]]:
    """Give positions in `a` and `b` of pairs of one block at most so many days apart, in chunks."""
    key = b.block * _DAYS + b.day
    start = np.searchsorted(key, a.block * _DAYS + a.day - window_days, side="left")
    end = np.searchsorted(key, a.block * _DAYS + a.day + window_days, side="right")
    many = end - start
    chunk = (np.cumsum(many) - many) // _CHUNK
    for number in np.unique(chunk[many > 0]):
        rows = np.flatnonzero((chunk == number) & (many > 0))
        left = np.repeat(rows, many[rows])
        first = np.cumsum(many[rows]) - many[rows]
        right = np.arange(len(left)) - np.repeat(first - start[rows], many[rows])
        yield left, right


def count_pairs(a: Side, b: Side, window_days: int) -> Ints:
    """Count the pairs of each record of `a` with records of `b` at most so many days apart."""
    key = b.block * _DAYS + b.day
    end = np.searchsorted(key, a.block * _DAYS + a.day + window_days, side="right")
    start = np.searchsorted(key, a.block * _DAYS + a.day - window_days, side="left")
    return np.asarray(end - start, dtype=np.int64)


def distance_m(a: Side, b: Side, left: Ints, right: Ints) -> Floats:
    """Meters between the places of pairs; NaN where one has none. Good to 1% within a county."""
    north = (b.lat[right] - a.lat[left]) * 110_574.0
    east = (b.lon[right] - a.lon[left]) * 111_320.0
    east *= np.cos(np.radians((a.lat[left] + b.lat[right]) / 2))
    apart: Floats = np.hypot(east, north)
    return apart


def _usable(records: Records) -> pd.DataFrame:
    table = records.table
    use = (
        table[schema.OCCURRED_ON].notna()
        & table[schema.TIME_PRECISION].isin(_EXACT)
        & (table[schema.GEOID] != "")
    )
    return table[use & (not records.area_counts)]


def _side(table: pd.DataFrame, block: Ints) -> Side:
    day = table[schema.OCCURRED_ON].to_numpy(dtype="datetime64[D]").astype(np.int64)
    order = np.lexsort((day, block))
    table, block, day = table.iloc[order], block[order].astype(np.int64), day[order]
    radius = table[schema.RADIUS_M].to_numpy(dtype=float)
    vague = (table[schema.PRECISION] == "12").to_numpy() | (radius > _COARSEST_M)
    age = table[schema.AGE].to_numpy(dtype=float)
    return Side(
        row=table.index.to_numpy(dtype=np.int64),
        block=block,
        day=day,
        minute=table[schema.MINUTE].to_numpy(dtype=float),
        lon=np.where(vague, np.nan, table[schema.LON].to_numpy(dtype=float)),
        lat=np.where(vague, np.nan, table[schema.LAT].to_numpy(dtype=float)),
        radius_m=np.nan_to_num(radius, nan=100.0),
        is_point=table[schema.PRECISION].isin(schema.POINT_PRECISIONS).to_numpy(dtype=bool),
        age=age,
        age_half_width=_half_width(age),
        sex=_code(table[schema.SEX], ("F", "M")),
        outcome=_code(table[schema.OUTCOME], ("fatal", "nonfatal")),
        drugs=_bits(table[schema.DRUGS]),
    )


def _half_width(age: Floats) -> float:
    """Half the width of the bands a source gives ages in; 0.5 when it gives years."""
    values = np.unique(age[np.isfinite(age)])
    if not 1 < len(values) <= _BANDS or len(age) < 4 * _BANDS:
        return 0.5
    return max(0.5, float(np.median(np.diff(values))) / 2)


def _code(values: pd.Series, known: tuple[str, ...]) -> Ints:
    code: Ints = pd.Index(known).get_indexer(values).astype(np.int64)
    return code


def _bits(drugs: pd.Series) -> Ints:
    """One bit for each class that says something; "other" agrees with nothing."""
    words = drugs.unique()
    bits = [
        sum(1 << _CODES[name] for name in str(text).strip("|").split("|") if name in _CODES)
        & ~(1 << _CODES["other"])
        for text in words
    ]
    found: Ints = drugs.map(dict(zip(words, bits, strict=True))).to_numpy(dtype=np.int64)
    return found
