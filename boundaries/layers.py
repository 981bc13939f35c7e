"""What does not move, as layers for a map or a file."""

from collections.abc import Sequence
from functools import cache, lru_cache
from typing import Final

import geopandas as gpd
import pandas as pd

from boundaries import corridors, hidta, load, registry
from geo.errors import BoundaryError
from geo.layers import Field, Layer

_DOUBTFUL: Final = "May be stale, or the HIDTA was inferred"
_SURE: Final = "Designation text seen"


@cache
def county_layer(*, visible: bool = True) -> Layer:
    """County borders, simplified for display."""
    shapes = load.display_counties()
    return Layer(
        key="counties",
        title="Counties",
        style="county",
        shapes=shapes[["name", "state", "geometry"]],
        fields=(Field("name", "County"), Field("state", "State")),
        attribution=registry.in_use("counties.parquet")[1].attribution,
        topology="counties",
        visible=visible,
    )


@cache
def state_layer(*, visible: bool = True) -> Layer:
    """State borders, simplified for display."""
    shapes = load.display_counties()[["state", "geometry"]].dissolve("state", method="coverage")
    shapes.insert(0, "name", load.states()["name"].reindex(shapes.index))
    return Layer(
        key="states",
        title="States",
        style="state",
        shapes=shapes,
        fields=(Field("name", "State"),),
        attribution=registry.in_use("states.parquet")[1].attribution,
        topology="states",
        visible=visible,
    )


@cache
def hidta_layer(as_of: int | None = None, *, visible: bool = True) -> Layer:
    """HIDTAs as of a year, the sure and the doubtful counties of each apart.

    Parameters
    ----------
    as_of : int or None
        Year; None: everything the log knows.
    visible : bool
        Whether the map shows it at first.
    """
    return hidta_layer_of(hidta.members(as_of), as_of, visible=visible)


def hidta_layer_of(
    listed: pd.DataFrame, as_of: int | None = None, *, visible: bool = True
) -> Layer:
    """HIDTAs from a table of members, such as one with an official list (`hidta.with_official`)."""
    year = hidta.newest_year() if as_of is None else as_of
    shapes = hidta.parts(listed=listed)
    name = shapes.index.get_level_values("hidta")
    letter = shapes["confidence"]
    shapes = shapes.assign(
        hidta=name,
        basis=letter.map({"A": _SURE, "B": _DOUBTFUL}),
        worth=[hidta.worth(one) for one in name],
    )
    shapes.index = pd.Index(name.where(letter == "A", name + " (doubtful)"), name="area")
    return Layer(
        key="hidtas",
        title=f"HIDTAs as of {year}",
        style="hidta",
        shapes=shapes,
        fields=(
            Field("hidta", "HIDTA"),
            Field("counties", "Counties", 0),
            Field("basis", "Basis"),
            Field("years", "Designated"),
            Field("worth", "This HIDTA's list"),
        ),
        attribution=registry.entry("hidta_events.csv").attribution,
        visible=visible,
        caveat=f"Compiled from public texts to {hidta.newest_year()}; hatched counties may be "
        "out of date. Load the official list of your HIDTA to replace it.",
    )


def corridor_layer(chosen: Sequence[str] = (), *, visible: bool = True) -> Layer:
    """Interstate corridors as schematic lines.

    Parameters
    ----------
    chosen : sequence of str
        Corridor names; all when empty.
    visible : bool
        Whether the map shows it at first.

    Raises
    ------
    BoundaryError
        A corridor is not known.
    """
    if not set(chosen) <= set(corridors.names()):
        raise BoundaryError(
            "A corridor is not known.", f"Choose from: {', '.join(corridors.names())}."
        )
    return _corridor_layer(tuple(chosen), visible=visible)


@lru_cache(maxsize=16)
def _corridor_layer(chosen: tuple[str, ...], *, visible: bool) -> Layer:
    lines = corridors.lines().loc[list(chosen or corridors.names())]
    shapes = lines.assign(corridor=lines.index)
    return Layer(
        key="corridors",
        title="Interstate corridors",
        style="corridor",
        shapes=shapes,
        fields=(
            Field("corridor", "Corridor"),
            Field("ends", "From, to"),
            Field("towns", "Towns joined", 0),
        ),
        attribution=corridors.ATTRIBUTION,
        caveat=corridors.CAVEAT,
        visible=visible,
    )


@cache
def label_layer(*, visible: bool = True) -> Layer:
    """City names, the largest first; the map shows those that have room."""
    places = load.places()
    shapes = gpd.GeoDataFrame(
        places[["name", "state", "population"]],
        geometry=gpd.points_from_xy(places["lon"], places["lat"]),
        crs=4326,
    )
    return Layer(
        key="labels",
        title="City names",
        style="label",
        shapes=shapes,
        fields=(
            Field("name", "City"), Field("state", "State"), Field("population", "People", 0),
        ),
        attribution=registry.entry("places.parquet").attribution,
        visible=visible,
    )  # fmt: skip


def background() -> tuple[Layer, ...]:
    """Layers every map and file may carry, HIDTAs and corridors switched off to begin with."""
    return (
        state_layer(), county_layer(), hidta_layer(visible=False), corridor_layer(visible=False),
        label_layer(),
    )  # fmt: skip
