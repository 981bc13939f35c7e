"""What stands out on a surface: its contours, and the areas above them in order."""

from dataclasses import dataclass
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from analysis import contours, hot_areas
from analysis import result as names
from analysis.county_risk import CountyRisk
from analysis.ground import Ground, county_shapes
from analysis.heterogeneity import in_words
from analysis.pixels import Floats, Grid
from analysis.result import Parameter
from geo.thinning import thinned

SHARES: Final = (0.25, 0.5, 0.75)
"""Of the volume of a surface, held by its contours."""

HOT_SHARE: Final = 0.5
"""Of the volume, held by the hot areas together."""

SURE: Final = 0.05
VERY_SURE: Final = 0.01
"""q up to which a risk is called high or low, at 95 and 99%."""

HIGH_P: Final = 0.025
"""Chance, one-sided, of a place looked at by itself: 5% with both sides."""

MOST_AREAS: Final = 200


@dataclass(frozen=True, eq=False)
class StandingOut:
    """Areas and contours as `Density` keeps them, and how they were chosen."""

    areas: gpd.GeoDataFrame
    contours: gpd.GeoDataFrame
    parameter: Parameter


def dense(  # noqa: PLR0913, PLR0917  (a surface, where it lies, events, people)
    height: Floats,
    grid: Grid,
    ground: Ground,
    points: Floats,
    events: Floats,
    population: "pd.Series[float]",
    min_count: int,
) -> StandingOut:
    """Find what stands out on a density.

    Parameters
    ----------
    height : ndarray, shape (rows, cols)
        Events per area, NaN outside the study area.
    grid : Grid
    ground : Ground
        Of the study area.
    points, events : ndarray, shapes (n, 2) and (n,)
        Easting and northing in metres; events each stands for.
    population : Series
        People by county of the ground.
    min_count : int
        Fewest events of a hot area.

    Returns
    -------
    StandingOut
        Hot areas together hold half of the volume of the surface. `people_about` spreads the people
        of a county evenly over its land.

    Raises
    ------
    StudyError
        The surface is 0 everywhere.
    """
    lines = contours.volume_contours(height, grid, SHARES, ground.shape)
    drawn = pd.DataFrame(
        {
            names.LABEL: [f"{share:.0%} of the density" for share in SHARES],
            names.LEVEL: lines[contours.LEVEL].to_numpy(),
            names.AREA_KM2: lines[contours.AREA_KM2].to_numpy(),
        },
        index=[f"volume-{share:.0%}".rstrip("%") for share in SHARES],
    )
    level = float(lines[contours.LEVEL].iloc[SHARES.index(HOT_SHARE)])
    half = lines[contours.GEOMETRY].iloc[SHARES.index(HOT_SHARE)]
    found = hot_areas.ranked(half, height, level, grid, points, events)
    found = found[found[hot_areas.COUNT] >= min_count][:MOST_AREAS]
    areas = _areas(found, float(events.sum()), ground)
    areas[names.PEOPLE] = _people_about(found[contours.GEOMETRY], ground, population)
    parameter = Parameter(
        "Hot areas",
        "the least ground that holds half of the density",
        f"With at least {min_count} events each, those with most first. People are those of the "
        "county, spread evenly over it: in a city there are more.",
    )
    return StandingOut(
        _in_degrees(areas, found[contours.GEOMETRY], grid, ground),
        _in_degrees(drawn, lines[contours.GEOMETRY], grid, ground),
        parameter,
    )


def risky(  # noqa: PLR0913, PLR0917  (as `dense`, with people at places)
    tested: CountyRisk,
    ratio: Floats,
    grid: Grid,
    ground: Ground,
    middles: Floats,
    events: Floats,
    people: Floats,
    min_count: int,
    *,
    people_at: Floats | None = None,
) -> StandingOut:
    """Find where a relative risk is higher than chance explains, and its contours.

    Parameters
    ----------
    tested : CountyRisk
    ratio : ndarray, shape (rows, cols)
        The surface that is shown.
    grid : Grid
    ground : Ground
        Of the study area, without counties of which nothing is known.
    middles : ndarray, shape (n, 2)
        Middles of counties in metres.
    events, people : ndarray, shape (n,)
        Of each county.
    min_count : int
        Fewest events of an area.
    people_at : ndarray, shape (m, 2), optional
        Places of controls, in metres: then `middles` are those of the cases, and `people` (m,) is
        how many records each control stands for.

    Returns
    -------
    StandingOut
        Areas are those believed at 95%, with the correction for many places; `peak` is the highest
        ratio in one. Contours are those of 95 and 99%, and of p below 0.025 at a place by itself.
    """
    sure = tested.threshold(SURE)
    drawn, shapes = _risk_lines(tested, grid, ground)
    # Above 1 there is nothing: no place is believed.
    found = hot_areas.hot_areas(
        1 - tested.high, 1 - sure if sure > 0 else 2.0, grid, middles, events,
        people_at=middles if people_at is None else people_at, people=people, within=ground.shape,
    )  # fmt: skip
    found = found[found[hot_areas.COUNT] >= min_count][:MOST_AREAS]
    areas = _areas(found, float(events.sum()), ground)
    if people_at is None:
        areas[names.PEOPLE] = found[hot_areas.POPULATION].to_numpy()
        areas[names.RATE] = found[hot_areas.RATE].to_numpy()
    else:
        areas[names.CONTROLS] = found[hot_areas.POPULATION].to_numpy()
    east, north = grid.centers()
    row, column = np.nonzero(tested.high <= sure)
    part, cell = hot_areas.inside(
        found[contours.GEOMETRY].to_numpy(), np.column_stack([east[column], north[row]])
    )
    peak = np.full(len(found), -np.inf)
    np.maximum.at(peak, part, ratio[row, column][cell])
    areas[names.PEAK] = np.where(np.isfinite(peak), peak, np.nan)
    differ = "Counties do not differ more than chance makes them"
    if people_at is not None:
        differ = "Both are as unsure as their numbers make them (Hazelton and Davies 2009)"
    elif tested.phi:
        differ = (
            f"Counties differ anyway, by {in_words(tested.phi)} from what is "
            f"around them (phi = {tested.phi:.3f}, as on the map of hot spots)"
        )
    counted = "; a county counts where its middle lies" if people_at is None else ""
    parameter = Parameter(
        "High risk",
        f"q at most {SURE:g}, two-sided",
        f"{differ}; a high risk is more than that and chance. q is p corrected for looking at all "
        "places (Benjamini-Hochberg): on a map without any, at most 1 time in 20 some place is "
        "called so. "
        f"Areas have at least {min_count} events{counted}.",
    )
    return StandingOut(
        _in_degrees(areas, found[contours.GEOMETRY], grid, ground),
        _in_degrees(drawn, shapes, grid, ground),
        parameter,
    )


