"""Surveyed streets of counties as lines: those that a person indexed, and no others.

The index is the one addresses are looked up in (`boundaries.streets`). It holds named roads only;
of two sources of one county one is taken, or each street would be there twice.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from boundaries import load, streets
from geo.errors import BoundaryError
from geo.geocoding import street_tier
from geo.geocoding.street_index import DEGREE, StreetIndex, installed, open_index
from geo.geocoding.street_segments import LINE

MOST_LINES: Final = 400_000
"""Pieces of street that are handed out; a county of five million people has about 200,000."""

OWN_SHARE: Final = 0.1
"""Of the lines of an own file, in a county whose streets it is then said to hold."""

_TIGER: Final = "TIGER/Line"
_EDGES: Final = "TIGER/Line EDGES"


@dataclass(frozen=True, eq=False)
class Roads:
    """Streets of some counties, shape (n,) each.

    `lines` are in EPSG:4326, one between two junctions; `names` as their source writes them.
    `known` are the counties asked for whose streets are indexed, `missing` the others; `sources`
    says whose data they are, `vintages` which: "NC 1a2b3c4d".
    """

    lines: NDArray[np.object_]
    names: NDArray[np.str_]
    known: tuple[str, ...]
    missing: tuple[str, ...]
    sources: tuple[str, ...]
    vintages: tuple[str, ...]


def vintages(folder: Path | None = None) -> tuple[str, ...]:
    """Say which streets are indexed, so that a result of others is told apart.

    Examples
    --------
    >>> vintages(Path("/nowhere"))
    ()
    """
    here = folder or street_tier.folder()
    return tuple(f"{state} {open_index(here / state).vintage}" for state in installed(here))


def roads_of(geoids: Sequence[str], folder: Path | None = None) -> Roads:
    """Look up the streets of counties.

    Parameters
    ----------
    geoids : sequence of str
        Five-digit county codes.
    folder : Path, optional
        Of the street indexes; that of this user when not given.

    Returns
    -------
    Roads

    Raises
    ------
    BoundaryError
        No county's streets are indexed, or there are more than `MOST_LINES`.

    Examples
    --------
    >>> roads_of(["37143"], Path("/nowhere"))  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    geo.errors.BoundaryError: No streets of Perquimans County, NC are indexed. Read in ...
    """
    here = folder or street_tier.folder()
    told = load.counties()["state"].reindex(list(geoids))
    found: list[tuple[NDArray[np.object_], NDArray[np.str_]]] = []
    known: set[str] = set()
    sources: set[str] = set()
    used: list[str] = []
    lines = 0
    for one in streets.what_is_installed(here):
        asked = {code for code, state in told.items() if state == one.state}
        if not asked:
            continue
        index = open_index(here / one.state)
        taken = _taken(index, asked, {part.name[:5] for part in one.parts})
        if not taken:
            continue
        segments = _segments(index, taken)
        lines += len(segments)
        if lines > MOST_LINES:
            raise BoundaryError(
                f"The streets of the study area are more than {MOST_LINES:,} pieces: too many for "
                "a map along streets.",
                "Choose fewer states or one HIDTA, or events per area.",
            )
        found.append((_lines(index, segments), _names(index, segments)))
        known |= {f"{code:05d}" for code in taken}
        sources |= {index.meta["sources"][source] for source in taken.values()}
        used.append(f"{one.state} {index.vintage}")
    if not found:
        raise _none_known(geoids)
    shapes, names = _once(
        np.concatenate([shapes for shapes, _ in found]), np.concatenate([name for _, name in found])
    )
    return Roads(
        shapes, names, tuple(sorted(known)), tuple(sorted(set(geoids) - known)),
        tuple(sorted(sources)), tuple(used),
    )  # fmt: skip


def _taken(index: StreetIndex, asked: set[str], parts: set[str]) -> dict[int, int]:
    """Choose for each county asked for the source whose lines are taken.

    A file of one county holds a few streets of the next one: they do not make it known.
    """
    is_line = np.asarray(index.segment_kind) == LINE
    held = pd.DataFrame(
        {
            "county": np.asarray(index.segment_county)[is_line],
            "source": np.asarray(index.segment_source)[is_line],
        }
    )
    table = held.value_counts().rename("lines").reset_index()
    names = np.array(index.meta["sources"], dtype=object)[table["source"]]
    table["edges"] = [str(name).startswith(_EDGES) for name in names]
    is_tiger = np.array([str(name).startswith(_TIGER) for name in names], dtype=bool)
    code = table["county"].map("{:05d}".format)
    of_file = table["lines"] / table.groupby("source")["lines"].transform("sum")
    whole = np.where(is_tiger, code.isin(parts), of_file >= OWN_SHARE)
    table = table[whole & code.isin(asked)].sort_values(["edges", "lines"], ascending=False)
    best = table.drop_duplicates("county")
    return {
        int(county): int(source)
        for county, source in zip(best["county"], best["source"], strict=True)
    }


def _segments(index: StreetIndex, taken: dict[int, int]) -> NDArray[np.int64]:
    """Find the lines of the counties, of the source taken of each."""
    source = pd.Series(np.asarray(index.segment_county)).map(taken).to_numpy(float)
    is_line = np.asarray(index.segment_kind) == LINE
    return np.flatnonzero(is_line & (source == np.asarray(index.segment_source)))


def _lines(index: StreetIndex, segments: NDArray[np.int64]) -> NDArray[np.object_]:
    start = np.asarray(index.segment_start)
    first, count = start[segments], np.diff(start)[segments]
    row = np.repeat(np.arange(len(segments)), count)
    step = np.arange(len(row)) - np.repeat(np.cumsum(count) - count, count)
    lonlat: NDArray[Any] = np.asarray(index.lonlat)[first[row] + step] / DEGREE
    shapes: NDArray[np.object_] = shapely.linestrings(lonlat, indices=row)
    return shapes


def _names(index: StreetIndex, segments: NDArray[np.int64]) -> NDArray[np.str_]:
    shown = np.array([*index.shown, ""], dtype=np.str_)
    street = np.full(len(index.segment_kind), -1, dtype=np.int64)
    per_street = np.diff(np.asarray(index.street_first_segment))
    # Backwards, so that a line on the border of two ZIP codes has the first of its streets.
    of = np.repeat(np.arange(len(index)), per_street)[::-1]
    street[np.asarray(index.street_segments)[::-1]] = of
    number = np.append(np.asarray(index.street_shown), len(index.shown))
    names: NDArray[np.str_] = shown[number[street[segments]]]
    return names


def _once(
    shapes: NDArray[np.object_], names: NDArray[np.str_]
) -> tuple[NDArray[np.object_], NDArray[np.str_]]:
    """Leave out lines without a length, and those that are there twice, in either direction."""
    long = shapely.length(shapes) > 0
    shapes, names = shapes[long], names[long]
    _, first = np.unique(shapely.to_wkb(shapely.normalize(shapes)), return_index=True)
    first = np.sort(first)
    return shapes[first], names[first]


def _none_known(geoids: Sequence[str]) -> BoundaryError:
    """Say whose streets are missing, and how they become known."""
    table = load.counties().reindex(list(geoids))
    names = [f"{name}, {state}" for name, state in zip(table["name"], table["state"], strict=True)]
    where = names[0] if len(names) == 1 else f"these {len(names):,} counties"
    codes = geoids[0] if len(geoids) == 1 else "CODE"
    return BoundaryError(
        f"No streets of {where} are indexed.",
        "Read in the roads of a county on the page Streets, or with `cli.py geocode index "
        f"--county {codes}`; until then choose events per area.",
    )
