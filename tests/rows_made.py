"""Made, plausible cells for any heading: what a person would expect below it."""

import re
from collections.abc import Callable
from typing import Final

Made = tuple[str, ...] | Callable[[int], str]

TOWNS: Final = ("Akron", "Stow", "Kent", "Barberton", "Tallmadge")
STREETS: Final = ("Elm St", "Oak Ave", "E Market St", "Grant St", "Copley Rd")
DRUGS: Final = ("Heroin", "Fentanyl", "Cocaine", "Methamphetamine", "Unknown")

_TEXT: Final = ("text one", "text two", "text three")
_CELLS: Final[tuple[tuple[str, Made], ...]] = (
    (r"___", lambda n: str(n % 2)),
    (r"computed_region|ward|commarea|district|beat|troop", lambda n: str(1 + n % 7)),
    (
        r"lat\s*/\s*long|geocoded|geo$|gps|shape|georef|escene.11",
        lambda n: f"({41 + n / 100:.4f}, {-81.5 - n / 100:.4f})",
    ),
    (r"date.?type", ("DateofDeath",)),
    (r"fiscal|^fy$", lambda n: str(2019 + n % 3)),
    (r"date_?month|month", lambda n: str(1 + n % 12)),
    (r"date_?day$", lambda n: str(1 + n % 28)),
    (r"year", lambda n: str(2019 + n % 3)),
    (r"qtr start|quarter start", lambda n: f"{1 + 3 * (n % 4):02}/01/2020"),
    (r"qtr|quarter", lambda n: f"Q{1 + n % 4}"),
    (r"age.?unit", ("Years",)),
    (r"\bage|age$|age_|epatient.15", lambda n: str(20 + n % 50)),
    (r"sex|gender|epatient.13", ("M", "F")),
    (r"race|ethnic|latino", ("White", "Black", "Asian")),
    (
        r"date.?/?time|date|dod$|dob$|etimes|_at$|occurred|pstime",
        lambda n: f"2021-{1 + n % 12:02}-{1 + n % 28:02} {n % 24:02}:15",
    ),
    (r"time|hour", lambda n: f"{n % 24:02}:{n % 60:02}"),
    (r"response to med|medication response", ("Improved",)),
    (r"emedications.03|medication (given|admin)", ("Naloxone", "Oxygen")),
    (r"dose.?unit|dosage unit", ("MG",)),
    (r"dose|dosage|emedications.05", lambda n: str(1 + n % 4)),
    (r"administration.?id", str),
    (r"naloxone|narcan", ("Y", "N")),
    (r"manner", ("Accident",)),
    (r"(?<![a-z])lat|lat$", lambda n: f"{41 + n / 100:.5f}"),
    (r"(?<![a-z])long?(?![a-z])|longitude|long$", lambda n: f"{-81.5 - n / 100:.5f}"),
    (r"fips.*state|state.*fips", ("39",)),
    (r"fips|escene.21", ("39153", "39151", "39133")),
    (r"county code text|county code", lambda n: str(1 + n % 60)),
    (r"zip|escene.19|epatient.09", lambda n: f"443{n % 20:02}"),
    (r"county", ("Summit", "Stark", "Portage")),
    (r"city|town|escene.17|epatient.06", TOWNS),
    (r"state|escene.18", ("OH",)),
    (r"^x$|x.?coord", lambda n: f"{-81.5 - n / 100:.5f}"),
    (r"^y$|y.?coord", lambda n: f"{41 + n / 100:.5f}"),
    (r"email|phone", ("",)),
    (
        r"addr|street|escene.15|inj_loc|incident location|location$",
        lambda n: f"{100 + n} {STREETS[n % 5]}",
    ),
    (r"surviv", ("Y", "N", "U")),
    (r"fatal|outcome", ("Fatal", "Non-fatal")),
    (r"disposition|edispo", ("Treated and transported", "Dead at scene")),
    (r"units? used|measure|uom|weight unit", ("GM", "KG")),
    (r"qty|quantity|weight|amount", lambda n: f"{1 + n * 0.25:.2f}"),
    (r"value", lambda n: f"{100 * n}.50"),
    (r"population|^pop", lambda n: str(10_000 + 137 * n)),
    (r"rate|%|interval|error", lambda n: f"{n * 0.7:.1f}"),
    (r"arrest|^deaths$|count|number of seiz", lambda n: str(n * 3 % 41)),
    (r"drug.?id|_id$|pcrkey|objectid|^id$|^:id|segment", lambda n: str(70_000 + 13 * n)),
    (r"case.?type|case status|case.?dispo|mode", ("Closed",)),
    (r"case|number|erecord|eresponse.03|report no|ccmeo|biosense", lambda n: f"21-{4000 + 7 * n}"),
    (
        (
            r"drug|cause|cod|combined|impression|diagnos|ccdd|esituation|narcotic|"
            r"other.?signif|substance"
        ),
        DRUGS,
    ),
    (
        (
            r"heroin|cocaine|fentanyl|oxy|ethanol|codone|benzo|methad|amphet|tramad|"
            r"morph|opi|xylaz|gabap|meth$|^other$"
        ),
        ("Y", "", "Y"),
    ),
    (r"agency|\bori\b|hospital", ("Akron Fire", "Stow EMS")),
)  # fmt: skip


def cell(heading: str, number: int) -> str:
    """Give row `number` of a column called `heading` something such columns hold."""
    low = heading.lower()
    made = next((made for words, made in _CELLS if re.search(words, low)), _TEXT)
    return made(number) if callable(made) else made[number % len(made)]


def rows(header: list[str], count: int = 60) -> list[list[str]]:
    """Rows for a header."""
    return [[cell(heading, number) for heading in header] for number in range(1, count + 1)]


def beside_a_case(heading: str, *cells: str) -> bytes:
    """A CSV of cases with a number, a day, a ZIP code and one more column."""
    lines = "".join(f'{n},2023-01-0{n + 1},43215,"{cell}"\n' for n, cell in enumerate(cells))
    return f'Case Number,Incident Date,Zip,"{heading}"\n{lines}'.encode()
