"""Columns called by a drug: which hold how much of it was seized, in which unit, which are sums."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import pandas as pd

from geo.ingest import drugs, nemsis, units
from geo.ingest.counts import numbers
from geo.ingest.raw_table import RawTable
from geo.ingest.words import split_words
from geo.seized import GRAMS, MILLILITERS

SEIZED_WORDS: Final = frozenset({"seizure", "seizures", "seized"})

_MEASURES: Final = frozenset({*GRAMS, *MILLILITERS, "DU", "NP"})
_AMOUNTS: Final = frozenset({"amount", "amounts", "amt", "qty", "quantity", "weight", "wt"})
_UNITS: Final = frozenset({"unit", "units", "uom", "measure", "measurement"})
_TOTALS: Final = frozenset({"total", "totals", "tot", "sum", "overall", "combined", "aggregate"})
_MONEY: Final = frozenset({"value", "price", "cost", "dollars", "usd", "paid"})
_CONCENTRATION: Final = re.compile(
    r"\b(?:(?:[pnumµ]|mc)?g (?:per )?(?:[dmuµ]?l|k?g)|[mnuµ]?mol|iu)\b", re.IGNORECASE
)
"""What a laboratory found in blood: "ng/mL", "mg per L"."""
_AMOUNT: Final = r"(?i)(?:[<≤]|less than)?\s*-?[\d.,]*\d\s*[a-z. ]{0,12}|trace|residue"
_FIT: Final = 0.9
"""Share of the filled cells that must say how much."""
_SUM_ROWS: Final = 3
"""Rows with several parts that must add up where no name says that a column is their sum."""
_ADD_UP: Final = 0.95


@dataclass(frozen=True)
class NamedDrugs:
    """Columns called by a drug that hold quantities, their columns of units, and mere sums.

    `sums` may be called by no drug ("Total kg"): they hold again what others do.
    """

    quantities: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    sums: tuple[str, ...] = ()

    @property
    def columns(self) -> frozenset[str]:
        """All of them."""
        return frozenset((*self.quantities, *self.units, *self.sums))


def find_named(raw: RawTable, unnamed: Iterable[str]) -> NamedDrugs:
    r"""Find the columns that hold what was seized of one drug: "Heroin (g)", "Fentanyl pills".

    One alone may be something else unless the file speaks of seizures; so may pills and plants
    without a mass or a column of units beside them.

    Parameters
    ----------
    raw : RawTable
        May have no rows: then names alone decide.
    unnamed : iterable of str
        Columns that hold quantities of a drug named elsewhere, or of all.

    Examples
    --------
    >>> from geo.ingest.read import open_table
    >>> raw = open_table(b"Heroin (g),Meth (g),LSD hits,Total (g)\n5,1,3,6\n", "a.csv")
    >>> found = find_named(raw, ["Total (g)"])
    >>> found.quantities, found.sums
    (('Heroin (g)', 'Meth (g)', 'LSD hits'), ('Total (g)',))
    """
    all_units = [column for column in raw.columns if _is_unit(raw, column)]
    found = [c for c in raw.columns if c not in all_units and _is_quantity(raw, c)]
    unit_of = {column: unit_column_of(column, all_units) for column in found}
    sure = any(units.unit_in_name(c) in GRAMS or unit_of[c] for c in found)
    said = {word for name in (*raw.columns, raw.name) for word in split_words(name)}
    holds = any((raw.text[column] != "").any() for column in found)
    if not holds or not ((sure and len(found) > 1) or said & SEIZED_WORDS):
        return NamedDrugs()
    sums = [c for c in (*found, *unnamed) if _is_sum(raw, c, [o for o in found if o != c])]
    return NamedDrugs(
        tuple(column for column in found if column not in sums),
        tuple(column for column in all_units if column in unit_of.values()),
        tuple(sums),
    )


def unit_column_of(column: str, unit_columns: Sequence[str]) -> str | None:
    """Column with the units of a column called by a drug: of that drug, and called most alike.

    Examples
    --------
    >>> unit_column_of("Heroin Amount", ["Meth UOM", "Heroin UOM"])
    'Heroin UOM'
    >>> unit_column_of("Heroin (g)", ["Heroin UOM"]) is None
    True
    """
    if units.unit_in_name(column):
        return None
    drug = flag_classes(column)
    own = [one for one in unit_columns if flag_classes(one) == drug]
    alike = [one for one in own if _stem(one) == _stem(column)]
    return next(iter(alike or (own if len(own) == 1 else [])), None)


@lru_cache(maxsize=20_000)
def flag_classes(column: str) -> tuple[str, ...]:
    """Drug classes a column is named after.

    Examples
    --------
    >>> flag_classes("Morphine_NotHeroin"), flag_classes("tox___fentanyl")
    (('rx_opioid',), ('fentanyl',))
    """
    if nemsis.is_checkbox(column):
        return nemsis.checkbox_drugs(column)
    return drugs.classes_in(column.replace("_", " "))


def _stem(column: str) -> frozenset[str]:
    return frozenset(split_words(column)) - _AMOUNTS - _UNITS


def _is_unit(raw: RawTable, column: str) -> bool:
    """Whether a column is named after a drug and a unit, and holds units."""
    if not (_UNITS & set(split_words(column)) and flag_classes(column)):
        return False
    filled = raw.text[column][raw.text[column] != ""]
    return not len(filled) or units.share_known(filled) >= 0.5


def _is_quantity(raw: RawTable, column: str) -> bool:
    """Whether a column is named after a drug and a quantity of it, and holds quantities."""
    said = set(split_words(column))
    plain = re.sub(r"[^a-z0-9µ]+", " ", column.lower())
    if said & _MONEY or "$" in column or _CONCENTRATION.search(plain):
        return False
    if units.unit_in_name(column) not in _MEASURES and not said & _AMOUNTS:
        return False
    if not flag_classes(column):
        return False
    filled = raw.text[column][raw.text[column] != ""]
    return not len(filled) or bool(filled.str.fullmatch(_AMOUNT).mean() >= _FIT)


def _is_sum(raw: RawTable, column: str, others: Sequence[str]) -> bool:
    """Whether a column holds again what others do, by its name or in nearly all rows."""
    unit = units.unit_in_name(column)
    parts = [
        other for other in others
        if not _TOTALS & set(split_words(other)) and _adds_up_in(unit, units.unit_in_name(other))
        and _is_part(flag_classes(other), flag_classes(column))
    ]  # fmt: skip
    if _TOTALS & set(split_words(column)):
        return bool(parts)
    if len(parts) < 2:
        return False
    measured = [numbers(raw.text[part]) * _size(part) for part in parts]
    several = pd.concat(measured, axis=1).gt(0).sum(axis=1) >= 2
    together = pd.concat(measured, axis=1).sum(axis=1)[several]
    whole = (numbers(raw.text[column]) * _size(column))[several]
    alike = (whole - together).abs() <= 0.001 * together
    return len(together) >= _SUM_ROWS and bool(alike.mean() >= _ADD_UP)


def _adds_up_in(unit: str, other: str) -> bool:
    """Whether what is measured in one unit may be part of what is measured in another."""
    return unit == other or not unit or {unit, other} <= set(GRAMS)


def _is_part(drug: tuple[str, ...], whole: tuple[str, ...]) -> bool:
    """Whether a drug is among those of a column of all; one that names none has all."""
    opioids = whole == ("opioid_unspecified",) and set(drug) <= drugs.OPIOIDS
    return not whole or set(drug) <= set(whole) or opioids


def _size(column: str) -> float:
    return GRAMS.get(units.unit_in_name(column), 1.0)
