"""The street index of one state: flat arrays in a folder, memory-mapped when used."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from geo.errors import GeocodeError
from geo.geocoding.street_extent import squares
from geo.geocoding.street_names import ROUTE, Street, whole_name
from geo.geocoding.street_segments import MARKER

FORMAT: Final = 2
RULES: Final = 6
"""Of finding and scoring: answers that were kept under others are not used again."""

RANGES_ONLY: Final = "TIGER/Line ADDRFEAT"
"""How a source begins that has only those pieces of streets that have house numbers."""

META: Final = "meta.json"
NAMES: Final = ("bases", "shown")
ARRAYS: Final = (
    "street_base", "street_pre", "street_type", "street_post", "street_zip", "street_county",
    "street_shown", "street_box", "street_low", "street_high", "street_first_range",
    "street_first_segment", "street_segments", "range_from", "range_to", "range_parity",
    "range_side", "range_segment", "segment_start", "segment_county", "segment_nodes",
    "segment_kind", "segment_source", "lonlat", "node_lonlat", "base_first",
)  # fmt: skip
DEGREE: Final = 1_000_000
"""Coordinates are kept as whole millionths of a degree, as TIGER/Line writes them."""

EVEN: Final = 0
ODD: Final = 1
BOTH: Final = 2

_REAL_SHARE: Final = 0.05  # of the streets: fewer lie across the border of a county that is held
_COUNTED = re.compile(r"\d+(?:ST|ND|RD|TH)?")

Array = NDArray[Any]


@dataclass(frozen=True, eq=False)
class StreetIndex:
    """Streets of one state.

    A street is one name in one ZIP code and county. Streets are sorted by `base` (position in
    `bases`), so `base_first` gives the streets of a base; each has its ranges
    (`street_first_range`) and segments (`street_first_segment` into `street_segments`).

    Parameters
    ----------
    folder : Path
        Where it lies.
    meta : mapping
        What `meta.json` says: state, format, sources, counties, reached_km2, types, directions,
        vintage.
    arrays : mapping of str to ndarray
        `ARRAYS`, memory-mapped.
    """

    folder: Path
    meta: Mapping[str, Any]
    arrays: Mapping[str, Array]

    def __getattr__(self, name: str) -> Array:
        try:
            return self.arrays[name]
        except KeyError:
            raise AttributeError(name) from None

    @property
    def state(self) -> str:
        """USPS code."""
        return str(self.meta["state"])

    @property
    def vintage(self) -> str:
        """Digest of the sources, and the rules: part of every cache key."""
        return f"{self.meta['vintage']}.{RULES}"

    @cached_property
    def counties(self) -> frozenset[int]:
        """Counties that were loaded, whole; of an older index those of many of its streets."""
        if "counties" in self.meta:
            return frozenset(self.meta["counties"])
        codes, count = np.unique(self.street_county[self.street_county > 0], return_counts=True)
        real = count >= min(_REAL_SHARE * len(self), count.max(initial=0))
        return frozenset(codes[real].tolist())

    @cached_property
    def reached_km2(self) -> dict[int, float]:
        """Land that an agency's own files reach in each county they have streets in."""
        return {int(code): float(km2) for code, km2 in self.meta.get("reached_km2", {}).items()}

    @cached_property
    def touched(self) -> frozenset[int]:
        """Counties in which the index has anything at all."""
        return frozenset(np.unique(self.street_county).tolist()) - {0}

    @cached_property
    def squares_without_zip(self) -> frozenset[int]:
        """Squares (`street_extent.squares`) with streets of which no ZIP code is known."""
        first = self.street_first_segment
        bare = np.repeat(self.street_zip == 0, np.diff(first))
        segment = np.unique(self.street_segments[bare])
        segment = segment[self.segment_kind[segment] != MARKER]
        inside = np.zeros(len(self.segment_kind), dtype=bool)
        inside[segment] = True
        lonlat = self.lonlat[np.repeat(inside, np.diff(self.segment_start))] / DEGREE
        return frozenset(squares(lonlat[:, 0], lonlat[:, 1]).tolist())

    @cached_property
    def bases(self) -> list[str]:
        """The different names without direction and type, sorted."""
        return _texts(self.folder, "bases")

    @cached_property
    def shown(self) -> list[str]:
        """Names as the source writes them."""
        return _texts(self.folder, "shown")

    @cached_property
    def base_number(self) -> dict[str, int]:
        """Position in `bases` of each name."""
        return {name: place for place, name in enumerate(self.bases)}

    @cached_property
    def counted(self) -> Array:
        """Whether each of `bases` is a number of a grid: "5", "5TH"."""
        return np.array([_COUNTED.fullmatch(name) is not None for name in self.bases])

    @cached_property
    def numbered(self) -> Array:
        """Whether each of `bases` is that of a numbered road: "#17"."""
        return np.array([name.startswith(ROUTE) for name in self.bases])

    @cached_property
    def bases_of_zip(self) -> tuple[Array, Array, Array]:
        """ZIP codes, where each starts, and the bases in it, sorted."""
        pairs = np.unique(self.street_zip.astype(np.int64) * len(self.bases) + self.street_base)
        zips, base = np.divmod(pairs, max(1, len(self.bases)))
        codes, first = np.unique(zips, return_index=True)
        return codes, np.append(first, len(zips)), base.astype(np.int32)

    @cached_property
    def street_key(self) -> Array:
        """Base and ZIP code of each street in one number: streets are sorted by it."""
        return key_of(self.street_base, self.street_zip)

    @cached_property
    def wholes(self) -> tuple[Array, list[str]]:
        """Each pair of a base and a type as one text (`street_names.whole_name`), and its base."""
        many = len(self.meta["types"])
        pairs = np.unique(self.street_base.astype(np.int64) * many + self.street_type)
        base, kind = np.divmod(pairs, many)
        types = self.meta["types"]
        return base, [
            whole_name(Street("", self.bases[b], types[k])) for b, k in zip(base, kind, strict=True)
        ]

    @cached_property
    def zip_boxes(self) -> tuple[Array, Array]:
        """ZIP codes and the box of their streets: west, south, east, north in degrees."""
        order = np.argsort(self.street_zip, kind="stable")
        codes, first = np.unique(self.street_zip[order], return_index=True)
        box = self.street_box[order]
        west_south = np.minimum.reduceat(box[:, :2], first, axis=0)
        east_north = np.maximum.reduceat(box[:, 2:], first, axis=0)
        return codes, np.hstack([west_south, east_north]) / DEGREE

    def __len__(self) -> int:
        return len(self.street_base)


