"""The words of a record: column names, the codes in them, and the table that carries them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

import numpy as np
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
TIME_PRECISION: Final = "time_precision"  # one of TIME_PRECISIONS, "" when there is no day
MINUTE: Final = "minute_of_day"  # float, local clock, NaN when unknown
REPORTED_ON: Final = "reported_on"  # datetime64, day the source learned of it; NaT when unknown
AGENCY: Final = "agency"  # str, who reported it, as written; "" when unknown
AGE: Final = "age"  # float, years, middle of a band; NaN when unknown
SEX: Final = "sex"  # "F" | "M" | "X" | "" when unknown
NALOXONE: Final = "naloxone"  # "yes" | "no" | "unknown"
DOSES: Final = "naloxone_doses"  # float, NaN when unknown
QUANTITY: Final = "quantity"  # float, in UNIT; NaN when unknown, pending, or of several drugs
UNIT: Final = "unit"  # NIBRS code "GM", "KG", "OZ", "LB", "ML", ..., "" when unknown
MASS_G: Final = "mass_g"  # float, grams; NaN unless UNIT is a mass
PARTS: Final = "parts"  # int, rows of the file that make this incident
SEIZED: Final = "seized"  # str, drug by drug where there are several (`geo.seized`), else ""
WRITTEN: Final = "drug_as_written"  # str, what a file calls the one drug of a seizure, else ""

COLUMNS: Final = (
    RECORD_ID, SOURCE_ROW, KIND, OCCURRED_ON, DATE_ROLE, COUNT, POPULATION, OUTCOME, DRUGS,
    LON, LAT, GEOID, PRECISION, RADIUS_M, METHOD, LOCATION_ROLE,
    TIME_PRECISION, MINUTE, REPORTED_ON, AGENCY, AGE, SEX, NALOXONE, DOSES,
    QUANTITY, UNIT, MASS_G, PARTS, SEIZED, WRITTEN,
)  # fmt: skip

_WHEN_UNKNOWN: Final[Mapping[str, object]] = {
    TIME_PRECISION: "", MINUTE: np.nan, REPORTED_ON: pd.NaT, AGENCY: "", AGE: np.nan, SEX: "",
    NALOXONE: "unknown", DOSES: np.nan, QUANTITY: np.nan, UNIT: "", MASS_G: np.nan, PARTS: 1,
    SEIZED: "", WRITTEN: "",
}  # fmt: skip

COUNTY_ELSEWHERE: Final = "no usable place: its state has no such county"
"""`METHOD` of a row without a place that names a county of another state than its own."""

TIME_PRECISIONS: Final = ("minute", "day", "month", "quarter", "half", "year")
"""How exactly a day is known; a longer one stands at its first day."""

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
    `row_ids` is the `record_id` of each line of the file that was kept, in its order: several lines
    may make one incident. None where the lines are not at hand. `row_parts` is what each of these
    says was seized (`geo.seized.spell`), where its incident has several and there are seizures; ""
    elsewhere. `placed_with` names the streets and decisions in which its addresses were looked up,
    "" when there were none.
    """

    table: pd.DataFrame
    report: ImportReport
    digest: str
    source: str
    area_counts: bool = False
    synthetic: bool = False
    handling: Handling = "cui"
    extra: Mapping[str, int] = field(default_factory=dict)  # figures such as {"victims": 3445}
    row_ids: pd.Series | None = None
    row_parts: pd.Series | None = None
    placed_with: str = ""

    @property
    def incidents(self) -> int:
        """How many incidents the rows make; suppressed counts add nothing."""
        return int(self.table[COUNT].sum())


def complete(table: pd.DataFrame) -> pd.DataFrame:
    """Give a table exactly `COLUMNS`, what it does not have as unknown.

    Parameters
    ----------
    table : DataFrame
        Records of any version of this program; the columns before `TIME_PRECISION` must be there.

    Examples
    --------
    >>> old = pd.DataFrame({name: [""] for name in COLUMNS[:16]})
    >>> complete(old)[[NALOXONE, PARTS]].to_dict("list")
    {'naloxone': ['unknown'], 'parts': [1]}
    """
    missing = {name: value for name, value in _WHEN_UNKNOWN.items() if name not in table}
    full = table.assign(**missing)
    full[REPORTED_ON] = full[REPORTED_ON].astype("datetime64[s]")
    return full[list(COLUMNS)]
