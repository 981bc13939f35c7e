"""Which column is what: the choices a person confirms."""

import hashlib
import json
import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields, replace
from typing import Any, Final, Literal, get_args

from geo.errors import SchemaError
from geo.ingest.countable import counts_deaths
from geo.ingest.words import DEATH, INCIDENT, INJURY, REPORTED, RESIDENCE, SCENE
from geo.schema import ColumnChoice, Kind

Comma = Literal["", "decimal", "thousands"]
"""What a comma in a number does; "" where a file has none."""

DATE_ROLES: Final = (INCIDENT, INJURY, SCENE, DEATH, REPORTED)
"""Whose day is taken, best first."""

PLACE_ROLES: Final = (INCIDENT, INJURY, SCENE, DEATH, RESIDENCE)
"""Whose place is taken, best first; residence only when the person says so."""

DATE_FIELDS: Final = ("date", "time")
PLACE_FIELDS: Final = (
    "lon", "lat", "geo", "easting", "northing", "address", "address_part", "zip", "city",
    "county", "county_fips", "state", "state_fips",
)  # fmt: skip
MANY: Final = frozenset({
    "drug", "drug_flag", "drug_quantity", "drug_unit", "period_count", "victims",
    *(f"{owner}.address_part" for owner in PLACE_ROLES),
})  # fmt: skip
"""Roles that several columns may play."""

_NUMBERED: Final = frozenset({"quantity", "unit"})
"""Roles that columns may share that differ by a number: of a second, third drug."""

COUNTS: Final = "counts of areas"
"""What rows that stand for many events are called, in every sentence about them."""

ALSO_COUNT: Final = "Not used, though they may count something too"

FIELDS: Final = {
    "record_id": "Record or case number",
    "victim_id": "Victim number",
    "victims": "Number of victims of the event",
    "date": "Date",
    "time": "Time of day",
    "date_type": "What the date means",
    "year": "Year",
    "fiscal_year": "Fiscal year",
    "state_fiscal_year": "State fiscal year",
    "half": "Half-year",
    "quarter": "Quarter",
    "month": "Month",
    "week": "Number of the week",
    "day": "Day of the month",
    "lon": "Longitude",
    "lat": "Latitude",
    "geo": "Place with coordinates in text",
    "easting": "Easting (projected)",
    "northing": "Northing (projected)",
    "address": "Street address",
    "address_part": "Part of the address",
    "zip": "ZIP code",
    "city": "City or town",
    "county": "County",
    "county_fips": "County code (FIPS)",
    "state": "State",
    "state_fips": "State code (FIPS)",
    "outcome": "Fatal or not",
    "naloxone": "Naloxone given",
    "doses": "Naloxone doses",
    "administration_id": "Number of the naloxone administration",
    "drug": "Drugs or cause of death (text)",
    "drug_flag": "Drug (yes/no column)",
    "kind": "Overdose or seizure",
    "count": "Number of events",
    "period_count": "Number of events in that period",
    "population": "Population",
    "quantity": "Quantity seized",
    "unit": "Unit of quantity",
    "drug_quantity": "Quantity of the named drug",
    "drug_unit": "Unit of the named drug",
    "agency": "Reporting agency",
    "age": "Age",
    "age_end": "Age, upper end of the band",
    "age_unit": "Unit of age",
    "sex": "Sex",
    "race": "Race",
}
"""Fields a column can stand for and the words shown for them."""


