"""Addresses sent to the Census Bureau's batch geocoder: only when a person agrees to this very job.

Off by default, one server, and nothing leaves but street, city, state and ZIP code.
"""

import json
import secrets
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.errors import GeocodeError
from geo.geocoding.address import parse  # noqa: F401  (parse: in the example)
from geo.geocoding.address_street import HOUSE
from geo.geocoding.answer_cache import AnswerCache, now
from geo.geocoding.census_batch import BENCHMARK, Row, Wait, ask
from geo.geocoding.gazetteer import Gazetteer
from geo.geocoding.names import STATES
from geo.geocoding.remote_row import as_sent
from geo.geocoding.row_distance import lies_far
from geo.geocoding.street_finder import ASKED, Asked, Tell
from geo.geocoding.street_table import MATCHED, REASON, SCORE, SOURCE
from geo.ingest.places import ADDRESS, CITY
from geo.schema import GEOID, LAT, LON, METHOD, PRECISION, RADIUS_M
from geo.words import count_of

SERVER: Final = "https://geocoding.geo.census.gov"
PATH: Final = "/geocoder/locations/addressbatch"
CHUNK: Final = 500
STATUS: Final = "status"
STATUSES: Final = ("Not sent", "Match", "Tie", "No match", "In another state", "In another place")
AUDIT: Final = "sent.jsonl"

_VINTAGE: Final = f"census {BENCHMARK}"
_MATCH: Final = 1
_OTHER_STATE: Final = 4
_FAR: Final = 5
NOT_EXACT: Final = "Census Bureau, not exact"
LIES_FAR: Final = "the Census Bureau's match lies far from its ZIP code, city and county"
_EXACT_M: Final = 100.0
_NON_EXACT_M: Final = 250.0

Array = NDArray[Any]

_NOT_SENT: Final = np.array([0.0, 0.0, np.nan, np.nan, 0.0])

Locate = Callable[[Array, Array], Array]
"""Longitudes and latitudes to county codes, "" outside all counties."""


@dataclass(frozen=True)
class Consent:
    """A person agreed that these rows are sent; good for no other rows.

    `digest` binds it to them; `job` is a number drawn at random for the audit.
    """

    job: str
    digest: bytes
    rows: int
    by: str
    at: str


def what_leaves(asked: Asked) -> str:
    """Say in words what would be sent, and where: to be shown before a person agrees.

    Examples
    --------
    >>> rows = pd.DataFrame({"address": ["1 Main St Apt 2", ""], "city": ["Hertford", ""]})
    >>> texts = [parse("1 Main St Apt 2"), parse("UNKNOWN")]
    >>> asked = Asked(rows, texts, pd.Series(["NC", "NC"]), np.zeros(2, dtype=bool))
    >>> what_leaves(asked)[:36]
    '1 address would leave this machine, '
    """
    host = urlsplit(SERVER).netloc
    houses = len(what_is_sent(asked))
    return (
        f"{count_of(houses, 'address', 'addresses')} would leave this machine, over the internet, "
        f"to {host} (U.S. Census Bureau): number and street, city, state and ZIP code, as "
        "understood here. No units, remarks, dates, drugs or case numbers. Look through the "
        "list: a person's name written as a street would be sent. What that server keeps is not "
        "known to this program. Agreeing is written down."
    )


def what_is_sent(asked: Asked) -> pd.DataFrame:
    """List exactly what would be sent: street, city, state, zip of each different address."""
    found = dict.fromkeys(row for row in _rows(asked) if row)
    return pd.DataFrame(list(found), columns=["street", "city", "state", "zip"])


def _rows(asked: Asked) -> list[Row | None]:
    texts = asked.rows[ADDRESS].tolist()
    return list(map(as_sent, asked.parsed, texts, asked.rows[CITY].tolist(), asked.state.tolist()))


def agree(asked: Asked, cache: AnswerCache, by: str) -> Consent:
    """Make the consent of one job, after a person read `what_leaves` and said who they are.

    Raises
    ------
    GeocodeError
        Nobody is named.
    """
    if not by.strip():
        raise GeocodeError("Nobody agreed to send addresses.", "Enter your name or number.")
    return Consent(secrets.token_hex(8), _digest(asked, cache), len(asked.rows), by.strip(), now())


