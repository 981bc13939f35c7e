"""Coordinate systems: one equal-area projection for a study, a guess for foreign coordinates."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
import pyproj
from numpy.typing import ArrayLike, NDArray
from pyproj.aoi import AreaOfInterest
from pyproj.database import query_crs_info
from pyproj.enums import PJType
from pyproj.exceptions import CRSError

from geo.errors import CrsError

Floats = NDArray[np.float64]
Bounds = tuple[float, float, float, float]

DIGITS: Final = 7
"""Of degrees made from meters or feet: about a centimeter."""

_STEP_DEG: Final = 0.5  # centers are rounded to this, so that a slightly larger area keeps its CRS
_SAMPLE: Final = 2_000
_NAMES: Final = re.compile(
    r"^NAD83 / (?!.*(?:Albers|Lambert|Mercator|Statistics|BLM|LCC|Alaska Polar))"
    r"|^WGS 84 / UTM zone \d+N$|^WGS 84 / Pseudo-Mercator$"
)


@dataclass(frozen=True)
class Candidate:
    """A projected CRS that coordinates may be in; `share` of them then fall into the box, 0..1.

    `swapped` says that this holds when the two columns are exchanged.
    """

    epsg: int
    name: str
    unit: str
    share: float
    swapped: bool = False


def local_crs(bounds_lonlat: Bounds) -> pyproj.CRS:
    """Lambert azimuthal equal-area projection centered on a study area, in metres.

    Parameters
    ----------
    bounds_lonlat : tuple of float
        West, south, east, north in degrees. West above east, or more than half the globe from west
        to east, means an area across the 180th meridian.

    Returns
    -------
    pyproj.CRS
        Its center is rounded to half a degree. Areas are true everywhere; 1,000 km from the center
        distances are off by 0.3 %.

    References
    ----------
    Snyder (1987), "Map projections: a working manual", USGS Professional Paper 1395, p. 182,
    doi:10.3133/pp1395.

    Examples
    --------
    >>> [one.value for one in local_crs((-73.7, 41.0, -71.8, 42.1)).coordinate_operation.params][:2]
    [41.5, -73.0]
    """
    west, south, east, north = bounds_lonlat
    if west <= east and east - west > 180:  # an area with parts at both ends of the map
        west, east = east, west
    middle = (west + east + (360 if west > east else 0)) / 2
    lon = _rounded((middle + 180) % 360 - 180)
    lat = _rounded((south + north) / 2)
    return pyproj.CRS.from_user_input(
        f"+proj=laea +lat_0={lat:g} +lon_0={lon:g} +x_0=0 +y_0=0 +datum=WGS84 +units=m +type=crs"
    )


def to_local(lon: ArrayLike, lat: ArrayLike, crs: pyproj.CRS) -> tuple[Floats, Floats]:
    """Easting, northing in a projected CRS of points given in degrees (EPSG:4326).

    Missing coordinates stay NaN.

    Examples
    --------
    >>> easting, northing = to_local([-73.0], [41.5], local_crs((-73.7, 41.0, -71.8, 42.1)))
    >>> float(easting[0]), float(northing[0])
    (0.0, 0.0)
    """
    return _transformed(lon, lat, _transformer("EPSG:4326", crs.to_wkt()))


def to_lonlat(easting: ArrayLike, northing: ArrayLike, crs: pyproj.CRS) -> tuple[Floats, Floats]:
    """Lon, lat in degrees (EPSG:4326) of points in a projected CRS; missing stay NaN."""
    return _transformed(easting, northing, _transformer(crs.to_wkt(), "EPSG:4326"))


def looks_projected(x: ArrayLike, y: ArrayLike) -> bool:
    """Whether nine in ten of the given coordinates cannot be degrees.

    Zeros and missing values say nothing and are left out.

    Examples
    --------
    >>> looks_projected([1_176_000.0, 0.0], [1_900_000.0, 0.0]), looks_projected([-87.6], [41.9])
    (True, False)
    """
    a, b = _numbers(x), _numbers(y)
    told = np.isfinite(a) & np.isfinite(b) & ((a != 0) | (b != 0))
    if not told.any():
        return False
    # Either may be the longitude: the two are often swapped.
    too_large = np.maximum(np.abs(a[told]), np.abs(b[told])) > 360
    return bool(too_large.mean() >= 0.9)


def of_epsg(code: int) -> pyproj.CRS:
    """Coordinate system of an EPSG code.

    Raises
    ------
    CrsError
        When there is none, or it has no longitude and latitude.

    Examples
    --------
    >>> of_epsg(3435).name
    'NAD83 / Illinois East (ftUS)'
    """
    try:
        found = pyproj.CRS.from_epsg(code)
    except CRSError as error:
        raise CrsError(
            f"There is no coordinate system with EPSG code {code}.",
            "Look the code up in the metadata of the file or ask who made it.",
        ) from error
    if not (found.is_projected or found.is_geographic):
        raise CrsError(
            f"EPSG:{code} is not a coordinate system for places on a map.",
            "Choose a projected system, or WGS 84 (EPSG:4326).",
        )
    return found


def candidates(easting: ArrayLike, northing: ArrayLike, box: Bounds) -> list[Candidate]:
    """Coordinate systems that would put most points into a box, the likeliest first.

    State planes (NAD83, metres and feet), UTM and web Mercator are tried, and each with the two
    columns exchanged.

    Parameters
    ----------
    easting, northing : array_like of float, shape (n,)
        In the unknown system; up to 2,000 are looked at.
    box : tuple of float
        West, south, east, north in degrees where the points are expected.

    Returns
    -------
    list of Candidate
        Those with at least half of the points in the box; first those whose own area of use holds
        the points too.
    """
    a, b = _numbers(easting), _numbers(northing)
    told = np.flatnonzero(np.isfinite(a) & np.isfinite(b) & ((a != 0) | (b != 0)))
    if not len(told):
        return []
    told = told[np.linspace(0, len(told) - 1, min(len(told), _SAMPLE)).astype(int)]
    ranked = []
    for epsg, name, unit, use in _systems(box):
        way = _transformer(f"EPSG:{epsg}", "EPSG:4326")
        for swapped, x, y in ((False, a[told], b[told]), (True, b[told], a[told])):
            lon, lat = _transformed(x, y, way)
            share = float(_within(lon, lat, box).mean())
            if share >= 0.5:
                at_home = float(_within(lon, lat, use).mean())
                found = Candidate(epsg, name, unit, share, swapped)
                ranked.append((-round(share * at_home, 2), swapped, epsg, found))
    return [row[-1] for row in sorted(ranked, key=lambda row: row[:-1])]


def _systems(box: Bounds) -> Iterator[tuple[int, str, str, Bounds]]:
    """EPSG code, name, unit and area of use of the systems in use somewhere in a box."""
    for info in query_crs_info(
        auth_name="EPSG",
        pj_types=PJType.PROJECTED_CRS,
        area_of_interest=AreaOfInterest(*box),
        contains=False,
    ):
        if _NAMES.search(info.name) and info.area_of_use is not None:
            use = info.area_of_use
            yield int(info.code), info.name, _unit(info.code), (
                use.west, use.south, use.east, use.north,
            )  # fmt: skip


@lru_cache(maxsize=512)
def _unit(code: str) -> str:
    return str(pyproj.CRS.from_epsg(int(code)).axis_info[0].unit_name)


@lru_cache(maxsize=512)
def _transformer(source: str, target: str) -> pyproj.Transformer:
    return pyproj.Transformer.from_crs(source, target, always_xy=True)


def _transformed(x: ArrayLike, y: ArrayLike, way: pyproj.Transformer) -> tuple[Floats, Floats]:
    a, b = _numbers(x), _numbers(y)
    out_a, out_b = way.transform(a, b)
    known = np.isfinite(out_a) & np.isfinite(out_b)
    return np.where(known, out_a, np.nan), np.where(known, out_b, np.nan)


def _within(lon: Floats, lat: Floats, box: Bounds) -> NDArray[np.bool_]:
    west, south, east, north = box
    inside: NDArray[np.bool_] = (lon >= west) & (lon <= east) & (lat >= south) & (lat <= north)
    return inside


def _numbers(values: ArrayLike) -> Floats:
    return np.atleast_1d(np.asarray(values, dtype=np.float64))


def _rounded(degrees: float) -> float:
    return float(np.round(degrees / _STEP_DEG) * _STEP_DEG)
