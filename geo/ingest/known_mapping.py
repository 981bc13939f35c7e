"""A choice of columns that was made for an earlier file, on a later one with the same columns."""

from dataclasses import replace
from typing import Final

from geo.ingest.columns import Mapping, may_share
from geo.ingest.notes import named
from geo.ingest.proposal import propose
from geo.ingest.read import RawTable

_OF_THE_WHOLE: Final = frozenset({"count", "period_count"})
"""Roles that say what kind of table it is: a person has decided that."""


def mapping_of(raw: RawTable, known: Mapping | None) -> Mapping:
    r"""Give the columns chosen for this header before, or else those proposed.

    A column that was empty then was no choice: where it holds something now, what is proposed for
    it is used, and `Mapping.reasons` say so.

    Parameters
    ----------
    raw : RawTable
    known : Mapping, optional
        For the header of `raw`.

    Examples
    --------
    >>> from geo.ingest.read import open_table
    >>> first = mapping_of(open_table(b"Case,City,ZIP\n1,Salem,\n", "a.csv"), None)
    >>> first.empty, first.column("incident.zip")
    (('ZIP',), None)
    >>> later = mapping_of(open_table(b"Case,City,ZIP\n2,Salem,27101\n", "b.csv"), first)
    >>> later.column("incident.zip"), later.empty
    ('ZIP', ())
    """
    empty = tuple(column for column in raw.columns if not (raw.text[column] != "").any())
    if known is None:
        return replace(propose(raw), empty=empty)
    filled = set(known.empty) - set(empty)
    still = replace(known, empty=tuple(column for column in known.empty if column in empty))
    if not filled:
        return still
    new = tuple(
        choice
        for choice in propose(raw).choices
        if choice.column in filled and _is_free(choice.role, choice.column, known)
    )
    if not new:
        return still
    columns = named([choice.column for choice in new])
    reason = f"Empty in the files before, and used now that it is filled: {columns}."
    return replace(still, choices=known.choices + new, reasons=(*known.reasons, reason))


def _is_free(role: str, column: str, known: Mapping) -> bool:
    played = known.columns(role)
    if role in _OF_THE_WHOLE:
        return False
    return column not in {one.column for one in known.choices} and (
        not played or may_share(role, (*played, column))
    )