def send(  # noqa: PLR0913, PLR0917  (where to, for tests, beside what every job has)
    asked: Asked,
    consent: Consent,
    cache: AnswerCache,
    folder: Path,
    gazetteer: Gazetteer,
    locate: Locate,
    tell: Tell | None = None,
    *,
    server: str = SERVER,
    allowed: frozenset[str] = frozenset({SERVER}),
    chunk: int = CHUNK,
    wait: Wait = time.sleep,
) -> pd.DataFrame:
    """Send addresses in chunks, each kept as soon as it is answered.

    Parameters
    ----------
    asked : Asked
        From `Finder.read`. Of each different house number and street these leave as they were
        understood: no unit, no remark. Crossings, blocks, boxes and what names no house are not
        sent.
    consent : Consent
        From `agree`, for exactly these rows. The city leaves as the rows have it.
    cache : AnswerCache
        Keeps answers by keyed digest; what is there is not sent again.
    folder : Path
        Where the audit is: one line a chunk, without addresses.
    gazetteer : Gazetteer
        Tells which matches lie far from every place the row names: they are not used.
    locate : callable
        County of a point.
    tell : callable, optional
        Hears how far it is; may raise to stop.
    server, allowed : str, frozenset of str
        Where to; nothing but what is allowed is asked, and no redirect is followed.
    chunk : int
        Addresses in one request, 500 to 1,000: larger ones fail often.
    wait : callable
        Sleeps some seconds between tries.

    Returns
    -------
    DataFrame, shape (n, 9)
        status (`STATUSES`), lon, lat, geoid, precision ("03", "" without a match), radius_m,
        method, score (NaN: it has none of ours), source.

    Raises
    ------
    GeocodeError
        Without consent for these rows, for another server, or when it does not answer. What was
        answered is kept: the next call goes on from there.
    """
    if consent.digest != _digest(asked, cache) or consent.rows != len(asked.rows):
        raise GeocodeError("Nobody agreed to send these rows.", "Ask for consent to this job.")
    parts = urlsplit(server)
    if f"{parts.scheme}://{parts.netloc}" not in allowed:
        raise GeocodeError("This server is not one that may be asked.", "Use the Census Bureau's.")
    keys = [cache.key_of(one, state) for one, state in zip(asked.parsed, asked.state, strict=True)]
    known = cache.get(list(dict.fromkeys(keys)), _VINTAGE)
    first = {key: row for row, key in reversed(list(enumerate(keys)))}
    sent = _rows(asked)
    leaves = {
        key: row for key, one in first.items() if key not in known and (row := sent[one])
    }  # fmt: skip
    left = list(leaves)
    for start in range(0, len(left), chunk):
        if tell:
            tell(f"Census Bureau: {start:,} of {len(left):,} addresses", start / len(left))
        some = left[start : start + chunk]
        try:
            found = ask([leaves[key] for key in some], server + PATH, wait)
        except GeocodeError:
            _write_audit(folder, consent, len(some), "failed")
            raise
        found = np.column_stack([found, _counties(found, locate)])
        there = [STATES[leaves[key][2]][0] if leaves[key][2] in STATES else "" for key in some]
        found[_is_elsewhere(found, there), 0] = _OTHER_STATE
        cache.put(some, _VINTAGE, found, is_new_knowledge=True)
        known |= dict(zip(some, found, strict=True))
        _write_audit(folder, consent, len(some), "answered")
    if not keys:
        return _table(np.zeros((0, 5)))
    every = np.stack([known.get(key, _NOT_SENT) for key in keys])
    return _table(_with_far(asked, np.arange(len(keys)), every, gazetteer))


