"""What was seized in one incident, drug by drug: one text in a record, a table for sums."""

import json
from collections.abc import Collection, Iterable
from json.encoder import encode_basestring
from typing import Final, NamedTuple

import numpy as np
import pandas as pd

from geo.schema import (
    DRUG_CLASSES,
    DRUGS,
    KIND,
    MASS_G,
    QUANTITY,
    RECORD_ID,
    SEIZED,
    UNIT,
    WRITTEN,
)

GRAMS: Final = {"GM": 1.0, "KG": 1000.0, "OZ": 28.349523125, "LB": 453.59237}
"""Grams in the units of mass, by NIBRS code; the avoirdupois ounce and pound are exact."""

MILLILITERS: Final = {"ML": 1.0, "LT": 1000.0, "FO": 29.5735295625, "GL": 3785.411784}
"""Milliliters in the units of volume, by NIBRS code; the gallon of 231 cubic inches is exact."""

UNITS: Final = {
    "GM": "g", "KG": "kg", "OZ": "oz", "LB": "lb", "ML": "ml", "LT": "l", "FO": "fl oz",
    "GL": "gal", "DU": "doses", "NP": "plants", "XX": "not reported or at the laboratory",
}  # fmt: skip
"""NIBRS codes of units and the words shown for them."""

PART_COLUMNS: Final = (RECORD_ID, DRUGS, WRITTEN, QUANTITY, UNIT, MASS_G)


class Part(NamedTuple):
    """One drug of a seizure; `drugs` are several classes where they were seized as a mixture.

    `quantity` is in `unit`, a NIBRS code; None when unknown.
    """

    drugs: str
    written: str
    quantity: float | None
    unit: str


def spell(parts: Iterable[Part]) -> str:
    """Text of the parts of one record; the same for the same parts in any order.

    Examples
    --------
    >>> spell([Part("|heroin|", "Heroin", 12.5, "GM"), Part("|cannabis|", "Pot", None, "LB")])
    '[["|cannabis|","Pot",null,"LB"],["|heroin|","Heroin",12.5,"GM"]]'
    """
    ordered = sorted(parts, key=lambda part: (*part[:2], part.quantity is None, part[2:]))
    return f"[{','.join(map(_json, ordered))}]"


def _json(part: Part) -> str:
    """Spell a part; the encoder of the library takes four times as long for a million of them."""
    drugs, written, unit = map(encode_basestring, (part.drugs, part.written, part.unit))
    quantity = "null" if part.quantity is None else repr(float(part.quantity))
    return f"[{drugs},{written},{quantity},{unit}]"


def read(text: str) -> tuple[Part, ...]:
    """Parts that `spell` wrote; none for ""."""
    return tuple(Part(*part) for part in json.loads(text)) if text else ()


def in_words(text: str) -> str:
    """Spell parts for a person.

    Examples
    --------
    >>> in_words(spell([Part("|heroin|", "D", 12.5, "GM"), Part("", "?", None, "XX")]))
    'Drug not known: quantity not known; Heroin: 12.5 g'
    """
    return "; ".join(
        f"{named(part.drugs)}: "
        + (
            "quantity not known"
            if part.quantity is None
            else f"{part.quantity:,.15g} {UNITS.get(part.unit, '(unit not known)')}"
        )
        for part in read(text)
    )


def named(drugs: str) -> str:
    """Words for the drugs of a part.

    Examples
    --------
    >>> named("|fentanyl|heroin|"), named("")
    ('Fentanyl and heroin', 'Drug not known')
    """
    names = [DRUG_CLASSES.get(code, code) for code in drugs.split("|") if code]
    return " and ".join(names).capitalize() if names else "Drug not known"


