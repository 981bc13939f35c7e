"""Density of one study: points, bandwidth, surface, and what it means in words."""

from collections.abc import Sequence
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from rasterio import features
from scipy import ndimage
from scipy.spatial import cKDTree

from analysis import caveats, provenance, scale, smoothing, standing_out, words
from analysis.contours import AREA_KM2
from analysis.counts import by_county, select
from analysis.edges import LaidOut
from analysis.ground import Ground, ground_of
from analysis.kept_steps import kept
from analysis.least_ground import half_in_words
from analysis.pixels import Floats, Grid
from analysis.result import Density, Parameter
from analysis.study import Study
from geo import schema
from geo.layers import Surface
from geo.schema import Records

MOST_PEAKS: Final = 15


def density(study: Study, records: Sequence[Records]) -> Density:
    """Run a kernel density on the records of a study.

    Parameters
    ----------
    study : Study
        Its method is "density".
    records : sequence of Records
        One or more sources.

    Returns
    -------
    Density
        Events per km2 or mi2, NaN outside the study area.

    Raises
    ------
    StudyError
        No record with a point is left, or no bandwidth follows from those that are.
    """
    selection = select(study, records)
    ground = ground_of(selection.geoids, miles=study.unit == "mi2")
    points = ground.project(selection.used[schema.LON], selection.used[schema.LAT])
    events = selection.used[schema.COUNT].to_numpy(float)
    chosen = smoothing.smoothing_of(study, points, events)
    reach = chosen.reach_m
    grid, pixel = smoothing.grid_of(
        study, ground.shape.bounds, reach, chosen.most_pixels, ground.area_m2
    )
    weights, faded = smoothing.faded(study, selection.used, events)
    laid, how = smoothing.smoothed(study, points, weights, reach, grid, inside(ground, grid))
    height = laid.height
    fewest = study.min_count or scale.FEWEST_NEEDED
    peaks = peaks_with(fewest, height, grid, reach, points, events, ground)
    table, people, _ = by_county(selection, rates=False)
    found = standing_out.dense(height, grid, ground, points, events, table["population"], fewest)
    unit = f"per {study.unit}"
    what = words.events_of(selection.used)
    half = _half(what, laid, grid, points, events, reach)
    return Density(
        study=study,
        surface=Surface(
            height.astype(np.float32), grid.transform, ground.crs.to_wkt(), unit, reach
        ),
        peaks=peaks,
        areas=found.areas,
        contours=found.contours,
        parameters=(
            *selection.parameters, *chosen.parameters, *how, *faded, pixel, found.parameter,
            *people, PROJECTION,
        ),
        finding=f"{half}{_densest(peaks, unit)}.",
        warnings=(
            *caveats.density_warnings(study, selection, events.sum()),
            *caveats.too_wide(found.areas[AREA_KM2], miles=study.unit == "mi2"),
            *chosen.warnings,
        ),
        tally=selection.tally,
        provenance=provenance.provenance(study, records, selection.tally),
    )  # fmt: skip


PROJECTION: Final = Parameter(
    "Projection",
    "Lambert azimuthal equal-area, centered on the study area",
    "Areas are true in it, so that events per km2 mean the same everywhere.",
)


@kept(4)
def inside(ground: Ground, grid: Grid) -> NDArray[np.bool_]:
    """Tell which pixels have their middle in the study area."""
    west, cell, _, north, _, down = grid.transform
    drawn = features.rasterize(
        [ground.shape],
        out_shape=(grid.rows, grid.cols),
        transform=(cell, 0.0, west, 0.0, down, north),
        dtype="uint8",
    )
    return np.asarray(drawn == 1)


def peaks_with(  # noqa: PLR0913, PLR0917  (a surface, and the events around its peaks)
    fewest: int,
    height: Floats,
    grid: Grid,
    reach: float,
    points: Floats,
    events: Floats,
    ground: Ground,
) -> pd.DataFrame:
    """Find the highest places with enough events within reach, as `Density.peaks`."""
    spots = _peaks_of(height, grid, reach)
    near = _within(spots, reach, points, events)
    enough = np.flatnonzero(near >= fewest)[:MOST_PEAKS]
    return _named(spots[enough], near[enough], ground)


def _peaks_of(height: Floats, grid: Grid, apart_m: float) -> Floats:
    """Find the highest places, so far apart at least: rows of easting, northing, density."""
    filled = np.nan_to_num(height)
    window = 2 * max(1, int(apart_m / grid.cell_m / 2)) + 1
    rows, cols = np.nonzero((ndimage.maximum_filter(filled, window) == filled) & (filled > 0))
    east, north = grid.centers()
    tops = np.column_stack([east[cols], north[rows], filled[rows, cols]])
    tops = tops[np.argsort(-tops[:, 2], kind="stable")][: 50 * MOST_PEAKS]
    kept: list[int] = []
    for at, top in enumerate(tops):
        if not kept or np.hypot(*(tops[kept] - top)[:, :2].T).min() >= apart_m:
            kept.append(at)
    return tops[kept]


def _within(spots: Floats, reach: float, points: Floats, events: Floats) -> Floats:
    """Count the events around each peak."""
    near = cKDTree(points).query_ball_point(spots[:, :2], reach)
    return np.array([events[at].sum() for at in near], dtype=np.float64)


def _named(spots: Floats, count: Floats, ground: Ground) -> pd.DataFrame:
    """Lay out peaks as `Density.peaks`."""
    return pd.DataFrame(
        {
            "name": ground.near(spots[:, :2]) if len(spots) else [],
            "density": spots[:, 2],
            "count": count,
        },
        index=pd.Index([f"peak-{rank}" for rank in range(1, len(spots) + 1)], name="peak"),
    )


def _half(  # noqa: PLR0913, PLR0917  (a surface, and its events)
    what: str, laid: LaidOut, grid: Grid, points: Floats, events: Floats, reach: float
) -> str:
    """Say on how little ground half of the events happened, each read without its own part."""
    land = laid.height[np.isfinite(laid.height)]
    at = laid.height[grid.cells_of(points)] - laid.own  # NaN in pixels without a value
    return half_in_words(what, "study area", reach, land, np.ones(land.size), at, laid.own, events)


def _densest(peaks: pd.DataFrame, unit: str) -> str:
    if peaks.empty:
        return ""
    first = peaks.iloc[0]
    return f"; they lie densest, {first['density']:,.3g} {unit}, at {first['name']}"
