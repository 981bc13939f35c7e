"""Addresses sent to the Census Bureau's batch geocoder: only when a person agrees to this very job.

Off by default, one server, and nothing leaves but street, city, state and ZIP code.

References
----------
U.S. Census Bureau, "Geocoding Services Web Application Programming Interface (API)": batch.
"""

import csv
import io
import json
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.errors import GeocodeError
from geo.geocoding.answer_cache import AnswerCache, now
from geo.geocoding.street_finder import ASKED, Asked, Tell
from geo.ingest.places import ADDRESS, CITY, STATE, ZIP
from geo.schema import LAT, LON, METHOD, PRECISION, RADIUS_M

SERVER: Final = "https://geocoding.geo.census.gov"
PATH: Final = "/geocoder/locations/addressbatch"
BENCHMARK: Final = "Public_AR_Current"
CHUNK: Final = 500
STATUS: Final = "status"
STATUSES: Final = ("No answer", "Match", "Tie", "No match")
AUDIT: Final = "sent.jsonl"

_VINTAGE: Final = f"census {BENCHMARK}"
_SENT: Final = (ADDRESS, CITY, STATE, ZIP)
_TRIES: Final = 5
_TIMEOUT_S: Final = 300
_LARGEST: Final = 50_000_000
_EXACT_M: Final = 100.0
_NON_EXACT_M: Final = 250.0

Array = NDArray[Any]
Wait = Callable[[float], None]


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
    >>> what_leaves(Asked(pd.DataFrame(index=range(2)), [], pd.Series(dtype="str")))[:36]
    '2 addresses would leave this machine'
    """
    host = urlsplit(SERVER).netloc
    return (
        f"{len(asked.rows):,} addresses would leave this machine, over the internet, to {host} "
        "(U.S. Census Bureau): street, city, state and ZIP code. No dates, names, drugs or case "
        "numbers. What that server keeps is not known to this program. Agreeing is written down."
    )


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


def send(  # noqa: PLR0913  (where to, for tests, beside what every job has)
    asked: Asked,
    consent: Consent,
    cache: AnswerCache,
    folder: Path,
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
        From `Finder.read`; only different addresses are sent.
    consent : Consent
        From `agree`, for exactly these rows.
    cache : AnswerCache
        Keeps answers by keyed digest; what is there is not sent again.
    folder : Path
        Where the audit is: one line a chunk, without addresses.
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
    DataFrame, shape (n, 6)
        status (`STATUSES`), lon, lat, precision ("03", "" without a match), radius_m, method.

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
    left = [key for key in first if key not in known]
    for start in range(0, len(left), chunk):
        if tell:
            tell(f"Census Bureau: {start:,} of {len(left):,} addresses", start / len(left))
        some = left[start : start + chunk]
        table = asked.rows.iloc[[first[key] for key in some]].reset_index(drop=True)
        try:
            found = _ask(table, server + PATH, wait)
        except GeocodeError:
            _write_audit(folder, consent, len(some), "failed")
            raise
        cache.put(some, _VINTAGE, found)
        known |= dict(zip(some, found, strict=True))
        _write_audit(folder, consent, len(some), "answered")
    if not keys:
        return _table(np.zeros((0, 4)))
    return _table(np.stack([known[key] for key in keys]))


def _digest(asked: Asked, cache: AnswerCache) -> bytes:
    return cache.digest("\x1e".join("\x1f".join(row) for row in asked.rows[list(ASKED)].to_numpy()))


def _ask(table: pd.DataFrame, url: str, wait: Wait) -> Array:
    """Answer of one chunk; tried again, longer apart each time."""
    body, kind = _body(table)
    for turn in range(_TRIES):
        try:
            found = _read(_post(url, body, kind), len(table))
        except (OSError, HTTPException, ValueError):
            found = None
        if found is not None:
            return found
        if turn < _TRIES - 1:
            wait(2.0**turn)
    raise GeocodeError(
        "The Census Bureau's server did not answer a chunk of addresses.",
        "What was answered before is kept; try again later.",
    )


def _body(table: pd.DataFrame) -> tuple[bytes, str]:
    """Multipart form with the file: id, street, city, state, ZIP code."""
    lines = io.StringIO()
    writer = csv.writer(lines)
    for number, row in enumerate(table[list(_SENT)].to_numpy()):
        writer.writerow([number, *row])
    edge = secrets.token_hex(16)
    head = f"--{edge}\r\nContent-Disposition: form-data; name="
    text = (
        f'{head}"benchmark"\r\n\r\n{BENCHMARK}\r\n'
        f'{head}"addressFile"; filename="addresses.csv"\r\nContent-Type: text/csv\r\n\r\n'
        f"{lines.getvalue()}\r\n--{edge}--\r\n"
    )
    return text.encode(), f"multipart/form-data; boundary={edge}"


def _post(url: str, body: bytes, kind: str) -> str:
    request = Request(url, body, {"Content-Type": kind, "User-Agent": "hrs-atlas"})  # noqa: S310  (host was checked)
    with build_opener(_NoRedirect).open(request, timeout=_TIMEOUT_S) as answer:
        promised = answer.headers.get("Content-Length")
        content: bytes = answer.read(_LARGEST)
    if promised is not None and len(content) != int(promised):
        raise ValueError
    return content.decode("utf-8")


def _read(text: str, count: int) -> Array | None:
    """Status, exactness, lon, lat of each row, in order; None when rows are missing."""
    found = np.full((count, 4), np.nan)
    found[:, 0] = 0
    for line in csv.reader(io.StringIO(text)):
        if len(line) < 3 or not line[0].isdigit() or int(line[0]) >= count:
            return None
        row, said = int(line[0]), line[2].strip()
        if said == "Match" and len(line) >= 6:
            lon, _, lat = line[5].partition(",")
            found[row] = [1, line[3].strip() == "Exact", float(lon), float(lat)]
        elif said in {"Tie", "No_Match"}:
            found[row, 0] = 2 if said == "Tie" else 3
        else:
            return None
    return found if (found[:, 0] > 0).all() else None


def _table(found: Array) -> pd.DataFrame:
    status = found[:, 0].astype(np.int64)
    match = status == 1
    exact = found[:, 1] == 1
    words = np.where(exact, "Census Bureau, exact", "Census Bureau, not exact")
    return pd.DataFrame(
        {
            STATUS: np.array(STATUSES, dtype=object)[status],
            LON: np.where(match, found[:, 2], np.nan),
            LAT: np.where(match, found[:, 3], np.nan),
            PRECISION: np.where(match, "03", ""),
            RADIUS_M: np.where(match, np.where(exact, _EXACT_M, _NON_EXACT_M), np.nan),
            METHOD: np.where(match, words, ""),
        }
    ).astype(dict.fromkeys((STATUS, PRECISION, METHOD), "str"))


def _write_audit(folder: Path, consent: Consent, rows: int, outcome: str) -> None:
    path = folder / AUDIT
    path.touch(mode=0o600)
    line = {
        "at": now(), "job": consent.job, "by": consent.by, "to": SERVER, "rows": rows,
        "of": consent.rows, "outcome": outcome,
    }  # fmt: skip
    with path.open("a", encoding="utf-8") as file:
        file.write(json.dumps(line) + "\n")


class _NoRedirect(HTTPRedirectHandler):
    """A redirect would lead to a server nobody has allowed."""

    def redirect_request(self, *_: object) -> None:
        return None
