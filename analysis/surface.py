"""Density of one study: points, bandwidth, surface, and what it means in words."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from rasterio import features
from scipy import ndimage
from scipy.spatial import cKDTree

from analysis import bandwidth, provenance, scale, words
from analysis.counts import select
from analysis.density import Floats, Grid, kernel_density
from analysis.ground import Ground, ground_of
from analysis.result import Density, Parameter
from geo import schema
from geo.layers import Surface
from geo.schema import Records

if TYPE_CHECKING:
    from analysis.study import Study

MOST_PEAKS: Final = 15
UNIT: Final = "per km2"


def density(study: "Study", records: Sequence[Records]) -> Density:
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
        Events per km2, NaN outside the study area; no edge correction.

    Raises
    ------
    StudyError
        No record with a point is left, or no bandwidth follows from those that are.
    """
    selection = select(study, records)
    ground = ground_of(selection.geoids)
    points = ground.project(selection.used[schema.LON], selection.used[schema.LAT])
    events = selection.used[schema.COUNT].to_numpy(float)
    reach, chosen = _bandwidth(study, points, events)
    grid, pixel = _grid(study, ground, reach)
    height = 1e6 * kernel_density(points, events, reach, study.kernel, grid)
    height[~_inside(ground, grid)] = np.nan
    spots = _peaks(height, grid, reach)
    what = words.events_of(selection.used)
    count = _within(spots, reach, points, events)
    enough = np.flatnonzero(count >= study.min_count)[:MOST_PEAKS]
    peaks = _named(spots[enough], count[enough], ground)
    return Density(
        study=study,
        surface=Surface(
            height.astype(np.float32), grid.transform, ground.crs.to_wkt(), UNIT, reach
        ),
        peaks=peaks,
        parameters=(*selection.parameters, *chosen, pixel, _PROJECTION),
        finding=f"{_half(what, height, _at(height, grid, points), events)}{_densest(peaks)}.",
        warnings=tuple(words.record_warnings(study, selection)),
        tally=selection.tally,
        provenance=provenance.provenance(study, records, selection.tally),
    )


_PROJECTION: Final = Parameter(
    "Projection",
    "Lambert azimuthal equal-area, centered on the study area",
    "Areas are true in it, so that events per km2 mean the same everywhere.",
)


def _bandwidth(
    study: "Study", points: Floats, events: Floats
) -> tuple[float, tuple[Parameter, Parameter]]:
    """Give the bandwidth and the kernel it belongs to."""
    if study.kernel == "quartic":
        what = "the radius of the kernel"
        kernel = Parameter("Kernel", "quartic", "Ends at the radius; the shape GIS programs use.")
    else:
        what = "the standard deviation of the kernel"
        kernel = Parameter("Kernel", "Gaussian", "You chose it: it has no edge, but fades out.")
    if study.bandwidth_m:
        reach, reason = study.bandwidth_m, f"You chose it: {what}."
    elif study.kernel == "quartic":
        reach = bandwidth.arcgis_bandwidth(points, events)
        reason = (
            f"The rule ArcGIS documents, from the spread and number of the {len(points):,} "
            f"points: {what}."
        )
    else:
        reach = bandwidth.scott_bandwidth(points, events)
        reason = f"Scott's rule, from the spread and number of the {len(points):,} points: {what}."
    if not study.bandwidth_m:
        reach = max(float(f"{reach:.2g}"), scale.FINEST_CELL_M)
    return reach, (kernel, Parameter("Bandwidth", scale.kilometers(reach), reason))


def _grid(study: "Study", ground: Ground, reach: float) -> tuple[Grid, Parameter]:
    """Lay pixels over the study area."""
    west, south, east, north = ground.shape.bounds
    pixel, parameter = scale.pixel_size(reach, east - west, north - south)
    if study.pixel_m:
        pixel = study.pixel_m
        parameter = Parameter("Pixel size", scale.kilometers(pixel), "You chose it.")
        scale.check_pixels(pixel, east - west, north - south)
    left, top = np.floor(west / pixel) * pixel, np.ceil(north / pixel) * pixel
    rows, cols = int(np.ceil((top - south) / pixel)), int(np.ceil((east - left) / pixel))
    return Grid(float(left), float(top), pixel, rows, cols), parameter


def _inside(ground: Ground, grid: Grid) -> NDArray[np.bool_]:
    """Tell which pixels have their middle in the study area."""
    west, cell, _, north, _, down = grid.transform
    drawn = features.rasterize(
        [ground.shape],
        out_shape=(grid.rows, grid.cols),
        transform=(cell, 0.0, west, 0.0, down, north),
        dtype="uint8",
    )
    return np.asarray(drawn == 1)


def _peaks(height: Floats, grid: Grid, apart_m: float) -> Floats:
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


def _at(height: Floats, grid: Grid, points: Floats) -> Floats:
    """Read the surface where each point lies."""
    row = np.clip((grid.north - points[:, 1]) // grid.cell_m, 0, grid.rows - 1).astype(int)
    col = np.clip((points[:, 0] - grid.west) // grid.cell_m, 0, grid.cols - 1).astype(int)
    at: Floats = np.nan_to_num(height[row, col])
    return at


def _half(what: str, height: Floats, at: Floats, events: Floats) -> str:
    """Say on how little ground half of the events happened."""
    order = np.argsort(-at, kind="stable")
    half = int(np.searchsorted(np.cumsum(events[order]), events.sum() / 2))
    area = float(np.mean(height[np.isfinite(height)] >= at[order[half]]))
    return (
        f"Half of the {events.sum():,.0f} {what} happened on "
        f"{words.percent(area)} of the study area"
    )


def _densest(peaks: pd.DataFrame) -> str:
    if peaks.empty:
        return ""
    first = peaks.iloc[0]
    return f"; they lie densest, {first['density']:,.3g} {UNIT}, at {first['name']}"
