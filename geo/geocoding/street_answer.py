"""What was found for each row: place, precision, radius, costs, and why not."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from geo.geocoding.address_whole import BLOCK, Address

Array = NDArray[Any]
Floats = NDArray[np.float64]

METHODS: Final = (
    "", "address point", "street range", "intersection", "block", "middle of the street",
    "mile marker", "between two crossings", "one end of the block",
)  # fmt: skip
PRECISION: Final = ("", "00", "03", "04", "05", "05", "03", "05", "05")
"""NAACCR code of each of `METHODS`."""

(
    NO_METHOD, ADDRESS_POINT, RANGE, INTERSECTION, BLOCK_MIDDLE, STREET_MIDDLE, MILE_MARKER,
    BETWEEN_CROSSINGS, ONE_END,
) = range(9)  # fmt: skip

REASONS: Final = (
    "",
    "no address",
    "PO box or rural box",
    "street not found",
    "number not on this street",
    "several places fit equally well",
    "the two streets do not meet",
    "no mile markers are loaded for this road",
    "street too long for a middle",
    "fit is poor",
    "state not known",
    "state not indexed",
    "the streets of its county or ZIP code are not known",
    "no county, city or ZIP code, and not all of the state is known",
    "of its county only some streets are known, and it names no city or ZIP code",
    "a numbered road without a house number or mile is no place",
    "the address names another state than the row",
    "the address names another city or ZIP code than the row",
    "a distance from the mile is told, and no point",
    "the place found lies outside all counties",
    "words without a house number or a kind of street (St, Rd) may be no street",
    "found in another town only, far from the row's ZIP code and city",
    "the ZIP code lies in another state than the row says",
    "the address names two places",
    "told as a mailing, former or false address, and not as the scene",
    "the number may be that of a box or a unit, and not of the house",
    "told as lying at a distance from there",
    "the row's own columns (city, ZIP code, state) name different places",
    "the address names another county than the row",
)
(
    FINE, NO_ADDRESS, BOX, NOT_FOUND, NO_NUMBER, TIE, NO_MEETING, NO_MARKERS, TOO_LONG, POOR,
    NO_STATE, NOT_INDEXED, PLACE_NOT_INDEXED, NO_PLACE, COUNTY_IN_PART, NUMBERED_ROAD, OTHER_STATE,
    OTHER_PLACE, BESIDE_MILE, NO_COUNTY, BARE_NAME, FAR_TOWN, ZIP_ABROAD,
    TWO_PLACES, NOT_SCENE, UNSURE_NUMBER, AT_DISTANCE, OWN_PLACES, OTHER_COUNTY,
) = range(29)  # fmt: skip

DOUBTFUL: Final = (
    OTHER_PLACE, BESIDE_MILE, BARE_NAME, FAR_TOWN, TWO_PLACES, NOT_SCENE, UNSURE_NUMBER,
    AT_DISTANCE, OWN_PLACES, OTHER_COUNTY,
)  # fmt: skip
"""Reasons to doubt an answer that is kept for a person to look at."""

LOOK: Final = 1
NOT_USED: Final = 2
"""How doubtful an answer is: for a person to look at, or not used until one did."""


@dataclass(frozen=True, eq=False)
class Answers:
    """One answer a row; `method` 0 and NaN coordinates where nothing was found.

    Attributes
    ----------
    lon, lat, radius_m : ndarray of float, shape (n,)
        Also set for ties and poor fits: the first candidate, which `reason` says not to use.
    method, reason : ndarray of int, shape (n,)
        Positions in `METHODS` and `REASONS`.
    street, other, third : ndarray of int, shape (n,)
        Streets of the index (the second one of a crossing, and that at the other end of a piece of
        street), -1 for none.
    county, source : ndarray of int, shape (n,)
    name, parts, place, number : ndarray of float, shape (n,)
        What speaks against the answer: letters, direction and type, place, house number.
    margin : ndarray of float, shape (n,)
        How much more the next candidate elsewhere costs; 9 when there is none.
    places : ndarray of int, shape (n,)
        How many places fit equally well.
    letters : ndarray of int, shape (n,)
        Wrong letters in the name, of a crossing in all of them; a wrong first letter counts twice.
    doubt : ndarray of int, shape (n,)
        `LOOK` where the street is in a town that the row does not name (`street_doubt`), or has
        another type than was asked for and a namesake beside it;
        `NOT_USED` where it is far from there, where a number of a grid has another type than was
        asked for (5th Ave for 5th St), a mile's road another kind (NC 64 for US 64), where an
        extension was asked for (Pine St for Pine St Ext), or where words alone may be no street.
    """

    lon: Floats
    lat: Floats
    radius_m: Floats
    method: Array
    reason: Array
    street: Array
    other: Array
    county: Array
    source: Array
    name: Floats
    parts: Floats
    place: Floats
    number: Floats
    margin: Floats
    places: Array
    letters: Array
    doubt: Array
    third: Array

    @property
    def cost(self) -> Floats:
        """All that speaks against each answer."""
        return self.name + self.parts + self.place + self.number

    def put(self, rows: Array, other: "Answers") -> None:
        """Take over answers for some rows."""
        for one in fields(self):
            getattr(self, one.name)[rows] = getattr(other, one.name)

    def take(self, rows: Array) -> "Answers":
        """Give the answers of some rows."""
        return Answers(*(getattr(self, one.name)[rows] for one in fields(self)))


def together(parts: Sequence[Answers]) -> Answers:
    """Put answers behind each other."""
    return Answers(
        *(np.concatenate([getattr(part, one.name) for part in parts]) for one in fields(Answers))
    )


def is_middle(method: str) -> bool:
    """Whether a method, also with what a person did behind it, is the middle of a street."""
    return method.startswith(METHODS[STREET_MIDDLE])


def numbered(street: str, asked: Address, *, middle: bool) -> str:
    """Write a street with the house number or block that is placed on it, if not at its middle.

    Examples
    --------
    >>> from geo.geocoding.address import parse
    >>> numbered("Main St, NC", parse("12 Mian St"), middle=False)
    '12 Main St, NC'
    >>> numbered("Main St, NC", parse("12 Mian St"), middle=True)
    'Main St, NC'
    """
    if asked.number < 0 or middle:
        return street
    return f"{asked.number}{' block of' if asked.kind == BLOCK else ''} {street}"


def nothing(count: int, reason: int = NOT_FOUND) -> Answers:
    """Answers that found nothing.

    Examples
    --------
    >>> nothing(2).method.tolist()
    [0, 0]
    """

    def real(value: float) -> Floats:
        return np.full(count, value, dtype=np.float64)

    def whole(value: int) -> Array:
        return np.full(count, value, dtype=np.int64)

    return Answers(
        lon=real(np.nan), lat=real(np.nan), radius_m=real(np.nan), method=whole(0),
        reason=whole(reason), street=whole(-1), other=whole(-1), county=whole(0), source=whole(-1),
        name=real(0), parts=real(0), place=real(0), number=real(0), margin=real(0), places=whole(0),
        letters=whole(0), doubt=whole(0), third=whole(-1),
    )  # fmt: skip
