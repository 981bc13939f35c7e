"""What a run gives back: values, the study that made them, and the reasons for every choice."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from analysis.study import Study
from geo.layers import Layer, Surface

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


@dataclass(frozen=True)
class Parameter:
    """One choice of the run, its value as printed, and the reason for it."""

    name: str
    value: str
    reason: str


@dataclass(frozen=True, eq=False)
class HotSpots:
    """Gi* of one study.

    `areas` is indexed by area id and sorted hottest first (class, then z). `finding` is the result in
    one or two plain sentences with numbers, `warnings` what weakens it. `tally` counts the records:
    {"records", "used", "outside_study", "too_coarse", "no_date", "suppressed", ...}.
    """

    study: Study
    areas: pd.DataFrame
    parameters: tuple[Parameter, ...]
    finding: str
    warnings: tuple[str, ...]
    tally: Mapping[str, int]
    provenance: Mapping[str, Any]
    shapes: Any  # callable () -> GeoDataFrame in EPSG:4326 by area id: geometry only when asked for

    def layers(self) -> tuple[Layer, ...]:
        """The hot spot layer: shapes joined to values."""
        raise NotImplementedError


@dataclass(frozen=True, eq=False)
class Density:
    """Kernel density of one study: a surface, and the same words and reasons as `HotSpots`."""

    study: Study
    surface: Surface
    parameters: tuple[Parameter, ...]
    finding: str
    warnings: tuple[str, ...]
    tally: Mapping[str, int]
    provenance: Mapping[str, Any]

    def layers(self) -> tuple[Layer, ...]:
        """The density layer."""
        raise NotImplementedError
