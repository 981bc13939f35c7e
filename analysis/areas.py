"""The areas of a study: what each holds, where it is, and who its neighbors are."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse

from analysis import weights
from analysis.counts import Selection, by_county
from analysis.result import Parameter
from boundaries import load

from geo.errors import StudyError

if TYPE_CHECKING:
    from analysis.study import Study


@dataclass(frozen=True, eq=False)
class Areas:
    """Areas with counts.

    `table` is indexed by area id: name, count (NaN: missing), population (NaN: unknown). `shapes`
    gives their polygons in EPSG:4326 when called, `points` their centers in metres of a local
    projection, shape (n, 2). `cell_m` is None for counties. `noun` is (singular, plural).
    """

    table: pd.DataFrame
    shapes: Callable[[], gpd.GeoDataFrame]
    points: Callable[[], NDArray[np.float64]]
    parameters: tuple[Parameter, ...]
    noun: tuple[str, str]
    cell_m: float | None = None


def areas_of(study: "Study", selection: Selection) -> Areas:
    """Count the selected records by county, hexagon or square."""
    if study.level == "county":
        return _counties(selection)
    raise NotImplementedError


def neighbors_of(study: "Study", areas: Areas) -> tuple[sparse.csr_array, tuple[Parameter, ...]]:
    """Who counts as a neighbor, each area its own included.

    Raises
    ------
    StudyError
        The study asks for neighbors these areas cannot have.
    """
    kind = study.neighbors
    if kind == "auto":
        kind = "queen" if areas.cell_m is None else "band"
    if kind == "queen" and areas.cell_m is None:
        links = county_links(tuple(areas.table.index))
        reason = (
            "You chose it." if study.neighbors != "auto"
            else "Counties differ too much in size for one distance."
        )  # fmt: skip
        value = "Counties that touch (queen contiguity), and the county itself"
        return weights.with_self(links), (Parameter("Neighbors", value, reason),)
    raise StudyError("x", "y")


@cache
def county_links(geoids: tuple[str, ...]) -> sparse.csr_array:
    """Queen neighbors among these counties."""
    position = load.counties().index.get_indexer(list(geoids))
    links: sparse.csr_array = _all_county_links()[position][:, position]
    links.sort_indices()
    return links


@cache
def _all_county_links() -> sparse.csr_array:
    return weights.contiguity(load.counties().geometry.to_numpy())


def _counties(selection: Selection) -> Areas:
    table, parameters = by_county(selection)
    ids = list(table.index)
    several = len(set(table["state"])) > 1
    name = table["name"] + ", " + table["state"] if several else table["name"]

    def shapes() -> gpd.GeoDataFrame:
        return load.counties().loc[ids, ["geometry"]]

    def points() -> NDArray[np.float64]:
        places: NDArray[np.float64] = load.counties().loc[ids, ["lon", "lat"]].to_numpy(float)
        return places

    return Areas(
        table=table.drop(columns="state").assign(name=name),
        shapes=shapes,
        points=points,
        parameters=(*selection.parameters, *parameters),
        noun=("county", "counties"),
    )