def parts_of(table: pd.DataFrame) -> pd.DataFrame:
    """List what was seized, one row a drug of an incident: what sums by drug are made of.

    A record of one part has it in its own columns; so have records kept by versions that knew no
    parts, without the words of the file.

    Parameters
    ----------
    table : DataFrame, shape (n, ...)
        Records; those of overdoses have no parts.

    Returns
    -------
    DataFrame
        `PART_COLUMNS`; index is that of the record in `table`, in its order.

    Examples
    --------
    >>> both = spell([Part("|heroin|", "Heroin", 1, "OZ"), Part("|meth|", "Meth", 30, "DU")])
    >>> record = {RECORD_ID: "7", KIND: "seizure", DRUGS: "|heroin|meth|", SEIZED: both}
    >>> record[WRITTEN] = ""
    >>> parts = parts_of(pd.DataFrame([record | {QUANTITY: np.nan, UNIT: "", MASS_G: np.nan}]))
    >>> parts[[DRUGS, QUANTITY, UNIT, MASS_G]].fillna(-1).to_numpy().tolist()
    [['|heroin|', 1.0, 'OZ', 28.349523125], ['|meth|', 30.0, 'DU', -1.0]]
    """
    table = table[table[KIND] == "seizure"]
    several = (table[SEIZED] != "").to_numpy()
    own = table.loc[~several, list(PART_COLUMNS)]
    if not several.any():
        return own
    texts = _read_all(table.loc[several, SEIZED])
    at = np.repeat(np.flatnonzero(several), [len(parts) for parts in texts])
    more = pd.DataFrame([part for parts in texts for part in parts], columns=PART_COLUMNS[1:5])
    more[QUANTITY] = more[QUANTITY].astype("float64")
    more.insert(0, RECORD_ID, table[RECORD_ID].to_numpy()[at])
    more[MASS_G] = more[QUANTITY] * more[UNIT].map(GRAMS).astype("float64")
    more = more.astype({RECORD_ID: "str", DRUGS: "str", WRITTEN: "str", UNIT: "str"})
    order = np.argsort(np.concatenate([np.flatnonzero(~several), at]), kind="stable")
    both = pd.concat([own, more.set_index(table.index[at])])
    return both.iloc[order]


def quantities_known(table: pd.DataFrame) -> "pd.Series[bool]":
    """Whether the quantity of all that was seized is known, record by record."""
    known = table[QUANTITY].notna() | table[MASS_G].notna()
    several = table[SEIZED] != ""
    if several.any():
        texts = _read_all(table.loc[several, SEIZED])
        known[several] = [all(part[2] is not None for part in parts) for parts in texts]
    return known


def _read_all(texts: Iterable[str]) -> list[list[tuple[str, str, float | None, str]]]:
    """Read many texts at once: the fields of each part."""
    found: list[list[tuple[str, str, float | None, str]]] = json.loads(f"[{','.join(texts)}]")
    return found


def measured(parts: Iterable[Part]) -> list[tuple[float, str]]:
    """Quantities that are known, each with its unit."""
    return [(part.quantity, part.unit) for part in parts if part.quantity is not None]


def one_drug(parts: Collection[Part]) -> bool:
    """Whether parts are of one drug, so that they add up; what nobody names may be several."""
    names = {part.drugs for part in parts}
    return len(names) == 1 and (names != {""} or len(measured(parts)) <= 1)


class Whole(NamedTuple):
    """Quantity of all parts together, in `unit`, and its grams; NaN and "" where it is not one."""

    quantity: float
    unit: str
    mass_g: float


def whole(parts: Iterable[Part]) -> Whole:
    """Add parts up where they name one drug: the quantity in one unit, the grams in any of mass.

    Examples
    --------
    >>> tuple(whole([Part("|meth|", "", 1, "KG"), Part("|meth|", "", 5, "GM")]))
    (nan, '', 1005.0)
    >>> tuple(whole([Part("|meth|", "", 2, "GM"), Part("|heroin|", "", 5, "GM")]))
    (nan, '', nan)
    """
    some = list(parts)
    if not one_drug(some):
        return Whole(np.nan, "", np.nan)
    known = measured(some)
    unit = some[0].unit if len({part.unit for part in some}) == 1 else ""
    masses = [quantity * GRAMS[of] for quantity, of in known if of in GRAMS]
    return Whole(
        sum(quantity for quantity, _ in known) if unit and known else np.nan,
        unit,
        sum(masses) if masses else np.nan,
    )


def of_record(
    seized: str, drugs: str, written: str, quantity: float, unit: str
) -> tuple[Part, ...]:
    """Parts of a record, of one part from its own columns."""
    known = None if np.isnan(quantity) else quantity
    return read(seized) or (Part(drugs, written, known, unit),)