@dataclass(frozen=True)
class Mapping:
    """Which column plays which role, and what kind of table it is.

    Roles of place and day carry whose they are: "injury.city", "death.date". `choices` are used;
    `others` were recognized but are not used unless a person says so (a residence, a hospital, a
    weaker candidate). `reasons` say in words what was decided for the person. `comma` is what it
    does in the quantities of that file: so it is in later ones, and mended lines, that do not tell.
    `empty` are the columns that held nothing in that file.
    """

    header: tuple[str, ...]
    choices: tuple[ColumnChoice, ...]
    kind: Kind = "overdose"
    area_counts: bool = False
    all_fatal: bool = False
    others: tuple[ColumnChoice, ...] = ()
    reasons: tuple[str, ...] = ()
    comma: Comma = ""
    empty: tuple[str, ...] = ()

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

        A bare field of place or day ("city") means that of the incident. A column added to a role
        that several may play (`may_share`) joins those there. A count makes the rows counts of
        areas, all of them fatal where it counts deaths.

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
        many = column is not None and may_share(role, (*self.columns(role), column))
        kept = tuple(
            choice
            for choice in self.choices
            if (choice.role != role or many) and choice.column != column
        )
        chosen = () if column is None else (ColumnChoice(role, column, 1.0),)
        counts, all_fatal = self.area_counts, self.all_fatal
        if role in {"count", "period_count"}:
            counts = any(c.role in {"count", "period_count"} for c in kept + chosen)
            all_fatal = all_fatal if column is None else counts_deaths(column)
        return replace(self, choices=kept + chosen, area_counts=counts, all_fatal=all_fatal)

    def without(self, column: str) -> "Mapping":
        """Give a copy that does not use a column."""
        return replace(self, choices=tuple(c for c in self.choices if c.column != column))

    @property
    def header_key(self) -> str:
        """Signature of the header: the same for files whose columns have the same names."""
        return header_key(self.header)

    @property
    def meaning(self) -> str:
        """Text that is the same when the same is read: no samples, no confidence."""
        roles = sorted((choice.role, choice.column) for choice in self.choices)
        return json.dumps([roles, self.kind, self.area_counts, self.all_fatal])

    def for_header(self, header: Iterable[str]) -> "Mapping":
        """Give a copy for a file with the same header up to case, spaces and order.

        Raises
        ------
        SchemaError
            When the columns are others.

        Examples
        --------
        >>> saved = Mapping(("Date", "Zip Code"), (ColumnChoice("incident.zip", "Zip Code", 1.0),))
        >>> saved.for_header(("ZIP  CODE", "date")).column("incident.zip")
        'ZIP  CODE'
        """
        columns = tuple(header)
        if header_key(columns) != self.header_key:
            raise SchemaError(
                "The choice of columns was made for a file with other columns.",
                "Choose the columns again.",
            )
        names = {_plain(column): column for column in columns}
        known = dict(zip(self.header, (names[_plain(old)] for old in self.header), strict=True))
        known |= {column: column for column in columns if column in self.header}
        choices, others = (
            tuple(replace(c, column=known.get(c.column, c.column)) for c in some)
            for some in (self.choices, self.others)
        )
        empty = tuple(known.get(column, column) for column in self.empty)
        return replace(self, header=columns, choices=choices, others=others, empty=empty)

    def to_json(self) -> str:
        """Text that `from_json` reads back as an equal mapping."""
        return json.dumps(asdict(self), sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> "Mapping":
        """Read a mapping written by `to_json` of this or an older version of the program.

        What an older version did not write has its default.

        Raises
        ------
        SchemaError
            When it is none, or says something only a newer version knows.
        """
        try:
            found = json.loads(text)
            newer = set(found) - {one.name for one in fields(cls)}
            found = {name: value for name, value in found.items() if name not in newer}
            for name in ("choices", "others"):
                found[name] = tuple(_choice(**one) for one in found.get(name, ()))
            for name in ("header", "reasons", "empty"):
                found[name] = _texts(found[name] if name == "header" else found.get(name, []))
            mapping = cls(**found)
            _check_values(mapping)
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise SchemaError(
                "This is not a saved choice of columns.", "Choose the columns again."
            ) from error
        roles = {choice.role.rpartition(".")[2] for choice in mapping.choices}
        if newer or not roles <= set(FIELDS):
            raise SchemaError(
                "This choice of columns was saved by a newer version of the program.",
                "Update the program, or choose the columns again.",
            )
        return mapping


def may_share(field: str, columns: Iterable[str]) -> bool:
    """Whether columns may play one role together.

    Examples
    --------
    >>> may_share("quantity", ["Quantity 1", "Quantity 2"]), may_share("drug", ["Drug", "Pills"])
    (True, True)
    >>> may_share("quantity", ["Net weight", "Gross weight"]), may_share("age", ["Age", "Age 2"])
    (False, False)
    """
    return field in MANY or (field in _NUMBERED and share(columns))


def share(columns: Iterable[str]) -> bool:
    """Whether columns are called alike and differ by a number each."""
    found = [numbered(column) for column in columns]
    return len({stem for stem, _ in found}) <= 1 and len({n for _, n in found}) == len(found)


def numbered(column: str) -> tuple[str, int]:
    """Name of a column without the number in it, and the number; 1 without one.

    Examples
    --------
    >>> numbered("Drug_2_Qty"), numbered("Quantity"), numbered("Quantity (2)")
    (('drug_qty', 2), ('quantity', 1), ('quantity', 2))
    """
    found = re.findall(r"(?<!\d)\d{1,2}(?!\d)", column)
    if len(found) != 1:
        return column.lower(), 1
    return re.sub(r"[\W_]*(?<!\d)\d{1,2}(?!\d)[)\]]?", "", column).strip().lower(), int(found[0])


def header_key(header: Iterable[str]) -> str:
    """Signature of a header; case, spaces and the order of columns do not matter.

    Examples
    --------
    >>> header_key(["Zip Code", "Date"]) == header_key(["DATE", " zip  code"])
    True
    """
    plain = "\x1f".join(sorted(_plain(column) for column in header))
    return hashlib.blake2b(plain.encode(), digest_size=16).hexdigest()


def _plain(column: str) -> str:
    return " ".join(column.lower().split())


def _choice(
    role: str, column: str, confidence: float = 1.0, samples: Iterable[str] = ()
) -> ColumnChoice:
    return ColumnChoice(role, column, float(confidence), _texts(list(samples)))


def _texts(values: Any) -> tuple[str, ...]:  # noqa: ANN401  (whatever the saved text holds)
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        raise TypeError
    return tuple(values)


def _check_values(mapping: Mapping) -> None:
    """Raise TypeError where a saved value is of the wrong type."""
    flags = (mapping.area_counts, mapping.all_fatal)
    named = [name for c in mapping.choices + mapping.others for name in (c.role, c.column)]
    spoken = mapping.kind in get_args(Kind) and mapping.comma in get_args(Comma)
    good = spoken and all(isinstance(flag, bool) for flag in flags)
    if not good or not all(isinstance(name, str) for name in named):
        raise TypeError


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
