"""Addresses of real streets, written as people write them, with the place they mean."""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from geo.geocoding.street_build import build
from geo.geocoding.street_index import StreetIndex
from geo.geocoding.street_locate import along, of_number
from geo.geocoding.street_segments import Segments
from geo.geocoding.street_words import DIRECTIONS, TYPES

LETTERS = "abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True)
class Written:
    """One address: what was written, how it was changed, the street and place meant."""

    address: str
    zip: str
    change: str
    street: int
    lon: float
    lat: float


def houses(index: StreetIndex, count: int, seed: int) -> list[Written]:
    """Houses at random on the ranges of an index, written as the source writes them."""
    rng = np.random.default_rng(seed)
    pick = rng.integers(0, len(index.range_from), count)
    low, high = index.range_from[pick], index.range_to[pick]
    bottom, top = np.minimum(low, high), np.maximum(low, high)
    number = bottom + 2 * rng.integers(0, (top - bottom) // 2 + 1)
    lon, lat, _ = along(
        index, index.range_segment[pick], of_number(low, high, number), index.range_side[pick]
    )
    street = np.searchsorted(index.street_first_range, pick, side="right") - 1
    return [
        Written(
            f"{number[k]} {index.shown[index.street_shown[street[k]]]}",
            f"{index.street_zip[street[k]]:05d}", "none", int(street[k]), lon[k], lat[k],
        )
        for k in range(count)
    ]  # fmt: skip


def misspelled(word: str, rng: np.random.Generator) -> str:
    """One letter left out, doubled, swapped with the next, or another one."""
    at = int(rng.integers(1, len(word))) if len(word) > 1 else 0
    change = int(rng.integers(0, 4))
    other = LETTERS[rng.integers(0, 26)]
    if change == 0:
        return word[:at] + word[at + 1 :]
    if change == 1:
        return word[:at] + other + word[at:]
    if change == 2 and at + 1 < len(word) and word[at] != word[at + 1]:
        return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    return (
        word[:at] + (other if other != word[at] else "q" if other != "q" else "x") + word[at + 1 :]
    )


def longest_word(address: str) -> str:
    """The longest word of the street's name that is no number, type or direction; "" if none."""
    if any(c.isdigit() for c in address.partition(" ")[2]):
        return ""
    names = [
        word
        for word in address.split()[1:]
        if word.isalpha() and word.upper() not in TYPES and word.upper() not in DIRECTIONS
    ]
    return max(names, key=len, default="")


def with_typos(one: Written, rng: np.random.Generator, many: int = 1) -> Written:
    """Wrong letters in the longest word of the name."""
    word = longest_word(one.address)
    wrong = word
    for _ in range(many):
        wrong = misspelled(wrong, rng)
    return replace(one, address=one.address.replace(word, wrong, 1), change=f"{many} letter")


def without_type(one: Written) -> Written:
    words = one.address.split()
    if len(words) < 3 or words[-1].upper() not in TYPES:
        return one
    return replace(one, address=" ".join(words[:-1]), change="no type")


def other_type(one: Written, rng: np.random.Generator) -> Written:
    words = one.address.split()
    if words[-1].upper() in TYPES:
        words[-1] = str(rng.choice(["St", "Ave", "Dr", "Rd", "Ln"]))
    return replace(one, address=" ".join(words), change="other type")


def without_direction(one: Written) -> Written:
    words = one.address.split()
    kept = [w for k, w in enumerate(words) if k == 0 or w not in {"N", "S", "E", "W"}]
    return replace(one, address=" ".join(kept), change="no direction")


def with_direction(one: Written, rng: np.random.Generator) -> Written:
    number, _, name = one.address.partition(" ")
    direction = rng.choice(["N", "S", "E", "W"])
    return replace(one, address=f"{number} {direction} {name}", change="a direction too many")


def other_zip(one: Written, zips: list[str], rng: np.random.Generator) -> Written:
    return replace(one, zip=str(rng.choice(zips)), change="other ZIP code")


def joined(one: Written) -> Written:
    number, _, name = one.address.partition(" ")
    return replace(one, address=f"{number} {name.replace(' ', '')}", change="joined words")


def messy(index: StreetIndex, count: int, seed: int) -> list[Written]:
    """Houses as written by people: a third clean, the rest with one or two flaws."""
    zips = sorted({f"{z:05d}" for z in index.street_zip if z > 0})
    return as_people_write(houses(index, count, seed + 1), zips, seed)


def as_people_write(clean: list[Written], zips: list[str], seed: int) -> list[Written]:
    """The same houses, a third as they are, the rest with one or two flaws."""
    rng = np.random.default_rng(seed)
    changes = {
        "none": (0.34, lambda one: one),
        "1": (0.16, lambda one: with_typos(one, rng)),
        "2": (0.05, lambda one: with_typos(one, rng, 2)),
        "no type": (0.10, without_type),
        "other type": (0.05, lambda one: other_type(one, rng)),
        "no direction": (0.06, without_direction),
        "direction": (0.04, lambda one: with_direction(one, rng)),
        "other zip": (0.08, lambda one: other_zip(one, zips, rng)),
        "no zip": (0.06, lambda one: replace(one, zip="", change="no ZIP code")),
        "joined": (0.03, joined),
        "both": (0.03, lambda one: other_zip(with_typos(one, rng), zips, rng)),
    }
    names, shares = list(changes), np.array([share for share, _ in changes.values()])
    drawn = rng.choice(len(names), len(clean), p=shares / shares.sum())
    found = []
    for one, change in zip(clean, drawn, strict=True):
        if names[change] in {"1", "2", "both"} and len(longest_word(one.address)) < 4:
            found.append(one)
        else:
            found.append(changes[names[change]][1](one))
    return found


def without_some(segments: Segments, share: float, seed: int) -> tuple[Segments, set[str]]:
    """Leave out some names altogether, as new streets are missing from an older file."""
    rng = np.random.default_rng(seed)
    out = set(rng.choice(segments.names, int(share * len(segments.names)), replace=False).tolist())
    kept = np.array([segments.names[k] not in out for k in segments.name])
    count = np.diff(segments.start)[kept]
    points = np.repeat(kept, np.diff(segments.start))
    return (
        replace(
            segments,
            name=segments.name[kept], numbers=segments.numbers[kept], zips=segments.zips[kept],
            county=segments.county[kept], kind=segments.kind[kept],
            lonlat=segments.lonlat[points], start=np.append(0, np.cumsum(count)),
        ),
        out,
    )  # fmt: skip


COUNTIES = {"NC": "37143", "MT": "30059", "IL": "17031"}


def rows(written: list[Written], state: str) -> pd.DataFrame:
    """Columns that `Finder.read` takes; a row without a ZIP code is known by its county."""
    return pd.DataFrame(
        {
            "address": [one.address for one in written],
            "zip": [one.zip for one in written],
            "city": "",
            "state": state,
            "county_fips": ["" if one.zip else COUNTIES[state] for one in written],
        }
    ).astype("str")


__all__ = ["build", "houses", "messy", "rows", "without_some"]
