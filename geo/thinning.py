"""Outlines with fewer corners."""

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse import csgraph


def thinned(shapes: gpd.GeoSeries, tolerance: float) -> gpd.GeoSeries:
    """Leave out corners nearer to a line through the others than a tolerance.

    Parts of a shape that lie far from its others are done by themselves: a crowd of ten thousand
    discs at once takes seconds. Near ones are done together, or they would come to overlap.

    Parameters
    ----------
    shapes : geopandas.GeoSeries
    tolerance : float
        In the unit of the coordinates.

    Returns
    -------
    geopandas.GeoSeries
        Valid where the shapes were.

    Examples
    --------
    >>> bent = gpd.GeoSeries([shapely.box(0, 0, 9, 9).segmentize(1), shapely.Point(1, 1)])
    >>> shapely.get_num_coordinates(thinned(bent, 0.1).to_numpy()).tolist()
    [5, 1]
    """
    whole = shapes.to_numpy()
    out = np.array(whole)
    many = shapely.get_type_id(whole) == shapely.GeometryType.MULTIPOLYGON
    out[~many] = shapely.simplify(whole[~many], tolerance)
    parts, of = shapely.get_parts(whole[many], return_index=True)
    if len(parts):
        group = _near_each_other(parts, of, tolerance)
        order = np.argsort(group, kind="stable")
        together = shapely.multipolygons(parts[order], indices=group[order])
        plain, at = shapely.get_parts(shapely.simplify(together, tolerance), return_index=True)
        shape = of[order][np.searchsorted(group[order], at)]
        back = np.argsort(shape, kind="stable")
        out[np.flatnonzero(many)[np.unique(of)]] = shapely.multipolygons(
            plain[back], indices=np.searchsorted(np.unique(of), shape[back])
        )
    return gpd.GeoSeries(out, index=shapes.index, crs=shapes.crs)


def _near_each_other(
    parts: NDArray[np.object_], of: NDArray[np.int64], tolerance: float
) -> NDArray[np.int64]:
    """Give one number to parts of one shape whose bounds could come to touch."""
    west, south, east, north = shapely.bounds(parts).T
    wider = shapely.box(west - tolerance, south - tolerance, east + tolerance, north + tolerance)
    first, second = shapely.STRtree(wider).query(wider)
    same = of[first] == of[second]
    links = sparse.coo_array(
        (np.ones(int(same.sum())), (first[same], second[same])), shape=(len(parts), len(parts))
    )
    label = csgraph.connected_components(links, directed=False)[1]
    return np.asarray(label, dtype=np.int64)
