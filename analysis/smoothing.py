"""How a study smooths events into a surface: each choice, its value, and the reason for it."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis import far_apart, scale
from analysis.adaptive import adaptive_density
from analysis.bandwidth import RULES, choose_bandwidth, same_spread
from analysis.decay import decay_weights
from analysis.edges import LaidOut, corrected_density
from analysis.kept_spectra import quick_density
from analysis.pixels import PER_KM2, PER_MI2, Floats, Grid
from analysis.result import Parameter
from analysis.study import BandwidthRule, Kernel, Study
from geo import schema
from geo.errors import StudyError

UNITS: Final = {"km2": PER_KM2, "mi2": PER_MI2}
"""Times a density per m2, by the study's unit."""

MOST_ADAPTED: Final = 200_000
"""Events above which bandwidths that follow them would take minutes."""

_KERNELS: Final = {
    "quartic": ("quartic", "Ends at the bandwidth; the shape GIS programs use."),
    "gaussian": ("Gaussian", "You chose it: it has no edge, but fades out."),
    "epanechnikov": ("Epanechnikov", "You chose it: ends at the bandwidth, with less of a peak."),
    "disc": ("disc", "You chose it: each event counts the same as far as the bandwidth."),
}
_WHAT: Final = {True: "the standard deviation of the kernel", False: "the radius of the kernel"}

_BORDERS: Final = {
    "diggle": (
        "Each event lays all of its weight inside the study area, so that the map adds up to the "
        "events counted. Nothing is known of what happened beyond."
    ),
    "uniform": (
        "Each place is divided by the part of its kernel inside the study area: right up to the "
        "border where events lie evenly; the map need not add up to the events."
    ),
    "none": (
        "You chose it, as most GIS programs do: within a bandwidth of the border or shore the map "
        "is too low, by half on a straight border."
    ),
}


@dataclass(frozen=True)
class Smoothing:
    """How far events reach, and what is said about it."""

    reach_m: float
    parameters: tuple[Parameter, ...]
    warnings: tuple[str, ...] = ()
    most_pixels: tuple[int, ...] = (scale.MOST_PIXELS, scale.MOST_PIXELS_FAR)


def smoothing_of(study: Study, points: Floats, events: Floats) -> Smoothing:
    """Choose the bandwidth by the study's rule, unless it names one.

    Parameters
    ----------
    study : Study
    points : ndarray, shape (n, 2)
        Easting and northing in metres.
    events : ndarray, shape (n,)
        Events each point stands for.

    Returns
    -------
    Smoothing
        With the kernel and the bandwidth among its parameters.

    Raises
    ------
    StudyError
        No bandwidth follows from the points.

    Examples
    --------
    >>> square = np.array([(0, 0), (0, 2000), (2000, 0), (2000, 2000)])
    >>> smoothing_of(Study(bandwidth_m=1500), square, np.ones(4)).reach_m
    1500
    """
    name, why = _KERNELS[study.kernel]
    what = _WHAT[study.kernel == "gaussian"]
    warnings: tuple[str, ...] = ()
    most: tuple[int, ...] = (scale.MOST_PIXELS, scale.MOST_PIXELS_FAR)
    if study.bandwidth_m:
        reach, reason = study.bandwidth_m, f"You chose it: {what}."
    else:
        found, own, sentence = _by_rule(
            study.bandwidth_rule, study.kernel, points.tobytes(), events.tobytes()
        )
        if own < found:
            warning = _gaps(study.bandwidth_rule, scale.kilometers(_rounded(found)), own)
            warnings = (warning,)
            if study.bandwidth_rule == "arcgis":
                sentence += (
                    f" Over all points it gives {scale.kilometers(_rounded(found))}, the spread of "
                    "the gaps between groups of them; this is the middle of what it gives the "
                    "groups, one by one."
                )
                found, most = own, (scale.MOST_PIXELS_FAR,)
        reach = _rounded(found)
        reason = f"{sentence} Of {len(points):,} points: {what}."
    return Smoothing(
        reach,
        (
            Parameter("Kernel", name, why),
            Parameter("Bandwidth", scale.kilometers(reach), reason),
        ),
        warnings,
        most,
    )


def _gaps(rule: BandwidthRule, over_all: str, own_m: float) -> str:
    """Warn that events lie in groups far apart."""
    within = scale.kilometers(_rounded(own_m))
    if rule == "arcgis":
        return (
            f"The events lie in groups far apart: the bandwidth, {within}, is that within the "
            f"groups, as the usual rule over all of them, {over_all}, would smooth their gaps."
        )
    return (
        f"The bandwidth, {over_all}, is more than {far_apart.TOO_WIDE:g} times what the same rule "
        f"gives groups of events one by one, {within}: it smooths the gaps between them, and the "
        f"map shows little else. Give {within} as the bandwidth, or choose the usual rule (as "
        "ArcGIS), which measures within the groups by itself."
    )


def _rounded(length_m: float) -> float:
    return max(float(f"{length_m:.2g}"), scale.FINEST_CELL_M)


