"""Pieces of streets of one source: names, house numbers, ZIP codes, lines."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from geo.geocoding.names import words

Ints = NDArray[np.int32]
Floats = NDArray[np.float64]

LINE: Final = 0
POINT: Final = 1  # an address point: one place for one number
MARKER: Final = 2  # a mile marker: the number is the mile times 10
NONE: Final = -1  # no number

_DIGITS = re.compile(r"\d+")
_DASHED_SHARE: Final = 0.05  # of the numbered pieces: one slip of a file makes no custom
_DASHED = re.compile(r"\s*\d+\s*-\s*\d")


@dataclass(frozen=True, eq=False)
class Segments:
    """Pieces of streets of one source.

    Attributes
    ----------
    names : list of str
        The different street names, as `names.words` writes them.
    shown : list of str
        The same as the source writes them.
    name : ndarray of int, shape (n,)
        Position in `names` of each segment.
    numbers : ndarray of int, shape (n, 4)
        House numbers: left from, left to, right from, right to; -1 where there is none.
    zips : ndarray of int, shape (n, 2)
        ZIP codes left and right, 0 where unknown.
    county : ndarray of int, shape (n,)
        County code as a number, 0 where unknown.
    kind : ndarray of int, shape (n,)
        `LINE`, `POINT` or `MARKER`.
    lonlat : ndarray of float, shape (m, 2)
        Points of all lines, EPSG:4326 (TIGER's EPSG:4269 is the same within 2 m).
    start : ndarray of int, shape (n + 1,)
        Where each line starts in `lonlat`.
    source : str
        What it is: "TIGER/Line EDGES 2020".
    vintage : str
        Of which date that is, where `source` does not tell: "as of 2024-05-03".
    dashed : list of int or None
        ZIP codes (0 for none) where house numbers have a dash; None where that is not known.
    """

    names: list[str]
    shown: list[str]
    name: Ints
    numbers: Ints
    zips: Ints
    county: Ints
    kind: NDArray[np.int8]
    lonlat: Floats
    start: NDArray[np.int64]
    source: str
    vintage: str = ""
    dashed: list[int] | None = None

    def __len__(self) -> int:
        return len(self.name)

    @property
    def source_dated(self) -> str:
        """The source with its vintage, as rows name it."""
        return ", ".join(filter(None, (self.source, self.vintage)))

    def take(self, kept: NDArray[np.bool_]) -> "Segments":
        """Give some of the pieces."""
        count = np.diff(self.start)
        start = np.concatenate([[0], np.cumsum(count[kept])]).astype(np.int64)
        points = np.repeat(kept, count)
        return Segments(
            self.names, self.shown, self.name[kept], self.numbers[kept], self.zips[kept],
            self.county[kept], self.kind[kept], self.lonlat[points], start, self.source,
            self.vintage, self.dashed,
        )  # fmt: skip


def house_numbers(column: pd.Series) -> Ints:
    """House numbers as whole numbers, -1 where there is none: "45-12" is 4512, "12 1/2" is 12.

    Examples
    --------
    >>> house_numbers(pd.Series(["101", "45-12", None, "12 1/2", "123A", "0"])).tolist()
    [101, 4512, -1, 12, 123, -1]
    """
    codes, values = pd.factorize(column)
    answers = [_house_number(str(value)) for value in values]
    numbers: Ints = np.array([*answers, NONE], dtype=np.int32)[codes]
    return numbers


def zips_with_dash(columns: Sequence[pd.Series], zips: Ints) -> list[int]:
    """Tell in which ZIP codes house numbers have a dash, as in Queens.

    Examples
    --------
    >>> numbers = [pd.Series(["101", "45-12", None]), pd.Series(["103", "45-20", "12-1"])]
    >>> zips_with_dash(numbers, np.array([[27944, 27944], [11104, 11104], [0, 11377]]))
    [0, 11104, 11377]
    """
    every, dashed = (np.zeros(len(columns[0]), dtype=bool) for _ in range(2))
    for column in columns:
        codes, values = pd.factorize(column)
        dashed |= np.array([*(bool(_DASHED.match(str(one))) for one in values), False])[codes]
        every |= codes >= 0
    found, at = np.unique(zips, return_inverse=True)
    at = at.reshape(zips.shape)
    many, some = (np.bincount(at[rows].ravel(), minlength=len(found)) for rows in (every, dashed))
    custom: list[int] = found[(some > 0) & (some >= _DASHED_SHARE * many)].tolist()
    return custom


def _house_number(text: str) -> int:
    text = text.strip().removesuffix(".0")
    runs = _DIGITS.findall(text.split(" ")[0])
    if not runs:
        return NONE
    joined = "".join(runs)
    number = int(joined) if "-" in text and len(joined) <= 8 else int(runs[-1][:8])
    return number or NONE


def segments(
    shapes: NDArray[np.object_], names: pd.Series, numbers: Ints, zips: Ints, source: str
) -> Segments:
    """Put arrays together.

    Parameters
    ----------
    shapes : ndarray of shapely LineString, MultiLineString or Point, shape (n,)
        EPSG:4326; of a line in several parts the longest is taken.
    names : Series of str, shape (n,)
        As the source writes them; rows without a name are left out.
    numbers : ndarray of int, shape (n, 4)
    zips : ndarray of int, shape (n, 2)
    source : str

    Returns
    -------
    Segments
        Of kind `LINE`, without counties and `dashed`.
    """
    shapes = _one_line(shapes)
    code, distinct = pd.factorize(names)
    shown = [unicodedata.normalize("NFC", str(name)).strip() for name in distinct]
    count = shapely.get_num_coordinates(shapes)
    keep = (count > 0) & (code >= 0)
    keep &= np.array([*(bool(name) for name in shown), False])[code]
    start = np.zeros(int(keep.sum()) + 1, dtype=np.int64)
    np.cumsum(count[keep], out=start[1:])
    return Segments(
        names=[words(name.replace("-", " ").replace("/", " ")) for name in shown],
        shown=shown,
        name=code[keep].astype(np.int32),
        numbers=numbers[keep].astype(np.int32),
        zips=zips[keep].astype(np.int32),
        county=np.zeros(int(keep.sum()), dtype=np.int32),
        kind=np.full(int(keep.sum()), LINE, dtype=np.int8),
        lonlat=shapely.get_coordinates(shapes[keep]),
        start=start,
        source=source,
    )


def _one_line(shapes: NDArray[np.object_]) -> NDArray[np.object_]:
    several = shapely.get_type_id(shapes) == 5
    if not several.any():
        return shapes
    shapes = shapes.copy()
    for place in np.flatnonzero(several):
        merged = shapely.line_merge(shapes[place])
        parts = shapely.get_parts(merged)
        shapes[place] = parts[np.argmax(shapely.length(parts))]
    return shapes
