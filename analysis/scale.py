"""Lengths chosen from the data: cells, distance bands, pixels; each with the reason for it."""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import ArrayLike
from scipy import sparse, special
from scipy.spatial import cKDTree

from analysis.autocorrelation import SAMPLE, STEPS, Band, incremental_autocorrelation
from analysis.result import Parameter
from geo.errors import StudyError

__all__ = [
    "Band",
    "cell_size",
    "check_pixels",
    "distance_band",
    "fewest_events",
    "friendly",
    "incremental_autocorrelation",
    "kilometers",
    "next_friendly",
    "pixel_size",
]

COMPANY: Final = 10
"""Other events near a typical event's cell: enough to tell much from little."""

PEAK_Z: Final = 3.0
"""z of Moran's I above which the first peak among eight distances is taken for real. By chance one
is so high on 1 to 4 of 100 maps; above 1.96 it would be on 9 to 15, and a band chosen where chance
happens to cluster makes it look like a hot spot."""

MOST_CELLS: Final = 60_000
FEWEST_CELLS: Final = 100
FINEST_CELL_M: Final = 200.0
WIDEST_CELL_M: Final = 50_000.0
MOST_PIXELS: Final = 600  # along the longer side
MOST_PIXELS_FAR: Final = 3_000  # where groups of events lie far apart
FEWEST_PIXELS: Final = 400
MOST_PIXELS_CHOSEN: Final = 16_000_000
FEWEST_NEEDED: Final = 5
MOST_NEEDED: Final = 20
_FRIENDLY: Final = (1.0, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 7.5)


def friendly(length_m: float) -> float:
    """Round up to a length that is easily said: 1, 1.5, 2, 2.5, 3, 4, 5, 7.5 times a power of 10.

    Examples
    --------
    >>> friendly(1720.0), friendly(96.0), friendly(2000.0)
    (2000.0, 100.0, 2000.0)
    """
    power = 10.0 ** np.floor(np.log10(length_m))
    steps = [step * power for step in (*_FRIENDLY, 10.0)]
    return float(next(step for step in steps if step >= length_m * (1 - 1e-9)))


def next_friendly(length_m: float, *, wider: bool) -> float:
    """Give the next length that is easily said, above or below.

    Examples
    --------
    >>> next_friendly(1720.0, wider=True), next_friendly(1720.0, wider=False)
    (2000.0, 1500.0)
    >>> next_friendly(1000.0, wider=True), next_friendly(1000.0, wider=False)
    (1500.0, 750.0)
    """
    if wider:
        return friendly(length_m * (1 + 1e-6))
    power = 10.0 ** np.floor(np.log10(length_m))
    steps = [step * power for step in (_FRIENDLY[-1] / 10, *_FRIENDLY)]
    return float(next(step for step in reversed(steps) if step < length_m * (1 - 1e-6)))


def kilometers(length_m: float) -> str:
    """Write a length for people, to three figures.

    Examples
    --------
    >>> kilometers(2000.0), kilometers(1500.0), kilometers(250.0), kilometers(1_414_000.0)
    ('2 km', '1.5 km', '250 m', '1,410 km')
    """
    if length_m < 999.5:
        return f"{length_m:,.3g} m"
    said = f"{length_m / 1000:.3g}"
    return f"{float(said):,.0f} km" if "e" in said else f"{said} km"


