"""What a run gives back: values, the study that made them, and the reasons for every choice."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import pandas as pd

from analysis.study import Study
from geo.layers import Field, Layer, Surface

# Columns of HotSpots.areas; the index is the area id (county code or cell id).
NAME = "name"
COUNT = "count"
POPULATION = "population"
RATE = "rate_per_100k"
Z = "z"
P = "p"
Q = "q"
CLASS = "class"  # -3..3: cold / hot at 99, 95, 90 %; <NA> where not computable
NEIGHBORHOOD_COUNT = "neighborhood_count"
ADJUSTED_P = "adjusted_p"  # population-adjusted test
ADJUSTED_Q = "adjusted_q"
ADJUSTED_CLASS = "adjusted_class"
WHY_NOT = "why_not"  # reason where z is not computable, else ""

FIELDS = (
    Field(NAME, "Area"),
    Field(CLASS, "Gi* class, -3 cold to 3 hot", 0),
    Field(COUNT, "Events", 0),
    Field(NEIGHBORHOOD_COUNT, "Events with neighbors", 0),
    Field(POPULATION, "People", 0, hover=False),
    Field(RATE, "Per 100,000", 1),
    Field(Z, "Gi* z", 2),
    Field(P, "p", 4, hover=False),
    Field(Q, "q (many tests)", 3),
    Field(ADJUSTED_CLASS, "Class for its people, -3 to 3", 0),
    Field(ADJUSTED_P, "Adjusted p", 4, hover=False),
    Field(ADJUSTED_Q, "Adjusted q", 4, hover=False),
    Field(WHY_NOT, "Why not computable", hover=False),
)
"""What a hot spot layer shows on hover and exports."""

# Columns of Density.areas, besides those above, and of Density.contours.
SHARE = "share"
PEOPLE = "people_about"
AREA_KM2 = "area_km2"
PEAK = "peak"
LABEL = "label"
LEVEL = "level"

AREA_FIELDS = (
    Field(NAME, "Area"),
    Field(COUNT, "Events", 0),
    Field(SHARE, "Share of events", 3),
    Field(PEOPLE, "People, about", 0),
    Field(RATE, "Per 100,000", 1),
    Field(AREA_KM2, "Square kilometers", 1),
    Field(PEAK, "Highest value", 3),
)
"""What a layer of areas that stand out on a surface shows and exports."""

CONTOUR_FIELDS = (
    Field(LABEL, "Contour"),
    Field(LEVEL, "Value on the line", 4),
    Field(AREA_KM2, "Square kilometers", 1),
)

COUNTY_ATTRIBUTION = "U.S. Census Bureau, 2016"


@dataclass(frozen=True)
class Parameter:
    """One choice of the run, its value as printed, and the reason for it."""

    name: str
    value: str
    reason: str


@dataclass(frozen=True, eq=False)
class HotSpots:
    """Gi* of one study.

    `areas` is indexed by area id and sorted hottest first (class, then z). `finding` is the result
    in one or two plain sentences with numbers, `warnings` what weakens it. `tally` counts the rows:
    "records" is the sum of "used" and the reasons ("outside_study", "too_coarse", "no_date", ...).
    """

    study: Study
    areas: pd.DataFrame
    parameters: tuple[Parameter, ...]
    finding: str
    warnings: tuple[str, ...]
    tally: Mapping[str, int]
    provenance: Mapping[str, Any]
    shapes: Any  # callable () -> GeoDataFrame in EPSG:4326 by area id: geometry only when asked for

    @property
    def adjusted(self) -> bool:
        """Whether the population-adjusted test could be made."""
        return bool(self.areas[ADJUSTED_CLASS].notna().any())

    def layers(self) -> tuple[Layer, ...]:
        """Join shapes to values: the hot spot layer."""
        return (self._layer("hot_spots", "Hot and cold spots", self.areas),)

    def adjusted_layer(self) -> Layer:
        """Join shapes to values with the classes of the population-adjusted test."""
        areas = self.areas.assign(**{CLASS: self.areas[ADJUSTED_CLASS]})
        return self._layer("adjusted", "Hot and cold for their people", areas)

    def _layer(self, key: str, title: str, areas: pd.DataFrame) -> Layer:
        counties = self.study.level == "county"
        shapes = self.shapes().loc[areas.index, ["geometry"]]
        known = areas.replace("", None).notna().any()
        return Layer(
            key=key,
            title=title,
            style="gi_class",
            shapes=shapes.join(areas),
            fields=tuple(field for field in FIELDS if known[field.column]),
            handling=self.study.handling,
            topology="counties" if counties else None,
            attribution=COUNTY_ATTRIBUTION if counties else "",
        )


@dataclass(frozen=True, eq=False)
class Density:
    """Kernel density of one study: a surface, and the same words and reasons as `HotSpots`.

    `peaks` are the highest places, at least a bandwidth apart, highest first: name, density (in the
    surface's unit), count (events within the bandwidth). `areas` are the places that stand out as
    polygons in EPSG:4326, by area id, most events first (`AREA_FIELDS`); `contours` the lines on
    the surface (`CONTOUR_FIELDS`). `peaks` hold the ratio as density when the study is of risk.
    """

    study: "Study"
    surface: Surface
    peaks: pd.DataFrame
    areas: gpd.GeoDataFrame
    contours: gpd.GeoDataFrame
    parameters: tuple[Parameter, ...]
    finding: str
    warnings: tuple[str, ...]
    tally: Mapping[str, int]
    provenance: Mapping[str, Any]

    @property
    def of_risk(self) -> bool:
        """Whether the surface is a relative risk."""
        return self.study.versus == "people"

    def layers(self) -> tuple[Layer, ...]:
        """Hand over the surface, the areas that stand out, and the contours; empty ones left out.

        The surface comes first; of the others the first is what a table of the result shows.
        """
        surface = Layer(
            key="density",
            title=f"{self.title}, {self.surface.unit}",
            style="risk" if self.of_risk else "density",
            surface=self.surface,
            handling=self.study.handling,
        )
        lines = (
            ("hot_areas", "Hot areas", self.areas, AREA_FIELDS, True),
            ("contours", "Contours", self.contours, CONTOUR_FIELDS, False),
        )
        outlines = (
            Layer(
                key=key,
                title=title,
                style="contour",
                shapes=shapes,
                fields=tuple(one for one in columns if shapes[one.column].notna().any()),
                handling=self.study.handling,
                visible=visible,
            )
            for key, title, shapes, columns, visible in lines
            if len(shapes)
        )
        return (surface, *outlines)

    @property
    def title(self) -> str:
        """What the surface shows."""
        return "Relative risk" if self.of_risk else "Density"
