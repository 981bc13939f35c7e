"""Many rows to places: each address once, kept chunk by chunk, taken up again where it stopped."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.geocoding import address, readings, remote, street_answer
from geo.geocoding.answer_cache import AnswerCache, Fix, pack, unpack
from geo.geocoding.gazetteer import Gazetteer
from geo.geocoding.names import different
from geo.geocoding.street_finder import ASKED, Asked, Finder, Tell, with_zips_abroad
from geo.geocoding.street_index import StreetIndex
from geo.geocoding.street_table import LETTERS, MATCHED, REASON, SCORE, SOURCE, as_table, unanswered
from geo.ingest.places import ADDRESS, FIPS
from geo.schema import GEOID, LAT, LON, METHOD, PRECISION, RADIUS_M
from geo.words import count_of

Array = NDArray[Any]

CHUNK: Final = 10_000
UNLOCATABLE: Final = "marked as having no place"
BY_A_PERSON: Final = "a person, "
"""How the source of such an answer begins; the day follows."""


def run(
    rows: pd.DataFrame,
    finder: Finder,
    cache: AnswerCache | None = None,
    tell: Tell | None = None,
    chunk: int = CHUNK,
) -> pd.DataFrame:
    """Look for the addresses of many rows.

    Equal addresses are looked for once. With a cache, every chunk is kept as soon as it is found: a
    run that was stopped or killed goes on where it was when it is started again, and does nothing
    twice. What a person fixed before is taken over.

    Parameters
    ----------
    rows : DataFrame of str, shape (n, ...)
        Columns `street_finder.ASKED`.
    finder : Finder
        With the indexes to look in.
    cache : AnswerCache, optional
        Where answers are kept.
    tell : callable, optional
        Hears what is being done and how far all of it is, 0..1; may raise to stop.
    chunk : int
        Different addresses between two savings.

    Returns
    -------
    DataFrame, shape (n, 12)
        `street_table.FOUND`, index of `rows`.
    """
    code, first = different(rows, ASKED)
    unlike = rows[list(ASKED)].iloc[first].reset_index(drop=True)
    fixes = cache.fixes() if cache else {}
    parts = []
    try:
        for start in range(0, len(unlike), chunk):
            if tell:
                tell(f"Streets: {start:,} of {len(unlike):,} addresses", start / len(unlike))
            with _without_collector():
                some = unlike.iloc[start : start + chunk].reset_index(drop=True)
                parts.append(_chunk(some, finder, cache, fixes))
    finally:
        address.forget()
    if not parts:
        return finder.find(finder.read(unlike)).set_axis(rows.index)
    found = pd.concat(parts, ignore_index=True)
    if tell:
        tell(f"Streets: {count_of(len(unlike), 'address', 'addresses')}", 1.0)
    return found.iloc[code].set_axis(rows.index)


@contextmanager
def _without_collector() -> Iterator[None]:
    """Keep Python from looking for cycles: the many small parts of addresses hold none.

    In a large program one such look takes longer than a thousand addresses.
    """
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def decision_keys(asked: Asked, cache: AnswerCache) -> list[tuple[bytes, ...]]:
    """Give the keys of each address under which decisions are kept: the one in use comes first.

    Where a city or ZIP code is told, a decision holds whatever a column says of the county: another
    file may lack it. Older decisions are kept with the county.
    """
    with_county = keys_of(asked, cache)
    columns = (asked.parsed, asked.state.tolist(), asked.rows[ADDRESS].tolist(), with_county)
    return [
        (cache.key_of(one, state, text=text), key) if one.city or one.zip else (key,)
        for one, state, text, key in zip(*columns, strict=True)
    ]


def keys_of(asked: Asked, cache: AnswerCache) -> list[bytes]:
    """Give the key of each address under which its answer is kept."""
    rows = asked.rows
    columns = (asked.parsed, asked.state.tolist(), rows[FIPS].tolist(), rows[ADDRESS].tolist())
    return [
        cache.key_of(one, state, county, text)
        for one, state, county, text in zip(*columns, strict=True)
    ]


def _chunk(
    rows: pd.DataFrame, finder: Finder, cache: AnswerCache | None, fixes: dict[bytes, Fix]
) -> pd.DataFrame:
    if cache is None:
        return finder.find(finder.read(rows))
    own = readings.marks(rows, finder.gazetteer, cache)
    # A decision of a person is found by what a row says: then all are read.
    known = None if fixes else readings.known_places(rows, own, finder, cache)
    if known is None:
        return _looked_for(rows, own, finder, cache, fixes)
    left = np.setdiff1d(np.arange(len(rows)), known.index)
    if not len(left):
        return known.sort_index()
    some = _looked_for(rows.iloc[left], [own[row] for row in left], finder, cache, fixes)
    return pd.concat([known, some.set_axis(left)]).sort_index()


def _looked_for(
    rows: pd.DataFrame,
    own: list[bytes],
    finder: Finder,
    cache: AnswerCache,
    fixes: dict[bytes, Fix],
) -> pd.DataFrame:
    """Read rows and answer them; those that are placed are known the next time."""
    asked = finder.read(rows)
    keys = keys_of(asked, cache)
    tables = []
    for state in asked.state.unique():
        at = np.flatnonzero(asked.state == state)
        index = finder.indexes.get(state)
        if index is None:
            table = unanswered(len(at), without_state=not state)
        else:
            found = _known_or_found(asked, at, [keys[k] for k in at], index, finder, cache)
            table = as_table(index, unpack(found), [asked.parsed[k] for k in at])
        tables.append(table.set_axis(at))
    readings.keep(asked, own, keys, cache)
    together = with_zips_abroad(pd.concat(tables).sort_index(), asked)
    return _with_fixes(_with_remote(together, asked, cache, finder.gazetteer), asked, cache, fixes)


def _known_or_found(  # noqa: PLR0913, PLR0917  (all of one step)
    asked: Asked,
    at: Array,
    keys: list[bytes],
    index: StreetIndex,
    finder: Finder,
    cache: AnswerCache,
) -> Array:
    """Answers from the cache; the rest is looked for and kept."""
    known = cache.get(keys, index.vintage)
    new: dict[bytes, int] = {}
    for place, key in enumerate(keys):
        if key not in known:
            new.setdefault(key, place)
    if new:
        found = pack(finder.answers(asked, at[list(new.values())], index))
        cache.put(list(new), index.vintage, found)
        known |= dict(zip(new, found, strict=True))
    return np.stack([known[key] for key in keys])


def _with_remote(
    table: pd.DataFrame, asked: Asked, cache: AnswerCache, gazetteer: Gazetteer
) -> pd.DataFrame:
    """Take over what the Census Bureau answered, where nothing was found here."""
    left = table.index[(table[PRECISION] == "").to_numpy()]
    answered = remote.kept(asked, left, cache, gazetteer)
    if len(answered):
        table.loc[answered.index, list(answered.columns)] = answered
        table.loc[answered.index, LETTERS] = 0
    return table


def _with_fixes(
    table: pd.DataFrame, asked: Asked, cache: AnswerCache, fixes: dict[bytes, Fix]
) -> pd.DataFrame:
    """Take over what persons decided, of several decisions the last one."""
    if not fixes:
        return table
    for row, keys in zip(table.index, decision_keys(asked, cache), strict=True):
        found = [fixes[key] for key in keys if key in fixes]
        if not found:
            continue
        fix = max(found, key=lambda one: one.made)
        one = asked.parsed[row]
        unsure = one.before_dash >= 0  # of "2-86" which number was chosen is not kept
        text = street_answer.numbered(
            fix.street, one, middle=unsure or street_answer.is_middle(fix.method)
        )
        placed = fix.lon is not None and fix.lat is not None
        table.loc[row, [PRECISION, METHOD, SOURCE, MATCHED, REASON, GEOID]] = [
            fix.precision if placed else "", fix.method if placed else "",
            f"{BY_A_PERSON}{fix.made[:10]}" if placed else "", text if fix.street else "",
            "" if placed else UNLOCATABLE, fix.geoid,
        ]  # fmt: skip
        table.loc[row, LETTERS] = 0
        table.loc[row, [LON, LAT, RADIUS_M, SCORE]] = [
            fix.lon if placed else np.nan, fix.lat if placed else np.nan,
            fix.radius_m if placed else np.nan, 1.0 if placed else 0.0,
        ]  # fmt: skip
    return table
