"""Newer vintages from the Census Bureau, when a person asks: the only network use of this folder.

A file is downloaded beside, checked, and only then put in use with its digest pinned. Whatever goes
wrong, the copy already in use stays in use.
"""

import hashlib
import json
from collections.abc import Callable
from dataclasses import asdict
from http.client import HTTPException
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

import geopandas as gpd
import pandas as pd

from boundaries import incoming, registry
from boundaries.registry import Entry
from geo.errors import BoundaryError

CENSUS: Final = "https://www2.census.gov"
KINDS: Final = ("counties", "population", "roads")

_TIMEOUT_S: Final = 60
_LARGEST: Final = 200_000_000
_SMALLEST: Final = 100_000
_CHUNK: Final = 1 << 20
_FILES: Final = {
    "counties": "counties.parquet",
    "population": "population.parquet",
    "roads": "roads.parquet",
}
_TITLES: Final = {
    "counties": "Counties and county equivalents",
    "population": "County population",
    "roads": "Interstates",
}
_YEARS: Final = {"counties": (2016, 2100), "population": (2015, 2100), "roads": (2011, 2100)}

Fetch = Callable[[str, Path], None]


def address(what: str, year: int) -> str:
    """Web address of one vintage.

    Examples
    --------
    >>> address("counties", 2021)
    'https://www2.census.gov/geo/tiger/GENZ2021/shp/cb_2021_us_county_500k.zip'
    """
    if what == "counties":
        return f"{CENSUS}/geo/tiger/GENZ{year}/shp/cb_{year}_us_county_500k.zip"
    if what == "roads":
        return f"{CENSUS}/geo/tiger/TIGER{year}/PRIMARYROADS/tl_{year}_us_primaryroads.zip"
    first = 2010 if year < 2020 else 2020
    return (
        f"{CENSUS}/programs-surveys/popest/datasets/{first}-{year}/counties/totals/"
        f"co-est{year}-alldata.csv"
    )


def download(url: str, target: Path, hosts: frozenset[str] = frozenset({CENSUS})) -> None:
    """Fetch a file over the network.

    Parameters
    ----------
    url : str
        Where it is.
    target : Path
        Where to write it.
    hosts : frozenset of str
        Scheme and host that may be asked; nothing else is, and no redirect is followed.

    Raises
    ------
    BoundaryError
        The host is not allowed, does not answer, or sends too little or too much.
    """
    parts = urlsplit(url)
    if f"{parts.scheme}://{parts.netloc}" not in hosts:
        raise BoundaryError("This server is not one that may be asked.", incoming.KEPT)
    size = 0
    try:
        request = Request(url, headers={"User-Agent": "hrs-atlas"})  # noqa: S310 (checked above)
        with build_opener(_NoRedirect).open(request, timeout=_TIMEOUT_S) as answer:
            promised = answer.headers.get("Content-Length")
            with target.open("wb") as file:
                while chunk := answer.read(_CHUNK):
                    size += len(chunk)
                    if size > _LARGEST:
                        raise BoundaryError("The file that came is too large.", incoming.KEPT)
                    file.write(chunk)
    except (OSError, HTTPException) as error:
        raise BoundaryError(
            "The Census Bureau's server did not send the file.",
            f"Check the year and the connection, then try again. {incoming.KEPT}",
        ) from error
    if promised is not None and size != int(promised):
        raise BoundaryError("The download broke off.", f"Try again. {incoming.KEPT}")


def refresh(what: str, year: int, fetch: Fetch = download) -> str:
    """Fetch, check and put in use one vintage.

    Parameters
    ----------
    what : str
        One of `KINDS`.
    year : int
        Vintage.
    fetch : callable
        Writes what is at an address to a path.

    Returns
    -------
    str
        What was done, in one sentence.

    Raises
    ------
    BoundaryError
        The file cannot be had, or is not what it should be; nothing has changed.
    """
    if what not in KINDS:
        raise BoundaryError("This cannot be refreshed.", f"Choose one of: {', '.join(KINDS)}.")
    first, last = _YEARS[what]
    if not first <= year <= last:
        raise BoundaryError("There is no such vintage.", f"Choose a year from {first} on.")
    url = address(what, year)
    folder = registry.refreshed_folder()
    folder.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=folder) as beside:
        raw = Path(beside) / "download"
        fetch(url, raw)
        if raw.stat().st_size < _SMALLEST:
            raise BoundaryError("The file that came is too small.", incoming.KEPT)
        came = _digest(raw)
        _compare(url, came)
        table = _read(what, raw, year)
        ready = Path(beside) / _FILES[what]
        table.to_parquet(ready, index=False, compression="zstd")
        entry = Entry(
            name=_FILES[what],
            title=_TITLES[what],
            source=f"{url}, sha256 {came}",
            vintage=str(year),
            licence="Public domain (U.S. Census Bureau)",
            attribution=f"U.S. Census Bureau, {year}",
            url=url,
            sha256=_digest(ready),
            rows=len(table),
        )
        _pin(entry, ready)
    registry.in_use.cache_clear()
    return (
        f"{_TITLES[what]} of {year} fetched and checked ({len(table):,} rows); start the app again "
        "to use them."
    )


def _read(what: str, raw: Path, year: int) -> pd.DataFrame | gpd.GeoDataFrame:
    if what == "counties":
        return incoming.counties(raw, year)
    if what == "roads":
        return incoming.roads(raw, year)
    return incoming.population(raw, year)


def _compare(url: str, came: str) -> None:
    """Refuse a file that differs from what the same address gave before."""
    for held in registry.pinned().values():
        if held.url == url and came not in held.source:
            raise BoundaryError(
                "The file at this address is not the one fetched before.",
                f"Delete {registry.refreshed_folder() / held.name} if the change is meant. "
                f"{incoming.KEPT}",
            )


def _pin(entry: Entry, ready: Path) -> None:
    """Move a checked file into use and write down its digest."""
    pins = registry.pinned() | {entry.name: entry}
    listed = ready.with_name("pins.json")
    listed.write_text(json.dumps([asdict(one) for one in pins.values()], indent=2) + "\n")
    folder = registry.refreshed_folder()
    ready.replace(folder / entry.name)
    listed.replace(folder / "pins.json")


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


class _NoRedirect(HTTPRedirectHandler):
    """A redirect would lead to a server nobody has allowed."""

    def redirect_request(self, *_: object) -> None:
        return None