def key_of(base: Array, zips: Array) -> Array:
    """Put base and ZIP code in one number."""
    return base.astype(np.int64) * 100_000 + zips


def open_index(folder: Path) -> StreetIndex:
    """Open an index; nothing is read but what is asked.

    Raises
    ------
    GeocodeError
        It is damaged or made by another version of this program.
    """
    again = "Build the index of this state again."
    try:
        meta = json.loads((folder / META).read_text(encoding="utf-8"))
        if meta["format"] != FORMAT:
            raise GeocodeError("The street index was made by another version.", again)
        arrays = {
            name: np.load(folder / f"{name}.npy", mmap_mode="r", allow_pickle=False)
            for name in ARRAYS
        }
        lengths = {name: len(array) for name, array in arrays.items()}
    except (OSError, ValueError, KeyError) as error:
        raise GeocodeError("The street index is incomplete or damaged.", again) from error
    if lengths != meta["lengths"]:
        raise GeocodeError("The street index is incomplete or damaged.", again)
    return StreetIndex(folder, meta, arrays)


def installed(folder: Path) -> list[str]:
    """States with an index in a folder, sorted.

    Examples
    --------
    >>> installed(Path("/nowhere"))
    []
    """
    if not folder.is_dir():
        return []
    return sorted(one.name for one in folder.iterdir() if (one / META).is_file())


def write_texts(folder: Path, name: str, texts: list[str]) -> None:
    """Write a list of texts without line ends."""
    (folder / f"{name}.txt").write_text("\n".join(texts), encoding="utf-8")


def _texts(folder: Path, name: str) -> list[str]:
    text = (folder / f"{name}.txt").read_text(encoding="utf-8")
    return text.split("\n") if text else []
