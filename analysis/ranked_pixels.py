"""The pixels a density or a risk beside other records ranks, with what came later.

A density is measured by the ground. A ratio is high where cases are many beside their controls,
wherever that is; by the ground it would lose to any count. So it is measured by the records, cases
and controls alike, as a risk of people is by people.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

import numpy as np
import pandas as pd
import pyproj
from numpy.typing import NDArray
from scipy import ndimage

from analysis.capture import per_size
from analysis.control_risk import cases_and_controls
from analysis.counts import select
from analysis.getis_ord import Floats
from analysis.holdout import Holdout
from analysis.ranked_places import (
    ALIKE,
    BEFORE,
    DENSITY,
    EARLIER,
    RISK,
    RankedPlaces,
    by_population,
    county_at,
)
from analysis.result import Density
from analysis.run import run
from geo import crs, schema
from geo.layers import Surface
from geo.schema import Records

_OFF: Final = 1.5  # cells; the middle of a border's pixel may lie outside


def ranked_pixels(held: Holdout, records: Sequence[Records]) -> RankedPlaces:
    """Make the map without what is held back, and find the later events on it.

    Raises
    ------
    StudyError
        The map cannot be made of the earlier records.
    """
    found = run(held.study, records)
    assert isinstance(found, Density)
    surface = found.surface
    height = np.asarray(surface.values, dtype=np.float64)
    inside = np.isfinite(height)
    count = _counter(surface, inside)
    row, column = np.nonzero(inside)
    west, cell, _, north, _, down = surface.transform
    wide = max(1, round(surface.bandwidth_m / cell))
    _, square = np.unique((row // wide) * height.shape[1] + column // wide, return_inverse=True)

    def in_squares(rows: pd.DataFrame) -> Floats:
        """Count by square a bandwidth wide, for each of its pixels."""
        each: Floats = np.bincount(square, count(rows))[square].astype(np.float64)
        return each

    later = count(held.later)
    outside = float(held.later[schema.COUNT].sum() - later.sum())
    events = float(found.tally["used"])
    if held.study.versus == "controls":
        beside = _controls(held, records)
        before, earlier = (
            per_size(cases, cases + in_squares(others))
            for cases, others in (
                (in_squares(held.before), beside.before),
                (in_squares(held.earlier), beside.earlier),
            )
        )
        scores = {RISK: height[inside], BEFORE: before, EARLIER: earlier}
        return RankedPlaces(
            scores=scores | {ALIKE: np.ones(later.size)},
            size=later + count(beside.later),
            measured="records",
            later=later,
            outside=outside,
            events=events,
        )
    pixels: Floats = np.bincount(square)[square].astype(np.float64)
    middles = np.column_stack([west + (column + 0.5) * cell, north + (row + 0.5) * down])
    local, geoids = pyproj.CRS.from_wkt(surface.crs), select(held.study, records).geoids
    return RankedPlaces(
        scores={
            DENSITY: height[inside],
            BEFORE: in_squares(held.before) / pixels,
            EARLIER: in_squares(held.earlier) / pixels,
            **by_population(county_at(middles, local, geoids)),
        },
        size=np.ones(later.size),
        measured="ground",
        later=later,
        outside=outside,
        events=events,
    )


def _controls(held: Holdout, records: Sequence[Records]) -> Holdout:
    """Split the controls by the days the cases were split by."""
    until = (held.after - pd.Timedelta(days=1)).date()
    rows = cases_and_controls(replace(held.study, end=until), records).controls
    days = rows[schema.OCCURRED_ON]
    start = held.cut - pd.DateOffset(months=held.months)
    return replace(
        held,
        later=rows[days >= held.cut],
        earlier=rows[days < held.cut],
        before=rows[(days >= start) & (days < held.cut)],
    )


def _counter(surface: Surface, inside: NDArray[np.bool_]) -> Callable[[pd.DataFrame], Floats]:
    """Make a count of rows by pixel with a value, those just beyond by the nearest one."""
    west, cell, _, north, _, down = surface.transform
    local = pyproj.CRS.from_wkt(surface.crs)
    pixels = int(inside.sum())
    number = np.full(inside.shape, -1)
    number[inside] = np.arange(pixels)
    distance, near = ndimage.distance_transform_edt(~inside, return_indices=True)

    def count(rows: pd.DataFrame) -> Floats:
        east, up = crs.to_local(rows[schema.LON], rows[schema.LAT], local)
        row = np.floor((up - north) / down).astype(int)
        column = np.floor((east - west) / cell).astype(int)
        on = (row >= 0) & (row < inside.shape[0]) & (column >= 0) & (column < inside.shape[1])
        row, column = row[on], column[on]
        at = number[near[0][row, column], near[1][row, column]]
        at = np.where(distance[row, column] <= _OFF, at, -1)
        events = rows[schema.COUNT].to_numpy(float)[on]
        held_ = np.bincount(at[at >= 0], events[at >= 0], minlength=pixels)
        return held_.astype(np.float64)

    return count
