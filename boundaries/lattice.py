"""Cells of hexagons and squares by arithmetic: middles, outlines, which cell holds a point."""

from typing import Final, Literal

import numpy as np
import shapely
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Shape = Literal["hexagon", "square"]

ROW_STEP: Final = {"hexagon": np.sqrt(3) / 2, "square": 1.0}
"""From row to row, in widths."""


def middles(q: Ints, r: Ints, width_m: float, shape: Shape) -> Floats:
    """Easting, northing of the middles of cells, shape (n, 2)."""
    shift = 0.5 if shape == "hexagon" else 0.0
    return np.column_stack([(q + shift * r) * width_m, r * (ROW_STEP[shape] * width_m)])


def outlines(q: Ints, r: Ints, width_m: float, shape: Shape) -> NDArray[np.object_]:
    """Polygons of cells."""
    if shape == "hexagon":
        angle = np.radians(np.arange(30, 391, 60))
        reach = width_m / np.sqrt(3)
    else:
        angle = np.radians(np.arange(45, 406, 90))
        reach = width_m / np.sqrt(2)
    corners = reach * np.column_stack([np.cos(angle), np.sin(angle)])
    corners[-1] = corners[0]
    polygons: NDArray[np.object_] = shapely.polygons(
        middles(q, r, width_m, shape)[:, None, :] + corners
    )
    return polygons


def cell_of(points: Floats, width_m: float, shape: Shape) -> tuple[Ints, Ints]:
    """Coordinates of the cell with the nearest middle."""
    if shape == "square":
        nearest = np.floor(points / width_m + 0.5).astype(np.int64)
        return nearest[:, 0], nearest[:, 1]
    r = points[:, 1] / (width_m * ROW_STEP["hexagon"])
    q = points[:, 0] / width_m - r / 2
    s = -q - r
    near_q, near_r, near_s = np.round(q), np.round(r), np.round(s)
    off_q, off_r, off_s = np.abs(near_q - q), np.abs(near_r - r), np.abs(near_s - s)
    # The three must sum to zero: the one rounded farthest follows from the others.
    fix_q = (off_q > off_r) & (off_q > off_s)
    fix_r = ~fix_q & (off_r > off_s)
    near_q = np.where(fix_q, -near_r - near_s, near_q)
    near_r = np.where(fix_r, -near_q - near_s, near_r)
    return near_q.astype(np.int64), near_r.astype(np.int64)


def key_of(q: Ints, r: Ints) -> Ints:
    """One number for each cell, rising with r, then q."""
    return r * 2**32 + q


def unique(q: Ints, r: Ints) -> tuple[Ints, Ints]:
    """Each cell once, in order of r, then q."""
    first = np.unique(key_of(q, r), return_index=True)[1]
    return q[first], r[first]


def search(wanted: Ints, held: Ints) -> Ints:
    """Position of each number in a rising array, -1 where it is missing."""
    at = np.searchsorted(held, wanted)
    at[at == len(held)] = 0
    return np.where(held[at] == wanted, at, -1)
