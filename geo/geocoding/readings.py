"""Rows that were read before: known by digests, so that a second run need not read them again.

What a row says is not kept, only that it is the same row and under which key its answer is. The
house number is taken from the row again, so only rows that begin with theirs are known so.
"""

import hashlib
import re
from functools import cache as once
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.geocoding.address_whole import HOUSE, Address
from geo.geocoding.answer_cache import AnswerCache, unpack
from geo.geocoding.gazetteer import Gazetteer
from geo.geocoding.street_finder import ASKED, Asked, Finder
from geo.geocoding.street_table import as_table
from geo.ingest.places import ADDRESS, STATE
from geo.schema import PRECISION

Array = NDArray[Any]

_NUMBER = re.compile(r"\s*([1-9][0-9]{0,5})\s")


def marks(rows: pd.DataFrame, gazetteer: Gazetteer, cache: AnswerCache) -> list[bytes]:
    """Give the digest of each row as it is written, and of the way it is read."""
    way = "\x1f".join([_way_of_reading(), gazetteer.zip_source, str(len(gazetteer.zips))])
    columns = (rows[name].tolist() for name in ASKED)
    return [cache.digest("\x1f".join((way, *row))) for row in zip(*columns, strict=True)]


def known_places(
    rows: pd.DataFrame, own: list[bytes], finder: Finder, cache: AnswerCache
) -> pd.DataFrame | None:
    """Look up the rows that were read and placed before.

    Parameters
    ----------
    rows : DataFrame of str, shape (n, ...)
        `street_finder.ASKED`, index 0..n-1.
    own : list of bytes, length n
        Their `marks`.
    finder : Finder
    cache : AnswerCache

    Returns
    -------
    DataFrame or None
        `street_table.FOUND`, index those of `rows` that are known; None when none is.
    """
    read = cache.readings(own)
    states, texts = rows[STATE].tolist(), rows[ADDRESS].tolist()
    tables = []
    for state in dict.fromkeys(states):
        index = finder.indexes.get(state)
        at = [row for row, mark in enumerate(own) if states[row] == state and mark in read]
        if index is None or not at:
            continue
        answers = cache.get([read[own[row]] for row in at], index.vintage)
        at = [row for row in at if read[own[row]] in answers]
        if not at:
            continue
        found = np.stack([answers[read[own[row]]] for row in at])
        houses = [Address(HOUSE, _number(texts[row])) for row in at]
        table = as_table(index, unpack(found), houses).set_axis(at)
        tables.append(table[table[PRECISION] != ""])
    return pd.concat(tables) if tables else None


def keep(asked: Asked, own: list[bytes], keys: list[bytes], cache: AnswerCache) -> None:
    """Remember rows that were read, if they begin with their house number and name their state.

    Parameters
    ----------
    asked : Asked
    own, keys : list of bytes, length n
        Their `marks`, and the keys of their answers.
    cache : AnswerCache
    """
    columns = (asked.parsed, asked.state.tolist(), asked.rows[STATE].tolist(),
               asked.rows[ADDRESS].tolist(), own, keys)  # fmt: skip
    cache.keep_readings(
        (mark, key)
        for one, state, said, text, mark, key in zip(*columns, strict=True)
        if one.kind == HOUSE and state == said and one.number == _number(text)
    )


def _number(text: str) -> int:
    found = _NUMBER.match(text)
    return int(found[1]) if found else -1


@once
def _way_of_reading() -> str:
    """Name the program that reads: another one may read a row otherwise."""
    digest = hashlib.blake2b(digest_size=8)
    for path in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()
