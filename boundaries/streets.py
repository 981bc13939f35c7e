"""Street indexes of states, made from files a person has or asked to be fetched.

Like `boundaries.refresh` the only network use is `download`, from the Census Bureau, when asked.
Each county is kept as soon as it is read, so a run that broke off goes on where it was.
"""

import hashlib
import re
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import pandas as pd

from boundaries import load, refresh
from boundaries.own_streets import check_county, outside
from boundaries.work import Tell
from geo.errors import BoundaryError, GeocodeError
from geo.geocoding import street_sources, street_tier
from geo.geocoding.answer_cache import AnswerCache
from geo.geocoding.names import STATES
from geo.geocoding.street_build import build, load_part, save_part, source_of_part
from geo.geocoding.street_index import META, StreetIndex, installed, open_index
from geo.geocoding.street_segments import Segments

YEARS: Final = (2011, 2100)
NEWEST_WITH_COUNTIES_OF_CT: Final = 2021
_PARTS: Final = "parts"
_OWN: Final = "own-"
_NOT_IN_NAMES: Final = re.compile(r"[^A-Za-z0-9]+")

Fetch = Callable[[str, Path], None]
_STATE_OF: Final = {fips: usps for usps, (fips, _) in STATES.items()}


@dataclass(frozen=True)
class Part:
    """Streets of one file in the index of a state.

    `name` is a five-digit county code, with "-addrfeat" where that file was read, or "own-" and
    what is left of what a person called it, `called`. `vintage` is the year of TIGER/Line, of an
    own file the date of its data with what tells it, "" where that was not kept yet. `waiting` ones
    were read and are not looked in: the index was not finished.
    """

    name: str
    vintage: str
    called: str = ""
    waiting: bool = False

    @property
    def words(self) -> str:
        """What it is, for people."""
        if self.name.startswith(_OWN):
            what = self.called or self.name.removeprefix(_OWN)
        else:
            county = load.gazetteer().name_of(pd.Series([self.name[:5]])).iloc[0]
            what = f"{county or self.name[:5]}: TIGER/Line {self.name[6:].upper() or 'EDGES'}"
        return f"{what} (not in use: work was stopped, load it again)" if self.waiting else what


@dataclass(frozen=True)
class Installed:
    """What is indexed of one state."""

    state: str
    parts: tuple[Part, ...]
    sources: tuple[str, ...]
    segments: int
    built: str  # UTC


def address(county: str, year: int) -> str:
    """Web address of the roads of one county.

    Examples
    --------
    >>> address("37143", 2021)
    'https://www2.census.gov/geo/tiger/TIGER2021/EDGES/tl_2021_37143_edges.zip'
    """
    return f"{refresh.CENSUS}/geo/tiger/TIGER{year}/EDGES/tl_{year}_{county}_edges.zip"


def counties_of(state: str) -> list[str]:
    """Codes of the counties of a state.

    Raises
    ------
    BoundaryError
        There is no such state.
    """
    table = load.counties()
    codes = [str(code) for code in table.index[table["state"] == state]]
    if not codes:
        raise BoundaryError("There is no such state.", "Give its two letters: CT.")
    return codes


def fetch_counties(
    counties: Sequence[str],
    year: int,
    fetch: Fetch = refresh.download,
    tell: Tell | None = None,
    folder: Path | None = None,
) -> list[StreetIndex]:
    """Fetch the roads of counties, read them, and put the indexes of their states in use.

    Parameters
    ----------
    counties : sequence of str
        Five-digit codes.
    year : int
        Vintage of TIGER/Line. From 2022 on its files of Connecticut are not those of counties.
    fetch : callable
        Writes what is at an address to a path.
    tell : callable, optional
        Hears what is being done and how far all of it is; may raise to stop.
    folder : Path, optional
        Of the street indexes; that of this user when not given.

    Returns
    -------
    list of StreetIndex
        One a state.

    Raises
    ------
    BoundaryError, GeocodeError
        A file cannot be had or read. Counties read before are kept.
    """
    here = folder or street_tier.folder()
    if not YEARS[0] <= year <= YEARS[1]:
        raise BoundaryError("There is no such vintage.", f"Choose a year from {YEARS[0]} on.")
    if year > NEWEST_WITH_COUNTIES_OF_CT and any(code.startswith("09") for code in counties):
        raise BoundaryError(
            "From 2022 on the Census Bureau's files of Connecticut are not those of its counties.",
            f"Choose {NEWEST_WITH_COUNTIES_OF_CT}.",
        )
    for number, county in enumerate(counties):
        if tell:
            tell(f"Roads of county {county}", number / len(counties) / 2)
        part = _parts_of(here, _state(county)) / f"{county}.{year}.npz"
        if not part.exists():
            _replace(part, _fetched(county, year, fetch, here), f"{county}.*.npz")
    states = sorted({_state(county) for county in counties})
    return _put_in_use(states, here, tell)


def add_files(
    files: Sequence[Path], folder: Path | None = None, tell: Tell | None = None
) -> list[StreetIndex]:
    """Read TIGER/Line files a person has, and put the indexes of their states in use."""
    here = folder or street_tier.folder()
    states = set()
    for number, path in enumerate(files):
        year, county, kind = street_sources.tiger_file(path)
        if tell:
            tell(f"Roads of county {county}", number / len(files) / 2)
        name = county if kind == "edges" else f"{county}-{kind}"
        part = _parts_of(here, _state(county)) / f"{name}.{year}.npz"
        segments = street_sources.read_tiger(path)
        check_county(segments, county)
        _replace(part, segments, f"{name}.*.npz")
        states.add(_state(county))
    return _put_in_use(sorted(states), here, tell)


