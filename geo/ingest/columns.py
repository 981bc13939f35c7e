"""Which column is what: the choices a person confirms."""

import json
from dataclasses import asdict, dataclass, replace
from typing import Final

from geo.errors import SchemaError
from geo.ingest.words import DEATH, INCIDENT, INJURY, REPORTED, RESIDENCE, SCENE
from geo.schema import ColumnChoice, Kind

DATE_ROLES: Final = (INCIDENT, INJURY, SCENE, DEATH, REPORTED)
"""Whose day is taken, best first."""

PLACE_ROLES: Final = (INCIDENT, INJURY, SCENE, DEATH, RESIDENCE)
"""Whose place is taken, best first; residence only when the person says so."""

DATE_FIELDS: Final = ("date", "time")
PLACE_FIELDS: Final = (
    "lon", "lat", "geo", "easting", "northing", "address", "zip", "city", "county", "county_fips",
    "state", "state_fips",
)  # fmt: skip
MANY: Final = frozenset({"drug", "drug_flag"})
"""Roles that several columns may play."""

FIELDS: Final = {
    "record_id": "Record or case number",
    "victim_id": "Victim number",
    "date": "Date",
    "time": "Time of day",
    "date_type": "What the date means",
    "year": "Year",
    "fiscal_year": "Fiscal year",
    "quarter": "Quarter",
    "month": "Month",
    "lon": "Longitude",
    "lat": "Latitude",
    "geo": "Place with coordinates in text",
    "easting": "Easting (projected)",
    "northing": "Northing (projected)",
    "address": "Street address",
    "zip": "ZIP code",
    "city": "City or town",
    "county": "County",
    "county_fips": "County code (FIPS)",
    "state": "State",
    "state_fips": "State code (FIPS)",
    "outcome": "Fatal or not",
    "naloxone": "Naloxone given",
    "doses": "Naloxone doses",
    "drug": "Drugs or cause of death (text)",
    "drug_flag": "Drug (yes/no column)",
    "kind": "Overdose or seizure",
    "count": "Number of events",
    "population": "Population",
    "quantity": "Quantity seized",
    "unit": "Unit of quantity",
    "age": "Age",
    "sex": "Sex",
    "race": "Race",
}
"""Fields a column can stand for and the words shown for them."""


@dataclass(frozen=True)
class Mapping:
    """Which column plays which role, and what kind of table it is.

    Roles of place and day carry whose they are: "injury.city", "death.date". `choices` are used;
    `others` were recognized but are not used unless a person says so (a residence, a hospital, a
    weaker candidate). `reasons` say in words what was decided for the person.
    """

    header: tuple[str, ...]
    choices: tuple[ColumnChoice, ...]
    kind: Kind = "overdose"
    area_counts: bool = False
    all_fatal: bool = False
    others: tuple[ColumnChoice, ...] = ()
    reasons: tuple[str, ...] = ()

    def columns(self, role: str) -> tuple[str, ...]:
        """Columns that play a role, in the order of the file."""
        return tuple(choice.column for choice in self.choices if choice.role == role)

    def column(self, role: str) -> str | None:
        """Give the column that plays a role, if any; the first of several."""
        return next(iter(self.columns(role)), None)

    def best(self, field: str) -> ColumnChoice | None:
        """Choice for a field whoever's it is: of the incident before the injury before the death.

        For "lat" this may be the choice of "injury.lat"; for "age" it is that of "age".
        """
        groups = DATE_ROLES if field in DATE_FIELDS else PLACE_ROLES
        roles = [full_role(field, group) for group in groups]
        found = [c for role in roles for c in self.choices if c.role == role]
        return next(iter(found), None)

    def with_choice(self, role: str, column: str | None) -> "Mapping":
        """Give a copy with a role given to a column by a person, or taken away (None).

        A bare field of place or day ("city") means that of the incident. A column added to
        "drug" or "drug_flag" joins those there. A "count" makes the rows counts of areas.

        Raises
        ------
        SchemaError
            When the role or column does not exist.

        Examples
        --------
        >>> empty = Mapping(("Home town",), ())
        >>> empty.with_choice("residence.city", "Home town").column("residence.city")
        'Home town'
        """
        group, _, field = role.rpartition(".")
        if field not in FIELDS or group not in ("", *DATE_ROLES, RESIDENCE):
            raise SchemaError("There is no such role.", "Choose one of the roles offered.")
        if column is not None and column not in self.header:
            raise SchemaError("The file has no such column.", "Choose one of its columns.")
        role = full_role(field, group)
        many = field in MANY and column is not None
        kept = tuple(
            choice
            for choice in self.choices
            if (choice.role != role or many) and choice.column != column
        )
        chosen = () if column is None else (ColumnChoice(role, column, 1.0),)
        counts = column is not None if role == "count" else self.area_counts
        return replace(self, choices=kept + chosen, area_counts=counts)

    def without(self, column: str) -> "Mapping":
        """Give a copy that does not use a column."""
        return replace(self, choices=tuple(c for c in self.choices if c.column != column))

    def to_json(self) -> str:
        """Text that `from_json` reads back as an equal mapping."""
        return json.dumps(asdict(self), sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> "Mapping":
        """Read a mapping written by `to_json`.

        Raises
        ------
        SchemaError
            When it is none.
        """
        try:
            found = json.loads(text)
            for name in ("choices", "others"):
                found[name] = tuple(
                    ColumnChoice(**(choice | {"samples": tuple(choice["samples"])}))
                    for choice in found[name]
                )
            for name in ("header", "reasons"):
                found[name] = tuple(found[name])
            return cls(**found)
        except (ValueError, TypeError, KeyError) as error:
            raise SchemaError(
                "This is not a saved choice of columns.", "Choose the columns again."
            ) from error


def full_role(field: str, group: str) -> str:
    """Role of a field, with whose it is when it is a place or day.

    Examples
    --------
    >>> full_role("city", ""), full_role("date", "death"), full_role("age", "residence")
    ('incident.city', 'death.date', 'age')
    """
    if field in DATE_FIELDS or field in PLACE_FIELDS:
        return f"{group or INCIDENT}.{field}"
    return field
