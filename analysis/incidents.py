"""The incidents of a study as points for a map."""

from collections.abc import Sequence
from typing import Final

import geopandas as gpd
import pandas as pd

from analysis.counts import AREA_KEY, select
from analysis.study import Study
from geo import schema, seized
from geo.layers import Field, Layer
from geo.schema import Records

FIELDS: Final = (
    Field(schema.KIND, "Kind"),
    Field(schema.OCCURRED_ON, "Day"),
    Field(schema.OUTCOME, "Outcome"),
    Field(schema.DRUGS, "Drugs"),
    Field(schema.PRECISION, "Place known by"),
    Field(schema.RADIUS_M, "Off by at most, m", 0),
)


def incident_layer(study: Study, records: Sequence[Records]) -> Layer:
    """Lay out the incidents a study counts that are placed at street level or better.

    Coarser places would pile up on centroids; ids of records stay at home.
    """
    used = select(study, records).used
    used = used[used[schema.PRECISION].isin(schema.POINT_PRECISIONS) & ~used[AREA_KEY]]
    used = used[used[schema.LON].notna() & used[schema.LAT].notna()]
    drugs = used[schema.DRUGS].map(
        lambda codes: ", ".join(
            schema.DRUG_CLASSES.get(code, code) for code in codes.strip("|").split("|") if code
        )
    )
    shown = pd.DataFrame(
        {
            schema.KIND: used[schema.KIND].str.capitalize(),
            schema.OCCURRED_ON: used[schema.OCCURRED_ON].dt.strftime("%Y-%m-%d").fillna(""),
            schema.OUTCOME: used[schema.OUTCOME].str.capitalize(),
            schema.DRUGS: drugs,
            schema.PRECISION: used[schema.PRECISION].map(dict(schema.PRECISIONS)),
            schema.RADIUS_M: used[schema.RADIUS_M],
        }
    )
    seized_of = used[schema.SEIZED]
    fields: tuple[Field, ...] = FIELDS
    if (seized_of != "").any():
        shown[schema.SEIZED] = seized_of.map(seized.in_words)
        fields = (*FIELDS, Field(schema.SEIZED, "Seized of several drugs"))
    points = gpd.points_from_xy(used[schema.LON], used[schema.LAT], crs=4326)
    shapes = gpd.GeoDataFrame(shown, geometry=points)
    shapes.index = pd.Index([f"incident-{row}" for row in range(len(shapes))], name="incident")
    return Layer(
        key="incidents",
        title="Incidents",
        style="incident",
        shapes=shapes,
        fields=fields,
        handling=study.handling,
    )
