"""Who counts as a neighbor of whom: as the study has it, and at half and at double the reach."""

from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Final

import numpy as np
from scipy import sparse

from analysis import area_groups, cut_cells, scale, weights
from analysis.areas import Areas
from analysis.kept_steps import kept
from analysis.result import Parameter
from analysis.study import Study
from analysis.words import count_of
from boundaries import load


@kept(6, "neighbors", "band_m", "k", "seed")
def neighbors_of(study: Study, areas: Areas) -> tuple[sparse.csr_array, tuple[Parameter, ...]]:
    """Who counts as a neighbor; each area counts as its own.

    Raises
    ------
    StudyError
        The study asks for more neighbors than there are areas.
    """
    kind = study.neighbors
    if kind == "auto":
        kind = "band" if areas.cells is not None or study.band_m else "queen"
    links, value, reason = _LINKS[kind](study, areas)
    if study.neighbors != "auto":
        reason = f"You chose it. {reason}".rstrip()
    return weights.with_self(links), (Parameter("Neighbors", f"{value}, and itself", reason),)


@dataclass(frozen=True, eq=False)
class Scales:
    """Weights at half and at double the reach, each area with itself, and both in words.

    None where the reach cannot change: it would be the chosen one again, and prove nothing. `gap`
    says that groups far apart are kept apart; "" where that changes nothing.
    """

    half: sparse.csr_array | None
    double: sparse.csr_array | None
    in_words: tuple[str, str]
    gap: str = ""


@kept(6)
def scales_of(areas: Areas, near: sparse.csr_array) -> Scales:
    """Weights at half and at double the reach.

    On a grid the reach is the distance to the farthest neighbor, by county how many an area usually
    has. The nearest few of a county never lie across a gap: where its group has fewer, they are all
    of it.
    """
    if len(areas.table) < 2:
        return Scales(None, None, ("", ""))
    middle, group = areas.points(), _groups(areas)
    if areas.cell_m is None:
        usual = float(np.median(np.diff(near.indptr) - 1))
        most = int(np.bincount(group).max()) - 1
        number = [int(np.clip(round(usual * by), 1, max(most, 1))) for by in (0.5, 2.0)]
        fewer, more = (weights.with_self(area_groups.nearest_within(middle, group, k))
                       for k in number)  # fmt: skip
        told = tuple(f"the nearest {k}" if k > 1 else "the nearest one" for k in number)
        return _other_scales(near, fewer, more, told, _gap(areas, group, max(number)))
    links = near.tocoo()
    apart = np.hypot(*(middle[links.row] - middle[links.col]).T)
    reach = float(apart[group[links.row] == group[links.col]].max(initial=areas.cell_m))
    bands = (max(reach / 2, areas.cell_m), reach * 2)
    fewer, more = (weights.distance_band(middle, band * (1 + 1e-9)) for band in bands)
    told = tuple(f"those within {scale.kilometers(band)}" for band in bands)
    return _other_scales(near, weights.with_self(fewer), weights.with_self(more), told)


def _other_scales(
    near: sparse.csr_array,
    fewer: sparse.csr_array,
    more: sparse.csr_array,
    told: tuple[str, ...],
    gap: str = "",
) -> Scales:
    """Leave out what is the chosen neighborhood again."""

    def other(found: sparse.csr_array) -> sparse.csr_array | None:
        return None if found.nnz == near.nnz and (found != near).nnz == 0 else found

    return Scales(other(fewer), other(more), (told[0], told[1]), gap)


def _gap(areas: Areas, group: area_groups.Ints, k: int) -> str:
    """Say that nobody is joined across a gap, where the nearest k would be."""
    held = np.bincount(group)
    if held.size == 1 or int(held.min()) > k:
        return ""
    return (
        f"The {areas.noun[1]} lie in {held.size} groups far apart, and none is joined across a "
        f"gap: a group of {k} or fewer is taken whole."
    )


@kept(6)
def _groups(areas: Areas) -> area_groups.Ints:
    """Tell groups of areas far apart."""
    if areas.cell_m is not None:
        return area_groups.of_cells(areas.points(), areas.cell_m)
    ids = tuple(areas.table.index)
    width = 1000 * np.sqrt(load.counties()["land_km2"].loc[list(ids)].to_numpy(float))
    return area_groups.of_areas(areas.points(), width, county_links(ids))


def warnings_of(study: Study, areas: Areas, near: sparse.csr_array) -> tuple[str, ...]:
    """Say where a neighborhood that a person chose reaches across a gap; empty where none does."""
    by_number = study.neighbors == "knn"
    if not by_number and not study.band_m:
        return ()
    group = _groups(areas)
    affected, farthest = area_groups.across(areas.points(), group, near)
    number = int(affected.sum())
    if not number:
        return ()
    others = int(np.bincount(group)[group[affected]].min()) - 1
    reach, instead = f"the nearest {study.k}", f"at most the nearest {others}"
    if not by_number:
        reach, instead = f"those within {scale.kilometers(study.band_m or 0)}", "a shorter distance"
    advice = f"choose {areas.noun[1]} that touch"
    if others or not by_number:
        advice += f", or {instead}"
    has = "has" if number == 1 else "have"
    sentence = (
        f"{number:,} of {count_of(group.size, *areas.noun)} {has} neighbors up to "
        f"{scale.kilometers(farthest)} away, across a gap between groups of {areas.noun[1]}: "
        f"{reach} were chosen. A neighborhood of places far apart hides hot spots, or makes them: "
        f"{advice}."
    )
    return (sentence,)


def _queen(study: Study, areas: Areas) -> tuple[sparse.csr_array, str, str]:
    del study
    if areas.cells is None:
        links = county_links(tuple(areas.table.index))
    else:
        links = weights.grid_ring(areas.cells, 1, areas.lattice)
    return (
        links,
        f"{areas.noun[1].capitalize()} that touch",
        "Counties differ too much in size for one distance.",
    )


def _nearest(study: Study, areas: Areas) -> tuple[sparse.csr_array, str, str]:
    links = weights.k_nearest(areas.points(), study.k)
    return links, f"The {study.k} nearest {areas.noun[1]}", ""


def _band(study: Study, areas: Areas) -> tuple[sparse.csr_array, str, str]:
    points = areas.points()
    if study.band_m:
        band, reason = study.band_m, "You chose it."
    elif areas.cell_m is None:
        group = _groups(areas)
        band = scale.friendly(area_groups.least_band(points, group))
        reason = "The least distance at which every county has a neighbor."
        if (np.bincount(group) == 1).any() and group.max() < group.size - 1:
            reason = f"{reason[:-1]}, but for those far from all others."
    else:
        count = areas.table["count"].to_numpy(float)
        even = count if areas.ground is None else cut_cells.evened(count, areas.ground)
        band, reason = scale.distance_band(even, points, areas.cell_m, seed=study.seed)
    value = f"{areas.noun[1].capitalize()} within {scale.kilometers(band)}"
    return weights.distance_band(points, band), value, reason


_LINKS: Final = {"queen": _queen, "knn": _nearest, "band": _band}


@lru_cache(maxsize=64)
def county_links(geoids: tuple[str, ...]) -> sparse.csr_array:
    """Queen neighbors among these counties."""
    position = load.counties().index.get_indexer(list(geoids))
    links: sparse.csr_array = _all_county_links()[position][:, position]
    links.sort_indices()
    return links


@cache
def _all_county_links() -> sparse.csr_array:
    return weights.contiguity(load.counties().geometry.to_numpy())
