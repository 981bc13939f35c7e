"""Segments to a street index: part names, sort, write beside, then put in use in one step."""

import hashlib
import json
import shutil
import zlib
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final
from zipfile import BadZipFile

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.errors import GeocodeError
from geo.geocoding import street_extent, street_index
from geo.geocoding.street_index import BOTH, DEGREE, StreetIndex, open_index
from geo.geocoding.street_names import split_name
from geo.geocoding.street_segments import LINE, MARKER, NONE, Segments
from geo.geocoding.street_words import DIRECTION_NAMES

Array = NDArray[Any]
CountyOf = Callable[[Array, Array], Array]
"""Longitudes and latitudes to five-digit county codes, "" outside all."""

_DIRECTIONS: Final = ("", *DIRECTION_NAMES)
_WIDEST: Final = 9_999_998
_TEXTS: Final = ("names", "shown", "source", "vintage", "dashed")  # older parts lack some
_ARRAYS: Final = ("name", "numbers", "zips", "county", "kind", "lonlat", "start")


def save_part(segments: Segments, path: Path) -> None:
    """Keep the segments of one source, so that a state can be put together again from its parts."""
    beside = path.with_suffix(".new")
    arrays = {name: getattr(segments, name) for name in _ARRAYS}
    arrays["lonlat"] = np.round(segments.lonlat * DEGREE).astype(np.int32)
    texts = json.dumps({name: getattr(segments, name) for name in _TEXTS})
    arrays["texts"] = np.frombuffer(texts.encode(), dtype=np.uint8)
    with beside.open("wb") as file:
        np.savez_compressed(file, **arrays)
    beside.replace(path)


def source_of_part(path: Path) -> tuple[str, str]:
    """Read what a part is called by people, and its vintage, "" where it has none.

    Raises
    ------
    GeocodeError
        It is damaged.
    """
    texts = _kept(path, ())[0]
    return str(texts["source"]), str(texts.get("vintage", ""))


def load_part(path: Path) -> Segments:
    """Read what `save_part` kept.

    Raises
    ------
    GeocodeError
        It is damaged.
    """
    texts, arrays = _kept(path, _ARRAYS)
    arrays["lonlat"] = arrays["lonlat"] / DEGREE
    return Segments(**arrays, **texts)


def _kept(path: Path, wanted: Sequence[str]) -> tuple[dict[str, Any], dict[str, Any]]:
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as kept:
            texts = json.loads(kept["texts"].tobytes().decode())
            return texts, {name: kept[name] for name in wanted}
    except (OSError, ValueError, KeyError, BadZipFile, zlib.error) as error:
        raise GeocodeError(
            "A part of the street index is damaged.", "Load the files of this county again."
        ) from error


def build(
    parts: Sequence[Segments], state: str, folder: Path, county_of: CountyOf | None = None
) -> StreetIndex:
    """Put the index of one state in use.

    Parameters
    ----------
    parts : sequence of Segments
        Of all counties and sources of that state.
    state : str
        USPS code.
    folder : Path
        Folder of all indexes; the index becomes its subfolder `state`.
    county_of : callable, optional
        Which county a point is in. Without it the county that the source names is kept.

    Returns
    -------
    StreetIndex
        The new index, opened. An older one is in use until the new one is whole.

    Raises
    ------
    GeocodeError
        There is no named street in the parts.
    """
    if not sum(len(part) for part in parts):
        raise GeocodeError("There is no named street in these files.", "Choose other files.")
    target = folder / state
    beside = folder / f".{state}.new"
    shutil.rmtree(beside, ignore_errors=True)
    beside.mkdir(parents=True)
    segments, sources = _together(parts, county_of)
    arrays, bases, shown, types = _arrays(segments)
    lengths = {}
    for name in street_index.ARRAYS:
        np.save(beside / f"{name}.npy", arrays[name])
        lengths[name] = len(arrays[name])
    street_index.write_texts(beside, "bases", bases)
    street_index.write_texts(beside, "shown", shown)
    meta = {
        "format": street_index.FORMAT,
        "state": state,
        "sources": sources,
        **_held(parts, segments),
        **_dashed(parts),
        "types": types,
        "directions": list(_DIRECTIONS),
        "lengths": lengths,
        "built": datetime.now(UTC).isoformat(timespec="seconds"),
        "vintage": _digest(beside, sources),
    }
    (beside / street_index.META).write_text(json.dumps(meta, indent=1), encoding="utf-8")
    old = folder / f".{state}.old"
    shutil.rmtree(old, ignore_errors=True)
    if target.exists():
        target.rename(old)
    beside.rename(target)
    shutil.rmtree(old, ignore_errors=True)
    return open_index(target)


