"""The streets a map along streets ranks, piece by piece, with what came later on them."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import shapely

from analysis.getis_ord import Floats
from analysis.holdout import Holdout
from analysis.network_density import pieces_near
from analysis.ranked_places import (
    BEFORE,
    DENSITY,
    EARLIER,
    RankedPlaces,
    by_population,
    county_at,
)
from analysis.street_density import NEAR_M, spread
from geo import schema
from geo.schema import Records


def ranked_streets(held: Holdout, records: Sequence[Records]) -> RankedPlaces:
    """Make the map along streets without what is held back, and find the later events on it.

    Pieces of street are ranked by their density; what the map is held against counts events by
    street from junction to junction. The size of a piece is its length in metres.

    Raises
    ------
    StudyError, BoundaryError
        The map cannot be made of the earlier records.
    """
    along = spread(held.study, records)
    found = along.found
    length = found.stop_m - found.start_m

    def on_pieces(rows: pd.DataFrame) -> Floats:
        rows = rows[rows[schema.GEOID].isin(along.there.known)]
        points = along.ground.project(rows[schema.LON], rows[schema.LAT])
        return along.events_at(*pieces_near(along.roads, found, points, NEAR_M), rows)

    def by_street(rows: pd.DataFrame) -> Floats:
        counts = np.bincount(found.edge, on_pieces(rows), len(along.roads.lines))
        each: Floats = (counts / along.roads.length_m)[found.edge]
        return each

    later = on_pieces(held.later)
    middle = shapely.line_interpolate_point(
        along.roads.lines[found.edge], (found.start_m + found.stop_m) / 2
    )
    county = county_at(shapely.get_coordinates(middle), along.ground.crs, along.there.known)
    return RankedPlaces(
        scores={
            DENSITY: found.density,
            BEFORE: by_street(held.before),
            EARLIER: by_street(held.earlier),
            **by_population(county),
        },
        size=length,
        measured="streets",
        later=later,
        outside=float(held.later[schema.COUNT].sum() - later.sum()),
        events=float(along.events_at(found.point, found.on).sum()),
    )
