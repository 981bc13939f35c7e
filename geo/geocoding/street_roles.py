"""What an agency's own street file may hold, and what a column of it may be."""

from collections.abc import Mapping
from typing import Final, Literal

Kind = Literal["lines", "points", "markers"]
KINDS: Final[Mapping[Kind, str]] = {
    "lines": "Centerlines with house numbers", "points": "Address points",
    "markers": "Mile markers",
}  # fmt: skip

ROLES: Final[Mapping[Kind, Mapping[str, str]]] = {
    "lines": {
        "street": "Street name (all its columns, in order)",
        "left_from": "First number, left", "left_to": "Last number, left",
        "right_from": "First number, right", "right_to": "Last number, right",
        "zip_left": "ZIP code, left", "zip_right": "ZIP code, right",
    },
    "points": {
        "street": "Street name (all its columns, in order)", "number": "House number",
        "zip": "ZIP code", "lon": "Longitude", "lat": "Latitude",
    },
    "markers": {
        "street": "Name of the road", "mile": "Mile", "lon": "Longitude", "lat": "Latitude",
    },
}  # fmt: skip
"""What a column of each kind of file may be, and the words shown for it."""

NEEDED: Final[Mapping[Kind, frozenset[str]]] = {
    "lines": frozenset({"street", "left_from", "left_to", "right_from", "right_to"}),
    "points": frozenset({"street", "number"}),
    "markers": frozenset({"street", "mile"}),
}
"""Roles a file of each kind cannot do without."""
