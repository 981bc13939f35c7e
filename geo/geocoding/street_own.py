"""A county's or town's own street files: which column is what, and their segments."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import pandas as pd
import pyogrio

from geo.errors import GeocodeError
from geo.geocoding import street_sources, street_vintage
from geo.geocoding.street_roles import NEEDED, ROLES, Kind
from geo.geocoding.street_segments import Segments
from geo.geocoding.street_sources import CenterlineColumns, PointColumns
from geo.ingest import open_table
from geo.ingest.words import split_words

_MOST_NAMED: Final = 60  # columns of a file in a message
_TABLES: Final = frozenset({".csv", ".tsv", ".txt", ".xlsx"})
_ZIP_WORDS: Final = frozenset(
    {"zip", "zipcode", "zip5", "zipcd", "zip5cd", "postcode", "postal", "postalcode"}
)
_WHOLE_NAMES: Final = (
    "full name",
    "st name full",
    "full street name",
    "street full",
    "full addr",
    "label",
    "rd label",
    "road label",
    "street label",
)
_BARE_NAMES: Final = (
    "street name",
    "st name",
    "str name",
    "road name",
    "road nm",
    "rd name",
    "rd nm",
    "street nm",
    "st nm",
    "street",
    "name",
    "road",
    "route",
    "rte",
)
_BEFORE: Final = ("st pre dir", "pre dir", "prefix", "pre", "st predir", "predir", "prefix dir")
_AFTER: Final = (
    ("st pos typ", "post type", "st postyp", "st type", "street type", "str type", "type", "suffix",
     "street suffix"),
    ("st pos dir", "post dir", "st posdir", "suf dir", "sufdir", "suffix dir"),
)  # fmt: skip
_END: Final = r"(?P<{}>from|fr|f|low|lo|beg|start|to|t|high|hi|end|1|2)"
_ABOUT: Final = r"(?:address|addr|add|a|hn|hno|number|num|no)"
_SIDE: Final = r"(?P<side>left|lft|l|right|rgt|r)"
_SIDED = (
    re.compile(f"{_SIDE}{_END.format('end')}{_ABOUT}?$"),
    re.compile(f"{_SIDE}{_ABOUT}{_END.format('end')}$"),
    re.compile(f"{_END.format('end')}{_ABOUT}?{_SIDE}$"),
)
_SIDED_ZIP = re.compile(r"(?:zip|post)[a-z]*?(?P<side>left|l|right|r)$|^(?P<first>l|r)[a-z]*zip")
_LAST: Final = frozenset({"to", "t", "high", "hi", "end", "2"})
_NUMBERS: Final = (
    "add num", "add number", "house number", "house num", "st num", "hno", "number",
    "address number", "addr num", "addr number", "house no", "hnum", "house nbr", "hse num",
    "hse no", "street number", "street num", "street no", "st no", "st nbr", "addr no", "house",
    "num",
)  # fmt: skip
_MILES: Final = ("mile post", "mile", "mp", "marker", "mile marker", "measure")
_LONS: Final = ("lon", "long", "longitude", "x", "point x", "long x", "lon x", "x coord", "x long")
_LATS: Final = ("lat", "latitude", "y", "point y", "lat y", "y coord", "y lat")


@dataclass(frozen=True)
class OwnFile:
    """A street file of an agency's own, and what its columns are.

    `columns` gives each role of `ROLES` its columns: one, of "street" one or more. `source` is what
    people read as its name, `as_of` the date of its data where a person gives it: 2024-05-03.
    `is_copy` says that the file was just laid down: its own date is not that of the data.
    """

    path: Path
    kind: Kind
    columns: Mapping[str, tuple[str, ...]]
    source: str
    as_of: str = ""
    is_copy: bool = False


def columns_of(path: Path) -> list[str]:
    """Name the columns of a file.

    Raises
    ------
    GeocodeError, InputError
        It cannot be read.
    """
    if path.suffix.lower() in _TABLES:
        return list(open_table(path, path.name).columns)
    street_sources.check_format(path)
    street_sources.check_archive(path)
    try:
        if len(pyogrio.list_layers(path)) > 1:
            raise GeocodeError(
                "The file holds more than one layer, and which has the streets is not said.",
                "Save that layer as a file of its own.",
            )
        return [str(name) for name in pyogrio.read_info(path)["fields"]]
    except (pyogrio.errors.DataSourceError, ValueError, OSError) as error:
        raise GeocodeError(
            "The file of streets cannot be read.", "Fetch or export it again."
        ) from error


def propose(columns: Sequence[str], kind: Kind) -> dict[str, tuple[str, ...]]:
    """Say which column is probably what, by its name; a person confirms.

    Examples
    --------
    >>> propose(["FULLNAME", "L_F_ADD", "L_T_ADD", "R_F_ADD", "R_T_ADD", "ZIP_L"], "lines")[
    ...     "left_to"
    ... ]
    ('L_T_ADD',)
    >>> propose(["STREET", "HOUSE"], "points")
    {'street': ('STREET',), 'number': ('HOUSE',)}
    >>> propose(["St_Name", "Add_Number", "Post_Code"], "points")
    {'street': ('St_Name',), 'number': ('Add_Number',), 'zip': ('Post_Code',)}
    """
    said = {column: "".join(split_words(column)) for column in columns}
    street = _street_of(said)
    found = {"street": street} if street else {}
    if kind == "lines":
        for column, text in said.items():
            if role := _side_of(text):
                found.setdefault(role, (column,))
        return found
    named = {"number": _NUMBERS} if kind == "points" else {"mile": _MILES}
    for role, names in {**named, "lon": _LONS, "lat": _LATS}.items():
        if name := _first(said, names):
            found[role] = (name,)
    zips = [column for column, text in said.items() if text in _ZIP_WORDS]
    return found | ({"zip": (zips[0],)} if zips and kind == "points" else {})


def read(file: OwnFile) -> Segments:
    """Read a street file of an agency's own.

    Raises
    ------
    GeocodeError
        The file cannot be read, or a column it needs is not given or not there.
    """
    lacking = sorted(NEEDED[file.kind] - {role for role, names in file.columns.items() if names})
    if lacking:
        words = ", ".join(f"{ROLES[file.kind][role]} ({role})" for role in lacking)
        raise GeocodeError(
            f"No column is given for: {words}.",
            f"Choose from those of the file, in the shell by --column {lacking[0]}=NAME: "
            f"{', '.join(columns_of(file.path)[:_MOST_NAMED])}.",
        )
    one = {role: names[0] for role, names in file.columns.items() if names and role != "street"}
    street = tuple(file.columns["street"])
    if file.kind == "lines":
        lines = CenterlineColumns(
            street, one["left_from"], one["left_to"], one["right_from"], one["right_to"],
            one.get("zip_left", ""), one.get("zip_right", one.get("zip_left", "")),
        )  # fmt: skip
        _check_for_lines(file.path)
        table = street_sources.read_shapes(file.path)
        return _dated(street_sources.centerlines(table, lines, file.source), file, table)
    columns = PointColumns(
        street, one.get("number", ""), one.get("zip", ""), one.get("lon", ""), one.get("lat", ""),
        one.get("mile", ""),
    )  # fmt: skip
    points = _table(file.path)
    return _dated(street_sources.points(points, columns, file.source), file, points)


def _check_for_lines(path: Path) -> None:
    """Refuse a table: it says between which house numbers a street runs, and not where.

    Raises
    ------
    GeocodeError
    """
    if path.suffix.lower() in _TABLES:
        raise GeocodeError(
            "This is a table without the lines of the streets: it does not say where they run.",
            "Export the centerlines from the same source again, as Shapefile, GeoPackage or "
            "GeoJSON. Only points, with columns of longitude and latitude, may come as a table.",
        )


def _dated(segments: Segments, file: OwnFile, table: pd.DataFrame) -> Segments:
    said = street_vintage.vintage(file.path, table, file.as_of, is_copy=file.is_copy)
    return replace(segments, vintage=said)


def _table(path: Path) -> pd.DataFrame:
    if path.suffix.lower() in _TABLES:
        return open_table(path, path.name).text
    return street_sources.read_shapes(path)


def _street_of(said: Mapping[str, str]) -> tuple[str, ...]:
    """Column of the whole name, or those it is written in, in order."""
    if name := _first(said, _WHOLE_NAMES):
        return (name,)
    if not (name := _first(said, _BARE_NAMES)):
        return ()
    around = (_first(said, _BEFORE), name, *(_first(said, names) for names in _AFTER))
    return tuple(column for column in around if column)


def _first(said: Mapping[str, str], names: Sequence[str]) -> str:
    """Column that is called by the first of the names, "" where none is."""
    columns = {text: column for column, text in reversed(list(said.items()))}
    return next((columns[n] for name in names if (n := name.replace(" ", "")) in columns), "")


def _side_of(text: str) -> str:
    """Role of a column of centerlines: a side, and an end or a ZIP code; "" for another.

    Examples
    --------
    >>> [_side_of(name) for name in ("fromaddrl", "rfaddr", "lhia", "leftadd1", "zipl", "name")]
    ['left_from', 'right_from', 'left_to', 'left_from', 'zip_left', '']
    """
    if zipped := _SIDED_ZIP.search(text):
        return "zip_left" if (zipped["side"] or zipped["first"]).startswith("l") else "zip_right"
    found = next((match for one in _SIDED if (match := one.match(text))), None)
    if found is None:
        return ""
    side = "left" if found["side"].startswith("l") else "right"
    return f"{side}_to" if found["end"] in _LAST else f"{side}_from"