def _risk_lines(
    tested: CountyRisk, grid: Grid, ground: Ground
) -> tuple[pd.DataFrame, "pd.Series[shapely.Geometry]"]:
    """Contours of a risk, each labeled for what it holds, and their shapes in metres."""
    wanted = [
        (tested.threshold(SURE), "95", "{} risk, 95% (many places looked at)"),
        (tested.threshold(VERY_SURE), "99", "{} risk, 99% (many places looked at)"),
        (HIGH_P, "alone", "{} at the place alone (p below 0.025, by chance on 2.5% of ground)"),
    ]
    wanted = [one for one in wanted if 0 < one[0] < 0.5]
    chances = [chance for chance, _, _ in wanted]
    lines = contours.tolerance_contours(tested.high, grid, chances, ground.shape)
    lines["key"] = [key for _ in range(2) for _, key, _ in wanted]
    lines["label"] = [label.format(side) for side in ("High", "Low") for _, _, label in wanted]
    lines = lines[~shapely.is_empty(lines[contours.GEOMETRY].to_numpy())]
    drawn = pd.DataFrame(
        {
            names.LABEL: lines["label"].to_numpy(),
            names.LEVEL: lines["alpha"].to_numpy(),
            names.AREA_KM2: lines[contours.AREA_KM2].to_numpy(),
        },
        index=[f"{side}-{key}" for side, key in zip(lines["side"], lines["key"], strict=True)],
    )
    return drawn, lines[contours.GEOMETRY]


def _areas(found: pd.DataFrame, total: float, ground: Ground) -> pd.DataFrame:
    """Lay out hot areas as `Density.areas`, without people."""
    inside = shapely.point_on_surface(found[contours.GEOMETRY].to_numpy())
    return pd.DataFrame(
        {
            names.NAME: ground.near(shapely.get_coordinates(inside)) if len(found) else [],
            names.COUNT: found[hot_areas.COUNT].to_numpy(),
            names.SHARE: found[hot_areas.COUNT].to_numpy() / max(total, 1e-300),
            names.PEOPLE: np.nan,
            names.CONTROLS: np.nan,
            names.RATE: np.nan,
            names.AREA_KM2: found[contours.AREA_KM2].to_numpy(),
            names.PEAK: found[hot_areas.PEAK].to_numpy(),
        },
        index=[f"area-{rank}" for rank in range(1, len(found) + 1)],
    )


def _people_about(
    shapes: "pd.Series[shapely.Geometry]", ground: Ground, population: "pd.Series[float]"
) -> Floats:
    """People of each shape if those of a county lived evenly spread; NaN where not known."""
    parts = shapes.to_numpy()
    counties = county_shapes(ground.geoids)
    people = population.reindex(list(ground.geoids)).to_numpy(float) / shapely.area(counties)
    part, county = shapely.STRtree(counties).query(parts, predicate="intersects")
    shared = shapely.area(shapely.intersection(parts[part], counties[county]))
    found: Floats = np.zeros(len(parts))
    np.add.at(found, part, shared * people[county])
    return found


def _in_degrees(
    table: pd.DataFrame, shapes: "pd.Series[shapely.Geometry]", grid: Grid, ground: Ground
) -> gpd.GeoDataFrame:
    """Join shapes, without detail finer than a part of a cell, in EPSG:4326."""
    plain = gpd.GeoSeries(shapes.to_numpy(), index=table.index, crs=ground.crs)
    plain = thinned(plain, grid.cell_m / 8)
    return gpd.GeoDataFrame(table, geometry=plain.to_crs(4326))