def cell_size(
    points: ArrayLike, area_m2: float, level: str, radius_m: float = 0.0
) -> tuple[float, Parameter]:
    """Width of a grid's cells, so that a cell around a typical event holds about ten others.

    Twice the median distance to the tenth nearest event: that follows the events, not the empty
    land around them.

    Parameters
    ----------
    points : array_like, shape (n, 2)
        Easting and northing of the events in metres.
    area_m2 : float
        The study area.
    level : {"hexagon", "square"}
        A hexagon's width is across flats, a square's its side.
    radius_m : float
        How far off a typical place may be: cells are at least twice as wide.

    Returns
    -------
    float
        Metres, a friendly length.
    Parameter
        With the reason.

    Examples
    --------
    >>> line = [(100.0 * x, 0.0) for x in range(101)]
    >>> width, parameter = cell_size(line, 1e8, "square")
    >>> width, parameter.reason
    (1000.0, 'Squares of 1 km because half of the events have 10 others within 500 m.')
    """
    place = np.asarray(points, dtype=np.float64).reshape(-1, 2)
    per_width = np.sqrt(3) / 2 if level == "hexagon" else 1.0  # cell area over width squared
    fewest = float(np.sqrt(area_m2 / (MOST_CELLS * per_width)))
    most = min(WIDEST_CELL_M, float(np.sqrt(area_m2 / (FEWEST_CELLS * per_width))))
    finest = max(FINEST_CELL_M, fewest, 2 * float(np.nan_to_num(radius_m)))
    nearest = min(COMPANY, len(place) - 1)
    if nearest < 1:
        width, because = most, "there are hardly any events"
    else:
        every = max(1, len(place) // SAMPLE)
        apart = np.median(cKDTree(place).query(place[::every], k=[nearest + 1])[0])
        wanted = 2 * float(apart)
        width = float(np.clip(wanted, min(finest, most), most))
        because = f"half of the events have {nearest} others within {kilometers(float(apart))}"
        if wanted < finest:
            because += "; finer cells would be too many, or finer than places are known"
        elif wanted > most:
            because += "; wider cells would no longer show where"
    width = friendly(width)
    reason = f"{level.capitalize()}s of {kilometers(width)} because {because}."
    return width, Parameter("Cell size", kilometers(width), reason)


def distance_band(
    values: ArrayLike, points: ArrayLike, cell_m: float, *, seed: int
) -> tuple[float, str]:
    """Choose the distance band of a grid where spatial autocorrelation first peaks.

    Returns
    -------
    float
        Metres.
    str
        The reason, with numbers.
    """
    bands = incremental_autocorrelation(values, points, cell_m, seed=seed)
    z = np.array([band.z for band in bands])
    tried = f"{STEPS} distances up to {kilometers(STEPS * cell_m)}"
    peaks = np.flatnonzero((z[:-1] > z[1:]) & (z[:-1] > PEAK_Z))
    if peaks.size:
        band = bands[peaks[0]]
        return band.band_m, (
            f"Clustering (Moran's I) peaks at {kilometers(band.band_m)}, z = {band.z:.1f}, among "
            f"{tried}; about {band.neighbors:.0f} neighbors."
        )
    band = bands[min(1, STEPS - 1)]
    known = "grows over all" if (z > PEAK_Z).any() else "is no more than chance at any of"
    return band.band_m, (
        f"Clustering (Moran's I) {known} {tried}, so the two nearest rings of cells are taken."
    )


def fewest_events(counts: ArrayLike, weights: sparse.csr_array) -> tuple[int, Parameter]:
    """Events a neighborhood needs to be called hot, from how many a usual one holds.

    Two more than chance alone puts into one neighborhood in twenty, so that two reports of one
    event, or a slip of the pen, cannot make a hot spot; from 5 to 20.

    Parameters
    ----------
    counts : array_like, shape (n,)
        NaN: missing.
    weights : scipy.sparse, shape (n, n)
        Row = focal; include the self weight.

    Returns
    -------
    int
    Parameter
        With the reason.

    References
    ----------
    20 events: below that a rate is called unreliable by the National Center for Health Statistics
    (relative standard error above 23%).

    Examples
    --------
    >>> pair = sparse.csr_array([[1, 1, 0, 0], [1, 1, 0, 0], [0, 0, 1, 1], [0, 0, 1, 1]])
    >>> number, parameter = fewest_events([1, 2, 0, 3], pair)
    >>> number, parameter.reason.split(":")[0]
    (9, 'A neighborhood holds 3.0 events on average')
    """
    events = np.asarray(counts, dtype=np.float64)
    known = np.isfinite(events)
    member = sparse.csr_array(weights != 0, dtype=np.float64)
    near = (member @ np.where(known, events, 0.0))[known]
    usual = float(near.mean()) if near.size else 0.0
    # The first number that a Poisson count reaches with a chance of at most 1 in 20.
    rare = int(np.argmax(special.pdtrc(np.arange(MOST_NEEDED + 1) - 1.0, usual) <= 0.05))
    if usual > 0 and special.pdtrc(MOST_NEEDED - 1.0, usual) > 0.05:
        rare = MOST_NEEDED
    number = int(np.clip(rare + 2, FEWEST_NEEDED, MOST_NEEDED))
    reason = f"A neighborhood holds {usual:.1f} events on average"
    if number == MOST_NEEDED:
        reason += f": {number} make a rate reliable, and more than that are never asked for."
    elif number > rare + 2:
        reason += f": {number} are the least that is ever asked for."
    else:
        reason += (
            f": chance alone puts {rare} or more into one in twenty, and two events more are asked "
            "for, so that a few more or fewer do not change the map."
        )
    return number, Parameter("Fewest events", str(number), reason)


def pixel_size(
    bandwidth_m: float,
    width_m: float,
    height_m: float,
    most: Sequence[int] = (MOST_PIXELS,),
    area_m2: float = np.inf,
) -> tuple[float, Parameter]:
    """Pixels about a tenth of the bandwidth, unless these are too many or too few.

    Parameters
    ----------
    bandwidth_m, width_m, height_m : float
        The study area's from west to east and from south to north.
    most : sequence of int
        Pixels along the longer side: the first number where the bandwidth is two of them wide, else
        as many as make it so, up to the last number.
    area_m2 : float
        Ground of the study area, to hold at least `FEWEST_PIXELS`, however wide the bandwidth.

    Raises
    ------
    StudyError
        The bandwidth is so small beside the study area that no map can show it.

    Examples
    --------
    >>> pixel_size(5_000.0, 100_000.0, 80_000.0)[0]
    400.0
    """
    fine, longer = bandwidth_m / 10, max(width_m, height_m)
    usual, finest = longer / most[0], longer / most[-1]
    if finest > bandwidth_m:
        least = kilometers(friendly(finest))
        raise StudyError(
            f"The bandwidth, {kilometers(bandwidth_m)}, is too small for a map of this study area.",
            f"Give a bandwidth of at least {least}, or choose fewer states.",
        )
    half = usual > bandwidth_m / 2  # the usual pixels would blur so narrow a kernel
    coarse = max(min(usual, bandwidth_m / 2), finest) if half else usual
    fewest = float(np.sqrt(area_m2 / FEWEST_PIXELS))
    if fewest < max(0.8 * fine, coarse):
        reason = f"So that the ground of the study area holds at least {FEWEST_PIXELS} of them."
        pixel = friendly(max(fewest / 1.5, finest))  # at most 1.5 times as wide
        return pixel, Parameter("Pixel size", kilometers(pixel), reason)
    pixel = friendly(max(0.8 * fine, coarse))
    if 0.8 * fine >= coarse:
        reason = "About a tenth of the bandwidth, so that the surface is smooth."
    elif coarse > finest and half:
        reason = "About half of the bandwidth: finer ones would be very many for this study area."
    else:
        many = most[-1] if half else most[0]
        reason = f"So that the study area fits into {many:,} pixels along its longer side."
    return pixel, Parameter("Pixel size", kilometers(pixel), reason)


def check_pixels(pixel_m: float, width_m: float, height_m: float) -> None:
    """Refuse pixels so small that a map would have more than 16 million of them.

    Raises
    ------
    StudyError
        Says which pixel size would do.
    """
    if (width_m / pixel_m + 1) * (height_m / pixel_m + 1) > MOST_PIXELS_CHOSEN:
        least = friendly(float(np.sqrt(width_m * height_m / MOST_PIXELS_CHOSEN)))
        raise StudyError(
            "The pixels are too small for this study area.",
            f"Choose at least {kilometers(least)}, or fewer states.",
        )