def _together(
    parts: Sequence[Segments], county_of: CountyOf | None
) -> tuple[dict[str, Any], list[str]]:
    """All parts in one set of arrays."""
    shown = [name for part in parts for name in part.shown]
    plain = [name for part in parts for name in part.names]
    shift = np.cumsum([0, *(len(part.names) for part in parts)])
    base = np.cumsum([0, *(len(part.lonlat) for part in parts)])
    sources = sorted({part.source_dated for part in parts})
    lonlat = np.concatenate([np.round(part.lonlat * DEGREE).astype(np.int32) for part in parts])
    start = np.concatenate(
        [part.start[:-1] + b for part, b in zip(parts, base, strict=False)] + [base[-1:]]
    )
    together: dict[str, Any] = {
        "shown": shown,
        "plain": plain,
        "name": np.concatenate([p.name + s for p, s in zip(parts, shift, strict=False)]),
        "lonlat": lonlat,
        "start": start,
        "source": np.concatenate(
            [
                np.full(len(part), sources.index(part.source_dated), dtype=np.uint16)
                for part in parts
            ]
        ),
    }
    for field in ("numbers", "zips", "county", "kind"):
        together[field] = np.concatenate([getattr(part, field) for part in parts])
    if county_of is not None:
        middle = lonlat[(start[:-1] + start[1:] - 1) // 2] / DEGREE
        said = county_of(middle[:, 0], middle[:, 1])
        code = np.array([int(one) if one else 0 for one in said], dtype=np.int32)
        named: Array = np.concatenate([part.county for part in parts])
        together["county"] = np.where(code > 0, code, named)
    return together, sources


def _held(parts: Sequence[Segments], together: dict[str, Any]) -> dict[str, Any]:
    """Say which counties were loaded whole, and how much land of others own files reach, in km2.

    A source that names its county (TIGER/Line) holds all of it. Some of its streets have their
    middle across the border: the county there is not loaded. Mile markers are no streets.
    """
    whole: set[int] = set()
    reached: dict[int, list[Array]] = {}
    after = np.cumsum([len(part) for part in parts])
    for part, county in zip(parts, np.split(together["county"], after[:-1]), strict=True):
        named = np.unique(part.county[part.county > 0])
        codes, count = np.unique(county[county > 0], return_counts=True)
        if len(named):
            whole |= {*named.tolist(), int(codes[np.argmax(count)])}
            continue
        square = street_extent.squares(part.lonlat[:, 0], part.lonlat[:, 1])
        of = np.repeat(np.where(part.kind == MARKER, 0, county), np.diff(part.start))
        for code in codes.tolist():
            reached.setdefault(code, []).append(square[of == code])
    land = {
        str(code): round(street_extent.land_km2(np.concatenate(some)), 1)
        for code, some in sorted(reached.items())
    }
    return {"counties": sorted(whole), "reached_km2": {c: km2 for c, km2 in land.items() if km2}}


def _dashed(parts: Sequence[Segments]) -> dict[str, list[int]]:
    """Say in which ZIP codes house numbers have a dash; nothing where a part does not know."""
    zips = [part.dashed for part in parts]
    if any(some is None for some in zips):
        return {}
    return {"dashed": sorted({zip5 for some in zips for zip5 in some or ()})}


def _arrays(s: dict[str, Any]) -> tuple[dict[str, Array], list[str], list[str], list[str]]:
    """Sort segments into streets and ranges."""
    parsed = [split_name(name) for name in s["plain"]]
    bases, base_code = np.unique([one.base or "?" for one in parsed], return_inverse=True)
    types = sorted({"", *(one.type for one in parsed)})
    type_code = np.array([types.index(one.type) for one in parsed])
    direction = {name: place for place, name in enumerate(_DIRECTIONS)}
    pre = np.array([direction[one.pre] for one in parsed])
    post = np.array([direction[one.post] for one in parsed])
    shown, shown_code = np.unique(s["shown"], return_inverse=True)
    count = len(s["name"])
    # One row for each side of each segment.
    segment = np.repeat(np.arange(count), 2)
    side = np.tile([0, 1], count)
    low, high = s["numbers"][segment, side * 2], s["numbers"][segment, side * 2 + 1]
    zips = s["zips"][segment, side]
    ranged = (low > NONE) & (high > NONE) & (np.maximum(low, high) <= _WIDEST)
    # A side without numbers counts only where the other one has none either, or another ZIP code.
    other = ranged.reshape(-1, 2)[:, ::-1].ravel()
    bare = ~ranged & ~other & ((side == 0) | (zips != zips.reshape(-1, 2)[:, ::-1].ravel()))
    keep = ranged | bare
    segment, side, low, high, zips, ranged = (
        one[keep] for one in (segment, side, low, high, zips, ranged)
    )
    name = s["name"][segment]
    keys = pd.DataFrame(
        {
            "base": base_code[name], "zip": zips, "county": s["county"][segment],
            "type": type_code[name], "pre": pre[name], "post": post[name],
        }
    )  # fmt: skip
    group = keys.groupby(list(keys.columns), sort=True)
    street = group.ngroup().to_numpy()
    first = np.unique(street, return_index=True)[1]
    streets = keys.iloc[first].reset_index(drop=True)
    arrays: dict[str, Array] = {
        "street_base": streets["base"].to_numpy(np.int32),
        "street_zip": streets["zip"].to_numpy(np.int32),
        "street_county": streets["county"].to_numpy(np.int32),
        "street_type": streets["type"].to_numpy(np.uint8),
        "street_pre": streets["pre"].to_numpy(np.uint8),
        "street_post": streets["post"].to_numpy(np.uint8),
        "street_shown": shown_code[name[first]].astype(np.int32),
        "base_first": np.searchsorted(streets["base"], np.arange(len(bases) + 1)).astype(np.int32),
    }
    sides = pd.DataFrame(
        {"street": street, "segment": segment, "side": side, "low": low, "high": high}
    )
    arrays |= _ranges(sides[ranged], len(streets))
    arrays |= _street_segments(street, len(streets), segment)
    arrays |= _segment_arrays(s)
    arrays["street_box"] = _boxes(arrays, s)
    return arrays, [str(b) for b in bases], [str(x) for x in shown], types


def _ranges(sides: pd.DataFrame, count: int) -> dict[str, Array]:
    """Sides of segments with numbers, sorted by street and number."""
    bottom, top = sides[["low", "high"]].min(axis=1), sides[["low", "high"]].max(axis=1)
    sides = sides.assign(bottom=bottom, top=top).sort_values(["street", "bottom", "top"])
    street, segment, side, low, high, bottom, top = (sides[name].to_numpy() for name in sides)
    first = np.searchsorted(street, np.arange(count + 1)).astype(np.int32)
    lowest = np.full(count, NONE, dtype=np.int32)
    highest = np.full(count, NONE, dtype=np.int32)
    held = np.flatnonzero(np.diff(first) > 0)
    if len(held):
        lowest[held] = np.minimum.reduceat(bottom, first[held])
        highest[held] = np.maximum.reduceat(top, first[held])
    return {
        "street_first_range": first,
        "street_low": lowest,
        "street_high": highest,
        "range_from": low.astype(np.int32),
        "range_to": high.astype(np.int32),
        "range_parity": np.where(low % 2 == high % 2, low % 2, BOTH).astype(np.uint8),
        "range_side": np.where(side == 0, 1, -1).astype(np.int8),
        "range_segment": segment.astype(np.int32),
    }


def _street_segments(street: Array, count: int, segment: Array) -> dict[str, Array]:
    pairs = np.unique(np.column_stack([street, segment]), axis=0)
    return {
        "street_first_segment": np.searchsorted(pairs[:, 0], np.arange(count + 1)).astype(np.int32),
        "street_segments": pairs[:, 1].astype(np.int32),
    }


def _segment_arrays(s: dict[str, Any]) -> dict[str, Array]:
    start, lonlat = s["start"], s["lonlat"]
    ends = np.concatenate([lonlat[start[:-1]], lonlat[start[1:] - 1]]).astype(np.int64)
    # TIGER's nodes are the ends of its edges: equal coordinates are one node.
    key = (ends[:, 0] + 360 * DEGREE) * (360 * DEGREE) + ends[:, 1] + 90 * DEGREE
    _, first, node = np.unique(key, return_index=True, return_inverse=True)
    nodes = node.reshape(2, -1).T.astype(np.int32)
    nodes[s["kind"] != LINE] = -1
    return {
        "segment_start": start.astype(np.int64),
        "segment_county": s["county"].astype(np.int32),
        "segment_nodes": nodes,
        "segment_kind": s["kind"].astype(np.uint8),
        "segment_source": s["source"],
        "lonlat": lonlat,
        "node_lonlat": ends[first].astype(np.int32),
    }


def _boxes(arrays: dict[str, Array], s: dict[str, Any]) -> Array:
    start, lonlat = s["start"], s["lonlat"]
    low = np.minimum.reduceat(lonlat, start[:-1], axis=0)
    high = np.maximum.reduceat(lonlat, start[:-1], axis=0)
    which, first = arrays["street_segments"], arrays["street_first_segment"][:-1]
    return np.hstack(
        [
            np.minimum.reduceat(low[which], first, axis=0),
            np.maximum.reduceat(high[which], first, axis=0),
        ]
    ).astype(np.int32)


def _digest(folder: Path, sources: Sequence[str]) -> str:
    digest = hashlib.blake2b("\x1f".join(sources).encode(), digest_size=8)
    for path in sorted(folder.iterdir()):
        digest.update(path.name.encode())
        with path.open("rb") as file:
            while block := file.read(1 << 20):
                digest.update(block)
    return digest.hexdigest()
