"""The words of a record: column names, the codes in them, and the table that carries them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

import pandas as pd

# Columns of Records.table, in this order. One row is one incident, or one area's count.
RECORD_ID: Final = "record_id"  # str, the source's own id, else row hash + occurrence number
SOURCE_ROW: Final = "source_row"  # int, row number in the file as a person sees it (header = 1)
KIND: Final = "kind"  # "overdose" | "seizure"
OCCURRED_ON: Final = "occurred_on"  # datetime64, local calendar day; NaT when unknown
DATE_ROLE: Final = "date_role"  # "incident" | "injury" | "scene" | "death" | "reported"
COUNT: Final = "count"  # float, events this row stands for; 1 for an incident, NaN = suppressed
POPULATION: Final = "population"  # float, given with area counts, else NaN
OUTCOME: Final = "outcome"  # "fatal" | "nonfatal" | "unknown"
DRUGS: Final = "drugs"  # str, sorted classes between bars: "|cocaine|fentanyl|", "" when unknown
LON: Final = "lon"  # float, degrees EPSG:4326, NaN when unplaced
LAT: Final = "lat"
GEOID: Final = "geoid"  # str, 5-digit county code (legacy Connecticut), "" when unplaced
PRECISION: Final = "precision"  # str, NAACCR item 366 code
RADIUS_M: Final = "radius_m"  # float, how far off the place may be
METHOD: Final = "method"  # str, how the place was found, in words
LOCATION_ROLE: Final = "location_role"  # "incident" | "injury" | "scene" | "death" | "residence"

COLUMNS: Final = (
    RECORD_ID, SOURCE_ROW, KIND, OCCURRED_ON, DATE_ROLE, COUNT, POPULATION, OUTCOME, DRUGS,
    LON, LAT, GEOID, PRECISION, RADIUS_M, METHOD, LOCATION_ROLE,
)  # fmt: skip

Kind = Literal["overdose", "seizure"]
KINDS: Final[tuple[Kind, ...]] = ("overdose", "seizure")
Outcome = Literal["fatal", "nonfatal", "unknown"]
OUTCOMES: Final[tuple[Outcome, ...]] = ("fatal", "nonfatal", "unknown")

DRUG_CLASSES: Final[Mapping[str, str]] = {
    "fentanyl": "Fentanyl",
    "fentanyl_analog": "Fentanyl analog",
    "nitazene": "Nitazene",
    "heroin": "Heroin",
    "rx_opioid": "Prescription opioid",
    "methadone": "Methadone",
    "buprenorphine": "Buprenorphine",
    "opioid_unspecified": "Opioid, not specified",
    "adulterant": "Xylazine or medetomidine",
    "cocaine": "Cocaine",
    "crack": "Crack cocaine",
    "meth": "Methamphetamine",
    "amphetamine": "Amphetamine",
    "benzo": "Benzodiazepine",
    "cannabis": "Cannabis",
    "alcohol": "Alcohol",
    "other": "Other drug",
}
"""Drug class codes and the words shown for them."""

PRECISIONS: Final[Mapping[str, str]] = {
    "00": "Address point",
    "01": "Coordinates given",
    "03": "Street range",
    "04": "Intersection",
    "05": "Street midpoint",
    "08": "Placed by hand",
    "09": "ZIP code",
    "10": "PO box ZIP code",
    "11": "City or town",
    "12": "County",
    "98": "Unknown",
    "99": "Not placed",
}
"""NAACCR item 366 codes and the words shown for them."""

POINT_PRECISIONS: Final = frozenset({"00", "01", "03", "04", "05", "08"})
"""Good enough for grids and density. The rest pile up on centroids: counted in areas only."""

Handling = Literal["public", "cui", "les"]
HANDLINGS: Final[Mapping[str, str]] = {
    "public": "Public",
    "cui": "CUI//HLTH",
    "les": "Law enforcement sensitive",
}
"""Handling levels, least restricted first, and the marking printed on a map or file."""


@dataclass(frozen=True)
class Note:
    """Something a person should know about what came in, with the rows it concerns.

    `rows` are row numbers as seen in the file, at most the first 1,000; `count` is how many in all.
    """

    text: str
    severity: Literal["info", "warning"] = "info"
    count: int = 0
    rows: tuple[int, ...] = ()


@dataclass(frozen=True)
class ColumnChoice:
    """Which column plays a role, how sure that is (0..1), and three values from it."""

    role: str
    column: str
    confidence: float
    samples: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class ImportReport:
    """What happened to each row of a file: `rows_read == kept + sum(dropped.values())`.

    `quarantine` holds the dropped rows as they came, after columns `source_row` and `reason`.
    """

    rows_read: int
    kept: int
    dropped: Mapping[str, int]
    quarantine: pd.DataFrame
    mapping: tuple[ColumnChoice, ...]
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True, eq=False)
class Records:
    """Incidents (or area counts) with a report and a digest; checked at the door, trusted inside.

    `table` has exactly `COLUMNS` and a 0..n-1 index. `digest` is the BLAKE2b of the file's bytes
    and the mapping: it keys every cache. `area_counts` says that rows are counts of areas.
    """

    table: pd.DataFrame
    report: ImportReport
    digest: str
    source: str
    area_counts: bool = False
    synthetic: bool = False
    handling: Handling = "cui"
    extra: Mapping[str, int] = field(default_factory=dict)  # figures such as {"victims": 3445}

    @property
    def incidents(self) -> int:
        """How many incidents the rows make; suppressed counts add nothing."""
        return int(self.table[COUNT].sum())