def add_segments(
    segments: Segments, state: str, name: str, folder: Path | None = None
) -> StreetIndex:
    """Put centerlines, address points or mile markers of a state in use beside what is there.

    `name` tells them apart: a later file of the same name takes their place.
    What lies `outside` the state is left out.
    """
    here = folder or street_tier.folder()
    if state not in STATES:
        raise BoundaryError("There is no such state.", "Give its two letters: CT.")
    if not len(segments.name):
        raise GeocodeError("The file holds no streets.", "Check its columns.")
    if sum(any(map(str.isalpha, name)) for name in segments.shown) < len(segments.shown) / 2:
        raise GeocodeError(
            "Most names in the column of streets are numbers.", "Choose the column of names."
        )
    if not name.replace("-", "").replace("_", "").isalnum():
        raise GeocodeError("This name cannot be kept.", "Use letters, digits and hyphens.")
    inside = segments.take(~outside(segments, state))
    _replace(_path_of_own(here, state, name), inside, f"{_OWN}{name}.*.npz")
    return _put_in_use([state], here, None)[0]


def own_name(words: str) -> str:
    """Name of an own file among the others, from what a person calls it.

    Examples
    --------
    >>> own_name("Roads (2024)"), own_name("?")
    ('Roads-2024', 'own')
    """
    return _NOT_IN_NAMES.sub("-", words).strip("-") or "own"


@dataclass(frozen=True)
class OwnPart:
    """An own file as it is kept: what it is called, the day it was read (UTC), its digest."""

    words: str
    day: str
    digest: str


def own_part(state: str, name: str, folder: Path | None = None) -> OwnPart | None:
    """Tell what is kept under the `own_name` of a file; None where nothing is."""
    path = _path_of_own(folder or street_tier.folder(), state, name)
    if not path.exists():
        return None
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "blake2b").hexdigest()
    day = datetime.fromtimestamp(path.stat().st_mtime, UTC).date().isoformat()
    return OwnPart(source_of_part(path)[0], day, digest)


def what_is_installed(folder: Path | None = None) -> list[Installed]:
    """Say what is indexed, state by state."""
    here = folder or street_tier.folder()
    answer = []
    for state in installed(here):
        index = open_index(here / state)
        made = (here / state / META).stat().st_mtime_ns
        parts = sorted(_parts_of(here, state).glob("*.npz"))
        answer.append(
            Installed(
                state,
                tuple(_part(one, waiting=one.stat().st_mtime_ns > made) for one in parts),
                tuple(index.meta["sources"]),
                len(index.segment_kind),
                str(index.meta["built"]),
            )
        )
    return answer


def remove_part(state: str, part: str, folder: Path | None = None) -> None:
    """Take a county or an own file out of the index of a state.

    Raises
    ------
    GeocodeError
        There is none of that name.
    """
    here = folder or street_tier.folder()
    found = [
        path for path in _parts_of(here, state).glob("*.npz") if path.name.split(".")[0] == part
    ]
    if not found:
        raise GeocodeError("There are no such streets.", "Choose from the list.")
    for path in found:
        path.unlink()
    if any(_parts_of(here, state).glob("*.npz")):
        _put_in_use([state], here, None)
    else:
        AnswerCache(here).forget(open_index(here / state).vintage)
        shutil.rmtree(here / state)


def _state(county: str) -> str:
    state = _STATE_OF.get(county[:2], "")
    if not state or len(county) != 5 or not county.isdigit():
        raise BoundaryError("This is no county code.", "Give five digits: 37143.")
    return state


def _part(path: Path, *, waiting: bool) -> Part:
    name, year, _ = path.name.rsplit(".", 2)
    if not name.startswith(_OWN):
        return Part(name, year, waiting=waiting)
    called, vintage = source_of_part(path)
    return Part(name, vintage, called, waiting)


def _path_of_own(here: Path, state: str, name: str) -> Path:
    return _parts_of(here, state) / f"{_OWN}{name}.0.npz"


def _parts_of(here: Path, state: str) -> Path:
    parts = here / _PARTS / state
    parts.mkdir(mode=0o700, parents=True, exist_ok=True)
    return parts


def _replace(part: Path, segments: Segments, older: str) -> None:
    """Keep a part, then take away those of other vintages."""
    save_part(segments, part)
    for old in part.parent.glob(older):
        if old != part:
            old.unlink()


def _fetched(county: str, year: int, fetch: Fetch, here: Path) -> Segments:
    with TemporaryDirectory(dir=here) as beside:
        path = Path(beside) / f"tl_{year}_{county}_edges.zip"
        fetch(address(county, year), path)
        return street_sources.read_tiger(path)


def _put_in_use(states: Sequence[str], here: Path, tell: Tell | None) -> list[StreetIndex]:
    answer = []
    for number, state in enumerate(states):
        if tell:
            tell(f"Index of {state}", (1 + number / len(states)) / 2)  # its files were the half
        parts = [load_part(path) for path in sorted(_parts_of(here, state).glob("*.npz"))]
        before = open_index(here / state).vintage if state in installed(here) else ""
        answer.append(build(parts, state, here, load.county_of))
        if before and answer[-1].vintage != before:
            AnswerCache(here).forget(before)
    if tell:
        tell("Street index ready", 1.0)
    return answer
