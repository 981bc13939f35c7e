"""Which rows of an agency's own street file lie where they are said to."""

from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from boundaries import load
from geo.errors import GeocodeError
from geo.geocoding.names import STATES
from geo.geocoding.street_segments import Segments
from geo.shore import FARTHEST_M, Locate, nearest_county

_MOSTLY: Final = 0.5  # the rest may lie across the border


def outside(segments: Segments, state: str) -> NDArray[np.bool_]:
    """Tell which pieces begin farther than 5 km from a state: at 0, 0, or without a minus sign.

    Raises
    ------
    GeocodeError
        Most of them do not lie in the state.
    """
    lon, lat = segments.lonlat[segments.start[:-1]].T
    code = STATES[state][0]
    inside = np.char.startswith(load.locator().locate(lon, lat), code)
    if inside.mean() < _MOSTLY:
        raise GeocodeError(
            f"Only {inside.mean():.0%} of the streets lie in the state that was named.",
            "Name the state they lie in; of a file of several states, save one for each.",
        )
    away = np.flatnonzero(~inside)
    near = nearest_county(lon[away], lat[away], _only(code))[1]
    out = np.zeros(len(segments), dtype=bool)
    out[away] = near == 0
    return out


def check_county(segments: Segments, county: str) -> None:
    """Check that the streets of a TIGER/Line file lie where its name says.

    Raises
    ------
    GeocodeError
        Most lie in another county, or for one that is not known here in another state.
    """
    lon, lat = segments.lonlat[segments.start[:-1]].T
    known = county in load.gazetteer().counties.index
    inside = np.char.startswith(load.locator().locate(lon, lat), county if known else county[:2])
    if inside.mean() < _MOSTLY:
        raise GeocodeError(
            f"Only {inside.mean():.0%} of the streets lie in the county of the file's name.",
            "Give the file the name it had at the Census Bureau, or fetch it again.",
        )


def said_of(count: int, state: str) -> str:
    """Say how many pieces were left out, "" for none.

    Examples
    --------
    >>> said_of(2, "NC")
    '2 rows lie more than 5 km outside NC, or have no coordinates but zeros: left out.'
    >>> said_of(0, "NC")
    ''
    """
    if not count:
        return ""
    rows, lie, have = ("row", "lies", "has") if count == 1 else ("rows", "lie", "have")
    return (
        f"{count:,} {rows} {lie} more than {FARTHEST_M / 1000:.0f} km outside {state}, or {have} "
        "no coordinates but zeros: left out."
    )


def _only(code: str) -> Locate:
    """Find counties of one state."""

    def locate(lon: ArrayLike, lat: ArrayLike) -> NDArray[np.str_]:
        found = load.locator().locate(lon, lat)
        return np.where(np.char.startswith(found, code), found, "")

    return locate
