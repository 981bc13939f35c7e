"""What a result hands to a map or a file. The only thing `analysis` and `maps` both know."""

from dataclasses import dataclass
from typing import Literal

import geopandas as gpd
import numpy as np
from numpy.typing import NDArray

Style = Literal[
    "gi_class", "rate", "density", "risk", "contour", "hidta", "corridor", "incident", "county",
    "state", "street", "candidate", "spot", "label", "line_density", "stretch",
]  # fmt: skip


@dataclass(frozen=True)
class Field:
    """A column to show and to export: words, unit, and decimals (None: text).

    `hover` is False for what only files carry: every value on hover is sent with every recoloring.
    """

    column: str
    label: str
    decimals: int | None = None
    hover: bool = True


@dataclass(frozen=True, eq=False)
class Band:
    """Values on the cells of a surface that a file carries beside it: name, and what they are.

    `values` is (rows, cols) float32, NaN where nothing is told.
    """

    name: str
    meaning: str
    values: NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Surface:
    """A raster of values.

    `values` is (rows, cols) float32, row 0 in the north, NaN outside the study area; `transform` is
    GDAL order (west, cell, 0, north, 0, -cell) in metres of `crs` (WKT); `unit` such as "per km2".
    `beside` are further bands of its file.
    """

    values: NDArray[np.float32]
    transform: tuple[float, float, float, float, float, float]
    crs: str
    unit: str
    bandwidth_m: float
    beside: tuple[Band, ...] = ()


@dataclass(frozen=True, eq=False)
class Layer:
    """One thing on a map or in a file.

    Exactly one of `shapes` (EPSG:4326, indexed by area id, with the columns named in `fields`) and
    `surface` is given. `topology` names shapes the browser already holds ("counties", "states"), so
    that only values travel. `caveat` is shown in the legend ("schematic, within about 15 km").
    """

    key: str
    title: str
    style: Style
    shapes: gpd.GeoDataFrame | None = None
    surface: Surface | None = None
    fields: tuple[Field, ...] = ()
    attribution: str = ""
    handling: str = "public"
    visible: bool = True
    topology: str | None = None
    caveat: str = ""
