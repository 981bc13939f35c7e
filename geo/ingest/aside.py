"""What was recognized and set aside, and why: said before a person confirms the columns."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

import pandas as pd

from geo.ingest.columns import ALSO_COUNT, COUNTS, FIELDS, PLACE_FIELDS, Mapping
from geo.ingest.shared_places import SHARED, told_of_shared
from geo.ingest.words import ELSEWHERE, RESIDENCE, UNCLEAR
from geo.schema import ColumnChoice, Note

_MOST_NAMED: Final = 6
_WHY: Final = {
    RESIDENCE: "most likely where somebody lives",
    ELSEWHERE: "of an agency, a hospital or somewhere else",
    UNCLEAR: "whose it is, is not clear",
}


_UNCLEAR: Final = "as it is not clear whose place or day it is"
UNREAD_BOXES: Final = "with drugs by the numbers of a codebook"
_SUM: Final = "total of columns beside it, which are used"
ONE_EVENT: Final = "look like one event"
_MAY_BE_WRONG: Final = (ALSO_COUNT, _UNCLEAR, UNREAD_BOXES, ONE_EVENT, SHARED)
HOMES_ONLY: Final = "The only places are homes: none is used until you choose one."
NO_PLACE: Final = "No place in the file is surely where it happened: none is used until you choose."
_WHERE: Final = frozenset(PLACE_FIELDS) - {"state", "state_fips"}


def why_aside(mapping: Mapping) -> dict[str, str]:
    """Say of each column that was recognized and is not used why that is.

    Examples
    --------
    >>> home = ColumnChoice("residence.city", "Pt City", 0.9)
    >>> why_aside(Mapping(("Pt City",), (), others=(home,)))
    {'Pt City': 'City or town: most likely where somebody lives'}
    """
    used = {choice.column for choice in mapping.choices}
    said = {}
    for choice in mapping.others:
        if choice.column in used:
            continue
        group, _, field = choice.role.rpartition(".")
        instead = mapping.column(choice.role)
        label = FIELDS.get(field, field)
        if field == "drug_quantity":
            said[choice.column] = _SUM.capitalize()
        elif group in _WHY:
            said[choice.column] = f"{label}: {_WHY[group]}"
        elif instead is not None:
            said[choice.column] = f'{label}: "{instead}" is used'
        else:
            said[choice.column] = f"{label}: too uncertain"
    return said


def not_used(text: pd.DataFrame, mapping: Mapping, most: int | None = None) -> str:
    """Name the columns that hold something and are used for nothing, in one line; "" for none.

    Parameters
    ----------
    text : DataFrame of str
        The file's cells.
    mapping : Mapping
        Which column is what.
    most : int, optional
        How many are named, without their reasons; all of them, with reasons, when not given.

    Examples
    --------
    >>> text = pd.DataFrame({"Zip": ["43215"], "Notes": ["found"], "Fax": [""]})
    >>> not_used(text, Mapping(("Zip", "Notes", "Fax"), (ColumnChoice("incident.zip", "Zip", 1),)))
    'Not used: "Notes".'
    """
    used = {choice.column for choice in mapping.choices}
    left = [c for c in text.columns if c not in used and bool((text[c] != "").any())]
    if not left:
        return ""
    why = why_aside(mapping) if most is None else {}
    shown = [f'"{c}" ({why[c]})' if c in why else f'"{c}"' for c in left[:most]]
    more = f" and {len(left) - len(shown):,} more" if len(left) > len(shown) else ""
    return f"Not used: {', '.join(shown)}{more}."


def reasons_aside(others: Iterable[ColumnChoice]) -> list[str]:
    """Say in sentences which places and days are not used because they may not be the incident's.

    Examples
    --------
    >>> reasons_aside([ColumnChoice("unclear.city", "Boat City", 0.3)])
    ['Not used, as it is not clear whose place or day it is: "Boat City".']
    """
    given = list(others)
    homes = _named(given, RESIDENCE)
    offices = _named(given, ELSEWHERE)
    unclear = _named(given, UNCLEAR)
    said = []
    if homes:
        said.append(f"Not used, as it is most likely where somebody lives: {homes}.")
    if offices:
        said.append(f"Not used, as it is of an agency, a hospital or somewhere else: {offices}.")
    if unclear:
        said.append(f"Not used, {_UNCLEAR}: {unclear}.")
    return said


def sum_aside(column: str) -> str:
    """Say that a column is not used because it holds again what others hold.

    Examples
    --------
    >>> print(sum_aside("Total (g)"))
    Not used, as it is a total of columns beside it, which are used: "Total (g)".
    """
    return f'Not used, as it is a {_SUM}: "{column}".'


def notes_of(mapping: Mapping) -> list[Note]:
    """Give what was decided for the person as notes; what may be wrong is a warning."""
    return [
        Note(
            why,
            "warning"
            if why in {HOMES_ONLY, NO_PLACE} or any(part in why for part in _MAY_BE_WRONG)
            else "info",
        )
        for why in up_to_date(mapping).reasons
    ]


def if_no_place(others: Iterable[ColumnChoice], fields: set[str]) -> list[str]:
    """Say that a file gives places and none of them is used, where that is so."""
    aside = {
        choice.role.partition(".")[0]
        for choice in others
        if choice.role.rpartition(".")[2] in _WHERE and choice.role.partition(".")[0] in _WHY
    }
    if not aside or fields & _WHERE:
        return []
    return [HOMES_ONLY if RESIDENCE in aside else NO_PLACE]


def up_to_date(mapping: Mapping) -> Mapping:
    """Give a copy whose reasons hold for the choices as they are, after a person changed some.

    Examples
    --------
    >>> home = ColumnChoice("residence.city", "Pt City", 0.9)
    >>> proposed = Mapping(("Pt City",), (), others=(home,), reasons=tuple(reasons_aside([home])))
    >>> up_to_date(proposed.with_choice("city", "Pt City")).reasons
    ()
    """
    used = {choice.column for choice in mapping.choices}
    old = {*reasons_aside(mapping.others), HOMES_ONLY, NO_PLACE}
    reasons = [
        why for why in mapping.reasons
        if why not in old and COUNTS not in why and SHARED not in why
    ]  # fmt: skip
    reasons += [why for why in mapping.reasons if COUNTS in why and _still_holds(why, mapping)]
    number = f'"{mapping.column("record_id")}"'
    reasons = [why for why in reasons if ONE_EVENT not in why or number in why]
    count = mapping.column("count")
    if mapping.area_counts and count and not any(COUNTS in why for why in reasons):
        reasons.append(f'Rows are {COUNTS}: "{count}" says how many events each stands for.')
    reasons += told_of_shared(mapping)
    others = [choice for choice in mapping.others if choice.column not in used]
    reasons = [why for why in reasons if why not in map(sum_aside, used)]
    reasons += reasons_aside(others)
    fields = {choice.role.rpartition(".")[2] for choice in mapping.choices}
    reasons += if_no_place(others, fields)
    return replace(mapping, reasons=tuple(reasons))


def _still_holds(why: str, mapping: Mapping) -> bool:
    """Whether a sentence on counts is about the columns that are counts now."""
    columns = mapping.columns("period_count") or mapping.columns("count")
    if not mapping.area_counts:
        return False
    return all(f'"{c}"' in why for c in (columns[:1] or ())) and ("seem" in why) == (not columns)


def _named(others: list[ColumnChoice], group: str) -> str:
    columns = [f'"{c.column}"' for c in others if c.role.startswith(f"{group}.")]
    more = f" and {len(columns) - _MOST_NAMED} more" if len(columns) > _MOST_NAMED else ""
    return ", ".join(columns[:_MOST_NAMED]) + more
