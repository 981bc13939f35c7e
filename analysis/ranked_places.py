"""The places a map ranks, with what came later: counties and cells (see `ranked_pixels` too)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

import numpy as np
import pandas as pd
import pyproj
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from analysis import areas as placing
from analysis import result as names
from analysis.areas import Areas
from analysis.capture import per_size
from analysis.counts import select
from analysis.getis_ord import Floats
from analysis.ground import ground_of
from analysis.holdout import Holdout
from analysis.result import Density, HotSpots
from analysis.run import run
from boundaries import load
from geo import crs, schema
from geo.schema import Records

Measured = Literal["people", "ground", "streets", "records"]

GI: Final = "gi"  # maps
ADJUSTED: Final = "people"
DENSITY: Final = "density"
RISK: Final = "risk"
BEFORE: Final = "before"  # baselines
EARLIER: Final = "earlier"
POPULATION: Final = "population"
ALIKE: Final = "alike"


@dataclass(frozen=True, eq=False)
class RankedPlaces:
    """Places with scores, shape (n,) each.

    `scores` holds those of the map, then of what the map is held against; population is left out
    where it would rank no place above another, within one county. `size` is people, ground, length
    of street, or later cases and controls, as `measured` says. `later` are the events held back,
    `outside` those in no place.
    `events` is how many went into the map.
    """

    scores: Mapping[str, Floats]
    size: Floats
    measured: Measured
    later: Floats
    outside: float
    events: float


def ranked_places(held: Holdout, records: Sequence[Records]) -> RankedPlaces:
    """Make the map without what is held back, and find the later events on it.

    Of counties or cells; a relative risk beside people knows events by county, so counties too.

    Raises
    ------
    StudyError
        The map cannot be made of the earlier records.
    """
    chosen = select(held.study, records)
    of_risk = held.study.method == "density"
    areas = placing.areas_of(replace(held.study, level="county") if of_risk else held.study, chosen)
    table = areas.table
    count = areas.table["count"].to_numpy(float)
    people = areas.table["population"].to_numpy(float)
    later, before = (_in_areas(rows, areas, chosen.geoids) for rows in (held.later, held.before))
    measured: Measured = "people" if (people > 0).any() else "ground"
    if areas.cells is None:
        ground = load.counties().loc[table.index, "land_km2"].to_numpy(float)
        at = table.index.to_numpy(str)
    else:
        assert areas.ground is not None  # cells have a share of ground each
        ground = areas.ground
        at = county_at(areas.points(), ground_of(chosen.geoids).crs, chosen.geoids)
    size = people if measured == "people" else ground
    scores = _risk(held, records, areas) if of_risk else _tested(held, records, areas)
    known = np.isfinite(size) & (size > 0) & np.isfinite(count)
    known &= ~table.index.isin(sorted(held.hidden))
    size = np.where(known, size, 1.0)
    scores |= {BEFORE: per_size(before, size), EARLIER: per_size(np.nan_to_num(count), size)}
    if measured == "people":
        scores[POPULATION] = np.ones(len(table))
    else:
        scores |= by_population(at)
    return RankedPlaces(
        scores={name: score[known] for name, score in scores.items()},
        size=size[known],
        measured=measured,
        later=later[known],
        outside=float(held.later[schema.COUNT].sum() - later[known].sum()),
        events=float(np.nansum(count)),
    )


def _tested(held: Holdout, records: Sequence[Records], areas: Areas) -> dict[str, Floats]:
    """Score areas by Gi*, and by the population-adjusted test where it can be made."""
    found = run(replace(held.study, cell_m=areas.cell_m), records)
    assert isinstance(found, HotSpots)
    table = found.areas.reindex(areas.table.index)
    scores = {GI: table[names.Z].to_numpy(float)}
    if found.adjusted:
        scores[ADJUSTED] = _adjusted_score(table)
    return scores


def _risk(held: Holdout, records: Sequence[Records], areas: Areas) -> dict[str, Floats]:
    """Score counties by the relative risk at their middles."""
    found = run(held.study, records)
    assert isinstance(found, Density)
    height = np.asarray(found.surface.values, dtype=np.float64)
    west, cell, _, north, _, down = found.surface.transform
    row, column = np.nonzero(np.isfinite(height))
    pixels = np.column_stack([west + (column + 0.5) * cell, north + (row + 0.5) * down])
    near = cKDTree(pixels).query(areas.points())[1]
    return {RISK: height[row[near], column[near]]}


def _adjusted_score(table: pd.DataFrame) -> Floats:
    """Score by the p of the population-adjusted test, hottest first, coldest last."""
    side = table[names.ADJUSTED_CLASS].fillna(0).to_numpy(float)
    side = np.where(side == 0, table[names.RISK].to_numpy(float) - 1, side)
    p = table[names.ADJUSTED_P].to_numpy(float)
    score: Floats = -np.sign(side) * np.log10(np.maximum(p, np.finfo(float).tiny))
    return score


def _in_areas(rows: pd.DataFrame, areas: Areas, geoids: tuple[str, ...]) -> Floats:
    """Count rows by area; those elsewhere are left out."""
    rows = rows[rows[schema.GEOID].isin(geoids)]
    events = rows[schema.COUNT].to_numpy(float)
    if areas.cells is None:
        at = areas.table.index.get_indexer(rows[schema.GEOID])
    elif len(rows):
        # The cell whose middle is nearest is the cell a point is in, for hexagons and squares.
        place = ground_of(geoids).project(rows[schema.LON], rows[schema.LAT])
        at = cKDTree(areas.points()).query(place)[1]
    else:
        at = np.zeros(0, dtype=np.int64)
    held: Floats = np.bincount(at, events, minlength=len(areas.table)).astype(np.float64)
    return held


def county_at(middles: Floats, local: pyproj.CRS, geoids: tuple[str, ...]) -> NDArray[np.str_]:
    """County of the study at each place in metres; beyond its border that of the nearest place."""
    at = load.locator().locate(*crs.to_lonlat(middles[:, 0], middles[:, 1], local))
    inside = np.isin(at, geoids)
    if inside.any() and not inside.all():
        at[~inside] = at[inside][cKDTree(middles[inside]).query(middles[~inside])[1]]
    return at


def by_population(geoids: NDArray[np.str_]) -> dict[str, Floats]:
    """Score by people per km2 of the county, 0 where not known; nothing where that is all one."""
    if np.unique(geoids).size < 2:
        return {}
    density = load.population() / load.counties()["land_km2"]
    return {POPULATION: density.reindex(geoids).fillna(0.0).to_numpy(float)}
