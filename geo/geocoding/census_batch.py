"""The Census Bureau's batch geocoder as it speaks: one file of addresses in, one of answers out.

References
----------
U.S. Census Bureau, "Geocoding Services Web Application Programming Interface (API)": batch.
"""

import csv
import io
import secrets
from collections.abc import Callable, Sequence
from http.client import HTTPException
from typing import Any, Final
from urllib.request import HTTPRedirectHandler, Request, build_opener

import numpy as np
from numpy.typing import NDArray

from geo.errors import GeocodeError

BENCHMARK: Final = "Public_AR_Current"

_TRIES: Final = 5
_TIMEOUT_S: Final = 300
_LARGEST: Final = 50_000_000
_NO_MATCH: Final = (3, 0, np.nan, np.nan)

Array = NDArray[Any]
Wait = Callable[[float], None]
Row = tuple[str, str, str, str]
"""Street, city, state and ZIP code."""


def ask(rows: Sequence[Row], url: str, wait: Wait) -> Array:
    """Ask for the places of some addresses; tried again, longer apart each time.

    Parameters
    ----------
    rows : sequence of Row, shape (n,)
    url : str
        Of the service.
    wait : callable
        Sleeps some seconds between tries.

    Returns
    -------
    ndarray of float, shape (n, 4)
        Status (1 match, 2 tie, 3 no match), whether the match is exact, lon, lat; in order.

    Raises
    ------
    GeocodeError
        It did not answer.
    """
    body, kind = _body(rows)
    for turn in range(_TRIES):
        try:
            found = _read(_post(url, body, kind), len(rows))
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


def _body(rows: Sequence[Row]) -> tuple[bytes, str]:
    """Multipart form with the file: id, street, city, state, ZIP code."""
    lines = io.StringIO()
    writer = csv.writer(lines)
    for number, row in enumerate(rows):
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
    for line in csv.reader(io.StringIO(text.removeprefix("\ufeff"))):
        if not any(cell.strip() for cell in line):
            continue
        if len(line) < 3 or not line[0].isdigit() or int(line[0]) >= count:
            return None
        row, said = int(line[0]), line[2].strip()
        if said == "Match" and len(line) >= 6:
            lon, _, lat = line[5].partition(",")
            point = float(lon), float(lat)
            match = abs(point[0]) <= 180 and abs(point[1]) <= 90  # not for NaN
            found[row] = [1, line[3].strip() == "Exact", *point] if match else _NO_MATCH
        elif said in {"Tie", "No_Match"}:
            found[row, 0] = 2 if said == "Tie" else 3
        else:
            return None
    return found if (found[:, 0] > 0).all() else None


class _NoRedirect(HTTPRedirectHandler):
    """A redirect would lead to a server nobody has allowed."""

    def redirect_request(self, *_: object) -> None:
        return None
