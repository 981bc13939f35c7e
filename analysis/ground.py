"""The study area as ground: metres, square kilometres, and names for places on it."""

from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

import numpy as np
import pyproj
import shapely
from numpy.typing import ArrayLike, NDArray
from scipy.spatial import cKDTree

from analysis.density import Floats
from boundaries import load
from geo import crs

_COMPASS = ("E", "NE", "N", "NW", "W", "SW", "S", "SE")
_IN_TOWN_M = 1_500
_TOO_FAR_M = 100_000
"""Farther from any city a county says more."""


@dataclass(frozen=True, eq=False)
class Ground:
    """Counties of a study in a projection of their own, where areas are true and lengths nearly.

    `shape` is their union in metres of `crs`, a local Lambert azimuthal equal-area projection.
    Distances in names of places are in miles where `miles` is set, else in kilometers.
    """

    geoids: tuple[str, ...]
    crs: pyproj.CRS
    shape: shapely.Geometry
    miles: bool = False

    @property
    def area_m2(self) -> float:
        """Area of the study area."""
        return float(self.shape.area)

    def project(self, lon: ArrayLike, lat: ArrayLike) -> Floats:
        """Give easting and northing in metres, shape (n, 2), of places in degrees (EPSG:4326)."""
        return np.column_stack(crs.to_local(lon, lat, self.crs))

    def near(self, points: Floats) -> list[str]:
        """Name each point, in metres, after the nearest city: "4 km NW of Dayton, OH".

        A city of the studied states, so that no place at a border is told by a state that is none.
        Where that is too far to tell anything, after its county: "in Aleutians West, AK".
        """
        names, there, tree = self._cities
        distance, at = tree.query(points)
        offset = points - there[at]
        sector = np.rint(np.arctan2(offset[:, 1], offset[:, 0]) / (np.pi / 4)).astype(int) % 8
        unit, metres = ("mi", 1609.344) if self.miles else ("km", 1000.0)
        said = [
            name if far <= _IN_TOWN_M else f"{far / metres:.0f} {unit} {_COMPASS[way]} of {name}"
            for name, far, way in zip(names[at], distance, sector, strict=True)
        ]
        remote = np.flatnonzero(distance > _TOO_FAR_M)
        if remote.size:
            for one, county in zip(remote, self._counties(points[remote]), strict=True):
                said[one] = county
        return said

    def _counties(self, points: Floats) -> list[str]:
        """Name points after the county they lie in, or of those studied the nearest."""
        geoids = load.locator().locate(*crs.to_lonlat(points[:, 0], points[:, 1], self.crs))
        inside = geoids != ""
        if not inside.all():  # off the coast
            tree = shapely.STRtree(county_shapes(self.geoids))
            nearest = tree.nearest(shapely.points(points[~inside]))
            geoids[~inside] = np.array(self.geoids)[nearest]
        known = load.counties().loc[geoids]
        name = known["name"].str.removesuffix(" Census Area")  # nobody's word for a place
        return list(np.where(inside, "in ", "near ") + name + ", " + known["state"])

    @cached_property
    def _cities(self) -> tuple[NDArray[np.object_], Floats, cKDTree]:
        """Names of the cities of these states, where they lie in metres, and a tree of them."""
        cities = load.places()
        there = self.project(cities["lon"], cities["lat"])
        studied = load.counties()["state"].loc[list(self.geoids)].unique()
        known = np.isfinite(there).all(axis=1)
        if (inside := known & cities["state"].isin(studied).to_numpy()).any():
            known = inside
        names = (cities["name"] + ", " + cities["state"]).to_numpy(dtype=object)
        return names[known], there[known], cKDTree(there[known])


@lru_cache(maxsize=16)
def ground_of(geoids: tuple[str, ...], *, miles: bool = False) -> Ground:
    """Lay out the ground of these counties; `miles` for the distances in names of places."""
    if miles:
        return replace(ground_of(geoids), miles=True)
    west, south, east, north = load.counties().geometry.loc[list(geoids)].total_bounds
    local = crs.local_crs((west, south, east, north))
    return Ground(geoids, local, shapely.coverage_union_all(_projected(geoids, local)))


@lru_cache(maxsize=4)
def county_shapes(geoids: tuple[str, ...]) -> NDArray[np.object_]:
    """Shapes of these counties in metres of their ground, in the same order."""
    return _projected(geoids, ground_of(geoids).crs)


def _projected(geoids: tuple[str, ...], local: pyproj.CRS) -> NDArray[np.object_]:
    shapes: NDArray[np.object_] = (
        load.counties().geometry.loc[list(geoids)].to_crs(local).to_numpy()
    )
    return shapes
