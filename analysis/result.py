"""What a run gives back: values, the study that made them, and the reasons for every choice."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
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
CLASS = "class"  # -3..3: cold / hot at 99, 95, 90%; <NA> where not computable
NEIGHBORHOOD_COUNT = "neighborhood_count"
ADJUSTED_P = "adjusted_p"  # population-adjusted test
ADJUSTED_Q = "adjusted_q"
ADJUSTED_CLASS = "adjusted_class"
RISK = "relative_risk"  # events of the neighborhood over those its people would have
ROBUST = "robust"  # "robust at 3 of 3 scales"; "" where neither hot nor cold
HALF = "half_class"  # at half and at double the reach
DOUBLE = "double_class"
AT_SCALES = (ROBUST, HALF, DOUBLE)  # of the test that leads alone: the other is not made again
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
    Field(RISK, "Times expected", 2, hover=False),
    Field(ADJUSTED_P, "Adjusted p", 4, hover=False),
    Field(ADJUSTED_Q, "Adjusted q", 4, hover=False),
    Field(ROBUST, "Gi* at other scales"),
    Field(HALF, "Gi* class at half the reach", 0, hover=False),
    Field(DOUBLE, "Gi* class at double the reach", 0, hover=False),
    Field(WHY_NOT, "Why not computable", hover=False),
)
"""What a hot spot layer shows on hover and exports."""

GI_CLASS = "gi_class"  # in the layer of the adjusted test, whose class is its own
ADJUSTED_FIELDS = (
    Field(NAME, "Area"),
    Field(CLASS, "Class for its people, -3 cold to 3 hot", 0),
    Field(COUNT, "Events", 0),
    Field(NEIGHBORHOOD_COUNT, "Events with neighbors", 0),
    Field(POPULATION, "People", 0, hover=False),
    Field(RATE, "Per 100,000", 1),
    Field(RISK, "Times expected, with neighbors", 2),
    Field(ADJUSTED_P, "Adjusted p", 4, hover=False),
    Field(ADJUSTED_Q, "Adjusted q (many tests)", 3),
    Field(GI_CLASS, "Gi* class, -3 to 3", 0),
    Field(Z, "Gi* z", 2, hover=False),
    Field(P, "p", 4, hover=False),
    Field(Q, "q (many tests)", 3, hover=False),
    Field(ROBUST, "For its people, at other scales"),
    Field(HALF, "Class for its people at half the reach", 0, hover=False),
    Field(DOUBLE, "Class for its people at double the reach", 0, hover=False),
    Field(WHY_NOT, "Why not computable", hover=False),
)
"""The same of the layer of the population-adjusted test."""

# Columns of Density.areas, besides those above, and of Density.contours.
SHARE = "share"
PEOPLE = "people_about"
CONTROLS = "controls"
AREA_KM2 = "area_km2"
PEAK = "peak"
LABEL = "label"
LEVEL = "level"

AREA_FIELDS = (
    Field(NAME, "Area"),
    Field(COUNT, "Events", 0),
    Field(SHARE, "Share of events", 3),
    Field(PEOPLE, "People, about", 0),
    Field(CONTROLS, "Records beside them", 0),
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
    """Hot spots of one study, by Gi* and, with people known, by the population-adjusted test.

    `areas` is indexed by area id and sorted hottest first, by the test that leads (class, then z or
    q). `finding` is the result in one or two plain sentences with numbers, `whole_map` a line about
    clustering as a whole ("" where not computable), `at_scales` says how many hot and cold spots
    are found again at half and at double the reach ("" where there are none), `warnings` what
    weakens it. `tally` counts the rows: "records" is the sum of "used" and the reasons
    ("outside_study", "too_coarse", ...).
    """

    study: Study
    areas: pd.DataFrame
    parameters: tuple[Parameter, ...]
    finding: str
    warnings: tuple[str, ...]
    tally: Mapping[str, int]
    provenance: Mapping[str, Any]
    shapes: Any  # callable () -> GeoDataFrame in EPSG:4326 by area id: geometry only when asked for
    whole_map: str
    at_scales: str
    opinions: Callable[[], pd.DataFrame]  # other statistics by area id: see analysis.opinions

    @property
    def adjusted(self) -> bool:
        """Whether the population-adjusted test could be made."""
        return bool(self.areas[ADJUSTED_CLASS].notna().any())

    @property
    def by_people(self) -> bool:
        """Whether the population-adjusted test leads, as the study wants it and the data allow."""
        return self.adjusted and self.study.hot_means == "people"

    @property
    def leading(self) -> str:
        """Column with the classes of the test that leads."""
        return ADJUSTED_CLASS if self.by_people else CLASS

    @property
    def title(self) -> str:
        """What the map shows."""
        return "Hot spots for their people" if self.by_people else "Hot spots (Gi*)"

    def layers(self) -> tuple[Layer, ...]:
        """Join shapes to values: the layer of the test that leads."""
        return (self.adjusted_layer() if self.by_people else self.gi_layer(),)

    def all_layers(self) -> tuple[Layer, ...]:
        """Return the layers of both tests, the one that leads first."""
        if not self.adjusted:
            return (self.gi_layer(),)
        both = (self.adjusted_layer(), self.gi_layer())
        return both if self.by_people else both[::-1]

    @cached_property
    def _gi_layer(self) -> Layer:
        return self._layer(
            "hot_spots", "Hot and cold spots", self.areas, FIELDS, leads=not self.by_people
        )

    @cached_property
    def _adjusted_layer(self) -> Layer:
        areas = self.areas.assign(
            **{CLASS: self.areas[ADJUSTED_CLASS], GI_CLASS: self.areas[CLASS]}
        )
        return self._layer(
            "adjusted", "Hot and cold for their people", areas, ADJUSTED_FIELDS,
            leads=self.by_people,
        )  # fmt: skip

    def gi_layer(self) -> Layer:
        """Join shapes to values with the classes of Gi*."""
        return self._gi_layer

    def adjusted_layer(self) -> Layer:
        """Join shapes to values with the classes of the population-adjusted test."""
        return self._adjusted_layer

    def _layer(
        self, key: str, title: str, areas: pd.DataFrame, fields: tuple[Field, ...], *, leads: bool
    ) -> Layer:
        counties = self.study.level == "county"
        shapes = self.shapes().loc[areas.index, ["geometry"]]
        known = areas.replace("", None).notna().any()
        known[list(AT_SCALES)] &= leads
        return Layer(
            key=key,
            title=title,
            style="gi_class",
            shapes=shapes.join(areas),
            fields=tuple(field for field in fields if known[field.column]),
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
        return self.study.versus in {"people", "controls"}

    def layers(self) -> tuple[Layer, ...]:
        """Hand over the surface, the areas that stand out, and the contours; empty ones left out.

        The surface comes first; of the others the first is what a table of the result shows.
        """
        return self._layers

    @cached_property
    def _layers(self) -> tuple[Layer, ...]:
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
        if self.study.versus == "controls":
            return "Relative risk beside other records"
        return "Relative risk" if self.of_risk else "Density"
