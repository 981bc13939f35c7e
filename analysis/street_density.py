"""Density along streets of one study: events moved to their street and spread along it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from analysis import caveats, provenance, scale, smoothing, stretches, words
from analysis import result as names
from analysis import street_result as streets
from analysis.counts import Selection, select
from analysis.ground import Ground, ground_of
from analysis.kept_steps import kept
from analysis.least_ground import half_in_words
from analysis.network import Indices, Network, network
from analysis.network_density import NetworkDensity, network_density
from analysis.network_walks import RoadKernel
from analysis.pixels import Floats
from analysis.result import Parameter
from analysis.street_result import StreetDensity
from analysis.study import Study
from boundaries.roads import Roads, roads_of
from geo import schema
from geo.errors import StudyError
from geo.schema import Records

NEAR_M: Final = 200.0
"""Events farther from every street are left out: they happened on none that is known."""

BANDWIDTHS_M: Final = (100.0, 2_000.0)
"""Narrowest and widest bandwidth that is chosen from the data."""

TRACE: Final = 1e-6
"""Share of the highest density below which a piece of street holds nothing."""

MOST_STRETCHES: Final = 200

_NEIGHBORS: Final = 5
_PIECES: Final = (20.0, 250.0)  # metres, a tenth of the bandwidth otherwise

NO_STREETS: Final = "street_not_known"
FAR: Final = "far_from_streets"


@dataclass(frozen=True, eq=False)
class Along:
    """Events of a study on the streets that are known, and their density along these.

    `used` are the rows of the counties `there`, `choices` what the data or the person chose.
    """

    selection: Selection
    there: Roads
    roads: Network
    ground: Ground
    used: pd.DataFrame
    found: NetworkDensity
    bandwidth_m: float
    choices: tuple[Parameter, ...]

    @property
    def events(self) -> Floats:
        """Events each point near a street stands for, in the order of `found.point`."""
        each: Floats = self.used[schema.COUNT].to_numpy(float)[self.found.point]
        return each

    def events_at(self, point: Indices, on: Indices, rows: pd.DataFrame | None = None) -> Floats:
        """Count events by piece of street: those of the study, or of other rows."""
        events = (self.used if rows is None else rows)[schema.COUNT].to_numpy(float)
        return np.bincount(on, events[point], len(self.found.density)).astype(np.float64)


def street_density(study: Study, records: Sequence[Records]) -> StreetDensity:
    """Run an equal-split kernel density along streets.

    Parameters
    ----------
    study : Study
        Its `versus` is "streets". Border, adaptive bandwidths and pixels do not apply.
    records : sequence of Records
        One or more sources.

    Returns
    -------
    StreetDensity

    Raises
    ------
    StudyError
        No record with a point lies near a street, or the bandwidth is too wide.
    BoundaryError
        No streets of the study area are indexed, or too many.
    """
    along = spread(study, records)
    selection, there, roads, found = along.selection, along.there, along.roads, along.found
    used, ground = along.used, along.ground
    on_piece = along.events_at(found.point, found.on)
    fewest = study.min_count or scale.FEWEST_NEEDED
    level = stretches.half_level(found)
    label = np.where(there.names == "", "Street without a name", there.names)
    out = stretches.ranked(roads, label, found, on_piece, level, fewest)
    counted = float(on_piece.sum())
    tally = _tally(selection, used, found)
    table = _stretches(study, out, counted, ground)
    length, metres = streets.LENGTHS[study.unit]
    total = float(roads.length_m.sum()) / metres
    what = words.events_of(used)
    return StreetDensity(
        study=study,
        pieces=_pieces(study, roads, label, found, on_piece, out.of_piece, ground),
        stretches=table,
        parameters=(
            *selection.parameters, _measure(there, total, length), *along.choices, _SPLIT,
            _stand_out(fewest),
        ),
        finding=_finding(what, along, table, study),
        warnings=(
            *caveats.density_warnings(study, selection, counted), *_left_out(tally, there),
            *_shown_to(study),
        ),
        tally=tally,
        provenance=provenance.provenance(study, records, tally, there.vintages),
        attribution="; ".join(there.sources),
        total_length=total,
        bandwidth_m=along.bandwidth_m,
    )  # fmt: skip


def spread(study: Study, records: Sequence[Records]) -> Along:
    """Move the events of a study to their streets and spread them along these.

    Raises
    ------
    StudyError, BoundaryError
        As `street_density`.
    """
    selection = select(study, records)
    there = roads_of(selection.geoids)
    used = selection.used[selection.used[schema.GEOID].isin(there.known)]
    if used.empty:
        raise StudyError(
            "No record lies in a county whose streets are indexed.",
            "Read in the roads of the other counties on the page Streets, or choose events per "
            "area.",
        )
    ground = ground_of(there.known, miles=study.unit == "mi2")
    roads = _laid_out(there, ground)
    points = ground.project(used[schema.LON], used[schema.LAT])
    events = used[schema.COUNT].to_numpy(float)
    reach, bandwidth = _bandwidth(study, points, used[schema.RADIUS_M])
    kernel, shape = _kernel(study)
    weights, faded = smoothing.faded(study, used, events)
    piece_m = float(np.clip(reach / 10, *_PIECES))
    found = network_density(
        roads, points, weights, reach, kernel=kernel, piece_m=piece_m, near_m=NEAR_M
    )
    if not found.placed:
        raise StudyError(
            f"No record lies within {NEAR_M:.0f} meters of a street that is indexed.",
            "Check the places of the records, or choose events per area.",
        )
    return Along(selection, there, roads, ground, used, found, reach, (bandwidth, shape, *faded))


@kept(2)
def _laid_out(there: Roads, ground: Ground) -> Network:
    """Streets in metres, joined where they meet."""
    lonlat, line = shapely.get_coordinates(there.lines, return_index=True)
    metres = ground.project(lonlat[:, 0], lonlat[:, 1])
    return network(shapely.linestrings(metres, indices=line), schematic=False)


def _bandwidth(
    study: Study, points: Floats, radius_m: "pd.Series[float]"
) -> tuple[float, Parameter]:
    """Choose how far along the streets an event reaches, unless the study says it."""
    if study.bandwidth_m:
        return study.bandwidth_m, Parameter(
            "Bandwidth", scale.kilometers(study.bandwidth_m),
            "You chose it: how far along the streets an event reaches.",
        )  # fmt: skip
    k = min(_NEIGHBORS, len(points) - 1)
    apart = float(np.median(cKDTree(points).query(points, k=[k + 1])[0])) if k else 0.0
    off = 2 * float(np.nan_to_num(radius_m.median()))
    least, most = BANDWIDTHS_M
    reach = scale.friendly(float(np.clip(max(apart, off), least, most)))
    reason = (
        "How far along the streets an event reaches. "
        f"Half of the events have {k} others within {scale.kilometers(max(apart, 1.0))}; places "
        f"are known to about {max(off / 2, 1.0):,.0f} meters; never below "
        f"{scale.kilometers(least)} or above {scale.kilometers(most)}."
    )
    return reach, Parameter("Bandwidth", scale.kilometers(reach), reason)


def _kernel(study: Study) -> tuple[RoadKernel, Parameter]:
    if study.kernel == "epanechnikov":
        return "epanechnikov", Parameter("Kernel", "Epanechnikov", "You chose it.")
    reason = "15 / (16 h) (1 - d^2 / h^2)^2 of the distance d along the street."
    if study.kernel != "quartic":
        reason += " Along streets there is this one and Epanechnikov."
    return "quartic", Parameter("Kernel", "quartic", reason)


_SPLIT: Final = Parameter(
    "At junctions",
    "equal split, continuous",
    "What arrives by one street is shared equally among all streets there, so that the map has no "
    "steps and adds up to the events (Okabe, Satoh and Sugihara 2009).",
)


def _measure(there: Roads, total: float, length: str) -> Parameter:
    counties = words.count_of(len(there.known), "county", "counties")
    return Parameter(
        "Streets",
        f"{total:,.0f} {length.lower()} in {counties}",
        f"Named streets of {', '.join(there.sources)}. Each event is moved to the nearest one "
        f"within {NEAR_M:.0f} meters.",
    )


def _stand_out(fewest: int) -> Parameter:
    return Parameter(
        "Streets that stand out",
        "the least length that holds half of the density",
        f"Joined along one name, with at least {fewest} events each, those with most first.",
    )


def _tally(selection: Selection, used: pd.DataFrame, found: NetworkDensity) -> dict[str, int]:
    tally = dict(selection.tally)
    elsewhere, far = tally["used"] - len(used), len(used) - len(found.point)
    tally["used"] = len(found.point)
    return tally | {NO_STREETS: elsewhere, FAR: far}


def _stretches(
    study: Study, out: stretches.Stretches, total: float, ground: Ground
) -> gpd.GeoDataFrame:
    found = out.table[:MOST_STRETCHES]
    _, metres = streets.LENGTHS[study.unit]
    length = found[stretches.LENGTH_M].to_numpy(float) / metres
    lines = found[stretches.GEOMETRY].to_numpy()
    middle = shapely.get_coordinates(shapely.point_on_surface(lines))
    count = found[stretches.COUNT].to_numpy(float)
    table = pd.DataFrame(
        {
            names.NAME: found[stretches.NAME].to_numpy(),
            streets.NEAR: ground.near(middle) if len(found) else [],
            names.COUNT: count,
            names.SHARE: count / max(total, 1e-300),
            streets.LENGTH: length,
            streets.PER_LENGTH: count / length,
            names.PEAK: found[stretches.PEAK].to_numpy(float) * metres,
        },
        index=[f"stretch-{rank}" for rank in range(1, len(found) + 1)],
    )
    shapes = gpd.GeoSeries(lines, index=table.index, crs=ground.crs).to_crs(4326)
    return gpd.GeoDataFrame(table, geometry=shapes)


def _pieces(  # noqa: PLR0913, PLR0917  (private)
    study: Study,
    roads: Network,
    label: NDArray[np.str_],
    found: NetworkDensity,
    on_piece: Floats,
    of_piece: Indices,
    ground: Ground,
) -> gpd.GeoDataFrame:
    """Lay out the pieces with more than a trace of density, the faintest first.

    All of them, not only those bright enough to be drawn: density times length adds up to events.
    """
    _, metres = streets.LENGTHS[study.unit]
    lit = np.flatnonzero((found.density > TRACE * found.density.max()) | (on_piece > 0))
    lit = lit[np.argsort(found.density[lit], kind="stable")]
    stretch = np.where(of_piece[lit] < MOST_STRETCHES, of_piece[lit], -1)
    part = [f"stretch-{rank + 1}" if rank >= 0 else "" for rank in stretch]
    table = pd.DataFrame(
        {
            names.NAME: label[found.edge[lit]],
            streets.DENSITY: found.density[lit] * metres,
            names.COUNT: on_piece[lit],
            streets.LENGTH: (found.stop_m - found.start_m)[lit] / metres,
            streets.STRETCH: part,
        },
        index=[f"{one or 'street'}.{number}" for number, one in enumerate(part)],
    )
    shapes = gpd.GeoSeries(stretches.cut(roads, found, lit), index=table.index, crs=ground.crs)
    return gpd.GeoDataFrame(table, geometry=shapes.to_crs(4326))


def _finding(what: str, along: Along, table: gpd.GeoDataFrame, study: Study) -> str:
    """Say on how little of the streets half of the events happened, and where most did."""
    found = along.found
    said = half_in_words(
        what, "length of the streets", along.bandwidth_m, found.density,
        found.stop_m - found.start_m, found.density[found.on] - found.own, found.own, along.events,
    )  # fmt: skip
    if table.empty:
        return f"{said}; no street has enough of them to stand out."
    first = table.iloc[0]
    unit = streets.LENGTHS[study.unit][0].lower()
    return (
        f"{said}; most, {first[names.COUNT]:,.0f} on {first[streets.LENGTH]:,.1f} {unit}, along "
        f"{first[names.NAME]}, {first[streets.NEAR]}."
    )


def _left_out(tally: dict[str, int], there: Roads) -> list[str]:
    out = []
    relevant = tally["used"] + tally[NO_STREETS] + tally[FAR]
    if number := tally[NO_STREETS]:
        counties = words.count_of(len(there.missing), "county", "counties")
        out.append(
            f"{words.count_of(number, 'record', 'records')} ({words.percent(number / relevant)}) "
            f"in {counties} whose streets are not indexed left out: the page Streets reads them in."
        )
    if number := tally[FAR]:
        out.append(
            f"{words.count_of(number, 'record', 'records')} ({words.percent(number / relevant)}) "
            f"more than {NEAR_M:.0f} meters from any named street left out."
        )
    return out


_TELLS: Final = (
    "A line along a street may tell of a single event, and so of a person: look at each one before "
    "this goes to the public."
)


def _shown_to(study: Study) -> list[str]:
    """Warn that a line may tell of one event."""
    if study.handling != "public":
        return []
    return [_TELLS]