@lru_cache(maxsize=8)
def _by_rule(
    rule: BandwidthRule, kernel: Kernel, points: bytes, events: bytes
) -> tuple[float, float, str]:
    """Choose a bandwidth once, for all and within groups: leaving out each place takes seconds."""
    place, amount = np.frombuffer(points).reshape(-1, 2), np.frombuffer(events)
    if rule not in {"arcgis", "scott"}:  # the others see the groups
        found, sentence = choose_bandwidth(rule, place, amount, kernel)
        return found, found, sentence

    # Whatever the kernel, groups are told by one radius: a Gaussian's own, a standard deviation,
    # would part even events into hundreds of groups.
    def by_rule(some: Floats, weights: Floats) -> float:
        return choose_bandwidth(rule, some, weights, "quartic")[0]

    as_wide = same_spread(kernel) / same_spread("quartic")
    whole, own = far_apart.within_groups(by_rule, place, amount)
    return as_wide * whole, as_wide * own, RULES[rule]


def grid_of(
    study: Study,
    bounds: tuple[float, float, float, float],
    reach_m: float,
    most: Sequence[int] = (scale.MOST_PIXELS,),
    area_m2: float = np.inf,
) -> tuple[Grid, Parameter]:
    """Lay pixels over the study area.

    Parameters
    ----------
    study : Study
    bounds : tuple of float
        West, south, east, north of the study area in metres.
    reach_m : float
        The bandwidth in metres.
    most, area_m2
        As for `scale.pixel_size`.

    Raises
    ------
    StudyError
        The map would have too many pixels.

    Examples
    --------
    >>> grid_of(Study(), (0.0, 0.0, 100_000.0, 80_000.0), 5_000.0)[0].shape
    (200, 250)
    """
    west, south, east, north = bounds
    if study.pixel_m:
        pixel = study.pixel_m
        parameter = Parameter("Pixel size", scale.kilometers(pixel), "You chose it.")
        scale.check_pixels(pixel, east - west, north - south)
    else:
        pixel, parameter = scale.pixel_size(reach_m, east - west, north - south, most, area_m2)
    left, top = np.floor(west / pixel) * pixel, np.ceil(north / pixel) * pixel
    rows, cols = int(np.ceil((top - south) / pixel)), int(np.ceil((east - left) / pixel))
    return Grid(float(left), float(top), pixel, rows, cols), parameter


def faded(study: Study, used: pd.DataFrame, events: Floats) -> tuple[Floats, tuple[Parameter, ...]]:
    """Let events count less the longer ago they happened, when the study has a half-life.

    Parameters
    ----------
    study : Study
    used : DataFrame
        The counted records, columns of `geo.schema`.
    events : ndarray, shape (n,)
        Events each record stands for.

    Returns
    -------
    ndarray, shape (n,)
        Weights of the surface.
    tuple of Parameter
        Empty when all days count the same.

    Raises
    ------
    StudyError
        A record has no day.
    """
    if study.half_life_days is None:
        return events, ()
    days = used[schema.OCCURRED_ON]
    newest = days.max()
    age = (newest - days) / pd.Timedelta(days=1)
    if days.isna().all():
        age = pd.Series(np.nan, index=days.index)
    parameter = Parameter(
        "Half-life",
        f"{study.half_life_days:g} days",
        "You chose it: the surface counts an event of the newest day whole and one a half-life "
        "older as a half. Counts in the table are whole events.",
    )
    return decay_weights(age, study.half_life_days, events), (parameter,)


def smoothed(  # noqa: PLR0913, PLR0917  (what is smoothed, where, how far)
    study: Study,
    points: Floats,
    weights: Floats,
    reach_m: float,
    grid: Grid,
    inside: NDArray[np.bool_],
) -> tuple[LaidOut, tuple[Parameter, ...]]:
    """Compute the surface in the study's unit, NaN outside the study area.

    Parameters
    ----------
    study : Study
    points, weights : ndarray, shapes (n, 2) and (n,)
        Easting and northing in metres; what each point counts.
    reach_m : float
        The bandwidth in metres.
    grid : Grid
    inside : ndarray of bool, shape (rows, cols)
        Cells whose center is in the study area.

    Returns
    -------
    LaidOut
        Events per km2 or mi2, and each point's own part of them.
    tuple of Parameter
        The border, and whether the bandwidths follow the events.

    Raises
    ------
    StudyError
        Bandwidths cannot follow so many events, or as `analysis.edges.corrected_density`.
    """
    border = Parameter("Border", study.edge, _BORDERS[study.edge])
    if not study.adaptive:
        found = corrected_density(
            points, weights, reach_m, study.kernel, grid, inside,
            edge=study.edge, smooth=quick_density,
        )  # fmt: skip
        return _in_unit(found, study), (border,)
    if len(points) > MOST_ADAPTED:
        raise StudyError(
            f"Bandwidths cannot follow {len(points):,} events: it would take minutes.",
            "Choose one bandwidth for all, or fewer records.",
        )
    found = adaptive_density(points, weights, reach_m, study.kernel, grid, inside, edge=study.edge)
    follows = Parameter(
        "Bandwidths follow the events",
        "yes",
        "You chose it (Abramson 1982): narrower where events lie thick, up to five times wider "
        "where they are few; the bandwidth above is about their middle. It takes longer, and the "
        "share of ground with half of the events is told up to 4 points low.",
    )
    return _in_unit(found, study), (border, follows)


def _in_unit(found: LaidOut, study: Study) -> LaidOut:
    per = UNITS[study.unit]
    return LaidOut(per * found.height, per * found.own)
