"""Numbers and shapes as short text.

A change of color is sent to the browser over one connection, so values travel as base-64
variable-length quantities: five bits a character, the sixth saying that more follow, zigzag for
the sign. The alphabet needs no escaping in JSON, HTML or a script;
`maps/assets/atlas_data.js` reads it.
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray

ALPHABET: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
_LETTERS: Final = np.frombuffer(ALPHABET.encode(), dtype=np.uint8)
_LARGEST: Final = 2**51  # differences of two are exact in JavaScript


def _letters(unsigned: NDArray[np.int64]) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """Characters of all numbers in order, and how many each number takes."""
    widest = int(unsigned.max(initial=0)).bit_length()
    digits = [unsigned >> shift for shift in range(0, max(widest, 1), 5)]
    stacked = np.stack(digits, axis=1)
    used = stacked > 0
    used[:, 0] = True
    more = np.zeros_like(stacked)
    more[:, :-1] = used[:, 1:] * 32
    return _LETTERS[(stacked & 31) | more][used], used.sum(axis=1)


def _zigzag(signed: NDArray[np.int64]) -> NDArray[np.int64]:
    return (signed << 1) ^ (signed >> 63)


def whole(values: ArrayLike) -> str:
    """Write whole numbers of either sign.

    Parameters
    ----------
    values : array_like of int, shape (n,)

    Returns
    -------
    str

    Examples
    --------
    >>> whole([0, 1, -1, 16])
    'ACBgB'
    """
    signed = np.asarray(values, dtype=np.int64).reshape(-1)
    return _letters(_zigzag(signed))[0].tobytes().decode()


def numbers(values: ArrayLike, decimals: int) -> str:
    """Write numbers rounded to `decimals` places; NaN and infinity are written as missing.

    Parameters
    ----------
    values : array_like of float, shape (n,)
    decimals : int
        Places kept, 0 or more.

    Returns
    -------
    str
        The least number times ``10**decimals``, zigzagged; then for each number one more than what
        it is above the least, or zero where it is missing.

    Examples
    --------
    >>> numbers([0.5, float("nan"), 0.6], 1)
    'KBAC'
    """
    given = np.asarray(values, dtype=np.float64).reshape(-1)
    with np.errstate(over="ignore"):
        scaled = np.rint(given * 10.0**decimals)
    known = np.abs(scaled) < _LARGEST  # False for NaN too
    least = int(scaled[known].min()) if known.any() else 0
    above = np.where(known, np.where(known, scaled, 0).astype(np.int64) - least + 1, 0)
    return whole([least]) + _letters(above)[0].tobytes().decode()


def positions(at: ArrayLike) -> str:
    """Write increasing positions as steps: a run of neighbors costs one character each.

    Examples
    --------
    >>> positions([0, 1, 2, 9])
    'ACCO'
    """
    return whole(np.diff(np.asarray(at, dtype=np.int64), prepend=0))


def _steps(lonlat: NDArray[np.float64], starts: NDArray[np.int64], decimals: int) -> list[str]:
    """One text a part: its first place, then the steps from place to place, lon before lat."""
    grid = np.rint(lonlat * 10.0**decimals).astype(np.int64)
    steps = np.diff(grid, axis=0, prepend=np.zeros((1, 2), dtype=np.int64))
    steps[starts] = grid[starts]
    letters, widths = _letters(_zigzag(steps.reshape(-1)))
    ends = np.concatenate([[0], np.cumsum(widths)])
    text = letters.tobytes().decode()
    cuts = [*(int(c) for c in ends[2 * starts]), len(text)]
    return [text[a:b] for a, b in pairwise(cuts)]


def points(shapes: gpd.GeoSeries, decimals: int = 5) -> str:
    """Write points as one chain of steps, in their order.

    Parameters
    ----------
    shapes : geopandas.GeoSeries of Point, EPSG:4326, none missing or empty
    decimals : int
        Places of a degree kept; 5 is about one metre.

    Returns
    -------
    str
    """
    lonlat = shapely.get_coordinates(shapes.to_numpy())
    return _steps(lonlat, np.zeros(1, dtype=np.int64), decimals)[0] if len(lonlat) else ""


def outlines(shapes: gpd.GeoSeries, decimals: int = 5) -> list[str]:
    """Write polygons or lines, one text each; missing and empty shapes are ``""``.

    Parameters
    ----------
    shapes : geopandas.GeoSeries, EPSG:4326
        Polygons, lines, or their multiparts.
    decimals : int
        Places of a degree kept; 5 is about one metre.

    Returns
    -------
    list of str
        Parts joined by ``|``; within a polygon the rings are joined by a space, outer ring first.

    Examples
    --------
    >>> square = gpd.GeoSeries([shapely.box(0, 0, 1, 1)], crs=4326)
    >>> outlines(square, decimals=0)
    ['CAACBAABCA']
    """
    parts, owner = shapely.get_parts(shapes.to_numpy(), return_index=True)
    polygonal = shapely.get_type_id(parts) == shapely.GeometryType.POLYGON
    rings: list[shapely.Geometry] = []
    ring_of: list[int] = []
    for at, (part, is_polygon) in enumerate(zip(parts, polygonal, strict=True)):
        if not is_polygon:
            rings.append(part)
            ring_of.append(at)
            continue
        for ring in (part.exterior, *part.interiors):
            rings.append(ring)
            ring_of.append(at)
    lonlat, index = shapely.get_coordinates(np.asarray(rings, dtype=object), return_index=True)
    filled, first = np.unique(index, return_index=True)
    texts = (
        dict(zip(filled.tolist(), _steps(lonlat, first, decimals), strict=True)) if rings else {}
    )
    of_part: list[list[str]] = [[] for _ in parts]
    for ring_at, part_at in enumerate(ring_of):
        if ring_at in texts:
            of_part[part_at].append(texts[ring_at])
    return _joined(of_part, owner.tolist(), len(shapes))


def _joined(of_part: Sequence[Sequence[str]], owner: Sequence[int], n: int) -> list[str]:
    of_shape: list[list[str]] = [[] for _ in range(n)]
    for at, ring_texts in zip(owner, of_part, strict=True):
        if ring_texts:
            of_shape[at].append(" ".join(ring_texts))
    return ["|".join(part_texts) for part_texts in of_shape]
