"""What a density along streets gives back: lines, the study that made them, and the reasons."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import geopandas as gpd

from analysis.result import COUNT, NAME, PEAK, SHARE, Parameter
from analysis.study import Study
from geo.layers import Field, Layer

# Columns of the two tables, besides those of `analysis.result`.
NEAR: Final = "near"
LENGTH: Final = "length"  # kilometers or miles, as the study's unit says
PER_LENGTH: Final = "events_per_length"
DENSITY: Final = "density"
STRETCH: Final = "stretch"

STREET_UNITS: Final = {"km2": "per km", "mi2": "per mile"}
"""Unit of a density along streets, by the unit of a density over the ground."""

LENGTHS: Final = {"km2": ("Kilometers", 1000.0), "mi2": ("Miles", 1609.344)}
"""Name of the unit of length, and its metres."""


@dataclass(frozen=True, eq=False)
class StreetDensity:
    """Kernel density along streets of one study.

    `pieces` are lines in EPSG:4326 with `name` (of the street), `density` (in `unit`), `length`
    (kilometers or miles), `count` (events on the piece) and `stretch` (id of the stretch it is part
    of, or ""): those with more than a trace of density. `stretches` are the streets that stand out,
    most events first: `name`, `near`, `count`, `share`, `length`, `events_per_length` (count over
    length), `peak` (highest density on it). The id of a piece of a stretch starts with that of the
    stretch: "stretch-2.14". `total_length` is that of all streets of the study area.
    """

    study: Study
    pieces: gpd.GeoDataFrame
    stretches: gpd.GeoDataFrame
    parameters: tuple[Parameter, ...]
    finding: str
    warnings: tuple[str, ...]
    tally: Mapping[str, int]
    provenance: Mapping[str, Any]
    attribution: str
    total_length: float
    bandwidth_m: float

    @property
    def title(self) -> str:
        """What the map shows."""
        return "Density along streets"

    @property
    def unit(self) -> str:
        """Of the density."""
        return STREET_UNITS[self.study.unit]

    def layers(self) -> tuple[Layer, ...]:
        """Hand over the stretches that stand out, which a table shows, and the colored lines."""
        return self._layers

    @cached_property
    def _layers(self) -> tuple[Layer, ...]:
        unit = self.unit
        stretches = Layer(
            key="stretches", title="Streets that stand out", style="stretch",
            shapes=self.stretches,
            fields=stretch_fields(self.study.unit), handling=self.study.handling,
            attribution=self.attribution,
        )  # fmt: skip
        pieces = Layer(
            key="street_density", title=f"{self.title}, {unit}", style="line_density",
            shapes=self.pieces,
            fields=(
                Field(NAME, "Street"),
                Field(DENSITY, f"Events {unit}", 1),
                Field(COUNT, "Events on this piece", 0),
                Field(LENGTH, LENGTHS[self.study.unit][0], 3, hover=False),
                Field(STRETCH, "Part of", hover=False),
            ),
            handling=self.study.handling,
            attribution=self.attribution,
        )  # fmt: skip
        return (stretches, pieces) if len(self.stretches) else (pieces,)


def stretch_fields(unit: str) -> tuple[Field, ...]:
    """Name the columns of the stretches for people, by the unit of the study."""
    per = STREET_UNITS[unit]
    return (
        Field(NAME, "Street"),
        Field(NEAR, "Near"),
        Field(COUNT, "Events", 0),
        Field(SHARE, "Share of events", 3),
        Field(LENGTH, LENGTHS[unit][0], 2),
        Field(PER_LENGTH, f"Events {per}", 1),
        Field(PEAK, f"Highest density, {per}", 1),
    )