def kept(
    asked: Asked, rows: Iterable[int], cache: AnswerCache, gazetteer: Gazetteer
) -> pd.DataFrame:
    """Give what this service matched for some rows in an earlier job; nothing is sent.

    Returns
    -------
    DataFrame
        As from `send` but the status, with matched_text and reason, only rows with a match in some
        county; index their numbers. The county is all that is known of what was matched: addresses
        are not kept. A match far from every place its row names is no place, and has its reason.
    """
    state = asked.state.tolist()
    keys = {
        row: cache.key_of(one, state[row])
        for row in rows
        if (one := asked.parsed[row]).kind == HOUSE  # nothing else is ever sent
    }
    known = cache.get(list(dict.fromkeys(keys.values())), _VINTAGE)
    here = [row for row, key in keys.items() if key in known]
    if not here:
        return _table(np.zeros((0, 5))).drop(columns=STATUS)
    found = np.stack([known[keys[row]] for row in here])
    table = _table(_with_far(asked, np.array(here), found, gazetteer)).set_axis(here)
    far = table[STATUS] == STATUSES[_FAR]
    table[MATCHED] = ("in " + gazetteer.name_of(table[GEOID])).where(~far, "").astype("str")
    table[REASON] = pd.Series(np.where(far, LIES_FAR, ""), index=table.index, dtype="str")
    used = (table[PRECISION] != "") & (table[GEOID] != "")
    return table[used | far].drop(columns=STATUS)


def _with_far(asked: Asked, rows: Array, found: Array, gazetteer: Gazetteer) -> Array:
    """Answers with the status of those that lie far from what their row names."""
    found = found.copy()
    match = found[:, 0] == _MATCH
    lon, lat = (np.where(match, found[:, column], np.nan) for column in (2, 3))
    found[match & lies_far(asked, rows, lon, lat, gazetteer), 0] = _FAR
    return found


def _is_elsewhere(found: Array, states: list[str]) -> NDArray[np.bool_]:
    """Tell which matches lie in another state than the row names, or in none."""
    here = [f"{int(code):05d}"[:2] for code in found[:, 4].tolist()]
    other = np.array([a != b for a, b in zip(here, states, strict=True)], dtype=bool)
    matched: NDArray[np.bool_] = found[:, 0] == _MATCH
    return other & matched


def _counties(found: Array, locate: Locate) -> Array:
    """County of each match as a number, 0 for none."""
    codes = locate(found[:, 2], found[:, 3])
    return np.array([int(code) if code else 0 for code in codes.tolist()], dtype=np.float64)


def _digest(asked: Asked, cache: AnswerCache) -> bytes:
    return cache.digest("\x1e".join("\x1f".join(row) for row in asked.rows[list(ASKED)].to_numpy()))


def _table(found: Array) -> pd.DataFrame:
    status = found[:, 0].astype(np.int64)
    match = status == _MATCH
    exact = found[:, 1] == 1
    words = np.where(exact, "Census Bureau, exact", NOT_EXACT)
    county = [f"{int(code):05d}" if code else "" for code in found[:, 4].tolist()]
    return pd.DataFrame(
        {
            STATUS: np.array(STATUSES, dtype=object)[status],
            LON: np.where(match, found[:, 2], np.nan),
            LAT: np.where(match, found[:, 3], np.nan),
            GEOID: np.where(match, np.array(county, dtype=object), ""),
            PRECISION: np.where(match, "03", ""),
            RADIUS_M: np.where(match, np.where(exact, _EXACT_M, _NON_EXACT_M), np.nan),
            METHOD: np.where(match, words, ""),
            SCORE: np.nan,
            SOURCE: np.where(match, f"Census Bureau geocoder, {BENCHMARK}", ""),
        }
    ).astype(dict.fromkeys((STATUS, GEOID, PRECISION, METHOD, SOURCE), "str"))


def _write_audit(folder: Path, consent: Consent, rows: int, outcome: str) -> None:
    path = folder / AUDIT
    path.touch(mode=0o600)
    line = {
        "at": now(), "job": consent.job, "by": consent.by, "to": SERVER, "rows": rows,
        "of": consent.rows, "outcome": outcome,
    }  # fmt: skip
    with path.open("a", encoding="utf-8") as file:
        file.write(json.dumps(line) + "\n")
