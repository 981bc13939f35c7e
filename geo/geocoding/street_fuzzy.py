"""Names that are nearly right: one or two letters off."""

import re
from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import OSA
from rapidfuzz.process import cdist

from geo.geocoding.street_index import StreetIndex
from geo.geocoding.street_names import ROUTE

Array = NDArray[Any]
Floats = NDArray[np.float64]

_SHORTEST: Final = 4  # "MIN" may be "MAIN", but nothing is taken for "OAK"
_MOST: Final = 6  # names kept for one misspelled name
_PER_LETTER: Final = 1.2
_PER_SHARE: Final = 3.0
_numbers_in = re.compile(r"\d+").findall


def letters_off(name: str, shortest: int = _SHORTEST) -> int:
    """How many wrong letters a name of this length may have; none below the shortest.

    Examples
    --------
    >>> [letters_off(name) for name in ("OAK", "MAIN", "CASTLEMAIN", "MARTINLUTHERKING")]
    [0, 1, 2, 3]
    """
    length = len(name)
    if length < shortest or name[0] == ROUTE:
        return 0
    return 1 if length < 8 else 2 if length < 13 else 3


def near_names(names: list[str], choices: list[str]) -> tuple[Array, Array, Floats, Array]:
    """Names within a few letters, with equal digits.

    Parameters
    ----------
    names, choices : list of str
        Asked names, and those to compare with.

    Returns
    -------
    asked, found : ndarray of int
        Positions in `names` and `choices` of each pair, at most six for one name.
    cost : ndarray of float
    letters : ndarray of int
        How many are wrong; a wrong first letter counts twice.

    References
    ----------
    Optimal string alignment distance: a swap of neighboring letters is one step, as in Damerau
    (1964), doi:10.1145/363958.363994.

    Examples
    --------
    >>> names = near_names(["PERRYZ", "22ND", "OAKLEY"], ["PERRYS", "23RD", "HOAKLEY"])
    >>> [part.tolist() for part in names if part.dtype != float]
    [[0, 2], [0, 2], [1, 2]]
    """
    empty = np.zeros(0, dtype=np.int64)
    most = np.array([letters_off(name, _SHORTEST - 1) for name in names], dtype=np.uint8)
    if not len(choices) or not most.any():
        return empty, empty, np.zeros(0), empty
    table = cdist(
        names, choices, scorer=OSA.distance, score_cutoff=int(most.max()), dtype=np.uint8, workers=1
    )
    asked, found = np.nonzero(table - np.uint8(1) < most[:, None])  # no letter off is 255 there
    if not len(asked):
        return empty, empty, np.zeros(0), empty
    pairs = [(names[a], choices[b]) for a, b in zip(asked.tolist(), found.tolist(), strict=True)]
    same = np.array(
        [
            len(other) >= _SHORTEST
            and not other.startswith(ROUTE)
            and ((one.isalpha() and other.isalpha()) or _numbers_in(one) == _numbers_in(other))
            for one, other in pairs
        ]
    )
    longest = np.array([max(len(one), len(other)) for one, other in pairs], dtype=float)[same]
    asked, found = asked[same], found[same]
    steps = table[asked, found].astype(np.float64)
    cost = steps * (_PER_LETTER + _PER_SHARE / np.maximum(longest, 1))
    order = np.lexsort((cost, asked))
    asked, found, cost, steps = asked[order], found[order], cost[order], steps[order]
    first = np.searchsorted(asked, asked)
    kept = np.arange(len(asked)) - first < _MOST
    asked, found = asked[kept], found[kept]
    first_wrong = [names[a][0] != choices[b][0] for a, b in zip(asked, found, strict=True)]
    letters = steps[kept].astype(np.int64) + np.array(first_wrong, dtype=np.int64)
    return asked, found, cost[kept], letters


def short_names_near(name: str, choices: Sequence[str]) -> list[tuple[int, float]]:
    """Names of three letters that are one letter off: for a person to choose from, never an answer.

    Returns
    -------
    list of (int, float)
        Position in `choices` and cost, at most six.

    Examples
    --------
    >>> short_names_near("ELMS", ["OAK", "ELM", "ELMS", "5TH"])
    [(1, 1.95)]
    """
    length = _SHORTEST - 1
    cost = _PER_LETTER + _PER_SHARE / max(len(name), length)
    near = [
        (place, cost)
        for place, one in enumerate(choices)
        if len(one) == length and one.isalpha() and OSA.distance(name, one, score_cutoff=1) == 1
    ]
    return near[:_MOST]


def scope_of(index: StreetIndex, zips: Array) -> Array:
    """Names (positions in `bases`) in any of some ZIP codes, sorted."""
    codes, first, base = index.bases_of_zip
    at = np.searchsorted(codes, zips)
    held = at < len(codes)
    held[held] = codes[at[held]] == zips[held]
    parts = [base[first[k] : first[k + 1]] for k in at[held]]
    if not parts:
        return np.zeros(0, dtype=np.int64)
    return np.unique(np.concatenate(parts)).astype(np.int64)
